"""Headquarters among those who work together: how much runs through it, and what falls apart without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine.betweenness import betweenness
from orgnet._engine.csr import relabelled
from orgnet._engine.estimates import estimate
from orgnet._engine.traversal import components
from orgnet._metrics.force import NO_HEADQUARTERS
from orgnet._model.results import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

_MOST_SECONDS = 5.0  # that a summary spends on betweenness

_NO_PATHS = Note("no shortest path of collaboration runs through any unit", "没有任何协作最短路径经过其他组织")
_NO_PAIRS = Note("no two units other than headquarters are joined by collaboration", "总部之外没有两个组织通过协作相连")
_TOO_LARGE = Note(
    "too many ties for a summary: ask metrics.betweenness(net, layers='collab')",
    "协作关系过多，概览中不计算：请单独调用 metrics.betweenness(net, layers='collab')",
)


def add_hub(figures: Figures, net: OrgNetwork, heads: NDArray[np.int32]) -> None:
    """Add rank and share of headquarters in the betweenness of collaboration, and the pairs that it alone joins."""
    view = net.view("collab", "both")
    if not view.n_arcs or not len(heads):
        lacks = () if view.n_arcs else ("ties.collab",)
        for name in ("headquarters_rank", "headquarters_betweenness", "pairs_lost"):
            figures.add(name, missing=lacks, reason="" if lacks else NO_HEADQUARTERS)
        return
    _add_betweenness(figures, view, heads)
    others = np.ones(view.n, dtype=bool)
    others[heads] = False
    rows = np.flatnonzero(others).astype(np.int32)
    joined = _pairs(components(view)[1][rows])
    figures.ratio(
        "pairs_lost", joined - _pairs(components(relabelled(view, rows))[1]), joined, reason="" if joined else _NO_PAIRS
    )


def _add_betweenness(figures: Figures, view: View, heads: NDArray[np.int32]) -> None:
    if estimate(view, "betweenness") > _MOST_SECONDS:
        for name in ("headquarters_rank", "headquarters_betweenness"):
            figures.add(name, reason=_TOO_LARGE)
        return
    between = betweenness(view)
    total, best = float(between.sum()), float(between[heads].max())
    rank = 1 + int((between > best * (1 + 1e-9)).sum())
    reason = "" if total else _NO_PATHS
    figures.ratio("headquarters_betweenness", float(between[heads].sum()), total, reason=reason)
    if total:
        figures.add("headquarters_rank", rank)
    else:
        figures.add("headquarters_rank", reason=reason)


def _pairs(labels: NDArray[np.int32]) -> int:
    """Count the pairs of units of one component."""
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, dtype=np.int64)
    return int((sizes * (sizes - 1) // 2).sum())
