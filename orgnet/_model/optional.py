"""The optional tables: events, posts, services, messages, items; what each column is, and what becomes of bad rows.

They hold what units did, seats, services, tasks and counts of work; a row names units by id, and never a person.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from orgnet._model import values
from orgnet._model.discreet import bodies_only, without_names
from orgnet._model.findings import Log
from orgnet._model.personal import without_persons
from orgnet._model.reading import positions
from orgnet._model.values import Place
from orgnet.errors import OptionError, ValidationError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

Holds = Literal["unit", "text", "date", "number", "flag", "role"]

# Columns of each table, in order; those of units come first, and the first of them must be there.
TABLES: Mapping[str, Mapping[str, Holds]] = MappingProxyType(
    {
        # one row an event and unit: the unit that held it, one that came, one that was asked and did not come
        "events": {
            "unit_id": "unit",
            "event_id": "text",
            "date": "date",
            "event_type": "text",
            "role": "role",
            "attendances": "number",
        },
        # one row a seat, and the seat that its holder has beside it
        "posts": {
            "unit_id": "unit",
            "concurrent_unit": "unit",
            "post": "text",
            "concurrent_post": "text",
            "function": "text",
            "filled": "flag",
            "full_time": "flag",
            "since": "date",
            "until": "date",
            "term_end": "date",
        },
        # one row a service, its provider and the area or organisation that has it
        "services": {
            "provider": "unit",
            "receiver": "unit",
            "service": "text",
            "capacity": "number",
            "demand": "number",
            "funds": "number",
            "metres": "number",
            "since": "date",
            "until": "date",
        },
        # one row a task, report or question, from unit to unit, and what became of it
        "messages": {
            "source": "unit",
            "target": "unit",
            "message_type": "text",
            "topic": "text",
            "sent": "date",
            "acknowledged": "date",
            "acted": "date",
            "closed": "date",
            "due_days": "number",
        },
        # one row a unit and an item of work that was handed to it
        "items": {"unit_id": "unit", "item": "text", "count": "number", "listed": "flag", "issuer": "text",
                  "lead": "text"},
    }
)  # fmt: skip
MUST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "events": ("unit_id",),
        "posts": ("unit_id",),
        "services": ("provider",),
        "messages": ("source", "target"),
        "items": ("unit_id", "item"),
    }
)
# Text in which names of persons may stand, and what takes them out.
_FREE: Mapping[tuple[str, str], Callable[[str], str]] = MappingProxyType(
    {
        **dict.fromkeys((("events", "event_type"), ("posts", "post"), ("posts", "concurrent_post")), without_names),
        **dict.fromkeys((("items", "issuer"), ("items", "lead")), bodies_only),
    }
)
_IN_ORDER = ("sent", "acknowledged", "acted", "closed"), ("since", "until")  # none lies before the first
_AHEAD = ("until", "term_end")  # dates that may lie in the future
ROLES = ("organiser", "participant", "absent")  # the part that a unit has in an event
ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("organiser", "organizer", "主办", "主办单位", "牵头", "召集"), "organiser"),
        **dict.fromkeys(("participant", "参加", "参会", "出席", "协办", "attended"), "participant"),
        **dict.fromkeys(("absent", "缺席", "未参加", "未出席", "请假"), "absent"),
    }
)


def unit_columns(name: str) -> tuple[str, ...]:
    """Return the columns of an optional table that hold ids of units."""
    return tuple(column for column, holds in TABLES[name].items() if holds == "unit")


def dtypes(name: str) -> dict[str, str]:
    """Return the types that the columns of an optional table have."""
    empty = empty_table(name)
    return {column: str(empty[column].dtype) for column in TABLES[name]}


def past_dates(name: str) -> tuple[str, ...]:
    """Return the columns of an optional table whose dates have been when it was written: no ends and no terms."""
    return tuple(column for column, holds in TABLES[name].items() if holds == "date" and column not in _AHEAD)


def clean_table(name: str, frame: pd.DataFrame, place: Place, ids: pd.Index) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Type an optional table; return the rows that are kept, and which rows of `frame` they are.

    A row without what it must name is set aside, and so is one that names a unit that is not in `ids`.
    """
    frame = nameless(frame.reset_index(drop=True), name, place, ids.__contains__)
    columns = TABLES[name]
    lacking = [column for column in MUST[name] if column not in frame]
    for column in lacking:
        place.log.add("table.missing_column", place.source, column=column, value=", ".join(map(str, frame.columns)))
    if lacking:
        return empty_table(name), np.zeros(len(frame), dtype=bool)
    typed = {column: read_field(frame, name, column, place) for column in columns}
    good = np.ones(len(frame), dtype=bool)
    for column, holds in columns.items():
        missing = typed[column].isna().to_numpy(bool)
        if column in MUST[name]:
            place.log.add("optional.end_missing", place.source, row=place.rows[missing], column=column)
            good &= ~missing
        if holds == "unit":
            outside = ~missing & (positions(typed[column], ids) < 0)
            shown = typed[column][outside].to_numpy(object)
            place.log.add("optional.unit_unknown", place.source, row=place.rows[outside], column=column, value=shown)
            good &= ~outside
    extra = {str(column): frame[column] for column in frame if column not in columns}
    table = pd.DataFrame(typed | extra, index=frame.index)
    if name == "events":
        table = filled_events(table, place)
    return table[good].reset_index(drop=True), good


