from __future__ import annotations

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, chain, view_of

from orgnet._engine import spectral
from orgnet._engine.csr import build_view
from orgnet._engine.spectral import eigenvector, pagerank


@pytest.mark.parametrize("damping", [0.85, 0.3])
def test_pagerank_within_the_promised_error(damping: float) -> None:
    for n, arcs, directed in GRAPHS:
        found = pagerank(view_of(n, arcs, directed=directed), damping)
        expected = naive.pagerank(n, dict.fromkeys(arcs, 1.0), damping)
        assert np.abs(found - expected).sum() < 2e-10
        assert found.sum() == pytest.approx(min(n, 1), abs=1e-12)


def test_pagerank_follows_the_strength_of_ties() -> None:
    draw = np.random.default_rng(9)
    for n, arcs, directed in GRAPHS:
        ties = sorted(arcs if directed else {(min(arc), max(arc)) for arc in arcs})
        weight = draw.integers(0, 4, len(ties)).astype(float).tolist()
        strength = dict(zip(ties, weight, strict=True))
        if not directed:
            strength |= {(j, i): value for (i, j), value in strength.items()}
        found = pagerank(view_of(n, arcs, weight, directed=directed))
        assert np.abs(found - naive.pagerank(n, strength)).sum() < 2e-10


def test_pagerank_without_damping_is_uniform_and_with_all_of_it_refused() -> None:
    view = chain(4, directed=True)
    assert pagerank(view, 0).tolist() == [0.25] * 4
    with pytest.raises(ValueError, match="damping is 1"):
        pagerank(view, 1)
    with pytest.raises(ValueError, match="tol is 0"):
        pagerank(view, tol=0)


def test_pagerank_ends_even_when_more_is_asked_than_numbers_can_hold() -> None:
    view = view_of(40, {(i, i * 7 % 40) for i in range(1, 39)} - {(20, 20)}, directed=True)
    assert np.abs(pagerank(view, tol=1e-300) - pagerank(view)).sum() < 2e-10


def test_eigenvector() -> None:
    for n, arcs, directed in GRAPHS:
        if not directed:
            found = eigenvector(view_of(n, arcs, directed=False))
            np.testing.assert_allclose(found, naive.eigenvector(n, arcs), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_eigenvector_of_a_network_too_large_for_the_dense_solution(seed: int) -> None:
    draw = np.random.default_rng(seed)
    arcs = naive.symmetric({(int(draw.integers(0, i)), i) for i in range(1, 450)} | {(3, 400), (5, 300)})
    found = eigenvector(view_of(450, arcs, directed=False))
    np.testing.assert_allclose(found, naive.eigenvector(450, arcs), rtol=1e-6, atol=1e-6)


def test_eigenvector_of_a_long_chain_whose_leading_values_all_but_coincide() -> None:
    n = 20_000
    half_wave = np.sin(np.pi * np.arange(1, n + 1) / (n + 1))
    np.testing.assert_allclose(eigenvector(chain(n, directed=False)), half_wave / half_wave.max(), atol=1e-6)


def test_both_ways_to_the_eigenvector_agree() -> None:
    view = view_of(260, naive.symmetric({(i // 3, i) for i in range(1, 260)} | {(7, 200)}), directed=False)
    by_noda = spectral._noda(view.to_scipy())  # noqa: SLF001
    np.testing.assert_allclose(eigenvector(view), by_noda / by_noda.max(), atol=1e-9)


def test_eigenvector_takes_ties_of_no_strength_for_none() -> None:
    view = build_view(4, [0, 1, 2], [1, 2, 3], mode="both", directed=False, weight=[3, 3, 0])
    np.testing.assert_allclose(eigenvector(view), [np.sqrt(0.5), 1, np.sqrt(0.5), np.nan], rtol=1e-12)


def test_eigenvector_of_a_directed_view_is_refused() -> None:
    with pytest.raises(ValueError, match="the view is directed"):
        eigenvector(chain(3, directed=True))
