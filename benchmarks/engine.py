"""Measure the engine and write docs/engine-benchmarks.md: ``python benchmarks/engine.py``.

Needs benchmarks/requirements.txt beside orgnet, and graph-tool in the Python of the distribution if it is to be
compared too. What was measured is kept in benchmarks/results, so that a run that was stopped goes on where it was;
a change of the engine or ``--again`` begins anew. ``--identity`` adds both exact kernels at a million units.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from adapters import THREADS
from checks import checked
from measure import measured
from peers import CASES, EXACT, OWN_LIMIT, Limits, case_table, compare, linear_table, lines, ratio_table, shown
from scale import CAP, SIZES, largest_table, scale, scale_plot, scale_table
from store import HERE, Case, Store

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = HERE.parent / "docs" / "engine-benchmarks.md"
PLOT = HERE.parent / "docs" / "images" / "engine-scale.png"
VARIANTS = ("1.01", "1.3", "2", "directed", "hangzhou", "subdistrict")
STAGES = ("20k", "100k", "variants", "1M", "scale")
SLOW = ("networkx", "rustworkx")  # three times slower than the best at 20 000 units
VARIANT_LIMITS, LINEAR_LIMITS = Limits(20.0, 4.0), Limits(120.0, 4.0)
LIBRARIES = ("numpy", "scipy", "numba", "networkx", "igraph", "networkit", "rustworkx")
MILLION = 1_000_000
LIMIT = 240.0  # seconds; with 600 the whole takes an hour


def fingerprint() -> dict[str, Any]:
    """Tell one state of the engine from another."""
    sources = sorted((HERE.parent / "orgnet" / "_engine").glob("*.py"))
    return {"engine": hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()}


def machine() -> dict[str, Any]:
    """Say what ran: processor, cores, memory, versions; nothing that tells whose machine it is."""
    about = Path("/proc/cpuinfo")
    text = about.read_text(encoding="utf-8") if about.exists() else ""
    name = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": name[1] if name else platform.machine(),
        "cores": os.cpu_count(),
        "memory GiB": round(memory),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": {library: metadata.version(library) for library in LIBRARIES},
        "copy GB/s": checked("bandwidth")["GB/s"],
    }


def measure(store: Store, stages: tuple[str, ...], limits: Limits, identity: int) -> None:
    """Do the stages asked for, leaving out what is known."""
    store.known("machine", machine)
    for stage in stages:
        start = time.perf_counter()
        _measure_stage(store, stage, limits)
        print(f"== {stage} took {time.perf_counter() - start:.0f} s", flush=True)
    if identity:
        path = Case("identity", str(identity)).path()
        print(store.known("identity", lambda: checked("identity", path)), flush=True)


def _measure_stage(store: Store, stage: str, limits: Limits) -> None:
    if stage == "scale":
        scale(store, SIZES, CAP)
    elif stage == "variants":
        for key in VARIANTS:
            compare(store, key, VARIANT_LIMITS, without=SLOW)
    else:
        compare(store, stage, LINEAR_LIMITS if stage == "1M" else limits)
    if stage == "20k":
        store.known("cold", cold_start)
        print(store.known("equality", lambda: checked("equality", CASES["20k"].path())), flush=True)
    if stage == "100k":
        store.known("stages", lambda: checked("stages", CASES["100k"].path()))


def cold_start() -> dict[str, Any]:
    """Measure the start of orgnet where no kernel has been compiled before."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, NUMBA_CACHE_DIR=folder):
        path = CASES["20k"].path()
        limits = {"limit": OWN_LIMIT, "sample": 0.0}
        return measured("orgnet", "betweenness", path, directed=False, python=sys.executable, **limits)


def start_text(store: Store) -> str:
    """Say what comes before the first answer, which the times leave out."""
    starts = {tool: facts["start"] for tool, facts in lines(store, "20k", "betweenness").items() if "start" in facts}
    warm = ", ".join(f"{tool} {seconds:.1f} s" for tool, seconds in starts.items())
    cold = store.facts["cold"]["start"]
    return f"Before the first answer: {warm}. Where orgnet's kernels have never been compiled: {cold:.1f} s, once."


