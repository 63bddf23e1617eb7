"""orgnet beside other libraries, on the same arrays in one run: ``python benchmarks/peers.py 20k``.

Every measurement is a process of its own on two cores (see measure.py), and every line says how its time was got: in
full; from sampled sources, scaled up; or, where a library takes no sources, extrapolated with the square of the size.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import shutil
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters import ADAPTERS
from checks import checked
from measure import measured
from store import Case, Store

if TYPE_CHECKING:
    from collections.abc import Iterable

EXACT = ("betweenness", "closeness")
LINEAR = ("build", "breadth_first", "components", "blocks", "bridges", "coreness", "pagerank")
OWN_LIMIT = 3600.0  # seconds; orgnet is always run in full
SAME = 1e-6  # relative; sums of a million scores, ranks to a tolerance
NAMES = {
    "closeness": "closeness (orgnet: all of the distances pass)",
    "breadth_first": "breadth-first",
    "pagerank": "PageRank",
}
CASES = {
    "20k": Case("20 000 units", "20000"),
    "100k": Case("100 000 units", "100000"),
    "1.01": Case("20 000 units, 1.01 ties a unit", "20000", 1.01),
    "1.3": Case("20 000 units, 1.3 ties a unit", "20000", 1.3),
    "2": Case("20 000 units, 2 ties a unit", "20000", 2.0),
    "directed": Case("20 000 units, commands one way", "20000", directed=True),
    "hangzhou": Case("Hangzhou, 3 531 divisions, a tree", "hangzhou"),
    "subdistrict": Case("the bundled subdistrict, 432 units", "subdistrict"),
    "1M": Case("1 000 000 units", "1000000"),
}
KERNELS = {key: LINEAR if key == "1M" else EXACT for key in CASES}


class Limits(NamedTuple):
    """Seconds: the most that one measurement may take in full, and what a sample may take."""

    full: float = 600.0
    sample: float = 8.0


@cache
def python_of(tool: str) -> str | None:
    """Give the Python that has a tool: this one, or the distribution's for graph-tool; None if there is none."""
    package = ADAPTERS[tool].package
    if importlib.util.find_spec(package):
        return sys.executable
    python = shutil.which("python3", path="/usr/bin")
    if tool != "graph-tool" or python is None:
        return None
    asked = subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False)
    return None if asked.returncode else python


def tools_of(kernel: str) -> list[str]:
    """List the tools that are installed and have the kernel, orgnet first."""
    return [tool for tool, adapter in ADAPTERS.items() if hasattr(adapter, kernel) and python_of(tool)]


def compare(store: Store, key: str, limits: Limits, without: tuple[str, ...] = ()) -> None:
    """Measure every tool on a case, but those to be left out, and print a line for each."""
    case = CASES[key]
    print(f"== {case.name}", flush=True)
    for kernel in KERNELS[key]:
        for tool in tools_of(kernel):
            if tool in without:
                continue
            name = line_key(key, kernel, tool)
            facts = store.known(name, lambda: _line(store, key, kernel, tool, limits))  # noqa: B023 - called at once
            print(f"{kernel:14} {tool:12} {facts['seconds']:12.4f} s  {facts['how']}", flush=True)
        for odd in disagreeing(store, key, kernel):
            print(f"{kernel}: {odd}", flush=True)


def line_key(key: str, kernel: str, tool: str) -> str:
    """Name the facts of one measurement."""
    return f"line {key} {kernel} {tool}"


def lines(store: Store, key: str, kernel: str) -> dict[str, dict[str, Any]]:
    """Give what is known of a kernel on a case, by tool."""
    keys = {tool: line_key(key, kernel, tool) for tool in ADAPTERS}
    return {tool: store.facts[name] for tool, name in keys.items() if name in store.facts}


def _line(store: Store, key: str, kernel: str, tool: str, limits: Limits) -> dict[str, Any]:
    case, python = CASES[key], python_of(tool)
    smaller = store.facts.get(line_key("20k", kernel, tool), {}).get("seconds", math.nan)
    if key == "100k" and not hasattr(ADAPTERS[tool], f"{kernel}_from"):
        seconds = smaller * (int(case.which) / int(CASES["20k"].which)) ** 2
        if seconds > limits.full:
            how = f"extrapolated from n={CASES['20k'].which}"
            return {"seconds": seconds, "how": how, "found": math.nan, "peak_mb": math.nan}
    return measured(
        tool,
        kernel,
        case.path(),
        directed=case.directed,
        limit=OWN_LIMIT if tool == "orgnet" else limits.full,
        sample=limits.sample,
        python=python or sys.executable,
    )


