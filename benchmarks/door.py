"""Time and memory of the door at size, each case in a process of its own: ``python benchmarks/door.py``.

`ledger`: a register of a million enterprises in ten columns, as CSV, checked; beside it the time that pandas with
pyarrow takes to parse the same file to text, and the ratio of the two in one process. `copies`: a million copies of
one tie.
`chain` and `star`: 20 000 units one below the other, and 20 000 below one, through the door and every linear measure.
`divisions`: the national table of areas (``--divisions``, else one of its size is made up), checked and built.
`workbook`: 20 000 rows in a workbook. Figures are wall seconds and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from run import Clock, made_up_divisions

CASES = ("ledger", "copies", "chain", "star", "divisions", "workbook")
ROWS, LONG = 1_000_000, 20_000


def write_ledger(path: Path, rows: int) -> None:
    """Write a made-up register of enterprises."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    number = np.arange(rows)

    def some(words: list[str], shares: list[float] | None = None) -> object:
        return np.array(words, dtype=object)[rng.choice(len(words), rows, p=shares)]

    staff = rng.lognormal(2.5, 1.2, rows).astype(int).astype(str).astype(object)
    staff[::50] = "约20人"
    pd.DataFrame(
        {
            "企业编码": [f"E{i:07d}" for i in number],
            "企业名称": [f"示例第{i}有限公司" for i in number],
            "行业": some(["制造业", "批发零售", "信息技术", "餐饮", "建筑业"]),
            "所属社区": [f"第{i}社区" for i in rng.integers(0, 400, rows)],
            "经营状态": some(["存续", "在业", "注销", ""], [0.6, 0.3, 0.05, 0.05]),
            "从业人员数": staff,
            "党员人数": rng.poisson(1.5, rows).astype(str),
            "是否建立党组织": some(["是", "否", "", "√"], [0.2, 0.6, 0.1, 0.1]),
            "成立时间": pd.to_datetime(rng.integers(946_684_800, 1_700_000_000, rows), unit="s").strftime("%Y-%m-%d"),
            "备注": some(["", "台账", "待核实"], [0.9, 0.05, 0.05]),
        }
    ).to_csv(path, index=False)


def ledger(clock: Clock, folder: Path, _: str | None) -> str:
    """Check a million rows, and parse them with pandas and pyarrow."""
    import pandas as pd

    import orgnet

    path = folder / "企业.csv"
    write_ledger(folder / "企业0.csv", 1_000)
    orgnet.check(folder / "企业0.csv")  # what is loaded at first use
    write_ledger(path, ROWS)
    found = clock.time("read and check", lambda: orgnet.check(path))
    clock.time("pandas with pyarrow", lambda: pd.read_csv(path, engine="pyarrow", dtype="str"))
    ratio = clock.steps["read and check"] / clock.steps["pandas with pyarrow"]
    return f"{path.stat().st_size / 1e6:.0f} MB, {found.accounts['kept'].sum()} rows kept, {ratio:.1f} times the parse"


def copies(clock: Clock, folder: Path, _: str | None) -> str:
    """Read a million copies of one tie."""
    import orgnet

    (folder / "units.csv").write_text("unit_id\na\nb\n", encoding="utf-8")
    (folder / "ties.csv").write_text("source,target,layer\n" + "a,b,collab\n" * ROWS, encoding="utf-8")
    net = clock.time("read, check, build", lambda: orgnet.read(folder))
    return repr(net)


def chain(clock: Clock, folder: Path, _: str | None) -> str:
    """Take a chain of 20 000 units through everything linear."""
    return _shape(clock, folder, ["", *(f"u{i}" for i in range(LONG - 1))])


def star(clock: Clock, folder: Path, _: str | None) -> str:
    """Take 20 000 units below one through everything linear."""
    return _shape(clock, folder, ["", *("u0" for _ in range(LONG))])


def _shape(clock: Clock, folder: Path, superiors: list[str]) -> str:
    import orgnet

    rows = "\n".join(f"u{i},党支部,{superior}" for i, superior in enumerate(superiors))
    (folder / "units.csv").write_text(f"编码,类别,上级编码\n{rows}\n", encoding="utf-8")
    net = clock.time("read, check, build", lambda: orgnet.read(folder))
    for name in ("depth", "span", "subtree_size", "dominators", "betweenness", "closeness"):
        clock.time(name, lambda name=name: getattr(orgnet.metrics, name)(net))  # type: ignore[misc]
    clock.time("report", lambda: orgnet.report(net, folder / "report.html"))
    for ending in ("orgnet", "graphml", "xlsx"):
        clock.time(f".{ending}", lambda ending=ending: orgnet.write(net, folder / f"net.{ending}"))  # type: ignore[misc]
    return repr(net)


def divisions(clock: Clock, folder: Path, given: str | None) -> str:
    """Check and build a national table of areas."""
    import orgnet

    path = Path(given) if given else made_up_divisions(folder)
    net = clock.time("read, check, build", lambda: orgnet.read(path, superior_layer="contains"))
    return repr(net)


def workbook(clock: Clock, folder: Path, _: str | None) -> str:
    """Check a workbook of 20 000 rows."""
    import pandas as pd

    import orgnet

    write_ledger(folder / "企业.csv", LONG)
    path = folder / "企业.xlsx"
    pd.read_csv(folder / "企业.csv", dtype="str").to_excel(path, index=False, engine="xlsxwriter")
    found = clock.time("read and check", lambda: orgnet.check(path))
    return f"{found.accounts['kept'].sum()} rows kept"


def run_case(name: str, given: str | None) -> None:
    """Run one case in this process and print its figures as JSON."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        what = globals()[name](clock, Path(folder), given)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": what, "steps": clock.steps, "peak_mb": peak}, ensure_ascii=False))


def main() -> int:
    """Run the cases named, each in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES), help=f"of {', '.join(CASES)}; by default all")
    parser.add_argument("--divisions", help="national table of divisions, Parquet")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        run_case(options.cases[0], options.divisions)
        return 0
    print("| case | steps (s) | peak (MB) | what |\n|---|---|---|---|")
    for name in options.cases:
        more = ["--divisions", options.divisions] if options.divisions else []
        command = [sys.executable, __file__, name, "--here", *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"| {name} | failed: {done.stderr.strip().splitlines()[-1]} | | |")
            continue
        facts = json.loads(done.stdout.splitlines()[-1])
        steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in facts["steps"].items())
        print(f"| {name} | {steps} | {facts['peak_mb']:.0f} | {facts['what']} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
