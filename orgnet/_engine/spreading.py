"""How a message spreads: with delays on the arcs, one call at a time, and along arcs that are open at certain times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orgnet._engine.csr import checked_units
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.traversal import forest_order

if TYPE_CHECKING:
    import numpy.typing as npt

    from orgnet._engine.csr import View

NEVER = np.iinfo(np.int64).max


def earliest(view: View, sources: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Give when a message from the sources arrives, infinity for never, and from which unit; -1 for from none.

    `view.data` are the delays, at least 0.
    """
    starts = np.unique(checked_units(view.n, sources, "sources"))
    if not len(starts):
        return np.full(view.n, np.inf), np.full(view.n, -1, dtype=np.int32)
    from scipy.sparse import csgraph

    times, before, _ = csgraph.dijkstra(
        view.to_scipy(), directed=True, indices=starts, min_only=True, return_predecessors=True
    )
    return np.asarray(times), np.where(before < 0, -1, before).astype(np.int32)


def broadcast(view_down: View) -> npt.NDArray[np.float64]:
    """Give the rounds a unit needs to tell all below it, each unit telling one other a round.

    0 for units with none below; NaN for tainted units (see `ForestOrder`). Sorting the units below each
    unit apart, linear.
    """
    forest = forest_order(view_down)
    rounds = np.zeros(view_down.n)
    _call_down(view_down.n, view_down.indptr, view_down.indices, forest.order, rounds)
    rounds[forest.tainted] = np.nan
    return rounds


def _call_down_plain(
    n: int,  # noqa: ARG001 - every kernel has it
    indptr: npt.NDArray[np.integer[Any]],
    indices: npt.NDArray[np.int32],
    order: npt.NDArray[np.int32],
    rounds: npt.NDArray[np.float64],
) -> None:
    """Tell first the unit that needs most rounds itself, the last unit of the order first."""
    for at in range(len(order) - 1, -1, -1):
        unit = order[at]
        first, end = indptr[unit], indptr[unit + 1]
        if end > first:
            below = np.sort(rounds[indices[first:end]])
            n_below = end - first
            most = 0.0
            for place in range(n_below):
                most = max(most, n_below - place + below[place])
            rounds[unit] = most


_call_down = lazily_compiled(_call_down_plain, sweeps=False)


def spread_in_time(
    n: int,
    near: npt.NDArray[np.integer[Any]],
    far: npt.NDArray[np.integer[Any]],
    opens: npt.NDArray[np.int64],
    closes: npt.NDArray[np.int64],
    sources: npt.ArrayLike,
    start: int,
) -> npt.NDArray[np.int64]:
    """Give when a message that the sources have at `start` arrives along arcs in the order of time, `NEVER` for never.

    An arc carries it from `opens` to `closes`, both included, and takes no time; a message may wait at a unit. Apart
    from sorting the arcs, linear: each arc is tried when it opens, and when the unit at its near end has the message.
    """
    opens = np.maximum(opens, start)
    usable = np.flatnonzero(opens <= closes)
    usable = usable[np.argsort(near[usable], kind="stable")]
    near, far, opens, closes = near[usable], far[usable], opens[usable], closes[usable]
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(near, minlength=n), out=indptr[1:])
    times = np.full(n, NEVER, dtype=np.int64)
    times[checked_units(n, sources, "sources")] = start
    by_opening = np.argsort(opens, kind="stable")
    _pass_on(n, indptr, near.astype(np.int64), far.astype(np.int64), opens, closes, by_opening, times)
    return times


def _pass_on_plain(
    n: int,
    indptr: npt.NDArray[np.int64],
    near: npt.NDArray[np.int64],
    far: npt.NDArray[np.int64],
    opens: npt.NDArray[np.int64],
    closes: npt.NDArray[np.int64],
    by_opening: npt.NDArray[np.int64],
    times: npt.NDArray[np.int64],
) -> None:
    """Take the arcs as they open; whoever gets the message passes it on at once along the arcs that are open."""
    waiting = np.empty(n, dtype=np.int64)
    for arc in by_opening:
        day = opens[arc]
        if times[near[arc]] > day or times[far[arc]] <= day:
            continue
        times[far[arc]] = day
        waiting[0] = far[arc]
        left = 1
        while left > 0:
            left -= 1
            unit = waiting[left]
            for other in range(indptr[unit], indptr[unit + 1]):
                if opens[other] <= day <= closes[other] and times[far[other]] > day:
                    times[far[other]] = day
                    waiting[left] = far[other]
                    left += 1


_pass_on = lazily_compiled(_pass_on_plain, sweeps=False)
