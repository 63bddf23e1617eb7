"""Blank tables to fill in, with the meaning of every column beside them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from orgnet._build.roles import ROLES
from orgnet._build.template_sheets import SHEETS
from orgnet._model.files import write_atomic
from orgnet._model.optional import TABLES
from orgnet._model.vocabulary import FORMATIONS, KINDS, LAYERS, LEVELS, check_choice
from orgnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orgnet._build.template_sheets import Column
    from orgnet._model.vocabulary import Lang

_UNITS, _TIES = SHEETS[:2]


def template(path: str | Path, *, lang: Lang = "zh") -> Path:
    """Write blank tables to fill in: a workbook with one sheet a register, or a folder of two CSV tables.

    The workbook has a sheet each for units in general, ties, Party organisations, enterprises, social organisations,
    committees and service centres, grids, buildings, posts, services, events, messages and items of work; fill in those
    you have. Words are chosen from lists, codes stay text, a note at each heading says what goes there, and the last
    sheet explains all with an example of each. Nothing is forbidden: a cell that does not fit is only asked about. The
    folder holds units, ties and a page that explains every column and the tables that may be added, as CSV in UTF-8
    with a byte-order mark, so that a spreadsheet opens them as they are. Filled in, `orgnet.read` takes either. Files
    that are there already are never overwritten.

    Parameters
    ----------
    path
        The workbook, ending in ``.xlsx``; anything else is the folder, made where it does not exist.
    lang
        Of the headings: ``"zh"``, or ``"en"`` for the names of the fields.

    Returns
    -------
    Path
        The workbook or folder.

    Raises
    ------
    OptionError
        For another language.
    InputError
        Where the workbook is there already, the folder holds one of the files, or they cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(file.name for file in template(folder).iterdir())
    ['fields.txt', 'ties.csv', 'units.csv']
    """
    check_choice("lang", lang, ("en", "zh"))
    folder = Path(path)
    if folder.suffix.lower() == ".xlsx":
        from orgnet._build.template_workbook import blank_workbook

        if folder.exists():
            msg = f"{folder} exists already and is not overwritten; name a new workbook"
            raise InputError(msg)
        return write_atomic(folder, blank_workbook(lang))
    files = {
        "units.csv": _csv([[column.heading(lang) for column in _UNITS.columns]]),
        "ties.csv": _csv([[column.heading(lang) for column in _TIES.columns]]),
        "fields.txt": "\ufeff" + _explained(),
    }
    for name in files:
        if (folder / name).exists():
            msg = f"{folder / name} exists already and is not overwritten; name a new folder"
            raise InputError(msg)
    for name, text in files.items():
        write_atomic(folder / name, text)
    return folder


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return "\ufeff" + out.getvalue()


def _explained() -> str:
    named = {column.field for column in _UNITS.columns}
    lists = [sheet for sheet in SHEETS if ROLES[sheet.role].lists_units]
    more = {column.field: column for sheet in lists for column in sheet.columns}
    lines = ["units.csv: 一行一个组织 / one row a unit", "", *map(_line, _UNITS.columns)]
    lines += ["", "可自行添加的列 / columns that may be added", ""]
    lines += [_line(column) for field, column in more.items() if field not in named]
    lines += ["", "ties.csv: 一行一条关系 / one row a tie", "", *map(_line, _TIES.columns)]
    for sheet in SHEETS:
        if sheet.role in TABLES:
            lines += ["", f"{sheet.en}.csv: {sheet.row_zh}；可自行添加 / {sheet.row}; may be added", ""]
            lines += map(_line, sheet.columns)
    lines += ["", "类别 / kinds", "", *(f"  {kind.zh} ({name})" for name, kind in KINDS.items())]
    lines += ["", "层级 / levels", "", *(f"  {zh} ({name})" for name, zh in LEVELS.items())]
    lines += ["", "关系层 / layers", ""]
    lines += [
        f"  {layer.zh} ({name}): {'有方向 / directed' if layer.directed else '无方向 / undirected'}"
        for name, layer in LAYERS.items()
    ]
    lines += ["", "组建形式 / formations", "", *(f"  {zh} ({name})" for name, zh in FORMATIONS.items())]
    lines += ["", "不收个人信息：姓名、证件号、电话等列会被删除。/ No persons: such columns are dropped.", ""]
    return "\r\n".join(lines)


def _line(column: Column) -> str:
    return f"  {column.zh} ({column.field}): {column.meaning_zh} / {column.meaning}"
