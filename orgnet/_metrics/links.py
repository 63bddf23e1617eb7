"""The links of the chain: cell, grid branch, community committee; which one is missing first, and for how many people.

Answers are yes, no, unknown, as in `presence`: what is not recorded is not "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.csr import build_view
from orgnet._engine.traversal import arc_sources, hops, roll_up
from orgnet._metrics.presence import NO, UNKNOWN, YES, all_of
from orgnet._model.results import Note
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._engine.traversal import ForestOrder
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

BRANCHES = ("party_branch", "party_general_branch")
_COMMITTEES = ["party_committee", "party_general_branch"]
_PLACE_LAYERS = ("covers", "serves")

# What a broken unit lacks, and why: code, the missing link in a word, the reason.
_BREAKS: Mapping[str, tuple[str, Note]] = {
    "superior": ("superior", Note("has no superior in the file", "文件中没有上级组织")),
    "cycle": (
        "headquarters",
        Note("its superiors go round in a circle and lead to no headquarters", "上级关系成环，通不到总部"),
    ),
    "grid": (
        "grid_branch",
        Note("no Party branch covers or serves this grid", "没有党支部覆盖或服务该网格"),
    ),
    "cell": ("grid_branch", Note("no grid branch stands above it", "其上没有网格党支部")),
    "cell_committee": (
        "community_committee",
        Note("its grid branch stands under no community Party committee", "所属网格党支部之上没有社区党委"),
    ),
    "branch_committee": (
        "community_committee",
        Note("no community Party committee stands above it", "其上没有社区党委"),
    ),
}


@dataclass(frozen=True, eq=False)
class Parts:
    """What each unit is in the chain, and which Party unit is tied to which place.

    Attributes
    ----------
    party, cell, grid, building
        Masks of units.
    grid_branch, committee
        Answers: is it a grid branch; is it the committee of a community.
    between
        Answers: is it a branch or general branch, which may stand between two links of the chain.
    on_grids, on_buildings
        Rows of Party unit and place, each pair once, shape (2, k).
    grids_tied, buildings_tied
        Whether the network says of any Party unit that it covers or serves a grid; that it is tied to a building.
    """

    party: NDArray[np.bool_]
    cell: NDArray[np.bool_]
    grid: NDArray[np.bool_]
    building: NDArray[np.bool_]
    grid_branch: NDArray[np.int8]
    committee: NDArray[np.int8]
    between: NDArray[np.int8]
    on_grids: NDArray[np.int32]
    on_buildings: NDArray[np.int32]
    grids_tied: bool
    buildings_tied: bool

    @property
    def known(self) -> bool:
        """Whether the input says of any branch that it is a grid branch."""
        return bool((self.grid_branch == YES).any())


def parts_of(net: OrgNetwork, heads: NDArray[np.int32]) -> tuple[Parts, list[Note]]:
    """Find the parts of the chain, with a note where no unit is recorded as of community level."""
    units = net.units
    kind = units["kind"]
    party, branch, cell, grid, building = (
        kind.isin(list(kinds)).to_numpy(bool)
        for kinds in (PARTY_KINDS, BRANCHES, ("party_cell",), ("grid",), ("building",))
    )
    ends = net.ends[:, net.tie_mask(_PLACE_LAYERS)]
    ends = ends[:, party[ends[0]]]
    on_grids = np.unique(ends[:, branch[ends[0]] & grid[ends[1]]], axis=1)
    named = _recorded_buildings(units, party, building)
    on_buildings = np.unique(np.concatenate([ends[:, building[ends[1]]], named], axis=1), axis=1)
    committee, notes = _committees(units, heads)
    grid_branch = _grid_branches(units, branch, on_grids[0])
    between = _answers(branch, kind.isna().to_numpy(bool))
    tied = {"grids_tied": bool(grid[ends[1]].any()), "buildings_tied": on_buildings.shape[1] > 0}
    found = Parts(party, cell, grid, building, grid_branch, committee, between, on_grids, on_buildings, **tied)
    return found, notes if found.known and cell.any() else []


def _levels(units: pd.DataFrame) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the level of each unit, and for which units none is recorded."""
    level = units["level"] if "level" in units else pd.Series(pd.NA, index=units.index, dtype="str")
    return level, level.isna().to_numpy(bool)


