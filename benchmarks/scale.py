"""orgnet's time against size, to ten million units: ``python benchmarks/scale.py``.

The linear steps run one after another in a process of its own for every size, which gives their peak memory together;
the exact kernels run as in measure.py, as long as the next size should take no more than a cap.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import AGAIN_TIMES, TWO_THREADS, measured, on_two_cores, peak_mb, seconds_of
from networks import Network, near_tree, saved
from store import Case, Store

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
EXACT = {"betweenness": "betweenness", "closeness": "all distances"}
CAP, AGAIN_BELOW, OWN_LIMIT = 100.0, 2.0, 3600.0  # seconds
COMPILED_FROM = 300_000  # below, a linear kernel may run in its plain form
ROOM_FOR_NAMES = 40
WARM_UNITS = 150_000
TIES_PER_UNIT = 1.101  # eleven million ties and some at ten million units


def steps(network: Network) -> dict[str, float]:
    """Build both views from arrays, and do everything linear that a report on an organisation needs."""
    from orgnet._engine import blocks, traversal
    from orgnet._engine.csr import View, build_view

    times: dict[str, float] = {}
    found: dict[str, View] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        times[name] = seconds_of(work)

    n, command = network.n, network.one_way
    rng = np.random.default_rng(1)
    staff, members = rng.integers(1, 50, n).astype(np.float64), rng.integers(0, 10, n).astype(np.float64)

    def build() -> None:
        found["both"] = network.view()
        above, below = network.source[command], network.target[command]
        found["down"] = build_view(n, above, below, mode="down", directed=True)

    timed("build from arrays", build)
    both, down = found["both"], found["down"]
    timed("depth", lambda: traversal.hops(down, [0]))
    timed("subtree sums", lambda: traversal.subtree_sizes(down))
    timed("coverage roll-up", lambda: traversal.roll_up(down, members) / traversal.roll_up(down, staff))
    timed("distance from headquarters", lambda: traversal.hops(both, [0]))
    timed("components", lambda: traversal.components(both))
    timed("blocks and cut units", lambda: blocks.blocks(both))
    return times


def steps_here(path: Path) -> dict[str, Any]:
    """Time the steps in this process; if they are short, three times, and the shortest counts."""
    steps(near_tree(WARM_UNITS, seed=2))
    network = saved(path)
    times = steps(network)
    runs = [times] if sum(times.values()) > AGAIN_BELOW else [times, *(steps(network) for _ in range(AGAIN_TIMES - 1))]
    shortest = {name: min(run[name] for run in runs) for name in times}
    return {"steps": shortest, "units": network.n, "ties": len(network.source), "peak_mb": peak_mb()}


def scale(store: Store, sizes: tuple[int, ...] = SIZES, cap: float = CAP) -> None:
    """Measure all sizes; what is known is not measured again."""
    print("== time against size", flush=True)
    for n in sizes:
        facts = store.known(f"steps {n}", lambda: _steps_apart(Case("", str(n), TIES_PER_UNIT).path()))  # noqa: B023
        print(f"{n:>10} units: {_shown(facts)}", flush=True)
    for kernel in EXACT:
        expected = 0.0
        for n, following in zip(sizes, (*sizes[1:], 0), strict=True):
            if expected > cap:
                break
            facts = store.known(f"exact {n} {kernel}", lambda: _exact(kernel, n))  # noqa: B023 - called at once
            print(f"{n:>10} units: {kernel} {facts['seconds']:.3f} s, peak {facts['peak_mb']:.0f} MB", flush=True)
            expected = facts["seconds"] * (following / n) ** 2


def _exact(kernel: str, n: int) -> dict[str, Any]:
    path = Case("", str(n)).path()
    return measured("orgnet", kernel, path, directed=False, limit=OWN_LIMIT, sample=0, python=sys.executable)


def _steps_apart(path: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--here", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | TWO_THREADS)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def _shown(facts: dict[str, Any]) -> str:
    times = ", ".join(f"{name} {seconds:.3g}" for name, seconds in facts["steps"].items())
    return f"{times}; together {sum(facts['steps'].values()):.3g} s, peak {facts['peak_mb']:.0f} MB"


def curves(store: Store) -> dict[str, tuple[list[int], list[float]]]:
    """Give sizes and seconds by kernel."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for key, facts in store.facts.items():
        kind, *rest = key.split()
        if kind not in {"steps", "exact"}:
            continue
        n, *kernel = rest
        by_name = facts["steps"] if kind == "steps" else {EXACT[kernel[0]]: facts["seconds"]}
        for name, seconds in by_name.items():
            sizes, times = found.setdefault(name, ([], []))
            sizes.append(int(n))
            times.append(seconds)
    return found