def machine_text(store: Store) -> str:
    """Describe the machine in a list."""
    facts = store.facts["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    tool = next((found["graph-tool"] for found in _all_lines(store) if "version" in found.get("graph-tool", {})), None)
    other = f", graph-tool {tool['version']}" if tool else ""
    return "\n".join(
        [
            f"- {facts['processor']}, {facts['cores']} cores, {facts['memory GiB']} GiB; {THREADS} threads for all",
            f"- Python {facts['python']}, {versions}{other}",
            f"- copying memory on {THREADS} threads: {facts['copy GB/s']:.0f} GB/s, bytes read and written",
            f"- load when the run began: {facts['load']:.1f}",
        ]
    )


def _all_lines(store: Store) -> list[dict[str, dict[str, Any]]]:
    return [lines(store, key, kernel) for key in CASES for kernel in EXACT]


def equality_text(store: Store) -> str:
    """Say how far the two libraries are apart."""
    facts = store.facts["equality"]
    kinds = ("betweenness", "closeness", "harmonic", "eccentricity")
    apart = ", ".join(f"{kind} {facts[kind]:.1g}" for kind in kinds)
    return f"Largest difference from igraph over all {_spaced(facts['units'])} units, relative: {apart}."


def identity_text(store: Store) -> str:
    """Say whether the sums agree, and what the kernels took."""
    facts = store.facts.get("identity")
    if facts is None:
        return "Not measured in this run; `--identity` does."
    total, inner = f"{facts['sum of betweenness']:.15g}", facts["distances less pairs"]
    rows = [
        f"| {_spaced(facts['units'])} units | seconds | peak MB |",
        "|---|---:|---:|",
        f"| all distances | {facts['distances s']:.1f} | {facts['distances MB']:.0f} |",
        f"| betweenness | {facts['betweenness s']:.0f} | {facts['betweenness MB']:.0f} |",
        "",
        f"Sum of betweenness {total}, sum of distances less connected pairs {inner}:",
        f"{facts['relative difference']:.1g} apart, relative.",
    ]
    return "\n".join(rows)


def stages_table(store: Store) -> str:
    """Show the kernels that betweenness and distances call, and how near their sweeps come to the memory's speed."""
    facts = store.facts["stages"]
    rows = ["| measure | kernel | calls | seconds, summed over threads |", "|---|---|---:|---:|"]
    for name in ("betweenness", "distances"):
        kernels = sorted(facts[name]["kernels"].items(), key=lambda item: -item[1][1])
        rows += [f"| {name} | {kernel} | {calls} | {shown(spent)} |" for kernel, (calls, spent) in kernels]
        least, wall = facts[name]["least"], facts[name]["wall"]
        far = f"{shown(wall / least, 2)} times the least of {shown(least, 2)} s"
        rows.append(f"| {name} | **wall**: {far} | | {shown(wall)} |")
    core = f"{_spaced(facts['units'])} units, 2-core of {_spaced(facts['core units'])} units and"
    return "\n".join([f"{core} {_spaced(facts['core arcs'])} arcs.", "", *rows])


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


PARTS: dict[str, Callable[[Store], str]] = {
    "machine": machine_text,
    "start": start_text,
    "ratios": lambda store: ratio_table(store, CASES),
    "equality": equality_text,
    "20k": lambda store: case_table(store, "20k"),
    "100k": lambda store: case_table(store, "100k"),
    "identity": identity_text,
    "stages": stages_table,
    "linear": linear_table,
    "scale": scale_table,
    "largest": largest_table,
}


def filled(page: str, parts: dict[str, str]) -> str:
    """Put the parts between their marks; a part without marks, or marks without a part, is an error."""
    marked = set(re.findall(r"<!-- begin (\S+) -->", page))
    if marked != set(parts):
        msg = f"the page has marks for {sorted(marked)}, the run has parts {sorted(parts)}: they must be the same"
        raise ValueError(msg)
    for name, text in parts.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        page = re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n\n{text}\n\n{end}", page, flags=re.DOTALL)  # noqa: B023
    return page


def main() -> int:
    """Measure, then write the page and its plot once every stage has been measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", help=f"of {', '.join(STAGES)}; by default all")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds a peer may take in full")
    parser.add_argument("--sample", type=float, default=Limits().sample, help="seconds a peer's sample may take")
    parser.add_argument("--identity", type=int, nargs="?", const=MILLION, default=0, metavar="UNITS")
    parser.add_argument("--again", action="store_true", help="forget what was measured")
    options = parser.parse_args()
    unknown = set(options.stages) - set(STAGES)
    if unknown:
        parser.error(f"no stage {sorted(unknown)}; stages are {', '.join(STAGES)}")
    store = Store()
    if options.again or store.facts.get("fingerprint") != fingerprint():
        store.forget("")
    store.known("fingerprint", fingerprint)
    measure(store, tuple(options.stages or STAGES), Limits(options.limit, options.sample), options.identity)
    if options.stages:
        return 0
    page = filled(PAGE.read_text(encoding="utf-8"), {name: part(store) for name, part in PARTS.items()})
    PAGE.write_text(page, encoding="utf-8")
    scale_plot(store, PLOT)
    print(f"wrote {PAGE.relative_to(HERE.parent)} and {PLOT.relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
