"""Which files and sheets are read, and as what: a folder, a workbook, one file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orgnet._build import readers
from orgnet._build.headings import as_compared
from orgnet._build.roles import KNOWN, ROLES, role_of
from orgnet._build.settings import FILE
from orgnet._model.values import fold
from orgnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from orgnet._build.raw import Raw
    from orgnet._model.findings import Log

    Sheet = str | Sequence[str] | None

_PAGES = ("fields", "readme")  # beside tables: words, no rows
_SHOWN = 20  # names in one finding
_BY_PATH = (".json",)  # read where it is named: in a folder it may be anything


def existing(path: Path) -> Path:
    """Return the path; `InputError` where there is nothing."""
    if not path.exists():
        msg = f"{path} does not exist; give a folder with units.csv and ties.csv, or a file"
        raise InputError(msg)
    return path


def folder(path: Path, log: Log, *, encoding: str | None, sheet: Sheet) -> list[Raw]:
    """Return the tables of all files in a folder; those named units and ties have their roles, the others none yet."""
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "~$")))
    files = [entry for entry in entries if entry.is_file()]
    tables, found = [], False
    for role in ("units", "ties"):
        named = [file for file in files if _stem(file) in ROLES[role].words]
        files = [file for file in files if file not in named]
        readable = [file for file in named if readers.table_suffix(file)]
        if named and not readable:
            readers.refuse_file(named[0])
        if len(readable) > 1:
            log.add("table.several", path.name, column=role, value=", ".join(file.name for file in readable))
        elif readable:
            raws = readers.read_tables(readable[0], log, encoding=encoding, sheet=sheet)
            tables += [replace(raw, role=raw.role or role) for raw in raws]
        found |= bool(named)
    others = [file for file in files if _is_table(file)]
    for file in others:
        tables += readers.read_tables(file, log, encoding=encoding, sheet=sheet)
    if not found and not others:
        msg = f"{path} holds no table; name them units.csv and ties.csv (or .xlsx, .parquet), or give a file"
        raise InputError(msg)
    _log_passed_over([entry for entry in entries if entry.is_dir() or entry in set(files) - set(others)], path, log)
    return tables


def _is_table(file: Path) -> bool:
    suffix = readers.table_suffix(file)
    return suffix is not None and suffix not in _BY_PATH and _stem(file) not in _PAGES


def _log_passed_over(entries: list[Path], folder: Path, log: Log) -> None:
    names = [entry.name + "/" * entry.is_dir() for entry in entries if entry.name != FILE]
    names = [name for name in names if name.split(".")[0].lower() not in _PAGES]
    if names:
        more = f" ... ({len(names)})" if len(names) > _SHOWN else ""
        log.add("file.passed_over", folder.name, value=", ".join(names[:_SHOWN]) + more, count=len(names))


def _stem(file: Path) -> str:
    return file.name.split(".")[0].lower()


def with_roles(raws: list[Raw], columns: Mapping[str, str]) -> list[Raw]:
    """Return the tables, each in the role that its headings and its name say; those of none keep an empty one.

    `columns` says what headings mean, by hand.
    """
    meant = {as_compared(heading): field for heading, field in columns.items()}
    out = []
    for raw in raws:
        headings = [meant.get(as_compared(str(name)), str(name)) for name in raw.frame.columns]
        role = role_of(headings, raw.role or raw.name)
        sure = raw.role == "ties" or (raw.role and not (role and ROLES[role].lists_units))
        out.append(raw if sure else replace(raw, role=role))
    return out


def ignore(raw: Raw, log: Log) -> None:
    """Log a table of no role and account for its rows; only headings that are known are shown."""
    known = [str(name) for name in raw.frame.columns if fold(str(name)).lower() in KNOWN]
    rows = len(raw.frame) + raw.place.refused
    log.add("file.ignored", raw.place.source, value=", ".join(known) or f"{raw.frame.shape[1]} headings")
    log.account(raw.place.source, rows, 0, 0, rows)
