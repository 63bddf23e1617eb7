"""Registers: the tables that planners keep, how each is known, and what its headings mean.

A role is what a table is: a list of units in general, a register of Party organisations, of enterprises, of grids, a
list of posts, of services, minutes of meetings, or ties. Name and headings of the table tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from orgnet._model.values import fold
from orgnet._model.vocabulary import TIE_FIELDS, UNIT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

AREAS = ("community", "subdistrict", "district")
LINKS = ("superior_id", "superior_name", "hosts", "party_org", "grid")  # fields that name other units, and become ties

_UNIT_WORDS: dict[str, str] = {
    "unit_id": "id code node org_id unit post_ref 编码 代码 组织代码 党组织代码 党组织编号 dzzbh 机构id jgid "
    "单位编码 单位代码 组织编码 机构编码 机构代码 organisation_code organization_code organisation_id organization_id "
    "unit_code org_code",
    "name": "label 名称 组织名称 党组织名称 dzzmc 单位名称 企业名称 社会组织名称 机构名称 jgmc 党组织全称 全称 "
    "支部名称 organisation_name organization_name unit_name org_name organisation organization",
    "kind": "type 类型 类别 level_name org_type 党组织类别 党组织类型 dzzlxm 组织类别 组织类型 单位类型 单位类别 "
    "organisation_type organization_type unit_type",
    "superior_id": "superior parent parent_id parent_code reports_to 上级 上级编码 上级代码 上级组织 上级党组织 "
    "上级组织代码 上级党组织代码 上级组织编码 superior_code superior_organisation superior_organization "
    "superior_unit parent_organisation parent_organization parent_unit manager_id supervisor_id",
    "superior_name": "上级名称 上级组织名称 上级党组织名称 隶属上级党组织名称 隶属上级党组织 lssjdzzmc "
    "上级党委 上级单位 parent_name",
    "hosts": "覆盖单位 覆盖企业 联合单位 联建单位 依托单位 覆盖单位名称 host_units covered_units",
    "area": "区域 片区 辖区",
    "district": "区县",
    "subdistrict": "街道 乡镇 所属街道 所属乡镇 镇街",
    "community": "所属社区 社区 村居 所在社区 社区名称 neighbourhood neighborhood",
    "level": "层级 级别",
    "sector": "industry 行业 所属行业 行业门类",
    "members": "党员人数 党员数 党员总数 dzzdyrs party_members member_count number_of_members",
    "full_members": "正式党员数 正式党员人数 正式党员",
    "probationary": "预备党员数 预备党员人数",
    "staff": "headcount 从业人员数 职工人数 从业人员总数 员工数 从业人数 职工数 employees employee_count "
    "number_of_employees number_of_staff",
    "households": "户数 hs 总户数 number_of_households",
    "population": "人口数 常住人口 rs 人口 residents inhabitants",
    "has_party_org": "covered 是否覆盖 是否建立党组织 是否成立党组织 是否建党组织 has_party_organisation "
    "has_party_organization",
    "formation": "组建形式 党组织组建形式 建立形式",
    "fixed_premises": "固定场所 有固定场所 是否有固定场所",
    "status": "党组织状态 dzzzt 经营状态 年检结果 登记状态",
    "affiliation": "隶属关系",
    "host_situation": "党组织所在单位情况",
    "uscc": "统一社会信用代码 社会信用代码 信用代码 unified_social_credit_code credit_code",
    "old_code": "组织机构代码",
    "area_code": "区划代码 行政区划代码",
    "joint_units": "联合党支部覆盖单位数",
    "instructors": "选派党建工作指导员或联络员 党建指导员 党建指导员数",
    "no_party_reason": "未成立党组织原因 未建立党组织原因",
    "has_union": "是否建立工会",
    "has_league": "是否建立团组织",
    "founded": "成立时间 党组织成立时间 成立日期",
    "last_election": "换届日期 上次换届时间 换届时间",
    "term_end": "届满时间 届满日期",
    "grid_workers": "网格员数 专职网格员数",
    "capacity": "可提供量 资源清单",
    "demand": "需求量 需求清单",
    "funds": "经费",
}
_TIE_WORDS: dict[str, str] = {
    "source": "from superior 上级 起点 甲方 起点编码",
    "target": "to 下级 终点 乙方 终点编码",
    "layer": "层 关系层",
    "tie_type": "relation 关系 关系类型",
    "weight": "strength 权重 次数 强度",
    "since": "start 开始 开始时间 起始时间",
    "until": "end 结束 结束时间 终止时间",
    "latency_days": "latency 时延 时延天数",
    "reliability": "可靠度",
}
_HOST_WORDS = {
    "unit_id": "企业编码 企业代码 社会组织代码 社会组织编码 enterprise_code enterprise_id company_code company_id "
    "social_organisation_code social_organization_code",
    "name": "企业名称 社会组织名称 单位名称 机构名称 名称 name enterprise_name company_name firm_name "
    "social_organisation_name social_organization_name",
    "party_org": "党组织名称 所属党组织 所在党组织 党组织 党支部名称 所属党支部 覆盖党组织 dzzmc 支部名称 "
    "party_organisation party_organization party_branch party_organisation_name party_organization_name",
    "staff": "人数",
    "founded": "注册时间 登记时间",
    "": "上级党组织 上级党组织名称 隶属上级党组织 隶属上级党组织名称 lssjdzzmc 上级党委 上级单位",  # not its own
}
_PLACE_WORDS = {"population": "人数"}


@dataclass(frozen=True)
class Role:
    """What one table is: its words in the name of a file or sheet, its own headings, and the kind of its units."""

    words: tuple[str, ...]
    own: Mapping[str, str] = field(default_factory=dict)  # field: headings, before those of units in general
    kind: str = ""  # of its units, where the table does not say
    signs: tuple[str, ...] = ()  # headings that only such a table has
    lists_units: bool = True
    fields: tuple[str, ...] = (*UNIT_FIELDS, *AREAS, *LINKS)
    superior_layer: str = ""  # where it is not the one asked for


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "units": Role(("units", "nodes", "单位", "组织", "节点")),
        "ties": Role(("ties", "edges", "关系"), _TIE_WORDS, lists_units=False, fields=TIE_FIELDS),
        "party": Role(
            ("党组织", "党支部", "party"),
            {
                "unit_id": "party_organisation_code party_organization_code",
                "name": "party_organisation_name party_organization_name party_organisation party_organization "
                "party_branch",
                "hosts": "所在单位 所在单位名称 共建单位 host_unit enterprise enterprises",
            },
            kind="party_unit",
            signs=(
                *("党组织代码", "党组织编号", "党组织名称", "党组织类别", "党组织类型", "dzzbh", "dzzmc"),
                *("party_organisation_code", "party_organization_code"),
                *("party_organisation_name", "party_organization_name"),
            ),
        ),
        "enterprise": Role(
            ("企业", "enterprise", "firms", "两新"),
            _HOST_WORDS,
            kind="enterprise",
            signs=("企业名称", "企业编码", "企业代码", "enterprise_name", "enterprise_code", "enterprise_id"),
        ),
        "social_org": Role(
            ("社会组织", "social"),
            _HOST_WORDS,
            kind="social_org",
            signs=(
                *("社会组织名称", "社会组织代码", "社会组织编码"),
                *("social_organisation_name", "social_organization_name"),
                *("social_organisation_code", "social_organization_code"),
            ),
        ),
        "grids": Role(
            ("网格", "grid"),
            _PLACE_WORDS | {"unit_id": "网格编码 网格代码 grid_id grid_code", "name": "网格名称 grid_name 网格"},
            kind="grid",
            signs=("网格编码", "网格代码", "网格名称", "grid_id", "grid_code", "grid_name"),
            superior_layer="contains",
        ),
        "buildings": Role(
            ("楼栋", "楼宇", "building"),
            _PLACE_WORDS
            | {
                "unit_id": "楼栋编码 楼栋代码 building_id building_code",
                "name": "楼栋 楼号 幢 楼栋名称 building building_name",
                "grid": "所属网格 网格 网格编码 网格名称 grid_id grid_code grid_name grid",
            },
            kind="building",
            signs=("楼栋", "楼号", "幢", "楼栋编码", "楼栋名称", "building_id"),
            superior_layer="contains",
        ),
        "posts": Role(
            ("岗位", "职务", "任职", "posts"),
            {
                "unit": "所在组织 所在单位 组织名称 单位名称 单位 组织 organisation organization",
                "post": "职务 岗位 seat",
                "concurrent_post": "兼任职务 交叉任职情况",
                "concurrent_unit": "兼任单位 兼任组织 兼任组织名称",
                "since": "任职时间 start 开始时间",
                "until": "离任时间 end 结束时间",
            },
            lists_units=False,
            fields=("unit", "post", "concurrent_post", "concurrent_unit", "since", "until"),
        ),
        "services": Role(
            ("服务", "services"),
            {
                "provider": "服务单位 服务机构 提供单位 服务主体 service_provider",
                "service": "服务项目 项目名称 service_item",
                "receiver": "服务对象 服务区域 覆盖区域 所属社区 服务社区 recipient service_recipient",
                "since": "开始时间 start",
                "until": "结束时间 end",
            },
            lists_units=False,
            fields=("provider", "service", "receiver", "since", "until"),
        ),
        "events": Role(
            ("活动", "会议", "纪要", "events", "minutes", "activities"),
            {
                "date": "活动时间 会议时间 日期 时间 活动日期 会议日期 activity_date meeting_date",
                "event_type": "活动类型 会议类型 type 类型 activity_type meeting_type",
                "participants": "参加单位 共建单位 参会单位 参与单位 参加组织 出席单位 "
                "participating_units participating_organisations participating_organizations",
                "organiser": "主办单位 组织单位 召集单位 牵头单位 organizer",
            },
            lists_units=False,
            fields=("date", "event_type", "participants", "organiser"),
        ),
    }
)
_GENERAL = ("id", "code", "编码", "代码", "组织代码", "unit_id", "单位编码", "单位名称", "name", "名称", "组织名称")
_MUST = {  # which fields make a table one of these; the first of a pair alone is too little
    "ties": ("source", "target"),
    "posts": ("post", "unit"),
    "services": ("service", "provider"),
    "events": ("participants",),
}


def _read(words: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, line in words.items() for word in line.split()}


ALIASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: (_read(_UNIT_WORDS) if role.lists_units else {}) | _read(role.own) for name, role in ROLES.items()}
)
KNOWN = frozenset(word for words in ALIASES.values() for word in words) | {
    name for role in ROLES.values() for name in role.fields
}
FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: {**ALIASES[name], **{word: word for word in role.fields}} for name, role in ROLES.items()}
)
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
# What in brackets makes another count of it.
_OTHER_COUNT = re.compile(
    r"[(\[【](?:其中|仅|不含|预备|正式|流动|流入|流出|外来|户籍|新增|减少|退休|离退休|空置|上年|去年|女|男)"
)
# Words that do not say of what they are the code or the name.
_ALONE = frozenset(["id", "code", "number", "name", "type", "编码", "代码", "编号", "名称", "全称", "类型", "类别"])


def field_of(heading: str, role: str) -> str | None:
    """Return the field that a heading means in a table of this role, None where it means none.

    A unit in brackets, a star, spaces, and the same in a second language may stand beside it.

    Examples
    --------
    >>> field_of("党组织名称", "party"), field_of("党组织名称", "enterprise"), field_of("颜色", "units")
    ('name', 'party_org', None)
    >>> field_of("*正式党员数 （名）", "party"), field_of("Unit-ID", "units"), field_of("组织代码 Code", "units")
    ('full_members', 'unit_id', 'unit_id')
    """
    return meaning(heading, FIELDS[role])


def meaning(heading: str, fields: Mapping[str, str]) -> str | None:
    """Return the field of a heading, given the fields of known words; "" among them is no field of this table."""
    words = tuple(forms(heading))
    for word in words:
        if word in fields:
            return fields[word] or None
    return _of_two_languages(words[-1], fields)


def forms(heading: str) -> Iterator[str]:
    """Give a heading as it stands, without spaces and stars, and without what stands in brackets.

    Examples
    --------
    >>> list(forms("*从业人员数（人）")), list(forms("Unit ID"))
    (['*从业人员数(人)', '从业人员数(人)', '从业人员数'], ['unit id', 'unit_id', 'unit_id'])
    """
    word = fold(heading).lower()
    yield word
    yield _plain(word)
    if not _OTHER_COUNT.search(word):
        yield _plain(_BRACKETS.sub("", word))


def _plain(word: str) -> str:
    """Return a heading without stars and spaces; between Latin words they, and hyphens, are underscores."""
    if word.isascii():
        return "_".join(re.findall(r"[^\s*_-]+", word))
    return re.sub(r"[\s*★☆]+", "", word)


def _of_two_languages(word: str, fields: Mapping[str, str]) -> str | None:
    """Return what a heading in Chinese and Latin letters means: the part that says more than 编码 or name decides."""
    latin = "_".join(re.findall("[a-z]+", word))
    chinese = "".join(re.findall("[\u4e00-\u9fff]+", word))
    if not latin or not chinese or re.search("[0-9]", word):
        return None
    found = {part: fields[part] for part in (chinese, latin) if fields.get(part)}
    if special := [field for part, field in found.items() if part not in _ALONE]:
        return special[0]
    return found[chinese] if len(found) > 1 and len(set(found.values())) == 1 else None


def role_of(headings: Iterable[str], name: str = "") -> str:
    """Return the role of a table, from its headings and then its name; empty where it is no table of this library.

    Examples
    --------
    >>> role_of(["企业名称", "人数"]), role_of(["日期", "参加单位"]), role_of(["编码", "户数"], "网格")
    ('enterprise', 'events', 'grids')
    """
    words = {fold(heading).lower() for heading in headings}
    stem = fold(name).lower()
    if stem in ROLES["ties"].words:
        return "ties"
    found = {role: {field_of(word, role) for word in words} - {None} for role in ROLES}
    listed = bool(found["units"] & {"unit_id", "name", "uscc"})
    if stem not in ROLES["units"].words:
        register = listed and bool(_signs(words) or {"unit_id", "kind"} <= found["units"])
        dated = bool(found["events"] & {"date", "event_type"}) or _named(stem, "events")
        for role in [role for role, must in _MUST.items() if found[role].issuperset(must)]:
            if role == "ties" or (not register and (role != "events" or dated)):
                return role
    return _unit_role(words, stem) if listed or _signs(words) else ""


def _named(stem: str, role: str) -> bool:
    return any(word in stem for word in ROLES[role].words)


def _signs(words: set[str]) -> list[str]:
    said = {form for word in words for form in forms(word)}
    return [role for role in ROLES if said & set(ROLES[role].signs)]


def _unit_role(words: set[str], stem: str) -> str:
    """Return which list of units it is: by its own headings where they name its rows, else by its name."""
    signed = _signs(words)
    for role in ("enterprise", "social_org"):
        if role in signed:
            return role
    general = words & set(_GENERAL)
    for role in ("buildings", "grids", "party"):
        if role in signed and (role == "party" or not general):
            return role
    named = [role for role in ROLES if ROLES[role].kind and _named(stem, role)]
    return named[0] if len(named) == 1 and stem not in ROLES["units"].words else "units"
