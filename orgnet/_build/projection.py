"""From what registers say to ties: superiors, hosts and grids in cells, seats held together, services, meetings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.names import NOBODY, NOBODY_ROW, SEVERAL, Asked, parted
from orgnet._build.roles import ROLES
from orgnet._model import values
from orgnet._model.codes import division_containers, division_level
from orgnet._model.reading import positions
from orgnet._model.tables import TieSource, sorted_ends
from orgnet._model.values import Place, fold
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._build.lists import UnitList
    from orgnet._build.names import Names

FEWEST, MOST = 2, 1_000  # participants of one event
MOST_PAIRS = 5_000_000  # of participants in one log
_HOST_KINDS = ("enterprise", "social_org", "professional_org", "charity", "grid", "building")
_AREA_KINDS = ("residents_committee", "villagers_committee")
_COMMITTEES = ("居委会", "居民委员会", "社区居委会", "村委会", "村民委员会")  # what an area's committee is called
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
    code = _asked("superior_id", owner, units.superior, place, names)
    found = names.find(code, prefer)
    text = code.text
    if "superior_name" in each.links:
        kept = each.place.rows.searchsorted(units.origin.rows)
        name = _asked("superior_name", owner, each.links["superior_name"].iloc[kept], place, names)
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
    return TieSource(f"{place.source}, superior", int(named.sum()), _ties(columns, layer), place.rows[good])


def link_ties(each: UnitList, names: Names, table: pd.DataFrame) -> tuple[list[TieSource], pd.DataFrame]:
    """Return the ties that other cells of a list stand for, and the units with the presence that such cells record."""
    sources = []
    owner = each.units.row_ids.reset_index(drop=True)
    for field in [name for name in _LINKS if name in each.links]:
        layer, end, prefer = _LINKS[field]
        cells = each.links[field].where(owner.notna())
        asked = names.split(field, owner, _asked(field, owner, cells, each.place, names).text, each.place)
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
    found = _area_rows(asked, names)
    missing = area.notna().to_numpy(bool) & (found < 0)
    if missing.any():
        row, value, count = place.rows[missing][0], area[missing].iloc[0], int(missing.sum())
        place.log.add("area.no_unit", place.source, row=row, column="area", value=value, count=count)
    known = asked.only(found >= 0)
    return [_source(known, found[found >= 0], names, layer="contains", end="source")] if len(known.text) else []


def _area_rows(asked: Asked, names: Names) -> NDArray[np.int64]:
    """Return the row of the unit that stands for each area: that of its name, else its residents' committee."""
    found = names.find(asked, _AREA_KINDS, quiet=True)
    for ending in _COMMITTEES:
        open_ = found < 0
        if not open_.any():
            break
        called = asked.only(open_)
        found[open_] = names.find(replace(called, text=called.text + ending), _AREA_KINDS, quiet=True)
    return found


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
    table = _ties({"source": containers[inside], "target": pd.Series(ids[inside], dtype="str")}, "contains")
    return TieSource(f"{place.source}, codes", int(inside.sum()), table, each.units.origin.rows[inside])


def _asked(field: str, owner: pd.Series, text: pd.Series, place: Place, names: Names) -> Asked:
    """Return the references of a column, one a cell; cells that say that there is none are none."""
    text = values.as_text(text)
    none = text.notna().to_numpy(bool, copy=True)
    none[none] = text[none].str.strip().str.lower().isin(list(NOBODY)).to_numpy(bool)
    none[none] = positions(text[none], names.ids) < 0
    if none.any():
        first = text[none].iloc[0]
        place.log.add("name.none", place.source, row=place.rows[none][0], column=field, value=first, count=none.sum())
    return Asked(field, owner, text.mask(none), place, np.arange(len(text)))


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
    table = _ties({end: named[good], other: asked.owner[good]}, layer)
    return TieSource(f"{place.source}, {asked.field}", len(found), table, place.rows[good])


