"""Lists of units: from registers of several kinds to one table of units, and what their cells say of other units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.roles import LINKS, ROLES
from orgnet._model import tables, values
from orgnet._model.codes import individual_business, uscc_class
from orgnet._model.findings import Log
from orgnet._model.reading import positions
from orgnet._model.tables import Origin, Units
from orgnet._model.values import Place
from orgnet._model.vocabulary import KIND_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray


CREDIT_CODE = 18  # characters
_TELL_APART = ("grid", "area", "superior_name", "superior_id")
_RUNNING = ("序号", "no", "no.", "number")  # headings of running numbers
_SOCIAL = frozenset({"association", "non_enterprise_unit", "foundation"})  # classes of the credit code
_ENDINGS = {  # of the official name of a Party organisation; longer ones first
    "党工委": "party_committee",
    "党总支": "party_general_branch",
    "党支部": "party_branch",
    "党小组": "party_cell",
    "党委": "party_committee",
}


@dataclass(frozen=True)
class UnitList:
    """One list of units as it was read: the units, and the cells that name others, one frame row a row of the list."""

    role: str
    units: Units
    links: pd.DataFrame
    place: Place
    kept_out: frozenset[str] = frozenset()  # ids and names of individual businesses


def read_list(frame: pd.DataFrame, role: str, place: Place) -> UnitList:
    """Read a list of units under canonical headings.

    A list may have a row for each unit that a Party organisation covers: then rows of one id may differ in who that is,
    and in columns that are no fields.
    """
    frame = frame.reset_index(drop=True)
    links = frame[[name for name in LINKS if name in frame and name != "superior_id"]].apply(values.as_text)
    per_host = [name for name in ("hosts", "party_org") if name in links]
    frame = _with_kind(_with_id(frame.drop(columns=per_host), place), role, place)
    person = _individuals(frame)
    kept_out: frozenset[str] = frozenset()
    if person.any():
        known = [values.as_text(frame.loc[person, name]) for name in ("unit_id", "name") if name in frame]
        kept_out = frozenset(pd.concat(known).dropna())
        _log_totals(frame[person].reset_index(drop=True), place)
        frame, links = frame[~person].reset_index(drop=True), links[~person].reset_index(drop=True)
        place = Place(place.source, place.rows[~person], place.log, place.refused + int(person.sum()))
    extras = [name for name in map(str, frame) if name not in ROLES[role].fields]
    apart = extras if per_host else [name for name in extras if values.fold(name).lower() in _RUNNING]
    units = tables.clean_units(frame, place, apart=apart)
    typed = units.table.drop(columns=[name for name in links if name in units.table])
    return UnitList(role, replace(units, table=typed), links, place, kept_out)


def _individuals(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are individual businesses, by their code: they stand close to a person, and are no units."""
    found = np.zeros(len(frame), dtype=bool)
    for name in ("uscc", "unit_id"):
        if name in frame:
            found |= individual_business(values.as_text(frame[name]))
    return found


def _log_totals(frame: pd.DataFrame, place: Place) -> None:
    """Log how many individual businesses there are in each area, with their staff: the totals, and nothing else."""
    area = values.as_text(frame["area"]).fillna("") if "area" in frame else pd.Series("", index=range(len(frame)))
    nowhere = Place(place.source, np.arange(len(frame)), Log())
    staff = values.read_numbers(frame["staff"], "staff", nowhere) if "staff" in frame else pd.Series()
    for name, at in area.groupby(area.to_numpy()).groups.items():
        known = staff.reindex(at).dropna()
        said = f"staff of {len(known)} of them: {known.sum():g}" if len(known) else "staff not recorded"
        place.log.add("unit.individual_business", place.source, value=name, other=said, count=len(at))


