"""Kind and members, terms: values by hand at every boundary, changes of the rules, undefined cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from orgnet import build, datasets, metrics

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

# unit_id, kind, members, full_members, level, formation, what is expected
TYPES = [
    ("b1", "party_branch", 2, 2, "unit", "sole", "small"),
    ("b2", "party_branch", 50, 48, "unit", "sole", "boundary"),
    ("b3", "party_branch", 51, 50, "unit", "sole", "large"),
    ("b4", "party_branch", 20, 18, "unit", "sole", "fits"),
    ("b5", "party_branch", None, None, "unit", "sole", "unknown"),
    ("b6", "party_branch", 4, 2, "unit", "sole", "small"),
    ("g1", "party_general_branch", 50, None, "unit", None, "boundary"),
    ("g2", "party_general_branch", 49, None, "unit", None, "small"),
    ("g3", "party_general_branch", 75, None, "unit", None, "fits"),
    ("g4", "party_general_branch", 100, None, "unit", None, "boundary"),
    ("g5", "party_general_branch", 101, None, "unit", None, "large"),
    ("p1", "party_committee", 100, None, "community", None, "boundary"),
    ("p2", "party_committee", 101, None, "community", None, "fits"),
    ("p3", "party_committee", 99, None, "community", None, "small"),
    ("p4", "party_committee", 50, None, "subdistrict", None, "not meant"),
    ("p5", "party_committee", 500, None, None, None, "unknown"),
    ("c1", "party_cell", 1, 1, "building", None, "not meant"),
    ("f1", "party_branch", 1, 1, "unit", "functional", "not meant"),
]


def by_types(**rules: Any) -> OrgNetwork:
    columns = ["unit_id", "kind", "members", "full_members", "level", "formation", "expected"]
    return build.from_tables(pd.DataFrame(TYPES, columns=columns).drop(columns="expected"), rules={"members": rules})


def test_type_fits_members_by_hand() -> None:
    """Of 13 units with members 3 fit (b4, g3, p2) and 4 stand at a boundary: 7 of 13; two are not known."""
    found = metrics.chain(by_types())
    listed = dict(zip(found.types["unit_id"], found.types["fit"], strict=True))
    assert listed == {unit: word for unit, *_, word in TYPES if word in {"small", "large", "boundary"}}
    row = found.indicator("type_fits_members")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (7, 13, 2)
    assert found.value("type_at_boundary") == 4
    assert (found.types["advice"] != "").all()
    assert found.types["advice_zh"].str.contains("[\u4e00-\u9fff]").all()


def test_a_joint_branch_is_not_told_to_become_one() -> None:
    units = {
        "unit_id": ["j", "s"],
        "kind": "party_branch",
        "members": [2, 2],
        "full_members": [2, 2],
        "formation": ["joint", "sole"],
    }
    types = metrics.chain(build.from_tables(units)).types.sort_values("unit_id")
    assert types["fit"].tolist() == ["small", "small"]
    assert types["advice"].str.contains("more host units, or a merger").tolist() == [True, False]
    assert types["advice_zh"].str.contains("合并").tolist() == [True, False]
    assert types["advice"].str.contains("a joint branch may fit").tolist() == [False, True]


def test_the_limits_are_those_of_the_rules() -> None:
    found = metrics.chain(by_types(general_branch=60))
    listed = dict(zip(found.types["unit_id"], found.types["fit"], strict=True))
    assert "b2" not in listed
    assert "b3" not in listed
    assert listed["g1"] == "small"
    assert found.value("type_at_boundary") == 2  # g4 and p1
    assert "b1" not in set(metrics.chain(by_types(branch=2)).types["unit_id"])


def test_without_members_nothing_is_said_of_kinds() -> None:
    found = metrics.chain(build.from_tables({"unit_id": ["a"], "kind": ["party_branch"]}))
    assert found.indicator("type_fits_members")["missing"] == "units.members"
    assert found.indicator("type_at_boundary")["missing"] == "units.members"


# unit_id, kind, level, formation, last_election, term_end, days left on 2025-06-30
TERMS = [
    ("pc", "party_committee", "community", None, "2020-06-29", None, -1),
    ("pc2", "party_committee", "community", None, "2020-06-30", None, 0),
    ("br", "party_branch", "unit", None, "2022-07-01", None, 1),
    ("br2", "party_branch", "community", None, "2022-07-01", None, None),  # five years in a community: July 2027
    ("rc", "residents_committee", "community", None, None, "2025-12-27", 180),
    ("rc2", "residents_committee", "community", None, "2010-01-01", "2025-12-28", None),  # what is recorded speaks
    ("vc", "villagers_committee", "community", None, None, None, None),  # not known
    ("leap", "party_branch", "unit", None, "2020-02-29", None, -853),  # 2023-02-28
    ("cell", "party_cell", "building", None, "2010-01-01", None, None),  # has no term
    ("temp", "party_branch", "unit", "temporary", "2010-01-01", None, None),
]


def by_terms(as_of: str | None = "2025-06-30", **rules: Any) -> OrgNetwork:
    columns = ["unit_id", "kind", "level", "formation", "last_election", "term_end", "days"]
    units = pd.DataFrame(TERMS, columns=columns).drop(columns="days")
    return build.from_tables(units, rules={"terms": rules}, as_of=as_of)


def test_terms_by_hand() -> None:
    """Seven ends of terms are known: two are past, three come within 180 days."""
    found = metrics.chain(by_terms())
    expected = {unit: days for unit, *_, days in TERMS if days is not None}
    assert dict(zip(found.terms["unit_id"], found.terms["days_left"], strict=True)) == expected
    assert found.terms["days_left"].is_monotonic_increasing
    assert found.terms["state"].tolist() == ["overdue", "overdue", "due", "due", "due"]
    assert found.terms.set_index("unit_id")["basis"].to_dict()["rc"] == "term_end"
    overdue, due = found.indicator("term_overdue"), found.indicator("term_due")
    assert (overdue["numerator"], overdue["denominator"], overdue["unknown"]) == (2, 7, 1)
    assert (due["numerator"], due["denominator"], due["unknown"]) == (3, 7, 1)


def test_an_end_before_the_last_election_is_that_of_the_term_before() -> None:
    """Branches have three years: elected 2024-06-01, b ends 2027-06-01, not 2023; c, elected after now, is overdue."""
    units = {
        "unit_id": ["b", "same", "c"],
        "kind": "party_branch",
        "level": "unit",
        "term_end": ["2023-06-01", "2022-07-10", "2025-06-20"],
        "last_election": ["2024-06-01", "2022-07-10", "2025-09-01"],
    }
    found = metrics.chain(build.from_tables(units, as_of="2025-06-30"))
    row = found.indicator("term_overdue")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 3, 0)
    columns = ["unit_id", "days_left", "basis"]
    # From 2025-06-20 to 06-30 are 10 days; 2022-07-10 and three years is 2025-07-10, in 10 days.
    assert found.terms[columns].to_numpy().tolist() == [["c", -10, "term_end"], ["same", 10, "last_election"]]


def test_the_years_and_days_are_those_of_the_rules() -> None:
    assert metrics.chain(by_terms(due_days=181)).value("term_due") == 4 / 7
    assert metrics.chain(by_terms(community_years=4)).value("term_overdue") == 3 / 7  # pc2 too
    assert metrics.chain(by_terms(years={"party_branch": 4})).indicator("term_due")["numerator"] == 2  # not br


def test_without_dates_terms_are_not_known() -> None:
    found = metrics.chain(build.from_tables({"unit_id": ["a"], "kind": ["party_branch"]}))
    assert found.indicator("term_overdue")["missing"] == "units.term_end, units.last_election"
    undated = metrics.chain(build.from_tables({"unit_id": ["a"], "kind": ["party_branch"], "term_end": ["2025-01-01"]}))
    assert np.isnan(undated.value("term_overdue"))
    assert "as_of=" in undated.indicator("term_overdue")["reason"]


def test_the_bundled_subdistrict() -> None:
    """Its page names five branches and three committees; what is recorded as the end of a term speaks first."""
    net = datasets.load()
    units = net.units.drop(columns="term_end", errors="ignore").reset_index()
    found = metrics.chain(build.from_tables(units, net.ties, as_of="2025-06-30"))
    overdue = set(found.terms.loc[found.terms["state"] == "overdue", "unit_id"])
    party = {unit for unit in overdue if not unit.endswith("-RC")}
    assert party == {
        *("330106012001-P04", "330106012002-J02", "330106012003-G02-B", "330106012006-G03-B", "330106012007-P04"),
        *("330106012001-PC", "330106012003-PC", "330106012005-PC"),
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    for net in (by_types(), by_terms()):
        other = build.from_tables(net.units.sample(frac=1, random_state=seed), rules=net.rules, as_of=net.as_of)
        pd.testing.assert_frame_equal(metrics.chain(net).indicators, metrics.chain(other).indicators)
