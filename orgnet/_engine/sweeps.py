"""Breadth-first sweeps from 256 units at once, one bit each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.chunks import in_chunks
from orgnet._engine.csr import View, relabelled
from orgnet._engine.folding import Folding, fold, pendant_trees
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import breadth_first_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

WORDS = 4
BATCH = 64 * WORDS
BATCHES_AT_ONCE = 16
_WORD_BITS = 64
_PULL_BELOW = 6  # pulling pays when more than one unit in so many is active
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_HALVES = np.uint64(0x5555555555555555)
_QUARTERS = np.uint64(0x3333333333333333)
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES = np.uint64(0x0101010101010101)
_COUNT = np.uint64(0x7F)
_SHIFT_1, _SHIFT_2, _SHIFT_4 = np.uint64(1), np.uint64(2), np.uint64(4)
_SHIFT_8, _SHIFT_16, _SHIFT_32, _SHIFT_56 = np.uint64(8), np.uint64(16), np.uint64(32), np.uint64(56)
_DEEPEST, _ROWS, _LONGEST, _MOST_ENTRIES = 64, 32, 1024, 60_000_000  # beyond, folding costs more than it saves


def _sweep_plain(  # noqa: C901, PLR0912, PLR0915 - kernels take plain arrays and call nothing
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    targets: npt.NDArray[np.int32],
    counted: npt.NDArray[np.bool],
    masks: npt.NDArray[np.uint64],
    reached: npt.NDArray[np.int64],
    total: npt.NDArray[np.int64],
    inverse: npt.NDArray[np.float64],
    eccentricity: npt.NDArray[np.int32],
    histogram: npt.NDArray[np.int64],
) -> None:
    """Sweep from the targets against the arcs, a batch of bits at a time; of sources counted, sum what arrives."""
    seen, front, arriving = masks[0], masks[1], masks[2]
    active = np.empty(n, dtype=np.int32)
    candidates = np.empty(n, dtype=np.int32)
    touched = np.empty(n, dtype=np.int32)
    for first in range(0, len(targets), BATCH):
        n_active = min(BATCH, len(targets) - first)
        n_touched = n_active
        for bit in range(n_active):
            unit = targets[first + bit]
            seen[unit, bit // 64] = _SHIFT_1 << np.uint64(bit % 64)
            front[unit, bit // 64] = seen[unit, bit // 64]
            active[bit] = unit
            touched[bit] = unit
        distance = 0
        while n_active > 0:
            distance += 1
            n_candidates = 0
            for at in range(n_active):
                unit = active[at]
                for arc in range(indptr[unit], indptr[unit + 1]):
                    other = indices[arc]
                    before = _ZERO
                    for word in range(WORDS):
                        before |= arriving[other, word]
                        arriving[other, word] |= front[unit, word]
                    if before == _ZERO:
                        candidates[n_candidates] = other
                        n_candidates += 1
            for at in range(n_active):
                for word in range(WORDS):
                    front[active[at], word] = _ZERO
            n_active = 0
            for at in range(n_candidates):
                unit = candidates[at]
                already = _ZERO
                fresh = _ZERO
                count = 0
                for word in range(WORDS):
                    bits = arriving[unit, word] & ~seen[unit, word]
                    arriving[unit, word] = _ZERO
                    front[unit, word] = bits
                    already |= seen[unit, word]
                    seen[unit, word] |= bits
                    fresh |= bits
                    bits -= (bits >> _SHIFT_1) & _HALVES
                    bits = (bits & _QUARTERS) + ((bits >> _SHIFT_2) & _QUARTERS)
                    bits = (bits + (bits >> _SHIFT_4)) & _NIBBLES
                    bits += bits >> _SHIFT_8
                    bits += bits >> _SHIFT_16
                    bits += bits >> _SHIFT_32
                    count += int(bits & _COUNT)
                if fresh == _ZERO:
                    continue
                if already == _ZERO:
                    touched[n_touched] = unit
                    n_touched += 1
                active[n_active] = unit
                n_active += 1
                if not counted[unit]:
                    continue
                reached[unit] += count
                total[unit] += count * distance
                inverse[unit] += count / distance
                eccentricity[unit] = max(eccentricity[unit], distance)
                histogram[distance] += count
        for at in range(n_touched):
            for word in range(WORDS):
                seen[touched[at], word] = _ZERO


sweep = lazily_compiled(_sweep_plain, sweeps=True)


@dataclass(frozen=True, eq=False)
class _Layers:
    """The core and the folded units by depth.

    Parameters
    ----------
    layers : list of numpy.ndarray of int32
        The core in breadth-first order, then the units of each depth.
    parent : numpy.ndarray of int32
        What each folded unit hangs from.
    up, down : numpy.ndarray of bool
        Whether its tie can be passed to the parent, and from it.
    """

    layers: list[npt.NDArray[np.int32]]
    parent: npt.NDArray[np.int32]
    up: npt.NDArray[np.bool]
    down: npt.NDArray[np.bool]


def folded_counts(
    view: View, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] | None:
    """Count the units at every distance from every unit, a group of units at a time.

    Row `d` of a group's counts has the units at distance `d` from each of its units. None when the
    network is so long that these counts would not fit.
    """
    if view.directed:
        trees = pendant_trees(view)
        folding, up, down = trees.folding, trees.up >= 0, trees.down >= 0
    else:
        folding = fold(view)
        up = down = np.ones(view.n, dtype=np.bool)
    deepest = int(folding.depth.max(initial=0))
    if deepest > _DEEPEST or (deepest + 1) * view.n > _MOST_ENTRIES:
        return None
    within = relabelled(view, folding.core)
    order = breadth_first_order(within)
    by_depth = folding.outward[np.argsort(folding.depth[folding.outward], kind="stable")]
    edges = np.searchsorted(folding.depth[by_depth], np.arange(1, deepest + 2))
    parts = _Layers([folding.core[order], *(by_depth[i:j] for i, j in pairwise(edges))], folding.parent, up, down)
    counts = _core_counts(relabelled(within, order), _trees(parts, folding), progress)
    return None if counts is None else _outward_counts(parts, counts)


@dataclass(frozen=True, eq=False)
class _Trees:
    """How many units hang from the units of the core at each depth, a batch of 256 at a time.

    Entries are by batch, then by depth. What the units of a batch have more than the least of them is in
    binary: plane by plane a bit for each; planes without a bit are left out.

    Parameters
    ----------
    everyone : numpy.ndarray of uint64, shape (b, WORDS)
        A bit for each unit of a batch.
    first : numpy.ndarray of int64
        Batch `b` has the entries from ``first[b]`` to ``first[b + 1]``.
    depths, least : numpy.ndarray of int64
        The depth of each entry, and the least number of units that hang from one of the batch there.
    first_plane : numpy.ndarray of int64
        Entry `i` has the planes from ``first_plane[i]`` to ``first_plane[i + 1]``.
    places : numpy.ndarray of int64
        The place of each plane's digit.
    planes : numpy.ndarray of uint64, shape (k, WORDS)
        Its bits.
    """

    everyone: npt.NDArray[np.uint64]
    first: npt.NDArray[np.int64]
    depths: npt.NDArray[np.int64]
    least: npt.NDArray[np.int64]
    first_plane: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    planes: npt.NDArray[np.uint64]


def _trees(parts: _Layers, folding: Folding) -> _Trees:
    """Count the units that each unit of the core reaches down its trees, by depth."""
    core, *others = parts.layers
    n, deepest = len(core), len(others)
    served = np.ones(len(parts.parent), dtype=np.bool)
    for layer in others:
        served[layer] = parts.down[layer] & served[parts.parent[layer]]
    served[core] = False
    place = np.empty(len(parts.parent), dtype=np.int64)
    place[core] = np.arange(n)
    keys = (folding.depth[served] - 1) * np.int64(n) + place[folding.home[served]]
    units = np.bincount(keys, minlength=n * deepest).reshape(deepest, n)
    starts = np.arange(0, n, BATCH)
    least, most = (extreme.reduceat(units, starts, axis=1).T for extreme in (np.minimum, np.maximum))
    batch, level = np.nonzero(most)
    more = units - np.repeat(least.T, BATCH, axis=1)[:, :n]
    digits = [(at, digit) for at in range(deepest) for digit in range(int(more[at].max()).bit_length())]
    masks = np.array([_packed(more[at] >> digit & 1) for at, digit in digits], dtype=np.uint64)
    masks = masks.reshape(len(digits), len(starts), WORDS)
    of_batch, plane = np.nonzero(masks.any(axis=2).T)
    of_level, places = np.array(digits, dtype=np.int64).reshape(-1, 2)[plane].T
    entries = np.append(batch * deepest + level, len(starts) * deepest)
    return _Trees(
        _packed(np.ones(n, dtype=np.int64)),
        np.searchsorted(batch, np.arange(len(starts) + 1)),
        level + 1,
        least[batch, level],
        np.searchsorted(of_batch * deepest + of_level, entries),
        places.copy(),
        masks[plane, of_batch],
    )


def _packed(bits: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Give a row of words for each batch of bits."""
    whole = np.zeros(-(-len(bits) // BATCH) * BATCH, dtype=np.uint8)
    whole[: len(bits)] = bits
    return np.packbits(whole, bitorder="little").view("<u8").astype(np.uint64).reshape(-1, WORDS)


def _core_counts(
    inner: View, trees: _Trees, progress: Callable[[int, int], None] | None
) -> npt.NDArray[np.int32] | None:
    """Sweep the core against its arcs, a bit for each of its units."""
    against = inner.reverse()
    pushed = (against.indptr, against.indices.view(np.uint32))  # unsigned: no index is looked at for a minus sign
    pulled = (inner.indptr, inner.indices.view(np.uint32))
    entries = (trees.everyone, trees.first, trees.depths, trees.least)
    planes = (trees.first_plane, trees.places, trees.planes)

    def swept(first: int, last: int) -> npt.NDArray[np.int32] | None:
        rows = _ROWS
        while rows <= _LONGEST and rows * inner.n <= _MOST_ENTRIES:
            part = np.zeros((rows, inner.n), dtype=np.int32)
            with np.errstate(over="ignore"):  # the bits are counted in the highest byte of a product
                done = _sweep_core(inner.n, *pushed, *pulled, first, last, *entries, *planes, part)
            if done:
                used = np.flatnonzero(part.any(axis=1))
                return part[: used[-1] + 1].copy()
            rows *= 2
        return None

    counts = np.zeros((1, inner.n), dtype=np.int32)
    for part in in_chunks(swept, len(trees.everyone), BATCHES_AT_ONCE, progress):
        if part is None:
            return None
        longer, shorter = (part, counts) if len(part) > len(counts) else (counts, part)
        longer[: len(shorter)] += shorter
        counts = longer
    return counts


def _outward_counts(
    parts: _Layers, counts: npt.NDArray[np.int32]
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
    """Give the counts of the core, then of each depth of the trees from those of their parents.

    What does not lie below a unit is one tie further from it than from its parent.
    """
    parent, n, deepest = parts.parent, len(parts.parent), len(parts.layers) - 1
    below = np.zeros((deepest + 1, n), dtype=np.int32)
    below[0] = 1
    for depth in range(deepest, 0, -1):
        layer = parts.layers[depth][parts.down[parts.layers[depth]]]
        for step in range(deepest - depth + 1):
            below[step + 1] += np.bincount(parent[layer], weights=below[step][layer], minlength=n).astype(np.int32)
    yield parts.layers[0], counts
    place = np.empty(n, dtype=np.int32)
    for above, layer in pairwise(parts.layers):
        place[above] = np.arange(len(above))
        hanging = below[:, layer]
        outside = np.zeros((max(len(counts), deepest) + 1, len(layer)), dtype=np.int32)
        beyond = outside[1 : len(counts) + 1]
        np.take(counts, place[parent[layer]], axis=1, out=beyond)
        beyond[1 : deepest + 2] -= hanging[: len(counts) - 1] * parts.down[layer]
        beyond *= parts.up[layer]
        counts = outside
        counts[: deepest + 1] += hanging
        yield layer, counts


def _sweep_core_plain(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - kernels take plain arrays and call nothing
    n: int,
    push_indptr: npt.NDArray[np.int32],
    push_indices: npt.NDArray[np.uint32],
    pull_indptr: npt.NDArray[np.int32],
    pull_indices: npt.NDArray[np.uint32],
    first_batch: int,
    last_batch: int,
    everyone: npt.NDArray[np.uint64],
    first_entry: npt.NDArray[np.int64],
    depths: npt.NDArray[np.int64],
    least: npt.NDArray[np.int64],
    first_plane: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    planes: npt.NDArray[np.uint64],
    counts: npt.NDArray[np.int32],
) -> bool:
    """Sweep the core a batch of units at a time: a small front is pushed along its arcs, a large one pulled.

    False if the distances are longer than there are rows for.
    """
    seen = np.zeros((n, WORDS), dtype=np.uint64)
    front = np.zeros((n, WORDS), dtype=np.uint64)
    arriving = np.zeros((n, WORDS), dtype=np.uint64)
    active, candidates = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    deepest = 0
    for entry in range(len(depths)):
        deepest = max(deepest, depths[entry])
    for batch in range(first_batch, last_batch):
        all_0, all_1, all_2, all_3 = everyone[batch, 0], everyone[batch, 1], everyone[batch, 2], everyone[batch, 3]
        n_active = 0
        for home in range(batch * BATCH, min((batch + 1) * BATCH, n)):
            front[home, home % BATCH // _WORD_BITS] = _ONE << np.uint64(home % _WORD_BITS)
            seen[home, home % BATCH // _WORD_BITS] = front[home, home % BATCH // _WORD_BITS]
            active[n_active] = home
            n_active += 1
        distance = 0
        while n_active > 0:
            if distance + deepest >= len(counts):
                return False
            for at in range(n_active):
                unit = active[at]
                homes = np.int64(0)
                for word in range(WORDS):
                    bits = front[unit, word]
                    bits -= (bits >> _SHIFT_1) & _HALVES
                    bits = (bits & _QUARTERS) + ((bits >> _SHIFT_2) & _QUARTERS)
                    bits = (bits + (bits >> _SHIFT_4)) & _NIBBLES
                    homes += np.int64((bits * _BYTES) >> _SHIFT_56)
                counts[distance, unit] += homes
                for entry in range(first_entry[batch], first_entry[batch + 1]):
                    total = homes * least[entry]
                    for plane in range(first_plane[entry], first_plane[entry + 1]):
                        for word in range(WORDS):
                            bits = front[unit, word] & planes[plane, word]
                            bits -= (bits >> _SHIFT_1) & _HALVES
                            bits = (bits & _QUARTERS) + ((bits >> _SHIFT_2) & _QUARTERS)
                            bits = (bits + (bits >> _SHIFT_4)) & _NIBBLES
                            total += np.int64((bits * _BYTES) >> _SHIFT_56) << places[plane]
                    counts[distance + depths[entry], unit] += total
            distance += 1
            if n_active * _PULL_BELOW > n:
                n_active = 0
                for unit in range(n):
                    lacking_0, lacking_1 = all_0 & ~seen[unit, 0], all_1 & ~seen[unit, 1]
                    lacking_2, lacking_3 = all_2 & ~seen[unit, 2], all_3 & ~seen[unit, 3]
                    if lacking_0 | lacking_1 | lacking_2 | lacking_3 == _ZERO:
                        continue
                    near_0, near_1, near_2, near_3 = _ZERO, _ZERO, _ZERO, _ZERO
                    for arc in range(pull_indptr[unit], pull_indptr[unit + 1]):
                        other = pull_indices[arc]
                        near_0 |= front[other, 0]
                        near_1 |= front[other, 1]
                        near_2 |= front[other, 2]
                        near_3 |= front[other, 3]
                    near_0 &= lacking_0
                    near_1 &= lacking_1
                    near_2 &= lacking_2
                    near_3 &= lacking_3
                    if near_0 | near_1 | near_2 | near_3 == _ZERO:
                        continue
                    arriving[unit, 0] = near_0
                    arriving[unit, 1] = near_1
                    arriving[unit, 2] = near_2
                    arriving[unit, 3] = near_3
                    seen[unit, 0] |= near_0
                    seen[unit, 1] |= near_1
                    seen[unit, 2] |= near_2
                    seen[unit, 3] |= near_3
                    active[n_active] = unit
                    n_active += 1
                front, arriving = arriving, front
                arriving[:] = _ZERO
            else:
                n_candidates = 0
                for at in range(n_active):
                    unit = active[at]
                    for arc in range(push_indptr[unit], push_indptr[unit + 1]):
                        other = push_indices[arc]
                        before = _ZERO
                        for word in range(WORDS):
                            before |= arriving[other, word]
                            arriving[other, word] |= front[unit, word]
                        if before == _ZERO:
                            candidates[n_candidates] = other
                            n_candidates += 1
                for at in range(n_active):
                    for word in range(WORDS):
                        front[active[at], word] = _ZERO
                front, arriving = arriving, front
                n_active = 0
                for at in range(n_candidates):
                    unit = candidates[at]
                    fresh = _ZERO
                    for word in range(WORDS):
                        front[unit, word] &= ~seen[unit, word]
                        seen[unit, word] |= front[unit, word]
                        fresh |= front[unit, word]
                    if fresh != _ZERO:
                        active[n_active] = unit
                        n_active += 1
        seen[:] = _ZERO
    return True


_sweep_core = lazily_compiled(_sweep_core_plain, sweeps=True)
