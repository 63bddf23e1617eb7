"""Headings: which column holds which field, in Chinese, English and the initials that exports use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from orgnet._build.roles import AREAS, ROLES, field_of, forms
from orgnet._model.optional import LISTS, SAFE, TABLES
from orgnet._model.personal import like_holder, like_personal, names_persons, tells_persons, without_persons
from orgnet._model.reading import positions
from orgnet._model.values import as_text, fold
from orgnet._model.vocabulary import KIND_WORDS, SAFE_FIELDS
from orgnet.errors import OptionError, near

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from orgnet._model.values import Place

_HEADCOUNT = "人数"
_ENTERPRISE_SIGNS = {"企业名称", "社会组织名称", "统一社会信用代码", "社会信用代码", "经营状态"}
_CODES = ("代码", "编码", "编号", "code", "id")
_PLAIN = frozenset(["序号", "备注", "no", "no.", "remark", "remarks", "note", "notes"])  # of no account
_LEADS = frozenset(["manager", "supervisor", "head", "leader"])  # the superior, where its cells are ids
_VAGUE = frozenset(["活动名称", "会议名称", "社区"])  # 活动类型 and 单位 say more
_AREA_SIGNS = {"户数", "总户数", "hs", "households"}


def canonical(
    frame: pd.DataFrame,
    role: str,
    place: Place,
    *,
    columns: Mapping[str, str] | None = None,
    drop: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return the table under canonical column names, without the columns that hold persons or are to be dropped.

    Every heading that was read as something else is a note, and so are those that mean no field; two headings for one
    field, and a heading that may mean two things, are warnings. A list of persons comes back without any column.
    """
    headings = [str(name) for name in frame.columns]
    names = _distinct(headings)
    meaning = dict(zip(names, map(fold, headings), strict=True))
    frame = _without_personal_headings(frame.set_axis(names, axis=1), place)
    frame = _without_dropped(frame, drop or (), place)
    given = _checked_mapping(columns or {}, frame, role)
    fields: dict[str, str] = {}
    for name in frame.columns:
        field = given.get(name) or _field(meaning[name], role, frame, place)
        if field:
            fields[name] = field
    fields = _code_and_name(_without_vague(fields, given, meaning), given)
    if ROLES[role].lists_units:
        fields = _with_superior(frame, fields, meaning)
    if role == "units" and _lists_persons(frame, fields, meaning, place):
        return without_persons(frame, place, fields=fields, safe=SAFE_FIELDS)[[]]
    _log_repeated(frame, meaning, fields, place)
    safe, lists = (SAFE, LISTS) if role in TABLES else (SAFE_FIELDS, frozenset({"hosts"}))
    frame = without_persons(frame, place, fields=fields, safe=safe, lists=lists)
    fields = {name: field for name, field in fields.items() if name in frame}
    if ROLES[role].lists_units or role == "ties":
        _log_extra(frame, fields, meaning, place)
    frame = frame.rename(columns=_one_each(fields, given, place))
    frame = frame.set_axis(_distinct([*frame.columns]), axis=1)
    return _with_area(frame, place) if ROLES[role].lists_units else frame


def as_compared(heading: str) -> str:
    """Return a heading as options are compared with it: folded, without the spaces and line breaks within."""
    return "".join(fold(str(heading)).split())


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
    asked = {as_compared(name) for name in ([drop] if isinstance(drop, str) else drop)}
    gone = [name for name in frame.columns if as_compared(name) in asked]
    for name in gone:
        place.log.add("column.dropped", place.source, column=name)
    return frame.drop(columns=gone)


def _checked_mapping(columns: Mapping[str, str], frame: pd.DataFrame, role: str) -> dict[str, str]:
    known = {name for each in ROLES.values() for name in each.fields}
    for heading, field in columns.items():
        if field not in known:
            fields = sorted(known)
            msg = (
                f"columns= maps {heading!r} to {field!r}, which is no field; fields are {fields}.{near(field, fields)}"
            )
            raise OptionError(msg)
    asked = {as_compared(heading): field for heading, field in columns.items() if field in ROLES[role].fields}
    return {name: asked[as_compared(name)] for name in frame.columns if as_compared(name) in asked}


