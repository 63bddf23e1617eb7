"""From what lists of units say to ties: superiors, hosts and grids in cells, and codes that lie in one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.names import NOBODY_ROW, Asked
from orgnet._build.roles import ROLES
from orgnet._model import values
from orgnet._model.codes import division_containers, division_level
from orgnet._model.reading import positions
from orgnet._model.tables import TieSource, sorted_ends
from orgnet._model.values import Place
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._build.lists import UnitList
    from orgnet._build.names import Names

_HOST_KINDS = ("enterprise", "social_org", "professional_org", "charity", "grid", "building")
# field of a list: layer, which end it names, kinds preferred among units of one name
_LINKS = {
    "hosts": ("covers", "target", _HOST_KINDS),
    "party_org": ("covers", "source", tuple(PARTY_KINDS)),
    "grid": ("contains", "source", ("grid",)),
}


def named_ends(frame: pd.DataFrame, place: Place, names: Names) -> pd.DataFrame:
    """Return a table of ties with the ids of units in place of names that only one unit has."""
    for field in [name for name in ("source", "target") if name in frame]:
        text = values.as_text(frame[field])
        asked = Asked(field, pd.Series(pd.NA, index=text.index, dtype="str"), text, place, np.arange(len(text)))
        found = names.find(asked)
        named = (found >= 0) & (positions(text, names.ids) < 0)
        if named.any():
            ids = pd.Series(names.ids.to_numpy(object)[found], index=frame.index, dtype="str")
            frame = frame.assign(**{field: frame[field].astype(object).mask(named, ids)})
    return frame


def superior_ties(each: UnitList, names: Names, layer: str) -> TieSource | None:
    """Return the ties that the superior columns of a list stand for: by code, else by name."""
    layer = ROLES[each.role].superior_layer or layer
    prefer = tuple(PARTY_KINDS) if layer in {"command", "report"} else ()
    units = each.units
    owner = units.table.index.to_series().reset_index(drop=True)
    place = Place(each.place.source, units.origin.rows, each.place.log)
    code = names.asked("superior_id", owner, units.superior, place)
    found = names.find(code, prefer)
    text = code.text
    if "superior_name" in each.links:
        kept = each.place.rows.searchsorted(units.origin.rows)
        name = names.asked("superior_name", owner, each.links["superior_name"].iloc[kept], place)
        called = names.find(name, prefer)
        differ = (found >= 0) & (called >= 0) & (found != called)
        shown = {"value": text[differ].to_numpy(object), "other": name.text[differ].to_numpy(object)}
        place.log.add("superior.differs", place.source, row=place.rows[differ], column="superior_name", **shown)
        found = np.where((found >= 0) | name.text.isna().to_numpy(bool), found, called)
        text = text.fillna(name.text)
    named = text.notna().to_numpy(bool)
    if not named.any():
        return None
    outside = named & (found == NOBODY_ROW)
    names.log_unknown("unit.superior_outside", text, "superior_id", outside, place)
    above = pd.Series(names.ids.to_numpy(object)[found], dtype="str")
    itself = named & (found >= 0) & (above == owner).to_numpy(bool)
    shown_self = above[itself].to_numpy(object)
    place.log.add("tie.self", place.source, row=place.rows[itself], column="superior_id", value=shown_self)
    good = named & (found >= 0) & ~itself
    ends = ("target", "source") if layer == "report" else ("source", "target")
    columns = {ends[0]: above[good], ends[1]: owner[good]}
    return TieSource(f"{place.source}, superior", int(named.sum()), tie_table(columns, layer), place.rows[good])


def link_ties(each: UnitList, names: Names, table: pd.DataFrame) -> tuple[list[TieSource], pd.DataFrame]:
    """Return the ties that other cells of a list stand for, and the units with the presence that such cells record."""
    sources = []
    owner = each.units.row_ids.reset_index(drop=True)
    for field in [name for name in _LINKS if name in each.links]:
        layer, end, prefer = _LINKS[field]
        cells = each.links[field].where(owner.notna())
        asked = names.split(field, owner, names.asked(field, owner, cells, each.place).text, each.place)
        found = names.find(asked, prefer)
        if field == "party_org":
            table = _presence(asked, found, table)
        sources += [_source(asked, found, names, layer=layer, end=end)] if len(found) else []
    if each.role == "grids" and "area" in each.units.table and len(names.ids):
        sources += _within_areas(each, names)
    return sources, table


def _within_areas(each: UnitList, names: Names) -> list[TieSource]:
    """Return the ties of grids to the unit that is their area, where its name says which one that is."""
    units = each.units
    owner = units.table.index.to_series().reset_index(drop=True)
    place = Place(each.place.source, units.origin.rows, each.place.log)
    area = units.table["area"].reset_index(drop=True)
    asked = Asked("area", owner, area, place, np.arange(len(owner)))
    found = names.find_areas(asked)
    missing = area.notna().to_numpy(bool) & (found < 0)
    if missing.any():
        row, value, count = place.rows[missing][0], area[missing].iloc[0], int(missing.sum())
        place.log.add("area.no_unit", place.source, row=row, column="area", value=value, count=count)
    known = asked.only(found >= 0)
    return [_source(known, found[found >= 0], names, layer="contains", end="source")] if len(known.text) else []


def code_ties(each: UnitList, stated: list[TieSource]) -> TieSource | None:
    """Return the ties of territory that division codes stand for, in a list of areas with no superiors `stated`."""
    ids, place = each.units.table.index, each.place
    if each.role != "units" or each.units.superior.notna().any() or "superior_name" in each.links or not len(ids):
        return None
    containers = division_containers(ids).reset_index(drop=True)
    inside = containers.notna().to_numpy(bool)
    if inside.sum() < len(ids) / 2 or not all(map(division_level, ids)):
        return None
    for table in (source.table for source in stated):
        if table.loc[table["layer"].isin(["command", "contains"]), "target"].isin(ids).any():
            return None
    place.log.add("ties.from_codes", place.source, column="unit_id", count=int(inside.sum()))
    table = tie_table({"source": containers[inside], "target": pd.Series(ids[inside], dtype="str")}, "contains")
    return TieSource(f"{place.source}, codes", int(inside.sum()), table, each.units.origin.rows[inside])


def _presence(asked: Asked, found: NDArray[np.int64], table: pd.DataFrame) -> pd.DataFrame:
    """Return the units with presence recorded where a Party organisation is named that is in no list."""
    log, place = asked.place.log, asked.place
    outside = found == NOBODY_ROW
    owner = asked.owner[outside]
    flag = table.get("has_party_org", pd.Series(pd.NA, index=table.index, dtype="boolean"))
    said = flag.reindex(owner).reset_index(drop=True)
    against = said.eq(other=False).fillna(value=False).to_numpy(bool)
    value = owner[against].to_numpy(object) if len(owner) else np.array([], dtype=object)
    rows = place.rows[outside]
    log.add("presence.contradiction", place.source, row=rows[against], column="has_party_org", value=value,
            other="party_org")  # fmt: skip
    blank = said.isna().to_numpy(bool)
    if not blank.any():
        return table
    row, count = rows[blank][0], int(blank.sum())
    log.add("presence.named", place.source, row=row, column="has_party_org", value="party_org", count=count)
    return table.assign(has_party_org=flag.mask(flag.index.isin(owner[blank]), other=True))


def _source(asked: Asked, found: NDArray[np.int64], names: Names, *, layer: str, end: str) -> TieSource:
    """Return the ties between the row's own unit and those that its cell names; `end` is the end of the named ones."""
    place = asked.place
    names.log_unknown("name.unknown", asked.text, asked.field, found == NOBODY_ROW, place)
    named = pd.Series(names.ids.to_numpy(object)[found], dtype="str")
    itself = (found >= 0) & (named == asked.owner).to_numpy(bool)
    place.log.add("tie.self", place.source, row=place.rows[itself], column=asked.field,
                  value=named[itself].to_numpy(object))  # fmt: skip
    good = (found >= 0) & ~itself
    other = "target" if end == "source" else "source"
    table = tie_table({end: named[good], other: asked.owner[good]}, layer)
    return TieSource(f"{place.source}, {asked.field}", len(found), table, place.rows[good])


def tie_table(columns: dict[str, pd.Series], layer: str, **more: pd.Series) -> pd.DataFrame:
    """Return a table of ties of one layer: `columns` are their ends, `more` what else is known of them."""
    table = pd.DataFrame({name: column.reset_index(drop=True) for name, column in (columns | more).items()})
    order = ["source", "target", "layer", *more]
    return sorted_ends(table.assign(layer=pd.Series(layer, index=table.index, dtype="str"))[order])
