"""Reading single values: ids, numbers, yes and no, dates, words of the vocabulary.

Every function takes a column and a `Log`, returns the column in its final type, and logs each conversion as a note and
each value that cannot be read as a warning. What cannot be read is missing: never zero, never no.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model import vocabulary as words
from orgnet.errors import OptionError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

    from orgnet._model.findings import Log

# Full-width ASCII and the ideographic space to their plain forms; compatibility forms of Chinese stay as they are.
# What takes no room on the page (NUL, zero-width space, byte-order mark) goes.
_WIDTH: dict[int, int | None] = {0x3000: 0x20, 0x0000: None, 0x200B: None, 0xFEFF: None}
_WIDTH |= {0xFF01 + i: 0x21 + i for i in range(94)}
_UNTIDY = r"^\s|\s$|[^\x21-\x7e]|^[0-9]+\.0+$"
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_THOUSANDS = r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
_TIME = r"[ T][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATE = re.compile(rf"([0-9]{{4}})(?:[-/.年]([0-9]{{1,2}})(?:[-/.月]([0-9]{{1,2}})日?|月)?|年)?(?:{_TIME})?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

_EXACT = 1e15  # floats hold every whole number up to here
_MANY = 200  # distinct words for which a near one is looked up

YES = frozenset(["yes", "y", "true", "t", "1", "1.0", *"是有√✓", "已建", "已建立", "建立", "已覆盖", "已成立"])
NO = frozenset(["no", "n", "false", "f", "0", "0.0", *"否无×✗", "未建", "未建立", "未覆盖", "未成立", "没有"])
LIKE_MISSING = frozenset(["nan", "na", "n/a", "null", "none", "nil", "#n/a"])


@dataclass(frozen=True)
class Place:
    """Where a column stands: its source, the row number of each value, and rows already refused by the reader."""

    source: str
    rows: NDArray[np.int64]
    log: Log
    refused: int = 0

    def only(self, mask: NDArray[np.bool_]) -> Place:
        """Return the place of the rows that are kept."""
        return Place(self.source, self.rows[mask], self.log)


def is_text(column: pd.Series) -> bool:
    """Return whether a column holds text (also as objects or categories)."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.api.types.is_string_dtype(column.cat.categories.dtype)
    return pd.api.types.is_string_dtype(column.dtype) or column.dtype == object


