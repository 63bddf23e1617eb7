"""Scope: values worked by hand, what is not recorded, and laws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_networks import networks

import orgnet
from orgnet import build, metrics
from orgnet._metrics import territory
from orgnet._model.catalogue import entries, entry
from orgnet.errors import OptionError
from orgnet.metrics import scope, smallest_depth

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = [250.0, 450.0, 500.0, 501.0, 1100.0]


def grids_of(households: Sequence[float | None], **more: Any) -> orgnet.OrgNetwork:
    ids = [f"g{number}" for number in range(len(households))]
    return build.from_tables({"unit_id": ids, "kind": "grid", "households": list(households)}, **more)


def town() -> orgnet.OrgNetwork:
    """Two residents' committees, a village and six grids.

    C1 contains g1, g2 (300 and 1,100 households); C2 is the one committee of area B, where g3 (520) and g4 (not
    recorded) lie; the village V contains g5 (90); g6 (100) lies nowhere.
    """
    units = {
        "unit_id": ["C1", "C2", "V", "g1", "g2", "g3", "g4", "g5", "g6"],
        "kind": ["residents_committee"] * 2 + ["villagers_committee"] + ["grid"] * 6,
        "area": ["A", "B", "D", None, "B", "B", "B", None, None],
        "households": [1400, 4000, 90, 300, 1100, 520, None, 90, 100],
    }
    ties = {"source": ["C1", "C1", "V"], "target": ["g1", "g2", "g5"], "layer": "contains"}
    return build.from_tables(units, ties)


def test_spans_by_kind_of_superior() -> None:
    """Spans of 2 (h), 3 (g1) and 1 (g2): mean 6/3 = 2, of branches 4/2 = 2, largest 3."""
    units = {
        "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
        "kind": ["party_committee", "party_branch", "party_branch", *["party_cell"] * 4],
        "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
    }
    found = scope(build.from_tables(units))
    mean = found.indicator("span_mean")
    assert (mean["value"], mean["numerator"], mean["denominator"]) == (2.0, 6.0, 3.0)
    assert found.value("span_max") == 3.0
    assert (found.value("span_mean", "party_committee"), found.value("span_max", "party_committee")) == (2.0, 2.0)
    assert (found.value("span_mean", "party_branch"), found.value("span_max", "party_branch")) == (2.0, 3.0)
    assert "party_cell" not in set(found.indicators["group"])
    assert found.value("smallest_depth") == 2.0  # 1 + 3 = 4 < 7 <= 1 + 3 + 9


def test_sizes_of_grids_by_hand() -> None:
    """250, 450, 500, 501, 1,100 against 300 to 500: one below, two within, two above; 2,801 households in all."""
    found = scope(grids_of([*SIZES, None]))
    assert found.value("households_per_grid") == pytest.approx(2801 / 5)
    assert found.value("households_per_grid_median") == 500.0
    shares = {place: found.indicator(f"grids_{place}_band") for place in ("below", "within", "above")}
    assert {place: row["value"] for place, row in shares.items()} == {"below": 0.2, "within": 0.4, "above": 0.4}
    assert all(row["unknown"] == 1 and row["denominator"] == 5 for row in shares.values())
    excess = found.indicator("grid_excess")  # 1 + 600 households beyond the norm
    assert (excess["numerator"], excess["denominator"]) == (601.0, 2801.0)
    verdicts = dict(zip(found.table["unit_id"], found.table["verdict"], strict=True))
    assert verdicts == {"g4": "above", "g3": "above", "g2": "within", "g1": "within", "g0": "below", "g5": "unknown"}
    assert found.table["unit_id"].tolist() == ["g4", "g3", "g2", "g1", "g0", "g5"]


def test_sizes_of_committees_by_hand() -> None:
    """700, 2,000 and 3,500 against 1,000 to 3,000; the village has no band; 6,200 households, 500 beyond."""
    units = {
        "unit_id": ["a", "b", "c", "v"],
        "kind": ["residents_committee"] * 3 + ["villagers_committee"],
        "households": [700, 2000, 3500, 9000],
    }
    found = scope(build.from_tables(units))
    assert found.value("households_per_committee") == pytest.approx(6200 / 3)
    assert found.value("households_per_committee_median") == 2000.0
    for place in ("below", "within", "above"):
        assert found.value(f"committees_{place}_band") == pytest.approx(1 / 3)
    assert found.value("committee_excess") == pytest.approx(500 / 6200)
    village = found.table.set_index("unit_id").loc["v"]
    assert village["verdict"] == "unknown"
    assert pd.isna(village["band_high"])
    assert found.table["extra"].isna().all()


def test_extra_grids_by_hand() -> None:
    """250, 450, 500 need none, 501 one more, 1,100 two more: ceil(1100 / 500) - 1 = 2; ten grids of 1,000 need ten."""
    found = scope(grids_of([*SIZES, None]))
    extra = dict(zip(found.table["unit_id"], found.table["extra"], strict=True))
    assert math.isnan(extra.pop("g5"))
    assert extra == {"g0": 0.0, "g1": 0.0, "g2": 0.0, "g3": 1.0, "g4": 2.0}
    row = found.indicator("extra_grids")
    assert (row["value"], row["unknown"]) == (3.0, 1)
    assert scope(grids_of([1000.0] * 10)).value("extra_grids") == 10.0


def test_inequality_of_grids_by_hand() -> None:
    """For 100 and 300 the pairs differ by 200 twice: 400 / (2 * 4 * 200) = 0.25; equal grids have 0."""
    assert scope(grids_of([100, 300])).value("gini_households_per_grid") == pytest.approx(0.25)
    assert scope(grids_of([400.0] * 7)).value("gini_households_per_grid") == 0.0
    empty = scope(grids_of([0, 0])).indicator("gini_households_per_grid")
    assert math.isnan(empty["value"])
    assert "no grid has households" in empty["reason"]


def test_gini_against_all_pairs() -> None:
    rng = np.random.default_rng(5)
    for n in (1, 2, 3, 17):
        values = rng.integers(0, 900, n) + 1.0
        pairs = sum(abs(a - b) for a in values for b in values)
        assert territory.gini(values) == pytest.approx(pairs / (2 * n * n * values.mean()))
    assert math.isnan(territory.gini([]))


@pytest.mark.parametrize(
    ("n", "span", "depth"),
    [(7, 2, 2), (7, 3, 2), (40, 3, 3), (1000, 10, 3), (31, 5, 2), (32, 5, 3), (1, 2, 0), (2, 9, 1), (5, 1, 4)],
)
def test_smallest_depth_of_the_worked_cases(n: int, span: int, depth: int) -> None:
    assert smallest_depth(n, span) == depth


def test_smallest_depth_is_the_least_that_holds_all() -> None:
    for span in (2, 3, 7):
        for n in range(1, 300):
            found = smallest_depth(n, span)
            assert sum(span**level for level in range(found + 1)) >= n
            assert found == 0 or sum(span**level for level in range(found)) < n


@pytest.mark.parametrize(("n", "span"), [(0, 3), (5, 0)])
def test_smallest_depth_of_nothing_is_an_error(n: int, span: int) -> None:
    with pytest.raises(OptionError, match="at least one unit"):
        smallest_depth(n, span)


def test_a_grid_belongs_to_the_committee_that_contains_it_else_to_that_of_its_area() -> None:
    """C1 has g1 and g2 (its area says B, the tie A), C2 has g3 and g4, V has g5, g6 nowhere: 5 grids in 3."""
    found = scope(town())
    row = found.indicator("grids_per_community")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (5.0, 3.0, 0)
    assert any("1 of 6 grids" in text for text in found.warnings)


def test_communities_against_the_band() -> None:
    """Band 2 to 10: C1 and C2 have 2 each, within; a third committee has 1; the village counts in no share."""
    net = town()
    assert scope(net).indicator("communities_within_band")["denominator"] == 2.0
    assert scope(net).value("communities_within_band") == 1.0
    units = {
        "unit_id": ["a", "b", "c", *(f"g{number}" for number in range(12))],
        "kind": ["residents_committee"] * 3 + ["grid"] * 12,
        "area": ["A", "B", "C", "B", *["A"] * 11],
    }
    found = scope(build.from_tables(units))
    assert found.value("communities_above_band") == 0.5  # 11 grids in A
    assert found.value("communities_below_band") == 0.5  # 1 grid in B
    assert found.value("communities_within_band") == 0.0
    assert found.indicator("grids_per_community")["unknown"] == 1  # C has none in the file


def test_areas_are_communities_where_there_is_no_committee() -> None:
    units = {"unit_id": ["g1", "g2", "g3"], "kind": "grid", "area": ["A", "A", "B"]}
    found = scope(build.from_tables(units))
    assert found.value("grids_per_community") == pytest.approx(3 / 2)
    assert found.warnings == ()


def test_two_committees_in_an_area_leave_its_grids_open() -> None:
    units = {"unit_id": ["a", "b", "g"], "kind": ["residents_committee"] * 2 + ["grid"], "area": "A"}
    found = scope(build.from_tables(units))
    assert math.isnan(found.value("grids_per_community"))
    assert "known community" in found.indicator("grids_per_community")["reason"]


def test_a_containment_that_has_ended_counts_no_more() -> None:
    units = {
        "unit_id": ["a", "b", "g"],
        "kind": ["residents_committee"] * 2 + ["grid"],
        "area": ["A", "B", "A"],
    }
    ties = {"source": ["b"], "target": ["g"], "layer": "contains", "until": ["2024-12-31"]}
    table = scope(build.from_tables(units, ties, as_of="2025-06-30")).areas.set_index("area")
    assert table["grids"].to_dict() == {"A": 1, "B": 0}
    places = territory.locate(build.from_tables(units, ties), build.from_tables(units, ties).units)
    assert places.home.tolist() == [0, 1, 1]


def test_members_by_kind() -> None:
    """Branches of 12 and 8, one not recorded: 20 / 2; the committee counts the same members once more."""
    units = {
        "unit_id": ["h", "a", "b", "c", "firm"],
        "kind": ["party_committee", *["party_branch"] * 3, "enterprise"],
        "members": [20, 12, 8, None, 5],
    }
    found = scope(build.from_tables(units))
    row = found.indicator("members_per_unit", "party_branch")
    assert (row["value"], row["unknown"]) == (10.0, 1)
    assert found.value("members_per_unit", "party_committee") == 20.0
    groups = found.indicators.loc[found.indicators["measure"] == "members_per_unit", "group"]
    assert set(groups) == {"party_committee", "party_branch"}


def test_areas_add_up_and_the_most_pressing_is_first() -> None:
    """g1 has no area and lies in that of C1; g2 (1,100) and g3 (520), of B, need 2 + 1 grids more; g4 is not known."""
    found = scope(town())
    areas = found.areas.set_index("area")
    assert areas["grids"].to_dict() == {"A": 1, "B": 3, "D": 1, "(not recorded)": 1}
    assert areas["extra_grids"].to_dict() == {"B": 3.0, "A": 0.0, "D": 0.0, "(not recorded)": 0.0}
    assert areas["households"].to_dict() == {"A": 1400.0, "B": 4000.0, "D": 90.0, "(not recorded)": 100.0}
    assert areas["grids_above"].to_dict() == {"A": 0, "B": 2, "D": 0, "(not recorded)": 0}
    assert areas.loc["B", "grids_unknown"] == 1
    assert found.areas["area"].iloc[0] == "B"
    assert areas["extra_grids"].sum() == found.value("extra_grids")


def test_households_of_an_area_are_of_its_grids_where_a_committee_has_none_recorded() -> None:
    units = {
        "unit_id": ["a", "b", "g1", "g2", "g3"],
        "kind": ["residents_committee"] * 2 + ["grid"] * 3,
        "area": ["A", "B", "A", "A", "B"],
        "households": [None, None, 300, 400, None],
    }
    areas = scope(build.from_tables(units)).areas.set_index("area")
    assert areas.loc["A", "households"] == 700.0
    assert areas["households"].isna()["B"]
    assert areas["extra_grids"].isna()["B"]


def test_the_histogram_counts_each_grid_once_and_keeps_the_edges_of_the_band() -> None:
    """Bins of 50: 250 and 299 in [250, 300), 300 in [300, 350), 500 in [450, 500], 501 and 550 in (500, 550], ..."""
    found = scope(grids_of([250, 299, 300, 500, 501, 550, 551, 0, None]))
    rows = found.histogram[["low", "high", "verdict", "grids"]].to_numpy(object).tolist()
    assert rows == [
        [0.0, 50.0, "below", 1],
        [250.0, 300.0, "below", 2],
        [300.0, 350.0, "within", 1],
        [450.0, 500.0, "within", 1],
        [500.0, 550.0, "above", 2],
        [550.0, 600.0, "above", 1],
    ]


def test_the_histogram_agrees_with_the_verdicts_on_many_grids() -> None:
    rng = np.random.default_rng(3)
    found = scope(grids_of(list(rng.integers(0, 1500, 400).astype(float))))
    by_bin = found.histogram.groupby("verdict")["grids"].sum().to_dict()
    assert by_bin == found.table["verdict"].value_counts().to_dict()
    above = found.histogram[found.histogram["verdict"] == "above"]
    assert (found.histogram["low"] < found.histogram["high"]).all()
    assert above["low"].min() >= 500.0


def test_the_rule_set_decides() -> None:
    rules = {"name": "local", "scope": {"grid_households": [300, 800], "community_grids": [1, 1]}}
    found = scope(grids_of(SIZES, rules=rules))
    assert found.value("extra_grids") == 1.0  # 1,100 of at most 800
    assert found.value("grids_above_band") == 0.2
    assert found.provenance["grid_households"] == [300, 800]
    assert found.provenance["rules"] == "local (changes cn 2026.1)"


def test_an_empty_network_and_missing_columns_are_undefined_with_a_reason() -> None:
    empty = build.from_tables({"unit_id": []})
    bare = build.from_tables({"unit_id": ["g"], "kind": "grid"})
    for net in (empty, bare, build.from_tables({"unit_id": ["x"]})):
        found = scope(net)
        undefined = found.indicators[found.indicators["value"].isna()]
        assert (undefined["reason"] != "").all()
        assert len(found.table) == len(found.areas) == int(net is bare)
        assert len(found.histogram) == 0
    assert scope(bare).indicator("extra_grids")["missing"] == "units.households"
    assert scope(bare).indicator("span_mean")["missing"] == "ties.command"
    assert scope(bare).indicator("members_per_unit")["missing"] == "units.members"


def test_cycles_and_double_superiors_are_no_obstacle() -> None:
    units = {"unit_id": ["a", "b", "c"], "kind": "party_branch"}
    ties = {"source": ["a", "b", "a", "b"], "target": ["b", "a", "c", "c"], "layer": "command"}
    found = scope(build.from_tables(units, ties))
    assert found.value("span_mean") == 2.0  # a: b, c; b: a, c
    assert found.value("smallest_depth") == 1.0


def test_the_order_of_rows_changes_nothing() -> None:
    net = orgnet.datasets.load()
    units, ties = net.units.reset_index(), net.ties
    shuffled = build.from_tables(units.sample(frac=1, random_state=2), ties.sample(frac=1, random_state=3),
                                 as_of="2025-06-30")  # fmt: skip
    found, wanted = scope(shuffled), scope(net)
    for name in ("table", "areas", "histogram", "indicators"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name), check_dtype=False)


def test_the_subdistrict() -> None:
    """Its page: grids of 612 and 545 above, one of 248 below; a committee of 987 below, six within."""
    net = orgnet.datasets.load()
    found = scope(net)
    assert found.value("grids_above_band") == pytest.approx(2 / 27)
    assert found.value("grids_below_band") == pytest.approx(1 / 27)
    assert found.value("committees_below_band") == pytest.approx(1 / 7)
    assert found.value("extra_grids") == 2.0
    assert found.value("grids_per_community") == pytest.approx(27 / 7)
    assert found.table["unit_id"].iloc[0] == "330106012002-G03"
    assert set(found.areas["area"]) == set(net.units.loc[net.units["kind"] == "residents_committee", "area"])
    assert metrics.scope is scope


def test_a_larger_norm_never_asks_for_more_grids() -> None:
    rng = np.random.default_rng(9)
    households = list(rng.integers(1, 5000, 200).astype(float))
    extra = [
        scope(grids_of(households, rules={"scope": {"grid_households": [300, high]}})).value("extra_grids")
        for high in (400, 500, 900, 5000)
    ]
    assert extra == sorted(extra, reverse=True)
    assert extra[-1] == 0.0
    assert extra[1] == sum(max(0, math.ceil(number / 500) - 1) for number in households)


def test_a_grid_of_which_nothing_is_recorded_changes_no_value() -> None:
    found, wanted = scope(grids_of([*SIZES, None])), scope(grids_of(SIZES))
    values = found.indicators.set_index("measure")["value"]
    pd.testing.assert_series_equal(values, wanted.indicators.set_index("measure")["value"])
    shares = found.indicators[found.indicators["measure"].str.contains("band|excess|gini")]["value"].dropna()
    assert shares.between(0, 1).all()


@settings(max_examples=15)
@given(networks(), st.integers(0, 2**32 - 1))
def test_no_network_makes_a_function_fall_over(net: orgnet.OrgNetwork, seed: int) -> None:
    rng = np.random.default_rng(seed)
    fields = ["households", "population", "members", "posts_approved", "posts_filled", "workers_left", "certified"]
    flags = ["function_party", "function_governance", "function_relief"]
    answers = np.array([True, False, None], dtype=object)
    facts: dict[str, Any] = {name: np.where(rng.random(net.n_units) < 0.7, rng.integers(0, 2000, net.n_units), np.nan)
                             for name in fields if rng.random() < 0.8}  # fmt: skip
    facts |= {name: rng.choice(answers, net.n_units) for name in flags if rng.random() < 0.8}
    for measure in (metrics.scope, metrics.grids, metrics.workers):
        found = measure(net.with_units(**facts))
        rows = found.indicators
        assert (rows.loc[rows["value"].isna(), "reason"] != "").all()
        assert (rows.loc[rows["value"].notna(), "reason"] == "").all()
        shares = rows[rows["measure"].map(lambda name: entry(name).unit) == "share"]
        assert shares["value"].dropna().between(0, 1).all()
        assert rows["measure"].nunique() == sum(item.function == measure.__name__ for item in entries().values())
