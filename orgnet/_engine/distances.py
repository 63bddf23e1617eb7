"""Distances between all pairs of units in one exact pass, kept as sums by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgnet._engine.chunks import in_chunks
from orgnet._engine.csr import View, chosen_units, relabelled
from orgnet._engine.sweeps import BATCH, BATCHES_AT_ONCE, WORDS, folded_counts, sweep
from orgnet._engine.traversal import NEAR_ORDER_ABOVE, breadth_first_order

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

_COST_CHUNK_ENTRIES = 4_000_000


@dataclass(frozen=True, eq=False)
class Distances:
    """Sums over the finite distances d from every unit to the others.

    Parameters
    ----------
    reached : numpy.ndarray of int64
        Other units reached.
    total : numpy.ndarray of int64
        Sum of d.
    inverse : numpy.ndarray of float64
        Sum of 1/d.
    eccentricity : numpy.ndarray of int32
        Largest d, -1 where no other unit is reached.
    histogram : numpy.ndarray of int64
        Ordered pairs at distance 1, 2, ... up to the largest.
    """

    reached: npt.NDArray[np.int64]
    total: npt.NDArray[np.int64]
    inverse: npt.NDArray[np.float64]
    eccentricity: npt.NDArray[np.int32]
    histogram: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Costs:
    """Sums over the finite costs d from every unit to the others, lengths of arcs added up.

    Parameters
    ----------
    reached : numpy.ndarray of int64
        Other units reached.
    total : numpy.ndarray of float64
        Sum of d.
    inverse : numpy.ndarray of float64
        Sum of 1/d; infinite where another unit is reached at no cost.
    eccentricity : numpy.ndarray of float64
        Largest d, -1 where no other unit is reached.
    """

    reached: npt.NDArray[np.int64]
    total: npt.NDArray[np.float64]
    inverse: npt.NDArray[np.float64]
    eccentricity: npt.NDArray[np.float64]


def all_distances(view: View, progress: Callable[[int, int], None] | None = None) -> Distances:
    """Sum the distances from every unit to all others, exactly.

    256 units are swept at once, one bit each, against the arcs: the bits that newly arrive at a unit are
    the units it reaches at that distance. Only the core is swept, see `Folding`, but for very long networks.
    Memory is linear; time at worst that of one breadth-first search for every unit.
    """
    folded = folded_counts(view, progress)
    if folded is None:
        everyone = np.ones(view.n, dtype=np.bool)
        return _swept(view, progress, everyone, everyone)
    n = view.n
    reached, total, inverse = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n)
    eccentricity, histogram = np.empty(n, np.int32), [0]
    for units, counts in folded:
        reached[units], total[units], inverse[units], eccentricity[units] = _summed(counts)
        histogram += [0] * (len(counts) - len(histogram))
        for distance, row in enumerate(counts[1:], start=1):
            histogram[distance] += int(row.sum(dtype=np.int64))
    return Distances(reached, total, inverse, eccentricity, _trimmed(np.array(histogram)))


def _summed(counts: npt.NDArray[np.int32]) -> tuple[npt.NDArray[Any], ...]:
    """Sum up the distances of some units from the counts of the units at each of them."""
    n = counts.shape[1]
    reached, total, inverse, eccentricity = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.full(n, -1)
    for distance, row in enumerate(counts[1:], start=1):
        reached += row
        total += row * np.int64(distance)
        inverse += row / distance
        np.copyto(eccentricity, distance, where=row > 0)
    return reached, total, inverse, eccentricity


def distances_between(
    view: View, sources: npt.ArrayLike, targets: npt.ArrayLike, progress: Callable[[int, int], None] | None = None
) -> Distances:
    """Sum the distances from each source to the targets, itself left out; nothing is reached from other units.

    Sources and targets are rows of units, or masks with True for them. 256 targets are swept at once.
    """
    return _swept(view, progress, chosen_units(view.n, sources, "sources"), chosen_units(view.n, targets, "targets"))


def _swept(
    view: View,
    progress: Callable[[int, int], None] | None,
    sources: npt.NDArray[np.bool],
    targets: npt.NDArray[np.bool],
) -> Distances:
    n = view.n
    order = breadth_first_order(view) if n > NEAR_ORDER_ABOVE else np.arange(n, dtype=np.int32)
    against = (relabelled(view, order) if n > NEAR_ORDER_ABOVE else view).reverse()
    starts, counted = np.flatnonzero(targets[order]).astype(np.int32), sources[order]

    def part(start: int, stop: int) -> tuple[npt.NDArray[Any], ...]:
        masks = np.zeros((3, n, WORDS), dtype=np.uint64)
        reached, total, eccentricity = np.zeros(n, np.int64), np.zeros(n, np.int64), np.full(n, -1, np.int32)
        sums = (reached, total, np.zeros(n), eccentricity, np.zeros(n + 1, np.int64))
        sweep(n, against.indptr, against.indices, starts[start:stop], counted, masks, *sums)
        return reached, total, sums[2], sums[4], eccentricity

    *sums, eccentricity = part(0, 0)
    for *more, largest in in_chunks(part, len(starts), BATCH * BATCHES_AT_ONCE, progress):
        for whole, addend in zip(sums, more, strict=True):
            np.add(whole, addend, out=whole)
        np.maximum(eccentricity, largest, out=eccentricity)
    reached, total, inverse, histogram = sums
    place = np.argsort(order)
    return Distances(reached[place], total[place], inverse[place], eccentricity[place], _trimmed(histogram))


def _trimmed(histogram: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    used = np.flatnonzero(histogram)
    return histogram[1 : used[-1] + 1].copy() if len(used) else histogram[:0].copy()


def all_costs(view: View, progress: Callable[[int, int], None] | None = None) -> Costs:
    """Sum the costs from every unit to all others, exactly; `view.data` are the lengths of the arcs.

    One search for every unit: time grows with n * m * log n, memory stays linear.
    """
    from scipy.sparse import csgraph

    n = view.n
    found = Costs(np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n), np.full(n, -1.0))
    matrix = view.to_scipy()
    step = max(1, _COST_CHUNK_ENTRIES // max(n, 1))
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        lengths = csgraph.dijkstra(matrix, directed=True, indices=rows)
        finite = np.isfinite(lengths)
        finite[np.arange(len(rows)), rows] = False
        found.reached[rows] = finite.sum(axis=1)
        found.total[rows] = lengths.sum(axis=1, where=finite)
        found.eccentricity[rows] = lengths.max(axis=1, where=finite, initial=-1.0)
        with np.errstate(divide="ignore"):
            found.inverse[rows] = np.divide(1.0, lengths, where=finite, out=np.zeros_like(lengths)).sum(axis=1)
        if progress is not None:
            progress(int(rows[-1]) + 1, n)
    return found
