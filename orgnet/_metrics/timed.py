"""What a message reaches along ties and events in the order of their dates (time-respecting paths)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.spreading import NEVER, spread_in_time
from orgnet._metrics.force import NO_DATE, NO_HEADQUARTERS
from orgnet._model.vocabulary import LAYERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

    Days = NDArray[np.int64]
    Rows = NDArray[np.int64]


def add_in_time(figures: Figures, net: OrgNetwork, heads: NDArray[np.int32]) -> pd.DataFrame:
    """Add the share of other units that a message reaches in the days before the date; return the curve by date."""
    ties, events = net.ties[net.tie_mask("all")], _meetings(net)
    dated = bool(ties[["since", "until"]].notna().to_numpy().any()) or len(events) > 0
    empty = pd.DataFrame({"date": pd.Series(dtype="datetime64[s]"), "reached": [], "share": []})
    if not dated or net.as_of is None or not len(heads):
        lacks = () if dated else ("ties.since",)
        reason = "" if lacks else NO_DATE if net.as_of is None else NO_HEADQUARTERS
        figures.add("reach_in_time", missing=lacks, reason=reason)
        return empty
    end = int(np.datetime64(net.as_of, "D").astype(np.int64))
    start = end - net.rules["communication"]["window_days"]
    near, far, opens, closes = (
        np.concatenate(parts) for parts in zip(_tie_arcs(net), _event_arcs(net, events), strict=True)
    )
    soon = opens <= end
    n_points = net.n_units + (int(events["number"].max()) + 1 if len(events) else 0)
    times = spread_in_time(n_points, near[soon], far[soon], opens[soon], closes[soon], heads, start)[: net.n_units]
    times[heads] = NEVER
    days, count = np.unique(times[times <= end], return_counts=True)
    among = net.n_units - len(heads)
    figures.ratio("reach_in_time", int(count.sum()), among)
    reached = np.cumsum(count)
    return pd.DataFrame({"date": days.astype("datetime64[D]"), "reached": reached, "share": reached / max(among, 1)})


def _meetings(net: OrgNetwork) -> pd.DataFrame:
    """Return who took part in dated events, with the number of the event."""
    events = net.tables.get("events")
    if events is None:
        return pd.DataFrame({"unit_id": [], "number": [], "date": []})
    there = events["date"].notna() & events["event_id"].notna() & ~events["role"].eq("absent")
    events = events.loc[there, ["unit_id", "event_id", "date"]]
    return events.assign(number=pd.factorize(events["event_id"])[0])


def _tie_arcs(net: OrgNetwork) -> tuple[Rows, Rows, Days, Days]:
    """Return the ties away from the top, undirected ones both ways, and from when to when each is open."""
    mask = net.tie_mask("all")
    ties = net.ties[mask]
    source, target = net.ends[:, mask].astype(np.int64)
    layer = ties["layer"].to_numpy(object)
    backwards = layer == "report"
    near, far = np.where(backwards, target, source), np.where(backwards, source, target)
    opens = _days(ties["since"])
    closes = np.where(ties["until"].isna().to_numpy(bool), NEVER - 1, _days(ties["until"]))
    back = np.isin(layer, [name for name, item in LAYERS.items() if not item.directed])
    return (
        np.append(near, far[back]),
        np.append(far, near[back]),
        np.append(opens, opens[back]),
        np.append(closes, closes[back]),
    )


def _event_arcs(net: OrgNetwork, events: pd.DataFrame) -> tuple[Rows, Rows, Days, Days]:
    """Return arcs from those who took part to the event and back, open on its day."""
    unit = net.ids.get_indexer(pd.Index(events["unit_id"], dtype="str")).astype(np.int64)
    meeting = net.n_units + events["number"].to_numpy(np.int64)
    day = np.tile(_days(events["date"]), 2)
    return np.append(unit, meeting), np.append(meeting, unit), day, day


def _days(dates: pd.Series) -> Days:
    """Return dates as days since 1970; a date that is not recorded is before all others."""
    return dates.to_numpy("datetime64[s]").astype("datetime64[D]").astype(np.int64)