def _grid_branches(units: pd.DataFrame, branch: NDArray[np.bool_], tied: NDArray[np.int32]) -> NDArray[np.int8]:
    """Say which units are grid branches; without a tie and a level it is unknown, where the input has levels."""
    level, no_level = _levels(units)
    yes = branch & level.eq("grid").to_numpy(bool)
    yes[tied] = True
    maybe = branch & no_level if "level" in units else np.zeros(len(units), dtype=bool)
    return _answers(yes, maybe | units["kind"].isna().to_numpy(bool))


def _committees(units: pd.DataFrame, heads: NDArray[np.int32]) -> tuple[NDArray[np.int8], list[Note]]:
    """Say which units are the committee of a community, with a note where levels do not tell."""
    kind = units["kind"]
    level, no_level = _levels(units)
    led, no_kind = kind.isin(_COMMITTEES).to_numpy(bool), kind.isna().to_numpy(bool)
    of_community = led & level.eq("community").to_numpy(bool)
    if of_community.any():
        return _answers(of_community, (led & no_level) | no_kind), []
    stands = kind.eq("party_committee").to_numpy(bool, copy=True)
    stands[heads] = True
    note = Note(
        "no Party committee is recorded as of community level: each Party committee, and headquarters, is taken as a "
        "community's",
        "没有党委登记为社区层级：各级党委及总部均按社区党委计",
    )
    return _answers(stands, no_kind), [note]


