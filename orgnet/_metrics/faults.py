"""Faults of the chain of command as counts, and whether superiors have met their subordinates of late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import arc_sources
from orgnet._metrics.force import NO_DATE
from orgnet._model.results import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._engine.traversal import ForestOrder
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

_MEANING: Mapping[str, Note] = {
    "no_superior": Note("Party units without a superior in the file, headquarters apart", "无上级的党组织（总部除外）"),
    "superior_outside": Note("units whose superior is not in the file", "上级不在文件中的组织"),
    "own_superior": Note("units recorded as their own superior", "以自身为上级的组织"),
    "on_cycle": Note("units on a circle of superiors", "上级关系成环的组织"),
    "several_superiors": Note("units with two superiors or more", "有两个以上上级的组织"),
    "level_skip": Note("ties of command that pass over a level", "跨越层级的隶属关系"),
}


def add_faults(
    figures: Figures,
    net: OrgNetwork,
    view: View,
    forest: ForestOrder,
    heads: NDArray[np.int32],
    party: NDArray[np.bool_],
) -> pd.DataFrame:
    """Add a figure for each kind of fault and return them as a table; a fault is not always a mistake."""
    superiors, spans = np.diff(view.reverse().indptr), np.diff(view.indptr)
    below = np.ones(net.n_units, dtype=bool)
    below[heads] = False
    commanded = int(((superiors > 0) | (spans > 0)).sum())
    skips, ranked, unranked = _level_skips(net, view)
    counts: dict[str, tuple[int | None, int | None]] = {
        "no_superior": (int((party & below & (superiors == 0)).sum()), int((party & below).sum())),
        "superior_outside": (_found(net, "unit.superior_outside"), net.n_units),
        "own_superior": (_found(net, "tie.self", column="superior_id"), net.n_units),
        "on_cycle": (int(forest.on_cycle.sum()), commanded),
        "several_superiors": (int(forest.several.sum()), commanded),
        "level_skip": (skips, ranked),
    }
    for fault, (count, among) in counts.items():
        if count is None or among is None:
            figures.add(fault, missing=("units.level_rank",))
        else:
            unknown = unranked if fault == "level_skip" else 0
            figures.add(fault, count, unknown=unknown)
    return pd.DataFrame(
        {
            "fault": pd.array(list(counts), dtype="str"),
            "count": pd.array([count for count, _ in counts.values()], dtype="Int64"),
            "among": pd.array([among for _, among in counts.values()], dtype="Int64"),
            "meaning": pd.array([str(_MEANING[fault]) for fault in counts], dtype="str"),
            "meaning_zh": pd.array([_MEANING[fault].zh for fault in counts], dtype="str"),
        }
    )


def _found(net: OrgNetwork, code: str, column: str | None = None) -> int:
    """Count what the door found."""
    table = net.findings.table
    chosen = table["code"] == code
    if column is not None:
        chosen &= table["column"] == column
    return int(table.loc[chosen, "count"].sum())


def _level_skips(net: OrgNetwork, view: View) -> tuple[int | None, int | None, int]:
    """Count the ties that pass over a level, those with a level at both ends, and the others; None without levels."""
    units = net.units
    if "level_rank" not in units:
        return None, None, 0
    rank = units["level_rank"].to_numpy("float64", na_value=np.nan)
    steps = rank[view.indices] - rank[arc_sources(view)]
    return int((steps > 1).sum()), int((~np.isnan(steps)).sum()), int(np.isnan(steps).sum())


def add_checks(figures: Figures, net: OrgNetwork, view: View) -> None:
    """Add the share of ties of command whose two ends took part together in a check or visit of late."""
    events, rules = net.tables.get("events"), net.rules["checks"]
    lacks: tuple[str, ...] = ("events",)
    if events is not None:
        lacks = tuple(f"events.{name}" for name in ("event_id", "date", "event_type") if events[name].isna().all())
    if lacks:
        figures.ratio("command_checked", 0, 0, missing=lacks)
    elif net.as_of is None:
        figures.add("command_checked", reason=NO_DATE)
    elif events is not None:
        now = pd.Timestamp(net.as_of)
        words = events["event_type"].str.lower()
        typed = np.logical_or.reduce(
            [words.str.contains(word.lower(), regex=False, na=False).to_numpy(bool) for word in rules["words"]]
        )
        late = ((events["date"] > now - pd.Timedelta(days=rules["days"])) & (events["date"] <= now)).to_numpy(bool)
        present = ~events["role"].eq("absent").to_numpy(bool) & events["event_id"].notna().to_numpy(bool)
        figures.ratio("command_checked", _met(net, view, events[typed & late & present]), view.n_arcs)


def _met(net: OrgNetwork, view: View, events: pd.DataFrame) -> int:
    """Count the arcs whose two ends are both in one of these events."""
    number, _ = pd.factorize(events["event_id"])
    unit = net.ids.get_indexer(pd.Index(events["unit_id"], dtype="str"))
    here = np.unique(number.astype(np.int64) * net.n_units + unit)
    number, unit = np.divmod(here, max(net.n_units, 1))
    up = view.reverse()
    n_superiors = np.diff(up.indptr)[unit]
    which = np.repeat(np.arange(len(unit)), n_superiors)
    start = np.cumsum(n_superiors) - n_superiors
    superior = up.indices[up.indptr[unit][which] + np.arange(len(which)) - start[which]]
    both = np.isin(number[which] * net.n_units + superior, here)
    return len(np.unique(unit[which][both] * net.n_units + superior[both]))
