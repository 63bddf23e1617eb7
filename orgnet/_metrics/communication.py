"""Communication from headquarters: how far a message gets in how many steps, who reports back, who is cut off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.blocks import cut_off
from orgnet._engine.dominance import alternative_routes
from orgnet._engine.traversal import arc_sources, hops
from orgnet._metrics import options
from orgnet._metrics.force import NO_HEADQUARTERS, in_force
from orgnet._model.results import Family, Figures, Note, describe
from orgnet._model.vocabulary import PARTY_KINDS, check_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

_COUNTED_ONCE = (("grid",), ("residents_committee", "villagers_committee"), ("building",))
_REACHES_NOBODY = Note("command reaches no unit", "隶属关系不能到达任何组织")


@dataclass(frozen=True, eq=False, repr=False)
class Communication(Family):
    """Reach, distance and cut units as seen from headquarters; see `orgnet.metrics.communication`.

    Attributes
    ----------
    headquarters, headquarters_names
        Ids and names.
    mean_distance, mean_distance_all, shortcut_gain, mean_inverse
        Over command, over all ties, what collaboration saves, and the mean of 1/distance.
    cut_units
        One row a unit whose loss cuts others off from headquarters.
    """

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
        The network. Ties that ended before its date, or begin after it, are left out.
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
        ``households_cut_off`` (of the first kind that is recorded whole: grids, residents' and villagers' committees,
        buildings; else of the first that is recorded in part, with a warning; else of all units: each household is
        counted once); the worst first.

        Ties of territory (`contains`) are no channel and carry no message, so "all ties" leaves them out; areas, grids
        and buildings that only they lead to are counted among all units, and are not reached.

        ``indicators``: besides these, units with a path of `report` ties to headquarters, command ties that a `report`
        tie answers, and grids with two routes from headquarters that share no other unit (C4, C12).

    Raises
    ------
    UnitError
        If an id is no unit.

    References
    ----------
    Measures C1 to C4, C12 and B10; what counts as near is in the rule set, ``net.rules["communication"]``.

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
    now, ended = in_force(net, "all")
    heads, warnings = options.headquarters(now, headquarters)
    command = _far(now, heads, "vertical")
    everything = _far(now, heads, "all")
    population, words, note = population_of(now, heads, units)
    households, n_uncounted, uncounted = _households(now.units) if "households" in now.units else (None, 0, [])
    cut_units = _cut_units(now, heads, households)
    warnings = (*warnings, *ended, *note, *uncounted)
    everyone = population if units is not None else others(net, heads)
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
    figures = Figures()
    _add_distances(figures, net, (command, everything), (population, everyone), led=len(heads) > 0)
    _add_reports(figures, now, heads, population)
    _add_cut(figures, cut_units, households, n_uncounted, led=len(heads) > 0)
    _add_routes(figures, now, heads)
    return Communication(
        table,
        describe(net, "communication", headquarters=list(net.ids[heads][:20]), warnings=warnings),
        figures.frame(),
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


def others(net: OrgNetwork, heads: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return all units but headquarters."""
    mask = np.ones(net.n_units, dtype=bool)
    mask[heads] = False
    return mask


def population_of(
    net: OrgNetwork, heads: NDArray[np.int32], units: Iterable[str] | None
) -> tuple[NDArray[np.bool_], str, list[Note]]:
    """Return which units count for command, what they are in words, and a warning where the default had to change."""
    if units is not None:
        mask = np.zeros(net.n_units, dtype=bool)
        mask[net.rows(units)] = True
        return mask & others(net, heads), "units named", []
    party = net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)
    if party.any():
        return party & others(net, heads), "units of Party kinds", []
    view = net.view("vertical", "both")
    tied = np.diff(view.indptr) > 0
    note = Note(
        "no unit is of a Party kind: reach along command is over the units with a tie of command",
        "没有党组织类别的组织：隶属可达率以有隶属关系的组织为分母",
    )
    return tied & others(net, heads), "units with a tie of command", [note] if tied.any() else []


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


