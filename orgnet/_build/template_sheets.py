"""What the template workbook holds: one sheet a register, its columns, what they mean, and an example row of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgnet._model.vocabulary import Lang

NOTES = ("notes", "说明")


@dataclass(frozen=True)
class Column:
    """One column: its field, headings and meaning in both languages, what may stand in it, and an example."""

    field: str
    zh: str
    meaning: str
    meaning_zh: str
    holds: str  # text, code, count, date, amount, share, strength, or the name of a list of words
    example: str = ""

    def heading(self, lang: Lang) -> str:
        """Return the heading in one language: the name of the field in English."""
        return self.zh if lang == "zh" else self.field


@dataclass(frozen=True)
class Sheet:
    """One sheet: its role, its names, what a row is, and its columns."""

    role: str
    en: str
    zh: str
    row: str
    row_zh: str
    columns: tuple[Column, ...]


def _named(field: str, zh: str, holds: str = "text", example: str = "") -> Column:
    """Return a column whose meaning is the common one of its field."""
    meaning, meaning_zh = _MEANINGS[field]
    return Column(field, zh, meaning, meaning_zh, holds, example)


_MEANINGS = {
    "unit_id": ("id, unique over all sheets, text; every row has one", "编码，全部工作表内唯一，文本，每行必填"),
    "name": ("name of the organisation (no person)", "组织名称（不填个人）"),
    "kind": ("kind of organisation", "组织类别"),
    "superior_id": ("id of the superior in command; empty for the top", "隶属上级的编码；最高一级留空"),
    "superior_name": ("or its name, where it has no id", "没有编码时填上级名称"),
    "area": ("community or other area", "所属社区等区域"),
    "level": ("level", "层级"),
    "sector": ("line of business", "行业"),
    "members": ("Party members, number", "党员人数"),
    "full_members": ("full Party members, number", "正式党员数"),
    "staff": ("staff, number", "从业人员数"),
    "households": ("households, number", "户数"),
    "population": ("residents, number", "人口数"),
    "grid_workers": ("grid workers, number", "网格员人数"),
    "has_party_org": ("yes or no; empty where it is not recorded", "是或否；未登记的留空"),
    "formation": ("how the Party organisation is formed", "党组织组建形式"),
    "fixed_premises": ("fixed premises: yes or no", "是否有固定场所：是或否"),
    "status": ("status in the register", "登记或经营状态"),
    "uscc": ("Unified Social Credit Code, 18 characters, text", "统一社会信用代码，18 位，文本"),
    "hosts": ("units it covers, several with 、 between them", "覆盖的单位，多个以“、”分隔"),
    "party_org": ("name or id of the Party organisation that covers it", "覆盖该单位的党组织名称或编码"),
    "instructors": ("Party-building instructors sent, number", "选派党建指导员人数"),
    "has_union": ("union: yes or no", "是或否"),
    "has_league": ("Youth League: yes or no", "是或否"),
    "founded": ("date", "日期"),
    "last_election": ("date", "日期"),
    "term_end": ("date", "日期"),
}
_YES = "yes_no"
_UNITS = (
    _named("unit_id", "编码", "code", "330106001001"),
    _named("name", "名称", example="示例社区党委"),
    _named("kind", "类别", "kind", "party_committee"),
    _named("superior_id", "上级编码", "code"),
    _named("area", "区域", example="示例社区"),
    _named("level", "层级", "level", "community"),
    _named("sector", "行业"),
    _named("members", "党员人数", "count", "160"),
    _named("full_members", "正式党员数", "count", "152"),
    _named("staff", "从业人员数", "count"),
    _named("households", "户数", "count"),
    _named("population", "人口数", "count"),
    _named("has_party_org", "是否建立党组织", _YES),
    _named("formation", "组建形式", "formation"),
    _named("fixed_premises", "固定场所", _YES, "yes"),
    _named("status", "经营状态", "status"),
    _named("uscc", "统一社会信用代码", "code"),
    _named("founded", "成立时间", "date", "2019-05-06"),
    _named("last_election", "换届日期", "date", "2025-03-20"),
)
_TIES = (
    Column(
        *("source", "起点", "id or name; the superior, provider or covering unit", "起点：上级、提供方或覆盖方"),
        *("code", "330106001001"),
    ),
    Column("target", "终点", "id or name of the other end", "终点", "code", "E001"),
    Column("layer", "关系层", "what kind of tie", "关系种类", "layer", "collab"),
    Column("tie_type", "关系类型", "free text, such as joint meeting", "自由填写，如 联席会议", "text", "联席会议"),
    Column("weight", "强度", "above 0, larger is closer; empty is 1", "大于 0，越大越紧密；留空为 1", "strength", "2"),
    Column("since", "开始时间", "date", "日期", "date", "2025-01-01"),
    Column("until", "结束时间", "date; empty where it goes on", "日期；仍持续的留空", "date"),
    Column("latency_days", "时延天数", "days a message takes", "信息传达所需天数", "amount", "1"),
    Column("reliability", "可靠度", "share of messages that arrive, 0 to 1", "传达到位的比例，0 到 1", "share", "0.9"),
)
_PARTY = (
    _named("unit_id", "党组织代码", "code", "330106001D01"),
    _named("name", "党组织名称", example="示例联合党支部"),
    _named("kind", "党组织类别", "party_kind", "party_branch"),
    _named("superior_id", "上级党组织代码", "code"),
    _named("superior_name", "上级党组织名称", example="示例社区党委"),
    _named("level", "层级", "level"),
    _named("formation", "组建形式", "formation", "joint"),
    _named("hosts", "覆盖单位", example="示例甲公司、示例志愿者协会"),
    _named("members", "党员人数", "count", "7"),
    _named("full_members", "正式党员数", "count", "6"),
    _named("founded", "成立时间", "date", "2021-07-01"),
    _named("last_election", "换届日期", "date", "2024-07-01"),
    _named("term_end", "届满时间", "date", "2027-07-01"),
)


def _hosts(name: str, unit: str, uscc: str, example: str) -> tuple[Column, ...]:
    return (
        _named("unit_id", "编码", "code", unit),
        _named("uscc", "统一社会信用代码", "code", uscc),
        _named("name", name, example=example),
        _named("area", "区域", example="示例社区"),
        _named("sector", "行业", example="商贸零售"),
        _named("status", "经营状态", "status", "存续"),
        _named("staff", "从业人员数", "count", "35"),
        _named("fixed_premises", "固定场所", _YES, "yes"),
        _named("has_party_org", "是否建立党组织", _YES, "yes"),
        _named("formation", "组建形式", "formation", "joint"),
        _named("party_org", "所属党组织", example="示例联合党支部"),
        _named("members", "党员人数", "count", "3"),
        _named("full_members", "正式党员数", "count", "2"),
        _named("has_union", "是否建立工会", _YES, "yes"),
        _named("has_league", "是否建立团组织", _YES, "no"),
        _named("instructors", "党建指导员数", "count", "1"),
    )


_GRIDS = (
    _named("unit_id", "网格编码", "code", "330106001001001"),
    _named("name", "网格名称", example="示例社区第一网格"),
    _named("area", "所属社区", example="示例社区"),
    _named("households", "户数", "count", "420"),
    _named("population", "人口数", "count", "1050"),
    _named("grid_workers", "网格员数", "count", "1"),
)
_BUILDINGS = (
    _named("unit_id", "楼栋编码", "code", "330106001001001001"),
    _named("name", "楼栋", example="示例路 1 号楼"),
    Column("grid", "所属网格", "name or id of the grid", "所属网格的名称或编码", "text", "示例社区第一网格"),
    _named("households", "户数", "count", "48"),
    _named("population", "人口数", "count", "120"),
)
_POSTS = (
    Column("post", "职务", "the post, never its holder", "职务名称（不填任职人）", "text", "书记"),
    Column("unit", "所在组织", "name or id of the organisation", "组织名称或编码", "text", "示例社区党委"),
    Column("concurrent_post", "兼任职务", "the post held beside it", "同时兼任的职务", "text", "理事"),
    Column(
        "concurrent_unit",
        "兼任单位",
        "name or id of the other organisation",
        "兼任单位名称或编码",
        "text",
        "示例志愿者协会",
    ),
    Column("since", "任职时间", "date", "日期", "date", "2024-03-01"),
    Column("until", "离任时间", "date; empty where it goes on", "日期；在任的留空", "date"),
)
_SERVICES = (
    Column("provider", "服务单位", "name or id of the provider", "提供服务的单位名称或编码", "text", "示例志愿者协会"),
    Column("service", "服务项目", "what is done", "服务内容", "text", "为老服务"),
    Column(
        "receiver",
        "服务对象",
        "name or id of the organisation or area",
        "服务的组织或区域，不填个人",
        "text",
        "示例社区第一网格",
    ),
    Column("since", "开始时间", "date", "日期", "date", "2025-01-01"),
)
_EVENTS = (
    Column("date", "活动时间", "date", "日期", "date", "2025-06-30"),
    Column("event_type", "活动类型", "what took place", "活动或会议名称类型", "text", "联席会议"),
    Column(
        *("participants", "参加单位", "organisations, 、 between them; no persons", "单位名称，以“、”分隔，不填个人"),
        *("text", "示例社区党委、示例甲公司"),
    ),
)
SHEETS = (
    Sheet("units", "units", "单位", "one row a unit of any kind", "一行一个组织（任何类别）", _UNITS),
    Sheet("ties", "ties", "关系", "one row a tie", "一行一条关系", _TIES),
    Sheet("party", "party", "党组织", "one row a Party organisation", "一行一个党组织", _PARTY),
    Sheet(
        *("enterprise", "enterprises", "企业", "one row an enterprise", "一行一家企业"),
        _hosts("企业名称", "E001", "91110000600037341L", "示例甲公司"),
    ),
    Sheet(
        *("social_org", "social_orgs", "社会组织", "one row a social organisation", "一行一个社会组织"),
        _hosts("社会组织名称", "S001", "", "示例志愿者协会"),
    ),
    Sheet("grids", "grids", "网格", "one row a grid", "一行一个网格", _GRIDS),
    Sheet("buildings", "buildings", "楼栋", "one row a building", "一行一栋楼", _BUILDINGS),
    Sheet("posts", "posts", "岗位", "one row a post that is held beside another", "一行一对兼任的职务", _POSTS),
    Sheet("services", "services", "服务", "one row a service to one receiver", "一行一项服务", _SERVICES),
    Sheet("events", "events", "活动", "one row a meeting or activity", "一行一次会议或活动", _EVENTS),
)
