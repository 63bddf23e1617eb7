"""The bundled subdistrict: its optional tables, events and messages, worked from the raw files.

The README of the data set says the same numbers.
"""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import pytest
from raw_subdistrict import (
    CODES,
    HOSTS,
    SNAPSHOT,
    SUPPORTERS,
    YEAR_END,
    Tables,
    attended,
    by_kind,
    code,
    read_raw,
    rows,
)

from orgnet import datasets
from orgnet._model.optional import TABLES
from orgnet._model.vocabulary import COUNT_FIELDS, DEGREE_FIELDS, FLAG_FIELDS

DAYS = {"date", "since", "until", "sent", "acknowledged", "acted", "closed"}
ORGANISATIONS = [*HOSTS, *SUPPORTERS, "self_mgmt_org", "residents_committee", "service_centre"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_raw()


# --- what the tables are


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_has_the_columns_of_the_schema_and_names_units_that_exist(tables: Tables, name: str) -> None:
    table, units = tables[name], set(tables["units"].index)
    assert list(table.columns) == list(TABLES[name])
    for column in [column for column, holds in TABLES[name].items() if holds == "unit"]:
        assert set(table[column].dropna()) <= units
    assert not table.duplicated().any()


def test_the_network_takes_the_tables_as_they_are(tables: Tables) -> None:
    given = {name: tables[name] for name in TABLES}
    net = datasets.load().with_tables(**given)
    assert {name: len(table) for name, table in net.tables.items()} == {name: len(given[name]) for name in TABLES}


def test_every_new_column_of_units_is_a_field_with_values(tables: Tables) -> None:
    units = tables["units"]
    columns = list(units.columns)
    new = columns[columns.index("building") + 1 : -1]
    assert len(new) == 31
    assert set(new) <= {*COUNT_FIELDS, *DEGREE_FIELDS, *FLAG_FIELDS, "grid_system", "term_end"}
    assert units[new].notna().any().all()
    assert columns[-1] == "note"


def test_nothing_in_the_tables_is_later_than_the_snapshot_but_ends_of_terms(tables: Tables) -> None:
    for name in TABLES:
        for column in DAYS & set(tables[name].columns):
            assert not (tables[name][column] > SNAPSHOT).any(), (name, column)


def test_the_days_of_a_message_come_in_order(tables: Tables) -> None:
    messages = tables["messages"]
    for first, then in (("sent", "acknowledged"), ("sent", "acted"), ("acted", "closed")):
        assert not (messages[then] < messages[first]).any()
    assert not (messages["closed"].notna() & messages["acted"].isna()).any()


# --- events


def test_an_event_has_one_organiser_two_to_nine_units_one_day_and_one_count(tables: Tables) -> None:
    events = tables["events"]
    groups = events.groupby("event_id")
    assert groups.size().between(2, 9).all()
    assert (groups["role"].apply(lambda roles: (roles == "organiser").sum()) == 1).all()
    of_event = events[["event_id", "date", "event_type", "attendances"]].drop_duplicates()
    assert of_event["event_id"].is_unique
    assert not events.duplicated(["event_id", "unit_id"]).any()


def test_who_meets_in_joint_events_is_tied_on_that_day(tables: Tables) -> None:
    collab = tables["ties"][tables["ties"]["layer"] == "collab"]
    ties = defaultdict(list)
    for tie in rows(collab):
        ties[frozenset((tie["source"], tie["target"]))].append((tie["since"], tie["until"]))
    joint = tables["events"][tables["events"]["event_type"].isin(["联席会议", "联合活动", "共建活动"])]
    checked = 0
    for _, event in joint.groupby("event_id"):
        asked = rows(event)
        organiser = next(row["unit_id"] for row in asked if row["role"] == "organiser")
        bodies = {organiser.replace("-PC", "-RC"), organiser.replace("-PC", "-SC"), organiser}
        for row in asked:
            if row["unit_id"] not in bodies:
                spans = ties[frozenset((organiser, row["unit_id"]))]
                assert any(since <= row["date"] and not until < row["date"] for since, until in spans), row
                checked += 1
    assert checked > 200


def test_three_organisations_left_and_charities_never_take_part(tables: Tables) -> None:
    there = attended(tables["events"])
    early = set(there.loc[there["date"] <= YEAR_END, "unit_id"])
    late = set(there.loc[there["date"] > YEAR_END, "unit_id"])
    assert sorted(early - late) == ["330106012003-E02", "330106012004-E02", "330106012007-E02"]
    kinds = set(by_kind(tables, pd.Series(sorted(early | late))))
    assert set(ORGANISATIONS) - kinds == {"charity"}
    assert set(tables["events"]["unit_id"]).isdisjoint(tables["units"].index[tables["units"]["kind"] == "charity"])


def test_superiors_visited_20_of_26_grid_branches_and_none_of_one_community(tables: Tables) -> None:
    units, last = tables["units"], tables["events"][tables["events"]["date"] > YEAR_END]
    visits = last[last["event_type"].isin(["督导", "走访"])]
    ends = visits.pivot_table(index="event_id", columns="role", values="unit_id", aggfunc="first")
    assert (units.loc[ends["participant"], "superior_id"].to_numpy() == ends["organiser"].to_numpy()).all()
    branches = units.index[(units["kind"] == "party_branch") & (units["level"] == "grid")]
    visited = set(branches) & set(ends["participant"])
    assert (len(visited), len(branches)) == (20, 26)
    assert sorted(set(branches) - visited) == [
        *("330106012002-G04-B", "330106012004-G03-B"),
        *(f"330106012005-G0{number}-B" for number in range(1, 5)),
    ]
    assert sorted(set(ends["participant"]) - visited) == [f"33010601200{number}-PC" for number in (1, 3, 7)]


def test_seven_branches_met_four_times_in_the_last_year(tables: Tables) -> None:
    last = tables["events"][tables["events"]["date"] > YEAR_END]
    held = last[last["role"] == "organiser"].groupby("unit_id").size()
    held = held[held.index.str.contains("-B|-J|-P0")]
    assert sorted(held.index[held >= 4]) == [
        *("330106012001-G01-B", "330106012002-J01", "330106012003-J01", "330106012004-G01-B"),
        *("330106012005-J01", "330106012007-G01-B", "330106012007-J01"),
    ]


def test_one_service_group_leads_in_five_communities_and_three_it_led_are_active_after_a_year(tables: Tables) -> None:
    kinds: dict[str, str] = tables["units"]["kind"].to_dict()  # type: ignore[assignment]
    there = rows(attended(tables["events"]).sort_values(["date", "event_id"]))
    organiser = {row["event_id"]: row["unit_id"] for row in there if row["role"] == "organiser"}
    leads: dict[str, set[str]] = defaultdict(set)
    days: dict[str, list[pd.Timestamp]] = defaultdict(list)
    first: dict[str, str] = {}
    for row in there:
        unit, leader = row["unit_id"], organiser[row["event_id"]]
        leads[leader] |= {unit[:12]} & set(CODES)
        days[unit].append(row["date"])
        first.setdefault(unit, leader)
    reach = {unit: len(areas) for unit, areas in leads.items() if kinds[unit] in SUPPORTERS}
    assert reach.pop("330106012000-V01") == 5
    assert max(reach.values()) <= 2
    led = {unit for unit, leader in first.items() if kinds[leader] in SUPPORTERS and kinds[unit] not in SUPPORTERS}
    assert sorted(led) == [f"33010601200{number}-M01" for number in (1, 2, 3, 5, 7)]
    after = {unit for unit in led if (days[unit][-1] - days[unit][0]).days > 365}
    assert sorted(after) == [f"33010601200{number}-M01" for number in (2, 3, 7)]


def test_two_organisations_are_joined_only_through_the_service_centre(tables: Tables) -> None:
    pair, centre = ["330106012006-E08", "330106012006-S05"], "330106012006-SC"
    collab = tables["ties"][tables["ties"]["layer"] == "collab"]
    for unit in pair:
        mine = collab[(collab["source"] == unit) | (collab["target"] == unit)]
        assert set(mine["source"]) | set(mine["target"]) == {unit, centre}
        there = attended(tables["events"])
        for event in there.loc[there["unit_id"] == unit, "event_id"]:
            assert centre in set(there.loc[there["event_id"] == event, "unit_id"])


def test_training_reaches_all_committees_but_one_misses_seven_of_eight(tables: Tables) -> None:
    training = tables["events"][tables["events"]["event_type"].str.contains("培训")]
    assert training.groupby("event_id")["event_type"].first().value_counts().to_dict() == {
        "社工业务培训": 4,
        "调解培训": 2,
        "应急培训": 2,
    }
    missed = training[training["role"] == "absent"].groupby("unit_id").size()
    assert missed["330106012003-RC"] == 7
    assert missed.drop("330106012003-RC").max() <= 3


# --- messages


def test_tasks_go_down_the_command_chain_and_reports_up_the_report_ties(tables: Tables) -> None:
    messages, ties = tables["messages"], tables["ties"]
    command = ties[ties["layer"] == "command"]
    report = ties[ties["layer"] == "report"]
    down = set(zip(command["source"], command["target"], strict=True))
    tasks = messages[messages["message_type"] == "任务"]
    assert set(zip(tasks["source"], tasks["target"], strict=True)) <= down
    assert tasks.groupby("topic").size().to_dict() == {"消防隐患排查": 98, "防汛检查": 74}
    reports = messages[messages["message_type"] == "工作报告"]
    up = set(zip(report["source"], report["target"], strict=True))
    assert set(zip(reports["source"], reports["target"], strict=True)) <= up
    feedback = messages[messages["message_type"] == "反馈"]
    assert set(zip(feedback["target"], feedback["source"], strict=True)) <= down
    upward = messages["message_type"].isin(["工作报告", "反馈"])
    assert "330106012006" not in set(code(messages.loc[upward, "source"]))


def test_tasks_arrive_late_through_one_grid_branch(tables: Tables) -> None:
    messages = tables["messages"]
    tasks = messages[messages["message_type"] == "任务"]
    for topic, chain in (("消防隐患排查", "330106012003-G02-C1"), ("防汛检查", "330106012003-G02-B")):
        acted = tasks[tasks["topic"] == topic].dropna(subset=["acted"]).sort_values("acted")
        assert acted["target"].tolist()[-1] == chain
    days = (tasks["acted"] - tasks["sent"]).dt.days
    slow = tasks["target"] == "330106012003-G02-B"
    assert days[slow].between(16, 20).all()
    assert days[~slow].max() <= 6
    never = tasks.loc[tasks["acted"].isna(), "target"]
    assert {"330106012003-G02-C2", "330106012005-G01-C1", "330106012006-G03-C2"} <= set(never)


def test_feedback_sits_at_the_community_committees(tables: Tables) -> None:
    messages, units = tables["messages"], tables["units"]
    feedback = messages[messages["message_type"] == "反馈"]
    level = feedback["target"].map(units["level"])
    assert feedback.groupby(level)["closed"].agg(["size", "count"]).to_dict("index") == {
        "community": {"size": 20, "count": 8},
        "grid": {"size": 10, "count": 9},
        "subdistrict": {"size": 6, "count": 6},
    }


def test_one_community_answers_one_request_of_five(tables: Tables) -> None:
    asked = tables["messages"][tables["messages"]["message_type"] == "求助"]
    assert asked.groupby(code(asked["target"]))["acted"].agg(["size", "count"]).to_numpy().tolist() == [
        *[[5, 4]] * 6,
        [5, 1],
    ]


def test_the_readme_says_the_numbers_of_the_tables(tables: Tables) -> None:
    text = " ".join((datasets.path() / "README.md").read_text(encoding="utf-8").split())
    events, messages, items = tables["events"], tables["messages"], tables["items"]
    for name in TABLES:
        assert f"| `{name}.csv` | {len(tables[name]):,} |" in text
    one = events.drop_duplicates("event_id")
    types = one["event_type"].value_counts()
    training = types[types.index.str.contains("培训")]
    rest = types.drop(training.index)
    for word in rest.index[rest > 2]:
        assert f"{word} {rest[word]}" in text
    assert f"培训 of {len(training)} types {training.sum()}" in text
    assert rest[rest <= 2].unique().tolist() == [2]
    assert f"({', '.join(sorted(rest.index[rest == 2]))}) 2 each" in text
    assert f"{len(one)} events, {one['date'].min():%Y-%m-%d} to {one['date'].max():%Y-%m-%d}" in text
    assert f"{(events['role'] == 'absent').sum()} rows are `absent`" in text
    assert f"empty for {one['attendances'].isna().sum()} events" in text
    for word, number in messages["message_type"].value_counts().items():
        assert f"{number} {word}" in text
    never = messages.loc[messages["message_type"] == "任务", "acted"].isna().sum()
    assert f"({never} of the tasks)" in text
    assert f"7 residents' committees ({items['unit_id'].str.endswith('RC').sum()})" in text
    assert f"names two bodies in {items['lead'].str.contains('、').sum()} rows" in text


def test_the_readme_says_how_late_tasks_arrive(tables: Tables) -> None:
    text = " ".join((datasets.path() / "README.md").read_text(encoding="utf-8").split())
    tasks = tables["messages"][tables["messages"]["message_type"] == "任务"]
    slow = tasks[tasks["target"] == "330106012003-G02-B"]
    days = (slow["acted"] - slow["sent"]).dt.days
    assert "acts {} and {} days after".format(*days) in text
    first = tasks[tasks["topic"] == "消防隐患排查"]
    through = first["target"].str.startswith("330106012003-G02")
    last = first["acted"].max()
    assert f"-G02-C1 on {last:%Y-%m-%d}, {(last - first['sent'].min()).days} days after the start" in text
    assert f"all others have acted by {first.loc[~through, 'acted'].max():%Y-%m-%d}" in text
    command = {tie["target"]: tie for tie in rows(tables["ties"]) if tie["layer"] == "command"}
    above: dict[str, float] = {}
    for unit in command:
        total, at = 0.0, unit
        while at in command:
            total, at = total + command[at]["latency_days"], command[at]["source"]
        above[unit] = round(total, 1)
    slowest = max(above, key=lambda unit: above[unit])
    assert slowest == "330106012002-G03-C1"
    assert f"330106012002-PC, -G03-B, -G03-C1 from the subdistrict, {above[slowest]} days" in text
