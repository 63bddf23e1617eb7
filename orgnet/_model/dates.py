"""Reading dates: the usual forms, the serial numbers of a spreadsheet, terms without an end."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pandas as pd

from orgnet._model.reading import as_text, distinct, fold, not_recorded, note, note_missing, note_words, spread
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from orgnet._model.reading import Place

_TIME = r"[ T][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATE = re.compile(
    rf"([0-9]{{4}})(?:\s*[-/.年]\s*([0-9]{{1,2}})(?:\s*[-/.月]\s*([0-9]{{1,2}})\s*[日号]?|\s*月)?|年)?(?:{_TIME})?"
)
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}})(?:{_TIME})?")
_SERIAL = re.compile(r"([2-7][0-9]{4}|80000)(?:\.[0-9]+)?")
_DAY_ZERO = dt.date(1899, 12, 30)  # of spreadsheets, for days after February 1900
_MONTHS = 12

OPEN_ENDED = ("until", "term_end")
_OPEN = frozenset(["长期", "长期有效", "至今", "永久", "无固定期限"])
_NO_DATE = frozenset(["无", "没有", "暂无"])


def read_dates(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of dates; a year or a month alone is its first day, with a note.

    Five digits from 20000 to 80000 are the serial number of a day in a spreadsheet (1954 to 2119). A date with the year
    at the end is read only where one of the other parts is above 12, or both are the same. An end that is open (长期,
    至今) is missing, with a note; so are words for "not recorded" and for none.
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.dt.tz_localize(None).dt.normalize()
        return pd.Series(days.to_numpy("datetime64[us]"))
    before = as_text(column)
    codes, words = distinct(before)
    texts = {text: fold(text) for text in words}
    written = {text: day for text, folded in texts.items() if (day := _date(folded) or _year_last(folded))}
    serial = {text: day for text, folded in texts.items() if text not in written and (day := _serial(folded))}
    iso = words.map(written | serial).astype("str")
    odd = spread(iso != words, codes, before).to_numpy(bool)
    if odd.any():
        before, after, place = before[odd], spread(iso, codes, before)[odd], place.only(odd)
        left = {text: folded for text, folded in texts.items() if text not in written and text not in serial}
        is_open = {text for text, folded in left.items() if name in OPEN_ENDED and folded in _OPEN}
        absent = {text for text, folded in left.items() if not_recorded(folded) or folded in _NO_DATE}
        note("value.converted", name, before.where(before.isin(written)), after, place)
        note("date.serial", name, before.where(before.isin(serial)), after, place)
        note_words("date.open", name, before.where(before.isin(is_open)), after, place)
        note_missing("value.not_recorded", name, before, before.isin(absent), place)
        bad = (after.isna() & ~before.isin(is_open | absent)).to_numpy(bool)
        place.log.add("date.unreadable", place.source, row=place.rows[bad], column=name, value=before[bad].to_numpy())
    days = pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    return pd.Series(days.array.take(codes, allow_fill=True))


def _date(text: str) -> str | None:
    """Return the date that stands there, year first, in the form 2025-06-30."""
    found = _COMPACT_DATE.fullmatch(text) or _DATE.fullmatch(text)
    return _iso(*(int(part) if part else 1 for part in found.groups())) if found else None


def _year_last(text: str) -> str | None:
    """Return the date that stands there with the year at the end, unless it may be one of two."""
    found = _YEAR_LAST.fullmatch(text)
    if not found:
        return None
    one, other = sorted((int(found[1]), int(found[3])))
    return _iso(int(found[4]), one, other) if other > _MONTHS or one == other else None


def _serial(text: str) -> str | None:
    found = _SERIAL.fullmatch(text)
    return (_DAY_ZERO + dt.timedelta(days=int(found[1]))).isoformat() if found else None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def read_day(name: str, given: str | dt.date) -> dt.date:
    """Return the date that an option gives; `OptionError` for what is no date."""
    if isinstance(given, str) and (found := _date(fold(given))):
        return dt.date.fromisoformat(found)
    if isinstance(given, dt.date) and not pd.isna(given):
        return given.date() if isinstance(given, dt.datetime) else given
    msg = f"{name}={given!r} is not a date; write it as 2025-06-30"
    raise OptionError(msg)
