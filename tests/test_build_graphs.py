"""Reading JSON, GraphML and GEXF: values as they stand, nothing lost on the quiet, nothing expanded, no traceback."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orgnet
from orgnet._build.graphs import read_graph
from orgnet._model.findings import Log
from orgnet.build import from_tables

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._build.raw import Raw

HEAD = '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEYS = (
    '<key id="d0" for="node" attr.name="name" attr.type="string"/>'
    '<key id="d1" for="node" attr.name="code" attr.type="int"/>'
    '<key id="d2" for="edge" attr.name="layer" attr.type="string"><default>collab</default></key>'
)
GEXF = '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3"><graph>'


def read(text: str | bytes, suffix: str = ".json") -> tuple[list[Raw], orgnet.Findings]:
    log = Log()
    raws = read_graph(text.encode() if isinstance(text, str) else text, f"net{suffix}", suffix, log)
    return raws, log.findings()


def graphml(body: str, keys: str = KEYS) -> str:
    return f'{HEAD}{keys}<graph edgedefault="directed">{body}</graph></graphml>'


def said(found: orgnet.Findings) -> list[tuple[str, str, int]]:
    return [(str(row["code"]), str(row["value"]), int(row["count"])) for row in found.table.to_dict("records")]


def why(text: str | bytes, suffix: str = ".json") -> str:
    """Return why a file cannot be read; that is the one finding, and it is said in Chinese too."""
    raws, found = read(text, suffix)
    ((code, value, _),) = said(found)
    assert (raws, code) == ([], "table.unreadable")
    sentence, _ = found.sentence(0, "zh")
    assert value not in sentence
    return value


def rows(raw: Raw) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items() if not pd.isna(value)} for row in raw.frame.to_dict("records")
    ]


@pytest.mark.parametrize("suffix", [".json", ".graphml", ".gexf"])
@pytest.mark.parametrize("data", [b"", b" \r\n "])
def test_empty_files(suffix: str, data: bytes) -> None:
    raws, found = read(data, suffix)
    assert (raws, said(found)) == ([], [("table.empty", "", 1)])


# --- GraphML


def test_graphml_keeps_text_as_written() -> None:
    body = (
        '<node id="001"><data key="d0"> 甲 &lt;b&gt; </data><data key="d1">007</data></node><node id="b"/>'
        '<edge source="001" target="b"/><edge source="b" target="001"><data key="d2">command</data></edge>'
    )
    (units, ties), found = read(graphml(body), ".graphml")
    assert not len(found)
    assert rows(units) == [{"unit_id": "001", "name": " 甲 <b> ", "code": "007"}, {"unit_id": "b"}]
    assert [row["layer"] for row in rows(ties)] == ["collab", "command"]
    assert [(raw.role, raw.name, raw.place.source) for raw in (units, ties)] == [
        ("units", "nodes", "net.graphml/nodes"),
        ("ties", "edges", "net.graphml/edges"),
    ]
    assert ties.place.rows.tolist() == [1, 2]
    assert from_tables(units.frame, ties.frame).n_ties == 2


@pytest.mark.parametrize(
    ("kind", "texts", "dtype"),
    [
        ("int", ["1", "2"], "int64"),
        ("int", ["1", "02"], "str"),
        ("long", ["9007199254740993", "1"], "int64"),
        ("double", ["0.5", "3"], "float64"),
        ("double", ["3.30106E+11", "1.0"], "str"),
        ("boolean", ["true", "false"], "bool"),
        ("boolean", ["1", "0"], "str"),
        ("string", ["1", "2"], "str"),
    ],
)
def test_declared_types_hold_only_where_nothing_is_lost(kind: str, texts: list[str], dtype: str) -> None:
    keys = f'<key id="k" for="all" attr.name="x" attr.type="{kind}"/>'
    nodes = "".join(f'<node id="{text}"><data key="k">{text}</data></node>' for text in texts)
    (units, _), _ = read(graphml(nodes, keys), ".graphml")
    assert units.frame["x"].dtype == dtype
    if dtype == "str":
        assert units.frame["x"].tolist() == texts


def test_what_a_network_has_no_place_for_is_said() -> None:
    body = (
        '<data key="g">of the graph</data>'
        '<node id="a"><port name="p"><data key="d0">of the port</data></port>'
        '<graph edgedefault="directed"><node id="inner"/><edge source="inner" target="a"/></graph>'
        '<data key="d0">甲</data></node>'
        '<hyperedge><endpoint node="a"/><endpoint node="inner"/></hyperedge>'
        '<edge source="a" target="inner" sourceport="p"/>'
    )
    (units, ties), found = read(graphml(body), ".graphml")
    assert rows(units) == [{"unit_id": "a", "name": "甲"}, {"unit_id": "inner"}]
    assert [row["source"] for row in rows(ties)] == ["inner", "a"]
    assert [row.get("sourceport") for row in rows(ties)] == [None, "p"]
    assert ties.place.rows.tolist() == [1, 3]
    assert ties.place.refused == 1
    assert said(found) == [
        ("graph.hyperedge", "", 1),
        ("graph.ignored", "data", 2),
        ("graph.ignored", "port", 1),
        ("graph.ignored", "endpoint", 2),
        ("graph.nested", "", 1),
    ]
    assert found.table["row"].iloc[0] == 2


def test_an_edge_of_many_ends_is_refused_at_the_door(tmp_path: Path) -> None:
    path = tmp_path / "net.graphml"
    path.write_text(graphml('<node id="a"/><hyperedge><endpoint node="a"/></hyperedge>'), encoding="utf-8")
    with pytest.raises(orgnet.ValidationError, match="fewer than two ends"):
        orgnet.read(path)
    accounts = orgnet.check(path).accounts
    assert accounts[accounts["source"] == "net.graphml/edges"].to_numpy().tolist() == [
        ["net.graphml/edges", 1, 0, 0, 1]
    ]


def test_several_graphs_in_one_file() -> None:
    text = f'{HEAD}<graph edgedefault="directed"><node id="a"/></graph><graph><node id="b"/></graph></graphml>'
    (units, _), found = read(text, ".graphml")
    assert units.frame["unit_id"].tolist() == ["a", "b"]
    assert said(found) == [("graph.nested", "", 1)]


def test_drawings_inside_data_are_left_out() -> None:
    body = (
        '<node id="a"><data key="d9"><y:Shape xmlns:y="y"><y:Label>甲<data>x</data></y:Label></y:Shape></data></node>'
    )
    (units, _), found = read(graphml(body), ".graphml")
    assert rows(units) == [{"unit_id": "a"}]
    assert said(found) == [("graph.ignored", "Shape", 1), ("graph.ignored", "Label", 1), ("graph.ignored", "data", 1)]


YED = (
    '<key for="node" id="d4" attr.name="url" attr.type="string"/><key for="port" id="d0" yfiles.type="portgraphics"/>'
    '<key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="d10" yfiles.type="edgegraphics"/>'
)


def test_a_drawing_of_yed_gives_its_labels() -> None:
    shape = (
        '<data key="d6"><y:ShapeNode xmlns:y="y"><y:NodeLabel> {} <y:LabelModel>x</y:LabelModel>\n</y:NodeLabel>'
        "<y:NodeLabel>second</y:NodeLabel></y:ShapeNode></data>"
    )
    body = (
        f'<node id="n0">{shape.format("甲")}</node><node id="n1">{shape.format("")}</node><node id="n2"/>'
        '<edge source="n0" target="n2"><data key="d10"><y:EdgeLabel xmlns:y="y">no</y:EdgeLabel></data></edge>'
    )
    (units, ties), found = read(graphml(body, YED), ".graphml")
    assert units.frame.columns.tolist() == ["unit_id", "url", "label"]
    assert rows(units) == [{"unit_id": "n0", "label": "甲"}, {"unit_id": "n1", "label": "second"}, {"unit_id": "n2"}]
    assert ties.frame.columns.tolist() == ["source", "target"]
    assert sorted(said(found)) == [
        ("graph.ignored", "EdgeLabel", 1),
        ("graph.ignored", "LabelModel", 2),
        ("graph.ignored", "NodeLabel", 1),
        ("graph.ignored", "ShapeNode", 2),
    ]
    assert from_tables(units.frame).names.tolist() == ["甲", "second", "n2"]


def test_data_without_a_declaration_and_attributes_called_like_the_ends() -> None:
    keys = '<key id="k" for="edge" attr.name="source" attr.type="string"/>'
    body = (
        '<node id="a"/><node id="b"/><edge source="a" target="b"><data key="k">x</data><data key="其他">y</data></edge>'
    )
    (_, ties), _ = read(graphml(body, keys), ".graphml")
    assert ties.frame.columns.tolist() == ["source", "target", "source", "其他"]
    assert ties.frame.iloc[0].tolist() == ["a", "b", "x", "y"]


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
@pytest.mark.parametrize("suffix", [".graphml", ".gexf"])
def test_graphs_that_networkx_wrote(tmp_path: Path, kind: Any, suffix: str) -> None:  # noqa: ANN401
    graph = kind()
    graph.add_node("001", name="甲", staff=3, note="<x>&amp;\n")
    graph.add_edge("001", "b", layer="collab", weight=2.5, formal=True)
    path = tmp_path / f"net{suffix}"
    (nx.write_graphml_xml if suffix == ".graphml" else nx.write_gexf)(graph, path)
    (units, ties), _ = read(path.read_bytes(), suffix)
    net = from_tables(units.frame, ties.frame)
    assert net.units[["name", "staff"]].iloc[0].tolist() == ["甲", 3]
    assert net.units["note"].iloc[0].startswith("<x>&amp;")
    assert net.ties[["source", "target", "layer", "weight", "formal"]].to_numpy().tolist() == [
        ["001", "b", "collab", 2.5, True]
    ]


# --- GEXF


def test_gexf() -> None:
    text = (
        f'{GEXF}<attributes class="node">'
        '<attribute id="0" title="kind" type="string"><default>企业</default></attribute></attributes>'
        '<attributes class="edge"><attribute id="0" title="layer" type="string"/></attributes>'
        '<nodes><node id="001" label="甲"><viz:size value="2"/>'
        '<attvalues><attvalue for="0" value="党委"/></attvalues></node>'
        '<node id="b" label="b"><nodes><node id="c" label="c"/></nodes></node></nodes>'
        '<edges><edge id="0" source="001" target="b" type="directed" weight="2.0" start="2024-01-01">'
        '<attvalues><attvalue for="0" value="command"/></attvalues></edge></edges></graph></gexf>'
    )
    (units, ties), found = read(text, ".gexf")
    assert rows(units) == [
        {"unit_id": "001", "kind": "党委", "label": "甲"},
        {"unit_id": "b", "kind": "企业"},
        {"unit_id": "c", "kind": "企业"},
    ]
    assert rows(ties) == [
        {"source": "001", "target": "b", "layer": "command", "weight": 2.0, "start": "2024-01-01"},
    ]
    assert said(found) == [("graph.ignored", "size", 1), ("graph.nested", "", 1)]
    net = from_tables(units.frame, ties.frame)
    assert net.names.tolist() == ["甲", "b", "c"]
    assert str(net.ties["since"].iloc[0].date()) == "2024-01-01"


@pytest.mark.parametrize("title", ["name", "名称"])
def test_a_label_that_repeats_the_name_is_no_column_and_another_is(title: str) -> None:
    declared = f'<attributes class="node"><attribute id="n" title="{title}" type="string"/></attributes>'
    for label, columns in (("甲", ["unit_id", title]), ("乙", ["unit_id", title, "label"])):
        node = f'<node id="a" label="{label}"><attvalues><attvalue for="n" value="甲"/></attvalues></node>'
        (units, _), _ = read(f"{GEXF}{declared}<nodes>{node}</nodes></graph></gexf>", ".gexf")
        assert units.frame.columns.tolist() == columns


# --- files that are not what they say, or that are made to do harm


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html><body/></html>", "its first element is <html>, neither <graphml> nor <gexf>"),
        ("<graphml><graph>", "it is no XML (no element found, line 1)"),
        ("<graphml>\n<graph></graphml>", "it is no XML (mismatched tag, line 2)"),
        ("no xml", "it is no XML (syntax error, line 1)"),
        ('<graphml><node id="a\x01"/></graphml>', "it is no XML (not well-formed (invalid token), line 1)"),
        ("<graphml>&nbsp;</graphml>", "it is no XML (undefined entity, line 1)"),
        ('<!DOCTYPE graphml SYSTEM "x.dtd"><graphml/>', "it declares entities, which this library never expands"),
        ('<?xml version="1.0" encoding="no-such"?><graphml/>', "it is in an encoding that is not known"),
        (b'<?xml version="1.0" encoding="GBK"?><graphml>\xff\xff', "the text is not GB18030"),
    ],
)
@pytest.mark.parametrize("suffix", [".graphml", ".gexf"])
def test_xml_that_is_no_graph(text: str | bytes, reason: str, suffix: str) -> None:
    assert why(text, suffix) == reason


def bomb() -> str:
    """Return the billion laughs: expanded, 3 GB."""
    levels = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return (
        f'<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY l0 "lol">{"".join(levels)}]>'
        '<graphml><graph><node id="&l9;"/></graph></graphml>'
    )


OUTSIDE = (
    '<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/hostname">]><graphml><graph><node id="&x;"/></graph></graphml>'
)
LATE = "<graphml>" + "<desc/>" * 1000 + '<!DOCTYPE x [<!ENTITY a "b">]></graphml>'


@pytest.mark.parametrize("text", [bomb(), OUTSIDE, bomb().replace("?>", ' encoding="utf-16"?>', 1)])
def test_entities_are_never_expanded(text: str) -> None:
    data = text.encode("utf-16" if "utf-16" in text else "utf-8")
    tracemalloc.start()
    try:
        assert why(data, ".graphml") == "it declares entities, which this library never expands"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert why(LATE, ".graphml").startswith("it is no XML")


@pytest.mark.parametrize("element", ["<node>", "<graph>", "<x>", '<data key="k">'])
def test_elements_nested_without_end(element: str) -> None:
    text = f"<graphml><graph>{element * 200_000}"
    assert why(text, ".graphml") == "it is no XML (no element found, line 1)"


@pytest.mark.parametrize(
    ("encoding", "name"), [("gb18030", "GB2312"), ("utf-16", "UTF-16"), ("iso-8859-1", "ISO-8859-1")]
)
def test_encodings_of_xml(encoding: str, name: str) -> None:
    word = "é" if name == "ISO-8859-1" else "甲"
    text = f'<?xml version="1.0" encoding="{name}"?><graphml><graph><node id="{word}"/></graph></graphml>'
    (units, _), _ = read(text.encode(encoding), ".graphml")
    assert rows(units) == [{"unit_id": word}]


SUFFIXES = st.sampled_from([".json", ".graphml", ".gexf"])
PIECES = st.sampled_from(
    [
        *('{"units": [', '{"unit_id": "a"}', '{"nodes": [', '{"id": 1}', "]}", "[", "]", ",", "null", "1e999"),
        *('"\\ud800"', "<graphml>", "<graph>", '<node id="a">', "</node>", '<edge source="a" target="b"/>', "</graph>"),
        *("</graphml>", '<data key="k">x', "</data>", "<hyperedge>", "</hyperedge>", "<gexf>", "<nodes>"),
        *("<!DOCTYPE a>", "&#0;", "é甲"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=20), SUFFIXES)
@settings(max_examples=200)
def test_any_text_gives_tables_or_a_finding(text: str, suffix: str) -> None:
    raws, found = read(text.encode("utf-8", "replace"), suffix)
    if not raws:
        assert found.n_refused
    for raw in raws:
        assert len(raw.frame) == len(raw.place.rows)
