"""Registers of what units do: minutes, posts, services, tasks, counts of work become the optional tables of a network.

A row of a register becomes a row of the table for each unit, or each two units, that its cells name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.names import AREA_KINDS, NOBODY_ROW, SEVERAL, Asked, parted
from orgnet._build.roles import MINUTES
from orgnet._model.optional import (
    MUST,
    TABLES,
    empty_table,
    filled_events,
    log_order,
    nameless,
    read_field,
    unit_columns,
)
from orgnet._model.values import Place, as_text, fold
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._build.names import Names

_AREAS = ("receiver",)  # columns in which an area stands for its committee
_MAY_BE_AREAS = (("items", "unit_id"),)  # and those in which it does where no unit is called so
_PREFER = {("posts", "unit_id"): tuple(PARTY_KINDS)}  # kinds preferred among units of one name
_PARTS = {"organiser": "organiser", "absent": "absent", "participants": "participant"}  # the first that names a unit
# What a row says of all the units that it names together, and of none of them alone.
_AMOUNTS = {"services": ("capacity", "demand", "funds", "metres"), "items": ("count",)}


@dataclass(frozen=True)
class Register:
    """An optional table as it was read from one source; `place` says which row of it each row of the table is of."""

    name: str
    table: pd.DataFrame
    place: Place


def read_register(frame: pd.DataFrame, name: str, place: Place, names: Names) -> Register:
    """Read a register under canonical headings, find the units that it names, and account for its rows.

    A row is set aside where no unit is found that it must name; other units that are not found are left out.
    """
    minutes = name == "events" and "participants" in frame
    lacking = [column for column in MUST[name] if column not in frame and not minutes]
    for column in lacking:
        place.log.add("table.missing_column", place.source, column=column, value=", ".join(map(str, frame.columns)))
    if lacking:
        nothing = np.zeros(0, dtype=np.int64)
        _account(place, len(frame), nothing, nothing)
        return Register(name, empty_table(name), _at(place, nothing))
    columns = [column for column in TABLES[name] if not minutes or column not in {"unit_id", "role"}]
    frame = _used(frame, place, [*columns, *(MINUTES if minutes else ())])
    frame = nameless(frame, name, place, names.is_unit)
    named = _attended(frame, place, names) if minutes else _named_units(frame, name, place, names)
    cells = named["cell"].to_numpy()
    facts = {column: read_field(frame, name, column, place) for column in TABLES[name] if column not in named}
    table = pd.DataFrame(facts, index=frame.index).iloc[cells].reset_index(drop=True)
    table = table.assign(**_as_ids(named, name, names))[list(TABLES[name])]
    log_order(table, name, _at(place, cells))
    known = _with_text(table, name, cells, place)
    again = np.zeros(len(table), dtype=bool)
    if name == "events":
        table = filled_events(table, _at(place, cells))
        again = _repeated(table, _at(place, cells))
    kept = known & ~again
    _account(place, len(frame), cells[kept], cells[again])
    several = _of_several(frame, name, names)
    table = _without_shared(table[kept].reset_index(drop=True), name, cells[kept], several, place)
    return Register(name, table, _at(place, cells[kept]))


def joined_tables(registers: Sequence[Register]) -> dict[str, pd.DataFrame]:
    """Return the optional tables of all sources; ids of events hold within their source.

    An id that an earlier source has too gets the name of its source before it.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    taken: set[str] = set()
    for register in registers:
        table = register.table
        if register.name == "events":
            both = table["event_id"].isin(taken)
            if both.any():
                first, place = int(both.to_numpy(bool).argmax()), register.place
                shown, count = table["event_id"].iloc[first], table["event_id"][both].nunique()
                place.log.add("event.id_again", place.source, row=place.rows[first], value=shown, count=count)
                table = table.assign(event_id=table["event_id"].mask(both, f"{place.source} " + table["event_id"]))
            taken |= set(table["event_id"])
        parts.setdefault(register.name, []).append(table)
    return {name: pd.concat(parts[name], ignore_index=True) for name in TABLES if name in parts}


