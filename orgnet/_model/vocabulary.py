"""The words of the field: layers of ties, kinds of unit, fields of the two tables, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from orgnet.errors import LayerError, OptionError, near

if TYPE_CHECKING:
    from collections.abc import Sequence

Lang = Literal["en", "zh"]
Direction = Literal["both", "down", "up"]


@dataclass(frozen=True)
class Layer:
    """One layer of ties: `directed` from source to target or not, and the group it belongs to."""

    name: str
    directed: bool
    group: str
    en: str
    zh: str


@dataclass(frozen=True)
class Kind:
    """One kind of unit; `party` marks the kinds of Party organisation."""

    name: str
    en: str
    zh: str
    party: bool = False


LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("command", directed=True, group="vertical", en="command", zh="领导"),
        Layer("report", directed=True, group="reporting", en="report", zh="报告"),
        Layer("contains", directed=True, group="territory", en="contains", zh="包含"),
        Layer("collab", directed=False, group="horizontal", en="collaboration", zh="协作"),
        Layer("interlock", directed=False, group="horizontal", en="interlocking seats", zh="交叉任职"),
        Layer("covers", directed=True, group="horizontal", en="covers", zh="覆盖"),
        Layer("guides", directed=True, group="horizontal", en="guides", zh="指导"),
        Layer("serves", directed=True, group="horizontal", en="serves", zh="服务"),
        Layer("supports", directed=True, group="horizontal", en="supports", zh="支持"),
    )
}


def _group(name: str) -> tuple[str, ...]:
    return tuple(layer.name for layer in LAYERS.values() if layer.group == name)


GROUPS: dict[str, tuple[str, ...]] = {
    "vertical": _group("vertical"),
    "reporting": _group("reporting"),
    "territory": _group("territory"),
    "horizontal": _group("horizontal"),
    "all": _group("vertical") + _group("reporting") + _group("horizontal"),
}

# What files call a layer. "vertical" and "horizontal" in a file mean one layer, in `layers=` a group.
LAYER_WORDS: dict[str, str] = {
    **{name: name for name in LAYERS},
    **{layer.zh: name for name, layer in LAYERS.items()},
    "vertical": "command",
    "纵向": "command",
    "隶属": "command",
    "指挥": "command",
    "horizontal": "collab",
    "横向": "collab",
    "共建": "collab",
    "合作": "collab",
    "collaboration": "collab",
}

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("party_committee", "Party committee", "党委", party=True),
        Kind("party_general_branch", "general Party branch", "党总支", party=True),
        Kind("party_branch", "Party branch", "党支部", party=True),
        Kind("party_cell", "Party cell", "党小组", party=True),
        Kind("party_unit", "Party organisation (type not stated)", "党组织", party=True),
        Kind("residents_committee", "residents' committee", "居委会"),
        Kind("villagers_committee", "villagers' committee", "村委会"),
        Kind("self_mgmt_org", "self-management organisation", "自治组织"),
        Kind("service_centre", "service centre", "党群服务中心"),
        Kind("enterprise", "enterprise", "企业"),
        Kind("social_org", "social organisation", "社会组织"),
        Kind("professional_org", "professional body", "专业机构"),
        Kind("service_group", "service group", "服务队"),
        Kind("charity", "charity", "慈善组织"),
        Kind("government_unit", "government unit", "政府部门"),
        Kind("grid", "grid", "网格"),
        Kind("building", "building", "楼栋"),
        Kind("post", "post", "岗位"),
    )
}
PARTY_KINDS = frozenset(name for name, kind in KINDS.items() if kind.party)
TERRITORY_KINDS = frozenset({"grid", "building"})

KIND_WORDS: dict[str, str] = {
    **{name: name for name in KINDS},
    **{kind.zh: name for name, kind in KINDS.items()},
    "党工委": "party_committee",
    "社区党委": "party_committee",
    "街道党工委": "party_committee",
    "村党委": "party_committee",
    "社区党总支": "party_general_branch",
    "党总支部": "party_general_branch",
    "网格党支部": "party_branch",
    "联合党支部": "party_branch",
    "功能型党支部": "party_branch",
    "楼栋党小组": "party_cell",
    "居民委员会": "residents_committee",
    "社区居委会": "residents_committee",
    "村民委员会": "villagers_committee",
    "业委会": "self_mgmt_org",
    "自管组织": "self_mgmt_org",
    "服务中心": "service_centre",
    "公司": "enterprise",
    "两新企业": "enterprise",
    "民办非企业单位": "social_org",
    "社会团体": "social_org",
    "社工机构": "professional_org",
    "基金会": "charity",
    "service_center": "service_centre",
    "company": "enterprise",
}

FORMATIONS: dict[str, str] = {
    "sole": "单独组建",
    "joint": "联合组建",
    "functional": "功能型",
    "temporary": "临时",
}
FORMATION_WORDS: dict[str, str] = {
    **{name: name for name in FORMATIONS},
    **{zh: name for name, zh in FORMATIONS.items()},
    **dict.fromkeys(("单独", "单独建立", "单独成立", "单独组建党支部", "单建"), "sole"),
    **dict.fromkeys(("独立", "独立组建", "独立建立"), "sole"),
    **dict.fromkeys(("联合", "联合建立", "联合成立", "联合组建党支部", "联建"), "joint"),
    **dict.fromkeys(("区域联建", "行业联建", "行业组建", "挂靠"), "joint"),
    "功能型党支部": "functional",
    "临时党支部": "temporary",
}

LEVELS: dict[str, str] = {
    "nation": "全国",
    "province": "省",
    "city": "市",
    "district": "区县",
    "subdistrict": "街道",
    "community": "社区",
    "grid": "网格",
    "building": "楼栋",
}
LEVEL_WORDS: dict[str, str] = {
    **{name: name for name in LEVELS},
    **{zh: name for name, zh in LEVELS.items()},
    "国家": "nation",
    "区": "district",
    "县": "district",
    "乡镇": "subdistrict",
    "镇": "subdistrict",
    "乡": "subdistrict",
    "town": "subdistrict",
    "township": "subdistrict",
    "county": "district",
    "村": "community",
    "village": "community",
    "楼": "building",
}
LEVEL_RANK: dict[str, int] = {name: rank for rank, name in enumerate(LEVELS)}

# Fields with a type. Everything else a table holds is kept as text or as the frame had it.
COUNT_FIELDS: tuple[str, ...] = (
    "members",
    "full_members",
    "probationary",
    "staff",
    "households",
    "population",
    "capacity",
    "demand",
    "instructors",
    "posts_approved",
    "posts_filled",
    "grid_workers",
    "joint_units",
    "funds",
    "floor_area",
    "union_members",
    "workers_joined",
    "workers_left",
    "workers_stayed",
    "certified",
    "trained",
    "training_hours",
    "promoted",
    "pay_ratio",
    "full_time_posts",
    "mediation_bodies",
    "disputes",
    "disputes_settled",
    "drills",
    "seats",
    "agenda_items",
    "proposals_made",
    "proposals_adopted",
)
# Amounts have no upper limit; counts of persons, posts and households have one: a number beyond it is something else.
AMOUNT_FIELDS = frozenset({"funds", "capacity", "demand", "floor_area", "training_hours", "pay_ratio"})
MOST_PERSONS = 1e10
# Counts that a register may hold a name for instead of a number.
OF_PERSONS = frozenset(
    {
        *("members", "full_members", "probationary", "instructors", "grid_workers", "posts_filled", "union_members"),
        *("workers_joined", "workers_left", "workers_stayed", "certified", "trained", "promoted"),
    }
)
FLAG_FIELDS: tuple[str, ...] = (
    "has_party_org",
    "fixed_premises",
    "has_union",
    "has_league",
    "function_party",
    "function_governance",
    "function_relief",
)
# Places on the earth, in degrees: of facilities, and of the centres of areas; never of a household.
DEGREE_FIELDS: tuple[str, ...] = ("longitude", "latitude")
DATE_FIELDS: tuple[str, ...] = ("founded", "last_election", "term_end")
TEXT_FIELDS: tuple[str, ...] = (
    "area",
    "level",
    "sector",
    "formation",
    "status",
    "affiliation",
    "uscc",
    "old_code",
    "area_code",
    "host_situation",
    "no_party_reason",
    "building",
    "grid_system",
)
UNIT_FIELDS: tuple[str, ...] = (
    "unit_id",
    "name",
    "kind",
    "superior_id",
    *TEXT_FIELDS,
    "level_rank",
    *DEGREE_FIELDS,
    *COUNT_FIELDS,
    *FLAG_FIELDS,
    *DATE_FIELDS,
)
TIE_FIELDS: tuple[str, ...] = (
    "source",
    "target",
    "layer",
    "tie_type",
    "weight",
    "since",
    "until",
    "latency_days",
    "reliability",
)

# Fields that cannot hold a personal number once they are read, or whose own check looks for one.
SAFE_FIELDS = frozenset({*UNIT_FIELDS, *TIE_FIELDS} - {"name", "kind", "layer", "tie_type", *TEXT_FIELDS})

_FIELD_LABELS: dict[str, tuple[str, str]] = {
    "unit_id": ("id", "编码"),
    "name": ("name", "名称"),
    "kind": ("kind", "类别"),
    "superior_id": ("superior", "上级"),
    "area": ("area", "区域"),
    "level": ("level", "层级"),
    "level_rank": ("level rank", "层级序号"),
    "sector": ("sector", "行业"),
    "members": ("members", "党员人数"),
    "full_members": ("full members", "正式党员数"),
    "staff": ("staff", "从业人员数"),
    "households": ("households", "户数"),
    "population": ("population", "人口数"),
    "has_party_org": ("has a Party organisation", "是否建立党组织"),
    "formation": ("formation", "组建形式"),
    "fixed_premises": ("fixed premises", "有固定场所"),
    "status": ("status", "经营状态"),
    "founded": ("founded", "成立时间"),
    "last_election": ("last election", "换届日期"),
    "uscc": ("Unified Social Credit Code", "统一社会信用代码"),
    "area_code": ("division code", "区划代码"),
    "term_end": ("end of term", "届满时间"),
    "superior_name": ("name of the superior", "上级名称"),
    "hosts": ("units covered", "覆盖单位"),
    "party_org": ("Party organisation", "所属党组织"),
    "grid": ("grid it lies in", "所属网格"),
    "unit": ("organisation", "所在组织"),
    "concurrent_unit": ("other organisation", "兼任单位"),
    "concurrent_post": ("other post", "兼任职务"),
    "participants": ("participants", "参加单位"),
    "organiser": ("organiser", "主办单位"),
    "provider": ("provider", "服务单位"),
    "receiver": ("receiver", "服务对象"),
    "date": ("date", "日期"),
    "event_id": ("event", "活动编号"),
    "event_type": ("type of event", "活动类型"),
    "role": ("part in the event", "参加方式"),
    "absent": ("units that did not come", "缺席单位"),
    "attendances": ("attendances", "参加人次"),
    "function": ("function", "职能"),
    "filled": ("filled", "是否在岗"),
    "full_time": ("full-time", "是否专职"),
    "service": ("service", "服务项目"),
    "metres": ("metres", "距离（米）"),
    "message_type": ("type of message", "信息类型"),
    "topic": ("topic", "事项"),
    "sent": ("sent", "发出时间"),
    "acknowledged": ("acknowledged", "签收时间"),
    "acted": ("acted upon", "首次办理时间"),
    "closed": ("closed", "办结时间"),
    "due_days": ("days allowed", "时限（天）"),
    "item": ("item of work", "工作事项"),
    "count": ("count", "数量"),
    "listed": ("on the approved list", "是否准入"),
    "issuer": ("issuer", "下派单位"),
    "lead": ("lead unit", "牵头单位"),
    "instructors": ("instructors", "党建指导员"),
    "has_union": ("has a union", "是否建立工会"),
    "has_league": ("has a Youth League", "是否建立团组织"),
    "capacity": ("capacity", "可提供量"),
    "demand": ("demand", "需求量"),
    "funds": ("funds", "经费"),
    "posts_approved": ("posts approved", "核定岗位数"),
    "posts_filled": ("posts filled", "在岗人数"),
    "grid_workers": ("grid workers", "网格员数"),
    "full_time_posts": ("full-time posts", "专职岗位数"),
    "joint_units": ("hosts of the joint branch", "联合党支部覆盖单位数"),
    "floor_area": ("floor area, m²", "建筑面积（平方米）"),
    "union_members": ("union members", "工会会员数"),
    "workers_joined": ("workers who joined in the year", "本年新进人数"),
    "workers_left": ("workers who left in the year", "本年离职人数"),
    "workers_stayed": ("workers of a year ago still there", "满一年留任人数"),
    "certified": ("certified workers", "持证人数"),
    "trained": ("workers trained in the year", "本年参训人数"),
    "training_hours": ("hours of training in the year", "本年培训学时"),
    "promoted": ("workers promoted in the year", "本年晋升人数"),
    "pay_ratio": ("pay over the local mean", "薪酬与当地平均之比"),
    "mediation_bodies": ("mediation bodies", "调解组织数"),
    "disputes": ("disputes handled", "受理纠纷数"),
    "disputes_settled": ("disputes settled in time", "按期化解纠纷数"),
    "drills": ("drills in the year", "本年演练次数"),
    "seats": ("seats on the joint body", "联席议事席位数"),
    "agenda_items": ("agenda items brought", "提交议题数"),
    "proposals_made": ("proposals made", "提案数"),
    "proposals_adopted": ("proposals adopted", "采纳提案数"),
    "function_party": ("Party-building function", "党建功能"),
    "function_governance": ("social governance function", "社会治理功能"),
    "function_relief": ("social relief function", "社会救助功能"),
    "building": ("building", "楼栋"),
    "grid_system": ("other grid systems it serves", "兼属网格体系"),
    "longitude": ("longitude, degrees", "经度"),
    "latitude": ("latitude, degrees", "纬度"),
    "source": ("from", "起点"),
    "target": ("to", "终点"),
    "layer": ("layer", "关系层"),
    "tie_type": ("type of tie", "关系类型"),
    "weight": ("weight", "强度"),
    "since": ("since", "开始"),
    "until": ("until", "结束"),
    "latency_days": ("latency, days", "时延（天）"),
    "reliability": ("reliability", "可靠度"),
}


def label(word: str, lang: Lang = "en") -> str:
    """Return the label of a kind, layer, formation, level or field; a word that is not known stays as it is.

    Examples
    --------
    >>> label("party_branch"), label("party_branch", "zh"), label("spaceship", "zh")
    ('Party branch', '党支部', 'spaceship')
    """
    if word in KINDS:
        return KINDS[word].zh if lang == "zh" else KINDS[word].en
    if word in LAYERS:
        return LAYERS[word].zh if lang == "zh" else LAYERS[word].en
    if word in _FIELD_LABELS:
        return _FIELD_LABELS[word][lang == "zh"]
    if lang == "zh":
        return FORMATIONS.get(word) or LEVELS.get(word) or word
    return word


def resolve_layers(layers: str | Sequence[str]) -> tuple[str, ...]:
    """Turn a layer, a group, or a list of them into layer names, in the order of the vocabulary.

    Examples
    --------
    >>> resolve_layers("vertical"), resolve_layers(["collab", "command"])
    (('command',), ('command', 'collab'))
    """
    words = [layers] if isinstance(layers, str) else list(layers)
    chosen: set[str] = set()
    for word in words:
        if word in GROUPS:
            chosen.update(GROUPS[word])
        elif word in LAYERS:
            chosen.add(word)
        else:
            known = [*LAYERS, *GROUPS]
            hint = near(str(word), known)
            msg = f"no layer or group {word!r}; layers are {list(LAYERS)}, groups {list(GROUPS)}.{hint}"
            raise LayerError(msg)
    return tuple(name for name in LAYERS if name in chosen)


def check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    """Raise `OptionError` unless `value` is one of `allowed`."""
    if value not in allowed:
        msg = f"{name}={value!r} is not allowed; choose one of {list(allowed)}.{near(str(value), allowed)}"
        raise OptionError(msg)
