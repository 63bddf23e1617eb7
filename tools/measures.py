"""Write docs/measures.md: every measure, its function, its test and its value on the bundled subdistrict.

``python tools/measures.py`` in the environment of the project; a test holds the page to what this gives.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import orgnet
from orgnet import metrics
from orgnet._model.catalogue import FAMILIES, Entry, entries
from orgnet._model.files import write_atomic

if TYPE_CHECKING:
    import pandas as pd

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measures.md"
HEAD = """# The measures

Every measure from A1 to L7: what it is, the function of `orgnet.metrics` that gives it, the test that holds a value
worked by hand, and its value on the bundled subdistrict (made-up data; `python tools/measures.py` writes this page).
Formulas, units, fields and references: `orgnet.metrics.catalogue()`. What is not computed says why.

Better: ↑ more, ↓ less, ↔ within a band, · neither. A value in brackets is that of one group among several.
"""
ARROWS = {"up": "↑", "down": "↓", "band": "↔", "none": "·"}


def page() -> str:
    """Return the page."""
    net = orgnet.datasets.load()
    functions = sorted({item.function for item in entries().values() if item.function})
    found = {name: getattr(metrics, name)(net).indicators for name in functions}
    parts = [HEAD]
    for letter, (en, zh) in FAMILIES.items():
        parts.append(f"\n## {letter}. {en[0].upper()}{en[1:]} · {zh}\n")
        parts += ["| id | measure | what it is | | function, test | value |", "|---|---|---|---|---|---|"]
        parts += [_row(item, found) for item in entries().values() if item.family == letter]
    return "\n".join(parts) + "\n"


def _row(item: Entry, found: dict[str, pd.DataFrame]) -> str:
    start = f"| {item.id} | `{item.measure}` | {item.en} · {item.zh} | {ARROWS[item.better]} |"
    if not item.function:
        return f"{start} not computed | {item.note} |"
    rows = found[item.function]
    rows = rows[rows["measure"] == item.measure]
    whole = rows[rows["group"] == "all"]
    row = (whole if len(whole) else rows).iloc[0]
    group = "" if len(whole) else f" ({row['group']})"
    test = f"[test](../{item.test.partition('::')[0]})"
    shown = f"`{item.function}`, {test} `{item.test.partition('::')[2]}`"
    return f"{start} {shown} | {_value(row, item)}{group} |"


def _value(row: pd.Series, item: Entry) -> str:
    if math.isnan(row["value"]):
        return f"undefined: {row['reason']}"
    parts = ""
    if not math.isnan(row["numerator"]):
        parts = f" = {row['numerator']:,.6g} / {row['denominator']:,.6g}"
    elif not math.isnan(row["denominator"]):
        parts = f", n = {row['denominator']:,.6g}"
    unknown = f"; {row['unknown']} not known" if row["unknown"] else ""
    return f"{row['value']:,.4g} {item.unit}{parts}{unknown}"


if __name__ == "__main__":
    print(write_atomic(PAGE, page()))
