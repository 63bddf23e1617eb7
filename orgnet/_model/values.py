"""Reading single values: ids, numbers, yes and no, dates, words of the vocabulary.

Every function takes a column and a `Place`, returns the column in its final type, and logs each conversion as a note
and each value that cannot be read as a warning. What cannot be read is missing: never zero, never no. The module
`numbers` says how "none" is kept apart from "not recorded" in counts, `read_flags` in questions of yes or no.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model import vocabulary as words
from orgnet._model.dates import read_dates, read_day
from orgnet._model.numbers import read_numbers
from orgnet._model.reading import (
    LIKE_MISSING,
    NONE_YET,
    NOT_RECORDED,
    Place,
    as_text,
    distinct,
    first_of,
    fold,
    is_text,
    looked_up,
    mapped,
    may_fold,
    note,
    note_missing,
    note_words,
    plain_word,
    positions,
)
from orgnet.errors import near

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

__all__ = [
    "LIKE_MISSING",
    "Place",
    "as_text",
    "fold",
    "is_text",
    "like_missing",
    "like_scientific",
    "log_unknown",
    "plain_word",
    "positions",
    "read_dates",
    "read_day",
    "read_flags",
    "read_ids",
    "read_kinds",
    "read_numbers",
    "read_text",
    "read_words",
    "without_nul",
]

_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
_MANY = 200  # distinct words for which a near one is looked up

YES = frozenset(
    [
        *("yes", "y", "true", "t", "1", "1.0", *"是有√✓✔", "已建", "已建立", "建立", "已覆盖", "已成立", "应建已建"),
        *("已准入", "在岗"),
    ]
)
NO = frozenset(
    [
        *("no", "n", "false", "f", "0", "0.0", *"否无×✗✘", "未建", "未建立", "未覆盖", "未成立", "没有", "应建未建"),
        *("未准入", "空缺", "空岗"),
    ]
)
_CHINESE = r"应建已建|应建未建|已建立|已建|已覆盖|已成立|未建立|未建|未覆盖|未成立|没有|[是有√✓✔否无×✗✘]"
_QUALIFIED = re.compile(rf"({_CHINESE})\s*[(,;:、。\s](.*)", re.DOTALL)
# What must not stand behind an answer: it takes the answer back, or gives the other one.
_UNDOES = {True: re.compile(r"[未拟撤待筹否无不×✗✘]|注销"), False: re.compile(r"已建|已覆盖|已成立|联合|[是√✓✔]")}


def _tidy_id(text: str) -> str:
    folded = fold(text)
    whole = _WHOLE_FLOAT.fullmatch(folded)
    return whole[1] if whole else folded


def read_ids(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of ids as tidy text: trimmed, NFC, width-folded; input order and case are kept."""
    before = as_text(column)
    if is_text(column):
        whole = before.str.contains(".0", regex=False, na=False).to_numpy(bool)
        after = mapped(before, may_fold(before) | whole, _tidy_id)
    else:
        after = before
        before = column.astype("str").reset_index(drop=True).mask(before.isna())
    note("id.tidied", name, before, after, place)
    return after


def read_text(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of free text, trimmed; NUL characters are removed with a warning."""
    text = without_nul(as_text(column), name, place).str.strip()
    blank = text == ""
    return text.mask(blank) if blank.any() else text


def without_nul(text: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of text without NUL characters, which no file or database takes; each is a warning."""
    if not _has_nul(text):
        return text
    nul = text.str.contains("\x00", regex=False, na=False)
    place.log.add("text.nul", place.source, row=place.rows[nul.to_numpy(bool)], column=name)
    return mapped(text, nul, lambda value: value.replace("\x00", "")) if nul.any() else text


def _has_nul(text: pd.Series) -> bool:
    """Return whether there may be a NUL in a column: one look at its bytes, at a tenth of the cost of one a row."""
    import pyarrow as pa

    if text.dtype == object:  # may hold what is no text, or half a character
        return bool(text.str.contains("\x00", regex=False, na=False).any())
    held = pa.array(text, pa.large_string())
    chunks = held.chunks if isinstance(held, pa.ChunkedArray) else [held]
    return any(part is not None and b"\x00" in part.to_pybytes() for chunk in chunks for part in chunk.buffers()[2:])


def read_words(column: pd.Series, name: str, table: Mapping[str, str], place: Place) -> pd.Series:
    """Return a column of vocabulary words; words that `table` does not know stay as written."""
    before = read_text(column, name, place)

    def known(text: str) -> str:
        folded = fold(text)
        return table.get(folded) or table.get(folded.lower()) or text

    after = mapped(before, before.notna(), known)
    note_words("word.converted", name, before, after, place)
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
    codes, texts = distinct(column[unknown])
    hints = [near(text, known) for text in texts[:_MANY]] + [""] * max(len(texts) - _MANY, 0)
    place.log.add(
        code,
        place.source,
        row=place.rows[unknown][first_of(codes)],
        column=name,
        value=texts.to_numpy(object),
        other=np.array(hints, dtype=object),
        count=np.bincount(codes),
    )


def read_flags(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of yes and no as nullable booleans; anything else is missing, with a warning.

    无 and 暂无 answer the question: no. ``/``, 不详, 未知, 未填, 暂无数据 and N/A say that nobody wrote it down:
    missing, with a note. A dash, 部分 or 2 may be either: missing, with a warning. An answer may be qualified, as in
    是（联合）, which is a yes with a note; where the words behind it take it back, as in 是（拟建）, it is none.
    """
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("boolean").reset_index(drop=True)
    before = as_text(column)
    words = {text: fold(text).lower() for text in before.dropna().unique()}
    plain = {text: word in YES for text, word in words.items() if word in YES or word in NO}
    more = {text: yes for text, word in words.items() if text not in plain and (yes := _qualified(word)) is not None}
    table = plain | more
    values = looked_up(before, table, "boolean")
    shown = {text: "a yes" if yes else "a no" for text, yes in more.items()}
    if more:
        note_words("flag.converted", name, before.where(before.isin(more)), looked_up(before, shown, "str"), place)
    unread = before.notna() & values.isna()
    if unread.any():
        absent = unread & before.isin([text for text, word in words.items() if word in NOT_RECORDED])
        note_missing("value.not_recorded", name, before, absent, place)
        bad = (unread & ~absent).to_numpy(bool)
        place.log.add("flag.unreadable", place.source, row=place.rows[bad], column=name, value=before[bad].to_numpy())
    return values


def _qualified(word: str) -> bool | None:
    """Return the answer of a word that says more than yes or no, None where it gives none."""
    if word == NONE_YET:
        return False
    found = _QUALIFIED.fullmatch(word)
    if not found:
        return None
    yes = found[1] in YES
    return None if _UNDOES[yes].search(found[2]) else yes


def like_missing(ids: pd.Series) -> NDArray[np.bool_]:
    """Return which ids are texts such as ``NaN`` or ``NA``."""
    return ids.str.lower().isin(list(LIKE_MISSING)).to_numpy(bool)


def like_scientific(ids: pd.Series) -> NDArray[np.bool_]:
    """Return which ids are numbers in scientific notation, as spreadsheets write long codes."""
    return np.asarray(ids.str.fullmatch(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+", na=False), dtype=bool)
