"""Cut units, bridges, blocks, and what a unit cuts off, by one depth-first search (Tarjan 1972)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.csr import View, checked_units
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import add_up

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Blocks:
    """How an undirected view falls apart.

    Parameters
    ----------
    cut : numpy.ndarray of bool
        Units whose removal parts their component.
    bridges : numpy.ndarray of int32, shape (k, 2)
        Ties whose removal parts their component, the lower end first, in order.
    n_blocks : int
        Biconnected components that have a tie.
    """

    cut: npt.NDArray[np.bool]
    bridges: npt.NDArray[np.int32]
    n_blocks: int


@dataclass(frozen=True, eq=False)
class Search:
    """A depth-first search: units by discovery, and by unit its place, its parent, its lowest place."""

    order: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    parent: npt.NDArray[np.int32]
    low: npt.NDArray[np.int32]

    def closing(self) -> npt.NDArray[np.int32]:
        """Give the units whose subtree hangs on their parent alone."""
        below = self.order[self.parent[self.order] >= 0]
        return below[self.low[below] >= self.place[self.parent[below]]]


def blocks(view: View) -> Blocks:
    """Find the cut units, bridges and blocks of an undirected view. Linear."""
    search = searched(view, np.arange(view.n, dtype=np.int32), np.zeros(view.n, dtype=np.bool))
    closing = search.closing()
    parents = search.parent[closing]
    closed = np.bincount(parents, minlength=view.n)
    cut = np.where(search.parent < 0, closed > 1, closed > 0)
    sole = closing[search.low[closing] > search.place[parents]]
    bridges = np.sort(np.column_stack([sole, search.parent[sole]]), axis=1)
    return Blocks(cut, bridges[np.lexsort((bridges[:, 1], bridges[:, 0]))], len(closing))


def cut_off(view: View, roots: npt.ArrayLike, weights: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Sum the weights of the units that lose every route to every root when a unit is removed. Linear.

    The unit itself is not counted, nor are units that no root reaches in the first place. A root is
    removed like any other unit; the other roots remain.
    """
    anchored = np.zeros(view.n, dtype=np.bool)
    starts = np.unique(checked_units(view.n, roots, "roots")).astype(np.int32)
    anchored[starts] = True
    amounts = np.array(weights, dtype=np.float64)
    if amounts.shape != (view.n,):
        msg = f"weights has shape {amounts.shape}: it must be ({view.n},), one number for every unit"
        raise ValueError(msg)
    search = searched(view, starts, anchored)
    add_up(view.n, search.order, search.parent, amounts)
    closing = search.closing()
    return np.bincount(search.parent[closing], weights=amounts[closing], minlength=view.n).astype(np.float64)


def searched(view: View, starts: npt.NDArray[np.int32], anchored: npt.NDArray[np.bool]) -> Search:
    """Search from `starts` in turn, depth-first; the units `anchored` hang from one point above all."""
    if view.directed:
        msg = "the view is directed: blocks are those of an undirected view, built with mode='both'"
        raise ValueError(msg)
    n = view.n
    order = np.empty(n, dtype=np.int32)
    place, parent, low = (np.full(n, -1, dtype=np.int32) for _ in range(3))
    found = _discover(n, view.indptr, view.indices, starts, anchored, order, place, parent, low)
    return Search(order[:found].copy(), place, parent, low)


def _discover_plain(
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int32],
    anchored: npt.NDArray[np.bool],
    order: npt.NDArray[np.int32],
    place: npt.NDArray[np.int32],
    parent: npt.NDArray[np.int32],
    low: npt.NDArray[np.int32],
) -> int:
    """Search depth-first; anchored units are tied to a unit above all, so their lowest place is -1."""
    following = indptr[:n].copy()
    found = 0
    for start in starts:
        if place[start] >= 0:
            continue
        place[start] = found
        low[start] = -1 if anchored[start] else found
        order[found] = start
        found += 1
        unit = start
        while unit >= 0:
            if following[unit] < indptr[unit + 1]:
                other = indices[following[unit]]
                following[unit] += 1
                if place[other] < 0:
                    parent[other] = unit
                    place[other] = found
                    low[other] = -1 if anchored[other] else found
                    order[found] = other
                    found += 1
                    unit = other
                elif other != parent[unit]:
                    low[unit] = min(low[unit], place[other])
            else:
                above = parent[unit]
                if above >= 0:
                    low[above] = min(low[above], low[unit])
                unit = above
    return found


_discover = lazily_compiled(_discover_plain, sweeps=False)
