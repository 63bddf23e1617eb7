from __future__ import annotations

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, LONG, chain, view_of

from orgnet._engine.blocks import blocks, cut_off

UNDIRECTED = [(n, arcs) for n, arcs, directed in GRAPHS if not directed]


def test_cut_units_bridges_and_blocks() -> None:
    for n, arcs in UNDIRECTED:
        found = blocks(view_of(n, arcs, directed=False))
        assert set(np.flatnonzero(found.cut).tolist()) == naive.cut_units(n, arcs)
        assert found.cut.shape == (n,)
        assert found.bridges.dtype == np.int32
        assert [tuple(tie) for tie in found.bridges.tolist()] == naive.bridges(n, arcs)
        assert found.n_blocks == naive.n_blocks(n, arcs)


def test_what_a_unit_cuts_off_from_the_roots() -> None:
    draw = np.random.default_rng(6)
    for number, (n, arcs) in enumerate(UNDIRECTED):
        roots = draw.choice(n, min(n, number % 4), replace=False).tolist()
        weights = draw.random(n)
        found = cut_off(view_of(n, arcs, directed=False), roots, weights)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, naive.cut_off(n, arcs, roots, weights.tolist()), rtol=1e-9, atol=1e-12)


def test_what_is_refused() -> None:
    both = chain(3, directed=False)
    with pytest.raises(ValueError, match="the view is directed"):
        blocks(chain(3, directed=True))
    with pytest.raises(ValueError, match="the view is directed"):
        cut_off(chain(3, directed=True), [0], [1, 1, 1])
    with pytest.raises(ValueError, match=r"roots\[0\] is -1"):
        cut_off(both, [-1], [1, 1, 1])
    with pytest.raises(ValueError, match=r"weights has shape \(2,\)"):
        cut_off(both, [0], [1, 1])


def test_a_long_chain() -> None:
    both = chain(directed=False)
    found = blocks(both)
    assert found.n_blocks == LONG - 1
    assert len(found.bridges) == LONG - 1
    assert np.flatnonzero(~found.cut).tolist() == [0, LONG - 1]
    assert np.array_equal(cut_off(both, [0], np.ones(LONG)), np.arange(LONG)[::-1])
