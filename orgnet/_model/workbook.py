"""Workbooks that are safe to open: text stays text, numbers and dates are typed, nothing is a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from orgnet._model.cells import NOT_IN_XML, Cells, columns_of, day, held, runs
from orgnet._model.files import write_atomic
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

MOST_ROWS, MOST_COLUMNS, LONGEST = 1_048_576, 16_384, 32_767
_CREATED = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the same tables give the same bytes
_FIRST_DAY = dt.datetime(1900, 3, 1)  # noqa: DTZ001 - before it programs disagree by a day
_EXACT = 10**15  # a spreadsheet keeps 15 digits
_SHEET_LENGTH = 31
_SAMPLE, _NARROW, _WIDE = 200, 8, 50  # rows looked at for the width of a column; widths in characters
_SHAPES: dict[str, dict[str, Any]] = {
    "day": {"num_format": "yyyy-mm-dd"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "heading": {"bold": True},
    "guarded": {"quote_prefix": True},
    "note": {"italic": True},
}


def write_workbook(
    path: str | Path, sheets: Mapping[str, pd.DataFrame], *, notes: Mapping[str, Sequence[str]] | None = None
) -> Path:
    """Write tables to an Excel workbook, one sheet a table, in one step.

    Text is written as text, so that nothing is run or turned into a link; numbers, dates, yes and no are typed. The
    heading is bold and stays in sight, with a filter. The same tables give the same bytes.

    Parameters
    ----------
    path
        Where to write; an old file is replaced.
    sheets
        Name of a sheet to its table; the index is left out. Names that Excel refuses are made to fit.
    notes
        Lines of text below the table of a sheet; a name without a table is a sheet of text alone.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    OptionError
        For a table that is larger than a sheet.
    InputError
        Where the place cannot be written to.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook(f"{folder}/book.xlsx", {"units": pd.DataFrame({"name": ["=1+1"]})}).name
    'book.xlsx'
    """
    import xlsxwriter

    lines = dict(notes or {})
    names = sheet_names([*sheets, *(name for name in lines if name not in sheets)])
    for name, frame in sheets.items():
        below = len(lines.get(name, ()))
        _check_size(name, len(frame) + 1 + (below and 1 + below), len(frame.columns))
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _CREATED})
    shapes = {shape: book.add_format(facts) for shape, facts in _SHAPES.items()}
    for name, sheet_name in names.items():
        sheet = book.add_worksheet(sheet_name)
        below = 0
        if name in sheets:
            columns = held(columns_of(sheets[name]), NOT_IN_XML, f"{sheet_name} in .xlsx", longest=LONGEST)
            _write_table(sheet, columns, shapes)
            below = len(sheets[name]) + 2
        text = Cells("notes", "text", [*lines.get(name, ())])
        for row, line in enumerate(held([text], NOT_IN_XML, ".xlsx", longest=LONGEST)[0].entries, start=below):
            sheet.write_string(row, 0, line, shapes["note"])
    book.close()
    return write_atomic(path, buffer.getvalue())


def _check_size(name: str, n_rows: int, n_columns: int) -> None:
    if n_rows > MOST_ROWS or n_columns > MOST_COLUMNS:
        msg = (
            f"{name} has {n_rows:,} rows and {n_columns:,} columns; a sheet of Excel holds {MOST_ROWS:,} rows, the "
            f"heading among them, and {MOST_COLUMNS:,} columns. Write a folder of CSV files, or .orgnet."
        )
        raise OptionError(msg)


def _write_table(sheet: Any, columns: list[Cells], shapes: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter
    for number, cells in enumerate(columns):
        heading = cells.name[:LONGEST]
        sheet.write_string(0, number, heading, shapes["heading"])
        sheet.set_column(number, number, _width(heading, cells))
        write = _WRITERS[cells.kind]
        for row, value in enumerate(cells.entries, start=1):
            if value is not None:
                write(sheet, row, number, value, shapes)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, len(columns[0].entries), len(columns) - 1)


def _write_text(sheet: Any, row: int, number: int, value: str, shapes: dict[str, Any]) -> None:  # noqa: ANN401
    """Write text as text; what would run once somebody edits the cell is marked as text for good."""
    sheet.write_string(row, number, value, shapes["guarded"] if runs(value) else None)


def _write_whole(sheet: Any, row: int, number: int, value: int, shapes: dict[str, Any]) -> None:  # noqa: ANN401
    if abs(value) < _EXACT:
        sheet.write_number(row, number, value)
    else:
        _write_text(sheet, row, number, str(value), shapes)


def _write_number(sheet: Any, row: int, number: int, value: float, shapes: dict[str, Any]) -> None:  # noqa: ANN401
    if abs(value) < float("inf"):
        sheet.write_number(row, number, value)
    else:
        _write_text(sheet, row, number, str(value), shapes)


def _write_date(sheet: Any, row: int, number: int, value: dt.datetime, shapes: dict[str, Any]) -> None:  # noqa: ANN401
    if value.tzinfo is not None or value < _FIRST_DAY or value.microsecond:
        _write_text(sheet, row, number, day(value), shapes)
    else:
        whole = value.time() == dt.time()
        sheet.write_datetime(row, number, value, shapes["day" if whole else "time"])


_WRITERS: dict[str, Any] = {
    "text": _write_text,
    "flag": lambda sheet, row, number, value, _: sheet.write_boolean(row, number, value),
    "whole": _write_whole,
    "number": _write_number,
    "date": _write_date,
}


def _width(heading: str, cells: Cells) -> int:
    if cells.kind == "date":
        return max(12, _room(heading))
    shown = [heading, *(str(value) for value in cells.entries[:_SAMPLE] if value is not None)]
    return min(max(_NARROW, *map(_room, shown)) + 2, _WIDE)


def _room(text: str) -> int:
    """Return how many narrow characters a text takes, up to the widest column."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text[:_WIDE])


def sheet_names(names: Iterable[str]) -> dict[str, str]:
    r"""Return each name as Excel takes it: 31 characters, none of ``[]:*?/\``, no two the same but for case.

    Examples
    --------
    >>> sheet_names(["a/b", "A_b", ""])
    {'a/b': 'a_b', 'A_b': 'A_b (2)', '': 'sheet'}
    """
    made: dict[str, str] = {}
    taken = {"history"}  # Excel keeps this name for itself
    for name in names:
        base = NOT_IN_XML.sub("_", re.sub(r"[\[\]:*?/\\\t\r\n]", "_", str(name))).strip("' ") or "sheet"
        unique, again = _short(base, ""), 1
        while unique.lower() in taken:
            again += 1
            unique = _short(base, f" ({again})")
        taken.add(unique.lower())
        made[name] = unique
    return made


def _short(base: str, end: str) -> str:
    """Return a name and what follows it within the length of a sheet name, counted in UTF-16."""
    room = 2 * (_SHEET_LENGTH - len(end))
    return base.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").rstrip("' ") + end
