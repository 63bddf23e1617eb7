"""Who can take part, and what it took part in: the table of events as measures read it, counted back from a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics.force import NO_DATE
from orgnet._model.optional import empty_table
from orgnet._model.vocabulary import TERRITORY_KINDS

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

YEAR = 365  # days, for what is counted by the year
_ROLES = ("organiser", "participant", "absent")


def organisations(units: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which units are organisations; grids and buildings are places, and a post is a seat."""
    return ~units["kind"].isin([*TERRITORY_KINDS, "post"]).to_numpy(bool)


def appearances(net: OrgNetwork, *, days: int = YEAR) -> pd.DataFrame:
    """Return who was named at which event, each unit once an event.

    Columns: ``row`` (of the unit), ``event`` (a number), ``date``, ``event_type``, ``role``, ``attendances``,
    ``present``, ``period`` (of so many days, counted back from the date of the network: 0 the last, 1 the one before;
    -1 for what is later or has no date). A row without an event id is an event of its own. Without a table of events
    there are no rows.
    """
    table = net.tables.get("events")
    table = empty_table("events") if table is None else table
    event = pd.factorize(table["event_id"])[0].astype(np.int64)
    nameless = event < 0
    event[nameless] = event.max(initial=-1) + 1 + np.arange(nameless.sum())
    seen = pd.DataFrame(
        {
            "row": net.rows(table["unit_id"]),
            "event": event,
            **{name: table[name] for name in ("date", "event_type", "role", "attendances")},
            "present": table["role"].ne("absent").to_numpy(bool),
            "period": period_of(table["date"], net.as_of, days),
        }
    )
    rank = seen["role"].map({role: number for number, role in enumerate(_ROLES)})
    seen = seen.assign(rank=rank).sort_values(["rank", "date", "event_type", "attendances"], kind="stable")
    seen = seen.drop_duplicates(["row", "event"]).drop(columns="rank")
    return seen.sort_index().reset_index(drop=True)


def lacking_events(seen: pd.DataFrame, *fields: str) -> tuple[str, ...]:
    """Return what the input has not recorded of events, as figures name it; an empty table records nothing."""
    return tuple(f"events.{name}" for name in fields if seen[name].isna().all()) if len(seen) else ("events",)


def why_undefined(net: OrgNetwork, seen: pd.DataFrame, *fields: str) -> dict[str, Any]:
    """Return why what rests on dated events is undefined, as `Figures.add` takes it; empty where it is not."""
    lacking = lacking_events(seen, "date", *fields)
    return {"missing": lacking} if lacking else {"reason": NO_DATE} if net.as_of is None else {}


def period_of(dates: pd.Series, as_of: dt.date | None, days: int) -> NDArray[np.int64]:
    """Number the periods of `days` days that end on a date: 0 for the last; -1 for what is later, or has no date."""
    if as_of is None:
        return np.full(len(dates), -1, dtype=np.int64)
    age = np.nan_to_num((pd.Timestamp(as_of) - dates).dt.days.to_numpy("float64", na_value=np.nan), nan=-1.0)
    return np.where(age >= 0, age // days, -1).astype(np.int64)