def as_text(column: pd.Series) -> pd.Series:
    """Return a column as text with missing values; whole floats lose their ``.0``, blank text is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = as_text(pd.Series(column.cat.categories))
        return words.reindex(column.cat.codes.to_numpy()).reset_index(drop=True)
    if pd.api.types.is_float_dtype(column.dtype):
        return _float_text(pd.Series(column.to_numpy("float64", na_value=np.nan)))
    if column.dtype == object:
        column = pd.Series([_object_text(value) for value in column], dtype="str")
    text = column.astype("str").reset_index(drop=True)
    return text.mask(text.str.strip() == "")


def _float_text(numbers: pd.Series) -> pd.Series:
    whole = (numbers % 1 == 0) & (numbers.abs() < _EXACT)
    return numbers.astype("str").mask(whole, numbers.where(whole, 0).astype("int64").astype("str"))


def _object_text(value: object) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        number = float(value)
        return (
            None if np.isnan(number) else str(int(number)) if number % 1 == 0 and abs(number) < _EXACT else str(number)
        )
    return str(value)


def fold(text: str) -> str:
    """Return text trimmed, in NFC, with full-width forms folded and characters that take no room removed."""
    return unicodedata.normalize("NFC", text.translate(_WIDTH)).strip()


def plain_word(text: str) -> str:
    """Return a word as it is compared: folded, in lower case, without what stands in brackets after it.

    Examples
    --------
    >>> plain_word("存续（在营、开业、在册）"), plain_word(" Closed")
    ('存续', 'closed')
    """
    return fold(text).lower().partition("(")[0].strip()


def _tidy_id(text: str) -> str:
    folded = fold(text)
    whole = _WHOLE_FLOAT.fullmatch(folded)
    return whole[1] if whole else folded


def _mapped(text: pd.Series, mask: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """Return `text` with `function` applied to the distinct values under `mask`."""
    if not mask.any():
        return text
    table = {value: function(value) for value in text[mask].unique()}
    changed = text[mask].map(table)
    out = text.copy()
    out[mask] = changed.astype("str")
    return out.mask(out == "")


def _note(code: str, column: str, before: pd.Series, after: pd.Series, place: Place) -> None:
    """Log what changed: one note for each distinct word, else one for the column, with the first row and the number."""
    changed = (before.notna() & (before != after)).to_numpy(bool)
    if not changed.any():
        return
    frame = pd.DataFrame({"a": before[changed].astype(object), "b": after[changed].astype(object).fillna("")})
    frame["row"] = place.rows[changed]
    frame["count"] = 1
    if code == "word.converted":
        frame = frame.groupby(["a", "b"], sort=False).agg({"row": "first", "count": "sum"}).reset_index()
    else:
        frame = frame.head(1).assign(count=len(frame))
    place.log.add(
        code,
        place.source,
        row=frame["row"].to_numpy(),
        column=column,
        value=frame["a"].to_numpy(),
        other=frame["b"].to_numpy(),
        count=frame["count"].to_numpy(),
    )


def read_ids(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of ids as tidy text: trimmed, NFC, width-folded; input order and case are kept."""
    before = as_text(column)
    if is_text(column):
        after = _mapped(before, before.str.contains(_UNTIDY, regex=True, na=False), _tidy_id)
    else:
        after = before
        before = column.astype("str").reset_index(drop=True).mask(before.isna())
    _note("id.tidied", name, before, after, place)
    return after


