from __future__ import annotations

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, LONG, chain, view_of

from orgnet._engine.betweenness import betweenness
from orgnet._engine.csr import build_view
from orgnet._engine.distances import all_distances


def test_betweenness() -> None:
    for n, arcs, directed in GRAPHS:
        found = betweenness(view_of(n, arcs, directed=directed))
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, naive.betweenness(n, arcs, directed=directed), rtol=1e-9, atol=1e-12)


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
