from __future__ import annotations

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, LONG, chain, view_of

from orgnet._engine import jit
from orgnet._engine.blocks import cut_off
from orgnet._engine.csr import build_view
from orgnet._engine.dominance import alternative_routes, dominators, stranded


def roots_of(number: int, n: int) -> list[int]:
    draw = np.random.default_rng(number)
    roots: list[int] = draw.choice(n, min(n, number % 4), replace=False).tolist()
    return roots


@pytest.mark.parametrize("form", ["plain", "compiled"])
def test_dominators_and_what_they_strand(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(jit, "PLAIN_STEPS", 10**9 if form == "plain" else -8)
    for number, (n, arcs, directed) in enumerate(GRAPHS):
        roots, weights = roots_of(number, n), np.random.default_rng(number).random(n)
        found = dominators(view_of(n, arcs, directed=directed), roots)
        assert found.nearest.tolist() == naive.dominators(n, arcs, roots)
        near = naive.distances(n, arcs)
        assert set(found.order.tolist()) == {unit for root in roots for unit in near[root]}
        place = {unit: at for at, unit in enumerate(found.order.tolist())}
        assert all(place[found.nearest[unit]] < place[unit] for unit in place if found.nearest[unit] >= 0)
        lost = naive.cut_off(n, arcs, roots, weights.tolist())
        np.testing.assert_allclose(stranded(found, weights), lost, rtol=1e-9, atol=1e-12)


def test_alternative_routes() -> None:
    for number, (n, arcs, directed) in enumerate(GRAPHS):
        roots = roots_of(number, n)
        found = alternative_routes(view_of(n, arcs, directed=directed), roots)
        assert found.dtype == np.int8
        assert found.tolist() == naive.alternative_routes(n, arcs, roots)


def test_a_second_route_must_not_pass_the_unit_itself() -> None:
    view = build_view(4, [0, 1, 2, 0], [1, 2, 1, 3], mode="down", directed=True)
    assert alternative_routes(view, [0]).tolist() == [-1, 1, 1, 1]


def test_undirected_dominators_strand_what_is_cut_off() -> None:
    draw = np.random.default_rng(3)
    view = build_view(5_000, *draw.integers(0, 5_000, (2, 5_500)), mode="both", directed=False)
    weights = draw.random(5_000)
    found = stranded(dominators(view, [7, 99]), weights)
    np.testing.assert_allclose(found, cut_off(view, [7, 99], weights), rtol=1e-9, atol=1e-9)


def test_a_long_chain() -> None:
    found = dominators(chain(directed=True), [0])
    assert np.array_equal(found.nearest, np.arange(-1, LONG - 1))
    assert np.array_equal(stranded(found, np.ones(LONG)), np.arange(LONG)[::-1])
    assert alternative_routes(chain(directed=True), [0])[1:].tolist() == [1] * (LONG - 1)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match=r"roots\[0\] is 3, an end out of range"):
        dominators(chain(3, directed=True), [3])
    with pytest.raises(ValueError, match=r"weights has shape \(2,\)"):
        stranded(dominators(chain(3, directed=True), [0]), [1, 1])