def _used(frame: pd.DataFrame, place: Place, columns: Sequence[str]) -> pd.DataFrame:
    """Return the columns named, blank ones for those that are not there; the others are listed."""
    unused = ", ".join(str(name) for name in frame.columns if name not in columns)
    if unused:
        place.log.add("column.unused", place.source, value=unused)
    return frame.reset_index(drop=True).reindex(columns=list(columns))


def _at(place: Place, cells: NDArray[np.int64]) -> Place:
    return Place(place.source, place.rows[cells], place.log)


def _account(place: Place, n_rows: int, kept: NDArray[np.int64], again: NDArray[np.int64]) -> None:
    """Account for the rows of a source: those with a row in the table, and those that only repeat one."""
    n_kept, n_merged = len(np.unique(kept)), len(np.setdiff1d(again, kept))
    rows_in = n_rows + place.refused
    place.log.account(place.source, rows_in, n_kept, n_merged, rows_in - n_kept - n_merged)


# --- who is named


def _named_units(frame: pd.DataFrame, name: str, place: Place, names: Names) -> pd.DataFrame:
    """Return the rows of the units that each row of a register names, a line for each choice of one a column."""
    pairs = pd.DataFrame({"cell": np.arange(len(frame))})
    for column in unit_columns(name):
        must = column in MUST[name]
        if column == "concurrent_unit":
            part = _other_seats(frame, place, names)
        else:
            prefer, area = _PREFER.get((name, column), ()), (name, column) in _MAY_BE_AREAS
            part = _named(frame, column, place, names, prefer=prefer, must=must, area=area)
        pairs = pairs.merge(part, on="cell", how="inner" if must else "left")
    return pairs


def _named(
    frame: pd.DataFrame,
    column: str,
    place: Place,
    names: Names,
    *,
    prefer: tuple[str, ...] = (),
    must: bool = False,
    area: bool = False,
) -> pd.DataFrame:
    """Return the rows of the units that the cells of a column name, one a line.

    With `must` a blank is a warning; with `area` a community stands for its committee where no unit is called so.
    """
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    text = names.asked(column, blank, frame[column], place).text
    if must:
        place.log.add("reference.missing", place.source, row=place.rows[text.isna().to_numpy(bool)], column=column)
    asked = names.split(column, blank, text, place)
    if column in _AREAS:
        found = names.find_areas(asked)
        names.find(asked.only(found == SEVERAL), AREA_KINDS)  # says which
    else:
        found = names.find(asked, prefer)
        if area and (open_ := found == NOBODY_ROW).any():
            found[open_] = names.find_areas(asked.only(open_))
    return _found(asked, found, column, names)


def _found(asked: Asked, found: NDArray[np.int64], column: str, names: Names, **more: pd.Series) -> pd.DataFrame:
    """Return the references that were found, each once a cell, as rows of units; those that are no unit are logged."""
    names.log_unknown("name.unknown", asked.text, column, found == NOBODY_ROW, asked.place)
    return pd.DataFrame({"cell": asked.cells, column: found, **more})[found >= 0].drop_duplicates()


def _other_seats(frame: pd.DataFrame, place: Place, names: Names) -> pd.DataFrame:
    """Return the bodies of the seats that are held beside a post, and those seats; what names no body is logged.

    The body is named in a column of its own, or the other post begins with its name.
    """
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    body, also = (names.asked(name, blank, frame[name], place).text for name in ("concurrent_unit", "concurrent_post"))
    held: list[tuple[int, str, str | None]] = []
    lost = []
    for row, (unit, seats) in enumerate(zip(body, also, strict=True)):
        if isinstance(unit, str):
            held += [(row, part, seats if isinstance(seats, str) else None) for part in names.parts(unit)]
            continue
        for part in filter(None, map(fold, parted(seats) if isinstance(seats, str) else [])):
            name, seat = names.beginning(part)
            if name:
                held.append((row, name, seat or None))
            else:
                lost.append(row)
    rows = np.unique(np.array(lost, dtype=np.int64))
    place.log.add("post.body_unknown", place.source, row=place.rows[rows], column="concurrent_post")
    cells = np.array([row for row, _, _ in held], dtype=np.int64)
    text = pd.Series([name for _, name, _ in held], dtype="str")
    asked = Asked("concurrent_unit", blank.iloc[cells].reset_index(drop=True), text, _at(place, cells), cells)
    seat_names = pd.Series([seat for _, _, seat in held], dtype="str")
    return _found(asked, names.find(asked), "concurrent_unit", names, concurrent_post=seat_names)


