"""The picture to explore: one page that opens anywhere, asks nothing of the network, and runs nothing from the data.

pyvis holds the drawing's nodes, ties and options, and brings the vis-network script; the page around them is ours.
Everything that comes from the data is text in one JSON block; a content security policy stops any other script.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics import options
from orgnet._model.vocabulary import LAYERS, check_choice, label, resolve_layers
from orgnet._viz import collapse, encode, layout, outline, style
from orgnet._viz.page import Page
from orgnet._viz.words import controls, say
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Ints

MOST_LINES = 5000
SMOOTH_LINES = 1500  # more of them are hidden while the picture is dragged
MOST_FIELDS = 60
LABEL_COLUMNS = 24
NODE_SIZES = (20.0, 14.0, 10.0, 8.0, 7.0)  # by depth below the headquarters
NODES_SCRIPTS = (
    "shared.js",
    "outline_model.js",
    "explore_looks.js",
    "explore_labels.js",
    "explore_files.js",
    "explore_keys.js",
    "explore.js",
)
ROWS_SCRIPTS = (
    "shared.js",
    "outline_model.js",
    "outline_draw.js",
    "outline_rows.js",
    "outline_panel.js",
    "outline_files.js",
    "outline.js",
)
THIN_LINE, WIDE_LINE = 1.2, 10.0
FULL_WIDTH = 20  # ties behind the strongest line from which it is drawn as wide as any


@dataclass
class _Scene:
    """What is drawn: nodes with their looks and facts, lines between them, and the sentences above."""

    names: list[str]
    ids: list[str]
    kinds: list[str]
    shapes: list[str]
    shown: pd.Series
    sizes: list[float]
    size_legend: dict[str, Any] | None
    fields: list[str]
    facts: list[list[tuple[int, str]]]
    lines: pd.DataFrame
    place: layout.Layout
    top: Ints
    notes: list[str] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=lambda: {"columns": [], "area": None, "palette": outline.PALETTE})


def explore(
    net: OrgNetwork,
    *,
    colour: str | pd.Series = "kind",
    size: str | pd.Series | None = None,
    title: str | None = None,
    layers: str | Sequence[str] = "all",
    headquarters: str | Sequence[str] | None = None,
    lang: Lang = "en",
    height: int = 640,
) -> Page:
    """Draw the network as a page to explore: search, zoom, click a unit for its facts, switch layers on and off.

    Up to 1,000 units the chain of command is laid out as a tree from the headquarters; units outside it stand beside
    their first partner. Where more than 5,000 lines would be drawn, the chain of command and the strongest ties are,
    and the page says how many are left out.

    Above 1,000 units the tree is drawn as rows that unfold on click, with ties summed between whatever rows are seen.
    Units without any tie stand under the head of their area, which their facts say; more than fifty below one unit are
    grouped by kind, area and sector. Above 150,000 units, areas are drawn instead of units: the recorded ``area`` where
    there is one, else the shared superior, else the kind or the component.

    Every page has search by name and id, switches for layers, a legend that filters, marks for gaps
    (`orgnet.metrics.gaps`) and for units that others depend on (`orgnet.metrics.communication`), the way of each unit
    to headquarters, its state in the address, and saves what is drawn as PNG, SVG and CSV.

    Parameters
    ----------
    net
        The network.
    colour
        A column of the units, or a measure's result (a Series indexed by unit id). Numbers and dates get a scale,
        anything else up to twelve colours. Above 150,000 units: the mean, or the most frequent value, of each area.
    size
        A numeric column of the units or a measure's result; the area of a node grows with it. By default units are
        larger the nearer they stand to the top, and in rows alike. Areas show how many units they stand for.
    title
        Heading of the page; by default the name of the headquarters.
    layers
        Ties to draw: a layer, a group, or a list. A network that has only ``contains`` ties shows those.
    headquarters
        Id or ids of the top; by default the units with subordinates and no superior.
    lang
        Language of the page, ``"en"`` or ``"zh"``. Names stay as they are recorded.
    height
        Height in pixels inside a notebook or a report. A saved page fills its window.

    Returns
    -------
    Page
        ``.save(path)`` writes it; in a notebook it shows itself. The same input gives the same bytes.

    Raises
    ------
    OptionError
        For a column that is not there, a Series for other units, an unknown language or a height of no pixels.
    LayerError, UnitError
        For an unknown layer or headquarters.

    Examples
    --------
    >>> import orgnet
    >>> from orgnet._viz.interactive import explore
    >>> net = orgnet.build.from_tables(
    ...     {"unit_id": ["h", "g1"], "name": ["Riverside", "Branch 1"], "superior_id": [None, "h"]},
    ... )
    >>> explore(net)
    <Page 'Riverside', 0.5 MB>
    """
    check_choice("lang", lang, ("en", "zh"))
    if not isinstance(height, int) or height < 1:
        msg = f"height={height!r} is not a number of pixels; give a whole number such as 640."
        raise OptionError(msg)
    names = _drawn_layers(net, layers)
    seats = options.headquarters(net, headquarters)[0].astype(np.int64)
    colours = encode.unit_values(net, colour, "colour")
    sizes = None if size is None else encode.unit_values(net, size, "size")
    if sizes is not None and not encode.is_number(sizes):
        msg = f"size={sizes.name!r} holds no numbers, so it cannot size nodes; give a numeric column or a Series."
        raise OptionError(msg)
    heading = encode.clip(title if title is not None else _default_title(net, seats, lang), 300)
    if collapse.MOST_NODES < net.n_units <= collapse.MOST_ROWS:
        rows = outline.contents(net, names, seats, colour=(colour, colours), size=(size, sizes), lang=lang)
        return _render({**_common(net, names, lang), **rows}, heading, lang, height, rows=True)
    draw = _units_scene if net.n_units <= collapse.MOST_NODES else _groups_scene
    scene = draw(net, names, seats, colours, sizes, lang)
    return _render(_data(net, scene, names, colour, lang), heading, lang, height, rows=False)


# --- what is drawn


def _drawn_layers(net: OrgNetwork, layers: str | Sequence[str]) -> tuple[str, ...]:
    names = tuple(name for name in resolve_layers(layers) if name in net.layers)
    return names or (("contains",) if layers == "all" and "contains" in net.layers else ())


def _units_scene(
    net: OrgNetwork, names: Sequence[str], seats: Ints, colours: pd.Series, sizes: pd.Series | None, lang: Lang
) -> _Scene:
    n = net.n_units
    kinds = _kinds(net)
    lines, left_out = _lines(net, names, np.arange(n))
    source, target = collapse.tie_ends(net, ("command",))
    parent = layout.first_superiors(n, source, target, seats if len(seats) else None)
    for layer in ("covers", *names, "contains"):
        parent = layout.attach(parent, *collapse.tie_ends(net, (layer,)))
    if not (parent >= 0).any():
        parent = layout.first_superiors(n, *collapse.tie_ends(net, ("contains",)))
    place = layout.arrange(
        n,
        parent,
        lines["a"].to_numpy(),
        lines["b"].to_numpy(),
        order=pd.factorize(kinds, sort=True)[0],
        block=pd.factorize(net.units["area"].astype(object))[0] if "area" in net.units else None,
    )
    fields, facts = _unit_facts(net.units, lang)
    radius, legend = _by_depth(place.depth, parent), None
    if sizes is not None:
        radius, legend = encode.node_sizes(sizes, encode.clip(label(str(sizes.name), lang), 60), lang)
    return _Scene(
        names=[str(name) for name in net.names],
        ids=[str(unit) for unit in net.ids],
        kinds=[encode.clip(label(kind, lang), 60) if kind else say("missing", lang) for kind in kinds],
        shapes=[style.kind_shape(kind) for kind in kinds],
        shown=colours,
        sizes=radius,
        size_legend=legend,
        fields=fields,
        facts=facts,
        lines=lines,
        place=place,
        top=seats,
        notes=_line_notes(left_out, len(lines), lang),
        columns=outline.columns(net, seats, lang),
    )


def _groups_scene(
    net: OrgNetwork, names: Sequence[str], seats: Ints, colours: pd.Series, sizes: pd.Series | None, lang: Lang
) -> _Scene:
    groups = collapse.group_units(net, lang)
    n = len(groups.labels)
    lines, left_out = _lines(net, names, groups.codes)
    vertical = "command" if "command" in net.layers else "contains"
    parent = collapse.group_parents(groups, *collapse.tie_ends(net, (vertical,)))
    for layer in names:
        mine = lines[lines["layer"] == layer]
        parent = layout.attach(parent, mine["a"].to_numpy(), mine["b"].to_numpy())
    counts = np.bincount(groups.codes, minlength=n)
    order = np.argsort(np.argsort(-counts, kind="stable"), kind="stable")
    place = layout.arrange(n, parent, lines["a"].to_numpy(), lines["b"].to_numpy(), order=order, block=order)
    sized = pd.Series(counts if sizes is None else collapse.group_values(sizes, groups, lang), dtype="float64")
    size_title = (
        say("units", lang) if sizes is None else say("mean", lang, what=encode.clip(label(str(sizes.name), lang), 60))
    )
    radius, legend = encode.node_sizes(sized, size_title, lang)
    fields, facts = collapse.group_facts(net, groups, lang)
    inside = int((groups.codes[net.ends[0]] == groups.codes[net.ends[1]])[net.ties["layer"].isin(names)].sum())
    note = say("by_" + groups.by, lang, n=f"{net.n_units:,}", k=f"{n:,}", inside=f"{inside:,}")
    return _Scene(
        names=groups.labels,
        ids=[""] * n,
        kinds=[say("count", lang, n=f"{count:,}") for count in counts],
        shapes=["hexagon"] * n,
        shown=collapse.group_values(colours, groups, lang),
        sizes=radius,
        size_legend=legend,
        fields=fields,
        facts=facts,
        lines=lines,
        place=place,
        top=np.unique(groups.codes[seats]) if len(seats) == 1 else np.empty(0, dtype=np.int64),
        notes=[note, *_line_notes(left_out, len(lines), lang)],
    )


def _lines(net: OrgNetwork, names: Sequence[str], node: Ints) -> tuple[pd.DataFrame, int]:
    """Return one row a pair of nodes and layer (a, b, layer, count, types), and how many are left out."""
    ties = net.ties.loc[net.ties["layer"].isin(names), ["layer", "tie_type"]]
    ends = np.asarray(net.ends)[:, ties.index.to_numpy()]
    a, b = node[ends[0]], node[ends[1]]
    undirected = ties["layer"].map(lambda name: not LAYERS[name].directed).to_numpy(dtype=bool)
    swap = undirected & (a > b)
    frame = pd.DataFrame({"a": np.where(swap, b, a), "b": np.where(swap, a, b), "layer": ties["layer"].astype(str)})
    frame["type"] = ties["tie_type"].astype(object)
    frame = frame[frame["a"] != frame["b"]]
    lines = frame.groupby(["layer", "a", "b"], sort=True).size().rename("count").reset_index()
    chain = lines["layer"].isin(("command", "contains"))
    kept = lines.assign(chain=chain).sort_values(["chain", "count"], ascending=False, kind="stable").head(MOST_LINES)
    kept = kept.sort_index().drop(columns="chain")
    return kept.assign(types=_types(frame, kept)).reset_index(drop=True), len(lines) - len(kept)


def _types(ties: pd.DataFrame, lines: pd.DataFrame) -> list[str]:
    """Name the types of the ties behind each line."""
    keys = ["layer", "a", "b"]
    typed = ties.dropna(subset=["type"]).drop_duplicates().merge(lines[keys], on=keys)
    said = {key: _join(types) for key, types in typed.groupby(keys)["type"]}
    return [said.get(key, "") for key in lines[keys].itertuples(index=False, name=None)]


def _join(types: pd.Series) -> str:
    words = [encode.clip(word, 60) for word in types.head(4)]
    return ", ".join(words) + (", …" if len(types) > len(words) else "")


def _kinds(net: OrgNetwork) -> pd.Series:
    kinds = net.units["kind"].astype(object)
    return kinds.where(kinds.notna(), "")


def _unit_facts(units: pd.DataFrame, lang: Lang) -> tuple[list[str], list[list[tuple[int, str]]]]:
    """Return the headings of the facts, and for each unit those that are recorded."""
    columns = [column for column in units.columns if column not in {"name", "kind", "level_rank"}][:MOST_FIELDS]
    facts: list[list[tuple[int, str]]] = [[] for _ in range(len(units))]
    for k, column in enumerate(columns):
        known = units[column].notna().to_numpy(dtype=bool)
        for row, value in zip(np.flatnonzero(known), units[column][known].tolist(), strict=True):
            facts[row].append((k, encode.show(value, lang)))
    return [encode.clip(label(str(column), lang), 80) for column in columns], facts


def _by_depth(depth: Ints, parent: Ints) -> list[float]:
    """Draw the top large and the leaves small."""
    leads = np.zeros(len(parent), dtype=bool)
    leads[parent[parent >= 0]] = True
    step = np.where(leads, np.minimum(depth, len(NODE_SIZES) - 2), len(NODE_SIZES) - 1)
    return [NODE_SIZES[k] for k in step]


# --- what is said


def _default_title(net: OrgNetwork, seats: Ints, lang: Lang) -> str:
    return str(net.names.iloc[int(seats[0])]) if len(seats) == 1 else say("title", lang)


def _line_notes(left_out: int, kept: int, lang: Lang) -> list[str]:
    return [say("left_out", lang, kept=f"{kept:,}", rest=f"{left_out:,}")] if left_out else []


def _facts_line(net: OrgNetwork, names: Sequence[str], lang: Lang) -> str:
    counts = net.ties["layer"].value_counts()
    drawn = ", ".join(f"{label(name, lang)} {counts[name]:,}" for name in names) or say("no_layers", lang)
    line = say("facts", lang, n=f"{net.n_units:,}", m=f"{net.n_ties:,}", layers=drawn)
    return line if net.as_of is None else f"{line} · {say('as_of', lang, date=net.as_of.isoformat())}"


# --- the page


def _data(net: OrgNetwork, scene: _Scene, names: Sequence[str], colour: str | pd.Series, lang: Lang) -> dict[str, Any]:
    """Gather all that the page's script needs, as plain values."""
    grouped = net.n_units > collapse.MOST_NODES
    by_kind = isinstance(colour, str) and colour == "kind"
    title = encode.clip(label(str(scene.shown.name), lang), 60)
    if grouped:
        title = say("mean" if encode.is_number(scene.shown) else "most", lang, what=title)
    if encode.is_number(scene.shown):
        colours, legend = encode.colour_scale(scene.shown, title, lang)
    else:
        colours, legend = encode.colour_categories(scene.shown, title, lang, shapes=by_kind)
    if grouped:
        legend["items"] = [{**item, "shape": "hexagon"} for item in legend["items"]]
        legend["shapes"] = []
    else:
        legend["shapes"] = [] if by_kind else encode.shape_legend(_kinds(net), lang)
    nodes, edges, options = _drawing(scene, colours)
    return {
        "nodes": nodes,
        "edges": edges,
        "options": options,
        "names": [encode.clip(name, 300) for name in scene.names],
        "labels": [encode.clip(name, LABEL_COLUMNS) for name in scene.names],
        "ids": [encode.clip(unit, 300) for unit in scene.ids],
        "kinds": scene.kinds,
        "fields": scene.fields,
        "facts": scene.facts,
        "types": scene.lines["types"].tolist(),
        "counts": scene.lines["count"].tolist(),
        "top": scene.top.tolist(),
        "rank": _label_order(scene),
        **_common(net, names, lang),
        "legend": legend,
        "size": scene.size_legend,
        **scene.columns,
        "notes": scene.notes,
    }


