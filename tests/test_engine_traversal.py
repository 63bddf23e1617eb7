from __future__ import annotations

from typing import TYPE_CHECKING

import naive
import numpy as np
import pytest

from orgnet._engine import traversal
from orgnet._engine.csr import View, build_view

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRAPHS = list(naive.random_graphs(200, seed=7))
LONG = 20_000


def view_of(n: int, arcs: naive.Arcs, weight: Sequence[float] | None = None, *, directed: bool) -> View:
    """Build the view of a set of arcs; of an undirected one every tie is given once."""
    ends = sorted(arcs if directed else {(min(arc), max(arc)) for arc in arcs})
    source, target = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    return build_view(n, source, target, mode="down" if directed else "both", directed=directed, weight=weight)


def chain(n: int = LONG, *, directed: bool) -> View:
    ends = np.arange(n - 1)
    return build_view(n, ends, ends + 1, mode="down" if directed else "both", directed=directed)


def firsts(labels: Sequence[int]) -> list[int]:
    """Name every component by its first unit."""
    return [list(labels).index(label) for label in labels]


def test_hops_from_the_nearest_source() -> None:
    for number, (n, arcs, directed) in enumerate(GRAPHS):
        sources = [] if number % 7 == 0 else sorted({(number * k) % n for k in range(1, 1 + number % 4)} if n else [])
        near = naive.distances(n, arcs)
        expected = [min((near[s][unit] for s in sources if unit in near[s]), default=-1) for unit in range(n)]
        found = traversal.hops(view_of(n, arcs, directed=directed), sources)
        assert found.dtype == np.int32
        assert found.tolist() == expected


def test_costs_from_the_nearest_source_with_lengths_of_zero() -> None:
    draw = np.random.default_rng(3)
    for n, arcs, directed in GRAPHS:
        ties = sorted(arcs if directed else {(min(arc), max(arc)) for arc in arcs})
        weight = draw.integers(0, 4, len(ties)).astype(float)
        lengths = dict(zip(ties, weight.tolist(), strict=True))
        if not directed:
            lengths |= {(j, i): length for (i, j), length in lengths.items()}
        near = naive.costs(n, lengths)
        sources = list(range(min(n, 2)))
        expected = [min((near[s][unit] for s in sources if unit in near[s]), default=np.inf) for unit in range(n)]
        found = traversal.costs(view_of(n, arcs, list(weight), directed=directed), sources)
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_costs_without_lengths_are_hops() -> None:
    assert traversal.costs(chain(5, directed=True), [1]).tolist() == [np.inf, 0, 1, 2, 3]


@pytest.mark.parametrize("measure", [traversal.hops, traversal.costs])
def test_a_source_that_is_no_row_is_refused(measure: Callable[[View, list[int]], object]) -> None:
    with pytest.raises(ValueError, match=r"sources\[0\] is 5, an end out of range: with 5 units"):
        measure(chain(5, directed=True), [5])


def test_components_are_numbered_by_their_first_units() -> None:
    for n, arcs, directed in GRAPHS:
        view = view_of(n, arcs, directed=directed)
        for found, expected in (
            (traversal.components(view), naive.components(n, arcs)),
            (traversal.strong_components(view), naive.strong_components(n, arcs)),
        ):
            count, labels = found
            assert count == len(set(expected))
            assert firsts(labels.tolist()) == expected
            assert list(dict.fromkeys(labels.tolist())) == list(range(count))


def test_breadth_first_order_has_every_unit_once_and_near_ones_together() -> None:
    for n, arcs, directed in GRAPHS:
        order = traversal.breadth_first_order(view_of(n, arcs, directed=directed)).tolist()
        assert sorted(order) == list(range(n))
        label = naive.components(n, arcs)
        near = naive.distances(n, naive.symmetric(arcs))
        depth = [near[label[unit]][unit] for unit in order]
        assert depth == sorted(depth)


def test_forest_order_and_roll_up() -> None:
    draw = np.random.default_rng(11)
    for n, arcs, directed in GRAPHS:
        if not directed:
            continue
        view, near, values = view_of(n, arcs, directed=True), naive.distances(n, arcs), draw.random(n).tolist()
        forest = traversal.forest_order(view)
        cycle = [naive.on_cycle(near, unit) for unit in range(n)]
        assert forest.on_cycle.tolist() == cycle
        assert forest.several.tolist() == [sum(j == unit for _, j in arcs) > 1 for unit in range(n)]
        order = forest.order.tolist()
        assert sorted(order) == [unit for unit in range(n) if not any(cycle[j] for j in near[unit])]
        place = {unit: at for at, unit in enumerate(order)}
        assert all(place[i] < place[j] for i, j in arcs if i in place and j in place)
        expected = naive.below(n, arcs, values)
        assert forest.tainted.tolist() == np.isnan(expected).tolist()
        np.testing.assert_allclose(traversal.roll_up(view, values), expected, rtol=1e-9)
        sizes = np.array(naive.below(n, arcs, [1.0] * n))
        np.testing.assert_array_equal(traversal.subtree_sizes(view), sizes - 1)


def test_roll_up_wants_a_number_for_every_unit() -> None:
    with pytest.raises(ValueError, match=r"values has shape \(2,\): it must be \(3,\)"):
        traversal.roll_up(chain(3, directed=True), [1, 2])


def test_reachable_counts() -> None:
    for n, arcs, directed in GRAPHS:
        found = traversal.reachable_counts(view_of(n, arcs, directed=directed))
        assert found.dtype == np.int64
        assert found.tolist() == naive.reachable(n, arcs)


@pytest.mark.parametrize("seed", range(3))
def test_reachable_counts_of_more_components_than_a_word_has_bits(seed: int) -> None:
    draw = np.random.default_rng(seed)
    low, high = np.sort(draw.integers(0, 300, (2, 450)), axis=0)
    number = draw.permutation(300)
    arcs = {(int(number[i]), int(number[j])) for i, j in zip(low, high, strict=True) if i != j}
    found = traversal.reachable_counts(view_of(300, arcs, directed=True))
    assert found.tolist() == naive.reachable(300, arcs)


def test_long_chains() -> None:
    down, both = chain(directed=True), chain(directed=False)
    steps = np.arange(LONG)
    assert np.array_equal(traversal.hops(down, [0]), steps)
    assert np.array_equal(traversal.costs(both, [0]), steps)
    assert traversal.components(both)[0] == 1
    assert traversal.strong_components(down)[0] == LONG
    assert np.array_equal(traversal.forest_order(down).order, steps)
    assert np.array_equal(traversal.subtree_sizes(down), steps[::-1])
    assert np.array_equal(traversal.reachable_counts(down), steps[::-1])
    assert np.array_equal(traversal.reachable_counts(both), np.full(LONG, LONG - 1))
