"""Suggested joint branches: worked by hand, the planted pair, against a slow twin, and laws."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet.metrics import gaps

FIRMS = pd.DataFrame(
    [
        # unit, area, building, full members, staff, has a Party organisation, status
        ("u1", "A", "1", 2, 10, False, "存续"),
        ("u2", "A", "1", 1, 10, False, "存续"),
        ("u3", "A", "2", 1, 30, False, "存续"),
        ("u4", "A", None, 2, 5, False, "存续"),
        ("u5", "A", None, 1, 5, False, "存续"),
        ("v1", "B", "1", 1, 10, False, "存续"),
        ("v2", "B", None, 1, 10, False, "存续"),
        ("n1", "B", "1", 2, 10, True, "存续"),
        ("n2", "B", "1", 2, 10, False, "注销"),
        ("n3", "B", "1", 3, 10, False, "存续"),
        ("n4", "B", "1", 0, 10, False, "存续"),
        ("n5", "B", "1", 2, 10, None, "存续"),
    ],
    columns=["unit_id", "area", "building", "full_members", "staff", "has_party_org", "status"],
).assign(kind="enterprise")


def some(rng: np.random.Generator, words: list[Any], n: int) -> list[Any]:
    return [words[i] for i in rng.integers(0, len(words), n)]


def branches(net: orgnet.OrgNetwork) -> list[list[Any]]:
    return gaps(net).joint[["near", "where", "hosts", "full_members", "unit_ids"]].to_numpy().tolist()


def test_branches_by_hand() -> None:
    """Building 1 of A: u1 (2) and u2 (1) make 3. Then area A: u4 (2) with u3, the larger of those with 1, makes 3, and
    u5 finds room. In B v1 and v2 have 2 together, too few; building 1 there is another one. n1 to n5 are covered,
    closed, large enough for their own, without members, or not recorded.
    """
    net = build.from_tables(FIRMS)
    assert branches(net) == [
        ["building", "A / 1", 2, 3, "u1, u2"],
        ["area", "A", 3, 4, "u4, u3, u5"],
    ]
    found = gaps(net)
    assert found.joint["anchor"].tolist() == ["u1", "u4"]
    assert "同一楼栋" in found.joint["reason_zh"].iloc[0]
    assert found.value("joint_branches_suggested") == 2
    row = found.indicator("hosts_joinable")
    assert (row["numerator"], row["denominator"]) == (5, 7)


def test_the_rules_decide_who_is_near_and_how_many() -> None:
    by_area = build.from_tables(FIRMS, rules={"joint": {"near": ["area"]}})
    # u1 is first with 2 members and 10 staff, joined by u3 (1, most staff); u4 by u2; u5 finds room with u1
    assert branches(by_area) == [
        ["area", "A", 2, 3, "u4, u2"],
        ["area", "A", 3, 4, "u1, u3, u5"],
    ]
    two = build.from_tables(FIRMS, rules={"joint": {"most_hosts": 2}})
    assert branches(two) == [["building", "A / 1", 2, 3, "u1, u2"], ["area", "A", 2, 3, "u4, u3"]]
    four = build.from_tables(FIRMS, rules={"members": {"branch": 4}})
    # n3 may join now: it makes 4 with v1 of its building; building 1 of A has 3, too few; in area A u1 and u4 make 4,
    # and the other three find room; v2 is left over
    assert branches(four) == [
        ["building", "B / 1", 2, 4, "n3, v1"],
        ["area", "A", 5, 7, "u1, u4, u3, u2, u5"],
    ]


def test_what_is_lacking_is_named() -> None:
    placeless = gaps(build.from_tables(FIRMS.drop(columns=["area", "building"])))
    assert placeless.joint.empty
    assert placeless.indicator("hosts_joinable")["missing"] == "units.building, units.area"
    memberless = gaps(build.from_tables(FIRMS.drop(columns="full_members")))
    assert memberless.joint.empty
    assert memberless.indicator("joint_branches_suggested")["missing"] == "units.full_members"
    assert list(memberless.joint) == list(gaps(build.from_tables(FIRMS)).joint)


def test_the_planted_pair_comes_first() -> None:
    found = gaps(orgnet.datasets.load()).joint
    first = found.iloc[0]
    assert first["unit_ids"] == "330106012002-E09, 330106012002-E10"
    assert (first["near"], first["hosts"], first["full_members"]) == ("building", 2, 3)
    assert first["where"] == "曙光社区 / 330106012002-G01-L9"
    assert found["near"].tolist()[1:] == ["area"] * (len(found) - 1)


@cache
def most_branches(twos: int, ones: int) -> int:
    """The most branches of 3 members that hosts with 2 and with 1 can make, by trying all."""
    ways = [(1, 1), (2, 0), (0, 3)]
    rest = [most_branches(twos - a, ones - b) + 1 for a, b in ways if twos >= a and ones >= b]
    return max(rest, default=0)


@pytest.mark.parametrize("twos", range(6))
@pytest.mark.parametrize("ones", range(7))
def test_no_other_grouping_makes_more_branches(twos: int, ones: int) -> None:
    units = {
        "unit_id": [f"u{i}" for i in range(twos + ones)],
        "kind": "enterprise",
        "status": "存续",
        "area": "A",
        "full_members": [2] * twos + [1] * ones,
        "has_party_org": False,
    }
    assert len(gaps(build.from_tables(units)).joint) == most_branches(twos, ones)


@pytest.mark.parametrize("seed", range(15))
def test_every_branch_keeps_the_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    frame = pd.DataFrame(
        {
            "unit_id": [f"u{i:02}" for i in range(n)],
            "kind": "enterprise",
            "status": "存续",
            "area": rng.choice(["A", "B", "C"], n),
            "building": some(rng, ["1", "2", "3", None], n),
            "full_members": rng.integers(0, 4, n),
            "staff": rng.integers(1, 50, n),
            "has_party_org": rng.random(n) < 0.3,
        }
    )
    found = gaps(build.from_tables(frame)).joint
    assert len(found)
    facts = frame.set_index("unit_id")
    taken: list[str] = []
    for row in found.to_dict("records"):
        ids = str(row["unit_ids"]).split(", ")
        group = facts.loc[ids]
        assert row["hosts"] == len(ids) <= 5
        assert row["full_members"] == group["full_members"].sum() >= 3
        assert group["full_members"].between(1, 2).all()
        assert not group["has_party_org"].any()
        assert len(set(group["area"])) == 1
        assert row["near"] == "area" or len(set(group["building"])) == 1
        assert row["anchor"] == ids[0]
        taken += ids
    assert len(set(taken)) == len(taken)
    left = facts[~facts.index.isin(taken) & ~facts["has_party_org"] & facts["full_members"].between(1, 2)]
    assert (left.groupby("area")["full_members"].sum() < 3).all()  # what is left over makes no branch
    shuffled = gaps(build.from_tables(frame.sample(frac=1, random_state=seed))).joint
    pd.testing.assert_frame_equal(shuffled, found)
