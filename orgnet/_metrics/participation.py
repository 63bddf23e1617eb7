"""Participation: who takes part, who left, whether all hangs on the service centre, and whether requests are met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.traversal import components
from orgnet._metrics.activity import appearances, organisations, why_undefined
from orgnet._metrics.force import current
from orgnet._metrics.territory import NOT_RECORDED, counted_once, current_rows, gini, lacking, locate
from orgnet._model.results import NOTHING_TO_COUNT, Family, Figures, Note, describe
from orgnet._model.values import plain_word
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

_OF_EVENTS = (
    *("active_share", "events_per_unit", "mechanisms_used", "participation_retention"),
    *("events_gini", "events_top_share"),
)
_PERSONS = 1000
NO_CENTRE = Note("the network has no service centre", "网络中没有党群服务中心")
NO_SELF_MANAGEMENT = Note("the network has no self-management organisation", "网络中没有自治组织")
NO_REQUESTS = Note("no message is a request for help", "没有求助类信息")
NOT_COUNTED = Note("at no event of the period were persons counted", "期内活动均未登记参加人次")


@dataclass(frozen=True, eq=False, repr=False)
class Participation(Family):
    """Who takes part; see `orgnet.metrics.participation`.

    Attributes
    ----------
    kinds
        One row a kind: ``kind``, ``registered``, ``active``, ``unknown`` (of whose events none is dated in the period,
        and some have no date), ``active_share``, ``events``, ``events_per_unit``, ``mechanisms``, ``active_before``,
        ``stayed``, ``left``, ``retention``, ``given`` and ``received`` (help).
    left
        One row an organisation that took part in the period before and not in the last: ``unit_id``, ``name``,
        ``kind``, ``area`` and ``status`` where the input has them, ``events_before``, ``last_date``.
    """

    kinds: pd.DataFrame = field(default_factory=pd.DataFrame)
    left: pd.DataFrame = field(default_factory=pd.DataFrame)


def participation(net: OrgNetwork) -> Participation:
    r"""Who takes part in what is done together, who left, and does all of it hang on the service centre?

    Registered are the organisations of kinds other than the Party's whose status does not say that they are closed;
    grids, buildings and posts are none. A unit is *active* if it took part (as organiser or participant) in an event
    of the last period: the days that ``net.rules["participation"]["days"]`` says, up to ``net.as_of``. For each kind
    and for all:

    .. math:: \text{active share} = \frac{\text{active}}{\text{registered}}, \qquad
              \text{retention} = \frac{\text{active in the last two periods}}{\text{active in the first of the two}}

    Parameters
    ----------
    net
        The network, with `events`; `messages` and `services` where it has them.

    Returns
    -------
    Participation
        ``table``, one row an organisation of a kind other than the Party's: ``unit_id``, ``name``, ``kind``, ``area``
        and ``status`` where the input has them, ``registered`` (not closed), ``events`` and ``events_before`` (in the
        last period and the one before), ``mechanisms`` (types of event in the last period), ``undated`` (events
        without a date), ``last_date``. ``kinds``, ``left``. ``indicators``, by kind those of I1 to I3 and I9:

        I1 ``active_share``. I2 ``events_per_unit`` (appearances in the last period for each registered unit) and
        ``mechanisms_used`` (types of event). I3 ``participation_retention``, over all units, closed ones too. I4
        ``events_gini`` and ``events_top_share``: how unequally the appearances fall on the registered units (0 for
        equally), and the share of the most active ones (the rule set says which part of them, rounded up). I5
        ``self_management_tied_to_centre``: self-management organisations with a horizontal tie to a service centre /
        all of them. I6 ``pairs_joined_through_centre``: of the pairs of organisations of an area (service centres
        aside) that horizontal ties join, over any number of steps, the share all of whose routes run through a service
        centre. I7 ``attendances_per_1000``: persons counted at events of the last period, once an event, for each 1,000
        residents. I8 ``requests_acted`` (requests for help acted on or closed over all of them) and ``request_delay``
        (median days to the first of both, of those with one). I9 ``help_balance``: the smaller of services given and
        received over the larger; for all, the sums over kinds.

        A unit of whose events some have no date, and which is not active by the others, is unknown and left out. NaN
        with a reason where nothing is recorded, no date is known, or the denominator is 0.

    References
    ----------
    Measures I1 to I9.

    Examples
    --------
    Two of three firms met in the year to 30 June; one of them, and the third, the year before:

    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["f1", "f2", "f3"], "kind": "enterprise"}, as_of="2025-06-30")
    >>> net = net.with_tables(events={"unit_id": ["f1", "f2", "f1", "f3"], "event_id": ["e1", "e1", "e0", "e0"],
    ...                               "date": ["2025-03-01", "2025-03-01", "2024-03-01", "2024-03-01"]})
    >>> found = participation(net)
    >>> round(found.value("active_share"), 4), found.value("participation_retention")
    (0.6667, 0.5)
    >>> found.left["unit_id"].tolist()
    ['f3']
    """
    seen = appearances(net, days=net.rules["participation"]["days"])
    units = _units(net, seen)
    figures, warnings = Figures(), []
    kinds = _kinds(net, units, seen)
    _activity(figures, net, units, kinds, seen)
    _centre(figures, net)
    warnings += _attendances(figures, net, seen)
    _requests(figures, net)
    helped = _help(figures, net, kinds.index)
    kinds = kinds.join(helped).rename_axis("kind").reset_index()
    shown = [name for name in ("unit_id", "name", "kind", "area", "status") if name in units]
    gone = units[(units["events_before"] > 0) & (units["events"] == 0) & (units["undated"] == 0)]
    return Participation(
        units,
        describe(net, "participation", warnings=warnings),
        figures.frame(),
        kinds[_KINDS],
        gone[[*shown, "events_before", "last_date"]].reset_index(drop=True),
    )


_KINDS = [
    *("kind", "registered", "active", "unknown", "active_share", "events", "events_per_unit", "mechanisms"),
    *("active_before", "stayed", "left", "retention", "given", "received"),
]


def _units(net: OrgNetwork, seen: pd.DataFrame) -> pd.DataFrame:
    """Return the organisations of kinds other than the Party's, and what each took part in."""
    units = net.units
    rows = np.flatnonzero(organisations(units) & ~units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool))
    table = units.iloc[rows]
    facts = {name: table[name].to_numpy() for name in ("area", "status") if name in units}
    kind = table["kind"].fillna(NOT_RECORDED).to_numpy()
    frame = pd.DataFrame({"unit_id": net.ids[rows], "name": net.names.to_numpy()[rows], "kind": kind, **facts})
    frame["registered"] = ~_closed(net, table)
    row, period, here = (seen[name].to_numpy() for name in ("row", "period", "present"))

    def count(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(row[here & mask], minlength=net.n_units)[rows].astype(np.float64)

    frame["events"], frame["events_before"] = count(period == 0), count(period == 1)
    used = seen[here & (period == 0)].dropna(subset="event_type").drop_duplicates(["row", "event_type"])["row"]
    frame["mechanisms"] = np.bincount(used, minlength=net.n_units)[rows].astype(np.float64)
    frame["undated"] = count(seen["date"].isna().to_numpy(bool))
    if why_undefined(net, seen):
        frame[["events", "events_before", "mechanisms"]] = np.nan
    dates = seen[here & (period >= 0)].groupby("row")["date"].max()
    frame["last_date"] = dates.reindex(rows).to_numpy()
    return frame


def _closed(net: OrgNetwork, table: pd.DataFrame) -> NDArray[np.bool_]:
    if "status" not in table:
        return np.zeros(len(table), dtype=bool)
    words = {plain_word(word) for word in net.rules["coverage"]["closed_status"]}
    closed = [word for word in table["status"].dropna().unique() if plain_word(word) in words]
    return table["status"].isin(closed).to_numpy(bool)


def _kinds(net: OrgNetwork, units: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Count by kind who is registered, active, unknown, and who stayed and left; index ``kind``."""
    registered = units["registered"].to_numpy(bool)
    now, before = (units["events"] > 0).to_numpy(bool), (units["events_before"] > 0).to_numpy(bool)
    unclear = (units["undated"] > 0).to_numpy(bool)
    counted = registered & ~unclear
    masks = {
        "registered": registered,
        "active": registered & now,
        "unknown": registered & unclear & ~now,
        "counted": counted,
        "active_before": before & (now | ~unclear),
        "stayed": before & now,
        "left": before & ~now & ~unclear,
        "unclear": unclear & ~(before & now),
    }
    frame = pd.DataFrame({name: mask.astype(np.int64) for name, mask in masks.items()})
    frame["events"] = units["events"].where(counted, 0.0)
    kinds = frame.groupby(units["kind"], sort=True).sum()
    kinds["active_share"] = kinds["active"] / (kinds["registered"] - kinds["unknown"]).replace(0, np.nan)
    kinds["events_per_unit"] = kinds["events"] / kinds["counted"].replace(0, np.nan)
    kinds["retention"] = kinds["stayed"] / kinds["active_before"].replace(0, np.nan)
    kinds["mechanisms"] = _mechanisms(net, units, seen).reindex(kinds.index, fill_value=0)
    if why_undefined(net, seen):
        kinds[kinds.columns.drop("registered")] = np.nan
    return kinds


def _mechanisms(net: OrgNetwork, units: pd.DataFrame, seen: pd.DataFrame) -> pd.Series:
    """Count by kind the types of event that registered units took part in in the last period."""
    kind = units.loc[units["registered"], "kind"].set_axis(net.rows(units.loc[units["registered"], "unit_id"]))
    recent = seen[seen["present"] & (seen["period"] == 0)]
    used = pd.DataFrame({"kind": recent["row"].map(kind), "event_type": recent["event_type"]}).dropna()
    return used.groupby("kind")["event_type"].nunique()


def _activity(figures: Figures, net: OrgNetwork, units: pd.DataFrame, kinds: pd.DataFrame, seen: pd.DataFrame) -> None:
    why = why_undefined(net, seen)
    if why:
        for measure in _OF_EVENTS:
            figures.add(measure, **why)
        return
    for group, row in [("all", kinds.sum()), *((str(kind), row) for kind, row in kinds.iterrows())]:
        registered, unknown = row["registered"], int(row["unknown"])
        figures.ratio("active_share", row["active"], registered - unknown, group=group, unknown=unknown)
        figures.ratio(
            "events_per_unit", row["events"], row["counted"], group=group, unknown=int(registered - row["counted"])
        )
        figures.ratio(
            "participation_retention", row["stayed"], row["active_before"], group=group, unknown=int(row["unclear"])
        )
    _used(figures, net, units, kinds, seen)
    _unequal(figures, net, units)


def _used(figures: Figures, net: OrgNetwork, units: pd.DataFrame, kinds: pd.DataFrame, seen: pd.DataFrame) -> None:
    why = why_undefined(net, seen, "event_type")
    if why:
        figures.add("mechanisms_used", **why)
        return
    together = units.assign(kind="all")
    figures.add("mechanisms_used", float(_mechanisms(net, together, seen).sum()))
    for kind, number in kinds["mechanisms"].items():
        figures.add("mechanisms_used", float(number), group=str(kind))


def _unequal(figures: Figures, net: OrgNetwork, units: pd.DataFrame) -> None:
    """Say how unequally the appearances of the last period fall on the registered units."""
    known = units["registered"] & (units["undated"] == 0)
    unknown = int(units["registered"].sum() - known.sum())
    events = np.sort(units.loc[known, "events"].to_numpy("float64"))[::-1]
    top = int(np.ceil(round(net.rules["participation"]["top_share"] * len(events), 9)))
    if not events.sum():
        for measure in ("events_gini", "events_top_share"):
            figures.ratio(measure, 0.0, 0.0, unknown=unknown)
        return
    figures.add("events_gini", gini(events), denominator=len(events), unknown=unknown)
    figures.ratio("events_top_share", float(events[:top].sum()), float(events.sum()), unknown=unknown)


def _centre(figures: Figures, net: OrgNetwork) -> None:
    """Say which self-management organisations are tied to a service centre, and which pairs it alone joins."""
    now = current(net)
    kind = now.units["kind"]
    centre, own = kind.eq("service_centre").to_numpy(bool), kind.eq("self_mgmt_org").to_numpy(bool)
    if not centre.any():
        figures.add("self_management_tied_to_centre", reason=NO_CENTRE)
        figures.add("pairs_joined_through_centre", reason=NO_CENTRE)
        return
    view = now.view("horizontal")
    tied = view.to_scipy() @ centre.astype(np.float64) > 0
    figures.ratio("self_management_tied_to_centre", int((tied & own).sum()), int(own.sum()), reason=NO_SELF_MANAGEMENT)
    area = _areas(now)
    others = organisations(now.units) & ~kind.isin(list(PARTY_KINDS)).to_numpy(bool) & ~centre
    counted = others & (area >= 0)
    without = now.without(now.ids[centre]).view("horizontal")
    left = np.full(now.n_units, -1, dtype=np.int64)
    left[~centre] = components(without)[1]
    joined = _pairs(area[counted], components(view)[1][counted])
    still = _pairs(area[counted], left[counted])
    unknown = int((others & (area < 0)).sum())
    figures.ratio("pairs_joined_through_centre", joined - still, joined, unknown=unknown)


def _areas(net: OrgNetwork) -> NDArray[np.int64]:
    """Number the area of each unit; -1 for those without; one area where the input has none."""
    if "area" not in net.units:
        return np.zeros(net.n_units, dtype=np.int64)
    return pd.factorize(net.units["area"])[0].astype(np.int64)


def _pairs(area: NDArray[np.int64], part: NDArray[np.integer[Any]]) -> float:
    """Count the pairs of units of one area that are in one part."""
    sizes = np.unique(np.stack([area, part]), axis=1, return_counts=True)[1]
    return float((sizes * (sizes - 1) // 2).sum())


def _attendances(figures: Figures, net: OrgNetwork, seen: pd.DataFrame) -> list[Note]:
    why = why_undefined(net, seen, "attendances") or {"missing": lacking(net.units, "population")}
    if any(why.values()):
        figures.add("attendances_per_1000", **why)
        return []
    recent = seen[seen["period"] == 0]
    at_event = recent.groupby("event")["attendances"].max()
    places = locate(net, net.units)
    residents = counted_once(net.units, places, "population")
    homes = places.count(net.units["kind"].isin(["grid", "residents_committee", "villagers_committee"]).to_numpy(bool))
    blank = int((np.isnan(residents) & (homes > 0)).sum())
    unknown = int(at_event.isna().sum())
    if unknown and unknown == len(at_event):
        figures.add("attendances_per_1000", unknown=unknown, reason=NOT_COUNTED)
        return []
    attendances, persons = float(at_event.sum()), float(np.nansum(residents))
    rate = _PERSONS * attendances / persons if persons else np.nan
    figures.add("attendances_per_1000", rate, numerator=attendances, denominator=persons, unknown=unknown,
                reason="" if persons else NOTHING_TO_COUNT)  # fmt: skip
    text = f"residents of {blank} areas are not recorded: attendances per 1,000 residents are too high"
    return [Note(text, f"{blank} 个区域未登记人口数：每千人参加人次偏高")] if blank else []


def _requests(figures: Figures, net: OrgNetwork) -> None:
    """Say how many requests for help had a first action, a closing included, and how many days it took."""
    messages = net.tables.get("messages")
    if messages is None or not len(messages):
        for measure in ("requests_acted", "request_delay"):
            figures.add(measure, missing=("messages",))
        return
    if messages[["acted", "closed"]].isna().to_numpy().all():
        for measure in ("requests_acted", "request_delay"):
            figures.add(measure, missing=("messages.acted",))
        return
    words = {plain_word(word) for word in net.rules["participation"]["request_types"]}
    types = [word for word in messages["message_type"].dropna().unique() if plain_word(word) in words]
    asked = messages[messages["message_type"].isin(types) & ~_later(messages["sent"], net)]
    done, closed = (asked[name].mask(_later(asked[name], net)) for name in ("acted", "closed"))
    first = done.fillna(closed)
    first = first.mask(closed < first, closed)
    figures.ratio("requests_acted", int(first.notna().sum()), len(asked), reason=NO_REQUESTS)
    days = (first - asked["sent"])[first.notna()].dt.days
    known = days[days >= 0]
    reason = "" if len(known) else NO_REQUESTS
    figures.add("request_delay", known.median(), denominator=len(known), unknown=len(days) - len(known), reason=reason)


def _help(figures: Figures, net: OrgNetwork, kinds: pd.Index) -> pd.DataFrame:
    """Compare by kind of unit the services given with those received; return both counts for `kinds`."""
    kind = net.units["kind"].astype("str").fillna(NOT_RECORDED).to_numpy(object)
    services = net.tables.get("services")
    if services is not None and len(services):
        rows = current_rows(net, services).dropna(subset=["provider", "receiver"])
        by, to = net.rows(rows["provider"]), net.rows(rows["receiver"])
    else:
        now = current(net)
        by, to = now.ends[:, now.tie_mask(["serves", "supports"])]
    given, received = (pd.Series(kind[ends], dtype="str").value_counts() for ends in (by, to))
    counts = pd.DataFrame({"given": given, "received": received}).fillna(0.0).sort_index()
    counts.index = counts.index.astype("str")
    if not len(by):
        figures.add("help_balance", missing=("services", "ties.serves"))
        return counts.reindex(kinds)
    less, more = counts.min(axis=1), counts.max(axis=1)
    figures.ratio("help_balance", less.sum(), more.sum())
    for name in counts.index:
        figures.ratio("help_balance", less[name], more[name], group=name)
    return counts.reindex(kinds, fill_value=0.0)


def _later(dates: pd.Series, net: OrgNetwork) -> pd.Series:
    return dates > pd.Timestamp(net.as_of) if net.as_of is not None else pd.Series(data=False, index=dates.index)
