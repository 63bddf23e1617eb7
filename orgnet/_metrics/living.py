"""Coverage on paper against coverage that lives: contacts, reach from headquarters, meetings, and who came and went.

A register says that a host has a Party organisation. Whether the two meet, whether a message can get there, and whether
the organisation still stands, only dates and ties say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.traversal import hops
from orgnet._metrics import options
from orgnet._metrics.force import current
from orgnet._metrics.presence import NO, POPULATIONS, UNKNOWN, YES, all_of, is_party, party_covers, tally, unknown
from orgnet._model.results import Note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from orgnet._metrics.presence import Hosts
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

_CONTACTS = ("collab", "covers", "guides")
_YEAR = pd.DateOffset(years=1)
UNDATED = Note("the network has no date: give as_of=", "网络没有数据日期，请给出 as_of=")


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer for each host, and why it is unknown for all, if it is."""

    each: NDArray[np.int8]
    missing: tuple[str, ...] = ()
    reason: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the input could answer at all."""
        return not (self.missing or self.reason)


def contacts(net: OrgNetwork, found: Hosts) -> Answer:
    """Say whether each host had a contact with a Party unit within the rule set's days before the date of the network.

    A contact is an event that both took part in, or a tie of collaboration, cover or guidance between them that began
    or ended on a day of the period: as many days as the rule set's, the last of them the date. Without one, a tie of
    collaboration or guidance, or an event, whose day is not recorded leaves it open; a `covers` tie without a day does
    not, since it is what is looked into.
    """
    if net.as_of is None:
        return Answer(unknown(len(found.rows)), reason=UNDATED)
    now = pd.Timestamp(net.as_of)
    start = now - pd.Timedelta(days=net.rules["living"]["days"])
    ties_yes, ties_maybe, dated_ties = _tied(net, found, start, now)
    events_yes, events_maybe, dated_events = _met(net, start, now)
    if not (dated_ties or dated_events):
        return Answer(unknown(len(found.rows)), missing=("ties.since", "events"))
    yes, maybe = (ties_yes | events_yes)[found.rows], (ties_maybe | events_maybe)[found.rows]
    return Answer(np.where(yes, YES, np.where(maybe, UNKNOWN, NO)).astype(np.int8))


def _tied(
    net: OrgNetwork, found: Hosts, start: pd.Timestamp, now: pd.Timestamp
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], bool]:
    """Return which units a tie with a Party unit shows in contact, which it may, and whether any such tie has a day."""
    party, host = is_party(net), np.zeros(net.n_units, dtype=bool)
    host[found.rows] = True
    one, other = net.ends
    between = net.tie_mask(_CONTACTS) & ((party[one] & host[other]) | (party[other] & host[one]))
    ties, ends = net.ties[between], net.ends[:, between]
    far = np.where(party[ends[0]], ends[1], ends[0])
    within = _within(ties["since"], start, now) | _within(ties["until"], start, now)
    over = (ties["until"] <= start).to_numpy(bool)
    open_ = ties["since"].isna().to_numpy(bool) & ~over & (ties["layer"] != "covers").to_numpy(bool)
    dated = bool(ties[["since", "until"]].notna().any(axis=None))
    return _marked(net.n_units, far[within]), _marked(net.n_units, far[open_]), dated


def _met(net: OrgNetwork, start: pd.Timestamp, now: pd.Timestamp) -> tuple[NDArray[np.bool_], NDArray[np.bool_], bool]:
    """Return which units met a Party unit at an event of the period, which may have, whether any event has a day."""
    rows = _attended(net)
    met = rows[rows["with_party"]]
    within = _within(met["date"], start, now)
    open_ = met["date"].isna().to_numpy(bool)
    place = met["row"].to_numpy(np.int64)
    return _marked(net.n_units, place[within]), _marked(net.n_units, place[open_]), bool(rows["date"].notna().any())


def _attended(net: OrgNetwork) -> pd.DataFrame:
    """Return one row an event and unit that was there: row, date of the event, and whether a Party unit was there."""
    events = net.tables.get("events")
    if events is None or not len(events):
        nothing = np.zeros(0, dtype=np.int64)
        return pd.DataFrame({"row": nothing, "date": pd.to_datetime(nothing), "with_party": nothing.astype(bool)})
    there = events[(events["role"] != "absent") & events["event_id"].notna()]
    row = net.ids.get_indexer(pd.Index(there["unit_id"]))
    by_event = there.assign(party=is_party(net)[row]).groupby("event_id")
    party, date = by_event["party"].transform("any"), by_event["date"].transform("max")
    return pd.DataFrame({"row": row, "date": date.to_numpy(), "with_party": party.to_numpy(bool)})


def _within(dates: pd.Series, start: pd.Timestamp, now: pd.Timestamp) -> NDArray[np.bool_]:
    return np.asarray(((dates > start) & (dates <= now)).to_numpy(bool))


def _marked(n_units: int, rows: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    marked = np.zeros(n_units, dtype=bool)
    marked[rows] = True
    return marked


def within_reach(net: OrgNetwork, found: Hosts, headquarters: str | Iterable[str] | None) -> Answer:
    """Say whether each host lies within the rule set's steps of headquarters, along current ties of all layers."""
    now = current(net)
    heads, notes = options.headquarters(now, headquarters)
    if not len(heads):
        return Answer(unknown(len(found.rows)), missing=("ties.command",), reason=notes[0])
    far = hops(now.view("all", "down"), heads)[found.rows]
    steps = net.rules["living"]["steps"]
    return Answer(np.where((far >= 0) & (far <= steps), YES, NO).astype(np.int8), notes=notes)


