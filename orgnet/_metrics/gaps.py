"""Gaps: which organisations should have Party organisation and have not, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import hops
from orgnet._metrics.force import current
from orgnet._metrics.joint import add_suggestions, candidates, suggestions
from orgnet._metrics.misfits import add_misfits, find_misfits, misfit_table
from orgnet._metrics.presence import NO, POPULATIONS, UNKNOWN, YES, Hosts, hosts, is_party
from orgnet._model.results import Family, Figures, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang

# The most pressing first: a host is in the list once, under the narrowest population it belongs to.
GAPS = {
    "eligible": ("should have an organisation of its own, and has none", "应建未建：达到组建条件而未建党组织"),
    "three_have": (
        "three-have (premises, staff, operating), without Party organisation",
        "“三有”单位未覆盖：有固定场所、有从业人员、正常运营而未建党组织",
    ),
    "operating": ("operating, without Party organisation", "在营而未覆盖"),
}
_FACTS = ("area", "sector", "full_members", "staff")
_PLACES = ("area", "sector")
_NOWHERE = "(not recorded)"


@dataclass(frozen=True, eq=False, repr=False)
class Gaps(Family):
    """Hosts without Party organisation; see `orgnet.metrics.gaps`.

    Attributes
    ----------
    cells
        One row an area and sector (those of the two that the input has): how many hosts, and how many gaps.
    backlog
        Eligible hosts without organisation.
    n_unknown
        Hosts of which presence, or membership of a population, is not recorded.
    joint
        One row a joint branch that uncovered hosts could make: ``near`` (building, area), ``where``, ``hosts``,
        ``full_members`` together, ``anchor`` and its name (the host with most full members), ``unit_ids``, ``reason``
        and ``reason_zh``; those of the nearest kind of place first, there the fewest hosts first, then most members.
    misfits
        One row an organisation of the wrong shape: ``unit_id``, ``name``, ``kind``, ``misfit``, ``full_members``,
        ``party_units`` that cover it, ``reason`` and ``reason_zh``. ``over_built``: own, with too few members for it;
        ``under_built``: joint, with enough for its own; ``several_party_units``: none of them below another, cells and
        functional branches aside; ``closed``: the host is; ``formation_differs``: recorded as sole or joint, and the
        ties say otherwise. Advice, not errors: the rules leave room for what the work needs.
    """

    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    backlog: int = 0
    n_unknown: int = 0
    joint: pd.DataFrame = field(default_factory=pd.DataFrame)
    misfits: pd.DataFrame = field(default_factory=pd.DataFrame)


def gap_reason(gap: str, lang: Lang = "en") -> str:
    """Say in words what kind of gap it is."""
    return GAPS[gap][lang == "zh"]


def gaps(net: OrgNetwork) -> Gaps:
    r"""Which enterprises and social organisations should have Party organisation and have not?

    The hosts known to have none, in order: eligible ones (operating, 3 full members or more: an organisation is
    required), three-have ones (fixed premises, 10 staff or more: first targets of the two coverages), and
    other operating ones. Within each kind there is no hidden score, but an order: the larger staff first, then more
    full members, then the nearer to a Party unit, then the larger gain, then the id; what is not recorded comes last.

    .. math:: \text{gain} = \frac{1}{\text{hosts of the population, in the same area, of which presence is known}}

    is what the coverage of its area rises by if this gap is closed, the population being that of its gap.

    Parameters
    ----------
    net
        The network; presence as in `orgnet.metrics.coverage`.

    Returns
    -------
    Gaps
        ``table``, one row a host: ``unit_id``, ``name``, ``kind``, ``area``, ``sector``, ``full_members``, ``staff``
        (those that the input has), ``gap`` (eligible, three_have, operating), ``work`` (yes, no, unknown: is there
        Party work by an instructor, union or Youth League), ``distance`` (current ties to the nearest Party unit over
        all layers; NaN where none can be reached), ``gain`` (0 to 1) and ``gain_in`` (the area; the sector, or all,
        where the input has no areas), ``reason`` and ``reason_zh`` in words. ``cells``: hosts and gaps by area and
        sector. ``backlog``: the number of eligible hosts without organisation. ``joint``: joint branches that
        uncovered hosts near each other could make. ``misfits``: organisations of the wrong shape.

    References
    ----------
    Measures E4 and E6, and of E2 what does not fit; the thresholds and their sources are in the rule set,
    ``net.rules["coverage"]``, ``net.rules["joint"]``, ``net.rules["members"]``.

    Examples
    --------
    >>> import orgnet
    >>> found = gaps(orgnet.datasets.load())
    >>> found.backlog, found.table["gap"].iloc[0]
    (5, 'eligible')
    >>> found.joint[["hosts", "full_members", "unit_ids"]].head(1).values.tolist()
    [[2, 3, '330106012002-E09, 330106012002-E10']]
    """
    found = hosts(net)
    has = found.measures["organisation"]
    narrowest = np.full(len(found.rows), len(POPULATIONS))
    for place, population in enumerate(GAPS):
        narrowest[(found.populations[population] == YES) & (narrowest == len(POPULATIONS))] = place
    listed = (has == NO) & (narrowest < len(POPULATIONS))
    table = _table(net, found, narrowest, listed)
    unknown = (found.populations["operating"] == UNKNOWN) | ((found.populations["operating"] == YES) & (has == UNKNOWN))
    able = candidates(net, found)
    joint, misfits = suggestions(net, able), find_misfits(net, found)
    figures = Figures()
    _add_gaps(figures, found, table)
    add_suggestions(net, found, figures, joint, able)
    add_misfits(net, found, figures, misfits)
    return Gaps(
        table,
        describe(net, "gaps", warnings=found.warnings),
        figures.frame(),
        _cells(net, found, has),
        backlog=int((table["gap"] == "eligible").sum()),
        n_unknown=int(unknown.sum()),
        joint=joint,
        misfits=misfit_table(net, found, misfits),
    )


def _add_gaps(figures: Figures, found: Hosts, table: pd.DataFrame) -> None:
    """Add the eligible hosts without organisation, and the gaps of each kind (E4)."""
    has = found.measures["organisation"]
    for population in GAPS:
        member = found.populations[population]
        without, listed = int(((member == YES) & (has == NO)).sum()), int((table["gap"] == population).sum())
        # may be a gap: not known to be outside, not known to be covered, and not known to be one
        left_out = int(((member != NO) & (has != YES)).sum()) - without
        missing = found.lacking[population] + found.lacking["organisation"]
        figures.add("uncovered_hosts", np.nan if missing else listed, group=population, unknown=left_out,
                    missing=missing)  # fmt: skip
        if population == "eligible":
            figures.add("backlog", np.nan if missing else without, unknown=left_out, missing=missing)


def _table(net: OrgNetwork, found: Hosts, narrowest: NDArray[np.int64], listed: NDArray[np.bool_]) -> pd.DataFrame:
    rows = found.rows[listed]
    units = net.units.iloc[rows]
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
    table["distance"] = _distances(net)[rows]
    gain, where = _gains(net, found, narrowest)
    table["gain"] = gain[listed]
    table["gain_in"] = pd.array(where[listed], dtype="str")
    table["reason"] = pd.array([gap_reason(name) for name in gap], dtype="str")
    table["reason_zh"] = pd.array([gap_reason(name, "zh") for name in gap], dtype="str")
    nothing = pd.Series(np.nan, index=table.index)
    largest = [-table.get(name, nothing).to_numpy("float64", na_value=np.nan) for name in ("staff", "full_members")]
    keys = (table["unit_id"].to_numpy(str), -table["gain"].to_numpy(), table["distance"].to_numpy(), *largest[::-1])
    return table.iloc[np.lexsort((*keys, narrowest[listed]))].reset_index(drop=True)


def _distances(net: OrgNetwork) -> NDArray[np.float64]:
    """Return for each unit the current ties to the nearest Party unit, NaN where there is no path."""
    party = np.flatnonzero(is_party(net))
    now = current(net)
    far = hops(now.view("all"), party).astype("float64")
    return np.where(far < 0, np.nan, far)


def _gains(
    net: OrgNetwork, found: Hosts, narrowest: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Return for each host what the coverage of its place rises by if it is closed as a gap, and the place."""
    known = found.measures["organisation"] != UNKNOWN
    place = next((name for name in _PLACES if name in net.units), None)
    labels = pd.Series("all", index=range(len(found.rows)), dtype="str")
    if place is not None:
        labels = net.units[place].iloc[found.rows].astype("str").fillna(_NOWHERE).reset_index(drop=True)
    codes, _ = pd.factorize(labels)
    gain = np.full(len(found.rows), np.nan)
    for number, population in enumerate(GAPS):
        inside = (found.populations[population] == YES) & known
        size = np.bincount(codes[inside], minlength=1)
        at = inside & (narrowest == number)
        gain[at] = 1.0 / size[codes[at]]
    return gain, labels.to_numpy(object)


def _cells(net: OrgNetwork, found: Hosts, has: NDArray[np.int8]) -> pd.DataFrame:
    """Count hosts and gaps by area and sector, the cells with most eligible gaps first."""
    keys = [name for name in _PLACES if name in net.units]
    counts = {"hosts": found.populations["operating"] == YES}
    for population in GAPS:
        member = found.populations[population] == YES
        counts[f"{population}_covered"] = member & (has == YES)
        counts[f"{population}_gaps"] = member & (has == NO)
    frame = net.units[keys].iloc[found.rows].reset_index(drop=True).fillna(_NOWHERE)
    frame = frame.assign(**{name: mask.astype(np.int64) for name, mask in counts.items()})
    frame = frame.groupby(keys, sort=True).sum().reset_index() if keys else frame.sum().to_frame().T
    order = [f"{population}_gaps" for population in GAPS]
    return frame.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)
