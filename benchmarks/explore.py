"""The page to explore at size, written and opened in headless Chromium: ``python benchmarks/explore.py``.

Writing is timed in a process of its own for every size, without the making of the network, with the peak memory of that
process. Opening: from the address being asked for to the first pixels drawn. A click: the longest of several rows
unfolded (up to 1 000 units: of several units chosen), and of unfolding everything, until the next picture stands.
``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import peak_mb, seconds_of

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
START, END = "<!-- explorer: benchmarks/explore.py -->\n", "<!-- end of explorer -->\n"
SIZES = (300, 1_000, 20_000, 100_000)
A_COMMUNITY = 40.0  # units
ROWS_ABOVE = 1_000
CLICKS = 12
SECONDS_IN_PAGE = """
const done = arguments[arguments.length - 1];
const act = new Function("E", arguments[0]);
const start = performance.now();
act(window.orgnetExplore);
requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000), 0));
"""


def written(n: int, path: str) -> dict[str, float]:
    """Write the page of a made-up network of about `n` units, in this process."""
    import orgnet

    communities = max(1, round(n / A_COMMUNITY))
    net = orgnet.build.synthetic(n_communities=communities, seed=1)
    while n == ROWS_ABOVE and net.n_units > n:  # the size that is still drawn whole must not be passed
        communities -= 1
        net = orgnet.build.synthetic(n_communities=communities, seed=1)
    seconds = seconds_of(lambda: orgnet.viz.explore(net).save(path))
    return {"units": net.n_units, "ties": net.n_ties, "write": seconds, "peak_mb": peak_mb()}


def opened(path: Path, *, rows: bool) -> dict[str, float]:
    """Open a page and time what a reader waits for."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from browser import open_browser

    acts = [f"E.unfold(E.now.rows[{2 * k + 1}], !E.state.open[E.now.rows[{2 * k + 1}]]);" for k in range(CLICKS)]
    if not rows:
        acts = [f"E.choose({7 * k + 1}, false);" for k in range(CLICKS)]
    with open_browser() as browser:
        browser.look(width=1280, height=800, dark=False)
        start = time.perf_counter()
        browser.open(path)
        browser.wait_for(lambda: browser.painted() > 0, "a drawn picture")
        found = {"open": time.perf_counter() - start}

        def seconds(act: str) -> float:
            return float(browser.driver.execute_async_script(SECONDS_IN_PAGE, act))

        found["click"] = max(seconds(act) for act in acts)
        found["search"] = seconds(
            "const box = document.getElementById('search'); box.value = '单位'; box.dispatchEvent(new Event('input'));"
        )
        if rows:
            found["everything"] = seconds("E.unfoldAll(null, true);")
        return found


def measured(n: int, folder: Path) -> dict[str, Any]:
    """Write one page in a process of its own and open it."""
    path = folder / f"{n}.html"
    command = [sys.executable, __file__, "--here", str(n), str(path)]
    facts: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return facts | {"mb": path.stat().st_size / 1e6} | opened(path, rows=facts["units"] > ROWS_ABOVE)


def table(lines: list[dict[str, Any]]) -> str:
    """Show one line a size."""
    heads = ("units", "ties", "written", "peak memory", "file", "first picture", "a click", "search", "unfold all")
    rows = [f"| {' | '.join(heads)} |", "|" + "---:|" * len(heads)]
    for facts in lines:
        cells = [
            _number(facts["units"]),
            _number(facts["ties"]),
            f"{facts['write']:.1f} s",
            f"{facts['peak_mb']:.0f} MB",
            f"{facts['mb']:.1f} MB",
            *(f"{facts[name]:.{digits}f} s" for name, digits in (("open", 1), ("click", 2), ("search", 2))),
            f"{facts['everything']:.2f} s" if "everything" in facts else "",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _number(n: int) -> str:
    return f"{n:,}".replace(",", " ")


def main() -> None:
    """Measure all sizes, or write one page where this process is told to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--here", nargs=2, metavar=("N", "PATH"), help="write one page in this process")
    options.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = options.parse_args()
    if chosen.here:
        print(json.dumps(written(int(chosen.here[0]), chosen.here[1])))
        return
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for n in SIZES:
            lines.append(measured(n, Path(folder)))
            print(table(lines[-1:]), flush=True)
    if chosen.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(START)
        _, _, after = rest.partition(END)
        PAGE.write_text(before + START + table(lines) + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
