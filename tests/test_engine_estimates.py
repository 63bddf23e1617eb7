from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from test_engine_traversal import chain

from orgnet._engine.csr import View, build_view
from orgnet._engine.estimates import estimate


def rings(count: int, size: int, *, directed: bool = False) -> View:
    """Rings side by side, a leaf on the first unit of each."""
    first = np.repeat(np.arange(count) * size, size)
    at = np.tile(np.arange(size), count)
    leaves = count * size + np.arange(count)
    source = np.concatenate([first + at, leaves])
    target = np.concatenate([first + (at + 1) % size, np.arange(count) * size])
    mode: Literal["down", "both"] = "down" if directed else "both"
    return build_view(count * (size + 1), source, target, mode=mode, directed=directed)


def test_work_grows_with_the_squares_of_blocks_or_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    one, four, large = rings(1, 100), rings(4, 100), rings(1, 400)
    assert estimate(four, "betweenness") == pytest.approx(4 * estimate(one, "betweenness"))
    assert estimate(large, "betweenness") == pytest.approx(16 * estimate(one, "betweenness"))
    assert estimate(four, "hops") == pytest.approx(16 * estimate(one, "hops"))
    assert estimate(one, "lengths") == pytest.approx(101 * 202 * 4.0e-8)
    along = rings(1, 100, directed=True)
    assert estimate(along, "betweenness") == pytest.approx(99 * 100 * 3.0e-8)
    assert estimate(along, "hops") == pytest.approx(100 * 100 * 2.0e-9)


def test_a_tree_and_nothing_cost_next_to_nothing() -> None:
    assert estimate(chain(directed=False), "betweenness") == 0
    assert estimate(build_view(0, [], [], mode="down", directed=True), "betweenness") == 0


def test_two_threads_take_half(monkeypatch: pytest.MonkeyPatch) -> None:
    view = rings(1, 100)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    alone = estimate(view, "betweenness")
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert estimate(view, "betweenness") == alone / 2
