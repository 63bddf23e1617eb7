"""An undirected view reduced to what has to be searched: its blocks, the rest of the network as weights on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.blocks import searched
from orgnet._engine.csr import View, relabelled
from orgnet._engine.folding import fold
from orgnet._engine.traversal import add_up, arc_sources, breadth_first_order, components

if TYPE_CHECKING:
    import numpy.typing as npt

    from orgnet._engine.blocks import Search
    from orgnet._engine.folding import Folding


@dataclass(frozen=True, eq=False)
class Reduction:
    """An undirected view as a tree of blocks (biconnected components).

    A block is entered at its top. The pendant trees and the bridges are blocks of one tie; the blocks with
    more are laid out side by side as one graph, a unit that is in several of them once for each.

    Parameters
    ----------
    folding : Folding
        The pendant trees.
    order : numpy.ndarray of int32
        All units, each after the unit above it.
    above : numpy.ndarray of int32
        The unit above each unit, -1 for one unit of each component.
    entering : numpy.ndarray of int32
        Units whose tie to the unit above enters a block: one for each block.
    bridging : numpy.ndarray of int32
        Those of them whose block is that tie alone.
    label : numpy.ndarray of int32
        The component of each unit.
    inner : View
        The blocks of more than one tie, the largest first, each in breadth-first order.
    starts : numpy.ndarray of int64
        Where each block begins in `inner`, and the end of the last.
    unit : numpy.ndarray of int32
        The unit at each place of `inner`.
    entered : numpy.ndarray of int32
        For the places that are tops, the entering unit of their block; -1 for the others.
    tie : numpy.ndarray of int64
        The arc of the view that each arc of `inner` is.
    """

    folding: Folding
    order: npt.NDArray[np.int32]
    above: npt.NDArray[np.int32]
    entering: npt.NDArray[np.int32]
    bridging: npt.NDArray[np.int32]
    label: npt.NDArray[np.int32]
    inner: View
    starts: npt.NDArray[np.int64]
    unit: npt.NDArray[np.int32]
    entered: npt.NDArray[np.int32]
    tie: npt.NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.above)

    def gathered(self, amounts: npt.NDArray[np.float64]) -> Gathered:
        """Gather an amount of every unit along the tree of blocks."""
        whole = np.bincount(self.label, weights=amounts).astype(np.float64)[self.label]
        below = amounts.copy()
        add_up(self.n, self.order, self.above, below)
        branches = np.bincount(self.above[self.entering], weights=below[self.entering], minlength=self.n)
        return Gathered(self, amounts, whole, below, amounts + branches)


@dataclass(frozen=True, eq=False)
class Gathered:
    """An amount of every unit, gathered along the tree of blocks.

    Parameters
    ----------
    reduction : Reduction
        The tree.
    amounts : numpy.ndarray of float64
        What is gathered.
    whole : numpy.ndarray of float64
        The sum of the component.
    below : numpy.ndarray of float64
        The sum of the unit and all below it; of an entering unit, of all its block but the top and below.
    held : numpy.ndarray of float64
        The sum of the unit and all blocks of which it is the top.
    """

    reduction: Reduction
    amounts: npt.NDArray[np.float64]
    whole: npt.NDArray[np.float64]
    below: npt.NDArray[np.float64]
    held: npt.NDArray[np.float64]

    def inside(self) -> npt.NDArray[np.float64]:
        """Give at every place of a block the sum of what is nearest to it of all the block."""
        unit, entered = self.reduction.unit, self.reduction.entered
        return np.where(entered < 0, self.held[unit], self.whole[unit] - self.below[entered])

    def parted(self, other: Gathered) -> npt.NDArray[np.float64]:
        """Sum the products of these amounts with the other over ordered pairs that each unit parts."""
        entering = self.reduction.entering
        same = np.bincount(
            self.reduction.above[entering],
            weights=self.below[entering] * other.below[entering],
            minlength=self.reduction.n,
        )
        around = (self.whole - self.held) * (other.whole - other.held)
        return (self.whole - self.amounts) * (other.whole - other.amounts) - same - around


def reduced(view: View) -> Reduction:
    """Reduce an undirected view, once. Linear."""
    kept = vars(view)
    if "_reduction" not in kept:
        kept["_reduction"] = _reduced(view)
    found: Reduction = kept["_reduction"]
    return found


def _reduced(view: View) -> Reduction:
    folding = fold(view)
    core = relabelled(view, folding.core)
    search = searched(core, np.arange(core.n, dtype=np.int32), np.zeros(core.n, dtype=np.bool))
    above = folding.parent.copy()
    within = search.parent >= 0
    above[folding.core[within]] = folding.core[search.parent[within]]
    closing = search.closing()
    alone = closing[search.low[closing] > search.place[search.parent[closing]]]
    _, label = components(view)
    inner, starts, unit, entered, tie = _laid_out(view, folding.core, core, search, closing)
    return Reduction(
        folding,
        np.concatenate([folding.core[search.order], folding.outward]),
        above,
        np.concatenate([folding.core[closing], folding.outward]),
        np.concatenate([folding.core[alone], folding.outward]),
        label,
        inner,
        starts,
        unit,
        entered,
        tie,
    )


def _laid_out(
    view: View, units: npt.NDArray[np.int32], core: View, search: Search, closing: npt.NDArray[np.int32]
) -> tuple[View, npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Lay the blocks of more than one tie out side by side."""
    entrance = _entrances(search, closing)
    near, far = arc_sources(core), core.indices
    block = entrance[np.where(search.place[near] > search.place[far], near, far)]
    n_arcs = np.bincount(block, minlength=core.n)
    arcs = np.flatnonzero(n_arcs[block] > 2)  # noqa: PLR2004 - the arcs of one tie
    tops = closing[n_arcs[closing] > 2]  # noqa: PLR2004
    others = np.flatnonzero((search.parent >= 0) & (n_arcs[entrance] > 2))  # noqa: PLR2004
    unit, owner = np.concatenate([others, search.parent[tops]]), np.concatenate([entrance[others], tops])
    rank = np.empty(core.n, dtype=np.int64)
    rank[breadth_first_order(core)] = np.arange(core.n)
    order = np.lexsort((rank[unit], owner, -n_arcs[owner]))
    place = np.argsort(order)
    own, top = np.full(core.n, -1), np.full(core.n, -1)
    own[others], top[tops] = place[: len(others)], place[len(others) :]
    ends = [np.where(entrance[end] == block[arcs], own[end], top[block[arcs]]) for end in (near[arcs], far[arcs])]
    by_place = np.lexsort((ends[1], ends[0]))
    indptr = np.zeros(len(unit) + 1, dtype=view.indptr.dtype)
    np.cumsum(np.bincount(ends[0], minlength=len(unit)), out=indptr[1:])
    inner = View(len(unit), indptr, ends[1][by_place].astype(np.int32), None, directed=False, sound=True)
    entered = np.concatenate([np.full(len(others), -1, dtype=np.int32), units[tops]])
    begins = np.flatnonzero(np.diff(owner[order], prepend=-1, append=-1))
    return inner, begins, units[unit[order]], entered[order], _arcs_within(view, units)[arcs[by_place]]


def _entrances(search: Search, closing: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Give the entering unit of the block of the tie above every unit, by jumps of doubling length."""
    entrance = np.where(search.parent < 0, np.arange(len(search.parent)), search.parent).astype(np.int32)
    entrance[closing] = closing
    while True:
        further = entrance[entrance]
        if np.array_equal(further, entrance):
            return entrance
        entrance = further


def _arcs_within(view: View, units: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Give the arcs between some units, in order."""
    inside = np.zeros(view.n, dtype=np.bool)
    inside[units] = True
    return np.flatnonzero(inside[arc_sources(view)] & inside[view.indices])
