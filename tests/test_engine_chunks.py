from __future__ import annotations

import threading

import numpy as np
import pytest

from orgnet._engine import distances, sweeps
from orgnet._engine.betweenness import betweenness
from orgnet._engine.chunks import in_chunks
from orgnet._engine.csr import build_view
from orgnet._engine.distances import all_distances


@pytest.mark.parametrize("n_cores", [1, 3, None])
def test_results_come_in_order_and_progress_on_the_thread_of_the_caller(
    monkeypatch: pytest.MonkeyPatch, n_cores: int | None
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: n_cores)
    told: list[tuple[int, int, bool]] = []
    here = threading.get_ident()
    found = in_chunks(
        lambda start, stop: (start, stop), 10, 4, lambda *at: told.append((*at, threading.get_ident() == here))
    )
    assert list(found) == [(0, 4), (4, 8), (8, 10)]
    assert told == [(4, 10, True), (8, 10, True), (10, 10, True)]


@pytest.mark.parametrize("n_cores", [1, 3])
def test_errors_come_through(monkeypatch: pytest.MonkeyPatch, n_cores: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: n_cores)
    with pytest.raises(ZeroDivisionError):
        list(in_chunks(lambda start, _: 1 // (start - 4), 10, 4))


def test_the_number_of_threads_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    ends = draw.integers(0, 3_000, (2, 4_500))
    views = [build_view(3_000, *ends, mode=mode, directed=True) for mode in ("both", "down")]
    for module in (sweeps, distances):
        monkeypatch.setattr(module, "BATCHES_AT_ONCE", 2)
    runs = []
    for n_cores in (1, 4):
        monkeypatch.setattr("os.cpu_count", lambda n_cores=n_cores: n_cores)
        runs.append([(betweenness(view), all_distances(view).inverse) for view in views])
    for one, other in zip(*runs, strict=True):
        for values, same in zip(one, other, strict=True):
            assert np.array_equal(values, same)
