from __future__ import annotations

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, LONG, chain, view_of

from orgnet._engine import jit
from orgnet._engine.cohesion import clustering, constraint, coreness, effective_size, triangles
from orgnet._engine.csr import build_view


@pytest.fixture(params=["plain", "compiled"])
def _form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "PLAIN_STEPS", 10**9 if request.param == "plain" else -8)


@pytest.mark.usefixtures("_form")
def test_coreness_and_triangles() -> None:
    for n, arcs, directed in GRAPHS:
        view = view_of(n, arcs, directed=directed)
        cores, found = coreness(view), triangles(view)
        assert (cores.dtype.name, found.dtype.name) == ("int32", "int64")
        assert cores.tolist() == naive.coreness(n, arcs)
        assert found.tolist() == naive.triangles(n, arcs)


def test_clustering_and_effective_size() -> None:
    for n, arcs, directed in GRAPHS:
        view = view_of(n, arcs, directed=directed)
        degrees = [len(near) for near in naive.successors(n, naive.symmetric(arcs))]
        found = list(zip(degrees, naive.triangles(n, arcs), strict=True))
        shares = [2 * t / (k * (k - 1)) if k > 1 else 0.0 for k, t in found]
        np.testing.assert_allclose(clustering(view), shares, rtol=1e-9)
        sizes = [k - 2 * t / k if k else np.nan for k, t in found]
        np.testing.assert_allclose(effective_size(view), sizes, rtol=1e-9)


@pytest.mark.usefixtures("_form")
def test_constraint() -> None:
    draw = np.random.default_rng(2)
    for n, arcs, directed in GRAPHS:
        ties = sorted(arcs if directed else {(min(arc), max(arc)) for arc in arcs})
        lengths = dict(zip(ties, draw.integers(0, 4, len(ties)).tolist(), strict=True))
        found = constraint(view_of(n, arcs, list(lengths.values()), directed=directed))
        np.testing.assert_allclose(found, naive.constraint(n, lengths), rtol=1e-9)
        alike = dict.fromkeys({(min(arc), max(arc)) for arc in arcs}, 1.0)
        found = constraint(view_of(n, arcs, directed=directed))
        np.testing.assert_allclose(found, naive.constraint(n, alike), rtol=1e-9)


def test_a_hub_with_many_neighbours_takes_no_square_of_them() -> None:
    n = 100_000
    view = build_view(n, np.zeros(n - 1, dtype=int), np.arange(1, n), mode="both", directed=False)
    np.testing.assert_allclose(constraint(view), np.r_[1 / (n - 1), np.ones(n - 1)], rtol=1e-9)
    assert coreness(view).max() == 1


def test_a_long_chain() -> None:
    view = chain(directed=False)
    assert coreness(view).tolist() == [1] * LONG
    assert triangles(view).sum() == 0