def slope(name: str, sizes: list[int], times: list[float]) -> float:
    """Give the power of the size that the time grows with; of a linear kernel, where it is compiled."""
    kept = [at for at, n in enumerate(sizes) if name in EXACT.values() or n >= COMPILED_FROM]
    if len(kept) < 2:  # noqa: PLR2004 - a line has two points
        return float("nan")
    return float(np.polyfit(np.log([sizes[at] for at in kept]), np.log([times[at] for at in kept]), 1)[0])


def scale_table(store: Store) -> str:
    """Show seconds by kernel and size, with the slope."""
    found = curves(store)
    sizes = sorted({n for all_sizes, _ in found.values() for n in all_sizes})
    rows = [f"| seconds at | {' | '.join(f'{n:,}'.replace(',', ' ') for n in sizes)} | slope |"]
    rows.append("|---|" + "---:|" * (len(sizes) + 1))
    for name, (measured_sizes, times) in found.items():
        by_size = dict(zip(measured_sizes, times, strict=True))
        cells = [f"{by_size[n]:.3g}" if n in by_size else "" for n in sizes]
        rows.append(f"| {name} | {' | '.join(cells)} | {slope(name, measured_sizes, times):.2f} |")
    return "\n".join(rows)


def largest_table(store: Store) -> str:
    """Show the steps at the largest size, with their sum and the peak memory."""
    facts = max((facts for key, facts in store.facts.items() if key.startswith("steps ")), key=lambda f: f["units"])
    head = f"{facts['units']:_} units, {facts['ties']:_} ties".replace("_", " ")
    rows = [f"| {head} | seconds |", "|---|---:|"]
    rows += [f"| {name} | {seconds:.2f} |" for name, seconds in facts["steps"].items()]
    rows.append(f"| **together** (peak {facts['peak_mb'] / 1024:.2f} GB) | **{sum(facts['steps'].values()):.1f}** |")
    return "\n".join(rows)


def scale_plot(store: Store, path: Path) -> None:
    """Draw seconds against size, both logarithmic, each line named at its end with its slope."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 6), layout="constrained")
    found = curves(store)
    for name, (sizes, times) in found.items():
        exact = name in EXACT.values()
        axes.plot(sizes, times, marker="o", markersize=4, linewidth=2.2 if exact else 1.2, label=name)
    for (name, (sizes, times)), place in zip(found.items(), _apart(found), strict=True):
        colour = axes.lines[list(found).index(name)].get_color()
        text = f"{name}, slope {slope(name, sizes, times):.2f}"
        axes.annotate(
            text,
            (sizes[-1], times[-1]),
            (sizes[-1] * 1.25, place),
            color=colour,
            fontsize=9,
            va="center",
            annotation_clip=False,
        )
    largest = max(max(sizes) for sizes, _ in found.values())
    axes.set(xscale="log", yscale="log", xlabel="units", ylabel="seconds, two threads")
    axes.set_xlim(right=largest * ROOM_FOR_NAMES)
    axes.set_xticks([10**power for power in range(4, 9) if 10**power <= largest])
    axes.minorticks_off()
    axes.set_title("Time against size (linear kernels with little to do are not compiled)", loc="left", fontsize=11)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _apart(found: dict[str, tuple[list[int], list[float]]], step: float = 1.7) -> list[float]:
    """Give the heights of the names: those of the lines' ends, moved up where two would overlap."""
    names = list(found)
    heights = dict.fromkeys(names, 0.0)
    last: dict[int, float] = {}
    for name in sorted(names, key=lambda name: found[name][1][-1]):
        size, end = found[name][0][-1], found[name][1][-1]
        heights[name] = last[size] = max(end, last.get(size, 0.0) * step)
    return [heights[name] for name in names]


def main() -> int:
    """Measure, print the table, and draw the plot where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cap", type=float, default=CAP, help="seconds that an exact kernel may be expected to take")
    parser.add_argument("--plot", type=Path, help="a .png to write")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        on_two_cores()
        print(json.dumps(steps_here(options.here)))
        return 0
    store = Store()
    scale(store, cap=options.cap)
    print(scale_table(store))
    if options.plot:
        scale_plot(store, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
