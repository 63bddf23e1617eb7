from __future__ import annotations

from collections import Counter

import naive
import numpy as np
import pytest
from test_engine_traversal import GRAPHS, chain, view_of

from orgnet._engine import sweeps
from orgnet._engine.csr import build_view
from orgnet._engine.distances import all_costs, all_distances, distances_between


@pytest.mark.parametrize("longest", [sweeps._LONGEST, 4, 0])  # noqa: SLF001
def test_sums_over_all_distances(monkeypatch: pytest.MonkeyPatch, longest: int) -> None:
    """Also where counts get more rows as they turn out to be needed, or there are never enough."""
    monkeypatch.setattr(sweeps, "_LONGEST", longest)
    monkeypatch.setattr(sweeps, "_ROWS", 2 if longest == 4 else sweeps._ROWS)  # noqa: SLF001
    for n, arcs, directed in GRAPHS:
        found = all_distances(view_of(n, arcs, directed=directed))
        near = [[d for d in row.values() if d] for row in naive.distances(n, arcs)]
        assert found.reached.tolist() == [len(row) for row in near]
        assert found.total.tolist() == [sum(row) for row in near]
        assert found.eccentricity.tolist() == [max(row, default=-1) for row in near]
        np.testing.assert_allclose(found.inverse, [sum(1 / d for d in row) for row in near], rtol=1e-9)
        counts = Counter(d for row in near for d in row)
        assert found.histogram.tolist() == [counts[d] for d in range(1, max(counts, default=0) + 1)]
        assert [sums.dtype.name for sums in (found.reached, found.total, found.eccentricity)] == [
            "int64",
            "int64",
            "int32",
        ]


def test_distances_from_some_units_to_others() -> None:
    draw = np.random.default_rng(12)
    for n, arcs, directed in GRAPHS:
        sources, mask = np.flatnonzero(draw.random(n) < 0.4), draw.random(n) < 0.5
        found = distances_between(view_of(n, arcs, directed=directed), sources, mask)
        near = naive.distances(n, arcs)
        kept = [[d for t, d in near[s].items() if d and mask[t]] if s in sources else [] for s in range(n)]
        assert found.reached.tolist() == [len(row) for row in kept]
        assert found.total.tolist() == [sum(row) for row in kept]
        assert found.eccentricity.tolist() == [max(row, default=-1) for row in kept]
        np.testing.assert_allclose(found.inverse, [sum(1 / d for d in row) for row in kept], rtol=1e-9)
        counts = Counter(d for row in kept for d in row)
        assert found.histogram.tolist() == [counts[d] for d in range(1, max(counts, default=0) + 1)]


@pytest.mark.parametrize("directed", [False, True])
def test_more_units_than_one_sweep_carries(*, directed: bool) -> None:
    draw = np.random.default_rng(2)
    arcs = {(int(i), int(j)) for i, j in draw.integers(0, 700, (800, 2)) if i != j}
    arcs = arcs if directed else naive.symmetric(arcs)
    seen: list[tuple[int, int]] = []
    found = all_distances(view_of(700, arcs, directed=directed), lambda done, total: seen.append((done, total)))
    near = naive.distances(700, arcs)
    assert found.total.tolist() == [sum(row.values()) for row in near]
    assert found.reached.tolist() == [len(row) - 1 for row in near]
    assert found.eccentricity.tolist() == [max(row.values()) or -1 for row in near]
    assert seen[-1][0] == seen[-1][1]


def test_leaves_that_hang_from_few_of_many_units() -> None:
    """Batches of 256 units of the core with leaves and without."""
    n, n_leaves = 1_000, 40
    ring = np.arange(n)
    homes = np.concatenate([np.arange(20), np.full(n_leaves - 20, 600)])
    source = np.concatenate([ring, homes])
    target = np.concatenate([(ring + 1) % n, n + np.arange(n_leaves)])
    found = all_distances(build_view(n + n_leaves, source, target, mode="both", directed=False))
    along = np.abs(homes - ring[:, None])
    among = n * n // 4 + (np.minimum(along, n - along) + 1).sum(axis=1)
    assert np.array_equal(found.total[:n], among)
    assert found.histogram.sum() == (n + n_leaves) * (n + n_leaves - 1)


def test_progress_is_told_after_every_chunk() -> None:
    seen: list[tuple[int, int]] = []
    all_distances(build_view(9000, [0], [1], mode="down", directed=True), lambda *told: seen.append(told))
    assert seen == [(16, 36), (32, 36), (36, 36)]


def test_a_chain_longer_than_a_sweep() -> None:
    n = 2_000
    found = all_distances(chain(n, directed=False))
    steps = np.arange(n)
    assert np.array_equal(found.total, steps * (steps + 1) // 2 + (n - 1 - steps) * (n - steps) // 2)
    assert np.array_equal(found.eccentricity, np.maximum(steps, n - 1 - steps))
    assert np.array_equal(found.histogram, 2 * (n - steps[1:]))


def test_sums_over_all_costs() -> None:
    draw = np.random.default_rng(8)
    for n, arcs, directed in GRAPHS[:100]:
        ties = sorted(arcs if directed else {(min(arc), max(arc)) for arc in arcs})
        weight = draw.integers(1, 9, len(ties)) / 4
        lengths = dict(zip(ties, weight.tolist(), strict=True))
        if not directed:
            lengths |= {(j, i): length for (i, j), length in lengths.items()}
        found = all_costs(view_of(n, arcs, weight.tolist(), directed=directed))
        near = [[d for unit, d in row.items() if unit != own] for own, row in enumerate(naive.costs(n, lengths))]
        assert found.reached.tolist() == [len(row) for row in near]
        np.testing.assert_allclose(found.total, [sum(row) for row in near], rtol=1e-9)
        np.testing.assert_allclose(found.inverse, [sum(1 / d for d in row) for row in near], rtol=1e-9)
        np.testing.assert_allclose(found.eccentricity, [max(row, default=-1) for row in near], rtol=1e-9)


def test_costs_of_nothing_are_infinitely_near() -> None:
    view = build_view(4, [0, 1], [1, 2], mode="down", directed=True, weight=[0, 2])
    seen: list[tuple[int, int]] = []
    found = all_costs(view, lambda *told: seen.append(told))
    assert found.reached.tolist() == [2, 1, 0, 0]
    assert found.total.tolist() == [2, 2, 0, 0]
    assert found.inverse.tolist() == [np.inf, 0.5, 0, 0]
    assert found.eccentricity.tolist() == [2, 2, -1, -1]
    assert seen == [(4, 4)]
