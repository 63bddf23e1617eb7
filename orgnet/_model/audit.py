"""Faults that only show once the tables stand together: cycles, double superiors, level skips, contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import strong_components
from orgnet._model.reading import distinct, first_of, plain_word
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.findings import Log
    from orgnet._model.network import OrgNetwork
    from orgnet._model.tables import Origin

_SHOWN = 10  # ids named in one finding


def audit(net: OrgNetwork, origin: Origin, log: Log) -> None:
    """Log the faults of a network whose units came from `origin`."""
    everywhere = ", ".join(dict.fromkeys(origin.sources)) or "units"
    command = net.view("command", "down")
    _cycles(net, command, origin, log)
    _superiors(net, command, origin, log)
    _tops(net, command, everywhere, log)
    _level_skips(net, command, origin, log)
    _contradictions(net, origin, log)
    _no_members(net, origin, log)
    _dates(net, origin, log)
    _covers(net, origin, log)
    _status(net, origin, log)
    if net.as_of is not None:
        ended = int((net.ties["until"] < pd.Timestamp(net.as_of)).sum())
        if ended:
            log.add("tie.ended", everywhere, column="until", value=net.as_of.isoformat(), count=ended)


def _cycles(net: OrgNetwork, command: View, origin: Origin, log: Log) -> None:
    if not command.n_arcs:
        return
    _, component = strong_components(command)
    sizes = np.bincount(component, minlength=1)
    members = np.flatnonzero(sizes[component] > 1)
    order = members[np.argsort(component[members], kind="stable")]
    for group in np.split(order, np.flatnonzero(np.diff(component[order])) + 1) if len(order) else []:
        shown = [str(name) for name in net.ids[group[:_SHOWN]]]
        log.add(
            "command.cycle",
            **origin.at(group[0]),
            column="superior_id",
            value=shown[0],
            other=", ".join(shown) + (" ..." if len(group) > _SHOWN else ""),
            count=len(group),
        )


def _superiors(net: OrgNetwork, command: View, origin: Origin, log: Log) -> None:
    up = command.reverse()
    count = np.diff(up.indptr)
    several = np.flatnonzero(count > 1)
    named = [", ".join(map(str, net.ids[up.indices[up.indptr[i] : up.indptr[i + 1]][:_SHOWN]])) for i in several]
    log.add(
        "command.two_superiors",
        **origin.at(several),
        column="superior_id",
        value=net.ids[several].to_numpy(),
        other=np.array(named, dtype=object),
        count=count[several],
    )


def _tops(net: OrgNetwork, command: View, source: str, log: Log) -> None:
    tops = np.flatnonzero((np.diff(command.indptr) > 0) & (np.diff(command.reverse().indptr) == 0))
    if len(tops) > 1:
        shown = ", ".join(map(str, net.ids[tops[:_SHOWN]])) + (" ..." if len(tops) > _SHOWN else "")
        log.add("command.several_tops", source, column="superior_id", value=shown, count=len(tops))


def _level_skips(net: OrgNetwork, command: View, origin: Origin, log: Log) -> None:
    units = net.units
    if "level_rank" not in units:
        return
    rank = units["level_rank"].to_numpy("float64", na_value=np.nan)
    superior = np.repeat(np.arange(net.n_units), np.diff(command.indptr))
    inferior = command.indices
    skipped = rank[inferior] - rank[superior] > 1
    log.add(
        "command.level_skip",
        **origin.at(inferior[skipped]),
        column="superior_id",
        value=net.ids[inferior[skipped]].to_numpy(),
        other=net.ids[superior[skipped]].to_numpy(),
    )


def _contradictions(net: OrgNetwork, origin: Origin, log: Log) -> None:
    units = net.units
    if "has_party_org" not in units:
        return
    without = ~units["has_party_org"].astype("boolean").fillna(value=True).to_numpy(bool)
    covered = _covered(net)
    reasons = [("covers", without & covered)]
    if "formation" in units:
        formed = units["formation"].isin(["sole", "joint"]).to_numpy(bool)
        reasons.append(("formation", without & formed & ~covered))
    for reason, mask in reasons:
        value = net.ids[mask].to_numpy(object)
        log.add("presence.contradiction", **origin.at(mask), column="has_party_org", value=value, other=reason)


def _covered(net: OrgNetwork) -> NDArray[np.bool_]:
    """Return which units a Party unit covers by a tie that has not ended."""
    ties = net.tie_mask("covers")
    if net.as_of is not None:
        ties = ties & ~(net.ties["until"] < pd.Timestamp(net.as_of)).to_numpy(bool)
    by, host = net.ends[:, ties]
    covered = np.zeros(net.n_units, dtype=bool)
    covered[host[net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)[by]]] = True
    return covered


def _no_members(net: OrgNetwork, origin: Origin, log: Log) -> None:
    """Log Party units without members, and units without members that have an organisation, but for joint ones."""
    units = net.units
    counts = [units[name] for name in ("members", "full_members") if name in units]
    if not counts:
        return
    members = counts[0] if len(counts) == 1 else counts[0].fillna(counts[1])
    has = units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)
    if "has_party_org" in units:
        has = has | units["has_party_org"].astype("boolean").fillna(value=False).to_numpy(bool)
    if "formation" in units:
        has = has & ~units["formation"].eq("joint").to_numpy(bool)
    wrong = has & members.eq(0).to_numpy(bool)
    column = str(members.name)
    log.add("presence.no_members", **origin.at(wrong), column=column, value=net.ids[wrong].to_numpy(object))


def _dates(net: OrgNetwork, origin: Origin, log: Log) -> None:
    """Log elections and ends of term before the founding, and ends of term before the election."""
    units = net.units
    for early, late in (("founded", "last_election"), ("founded", "term_end"), ("last_election", "term_end")):
        if early in units and late in units:
            wrong = (units[late] < units[early]).to_numpy(bool)
            value = net.ids[wrong].to_numpy(object)
            log.add("date.order", **origin.at(wrong), column=late, value=value, other=early)


def _covers(net: OrgNetwork, origin: Origin, log: Log) -> None:
    by, host = net.ends[:, net.tie_mask("covers")]
    wrong = ~net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)[by]
    value, other = net.ids[by[wrong]].to_numpy(object), net.ids[host[wrong]].to_numpy(object)
    log.add("covers.not_party", **origin.at(by[wrong]), column="kind", value=value, other=other)


def _status(net: OrgNetwork, origin: Origin, log: Log) -> None:
    """Log each status word of a host that says neither operating nor closed."""
    units, rules = net.units, net.rules["coverage"]
    if "status" not in units:
        return
    known = {plain_word(word) for word in (*rules["operating_status"], *rules["closed_status"])}
    status = units["status"].reset_index(drop=True)
    hosts = np.flatnonzero(units["kind"].isin(rules["host_kinds"]).to_numpy(bool) & status.notna().to_numpy(bool))
    codes, words = distinct(status.iloc[hosts])
    unknown = np.array([plain_word(word) not in known for word in words], dtype=bool)
    first, count = hosts[first_of(codes)][unknown], np.bincount(codes, minlength=len(words))[unknown]
    value = words[unknown].to_numpy(object)
    log.add("unit.status_unknown", **origin.at(first), column="status", value=value, count=count)
