"""What can be reached from where: breadth-first hops, costs, components, forests and counts below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from orgnet._engine.csr import View, build_view, checked_units, relabelled
from orgnet._engine.jit import lazily_compiled

if TYPE_CHECKING:
    import numpy.typing as npt

NEAR_ORDER_ABOVE = 500
_ONE = np.uint64(1)
_WORD = 64


def hops(view: View, sources: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Count the arcs from the nearest source to every unit; -1 where none arrives. Linear."""
    distance = np.full(view.n, -1, dtype=np.int32)
    starts = np.unique(checked_units(view.n, sources, "sources"))
    if len(starts):
        order, first = _levels(view, starts)
        distance[order] = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))
    return distance


def breadth_first_order(view: View) -> npt.NDArray[np.int32]:
    """Order all units breadth-first, ignoring direction, from the first unit of each component.

    Units that are near one another get near places, which is what makes sweeps over the units fast.
    """
    if view.n == 0:
        return np.empty(0, dtype=np.int32)
    _, labels = components(view)
    _, starts = np.unique(labels, return_index=True)
    return _levels(symmetrised(view), starts)[0]


def symmetrised(view: View) -> View:
    """Give the same ties without weight or direction."""
    if not view.directed and view.data is None:
        return view
    return build_view(view.n, arc_sources(view), view.indices, mode="both", directed=False)


def arc_sources(view: View) -> npt.NDArray[np.int32]:
    """Give the unit at the near end of every arc."""
    return np.repeat(np.arange(view.n, dtype=np.int32), np.diff(view.indptr))


