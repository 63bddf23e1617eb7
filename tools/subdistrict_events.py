"""The events of the bundled example: meetings, joint activities, visits, training, in two years up to the snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from subdistrict_parts import HOSTS, SUPPORTERS, TOP, begins, ends, own_dice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subdistrict_parts import Town

EVENT_COLUMNS = ["unit_id", "event_id", "date", "event_type", "role", "attendances"]
# No event lies within a few days of where the years end.
FIRST, LAST = (date(2023, 7, 5), date(2024, 6, 20)), (date(2024, 7, 5), date(2025, 6, 20))
YEARS = (FIRST, LAST)
YEAR_END = date(2024, 6, 30)
MOST_HOSTS = 6  # at one meeting, beside the three bodies of the community

LEFT = {"330106012003-E02", "330106012004-E02", "330106012007-E02"}  # took part in the first year, not in the last
VOLUNTEERS = "330106012000-V01"
LED = ("330106012001", "330106012002", "330106012003", "330106012005", "330106012007")
NO_VISITS = "330106012005"
NOT_VISITED = {"330106012002-G04-B", "330106012004-G03-B"}
ABSENT_COUNCIL = "330106012003-RC"  # misses all training but the first
QUARTERLY = {  # branches that meet four times in the last year
    *("330106012001-G01-B", "330106012004-G01-B", "330106012007-G01-B"),
    *("330106012002-J01", "330106012003-J01", "330106012005-J01", "330106012007-J01"),
}
SUPPORT = {
    "心理服务": "心理讲座",
    "法律援助": "法律咨询",
    "社工服务": "社工活动",
    "家庭教育": "家庭教育讲座",
    "志愿服务": "志愿活动",
}
TRAINING = ("社工业务培训", "调解培训", "社工业务培训", "应急培训")  # of one year


@dataclass
class Event:
    """One event: who held it, who came, who was asked and did not come."""

    day: date
    kind: str
    organiser: str
    came: list[str]
    absent: list[str] = field(default_factory=list)

    def attended(self) -> set[str]:
        """Return the units that were there."""
        return {self.organiser, *self.came}


def make_events(town: Town) -> list[dict[str, object]]:
    """Return the events, one row an event and unit."""
    drawn = [
        *joint_meetings(town),
        *joint_activities(town),
        *branch_meetings(town),
        *grid_activities(town),
        *visits(town),
        *supporters_events(town),
        *training(town),
    ]
    dice, rows = own_dice(3), []
    for number, event in enumerate(sorted(settled(drawn), key=lambda event: (event.day, event.organiser)), 1):
        persons = len(event.attended()) * dice.between(3, 11)
        facts = {
            "event_id": f"EV{number:03d}",
            "date": event.day,
            "event_type": event.kind,
            "attendances": None if dice.chance(0.1) else persons,
        }
        roles = [(event.organiser, "organiser")]
        roles += [(unit, "participant") for unit in event.came] + [(unit, "absent") for unit in event.absent]
        rows += [{"unit_id": unit, "role": role, **facts} for unit, role in roles]
    return rows


def settled(events: list[Event]) -> list[Event]:
    """Return the events such that only the planted three took part in the first year and not in the last."""
    early, late = by_year(events)
    events = early + [without(event, LEFT) for event in late if event.organiser not in LEFT]
    while True:
        events = [event for event in events if event.came]
        early, late = by_year(events)
        gone = units_of(early) - units_of(late) - LEFT
        if not gone:
            return events
        events = [without(event, gone) for event in events if event.organiser not in gone]


def by_year(events: Iterable[Event]) -> tuple[list[Event], list[Event]]:
    """Return the events of the first year and those of the last."""
    held = list(events)
    return [event for event in held if event.day <= YEAR_END], [event for event in held if event.day > YEAR_END]


def without(event: Event, units: set[str]) -> Event:
    """Return an event without some of its units."""
    came, absent = ([unit for unit in part if unit not in units] for part in (event.came, event.absent))
    return Event(event.day, event.kind, event.organiser, came, absent)


def units_of(events: Iterable[Event]) -> set[str]:
    """Return who was at any of the events."""
    return set().union(*(event.attended() for event in events))


def joint_meetings(town: Town) -> list[Event]:
    """Return the quarterly meetings of the community committees with their partners of the day."""
    dice, found = own_dice(20), []
    for code in town.codes:
        for quarter in range(8):
            day = FIRST[0] + timedelta(days=91 * quarter + dice.between(0, 50))
            committee = f"{code}-PC"
            hosts = [unit for unit in town.partners(committee, day) if town.kind(unit) in HOSTS]
            asked = dice.shuffled(hosts)[:MOST_HOSTS]
            absent = [unit for unit in asked if unit not in LEFT and dice.chance(0.15)]
            came = [f"{code}-RC", f"{code}-SC", *(unit for unit in asked if unit not in absent)]
            found.append(Event(day, "联席会议", committee, came, absent))
    return found


def joint_activities(town: Town) -> list[Event]:
    """Return activities along the other collaboration ties, while they last; owners' committees begin in 2025."""
    dice, found = own_dice(21), []
    for source, target, tie in town.layer("collab"):
        kinds = {town.kind(source), town.kind(target)}
        in_meetings = town.kind(source) == "party_committee" and kinds & {
            *HOSTS,
            "residents_committee",
            "service_centre",
        }
        if in_meetings or "charity" in kinds:
            continue
        for first, last in YEARS:
            first, last = max(first, begins(tie)), min(last, ends(tie))  # noqa: PLW2901 - the part that the tie lasts
            owners = "self_mgmt_org" in kinds
            first = max(first, date(2025, 1, 5)) if owners else first  # noqa: PLW2901 - the same
            if first > last or not (owners or dice.chance(0.5)):
                continue
            others = [unit for unit in town.partners(source, first) if unit != target and town.kind(unit) in HOSTS]
            extra = [dice.pick(others)] if others and dice.chance(0.4) else []
            day = dice.day(first, last)
            extra = [unit for unit in extra if unit in town.partners(source, day)]
            away = extra if dice.chance(0.2) else []
            kind = str(tie["tie_type"]) if tie["tie_type"] != "共建协议" else "共建活动"
            found.append(Event(day, kind, source, [target, *(unit for unit in extra if unit not in away)], away))
    return found