def _cut_units(net: OrgNetwork, heads: NDArray[np.int32], households: NDArray[np.float64] | None) -> pd.DataFrame:
    view = net.view("all", "both")

    def lost(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        return cut_off(view, heads, amounts) if len(heads) else np.zeros(net.n_units)

    columns = {"units_cut_off": lost(np.ones(net.n_units))}
    if households is not None:
        columns["households_cut_off"] = lost(households)
    worst = columns["units_cut_off"] > 0
    if len(heads) == 1:
        worst[heads] = False
    rows = np.flatnonzero(worst)
    rows = rows[np.lexsort((rows, *[-values[rows] for values in reversed(columns.values())]))]
    kind = net.units["kind"].to_numpy()[rows]
    facts = {"unit_id": net.ids[rows], "name": net.names.to_numpy()[rows], "kind": kind}
    return pd.DataFrame(facts | {name: values[rows].astype(np.int64) for name, values in columns.items()})


def _households(units: pd.DataFrame) -> tuple[NDArray[np.float64], int, list[Note]]:
    """Return the households of the units of one kind, since grids, committees and buildings count the same ones.

    The first kind that is recorded whole, else the first of which something is recorded. Those that are not recorded
    add nothing; they are counted, with a note.
    """
    values = units["households"].to_numpy("float64", na_value=np.nan)
    masks = [units["kind"].isin(kinds).to_numpy(bool) for kinds in _COUNTED_ONCE]
    masks = [mask for mask in masks if np.nansum(values[mask]) > 0] or [~np.isnan(values)]
    counted = next((mask for mask in masks if not np.isnan(values[mask]).any()), masks[0])
    missing = int(np.isnan(values[counted]).sum())
    note = Note(
        f"{missing} of the {int(counted.sum())} units whose households count have none recorded; more may be cut off",
        f"{int(counted.sum())} 个计户单位中有 {missing} 个未登记户数：失联户数可能偏少",
    )
    return np.where(counted, np.nan_to_num(values), 0.0), missing, [note] if missing else []


def _add_distances(
    figures: Figures,
    net: OrgNetwork,
    far: tuple[NDArray[np.float64], NDArray[np.float64]],
    populations: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    *,
    led: bool,
) -> None:
    """Add reach within the steps that count as near, mean distances, the shortcut gain and the mean of 1/distance."""
    near = net.rules["communication"]["near_steps"]
    for name, distance, population in zip(("reach_near_command", "reach_near"), far, populations, strict=True):
        count, among = int((distance[population] <= near).sum()), int(population.sum())
        if led:
            figures.ratio(name, count, among)
        else:
            figures.add(name, reason=NO_HEADQUARTERS)
    command, everything = far
    reached = (command > 0) & np.isfinite(command)
    n = int(reached.sum())
    along, along_all = float(command[reached].sum()), float(everything[reached].sum())
    reason = "" if n else _REACHES_NOBODY
    figures.ratio("mean_distance", along, n, reason=reason)
    figures.ratio("mean_distance_all", along_all, n, reason=reason)
    figures.ratio("shortcut_gain", along - along_all, along, reason=reason)
    inverse = np.divide(1.0, command, out=np.zeros(len(command)), where=reached)[populations[0]]
    if led:
        figures.ratio("mean_inverse_distance", float(inverse.sum()), len(inverse))
    else:
        figures.add("mean_inverse_distance", reason=NO_HEADQUARTERS)


def _add_reports(figures: Figures, net: OrgNetwork, heads: NDArray[np.int32], population: NDArray[np.bool_]) -> None:
    """Add the units whose reports can come to headquarters, and the ties of command that a report answers.

    No report is inferred from a tie of command; in a network that has no report at all they are not recorded.
    """
    report, command = net.view("report", "down"), net.view("vertical", "down")
    lacks = () if report.n_arcs else ("ties.report",)
    heard = int((hops(report, heads)[population] >= 0).sum()) if len(heads) else 0
    if len(heads) or lacks:
        figures.ratio("report_path", heard, int(population.sum()), missing=lacks)
    else:
        figures.add("report_path", reason=NO_HEADQUARTERS)
    down, answered = (arc_sources(view).astype(np.int64) * net.n_units + view.indices for view in (command, report))
    figures.ratio("report_reciprocated", int(np.isin(down, answered).sum()), command.n_arcs, missing=lacks)


def _add_cut(
    figures: Figures, cut_units: pd.DataFrame, households: NDArray[np.float64] | None, unknown: int, *, led: bool
) -> None:
    """Add the most households that the loss of one unit cuts off."""
    if households is None:
        figures.ratio("households_cut_off", 0, 0, missing=("units.households",))
    elif led:
        most = int(cut_units["households_cut_off"].max()) if len(cut_units) else 0
        figures.ratio("households_cut_off", most, float(households.sum()), unknown=unknown)
    else:
        figures.add("households_cut_off", reason=NO_HEADQUARTERS)


def _add_routes(figures: Figures, net: OrgNetwork, heads: NDArray[np.int32]) -> None:
    """Add the share of grids that a message can come to on two routes."""
    grids = net.units["kind"].eq("grid").to_numpy(bool) & others(net, heads)
    if len(heads):
        routes = alternative_routes(net.view("all", "down"), heads)
        figures.ratio("grids_with_two_routes", int((routes[grids] > 1).sum()), int(grids.sum()))
    else:
        figures.add("grids_with_two_routes", reason=NO_HEADQUARTERS)