def _levels(view: View, starts: npt.NDArray[np.integer[Any]]) -> tuple[npt.NDArray[np.int32], list[int]]:
    """Order the units reached breadth-first, with the place where each level begins, and the end.

    In breadth-first order the places of the predecessors never decrease, so each level begins at the
    first unit whose predecessor lies in the level before.
    """
    from scipy.sparse import csgraph, csr_array

    top = view.n
    indptr = np.append(view.indptr, view.n_arcs + len(starts)).astype(view.indptr.dtype)
    indices = np.concatenate([view.indices, starts.astype(np.int32)])
    matrix = csr_array((np.ones(len(indices)), indices, indptr), shape=(top + 1, top + 1))
    order, predecessors = csgraph.breadth_first_order(matrix, top, directed=True)
    place = np.empty(top + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    above = place[predecessors[order[1:]]]
    after = np.searchsorted(above, np.arange(len(order) + 1)).tolist()
    first, end = [0], len(starts)
    while end < len(above):
        first.append(end)
        end = after[end + 1]
    first.append(len(above))
    return order[1:].astype(np.int32), first


def costs(view: View, sources: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Give the least total length of arcs from the nearest source; infinity where none arrives.

    `view.data` are the lengths, at least 0; without them every arc has length 1.
    """
    starts = np.unique(checked_units(view.n, sources, "sources"))
    if not len(starts):
        return np.full(view.n, np.inf)
    from scipy.sparse import csgraph

    return np.asarray(csgraph.dijkstra(view.to_scipy(), directed=True, indices=starts, min_only=True))


def components(view: View) -> tuple[int, npt.NDArray[np.int32]]:
    """Count the components, direction ignored, and label the units, first units first."""
    return _components(view, "weak")


def strong_components(view: View) -> tuple[int, npt.NDArray[np.int32]]:
    """Count the strong components and label the units, first units first."""
    return _components(view, "strong" if view.directed else "weak")


def _components(view: View, connection: Literal["weak", "strong"]) -> tuple[int, npt.NDArray[np.int32]]:
    if view.n == 0:
        return 0, np.empty(0, dtype=np.int32)
    from scipy.sparse import csgraph

    count, labels = csgraph.connected_components(view.to_scipy(), directed=True, connection=connection)
    _, first = np.unique(labels, return_index=True)
    rank = np.empty(count, dtype=np.int32)
    rank[np.argsort(first)] = np.arange(count, dtype=np.int32)
    return int(count), rank[labels]


@dataclass(frozen=True, eq=False)
class ForestOrder:
    """How far a command view is a forest.

    Parameters
    ----------
    order : numpy.ndarray of int32
        Every unit that is neither on nor above a cycle, superiors before their subordinates.
    on_cycle : numpy.ndarray of bool
        Units on a cycle.
    several : numpy.ndarray of bool
        Units with several superiors.
    tainted : numpy.ndarray of bool
        Units that are, or have below them, a unit on a cycle or with several superiors: what lies below
        them is no tree.
    """

    order: npt.NDArray[np.int32]
    on_cycle: npt.NDArray[np.bool]
    several: npt.NDArray[np.bool]
    tainted: npt.NDArray[np.bool]


def forest_order(view_down: View) -> ForestOrder:
    """Order a command view from its tops and mark what keeps it from being a forest. Linear."""
    up = view_down.reverse()
    count, labels = strong_components(view_down)
    on_cycle = np.bincount(labels, minlength=count)[labels] > 1
    several = np.diff(up.indptr) > 1
    tainted = several.copy()
    order = np.empty(view_down.n, dtype=np.int32)
    left = np.diff(view_down.indptr).astype(np.int32)
    ordered = _peel_leaves(view_down.n, up.indptr, up.indices, left, tainted, order)
    tainted[left > 0] = True
    return ForestOrder(order[:ordered][::-1].copy(), on_cycle, several, tainted)


def _peel_leaves_plain(
    n: int,
    up_indptr: npt.NDArray[np.int32],
    up_indices: npt.NDArray[np.int32],
    left: npt.NDArray[np.int32],
    tainted: npt.NDArray[np.bool],
    order: npt.NDArray[np.int32],
) -> int:
    """Take units without subordinates left, bottom up, passing taint to their superiors."""
    filled = 0
    for unit in range(n):
        if left[unit] == 0:
            order[filled] = unit
            filled += 1
    done = 0
    while done < filled:
        unit = order[done]
        done += 1
        for at in range(up_indptr[unit], up_indptr[unit + 1]):
            superior = up_indices[at]
            left[superior] -= 1
            if tainted[unit]:
                tainted[superior] = True
            if left[superior] == 0:
                order[filled] = superior
                filled += 1
    return filled


_peel_leaves = lazily_compiled(_peel_leaves_plain, sweeps=False)


def _add_up_plain(
    n: int,  # noqa: ARG001 - every kernel has it
    order: npt.NDArray[np.int32],
    parent: npt.NDArray[np.int32],
    totals: npt.NDArray[np.float64],
) -> None:
    """Add the total of every unit to its parent's, the last unit of the order first; -1 is no parent."""
    for at in range(len(order) - 1, -1, -1):
        unit = order[at]
        if parent[unit] >= 0:
            totals[parent[unit]] += totals[unit]


add_up = lazily_compiled(_add_up_plain, sweeps=False)


def roll_up(view_down: View, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Sum a column over every unit and all units below it; NaN for tainted units. Linear."""
    return _rolled(view_down, forest_order(view_down), values)


def subtree_sizes(view_down: View) -> npt.NDArray[np.float64]:
    """Count the units below every unit; NaN for tainted units (see `ForestOrder`). Linear."""
    return roll_up(view_down, np.ones(view_down.n)) - 1


def _rolled(view_down: View, forest: ForestOrder, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    totals = np.array(values, dtype=np.float64)
    if totals.shape != (view_down.n,):
        msg = f"values has shape {totals.shape}: it must be ({view_down.n},), one number for every unit"
        raise ValueError(msg)
    add_up(view_down.n, forest.order, _only_superior(view_down, forest), totals)
    totals[forest.tainted] = np.nan
    return totals


def _only_superior(view_down: View, forest: ForestOrder) -> npt.NDArray[np.int32]:
    """Give the superior of every unit that has just one, -1 for the others."""
    up = view_down.reverse()
    parent = np.full(view_down.n, -1, dtype=np.int32)
    single = np.flatnonzero((np.diff(up.indptr) > 0) & ~forest.several)
    parent[single] = up.indices[up.indptr[single]]
    return parent


def reachable_counts(view: View) -> npt.NDArray[np.int64]:
    """Count the other units that can be reached from every unit; see `reachable_sums`."""
    return (reachable_sums(view, np.ones(view.n)) - 1).astype(np.int64)


def reachable_sums(view: View, amounts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Sum an amount over every unit and all it reaches.

    Linear for undirected views and where the strong components form a forest; what is above a component
    with several superiors takes one sweep for every 64 components.
    """
    count, labels = strong_components(view)
    sums = np.bincount(labels, weights=amounts, minlength=count).astype(np.float64)
    if not view.directed:
        return sums[labels]
    condensed = build_view(count, labels[arc_sources(view)], labels[view.indices], mode="down", directed=True)
    forest = forest_order(condensed)
    below = _rolled(condensed, forest, sums)
    if forest.tainted.any():
        below[forest.tainted] = _counts_above_several(condensed, forest, sums, below)
    return below[labels]


def _counts_above_several(
    condensed: View,
    forest: ForestOrder,
    sums: npt.NDArray[np.float64],
    below: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Count from the tainted components, the trees hanging from them folded into their weight."""
    parent = _only_superior(condensed, forest)
    hanging = np.flatnonzero(~forest.tainted & (parent >= 0))
    hanging = hanging[forest.tainted[parent[hanging]]]
    weight = sums.copy()
    np.add.at(weight, parent[hanging], below[hanging])
    core = forest.order[forest.tainted[forest.order]]
    view = relabelled(condensed, core)
    counts = np.zeros(len(core))
    _count_below(view.n, view.indptr, view.indices, weight[core], counts)
    by_component = np.empty(condensed.n)
    by_component[core] = counts
    return by_component[forest.tainted]


def _count_below_plain(
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    weight: npt.NDArray[np.float64],
    counts: npt.NDArray[np.float64],
) -> None:
    """Add the weight of all a unit reaches, itself included; arcs go from low to high numbers.

    One sweep carries 64 sources, one bit each.
    """
    masks = np.zeros(n, dtype=np.uint64)
    for first in range(0, n, _WORD):
        for bit in range(min(_WORD, n - first)):
            masks[first + bit] = _ONE << np.uint64(bit)
        for unit in range(first, n):
            mask = masks[unit]
            if mask == 0:
                continue
            for at in range(indptr[unit], indptr[unit + 1]):
                masks[indices[at]] |= mask
            masks[unit] = 0
            source = first
            while mask != 0:
                if mask & _ONE:
                    counts[source] += weight[unit]
                mask >>= _ONE
                source += 1


_count_below = lazily_compiled(_count_below_plain, sweeps=True)