def _with_id(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return a list with a `unit_id`: where it has no code the credit code, and in a list without codes the name.

    Names that repeat get the grid, area or superior before them, whatever tells them apart.
    """
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    ids = values.as_text(frame["unit_id"]) if "unit_id" in frame else blank
    if ids.notna().all() or not {"uscc", "name"} & set(frame.columns):
        return frame
    text = {name: values.as_text(frame[name]) if name in frame else blank for name in ("uscc", "name", *_TELL_APART)}
    credit = ids.isna() & (text["uscc"].str.strip().str.len() == CREDIT_CODE)
    _log_made("unit.id_uscc", "unit_id", credit, place)
    if ids.notna().any():
        return frame.assign(unit_id=ids.mask(credit, text["uscc"]))
    names = text["name"]
    for name in _TELL_APART:
        again = names.duplicated(keep=False) & text[name].notna()
        if again.any():
            names = names.mask(again, text[name] + "/" + names)
    _log_made("unit.id_name", "unit_id", ~credit & names.notna(), place)
    return frame.assign(unit_id=names.mask(credit, text["uscc"]))


def _log_made(code: str, column: str, mask: pd.Series, place: Place, value: str = "") -> None:
    if mask.any():
        row = place.rows[mask.to_numpy(bool)][0]
        place.log.add(code, place.source, row=row, column=column, value=value, count=int(mask.sum()))


def _with_kind(frame: pd.DataFrame, role: str, place: Place) -> pd.DataFrame:
    """Return a list with the kind that its register stands for, where the rows name no known one.

    In a register of Party organisations the end of the name says it first, as in 第一网格党支部.
    """
    kind = ROLES[role].kind
    if not kind or not len(frame):
        return frame
    given = pd.Series(pd.NA, index=frame.index, dtype="str")
    if "kind" in frame:
        given = values.as_text(frame["kind"])
        if not given.dropna().map(values.fold).isin(list(KIND_WORDS)).any():  # the type of a company, say
            frame = frame.rename(columns={"kind": "kind (extra)"})
            given = given.mask(given.notna())
    if kind == "party_unit" and "name" in frame:
        end = values.as_text(frame["name"]).str.strip().str.extract(rf"({'|'.join(_ENDINGS)})$")[0]
        named = given.isna() & end.notna()
        _log_made("unit.kind_named", "kind", named, place)
        given = given.fillna(end.map(_ENDINGS))
    if role == "enterprise" and "uscc" in frame:
        social = given.isna() & values.as_text(frame["uscc"]).map(uscc_class, na_action="ignore").isin(list(_SOCIAL))
        _log_made("unit.kind_uscc", "kind", social, place)
        given = given.mask(social, "social_org")
    _log_made("unit.kind_given", "kind", given.isna(), place, kind)
    return frame.assign(kind=given.fillna(kind))


def joined(lists: list[UnitList], log: Log) -> tuple[pd.DataFrame, Origin]:
    """Return the units of all lists as one table and where each stands, and account for the rows of every list.

    A unit that stands in several lists is one: the first list speaks, later ones fill what it leaves open; what they
    contradict is a warning.
    """
    read = [each.units for each in lists]
    parts = [part for part in read if len(part.table)] or read[:1] or [tables.no_units()]
    table = pd.concat([part.table for part in parts]) if len(parts) > 1 else parts[0].table
    table.index.name = "unit_id"
    origin = Origin(
        np.concatenate([part.origin.sources for part in parts]), np.concatenate([part.origin.rows for part in parts])
    )
    again = table.index.duplicated() if len(parts) > 1 else np.zeros(len(table), dtype=bool)  # unique within a list
    if again.any():
        table = _filled(table, again, origin, log)
    if lists and not any(each.units.rows_in for each in lists):
        log.add("table.no_rows", ", ".join(each.place.source for each in lists))
    for each in lists:
        units = each.units
        new = int((origin.sources[~again] == each.place.source).sum())
        merged = units.merged + len(units.table) - new
        log.account(each.place.source, units.rows_in, new, merged, units.rows_in - new - merged)
    return table, Origin(origin.sources[~again], origin.rows[~again])


def _filled(table: pd.DataFrame, again: NDArray[np.bool_], origin: Origin, log: Log) -> pd.DataFrame:
    """Return the first row of each unit, what it leaves open filled from the others."""
    first = table[~again].copy()
    repeated = np.flatnonzero(again)
    at = positions(pd.Series(table.index[repeated]), first.index)
    where = np.flatnonzero(~again)[at]
    log.add("unit.joined", **origin.at(repeated), column="unit_id", value=table.index[repeated].to_numpy(object),
            other=_shown(origin, where))  # fmt: skip
    for name in table.columns:
        later, here = table[name].iloc[repeated], first[name].iloc[at]
        known = later.notna().to_numpy(bool)
        open_ = here.isna().to_numpy(bool)
        differ = known & ~open_
        differ[differ] = later.to_numpy(object)[differ] != here.to_numpy(object)[differ]
        value = later.astype("str").to_numpy(object)[differ]
        log.add("unit.facts_differ", **origin.at(repeated[differ]), column=str(name), value=value,
                other=_shown(origin, where[differ], here.astype("str").to_numpy(object)[differ]))  # fmt: skip
        fill = known & open_
        turn = np.flatnonzero(fill)[::-1]  # the earliest list last, so that it is the one that stays
        if len(turn):
            column = first[name].copy()
            column.iloc[at[turn]] = later.iloc[turn].to_numpy()
            first[name] = column
    return first


def _shown(origin: Origin, at: NDArray[np.int64], facts: NDArray[np.object_] | None = None) -> NDArray[np.object_]:
    """Return for each unit where it stands first, with what is said there."""
    places = [f"{source} {row}" for source, row in zip(origin.sources[at], origin.rows[at], strict=True)]
    if facts is not None:
        places = [f"{fact} ({place})" for fact, place in zip(facts, places, strict=True)]
    return np.array(places, dtype=object)
