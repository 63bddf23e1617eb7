"""The further columns of the units of the bundled example: places, room, workers, functions, seats at the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subdistrict_parts import HOSTS, SIDES, SNAPSHOT, SUPPORTERS, TOP, count, moved, own_dice, years_later
from subdistrict_posts import GOVERNANCE, PARTY, RELIEF, UNRECORDED_GRID

if TYPE_CHECKING:
    from subdistrict_parts import Dice, Row, Town

FACT_COLUMNS = [
    *("term_end", *SIDES, "floor_area", "capacity", "demand", "posts_approved", "posts_filled"),
    *("full_time_posts", "certified", "trained", "training_hours", "workers_joined", "workers_left", "workers_stayed"),
    *("promoted", "pay_ratio", "grid_workers", "function_party", "function_governance", "function_relief"),
    *("grid_system", "mediation_bodies", "disputes", "disputes_settled", "drills"),
    *("seats", "agenda_items", "proposals_made", "proposals_adopted", "union_members"),
]
FUNCTIONS = {"function_party": PARTY, "function_governance": GOVERNANCE, "function_relief": RELIEF}

# Middle of each community, longitude and latitude: made up.
MIDDLES = (
    *((120.12, 30.274), (120.136, 30.272), (120.11, 30.237), (120.108, 30.259), (120.124, 30.26)),
    *((120.133, 30.247), (120.142, 30.26)),
)
FAR_CENTRE = "330106012003"  # its service centre stands on the edge: metres and direction from the middle
FAR = (900, 225)

# Service centres: floor area, places a week offered and asked for.
ROOMS = (
    *((620, 120, 84), (600, 60, 108), (640, 90, 118), (780, 100, 100), (560, 80, 76), (410, 96, 60), (280, 40, 66)),
)
LENT_ROOMS = {"330106012003-S03": 12, "330106012007-E14": 15}  # hosts that offer places and ask for none

WORKER_COLUMNS = (
    *("posts_approved", "full_time_posts", "certified", "trained", "training_hours"),
    *("workers_joined", "workers_left", "promoted", "pay_ratio"),
    *("mediation_bodies", "disputes", "disputes_settled", "drills"),
)
WORKERS: tuple[tuple[int | float | None, ...], ...] = (
    (12, 11, 6, 11, 264, 2, 1, 1, 0.96, 1, 34, 31, 4),
    (13, 10, 5, 9, 180, 1, 2, 1, 0.94, 1, 58, 49, 2),
    (11, 8, 2, 5, 80, 1, 4, 0, 0.86, 1, 47, 33, 1),
    (10, 10, 5, 8, 192, 1, 1, 1, 1.02, 1, 29, 27, 4),
    (11, 9, 4, 10, 320, None, None, None, 0.98, 1, 40, None, 3),
    (11, 11, 3, 11, 198, 0, 0, 0, 0.91, 1, 15, 15, 2),
    (13, 12, 8, 13, 468, 2, 2, 1, 1.05, 2, 36, 34, 3),
)
EXTENDED_TERM = ("330106012001-PC", "330106012001-RC")  # the term of the first was put off to end with the second

# Other grid systems: ZZ order, CG city management, XF fire, MZ civil affairs.
SYSTEMS = {
    "330106012001": ("ZZ", "ZZ、CG", "ZZ", "ZZ"),
    "330106012002": ("ZZ、CG", "ZZ、XF", "CG、MZ", "ZZ"),
    "330106012003": ("ZZ", "ZZ", "ZZ、CG", "", "CG"),
    "330106012004": ("ZZ", "ZZ", "ZZ", "ZZ"),
    "330106012005": ("ZZ、XF", "ZZ", "XF", "ZZ"),
    "330106012007": ("CG", "ZZ、CG", "ZZ"),
}

# At the joint meeting: seats, items brought, proposals made, proposals adopted; each from, to.
VOICES = {
    "party_committee": ((2, 3), (6, 9), (4, 6), (4, 5)),
    "residents_committee": ((1, 1), (4, 7), (5, 8), (4, 6)),
    "service_centre": ((1, 1), (1, 3), (1, 3), (0, 2)),
    "professional_org": ((1, 1), (1, 2), (2, 4), (1, 2)),
    "charity": ((1, 1), (0, 1), (1, 1), (1, 1)),
    "service_group": ((1, 1), (1, 2), (2, 3), (1, 2)),
    "social_org": ((1, 1), (0, 2), (1, 3), (0, 2)),
    "enterprise": ((1, 2), (0, 1), (1, 4), (0, 1)),
}
SILENT_UNION = "330106012001-S01"  # has a union, its members are not recorded


def add_terms(town: Town) -> None:
    """Add when the terms of residents' committees end, and that of the Party committee whose term was extended."""
    for council in town.of("residents_committee"):
        town.units[council]["term_end"] = years_later(town.units[council]["last_election"], 5)
    committee, council = EXTENDED_TERM
    town.units[committee]["term_end"] = town.units[council]["term_end"]


