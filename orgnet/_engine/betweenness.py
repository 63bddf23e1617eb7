"""Exact betweenness of all units (Brandes 2001), pendant trees folded away first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.chunks import in_chunks
from orgnet._engine.csr import View, relabelled
from orgnet._engine.folding import fold
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import NEAR_ORDER_ABOVE, add_up, breadth_first_order, components

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from orgnet._engine.folding import Folding

_SOURCES_AT_ONCE = 1024


def betweenness(view: View, progress: Callable[[int, int], None] | None = None) -> npt.NDArray[np.float64]:
    """Sum over pairs the share of their shortest paths that run through each unit, ends not counted.

    Unordered pairs in an undirected view, ordered pairs along the arcs in a directed one. Weights are
    ignored. In undirected views units with one tie are folded, over and over, into what they hang from,
    so that paths are counted only between the units that are left, by the number of units they stand
    for. Memory is linear.
    """
    if view.directed:
        return _between_core(view, np.ones(view.n), np.arange(view.n, dtype=np.int32), progress)
    folding = fold(view)
    standing_for = np.ones(view.n)
    add_up(view.n, folding.outward, folding.parent, standing_for)
    among_core = _between_core(view, standing_for, folding.core, progress) / 2
    return among_core + _between_trees(view, folding, standing_for)


def _between_trees(view: View, folding: Folding, standing_for: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Count the pairs that pass a unit and have an end in the trees below it.

    The unit parts its component into these trees and the rest: ends in different parts pass it.
    """
    folded = folding.outward
    squares = np.bincount(folding.parent[folded], weights=standing_for[folded] ** 2, minlength=view.n)
    below = standing_for - 1
    _, labels = components(view)
    rest = np.bincount(labels)[labels] - standing_for
    return (below**2 - squares) / 2 + below * rest


def _between_core(
    view: View,
    standing_for: npt.NDArray[np.float64],
    core: npt.NDArray[np.int32],
    progress: Callable[[int, int], None] | None,
) -> npt.NDArray[np.float64]:
    """Give the betweenness of the units of the core over ordered pairs of the units they stand for."""
    scores = np.zeros(view.n)
    inner = relabelled(view, core)
    if inner.n > NEAR_ORDER_ABOVE:
        near = breadth_first_order(inner)
        core, inner = core[near], relabelled(inner, near)
    weight = standing_for[core]

    def accumulated(start: int, stop: int) -> npt.NDArray[np.float64]:
        part = np.zeros(inner.n)
        _accumulate(inner.n, inner.indptr, inner.indices, start, stop, weight, part)
        return part

    found = np.zeros(inner.n)
    for part in in_chunks(accumulated, inner.n, _SOURCES_AT_ONCE, progress):
        found += part
    scores[core] = found
    return scores


def _accumulate_plain(
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    start: int,
    stop: int,
    weight: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float64],
) -> None:
    """Add the dependencies of the sources start..stop, by the weight of source and target."""
    distance = np.full(n, -1, dtype=np.int32)
    paths = np.zeros(n)
    share = np.zeros(n)
    order = np.empty(n, dtype=np.int32)
    for source in range(start, stop):
        distance[source] = 0
        paths[source] = 1.0
        order[0] = source
        filled = 1
        done = 0
        while done < filled:
            unit = order[done]
            done += 1
            for at in range(indptr[unit], indptr[unit + 1]):
                other = indices[at]
                if distance[other] < 0:
                    distance[other] = distance[unit] + 1
                    paths[other] = 0.0
                    order[filled] = other
                    filled += 1
                if distance[other] == distance[unit] + 1:
                    paths[other] += paths[unit]
        for back in range(filled - 1, 0, -1):
            unit = order[back]
            through = 0.0
            for at in range(indptr[unit], indptr[unit + 1]):
                other = indices[at]
                if distance[other] == distance[unit] + 1:
                    through += share[other]
            through *= paths[unit]
            scores[unit] += weight[source] * through
            share[unit] = (weight[unit] + through) / paths[unit]
        for back in range(filled):
            distance[order[back]] = -1


_accumulate = lazily_compiled(_accumulate_plain, sweeps=True)
