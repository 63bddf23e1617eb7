"""Write the bundled example: a fictional subdistrict, made from a seed.

Run ``python tools/make_subdistrict.py [folder]``; without a folder the committed tables are written anew. Only codes
and names of the divisions are real (china-division 2.7.0, National Bureau of Statistics codes as of 2023-06-30).
Every organisation, count, date and tie is invented. The README beside the tables lists the gaps planted here.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from subdistrict_events import EVENT_COLUMNS, make_events
from subdistrict_facts import FACT_COLUMNS, add_facts, add_terms
from subdistrict_parts import SEED, SNAPSHOT, SUBDISTRICT_CODE, Dice, Town
from subdistrict_posts import POST_COLUMNS, make_posts
from subdistrict_work import ITEM_COLUMNS, MESSAGE_COLUMNS, SERVICE_COLUMNS, make_items, make_messages, make_services

if TYPE_CHECKING:
    from subdistrict_parts import Row


FOLDER = Path(__file__).resolve().parents[1] / "orgnet" / "datasets" / "subdistrict"
SUBDISTRICT = "灵隐街道"
OUTSIDE = "330106011006-G02-B"  # a grid branch of a neighbouring subdistrict, which this file does not hold

UNIT_COLUMNS = [
    *("unit_id", "name", "kind", "superior_id", "area", "level", "level_rank", "sector", "members", "full_members"),
    *("staff", "households", "population", "has_party_org", "formation", "fixed_premises", "status", "instructors"),
    *("has_union", "has_league", "founded", "last_election", "building", *FACT_COLUMNS, "note"),
]
TIE_COLUMNS = ["source", "target", "layer", "tie_type", "weight", "since", "until", "latency_days", "reliability"]
LEVEL_RANK = {"subdistrict": 4, "community": 5, "grid": 6, "unit": 6, "building": 7}
ORDINALS = "一二三四五"

SECTORS = {
    "信息技术": ("信息技术有限公司", "软件有限公司"),
    "商贸零售": ("商贸有限公司", "超市有限公司"),
    "文化旅游": ("文化旅游有限公司", "旅行社有限公司"),
    "餐饮住宿": ("餐饮管理有限公司", "酒店管理有限公司"),
    "专业服务": ("管理咨询有限公司", "知识产权代理有限公司"),
    "教育培训": ("教育科技有限公司", "培训学校有限公司"),
}
SOCIAL_SECTORS = {
    "为老助残": ("为老服务中心", "助残服务社"),
    "文体活动": ("文体俱乐部", "书画社"),
    "公益志愿": ("公益服务中心", "志愿者协会"),
    "物业自治": ("物业服务促进会", "邻里互助社"),
}
BRANDS = tuple(a + b for a in "云松竹溪岚桐澄霁禾星茗湖棠" for b in "帆舟石杉川屿岭鹿谷桥叶泉")


class Slot(NamedTuple):
    """A host to be made: the role says how large it is; `branch` is the Party branch that covers it."""

    role: str
    kind: str = ""
    branch: str = ""


ENTERPRISE, SOCIAL = "enterprise", "social_org"
GAP = (
    *[Slot("gap_eligible", ENTERPRISE)] * 4,
    *[Slot("gap_three_have", ENTERPRISE)] * 3,
    *[Slot("gap_small", ENTERPRISE)] * 5,
)
CLUSTER = (*[Slot("cluster", SOCIAL)] * 5, *[Slot("cluster", ENTERPRISE)] * 3)
PAIR = (Slot("pair_two", ENTERPRISE), Slot("pair_one", ENTERPRISE))

# role: full members, staff (each from, to), share with fixed premises
SIZES: dict[str, tuple[int, int, int, int, float]] = {
    "sole": (3, 16, 12, 160, 0.92),
    "joint_two": (2, 2, 6, 60, 0.7),
    "joint": (1, 2, 6, 60, 0.7),
    "late": (3, 3, 22, 22, 1),
    "pair_two": (2, 2, 14, 14, 1),
    "pair_one": (1, 1, 8, 8, 1),
    "gap_eligible": (3, 6, 25, 90, 1),
    "gap_three_have": (0, 0, 12, 40, 1),
    "gap_small": (0, 0, 3, 9, 0.5),
    "cluster": (0, 0, 3, 15, 0.5),
    "unrecorded": (0, 0, 5, 30, 0.6),
    "unrecorded_eligible": (4, 4, 35, 35, 1),
    "small": (1, 2, 3, 30, 0.7),
    "plain": (0, 0, 3, 30, 0.7),
    "dissolved": (0, 0, 2, 26, 0.6),
    "no_status": (0, 0, 2, 26, 0.6),
}


@dataclass(frozen=True)
class Community:
    """What one community is to hold: `joints` are the sizes of its joint branches, `special` its planted hosts."""

    code: str
    name: str
    grids: int
    firms: int
    socials: int
    soles: int
    joints: tuple[int, ...]
    dissolved: int
    special: tuple[Slot, ...]

    def id(self, part: str) -> str:
        """Return the id of a part of this community."""
        return f"{self.code}-{part}"


BLANK, NO_STATUS = Slot("unrecorded"), Slot("no_status")
COMMUNITIES = (
    Community("330106012001", "一一七社区", 4, 12, 5, 5, (3,), 1, (Slot("late", ENTERPRISE), BLANK, NO_STATUS)),
    Community("330106012002", "曙光社区", 4, 16, 6, 6, (3, 2), 2, (*PAIR, BLANK)),
    Community("330106012003", "东山弄社区", 5, 14, 5, 4, (4,), 1, (BLANK, NO_STATUS)),
    Community("330106012004", "玉泉社区", 4, 13, 9, 3, (2,), 1, CLUSTER),
    Community("330106012005", "浙大求是社区", 4, 13, 6, 5, (3,), 2, (Slot("unrecorded_eligible"), BLANK)),
    Community("330106012006", "庆丰社区", 3, 12, 5, 3, (2,), 1, (BLANK, NO_STATUS)),
    Community("330106012007", "黄龙社区", 3, 24, 6, 6, (5, 3), 2, (*GAP, BLANK)),
)
NO_BRANCH = "330106012003-G04"  # the grid without a grid branch
OUTSIDE_CELL = "330106012001-G02-C1"  # the cell whose superior is outside
NO_REPORTS = "庆丰社区"
CONTRADICTION = "330106012003-J01"  # the first host of this joint branch is recorded as without a Party organisation
GRID_SIZES = {"330106012002-G03": 612, "330106012005-G01": 545, "330106012006-G02": 248}


@dataclass
class Draft:
    """The two tables while they grow."""

    dice: Dice
    brands: list[str]
    units: list[Row] = field(default_factory=list)
    ties: list[Row] = field(default_factory=list)

    def unit(self, unit_id: str, name: str, kind: str, area: str, **facts: object) -> str:
        """Add a unit and return its id."""
        level = facts.get("level")
        rank = LEVEL_RANK[str(level)] if level else None
        fixed: Row = {
            "unit_id": unit_id,
            "name": name,
            "kind": kind,
            "area": area,
            "level_rank": rank,
            "note": "合成数据",
        }
        self.units.append({**fixed, **facts})
        return unit_id

    def tie(self, source: str, target: str, layer: str, tie_type: str = "", **facts: object) -> None:
        """Add a tie."""
        ends: Row = {"source": source, "target": target, "layer": layer, "tie_type": tie_type}
        self.ties.append({**ends, "weight": 1, **facts})

    def speed(self, low: float, high: float) -> Row:
        """Return a latency between `low` and `high` days, and a reliability."""
        share = self.dice.between(0, 10) / 10
        return {"latency_days": round(low + share * (high - low), 1), "reliability": self.dice.between(80, 99) / 100}

    def collab(self, one: str, other: str, tie_type: str | None = None, *, lasting: bool = False) -> None:
        """Add a collaboration tie that began in 2023 to 2025; some are timed, some have an end."""
        dice = self.dice
        kind = tie_type or dice.pick(("共建协议", "联席会议", "联合活动", "联合活动"))
        since = dice.day(date(2023, 1, 1), SNAPSHOT)
        ends = kind == "共建协议" and not lasting and dice.chance(0.5)
        until = since + timedelta(days=dice.pick((365, 730))) if ends else None
        timing = self.speed(1, 5) if dice.chance(0.3) else {}
        self.tie(one, other, "collab", kind, weight=dice.between(1, 12), since=since, until=until, **timing)

    def party(
        self, unit_id: str, name: str, kind: str, place: Community | None, superior: str | None, **facts: object
    ) -> str:
        """Add a Party unit under its superior, with the time a task takes to come down."""
        dice = self.dice
        founded = dice.day(date(2013 if facts.get("level") == "unit" else 2006, 1, 1), date(2022, 12, 31))
        years = 5 if kind == "party_committee" else 3
        elected = None if kind == "party_cell" else dice.day(date(SNAPSHOT.year - years, 1, 1), SNAPSHOT)
        area = place.name if place else SUBDISTRICT
        dates: Row = {"status": "正常", "founded": founded, "last_election": elected and max(elected, founded)}
        self.unit(unit_id, name, kind, area, superior_id=superior, **dates, **facts)
        if superior and superior != OUTSIDE:
            self.tie(superior, unit_id, "command", "", **self.speed(0.5, 3))
        return unit_id


# --- the subdistrict


def add_subdistrict(draft: Draft) -> None:
    """Add the working committee and the bodies that work in the whole subdistrict."""
    top = draft.party(
        f"{SUBDISTRICT_CODE}-PC", f"中共{SUBDISTRICT}工作委员会", "party_committee", None, None, level="subdistrict"
    )
    bodies = {
        "Q01": ("灵隐示例心理服务中心", "professional_org"),
        "Q02": ("灵隐示例法律援助工作站", "professional_org"),
        "Q03": ("灵隐示例社会工作服务中心", "professional_org"),
        "Q04": ("灵隐示例家庭教育指导站", "professional_org"),
        "H01": ("灵隐示例社区慈善基金", "charity"),
        "H02": ("灵隐示例爱心帮扶会", "charity"),
        "V01": ("灵隐示例平安志愿服务队", "service_group"),
        "V02": ("灵隐示例垃圾分类志愿服务队", "service_group"),
    }
    for part, (name, kind) in bodies.items():
        founded = draft.dice.day(date(2012, 1, 1), date(2022, 12, 31))
        staff = draft.dice.between(6, 24)
        unit_id = f"{SUBDISTRICT_CODE}-{part}"
        draft.unit(unit_id, name, kind, SUBDISTRICT, staff=staff, status="正常", founded=founded)
        if part in ("Q01", "Q03", "H01", "V01"):
            draft.collab(top, unit_id, "共建协议", lasting=True)


def add_support(draft: Draft) -> None:
    """Tie professional bodies, charities and volunteers to the communities; two communities have no professional."""
    supported = COMMUNITIES[:5]
    services = {
        "Q01": "心理服务",
        "Q02": "法律援助",
        "Q03": "社工服务",
        "Q04": "家庭教育",
        "H02": "救助帮扶",
        "V02": "志愿服务",
    }
    for number, (part, service) in enumerate(services.items()):
        for place in (supported[number % 5], supported[(number + 2) % 5]):
            since = draft.dice.day(date(2023, 1, 1), SNAPSHOT)
            target = place.id("RC" if number % 2 else "SC")
            draft.tie(
                f"{SUBDISTRICT_CODE}-{part}", target, "supports", service, weight=draft.dice.between(1, 8), since=since
            )


# --- a community


def add_community(draft: Draft, place: Community) -> None:
    """Add a community: its three bodies, its territory, its hosts, and the ties among them."""
    top = f"{SUBDISTRICT_CODE}-PC"
    dice = draft.dice
    committee = draft.party(place.id("PC"), f"{place.name}党委", "party_committee", place, top, level="community")
    facts: Row = {"level": "community", "status": "正常"}
    council = draft.unit(place.id("RC"), f"{place.name}居民委员会", "residents_committee", place.name, **facts)
    draft.units[-1].update(staff=dice.between(8, 14), last_election=dice.day(date(2020, 11, 1), date(2021, 1, 31)))
    centre = draft.unit(place.id("SC"), f"{place.name}党群服务中心", "service_centre", place.name, **facts)
    draft.units[-1].update(staff=dice.between(4, 9), fixed_premises=True)
    if place.name != NO_REPORTS:
        draft.tie(committee, top, "report", "工作报告", weight=dice.between(4, 12), **draft.speed(1, 4))
    draft.collab(committee, council, "联席会议")
    draft.collab(committee, centre, "联席会议")
    draft.collab(council, centre, "联合活动")
    seats = dice.between(2, 5)
    draft.tie(
        committee, council, "interlock", "交叉任职", weight=seats, since=dice.day(date(2023, 1, 1), date(2024, 6, 30))
    )
    buildings = add_territory(draft, place)
    add_hosts(draft, place, buildings)
    add_owners(draft, place)
    close_counts(draft, place)


def add_territory(draft: Draft, place: Community) -> list[str]:
    """Add grids with their branches, residential buildings with their cells, and office buildings; return the last."""
    dice, offices = draft.dice, []
    for number in range(1, place.grids + 1):
        grid, name = place.id(f"G{number:02d}"), f"{place.name}第{ORDINALS[number - 1]}网格"
        households = GRID_SIZES.get(grid) or dice.between(305, 492)
        sizes: Row = {"households": households, "population": round(households * dice.between(23, 29) / 10)}
        draft.unit(grid, name, "grid", place.name, level="grid", **sizes)
        draft.tie(
            place.id("SC"), grid, "serves", dice.pick(("便民服务", "党员教育", "为老服务")), weight=dice.between(1, 12)
        )
        branch = None if grid == NO_BRANCH else add_grid_branch(draft, place, grid, name)
        homes = 3 if grid == NO_BRANCH else dice.between(2, 3)
        for block in range(1, homes + 1):
            building = add_building(draft, place, grid, f"L{block}", f"{name}{block}幢", households // (homes + 1))
            add_cell(draft, place, branch, building, f"{name}{block}幢党小组")
        if number < 4:  # noqa: PLR2004 - three grids of each community have an office building
            office = f"{place.name}示例商务楼{'甲乙丙'[number - 1]}座"
            offices.append(add_building(draft, place, grid, "L9", office, None))
    return offices


def add_building(draft: Draft, place: Community, grid: str, part: str, name: str, households: int | None) -> str:
    """Add a building to a grid."""
    building = draft.unit(f"{grid}-{part}", name, "building", place.name, level="building", households=households)
    draft.tie(grid, building, "contains")
    return building


def add_grid_branch(draft: Draft, place: Community, grid: str, name: str) -> str:
    """Add the Party branch of a grid, its report upward, and its tie to the grid."""
    dice = draft.dice
    full = dice.between(30, 46)
    counts: Row = {"full_members": full, "members": full + dice.between(0, 3)}
    committee = place.id("PC")
    branch = draft.party(f"{grid}-B", f"{name}党支部", "party_branch", place, committee, level="grid", **counts)
    draft.tie(branch, grid, "covers", "网格党支部")
    if place.name != NO_REPORTS and dice.chance(0.75):
        draft.tie(branch, committee, "report", "工作报告", weight=dice.between(2, 12), **draft.speed(1, 7))
    return branch


def add_cell(draft: Draft, place: Community, branch: str | None, building: str, name: str) -> None:
    """Add the Party cell of a building under its grid branch, or under the community committee where there is none."""
    dice = draft.dice
    cell = building.replace("-L", "-C")
    superior = OUTSIDE if cell == OUTSIDE_CELL else branch or place.id("PC")
    full = dice.between(3, 9)
    counts: Row = {"full_members": full, "members": full + dice.between(0, 1), "building": building}
    draft.party(cell, name, "party_cell", place, superior, level="building", **counts)
    draft.tie(cell, building, "covers", "楼栋党小组")
    if branch and superior == branch and place.name != NO_REPORTS and dice.chance(0.4):
        draft.tie(cell, branch, "report", "情况反馈", weight=dice.between(1, 6), **draft.speed(1, 3))


# --- enterprises and social organisations


def host_slots(dice: Dice, place: Community) -> list[Slot]:
    """Return the hosts that a community is to hold, each with its kind."""
    slots = [Slot("sole", branch=f"P{number:02d}") for number in range(1, place.soles + 1)]
    for number, size in enumerate(place.joints, 1):
        branch = f"J{number:02d}"
        slots += [Slot("joint_two", branch=branch), *[Slot("joint", branch=branch)] * (size - 1)]
    slots += [*place.special, *[Slot("dissolved")] * place.dissolved]
    slots += [Slot("plain")] * (place.firms + place.socials - len(slots))
    taken = [slot.kind for slot in slots]
    left = [ENTERPRISE] * (place.firms - taken.count(ENTERPRISE)) + [SOCIAL] * (place.socials - taken.count(SOCIAL))
    kinds = iter(dice.shuffled(left))
    return [slot if slot.kind else slot._replace(kind=next(kinds)) for slot in slots]


def add_hosts(draft: Draft, place: Community, buildings: list[str]) -> None:
    """Add the hosts of a community, the Party branches that cover them, and their collaboration."""
    small: set[str] = set()  # buildings that hold an uncovered host with one or two full members
    by_branch: dict[str, list[Row]] = {}
    by_role: dict[str, list[str]] = {}
    for slot in host_slots(draft.dice, place):
        host = add_host(draft, place, buildings, slot, small)
        by_role.setdefault("covered" if slot.branch else slot.role, []).append(str(host["unit_id"]))
        if slot.branch:
            by_branch.setdefault(slot.branch, []).append(host)
    for branch, hosts in by_branch.items():
        add_host_branch(draft, place, branch, hosts)
    tie_hosts(draft, place, by_role)


def add_host(draft: Draft, place: Community, buildings: list[str], slot: Slot, small: set[str]) -> Row:
    """Add one enterprise or social organisation and return its row."""
    dice = draft.dice
    planted = slot.role.startswith(("gap", "pair"))
    building = buildings[0] if planted else dice.pick(buildings)
    role = "small" if slot.role == "plain" and building not in small and dice.chance(0.4) else slot.role
    if role == "small" or role.startswith("pair"):
        small.add(building)
    sector, ending = host_sector(dice, place, slot)
    full_low, full_high, staff_low, staff_high, with_premises = SIZES[role]
    full, staff = dice.between(full_low, full_high), dice.between(staff_low, staff_high)
    premises = dice.chance(with_premises)
    running = "正常" if slot.kind == SOCIAL else dice.pick(("存续", "存续", "在业"))
    unrecorded = role.startswith("unrecorded")
    organised = 0 if role.startswith(("gap", "cluster")) else 0.5 if staff > 24 else 0.1  # noqa: PLR2004 - larger firms
    facts: Row = {
        "sector": sector,
        "full_members": full,
        "members": full + (dice.between(0, 2) if full else 0),
        "staff": staff,
        "has_party_org": None if unrecorded else bool(slot.branch),
        "formation": {"P": "sole", "J": "joint"}.get(slot.branch[:1]),
        "fixed_premises": premises,
        "status": {"dissolved": "注销", "no_status": None}.get(role, running),
        "instructors": None if unrecorded else 0,
        "has_union": dice.chance(organised),
        "has_league": dice.chance(organised / 2),
        "founded": dice.day(date(2003, 1, 1), date(2012 if slot.branch else 2022, 12, 31)),
        "building": building,
    }
    letter = "S" if slot.kind == SOCIAL else "E"
    number = 1 + sum(unit["kind"] == slot.kind and unit["area"] == place.name for unit in draft.units)
    draft.unit(place.id(f"{letter}{number:02d}"), f"示例{draft.brands.pop()}{ending}", slot.kind, place.name, **facts)
    return draft.units[-1]


def host_sector(dice: Dice, place: Community, slot: Slot) -> tuple[str, str]:
    """Return the sector of a host and the ending of its name; the planted gap has its sector to itself."""
    if slot.role.startswith("gap"):
        return "信息技术", dice.pick(SECTORS["信息技术"])
    table = SOCIAL_SECTORS if slot.kind == SOCIAL else SECTORS
    sector = dice.pick([sector for sector in table if sector != "信息技术" or GAP[0] not in place.special])
    return sector, dice.pick(table[sector])


def add_host_branch(draft: Draft, place: Community, part: str, hosts: list[Row]) -> None:
    """Add the Party branch of one host, or the joint branch of several, and its ties to them."""
    dice = draft.dice
    sole = part.startswith("P")
    name = f"{hosts[0]['name']}党支部" if sole else f"{place.name}第{ORDINALS[int(part[1:]) - 1]}联合党支部"
    counts: Row = {column: sum(int(str(host[column])) for host in hosts) for column in ("full_members", "members")}
    shape: Row = {"level": "unit", "formation": "sole" if sole else "joint"}
    branch = draft.party(place.id(part), name, "party_branch", place, place.id("PC"), **shape, **counts)
    founded = draft.units[-1]["founded"]
    for host in hosts:
        draft.tie(branch, str(host["unit_id"]), "covers", "单独组建" if sole else "联合组建", since=founded)
    if branch == CONTRADICTION:
        hosts[0].update(has_party_org=False, formation=None)
    if place.name != NO_REPORTS and dice.chance(0.5):
        draft.tie(branch, place.id("PC"), "report", "工作报告", weight=dice.between(1, 12), **draft.speed(2, 7))


def tie_hosts(draft: Draft, place: Community, by_role: dict[str, list[str]]) -> None:
    """Add the collaboration of hosts with the bodies of the community and with one another, and their instructors."""
    dice, covered = draft.dice, by_role["covered"]
    bodies = [place.id("RC")] if "cluster" in by_role else [place.id("RC"), place.id("RC"), place.id("SC")]
    for host in covered:
        if dice.chance(0.7):
            draft.collab(place.id("PC"), host, "共建协议")
        if dice.chance(0.35):
            draft.collab(host, dice.pick([other for other in covered if other != host]))
    for role in ("plain", "late", "pair_two", "pair_one", "unrecorded", "unrecorded_eligible", "no_status"):
        for host in by_role.get(role, []):
            if dice.chance(0.5):
                draft.collab(dice.pick(bodies), host)
            if dice.chance(0.4):
                draft.collab(dice.pick(covered), host)
            if role == "plain" and dice.chance(0.4):
                add_instructor(draft, place, host)
    tie_planted(draft, place, by_role)


def add_instructor(draft: Draft, place: Community, host: str) -> None:
    """Let a grid branch send an instructor to a host."""
    branches = [str(unit["unit_id"]) for unit in draft.units if unit["area"] == place.name and is_grid_branch(unit)]
    since = draft.dice.day(date(2023, 1, 1), SNAPSHOT)
    draft.tie(draft.dice.pick(branches), host, "guides", "党建指导员", weight=1, since=since)
    next(unit for unit in draft.units if unit["unit_id"] == host)["instructors"] = 1


def is_grid_branch(unit: Row) -> bool:
    """Say whether a unit is the Party branch of a grid."""
    return unit["kind"] == "party_branch" and unit.get("level") == "grid"


def tie_planted(draft: Draft, place: Community, by_role: dict[str, list[str]]) -> None:
    """Tie the planted firms loosely, and the planted cluster to the service centre and to nobody else outside."""
    gap = by_role.get("gap_eligible", []) + by_role.get("gap_small", [])
    for one, other in zip(gap[::3], gap[1::3], strict=False):
        draft.collab(one, other, "联合活动")
    cluster = by_role.get("cluster", [])
    for one, other in zip(cluster, cluster[1:] + cluster[:1], strict=True):
        draft.collab(one, other, "联合活动")
    for host in cluster[::3]:
        draft.collab(place.id("SC"), host, "共建协议", lasting=True)


# --- the rest of a community, and the files


def add_owners(draft: Draft, place: Community) -> None:
    """Add owners' committees; most of them meet with the residents' committee."""
    dice = draft.dice
    for number in range(1, dice.between(1, 2) + 1):
        name = f"{place.name}第{ORDINALS[number - 1]}网格业主委员会"
        founded = dice.day(date(2012, 1, 1), date(2022, 12, 31))
        body = draft.unit(place.id(f"M{number:02d}"), name, "self_mgmt_org", place.name, status="正常", founded=founded)
        if dice.chance(0.8):
            draft.collab(place.id("RC"), body, "联席会议")


def close_counts(draft: Draft, place: Community) -> None:
    """Sum members into the community committee, and households into the residents' committee."""
    mine = {str(unit["unit_id"]): unit for unit in draft.units if unit["area"] == place.name}
    below = [unit for unit in mine.values() if unit.get("superior_id") == place.id("PC")]
    grids = [unit for unit in mine.values() if unit["kind"] == "grid"]
    mine[place.id("PC")].update({column: total(below, column) for column in ("members", "full_members")})
    mine[place.id("RC")].update({column: total(grids, column) for column in ("households", "population")})


