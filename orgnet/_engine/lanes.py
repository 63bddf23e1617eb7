"""Shortest paths counted from 16 sources side by side (Brandes 2001, with weights as Puzis et al. 2012)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.chunks import in_chunks
from orgnet._engine.jit import lazily_compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from orgnet._engine.csr import View

LANES = 16
BATCHES_AT_ONCE = 16


def paths_through(
    view: View,
    source_weight: npt.NDArray[np.float64],
    target_weight: npt.NDArray[np.float64],
    progress: Callable[[int, int], None] | None = None,
    *,
    arcs: bool = False,
) -> npt.NDArray[np.float64]:
    """Sum over ordered pairs the share of their shortest paths through each unit, or along each arc.

    A pair counts by the weight of its source times that of its target; the ends of a path are not on it,
    its first and last arc are. Sources without weight cost nothing. Sources near one another should have
    near numbers: they are swept together, and what they reach at the same distance is one step for all.
    """
    sources = np.flatnonzero(source_weight).astype(np.int32)
    n_sums = view.n_arcs if arcs else view.n
    lanes = LANES if _count.repays(view.n, view.n_arcs) else 1

    def counted(start: int, stop: int) -> npt.NDArray[np.float64]:
        sums = np.zeros(n_sums)
        of_units, of_arcs = (sums[:0], sums) if arcs else (sums, sums[:0])
        _count(
            view.n,
            view.indptr,
            view.indices,
            sources[start:stop],
            source_weight,
            target_weight,
            lanes,
            of_units,
            of_arcs,
        )
        return sums

    total = np.zeros(n_sums)
    for part in in_chunks(counted, len(sources), LANES * BATCHES_AT_ONCE, progress):
        total += part
    if not np.isfinite(total).all():
        msg = "there are more shortest paths between two units than a float can count (1e308)"
        raise OverflowError(msg)
    return total


def _count_plain(  # noqa: C901, PLR0912, PLR0915 - kernels take plain arrays and call nothing
    n: int,
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    sources: npt.NDArray[np.int32],
    source_weight: npt.NDArray[np.float64],
    target_weight: npt.NDArray[np.float64],
    lanes: int,
    of_units: npt.NDArray[np.float64],
    of_arcs: npt.NDArray[np.float64],
) -> None:
    """Sweep out in levels, keeping the arcs that lie on shortest paths with a bit for each lane; then back.

    A unit that the lanes reach at different distances has several steps, each with the bits of its lanes.
    On the way out a lane of `paths` is the number of shortest paths from the source, on the way back the
    weight of the targets beyond by that number.
    """
    paths = np.zeros((n, lanes))
    weight, through = np.zeros(lanes), np.zeros(lanes)
    seen, arriving = np.zeros(n, dtype=np.uint16), np.zeros(n, dtype=np.uint16)
    steps, bits_of = np.empty(n * lanes, dtype=np.int32), np.empty(n * lanes, dtype=np.uint16)
    first_arc = np.zeros(n * lanes + 1, dtype=np.int64)
    arcs = np.empty(len(indices) * lanes + 1, dtype=indptr.dtype)
    bits_along = np.empty(len(indices) * lanes + 1, dtype=np.uint16)
    for first in range(0, len(sources), lanes):
        filled = 0
        for lane in range(min(lanes, len(sources) - first)):
            source = sources[first + lane]
            weight[lane] = source_weight[source]
            paths[source, :] = 0.0
            paths[source, lane] = 1.0
            seen[source] |= 1 << lane
            steps[filled] = source
            bits_of[filled] = 1 << lane
            filled += 1
        n_sources = filled
        level = 0
        n_kept = 0
        while level < filled:
            end_of_level = filled
            for step in range(level, end_of_level):
                unit = steps[step]
                leaving = np.int64(bits_of[step])
                first_arc[step] = n_kept
                for arc in range(indptr[unit], indptr[unit + 1]):
                    new = leaving & ~np.int64(seen[indices[arc]])
                    arcs[n_kept] = arc
                    bits_along[n_kept] = new
                    n_kept += new != 0
                near = paths[unit]
                for kept in range(first_arc[step], n_kept):
                    other = indices[arcs[kept]]
                    along = np.int32(bits_along[kept])
                    far = paths[other]
                    if arriving[other] == 0:
                        steps[filled] = other
                        filled += 1
                        if seen[other] == 0:
                            far[:] = 0.0
                    arriving[other] |= along
                    for lane in range(lanes):
                        far[lane] += near[lane] * ((along >> np.int32(lane)) & np.int32(1))
            for step in range(end_of_level, filled):
                unit = steps[step]
                bits_of[step] = arriving[unit]
                seen[unit] |= arriving[unit]
                arriving[unit] = 0
            level = end_of_level
        first_arc[filled] = n_kept
        for step in range(filled - 1, -1, -1):
            unit = steps[step]
            bits = np.int32(bits_of[step])
            near = paths[unit]
            through[:] = 0.0
            for kept in range(first_arc[step], first_arc[step + 1]):
                far = paths[indices[arcs[kept]]]
                along = np.int32(bits_along[kept])
                for lane in range(lanes):
                    through[lane] += far[lane] * ((along >> np.int32(lane)) & np.int32(1))
                if len(of_arcs):
                    carried = 0.0
                    for lane in range(lanes):
                        carried += weight[lane] * near[lane] * far[lane] * ((along >> np.int32(lane)) & np.int32(1))
                    of_arcs[arcs[kept]] += carried
            if len(of_units) and step >= n_sources:
                carried = 0.0
                for lane in range(lanes):
                    carried += weight[lane] * near[lane] * through[lane] * ((bits >> np.int32(lane)) & np.int32(1))
                of_units[unit] += carried
            ending = target_weight[unit]
            for lane in range(lanes):
                here = (bits >> np.int32(lane)) & np.int32(1) != 0
                near[lane] = through[lane] + ending / (near[lane] if here else 1.0) if here else near[lane]
        for step in range(filled):
            seen[steps[step]] = 0


_count = lazily_compiled(_count_plain, sweeps=True, regrouped=True)