def _ties(columns: dict[str, pd.Series], layer: str, **more: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({name: column.reset_index(drop=True) for name, column in (columns | more).items()})
    order = ["source", "target", "layer", *more]
    return sorted_ends(table.assign(layer=pd.Series(layer, index=table.index, dtype="str"))[order])


def service_ties(frame: pd.DataFrame, place: Place, names: Names) -> TieSource:
    """Return the ties of a list of services: who serves whom, with what."""
    frame = _used(frame, place, ("provider", "receiver", "service", "since", "until"))
    text = values.read_text(frame["service"], "service", place)
    dates = {name: values.read_dates(frame[name], name, place) for name in ("since", "until")}
    by, to = (_listed(frame, field, place, names) for field in ("provider", "receiver"))
    provider, receiver = names.find(by), _area_rows(to, names)
    names.log_unknown("name.unknown", by.text, "provider", provider == NOBODY_ROW, by.place)
    names.log_unknown("name.unknown", to.text, "receiver", receiver == NOBODY_ROW, to.place)
    several = to.only(receiver == SEVERAL)
    names.find(several, _AREA_KINDS)  # says which
    pairs = pd.DataFrame({"cell": by.cells, "one": provider}).merge(
        pd.DataFrame({"cell": to.cells, "other": receiver}), on="cell"
    )
    cells, one, other = (pairs[name].to_numpy() for name in ("cell", "one", "other"))
    more = {"tie_type": text.iloc[cells]} | {name: day.iloc[cells] for name, day in dates.items()}
    return _paired(cells, one, other, _at(place, cells), names, layer="serves", more=more, n_rows=len(frame))


def _listed(frame: pd.DataFrame, field: str, place: Place, names: Names) -> Asked:
    """Return the units that the cells of a column name; cells that name none are a warning."""
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    asked = _asked(field, blank, frame[field], place, names)
    missing = asked.text.isna().to_numpy(bool)
    place.log.add("reference.missing", place.source, row=place.rows[missing], column=field)
    return names.split(field, blank, asked.text, place)


def _at(place: Place, cells: NDArray[np.int64]) -> Place:
    return Place(place.source, place.rows[cells], place.log, place.refused)


def post_ties(frame: pd.DataFrame, place: Place, names: Names) -> TieSource:
    """Return the ties of a list of posts: two bodies with seats that are held together.

    The other body is named in a column of its own, or the other post begins with its name.
    """
    frame = _used(frame, place, ("unit", "post", "concurrent_unit", "concurrent_post", "since", "until"))
    post = values.read_text(frame["post"], "post", place)
    dates = {name: values.read_dates(frame[name], name, place) for name in ("since", "until")}
    own = _listed(frame, "unit", place, names)
    unit = names.find(own, tuple(PARTY_KINDS))
    names.log_unknown("name.unknown", own.text, "unit", unit == NOBODY_ROW, own.place)
    asked, seat = _other_seats(frame, place, names)
    found = names.find(asked)
    names.log_unknown("name.unknown", asked.text, "concurrent_unit", found == NOBODY_ROW, asked.place)
    pairs = pd.DataFrame({"cell": own.cells, "one": unit}).merge(
        pd.DataFrame({"cell": asked.cells, "other": found, "seat": seat}), on="cell"
    )
    cells, one, other = (pairs[name].to_numpy() for name in ("cell", "one", "other"))
    here, there = post.iloc[cells].reset_index(drop=True), pairs["seat"].astype("str")
    seats = (here + "–" + there).fillna(here).fillna(there)
    more = {"tie_type": seats} | {name: day.iloc[cells] for name, day in dates.items()}
    return _paired(cells, one, other, _at(place, cells), names, layer="interlock", more=more, n_rows=len(frame))


def _other_seats(frame: pd.DataFrame, place: Place, names: Names) -> tuple[Asked, list[str | None]]:
    """Return the bodies of the seats that are held beside a post, and those seats; what names no body is logged."""
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    body, also = (
        _asked(name, blank, frame[name], place, names).text for name in ("concurrent_unit", "concurrent_post")
    )
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
    cells = np.array([row for row, _, _ in held], dtype=np.int64)
    rows = np.unique(np.array(lost, dtype=np.int64))
    place.log.add("post.body_unknown", place.source, row=place.rows[rows], column="concurrent_post")
    single = np.setdiff1d(np.arange(len(frame)), [*cells, *rows])
    place.log.add("post.single", place.source, row=place.rows[single], column="concurrent_post")
    text = pd.Series([name for _, name, _ in held], dtype="str")
    asked = Asked("concurrent_unit", blank.iloc[cells].reset_index(drop=True), text, _at(place, cells), cells)
    return asked, [seat for _, _, seat in held]


def _paired(
    cells: NDArray[np.int64],
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    place: Place,
    names: Names,
    *,
    layer: str,
    more: dict[str, pd.Series],
    n_rows: int,
) -> TieSource:
    """Return the ties between two units each, by their rows; equal ones add up to a weight.

    `cells` says which row of the list a pair comes from; the account counts rows, and pairs beyond the first of each.
    """
    good = (source >= 0) & (target >= 0) & (source != target)
    itself = (source >= 0) & (source == target)
    ids = names.ids.to_numpy(object)
    place.log.add("tie.self", place.source, row=place.rows[itself], value=ids[source[itself]])
    ends = {"source": pd.Series(ids[source[good]], dtype="str"), "target": pd.Series(ids[target[good]], dtype="str")}
    facts = {name: column.reset_index(drop=True)[good] for name, column in more.items()}
    rows_in = n_rows + place.refused + len(cells) - len(np.unique(cells))
    return _summed(_ties(ends, layer, **facts), place.rows[good], place.source, rows_in)


def event_ties(frame: pd.DataFrame, place: Place, names: Names) -> TieSource:
    """Return the ties of minutes and logs: each two participants of an event, on its day, once an event.

    The account counts events: those with fewer than two participants that are units are set aside.
    """
    frame = _used(frame, place, ("date", "event_type", "participants", "organiser"))
    day = values.read_dates(frame["date"], "date", place)
    kind = values.read_text(frame["event_type"], "event_type", place)
    there: list[set[int]] = [set() for _ in range(len(frame))]
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    for field in ("organiser", "participants"):
        asked = names.split(field, blank, _asked(field, blank, frame[field], place, names).text, place)
        found = names.find(asked)
        names.log_unknown("name.unknown", asked.text, field, found == NOBODY_ROW, asked.place)
        for event, unit in zip(asked.cells[found >= 0], found[found >= 0], strict=True):
            there[event].add(int(unit))
    size = np.array([len(units) for units in there], dtype=np.int64)
    used = _usable(size, place)
    place.log.account(place.source, len(frame) + place.refused, len(used), 0, len(frame) + place.refused - len(used))
    ends = [np.sort(np.fromiter(there[event], np.int64))[np.stack(np.triu_indices(size[event], 1))] for event in used]
    one, other = np.concatenate([np.zeros((2, 0), np.int64), *ends], axis=1)
    facts = {"kind": pd.factorize(kind)[0], "day": pd.factorize(day)[0]}
    events = np.repeat(used, size[used] * (size[used] - 1) // 2)
    pairs = pd.DataFrame({"one": one, "other": other} | {name: codes[events] for name, codes in facts.items()})
    number = pairs.groupby(list(pairs), sort=False).ngroup().to_numpy()
    first = ~pd.Series(number).duplicated().to_numpy(bool)
    ids, event = names.ids.to_numpy(object), events[first]
    columns = {"source": pd.Series(ids[one[first]], dtype="str"), "target": pd.Series(ids[other[first]], dtype="str")}
    more = {"tie_type": kind.iloc[event], "since": day.iloc[event], "until": day.iloc[event]}
    weight = np.bincount(number, minlength=0).astype(np.float64)
    table = _ties(columns, "collab", **more).assign(weight=weight)
    merged = len(events) - len(table)
    return TieSource(f"{place.source}, pairs", len(events), table, place.rows[event], merged)


def _usable(size: NDArray[np.int64], place: Place) -> NDArray[np.int64]:
    """Return the events, by number, that make ties: with two units or more, and not so many that pairs mean nothing."""
    log, source = place.log, place.source
    log.add("event.alone", source, row=place.rows[size < FEWEST], column="participants")
    crowd = size > MOST
    log.add("event.crowd", source, row=place.rows[crowd], column="participants", value=size[crowd])
    used = np.flatnonzero((size >= FEWEST) & ~crowd)
    total = np.cumsum(size[used] * (size[used] - 1) // 2)
    if len(used) and total[-1] > MOST_PAIRS:
        start = int(np.searchsorted(total, MOST_PAIRS, side="right"))
        before = int(total[start - 1]) if start else 0
        log.add("event.many", source, row=place.rows[used[start]], value=before, count=len(used) - start)
        used = used[:start]
    return used


def _used(frame: pd.DataFrame, place: Place, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns named, blank ones for those that are not there; the others are listed."""
    unused = ", ".join(str(name) for name in frame.columns if name not in names)
    if unused:
        place.log.add("column.unused", place.source, value=unused)
    return frame.reset_index(drop=True).reindex(columns=list(names))


def _summed(table: pd.DataFrame, rows: NDArray[np.int64], name: str, rows_in: int) -> TieSource:
    """Return the source with equal ties as one, its weight their number."""
    number = table.groupby(list(table), sort=False, dropna=False).ngroup().to_numpy()
    first = ~pd.Series(number).duplicated().to_numpy(bool)
    weight = np.bincount(number).astype(np.float64) if len(number) else np.array([])
    kept = table[first].reset_index(drop=True).assign(weight=weight)
    return TieSource(name, rows_in, kept, rows[first], merged=len(table) - int(first.sum()))
