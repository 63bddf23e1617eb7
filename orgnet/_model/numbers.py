"""Reading numbers as registers hold them: with units, 万 and 亿, about, ranges; none kept apart from not recorded.

What a cell says about a number, and what is read:

- **blank** is missing, without a word.
- **``/``, ``-``, ``—``, 不详, 未知, 未填, 暂无数据, N/A** say that the number is not recorded: missing, with a note.
- **无, 没有, 0** say that there is none: zero, with a note for the words.
- **暂无** may mean "none for now" or "no data for now". Nobody can tell, so it is missing, with a warning; zero would
  be a fact that nobody stated. (For a yes-or-no question it is an answer: not yet, which is no.)
- **12人, 1,200, 3.3万** are exact: read, with one note a column.
- **约50, 500余人, 近500, 500人左右, 500+** are about right: read as the number that stands there, with a note for each
  text.
- **300-500, 300~500户, 300至500** are ranges: read as the middle, with a note for each text.
- All else (五百, 几十, 500元 where persons are counted, 不足50) is missing, with a warning for each cell.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from orgnet._model.discreet import hidden
from orgnet._model.reading import (
    NONE_YET,
    as_text,
    distinct,
    fold,
    looked_up,
    mapped,
    may_fold,
    not_recorded,
    note,
    note_missing,
    note_words,
    spread,
)
from orgnet._model.vocabulary import AMOUNT_FIELDS, OF_PERSONS

if TYPE_CHECKING:
    from collections.abc import Collection

    from orgnet._model.reading import Place

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

_PERSONS = ("人", "名", "位", "个")
_THINGS = ("次", "人次", "小时", "天", "日", "间", "件", "份", "台", "辆", "套", "场", "平方米", "㎡")
# Which units a count may carry. Any other unit says that the cell holds something else.
UNITS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("members", "full_members", "probationary", "staff", "population"), _PERSONS),
    **dict.fromkeys(("instructors", "grid_workers", "posts_approved", "posts_filled", "full_time_posts"), _PERSONS),
    **dict.fromkeys(("workers_joined", "workers_left", "workers_stayed", "union_members"), _PERSONS),
    **dict.fromkeys(("certified", "trained", "promoted"), _PERSONS),
    "households": ("户", "家", "个"),
    "joint_units": ("家", "个", "户", "个单位", "家单位", "家企业"),
    "funds": ("元",),
    **dict.fromkeys(("capacity", "demand"), (*_PERSONS, "户", "家", "栋", "元", *_THINGS)),
    "floor_area": ("平方米", "平米", "㎡"),
    "training_hours": ("学时", "课时", "小时"),
    "mediation_bodies": ("个", "家"),
    **dict.fromkeys(("disputes", "disputes_settled"), ("件", "起")),
    "drills": ("次", "场"),
    "seats": ("席", "个", "名"),
    **dict.fromkeys(("agenda_items", "proposals_made", "proposals_adopted", "count"), ("件", "项", "条", "个", "次")),
    "attendances": ("人次", *_PERSONS),
    "metres": ("米",),
    **dict.fromkeys(("latency_days", "due_days"), ("天", "日")),
    "weight": ("次",),
}
_UNIT = "|".join(sorted({unit for units in UNITS.values() for unit in units}, key=len, reverse=True))
_PLAIN = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_ABOUT = r"(?P<about>约为|大约|大概|约|将近|接近|近|超过|超|逾)?\s*"
_SINGLE = re.compile(
    rf"{_ABOUT}(?P<sign>[+-])?(?P<number>{_PLAIN})\s*(?P<more>余|多|\+)?\s*(?P<times>[万亿])?\s*(?P<more2>余|多|\+)?\s*"
    rf"(?P<unit>{_UNIT})?\s*(?P<more3>左右|上下|以上|余|多|\+)?"
)
_RANGE = re.compile(
    rf"{_ABOUT}(?P<low>{_PLAIN})\s*(?P<low_times>[万亿])?\s*(?P<low_unit>{_UNIT})?\s*"
    rf"(?:[-\u2010-\u2015\u2212~\u301c]+|至|到)\s*"
    rf"(?P<high>{_PLAIN})\s*(?P<times>[万亿])?\s*(?P<unit>{_UNIT})?\s*(?:左右)?"
)
_CODE = re.compile(r"0[0-9]")  # begins as codes, days and months do, and no part of a range
_TIMES = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_NONE = frozenset(["无", "没有"])


class Reading(NamedTuple):
    """A number that a text holds: its value, whether it is only about right, and the unit that stands behind it."""

    value: float
    about: bool
    unit: str


def read_number(text: str) -> Reading | None:
    """Return the number that one text holds, None where it holds none.

    Examples
    --------
    >>> read_number("约500户")
    Reading(value=500.0, about=True, unit='户')
    >>> read_number("3.3万").value, read_number("300~500户").value, read_number("五百")
    (33000.0, 400.0, None)
    """
    folded = fold(text)
    if found := _SINGLE.fullmatch(folded):
        return _single(found)
    if found := _RANGE.fullmatch(folded):
        return _range(found)
    return None


def _single(found: re.Match[str]) -> Reading | None:
    about = any(found[name] for name in ("about", "more", "more2", "more3"))
    if about and found["sign"]:
        return None
    value = _amount(found["number"], found["times"])
    return Reading(-value if found["sign"] == "-" else value, about, found["unit"] or "")


def _range(found: re.Match[str]) -> Reading | None:
    """Return the middle; a unit or 万 behind the second number holds for both."""
    if _CODE.match(found["low"]) or _CODE.match(found["high"]):
        return None
    if (found["low_times"] and not found["times"]) or (found["low_unit"] or found["unit"]) != found["unit"]:
        return None
    low = _amount(found["low"], found["low_times"] or found["times"])
    high = _amount(found["high"], found["times"])
    return Reading(low / 2 + high / 2, about=True, unit=found["unit"] or "") if low <= high else None


def _amount(number: str, times: str | None) -> float:
    return float(Decimal(number.replace(",", "")) * _TIMES[times])


def read_numbers(
    column: pd.Series, name: str, place: Place, *, low: float = 0.0, high: float = np.inf, refuse: str = ""
) -> pd.Series:
    """Return a column of numbers within ``[low, high]``, infinite ones excluded.

    What is no number, or outside the range, is missing with a warning; with `refuse`, the code of a finding, it stays
    NaN and is logged under that code, and a `low` of 0 is then excluded too (weights).
    """
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        before = as_text(column)
        number, unreadable = _from_text(before, name, place, low, high, tell_apart=not refuse)
    else:
        before = column.reset_index(drop=True)
        number = pd.Series(column.to_numpy("float64", na_value=np.nan))
        unreadable = pd.Series(np.zeros(len(column), dtype=bool))
    value, bad = number.to_numpy(), unreadable.to_numpy(bool)
    with np.errstate(invalid="ignore"):
        outside = (value < low) | (value > high) | np.isinf(value) | ((value == 0) if refuse else False)
    if refuse:
        bad = bad | outside
        place.log.add(refuse, place.source, row=place.rows[bad], column=name, value=before[bad].to_numpy())
    else:
        shown = before[bad].map(hidden if name in OF_PERSONS else str).to_numpy()
        place.log.add("value.unreadable", place.source, row=place.rows[bad], column=name, value=shown)
        place.log.add(
            "value.out_of_range",
            place.source,
            row=place.rows[outside],
            column=name,
            value=before[outside].to_numpy(),
            other=f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more",
        )
    return number.mask(outside)


def _from_text(
    before: pd.Series, name: str, place: Place, low: float, high: float, *, tell_apart: bool
) -> tuple[pd.Series, pd.Series]:
    """Return the numbers that a column of text holds, and where a text holds none.

    Only what lies from `low` to `high` is noted as converted: what does not is no conversion but a fault. With
    `tell_apart`, words for none and for "not recorded" are read as such; else they are no numbers.
    """
    codes, words = distinct(before)
    words = mapped(words, may_fold(words), fold)
    text = spread(words, codes, before)
    plain = words.str.fullmatch(_NUMBER, na=False)
    number = spread(pd.to_numeric(words.where(plain).astype(object), errors="coerce").astype("float64"), codes, text)
    odd = spread(words.notna() & ~plain, codes, text)
    if not odd.any():
        return number, odd
    before, text, place = before[odd], text[odd], place.only(odd.to_numpy(bool))
    table = {word: read_number(word) for word in text.unique()}
    allowed = _allowed(text, table, name)
    readings = {word: found for word, found in table.items() if found and found.unit in allowed}
    noted = {word: found for word, found in readings.items() if low <= found.value <= high and found.value != np.inf}
    exact = text.isin([word for word, found in noted.items() if not found.about])
    about = text.isin([word for word, found in noted.items() if found.about])
    read = looked_up(text, {word: found.value for word, found in readings.items()}, "float64")
    unread = ~text.isin(list(readings))
    if tell_apart:
        unread = _told_apart(before, text, read, unread, name, place)
    number[odd], odd[odd] = read, unread
    shown = looked_up(text, {word: f"{found.value:.15g}" for word, found in readings.items()}, "str")
    note("value.converted", name, before.where(exact), shown.where(exact), place)
    note_words("value.approximate", name, before.where(about), shown.where(about), place)
    return number, odd


def _told_apart(
    before: pd.Series, text: pd.Series, number: pd.Series, unread: pd.Series, name: str, place: Place
) -> pd.Series:
    """Log the words for none (which become zero in `number`) and for "not recorded"; return what is still unread."""
    none = unread & text.isin(_NONE)
    number[none] = 0.0
    note_words("word.converted", name, before.where(none), pd.Series("0", index=text.index, dtype="str"), place)
    absent = unread & text.isin([word for word in text[unread].unique() if not_recorded(word)])
    note_missing("value.not_recorded", name, before, absent, place)
    not_yet = unread & (text == NONE_YET)
    note_missing("value.none_or_no_data", name, before, not_yet, place)
    return unread & ~none & ~absent & ~not_yet


def _allowed(odd: pd.Series, table: dict[str, Reading | None], name: str) -> Collection[str]:
    """Return the units that a column may carry; of an amount that may carry several, the one that most cells have."""
    known = {"", *UNITS.get(name, ())}
    if name not in AMOUNT_FIELDS:
        return known
    stated = {word: found.unit for word, found in table.items() if found and found.unit in known - {""}}
    units = looked_up(odd, stated, "str")
    counts = units.value_counts()
    return {"", *counts.index[:1]}
