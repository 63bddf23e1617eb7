"""Chain of command and communication: values worked by hand, plain twins on random networks, laws, undefined cases."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from orgnet import build, metrics
from orgnet.errors import OptionError, UnitError

if TYPE_CHECKING:
    import orgnet

TREE = {
    "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
    "kind": ["party_committee", "party_branch", "party_branch"] + ["party_cell"] * 4,
    "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
}


def tree(**ties: Any) -> orgnet.OrgNetwork:
    """The worked command tree, with collaboration ties."""
    return build.from_tables(TREE, pd.DataFrame({"layer": "collab", **ties}) if ties else None)


def test_worked_spans_and_depth() -> None:
    net = tree()
    assert metrics.span(net).to_dict() == {"h": 2, "g1": 3, "g2": 1, "c1": 0, "c2": 0, "c3": 0, "c4": 0}
    assert metrics.depth(net).drop("h").mean() == pytest.approx(10 / 6)
    assert metrics.subtree_size(net).to_dict() == {"h": 6, "g1": 3, "g2": 1, "c1": 0, "c2": 0, "c3": 0, "c4": 0}
    found = metrics.chain(net)
    assert found.tops == ("h",)
    assert found.level_counts == {0: 1, 1: 2, 2: 4}
    assert (found.span_mean, found.span_max, found.is_forest) == (2.0, 3.0, True)


def test_worked_reach_and_shortcut_gain() -> None:
    found = metrics.communication(tree())
    assert found.reach(1) == pytest.approx(2 / 6)
    assert found.reach(2) == 1.0
    assert found.mean_distance == pytest.approx(10 / 6)
    assert found.shortcut_gain == 0.0
    assert found.mean_inverse == pytest.approx((2 * 1 + 4 * 0.5) / 6)
    joined = metrics.communication(tree(source=["h"], target=["c1"]))
    assert joined.mean_distance_all == pytest.approx(1.5)
    assert joined.shortcut_gain == pytest.approx(0.10)


def test_cut_units_without_the_trivial_headquarters() -> None:
    found = metrics.communication(tree()).cut_units
    assert found[["unit_id", "units_cut_off"]].to_numpy().tolist() == [["g1", 3], ["g2", 1]]
    joined = metrics.communication(tree(source=["c1", "c2"], target=["c4", "c3"])).cut_units
    assert joined[["unit_id", "units_cut_off"]].to_numpy().tolist() == [["g1", 2]]


def test_cut_units_count_households() -> None:
    net = tree().with_units(households=[np.nan, np.nan, np.nan, 10.0, 20.0, np.nan, 40.0])
    found = metrics.communication(net)
    assert found.cut_units.set_index("unit_id")["households_cut_off"].to_dict() == {"g1": 30, "g2": 40}
    assert found.warnings == ()


def test_households_are_counted_once_and_missing_ones_are_said() -> None:
    units = pd.DataFrame(TREE)
    units["kind"] = [
        "party_committee",
        "party_branch",
        "villagers_committee",
        "grid",
        "grid",
        "residents_committee",
        "grid",
    ]
    net = build.from_tables(units).with_units(households=[np.nan, np.nan, np.nan, 10.0, np.nan, 99.0, 40.0])
    found = metrics.communication(net)
    assert found.cut_units.set_index("unit_id")["households_cut_off"].to_dict() == {"g1": 10, "g2": 40}
    assert any("1 of the 3 units" in note for note in found.warnings)
    assert found.indicator("households_cut_off")["unknown"] == 1


def test_several_headquarters_are_a_set_and_a_warning() -> None:
    net = build.from_tables({"unit_id": ["a", "b", "x", "y", "z"], "superior_id": [None, None, "a", "x", "b"]})
    assert metrics.depth(net).to_dict() == {"a": 0, "b": 0, "x": 1, "y": 2, "z": 1}
    assert any("2 units are tops" in text for text in metrics.depth(net).attrs["orgnet"]["warnings"])
    named = metrics.depth(net, headquarters="a")
    assert named.to_dict() == {
        "a": 0,
        "b": pytest.approx(np.nan, nan_ok=True),
        "x": 1,
        "y": 2,
        "z": pytest.approx(np.nan, nan_ok=True),
    }
    assert not named.attrs["orgnet"]["warnings"]
    with pytest.raises(UnitError, match="no unit 'q'"):
        metrics.depth(net, headquarters="q")
    with pytest.raises(UnitError, match="no unit '5'"):
        metrics.depth(net, headquarters=5)  # type: ignore[arg-type]


def test_population_of_reach_is_named() -> None:
    units = pd.concat([pd.DataFrame(TREE), pd.DataFrame({"unit_id": ["firm"], "kind": ["enterprise"]})])
    net = build.from_tables(units, {"source": ["c1"], "target": ["firm"], "layer": ["collab"]})
    table = metrics.communication(net).table
    assert table.groupby("ties")["denominator"].first().to_dict() == {"command": 6, "all": 7}
    assert metrics.communication(net).reach(3, "all") == 1.0
    few = metrics.communication(net, units=["c1", "c4", "h"])
    assert few.table.groupby("ties")["denominator"].first().to_dict() == {"command": 2, "all": 2}


def test_without_party_kinds_reach_is_over_units_in_command() -> None:
    net = build.from_tables({"unit_id": list("abcd"), "superior_id": [None, "a", "a", None]})
    found = metrics.communication(net)
    assert found.table["denominator"].tolist()[0] == 2
    assert any("Party kind" in text for text in found.warnings)


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "b"]])
def test_without_command_everything_is_undefined(ids: list[str]) -> None:
    net = build.from_tables({"unit_id": ids, "kind": "enterprise"})
    assert metrics.depth(net).isna().all()
    assert (metrics.span(net) == 0).all()
    found = metrics.communication(net)
    assert found.headquarters == ()
    assert np.isnan([found.mean_distance, found.shortcut_gain, found.mean_inverse, found.reach(1)]).all()
    with pytest.raises(OptionError, match="ties='collab'"):
        found.reach(1, "collab")
    assert found.cut_units.empty
    chain = metrics.chain(net)
    assert chain.table.empty
    assert np.isnan(chain.span_mean)
    assert chain.is_forest


def test_a_cycle_and_a_double_superior_leave_only_their_own_units_undefined() -> None:
    ties = pd.DataFrame(
        [
            ("h", "a"),
            ("a", "b"),
            ("b", "c"),
            ("c", "b"),
            ("h", "d"),
            ("d", "e"),
            ("a", "e"),
            ("e", "f"),
            ("h", "g"),
            ("g", "i"),
        ],
        columns=["source", "target"],
    ).assign(layer="command")
    net = build.from_tables({"unit_id": list("habcdefgi")}, ties)
    size = metrics.subtree_size(net)
    assert set(size.index[size.isna()]) == {"h", "a", "b", "c", "d", "e"}
    assert size[["f", "g", "i"]].tolist() == [0, 1, 0]
    found = metrics.chain(net)
    assert set(found.on_cycles) == {"b", "c"}
    assert set(found.several_superiors) == {"b", "e"}
    assert not found.is_forest
    assert metrics.depth(net)["e"] == 2


def test_a_cycle_without_a_top_has_no_headquarters() -> None:
    net = build.from_tables({"unit_id": list("abc"), "superior_id": ["c", "a", "b"]})
    assert metrics.depth(net).isna().all()
    assert metrics.chain(net).not_reached == ("a", "b", "c")


def test_subtree_sums_a_column() -> None:
    net = tree().with_units(households=[np.nan, 5.0, 6.0, 10.0, 20.0, np.nan, 40.0])
    assert metrics.subtree_size(net, weight="households").to_dict() == {
        "h": 81,
        "g1": 30,
        "g2": 40,
        "c1": 0,
        "c2": 0,
        "c3": 0,
        "c4": 0,
    }
    with pytest.raises(OptionError, match="not numbers"):
        metrics.subtree_size(net, weight="kind")


def test_distance_in_days() -> None:
    ties = {"source": ["a", "a", "b"], "target": ["b", "c", "c"], "layer": "command", "latency_days": [1.0, 5.0, 2.0]}
    net = build.from_tables({"unit_id": list("abcd")}, ties)
    far = metrics.distance_from(net, "a", direction="down", distance="latency_days")
    assert far.drop("d").to_dict() == {"a": 0, "b": 1, "c": 3}
    assert np.isnan(far["d"])
    holes = net.with_ties(latency_days=[1.0, np.nan, 2.0])
    with pytest.raises(OptionError, match="1 of 3 ties"):
        metrics.distance_from(holes, "a", distance="latency_days")


@pytest.mark.parametrize("n", [20_000])
def test_a_deep_chain_is_no_problem(n: int) -> None:
    ids = [f"n{i}" for i in range(n)]
    net = build.from_tables({"unit_id": ids, "superior_id": [None, *ids[:-1]]})
    assert metrics.depth(net).iloc[-1] == n - 1
    assert metrics.subtree_size(net).iloc[0] == n - 1
    assert metrics.communication(net).cut_units["units_cut_off"].iloc[0] == n - 2


# --- plain twins


def random_network(seed: int) -> orgnet.OrgNetwork:
    """Command ties of any shape (cycles and double superiors too), and collaboration."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 12))
    ids = [f"u{i}" for i in range(n)]
    rows = [
        (ids[a], ids[b], layer)
        for layer, many in (("command", 1.2), ("collab", 0.7), ("report", 0.4), ("covers", 0.3))
        for a, b in rng.integers(0, n, (int(rng.integers(0, 1 + int(many * n))), 2))
        if a != b
    ]
    ties = pd.DataFrame(rows, columns=["source", "target", "layer"])
    kinds = rng.choice(["party_branch", "enterprise"], n)
    return build.from_tables({"unit_id": ids, "kind": kinds, "households": rng.integers(0, 9, n)}, ties)


