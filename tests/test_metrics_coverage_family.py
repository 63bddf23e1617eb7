"""Coverage as a family: indicators worked by hand, what they lack, contradictions in the data, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet._model.catalogue import entries
from orgnet.metrics import coverage, gaps

TEN = {
    "unit_id": [f"f{i}" for i in range(10)],
    "kind": "enterprise",
    "status": "存续",
    "fixed_premises": [True] * 6 + [False] * 4,
    "staff": [20.0] * 6 + [5.0] * 4,
    "full_members": [3, 3, 3, 1, 1, 0, 0, 0, 0, 0],
    "has_party_org": [True, True, False, True, True] + [False] * 5,
    "formation": ["sole", "sole", None, "joint", "joint"] + [None] * 5,
}


@pytest.fixture(scope="module")
def subdistrict() -> orgnet.OrgNetwork:
    return orgnet.datasets.load()


def facts(found: Any, measure: str, group: str = "all") -> tuple[float, float, int]:  # noqa: ANN401 - Coverage or Gaps
    """Numerator, denominator and unknown of one indicator."""
    row = found.indicator(measure, group)
    return row["numerator"], row["denominator"], row["unknown"]


def test_rates_of_the_worked_case() -> None:
    found = coverage(build.from_tables(TEN))
    # organisation in f0 f1 f3 f4: 4 of 10 operating, 4 of 6 three-have (f0 to f5), 2 of 3 eligible (f0 f1 f2)
    assert facts(found, "organisation_coverage", "operating") == (4, 10, 0)
    assert facts(found, "organisation_coverage", "three_have") == (4, 6, 0)
    assert facts(found, "organisation_coverage", "eligible") == (2, 3, 0)
    assert found.value("own_coverage", "eligible") == pytest.approx(2 / 3)
    assert found.value("joint_coverage", "eligible") == 0
    assert found.value("joint_coverage", "three_have") == pytest.approx(2 / 6)


def test_staff_weights_by_hand() -> None:
    found = coverage(build.from_tables(TEN))
    # 4 covered hosts of 20 = 80; all: 6 of 20 and 4 of 5 = 140; three-have 120; eligible 3 of 20 = 60, covered 40
    assert facts(found, "staff_weighted_coverage", "operating") == (80, 140, 0)
    assert facts(found, "staff_weighted_coverage", "three_have") == (80, 120, 0)
    assert found.value("staff_weighted_coverage", "eligible") == pytest.approx(40 / 60)
    some = coverage(build.from_tables(TEN | {"staff": [None, *TEN["staff"][1:]]}))  # f0, covered, has none recorded
    assert facts(some, "staff_weighted_coverage", "operating") == (60, 120, 1)


def test_instructors_and_work_by_hand() -> None:
    units = {
        "unit_id": ["p", "q", "a", "b", "c", "d", "e"],
        "kind": ["party_branch", "post"] + ["enterprise"] * 5,
        "status": "存续",
        "has_party_org": [None, None, True, False, False, False, False],
        "instructors": [None, None, 0, 0, 2, 0, None],
        "has_union": [None, None, False, False, False, True, False],
        "has_league": False,
    }
    ties = {"source": ["p", "p", "q"], "target": ["a", "b", "b"], "layer": "guides"}
    found = coverage(build.from_tables(units, ties))
    # guided: a and b by ties, c by number; d has none; of e it is not known: 3 of 4
    assert facts(found, "instructor_coverage", "operating") == (3, 4, 1)
    # work: a organisation, b and c instructor, d union; e not known
    assert facts(found, "work_coverage", "operating") == (4, 4, 1)
    # p has a and b, q has b: 3 pairs over 2
    assert facts(found, "organisations_per_instructor") == (3, 2, 0)
    ended = build.from_tables(units, ties | {"until": ["2020-01-01", None, None]}, as_of="2025-06-30")
    assert facts(coverage(ended), "organisations_per_instructor") == (2, 2, 0)
    assert facts(coverage(ended), "instructor_coverage", "operating") == (2, 4, 1)


def test_joint_branches_by_hand() -> None:
    hosts = [f"f{i}" for i in range(9)]
    units = {
        "unit_id": ["p", "q", "r", "s", "one", *hosts],
        "kind": ["party_branch"] * 5 + ["enterprise"] * 9,
        "formation": [None, "joint", "joint", "joint", None] + [None] * 9,
        "joint_units": [None, 7, 2, None, None] + [None] * 9,
        "status": "存续",
    }
    ties = {"source": ["p"] * 6 + ["q"] * 2 + ["one"], "target": hosts, "layer": "covers"}
    found = coverage(build.from_tables(units, ties))
    rows = found.joint_branches.set_index("unit_id")
    # p by six ties; q by two ties, which speak before its 7; r by its number; of s nothing is recorded
    assert rows["hosts"].dropna().to_dict() == {"p": 6, "q": 2, "r": 2}
    assert rows["over"].to_dict() == {"p": "yes", "q": "no", "r": "no", "s": "unknown"}
    assert facts(found, "hosts_per_joint_branch") == (10, 3, 1)
    assert facts(found, "joint_branches_over_limit") == (1, 3, 1)
    strict = build.from_tables(units, ties, rules={"joint": {"most_hosts": 1}})
    assert facts(coverage(strict), "joint_branches_over_limit") == (3, 3, 1)


def test_groups_and_functional_branches_are_no_organisation_of_their_own() -> None:
    """b, functional, covers e1; c, a Party group, e2; t, temporary, e3 and e4, of which e4 is recorded as sole.

    With organisation: e1, e3, e4; e2 has no tie that counts. Own: e4 alone, known of it and e2. Joint: none of the two.
    """
    units = {
        "unit_id": ["b", "c", "t", "e1", "e2", "e3", "e4"],
        "kind": ["party_branch", "party_cell", "party_branch"] + ["enterprise"] * 4,
        "status": "存续",
        "formation": ["functional", None, "temporary", None, None, None, "sole"],
    }
    ties = {"source": ["b", "c", "t", "t"], "target": ["e1", "e2", "e3", "e4"], "layer": "covers"}
    found = coverage(build.from_tables(units, ties))
    assert facts(found, "organisation_coverage", "operating") == (3, 4, 0)
    assert facts(found, "own_coverage", "operating") == (1, 2, 2)
    assert facts(found, "joint_coverage", "operating") == (0, 2, 2)
    assert found.joint_branches.empty
    only = {"unit_id": ["c", "e2"], "kind": ["party_cell", "enterprise"], "status": "存续"}
    cell = coverage(build.from_tables(only, {"source": ["c"], "target": ["e2"], "layer": "covers"}))
    assert (
        cell.indicator("organisation_coverage", "operating")["unknown"] == 1
    )  # a tie of a group alone records no presence
    flagged = units | {"has_party_org": [None] * 3 + [False, True, None, None]}
    register = coverage(build.from_tables(flagged, ties))
    assert facts(register, "organisation_coverage", "operating") == (4, 4, 0)  # e2 by its flag, e1 by its tie
    assert facts(register, "own_coverage", "operating") == (1, 1, 3)


@pytest.mark.parametrize(("kind", "joint"), [("party_branch", True), ("party_unit", True),
                                             ("party_committee", False), ("party_general_branch", False)])  # fmt: skip
def test_only_a_branch_over_several_hosts_is_joint(kind: str, joint: bool) -> None:  # noqa: FBT001 - a case
    """p covers 6 firms, one more than the rule; q covers one, which is its own whatever q is."""
    hosts = [f"f{i}" for i in range(7)]
    units = {
        "unit_id": ["p", "q", *hosts],
        "kind": [kind, kind] + ["enterprise"] * 7,
        "formation": ["joint"] + [None] * 8,
        "status": "存续",
    }
    found = coverage(build.from_tables(units, {"source": ["p"] * 6 + ["q"], "target": hosts, "layer": "covers"}))
    assert facts(found, "organisation_coverage", "operating") == (7, 7, 0)
    assert facts(found, "own_coverage", "operating") == ((1, 7, 0) if joint else (1, 1, 6))
    assert facts(found, "joint_coverage", "operating") == ((6, 7, 0) if joint else (0, 1, 6))
    assert found.joint_branches["unit_id"].tolist() == (["p"] if joint else [])
    assert facts(found, "joint_branches_over_limit")[:2] == ((1, 1) if joint else (0, 0))


def test_cover_that_has_ended_or_not_begun_is_no_cover() -> None:
    units = {"unit_id": ["p", "a", "b", "c"], "kind": ["party_branch"] + ["enterprise"] * 3, "status": "存续"}
    ties = {
        "source": "p",
        "target": ["a", "b", "c"],
        "layer": "covers",
        "since": ["2020-01-01", "2020-01-01", "2025-01-01"],
        "until": [None, "2023-12-31", None],
    }
    found = coverage(build.from_tables(units, ties, as_of="2024-06-30"))
    assert facts(found, "organisation_coverage", "operating") == (1, 3, 0)
    assert facts(found, "own_coverage", "operating") == (1, 3, 0)  # p covers a alone by now
    later = coverage(build.from_tables(units, ties, as_of="2025-06-30"))
    assert facts(later, "joint_coverage", "operating") == (2, 3, 0)
    flagged = units | {"has_party_org": [None, False, False, False]}
    table = build.from_tables(flagged, ties, as_of="2025-06-30").findings.table
    assert table.loc[table["code"] == "presence.contradiction", "value"].tolist() == ["a", "c"]


@pytest.mark.parametrize(
    ("measure", "missing"),
    [
        ("organisation_coverage", "ties.covers, units.has_party_org"),
        ("own_coverage", "ties.covers, units.formation"),
        ("instructor_coverage", "ties.guides, units.instructors"),
        ("staff_weighted_coverage", "ties.covers, units.has_party_org, units.staff"),
    ],
)
def test_what_the_input_lacks_is_named(measure: str, missing: str) -> None:
    net = build.from_tables({"unit_id": ["a", "b"], "kind": "enterprise", "status": "存续"})
    row = coverage(net).indicator(measure, "operating")
    assert np.isnan(row["value"])
    assert row["missing"] == missing
    assert row["reason"]


def in_catalogue(function: str) -> set[str]:
    return {entry.measure for entry in entries().values() if entry.function == function}


@pytest.mark.parametrize("units", [{"unit_id": []}, {"unit_id": ["p"], "kind": "party_branch"}, {"unit_id": ["a"]}])
def test_small_and_empty_networks_have_every_indicator_undefined(units: dict[str, Any]) -> None:
    net = build.from_tables(units)
    for family in (coverage, gaps):
        found = family(net).indicators
        assert set(found["measure"]) == in_catalogue(family.__name__)
        shares = found[~found["measure"].isin(["backlog", "uncovered_hosts", "joint_branches_suggested"])]
        assert shares["value"].isna().all()
        assert (shares["reason"] != "").all()


@pytest.mark.parametrize("seed", range(20))
def test_no_contradiction_takes_a_share_out_of_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 12
    units = {
        "unit_id": [f"u{i}" for i in range(n)],
        "kind": rng.choice(["enterprise", "social_org", "party_branch", "party_cell"], n),
        "status": rng.choice(["存续", "注销"], n),
        "staff": rng.integers(0, 30, n),
        "fixed_premises": rng.random(n) < 0.5,
        "full_members": rng.integers(0, 5, n),
        "has_party_org": rng.random(n) < 0.5,
        "formation": rng.choice(["sole", "joint", "functional"], n),
        "instructors": rng.integers(0, 2, n),
        "founded": "2020-01-01",
        "last_election": rng.choice(["2010-01-01", "2024-01-01"], n),
    }
    ends = rng.integers(0, n, (2, 30))
    ends = np.unique(ends[:, ends[0] != ends[1]], axis=1)
    layer = rng.choice(["covers", "guides", "collab", "command"], ends.shape[1])
    ties = {"source": [f"u{i}" for i in ends[0]], "target": [f"u{i}" for i in ends[1]], "layer": layer}
    net = build.from_tables(units, pd.DataFrame(ties), strict=False, as_of="2025-06-30")
    found = pd.concat([coverage(net).indicators, gaps(net).indicators])
    shares = found[found["measure"].map(lambda name: entries()[name].unit == "share")]
    values = shares["value"].dropna()
    assert len(values)
    assert values.between(0, 1).all()
    table = coverage(net).table
    for name in ("lower", "upper"):
        assert table[name].dropna().between(0, 1).all()
    assert ((table["lower"] <= table["rate"]) | table["rate"].isna()).all()
    assert ((table["rate"] <= table["upper"]) | table["rate"].isna()).all()


def test_contradictions_are_findings_with_their_rows() -> None:
    net = build.from_tables(
        {
            "unit_id": ["p", "a", "b", "c"],
            "kind": ["party_branch"] + ["enterprise"] * 3,
            "members": [0, 0, 0, 4],
            "has_party_org": [None, True, True, True],
            "formation": [None, "sole", "joint", "sole"],
            "founded": ["2020-01-01", None, None, "2019-01-01"],
            "last_election": ["2019-06-01", None, None, "2022-01-01"],
            "term_end": [None, None, None, "2021-12-31"],
        }
    )
    table = net.findings.table
    found = {(row.code, row.row, row.column, row.value, row.other) for row in table.itertuples()}
    assert {
        ("presence.no_members", 0, "members", "p", ""),
        ("presence.no_members", 1, "members", "a", ""),
        ("date.order", 0, "last_election", "p", "founded"),
        ("date.order", 3, "term_end", "c", "last_election"),
    } <= found
    assert not {"b"} & set(table.loc[table["code"] == "presence.no_members", "value"])  # joint: others have members
    assert "早于" in net.findings.sentence(table.index[table["code"] == "date.order"][0], "zh")[0]


def test_every_measure_of_the_catalogue_is_given(subdistrict: orgnet.OrgNetwork) -> None:
    for family in (coverage, gaps):
        assert set(family(subdistrict).indicators["measure"]) == in_catalogue(family.__name__)


def test_the_subdistrict_by_its_page(subdistrict: orgnet.OrgNetwork) -> None:
    found = coverage(subdistrict)
    assert facts(found, "organisation_coverage", "operating") == (59, 126, 10)
    assert facts(found, "organisation_coverage", "three_have") == (50, 83, 5)
    assert facts(found, "organisation_coverage", "eligible") == (32, 37, 1)
    assert facts(found, "hosts_per_joint_branch") == (27, 9, 0)  # of the 59, 27 share 9
    assert found.value("joint_branches_over_limit") == 0
    raw = pd.read_csv(orgnet.datasets.path() / "ties.csv")
    guides = raw[raw["layer"] == "guides"]
    assert facts(found, "organisations_per_instructor") == (14, guides["source"].nunique(), 0)


def test_staff_weights_of_the_subdistrict_against_its_files(subdistrict: orgnet.OrgNetwork) -> None:
    units = pd.read_csv(orgnet.datasets.path() / "units.csv", dtype={"unit_id": str})
    ties = pd.read_csv(orgnet.datasets.path() / "ties.csv", dtype=str)
    covered = set(ties.loc[ties["layer"] == "covers", "target"])
    part = whole = 0.0
    for row in units[units["kind"].isin(["enterprise", "social_org"])].to_dict("records"):
        flag = str(row["has_party_org"])
        has = row["unit_id"] in covered or flag == "True"
        if pd.isna(row["status"]) or row["status"] == "注销" or not (has or flag == "False") or pd.isna(row["staff"]):
            continue
        whole += row["staff"]
        part += row["staff"] if has else 0
    assert coverage(subdistrict).value("staff_weighted_coverage", "operating") == pytest.approx(part / whole)


def test_groups_and_ties_in_any_order_give_the_same_indicators(subdistrict: orgnet.OrgNetwork) -> None:
    shuffled = build.from_tables(
        subdistrict.units.sample(frac=1, random_state=1),
        subdistrict.ties.sample(frac=1, random_state=2),
        as_of=subdistrict.as_of,
    )
    plain = subdistrict.with_tables(**dict.fromkeys(subdistrict.tables))
    for family in (coverage, gaps):
        pd.testing.assert_frame_equal(family(shuffled).indicators, family(plain).indicators)
    pd.testing.assert_frame_equal(coverage(subdistrict, by="area").indicators, coverage(subdistrict).indicators)


def test_an_uncovered_host_raises_no_rate(subdistrict: orgnet.OrgNetwork) -> None:
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
    units = pd.concat([subdistrict.units.reset_index(), pd.DataFrame([new])], ignore_index=True)
    more = build.from_tables(units, subdistrict.ties, as_of=subdistrict.as_of)
    before = coverage(subdistrict.with_tables(**dict.fromkeys(subdistrict.tables))).indicators
    after = coverage(more).indicators
    rates = before["measure"].str.endswith("_coverage")
    assert rates.sum() >= 8 * 3
    assert (after["value"][rates] <= before["value"][rates]).all()
    pd.testing.assert_frame_equal(after[~rates], before[~rates])


def test_the_three_populations_are_nested(subdistrict: orgnet.OrgNetwork) -> None:
    table = coverage(subdistrict, by="area").table
    rows = table.pivot_table(index=["group", "measure"], columns="population", values="numerator")
    assert (rows["three_have"] <= rows["operating"]).all()
    assert (rows["eligible"] <= rows["operating"]).all()
