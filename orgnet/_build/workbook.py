"""Reading workbooks: each sheet that holds a table, as text.

A spreadsheet keeps numbers where people meant codes, and dates where they meant house numbers; what was lost on the way
is said, cell by cell. The old formats (xls, xlsb, ods) do not tell errors from empty cells.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.archive import Archive, Facts, look_into
from orgnet._build.asides import settle
from orgnet._build.bounds import UnreadableError, refuse
from orgnet._build.layout import LOOKED_AT, Heading, field_of, find_heading
from orgnet._build.raw import Raw
from orgnet._model.values import Place
from orgnet.errors import InputError, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import python_calamine

    from orgnet._build.layout import Merge
    from orgnet._model.findings import Log

Cell = str | float | dt.date | dt.time | dt.timedelta

_NOTES = frozenset(
    [
        *("说明", "填表说明", "填报说明", "使用说明", "目录", "封面", "字典", "选项", "发现", "检查结果", "关于"),
        *("notes", "note", "readme", "read me", "about", "findings"),
    ]
)
_CODES = frozenset(["unit_id", "superior_id", "source", "target", "uscc", "area_code", "old_code"])
_EXACT = 1e15  # a spreadsheet keeps 15 digits
_WRITTEN_OUT = 1e20
_FEWEST = 2  # headings of a table


@dataclass(frozen=True)
class _Sheet:
    """The cells of a sheet, from its first row, and what its reader does not tell."""

    rows: list[list[Cell]]
    left: int
    merges: list[Merge]
    facts: Facts


def read_workbook(data: bytes, source: str, log: Log, *, sheet: str | Sequence[str] | None = None) -> list[Raw]:
    """Read the tables of a workbook: one for each sheet that holds one, or for each sheet that is named.

    Parameters
    ----------
    data
        The file: xlsx, xlsm, xlsb, xls or ods.
    source
        Its name; that of a sheet stands behind it, after a slash.
    log
        Takes the findings.
    sheet
        A sheet, or several, by name; these are read even if they are hidden or called notes.

    Raises
    ------
    InputError
        Where a sheet that is named is not there.
    """
    raws: list[Raw] = []
    try:
        archive = look_into(data)
        book = _book(archive.data)
        sheets = list(book.sheets_metadata)
    except UnreadableError as error:
        log.add("table.unreadable", source, value=str(error))
        return raws
    names = [about.name for about in sheets]
    asked = names if sheet is None else [sheet] if isinstance(sheet, str) else list(sheet)
    for name in asked:
        if name not in names:
            msg = f"{source} has no sheet {name!r}; its sheets are {names}.{near(name, names)}"
            raise InputError(msg)
    broken = False
    for number, about in enumerate(sheets):
        if about.name not in asked or _passed_over(about, source, log, every=sheet is None):
            continue
        try:
            found = _read_sheet(_opened(archive, book, number), f"{source}/{about.name}", about.name, log)
        except UnreadableError as error:
            log.add("table.unreadable", f"{source}/{about.name}", value=str(error))
            broken = True
            continue
        if isinstance(found, Raw):
            raws.append(found)
        else:
            log.add("sheet.ignored", source, value=about.name, other=found)
    if not raws and not broken:
        log.add("table.unreadable", source, value="none of its sheets holds a table")
    return raws


def _passed_over(about: python_calamine.SheetMetadata, source: str, log: Log, *, every: bool) -> bool:
    """Return whether a sheet is not looked into, and log why; hidden sheets and notes are where they are named."""
    import python_calamine

    if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
        log.add("sheet.ignored", source, value=about.name, other="it holds no cells")
    elif every and about.visible != python_calamine.SheetVisibleEnum.Visible:
        log.add("sheet.hidden", source, value=about.name)
    elif every and about.name.strip().lower() in _NOTES:
        log.add("sheet.ignored", source, value=about.name, other="it holds notes")
    else:
        return False
    return True


def _book(data: bytes) -> python_calamine.CalamineWorkbook:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        refuse("it is protected by a password", error)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        refuse(f"it is no whole workbook ({error})", error)


def _opened(archive: Archive, book: python_calamine.CalamineWorkbook, number: int) -> _Sheet:
    """Return the cells of one sheet; the workbook is opened anew only where its scan left cells out."""
    import python_calamine

    data, facts = archive.scan(number)
    try:
        sheet = (book if data is archive.data else _book(data)).get_sheet_by_index(number)
        merged = sheet.merged_cell_ranges or []
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        refuse(f"it is no whole workbook ({error})", error)
    left = sheet.start[1] if sheet.start else 0
    merges = [(top, first - left, bottom, last - left) for (top, first), (bottom, last) in merged if first >= left]
    return _Sheet([] if sheet.start is None else list(sheet.iter_rows()), left, merges, facts)


def _read_sheet(sheet: _Sheet, source: str, name: str, log: Log) -> Raw | str:
    """Return the table of a sheet, or why it holds none."""
    lines = [[_text(cell) for cell in row] for row in sheet.rows[:LOOKED_AT]]
    heading = find_heading(lines, sheet.merges)
    if heading is None:
        return "it is empty"
    if sum(map(bool, heading.names)) < _FEWEST and not heading.known:
        return "it has no two headings"
    start = heading.last + 1
    if start >= len(sheet.rows) and heading.known < _FEWEST:
        return "it has no rows"
    columns = [list(column) for column in zip(*sheet.rows[start:], strict=True)] or [[] for _ in heading.names]
    filled = _fill_down(columns, sheet.merges, start)
    frame = pd.DataFrame({number: pd.Series(_texts(cells), dtype="str") for number, cells in enumerate(columns)})
    place = Place(source, np.arange(len(frame)) + start + 1, log)
    if sheet.facts.far:
        log.add("sheet.far_cells", source, value=sheet.facts.first_far, count=sheet.facts.far)
    frame, place = settle(frame, heading, lines[:start], place)
    _log_cells(columns, heading, sheet, start, place)
    for column, count in filled.items():
        log.add("cell.merged", source, column=heading.names[column], count=count)
    return Raw(frame, place, name)


def _fill_down(columns: list[list[Cell]], merges: Iterable[Merge], start: int) -> Counter[int]:
    """Write the value of cells merged over several rows of one column into each of them; return how many a column."""
    filled: Counter[int] = Counter()
    for top, left, bottom, right in merges:
        if top >= start and left == right < len(columns) and bottom > top and top - start < len(columns[left]):
            cells = columns[left]
            value = cells[top - start]
            end = min(bottom - start + 1, len(cells))
            if value != "" and end > top - start + 1:
                cells[top - start + 1 : end] = [value] * (end - top + start - 1)
                filled[left] += 1
    return filled


def _texts(cells: list[Cell]) -> list[str | None]:
    return [cell if type(cell) is str and cell else _text(cell) or None for cell in cells]


def _text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO, at most the 15 digits a spreadsheet keeps."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        if cell == int(cell) if abs(cell) < _WRITTEN_OUT else False:
            return str(int(cell))
        return f"{cell:.15g}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else str(cell)


def _log_cells(columns: list[list[Cell]], heading: Heading, sheet: _Sheet, start: int, place: Place) -> None:
    """Log what was lost in the cells of the rows that are kept."""
    kept = np.zeros(start + len(columns[0]) + 1 if columns else start + 1, dtype=bool)
    kept[place.rows] = True
    for number, name in enumerate(heading.names):
        _log_column(columns[number], name, start, kept, place)
    errors: dict[int, list[tuple[int, str]]] = {}
    for row, column, text in sheet.facts.errors:
        if row + 1 < len(kept) and kept[row + 1]:
            errors.setdefault(column - sheet.left, []).append((row + 1, text))
    for column, found in errors.items():
        rows, texts = np.array([row for row, _ in found]), np.array([text for _, text in found], dtype=object)
        place.log.add("cell.error", place.source, row=rows, column=heading.names[column], value=texts)
    empty: dict[int, list[int]] = {}
    for row, column in sheet.facts.formulas:
        if row + 1 < len(kept) and kept[row + 1] and 0 <= column - sheet.left < len(heading.names):
            empty.setdefault(column - sheet.left, []).append(row + 1)
    for column, found_rows in empty.items():
        name = heading.names[column]
        place.log.add("cell.no_value", place.source, row=min(found_rows), column=name, count=len(found_rows))


def _log_column(cells: list[Cell], name: str, start: int, kept: np.typing.NDArray[np.bool_], place: Place) -> None:
    types = set(map(type, cells))
    if types & {int, float}:
        lost = [at for at, cell in enumerate(cells) if isinstance(cell, int | float) and abs(cell) >= _EXACT]
        _log_some("cell.digits_lost", lost, cells, name, start, kept, place)
    if types & {dt.date, dt.datetime} and field_of(name) in _CODES:
        dates = [at for at, cell in enumerate(cells) if isinstance(cell, dt.date)]
        _log_some("cell.date_id", dates, cells, name, start, kept, place)


def _log_some(
    code: str,
    found: list[int],
    cells: list[Cell],
    name: str,
    start: int,
    kept: np.typing.NDArray[np.bool_],
    place: Place,
) -> None:
    found = [at for at in found if kept[at + start + 1]]
    shown = np.array([_text(cells[at]) for at in found], dtype=object)
    place.log.add(code, place.source, row=np.array(found, dtype=np.int64) + start + 1, column=name, value=shown)
