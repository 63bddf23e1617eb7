"""The exact kernels beside their plain twins on 500 graphs of every shape, and at size by an identity."""

from __future__ import annotations

from functools import cache

import naive
import numpy as np
import pytest
from test_engine_traversal import view_of

from orgnet._engine import jit
from orgnet._engine.betweenness import betweenness, tie_betweenness
from orgnet._engine.csr import View, build_view
from orgnet._engine.distances import all_distances

GRAPHS = list(naive.random_graphs(500, seed=2026))


@cache
def expected() -> list[tuple[list[float], list[float], list[list[int]]]]:
    found = []
    for n, arcs, directed in GRAPHS:
        ties = naive.tie_betweenness(n, arcs, range(n), range(n), directed=directed)
        near = [[d for d in row.values() if d] for row in naive.distances(n, arcs)]
        found.append((naive.betweenness(n, arcs, directed=directed), ties, near))
    return found


@pytest.mark.parametrize("form", ["plain", "compiled"])
def test_on_500_graphs(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(jit, "PLAIN_STEPS", 10**9 if form == "plain" else -8)
    for (n, arcs, directed), (between, along, near) in zip(GRAPHS, expected(), strict=True):
        view = view_of(n, arcs, directed=directed)
        np.testing.assert_allclose(betweenness(view), between, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(tie_betweenness(view), along, rtol=1e-9, atol=1e-12)
        found = all_distances(view)
        assert found.reached.tolist() == [len(row) for row in near]
        assert found.total.tolist() == [sum(row) for row in near]
        assert found.eccentricity.tolist() == [max(row, default=-1) for row in near]
        np.testing.assert_allclose(found.inverse, [sum(1 / d for d in row) for row in near], rtol=1e-9)


def near_tree(n: int, n_more: int, *, directed: bool) -> View:
    """Build a tree of short branches with some more ties, a few of them one-way."""
    draw = np.random.default_rng(n)
    below = np.arange(1, n)
    above = (below * draw.uniform(0.05, 0.25, n - 1)).astype(np.int64)
    near = draw.integers(0, n, n_more)
    far = np.where(draw.random(n_more) < 0.8, (near + draw.integers(1, 40, n_more)) % n, draw.integers(0, n, n_more))
    source, target = np.concatenate([above, near]), np.concatenate([below, far])
    one_way = draw.random(len(source)) < 0.1 if directed else None
    mode = "down" if directed else "both"
    return build_view(n, source, target, mode=mode, one_way=one_way, directed=directed)  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "directed"), [(20_000, False), (6_000, True)])
def test_identities_at_size(n: int, *, directed: bool) -> None:
    """Each pair is parted by one unit less than its distance, and lies apart by as many ties."""
    view = near_tree(n, n // 10, directed=directed)
    assert np.count_nonzero(np.diff(view.indptr) == 1) > n // 2
    spread, orders = all_distances(view), 1 if directed else 2
    apart = spread.total.sum()
    assert betweenness(view).sum() * orders == pytest.approx(apart - spread.reached.sum(), rel=1e-9)
    assert tie_betweenness(view).sum() == pytest.approx(apart, rel=1e-9)
    assert spread.histogram.sum() == spread.reached.sum()
    assert spread.histogram @ np.arange(1, len(spread.histogram) + 1) == apart
