"""Reading JSON: tables, and the graphs of networkx, Neo4j and Cytoscape; values as they stand, nothing lost."""

from __future__ import annotations

import json
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from test_build_graphs import read, rows, said, why

import orgnet
from orgnet.build import from_tables


def test_units_and_ties() -> None:
    (units, ties), found = read(
        '{"units": [{"unit_id": "007", "name": "甲", "staff": 12}, {"unit_id": "b", "staff": null}],'
        ' "ties": {"source": ["007"], "target": ["b"], "layer": ["collab"], "weight": [2.5], "formal": [true]}}'
    )
    assert not len(found)
    assert rows(units) == [{"unit_id": "007", "name": "甲", "staff": 12}, {"unit_id": "b"}]
    assert rows(ties) == [{"source": "007", "target": "b", "layer": "collab", "weight": 2.5, "formal": True}]
    assert [(raw.role, raw.name, raw.place.source) for raw in (units, ties)] == [
        ("units", "units", "net.json/units"),
        ("ties", "ties", "net.json/ties"),
    ]
    assert units.place.rows.tolist() == [1, 2]


@pytest.mark.parametrize("edges", ["edges", "links"])
@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiDiGraph])
def test_node_link_of_networkx(edges: str, kind: Any) -> None:  # noqa: ANN401 - a class of graphs
    graph = kind(name="try")
    graph.add_node("001", name="甲", staff=3)
    graph.add_edge("001", "b", layer="command", weight=2)
    (units, ties), found = read(json.dumps(nx.node_link_data(graph, edges=edges)))
    assert said(found) == [("graph.ignored", "graph", 1)]
    assert rows(units) == [{"unit_id": "001", "name": "甲", "staff": 3}, {"unit_id": "b"}]
    assert rows(ties) == [{"source": "001", "target": "b", "layer": "command", "weight": 2}]
    assert from_tables(units.frame, ties.frame).n_ties == 1


def test_node_link_of_our_own_graph() -> None:
    net = orgnet.datasets.load()
    text = json.dumps(nx.node_link_data(net.to_networkx(layers=net.layers), edges="edges"), default=str)
    (units, ties), _ = read(text)
    again = from_tables(units.frame, ties.frame)
    pd.testing.assert_index_equal(again.ids, net.ids)
    assert again.n_ties == net.n_ties
    assert "key" not in again.ties


def test_nodes_with_an_attribute_called_like_the_id() -> None:
    (units,), _ = read('{"nodes": [{"id": "a", "unit_id": "x"}]}')
    assert units.frame.columns.tolist() == ["unit_id", "unit_id"]
    assert units.frame.iloc[0].tolist() == ["a", "x"]


def test_a_list_of_records_is_one_table_of_text_as_written() -> None:
    (table,), found = read('[{"编码": 1, "数": 3.30106E+11, "有": true}, {"编码": 123456789012345678901, "数": 1.50}]')
    assert (table.role, table.place.source, len(found)) == ("", "net.json", 0)
    assert rows(table) == [
        {"编码": "1", "数": "3.30106E+11", "有": "true"},
        {"编码": "123456789012345678901", "数": "1.50"},
    ]


def test_several_registers_in_one_file() -> None:
    raws, _ = read('{"企业": [{"企业名称": "甲"}], "网格": {"网格编码": ["g"]}, "made": "2025"}')
    assert [(raw.name, raw.role, rows(raw)) for raw in raws] == [
        ("企业", "", [{"企业名称": "甲"}]),
        ("网格", "", [{"网格编码": "g"}]),
    ]


@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        ("[1, 2]", [1, 2], "int64"),
        ("[1, null]", [1, None], "Int64"),
        ("[1, 2.5]", [1.0, 2.5], "float64"),
        ("[0.1, 1e300]", ["0.1", "1e300"], "str"),  # Python writes 1e+300: not certain to be a number, so text
        ("[3.30106E+11, 1.0]", ["3.30106E+11", "1.0"], "str"),
        ('["1", 2]', ["1", "2"], "str"),
        ("[9007199254740993, 1]", [9007199254740993, 1], "int64"),
        ("[123456789012345678901, 1]", ["123456789012345678901", "1"], "str"),
        ("[-0, 1]", ["-0", "1"], "str"),
        ("[true, null]", [True, None], "boolean"),
        ("[true, 1]", ["true", "1"], "str"),
        ("[null, null]", [None, None], "str"),
        ('["", " x "]', ["", " x "], "str"),
    ],
)
def test_a_column_is_typed_only_where_nothing_is_lost(values: str, expected: list[Any], dtype: str) -> None:
    (units,), _ = read(f'{{"units": {{"unit_id": ["a", "b"], "x": {values}}}}}')
    column = units.frame["x"]
    assert column.dtype == dtype
    assert [None if pd.isna(value) else value for value in column] == expected


def test_codes_that_a_spreadsheet_destroyed_are_not_made_whole() -> None:
    (units,), _ = read('{"units": [{"unit_id": 3.30106E+11}, {"unit_id": 9007199254740993}]}')
    net = from_tables(units.frame)
    assert net.ids.tolist() == ["3.30106E+11", "9007199254740993"]
    assert "unit.id_scientific" in set(net.findings.table["code"])


def test_nested_values_are_kept_as_text_with_a_note() -> None:
    (units,), found = read('{"units": {"unit_id": ["a", "b"], "x": [{"数": [1, 2.50, null, "b"]}, []]}}')
    assert rows(units) == [{"unit_id": "a", "x": '{"数": [1, 2.50, null, "b"]}'}, {"unit_id": "b", "x": "[]"}]
    assert said(found) == [("value.nested", "", 2)]


