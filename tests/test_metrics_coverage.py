"""Coverage and gaps: values worked by hand, the bounds against every filling-in, and laws."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet.errors import OptionError
from orgnet.metrics import coverage, gaps

TEN = {
    "unit_id": [f"f{i}" for i in range(10)],
    "kind": ["enterprise"] * 10,
    "status": ["存续"] * 10,
    "fixed_premises": [True] * 6 + [False] * 4,
    "staff": [20.0] * 6 + [5.0] * 4,
    "full_members": [3.0, 3.0, 3.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
}


def ten_firms(**more: Any) -> orgnet.OrgNetwork:
    """Ten operating firms, 6 of them three-have, 3 of these eligible; own in 2, joint in 2."""
    flags = {
        "has_party_org": [True, True, False, True, True] + [False] * 5,
        "formation": ["sole", "sole", None, "joint", "joint"] + [None] * 5,
    }
    return build.from_tables(TEN | flags | more)


def counts(net: orgnet.OrgNetwork, measure: str = "organisation", **options: Any) -> dict[str, tuple[int, int]]:
    table = coverage(net, **options).table
    rows = table[table["measure"] == measure]
    return dict(zip(rows["population"], zip(rows["numerator"], rows["denominator"], strict=True), strict=True))


def test_the_worked_case_by_flags() -> None:
    assert counts(ten_firms()) == {"operating": (4, 10), "three_have": (4, 6), "eligible": (2, 3)}
    assert counts(ten_firms(), "own") == {"operating": (2, 10), "three_have": (2, 6), "eligible": (2, 3)}
    assert counts(ten_firms(), "joint") == {"operating": (2, 10), "three_have": (2, 6), "eligible": (0, 3)}
    assert coverage(ten_firms()).rate("three_have") == pytest.approx(4 / 6)
    assert gaps(ten_firms()).backlog == 1


def test_the_worked_case_by_covers_ties() -> None:
    units = pd.concat(
        [
            pd.DataFrame(TEN),
            pd.DataFrame({"unit_id": ["p0", "p1", "p2"], "kind": "party_branch"}),
        ]
    )
    ties = pd.DataFrame({"source": ["p0", "p1", "p2", "p2"], "target": ["f0", "f1", "f3", "f4"], "layer": "covers"})
    net = build.from_tables(units, ties)
    assert counts(net) == {"operating": (4, 10), "three_have": (4, 6), "eligible": (2, 3)}
    assert counts(net, "own")["operating"] == (2, 10)
    assert counts(net, "joint")["operating"] == (2, 10)
    assert gaps(net).table["unit_id"].tolist()[0] == "f2"
    assert any("covers tie" in text for text in coverage(net).warnings)


def test_a_tie_speaks_before_the_flag_and_the_contradiction_is_found() -> None:
    units = {
        "unit_id": ["p", "f"],
        "kind": ["party_branch", "enterprise"],
        "status": "存续",
        "has_party_org": [None, False],
    }
    net = build.from_tables(units, {"source": ["p"], "target": ["f"], "layer": ["covers"]})
    assert counts(net)["operating"] == (1, 1)
    assert "presence.contradiction" in set(net.findings.table["code"])


def test_a_flag_that_contradicts_the_formation_is_unknown() -> None:
    net = build.from_tables(
        {"unit_id": ["f"], "kind": "enterprise", "status": "存续", "has_party_org": [False], "formation": ["sole"]}
    )
    row = coverage(net).row("operating")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (0, 0, 1)
    assert "presence.contradiction" in set(net.findings.table["code"])


def test_a_branch_that_covers_a_firm_and_a_grid_is_its_own() -> None:
    units = {"unit_id": ["p", "f", "g"], "kind": ["party_branch", "enterprise", "grid"], "status": "存续"}
    net = build.from_tables(units, {"source": "p", "target": ["f", "g"], "layer": "covers"})
    assert counts(net, "own")["operating"] == (1, 1)


def test_work_coverage_counts_instructors_unions_and_leagues() -> None:
    net = build.from_tables(
        {
            "unit_id": list("abcde"),
            "kind": "enterprise",
            "status": "存续",
            "has_party_org": [True, False, False, False, False],
            "instructors": [0, 1, 0, 0, None],
            "has_union": [False, False, True, False, False],
        }
    )
    row = coverage(net).row("operating", "work")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (3, 4, 1)
    assert any("league" in text for text in coverage(net).warnings)


def test_the_rule_set_decides() -> None:
    units = TEN | {"has_party_org": [True] * 10}
    net = build.from_tables(
        units, rules={"name": "local", "coverage": {"three_have_staff": 30, "eligible_full_members": 1}}
    )
    assert counts(net)["three_have"] == (0, 0)
    assert counts(net)["eligible"] == (5, 5)
    assert "30 staff" in coverage(net).row("three_have")["denominator_name"]
    assert coverage(net).provenance["rules"] == "local (changes cn 2026.1)"


def test_without_hosts_everything_is_undefined() -> None:
    table = coverage(build.from_tables({"unit_id": ["p"], "kind": "party_branch"})).table
    assert table[["rate", "lower", "upper"]].isna().all(axis=None)
    assert (table["denominator"] == 0).all()
    assert gaps(build.from_tables({"unit_id": ["p"], "kind": "party_branch"})).table.empty
    assert coverage(build.from_tables({"unit_id": []})).table["rate"].isna().all()


def test_groups_add_up_and_missing_ones_have_their_own() -> None:
    net = ten_firms(area=["a", "b"] * 4 + [None, None], sector=["s", "s", "t", "t", "s"] * 2)
    whole = counts(net)
    for by in ("area", "sector", ["area", "sector"]):
        table = coverage(net, by=by).table
        rows = table[table["measure"] == "organisation"].groupby("population")[["numerator", "denominator"]].sum()
        assert {name: tuple(row) for name, row in rows.iterrows()} == whole
    assert "(not recorded)" in set(coverage(net, by="area").table["group"])
    assert {"area", "sector"} <= set(coverage(net, by=["area", "sector"]).table)
    with pytest.raises(OptionError, match="Did you mean 'area'"):
        coverage(net, by="aera")


@pytest.mark.parametrize("formation", ["functional", "temporary", "挂靠在别处"])
def test_a_formation_of_another_kind_is_still_an_organisation(formation: str) -> None:
    units = {
        "unit_id": ["f"],
        "kind": "enterprise",
        "status": "存续",
        "has_party_org": [True],
        "formation": [formation],
    }
    net = build.from_tables(units)
    assert counts(net)["operating"] == (1, 1)
    assert coverage(net).row("operating", "own")["unknown"] == 1
    assert gaps(net).table.empty


def test_formation_speaks_without_a_flag() -> None:
    units = {"unit_id": ["p", "a", "b", "c"], "kind": ["party_branch"] + ["enterprise"] * 3, "status": "存续"}
    ties = {"source": ["p"], "target": ["b"], "layer": ["covers"]}
    net = build.from_tables(units | {"formation": [None, "sole", None, None]}, ties)
    assert counts(net)["operating"] == (2, 3)
    assert gaps(net).table["unit_id"].tolist() == ["c"]
    alone = build.from_tables(
        {"unit_id": ["a", "b"], "kind": "enterprise", "status": "存续", "formation": ["sole", None]}
    )
    assert coverage(alone).row("operating")["unknown"] == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [("存续（在营、开业、在册）", (0, 1, 0)), ("Operating", (0, 1, 0)), ("注销", (0, 0, 0)), ("奇怪", (0, 0, 1))],
)
def test_status_words_are_read_without_case_and_brackets(status: str, expected: tuple[int, int, int]) -> None:
    units = {"unit_id": ["f"], "kind": "enterprise", "status": [status], "has_party_org": [False]}
    row = coverage(build.from_tables(units)).row("operating")
    assert (row["numerator"], row["denominator"], row["unknown"]) == expected


def test_words_that_are_not_in_the_result_are_an_error() -> None:
    found = coverage(ten_firms())
    with pytest.raises(OptionError, match="Did you mean 'organisation'"):
        found.rate("operating", "organization")
    with pytest.raises(OptionError, match="group='all'"):
        coverage(ten_firms(area=["x"] * 10), by="area").rate("operating")
    named = ten_firms(population=[1] * 10, area=["x"] * 10)
    with pytest.raises(OptionError, match="rename them"):
        coverage(named, by=["area", "population"])


FLAGS = (True, False, None)


def filled_in(units: dict[str, list[Any]]) -> list[tuple[list[bool], list[bool]]]:
    """Every way to fill in what is not recorded: for each host (operating, has)."""
    choices = []
    for status, has in zip(units["status"], units["has_party_org"], strict=True):
        operating = [True, False] if status is None else [status == "存续"]
        covered = [True, False] if has is None else [has]
        choices.append(list(itertools.product(operating, covered)))
    return [([o for o, _ in pick], [h for _, h in pick]) for pick in itertools.product(*choices)]


@pytest.mark.parametrize("seed", range(60))
def test_the_bounds_are_what_filling_in_can_give(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    units: dict[str, list[Any]] = {
        "unit_id": [f"f{i}" for i in range(n)],
        "kind": ["enterprise"] * n,
        "status": [["存续", "注销", None][rng.integers(3)] for _ in range(n)],
        "has_party_org": [FLAGS[rng.integers(3)] for _ in range(n)],
    }
    frame = pd.DataFrame(units).astype({"has_party_org": "boolean", "status": "str"})
    row = coverage(build.from_tables(frame)).row("operating")
    rates = [
        sum(o and h for o, h in zip(operating, has, strict=True)) / sum(operating)
        for operating, has in filled_in(units)
        if sum(operating)
    ]
    if not rates:
        assert np.isnan(row["lower"])
        assert np.isnan(row["upper"])
        return
    assert row["lower"] == pytest.approx(min(rates))
    assert row["upper"] == pytest.approx(max(rates))
    known = [h for s, h in zip(units["status"], units["has_party_org"], strict=True) if s == "存续" and h is not None]
    assert row["denominator"] == len(known)
    if known:
        assert row["rate"] == pytest.approx(np.mean(known))
        assert row["lower"] <= row["rate"] <= row["upper"]


@pytest.fixture(scope="module")
def subdistrict() -> orgnet.OrgNetwork:
    return orgnet.datasets.load()


def rows_by_key(net: orgnet.OrgNetwork) -> pd.DataFrame:
    return coverage(net, by="area").table.set_index(["group", "population", "measure"])


def test_an_uncovered_unit_never_raises_coverage(subdistrict: orgnet.OrgNetwork) -> None:
    units = subdistrict.units.reset_index()
    new = {
        "unit_id": "new",
        "kind": "enterprise",
        "status": "存续",
        "fixed_premises": True,
        "staff": 50.0,
        "full_members": 9.0,
        "has_party_org": False,
        "instructors": 0.0,
        "has_union": False,
        "has_league": False,
    }
    more = build.from_tables(pd.concat([units, pd.DataFrame([new])], ignore_index=True), subdistrict.ties)
    before, after = coverage(subdistrict).table, coverage(more).table
    assert (after["rate"] <= before["rate"]).all()
    assert (after["denominator"] == before["denominator"] + 1).all()


@pytest.mark.parametrize("column", ["has_party_org", "status", "staff", "full_members", "fixed_premises"])
def test_what_is_not_recorded_only_widens_the_bounds(subdistrict: orgnet.OrgNetwork, column: str) -> None:
    rng = np.random.default_rng(3)
    before = rows_by_key(subdistrict)
    values = subdistrict.units[column]
    after = rows_by_key(subdistrict.with_units(**{column: values.mask(rng.random(len(values)) < 0.2)}))
    assert (after["lower"] <= before["lower"] + 1e-12).all()
    assert (after["upper"] >= before["upper"] - 1e-12).all()


def test_the_order_of_rows_changes_nothing(subdistrict: orgnet.OrgNetwork) -> None:
    shuffled = build.from_tables(
        subdistrict.units.sample(frac=1, random_state=1), subdistrict.ties.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(rows_by_key(shuffled), rows_by_key(subdistrict))
    assert set(gaps(shuffled).table["unit_id"]) == set(gaps(subdistrict).table["unit_id"])


def test_own_and_joint_add_up_to_organisation(subdistrict: orgnet.OrgNetwork) -> None:
    table = coverage(subdistrict, by="sector").table.pivot_table(
        index=["group", "population"], columns="measure", values="numerator"
    )
    assert (table["own"] + table["joint"] <= table["organisation"]).all()
    assert (table["work"] >= table["organisation"]).all()


def test_gaps_are_ordered_and_explained(subdistrict: orgnet.OrgNetwork) -> None:
    found = gaps(subdistrict)
    order = found.table["gap"].map({"eligible": 0, "three_have": 1, "operating": 2})
    assert order.is_monotonic_increasing
    for _, rows in found.table.groupby("gap"):
        assert rows["staff"].dropna().is_monotonic_decreasing
    assert found.table["reason"].str.len().min() > 0
    assert int(found.cells["eligible_gaps"].sum()) == found.backlog
    assert found.to_dict()["backlog"] == found.backlog


def test_the_distance_of_a_gap_is_to_the_nearest_party_unit() -> None:
    units = {
        "unit_id": ["p", "a", "b", "c"],
        "kind": ["party_branch"] + ["enterprise"] * 3,
        "status": "存续",
        "has_party_org": False,
    }
    ties = {"source": ["p", "a"], "target": ["a", "b"], "layer": "collab"}
    table = gaps(build.from_tables(units, ties)).table.set_index("unit_id")
    assert table["distance"].to_dict() == {"a": 1.0, "b": 2.0, "c": pytest.approx(np.nan, nan_ok=True)}
