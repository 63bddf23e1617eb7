"""Communication from headquarters: how far a message gets in how many steps, and who is cut off if a unit stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.blocks import cut_off
from orgnet._engine.traversal import hops
from orgnet._metrics import options
from orgnet._model.results import Note, Result, describe
from orgnet._model.vocabulary import PARTY_KINDS, check_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

_COUNTED_ONCE = (("grid",), ("residents_committee", "villagers_committee"), ("building",))


@dataclass(frozen=True, eq=False, repr=False)
class Communication(Result):
    """Reach, distance and cut units as seen from headquarters; see `orgnet.metrics.communication`."""

    headquarters: tuple[str, ...] = ()
    headquarters_names: tuple[str, ...] = ()
    mean_distance: float = np.nan
    mean_distance_all: float = np.nan
    shortcut_gain: float = np.nan
    mean_inverse: float = np.nan
    cut_units: pd.DataFrame = field(default_factory=pd.DataFrame)

    def reach(self, steps: int, ties: str = "command") -> float:
        """Return the share of units within `steps` ties of headquarters; NaN without headquarters or a denominator."""
        check_choice("ties", ties, ("command", "all"))
        rows = self.table[(self.table["ties"] == ties) & (self.table["steps"] <= steps)]
        return float(rows["share"].iloc[-1]) if len(rows) else np.nan


def communication(
    net: OrgNetwork,
    *,
    headquarters: str | Iterable[str] | None = None,
    units: Iterable[str] | None = None,
) -> Communication:
    r"""How far does a message from headquarters get in k steps, what do collaboration ties add, and who is cut off?

    Reach within k steps, along command alone (downwards) and along all ties (directed ones downwards, collaboration
    both ways), is

    .. math:: R_k = \frac{\text{units of the population within } k \text{ ties of headquarters}}
                         {\text{units of the population}}

    with headquarters itself in neither. The shortcut gain is :math:`1 - L_{all} / L_{command}`, both mean distances
    from headquarters over the units that command reaches: the share of the way that collaboration saves.

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command.
    units
        The population, by id. By default, for command the units of Party kinds (where there are none, the units with a
        tie of command), for all ties all units: command alone never reaches a firm.

    Returns
    -------
    Communication
        ``table``, one row for each kind of ties (command, all) and step: ``ties``, ``steps``, ``reached``,
        ``denominator``, ``population`` (in words), ``share`` (0 to 1; NaN without headquarters or denominator).
        ``mean_distance`` and ``mean_distance_all`` (in ties; NaN where command reaches nobody), ``shortcut_gain`` (0 to
        1), ``mean_inverse`` (mean of 1/distance along command over the command population, units not reached counting
        0). ``cut_units``: the units, other than a sole headquarters, whose loss cuts others off from headquarters over
        all ties, direction ignored: ``unit_id``, ``name``, ``kind``, ``units_cut_off`` and, where the input has them,
        ``households_cut_off`` (of grids; where none is recorded, of residents' and villagers' committees, else of
        buildings, else of all units: each household is counted once); the worst first.

    Raises
    ------
    UnitError
        If an id is no unit.

    References
    ----------
    Measures C1 to C3 and B10.

    Examples
    --------
    >>> from orgnet import build
    >>> units = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...          "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = build.from_tables(units, {"source": ["h"], "target": ["c1"], "layer": ["collab"]})
    >>> found = communication(net)
    >>> round(found.reach(1), 4), round(found.mean_distance, 4), round(found.shortcut_gain, 4)
    (0.3333, 1.6667, 0.1)
    """
    heads, warnings = options.headquarters(net, headquarters)
    command = _far(net, heads, "vertical")
    everything = _far(net, heads, "all")
    population, words, note = _population(net, heads, units)
    cut_units, uncounted = _cut_units(net, heads)
    warnings = (*warnings, *note, *uncounted)
    everyone = population if units is not None else _others(net, heads)
    all_words = words if units is not None else "all units"
    table = pd.concat(
        [_reach("command", command, population, words), _reach("all", everything, everyone, all_words)],
        ignore_index=True,
    )
    if not len(heads):
        table["share"] = np.nan
    reached = (command > 0) & np.isfinite(command)
    mean = float(command[reached].mean()) if reached.any() else np.nan
    mean_all = float(everything[reached].mean()) if reached.any() else np.nan
    inverse = np.divide(1.0, command, out=np.zeros(net.n_units), where=reached)
    return Communication(
        table,
        describe(net, "communication", headquarters=list(net.ids[heads][:20]), warnings=warnings),
        headquarters=tuple(net.ids[heads]),
        headquarters_names=tuple(net.names.iloc[heads]),
        mean_distance=mean,
        mean_distance_all=mean_all,
        shortcut_gain=1 - mean_all / mean if reached.any() else np.nan,
        mean_inverse=float(inverse[population].mean()) if population.any() and len(heads) else np.nan,
        cut_units=cut_units,
    )


def _far(net: OrgNetwork, heads: NDArray[np.int32], layers: str) -> NDArray[np.float64]:
    """Return the distance of each unit from the nearest headquarters, infinite where there is no path."""
    if not len(heads):
        return np.full(net.n_units, np.inf)
    far = hops(net.view(layers, "down"), heads).astype(np.float64)
    return np.where(far < 0, np.inf, far)


def _others(net: OrgNetwork, heads: NDArray[np.int32]) -> NDArray[np.bool_]:
    mask = np.ones(net.n_units, dtype=bool)
    mask[heads] = False
    return mask


def _population(
    net: OrgNetwork, heads: NDArray[np.int32], units: Iterable[str] | None
) -> tuple[NDArray[np.bool_], str, list[Note]]:
    """Return which units count for command, what they are in words, and a warning where the default had to change."""
    if units is not None:
        mask = np.zeros(net.n_units, dtype=bool)
        mask[net.rows(units)] = True
        return mask & _others(net, heads), "units named", []
    party = net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)
    if party.any():
        return party & _others(net, heads), "units of Party kinds", []
    view = net.view("vertical", "both")
    tied = np.diff(view.indptr) > 0
    note = Note(
        "no unit is of a Party kind: reach along command is over the units with a tie of command",
        "没有党组织类别的组织：隶属可达率以有隶属关系的组织为分母",
    )
    return tied & _others(net, heads), "units with a tie of command", [note] if tied.any() else []


def _reach(ties: str, far: NDArray[np.float64], population: NDArray[np.bool_], words: str) -> pd.DataFrame:
    counted = far[population]
    found = counted[np.isfinite(counted)].astype(np.int64)
    reached = np.cumsum(np.bincount(found, minlength=1))
    n = int(population.sum())
    table = pd.DataFrame({"steps": np.arange(len(reached)), "reached": reached, "denominator": n})
    table.insert(0, "ties", ties)
    table["population"] = words
    table["share"] = reached / n if n else np.nan
    return table


def _cut_units(net: OrgNetwork, heads: NDArray[np.int32]) -> tuple[pd.DataFrame, list[Note]]:
    view = net.view("all", "both")
    units = net.units

    def lost(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        return cut_off(view, heads, amounts) if len(heads) else np.zeros(net.n_units)

    columns = {"units_cut_off": lost(np.ones(net.n_units))}
    notes: list[Note] = []
    if "households" in units:
        households, notes = _households(units)
        columns["households_cut_off"] = lost(households)
    worst = columns["units_cut_off"] > 0
    if len(heads) == 1:
        worst[heads] = False
    rows = np.flatnonzero(worst)
    rows = rows[np.lexsort((rows, *[-values[rows] for values in reversed(columns.values())]))]
    facts = {"unit_id": net.ids[rows], "name": net.names.to_numpy()[rows], "kind": units["kind"].to_numpy()[rows]}
    return pd.DataFrame(facts | {name: values[rows].astype(np.int64) for name, values in columns.items()}), notes


def _households(units: pd.DataFrame) -> tuple[NDArray[np.float64], list[Note]]:
    """Return the households of the units of one kind, since grids, committees and buildings count the same ones.

    Those that are not recorded add nothing, with a note that says how many they are.
    """
    values = units["households"].to_numpy("float64", na_value=np.nan)
    counted = np.ones(len(units), dtype=bool)
    for kinds in _COUNTED_ONCE:
        mask = units["kind"].isin(kinds).to_numpy(bool)
        if np.nansum(values[mask]) > 0:
            counted = mask
            break
    else:
        counted &= ~np.isnan(values)
    missing = int(np.isnan(values[counted]).sum())
    note = Note(
        f"{missing} of the {int(counted.sum())} units whose households count have none recorded; more may be cut off",
        f"{int(counted.sum())} 个计户单位中有 {missing} 个未登记户数：失联户数可能偏少",
    )
    return np.where(counted, np.nan_to_num(values), 0.0), [note] if missing else []
