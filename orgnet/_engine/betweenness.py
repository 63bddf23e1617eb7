"""Exact betweenness of units and ties, between all pairs or some, the network reduced to its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.csr import View, chosen_units
from orgnet._engine.directed import between_directed
from orgnet._engine.lanes import paths_through
from orgnet._engine.reduction import reduced
from orgnet._engine.traversal import arc_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from orgnet._engine.reduction import Gathered

    Progress = Callable[[int, int], None] | None


def betweenness(view: View, progress: Progress = None) -> npt.NDArray[np.float64]:
    """Sum over pairs the share of their shortest paths that run through each unit, ends not counted.

    Unordered pairs in an undirected view, ordered pairs along the arcs in a directed one. Weights are
    ignored. Paths of an undirected view are counted within its blocks, between the units that are nearest
    to the ends, by the number of units they stand for; see `Reduction`. Those of a directed view are counted
    within its core. Memory is linear.
    """
    return _between(view, None, None, progress, arcs=False)


def tie_betweenness(view: View, progress: Progress = None) -> npt.NDArray[np.float64]:
    """Sum over pairs the share of their shortest paths along each arc of the view, ends included.

    Pairs are those of `betweenness`; in an undirected view both arcs of a tie have the value of the tie.
    """
    return _between(view, None, None, progress, arcs=True)


def betweenness_between(
    view: View, sources: npt.ArrayLike, targets: npt.ArrayLike, progress: Progress = None
) -> npt.NDArray[np.float64]:
    """Sum the share of the shortest paths from sources to targets that run through each unit.

    Ends are not counted. In a directed view a pair is a source s and a target t, s != t. In an undirected
    view it is an unordered pair of them: where s and t are each both source and target, it counts once.

    Parameters
    ----------
    view : View
        The network.
    sources, targets : array_like
        Rows of units, or a mask with True for them.
    progress : callable, optional
        Is told ``(done, total)`` as the work goes on.
    """
    return _between(
        view, chosen_units(view.n, sources, "sources"), chosen_units(view.n, targets, "targets"), progress, arcs=False
    )


def tie_betweenness_between(
    view: View, sources: npt.ArrayLike, targets: npt.ArrayLike, progress: Progress = None
) -> npt.NDArray[np.float64]:
    """Sum the share of the shortest paths from sources to targets along each arc of the view, ends included.

    Pairs are those of `betweenness_between`; in an undirected view both arcs of a tie have its value.
    """
    return _between(
        view, chosen_units(view.n, sources, "sources"), chosen_units(view.n, targets, "targets"), progress, arcs=True
    )


def _between(
    view: View,
    sources: npt.NDArray[np.bool] | None,
    targets: npt.NDArray[np.bool] | None,
    progress: Progress,
    *,
    arcs: bool,
) -> npt.NDArray[np.float64]:
    starts, ends = (np.ones(view.n) if chosen is None else chosen.astype(np.float64) for chosen in (sources, targets))
    if view.directed:
        return between_directed(view, starts, ends, progress, arcs=arcs)
    total = np.zeros(view.n_arcs if arcs else view.n)
    for one, other in _unordered(starts, ends):
        total += _between_blocks(view, one, other, progress, arcs=arcs)
    return total


def _unordered(
    starts: npt.NDArray[np.float64], ends: npt.NDArray[np.float64]
) -> Iterator[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Give weights of sources and targets that count over ordered pairs what is meant over unordered ones.

    Pairs of two units that are both source and target come in both orders, each counting a half.
    """
    if starts.sum() > ends.sum():  # paths run both ways, and sources cost more than targets
        starts, ends = ends, starts
    both = starts * ends
    if both.any():
        yield both, ends - both / 2
    if (starts - both).any():
        yield starts - both, ends


def _between_blocks(
    view: View,
    starts: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
    progress: Progress,
    *,
    arcs: bool,
) -> npt.NDArray[np.float64]:
    """Count within the blocks, and add the pairs that lie in different blocks of a unit, or across a bridge."""
    reduction = reduced(view)
    start, end = reduction.gathered(starts), reduction.gathered(ends)
    found = paths_through(reduction.inner, start.inside(), end.inside(), progress, arcs=arcs)
    if not arcs:
        return start.parted(end) + np.bincount(reduction.unit, weights=found, minlength=view.n)
    sums = np.zeros(view.n_arcs)
    sums[reduction.tie] = found
    sums[_arcs_above(view, reduction.bridging, reduction.above)] = _across(start, end)
    sums += sums[_turned(view)]
    return sums


def _across(start: Gathered, end: Gathered) -> npt.NDArray[np.float64]:
    """Count the ordered pairs with one end on either side of each bridge."""
    low = start.reduction.bridging
    up = start.below[low] * (end.whole[low] - end.below[low])
    return up + end.below[low] * (start.whole[low] - start.below[low])


def _arcs_above(view: View, units: npt.NDArray[np.int32], above: npt.NDArray[np.int32]) -> npt.NDArray[np.integer]:
    """Give the arc from each unit to the one above it."""
    keys = arc_sources(view).astype(np.int64) * view.n + view.indices
    return np.searchsorted(keys, units.astype(np.int64) * view.n + above[units])


def _turned(view: View) -> npt.NDArray[np.integer]:
    """Give for every arc of an undirected view the arc of the same tie the other way."""
    return np.lexsort((arc_sources(view), view.indices))
