"""The seats of the bundled example: committees, service centres, grids; and who sits on two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from subdistrict_parts import SNAPSHOT, begins, own_dice, years_later

if TYPE_CHECKING:
    from subdistrict_parts import Row, Town

POST_COLUMNS = [
    *("unit_id", "concurrent_unit", "post", "concurrent_post", "function", "filled", "full_time", "since", "until"),
    "term_end",
]
PARTY_SEATS = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员", "统战委员", "群团委员")
COUNCIL_SEATS = (
    *("主任", "副主任", "人民调解委员", "治安保卫委员", "公共卫生委员", "社会救助委员", "文体教育委员", "妇女儿童委员"),
)
CENTRE_SEATS = ("主任", "党务干事", "服务干事")


class Seats(NamedTuple):
    """Seats of the two committees of a community, and the pairs of seats of one holder, from the first to the second.

    `out` goes from the Party committee to the residents' committee, `back` the other way.
    """

    party: int
    council: int
    out: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...]


DEPUTY = ("副书记", "副主任")
SECRETARY = ("书记", "主任")
MEDIATION = ("组织委员", "人民调解委员")
ORDER, HEALTH = ("治安保卫委员", "宣传委员"), ("公共卫生委员", "群团委员")
SEATS = (
    Seats(7, 7, (DEPUTY, MEDIATION), (ORDER, HEALTH)),
    Seats(5, 7, (DEPUTY,), (ORDER,)),
    Seats(7, 8, (DEPUTY, MEDIATION, ("纪检委员", "治安保卫委员")), (HEALTH,)),
    Seats(
        *(7, 7),
        (DEPUTY, MEDIATION, ("宣传委员", "文体教育委员"), ("纪检委员", "治安保卫委员"), ("统战委员", "公共卫生委员")),
        (),
    ),
    Seats(6, 7, (DEPUTY, MEDIATION), (ORDER, ("公共卫生委员", "统战委员"))),
    Seats(5, 6, (SECRETARY,), (ORDER,)),
    Seats(7, 8, (DEPUTY, MEDIATION), (ORDER, HEALTH)),
)
TRIPLE = "330106012005"  # here the deputy secretary, as deputy director, also heads the service centre
VACANT = {
    ("330106012003-PC", "宣传委员"),
    ("330106012003-RC", "文体教育委员"),
    ("330106012003-RC", "妇女儿童委员"),
}
NOT_RECORDED = ("330106012007-PC", "统战委员")
FORMER = ("330106012002-PC", "组织委员", "330106012002-RC", "人民调解委员")  # ended when the committee was elected

PARTY, GOVERNANCE, RELIEF = "党建", "社会治理", "社会救助"
LEADER, FULL, PART = "网格长", "专职网格员", "兼职网格员"
UNRECORDED_GRID = "330106012001-G04"
GRID_POSTS: dict[str, tuple[tuple[str, str], ...]] = {
    "330106012005-G03": ((LEADER, PARTY),),
    "330106012002-G04": ((LEADER, PARTY), (FULL, GOVERNANCE)),
    "330106012003-G04": ((FULL, GOVERNANCE), (PART, RELIEF)),
    "330106012002-G03": ((LEADER, PARTY), (FULL, GOVERNANCE), (FULL, f"{GOVERNANCE}、{RELIEF}")),
    "330106012007-G02": ((LEADER, PARTY), (FULL, GOVERNANCE), (PART, "")),
    UNRECORDED_GRID: (),
}
VACANT_GRID = "330106012002-G03"  # its second full-time post


def make_posts(town: Town) -> list[Row]:
    """Return the seats, one row each; a seat beside it stands in the row of the holder's first seat."""
    rows: list[Row] = []
    for code, seats in zip(town.codes, SEATS, strict=True):
        rows += committee_posts(town, code, seats)
        centre = f"{code}-SC"
        rows += [seat(centre, post, full_time=True, since=None) for post in CENTRE_SEATS]
    for grid in town.of("grid"):
        rows += grid_posts(grid)
    return rows


def seat(unit: str, post: str, **facts: object) -> Row:
    """Return the row of a filled seat."""
    return {"unit_id": unit, "post": post, "filled": True, **facts}


def committee_posts(town: Town, code: str, seats: Seats) -> list[Row]:
    """Return the seats of the two committees of a community; shared ones begin with the tie or later."""
    party, council = f"{code}-PC", f"{code}-RC"
    began = next(begins(tie) for source, _, tie in town.layer("interlock") if source == party)
    dice = own_dice(10 + int(code[-3:]))
    beside: dict[tuple[str, str], tuple[str, str]] = {(party, post): (council, other) for post, other in seats.out}
    beside |= {(council, post): (party, other) for post, other in seats.back}
    starts = {home: began if not number else dice.day(began, SNAPSHOT) for number, home in enumerate(beside)}
    if code == TRIPLE:
        beside[council, "副主任"] = (f"{code}-SC", "主任")
        starts[council, "副主任"] = starts[party, "副书记"]
    rows = []
    for unit, posts in ((party, PARTY_SEATS[: seats.party]), (council, COUNCIL_SEATS[: seats.council])):
        elected = town.units[unit]["last_election"]
        end = town.units[unit].get("term_end") or years_later(elected, 5)
        for post in posts:
            full_time = unit == council or post in DEPUTY + SECRETARY
            row = seat(unit, post, full_time=full_time, since=starts.get((unit, post), elected), term_end=end)
            row["concurrent_unit"], row["concurrent_post"] = beside.get((unit, post), ("", ""))
            row["filled"] = None if (unit, post) == NOT_RECORDED else (unit, post) not in VACANT
            if row["filled"] is False:
                row["since"] = None
            rows.append(row)
            if (unit, post) == FORMER[:2]:
                rows.append(former(elected))
    return rows


def former(elected: object) -> Row:
    """Return the seat of a former holder, who sat on two committees until an election."""
    unit, post, other, other_post = FORMER
    began = years_later(elected, -3)
    return seat(
        *(unit, post),
        concurrent_unit=other,
        concurrent_post=other_post,
        full_time=False,
        since=began,
        until=elected,
        term_end=elected,
    )


def grid_posts(grid: str) -> list[Row]:
    """Return the posts of a grid with their functions."""
    dice = own_dice(1000 + int(grid[9:12]) * 10 + int(grid[-2:]))
    usual = dice.pick(
        (
            ((LEADER, PARTY), (FULL, GOVERNANCE), (PART, RELIEF)),
            ((LEADER, PARTY), (FULL, f"{GOVERNANCE}、{RELIEF}")),
            ((LEADER, PARTY), (FULL, GOVERNANCE), (FULL, RELIEF)),
        )
    )
    rows = [
        seat(grid, post, function=function, full_time=post == FULL) for post, function in GRID_POSTS.get(grid, usual)
    ]
    if grid == VACANT_GRID:
        rows[-1]["filled"] = False
    return rows
