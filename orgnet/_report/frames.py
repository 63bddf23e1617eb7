"""Tables of results as a reader sees them: headings in words, numbers as numbers, a dash where nothing is known."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import pandas as pd

from orgnet._model.catalogue import entries
from orgnet._model.vocabulary import label
from orgnet._report.sections import MOST_ROWS, Table, clip, number, percent
from orgnet._report.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orgnet._model.vocabulary import Lang

_VOCABULARY = (
    "kind",
    "provider_kinds",
    "a_kind",
    "b_kind",
    "basis",
    "near",
    "level",
)  # columns of words of the vocabulary
_FEW_DIGITS = 2
_WHOLE = 1e-9


@cache
def _headings() -> Mapping[str, tuple[str, str]]:
    """Return the words of columns: in English and in Chinese."""
    path = resources.files("orgnet._report").joinpath("headings.toml")
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: (pair[0], pair[1]) for name, pair in words.items()}


def heading(name: str, lang: Lang) -> str:
    """Return the heading of a column of a result; a column of the input keeps its own.

    Examples
    --------
    >>> heading("grids_above", "en"), heading("grids_above", "zh"), heading("my column", "en")
    ('grids above the band', '超标网格数', 'my column')
    """
    if name in _headings():
        return _headings()[name][lang == "zh"]
    if name in entries():
        return entries()[name].label(lang)
    return label(name, lang)


def is_share(name: str) -> bool:
    """Return whether a column holds shares, to be shown as percentages."""
    return name in {"rate", "share", "lower", "upper", "coverage"} or name.endswith(("_share", "_rate"))


def one_language(frame: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return a table without its sentences in the other language: ``reason_zh`` stands beside ``reason``."""
    double = [str(name) for name in frame if f"{name}_zh" in frame]
    if lang == "zh":
        frame = frame.assign(**{name: frame[f"{name}_zh"] for name in double})
    return frame.drop(columns=[f"{name}_zh" for name in double])


def in_words(frame: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return a table for a file: headings and words of results in one language, numbers and dates as they are."""
    frame = one_language(frame, lang)
    texts = [str(name) for name in frame if _holds_words(frame[name])]
    said = {
        name: frame[name].map(lambda word, name=name: _said(word, name, lang), na_action="ignore") for name in texts
    }
    return frame.assign(**said).rename(columns={str(name): heading(str(name), lang) for name in frame})


def _holds_words(values: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def frame_table(frame: pd.DataFrame, lang: Lang, most: int = MOST_ROWS) -> Table:
    """Return the first rows of a table as text, and a note on how many there are in all."""
    frame = one_language(frame, lang)
    shown = frame.head(most)
    note = say("more", lang, shown=most, total=number(len(frame))) if len(frame) > most else ""
    columns = {str(name): _texts(shown[name], str(name), lang) for name in shown}
    rows = [list(row) for row in zip(*(texts for texts, _ in columns.values()), strict=True)]
    return Table([heading(name, lang) for name in columns], rows, [numeric for _, numeric in columns.values()], note)


def _texts(values: pd.Series, name: str, lang: Lang) -> tuple[list[str], bool]:
    """Return a column as texts, and whether it holds numbers."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return ["–" if value is pd.NA else say("yes" if value else "no", lang) for value in values], False
    if pd.api.types.is_numeric_dtype(values.dtype):
        if is_share(name):
            return [percent(_float(value)) for value in values], True
        digits = 0 if all(_is_whole(_float(value)) for value in values) else _FEW_DIGITS
        return [number(value, digits) for value in values], True
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return ["–" if pd.isna(value) else value.date().isoformat() for value in values], False
    return [clip(_said(value, name, lang)) for value in values], False


def _float(value: object) -> float:
    return math.nan if value is pd.NA or value is None else float(value)  # type: ignore[arg-type]


def _is_whole(value: float) -> bool:
    return not math.isfinite(value) or abs(value - round(value)) < _WHOLE


def _said(value: object, name: str, lang: Lang) -> object:
    """Return a word of a result, such as ``"within"``, in the language asked for; other text stays as it is."""
    if isinstance(value, str) and name in _VOCABULARY:
        return "、".join(label(word, lang) for word in value.split("、"))
    if isinstance(value, str) and name == "figure":
        measure, colon, group = value.partition(": ")
        return f"{heading(measure, lang)}{colon}{_said(group, '', lang)}"
    if isinstance(value, tuple | list):
        return "、".join(map(str, value)) if lang == "zh" else ", ".join(map(str, value))
    word = f"= {value}"
    return _headings()[word][lang == "zh"] if isinstance(value, str) and word in _headings() else value
