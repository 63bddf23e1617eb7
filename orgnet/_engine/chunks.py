"""Long work in chunks: on several threads, with progress, and the same result on every machine."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_THREADS = 8

Result = TypeVar("Result")


def in_chunks(
    work: Callable[[int, int], Result], n: int, step: int, progress: Callable[[int, int], None] | None = None
) -> Iterator[Result]:
    """Give ``work(start, stop)`` for every chunk of 0..n, in order whatever the number of threads.

    Compiled kernels leave the interpreter to other threads. `progress` is told ``(done, n)`` after every
    chunk, on the thread of the caller. What it raises, or an interruption from the keyboard, ends the work
    as soon as the chunks under way are done.
    """
    starts = range(0, n, step)
    stops = [min(start + step, n) for start in starts]
    threads = min(os.cpu_count() or 1, len(starts), MOST_THREADS)
    if threads <= 1:
        yield from _told(map(work, starts, stops), stops, progress)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        yield from _told(pool.map(work, starts, stops), stops, progress)
    finally:
        pool.shutdown(cancel_futures=True)


def _told(results: Iterator[Result], stops: list[int], progress: Callable[[int, int], None] | None) -> Iterator[Result]:
    for result, stop in zip(results, stops, strict=True):
        yield result
        if progress is not None:
            progress(stop, stops[-1])
