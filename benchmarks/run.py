"""Time and memory of the main jobs at size, each in a process of its own: ``python benchmarks/run.py``.

`district` writes a unit table of 100 000 units and a tie table, with 120 000 ties in all, as CSV; then it reads and
builds the network and computes coverage, gaps, depth, span and reach. `nation` reads a national table of divisions
(``--divisions``: a Parquet file with code, name, level, level_name, parent_code; by default one of the same size and
shape is made up), builds it as a tree of areas and writes its report. `betweenness` and `distances` time the exact
kernels at growing size.
Figures are wall seconds and the peak memory of the process; steps of one line sum up to its total.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS, TIES = 100_000, 120_000
LEVELS = (31, 342, 2_978, 41_352, 620_573)  # divisions by level, 2023: 665 276 in all
CASES = ("district", "nation", "betweenness", "distances")


T = TypeVar("T")


class Clock:
    """Collects the seconds of named steps."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], T]) -> T:
        """Do the work, remember how long it took, and return what it gave."""
        start = time.perf_counter()
        result = work()
        self.steps[name] = time.perf_counter() - start
        return result


def district(clock: Clock, folder: Path, _: str | None) -> str:
    """From two CSV files to coverage, gaps, depth, span and reach."""
    import numpy as np
    import pandas as pd

    import orgnet
    from orgnet._build.synthetic import synthetic_tables

    units, ties = synthetic_tables(2_600, seed=1)
    units = units.iloc[:UNITS]
    ties = ties[ties["source"].isin(units["unit_id"]) & ties["target"].isin(units["unit_id"])]
    rng = np.random.default_rng(1)
    n_more = TIES - len(ties) - int(units["superior_id"].notna().sum())
    ends = units["unit_id"].to_numpy()[rng.integers(0, UNITS, (2, max(n_more, 0)))]
    more = pd.DataFrame({"source": ends[0], "target": ends[1], "layer": "collab", "tie_type": "更多", "weight": 1.0})
    units.to_csv(folder / "units.csv", index=False)
    pd.concat([ties, more]).to_csv(folder / "ties.csv", index=False)
    net = clock.time("read, check, build", lambda: orgnet.read(folder, strict=False))
    clock.time("coverage", lambda: orgnet.metrics.coverage(net, by="area"))
    clock.time("gaps", lambda: orgnet.metrics.gaps(net))
    clock.time("depth", lambda: orgnet.metrics.depth(net))
    clock.time("span", lambda: orgnet.metrics.span(net))
    clock.time("reach", lambda: orgnet.metrics.communication(net))
    return repr(net)


def nation(clock: Clock, folder: Path, divisions: str | None) -> str:
    """From a national table of divisions to its report."""
    import orgnet

    path = Path(divisions) if divisions else made_up_divisions(folder)
    net = clock.time("read, check, build", lambda: orgnet.read(path, superior_layer="contains"))
    report = clock.time("report", lambda: orgnet.report(net, folder / "report.html"))
    return f"{net!r}, report of {report.stat().st_size / 1e6:.1f} MB"


def made_up_divisions(folder: Path) -> Path:
    """Write a table of areas of the size and shape of the national one."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    frames, above = [], np.array([None], dtype=object)
    for level, size in enumerate(LEVELS, start=1):
        parent = np.sort(rng.integers(0, len(above), size))
        codes = np.array([f"{level}{number:07d}" for number in range(size)], dtype=object)
        frames.append(
            pd.DataFrame({"code": codes, "level": level, "level_name": f"level {level}", "parent_code": above[parent]})
        )
        above = codes
    table = pd.concat(frames, ignore_index=True)
    table["name"] = "区划" + table["code"]
    path = folder / "divisions.parquet"
    table.astype({"level": "str"}).to_parquet(path)
    return path


def betweenness(clock: Clock, _: Path, __: str | None) -> str:
    """Time exact betweenness of synthetic networks, with compiling apart."""
    import orgnet

    orgnet.metrics.betweenness(orgnet.build.synthetic(n_communities=130, seed=2))
    for communities in (25, 125, 500):
        net = orgnet.build.synthetic(n_communities=communities, seed=1)
        clock.time(f"{net.n_units} units", lambda net=net: orgnet.metrics.betweenness(net))  # type: ignore[misc]
    return "exact, all units"


def distances(clock: Clock, _: Path, __: str | None) -> str:
    """Time exact all-pairs distances of synthetic networks, with compiling apart."""
    import orgnet

    orgnet.metrics.distances(orgnet.build.synthetic(n_communities=130, seed=2))
    for communities in (25, 125, 500):
        net = orgnet.build.synthetic(n_communities=communities, seed=1)
        clock.time(f"{net.n_units} units", lambda net=net: orgnet.metrics.distances(net))  # type: ignore[misc]
    return "exact, all pairs"


def run_case(name: str, divisions: str | None) -> None:
    """Run one case in this process and print its figures as JSON."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        what = globals()[name](clock, Path(folder), divisions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": what, "steps": clock.steps, "peak_mb": peak}))


def main() -> int:
    """Run the cases named, each in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES), help=f"of {', '.join(CASES)}; by default all")
    parser.add_argument("--divisions", help="national table of divisions, Parquet")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = set(options.cases) - set(CASES)
    if unknown:
        parser.error(f"no case {sorted(unknown)}; cases are {', '.join(CASES)}")
    if options.here:
        run_case(options.cases[0], options.divisions)
        return 0
    for name in options.cases:
        command = [sys.executable, __file__, name, "--here"]
        command += ["--divisions", options.divisions] if options.divisions else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name} failed:\n{done.stderr}")
            return 1
        facts = json.loads(done.stdout.splitlines()[-1])
        print(f"{name}: {facts['what']}")
        for step, seconds in facts["steps"].items():
            print(f"  {step:24} {seconds:8.2f} s")
        print(f"  {'total':24} {sum(facts['steps'].values()):8.2f} s, peak {facts['peak_mb']:.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