def _recorded_buildings(
    units: pd.DataFrame, party: NDArray[np.bool_], building: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return the pairs of Party unit and building that the column ``building`` names by id."""
    if "building" not in units:
        return np.empty((2, 0), dtype=np.int32)
    named = np.flatnonzero(party & units["building"].notna().to_numpy(bool))
    place = units.index.get_indexer(pd.Index(units["building"].iloc[named], dtype="str"))
    good = (place >= 0) & building[place]
    return np.stack([named[good], place[good]]).astype(np.int32)


def _answers(yes: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> NDArray[np.int8]:
    return np.where(yes, YES, np.where(unknown, UNKNOWN, NO)).astype(np.int8)


def _above(view: View, answer: NDArray[np.int8], between: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return yes for units below one that has it, unknown for those below one that may have it, else no.

    Below is by any number of ties of command, with none but branches and general branches between.
    """
    return _answers(_under(view, answer == YES, between == YES), _under(view, answer != NO, between != NO))


def _under(view: View, tops: NDArray[np.bool_], between: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which units are below one of the tops; a top is so only if below another, or on a cycle."""
    source = arc_sources(view)
    goes_on = (tops | between)[source]
    source, target = source[goes_on], view.indices[goes_on]
    reached = hops(build_view(view.n, source, target, mode="down", directed=True), np.flatnonzero(tops)) >= 0
    under = np.zeros(view.n, dtype=bool)
    under[target[reached[source]]] = True
    return under


def add_links(figures: Figures, parts: Parts, view: View, households: NDArray[np.float64]) -> None:
    """Add the share of whole chains, of grids with a branch and of buildings with a cell."""
    full = _full(parts, view)[parts.cell]
    lacks = ("units.level", "ties.covers") if len(full) and not parts.known else ()
    figures.ratio(
        "full_chain",
        int((full == YES).sum()),
        int((full != UNKNOWN).sum()),
        unknown=int((full == UNKNOWN).sum()),
        missing=lacks,
    )
    for name, place, pairs, tied in (
        ("grids_with_branch", parts.grid, parts.on_grids, parts.grids_tied),
        ("buildings_with_cell", parts.building, parts.on_buildings, parts.buildings_tied),
    ):
        has = np.zeros(len(place), dtype=bool)
        has[pairs[1]] = True
        untied = ("ties.covers",) if place.any() and not tied else ()
        figures.ratio(name, int(has.sum()), int(place.sum()), missing=untied)
        known = place & ~np.isnan(households)
        uncounted = untied or (("units.households",) if place.any() and not known.any() else ())
        figures.ratio(
            f"{name}_households",
            float(households[known & has].sum()),
            float(households[known].sum()),
            unknown=int((place & ~known).sum()),
            missing=uncounted,
        )


def _full(parts: Parts, view: View) -> NDArray[np.int8]:
    """Say for each unit whether a grid branch stands above it, and the committee of a community above that one."""
    below_committee = _above(view, parts.committee, parts.between)
    return _above(view, all_of(parts.grid_branch, below_committee), parts.between)


def breaks(
    net: OrgNetwork,
    parts: Parts,
    view: View,
    forest: ForestOrder,
    heads: NDArray[np.int32],
    households: NDArray[np.float64],
    *,
    named: bool,
) -> pd.DataFrame:
    """Return one row a broken unit: what it lacks first, why, and the households behind the break; most first."""
    codes = list(_BREAKS)
    found = np.full(net.n_units, len(codes))
    for place, mask in enumerate(_broken(parts, view, forest, heads, named=named)):
        found[mask & (found == len(codes))] = place
    rows = np.flatnonzero(found < len(codes))
    units = net.units.iloc[rows]
    behind = _behind(parts, view, households)[rows]
    chosen = [_BREAKS[codes[code]] for code in found[rows]]
    table = pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": units["kind"].to_numpy(),
            "area": units["area"].to_numpy() if "area" in units else pd.array([pd.NA] * len(rows), dtype="str"),
            "missing": pd.array([word for word, _ in chosen], dtype="str"),
            "reason": pd.array([str(note) for _, note in chosen], dtype="str"),
            "reason_zh": pd.array([note.zh for _, note in chosen], dtype="str"),
            "households": behind,
        }
    )
    order = np.lexsort((rows, np.nan_to_num(-behind, nan=1.0)))
    return table.iloc[order].reset_index(drop=True)


def _broken(
    parts: Parts, view: View, forest: ForestOrder, heads: NDArray[np.int32], *, named: bool
) -> list[NDArray[np.bool_]]:
    """Return the units of each kind of break, in the order of `_BREAKS`.

    A headquarters that was not named is one only because it has no superior: for a cell or a grid branch that is a
    break.
    """
    top = np.zeros(view.n, dtype=bool)
    top[heads] = True
    if not named:
        top &= ~parts.cell & (parts.grid_branch != YES)
    superiors = np.diff(view.reverse().indptr)
    branched = np.zeros(view.n, dtype=bool)
    branched[parts.on_grids[1]] = True
    has_branch, has_committee = (_above(view, link, parts.between) for link in (parts.grid_branch, parts.committee))
    full = _full(parts, view)
    return [
        parts.party & (superiors == 0) & ~top,
        parts.party & forest.on_cycle,
        parts.grid & ~branched & parts.grids_tied,
        parts.cell & (has_branch == NO) & parts.known & ~top,
        parts.cell & (has_branch != NO) & (full == NO) & ~top,
        (parts.grid_branch == YES) & (has_committee == NO) & ~top,
    ]


def _behind(parts: Parts, view: View, households: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the households behind each unit; NaN where none are recorded.

    Its own; else those of the grids, or buildings, it is tied to; else those of all units below it, each grid once.
    """
    pairs = parts.on_grids if (~np.isnan(households[parts.on_grids[1]])).any() else parts.on_buildings
    direct = np.where(
        np.isnan(_sum_over(parts.on_grids, households, view.n)),
        _sum_over(parts.on_buildings, households, view.n),
        _sum_over(parts.on_grids, households, view.n),
    )
    sharers = np.bincount(pairs[1], minlength=view.n)
    each = np.divide(households, sharers, out=np.full(view.n, np.nan), where=sharers > 0)
    below = roll_up(view, np.nan_to_num(_sum_over(pairs, each, view.n)))
    below = np.where(below > 0, below, np.nan)
    direct = np.where(np.isnan(direct), below, direct)
    return np.where(np.isnan(households), direct, households)


def _sum_over(pairs: NDArray[np.int32], values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Add up over the places of each Party unit what is recorded; NaN where nothing is."""
    by, place = pairs[:, ~np.isnan(values[pairs[1]])]
    total = np.bincount(by, weights=values[place], minlength=n)
    return np.where(np.bincount(by, minlength=n) > 0, total, np.nan)