def _common(net: OrgNetwork, names: Sequence[str], lang: Lang) -> dict[str, Any]:
    """Gather what every page says: the layers drawn, the line below the heading, the words of its controls."""
    layers = [
        {
            "name": name,
            "label": label(name, lang),
            "directed": LAYERS[name].directed,
            "colour": style.LAYER_COLOURS[name],
            "dashes": list(style.LAYER_DASHES[name]),
        }
        for name in names
    ]
    return {"layers": layers, "line": _facts_line(net, names, lang), "say": controls(lang), "lang": lang}


def _label_order(scene: _Scene) -> list[int]:
    """Return nodes in the order in which they get their labels: headquarters, then the large and well connected."""
    n = len(scene.names)
    degree = np.bincount(np.concatenate([scene.lines["a"], scene.lines["b"]]).astype(np.int64), minlength=n)
    top = np.zeros(n, dtype=bool)
    top[scene.top] = True
    return [int(k) for k in np.lexsort((np.arange(n), -degree, -np.asarray(scene.sizes), ~top))]


def _drawing(
    scene: _Scene, colours: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    """Put nodes, lines and options through a pyvis network, under whole numbers for ids."""
    from pyvis.network import Network

    drawing = Network(cdn_resources="in_line")
    drawing.nodes = [
        {"id": i, "x": round(float(x), 1), "y": round(float(y), 1), "shape": shape, "size": size, "color": shade}
        for i, (x, y, shape, size, shade) in enumerate(
            zip(scene.place.x, scene.place.y, scene.shapes, scene.sizes, colours, strict=True)
        )
    ]
    most = max(scene.lines["count"].max(), 1) if len(scene.lines) else 1
    drawing.edges = [
        {"id": i, "from": int(a), "to": int(b), "layer": layer, "width": _width(count, most)}
        for i, (layer, a, b, count) in enumerate(
            scene.lines[["layer", "a", "b", "count"]].itertuples(index=False, name=None)
        )
    ]
    drawing.options = {
        "physics": False,
        "layout": {"improvedLayout": False},
        "interaction": {"hover": True, "tooltipDelay": 120, "hideEdgesOnDrag": len(scene.lines) > SMOOTH_LINES},
    }
    nodes, edges, _, _, _, options = drawing.get_network_data()
    return nodes, edges, json.loads(options)


def _width(count: int, most: int) -> float:
    share = (count - 1) / max(most - 1, 1)
    return round(THIN_LINE + (WIDE_LINE - THIN_LINE) * min(1.0, most / FULL_WIDTH) * math.sqrt(share), 2)


def _render(data: dict[str, Any], heading: str, lang: Lang, height: int, *, rows: bool) -> Page:
    """Put data and scripts into the page: rows to unfold are drawn by our own script, nodes by vis-network."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    css, block = _asset("explore.css").replace("FONTS", style.CSS_FONTS), _json(data)
    script = "\n".join(_asset(name) for name in (ROWS_SCRIPTS if rows else NODES_SCRIPTS))
    vis = "" if rows else _vis_network()
    parts = (vis, script, css, block, heading, lang)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8")).digest()
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    page = environment.from_string(_asset("explore.html.j2")).render(
        lang="zh-Hans" if lang == "zh" else "en",
        title=heading,
        line=data["line"],
        notes=data["notes"],
        say=data["say"],
        nonce=(nonce := base64.b64encode(digest[:18]).decode("ascii")),
        rows=rows,
        vis=Markup(vis),  # noqa: S704 - the script pyvis ships
        script=Markup(script),  # noqa: S704 - ours
        css=Markup(css),  # noqa: S704 - ours
        data=Markup(block),  # noqa: S704 - escaped by _json
    )
    return Page(page, title=heading, height=height, nonce=nonce)


def _json(data: dict[str, Any]) -> str:
    """Write JSON that no HTML parser can leave: no tag, entity or line separator survives inside it."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _asset(name: str) -> str:
    return resources.files("orgnet._viz").joinpath("assets", name).read_text(encoding="utf-8")


def _vis_network() -> str:
    """Read the vis-network script inside pyvis, the newest it brings, without the pointer to its source map."""
    folders = [item for item in resources.files("pyvis").joinpath("lib").iterdir() if item.name.startswith("vis-")]
    newest = max(folders, key=lambda item: [int(part) for part in item.name[4:].split(".")])
    text = newest.joinpath("vis-network.min.js").read_text(encoding="utf-8")
    return text.rsplit("//# sourceMappingURL", 1)[0]
