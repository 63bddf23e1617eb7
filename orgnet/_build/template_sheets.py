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
    "building": ("building it lies in", "所在楼栋"),
    "longitude": ("of its place, degrees", "所在地经度（度）"),
    "latitude": ("of its place, degrees", "所在地纬度（度）"),
    "union_members": ("members of the union, number", "工会会员人数"),
    "seats": ("seats on the joint body, number", "联席议事席位数"),
    "agenda_items": ("agenda items brought in the year, number", "本年提交议题数"),
    "proposals_made": ("proposals made in the year, number", "本年提案数"),
    "proposals_adopted": ("proposals of these adopted, number", "其中被采纳的提案数"),
    "posts_approved": ("posts approved, number", "核定岗位数"),
    "posts_filled": ("posts filled, number", "在岗人数"),
    "full_time_posts": ("full-time posts, number", "专职岗位数"),
    "floor_area": ("floor area, square metres", "建筑面积（平方米）"),
    "capacity": ("what it can provide, amount", "可提供的服务量"),
    "demand": ("what is needed, amount", "需要的服务量"),
    "certified": ("workers with a certificate, number", "持证人数"),
    "trained": ("workers trained in the year, number", "本年参训人数"),
    "training_hours": ("hours of training in the year, all workers", "本年培训学时合计"),
    "workers_joined": ("workers who joined in the year, number", "本年新进人数"),
    "workers_left": ("workers who left in the year, number", "本年离职人数"),
    "workers_stayed": ("workers of a year ago who are still there, number", "一年前在岗、现仍在岗的人数"),
    "promoted": ("workers promoted in the year, number", "本年晋升人数"),
    "pay_ratio": ("mean pay over the local mean", "平均薪酬与当地平均薪酬之比"),
    "mediation_bodies": ("mediation bodies, number", "调解组织数"),
    "disputes": ("disputes handled in the year, number", "本年受理纠纷数"),
    "disputes_settled": ("of these settled in time, number", "其中按期化解数"),
    "drills": ("drills in the year, number", "本年演练次数"),
    "grid_system": ("codes it has in other grid systems, 、 between them", "在其他网格体系中的编码，多个以“、”分隔"),
    "function_party": ("Party-building function: yes or no", "是否承担党建功能：是或否"),
    "function_governance": ("social governance function: yes or no", "是否承担社会治理功能：是或否"),
    "function_relief": ("social relief function: yes or no", "是否承担社会救助功能：是或否"),
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
    _named("has_union", "是否建立工会", _YES),
    _named("has_league", "是否建立团组织", _YES),
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
    _named("area", "区域", example="示例社区"),
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
        _named("building", "所在楼栋", example="示例路 1 号楼"),
        _named("union_members", "工会会员数", "count", "20"),
        _named("seats", "席位数", "count", "1"),
        _named("agenda_items", "议题数", "count", "2"),
        _named("proposals_made", "提案数", "count", "3"),
        _named("proposals_adopted", "采纳提案数", "count", "1"),
    )


