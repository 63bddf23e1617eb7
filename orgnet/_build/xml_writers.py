"""GraphML and GEXF as text: well-formed whatever the names hold, every column with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgnet._model.cells import Cells, Kind, as_written
from orgnet._model.vocabulary import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    DataForm = Callable[[str, list[tuple[int, str]]], str]

_TYPES: dict[Kind, str] = {"text": "string", "date": "string", "flag": "boolean", "whole": "long", "number": "double"}
# A parser turns bare line breaks and tabs into spaces in an attribute, and \r into \n anywhere.
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def graphml(units: Sequence[Cells], ties: Sequence[Cells]) -> str:
    """Return a network as GraphML; the graph counts as directed where any layer is, and `layer` says which ties are."""
    declared = [*_graphml_declared("node", units[1:]), *_graphml_declared("edge", ties[2:])]
    nodes = _elements(units[:1], ("id",), units[1:], "node", _graphml_data)
    edges = _elements(ties[:2], ("source", "target"), ties[2:], "edge", _graphml_data)
    return "\n".join(
        [
            f'{_HEAD}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
            *declared,
            f'<graph edgedefault="{_direction(ties)}">',
            *nodes,
            *edges,
            "</graph>\n</graphml>\n",
        ]
    )


def gexf(units: Sequence[Cells], ties: Sequence[Cells]) -> str:
    """Return a network as GEXF 1.3; a label is the name, or the id where there is none."""
    ids = units[0].entries
    names = next((cells.entries for cells in units if cells.name == "name"), ids)
    labels = Cells("label", "text", [name or own for name, own in zip(names, ids, strict=True)])
    numbers = Cells("id", "whole", list(range(len(ties[0].entries))))
    weight = [cells for cells in ties if cells.name == "weight"]
    facts = [cells for cells in ties[2:] if cells.name != "weight"]
    nodes = _elements([units[0], labels], ("id", "label"), units[1:], "node", _gexf_data)
    ends = [numbers, *ties[:2], *weight]
    edges = _elements(ends, ("id", "source", "target", "weight")[: len(ends)], facts, "edge", _gexf_data)
    return "\n".join(
        [
            f'{_HEAD}<gexf xmlns="http://gexf.net/1.3" version="1.3">',
            f'<graph defaultedgetype="{_direction(ties)}" mode="static">',
            *_gexf_declared("node", units[1:]),
            *_gexf_declared("edge", facts),
            "<nodes>",
            *nodes,
            "</nodes>\n<edges>",
            *edges,
            "</edges>\n</graph>\n</gexf>\n",
        ]
    )


def _direction(ties: Sequence[Cells]) -> str:
    layers = next((cells.entries for cells in ties if cells.name == "layer"), [])
    both_ways = {name for name, layer in LAYERS.items() if not layer.directed}
    return "undirected" if layers and set(layers) <= both_ways else "directed"


def _graphml_declared(item: str, columns: Sequence[Cells]) -> Iterator[str]:
    for number, cells in enumerate(columns):
        named = f'for="{item}" attr.name="{_escaped(cells.name)}" attr.type="{_TYPES[cells.kind]}"'
        yield f'<key id="{item[0]}{number}" {named}/>'


def _gexf_declared(item: str, columns: Sequence[Cells]) -> Iterator[str]:
    yield f'<attributes class="{item}">'
    for number, cells in enumerate(columns):
        yield f'<attribute id="{number}" title="{_escaped(cells.name)}" type="{_TYPES[cells.kind]}"/>'
    yield "</attributes>"


def _elements(
    own: Sequence[Cells], names: Sequence[str], columns: Sequence[Cells], item: str, data: DataForm
) -> Iterator[str]:
    """Yield one element a row: `own` columns as attributes under `names`, the other values as `data` writes them."""
    heads = [_texts(cells) for cells in own]
    texts = [_texts(cells) for cells in columns]
    for row in range(len(own[0].entries)):
        head = "".join(f' {name}="{column[row]}"' for name, column in zip(names, heads, strict=True))
        facts = [(number, text) for number, column in enumerate(texts) if (text := column[row]) is not None]
        yield f"<{item}{head}>{data(item, facts)}</{item}>"


def _graphml_data(item: str, facts: list[tuple[int, str]]) -> str:
    return "".join(f'<data key="{item[0]}{number}">{text}</data>' for number, text in facts)


def _gexf_data(_: str, facts: list[tuple[int, str]]) -> str:
    values = "".join(f'<attvalue for="{number}" value="{text}"/>' for number, text in facts)
    return f"<attvalues>{values}</attvalues>" if facts else ""


def _texts(cells: Cells) -> list[str | None]:
    if cells.kind == "number":
        return [None if value is None else repr(value).replace("inf", "INF") for value in cells.entries]
    texts = as_written(cells, yes="true", no="false")
    return [None if text is None else _escaped(text) for text in texts]


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)
