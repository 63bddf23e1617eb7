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
    core = folding.core[breadth_first_order(relabelled(view, folding.core))]
    by_depth = folding.outward[np.argsort(folding.depth[folding.outward], kind="stable")]
    edges = np.searchsorted(folding.depth[by_depth], np.arange(1, deepest + 2))
    parts = _Layers([core, *(by_depth[i:j] for i, j in pairwise(edges))], folding.parent, up, down)
    counts = _core_counts(relabelled(view, core), _planes(parts, folding), progress)
    return None if counts is None else _outward_counts(parts, counts)


@dataclass(frozen=True, eq=False)
class _Planes:
    """How many units hang from the units of the core at each depth, in binary: plane by plane a bit for each.

    Parameters
    ----------
    first : numpy.ndarray of int64
        Batch `b` has the planes from ``first[b]`` to ``first[b + 1]``; planes without a bit are left out.
    depths, places : numpy.ndarray of int64
        The depth each plane is of, and the place of its digit.
    masks : numpy.ndarray of uint64, shape (k, WORDS)
        Its bits.
    """

    first: npt.NDArray[np.int64]
    depths: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    masks: npt.NDArray[np.uint64]


def _planes(parts: _Layers, folding: Folding) -> _Planes:
    """Count the units that each unit of the core reaches down its trees, by depth."""
    core, *others = parts.layers
    n, deepest = len(core), len(others)
    served = np.ones(len(parts.parent), dtype=np.bool)
    for layer in others:
        served[layer] = parts.down[layer] & served[parts.parent[layer]]
    place = np.empty(len(parts.parent), dtype=np.int64)
    place[core] = np.arange(n)
    keys = place[folding.home[served]] * (deepest + 1) + folding.depth[served]
    units = np.bincount(keys, minlength=n * (deepest + 1)).reshape(n, deepest + 1)
    most = units.max(axis=0, initial=0)
    digits = [(depth, digit) for depth in range(deepest + 1) for digit in range(int(most[depth]).bit_length())]
    n_batches = -(-n // BATCH)
    bits = np.zeros((len(digits), n_batches * BATCH), dtype=np.uint8)
    for row, (depth, digit) in zip(bits, digits, strict=True):
        row[:n] = units[:, depth] >> digit & 1
    masks = np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    masks = masks.reshape(len(digits), n_batches, WORDS)
    batch, plane = np.nonzero(masks.any(axis=2).T)
    of_plane = np.array(digits, dtype=np.int64).reshape(-1, 2)[plane]
    return _Planes(
        np.searchsorted(batch, np.arange(n_batches + 1)),
        of_plane[:, 0],
        of_plane[:, 1],
        masks[plane, batch],
    )


def _core_counts(
    inner: View, planes: _Planes, progress: Callable[[int, int], None] | None
) -> npt.NDArray[np.int32] | None:
    """Sweep the core against its arcs, a bit for each of its units."""
    against = inner.reverse()
    pushed, pulled = (against.indptr, against.indices), (inner.indptr, inner.indices)
    arrays = (planes.first, planes.depths, planes.places, planes.masks)

    def swept(first: int, last: int) -> npt.NDArray[np.int32] | None:
        rows = _ROWS
        while rows <= _LONGEST and rows * inner.n <= _MOST_ENTRIES:
            part = np.zeros((rows, inner.n), dtype=np.int32)
            with np.errstate(over="ignore"):  # the bits are counted in the highest byte of a product
                done = _sweep_core(inner.n, *pushed, *pulled, first, last, *arrays, part)
            if done:
                used = np.flatnonzero(part.any(axis=1))
                return part[: used[-1] + 1].copy()
            rows *= 2
        return None

    counts = np.zeros((1, inner.n), dtype=np.int32)
    for part in in_chunks(swept, len(planes.first) - 1, BATCHES_AT_ONCE, progress):
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
            np.add.at(below[step + 1], parent[layer], below[step][layer])
    yield parts.layers[0], counts
    place = np.empty(n, dtype=np.int32)
    for above, layer in pairwise(parts.layers):
        place[above] = np.arange(len(above))
        outside = counts[:, place[parent[layer]]]
        outside[1 : deepest + 2] -= below[: len(outside) - 1, layer] * parts.down[layer]
        counts = np.zeros((max(len(outside), deepest) + 1, len(layer)), dtype=np.int32)
        counts[1 : len(outside) + 1] = outside * parts.up[layer]
        counts[: deepest + 1] += below[:, layer]
        yield layer, counts


def _sweep_core_plain(  # noqa: C901, PLR0912, PLR0915 - kernels call nothing
    n: int,
    push_indptr: npt.NDArray[np.int32],
    push_indices: npt.NDArray[np.int32],
    pull_indptr: npt.NDArray[np.int32],
    pull_indices: npt.NDArray[np.int32],
    first_batch: int,
    last_batch: int,
    first_plane: npt.NDArray[np.int64],
    depths: npt.NDArray[np.int64],
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
    for plane in range(len(depths)):
        deepest = max(deepest, depths[plane])
    for batch in range(first_batch, last_batch):
        n_candidates = 0
        for home in range(batch * BATCH, min((batch + 1) * BATCH, n)):
            arriving[home, home % BATCH // _WORD_BITS] = _ONE << np.uint64(home % _WORD_BITS)
            candidates[n_candidates] = home
            n_candidates += 1
        plane = first_plane[batch]  # that of the units themselves: all bits
        all_0, all_1, all_2, all_3 = planes[plane, 0], planes[plane, 1], planes[plane, 2], planes[plane, 3]
        distance = 0
        while n_candidates > 0:
            n_active = 0
            for at in range(n_candidates):
                unit = candidates[at]
                fresh = _ZERO
                for word in range(WORDS):
                    bits = arriving[unit, word] & ~seen[unit, word]
                    arriving[unit, word] = _ZERO
                    front[unit, word] = bits
                    seen[unit, word] |= bits
                    fresh |= bits
                if fresh == _ZERO:
                    continue
                if distance + deepest >= len(counts):
                    return False
                active[n_active] = unit
                n_active += 1
                total = 0
                for plane in range(first_plane[batch], first_plane[batch + 1]):
                    for word in range(WORDS):
                        bits = front[unit, word] & planes[plane, word]
                        bits -= (bits >> _SHIFT_1) & _HALVES
                        bits = (bits & _QUARTERS) + ((bits >> _SHIFT_2) & _QUARTERS)
                        bits = (bits + (bits >> _SHIFT_4)) & _NIBBLES
                        total += np.int64((bits * _BYTES) >> _SHIFT_56) << places[plane]
                    if plane + 1 == first_plane[batch + 1] or depths[plane + 1] != depths[plane]:
                        counts[distance + depths[plane], unit] += total
                        total = 0
            distance += 1
            n_candidates = 0
            if n_active * _PULL_BELOW > n:
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
                    if near_0 | near_1 | near_2 | near_3 != _ZERO:
                        arriving[unit, 0] = near_0
                        arriving[unit, 1] = near_1
                        arriving[unit, 2] = near_2
                        arriving[unit, 3] = near_3
                        candidates[n_candidates] = unit
                        n_candidates += 1
            else:
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
        seen[:] = _ZERO
    return True


_sweep_core = lazily_compiled(_sweep_core_plain, sweeps=True)
