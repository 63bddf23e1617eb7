"""Services, messages and items of work of the bundled example."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from subdistrict_parts import HOSTS, SNAPSHOT, TOP, apart, count, own_dice

if TYPE_CHECKING:
    from subdistrict_parts import Dice, Row, Town

SERVICE_COLUMNS = ["provider", "receiver", "service", "capacity", "demand", "funds", "metres", "since", "until"]
MESSAGE_COLUMNS = [
    *("source", "target", "message_type", "topic", "sent", "acknowledged", "acted", "closed", "due_days"),
]
ITEM_COLUMNS = ["unit_id", "item", "count", "listed", "issuer", "lead"]

MEALS, WITH_MEALS = "助餐服务", 5  # the first five communities have it
MORE_MEALS = (0, 3)  # here a charity gives it too
PATROL, PATROLLED = "平安巡防", (0, 1, 2, 4, 6)
RELIEF_FUND = {0: 30000, 2: 45000, 5: 20000}

ACTION_DAYS, CLOSING_DAYS = 7, 15
ROUNDS = ((date(2025, 3, 3), "消防隐患排查", ("grid", "building")), (date(2025, 5, 6), "防汛检查", ("grid", "unit")))
SLOW_BRANCH = "330106012003-G02-B"  # acts 16 to 20 days after it was told
NEVER_DONE = {"330106012003-G02-C2", "330106012005-G01-C1", "330106012006-G03-C2"}  # act in no round
NO_REPORTS = "330106012006"
FEEDBACK = {"grid": 10, "community": 20, "subdistrict": 6}  # by the level that it goes to
CLOSED = {"grid": 9, "community": 8, "subdistrict": 6}
FEEDBACK_TOPICS = ("楼道堆物", "停车难", "垃圾分类", "路灯损坏", "适老改造")
REQUESTS, HELPED, UNHELPFUL, HELPED_THERE = 5, 4, "330106012007", 1
REQUEST_TOPICS = ("场地借用", "政策咨询", "招工对接", "纠纷调解", "活动支持")

ISSUERS = (
    *(
        "街道党建办",
        "街道综治办",
        "街道民政科",
        "街道城管科",
        "区卫健局",
        "区市场监管局",
        "区应急局",
        "区文旅局",
        "区统计局",
    ),
)
WORK = {
    "街道党建办": ("党员教育台账", "主题党日组织"),
    "街道综治办": ("矛盾纠纷排查", "平安巡查"),
    "街道民政科": ("低保复核", "高龄津贴初审"),
    "街道城管科": ("垃圾分类督查", "违建巡查"),
    "区卫健局": ("健康档案协助更新",),
    "区市场监管局": ("小餐饮检查协助",),
    "区应急局": ("消防检查协助", "应急演练"),
    "区文旅局": ("文化活动统计",),
    "区统计局": ("经济普查协助",),
}
UNLISTED = {"违建巡查", "健康档案协助更新", "小餐饮检查协助", "消防检查协助", "文化活动统计", "经济普查协助"}
BUSY, ONLY_BUSY = "330106012001", "违建巡查"  # its residents' committee has items from all nine
ISSUED = {  # how many of the issuers, from the first on
    "330106012001": 9,
    "330106012002": 5,
    "330106012003": 6,
    "330106012004": 4,
    "330106012005": 5,
    "330106012006": 4,
    "330106012007": 6,
}
GRID_ITEMS = ("矛盾纠纷排查", "平安巡查")


# --- services


def make_services(town: Town) -> list[Row]:
    """Return the services: those of the centres and supporters that are ties too, and those that are on paper only."""
    dice, rows = own_dice(30), []
    for number, code in enumerate(town.codes):
        rows += centre_services(town, code, meals=number < WITH_MEALS)
    for provider, receiver, tie in town.layer("supports"):
        facts = {"service": tie["tie_type"], "funds": 1000 * dice.between(5, 40), "since": tie["since"]}
        rows.append({"provider": provider, "receiver": receiver, **facts})
    councils = [f"{code}-RC" for code in town.codes]
    for place in PATROLLED:
        began: Row = {"service": PATROL, "funds": 8000, "since": date(2023, 9, 1)}
        rows.append({"provider": "330106012000-V01", "receiver": councils[place], **began})
    for place, funds in RELIEF_FUND.items():
        fund: Row = {"service": "助困资助", "funds": funds, "since": date(2024, 1, 1)}
        rows.append({"provider": "330106012000-H01", "receiver": councils[place], **fund})
    for place in MORE_MEALS:
        meals: Row = {"service": MEALS, "funds": 12000, "since": date(2024, 3, 1)}
        rows.append({"provider": "330106012000-H02", "receiver": councils[place], **meals})
    ended: Row = {"service": "志愿服务", "funds": 5000, "since": date(2023, 3, 1), "until": date(2024, 12, 31)}
    return [*rows, {"provider": "330106012000-V02", "receiver": councils[1], **ended}]


def centre_services(town: Town, code: str, *, meals: bool) -> list[Row]:
    """Return the services of a centre: its capacity and demand are shared out evenly among them."""
    centre = f"{code}-SC"
    given = [(end, str(tie["tie_type"])) for start, end, tie in town.layer("serves") if start == centre]
    given += [(f"{code}-RC", MEALS)] * meals
    shares = (even(count(town.units[centre], column), len(given)) for column in ("capacity", "demand"))
    return [
        {
            "provider": centre,
            "receiver": receiver,
            "service": service,
            "capacity": capacity,
            "demand": demand,
            "metres": apart(town.units[centre], town.units[receiver]),
            "since": date(2023, 1, 1),
        }
        for (receiver, service), capacity, demand in zip(given, *shares, strict=True)
    ]


def even(total: int, parts: int) -> list[int]:
    """Return a total in whole parts that differ by one at most."""
    return [total // parts + (number < total % parts) for number in range(parts)]


# --- messages


def make_messages(town: Town) -> list[Row]:
    """Return the messages: two rounds of tasks down the command chain, reports and feedback up, requests."""
    rows: list[Row] = []
    dice = own_dice(31)
    for day, topic, levels in ROUNDS:
        send_down(town, dice, TOP, rows, {"topic": topic, "levels": levels, "sent": day})
    return [*rows, *reports(town), *feedback(town), *requests(town)]


def send_down(town: Town, dice: Dice, superior: str, rows: list[Row], task: Row) -> None:
    """Pass a task on to the units of the round below a superior, and from each on, on the day that it acts."""
    sent, levels = task["sent"], task["levels"]
    assert isinstance(sent, date)  # noqa: S101 - the day of the task
    assert isinstance(levels, tuple)  # noqa: S101 - the levels that the round goes down to
    for unit in town.below(superior):
        level = str(town.units[unit]["level"])
        if level not in (*levels, "community"):
            continue
        low, high = (16, 20) if unit == SLOW_BRANCH else (1, 3) if level == "community" else (1, 6)
        leaf = level in {"building", "unit"}
        acts = unit not in NEVER_DONE and not (leaf and dice.chance(0.05))
        acted = sent + timedelta(days=dice.between(low, high))
        facts = answered(dice, sent, acted if acts else None, silence={"community": 0.0, "grid": 0.1}.get(level, 0.2))
        due = None if dice.chance(0.05) else ACTION_DAYS
        rows.append(message(superior, unit, "任务", task["topic"], due_days=due, **facts))
        send_down(town, dice, unit, rows, {**task, "sent": acted})


def answered(dice: Dice, sent: date, acted: date | None, *, silence: float, closes: float = 0.85) -> Row:
    """Return the days of a message: a share is never acknowledged, a share of what was acted on is closed."""
    noted = sent + timedelta(days=dice.between(0, 1))
    closed = acted + timedelta(days=dice.between(1, 5)) if acted and dice.chance(closes) else None
    return {"sent": sent, "acknowledged": None if dice.chance(silence) else noted, "acted": acted, "closed": closed}


def message(source: str, target: str, kind: str, topic: object, **facts: object) -> Row:
    """Return the row of a message; what lies after the snapshot has not happened."""
    known = {name: None if isinstance(value, date) and value > SNAPSHOT else value for name, value in facts.items()}
    return {"source": source, "target": target, "message_type": kind, "topic": topic, **known}


def reports(town: Town) -> list[Row]:
    """Return reports of work along three quarters of the report ties."""
    dice, rows = own_dice(32), []
    for source, target, _ in town.layer("report"):
        sent = dice.day(date(2025, 1, 6), date(2025, 6, 10))
        if dice.chance(0.75):
            days = answered(dice, sent, sent + timedelta(days=dice.between(1, 5)), silence=0.1)
            rows.append(message(source, target, "工作报告", "季度工作", **days))
    return rows


def feedback(town: Town) -> list[Row]:
    """Return feedback to three levels: at the community committees most of it sits."""
    dice, rows = own_dice(33), []
    for level, total in FEEDBACK.items():
        senders = [unit for unit in upward(town, level) if not unit.startswith(NO_REPORTS)]
        for number in range(total):
            source = (
                senders[number * len(senders) // total] if total <= len(senders) else senders[number % len(senders)]
            )
            sent = dice.day(date(2025, 1, 6), date(2025, 5, 20))
            acted = sent + timedelta(days=dice.between(2, 7)) if number < CLOSED[level] else None
            facts = answered(dice, sent, acted, silence=0, closes=1)
            target = str(town.units[source]["superior_id"])
            rows.append(message(source, target, "反馈", dice.pick(FEEDBACK_TOPICS), due_days=CLOSING_DAYS, **facts))
    return rows


def upward(town: Town, level: str) -> list[str]:
    """Return the units whose superior is of a level, without the cells that hang on a community committee."""
    if level == "grid":
        branches = town.grid_branches()
        return [unit for unit in town.of("party_cell") if town.units[unit]["superior_id"] in branches]
    return town.grid_branches() if level == "community" else [f"{code}-PC" for code in town.codes]


def requests(town: Town) -> list[Row]:
    """Return requests for help of hosts to the residents' committee or service centre of their community."""
    dice, rows = own_dice(34), []
    for code in town.codes:
        hosts = [unit for kind in HOSTS for unit in town.of(kind, code) if town.units[unit]["status"] != "注销"]
        for number, source in enumerate(dice.shuffled(hosts)[:REQUESTS]):
            sent = dice.day(date(2024, 9, 2), date(2025, 5, 30))
            helped = number < (HELPED_THERE if code == UNHELPFUL else HELPED)
            acted = sent + timedelta(days=dice.between(2, 20)) if helped else None
            facts = answered(dice, sent, acted, silence=0.1)
            target = f"{code}-{'SC' if number % 2 else 'RC'}"
            rows.append(message(source, target, "求助", dice.pick(REQUEST_TOPICS), due_days=CLOSING_DAYS, **facts))
    return rows


# --- items of work


def make_items(town: Town) -> list[Row]:
    """Return the items of work handed to residents' committees, and to grids."""
    dice, rows = own_dice(35), []
    for code in town.codes:
        for issuer in ISSUERS[: ISSUED[code]]:
            rows += [item_row(dice, f"{code}-RC", issuer, item) for item in WORK[issuer] if keeps(code, item)]
        for grid in town.of("grid", code):
            rows += [item_row(dice, grid, "街道综治办", item) for item in GRID_ITEMS]
    return rows


def keeps(code: str, item: str) -> bool:
    """Say whether an item of an issuer reaches a community: one item outside the list reaches the busy one alone."""
    return code == BUSY or item != ONLY_BUSY


def item_row(dice: Dice, unit: str, issuer: str, item: str) -> Row:
    """Return the row of an item: an eighth has two leading units, some are not recorded as listed or not."""
    listed = None if item == "应急演练" else item not in UNLISTED
    lead = f"{issuer}、{dice.pick([other for other in ISSUERS if other != issuer])}" if dice.chance(1 / 8) else issuer
    facts: Row = {"count": dice.between(2, 60), "listed": listed, "issuer": issuer, "lead": lead}
    return {"unit_id": unit, "item": item, **facts}