def nameless(frame: pd.DataFrame, name: str, place: Place, known: Callable[[str], bool]) -> pd.DataFrame:
    """Return an optional table without names of persons in its free text; what is `known` as a unit is none.

    A seat stays without the name behind it, a list of organisations without the part that is a name.
    """
    for column, cleaned in [(column, way) for (table, column), way in _FREE.items() if table == name]:
        if column not in frame:
            continue
        text = values.as_text(frame[column])
        new = {word: cleaned(word) for word in text.dropna().unique() if not known(word)}
        changed = text.isin([word for word, left in new.items() if left != word]).to_numpy(bool)
        if changed.any():
            place.log.add("value.personal", place.source, row=place.rows[changed], column=column)
            left = text[changed].map(new).astype(object)
            kept = text.astype(object)
            kept[changed] = left.mask(left == "", None).to_numpy(object)
            frame = frame.assign(**{column: kept})
    return frame


def log_order(table: pd.DataFrame, name: str, place: Place) -> None:
    """Log the rows in which a date lies before the one that it follows; they are kept."""
    for first, *later in _IN_ORDER:
        for column in [column for column in later if {first, column} <= set(TABLES[name])]:
            wrong = (table[column] < table[first]).to_numpy(bool)
            shown = table[unit_columns(name)[0]][wrong].to_numpy(object)
            place.log.add("date.order", place.source, row=place.rows[wrong], column=column, value=shown, other=first)


def read_field(frame: pd.DataFrame, name: str, column: str, place: Place) -> pd.Series:
    """Return a column of an optional table in its type; all missing where the frame has no such column."""
    given = frame[column] if column in frame else pd.Series(pd.NA, index=frame.index, dtype="str")
    holds = TABLES[name][column]
    return _read_roles(given, column, place) if holds == "role" else _READERS[holds](given, column, place)


def _read_roles(given: pd.Series, column: str, place: Place) -> pd.Series:
    roles = values.read_words(given, column, ROLE_WORDS, place)
    odd = roles.notna() & ~roles.isin(list(ROLES))
    shown = roles[odd].to_numpy(object)
    place.log.add("optional.role_unknown", place.source, row=place.rows[odd.to_numpy(bool)], column=column,
                  value=shown, other=", ".join(ROLES))  # fmt: skip
    return roles.mask(odd)


_READERS: Mapping[str, Callable[[pd.Series, str, Place], pd.Series]] = MappingProxyType(
    {
        "unit": values.read_ids,
        "text": values.read_text,
        "date": values.read_dates,
        "number": values.read_numbers,
        "flag": values.read_flags,
    }
)


def filled_events(table: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return a table of events in which every row says its part, and its event: else its row is an event of its own."""
    own = place.source + " " + pd.Series(place.rows, index=table.index).astype("str")
    return table.assign(role=table["role"].fillna("participant"), event_id=table["event_id"].fillna(own))


def empty_table(name: str) -> pd.DataFrame:
    """Return an optional table without rows, its columns in their types."""
    place, blank = Place(name, np.arange(0), Log()), pd.DataFrame(index=range(0))
    return pd.DataFrame({column: read_field(blank, name, column, place) for column in TABLES[name]})


def set_tables(
    tables: Mapping[str, pd.DataFrame], given: Mapping[str, pd.DataFrame | Mapping[str, object] | None], ids: pd.Index
) -> dict[str, pd.DataFrame]:
    """Return the optional tables with those given set, or taken out where None; what the door would refuse raises."""
    new, log = dict(tables), Log()
    for name, frame in given.items():
        if name not in TABLES:
            msg = f"no optional table {name!r}; they are {list(TABLES)}.{near(name, TABLES)}"
            raise OptionError(msg)
        if frame is None:
            new.pop(name, None)
            continue
        raw = _framed(frame, name)
        place = Place(name, np.arange(len(raw)), log)
        raw = without_persons(raw, place, fields={column: column for column in TABLES[name]}, safe=SAFE, lists=LISTS)
        new[name] = clean_table(name, raw, place, ids)[0]
    found = log.findings().only(lambda table: table["severity"].isin(["refused", "warning"]))
    if len(found):
        raise ValidationError("\n".join(["optional tables were refused:", *found.lines()]), found)
    return new


def _framed(table: pd.DataFrame | Mapping[str, object], name: str) -> pd.DataFrame:
    try:
        return pd.DataFrame(table)
    except ValueError as error:
        msg = f"{name} is no table ({error}); give a frame, or a mapping of columns with the same number of values"
        raise OptionError(msg) from error


def within(tables: Mapping[str, pd.DataFrame], ids: pd.Index) -> dict[str, pd.DataFrame]:
    """Return the rows of optional tables whose units are all among `ids`."""
    kept = {}
    for name, table in tables.items():
        inside = np.ones(len(table), dtype=bool)
        for column in unit_columns(name):
            inside &= table[column].isna().to_numpy(bool) | (positions(table[column], ids) >= 0)
        kept[name] = table[inside].reset_index(drop=True)
    return kept


# Columns whose cells may name several units, those of minutes among them.
LISTS = frozenset(
    [
        *(column for table in TABLES.values() for column, holds in table.items() if holds == "unit"),
        *("participants", "organiser", "absent"),
    ]
)
# What is read as a number, a date or a flag cannot hold the number of a person.
SAFE = frozenset(
    column for table in TABLES.values() for column, holds in table.items() if holds not in {"unit", "text"}
)