def add_living(figures: Figures, found: Hosts, living: Answer, reachable: Answer) -> None:
    """Add the shares of hosts that are covered and living, reachable, or both (E9)."""
    has = found.measures["organisation"]
    both = Answer(
        all_of(living.each, reachable.each),
        tuple(dict.fromkeys(living.missing + reachable.missing)),
        living.reason or reachable.reason,
    )
    named = {"living_coverage": living, "reachable_coverage": reachable, "living_and_reachable_coverage": both}
    for population in POPULATIONS:
        member = found.populations[population]
        lacking = found.lacking[population] + found.lacking["organisation"]
        for measure, answer in named.items():
            values = np.where(has == UNKNOWN, UNKNOWN, all_of(has, answer.each))
            part, whole, left_out = tally(member, values)
            if not answer.known:
                figures.add(measure, group=population, unknown=left_out, missing=lacking + answer.missing,
                            reason=answer.reason)  # fmt: skip
            else:
                figures.ratio(measure, part, whole, group=population, unknown=left_out, missing=lacking)
        covered = all_of(member, has)
        part, whole, left_out = tally(covered, living.each)
        if living.known:
            figures.ratio("living_share", part, whole, group=population, unknown=left_out, missing=lacking)
        else:
            figures.add("living_share", group=population, unknown=left_out, missing=lacking + living.missing,
                        reason=living.reason)  # fmt: skip


def meetings(net: OrgNetwork) -> tuple[pd.DataFrame, bool]:
    """Return for each Party unit with a norm the meetings that it held in the year, and whether that can be said.

    A unit that stands nowhere in the table of events is unknown, not without meetings; so is one that undated events
    may bring to the norm, and one below it that was founded within the year. Where no event of the table has an
    organiser, roles were not recorded, and it cannot be said.
    """
    norms = net.rules["meetings"]["per_year"]
    kind = net.units["kind"]
    rows = np.flatnonzero(kind.isin(list(norms)).to_numpy(bool))
    norm = kind.iloc[rows].map(dict(norms)).to_numpy("float64")
    events = net.tables.get("events")
    sayable = net.as_of is not None and not _meetings_lack(net)
    held: NDArray[np.float64]
    undated: NDArray[np.float64]
    held, undated, seen = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    young = np.zeros(len(rows), dtype=bool)
    if sayable and events is not None and net.as_of is not None:
        now = pd.Timestamp(net.as_of)
        own = events[events["role"] == "organiser"]
        own = own[~own.duplicated(["unit_id", "event_id"]) | own["event_id"].isna()]
        within = own["date"].gt(now - _YEAR) & own["date"].le(now)
        ids = net.ids[rows]
        held, undated = (
            np.asarray(own.loc[mask, "unit_id"].value_counts().reindex(ids, fill_value=0), dtype=np.float64)
            for mask in (within, own["date"].isna())
        )
        seen = ids.isin(events["unit_id"])
        if "founded" in net.units:
            young = net.units["founded"].iloc[rows].gt(now - _YEAR).to_numpy(bool)
    open_ = ~seen | young | (held + undated >= norm)
    met = np.where(held >= norm, "met", np.where(open_, "unknown", "below"))
    table = pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": kind.to_numpy()[rows],
            "norm": norm,
            "held": np.where(seen, held, np.nan),
            "verdict": pd.array(met.astype(object), dtype="str"),
        }
    )
    return table, sayable