def test_half_characters_are_replaced_with_a_warning() -> None:
    (units,), found = read('{"units": [{"unit_id": "a\\ud800", "x\\udc00": "\\ud83d\\ude00"}, {"unit_id": "b"}]}')
    assert rows(units) == [{"unit_id": "a\ufffd", "x\ufffd": "😀"}, {"unit_id": "b"}]
    (row,) = found.table.query("code == 'text.half_character'").to_dict("records")
    assert (row["row"], row["column"]) == (1, "unit_id")


def test_neo4j() -> None:
    nodes = [{"id": "1", "labels": ["Org"], "properties": {"id": "x", "name": "甲"}}, {"id": "2", "properties": {}}]
    ends: list[dict[str, Any]] = [{"startNode": "1", "endNode": "2"}, {"start": {"id": "1"}, "end": {"id": "2"}}]
    for end in ends:
        ties = [{"id": "9", **end, "properties": {"layer": "collab", "since": "2024-01-01"}}]
        raws, found = read(json.dumps({"nodes": nodes, "relationships": ties}))
        assert rows(raws[0]) == [
            {"unit_id": "1", "labels": '["Org"]', "name": "甲", "properties.id": "x"},
            {"unit_id": "2"},
        ]
        assert raws[1].role == "ties"
        assert rows(raws[1]) == [
            {"id": "9", "source": "1", "target": "2", "layer": "collab", "since": "2024-01-01"},
        ]
        assert said(found) == [("value.nested", "", 1)]


def test_cytoscape() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("a", name="甲", staff=3)
    graph.add_edge("a", "b", layer="collab")
    (units, ties), found = read(json.dumps(nx.cytoscape_data(graph)))
    assert not len(found)
    assert [row["unit_id"] for row in rows(units)] == ["a", "b"]
    assert rows(units)[0]["staff"] == 3
    assert rows(ties) == [{"source": "a", "target": "b", "layer": "collab"}]
    flat = [{"data": {"id": "a"}}, {"data": {"id": "b"}}, {"data": {"id": "e", "source": "a", "target": "b"}}]
    (units, ties), _ = read(json.dumps({"elements": flat}))
    assert (len(units.frame), rows(ties)) == (2, [{"id": "e", "source": "a", "target": "b"}])


def test_other_lists_beside_units_are_no_units() -> None:
    raws, found = read(
        '{"nodes": [{"id": "a"}], "groups": [{"id": "g", "name": "x"}], "elements": [{"data": {"id": "b"}}],'
        ' "x": [{"服务项目": "s", "提供单位": "a"}]}'
    )
    assert [(raw.name, len(raw.frame)) for raw in raws] == [("nodes", 1), ("x", 1)]
    assert said(found) == [("graph.ignored", "groups", 1), ("graph.ignored", "elements", 1)]


@pytest.mark.parametrize("form", [nx.adjacency_data, lambda graph: nx.tree_data(graph, "a")])
def test_forms_that_nest_their_ties_are_refused_with_the_remedy(form: Any) -> None:  # noqa: ANN401 - a function
    graph: nx.DiGraph[str] = nx.DiGraph([("a", "b")])
    assert "write it as node-link JSON (networkx.node_link_data)" in why(json.dumps(form(graph)))
    (units,), _ = read('{"units": {"unit_id": ["a"], "children": [3]}}')
    assert rows(units) == [{"unit_id": "a", "children": 3}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_encodings_of_json(encoding: str) -> None:
    (units,), _ = read('{"units": [{"unit_id": "甲"}]}'.encode(encoding))
    assert rows(units) == [{"unit_id": "甲"}]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"units": [{"unit_id": "a", "unit_id": "b"}]}', "a key stands twice in one record"),
        ('{"units": [{"unit_id": NaN}]}', "it holds NaN, which is no value of JSON"),
        ('{"units": [{"unit_id": -Infinity}]}', "it holds -Infinity, which is no value of JSON"),
        ('{"units": [', "it is no JSON (Expecting value, line 1)"),
        ('{"units": [{"unit_id": "a\x00"}]}', "it is no JSON (Invalid control character at, line 1)"),
        ("5", "it holds a single value and no table"),
        ("[1, 2]", "it holds a list of something else than records"),
        ('{"units": [["a"]]}', "it holds a list of something else than records"),
        ('{"units": 5}', "it holds a list of something else than records"),
        ('{"units": {"unit_id": ["a"], "name": []}}', "its columns are no lists of one length"),
        ('{"nodes": {"a": {"label": "x"}}}', "its columns are no lists of one length"),
        ('{"a": 1}', "it holds no table: a list of records, or units and ties, or nodes and edges, is one"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"a":' * 100_000, "it is nested too deeply"),
        (f'{{"units": [{{"unit_id": {"[" * 900}{"]" * 900}}}]}}', None),
        ('{"units": [{"unit_id": "甲"}]}'.encode("gb18030"), "the text is neither UTF-8 nor UTF-16"),
        (b'{"units": [{"unit_id": "\xed\xa0\x80"}]}', "the text is neither UTF-8 nor UTF-16"),
    ],
)
def test_json_that_is_no_table(text: str | bytes, reason: str | None) -> None:
    if reason is None:  # deep but not too deep to be parsed: whatever comes of it, no traceback
        raws, found = read(text)
        assert len(raws) + found.n_refused == 1
    else:
        assert why(text) == reason
