"""Registers: the tables that planners keep, how each is known, and what its headings mean.

A role is what a table is: a list of units in general, a register of Party organisations, of enterprises, of grids, a
list of posts, of services, of tasks, minutes of meetings, or ties. Name and headings of the table tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from orgnet._build.words import HOST_WORDS, PLACE_WORDS, TIE_WORDS, UNIT_WORDS
from orgnet._model.optional import TABLES
from orgnet._model.values import fold
from orgnet._model.vocabulary import TIE_FIELDS, UNIT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

AREAS = ("community", "subdistrict", "district")
LINKS = ("superior_id", "superior_name", "hosts", "party_org", "grid")  # fields that name other units, and become ties
MINUTES = ("participants", "organiser", "absent")  # fields that name units, where a row is an event


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
        "ties": Role(("ties", "edges", "关系"), TIE_WORDS, lists_units=False, fields=TIE_FIELDS),
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
            HOST_WORDS,
            kind="enterprise",
            signs=("企业名称", "企业编码", "企业代码", "enterprise_name", "enterprise_code", "enterprise_id"),
        ),
        "social_org": Role(
            ("社会组织", "social"),
            HOST_WORDS,
            kind="social_org",
            signs=(
                *("社会组织名称", "社会组织代码", "社会组织编码"),
                *("social_organisation_name", "social_organization_name"),
                *("social_organisation_code", "social_organization_code"),
            ),
        ),
        "grids": Role(
            ("网格", "grid"),
            PLACE_WORDS | {"unit_id": "网格编码 网格代码 grid_id grid_code", "name": "网格名称 grid_name 网格"},
            kind="grid",
            signs=("网格编码", "网格代码", "网格名称", "grid_id", "grid_code", "grid_name"),
            superior_layer="contains",
        ),
        "buildings": Role(
            ("楼栋", "楼宇", "building"),
            PLACE_WORDS
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
                "unit_id": "unit 所在组织 所在单位 组织名称 单位名称 单位 组织 organisation organization",
                "post": "职务 岗位 岗位名称 seat",
                "concurrent_post": "兼任职务 交叉任职情况",
                "concurrent_unit": "兼任单位 兼任组织 兼任组织名称",
                "function": "职能 网格职能",
                "filled": "是否在岗 在岗 在岗情况",
                "full_time": "是否专职 专职",
                "since": "任职时间 start 开始时间",
                "until": "离任时间 end 结束时间",
                "term_end": "届满时间 届满日期",
            },
            lists_units=False,
            fields=tuple(TABLES["posts"]),
        ),
        "services": Role(
            ("服务", "services"),
            {
                "provider": "服务单位 服务机构 提供单位 服务主体 service_provider",
                "service": "服务项目 服务内容 项目名称 service_item",
                "receiver": "服务对象 服务区域 覆盖区域 所属社区 服务社区 recipient service_recipient",
                "capacity": "可提供量 可服务量",
                "demand": "需求量",
                "funds": "经费 资金",
                "metres": "距离",
                "since": "开始时间 start",
                "until": "结束时间 end",
            },
            lists_units=False,
            fields=tuple(TABLES["services"]),
        ),
        "messages": Role(
            ("督办", "交办", "反馈", "信息流转", "messages", "tasks"),
            {
                "source": "发出单位 来源 发文单位 交办单位 下发单位 sender",
                "target": "接收单位 承办单位 责任单位 收文单位 recipient",
                "message_type": "类型 信息类型 任务类型 type",
                "topic": "事项 督办事项 交办事项 主题 任务名称 subject",
                "sent": "发出时间 下发日期 下发时间 交办时间 交办日期",
                "acknowledged": "签收时间 签收日期 确认时间",
                "acted": "首次办理时间 办理时间",
                "closed": "办结时间 办结日期 完成时间 反馈时间",
                "due_days": "时限 时限天数 办理时限 完成时限",
            },
            lists_units=False,
            fields=tuple(TABLES["messages"]),
        ),
        "items": Role(
            ("事项", "任务清单", "准入", "items"),
            {
                "unit_id": "unit 单位 承接单位 单位名称 单位编码 单位代码 社区",
                "item": "事项 工作事项 事项名称",
                "count": "数量 件数",
                "listed": "是否准入 是否在清单 是否在清单内",
                "issuer": "下派单位 下派部门 交办部门",
                "lead": "牵头单位 主责单位",
            },
            lists_units=False,
            fields=tuple(TABLES["items"]),
        ),
        "events": Role(
            ("活动", "会议", "纪要", "events", "minutes", "activities"),
            {
                "date": "活动时间 会议时间 日期 时间 活动日期 会议日期 activity_date meeting_date",
                "event_type": "活动类型 会议类型 活动名称 会议名称 type 类型 activity_type meeting_type",
                "participants": "参加单位 共建单位 参会单位 参与单位 参加组织 出席单位 "
                "participating_units participating_organisations participating_organizations",
                "organiser": "主办单位 主办 组织单位 召集单位 牵头单位 organizer",
                "absent": "缺席单位 未参加单位 请假单位",
                "attendances": "参加人次 参与人次 人次 参加人数 参会人数",
                "event_id": "活动编号 会议编号 活动编码 会议编码",
                "unit_id": "unit 单位 单位编码 单位代码 单位名称 组织名称",
                "role": "参加方式 参与方式 出席情况",
            },
            lists_units=False,
            fields=(*TABLES["events"], *MINUTES),
        ),
    }
)
_GENERAL = ("id", "code", "编码", "代码", "组织代码", "unit_id", "单位编码", "单位名称", "name", "名称", "组织名称")


@dataclass(frozen=True)
class _Signature:
    """Which fields make a table one of a role: `every` one of some, and of `some` others, if there are any, one.

    The name of the table will do for the others where `named`. A list of units is none of it, unless `beside`; where
    there are fields of its `own`, columns unit_id and name without any of these are a list of units too.
    """

    role: str
    every: frozenset[str]
    some: frozenset[str] = frozenset()
    named: bool = False
    beside: bool = False
    own: frozenset[str] = frozenset()


_ENDS = frozenset({"source", "target"})
_SEATS = frozenset({"concurrent_unit", "concurrent_post", "function", "filled", "full_time"})
_SIGNATURES = (  # the first that fits
    _Signature("messages", _ENDS, frozenset({"sent", "acknowledged", "acted", "closed", "due_days"}), beside=True,
               named=True),
    _Signature("ties", _ENDS, beside=True),
    _Signature("events", frozenset({"unit_id", "event_id"}), frozenset({"date", "event_type", "role"}), beside=True),
    _Signature("posts", frozenset({"unit_id", "post"}), own=_SEATS),
    _Signature("services", frozenset({"service", "provider"})),
    _Signature("events", frozenset({"participants"}), frozenset({"date", "event_type"}), named=True),
    _Signature("items", frozenset({"unit_id", "item"}), frozenset({"count", "listed", "issuer", "lead"}), named=True,
               own=frozenset({"listed", "issuer"})),
    _Signature("events", frozenset({"unit_id", "date", "role"})),
)  # fmt: skip


def _read(words: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, line in words.items() for word in line.split()}


ALIASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: (_read(UNIT_WORDS) if role.lists_units else {}) | _read(role.own) for name, role in ROLES.items()}
)
KNOWN = frozenset(word for words in ALIASES.values() for word in words) | {
    name for role in ROLES.values() for name in role.fields
}
FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: {**ALIASES[name], **{word: word for word in role.fields}, **_read(role.own)} for name, role in ROLES.items()}
)
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
# What in brackets makes another count of it.
_OTHER_COUNT = re.compile(
    r"[(\[【](?:其中|仅|不含|预备|正式|流动|流入|流出|外来|户籍|新增|减少|退休|离退休|空置|上年|去年|女|男"
    r"|公里|千米|km|亩|公顷|万平)"
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
        named = "name" in found["units"] and any("unit_id" in forms(word) for word in words)
        for signature in _SIGNATURES:
            like_units = register or (named and bool(signature.own) and not signature.own & found[signature.role])
            if _bears(signature, found, stem, register=like_units):
                return signature.role
    return _unit_role(words, stem) if listed or _signs(words) else ""


def _bears(signature: _Signature, found: Mapping[str, set[str | None]], stem: str, *, register: bool) -> bool:
    """Return whether a table with these fields, by role, is of the role of a signature."""
    here = found[signature.role]
    if not here >= signature.every or (register and not signature.beside):
        return False
    if signature.role == "messages" and "layer" in found["ties"]:
        return False
    named = signature.named and _named(stem, signature.role)
    return not signature.some or bool(here & signature.some) or named


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