def _meetings_lack(net: OrgNetwork) -> tuple[str, ...]:
    """Return what the input has not, without which meetings cannot be counted."""
    events = net.tables.get("events")
    if events is None:
        return ("events",)
    dated, held = events["date"].notna().any(), events["role"].eq("organiser").any()
    return tuple(name for name, there in (("events.date", dated), ("events.role", held)) if not there)


def add_meetings(net: OrgNetwork, figures: Figures, table: pd.DataFrame, *, sayable: bool) -> None:
    """Add the share of Party units that held as many meetings as the rule set asks for (E10)."""
    missing = () if net.as_of is None else _meetings_lack(net)
    for kind in ("all", *net.rules["meetings"]["per_year"]):
        verdict = table.loc[(table["kind"] == kind) | (kind == "all"), "verdict"]
        met, below, left_out = ((verdict == word).sum() for word in ("met", "below", "unknown"))
        if sayable:
            figures.ratio("meeting_norms_met", met, met + below, group=kind, unknown=left_out)
        else:
            reason = UNDATED if net.as_of is None else ""
            figures.add("meeting_norms_met", group=kind, unknown=len(verdict), missing=missing, reason=reason)


def churn(net: OrgNetwork, found: Hosts, figures: Figures) -> pd.DataFrame:
    """Return the operating hosts that gained or lost cover in the year before the date, and add their shares (E11).

    By `covers` ties. A host that only its register says to be covered is unknown: a flag has no day.
    """
    covers = party_covers(net)
    ties, host = net.ties.loc[covers, ["since", "until"]], net.ends[1, covers]
    dated = bool(ties.notna().any(axis=None))
    undated = () if dated else ("ties.since",) if len(ties) else ("ties.covers",)
    missing = undated + found.lacking["operating"]
    if missing or net.as_of is None:
        for measure in ("coverage_gained", "coverage_lost"):
            figures.add(measure, missing=missing, reason="" if missing else UNDATED)
        nothing, never = np.zeros(0, dtype=np.int64), pd.Series(dtype="datetime64[us]")
        return _changes(net, nothing, nothing, never, never)
    now = pd.Timestamp(net.as_of)
    start = now - _YEAR
    since, until = ties["since"], ties["until"]

    def any_tie(mask: pd.Series) -> NDArray[np.bool_]:
        return _marked(net.n_units, host[mask.to_numpy(bool)])[found.rows]

    holds_now = ~(since.gt(now) | until.lt(now))
    covered = any_tie(holds_now)
    before = any_tie(since.le(start) & ~until.lt(start))
    maybe_before = any_tie(since.isna() & ~until.lt(start)) & ~before
    ended = any_tie(until.ge(start) & until.lt(now))
    flag_only = ~covered & (found.measures["organisation"] == YES)
    operating, maybe_operating = (found.populations["operating"] == answer for answer in (YES, UNKNOWN))
    came, went, stayed = covered & ~before & ~maybe_before, ~covered & ~flag_only & ended, covered & before
    open_ = (operating | maybe_operating) & ((covered & maybe_before) | flag_only)
    gained, lost = operating & came, operating & went
    for measure, change in (("coverage_gained", came), ("coverage_lost", went)):
        left_out = (open_ | (maybe_operating & (change | stayed))).sum()
        figures.ratio(measure, (operating & change).sum(), (operating & (change | stayed)).sum(), unknown=left_out)
    begun = since[holds_now].groupby(host[holds_now.to_numpy(bool)]).min()
    closed = until[until.lt(now)].groupby(host[until.lt(now).to_numpy(bool)]).max()
    return _changes(net, found.rows[gained], found.rows[lost], begun, closed)


def _changes(
    net: OrgNetwork,
    gained: NDArray[np.integer[Any]],
    lost: NDArray[np.integer[Any]],
    begun: pd.Series,
    closed: pd.Series,
) -> pd.DataFrame:
    rows = np.concatenate([gained, lost]).astype(np.int64)
    dates = np.concatenate([begun.reindex(gained).to_numpy(), closed.reindex(lost).to_numpy()])
    change = np.repeat(np.array(["gained", "lost"], dtype=object), [len(gained), len(lost)])
    table = pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": net.units["kind"].to_numpy()[rows],
            "change": pd.array(change, dtype="str"),
            "date": pd.to_datetime(dates),
        }
    )
    return table.sort_values(["change", "date", "unit_id"], kind="stable").reset_index(drop=True)
