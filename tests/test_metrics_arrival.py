"""Arrival with latencies, broadcast, paths in the order of time: values by hand, slow twins, laws, undefined cases."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import TYPE_CHECKING, Any

import naive
import numpy as np
import pandas as pd
import pytest

from orgnet import build, datasets, metrics
from orgnet._engine import jit, spreading
from orgnet._engine.csr import build_view
from orgnet.errors import LayerError, OptionError, UnitError

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

UNITS = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch"}
COMMAND = {
    "source": ["h", "h", "g1", "g1", "g1", "g2"],
    "target": ["g1", "g2", "c1", "c2", "c3", "c4"],
    "layer": "command",
    "latency_days": [1.0, 2.0, 3.0, 1.0, 5.0, None],
}


def tree() -> OrgNetwork:
    return build.from_tables(UNITS, COMMAND)


def test_arrival_by_hand() -> None:
    """g1 1, g2 2, c2 2, c1 4, c3 6 days; c4 hangs on a tie without a latency: five of six are reached.

    Half of five is the third (2 days), nine tenths the fifth; half of six is the third, nine tenths the sixth: never.
    """
    found = metrics.arrival(tree())
    days = found.arrivals.set_index("unit_id")["days"]
    assert days.dropna().to_dict() == {"g1": 1, "g2": 2, "c1": 4, "c2": 2, "c3": 6}
    assert found.arrivals.set_index("unit_id")["from_unit"]["c3"] == "g1"
    assert (found.t50, found.t90, found.t100, found.t50_all) == (2, 6, 6, 2)
    assert np.isnan([found.t90_all, found.t100_all]).all()
    assert (found.n_reached, found.n_meant, found.n_without_latency) == (5, 6, 1)
    assert any("1 of 6 ties have no latency_days" in note for note in found.warnings)
    assert found.table.to_dict("list") == {
        "days": [1, 2, 4, 6],
        "reached": [1, 3, 4, 5],
        "share_reached": [1 / 5, 3 / 5, 4 / 5, 1],
        "share": [1 / 6, 3 / 6, 4 / 6, 5 / 6],
    }
    assert found.slowest["unit_id"].tolist() == ["h", "g1", "c3"]
    assert found.slowest["days"].tolist() == [0, 1, 6]
    assert found.slowest["latency_days"].tolist()[1:] == [1, 5]
    assert found.value("arrival_t50") == 2
    assert found.indicator("arrival_t90_all")["reason"]
    figures = found.indicators[found.indicators["measure"] != "reach_in_time"]
    assert figures[["numerator", "denominator"]].isna().to_numpy().all()  # days and rounds are no fractions


def test_a_default_fills_what_has_no_latency() -> None:
    found = metrics.arrival(tree(), default_latency=1)
    assert found.arrivals.set_index("unit_id")["days"]["c4"] == 3
    assert (found.t90_all, found.t100_all, found.n_without_latency) == (6, 6, 1)
    assert not found.warnings
    assert metrics.arrival(tree(), default_latency=10).slowest["unit_id"].tolist() == ["h", "g2", "c4"]


def test_the_quicker_of_parallel_ties_counts() -> None:
    ties = pd.DataFrame(COMMAND)
    more = pd.concat([ties, ties.iloc[[4]].assign(tie_type="phone", latency_days=0.5)])
    assert metrics.arrival(build.from_tables(UNITS, more)).arrivals.set_index("unit_id")["days"]["c3"] == 1.5


def test_other_layers_carry_too() -> None:
    collab = pd.DataFrame({"source": ["c3"], "target": ["h"], "layer": ["collab"], "latency_days": [0.0]})
    net = build.from_tables(UNITS, pd.concat([pd.DataFrame(COMMAND), collab]))
    found = metrics.arrival(net, layers=["command", "collab"])
    assert found.arrivals.set_index("unit_id")["days"]["c3"] == 0
    assert metrics.arrival(net).t100 == 6


def test_wrong_options_say_so() -> None:
    for wrong in (-1, float("nan"), float("inf"), "3"):
        with pytest.raises(OptionError, match="default_latency"):
            metrics.arrival(tree(), default_latency=wrong)  # type: ignore[arg-type]
    with pytest.raises(UnitError):
        metrics.arrival(tree(), headquarters="q")
    with pytest.raises(LayerError):
        metrics.arrival(tree(), layers="vertikal")
    with pytest.raises(LayerError):
        metrics.broadcast(tree(), layers="vertikal")


def test_without_latencies_it_is_not_known() -> None:
    net = build.from_tables({"unit_id": ["h", "a"], "superior_id": [None, "h"]})
    found = metrics.arrival(net)
    assert found.indicator("arrival_t50")["missing"] == "ties.latency_days"
    assert np.isnan(found.t50)
    given = metrics.arrival(net, default_latency=2)
    assert given.t100 == given.value("arrival_t100") == 2


@pytest.mark.parametrize("n", [0, 1, 2])
def test_next_to_nothing(n: int) -> None:
    net = build.from_tables(pd.DataFrame({"unit_id": pd.Series([f"u{i}" for i in range(n)], dtype="str")}))
    found = metrics.arrival(net)
    assert found.indicators["value"].isna().all()
    assert (found.indicators["reason"] != "").all()
    assert found.table.empty
    assert found.slowest.empty
    assert len(metrics.broadcast(net)) == n
    assert json.dumps(found.to_dict())


def test_a_circle_of_no_delay_ends() -> None:
    ties = {"source": ["h", "a", "b"], "target": ["a", "b", "a"], "layer": "command", "latency_days": [1.0, 0.0, 0.0]}
    found = metrics.arrival(build.from_tables({"unit_id": ["h", "a", "b"]}, ties))
    assert found.t100 == 1
    assert found.slowest["unit_id"].tolist()[0] == "h"
    assert found.indicator("broadcast_rounds")["reason"]


def random_timed(seed: int) -> tuple[OrgNetwork, dict[tuple[int, int], float], int]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 14))
    lengths = {
        (int(a), int(b)): float(rng.random()) for a, b in rng.integers(0, n, (int(rng.integers(n, 3 * n)), 2)) if a != b
    }
    rows = [(f"u{a}", f"u{b}", "command", days) for (a, b), days in lengths.items()]
    ties = pd.DataFrame(rows, columns=["source", "target", "layer", "latency_days"])
    return build.from_tables({"unit_id": [f"u{i}" for i in range(n)], "kind": "party_branch"}, ties), lengths, n


@pytest.mark.parametrize("seed", range(30))
def test_arrival_agrees_with_a_twin(seed: int) -> None:
    net, lengths, n = random_timed(seed)
    near = naive.costs(n, lengths)[0]
    found = metrics.arrival(net, headquarters="u0")
    expected = sorted(days for unit, days in near.items() if unit)
    np.testing.assert_allclose(np.sort(found.arrivals["days"].dropna()), expected)
    if expected:
        assert found.t100 == pytest.approx(expected[-1])
        half = next(day for place, day in enumerate(expected, 1) if 2 * place >= len(expected))
        assert found.t50 == pytest.approx(half)
        way = found.slowest["unit_id"].str[1:].astype(int).tolist()
        assert way[0] == 0
        assert sum(lengths[pair] for pair in itertools.pairwise(way)) == pytest.approx(expected[-1])
    else:
        assert np.isnan(found.t50)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    net, _, _ = random_timed(seed)
    other = build.from_tables(net.units.sample(frac=1, random_state=seed), net.ties.sample(frac=1, random_state=seed))
    found, same = (metrics.arrival(one, headquarters="u0") for one in (net, other))
    pd.testing.assert_frame_equal(found.indicators, same.indicators)
    pd.testing.assert_frame_equal(found.table, same.table)
    pd.testing.assert_frame_equal(found.slowest, same.slowest)


def test_a_longer_tie_never_makes_it_sooner() -> None:
    for seed in range(20):
        net, _, _ = random_timed(seed)
        days = net.ties["latency_days"]
        slower = net.with_ties(latency_days=days.where(days.index != 0, days + 1))
        before, after = (metrics.arrival(one, headquarters="u0").arrivals["days"] for one in (net, slower))
        assert (after.fillna(-1) >= before.fillna(-1) - 1e-12).all()


def test_the_bundled_subdistrict() -> None:
    found = metrics.arrival(datasets.load())
    assert (found.n_meant, found.n_reached) == (140, 139)  # one cell names a superior outside the file
    assert found.n_without_latency == 0
    assert found.slowest["unit_id"].iloc[0] == "330106012000-PC"
    assert found.slowest["days"].iloc[-1] == found.t100 == found.table["days"].iloc[-1]


# --- one call at a time


def test_broadcast_by_hand() -> None:
    """g1 calls three cells: 3 rounds. h calls g1 first: max(1 + 3, 2 + 1) = 4."""
    assert metrics.broadcast(tree()).to_dict() == {"h": 4, "g1": 3, "g2": 1, "c1": 0, "c2": 0, "c3": 0, "c4": 0}
    assert metrics.arrival(tree()).value("broadcast_rounds") == 4


def test_cycles_and_double_superiors_are_undefined() -> None:
    rows = [("h", "a"), ("a", "b"), ("b", "c"), ("c", "b"), ("h", "d"), ("d", "e"), ("a", "e"), ("e", "f"), ("h", "g")]
    ties = pd.DataFrame([*rows, ("g", "i")], columns=["source", "target"]).assign(layer="command")
    rounds = metrics.broadcast(build.from_tables({"unit_id": list("habcdefgi")}, ties))
    assert set(rounds.index[rounds.isna()]) == {"h", "a", "b", "c", "d", "e"}
    assert rounds[["f", "g", "i"]].tolist() == [0, 1, 0]


def rounds_of(unit: int, below: dict[int, list[int]]) -> int:
    """Try every order of calls."""
    orders = itertools.permutations(below.get(unit, []))
    return min(
        max((place + rounds_of(other, below) for place, other in enumerate(order, 1)), default=0) for order in orders
    )


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("form", ["plain", "compiled"])
def test_no_other_order_of_calls_is_quicker(monkeypatch: pytest.MonkeyPatch, seed: int, form: str) -> None:
    monkeypatch.setattr(jit, "PLAIN_STEPS", 10**9 if form == "plain" else -8)
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    above = {unit: int(rng.integers(0, unit)) for unit in range(1, n)}
    below: dict[int, list[int]] = {}
    for unit, superior in above.items():
        below.setdefault(superior, []).append(unit)
    view = build_view(
        n, np.array(list(above.values()), dtype=int), np.array(list(above), dtype=int), mode="down", directed=True
    )
    assert spreading.broadcast(view).tolist() == [rounds_of(unit, below) for unit in range(n)]


@pytest.mark.parametrize("n", [20_000])
def test_a_deep_chain_and_a_wide_star_are_no_problem(n: int) -> None:
    ids = [f"n{i}" for i in range(n)]
    chain = build.from_tables({"unit_id": ids, "superior_id": [None, *ids[:-1]]})
    star = build.from_tables({"unit_id": ids, "superior_id": [None, *["n0"] * (n - 1)]})
    assert metrics.broadcast(chain).iloc[0] == n - 1
    assert metrics.broadcast(star).iloc[0] == n - 1


# --- in the order of time


def dated(**rules: Any) -> OrgNetwork:
    """h meets a in January 2025; a met b until December 2024, and has worked with c since August; c and d meet once.

    d and e had theirs before d had the message; f was asked to that of c and d and did not come.
    """
    ties = pd.DataFrame(
        [
            ("h", "a", "2025-01-01", None),
            ("a", "b", "2024-08-01", "2024-12-31"),
            ("a", "c", "2024-08-01", None),
        ],
        columns=["source", "target", "since", "until"],
    ).assign(layer="collab")
    events = pd.DataFrame(
        [
            ("e1", "c", "2025-03-01", "participant"),
            ("e1", "d", "2025-03-01", "participant"),
            ("e1", "f", "2025-03-01", "absent"),
            ("e2", "d", "2024-12-01", "participant"),
            ("e2", "e", "2024-12-01", "participant"),
        ],
        columns=["event_id", "unit_id", "date", "role"],
    )
    net = build.from_tables({"unit_id": list("habcdef")}, ties, as_of="2025-06-30", rules={"communication": rules})
    return net.with_tables(events=events)


def test_paths_in_time_by_hand() -> None:
    """a and c have it on 1 January, d on 1 March; b, e and f never: 3 of 6."""
    found = metrics.arrival(dated(), headquarters="h")
    row = found.indicator("reach_in_time")
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 6, 1 / 2)
    assert found.dated["date"].astype("str").tolist() == ["2025-01-01", "2025-03-01"]
    assert found.dated["reached"].tolist() == [2, 3]


def test_the_window_and_the_date_bound_what_is_reached() -> None:
    late = metrics.arrival(dated(window_days=30), headquarters="h")  # given out at the end of May: no event is left
    assert late.value("reach_in_time") == 2 / 6
    assert late.dated["date"].astype("str").tolist() == ["2025-05-31"]
    without = metrics.arrival(dated().with_tables(events=None), headquarters="h")
    assert without.value("reach_in_time") == 2 / 6


def test_ties_without_dates_have_no_order() -> None:
    found = metrics.arrival(tree())
    assert found.indicator("reach_in_time")["missing"] == "ties.since"
    ties = {"source": ["h"], "target": ["a"], "layer": ["collab"], "until": ["2025-01-01"]}
    undated = metrics.arrival(build.from_tables({"unit_id": ["h", "a"]}, ties), headquarters="h")
    assert "as_of=" in undated.indicator("reach_in_time")["reason"]


def relaxed(n: int, arcs: list[tuple[int, int, int, int]], start: int) -> list[float]:
    """Give the earliest times from unit 0 by trying all arcs again and again."""
    times = [float(start), *[float("inf")] * (n - 1)]
    for _ in range(n):
        for near, far, opens, closes in arcs:
            day = max(times[near], opens)
            if day <= closes:
                times[far] = min(times[far], day)
    return times


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("form", ["plain", "compiled"])
def test_paths_in_time_agree_with_a_twin(monkeypatch: pytest.MonkeyPatch, seed: int, form: str) -> None:
    monkeypatch.setattr(jit, "PLAIN_STEPS", 10**9 if form == "plain" else -8)
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 12)), int(rng.integers(1, 40))
    near, far = rng.integers(0, n, (2, m))
    opens = rng.integers(0, 20, m)
    closes = opens + rng.integers(-2, 12, m)
    start = int(rng.integers(0, 10))
    found = spreading.spread_in_time(n, near, far, opens, closes, [0], start)
    arcs = list(zip(near.tolist(), far.tolist(), opens.tolist(), closes.tolist(), strict=True))
    assert np.where(found == spreading.NEVER, np.inf, found).tolist() == relaxed(n, arcs, start)


def test_a_later_date_never_reaches_fewer() -> None:
    net = dated()
    units, ties = net.units, net.ties
    reached = [
        metrics.arrival(
            build.from_tables(units, ties, as_of=day, rules={"communication": {"window_days": 1000}}).with_tables(
                events=net.tables["events"]
            ),
            headquarters="h",
        ).value("reach_in_time")
        for day in (dt.date(2024, 9, 1), dt.date(2025, 1, 1), dt.date(2025, 3, 1))
    ]
    assert reached == sorted(reached)
    assert reached[0] < reached[-1]