def _attended(frame: pd.DataFrame, place: Place, names: Names) -> pd.DataFrame:
    """Return the units that minutes name, a line for each unit of an event, with the part that it had."""
    parts = []
    for column, part in _PARTS.items():
        found = _named(frame, column, place, names).rename(columns={column: "unit_id"})
        parts.append(found.assign(role=pd.Series(part, index=found.index, dtype="str")))
    named = pd.concat(parts).sort_values("cell", kind="stable", ignore_index=True)
    nobody = np.setdiff1d(np.arange(len(frame)), named["cell"])
    place.log.add("event.alone", place.source, row=place.rows[nobody], column="participants")
    return named[~named.duplicated(["cell", "unit_id"])].reset_index(drop=True)


def _as_ids(named: pd.DataFrame, name: str, names: Names) -> dict[str, pd.Series]:
    """Return the columns of a table that are known of the units named, their rows as ids."""
    known = np.array([*names.ids, None], dtype=object)  # the last stands for nobody
    columns = {str(column): named[column] for column in named if column != "cell"}
    for column in unit_columns(name):
        rows = named[column].fillna(NOBODY_ROW).to_numpy(np.int64)
        columns[column] = pd.Series(known[rows], index=named.index, dtype="str")
    return columns


# --- which rows stay


def _with_text(table: pd.DataFrame, name: str, cells: NDArray[np.int64], place: Place) -> NDArray[np.bool_]:
    """Return which rows say all that they must beside the units; a blank is a warning."""
    known = np.ones(len(table), dtype=bool)
    for column in [column for column in MUST[name] if TABLES[name][column] == "text"]:
        missing = table[column].isna().to_numpy(bool)
        place.log.add("reference.missing", place.source, row=place.rows[np.unique(cells[missing])], column=column)
        known &= ~missing
    return known


def _repeated(table: pd.DataFrame, place: Place) -> NDArray[np.bool_]:
    """Return which rows name a unit that their event has already, with a note that counts them."""
    again = table.duplicated(["event_id", "unit_id"]).to_numpy(bool)
    if again.any():
        first, count = int(again.argmax()), int(again.sum())
        shown, other = table["event_id"].iloc[first], table["unit_id"].iloc[first]
        place.log.add("event.repeated", place.source, row=place.rows[first], value=shown, other=other, count=count)
    return again


def _without_shared(
    table: pd.DataFrame, name: str, cells: NDArray[np.int64], several: NDArray[np.bool_], place: Place
) -> pd.DataFrame:
    """Return a table without the amounts that rows of the source give for several units together."""
    for column in _AMOUNTS.get(name, ()):
        shared = several[cells] & table[column].notna().to_numpy(bool)
        if shared.any():
            rows = place.rows[np.unique(cells[shared])]
            place.log.add("amount.of_several", place.source, row=rows, column=column)
            table = table.assign(**{column: table[column].mask(shared)})
    return table


def _of_several(frame: pd.DataFrame, name: str, names: Names) -> NDArray[np.bool_]:
    """Return which rows of a register name several units in one cell, known or not."""
    found = np.zeros(len(frame), dtype=bool)
    for column in unit_columns(name) if name in _AMOUNTS else ():
        text = as_text(frame[column])
        several = [cell for cell in text.dropna().unique() if len(names.parts(cell)) > 1]
        found |= text.isin(several).to_numpy(bool)
    return found
