"""What every reader of single values stands on: where a column stands, its text, and the notes on what was changed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.cells import LONE, REPLACEMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from orgnet._model.findings import Log

# Full-width ASCII and the ideographic space to their plain forms; compatibility forms of Chinese stay as they are.
# What takes no room on the page (NUL, zero-width space, byte-order mark) goes.
_WIDTH: dict[int, int | None] = {0x3000: 0x20, 0x0000: None, 0x200B: None, 0xFEFF: None}
_WIDTH |= {0xFF01 + i: 0x21 + i for i in range(94)}
_MAY_FOLD = "^ | $|[^\\x20-\\x7e\u3001-\u3029\u4e00-\u9fff]"  # outside plain ASCII, Han and their punctuation
_EXACT = 1e15  # floats hold every whole number up to here
_FIRST, _FEW = 1_000, 500  # rows that are looked at to see whether words are few, and how many of them are

# What says that nobody wrote the fact down. A dash or a slash does so too, a dash not in columns of yes and no.
LIKE_MISSING = frozenset(["nan", "na", "n/a", "null", "none", "nil", "#n/a"])
NOT_RECORDED = frozenset(
    [*LIKE_MISSING, "/", "//", "暂无数据", "无数据", "不详", "未知", "未填", "未填写", "未填报", "未登记"]
)
NONE_YET = "暂无"
_HALF = re.compile(f"[{LONE}]")
_DASHES = re.compile(r"[-\u2010-\u2015\u2212]+|[\\/]+")


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
    """Return a column as text with missing values; whole floats lose their ``.0``, blank text is missing.

    Half a character, which no encoding takes, is replaced.
    """
    try:
        return _as_text(column)
    except UnicodeEncodeError:
        whole = [_HALF.sub(REPLACEMENT, value) if isinstance(value, str) else value for value in column]
        return _as_text(pd.Series(whole, dtype=object))


def _as_text(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = _as_text(pd.Series(column.cat.categories))
        return words.reindex(column.cat.codes.to_numpy()).reset_index(drop=True)
    if pd.api.types.is_float_dtype(column.dtype):
        return _float_text(pd.Series(column.to_numpy("float64", na_value=np.nan)))
    if column.dtype == object:
        column = pd.Series([_object_text(value) for value in column], dtype="str")
    text = column.astype("str").reset_index(drop=True)
    blank = text.str.isspace() | (text == "")
    return text.mask(blank) if blank.any() else text


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


def may_fold(text: pd.Series) -> NDArray[np.bool_]:
    """Return which values `fold` may change; all others stay as they are."""
    return asked(text, lambda words: words.str.contains(_MAY_FOLD, regex=True, na=False))


def plain_word(text: str) -> str:
    """Return a word as it is compared: folded, in lower case, without what stands in brackets after it.

    Examples
    --------
    >>> plain_word("存续（在营、开业、在册）"), plain_word(" Closed")
    ('存续', 'closed')
    """
    return fold(text).lower().partition("(")[0].strip()


def not_recorded(text: str) -> bool:
    """Return whether a cell says that the fact is not written down, which is not the same as none.

    Examples
    --------
    >>> [not_recorded(text) for text in ("/", "——", "不详", "n/a", "无", "0", "暂无")]
    [True, True, True, True, False, False, False]
    """
    word = fold(text).lower()
    return word in NOT_RECORDED or _DASHES.fullmatch(word) is not None


def distinct(text: pd.Series) -> tuple[NDArray[np.int64], pd.Series]:
    """Return the number of the word that each row holds, -1 where it is missing, and the distinct words.

    Words are numbered in the order in which they first stand there. What is found out about words `spread` brings to
    the rows.
    """
    codes, words = pd.factorize(text)
    return np.asarray(codes, dtype=np.int64), pd.Series(words, dtype="str")


def few_words(text: pd.Series) -> bool:
    """Return whether the first rows show that a column holds the same few words again and again."""
    return len(text) > _FIRST and text.iloc[:_FIRST].nunique() <= _FEW


def asked(text: pd.Series, question: Callable[[pd.Series], pd.Series]) -> NDArray[np.bool_]:
    """Return for which rows the answer is yes; where words are few, each is asked once. Missing ones are a no."""
    if not few_words(text):
        return question(text).to_numpy(bool, copy=True)
    codes, words = distinct(text)
    return np.append(question(words).to_numpy(bool), False)[codes]  # code -1 is missing


def spread(facts: pd.Series, codes: NDArray[np.int64], text: pd.Series) -> pd.Series:
    """Return for each row of `text` the fact about its word, missing where the row is."""
    missing = False if facts.dtype == bool else None
    return pd.Series(facts.array.take(codes, allow_fill=True, fill_value=missing), index=text.index)


def looked_up(text: pd.Series, table: Mapping[Any, Any], dtype: Any) -> pd.Series:  # noqa: ANN401 - a dtype of pandas
    """Return for each row what `table` has for its word, missing where it has nothing."""
    codes, words = distinct(text)
    return spread(pd.Series([table.get(word) for word in words], dtype=dtype), codes, text)


def mapped(text: pd.Series, mask: pd.Series | NDArray[np.bool_], function: Callable[[str], str | None]) -> pd.Series:
    """Return `text` with `function` applied to the distinct values under `mask`."""
    if not mask.any():
        return text
    codes, words = distinct(text[mask])
    changed = spread(pd.Series([function(word) for word in words], dtype="str"), codes, text[mask])
    out = changed
    if not mask.all():
        out = text.copy()
        out[mask] = changed
    return out.mask(out == "")


def note(code: str, column: str, before: pd.Series, after: pd.Series, place: Place) -> None:
    """Log what changed: one finding for the column, with the first row, what stood there, and how many there are."""
    changed = (before.notna() & (before != after)).to_numpy(bool)
    if changed.any():
        first = int(changed.argmax())
        place.log.add(
            code,
            place.source,
            row=place.rows[first],
            column=column,
            value=before.iloc[first],
            other="" if pd.isna(after.iloc[first]) else after.iloc[first],
            count=int(changed.sum()),
        )


def note_words(code: str, column: str, before: pd.Series, after: pd.Series, place: Place) -> None:
    """Log what changed: one finding for each distinct word, with its first row and how many there are."""
    changed = (before.notna() & (before != after)).to_numpy(bool)
    if not changed.any():
        return
    codes, words = distinct(before[changed])
    first = first_of(codes)
    place.log.add(
        code,
        place.source,
        row=place.rows[changed][first],
        column=column,
        value=words.to_numpy(object),
        other=after[changed].iloc[first].fillna("").to_numpy(object),
        count=np.bincount(codes),
    )


def first_of(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each word first stands, given the numbers of `distinct`, none of them missing."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))


def note_missing(code: str, column: str, before: pd.Series, mask: pd.Series, place: Place) -> None:
    """Log the cells under `mask`, which are read as missing: one finding for each distinct word."""
    words = before.where(mask)
    note_words(code, column, words, pd.Series(pd.NA, index=words.index, dtype="str"), place)


def duplicated(text: pd.Series) -> NDArray[np.bool_]:
    """Return which values stand further up already; where all ascend, as codes of a register mostly do, none can."""
    if (text.array[:-1] < text.array[1:]).all():
        return np.zeros(len(text), dtype=bool)
    return text.duplicated().to_numpy(bool)


def positions(wanted: pd.Series, ids: pd.Index) -> NDArray[np.int64]:
    """Return the row of each id in `ids`, -1 where it is not there; pyarrow does it in a fifth of pandas' time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not wanted.notna().any():
        return np.full(len(wanted), -1, dtype=np.int64)
    text = pa.large_string()
    found = pc.index_in(pa.array(wanted, text), value_set=pa.array(ids, text), skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
