"""Gaps: which organisations should have Party organisation and have not, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import hops
from orgnet._metrics.presence import NO, POPULATIONS, UNKNOWN, YES, Hosts, hosts
from orgnet._model.results import Result, describe
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang

# The most pressing first: a host is in the list once, under the narrowest population it belongs to.
GAPS = {
    "eligible": ("should have an organisation of its own, and has none", "应建未建：达到组建条件而未建党组织"),
    "three_have": ("large enough for a joint branch, and has none", "规模以上未覆盖：可纳入联合党支部"),
    "operating": ("operating, without Party organisation", "在营而未覆盖"),
}
_FACTS = ("area", "sector", "full_members", "staff")


@dataclass(frozen=True, eq=False, repr=False)
class Gaps(Result):
    """Hosts without Party organisation; see `orgnet.metrics.gaps`.

    Attributes
    ----------
    cells
        One row an area and sector (those of the two that the input has): how many hosts, and how many gaps.
    backlog
        Eligible hosts without organisation.
    n_unknown
        Hosts of which presence, or membership of a population, is not recorded.
    """

    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    backlog: int = 0
    n_unknown: int = 0


def gap_reason(gap: str, lang: Lang = "en") -> str:
    """Say in words what kind of gap it is."""
    return GAPS[gap][lang == "zh"]


def gaps(net: OrgNetwork) -> Gaps:
    """Which enterprises and social organisations should have Party organisation and have not?

    The hosts known to have none, in order: eligible ones (operating, 3 full members or more: an organisation is
    required), three-have ones (fixed premises, 10 staff or more: first targets, candidates for a joint branch), and
    other operating ones; within each the larger staff first. What is not recorded is counted, not listed.

    Parameters
    ----------
    net
        The network; presence as in `orgnet.metrics.coverage`.

    Returns
    -------
    Gaps
        ``table``, one row a host: ``unit_id``, ``name``, ``kind``, ``area``, ``sector``, ``full_members``, ``staff``
        (those that the input has), ``gap`` (eligible, three_have, operating), ``work`` (yes, no, unknown: is there
        Party work by an instructor, union or Youth League), ``distance`` (ties to the nearest Party unit over all
        layers; NaN where none can be reached) and ``reason`` in words. ``cells``: hosts and gaps by area and sector.
        ``backlog``: the number of eligible hosts without organisation.

    References
    ----------
    Measure E4; the thresholds and their sources are in the rule set, ``net.rules["coverage"]``.

    Examples
    --------
    >>> import orgnet
    >>> found = gaps(orgnet.datasets.load())
    >>> found.backlog, found.table["gap"].iloc[0]
    (5, 'eligible')
    """
    found = hosts(net)
    has = found.measures["organisation"]
    narrowest = np.full(len(found.rows), len(POPULATIONS))
    for place, population in enumerate(GAPS):
        narrowest[(found.populations[population] == YES) & (narrowest == len(POPULATIONS))] = place
    listed = (has == NO) & (narrowest < len(POPULATIONS))
    table = _table(net, found, narrowest, listed)
    unknown = (found.populations["operating"] == UNKNOWN) | ((found.populations["operating"] == YES) & (has == UNKNOWN))
    return Gaps(
        table,
        describe(net, "gaps", warnings=found.warnings),
        _cells(net, found, has),
        backlog=int((table["gap"] == "eligible").sum()),
        n_unknown=int(unknown.sum()),
    )


def _table(net: OrgNetwork, found: Hosts, narrowest: NDArray[np.int64], listed: NDArray[np.bool_]) -> pd.DataFrame:
    rows = found.rows[listed]
    units = net.units.iloc[rows]
    party = np.flatnonzero(net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool))
    far = hops(net.view("all"), party)[rows].astype("float64") if len(party) else np.full(len(rows), np.nan)
    gap = np.array(list(GAPS), dtype=object)[narrowest[listed]]
    work = np.array(["no", "yes", "unknown"], dtype=object)[found.measures["work"][listed]]
    table = pd.DataFrame(
        {"unit_id": net.ids[rows], "name": net.names.to_numpy()[rows], "kind": units["kind"].to_numpy()}
    )
    for name in _FACTS:
        if name in units:
            table[name] = units[name].to_numpy()
    table["gap"] = pd.array(gap, dtype="str")
    table["work"] = pd.array(work, dtype="str")
    table["distance"] = np.where(far < 0, np.nan, far)
    table["reason"] = pd.array([gap_reason(name) for name in gap], dtype="str")
    size = units["staff"].to_numpy("float64", na_value=np.nan) if "staff" in units else np.zeros(len(rows))
    order = np.lexsort((np.nan_to_num(-size, nan=1.0), narrowest[listed]))
    return table.iloc[order].reset_index(drop=True)


def _cells(net: OrgNetwork, found: Hosts, has: NDArray[np.int8]) -> pd.DataFrame:
    """Count hosts and gaps by area and sector, the cells with most eligible gaps first."""
    keys = [name for name in ("area", "sector") if name in net.units]
    counts = {"hosts": found.populations["operating"] == YES}
    for population in GAPS:
        member = found.populations[population] == YES
        counts[f"{population}_covered"] = member & (has == YES)
        counts[f"{population}_gaps"] = member & (has == NO)
    frame = net.units[keys].iloc[found.rows].reset_index(drop=True).fillna("(not recorded)")
    frame = frame.assign(**{name: mask.astype(np.int64) for name, mask in counts.items()})
    frame = frame.groupby(keys, sort=True).sum().reset_index() if keys else frame.sum().to_frame().T
    order = [f"{population}_gaps" for population in GAPS]
    return frame.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)
