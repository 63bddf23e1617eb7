"""Communication from headquarters as indicators: values by hand, rules, ended ties, undefined cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from orgnet import build, datasets, metrics

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

TREE = {
    "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
    "kind": ["party_committee", "party_branch", "party_branch"] + ["party_cell"] * 4,
    "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
}


def tree(ties: dict[str, Any] | None = None, **options: Any) -> OrgNetwork:
    return build.from_tables(TREE, ties, **options)


def test_reach_and_distance_by_hand() -> None:
    """Command: two units at 1, four at 2. The collaboration h-c1 brings c1 to 1: 9 steps in place of 10."""
    net = tree({"source": ["h"], "target": ["c1"], "layer": ["collab"]})
    found = metrics.communication(net)
    assert found.value("reach_near_command") == 1
    assert found.value("mean_distance") == pytest.approx(10 / 6)
    assert found.value("mean_distance_all") == pytest.approx(9 / 6)
    assert found.value("shortcut_gain") == pytest.approx(1 / 10)
    assert found.value("mean_inverse_distance") == pytest.approx((2 * 1 + 4 / 2) / 6)
    one = tree({"source": ["h"], "target": ["c1"], "layer": ["collab"]}, rules={"communication": {"near_steps": 1}})
    assert metrics.communication(one).value("reach_near_command") == 2 / 6
    assert metrics.communication(one).value("reach_near") == 3 / 6


def test_fields_and_indicators_agree() -> None:
    found = metrics.communication(datasets.load())
    pairs = {
        "mean_distance": found.mean_distance,
        "mean_distance_all": found.mean_distance_all,
        "shortcut_gain": found.shortcut_gain,
        "mean_inverse_distance": found.mean_inverse,
        "reach_near_command": found.reach(2),
        "reach_near": found.reach(2, "all"),
    }
    for name, value in pairs.items():
        assert found.value(name) == pytest.approx(value)


def test_reports_by_hand() -> None:
    """c1 reports to g1 and g1 to h; c4 reports to g2, which does not report: 2 of 6 units, 3 of 6 ties of command."""
    ties = {"source": ["c1", "g1", "c4"], "target": ["g1", "h", "g2"], "layer": ["report"] * 3}
    found = metrics.communication(tree(ties))
    path, answered = found.indicator("report_path"), found.indicator("report_reciprocated")
    assert (path["numerator"], path["denominator"]) == (2, 6)
    assert (answered["numerator"], answered["denominator"]) == (3, 6)


def test_a_report_is_never_inferred_from_command() -> None:
    found = metrics.communication(tree())
    for name in ("report_path", "report_reciprocated"):
        assert np.isnan(found.value(name))
        assert found.indicator(name)["missing"] == "ties.report"


def test_households_cut_off_by_hand() -> None:
    """Without g2 c4 with its 40 of 70 households is cut off, without g1 c1 and c2 with 30."""
    net = tree().with_units(households=[np.nan, np.nan, np.nan, 10.0, 20.0, np.nan, 40.0])
    row = metrics.communication(net).indicator("households_cut_off")
    assert (row["id"], row["numerator"], row["denominator"], row["value"]) == ("B10", 40, 70, 40 / 70)
    assert metrics.communication(tree()).indicator("households_cut_off")["missing"] == "units.households"


def test_households_are_those_of_the_kind_recorded_whole() -> None:
    """The committee has all 1000, the grids only 400 of them: without a 1000 of 1000 are cut off, not 400 of 400."""
    units = {
        "unit_id": ["h", "a", "r", "x", "y"],
        "kind": ["party_committee", "party_branch", "residents_committee", "grid", "grid"],
        "superior_id": [None, "h", "a", None, None],
        "households": [None, None, 1000, 400, None],
    }
    ties = {"source": ["a", "a"], "target": ["x", "y"], "layer": ["covers"] * 2}
    found = metrics.communication(build.from_tables(units, ties))
    row = found.indicator("households_cut_off")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1000, 1000, 0)
    whole = metrics.communication(build.from_tables(units | {"households": [None, None, 1000, 400, 500]}, ties))
    assert whole.indicator("households_cut_off")["denominator"] == 400 + 500
    part = metrics.communication(build.from_tables(units | {"households": [None, None, None, 400, None]}, ties))
    row = part.indicator("households_cut_off")
    assert (row["denominator"], row["unknown"]) == (400, 1)


def test_two_routes_by_hand() -> None:
    """Branches a and b both cover grid x, only a covers y."""
    units = {
        "unit_id": ["h", "a", "b", "x", "y"],
        "kind": ["party_committee", "party_branch", "party_branch", "grid", "grid"],
        "superior_id": [None, "h", "h", None, None],
    }
    ties = {"source": ["a", "b", "a"], "target": ["x", "x", "y"], "layer": ["covers"] * 3}
    row = metrics.communication(build.from_tables(units, ties)).indicator("grids_with_two_routes")
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, 1 / 2)


def test_ended_ties_carry_nothing_and_it_is_said() -> None:
    ties = {"source": ["h"], "target": ["c1"], "layer": ["collab"], "until": ["2024-12-31"]}
    found = metrics.communication(tree(ties, as_of="2025-01-01"))
    assert found.shortcut_gain == 0
    assert any("left out: 1" in note for note in found.warnings)
    assert metrics.communication(tree(ties, as_of="2024-12-31")).shortcut_gain == pytest.approx(0.1)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_without_headquarters_it_says_why(n: int) -> None:
    units = pd.DataFrame({"unit_id": pd.Series([f"u{i}" for i in range(n)], dtype="str"), "kind": "grid"})
    found = metrics.communication(build.from_tables(units.assign(households=5.0)))
    assert found.indicators["value"].isna().all()
    assert (found.indicators["reason"] != "").all()
    assert json.dumps(found.to_dict())


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    net = datasets.load()
    other = build.from_tables(
        net.units.sample(frac=1, random_state=seed), net.ties.sample(frac=1, random_state=seed), as_of=net.as_of
    )
    pd.testing.assert_frame_equal(metrics.communication(net).indicators, metrics.communication(other).indicators)


def test_shares_stay_between_0_and_1() -> None:
    for seed in range(5):
        found = metrics.communication(build.synthetic(n_communities=3, seed=seed)).indicators.set_index("measure")
        shares = found.drop(index=["mean_distance", "mean_distance_all"])["value"].dropna()
        assert shares.between(0, 1).all()
        assert len(shares) >= 4