def read_text(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of free text, trimmed; NUL characters are removed with a warning."""
    text = without_nul(as_text(column), name, place).str.strip()
    return text.mask(text == "")


def without_nul(text: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of text without NUL characters, which no file or database takes; each is a warning."""
    nul = text.str.contains("\x00", regex=False, na=False)
    place.log.add("text.nul", place.source, row=place.rows[nul.to_numpy(bool)], column=name)
    return _mapped(text, nul, lambda value: value.replace("\x00", ""))


def read_words(column: pd.Series, name: str, table: Mapping[str, str], place: Place) -> pd.Series:
    """Return a column of vocabulary words; words that `table` does not know stay as written."""
    before = read_text(column, name, place)

    def known(text: str) -> str:
        folded = fold(text)
        return table.get(folded) or table.get(folded.lower()) or text

    after = _mapped(before, before.notna(), known)
    _note("word.converted", name, before, after, place)
    return after


def read_kinds(column: pd.Series, place: Place) -> pd.Series:
    """Return the kinds; unknown ones are kept as written, with a warning for each distinct word."""
    kinds = read_words(column, "kind", words.KIND_WORDS, place)
    missing = kinds.isna().to_numpy(bool)
    if missing.any():
        place.log.add("unit.kind_missing", place.source, row=place.rows[missing][0], column="kind", count=missing.sum())
    log_unknown("unit.kind_unknown", kinds, "kind", words.KINDS, place)
    return kinds


def log_unknown(code: str, column: pd.Series, name: str, known: Collection[str], place: Place) -> None:
    """Log the words of a column that are not `known`: one finding for each distinct one, with a near word."""
    unknown = (column.notna() & ~column.isin(list(known))).to_numpy(bool)
    rows = pd.Series(place.rows[unknown]).groupby(column[unknown].to_numpy(object), sort=False).agg(["first", "size"])
    hints = [near(str(word), known) for word in rows.index[:_MANY]] + [""] * max(len(rows) - _MANY, 0)
    place.log.add(
        code,
        place.source,
        row=rows["first"].to_numpy(),
        column=name,
        value=rows.index.to_numpy(object),
        other=np.array(hints, dtype=object),
        count=rows["size"].to_numpy(),
    )


def read_numbers(
    column: pd.Series, name: str, place: Place, *, low: float = 0.0, high: float = np.inf, refuse: str = ""
) -> pd.Series:
    """Return a column of numbers within ``[low, high]``, infinite ones excluded.

    What is no number, or outside the range, is missing with a warning; with `refuse`, the code of a finding, it stays
    NaN and is logged under that code, and a `low` of 0 is then excluded too (weights).
    """
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        before = as_text(column)
        text = _mapped(before, before.str.contains(r"[^0-9.]", regex=True, na=False), fold)
        grouped = text.str.fullmatch(_THOUSANDS, na=False)
        text = text.mask(grouped, text.str.replace(",", ""))
        plain = text.str.fullmatch(_NUMBER, na=False)
        number = pd.to_numeric(text.where(plain).astype(object), errors="coerce").astype("float64")
        shown = pd.Series([f"{value:g}" for value in number[grouped]], index=number.index[grouped], dtype="str")
        _note("value.converted", name, before.where(grouped), shown.reindex(before.index).where(grouped), place)
        unreadable = (text.notna() & ~plain).to_numpy(bool)
    else:
        before = column.reset_index(drop=True)
        number = pd.Series(column.to_numpy("float64", na_value=np.nan))
        unreadable = np.zeros(len(column), dtype=bool)
    value = number.to_numpy()
    with np.errstate(invalid="ignore"):
        outside = (value < low) | (value > high) | np.isinf(value) | ((value == 0) if refuse else False)
    if refuse:
        bad = unreadable | outside
        place.log.add(refuse, place.source, row=place.rows[bad], column=name, value=before[bad].to_numpy())
    else:
        rows = place.rows[unreadable]
        place.log.add("value.unreadable", place.source, row=rows, column=name, value=before[unreadable].to_numpy())
        place.log.add(
            "value.out_of_range",
            place.source,
            row=place.rows[outside],
            column=name,
            value=before[outside].to_numpy(),
            other=f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more",
        )
    return number.mask(outside)


def read_flags(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of yes and no as nullable booleans; anything else is missing, with a warning."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("boolean").reset_index(drop=True)
    before = as_text(column)

    def flag(text: str) -> bool | None:
        word = fold(text).lower()
        return True if word in YES else False if word in NO else None

    table = {text: flag(text) for text in before.dropna().unique()}
    values = pd.Series(pd.array([table.get(text) for text in before], dtype="boolean"))
    bad = (before.notna() & values.isna()).to_numpy(bool)
    place.log.add("flag.unreadable", place.source, row=place.rows[bad], column=name, value=before[bad].to_numpy())
    return values


def read_dates(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of dates; a year or a month alone is its first day, with a note."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.dt.tz_localize(None).dt.normalize()
        return pd.Series(days.to_numpy("datetime64[us]"))
    before = as_text(column)
    table = {text: _date(fold(text)) for text in before.dropna().unique()}
    iso = before.map(table).astype("str")
    _note("value.converted", name, before.where(iso.notna()), iso, place)
    bad = (before.notna() & iso.isna()).to_numpy(bool)
    place.log.add("date.unreadable", place.source, row=place.rows[bad], column=name, value=before[bad].to_numpy())
    return pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")


def _date(text: str) -> str | None:
    found = _COMPACT_DATE.fullmatch(text) or _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return pd.Timestamp(year=year, month=month, day=day).strftime("%Y-%m-%d")
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


def like_missing(ids: pd.Series) -> NDArray[np.bool_]:
    """Return which ids are texts such as ``NaN`` or ``NA``."""
    return ids.str.lower().isin(list(LIKE_MISSING)).to_numpy(bool)


def like_scientific(ids: pd.Series) -> NDArray[np.bool_]:
    """Return which ids are numbers in scientific notation, as spreadsheets write long codes."""
    return np.asarray(ids.str.fullmatch(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+", na=False), dtype=bool)
