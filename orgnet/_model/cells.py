"""Columns on their way into a file: plain values of one kind, and text that no spreadsheet runs."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from orgnet.errors import OptionError, OrgNetWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orgnet._model.values import Place

Kind = Literal["text", "flag", "whole", "number", "date"]

REPLACEMENT = "\ufffd"
LONE = "\ud800-\udfff"  # halves of a character: no encoding takes them
NOT_IN_TEXT = re.compile(f"[\x00{LONE}]")
NOT_IN_XML = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff{LONE}]")  # nor in a workbook, which is XML

# What a spreadsheet may take for a formula, after any blanks and marks of no width; apostrophes before it guard it.
_FORMULA = r"(?:[\t\r\n]|[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠])"  # noqa: RUF001 - the full-width forms are meant
_RUNS = re.compile(_FORMULA)
_TO_GUARD = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")
_EXACT = 1e15  # floats below are written without a point where they are whole
_SHOWN = 80


@dataclass(frozen=True)
class Cells:
    """A column of plain values: str, bool, int, float or datetime as `kind` says, None where one is missing."""

    name: str
    kind: Kind
    entries: list[Any]


def columns_of(frame: pd.DataFrame) -> list[Cells]:
    """Return the columns of a frame as plain values; numbers, dates, yes and no keep their kinds."""
    return [_cells(str(name), frame.iloc[:, number]) for number, name in enumerate(frame.columns)]


def _cells(name: str, column: pd.Series) -> Cells:
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = _cells(name, pd.Series(column.cat.categories))
        return Cells(name, words.kind, [None if code < 0 else words.entries[code] for code in column.cat.codes])
    kind = _kind(column)
    values = column.astype(object)
    if kind == "date":
        values = column.dt.to_pydatetime() if column.empty else values
    known = column.notna().to_numpy(bool)
    make = _MAKERS[kind]
    return Cells(name, kind, [make(value) if there else None for value, there in zip(values, known, strict=True)])


def _kind(column: pd.Series) -> Kind:
    dtype = column.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "flag"
    if pd.api.types.is_integer_dtype(dtype):
        return "whole"
    if pd.api.types.is_float_dtype(dtype):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(dtype) else "text"


_MAKERS: dict[Kind, Any] = {
    "text": str,
    "flag": bool,
    "whole": int,
    "number": float,
    "date": lambda value: pd.Timestamp(value).to_pydatetime(warn=False),
}


def as_written(cells: Cells, *, yes: str = "TRUE", no: str = "FALSE") -> list[str | None]:
    """Return the values as text: whole numbers without a point, days as 2025-06-30."""
    if cells.kind == "text":
        return cells.entries
    if cells.kind == "flag":
        return [None if value is None else yes if value else no for value in cells.entries]
    if cells.kind == "date":
        return [None if value is None else day(value) for value in cells.entries]
    if cells.kind == "whole":
        return [None if value is None else str(value) for value in cells.entries]
    return [None if value is None else _number(value) for value in cells.entries]


def _number(value: float) -> str:
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < _EXACT else repr(value)


def day(value: Any) -> str:  # noqa: ANN401 - a datetime
    """Return a date as text; with the time where it has one."""
    text = str(value.isoformat())
    return text.removesuffix("T00:00:00")


def typed(texts: list[str | None], kind: Kind) -> pd.Series:
    """Return texts as a column of `kind` where every one is written as such a value is, else as text.

    So nothing is lost: ``007`` and ``3.30106E+11`` stay text, whatever the file says that they are.

    Examples
    --------
    >>> typed(["1", None], "whole").tolist(), typed(["007"], "whole").tolist(), typed(["0.5"], "number").tolist()
    ([1, <NA>], ['007'], [0.5])
    """
    known = [text for text in texts if text is not None]
    if not known or kind not in _PLAIN or not all(map(_PLAIN[kind], known)):
        return pd.Series(texts, dtype="str")
    full = len(known) == len(texts)
    if kind == "number":
        return pd.Series([np.nan if text is None else float(text) for text in texts], dtype="float64")
    if kind == "whole":
        numbers = [None if text is None else int(text) for text in texts]
        return pd.Series(numbers, dtype="int64" if full else "Int64")
    flags = [None if text is None else text in _TRUE for text in texts]
    return pd.Series(flags, dtype="bool" if full else "boolean")


def _plain_number(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return text in {repr(number), "INF" if number > 0 else "-INF"} or (abs(number) < _EXACT and text == f"{number:.0f}")


_TRUE = frozenset(["true", "True"])
_PLAIN: dict[Kind, Callable[[str], object]] = {
    "whole": re.compile(r"0|-?[1-9][0-9]{0,17}").fullmatch,
    "number": _plain_number,
    "flag": {*_TRUE, "false", "False"}.__contains__,
}


def runs(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula."""
    return _RUNS.match(text) is not None


