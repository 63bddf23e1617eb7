"""One measurement in a process of its own: wall seconds, peak memory, and how the time was got.

``measured`` starts it, on two cores. A kernel that would take longer than the limit is run from sampled sources, as
many as fit into a few seconds, and its time scaled up. What is short is run several times, and the shortest counts.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from adapters import ADAPTERS, THREADS, Arrays, drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters import Adapter, Graph

    Facts = dict[str, float | str]

TWO_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(THREADS))
AGAIN_BELOW, AGAIN_TIMES = 5.0, 3
FIRST_SAMPLE_SECONDS, MOST_PART = 1.0, 4


class Timing(NamedTuple):
    """Seconds, how they were got, and what was found."""

    seconds: float
    how: str
    found: float


def measured(tool: str, kernel: str, path: Path, *, directed: bool, limit: float, sample: float, python: str) -> Facts:
    """Measure a kernel of a tool on saved arrays, in a new process of the Python given."""
    command = [python, __file__, tool, kernel, str(path), f"--limit={limit}", f"--sample={sample}"]
    apart = {} if python == sys.executable else {"PYTHONPATH": ""}
    try:
        done = subprocess.run(
            [*command, "--directed"] if directed else command,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | TWO_THREADS | apart,
            timeout=2 * limit + 60,
        )
    except subprocess.TimeoutExpired:
        return {"seconds": math.nan, "how": f"not finished in {2 * limit + 60:.0f} s", "found": math.nan}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        return {"seconds": math.nan, "how": f"failed: {last[0]}", "found": math.nan}
    facts: Facts = json.loads(done.stdout.splitlines()[-1])
    return facts


def on_two_cores() -> None:
    """Keep this process to as many cores as there are threads, so that no library has more than another."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def peak_mb() -> float:
    """Give the most memory this process has had at once."""
    status = Path("/proc/self/status")
    if status.exists():  # the resource usage of Linux counts what the starting process had
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    in_bytes = sys.platform == "darwin"
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if in_bytes else 1024)


def seconds_of(work: Callable[[], object]) -> float:
    """Time a piece of work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def shortest(work: Callable[[], float]) -> Timing:
    """Time a piece of work, several times if it is short."""
    found: list[float] = []
    times = [seconds_of(lambda: found.append(work()))]
    while sum(times) < AGAIN_BELOW and len(times) < AGAIN_TIMES:
        times.append(seconds_of(lambda: found.append(work())))
    return Timing(min(times), "full", found[0])


def in_part(adapter: Adapter, kernel: str, graph: Graph, n: int, *, limit: float, sample: float) -> Timing | None:
    """Time the kernel from some sources and scale up; None if the whole fits into the limit."""
    from_sources = getattr(adapter, f"{kernel}_from", None)
    if from_sources is None:
        return None

    def spent(count: int) -> float:
        sources = drawn(n, count)
        return seconds_of(lambda: from_sources(graph, sources))

    most = n // MOST_PART + 1
    count, first = 2, spent(2)
    while first < FIRST_SAMPLE_SECONDS and count < most:
        count = min(2 * count, most)
        first = spent(count)
    if first * n / count <= limit:
        return None
    count = max(count, min(int(count * sample / first), most))
    return Timing(spent(count) * n / count, f"sampled {count} of {n}", math.nan)


def warm(adapter: Adapter, kernel: str) -> None:
    """Let compile what compiles: run the kernel on a small network."""
    n = 3000
    ends = np.arange(n, dtype=np.int32)
    arrays = Arrays(n, np.append(ends, ends), np.append(np.roll(ends, -1), np.roll(ends, -7)), directed=False)
    graph = adapter.build(arrays)
    if kernel != "build":
        getattr(adapter, kernel)(graph)


def main() -> int:
    """Measure, and print the facts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", choices=ADAPTERS)
    parser.add_argument("kernel")
    parser.add_argument("path", type=Path)
    parser.add_argument("--limit", type=float, default=600.0)
    parser.add_argument("--sample", type=float, default=10.0)
    parser.add_argument("--directed", action="store_true")
    options = parser.parse_args()
    on_two_cores()
    start = time.perf_counter()
    adapter = ADAPTERS[options.tool]()
    if options.tool == "orgnet":
        warm(adapter, options.kernel)
    begun = time.perf_counter() - start
    with np.load(options.path) as saved:
        source, target, one_way = saved["source"], saved["target"], saved["one_way"]
        n = int(saved["n"])
    if options.directed:
        back = ~one_way
        source, target = np.append(source, target[back]), np.append(target, source[back])
    arrays = Arrays(n, source, target, options.directed)
    before = peak_mb()
    if options.kernel == "build":
        timing = shortest(lambda: float(adapter.build(arrays) is None))
    else:
        graph = adapter.build(arrays)
        partly = in_part(adapter, options.kernel, graph, n, limit=options.limit, sample=options.sample)
        timing = partly or shortest(lambda: getattr(adapter, options.kernel)(graph))
    facts = timing._asdict() | {"peak_mb": peak_mb(), "before_mb": before, "start": begun, "version": adapter.version()}
    print(json.dumps(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
