"""Faults that only show once the tables stand together: cycles, double superiors, level skips, contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import strong_components
from orgnet._model.values import plain_word
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.findings import Log
    from orgnet._model.network import OrgNetwork

_SHOWN = 10  # ids named in one finding


def audit(net: OrgNetwork, source: str, rows: NDArray[np.int64], log: Log) -> None:
    """Log the faults of a network whose units came from `source`, each unit from its row in `rows`."""
    command = net.view("command", "down")
    _cycles(net, command, source, rows, log)
    _superiors(net, command, source, rows, log)
    _tops(net, command, source, log)
    _level_skips(net, command, source, rows, log)
    _contradictions(net, source, rows, log)
    _covers(net, source, rows, log)
    _status(net, source, rows, log)
    if net.as_of is not None:
        ended = int((net.ties["until"] < pd.Timestamp(net.as_of)).sum())
        if ended:
            log.add("tie.ended", source, column="until", value=net.as_of.isoformat(), count=ended)


def _cycles(net: OrgNetwork, command: View, source: str, rows: NDArray[np.int64], log: Log) -> None:
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
            source,
            row=rows[group[0]],
            column="superior_id",
            value=shown[0],
            other=", ".join(shown) + (" ..." if len(group) > _SHOWN else ""),
            count=len(group),
        )


def _superiors(net: OrgNetwork, command: View, source: str, rows: NDArray[np.int64], log: Log) -> None:
    up = command.reverse()
    count = np.diff(up.indptr)
    several = np.flatnonzero(count > 1)
    named = [", ".join(map(str, net.ids[up.indices[up.indptr[i] : up.indptr[i + 1]][:_SHOWN]])) for i in several]
    log.add(
        "command.two_superiors",
        source,
        row=rows[several],
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


def _level_skips(net: OrgNetwork, command: View, source: str, rows: NDArray[np.int64], log: Log) -> None:
    units = net.units
    if "level_rank" not in units:
        return
    rank = units["level_rank"].to_numpy("float64", na_value=np.nan)
    superior = np.repeat(np.arange(net.n_units), np.diff(command.indptr))
    inferior = command.indices
    skipped = rank[inferior] - rank[superior] > 1
    log.add(
        "command.level_skip",
        source,
        row=rows[inferior[skipped]],
        column="superior_id",
        value=net.ids[inferior[skipped]].to_numpy(),
        other=net.ids[superior[skipped]].to_numpy(),
    )


def _contradictions(net: OrgNetwork, source: str, rows: NDArray[np.int64], log: Log) -> None:
    units = net.units
    if "has_party_org" not in units:
        return
    without = ~units["has_party_org"].astype("boolean").fillna(value=True).to_numpy(bool)
    covered = np.zeros(net.n_units, dtype=bool)
    by, host = net.ends[:, net.tie_mask("covers")]
    covered[host[units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)[by]]] = True
    reasons = [("covers", without & covered)]
    if "formation" in units:
        formed = units["formation"].isin(["sole", "joint"]).to_numpy(bool)
        reasons.append(("formation", without & formed & ~covered))
    for reason, mask in reasons:
        value = net.ids[mask].to_numpy(object)
        log.add("presence.contradiction", source, row=rows[mask], column="has_party_org", value=value, other=reason)


def _covers(net: OrgNetwork, source: str, rows: NDArray[np.int64], log: Log) -> None:
    by, host = net.ends[:, net.tie_mask("covers")]
    wrong = ~net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)[by]
    value, other = net.ids[by[wrong]].to_numpy(object), net.ids[host[wrong]].to_numpy(object)
    log.add("covers.not_party", source, row=rows[by[wrong]], column="kind", value=value, other=other)


def _status(net: OrgNetwork, source: str, rows: NDArray[np.int64], log: Log) -> None:
    """Log each status word of a host that says neither operating nor closed."""
    units, rules = net.units, net.rules["coverage"]
    if "status" not in units:
        return
    known = {plain_word(word) for word in (*rules["operating_status"], *rules["closed_status"])}
    status = units["status"][units["kind"].isin(rules["host_kinds"]) & units["status"].notna()]
    unknown = status[[plain_word(word) not in known for word in status]]
    first = rows[net.rows(unknown.index[~unknown.duplicated()])]
    counts = unknown.value_counts(sort=False)
    words = unknown.unique()
    value, count = np.asarray(words, dtype=object), counts[words].to_numpy()
    log.add("unit.status_unknown", source, row=first, column="status", value=value, count=count)