def _field(heading: str, role: str, frame: pd.DataFrame, place: Place) -> str | None:
    if role == "units" and _HEADCOUNT in forms(heading):
        return _headcount(frame, place)
    return field_of(heading, role)


def _headcount(frame: pd.DataFrame, place: Place) -> str | None:
    """人数 is staff in a register of enterprises and population in a table of areas; elsewhere nobody can tell."""
    headings = {fold(name).lower() for name in frame.columns}
    enterprise, area = bool(headings & _ENTERPRISE_SIGNS), bool(headings & _AREA_SIGNS)
    if enterprise != area:
        return "staff" if enterprise else "population"
    place.log.add("column.ambiguous", place.source, column=_HEADCOUNT, value=_HEADCOUNT)
    return None


def _without_vague(fields: dict[str, str], given: dict[str, str], meaning: Mapping[str, str]) -> dict[str, str]:
    """Return the fields without headings that mean one only where no better heading for it stands beside them."""
    vague = {name for name in fields if name not in given and _VAGUE & set(forms(meaning[name]))}
    better = {field for name, field in fields.items() if name not in vague}
    return {name: field for name, field in fields.items() if name not in vague or field not in better}


def _code_and_name(fields: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """Return the fields with 上级党组织 as the name of the superior where 上级党组织代码 stands beside it."""
    superior = [name for name, field in fields.items() if field == "superior_id" and name not in given]
    coded = [name for name in superior if fold(name).lower().endswith(_CODES)]
    if not coded or "superior_name" in fields.values():
        return fields
    return fields | {name: "superior_name" for name in superior if name not in coded}


def _with_superior(frame: pd.DataFrame, fields: dict[str, str], meaning: Mapping[str, str]) -> dict[str, str]:
    """Return fields with a column such as manager as the superior where it holds ids, and only there."""
    ids = [name for name, field in fields.items() if field == "unit_id"]
    taken = "superior_id" in fields.values()
    found = dict(fields)
    for name in frame.columns:
        by_hand = fields.get(name) == "superior_id" and like_holder(meaning[name])
        if by_hand or (not taken and name not in fields and _LEADS & set(forms(meaning[name]))):
            cells = as_text(frame[name]).dropna()
            if ids and len(cells) and (positions(cells, pd.Index(as_text(frame[ids[0]]))) >= 0).all():
                found[name] = "superior_id"
            else:
                found.pop(name, None)
    return found


def _lists_persons(frame: pd.DataFrame, fields: dict[str, str], meaning: Mapping[str, str], place: Place) -> bool:
    """Return whether the rows of a list of units are persons; log it, and also where they may be."""
    kinds = [name for name, field in fields.items() if field == "kind"]
    if any(as_text(frame[name]).dropna().map(fold).isin(list(KIND_WORDS)).any() for name in kinds):
        return False
    headings = {name: meaning[name] for name in frame.columns}
    names = [name for name, heading in headings.items() if names_persons(heading)]
    count = len(frame) + place.refused
    named = [name for name, field in fields.items() if field in ("name", "uscc") and name not in names]
    if names and not named:
        place.log.add("table.of_persons", place.source, column=names[0], count=count)
        return True
    if "superior_id" in fields.values() and tells_persons(headings.values()):
        shown = ", ".join(heading for heading in headings.values() if tells_persons([heading]))
        place.log.add("table.like_persons", place.source, value=shown, count=count)
    return False


def _log_extra(frame: pd.DataFrame, fields: Mapping[str, str], meaning: Mapping[str, str], place: Place) -> None:
    """Log the headings that mean no field; 人数 has a finding of its own, and columns without heading say nothing."""
    passed = {"", _HEADCOUNT, *_PLAIN}
    extra = [name for name in frame.columns if name not in fields and not passed & {*forms(meaning[name])}]
    if extra:
        place.log.add("column.extra", place.source, value=", ".join(extra))


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
    found = [name for name in AREAS if name in frame]
    if "area" in frame or not found:
        return frame
    place.log.add("column.mapped", place.source, column="area", value=found[0])
    return frame.assign(area=frame[found[0]])
