"""Headings: which column holds which field, in Chinese, English and the initials that exports use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from orgnet._model.personal import like_personal, without_persons
from orgnet._model.values import fold
from orgnet._model.vocabulary import SAFE_FIELDS, TIE_FIELDS, UNIT_FIELDS
from orgnet.errors import OptionError, near

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from orgnet._model.values import Place

Table = Literal["units", "ties"]

_UNIT_WORDS: dict[str, str] = {
    "unit_id": "id code node org_id unit post_ref 编码 代码 组织代码 党组织代码 党组织编号 dzzbh 机构id jgid 单位编码",
    "name": "label 名称 组织名称 党组织名称 dzzmc 单位名称 企业名称 社会组织名称 机构名称 jgmc",
    "kind": "type 类型 类别 level_name org_type 党组织类别 党组织类型 dzzlxm 组织类别 组织类型 单位类型",
    "superior_id": "superior parent parent_id parent_code reports_to 上级 上级编码 上级代码 上级组织 上级党组织 "
    "上级组织代码 上级党组织代码",
    "area": "区域 片区 辖区",
    "district": "区县",
    "subdistrict": "街道 乡镇 所属街道",
    "community": "所属社区 社区 村居",
    "level": "层级 级别",
    "sector": "industry 行业 所属行业 行业门类",
    "members": "党员人数 党员数 党员总数 dzzdyrs",
    "full_members": "正式党员数 正式党员人数",
    "probationary": "预备党员数",
    "staff": "headcount 从业人员数 职工人数 从业人员总数 员工数",
    "households": "户数 hs 总户数",
    "population": "人口数 常住人口 rs",
    "has_party_org": "covered 是否覆盖 是否建立党组织 是否成立党组织",
    "formation": "组建形式 党组织组建形式",
    "fixed_premises": "固定场所 有固定场所 是否有固定场所",
    "status": "党组织状态 dzzzt 经营状态 年检结果",
    "affiliation": "隶属关系",
    "uscc": "统一社会信用代码 社会信用代码",
    "area_code": "区划代码 行政区划代码",
    "joint_units": "联合党支部覆盖单位数",
    "instructors": "选派党建工作指导员或联络员 党建指导员 党建指导员数",
    "has_union": "是否建立工会",
    "has_league": "是否建立团组织",
    "founded": "成立时间 党组织成立时间 成立日期",
    "last_election": "换届日期 上次换届时间",
    "term_end": "届满时间",
    "grid_workers": "网格员数 专职网格员数",
    "capacity": "可提供量",
    "demand": "需求量",
    "funds": "经费",
}
_TIE_WORDS: dict[str, str] = {
    "source": "from superior 上级 起点 甲方",
    "target": "to 下级 终点 乙方",
    "layer": "层 关系层",
    "tie_type": "relation 关系 关系类型",
    "weight": "strength 权重 次数 强度",
    "since": "start 开始 开始时间 起始时间",
    "until": "end 结束 结束时间 终止时间",
    "latency_days": "latency 时延 时延天数",
    "reliability": "可靠度",
}
_AREAS = ("community", "subdistrict", "district")
_HEADCOUNT = "人数"
_ENTERPRISE_SIGNS = {"企业名称", "社会组织名称", "统一社会信用代码", "社会信用代码", "经营状态"}
_AREA_SIGNS = {"户数", "总户数", "hs", "households"}

ALIASES: dict[Table, dict[str, str]] = {
    "units": {word: field for field, line in _UNIT_WORDS.items() for word in line.split()},
    "ties": {word: field for field, line in _TIE_WORDS.items() for word in line.split()},
}
FIELDS: dict[Table, tuple[str, ...]] = {"units": (*UNIT_FIELDS, *_AREAS), "ties": TIE_FIELDS}


def canonical(
    frame: pd.DataFrame,
    table: Table,
    place: Place,
    *,
    columns: Mapping[str, str] | None = None,
    drop: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return the table under canonical column names, without the columns that hold persons or are to be dropped.

    Every heading that was read as something else is a note; two headings for one field, and a heading that may mean
    two things, are warnings.
    """
    headings = [str(name) for name in frame.columns]
    names = _distinct(headings)
    meaning = dict(zip(names, map(fold, headings), strict=True))
    frame = _without_personal_headings(frame.set_axis(names, axis=1), place)
    frame = _without_dropped(frame, drop or (), place)
    given = _checked_mapping(columns or {}, frame, table)
    fields: dict[str, str] = {}
    for name in frame.columns:
        field = given.get(name) or _field(meaning[name], table, frame, place)
        if field:
            fields[name] = field
    _log_repeated(frame, meaning, fields, place)
    frame = without_persons(frame, place, fields=fields, safe=SAFE_FIELDS)
    fields = {name: field for name, field in fields.items() if name in frame}
    frame = frame.rename(columns=_one_each(fields, given, place))
    frame = frame.set_axis(_distinct([*frame.columns]), axis=1)
    return _with_area(frame, place) if table == "units" else frame


