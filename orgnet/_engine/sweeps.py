"""Breadth-first sweeps from 256 units at once, one bit each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.chunks import in_chunks
from orgnet._engine.csr import View, relabelled
from orgnet._engine.folding import Folding, fold
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import breadth_first_order, components, hops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

WORDS = 4
BATCH = 64 * WORDS
BATCHES_AT_ONCE = 16
_ZERO = np.uint64(0)
_HALVES = np.uint64(0x5555555555555555)
_QUARTERS = np.uint64(0x3333333333333333)
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)
_COUNT = np.uint64(0x7F)
_SHIFT_1, _SHIFT_2, _SHIFT_4 = np.uint64(1), np.uint64(2), np.uint64(4)
_SHIFT_8, _SHIFT_16, _SHIFT_32 = np.uint64(8), np.uint64(16), np.uint64(32)
_DEEPEST, _LONGEST, _MOST_ENTRIES = 64, 1024, 60_000_000  # beyond, folding costs more than it saves


def _sweep_plain(  # noqa: C901, PLR0912, PLR0915 - kernels take plain arrays and call nothing
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    start: int,
    stop: int,
    masks: npt.NDArray[np.uint64],
    reached: npt.NDArray[np.int64],
    total: npt.NDArray[np.int64],
    inverse: npt.NDArray[np.float64],
    eccentricity: npt.NDArray[np.int32],
    histogram: npt.NDArray[np.int64],
) -> None:
    """Sweep the units of start..stop as targets, a batch of bits at a time."""
    seen, front, arriving = masks[0], masks[1], masks[2]
    active = np.empty(n, dtype=np.int32)
    candidates = np.empty(n, dtype=np.int32)
    touched = np.empty(n, dtype=np.int32)
    for first in range(start, stop, BATCH):
        n_active = min(BATCH, stop - first)
        n_touched = n_active
        for bit in range(n_active):
            unit = first + bit
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
                reached[unit] += count
                total[unit] += count * distance
                inverse[unit] += count / distance
                eccentricity[unit] = max(eccentricity[unit], distance)
                histogram[distance] += count
        for at in range(n_touched):
            for word in range(WORDS):
                seen[touched[at], word] = _ZERO


sweep = lazily_compiled(_sweep_plain, sweeps=True)


def folded_counts(
    view: View, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] | None:
    """Count the units at every distance from every unit of an undirected view, a group of units at a time.

    Row `d` of a group's counts has the units at distance `d` from each of its units. None when the
    network is so long that these counts would not fit.
    """
    folding = fold(view)
    inner = relabelled(view, folding.core)
    near = breadth_first_order(inner)
    core, inner = folding.core[near], relabelled(inner, near)
    deepest = int(folding.depth.max(initial=0))
    _, labels = components(inner)
    _, tops = np.unique(labels, return_index=True)
    longest = 2 * int(hops(inner, tops).max(initial=0)) + deepest + 1
    entries = longest * inner.n + (deepest + 1) * view.n
    if deepest > _DEEPEST or longest > _LONGEST or entries > _MOST_ENTRIES:
        return None
    counts = _core_counts(view.n, inner, core, folding, longest, progress)
    return _outward_counts(view.n, core, folding, counts)


def _core_counts(
    n: int,
    inner: View,
    core: npt.NDArray[np.int32],
    folding: Folding,
    longest: int,
    progress: Callable[[int, int], None] | None,
) -> npt.NDArray[np.int32]:
    """Sweep the core; units of the same home and depth share a bit, and the bits of a word a weight."""
    place = np.empty(n, dtype=np.int64)
    place[core] = np.arange(len(core))
    keys, weights = np.unique(place[folding.home] * longest + folding.depth, return_counts=True)
    by_weight = np.argsort(weights, kind="stable")
    keys, weights = keys[by_weight], weights[by_weight]
    homes, depths = np.divmod(keys, longest)
    _, group, size = np.unique(weights, return_inverse=True, return_counts=True)
    words = -(-size // 64)
    ahead = 64 * (np.cumsum(words) - words) - (np.cumsum(size) - size)
    slots = np.arange(len(keys)) + ahead[group]
    n_batches = int(-(-words.sum() // WORDS))
    weights_of_words = np.zeros((n_batches, WORDS), dtype=np.int64)
    weights_of_words.ravel()[slots // 64] = weights
    order = np.lexsort((depths, slots // BATCH))
    starts = np.searchsorted(slots[order] // BATCH, np.arange(n_batches + 1))
    items = [values[order].astype(np.int32) for values in (homes, depths, slots % BATCH)]

    def swept(first: int, last: int) -> npt.NDArray[np.int32]:
        masks = np.zeros((3, inner.n, WORDS), dtype=np.uint64)
        part = np.zeros((longest, inner.n), dtype=np.int32)
        _sweep_core(inner.n, inner.indptr, inner.indices, first, last, starts, *items, weights_of_words, masks, part)
        return part

    counts = np.zeros((longest, inner.n), dtype=np.int32)
    for part in in_chunks(swept, n_batches, BATCHES_AT_ONCE, progress):
        counts += part
    used = np.flatnonzero(counts.any(axis=1))
    return counts[: used[-1] + 1] if len(used) else counts


def _outward_counts(
    n: int, core: npt.NDArray[np.int32], folding: Folding, counts: npt.NDArray[np.int32]
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
    """Give the counts of the core, then of each depth of the trees from those of their parents.

    What does not lie below a unit is one tie further from it than from its parent.
    """
    depth, parent = folding.depth, folding.parent
    deepest = int(depth.max(initial=0))
    below = np.zeros((deepest + 1, n), dtype=np.int32)
    below[0] = 1
    by_depth = folding.outward[np.argsort(depth[folding.outward], kind="stable")]
    edges = np.searchsorted(depth[by_depth], np.arange(1, deepest + 2))
    layers = [core, *(by_depth[edges[k] : edges[k + 1]] for k in range(deepest))]
    for layer in reversed(layers[1:]):
        for step in range(deepest - int(depth[layer[0]]) + 1):
            np.add.at(below[step + 1], parent[layer], below[step][layer])
    yield core, counts
    place = np.empty(n, dtype=np.int32)
    for above, layer in pairwise(layers):
        place[above] = np.arange(len(above))
        outside = counts[:, place[parent[layer]]]
        outside[1 : deepest + 2] -= below[: len(outside) - 1, layer]
        counts = np.zeros((len(outside) + 1, len(layer)), dtype=np.int32)
        counts[1:] = outside
        counts[: deepest + 1] += below[: len(counts), layer]
        yield layer, counts


def _sweep_core_plain(  # noqa: C901, PLR0912, PLR0915 - kernels call nothing
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    first_batch: int,
    last_batch: int,
    starts: npt.NDArray[np.int64],
    homes: npt.NDArray[np.int32],
    depths: npt.NDArray[np.int32],
    bits_of: npt.NDArray[np.int32],
    weights: npt.NDArray[np.int64],
    masks: npt.NDArray[np.uint64],
    counts: npt.NDArray[np.int32],
) -> None:
    """Sweep the core from bits that set out at their home as late as their units lie deep below it."""
    seen, front, arriving = masks[0], masks[1], masks[2]
    active = np.empty(n, dtype=np.int32)
    candidates = np.empty(n, dtype=np.int32)
    touched = np.empty(n, dtype=np.int32)
    for batch in range(first_batch, last_batch):
        n_active = 0
        n_touched = 0
        distance = 0
        item = starts[batch]
        while n_active > 0 or item < starts[batch + 1]:
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
            while item < starts[batch + 1] and depths[item] == distance:
                home = homes[item]
                before = _ZERO
                for word in range(WORDS):
                    before |= arriving[home, word]
                arriving[home, bits_of[item] // 64] |= _SHIFT_1 << np.uint64(bits_of[item] % 64)
                if before == _ZERO:
                    candidates[n_candidates] = home
                    n_candidates += 1
                item += 1
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
                    count += int(bits & _COUNT) * weights[batch, word]
                if fresh == _ZERO:
                    continue
                if already == _ZERO:
                    touched[n_touched] = unit
                    n_touched += 1
                active[n_active] = unit
                n_active += 1
                counts[distance, unit] += count
            distance += 1
        for at in range(n_touched):
            for word in range(WORDS):
                seen[touched[at], word] = _ZERO


_sweep_core = lazily_compiled(_sweep_core_plain, sweeps=True)
