"""How closely units hang together: cores, triangles, and the measures that rest on triangles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.csr import View, build_view
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import arc_sources, symmetrised

if TYPE_CHECKING:
    import numpy.typing as npt


def coreness(view: View) -> npt.NDArray[np.int32]:
    """Give the largest k of a core each unit is in, where all have k neighbours in it. Linear.

    Direction is ignored (Batagelj and Zaversnik 2003).
    """
    both = symmetrised(view)
    left = np.diff(both.indptr).astype(np.int32)
    order = np.argsort(left, kind="stable").astype(np.int32)
    first = np.searchsorted(left[order], np.arange(int(left.max(initial=0)) + 2)).astype(np.int32)
    place = np.empty(view.n, dtype=np.int32)
    place[order] = np.arange(view.n, dtype=np.int32)
    _strip(view.n, both.indptr, both.indices, left, order, place, first)
    return left


def triangles(view: View) -> npt.NDArray[np.int64]:
    """Count the triangles each unit is in, direction ignored."""
    rising = _rising(symmetrised(view))
    along, _ = _detours(rising, np.ones(len(rising.low)), np.ones(len(rising.low)))
    return (_by_unit(rising, along, along) / 2).astype(np.int64)


def clustering(view: View) -> npt.NDArray[np.float64]:
    """Give the share of the pairs of neighbours that are tied; 0 with fewer than two neighbours."""
    degree = np.diff(symmetrised(view).indptr).astype(np.float64)
    return 2 * triangles(view) / np.maximum(degree * (degree - 1), 1)


def effective_size(view: View) -> npt.NDArray[np.float64]:
    """Give the neighbours less the mean number of ties each has to the others (Borgatti 1997).

    That is k - 2t/k, with t the ties among the k neighbours; NaN without neighbours.
    """
    degree = np.diff(symmetrised(view).indptr).astype(np.float64)
    degree[degree == 0] = np.nan
    return degree - 2 * triangles(view) / degree


def constraint(view: View) -> npt.NDArray[np.float64]:
    """Sum over neighbours j the square of p_ij + sum_q p_iq p_qj (Burt 1992); NaN without tie strength.

    p_ij is the share of the strength of i's ties that is to j: of the weights of both directions together,
    or of the number of neighbours where the view has no weights.
    """
    strong = _strengthened(view)
    weight = np.ones(strong.n_arcs) if strong.data is None else strong.data
    rising = _rising(strong)
    strength = np.bincount(arc_sources(strong), weights=weight, minlength=view.n)
    some = np.where(strength > 0, strength, 1)
    up, down = weight[rising.arc] / some[rising.low], weight[rising.arc] / some[rising.high]
    round_up, round_down = _detours(rising, up, down)
    total = _by_unit(rising, (up + round_up) ** 2, (down + round_down) ** 2)
    return np.where(strength > 0, total, np.nan)


def _strengthened(view: View) -> View:
    if not view.directed or view.data is None:
        return view if view.data is not None else symmetrised(view)
    return build_view(view.n, arc_sources(view), view.indices, mode="both", directed=False, weight=view.data)


@dataclass(frozen=True, eq=False)
class _Rising:
    """Each tie once, from the end with fewer neighbours to the other: no unit has many.

    Parameters
    ----------
    indptr : numpy.ndarray
        Where the ties of each unit begin, units by rising number of neighbours.
    ends : numpy.ndarray of int32
        The other end, as a place in that order, ascending for each unit.
    low, high : numpy.ndarray of int32
        The ends as units.
    arc : numpy.ndarray of int64
        The arc of the view from `low` to `high`.
    """

    indptr: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int32]
    low: npt.NDArray[np.int32]
    high: npt.NDArray[np.int32]
    arc: npt.NDArray[np.int64]


def _rising(view: View) -> _Rising:
    rank = np.empty(view.n, dtype=np.int32)
    rank[np.argsort(np.diff(view.indptr), kind="stable")] = np.arange(view.n, dtype=np.int32)
    near = arc_sources(view)
    arc = np.flatnonzero(rank[near] < rank[view.indices])
    arc = arc[np.lexsort((rank[view.indices[arc]], rank[near[arc]]))]
    low, high = near[arc], view.indices[arc]
    indptr = np.zeros(view.n + 1, dtype=np.int64)
    np.cumsum(np.bincount(rank[low], minlength=view.n), out=indptr[1:])
    return _Rising(indptr, rank[high], low, high, arc)


def _detours(
    rising: _Rising, up: npt.NDArray[np.float64], down: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sum for every tie, both ways, the products of a value along the two other ties of its triangles."""
    round_up, round_down = np.zeros(len(up)), np.zeros(len(up))
    _go_round(len(rising.indptr) - 1, rising.indptr, rising.ends, up, down, round_up, round_down)
    return round_up, round_down


def _by_unit(rising: _Rising, up: npt.NDArray[np.float64], down: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Sum over the ties of every unit the value from it to the other end."""
    n = len(rising.indptr) - 1
    total = np.bincount(rising.low, weights=up, minlength=n) + np.bincount(rising.high, weights=down, minlength=n)
    return total.astype(np.float64)  # numpy counts nothing in whole numbers


def _go_round_plain(
    n: int,
    indptr: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int32],
    up: npt.NDArray[np.float64],
    down: npt.NDArray[np.float64],
    round_up: npt.NDArray[np.float64],
    round_down: npt.NDArray[np.float64],
) -> None:
    """Find each triangle once, from its lowest unit."""
    tie_to = np.full(n, -1, dtype=np.int64)
    for unit in range(n):
        for one in range(indptr[unit], indptr[unit + 1]):
            tie_to[ends[one]] = one
        for one in range(indptr[unit], indptr[unit + 1]):
            middle = ends[one]
            for two in range(indptr[middle], indptr[middle + 1]):
                far = tie_to[ends[two]]
                if far >= 0:
                    round_up[one] += up[far] * down[two]
                    round_down[one] += up[two] * down[far]
                    round_up[two] += down[one] * up[far]
                    round_down[two] += down[far] * up[one]
                    round_up[far] += up[one] * up[two]
                    round_down[far] += down[two] * down[one]
        for one in range(indptr[unit], indptr[unit + 1]):
            tie_to[ends[one]] = -1


_go_round = lazily_compiled(_go_round_plain, sweeps=False)


def _strip_plain(
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    left: npt.NDArray[np.int32],
    order: npt.NDArray[np.int32],
    place: npt.NDArray[np.int32],
    first: npt.NDArray[np.int32],
) -> None:
    """Take the unit with fewest neighbours left, over and over, keeping the rest in order of theirs."""
    for at in range(n):
        unit = order[at]
        for arc in range(indptr[unit], indptr[unit + 1]):
            other = indices[arc]
            if left[other] > left[unit]:
                start = first[left[other]]
                moved = order[start]
                order[place[other]], order[start] = moved, other
                place[moved], place[other] = place[other], start
                first[left[other]] = start + 1
                left[other] -= 1


_strip = lazily_compiled(_strip_plain, sweeps=False)
