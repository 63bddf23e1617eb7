"""Betweenness along arcs: pendant trees of the ties folded away, each tie passable one way or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.csr import View, relabelled
from orgnet._engine.folding import pendant_trees
from orgnet._engine.jit import lazily_compiled
from orgnet._engine.lanes import paths_through
from orgnet._engine.traversal import add_up, arc_sources, breadth_first_order, reachable_sums

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from orgnet._engine.folding import Trees


@dataclass(frozen=True, eq=False)
class _Flow:
    """Amounts that reach every unit along the arcs, or against them.

    Parameters
    ----------
    own, hanging, total : numpy.ndarray of float64
        What is the unit's own, what reaches it from its tree, itself included, and what reaches it at all.
    """

    own: npt.NDArray[np.float64]
    hanging: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]


def between_directed(
    view: View,
    starts: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
    progress: Callable[[int, int], None] | None,
    *,
    arcs: bool,
) -> npt.NDArray[np.float64]:
    """Sum over ordered pairs the share of their shortest paths through each unit, or along each arc.

    A pair counts by the amount of its start times that of its end.
    """
    trees = pendant_trees(view)
    core = trees.folding.core
    core = core[breadth_first_order(relabelled(view, core))]
    inner = relabelled(view, core)
    coming = _flow(trees, core, inner.reverse(), starts, trees.up, trees.down)
    going = _flow(trees, core, inner, ends, trees.down, trees.up)
    found = paths_through(inner, coming.hanging[core], going.hanging[core], progress, arcs=arcs)
    if not arcs:
        sums = _parted(trees, coming, going)
        sums[core] += found
        return sums
    sums = np.zeros(view.n_arcs)
    sums[_arcs_of_core(view, core)] = found
    for there, back, near, far in ((trees.up, trees.down, coming, going), (trees.down, trees.up, going, coming)):
        low = np.flatnonzero(there >= 0)
        beyond = far.total[trees.folding.parent[low]] - np.where(back[low] >= 0, far.hanging[low], 0)
        sums[there[low]] = near.hanging[low] * beyond
    return sums


def _flow(
    trees: Trees,
    core: npt.NDArray[np.int32],
    inner: View,
    amounts: npt.NDArray[np.float64],
    up: npt.NDArray[np.int64],
    down: npt.NDArray[np.int64],
) -> _Flow:
    """Let amounts flow up the trees, through the core against the arcs of `inner`, and down the trees."""
    folding = trees.folding
    n = len(amounts)
    hanging = amounts.copy()
    add_up(n, folding.outward, np.where(up >= 0, folding.parent, -1).astype(np.int32), hanging)
    total = hanging.copy()
    total[core] = reachable_sums(inner, hanging[core])
    _pass_down(n, folding.outward, folding.parent, up, down, hanging, total)
    return _Flow(amounts, hanging, total)


def _parted(trees: Trees, coming: _Flow, going: _Flow) -> npt.NDArray[np.float64]:
    """Count the pairs with their ends in different trees below a unit, or one in a tree and one elsewhere."""
    low = np.flatnonzero((trees.up >= 0) & (trees.down >= 0))
    same = np.bincount(
        trees.folding.parent[low], weights=coming.hanging[low] * going.hanging[low], minlength=len(trees.up)
    )
    elsewhere = (coming.total - coming.hanging) * (going.total - going.hanging)
    return (coming.total - coming.own) * (going.total - going.own) - same - elsewhere


def _arcs_of_core(view: View, core: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Give the arcs between units of the core, in the order of the core."""
    place = np.full(view.n, -1)
    place[core] = np.arange(len(core))
    near, far = place[arc_sources(view)], place[view.indices]
    arcs = np.flatnonzero((near >= 0) & (far >= 0))
    return arcs[np.lexsort((far[arcs], near[arcs]))]


def _pass_down_plain(
    n: int,  # noqa: ARG001 - every kernel has it
    order: npt.NDArray[np.int32],
    parent: npt.NDArray[np.int32],
    up: npt.NDArray[np.int64],
    down: npt.NDArray[np.int64],
    hanging: npt.NDArray[np.float64],
    total: npt.NDArray[np.float64],
) -> None:
    """Give each unit what reaches its parent from elsewhere; parents come first."""
    for unit in order:
        if down[unit] >= 0:
            total[unit] += total[parent[unit]] - (hanging[unit] if up[unit] >= 0 else 0.0)


_pass_down = lazily_compiled(_pass_down_plain, sweeps=False)
