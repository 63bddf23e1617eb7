"""The files of the bundled subdistrict, read without the library, and small helpers to work numbers from them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from orgnet import datasets
from orgnet._model.optional import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

Tables = dict[str, pd.DataFrame]

SNAPSHOT = pd.Timestamp("2025-06-30")
YEAR_END = pd.Timestamp("2024-06-30")
CODES = [f"33010601200{number}" for number in range(1, 8)]
HOSTS = ["enterprise", "social_org"]
SUPPORTERS = ["professional_org", "charity", "service_group"]
DATES = {"date", "since", "until", "term_end", "sent", "acknowledged", "acted", "closed", "founded", "last_election"}


def read_raw() -> Tables:
    """Read the files as they are."""
    found = {}
    for name in ("units", "ties", *TABLES):
        path = datasets.path() / f"{name}.csv"
        columns = pd.read_csv(path, nrows=0).columns
        dates = [column for column in columns if column in DATES]
        found[name] = pd.read_csv(path, dtype={"unit_id": "str", "concurrent_unit": "str"}, parse_dates=dates)
    found["units"] = found["units"].set_index("unit_id", drop=False)
    return found


def code(ids: Iterable[str]) -> list[str]:
    return [unit[:12] for unit in ids]


def current(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~(frame["until"] < SNAPSHOT)]


def component(edges: Iterable[tuple[str, str]], start: str) -> set[str]:
    """Return what is joined to a unit: a plain search."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    seen, open_ = {start}, [start]
    while open_:
        for unit in near[open_.pop()] - seen:
            seen.add(unit)
            open_.append(unit)
    return seen


def attended(events: pd.DataFrame) -> pd.DataFrame:
    return events[events["role"] != "absent"]


def by_kind(tables: Tables, ids: pd.Series) -> pd.Series:
    return ids.map(tables["units"]["kind"])


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows, each as what its columns hold."""
    return frame.to_dict("records")  # type: ignore[return-value]