def _distinct(names: list[str]) -> list[str]:
    """Return names with a number behind those that repeat, and a name for empty ones."""
    taken, used = set(names), dict[str, None]()
    for number, name in enumerate(names, start=1):
        base = unique = name.strip() or f"column {number}"
        again = 1
        while unique in used or (unique != name and unique in taken):
            again += 1
            unique = f"{base} ({again})"
        used[unique] = None
    return list(used)


def _log_repeated(frame: pd.DataFrame, meaning: Mapping[str, str], fields: Mapping[str, str], place: Place) -> None:
    """Log headings that stand there twice and mean no field; for fields `_one_each` says it."""
    same: dict[str, list[str]] = {}
    for name in frame.columns:
        if meaning[name] and name not in fields:
            same.setdefault(meaning[name], []).append(name)
    for heading, names in same.items():
        if len(names) > 1:
            place.log.add("column.duplicate", place.source, column=heading, value=", ".join(names))


def _without_personal_headings(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the table without the columns whose very heading is a personal number, as in a file without headings."""
    personal = like_personal(pd.Series(frame.columns, dtype="str"))
    for number, name in enumerate(list(frame.columns)):
        if personal[number]:
            count = int(frame[name].notna().sum())
            place.log.add("column.personal", place.source, column=f"column {number + 1}", count=count)
            frame = frame.drop(columns=name)
    return frame


def _without_dropped(frame: pd.DataFrame, drop: Collection[str], place: Place) -> pd.DataFrame:
    asked = {drop} if isinstance(drop, str) else set(drop)
    gone = [name for name in frame.columns if name in asked]
    for name in gone:
        place.log.add("column.dropped", place.source, column=name)
    return frame.drop(columns=gone)


def _checked_mapping(columns: Mapping[str, str], frame: pd.DataFrame, table: Table) -> dict[str, str]:
    other: Table = "ties" if table == "units" else "units"
    for heading, field in columns.items():
        if field not in FIELDS[table] and field not in FIELDS[other]:
            known = sorted({*FIELDS["units"], *FIELDS["ties"]})
            msg = f"columns= maps {heading!r} to {field!r}, which is no field; fields are {known}.{near(field, known)}"
            raise OptionError(msg)
    return {heading: field for heading, field in columns.items() if heading in frame.columns and field in FIELDS[table]}


def _field(heading: str, table: Table, frame: pd.DataFrame, place: Place) -> str | None:
    word = heading.lower()
    if word in FIELDS[table]:
        return word
    if table == "units" and word == _HEADCOUNT:
        return _headcount(frame, place)
    return ALIASES[table].get(word)


def _headcount(frame: pd.DataFrame, place: Place) -> str | None:
    """人数 is staff in a register of enterprises and population in a table of areas; elsewhere nobody can tell."""
    headings = {fold(name).lower() for name in frame.columns}
    enterprise, area = bool(headings & _ENTERPRISE_SIGNS), bool(headings & _AREA_SIGNS)
    if enterprise != area:
        return "staff" if enterprise else "population"
    place.log.add("column.ambiguous", place.source, column=_HEADCOUNT, value=_HEADCOUNT)
    return None


def _one_each(fields: dict[str, str], given: dict[str, str], place: Place) -> dict[str, str]:
    """Return heading to field, one heading a field: the one mapped by hand, else the canonical name, else the first."""
    chosen: dict[str, str] = {}
    for field in dict.fromkeys(fields.values()):
        headings = [heading for heading, meant in fields.items() if meant == field]
        headings.sort(key=lambda heading: (heading not in given, heading != field))
        if len(headings) > 1:
            place.log.add("column.duplicate", place.source, column=field, value=", ".join(headings))
        chosen[headings[0]] = field
        if headings[0] != field:
            place.log.add("column.mapped", place.source, column=field, value=headings[0])
    taken = set(chosen.values())
    return chosen | {name: f"{name} (extra)" for name in fields if name not in chosen and name in taken}


def _with_area(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the units with an `area`: the narrowest of community, subdistrict, district where none is given."""
    found = [name for name in _AREAS if name in frame]
    if "area" in frame or not found:
        return frame
    place.log.add("column.mapped", place.source, column="area", value=found[0])
    return frame.assign(area=frame[found[0]])
