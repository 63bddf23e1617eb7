"""What is checked and measured beside the times, each in a process of its own: ``python benchmarks/checks.py WHAT``.

`equality` compares every unit's betweenness and closeness with igraph's. `identity` holds the sum of betweenness
against the sum of distances less the number of connected pairs, where no other library can follow. `stages` says in
which kernels the time goes, and how long the least that a sweep must move would take at the speed of `bandwidth`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
from adapters import THREADS, Arrays, Igraph
from measure import TWO_THREADS, on_two_cores, peak_mb, seconds_of
from networks import near_tree, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from orgnet._engine.csr import View

COPIED_BYTES, COPIES, WORD = 2**29, 3, 8
UNIT_BYTES_BETWEENNESS = 44  # distance, paths, share, place in the order, score, weight, offset
UNIT_BYTES_DISTANCES = 100  # three masks of 256 bits, offset
ARC_BYTES, SOURCES_A_SWEEP = 4, 256


def checked(what: str, path: Path | None = None) -> dict[str, Any]:
    """Run one of the checks in a new process."""
    command = [sys.executable, __file__, what, *([str(path)] if path else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | TWO_THREADS)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def equality(path: Path) -> dict[str, Any]:
    """Give the largest relative difference from igraph over all units, of betweenness and of closeness."""
    from orgnet._engine.betweenness import betweenness
    from orgnet._engine.distances import all_distances

    network = saved(path)
    view = network.view()
    graph = Igraph().build(Arrays(network.n, network.source, network.target, directed=False))
    distances = all_distances(view)
    with np.errstate(invalid="ignore"):
        closeness = distances.reached / distances.total
    return {
        "units": network.n,
        "betweenness": _apart(betweenness(view), np.array(graph.betweenness())),
        "closeness": _apart(closeness, np.array(graph.closeness())),
        "harmonic": _apart(distances.inverse / (network.n - 1), np.array(graph.harmonic_centrality())),
        "eccentricity": _apart(np.maximum(distances.eccentricity, 0), np.array(graph.eccentricity())),
    }


def _apart(ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> float:
    if not np.array_equal(np.isnan(ours), np.isnan(theirs)):
        return float("inf")
    known = ~np.isnan(ours)
    ours, theirs = ours[known], theirs[known]
    return float((np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1.0)).max(initial=0.0))


def identity(path: Path) -> dict[str, Any]:
    """Time both exact kernels, and compare the sum of betweenness with what the distances say it must be."""
    from orgnet._engine.betweenness import betweenness
    from orgnet._engine.distances import all_distances

    _warm()
    view = saved(path).view()
    found: dict[str, Any] = {}
    distance_seconds = seconds_of(lambda: found.update(distances=all_distances(view)))
    after_distances = peak_mb()
    betweenness_seconds = seconds_of(lambda: found.update(betweenness=betweenness(view)))
    inner = int(found["distances"].total.sum()) // 2 - int(found["distances"].reached.sum()) // 2
    total = float(found["betweenness"].sum())
    return {
        "units": view.n,
        "distances s": distance_seconds,
        "distances MB": after_distances,
        "betweenness s": betweenness_seconds,
        "betweenness MB": peak_mb(),
        "sum of betweenness": total,
        "distances less pairs": inner,
        "relative difference": abs(total - inner) / max(inner, 1),
    }


def stages(path: Path) -> dict[str, Any]:
    """Give the seconds of every kernel that betweenness and distances call, and the least that memory allows."""
    from orgnet._engine.betweenness import betweenness
    from orgnet._engine.distances import all_distances

    _warm()
    network = saved(path)
    view = network.view()
    units, arcs = _core(view)
    speed = bandwidth()["GB/s"] * 1e9
    sweeps = -(-units // SOURCES_A_SWEEP)
    least = {
        "betweenness": units * (units * UNIT_BYTES_BETWEENNESS + arcs * ARC_BYTES) / speed,
        "distances": sweeps * (units * UNIT_BYTES_DISTANCES + arcs * ARC_BYTES) / speed,
    }
    work: dict[str, Callable[[View], object]] = {"betweenness": betweenness, "distances": all_distances}
    facts: dict[str, Any] = {"units": network.n, "core units": units, "core arcs": arcs}
    for name, kernel in work.items():
        kernel(view)
        calls, wall = _kernel_seconds(lambda kernel=kernel: kernel(view))  # type: ignore[misc]
        facts[name] = {"wall": wall, "kernels": calls, "least": least[name]}
    return facts


def _core(view: View) -> tuple[int, int]:
    from orgnet._engine.csr import relabelled
    from orgnet._engine.folding import fold

    core = relabelled(view, fold(view).core)
    return int(np.count_nonzero(np.diff(core.indptr))), core.n_arcs


def _kernel_seconds(work: Callable[[], object]) -> tuple[dict[str, list[float]], float]:
    """Time every call of a kernel, on whichever thread: calls and seconds by name, and the seconds of the whole."""
    from orgnet._engine.jit import Kernel

    calls: dict[str, list[float]] = {}
    lock, plain_call = threading.Lock(), Kernel.__call__

    def timed(kernel: Kernel, n: int, *args: object) -> object:
        start = time.perf_counter()
        result = plain_call(kernel, n, *args)
        spent = time.perf_counter() - start
        with lock:
            entry = calls.setdefault(kernel.plain.__name__.removesuffix("_plain").strip("_"), [0, 0.0])
            entry[0] += 1
            entry[1] += spent
        return result

    with patch.object(Kernel, "__call__", timed):
        wall = seconds_of(work)
    return calls, wall


def _warm() -> None:
    """Let compile what compiles, on a network that is too large for the kernels' plain form."""
    from orgnet._engine.betweenness import betweenness
    from orgnet._engine.distances import all_distances

    view = near_tree(3000, seed=1).view()
    betweenness(view)
    all_distances(view)


def bandwidth(_: Path | None = None) -> dict[str, Any]:
    """Give the speed of copying memory on both threads, bytes read and written."""
    blocks = [(np.ones(COPIED_BYTES // WORD), np.empty(COPIED_BYTES // WORD)) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        times = [
            seconds_of(lambda: list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), blocks))) for _ in range(COPIES)
        ]
    return {"GB/s": 2 * THREADS * COPIED_BYTES / min(times) / 1e9}


CHECKS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "equality": equality,
    "identity": identity,
    "stages": stages,
    "bandwidth": bandwidth,
}


def main() -> int:
    """Run one check and print its facts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=CHECKS)
    parser.add_argument("path", type=Path, nargs="?", default=Path(), help="what networks.py --out wrote")
    options = parser.parse_args()
    on_two_cores()
    print(json.dumps(CHECKS[options.what](options.path)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