def branch_meetings(town: Town) -> list[Event]:
    """Return general meetings: joint branches with their hosts, some grid branches with their cells."""
    dice, found = own_dice(22), []
    for branch in town.of("party_branch"):
        place, members = branch[13:], [*town.targets(branch, "covers"), *town.below(branch)]
        hosts = [unit for unit in members if town.kind(unit) != "grid"]
        if branch in QUARTERLY:
            early, late = 2, 4
        elif place[0] == "J" or place == "G01-B":
            early, late = 1, 2
        else:
            continue
        for (first, last), times in zip(YEARS, (early, late), strict=True):
            for number in range(times):
                step = (last - first).days // times
                day = first + timedelta(days=step * number + dice.between(0, step - 1))
                absent = [unit for unit in hosts[1:] if unit not in LEFT and dice.chance(0.1)]
                came = [unit for unit in hosts if unit not in absent]
                found.append(Event(day, "党员大会", branch, came, absent))
    return found


def grid_activities(town: Town) -> list[Event]:
    """Return what grid branches did in their grids, with the service centre and the firms that they guide."""
    dice, found = own_dice(23), []
    for branch in town.grid_branches():
        grid = branch.removesuffix("-B")
        for (first, last), share in zip(YEARS, (0.3, 0.6), strict=True):
            if dice.chance(share):
                day = dice.day(first, last)
                guided = [end for start, end, tie in town.layer("guides") if start == branch and begins(tie) <= day]
                found.append(Event(day, "网格活动", branch, [grid, f"{grid[:12]}-SC", *guided]))
    return found


def visits(town: Town) -> list[Event]:
    """Return inspections and visits of superiors in the last year; one community has none."""
    dice, found = own_dice(24), []
    edges = [(TOP, committee) for committee in (f"{code}-PC" for code in (town.codes[0], town.codes[2], town.codes[6]))]
    for code in town.codes:
        if code != NO_VISITS:
            edges += [(f"{code}-PC", branch) for branch in town.grid_branches(code) if branch not in NOT_VISITED]
    for superior, branch in edges:
        found.append(Event(dice.day(*LAST), dice.pick(("督导", "走访")), superior, [branch]))
    return found


def supporters_events(town: Town) -> list[Event]:
    """Return what professional bodies and volunteers led; one service group leads in five communities."""
    dice, found = own_dice(25), []
    for code in LED:
        for first, last in ((date(2023, 10, 9), date(2023, 12, 15)), (date(2024, 7, 8), date(2024, 8, 30))):
            found.append(Event(dice.day(first, last), "志愿活动", VOLUNTEERS, [f"{code}-RC", f"{code}-M01"]))
    for source, target, tie in town.layer("supports"):
        if town.kind(source) in SUPPORTERS and str(tie["tie_type"]) in SUPPORT:
            day = dice.day(max(LAST[0], begins(tie)), LAST[1])
            code = target[:12]
            other = f"{code}-SC" if target.endswith("RC") else f"{code}-RC"
            came = [target, other] if dice.chance(0.5) else [target]
            found.append(Event(day, SUPPORT[str(tie["tie_type"])], source, came))
    return found


def training(town: Town) -> list[Event]:
    """Return the training of residents' committees by the subdistrict, four times a year."""
    dice, councils = own_dice(26), town.of("residents_committee")
    found: list[Event] = []
    for first, _ in YEARS:
        for number, kind in enumerate(TRAINING):
            day = first + timedelta(days=80 * number + dice.between(0, 60))
            away = [unit for unit in councils if dice.chance(0.1)]
            away = sorted({*away, ABSENT_COUNCIL} if found else {*away} - {ABSENT_COUNCIL})
            found.append(Event(day, kind, TOP, [unit for unit in councils if unit not in away], away))
    return found