def add_facts(town: Town, posts: list[Row]) -> None:
    """Add the further columns to the units of the town."""
    for number, code in enumerate(town.codes):
        add_places(town, code, MIDDLES[number])
        centre = town.units[f"{code}-SC"]
        centre["floor_area"], centre["capacity"], centre["demand"] = ROOMS[number]
        council = town.units[f"{code}-RC"]
        council.update(zip(WORKER_COLUMNS, WORKERS[number], strict=True))
        council["posts_filled"] = count(council, "staff")
        joined = council["workers_joined"]
        council["workers_stayed"] = (
            None if joined is None else count(council, "staff") - count(council, "workers_joined")
        )
    for host, places in LENT_ROOMS.items():
        town.units[host].update(capacity=places, demand=0)
    for grid in town.of("grid"):
        add_grid(town.units[grid], [post for post in posts if post["unit_id"] == grid])
    add_voices(town)
    add_unions(town)


def add_places(town: Town, code: str, middle: tuple[float, float]) -> None:
    """Add where the grids, residential buildings, committee and centre of a community are: invented points."""
    dice = own_dice(100 + int(code[-3:]))
    far, direction = FAR if code == FAR_CENTRE else (dice.between(60, 200), dice.between(0, 359))
    centre = moved(middle, far, direction)
    put(town.units[f"{code}-SC"], centre)
    put(town.units[f"{code}-RC"], moved(middle, dice.between(20, 60), dice.between(0, 359)))
    grids = town.of("grid", code)
    for number, grid in enumerate(grids):
        place = moved(middle, dice.between(240, 380), 360 * number // len(grids))
        put(town.units[grid], place)
        for building in town.of("building", grid):
            put(town.units[building], moved(place, dice.between(20, 120), dice.between(0, 359)))


def put(unit: Row, place: tuple[float, float]) -> None:
    """Write a place into a unit."""
    unit.update(zip(SIDES, place, strict=True))


def add_grid(grid: Row, posts: list[Row]) -> None:
    """Add posts and functions of a grid, as its posts say, and the other grid systems that it belongs to."""
    code, number = str(grid["unit_id"]).split("-G")
    systems = SYSTEMS.get(code)
    grid["grid_system"] = systems[int(number) - 1] if systems else None
    if grid["unit_id"] == UNRECORDED_GRID:
        return
    grid["grid_workers"] = sum(post["filled"] is True for post in posts)
    grid["full_time_posts"] = sum(post["full_time"] is True for post in posts)
    held = "、".join(str(post["function"]) for post in posts)
    silent = not all(post["function"] for post in posts)
    for column, function in FUNCTIONS.items():
        grid[column] = True if function in held else None if silent else False


def add_voices(town: Town) -> None:
    """Add seats and proposals of who sits at a joint meeting: the committees, centres, and their current partners."""
    dice: Dice = own_dice(1)
    members = []
    for committee in (TOP, *(f"{code}-PC" for code in town.codes)):
        outside = [unit for unit in town.partners(committee, SNAPSHOT) if town.kind(unit) in (*HOSTS, *SUPPORTERS)]
        members += [committee, *outside] if committee == TOP else [committee, *bodies(committee), *outside]
    for unit in members:
        low_high = VOICES[town.kind(unit)]
        seats, items, made, adopted = (dice.between(*pair) for pair in low_high)
        town.units[unit].update(
            seats=seats, agenda_items=items, proposals_made=made, proposals_adopted=min(adopted, made)
        )


def bodies(committee: str) -> list[str]:
    """Return the residents' committee and the service centre beside a community committee."""
    code = committee.removesuffix("-PC")
    return [f"{code}-RC", f"{code}-SC"]


def add_unions(town: Town) -> None:
    """Add union members to the hosts that have a union, between half of the staff and nine tenths."""
    dice = own_dice(2)
    for name, unit in town.units.items():
        if unit["kind"] in HOSTS and unit.get("has_union") is True:
            share = dice.between(50, 90)
            unit["union_members"] = None if name == SILENT_UNION else count(unit, "staff") * share // 100
