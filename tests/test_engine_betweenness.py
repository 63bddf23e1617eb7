from __future__ import annotations

from typing import TYPE_CHECKING

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, LONG, chain, view_of

from orgnet._engine.betweenness import (
    betweenness,
    betweenness_between,
    tie_betweenness,
    tie_betweenness_between,
)
from orgnet._engine.csr import build_view
from orgnet._engine.distances import all_distances

if TYPE_CHECKING:
    from collections.abc import Callable


def test_betweenness() -> None:
    for n, arcs, directed in GRAPHS:
        found = betweenness(view_of(n, arcs, directed=directed))
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, naive.betweenness(n, arcs, directed=directed), rtol=1e-9, atol=1e-12)


def test_tie_betweenness() -> None:
    for n, arcs, directed in GRAPHS:
        found = tie_betweenness(view_of(n, arcs, directed=directed))
        assert found.dtype == np.float64
        expected = naive.tie_betweenness(n, arcs, range(n), range(n), directed=directed)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_between_some_units_and_others() -> None:
    draw = np.random.default_rng(9)
    for number, (n, arcs, directed) in enumerate(GRAPHS):
        view = view_of(n, arcs, directed=directed)
        mask = draw.random(n) < draw.random()
        rows = np.flatnonzero(draw.random(n) < draw.random() / (1 + number % 3)).tolist()
        chosen = (np.flatnonzero(mask).tolist(), rows)
        found = betweenness_between(view, mask, rows)
        expected = naive.betweenness_between(n, arcs, *chosen, directed=directed)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
        along = tie_betweenness_between(view, mask, rows)
        expected = naive.tie_betweenness(n, arcs, *chosen, directed=directed)
        np.testing.assert_allclose(along, expected, rtol=1e-9, atol=1e-12)


def test_where_everyone_is_source_and_target_it_is_betweenness() -> None:
    draw = np.random.default_rng(5)
    view = build_view(900, *draw.integers(0, 900, (2, 1_300)), mode="both", directed=False)
    everyone = np.ones(900, dtype=bool)
    np.testing.assert_allclose(betweenness_between(view, everyone, everyone), betweenness(view), rtol=1e-9)


@pytest.mark.parametrize("between", [betweenness_between, tie_betweenness_between])
def test_what_is_refused(between: Callable[..., object]) -> None:
    view = chain(3, directed=False)
    with pytest.raises(ValueError, match=r"sources\[1\] is 3, an end out of range: with 3 units"):
        between(view, [0, 3], [1])
    with pytest.raises(ValueError, match=r"targets has shape \(2,\): a mask must be \(3,\)"):
        between(view, [0], np.array([True, False]))


def test_more_paths_than_a_float_can_count_are_refused() -> None:
    width, layers = 30, 230  # 30 ** 229 paths from the first layer to the last
    units = np.arange(width * layers).reshape(layers, width)
    source = np.repeat(units[:-1], width, axis=1).ravel()
    target = np.tile(units[1:], width).ravel()
    view = build_view(width * layers, source, target, mode="down", directed=True)
    with pytest.raises(OverflowError, match="more shortest paths between two units than a float can count"):
        betweenness_between(view, [0], [width * layers - 1])


@pytest.mark.parametrize("directed", [False, True])
def test_each_pair_is_parted_by_one_unit_less_than_its_distance(*, directed: bool) -> None:
    draw = np.random.default_rng(4)
    source, target = draw.integers(0, 1_500, (2, 2_600))
    view = build_view(1_500, source, target, mode="down" if directed else "both", directed=directed)
    seen: list[tuple[int, int]] = []
    found = betweenness(view, lambda *told: seen.append(told)).sum() * (1 if directed else 2)
    spread = all_distances(view)
    assert found == pytest.approx(spread.total.sum() - spread.reached.sum(), rel=1e-9)
    assert len(seen) == 6 if directed else len(seen) >= 1
    assert seen[-1][0] == seen[-1][1]


def test_weights_are_ignored() -> None:
    view = build_view(3, [0, 1, 0], [1, 2, 2], mode="both", directed=False, weight=[1, 1, 100])
    assert betweenness(view).tolist() == [0, 0, 0]


def test_a_long_chain_folds_in_linear_time() -> None:
    steps = np.arange(LONG)
    assert np.array_equal(betweenness(chain(directed=False)), steps * (LONG - 1 - steps))