def arcs(net: orgnet.OrgNetwork, layers: set[str], *, symmetric: bool = False) -> dict[str, set[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for source, target, layer in net.ties[["source", "target", "layer"]].to_numpy().tolist():
        if layer not in layers:
            continue
        a, b = (target, source) if layer == "report" else (source, target)
        out[a].add(b)
        if symmetric or layer in {"collab", "interlock"}:
            out[b].add(a)
    return out


def spread(out: dict[str, set[str]], start: set[str], without: str | None = None) -> dict[str, int]:
    far = {unit: 0 for unit in start if unit != without}
    edge = list(far)
    while edge:
        following = []
        for unit in edge:
            for other in out[unit]:
                if other not in far and other != without:
                    far[other] = far[unit] + 1
                    following.append(other)
        edge = following
    return far


ALL = {"command", "report", "collab", "interlock", "covers", "guides", "serves", "supports"}


@pytest.mark.parametrize("seed", range(200))
def test_everything_agrees_with_its_plain_twin(seed: int) -> None:
    net = random_network(seed)
    command, everything = arcs(net, {"command"}), arcs(net, ALL)
    below = {unit for others in command.values() for unit in others}
    tops = {unit for unit in net.ids if command[unit] and unit not in below}
    down, all_down = spread(command, tops), spread(everything, tops)
    depth = metrics.depth(net)
    assert depth.dropna().to_dict() == down
    assert metrics.span(net).to_dict() == {unit: len(command[unit]) for unit in net.ids}
    found = metrics.communication(net)
    reached = [unit for unit in down if unit not in tops]
    if reached:
        mean, mean_all = np.mean([down[u] for u in reached]), np.mean([all_down[u] for u in reached])
        assert found.mean_distance == pytest.approx(mean, rel=1e-9)
        assert found.shortcut_gain == pytest.approx(1 - mean_all / mean, rel=1e-9, abs=1e-12)
    else:
        assert np.isnan(found.shortcut_gain)
    others = [unit for unit in net.ids if unit not in tops]
    for step in range(4):
        if others and tops:
            share = sum(unit in all_down and all_down[unit] <= step for unit in others) / len(others)
            assert found.reach(step, "all") == pytest.approx(share, rel=1e-9)
    twin = cut_twin(net, tops)
    assert dict(zip(found.cut_units["unit_id"], found.cut_units["units_cut_off"], strict=True)) == twin
    assert subtree_twin(net, command) == {
        unit: None if np.isnan(size) else size for unit, size in metrics.subtree_size(net).items()
    }


def cut_twin(net: orgnet.OrgNetwork, tops: set[str]) -> dict[str, int]:
    """Remove each unit in turn and count who no longer reaches headquarters."""
    out = arcs(net, ALL, symmetric=True)
    joined = set(spread(out, tops))
    lost = {unit: len(joined - set(spread(out, tops, without=unit)) - {unit}) for unit in joined}
    return {unit: count for unit, count in lost.items() if count and not (len(tops) == 1 and unit in tops)}


def subtree_twin(net: orgnet.OrgNetwork, command: dict[str, set[str]]) -> dict[str, int | None]:
    superiors: dict[str, int] = defaultdict(int)
    for others in command.values():
        for unit in others:
            superiors[unit] += 1
    bad = {unit for unit in net.ids if superiors[unit] > 1 or unit in spread(command, set(command[unit]))}
    sizes: dict[str, int | None] = {}
    for unit in net.ids:
        below = set(spread(command, {unit}))
        sizes[unit] = None if below & bad else len(below) - 1
    return sizes


# --- laws


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    net = random_network(seed)
    other = build.from_tables(net.units.sample(frac=1, random_state=seed), net.ties.sample(frac=1, random_state=seed))
    for measure in (metrics.depth, metrics.span, metrics.subtree_size):
        pd.testing.assert_series_equal(measure(other).reindex(net.ids), measure(net))
    a, b = metrics.communication(net), metrics.communication(other)
    assert a.table.equals(b.table)
    assert a.shortcut_gain == pytest.approx(b.shortcut_gain, nan_ok=True)


@pytest.mark.parametrize("seed", range(30))
def test_a_tie_more_never_makes_the_way_longer(seed: int) -> None:
    net = random_network(seed)
    if net.n_units < 2:
        return
    more = net.with_ties(pd.DataFrame({"source": [net.ids[0]], "target": [net.ids[-1]], "layer": ["collab"]}))
    before, after = metrics.communication(net), metrics.communication(more)
    assert not after.shortcut_gain < before.shortcut_gain - 1e-12
    assert not after.reach(2, "all") < before.reach(2, "all")


def test_reach_never_falls_with_more_steps() -> None:
    table = metrics.communication(build.synthetic(n_communities=4, seed=2)).table
    for _, rows in table.groupby("ties"):
        assert rows["reached"].is_monotonic_increasing
        assert rows["share"].between(0, 1).all()
