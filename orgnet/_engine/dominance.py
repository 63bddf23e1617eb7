"""What lies on every route from the roots (dominators), and what is stranded without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.csr import View, checked_units
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import add_up, arc_sources

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Dominance:
    """What lies on every route from the roots to each unit.

    Parameters
    ----------
    roots : numpy.ndarray of int32
        The roots, once each.
    order : numpy.ndarray of int32
        The units reached, each after its immediate dominator.
    nearest : numpy.ndarray of int32
        The immediate dominator: of the units on every route from the roots to a unit the last one, the unit
        itself left out. -1 for roots, for units not reached, and for those that no single unit cuts off.
    """

    roots: npt.NDArray[np.int32]
    order: npt.NDArray[np.int32]
    nearest: npt.NDArray[np.int32]


def dominators(view: View, roots: npt.ArrayLike) -> Dominance:
    """Find the immediate dominator of every unit along the arcs from the roots.

    By semidominators and nearest common ancestors (Georgiadis 2005): almost linear on all but made-up graphs.
    """
    n = view.n
    starts = np.unique(checked_units(n, roots, "roots")).astype(np.int32)
    back = view.reverse()
    order, nearest = np.empty(n, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    reached = _dominate(n, view.indptr, view.indices, back.indptr, back.indices, starts, order, nearest)
    return Dominance(starts, order[:reached].copy(), nearest)


def stranded(dominance: Dominance, weights: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Sum the weights of the units that lose every route from the roots when a unit stops, itself not counted.

    A root stops like any other unit, and the other roots remain. Linear.
    """
    n = len(dominance.nearest)
    amounts = np.array(weights, dtype=np.float64)
    if amounts.shape != (n,):
        msg = f"weights has shape {amounts.shape}: it must be ({n},), one number for every unit"
        raise ValueError(msg)
    add_up(n, dominance.order, dominance.nearest, amounts)
    below = np.flatnonzero(dominance.nearest >= 0)
    return np.bincount(dominance.nearest[below], weights=amounts[below], minlength=n).astype(np.float64)


def alternative_routes(view: View, roots: npt.ArrayLike) -> npt.NDArray[np.int8]:
    """Count the routes from the roots to every unit that share nothing else: 0, 1, or 2 for two or more.

    Two routes may share their root and the unit, no other unit and no arc; -1 for the roots. By Menger's
    theorem there are two unless some unit but a root is on every route, or the only arc by which routes
    come in is one from a root. Almost linear.
    """
    found = dominators(view, roots)
    nearest, reached, rooted = found.nearest, np.zeros(view.n, dtype=np.bool), np.zeros(view.n, dtype=np.bool)
    reached[found.order], rooted[found.roots] = True, True
    exposed = reached & ~rooted & ((nearest < 0) | rooted[nearest])
    top = np.where(exposed | (nearest < 0), np.arange(view.n), nearest)
    while not np.array_equal(top, top[top]):
        top = top[top]
    near, far = arc_sources(view), view.indices
    coming = reached[near] & (top[near] != far)
    n_coming = np.bincount(far[coming], minlength=view.n)
    routes = reached.astype(np.int8)
    routes[exposed & (n_coming > 1)] = 2
    routes[rooted] = -1
    return routes


def _dominate_plain(  # noqa: C901, PLR0912, PLR0915 - kernels take plain arrays and call nothing
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    back_indptr: npt.NDArray[np.int32],
    back_indices: npt.NDArray[np.int32],
    roots: npt.NDArray[np.int32],
    order: npt.NDArray[np.int32],
    nearest: npt.NDArray[np.int32],
) -> int:
    """Number the units depth-first from 1, below one point above all with number 0, and work on numbers."""
    number, above = np.full(n, -1, dtype=np.int32), np.zeros(n + 1, dtype=np.int32)
    following = indptr[:n].copy()
    found = 0
    for root in roots:
        if number[root] >= 0:
            continue
        unit = root
        number[unit] = found + 1
        order[found] = unit
        found += 1
        at = found
        while at > 0:
            unit = order[at - 1]
            if following[unit] < indptr[unit + 1]:
                other = indices[following[unit]]
                following[unit] += 1
                if number[other] < 0:
                    order[found] = other
                    found += 1
                    number[other] = found
                    above[found] = at
                    at = found
            else:
                at = above[at]
    semi, best = np.arange(found + 1).astype(np.int32), np.arange(found + 1).astype(np.int32)
    linked, dominator = np.full(found + 1, -1, dtype=np.int32), np.zeros(found + 1, dtype=np.int32)
    path = np.empty(found + 1, dtype=np.int32)
    rooted = np.zeros(n, dtype=np.bool_)
    for root in roots:
        rooted[root] = True
    for at in range(found, 0, -1):
        unit = order[at - 1]
        semi[at] = 0 if rooted[unit] else at
        for arc in range(back_indptr[unit], back_indptr[unit + 1]):
            start = number[back_indices[arc]]
            if start < 0:
                continue
            length = 0
            step = start
            while linked[step] >= 0 and linked[linked[step]] >= 0:
                path[length] = step
                length += 1
                step = linked[step]
            for back in range(length - 1, -1, -1):
                step = path[back]
                if semi[best[linked[step]]] < semi[best[step]]:
                    best[step] = best[linked[step]]
                linked[step] = linked[linked[step]]
            semi[at] = min(semi[at], semi[best[start]])
        linked[at] = above[at]
    for at in range(1, found + 1):
        step = above[at]
        while step > semi[at]:
            step = dominator[step]
        dominator[at] = step
        if step > 0:
            nearest[order[at - 1]] = order[step - 1]
    return found


_dominate = lazily_compiled(_dominate_plain, sweeps=False)