def total(units: list[Row], column: str) -> int:
    """Return the sum of a column of counts."""
    return sum(int(str(unit[column])) for unit in units)


def add_neighbours(draft: Draft) -> None:
    """Add the ties that cross from one community into another, and the grid branches that meet with the subdistrict."""
    for one, other in ((0, 1), (1, 6), (3, 4), (4, 2)):
        draft.collab(COMMUNITIES[one].id("PC"), COMMUNITIES[other].id("PC"), "共建协议", lasting=True)
    for one, other in ((0, 4), (1, 2), (5, 6)):
        draft.collab(COMMUNITIES[one].id("E01"), COMMUNITIES[other].id("E01"))
    for pilot in (1, 3, 6):
        draft.collab(f"{SUBDISTRICT_CODE}-PC", COMMUNITIES[pilot].id("G01-B"), "联席会议")


def make() -> Draft:
    """Make the two tables."""
    dice = Dice(SEED)
    draft = Draft(dice, dice.shuffled(BRANDS))
    add_subdistrict(draft)
    for place in COMMUNITIES:
        add_community(draft, place)
    committees = [unit for unit in draft.units if unit.get("superior_id") == f"{SUBDISTRICT_CODE}-PC"]
    draft.units[0].update({column: total(committees, column) for column in ("members", "full_members")})
    add_support(draft)
    add_neighbours(draft)
    return draft


def write_table(path: Path, columns: list[str], rows: list[Row]) -> None:
    """Write rows as CSV: UTF-8 without BOM, one newline a row, missing values empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write(folder: Path) -> None:
    """Write the tables into `folder`; what is added to the units draws from dice of its own, and so do the others."""
    draft = make()
    town = Town(draft.units, draft.ties)
    add_terms(town)
    posts = make_posts(town)
    add_facts(town, posts)
    tables = {
        "units": (UNIT_COLUMNS, draft.units),
        "ties": (TIE_COLUMNS, draft.ties),
        "events": (EVENT_COLUMNS, make_events(town)),
        "posts": (POST_COLUMNS, posts),
        "services": (SERVICE_COLUMNS, make_services(town)),
        "messages": (MESSAGE_COLUMNS, make_messages(town)),
        "items": (ITEM_COLUMNS, make_items(town)),
    }
    for name, (columns, rows) in tables.items():
        write_table(folder / f"{name}.csv", columns, rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
