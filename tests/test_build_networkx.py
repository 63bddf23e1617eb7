"""To networkx and back: nothing is lost; and graphs from elsewhere come in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from model_networks import networks

import orgnet
from orgnet.build import from_networkx, from_tables

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.network import OrgNetwork

TYPED = ["kind", "area", "level_rank", "staff", "has_party_org", "formation", "founded"]
TIES_TYPED = ["tie_type", "weight", "since", "until", "latency_days", "reliability"]


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what is missing altogether: it has nowhere to stand in a graph."""
    return frame.loc[:, frame.notna().any()].sort_index(axis=1)


def row_set(frame: pd.DataFrame) -> list[str]:
    known = [{key: value for key, value in row.items() if not pd.isna(value)} for row in frame.to_dict("records")]
    return sorted(repr(sorted(row.items())) for row in known)


@given(networks())
@settings(max_examples=40)
def test_there_and_back(net: OrgNetwork) -> None:
    again = from_networkx(net.to_networkx(layers=net.layers))
    assert again.ids.tolist() == net.ids.tolist()
    assert row_set(again.units.reset_index()) == row_set(net.units.reset_index())
    assert row_set(again.ties) == row_set(net.ties)
    for name in [name for name in TYPED if net.units.get(name, pd.Series()).notna().any()]:
        assert again.units[name].dtype == net.units[name].dtype
    for name in [name for name in TIES_TYPED if net.ties.get(name, pd.Series()).notna().any()]:
        assert again.ties[name].dtype == net.ties[name].dtype
    assert again.as_of == net.as_of
    assert again.findings.n_refused == 0


@pytest.mark.parametrize("write", [nx.write_graphml_xml, nx.write_gexf, nx.write_gml])
def test_networkx_writes_our_graph(tmp_path: Path, write: Any) -> None:  # noqa: ANN401 - a function
    for net in (orgnet.datasets.load(), from_tables({"unit_id": ["a"]})):  # without a date that the data speak for
        graph = net.to_networkx(layers=net.layers)
        write(graph, tmp_path / "net")
        assert json.loads(json.dumps(graph.graph)) == graph.graph


def test_all_values_of_our_graph_are_plain() -> None:
    net = orgnet.datasets.load().with_units(seen=pd.Timestamp("2025-06-30 12:00"))
    graph = net.to_networkx(layers=net.layers)
    facts = [facts for *_, facts in (*graph.nodes(data=True), *graph.edges(data=True))]
    assert {type(value) for row in facts for value in row.values()} <= {str, int, float, bool}
    assert facts[0]["seen"] == "2025-06-30T12:00:00"
    data = json.loads(json.dumps(nx.node_link_data(graph, edges="edges")))
    again = from_networkx(nx.node_link_graph(data, edges="edges"))
    assert row_set(again.ties) == row_set(net.ties)
    assert row_set(again.units.drop(columns="seen")) == row_set(net.units.drop(columns="seen"))


def test_layers_are_chosen() -> None:
    net = from_tables(
        {"unit_id": ["a", "b"], "name": ["甲", None]},
        {"source": ["a", "a"], "target": ["b", "b"], "layer": ["collab", "contains"]},
    )
    graph = net.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.number_of_edges() == 1
    assert net.to_networkx("contains").number_of_edges() == 1
    assert {node: dict(facts) for node, facts in graph.nodes(data=True)} == {"a": {"name": "甲"}, "b": {}}


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_graphs_from_elsewhere(kind: Any) -> None:  # noqa: ANN401 - a class of graphs
    graph = kind([(1, 2), (2, 3), (3, 1)])
    graph.add_edge(1, 2)
    graph.add_node("alone", kind="企业", unit_id="other", staff="7")
    net = from_networkx(graph, layer="covers")
    assert net.ids.tolist() == ["1", "2", "3", "alone"]
    assert net.units["kind"].iloc[3] == "enterprise"
    assert net.units["staff"].fillna(0).tolist() == [0, 0, 0, 7]
    assert net.layers == ("covers",)
    assert net.n_ties == 3


def test_edges_that_carry_a_layer_keep_it() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("a", "b", layer="横向", weight=3, source="wrong", target="wrong")
    graph.add_edge("b", "c")
    net = from_networkx(graph, layer="command")
    assert net.ties[["source", "target", "layer", "weight"]].to_numpy().tolist() == [
        ["a", "b", "collab", 3.0],
        ["b", "c", "command", 1.0],
    ]
    with pytest.raises(orgnet.ValidationError, match="layer"):
        from_networkx(nx.path_graph(3))


def test_ids_that_come_to_the_same_text_are_a_conflict() -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_node(1, name="x")
    graph.add_node("1", name="y")
    with pytest.raises(orgnet.ValidationError, match="different facts"):
        from_networkx(graph)


def test_a_graph_without_nodes() -> None:
    assert from_networkx(nx.Graph()).n_units == 0
    assert from_tables({"unit_id": []}).to_networkx().number_of_nodes() == 0


def test_a_date_that_was_given_travels_with_the_graph() -> None:
    net = from_tables({"unit_id": ["a"], "founded": ["2020-01-01"]}, as_of="2024-12-31")
    assert from_networkx(net.to_networkx()).as_of == net.as_of
    assert str(from_networkx(net.to_networkx(), as_of="2025-01-31").as_of) == "2025-01-31"
