"""Pooling: the worked case, the largest flow against networkx, and that nothing is made or lost."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet._engine.flow import most_shared
from orgnet.metrics import resources

WORKED = {"unit_id": ["X", "Y", "Z"], "kind": "service_centre", "capacity": [10, 2, 1], "demand": [4, 6, 3]}


def tied(units: Any, *pairs: str, **more: Any) -> orgnet.OrgNetwork:  # noqa: ANN401 - a unit table
    ties = pd.DataFrame(
        {"source": [pair[0] for pair in pairs], "target": [pair[1] for pair in pairs], "layer": "collab"}
    )
    return build.from_tables(units, ties, **more)


def moved(net: orgnet.OrgNetwork) -> list[list[Any]]:
    rows: list[list[Any]] = resources(net).pooling[["from", "to", "amount"]].to_numpy().tolist()
    return rows


def test_the_worked_case() -> None:
    """X has 6 to spare, Y lacks 4 and Z 2. Tied to Y alone X gives 4: 6 becomes 2, a gain of 4 of 6."""
    found = resources(tied(WORKED, "XY"))
    assert found.value("unmet_demand") == 6.0
    assert found.value("unmet_after_pooling") == 2.0
    assert found.value("pooling_gain") == pytest.approx(0.6667, abs=5e-5)
    assert found.pooling[["service", "from", "to", "amount"]].to_numpy().tolist() == [["all", "X", "Y", 4.0]]
    both = resources(tied(WORKED, "XY", "XZ"))
    assert (both.value("unmet_after_pooling"), both.value("pooling_gain")) == (0.0, 1.0)
    none = resources(tied(WORKED))
    assert (none.value("unmet_after_pooling"), none.value("pooling_gain")) == (6.0, 0.0)


def test_the_balance_before_and_after() -> None:
    balance: Any = resources(tied(WORKED, "XY")).balance.set_index("unit_id")
    assert balance.index.tolist() == ["Y", "Z", "X"]  # most demand unmet first
    assert balance["unmet"].tolist() == [4, 2, 0]
    assert balance["unmet_after"].tolist() == [0, 2, 0]
    assert balance.loc["X", ["spare", "given", "received", "partners_in_need"]].tolist() == [6, 4, 0, 1]


def test_capacity_that_is_passed_on() -> None:
    """X - Y - Z: X reaches Z only through Y, which has nothing over; what is passed on meets 6 of 6."""
    found = resources(tied(WORKED, "XY", "YZ"))
    assert found.value("pooling_gain") == pytest.approx(4 / 6)
    assert found.value("pooling_gain_any_route") == 1.0
    apart = resources(tied(WORKED, "YZ"))
    assert (apart.value("pooling_gain"), apart.value("pooling_gain_any_route")) == (0.0, 0.0)


def test_spare_capacity_with_nowhere_to_go() -> None:
    balance = resources(tied(WORKED, "YZ")).balance.set_index("unit_id")
    assert balance.loc["X", "spare"] == 6
    assert balance.loc["X", "partners_in_need"] == 0


def test_the_best_way_is_found_where_the_nearest_is_not() -> None:
    """A could serve both takers, B the first one only: 5 + 5 move only if A leaves that one to B."""
    units = {
        "unit_id": ["A", "B", "c", "d"],
        "kind": "service_centre",
        "capacity": [5, 5, 0, 0],
        "demand": [0, 0, 5, 5],
    }
    assert moved(tied(units, "Ac", "Ad", "Bc")) == [["A", "d", 5.0], ["B", "c", 5.0]]


def test_services_are_not_exchanged_for_one_another() -> None:
    net = tied({"unit_id": ["X", "Y"], "kind": "service_centre"}, "XY")
    services = {"provider": ["X", "Y", "X", "Y"], "service": ["legal", "meals", "care", "care"],
                "capacity": [9, 1, 5, 2], "demand": [1, 9, 2, 4]}  # fmt: skip
    found = resources(net.with_tables(services=services))
    assert found.pooling[["service", "from", "to", "amount"]].to_numpy().tolist() == [["care", "X", "Y", 2.0]]
    assert found.value("pooling_gain", "care") == 1.0
    assert found.value("pooling_gain", "meals") == 0.0
    assert math.isnan(found.value("pooling_gain", "legal"))
    assert "met already" in found.indicator("pooling_gain", "legal")["reason"]


def test_ties_that_are_over_and_other_layers_carry_nothing() -> None:
    ties = pd.DataFrame({"source": ["X", "X"], "target": ["Y", "Z"], "layer": ["collab", "serves"]})
    ties["until"] = ["2024-12-31", None]
    found = resources(build.from_tables(WORKED, ties, as_of="2025-06-30"))
    assert found.value("pooling_gain") == 0.0
    assert found.pooling.empty


def test_the_bundled_subdistrict() -> None:
    """Its README: 102 unmet; 12 move in one step, 330106012003-S03 to the centre; along several ties 50 are left."""
    found = resources(orgnet.datasets.load())
    assert found.value("unmet_demand") == 102.0
    whole = found.pooling[found.pooling["service"] == "all"]
    assert whole[["from", "to", "amount"]].to_numpy().tolist() == [["330106012003-S03", "330106012003-SC", 12.0]]
    assert found.value("unmet_after_pooling") == 90.0
    assert found.value("pooling_gain_any_route") == pytest.approx(52 / 102)
    balance: Any = found.balance[found.balance["service"] == "all"].set_index("unit_id")
    assert balance.loc["330106012006-SC", ["spare", "partners_in_need"]].tolist() == [36, 0]


def random_net(rng: np.random.Generator, n: int, digits: int) -> orgnet.OrgNetwork:
    names = np.array([f"u{i:02d}" for i in range(n)])
    have, want = rng.uniform(0, 20, (2, n)).round(digits)
    units = {"unit_id": names, "kind": "service_centre", "capacity": have, "demand": want}
    ends = np.array([(i, j) for i in range(n) for j in range(i) if rng.random() < 2.5 / n]).reshape(-1, 2)
    return build.from_tables(
        units, pd.DataFrame({"source": names[ends[:, 0]], "target": names[ends[:, 1]], "layer": "collab"})
    )


def largest_flow(net: orgnet.OrgNetwork) -> float:
    """Give what networkx finds for the same question."""
    units = net.units
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for name, capacity, demand in zip(net.ids, units["capacity"], units["demand"], strict=True):
        graph.add_edge("source", f"{name} has", capacity=max(0.0, capacity - demand))
        graph.add_edge(f"{name} lacks", "sink", capacity=max(0.0, demand - capacity))
    for one, other in net.ties[["source", "target"]].to_numpy():
        graph.add_edge(f"{one} has", f"{other} lacks")  # no capacity: no limit
        graph.add_edge(f"{other} has", f"{one} lacks")
    return float(nx.maximum_flow_value(graph, "source", "sink"))


@pytest.mark.parametrize("digits", [0, 2])
@pytest.mark.parametrize("seed", range(12))
def test_as_much_moves_as_can(seed: int, digits: int) -> None:
    net = random_net(np.random.default_rng(seed), 14, digits)
    found = resources(net)
    assert found.pooling["amount"].sum() == pytest.approx(largest_flow(net), abs=1e-6)
    assert found.value("unmet_demand") - found.value("unmet_after_pooling") == pytest.approx(
        largest_flow(net), abs=1e-6
    )


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_made_or_lost(seed: int) -> None:
    net = random_net(np.random.default_rng(100 + seed), 14, 1)
    found = resources(net)
    balance, pooling = found.balance.set_index("unit_id"), found.pooling
    given = pooling.groupby("from")["amount"].sum()
    received = pooling.groupby("to")["amount"].sum()
    assert (given <= balance["spare"].reindex(given.index) + 1e-6).all()
    assert (received <= balance["unmet"].reindex(received.index) + 1e-6).all()
    assert balance["given"].sum() == pytest.approx(balance["received"].sum())
    pairs = {frozenset(pair) for pair in net.ties[["source", "target"]].to_numpy().tolist()}
    assert {frozenset(pair) for pair in pooling[["from", "to"]].to_numpy().tolist()} <= pairs
    assert found.value("pooling_gain") <= found.value("pooling_gain_any_route") + 1e-9 <= 1 + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_another_tie_never_lessens_what_moves(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    net = random_net(rng, 12, 0)
    one, other = (str(name) for name in rng.choice(net.ids.to_numpy(), 2, replace=False))
    more = net.with_ties(pd.DataFrame({"source": [one], "target": [other], "layer": ["collab"]}))
    for measure in ("pooling_gain", "pooling_gain_any_route"):
        assert resources(more).value(measure) >= resources(net).value(measure) - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_who_gives_to_whom_depends_on_ids_alone(seed: int) -> None:
    rng = np.random.default_rng(300 + seed)
    net = random_net(rng, 14, 0)
    other = build.from_tables(
        net.units.reset_index().sample(frac=1, random_state=rng), net.ties.sample(frac=1, random_state=rng)
    )
    pd.testing.assert_frame_equal(resources(other).pooling, resources(net).pooling)


def test_large_amounts_are_exact_while_integers_hold_them() -> None:
    units = {
        "unit_id": ["X", "Y"],
        "kind": "service_centre",
        "capacity": [2_000_000_001, 0],
        "demand": [0, 2_000_000_000],
    }
    found = resources(tied(units, "XY"))
    assert moved(tied(units, "XY")) == [["X", "Y", 2_000_000_000.0]]
    assert not found.warnings


def test_what_is_rounded_down_is_told() -> None:
    """9 000 000 001 is beyond the integers of the flow: multiples of 10 move, and the reader is told."""
    units = {
        "unit_id": ["X", "Y"],
        "kind": "service_centre",
        "capacity": [9_000_000_001, 0],
        "demand": [0, 9_000_000_005],
    }
    found = resources(tied(units, "XY"))
    assert found.pooling["amount"].tolist() == [9_000_000_000.0]
    assert any("multiples of 10" in note for note in found.warnings)


def test_the_flow_of_nothing() -> None:
    amount, step = most_shared(np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    assert len(amount) == 0
    assert step == 0.0


def test_decimals_are_kept() -> None:
    amount, step = most_shared(np.array([0.29]), np.array([1.0]), np.array([0]), np.array([0]))
    assert amount.tolist() == [0.29]
    assert step == 0.0
    third = most_shared(np.array([1 / 3]), np.array([1.0]), np.array([0]), np.array([0]))
    assert third[0].tolist() == [0.333333]
    assert third[1] == pytest.approx(1e-6)
