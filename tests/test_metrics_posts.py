"""Posts: values worked by hand, what is undefined, a slow twin of the holders, and laws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build, metrics
from orgnet._metrics.seats import seats_of
from orgnet.metrics import posts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Table = pd.DataFrame | Mapping[str, Any]
    Rows = Sequence[Sequence[Any]]

UNITS = {
    "unit_id": ["p", "r", "s", "p2", "r2"],
    "kind": ["party_committee", "residents_committee", "service_centre", "party_committee", "residents_committee"],
    "area": ["A", "A", "A", "B", "B"],
    "level": ["community", None, None, "community", None],
}
COLUMNS = ["unit_id", "post", "concurrent_unit", "concurrent_post"]
WORKED = [
    ("p", "书记", "r", "主任"),
    ("p", "member", "r", "member"),
    *[("p", "member", None, None)] * 3,
    ("r", "主任", None, None),
    ("r", "member", "p", "member"),
    *[("r", "member", None, None)] * 5,
]


def network(rows: Rows, units: Table = UNITS, **columns: Any) -> orgnet.OrgNetwork:
    net = build.from_tables(units, as_of="2025-06-30")
    return net.with_tables(posts=pd.DataFrame(rows, columns=COLUMNS).assign(**columns))


def area(found: metrics.Posts, name: str = "A") -> dict[str, Any]:
    (row,) = found.table[found.table["area"] == name].to_dict("records")
    return {str(key): value for key, value in row.items()}


def test_the_worked_pair() -> None:
    """5 and 7 seats, 3 shared: 3/5 and 3/7; two from the Party side, one from the other: 1/2."""
    found = posts(network(WORKED))
    row = found.pairs.iloc[0]
    assert (row["a"], row["b"], row["shared"], row["a_seats"], row["b_seats"]) == ("p", "r", 3, 5, 7)
    assert row["a_share"] == pytest.approx(0.6)
    assert row["b_share"] == pytest.approx(0.4286, abs=1e-4)
    assert (row["a_in_b"], row["b_in_a"], row["two_way"], row["way"]) == (2, 1, 0.5, "both ways")
    assert found.value("shared_seats_party") == pytest.approx(0.6)
    assert found.value("shared_seats_committee") == pytest.approx(3 / 7)
    assert found.value("two_way_entry") == 0.5
    assert found.indicator("shared_seats_party")["unknown"] == 1
    facts = area(found)
    assert (facts["bodies"], facts["seats"], facts["shared"]) == (2, 12, 3)
    assert (facts["party_in_committee"], facts["committee_in_party"], facts["two_way"]) == (2, 1, 0.5)
    assert (facts["party_share"], facts["committee_share"]) == (pytest.approx(0.6), pytest.approx(3 / 7))


def test_one_way_and_the_mean_of_areas() -> None:
    """In B two go from the Party side and none comes back: 0; the mean of 0.5 and 0 is 0.25."""
    rows = [*WORKED, *[("p2", "member", "r2", "member")] * 2, *[("r2", "member", None, None)] * 4]
    found = posts(network(rows))
    assert found.value("two_way_entry") == 0.25
    assert area(found, "B")["way"] == "one way"
    assert area(found, "B")["party_share"] == 1
    assert area(found, "B")["committee_share"] == 0.5
    assert found.value("shared_seats_party") == pytest.approx((3 + 2) / (5 + 2))


def test_a_body_that_has_not_listed_its_seats_is_unknown() -> None:
    """Three seats of r are shared, and r lists one: its seats are not known, and no share is above 1."""
    rows = [*[("p", "member", "r", "member")] * 3, ("r", "member", None, None)]
    found = posts(network(rows))
    assert found.pairs["b_share"].isna().all()
    assert found.value("shared_seats_party") == 1
    row = found.indicator("shared_seats_committee")
    assert math.isnan(row["value"])
    assert row["unknown"] == 2


def test_secretary_and_director_by_hand() -> None:
    """In A the secretary is the director; in B the director sits in the Party committee as a deputy: 1 of 2."""
    rows = [*WORKED, ("p2", "副书记", None, None), ("p2", "书记", None, None), ("r2", "主任", "p2", "副书记")]
    found = posts(network(rows))
    assert found.value("secretary_is_director") == 0.5
    assert area(found, "A")["secretary_is_director"] == "yes"
    assert area(found, "B")["secretary_is_director"] == "no"
    unknown = posts(network(WORKED)).indicator("secretary_is_director")
    assert (unknown["value"], unknown["denominator"], unknown["unknown"]) == (1, 1, 1)


def test_the_rule_set_says_who_is_secretary() -> None:
    units = dict(UNITS)
    rules = {"posts": {"secretary": ["first chair"], "director": ["second chair"]}}
    net = build.from_tables(units, rules=rules).with_tables(
        posts=pd.DataFrame(
            [("p", "First Chair", "r", "second chair"), ("r", "second chair", None, None)], columns=COLUMNS
        )
    )
    assert posts(net).value("secretary_is_director") == 1
    net = build.from_tables(units).with_tables(posts=net.tables["posts"])
    assert math.isnan(posts(net).value("secretary_is_director"))


def test_a_pair_of_seats_that_both_bodies_list_is_one_holder() -> None:
    rows = [
        ("p", "书记", "r", "主任"),
        ("p", "member", None, None),
        ("r", "主任", "p", "书记"),
        ("r", "member", None, None),
    ]
    found = posts(network(rows))
    row = found.pairs.iloc[0]
    assert (row["shared"], row["a_share"], row["b_share"], row["way"]) == (1, 0.5, 0.5, "not told")
    assert math.isnan(row["two_way"])
    assert found.value("longest_seat_chain") == 2
    assert found.indicator("two_way_entry")["unknown"] == 1


def test_the_longest_chain_by_hand() -> None:
    """The secretary is director, and as such director of the centre: three seats; so too by two rows of one seat."""
    assert posts(network(WORKED)).value("longest_seat_chain") == 2
    row = ("r", "主任", "s", "主任")
    chain = [row if old == ("r", "主任", None, None) else old for old in WORKED]
    found = posts(network(chain))
    assert found.value("longest_seat_chain") == 3
    assert area(found)["longest_chain"] == 3
    assert posts(network([*WORKED, ("p", "书记", "s", "主任")])).value("longest_seat_chain") == 3
    assert posts(network([("p", "member", None, None), ("s", "x", "r", "y")])).value("longest_seat_chain") == 2


def test_members_are_not_taken_for_one_holder() -> None:
    """Two members of p in r, one in s: three holders of two seats each, since the list does not tell them apart."""
    rows = [*[("p", "member", "r", "member")] * 2, ("p", "member", "s", "member")]
    assert posts(network(rows)).value("longest_seat_chain") == 2


def test_the_interlock_network_by_hand() -> None:
    """Bodies with seats p, r, s, p2: p-r shared alone. 1 of 6 pairs; parts p-r, s, p2."""
    rows = [*WORKED, ("s", "主任", None, None), ("p2", "书记", None, None)]
    found = posts(network(rows))
    assert found.value("interlock_density") == pytest.approx(1 / 6)
    assert found.value("interlock_components") == 3


def test_ties_say_what_they_can_where_posts_say_nothing() -> None:
    ties = {"source": ["p", "p2"], "target": ["r", "r2"], "layer": "interlock", "weight": [3, 2]}
    net = build.from_tables(UNITS, ties)
    found = posts(net)
    assert found.pairs["shared"].tolist() == [3, 2]
    assert found.value("interlock_density") == pytest.approx(2 / 6)
    assert found.value("interlock_components") == 2
    assert area(found)["shared"] == 3
    for measure in ("shared_seats_party", "two_way_entry", "longest_seat_chain", "vacant_seats", "seat_exchange_rate"):
        assert found.indicator(measure)["missing"] == "posts", measure
    seats = pd.DataFrame({"unit_id": ["p"] * 5 + ["r"] * 7})
    found = posts(net.with_tables(posts=seats))
    assert found.value("shared_seats_party") == pytest.approx(0.6)
    assert found.value("shared_seats_committee") == pytest.approx(3 / 7)
    assert found.indicator("two_way_entry")["missing"] == "posts.concurrent_unit"
    untold = posts(build.from_tables(UNITS).with_tables(posts=seats))
    assert untold.table[["shared", "party_share", "committee_share"]].isna().all(axis=None)
    assert untold.indicator("shared_seats_party")["missing"] == "posts.concurrent_unit"
    ended = build.from_tables(UNITS, ties | {"until": "2025-01-01"}, as_of="2025-06-30")
    assert posts(ended).indicator("interlock_density")["missing"] == "posts, ties.interlock"


def test_exchanges_of_the_last_year_by_hand() -> None:
    """Of 12 seats one second seat was taken up in the year to 30 June 2025: 100/12. What has ended is gone."""
    since = ["2024-07-01", "2024-06-30", *[None] * 4, "2020-01-01", *[None] * 5]
    found = posts(network(WORKED, since=since))
    row = found.indicator("seat_exchange_rate")
    assert row["value"] == pytest.approx(100 / 12)
    assert (row["numerator"], row["denominator"]) == (1, 12)
    assert area(found)["begun"] == 1
    gone = posts(network(WORKED, since=since, until=["2025-06-29", *[None] * 11]))
    assert gone.value("seat_exchange_rate") == 0
    assert gone.pairs.loc[0, "shared"] == 2


def test_exchanges_without_a_date_are_left_out() -> None:
    """The link of the two members of p and r has no date: its listed seat, of 12, is not counted."""
    since = ["2024-07-01", None, *[None] * 4, "2020-01-01", *[None] * 5]
    row = posts(network(WORKED, since=since)).indicator("seat_exchange_rate")
    assert (row["denominator"], row["unknown"]) == (11, 1)
    assert posts(network(WORKED)).indicator("seat_exchange_rate")["missing"] == "posts.since"
    undated = build.from_tables(UNITS).with_tables(
        posts=pd.DataFrame(WORKED, columns=COLUMNS).assign(since=pd.Series(since))
    )
    assert "as_of" in posts(undated).indicator("seat_exchange_rate")["reason"]


def test_vacancies_and_terms_by_hand() -> None:
    """Of 12 seats 2 are vacant and 1 is not recorded: 2/11. Terms in A end 365 days apart, in B 366: 1 of 2."""
    filled = [True] * 9 + [False, False, None]
    ends = ["2025-01-01", "2026-01-01", None, "2024-01-01", "2025-01-01"]
    found = posts(network(WORKED, UNITS | {"term_end": ends}, filled=filled))
    row = found.indicator("vacant_seats")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2, 11, 1)
    assert (area(found)["filled"], area(found)["vacant"]) == (9, 2)
    assert found.value("aligned_terms") == 0.5
    assert area(found)["terms_aligned"] == "yes"
    strict = build.from_tables(UNITS | {"term_end": ends}, rules={"posts": {"aligned_days": 364}})
    assert posts(strict).value("aligned_terms") == 0
    unknown = posts(build.from_tables(UNITS | {"term_end": ["2025-01-01", None, None, None, None]}))
    row = unknown.indicator("aligned_terms")
    assert math.isnan(row["value"])
    assert row["unknown"] == 2
    assert posts(network(WORKED)).indicator("aligned_terms")["missing"] == "units.term_end, posts.term_end"
    by_seats = network(WORKED, term_end=["2027-01-01"] * 12)
    assert posts(by_seats).indicator("aligned_terms")["denominator"] == 1


def test_bodies_without_an_area_are_not_one_area() -> None:
    """p and r end on one day, p2 and r2 too, three years later: 2 of 2 areas aligned; unsaid without areas.

    The one seat of each body is that of the shared holder: shares 1 and 1, all from the Party side: 0 two-way.

    With an area for the first two alone it is 1 of 1, and the second committee, of which none is recorded, is unknown.
    """
    pairs = [("p", "member", "r", "member"), ("r", "member", None, None), ("p2", "member", "r2", "member")]
    rows = [*pairs, ("r2", "member", None, None)]
    ends = {"term_end": ["2025-12-01", "2025-12-01", None, "2029-01-01", "2029-01-01"]}
    measures = ["shared_seats_party", "shared_seats_committee", "two_way_entry", "aligned_terms"]
    placed = posts(network(rows, UNITS | ends))
    assert [placed.value(name) for name in measures] == [1, 1, 0, 1]
    nowhere = posts(network(rows, {name: value for name, value in (UNITS | ends).items() if name != "area"}))
    for name in [*measures, "secretary_is_director"]:
        figure = nowhere.indicator(name)
        assert math.isnan(figure["value"])
        assert figure["missing"] == "units.area"
    assert nowhere.value("interlock_density") == placed.value("interlock_density")
    half = posts(network(rows, UNITS | ends | {"area": ["A", "A", "A", None, None]}))
    figure = half.indicator("aligned_terms")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (1, 1, 1)
    figure = half.indicator("shared_seats_party")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (1, 1, 1)
    figure = half.indicator("two_way_entry")
    assert (figure["denominator"], figure["unknown"]) == (1, 1)
    assert half.indicator("secretary_is_director")["unknown"] == 2
    assert math.isnan(area(half, "(not recorded)")["party_share"])


def test_a_vacant_seat_has_no_holder() -> None:
    found = posts(network(WORKED, filled=[False] + [True] * 11))
    assert found.pairs.loc[0, "shared"] == 2
    assert found.value("secretary_is_director") == 0


def test_an_unrecorded_flag_only_widens_what_is_unknown() -> None:
    filled = [True] * 9 + [False] * 3
    known = posts(network(WORKED, filled=filled)).indicator("vacant_seats")
    for seat in range(12):
        some = posts(network(WORKED, filled=[*filled[:seat], None, *filled[seat + 1 :]])).indicator("vacant_seats")
        assert some["unknown"] == 1
        low, high = some["numerator"] / 12, (some["numerator"] + 1) / 12
        assert low <= known["value"] <= high


def slow_holders(rows: list[tuple[Any, ...]]) -> int:
    """Count the most seats of one holder where each post stands once in its body, by walking from seat to seat."""
    near: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for unit, post, other, beside in rows:
        near.setdefault((unit, post), set())
        if other is not None and other != unit:
            near[unit, post].add((other, beside))
            near.setdefault((other, beside), set()).add((unit, post))
    most = 0
    for start in near:
        seen, left = {start}, [start]
        while left:
            for other in near[left.pop()] - seen:
                seen.add(other)
                left.append(other)
        most = max(most, len(seen))
    return most


def test_the_longest_chain_against_a_slow_twin() -> None:
    rng = np.random.default_rng(3)
    bodies = ["p", "r", "s", "p2", "r2"]
    for _ in range(20):
        seats = [(body, f"post {number}") for body in bodies for number in range(3)]
        order = rng.permutation(len(seats))
        target = {one: seats[order[at]] for at, one in enumerate(seats)}  # each is named by one row at most
        beside = [target[one] if rng.random() < 0.3 else (None, None) for one in seats]
        rows = [(*one, *other) for one, other in zip(seats, beside, strict=True)]
        found = seats_of(network(rows), network(rows).tables["posts"])
        assert found.table["held"].max() == slow_holders(rows)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [*WORKED, ("p2", "书记", None, None), ("r2", "主任", "p2", "书记"), ("s", "主任", "p2", "member")]
    wanted = posts(network(rows))
    for seed in range(3):
        mixed = pd.DataFrame(rows).sample(frac=1, random_state=seed).to_numpy(object).tolist()
        units = pd.DataFrame(UNITS).sample(frac=1, random_state=seed)
        found = posts(network(mixed, units))
        pd.testing.assert_frame_equal(found.indicators, wanted.indicators)
        pd.testing.assert_frame_equal(found.table, wanted.table)
        pairs = [{frozenset((row.a, row.b)): row.shared for row in one.pairs.itertuples()} for one in (found, wanted)]
        assert pairs[0] == pairs[1]


def test_the_parts_add_up() -> None:
    rows = [*WORKED, ("p2", "书记", None, None), ("r2", "主任", "p2", "书记"), ("s", "主任", None, None)]
    found = posts(network(rows))
    assert found.table["seats"].sum() == len(rows)
    assert found.pairs["shared"].sum() == found.table["shared"].sum() == 4


@pytest.mark.parametrize("n", [0, 1])
def test_networks_of_one_unit_or_none(n: int) -> None:
    net = build.from_tables({"unit_id": ["p"] * n, "kind": ["party_committee"] * n})
    for one in (net, net.with_tables(posts={"unit_id": ["p"] * n})):
        found = posts(one)
        undefined = found.indicators[found.indicators["value"].isna()]
        assert (undefined["reason"] != "").all()
        assert len(found.pairs) == 0


def test_shares_stay_within_bounds() -> None:
    found = posts(orgnet.datasets.load())
    assert found.pairs[["a_share", "b_share", "two_way"]].melt()["value"].dropna().between(0, 1).all()
    assert found.table[["party_share", "committee_share", "two_way"]].melt()["value"].dropna().between(0, 1).all()
    assert set(found.to_dict()) == {"table", "provenance", "indicators", "pairs"}
