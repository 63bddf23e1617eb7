"""Gaps as a family: the order, the gain and the misfits worked by hand, and laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet.metrics import coverage, gaps


@pytest.fixture(scope="module")
def subdistrict() -> orgnet.OrgNetwork:
    return orgnet.datasets.load()


def test_order_and_gain_by_hand() -> None:
    """Area A: a1, a2 eligible gaps beside a5 which is covered, a4 small; area B: a3 three-have, b1 without numbers."""
    units = {
        "unit_id": ["a1", "a2", "a3", "a4", "a5", "b1"],
        "kind": "enterprise",
        "status": "存续",
        "area": ["A", "A", "B", "A", "A", "B"],
        "fixed_premises": True,
        "full_members": [3, 4, 0, 1, 3, None],
        "staff": [20, 50, 15, 5, 10, None],
        "has_party_org": [False, False, False, False, True, False],
    }
    found = gaps(build.from_tables(units))
    table = found.table
    assert table["unit_id"].tolist() == ["a2", "a1", "a3", "a4", "b1"]
    assert table["gap"].tolist() == ["eligible", "eligible", "three_have", "operating", "operating"]
    # eligible in A are a1 a2 a5; three-have in B is a3 alone; operating in A a1 a2 a4 a5, in B a3 b1
    assert table["gain"].tolist() == [1 / 3, 1 / 3, 1.0, 1 / 4, 1 / 2]
    assert table["gain_in"].tolist() == ["A", "A", "B", "A", "B"]
    assert table["reason_zh"].iloc[0].startswith("应建未建")
    assert table["reason_zh"].iloc[2].startswith("“三有”单位未覆盖")
    assert table["reason"].iloc[2].startswith("three-have")
    assert not table["reason"].iloc[2:3].str.contains("joint").any()  # that depends on members, of which a3 has none
    backlog = found.indicator("backlog")
    assert (backlog["value"], backlog["unknown"], found.backlog) == (2, 1, 2)  # b1 may be eligible
    kinds = [(found.value("uncovered_hosts", kind), found.indicator("uncovered_hosts", kind)["unknown"])
             for kind in ("eligible", "three_have", "operating")]  # fmt: skip
    assert kinds == [(2, 1), (1, 1), (2, 0)]


def test_equal_hosts_go_by_distance_then_gain_then_id() -> None:
    units = {
        "unit_id": ["p", "z", "y", "x", "w"],
        "kind": ["party_branch"] + ["enterprise"] * 4,
        "status": "存续",
        "sector": [None, "S", "S", "S", "T"],
        "has_party_org": [None] + [False] * 4,
    }
    net = build.from_tables(units, {"source": ["p", "z"], "target": ["z", "y"], "layer": "collab"})
    table = gaps(net).table
    assert table["unit_id"].tolist() == ["z", "y", "w", "x"]  # 1 and 2 ties away; then w, alone in its sector
    assert table["distance"].tolist()[:2] == [1, 2]
    assert table["gain"].tolist() == [1 / 3, 1 / 3, 1, 1 / 3]
    ended = {"source": ["p", "z"], "target": ["z", "y"], "layer": "collab", "until": ["2020-01-01", None]}
    assert gaps(build.from_tables(units, ended, as_of="2025-01-01")).table["distance"].isna().all()


def test_the_gain_is_what_coverage_rises_by(subdistrict: orgnet.OrgNetwork) -> None:
    found = gaps(subdistrict).table
    before = coverage(subdistrict, by="area")
    for kind in ("eligible", "three_have", "operating"):
        row = found[found["gap"] == kind].iloc[0]
        flags = subdistrict.units["has_party_org"].copy()
        flags[row["unit_id"]] = True
        after = coverage(subdistrict.with_units(has_party_org=flags), by="area")
        rise = after.rate(kind, group=row["gain_in"]) - before.rate(kind, group=row["gain_in"])
        assert rise == pytest.approx(row["gain"])


MISFIT_UNITS = pd.DataFrame(
    [
        # unit, kind, superior, formation, full members, status
        ("p1", "party_branch", None, "sole", 2, None),
        ("p2", "party_branch", None, "joint", 5, None),
        ("p3", "party_branch", None, None, 5, None),
        ("p4", "party_branch", None, None, 5, None),
        ("p5", "party_branch", None, None, 5, None),
        ("p6", "party_general_branch", None, None, 60, None),
        ("p7", "party_branch", "p6", None, 30, None),
        ("p8", "party_branch", None, "joint", 3, None),
        ("p9", "party_branch", None, "functional", 9, None),
        ("x1", "enterprise", None, None, 2, "存续"),
        ("x2", "enterprise", None, None, 4, "存续"),
        ("x3", "enterprise", None, None, 1, "存续"),
        ("x4", "enterprise", None, None, 5, "存续"),
        ("x5", "enterprise", None, None, 1, "注销"),
        ("x6", "enterprise", None, None, 60, "存续"),
        ("x7", "enterprise", None, None, 3, "存续"),
    ],
    columns=["unit_id", "kind", "superior_id", "formation", "full_members", "status"],
)
MISFIT_TIES = pd.DataFrame(
    [("p1", "x1"), ("p2", "x2"), ("p2", "x3"), ("p3", "x4"), ("p4", "x4"), ("p5", "x5"), ("p6", "x6"), ("p7", "x6"),
     ("p8", "x7"), ("p9", "x1")],
    columns=["source", "target"],
).assign(layer="covers")  # fmt: skip


def test_misfits_by_hand() -> None:
    """x1 has its own with 2; x2 a joint one with 4; p3 and p4 share x4; x5 is closed; p8 is joint with one host.

    p7 is below p6 and p9 is functional, so that x6 and x1 are not covered twice.
    """
    found = gaps(build.from_tables(MISFIT_UNITS, MISFIT_TIES))
    rows = found.misfits[["unit_id", "misfit", "party_units"]].to_numpy().tolist()
    assert rows[:4] == [
        ["x1", "over_built", "p1, p9"],
        ["x2", "under_built", "p2"],
        ["x4", "several_party_units", "p3, p4"],
        ["x5", "closed", "p5"],
    ]
    assert [row[:2] for row in rows[4:]] == [["p8", "formation_differs"]]
    assert "3" in found.misfits["reason"].iloc[0]
    assert "联合组建" in found.misfits["reason_zh"].iloc[4]
    facts = {name: found.indicator(name) for name in
             ("own_below_threshold", "joint_above_threshold", "hosts_with_several_party_units")}  # fmt: skip
    shares = {name: (row["numerator"], row["denominator"]) for name, row in facts.items()}
    assert shares == {
        "own_below_threshold": (1, 4),  # x1 of x1 x4 x6 x7
        "joint_above_threshold": (1, 2),  # x2 of x2 x3
        "hosts_with_several_party_units": (1, 6),  # x4 of the six that are not closed
    }


def test_the_rule_of_three_decides_what_fits() -> None:
    found = gaps(build.from_tables(MISFIT_UNITS, MISFIT_TIES, rules={"members": {"branch": 2}}))
    assert set(found.misfits["misfit"]) == {"under_built", "several_party_units", "closed", "formation_differs"}
    assert found.value("own_below_threshold") == 0


def test_members_that_are_not_recorded_fit_nothing() -> None:
    units = MISFIT_UNITS.assign(full_members=MISFIT_UNITS["full_members"].mask(MISFIT_UNITS["unit_id"] == "x1"))
    found = gaps(build.from_tables(units, MISFIT_TIES))
    assert "x1" not in set(found.misfits["unit_id"])
    row = found.indicator("own_below_threshold")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (0, 3, 1)


def test_a_host_that_is_recorded_sole_and_shares_its_branch_differs() -> None:
    units = {
        "unit_id": ["p", "a", "b"],
        "kind": ["party_branch", "enterprise", "enterprise"],
        "formation": [None, "sole", "joint"],
        "status": "存续",
    }
    found = gaps(build.from_tables(units, {"source": "p", "target": ["a", "b"], "layer": "covers"})).misfits
    assert found[["unit_id", "misfit"]].to_numpy().tolist() == [["a", "formation_differs"]]
    assert "单独组建" in found["reason_zh"].iloc[0]


def test_a_committee_over_several_hosts_and_a_group_make_no_misfit() -> None:
    """k, a community committee, covers a and b, a with 4 full members, enough for its own; c, a group, covers a too."""
    units = {
        "unit_id": ["k", "c", "a", "b"],
        "kind": ["party_committee", "party_cell", "enterprise", "enterprise"],
        "formation": ["sole", None, None, None],
        "full_members": [90, 3, 4, 1],
        "status": "存续",
    }
    found = gaps(build.from_tables(units, {"source": ["k", "k", "c"], "target": ["a", "b", "a"], "layer": "covers"}))
    assert found.misfits.empty
    row = found.indicator("joint_above_threshold")
    assert (row["denominator"], row["unknown"]) == (0, 2)  # own or joint: not known
    double = found.indicator("hosts_with_several_party_units")
    assert (double["numerator"], double["denominator"]) == (0, 2)


def test_kinds_of_gap_add_up(subdistrict: orgnet.OrgNetwork) -> None:
    found = gaps(subdistrict)
    rows = found.indicators[found.indicators["measure"] == "uncovered_hosts"]
    row = coverage(subdistrict).row("operating")
    assert rows["value"].sum() == len(found.table) == row["denominator"] - row["numerator"] == 126 - 59
    assert found.cells["operating_gaps"].sum() == len(found.table)
    assert found.value("backlog") == 5


def test_the_subdistrict_has_no_misfits(subdistrict: orgnet.OrgNetwork) -> None:
    """Its branches were drawn by the rules: own with 3 members and more, joint below."""
    units = pd.read_csv(orgnet.datasets.path() / "units.csv", dtype={"unit_id": str})
    sole = units[(units["formation"] == "sole") & units["kind"].isin(["enterprise", "social_org"])]
    found = gaps(subdistrict)
    row = found.indicator("own_below_threshold")
    assert (row["numerator"], row["denominator"]) == ((sole["full_members"] < 3).sum(), len(sole))
    assert found.value("hosts_with_several_party_units") == 0


def test_the_order_of_rows_changes_nothing(subdistrict: orgnet.OrgNetwork) -> None:
    shuffled = gaps(
        build.from_tables(
            subdistrict.units.sample(frac=1, random_state=3),
            subdistrict.ties.sample(frac=1, random_state=4),
            as_of=subdistrict.as_of,
        )
    )
    found = gaps(subdistrict)
    for name in ("table", "joint", "misfits", "cells"):
        pd.testing.assert_frame_equal(getattr(shuffled, name), getattr(found, name))


@pytest.mark.parametrize("column", ["has_party_org", "status", "staff", "full_members", "fixed_premises"])
def test_what_is_not_recorded_lists_no_new_gap(subdistrict: orgnet.OrgNetwork, column: str) -> None:
    rng = np.random.default_rng(5)
    values = subdistrict.units[column]
    fewer = gaps(subdistrict.with_units(**{column: values.mask(rng.random(len(values)) < 0.3)}))
    assert set(fewer.table["unit_id"]) <= set(gaps(subdistrict).table["unit_id"])
    assert fewer.n_unknown >= (gaps(subdistrict).n_unknown if column in {"has_party_org", "status"} else 0)
