from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from orgnet._engine import distances, lanes, sweeps
from orgnet._engine.betweenness import betweenness
from orgnet._engine.chunks import in_chunks
from orgnet._engine.csr import build_view
from orgnet._engine.distances import all_distances

if TYPE_CHECKING:
    from collections.abc import Callable


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


@pytest.mark.parametrize("n_cores", [1, 2])
def test_an_interruption_ends_the_work_at_once(monkeypatch: pytest.MonkeyPatch, n_cores: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: n_cores)
    begun: list[int] = []
    held = threading.Event()

    def work(start: int, _: int) -> None:
        begun.append(start)
        if start:
            held.wait()

    def interrupt(*_: int) -> None:
        threading.Timer(0.05, held.set).start()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(in_chunks(work, 100, 1, interrupt))
    assert len(begun) <= 1 + n_cores


@pytest.mark.parametrize("measure", [betweenness, all_distances])
def test_an_interruption_leaves_nothing_broken(measure: Callable[..., object]) -> None:
    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    source, target = np.random.default_rng(6).integers(0, 2_000, (2, 3_000))
    view, again = (build_view(2_000, source, target, mode="both", directed=False) for _ in range(2))
    with pytest.raises(KeyboardInterrupt):
        measure(view, interrupt)
    assert np.array_equal(betweenness(view), betweenness(again))
    assert np.array_equal(all_distances(view).inverse, all_distances(again).inverse)


def test_the_number_of_threads_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    ends = draw.integers(0, 3_000, (2, 4_500))
    views = [build_view(3_000, *ends, mode=mode, directed=True) for mode in ("both", "down")]
    for module in (lanes, sweeps, distances):
        monkeypatch.setattr(module, "BATCHES_AT_ONCE", 2)
    runs = []
    for n_cores in (1, 4):
        monkeypatch.setattr("os.cpu_count", lambda n_cores=n_cores: n_cores)
        runs.append([(betweenness(view), all_distances(view).inverse) for view in views])
    for one, other in zip(*runs, strict=True):
        for values, same in zip(one, other, strict=True):
            assert np.array_equal(values, same)
