"""Pendant trees folded into what they hang from: most units of a command network have one tie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import arc_sources, symmetrised

if TYPE_CHECKING:
    import numpy.typing as npt

    from orgnet._engine.csr import View


@dataclass(frozen=True, eq=False)
class Folding:
    """An undirected view parted into its core and the trees that hang from it.

    Parameters
    ----------
    core : numpy.ndarray of int32
        The units left when units with one tie are taken away, over and over; one unit of a whole tree.
    parent : numpy.ndarray of int32
        What each folded unit hangs from, -1 for the core.
    home : numpy.ndarray of int32
        The core unit above each unit, itself for the core.
    depth : numpy.ndarray of int32
        Ties between a unit and its home.
    outward : numpy.ndarray of int32
        The folded units, each after its parent.
    """

    core: npt.NDArray[np.int32]
    parent: npt.NDArray[np.int32]
    home: npt.NDArray[np.int32]
    depth: npt.NDArray[np.int32]
    outward: npt.NDArray[np.int32]


def fold(view: View) -> Folding:
    """Fold the pendant trees of an undirected view, once. Linear."""
    kept = vars(view)
    if "_folding" not in kept:
        kept["_folding"] = _folded(view)
    found: Folding = kept["_folding"]
    return found


def _folded(view: View) -> Folding:
    n = view.n
    left = np.diff(view.indptr).astype(np.int32)
    order = np.empty(n, dtype=np.int32)
    parent = np.full(n, -1, dtype=np.int32)
    home, depth = np.arange(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    n_folded = _peel(n, view.indptr, view.indices, left, order, parent, home, depth)
    return Folding(np.flatnonzero(parent < 0).astype(np.int32), parent, home, depth, order[:n_folded][::-1].copy())


@dataclass(frozen=True, eq=False)
class Trees:
    """The pendant trees of a directed view.

    Parameters
    ----------
    folding : Folding
        The trees, direction ignored.
    up, down : numpy.ndarray of int64
        The arc of each folded unit to its parent, and the one back; -1 for none, and for the core.
    """

    folding: Folding
    up: npt.NDArray[np.int64]
    down: npt.NDArray[np.int64]


def pendant_trees(view: View) -> Trees:
    """Find the pendant trees of a directed view, and which way each tie of them can be passed."""
    folding = fold(symmetrised(view))
    low = folding.outward.astype(np.int64)
    above = folding.parent[low].astype(np.int64)
    keys = arc_sources(view).astype(np.int64) * view.n + view.indices
    up, down = np.full(view.n, -1), np.full(view.n, -1)
    for arc, wanted in ((up, low * view.n + above), (down, above * view.n + low)):
        at = np.searchsorted(keys, wanted)
        there = np.append(keys, -1)[at] == wanted
        arc[low[there]] = at[there]
    return Trees(folding, up, down)


def _peel_plain(
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    left: npt.NDArray[np.int32],
    order: npt.NDArray[np.int32],
    parent: npt.NDArray[np.int32],
    home: npt.NDArray[np.int32],
    depth: npt.NDArray[np.int32],
) -> int:
    """Take units with one tie left, over and over, then follow the trees back from the core."""
    filled = 0
    for unit in range(n):
        if left[unit] == 1:
            order[filled] = unit
            filled += 1
    done = 0
    n_folded = 0
    while done < filled:
        unit = order[done]
        done += 1
        if left[unit] == 0:  # its last neighbour was folded into it: it is the core of a tree
            continue
        left[unit] = 0
        order[n_folded] = unit
        n_folded += 1
        for at in range(indptr[unit], indptr[unit + 1]):
            other = indices[at]
            if left[other] > 0:
                parent[unit] = other
                left[other] -= 1
                if left[other] == 1:
                    order[filled] = other
                    filled += 1
    for back in range(n_folded - 1, -1, -1):
        unit = order[back]
        home[unit] = home[parent[unit]]
        depth[unit] = depth[parent[unit]] + 1
    return n_folded


_peel = lazily_compiled(_peel_plain, sweeps=False)