def guarded(text: str) -> str:
    """Return a text as it stands in a CSV file: an apostrophe before what a spreadsheet may take for a formula.

    `unguarded` takes it off again; text that already stands so gets one more, so that nothing is lost.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1+1"), guarded("a = b")
    ("'=1+1", "''=1+1", 'a = b')
    """
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return a table of text without the apostrophes that guard cells from being run; each column is a note.

    Only an apostrophe before ``= + - @``, a tab or a line break (or their full-width forms) is one; ``'quoted'`` stays.
    """
    changed: dict[int, pd.Series] = {}
    for number, name in enumerate(frame.columns):
        column = frame.iloc[:, number]
        likely = np.flatnonzero(column.str.startswith("'", na=False).to_numpy(bool))
        at = np.array([row for row in likely if _GUARDED.match(column.iloc[row])], dtype=np.int64)
        if len(at):
            place.log.add("text.guarded", place.source, row=place.rows[at[0]], column=str(name), count=len(at))
            changed[number] = column.copy()
            changed[number].iloc[at] = [column.iloc[row][1:] for row in at]
    headings = [name[1:] if _GUARDED.match(str(name)) else name for name in frame.columns]
    if changed:
        columns = [changed.get(number, frame.iloc[:, number]) for number in range(len(headings))]
        frame = pd.concat(columns, axis=1)
    return frame.set_axis(headings, axis=1)


def held(columns: Sequence[Cells], forbidden: re.Pattern[str], form: str, *, longest: int | None = None) -> list[Cells]:
    """Return columns of text that a form can hold; what it cannot is replaced or cut, with a warning for each column.

    Headings that would become the same get a number. `longest` counts as spreadsheets do, in units of UTF-16.
    `OptionError` where ids would become the same.
    """
    names = _different([forbidden.sub(REPLACEMENT, cells.name) for cells in columns])
    return [_held(cells, name, forbidden, form, longest) for cells, name in zip(columns, names, strict=True)]


def _different(names: Sequence[str]) -> list[str]:
    """Return names with a number after each that stands there already.

    Examples
    --------
    >>> _different(["x", "x", "x (2)", "y"])
    ['x', 'x (3)', 'x (2)', 'y']
    """
    made: list[str] = []
    given, taken = set(names), set()
    for name in names:
        unique, again = name, 1
        while unique in taken or (again > 1 and unique in given):
            again += 1
            unique = f"{name} ({again})"
        taken.add(unique)
        made.append(unique)
    return made


def _held(cells: Cells, name: str, forbidden: re.Pattern[str], form: str, longest: int | None) -> Cells:
    if cells.kind != "text":
        return replace(cells, name=name)
    texts = [None if text is None else forbidden.sub(REPLACEMENT, text) for text in cells.entries]
    _warn(form, name, _differing(cells.entries, texts), f"hold characters that it cannot, now {REPLACEMENT}")
    if longest is not None:
        whole = texts
        texts = [text if text is None or 2 * len(text) <= longest else _cut(text, longest) for text in whole]
        _warn(form, name, _differing(whole, texts), f"are longer than {longest:,} characters and were cut")
    if cells.name == "unit_id" and len(set(texts)) < len(set(cells.entries)):
        msg = f"{form} cannot tell some ids apart, which differ only in what it cannot hold; write .orgnet instead"
        raise OptionError(msg)
    return Cells(name, "text", texts)


def _cut(text: str, longest: int) -> str:
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def _differing(before: list[Any], after: list[Any]) -> int:
    return sum(one is not other and one != other for one, other in zip(before, after, strict=True))


def _warn(form: str, name: str, count: int, what: str) -> None:
    if count:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        msg = f"{form}: {count} cells of column {shown!r} {what}; .orgnet holds them as they are"
        warnings.warn(msg, OrgNetWarning, stacklevel=2)
