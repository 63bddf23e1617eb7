"""Coverage on paper, living, reachable; meetings against the norm; who came under cover and who left it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet.metrics import coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS: dict[str, Any] = {
    "unit_id": ["h", "b", "b2", "f1", "f2", "f3", "f4", "f5"],
    "kind": ["party_committee", "party_branch", "party_branch"] + ["enterprise"] * 5,
    "superior_id": [None, "h"] + [None] * 6,
    "status": "存续",
}
TIES: dict[str, Any] = {
    "source": ["b", "b", "b2", "b", "f2"],
    "target": ["f1", "f2", "f3", "f4", "b"],
    "layer": ["covers"] * 4 + ["collab"],
    "since": ["2020-01-01", "2020-01-01", "2025-03-01", "2020-01-01", None],
}
EVENTS = {
    "unit_id": ["b", "f1", "b", "f2", "b", "f4"],
    "event_id": ["e1", "e1", "e2", "e2", "e3", "e3"],
    "date": ["2025-01-10", "2025-01-10", "2023-05-01", "2023-05-01", "2025-02-01", "2025-02-01"],
    "role": ["organiser", "participant", "organiser", "participant", "organiser", "absent"],
}


def network(**more: Any) -> orgnet.OrgNetwork:
    return build.from_tables(UNITS, TIES, as_of="2025-06-30", **more).with_tables(events=EVENTS)


def test_paper_living_and_reachable_by_hand() -> None:
    """The year of 2025-06-30: f1 met b, f3 was covered within it, f4 was absent, of f2 the day is not recorded.

    h - b - f1, f2, f4 are two steps; b2 and so f3 hang on nothing.
    """
    found = coverage(network())
    row = found.paper[found.paper["population"] == "operating"].iloc[0]
    assert row[["hosts", "paper", "living", "reachable", "both"]].tolist() == [5, 4, 2, 3, 1]
    assert row[["living_unknown", "reachable_unknown", "both_unknown"]].tolist() == [1, 0, 1]
    assert row[["paper_rate", "living_rate", "reachable_rate", "both_rate"]].tolist() == [4 / 5, 2 / 4, 3 / 5, 1 / 4]
    assert found.value("living_share", "operating") == pytest.approx(2 / 3)  # f1 and f3 of f1, f3, f4
    assert found.value("living_coverage", "operating") == 2 / 4
    assert found.value("reachable_coverage", "operating") == 3 / 5
    assert found.value("living_and_reachable_coverage", "operating") == 1 / 4
    assert found.indicator("living_coverage", "operating")["unknown"] == 1


def test_the_rules_decide_what_lives_and_what_is_near() -> None:
    longer = coverage(network(rules={"living": {"days": 1000}}))  # the meeting of 2023-05-01 is 791 days before
    assert longer.value("living_share", "operating") == 3 / 4
    nearer = coverage(network(rules={"living": {"steps": 1}}))
    assert nearer.value("reachable_coverage", "operating") == 0
    other = coverage(network(), headquarters="b2")
    assert other.value("reachable_coverage", "operating") == 1 / 5


def test_the_days_are_counted_from_the_first_to_the_last() -> None:
    """365 days that end on 2025-06-30 begin on 2024-07-01: 184 days of 2024 from July on, and 181 of 2025."""
    events = {"unit_id": ["b", "f1"], "event_id": "e", "date": ["2024-07-01", "2024-07-01"]}
    net = build.from_tables(UNITS, {name: values[:2] for name, values in TIES.items()}, as_of="2025-06-30")
    assert coverage(net.with_tables(events=events)).value("living_share", "operating") == 1 / 2
    early = events | {"date": ["2024-06-30", "2024-06-30"]}
    assert coverage(net.with_tables(events=early)).value("living_share", "operating") == 0


def test_a_tie_that_ended_on_the_day_before_the_period_is_no_contact() -> None:
    """b covers f1, f2 (they do not live by that alone); a tie of collaboration of f1 ended 365 days before, or 364."""
    ties = {
        name: [*values[:2], more]
        for (name, values), more in zip(TIES.items(), ("f1", "b", "collab", None), strict=True)
    }
    for day, living in (("2024-06-30", (0, 2)), ("2024-07-01", (1, 2))):
        net = build.from_tables(UNITS, ties | {"until": [None, None, day]}, as_of="2025-06-30")
        row = coverage(net).indicator("living_share", "operating")
        assert (row["numerator"], row["denominator"], row["unknown"]) == (*living, 0)


def test_an_event_without_a_day_leaves_it_open_and_one_without_a_party_unit_says_nothing() -> None:
    events = {
        "unit_id": ["b", "f4", "f1", "f2", "b"],
        "event_id": ["open", "open", "ours", "ours", "dated"],
        "date": [None, None, "2025-01-01", "2025-01-01", "2025-01-01"],
    }
    net = build.from_tables(UNITS, {name: values[:4] for name, values in TIES.items()}, as_of="2025-06-30")
    row = coverage(net.with_tables(events=events)).indicator("living_share", "operating")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 3, 1)  # f3 of f1, f2, f3; f4 is open


def test_without_dates_living_coverage_is_undefined_and_says_why() -> None:
    ties = {name: values for name, values in TIES.items() if name != "since"}
    found = coverage(build.from_tables(UNITS, ties, as_of="2025-06-30"))
    row = found.indicator("living_coverage", "operating")
    assert np.isnan(row["value"])
    assert row["missing"] == "ties.since, events"
    assert found.paper[["living_rate", "both_rate"]].isna().all(axis=None)
    assert found.value("reachable_coverage", "operating") == 3 / 5
    timeless = coverage(build.from_tables(UNITS, ties))
    assert "as_of" in timeless.indicator("living_share", "operating")["reason"]
    assert timeless.indicator("meeting_norms_met")["reason"]


def test_without_headquarters_nothing_is_reachable_and_says_why() -> None:
    units = {name: values for name, values in UNITS.items() if name != "superior_id"}
    found = coverage(build.from_tables(units, TIES, as_of="2025-06-30"))
    row = found.indicator("reachable_coverage", "operating")
    assert np.isnan(row["value"])
    assert row["missing"] == "ties.command"
    assert found.paper["reachable_rate"].isna().all()


def test_a_tie_that_has_ended_leads_nowhere() -> None:
    ties = pd.DataFrame(TIES).assign(until=None)
    more = {"source": ["h"], "target": ["b2"], "layer": ["collab"], "since": None, "until": ["2024-01-01"]}
    ended = pd.DataFrame(more)
    net = build.from_tables(UNITS, pd.concat([ties, ended]), as_of="2025-06-30").with_tables(events=EVENTS)
    assert coverage(net).value("reachable_coverage", "operating") == 3 / 5
    still = build.from_tables(UNITS, pd.concat([ties, ended.assign(until=None)]), as_of="2025-06-30")
    assert coverage(still).value("reachable_coverage", "operating") == 4 / 5


def meeting(unit: str, days: Sequence[str | None], role: str = "organiser") -> pd.DataFrame:
    return pd.DataFrame(
        {"unit_id": unit, "event_id": [f"{unit}{i}" for i in range(len(days))], "date": days, "role": role}
    )


def test_meetings_against_the_norm_by_hand() -> None:
    kinds = ["party_branch"] * 5 + ["party_cell", "party_committee"]
    net = build.from_tables({"unit_id": list("abcdexh"), "kind": kinds}, as_of="2025-06-30")
    quarterly = ["2024-07-01", "2024-10-01", "2025-01-01", "2025-06-30"]
    events = pd.concat(
        [
            meeting("a", quarterly),  # 4: met
            meeting("a", quarterly).iloc[:1],  # the same event again counts once
            meeting("b", ["2024-06-30", *quarterly[:3]]),  # the first is a year before, not within the year: 3
            meeting("c", [*quarterly[:3], None]),  # 3 and one without a day: open
            meeting("d", quarterly, role="participant"),  # guest at four, held none
            meeting("x", quarterly),  # a cell should meet monthly
        ]
    )
    found = coverage(net.with_tables(events=events))
    rows = found.meetings.set_index("unit_id")
    assert rows["verdict"].to_dict() == {
        "a": "met", "b": "below", "c": "unknown", "d": "below", "e": "unknown", "x": "below",
    }  # fmt: skip
    assert rows["held"].dropna().to_dict() == {"a": 4, "b": 3, "c": 3, "d": 0, "x": 4}
    row = found.indicator("meeting_norms_met")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 4, 2)
    assert found.value("meeting_norms_met", "party_branch") == pytest.approx(1 / 3)
    assert found.value("meeting_norms_met", "party_cell") == 0
    missing = coverage(net).indicator("meeting_norms_met")
    assert missing["missing"] == "events"
    assert missing["unknown"] == 6


def test_without_any_organiser_roles_are_not_recorded_and_meetings_cannot_be_said() -> None:
    """Six general meetings of one branch in the year, the norm is four: nothing says that they were its own."""
    days = [f"2025-0{month}-01" for month in range(1, 7)]
    events = meeting("a", days).drop(columns="role")
    net = build.from_tables({"unit_id": ["a"], "kind": "party_branch"}, as_of="2025-06-30")
    found = coverage(net.with_tables(events=events))
    row = found.indicator("meeting_norms_met")
    assert np.isnan(row["value"])
    assert (row["missing"], row["unknown"]) == ("events.role", 1)
    assert found.meetings["verdict"].tolist() == ["unknown"]
    said = coverage(net.with_tables(events=events.assign(role="organiser"))).indicator("meeting_norms_met")
    assert (said["numerator"], said["denominator"]) == (1, 1)
    bare = coverage(net.with_tables(events={"unit_id": ["a"]})).indicator("meeting_norms_met")
    assert bare["missing"] == "events.date, events.role"


def test_a_branch_founded_within_the_year_is_not_below_its_norm() -> None:
    """All held one of four meetings. The year is the days after 2024-06-30: a had it whole, b and c not; d met four."""
    units = {
        "unit_id": list("abcde"),
        "kind": "party_branch",
        "founded": ["2024-06-30", "2024-07-01", "2025-05-01", "2025-01-01", None],
    }
    quarterly = ["2025-01-02", "2025-02-01", "2025-03-01", "2025-04-01"]
    events = pd.concat([meeting(unit, ["2025-06-10"]) for unit in "abce"] + [meeting("d", quarterly)])
    found = coverage(build.from_tables(units, as_of="2025-06-30").with_tables(events=events))
    assert found.meetings["verdict"].tolist() == ["below", "unknown", "unknown", "met", "below"]
    row = found.indicator("meeting_norms_met")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 3, 2)


def test_churn_is_of_operating_hosts_and_a_flag_without_a_day_is_unknown() -> None:
    """From 2024-06-30 on: f1 stayed, f2 came, f3 went; g1 closed, g2 may have; h1 has a flag alone, h2 beside its end.

    Gained: f2 of f1 f2. Lost: f3 of f1 f3. Unknown: h1, h2 by their flags; g2, which went, for the lost alone.
    """
    units = {
        "unit_id": ["b", "f1", "f2", "f3", "g1", "g2", "h1", "h2"],
        "kind": ["party_branch"] + ["enterprise"] * 7,
        "status": ["存续"] * 4 + ["注销", None, "存续", "存续"],
        "has_party_org": [None, None, None, False, False, False, True, True],
    }
    ties = {
        "source": "b",
        "target": ["f1", "f2", "f3", "g1", "g2", "h2"],
        "layer": "covers",
        "since": ["2020-01-01", "2025-01-01"] + ["2020-01-01"] * 4,
        "until": [None, None] + ["2024-12-31"] * 4,
    }
    found = coverage(build.from_tables(units, ties, as_of="2025-06-30"))
    gained, lost = found.indicator("coverage_gained"), found.indicator("coverage_lost")
    assert (gained["numerator"], gained["denominator"], gained["unknown"]) == (1, 2, 2)
    assert (lost["numerator"], lost["denominator"], lost["unknown"]) == (1, 2, 3)
    assert found.churn[["unit_id", "change"]].to_numpy().tolist() == [["f2", "gained"], ["f3", "lost"]]
    bare = {name: values for name, values in units.items() if name != "status"}
    without = coverage(build.from_tables(bare, ties, as_of="2025-06-30"))
    assert without.indicator("coverage_lost")["missing"] == "units.status"


def test_who_came_and_went_by_hand() -> None:
    """The year from 2024-06-30 to 2025-06-30: f2 came, f3 went, f1 and f6 stayed, of f5 the beginning is open."""
    units = {
        "unit_id": ["b", "b2", *(f"f{i}" for i in range(1, 8))],
        "kind": ["party_branch"] * 2 + ["enterprise"] * 7,
        "status": "存续",
    }
    ties = pd.DataFrame(
        [
            ("b", "f1", "2020-01-01", None),
            ("b", "f2", "2025-01-01", None),
            ("b", "f3", "2020-01-01", "2024-12-31"),
            ("b", "f4", "2019-01-01", "2023-01-01"),
            ("b", "f5", None, None),
            ("b", "f6", "2020-01-01", "2024-10-01"),
            ("b2", "f6", "2024-10-01", None),
        ],
        columns=["source", "target", "since", "until"],
    ).assign(layer="covers")
    found = coverage(build.from_tables(units, ties, as_of="2025-06-30"))
    gained, lost = found.indicator("coverage_gained"), found.indicator("coverage_lost")
    assert (gained["numerator"], gained["denominator"], gained["unknown"]) == (1, 3, 1)  # f2 of f1 f2 f6
    assert (lost["numerator"], lost["denominator"], lost["unknown"]) == (1, 3, 1)  # f3 of f1 f3 f6
    rows = found.churn[["unit_id", "change"]].to_numpy().tolist()
    assert rows == [["f2", "gained"], ["f3", "lost"]]
    assert found.churn["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-01-01", "2024-12-31"]
    undated = coverage(build.from_tables(units, ties.drop(columns=["since", "until"]), as_of="2025-06-30"))
    assert undated.indicator("coverage_lost")["missing"] == "ties.since"
    assert undated.churn.empty
    assert coverage(build.from_tables(units)).indicator("coverage_gained")["missing"] == "ties.covers"


def test_living_coverage_is_never_above_paper_and_both_never_above_either() -> None:
    net = orgnet.datasets.load()
    found = coverage(net, by=["area", "sector"]).paper
    for name in ("living", "reachable"):
        assert (found[name] + found[f"{name}_unknown"] <= found["paper"]).all()
        assert (found["both"] <= found[name]).all()
    assert (found["paper"] <= found["hosts"]).all()
    whole = coverage(net).paper.set_index("population")
    parts = found.groupby("population")[["hosts", "paper", "living", "reachable", "both"]].sum()
    pd.testing.assert_frame_equal(parts, whole.loc[parts.index, list(parts)])
    values = coverage(net)
    assert whole.loc["operating", "living_rate"] == pytest.approx(values.value("living_coverage", "operating"))
    assert whole.loc["operating", "both_rate"] == pytest.approx(
        values.value("living_and_reachable_coverage", "operating")
    )


def test_living_ties_of_the_subdistrict_against_its_files() -> None:
    """Without the events: a covered host lives if a dated collab, covers or guides tie with a Party unit says so."""
    net = orgnet.datasets.load()
    units = pd.read_csv(orgnet.datasets.path() / "units.csv", dtype=str).set_index("unit_id")
    ties = pd.read_csv(orgnet.datasets.path() / "ties.csv", dtype=str)
    party = set(units.index[units["kind"].str.startswith("party_")])
    covered = set(ties.loc[ties["layer"] == "covers", "target"])
    alive = set()
    for row in ties[ties["layer"].isin(["collab", "covers", "guides"])].itertuples():
        dates = [day for day in (row.since, row.until) if isinstance(day, str)]
        if any("2024-06-30" < day <= "2025-06-30" for day in dates):
            alive |= {row.target} if row.source in party else {row.source} if row.target in party else set()
    hosts = units[units["kind"].isin(["enterprise", "social_org"])]
    there = covered & set(hosts.index[hosts["status"].notna() & (hosts["status"] != "注销")])
    found = coverage(net.with_tables(**dict.fromkeys(net.tables))).indicator("living_share", "operating")
    assert len(there) == 59
    assert (found["numerator"], found["denominator"]) == (len(there & alive), 59)