def best_peer(found: dict[str, dict[str, Any]]) -> tuple[str, float]:
    """Give the fastest other tool, and how many times longer than orgnet it takes."""
    peers = {tool: facts["seconds"] for tool, facts in found.items() if tool != "orgnet"}
    timed = {tool: seconds for tool, seconds in peers.items() if not math.isnan(seconds)}
    if not timed or "orgnet" not in found:
        return "-", math.nan
    best = min(timed, key=timed.__getitem__)
    return best, timed[best] / found["orgnet"]["seconds"]


def disagreeing(store: Store, key: str, kernel: str) -> list[str]:
    """List the tools that found something else than orgnet, in full runs; none should."""
    found = lines(store, key, kernel)
    ours = found.get("orgnet", {}).get("found", math.nan)
    others = {tool: facts["found"] for tool, facts in found.items() if not math.isnan(facts["found"])}
    return [
        f"{tool} found {other}, orgnet {ours}"
        for tool, other in others.items()
        if not math.isnan(ours) and not math.isclose(other, ours, rel_tol=SAME)
    ]


def shown(value: float, digits: int = 3) -> str:
    """Write a number with so many digits that count, and with a dash where it is not known."""
    if math.isnan(value):
        return "-"
    decimals = digits - 1 - math.floor(math.log10(max(value, 1e-9)))
    return f"{value:,.{min(max(decimals, 0), 6)}f}".replace(",", " ")


def case_table(store: Store, key: str) -> str:
    """Show a case: every tool and kernel, how often longer than orgnet, peak memory, how the time was got."""
    rows = ["| kernel | tool | seconds | times orgnet's | peak MB | how |", "|---|---|---:|---:|---:|---|"]
    for kernel in KERNELS[key]:
        found = lines(store, key, kernel)
        ours = found.get("orgnet", {}).get("seconds", math.nan)
        for tool, facts in found.items():
            times, peak = shown(facts["seconds"] / ours, 2), facts.get("peak_mb", math.nan)
            cells = (NAMES.get(kernel, kernel), tool, shown(facts["seconds"]), times, shown(peak, 1), facts["how"])
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def ratio_table(store: Store, keys: Iterable[str]) -> str:
    """Show how many times longer the best peer takes, case by case."""
    rows = ["| network | kernel | orgnet s | best peer | its s | times | how |", "|---|---|---:|---|---:|---:|---|"]
    for key in keys:
        for kernel in EXACT:
            found = lines(store, key, kernel)
            best, ratio = best_peer(found)
            if best == "-":
                continue
            ours, theirs = found["orgnet"]["seconds"], found[best]
            cells = (CASES[key].name, kernel, shown(ours), best, shown(theirs["seconds"]), f"**{shown(ratio, 2)}**")
            rows.append(f"| {' | '.join(cells)} | {theirs['how']} |")
    return "\n".join(rows)


def linear_table(store: Store, key: str = "1M") -> str:
    """Show seconds and peak memory, kernels by tools."""
    tools = [tool for tool in ADAPTERS if any(tool in lines(store, key, kernel) for kernel in LINEAR)]
    rows = [f"| seconds / peak MB | {' | '.join(tools)} |", "|---|" + "---:|" * len(tools)]
    for kernel in LINEAR:
        found = lines(store, key, kernel)
        cells = [
            f"{shown(found[tool]['seconds'])} / {shown(found[tool].get('peak_mb', math.nan), 1)}"
            if tool in found
            else ""
            for tool in tools
        ]
        rows.append(f"| {NAMES.get(kernel, kernel)} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> int:
    """Compare on the cases named; with --identity, hold orgnet's two kernels against each other at a million units."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}")
    parser.add_argument("--limit", type=float, default=Limits().full, help="seconds that a measurement may take")
    parser.add_argument("--sample", type=float, default=Limits().sample, help="seconds that a sample may take")
    parser.add_argument("--identity", type=int, metavar="UNITS", help="sum of betweenness against sum of distances")
    options = parser.parse_args()
    unknown = set(options.cases) - set(CASES)
    if unknown:
        parser.error(f"no case {sorted(unknown)}; cases are {', '.join(CASES)}")
    store = Store()
    for key in options.cases:
        compare(store, key, Limits(options.limit, options.sample))
        best = {kernel: best_peer(lines(store, key, kernel)) for kernel in KERNELS[key]}
        print(", ".join(f"{kernel}: {tool} takes {ratio:.3g} times as long" for kernel, (tool, ratio) in best.items()))
    if options.identity:
        case = Case("identity", str(options.identity))
        print(store.known("identity", lambda: checked("identity", case.path())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
