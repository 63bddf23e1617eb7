"""Participation: values worked by hand, what is undefined, slow twins, and laws."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet.metrics import participation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Table = pd.DataFrame | Mapping[str, Any]
    Rows = Sequence[Sequence[Any]]

UNITS = {
    "unit_id": ["p", "f1", "f2", "f3", "f4", "s1", "s2", "g"],
    "kind": ["party_branch", *["enterprise"] * 4, *["social_org"] * 2, "grid"],
    "status": [None, "存续", "存续", None, "注销", None, None, None],
}
# The year to 30 June 2025 begins on 1 July 2024, the one before on 2 July 2023 (2024 is a leap year).
EVENTS = [
    ("f1", "e1", "2025-06-30", "meeting"),
    ("s1", "e1", "2025-06-30", "meeting"),
    ("f1", "e2", "2024-07-01", "clean-up"),
    ("p", "e2", "2024-07-01", "clean-up"),
    ("f1", "e3", "2024-06-30", "meeting"),
    ("f2", "e3", "2024-06-30", "meeting"),
    ("f4", "e3", "2024-06-30", "meeting"),
    ("s1", "e4", "2023-07-02", "meeting"),
    ("s2", "e5", "2023-07-01", "meeting"),
    ("s2", "e6", "2025-07-01", "meeting"),
    ("g", "e1", "2025-06-30", "meeting"),
]
COLUMNS = ["unit_id", "event_id", "date", "event_type"]


def network(events: Rows = EVENTS, units: Table = UNITS, **columns: Any) -> orgnet.OrgNetwork:
    net = build.from_tables(units, as_of="2025-06-30")
    return net.with_tables(events=pd.DataFrame(events, columns=COLUMNS).assign(**columns))


def test_who_is_active_and_who_left_by_hand() -> None:
    """Registered: f1, f2, f3, s1, s2 (f4 is closed; p is of the Party, g a place). Active: f1, s1: 2 of 5.

    Events in the year: f1 two, s1 one: 3/5. Types: meeting and clean-up. In the year before: f1, f2, f4, s1; of these
    f1 and s1 stayed: 2/4. s2 was there too early and too late.
    """
    found = participation(network())
    assert found.value("active_share") == pytest.approx(2 / 5)
    assert found.value("active_share", "enterprise") == pytest.approx(1 / 3)
    assert found.value("active_share", "social_org") == 0.5
    assert found.value("events_per_unit") == pytest.approx(3 / 5)
    assert found.value("events_per_unit", "enterprise") == pytest.approx(2 / 3)
    assert found.value("mechanisms_used") == 2
    assert found.value("mechanisms_used", "social_org") == 1
    assert found.value("participation_retention") == 0.5
    assert found.value("participation_retention", "enterprise") == pytest.approx(1 / 3)
    assert found.left["unit_id"].tolist() == ["f2", "f4"]
    assert found.left["status"].tolist() == ["存续", "注销"]
    by_unit = found.table.set_index("unit_id")
    assert by_unit["events"].to_dict() == {"f1": 2, "f2": 0, "f3": 0, "f4": 0, "s1": 1, "s2": 0}
    assert by_unit["events_before"].to_dict() == {"f1": 1, "f2": 1, "f3": 0, "f4": 1, "s1": 1, "s2": 0}
    assert by_unit.loc[["f1"], ["mechanisms", "last_date"]].to_numpy().tolist() == [[2, pd.Timestamp("2025-06-30")]]
    assert by_unit.loc["s2", "last_date"] == pd.Timestamp("2023-07-01")
    kinds = found.kinds.set_index("kind")
    assert kinds.loc[["enterprise"], ["registered", "active", "stayed", "left"]].to_numpy().tolist() == [[3, 1, 1, 2]]


def test_the_rule_set_says_how_long_a_period_is() -> None:
    net = build.from_tables(UNITS, as_of="2025-06-30", rules={"participation": {"days": 366}})
    found = participation(net.with_tables(events=pd.DataFrame(EVENTS, columns=COLUMNS)))
    assert found.value("active_share") == pytest.approx(3 / 5)


def test_absent_units_took_no_part() -> None:
    roles = ["absent", *["participant"] * 10]
    found = participation(network(role=roles)).table.set_index("unit_id")
    assert found.loc["f1", "events"] == 1


def test_a_unit_counts_once_an_event() -> None:
    found = participation(network([*EVENTS, EVENTS[0]], role=["organiser", *["participant"] * 11]))
    assert found.value("events_per_unit") == pytest.approx(3 / 5)


def test_events_without_a_date_leave_open_who_is_active() -> None:
    """f3 has one undated event: active or not is unknown, so 2 of 4; f1 has one beside its others and stays active."""
    found = participation(network([*EVENTS, ("f3", "x", None, None), ("f1", "x", None, None)]))
    row = found.indicator("active_share")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2, 4, 1)
    row = found.indicator("events_per_unit")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 3, 2)
    assert found.value("participation_retention") == 0.5


def test_how_unequal_participation_is_by_hand() -> None:
    """Events 2, 1, 0, 0, 0 of five units. The differences of all pairs: 1, three times 2, three times 1, together 10.

    The Gini coefficient is twice that over 2 n^2 and the mean: 20 / (2 x 25 x 0.6) = 2/3. The top
    tenth, rounded up, is one unit: 2 of 3.
    """
    found = participation(network())
    assert found.value("events_gini") == pytest.approx(2 / 3)
    assert found.value("events_top_share") == pytest.approx(2 / 3)
    half = build.from_tables(UNITS, as_of="2025-06-30", rules={"participation": {"top_share": 0.5}})
    found = participation(half.with_tables(events=pd.DataFrame(EVENTS, columns=COLUMNS)))
    assert found.value("events_top_share") == 1


def test_without_events_all_that_rests_on_them_is_undefined() -> None:
    net = build.from_tables(UNITS, as_of="2025-06-30")
    found = participation(net)
    for measure in ("active_share", "events_per_unit", "mechanisms_used", "participation_retention", "events_gini",
                    "events_top_share", "attendances_per_1000"):  # fmt: skip
        assert found.indicator(measure)["missing"] == "events", measure
    assert found.table["events"].isna().all()
    assert found.kinds["registered"].tolist() == [3, 2]
    assert found.kinds["active"].isna().all()
    assert len(found.left) == 0
    timeless = participation(net.with_tables(events={"unit_id": ["f1"]}))
    assert timeless.indicator("active_share")["missing"] == "events.date"
    undated = build.from_tables(UNITS).with_tables(events=pd.DataFrame(EVENTS, columns=COLUMNS))
    assert "as_of" in participation(undated).indicator("active_share")["reason"]
    assert participation(undated).table["events"].isna().all()


CENTRE = {
    "unit_id": ["c", "p", "m1", "m2", "m3", "m4", "f1", "f2"],
    "kind": ["service_centre", "party_committee", *["self_mgmt_org"] * 4, "enterprise", "enterprise"],
    "area": ["A"] * 7 + ["B"],
}
JOINED = [("c", "m1"), ("c", "m2"), ("m2", "m3"), ("m3", "f1"), ("p", "m4"), ("p", "f1"), ("c", "f2")]


def centre(**more: Any) -> orgnet.OrgNetwork:
    ties = pd.DataFrame(JOINED, columns=["source", "target"]).assign(layer="collab")
    return build.from_tables(CENTRE | more, ties)


def test_the_service_centre_by_hand() -> None:
    """Tied to the centre: m1, m2 of four. All five organisations of A are joined: 10 pairs.

    Without the centre m1 is alone and m2, m3, f1, m4 hang together (m4 by way of the Party committee): 6 pairs left, so
    the 4 pairs of m1 ran through it. f2 is alone in B.
    """
    found = participation(centre())
    assert found.value("self_management_tied_to_centre") == 0.5
    row = found.indicator("pairs_joined_through_centre")
    assert (row["numerator"], row["denominator"], row["value"]) == (4, 10, 0.4)
    row = participation(centre(area=["A"] * 6 + [None, "A"])).indicator("pairs_joined_through_centre")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (7, 10, 1)
    none = build.from_tables({"unit_id": ["a"], "kind": ["enterprise"]})
    assert "service centre" in participation(none).indicator("pairs_joined_through_centre")["reason"]


def test_pairs_through_the_centre_against_a_slow_twin() -> None:
    net = orgnet.datasets.load()
    graph = nx.Graph(net.select(at=net.as_of).to_networkx("horizontal"))
    units = net.units
    party = {"party_committee", "party_general_branch", "party_branch", "party_cell", "party_unit"}
    left_out = party | {"grid", "building", "post", "service_centre"}
    without = graph.copy()
    without.remove_nodes_from(units.index[units["kind"] == "service_centre"])
    joined = cut = 0
    for _, rows in units[~units["kind"].isin(left_out)].groupby("area"):
        for one, other in itertools.combinations(rows.index, 2):
            if nx.has_path(graph, one, other):
                joined += 1
                cut += not nx.has_path(without, one, other)
    row = participation(net).indicator("pairs_joined_through_centre")
    assert (row["numerator"], row["denominator"]) == (cut, joined)
    assert cut >= 8


def test_attendances_by_hand() -> None:
    """e1 counted 30 persons, e2 10, e3 is of the year before: 40 for 2,000 residents of grids: 20 for each 1,000."""
    units = UNITS | {"population": [None] * 7 + [2000]}
    counted: list[int | None] = [30, 30, 10, 10, 99, 99, 99, 5, 5, 5, 30]
    found = participation(network(units=units, attendances=counted))
    row = found.indicator("attendances_per_1000")
    assert (row["value"], row["numerator"], row["denominator"]) == (20, 40, 2000)
    counted[2:4] = [None, None]
    row = participation(network(units=units, attendances=counted)).indicator("attendances_per_1000")
    assert (row["value"], row["unknown"]) == (15, 1)
    assert (
        participation(network(attendances=counted)).indicator("attendances_per_1000")["missing"] == "units.population"
    )
    assert participation(network(units=units)).indicator("attendances_per_1000")["missing"] == "events.attendances"
    old = [None] * 4 + [9] * 3 + [None] * 4
    row = participation(network(units=units, attendances=old)).indicator("attendances_per_1000")
    assert math.isnan(row["value"])
    assert row["unknown"] == 2


MESSAGES = {
    "source": "f1",
    "target": "p",
    "message_type": ["求助", "求助", "Request", "任务", "求助"],
    "sent": ["2025-01-01", "2025-01-01", "2025-01-01", "2025-01-01", "2025-06-01"],
    "acted": ["2025-01-04", "2025-01-06", None, "2025-01-02", "2025-07-01"],
}


def test_requests_by_hand() -> None:
    """Four requests, two with a first action by 30 June (after 3 and 5 days): 2/4, median 4 days."""
    net = build.from_tables(UNITS, as_of="2025-06-30")
    found = participation(net.with_tables(messages=MESSAGES))
    assert found.value("requests_acted") == 0.5
    assert found.value("request_delay") == 4
    unsent = participation(net.with_tables(messages=MESSAGES | {"sent": ["2025-01-01", *[None] * 4]}))
    row = unsent.indicator("request_delay")
    assert (row["value"], row["denominator"], row["unknown"]) == (3, 1, 1)
    assert participation(net).indicator("requests_acted")["missing"] == "messages"
    idle = participation(net.with_tables(messages=MESSAGES | {"acted": None}))
    assert idle.indicator("request_delay")["missing"] == "messages.acted"
    other = participation(net.with_tables(messages=MESSAGES | {"message_type": "任务"}))
    assert math.isnan(other.value("requests_acted"))
    ours = build.from_tables(UNITS, as_of="2025-06-30", rules={"participation": {"request_types": ["任务"]}})
    assert participation(ours.with_tables(messages=MESSAGES)).indicator("requests_acted")["denominator"] == 1


def test_a_closing_is_a_first_action() -> None:
    """Four requests: acted on after 3 days, after 5 but closed after 2, closed after 9, closed after the date: 3/4.

    The days are 3, 2 and 9: median 3. Closings alone, 2 and 9 days: 2/4, median 5.5.
    """
    net = build.from_tables(UNITS, as_of="2025-06-30")
    closed = [None, "2025-01-03", "2025-01-10", None, "2025-07-02"]
    found = participation(net.with_tables(messages=MESSAGES | {"closed": closed}))
    assert (found.value("requests_acted"), found.value("request_delay")) == (0.75, 3)
    alone = participation(net.with_tables(messages=MESSAGES | {"closed": closed, "acted": None}))
    assert (alone.value("requests_acted"), alone.value("request_delay")) == (0.5, 5.5)


def test_balance_of_help_by_hand() -> None:
    """Firms give 2 and receive 1: 1/2; social organisations give 1 and receive 1: 1; grids receive 1: 0.

    In all 1 + 1 + 0 of 2 + 1 + 1. What has ended does not count, nor does a service that names no receiver.
    """
    net = build.from_tables(UNITS, as_of="2025-06-30")
    services = {
        "provider": ["f1", "f1", "s1", "f2", "f3"],
        "receiver": ["s1", "g", "f1", None, "g"],
        "until": [None, None, None, None, "2025-01-01"],
    }
    found = participation(net.with_tables(services=services))
    assert found.value("help_balance") == pytest.approx(2 / 4)
    assert [found.value("help_balance", kind) for kind in ("enterprise", "grid", "social_org")] == [0.5, 0, 1]
    kinds = found.kinds.set_index("kind")
    assert kinds.loc[["enterprise"], ["given", "received"]].to_numpy().tolist() == [[2, 1]]
    ties = {"source": ["s1", "f1"], "target": ["f1", "s2"], "layer": ["supports", "serves"]}
    assert participation(build.from_tables(UNITS, ties)).value("help_balance") == 1
    assert participation(net).indicator("help_balance")["missing"] == "services, ties.serves"


def test_the_order_of_rows_changes_nothing() -> None:
    wanted = participation(network())
    for seed in range(3):
        units = pd.DataFrame(UNITS).sample(frac=1, random_state=seed)
        events = pd.DataFrame(EVENTS).sample(frac=1, random_state=seed).to_numpy().tolist()
        found = participation(network(events, units))
        pd.testing.assert_frame_equal(found.indicators, wanted.indicators)
        pd.testing.assert_frame_equal(found.kinds, wanted.kinds)
        assert sorted(found.left["unit_id"]) == sorted(wanted.left["unit_id"])


def test_another_idle_unit_never_raises_the_active_share() -> None:
    before = participation(network())
    units = pd.DataFrame(UNITS)
    units.loc[len(units)] = ["new", "enterprise", None]
    after = participation(network(units=units))
    assert after.value("active_share") == pytest.approx(2 / 6)
    assert after.value("active_share") < before.value("active_share")
    assert after.value("participation_retention") == before.value("participation_retention")
    assert after.value("events_gini") > before.value("events_gini")


def test_the_kinds_add_up() -> None:
    for net in (network(), orgnet.datasets.load()):
        found = participation(net)
        rows = found.indicators[found.indicators["measure"].isin(["active_share", "participation_retention"])]
        whole = rows[rows["group"] == "all"].set_index("measure")
        parts = rows[rows["group"] != "all"].groupby("measure")[["numerator", "denominator", "unknown"]].sum()
        pd.testing.assert_frame_equal(parts, whole.loc[parts.index, list(parts)], check_dtype=False)


def test_activity_against_a_slow_twin() -> None:
    rng = np.random.default_rng(11)
    ids = [f"u{number}" for number in range(30)]
    dates = pd.Timestamp("2025-06-30") - pd.to_timedelta(rng.integers(-50, 800, 60), unit="D")
    who = rng.choice(ids, 60)
    net = build.from_tables({"unit_id": ids, "kind": "charity"}, as_of="2025-06-30").with_tables(
        events=pd.DataFrame({"unit_id": who, "event_id": [f"e{number}" for number in range(60)], "date": dates})
    )
    last, first = set(), set()
    for unit, date in zip(who, dates, strict=True):
        age = (pd.Timestamp("2025-06-30") - date).days
        if 0 <= age < 365:
            last.add(unit)
        elif 365 <= age < 730:
            first.add(unit)
    found = participation(net)
    assert found.value("active_share") == pytest.approx(len(last) / 30)
    assert found.value("participation_retention") == pytest.approx(len(first & last) / len(first))
    assert set(found.left["unit_id"]) == first - last


@pytest.mark.parametrize("n", [0, 1])
def test_networks_of_one_unit_or_none(n: int) -> None:
    net = build.from_tables({"unit_id": ["c"] * n, "kind": ["service_centre"] * n}, as_of="2025-06-30")
    for one in (net, net.with_tables(events={"unit_id": ["c"] * n, "date": ["2025-01-01"] * n})):
        found = participation(one)
        undefined = found.indicators[found.indicators["value"].isna()]
        assert (undefined["reason"] != "").all()
        assert len(found.table) == n


def test_shares_stay_within_bounds() -> None:
    found = participation(orgnet.datasets.load())
    rows = found.indicators
    rows = rows[~rows["measure"].isin(["events_per_unit", "mechanisms_used", "attendances_per_1000", "request_delay"])]
    assert rows["value"].dropna().between(0, 1).all()
    assert set(found.to_dict()) == {"table", "provenance", "indicators", "kinds", "left"}


def test_rows_that_contradict_each_other_count_the_same_in_any_order() -> None:
    twice = [*EVENTS, ("f3", "e9", "2025-01-01", "meeting"), ("f3", "e9", "2024-01-01", "clean-up")]
    services = pd.DataFrame({"provider": ["f1", "s1", "g"], "receiver": ["s1", "f1", "f1"]})
    wanted = participation(network(twice).with_tables(services=services)).indicators
    found = participation(network(twice[::-1]).with_tables(services=services[::-1])).indicators
    pd.testing.assert_frame_equal(found, wanted)