_GRIDS = (
    _named("unit_id", "网格编码", "code", "330106001001001"),
    _named("name", "网格名称", example="示例社区第一网格"),
    _named("area", "所属社区", example="示例社区"),
    _named("households", "户数", "count", "420"),
    _named("population", "人口数", "count", "1050"),
    _named("grid_workers", "网格员数", "count", "1"),
    _named("full_time_posts", "专职岗位数", "count", "1"),
    _named("function_party", "党建功能", _YES, "yes"),
    _named("function_governance", "社会治理功能", _YES, "yes"),
    _named("function_relief", "社会救助功能", _YES, "no"),
    _named("grid_system", "兼属网格体系", example="ZF-0101"),
    _named("longitude", "经度", "amount", "120.15512"),
    _named("latitude", "纬度", "amount", "30.27415"),
)
_BUILDINGS = (
    _named("unit_id", "楼栋编码", "code", "330106001001001001"),
    _named("name", "楼栋", example="示例路 1 号楼"),
    Column("grid", "所属网格", "name or id of the grid", "所属网格的名称或编码", "text", "示例社区第一网格"),
    _named("households", "户数", "count", "48"),
    _named("population", "人口数", "count", "120"),
)
_BODIES = (
    _named("unit_id", "编码", "code", "330106001J01"),
    _named("name", "名称", example="示例社区居委会"),
    _named("kind", "类别", "kind", "residents_committee"),
    _named("area", "区域", example="示例社区"),
    _named("households", "户数", "count", "2100"),
    _named("population", "人口数", "count", "5200"),
    _named("posts_approved", "核定岗位数", "count", "12"),
    _named("posts_filled", "在岗人数", "count", "11"),
    _named("full_time_posts", "专职岗位数", "count", "10"),
    _named("floor_area", "建筑面积", "amount", "750"),
    _named("capacity", "可提供量", "amount", "60"),
    _named("demand", "需求量", "amount", "80"),
    _named("certified", "持证人数", "count", "6"),
    _named("trained", "本年参训人数", "count", "9"),
    _named("training_hours", "本年培训学时", "amount", "216"),
    _named("workers_joined", "本年新进人数", "count", "2"),
    _named("workers_left", "本年离职人数", "count", "1"),
    _named("workers_stayed", "满一年留任人数", "count", "9"),
    _named("promoted", "本年晋升人数", "count", "1"),
    _named("pay_ratio", "薪酬与当地平均之比", "amount", "0.9"),
    _named("mediation_bodies", "调解组织数", "count", "1"),
    _named("disputes", "受理纠纷数", "count", "24"),
    _named("disputes_settled", "按期化解纠纷数", "count", "21"),
    _named("drills", "本年演练次数", "count", "2"),
    _named("longitude", "经度", "amount", "120.15467"),
    _named("latitude", "纬度", "amount", "30.27388"),
)
_POSTS = (
    Column("post", "职务", "the post, never its holder", "职务名称（不填任职人）", "text", "书记"),
    Column("unit", "所在组织", "name or id of the organisation", "组织名称或编码", "text", "示例社区党委"),
    Column("concurrent_post", "兼任职务", "the post held beside it", "同时兼任的职务", "text", "理事"),
    Column(
        *("concurrent_unit", "兼任单位", "name or id of the other organisation", "兼任单位名称或编码"),
        *("text", "示例志愿者协会"),
    ),
    Column("function", "职能", "grid functions of the post, 、 between them", "岗位承担的网格职能，以“、”分隔", "text"),
    Column("filled", "是否在岗", "whether somebody holds it: yes or no", "岗位是否有人：是或否", _YES, "yes"),
    Column("full_time", "是否专职", "yes or no", "是或否", _YES, "yes"),
    Column("since", "任职时间", "date", "日期", "date", "2024-03-01"),
    Column("until", "离任时间", "date; empty where it goes on", "日期；在任的留空", "date"),
    Column("term_end", "届满时间", "date on which the term ends", "任期届满日期", "date", "2029-03-01"),
)
_SERVICES = (
    Column("provider", "服务单位", "name or id of the provider", "提供服务的单位名称或编码", "text", "示例志愿者协会"),
    Column("service", "服务项目", "what is done", "服务内容", "text", "为老服务"),
    Column(
        *("receiver", "服务对象", "name or id of the organisation or area", "服务的组织或区域，不填个人"),
        *("text", "示例社区第一网格"),
    ),
    Column("capacity", "可提供量", "amount that can be provided", "可提供的服务量", "amount", "40"),
    Column("demand", "需求量", "amount that is needed", "需要的服务量", "amount", "55"),
    Column("funds", "经费", "funds in the year, yuan", "本年经费（元）", "amount", "20000"),
    Column("metres", "距离", "metres from the receiver to the provider", "到服务点的距离（米）", "amount", "350"),
    Column("since", "开始时间", "date", "日期", "date", "2025-01-01"),
    Column("until", "结束时间", "date; empty where it goes on", "日期；仍持续的留空", "date"),
)
_EVENTS = (
    Column("date", "活动时间", "date", "日期", "date", "2025-06-30"),
    Column("event_type", "活动类型", "what took place", "活动或会议名称类型", "text", "联席会议"),
    Column("organiser", "主办单位", "organisation that held it", "主办的单位", "text", "示例社区党委"),
    Column(
        *("participants", "参加单位", "organisations, 、 between them; no persons", "单位名称，以“、”分隔，不填个人"),
        *("text", "示例社区党委、示例甲公司"),
    ),
    Column(
        *("absent", "缺席单位", "organisations that were asked and did not come", "受邀而未参加的单位"),
        *("text", "示例志愿者协会"),
    ),
    Column("attendances", "参加人次", "persons that came, number", "参加的人次数", "count", "18"),
)
_MESSAGES = (
    Column("source", "发出单位", "name or id of the sender", "发出单位名称或编码", "text", "示例社区党委"),
    Column("target", "接收单位", "name or id of the receiver", "接收单位名称或编码", "text", "示例联合党支部"),
    Column("message_type", "类型", "task, report, feedback, request", "任务、报告、反馈、求助等", "text", "任务"),
    Column("topic", "事项", "what it is about; no persons", "事项内容，不填个人", "text", "排查消防隐患"),
    Column("sent", "发出时间", "date", "日期", "date", "2025-05-06"),
    Column("acknowledged", "签收时间", "date; empty where it was not", "日期；未签收的留空", "date", "2025-05-07"),
    Column("acted", "首次办理时间", "date of the first action", "首次办理的日期", "date", "2025-05-09"),
    Column("closed", "办结时间", "date; empty while it is open", "日期；未办结的留空", "date", "2025-05-16"),
    Column("due_days", "时限天数", "days allowed", "办理时限（天）", "amount", "10"),
)
_ITEMS = (
    Column("unit", "单位", "name or id of who does it", "承接单位名称或编码", "text", "示例社区居委会"),
    Column("item", "事项", "item of work", "工作事项", "text", "人口信息采集"),
    Column("count", "数量", "how often in the year", "本年件数", "count", "12"),
    Column("listed", "是否准入", "on the approved list: yes or no", "是否在准入清单：是或否", _YES, "no"),
    Column("issuer", "下派单位", "who handed it down", "下派该事项的单位", "text", "示例街道办事处"),
    Column("lead", "牵头单位", "who is answerable for it; one", "主责单位，只填一个", "text", "示例街道办事处"),
)
SHEETS = (  # the first two are the folder of CSV tables too
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
    Sheet(
        *("units", "bodies", "社区机构", "one row a committee or service centre", "一行一个居委会、村委会或服务中心"),
        _BODIES,
    ),
    Sheet("grids", "grids", "网格", "one row a grid", "一行一个网格", _GRIDS),
    Sheet("buildings", "buildings", "楼栋", "one row a building", "一行一栋楼", _BUILDINGS),
    Sheet("posts", "posts", "岗位", "one row a post, vacant ones too", "一行一个岗位（空岗也填）", _POSTS),
    Sheet("services", "services", "服务", "one row a service to one receiver", "一行一项服务", _SERVICES),
    Sheet("events", "events", "活动", "one row a meeting or activity", "一行一次会议或活动", _EVENTS),
    Sheet("messages", "messages", "交办", "one row a task, report or question", "一行一件任务、报告或请示", _MESSAGES),
    Sheet("items", "items", "事项", "one row a unit and item of work", "一行一个单位的一项工作", _ITEMS),
)
