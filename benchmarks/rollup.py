"""Time and memory of a national roll-up of coverage: ``python benchmarks/rollup.py``.

5 000 000 made-up enterprises and social organisations hang on the villages and communities of a national table of
divisions (``--divisions``: a Parquet file with code, name, level, level_name, parent_code; by default one of the same
size and shape is made up). The network is built by the door, then coverage is rolled up to every area, twice: the
second time the view of the hierarchy is there already. Figures are wall seconds, CPU seconds (what a busy machine does
not change), and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from run import made_up_divisions

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTS = 5_000_000
T = TypeVar("T")


class _Clock:
    """Collects wall and CPU seconds of named steps."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float]] = {}

    def time(self, name: str, work: Callable[[], T]) -> T:
        """Do the work, remember how long it took, and return what it gave."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.steps[name] = (time.perf_counter() - wall, time.process_time() - cpu)
        return result


def main() -> int:
    """Build, roll up, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--divisions", help="national table of divisions, Parquet")
    parser.add_argument("--hosts", type=int, default=HOSTS, help="number of hosts")
    options = parser.parse_args()

    import numpy as np
    import pandas as pd

    from orgnet import build, metrics

    with tempfile.TemporaryDirectory() as folder:
        path = Path(options.divisions) if options.divisions else made_up_divisions(Path(folder))
        areas = pd.read_parquet(path, columns=["code", "name", "level", "parent_code"])
    areas = areas.astype("str").rename(columns={"code": "unit_id", "parent_code": "superior_id"}).drop(columns="level")
    rng = np.random.default_rng(1)
    n = options.hosts
    lowest = np.flatnonzero(~areas["unit_id"].isin(areas["superior_id"]).to_numpy(bool))

    def some(words: pd.Series, shares: list[float]) -> pd.Series:
        return words.take(rng.choice(len(words), n, p=shares)).reset_index(drop=True)

    hosts = pd.DataFrame(
        {
            "unit_id": "F" + pd.Series(np.arange(n)).astype("str"),
            "superior_id": areas["unit_id"].take(rng.choice(lowest, n)).reset_index(drop=True),
            "kind": some(pd.Series(["enterprise", "social_org"]), [0.9, 0.1]),
            "status": some(pd.Series(["存续", "注销", None], dtype="str"), [0.85, 0.1, 0.05]),
            "staff": rng.geometric(0.05, n).astype(float),
            "full_members": rng.poisson(1.0, n).astype(float),
            "fixed_premises": some(pd.Series([True, False]), [0.8, 0.2]),
            "has_party_org": some(pd.Series([True, False, None], dtype="boolean"), [0.3, 0.6, 0.1]),
        }
    )
    units = pd.concat([areas.assign(kind="government_unit"), hosts], ignore_index=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock = _Clock()
    net = clock.time("build", lambda: build.from_tables(units, superior_layer="contains"))
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = clock.time("roll-up", lambda: metrics.coverage_rollup(net))
    clock.time("roll-up again", lambda: metrics.coverage_rollup(net))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{net!r}, {len(found.table)} areas with hosts below")
    for step, (wall, cpu) in clock.steps.items():
        print(f"  {step:16} {wall:8.2f} s, CPU {cpu:8.2f} s")
    print(f"  peak memory: {before:.0f} MB before, {built:.0f} MB after the building, {peak:.0f} MB in all")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
