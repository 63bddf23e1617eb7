"""Scope: how wide spans are, how large grids, committees and communities are against the bands of the rule set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics import territory
from orgnet._metrics.force import current
from orgnet._model.results import Family, Figures, Note, describe
from orgnet._model.vocabulary import PARTY_KINDS, label
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from orgnet._metrics.territory import Places
    from orgnet._model.network import OrgNetwork

_BINS = 4  # of the histogram, within the band
_BANDS = {"grid": "grid_households", "residents_committee": "residents_committee_households"}


@dataclass(frozen=True, eq=False, repr=False)
class Scope(Family):
    """Spans and sizes; see `orgnet.metrics.scope`.

    Attributes
    ----------
    areas
        One row an area: ``area``, ``committees``, ``grids``, ``households`` (of its committees, where all have them
        recorded, else of its grids, else NaN), ``grids_above``, ``extra_grids`` (NaN where no grid has households
        recorded), ``grids_unknown`` (without households recorded); the area that needs most grids first.
    histogram
        Grids by households: ``low``, ``high`` (edges of the bin), ``verdict``, ``grids``. The band is one of the edges
        and belongs to the bins within it; bins without grids are left out.
    """

    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    histogram: pd.DataFrame = field(default_factory=pd.DataFrame)


def scope(net: OrgNetwork) -> Scope:
    r"""Which areas are too big, how many grids more do they need, and how wide are spans of command?

    A grid above the band, of :math:`H` households with at most :math:`h` allowed, needs
    :math:`\lceil H / h \rceil - 1` grids more. The excess is the share of all households that are above the norm,

    .. math:: \frac{\sum_i \max(0, H_i - h)}{\sum_i H_i}

    Parameters
    ----------
    net
        The network; ties that have ended by its date are left out. A grid lies in the community of the residents' or
        villagers' committee with a `contains` tie to it, else of the one committee of the same ``area``; where an area
        has no committee, the area is the community.

    Returns
    -------
    Scope
        ``table``, one row a grid, residents' committee or villagers' committee: ``unit_id``, ``name``, ``kind``,
        ``area``, ``households``, ``band_low``, ``band_high``, ``verdict`` (below, within, above; unknown where
        households are not recorded, and for villagers' committees, which have no band), ``extra`` (grids needed
        beside this one; NaN where not known, and for committees); the largest against its band first. ``areas``,
        ``histogram``, and ``indicators``: spans of units with subordinates, by kind of superior (A1); households of
        committees (A2) and grids (A3): mean, median, shares within and below the band; grids per community (A4);
        members per Party organisation, by kind only, since members are counted at parent and child (A5); shares above,
        excess (A6); Gini of households per grid (A7); extra grids (A8); `smallest_depth` of the units of command at the
        largest span found (A9). A community without a grid in the file is not known to have none: it is counted as
        unknown.

    See Also
    --------
    span : of each unit.

    References
    ----------
    Measures A1 to A9; the bands and their sources are in the rule set, ``net.rules["scope"]``.

    Examples
    --------
    Three grids of 250, 450 and 1,100 households against a band of 300 to 500:

    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["g1", "g2", "g3"], "kind": "grid", "households": [250, 450, 1100]})
    >>> found = scope(net)
    >>> found.table[["unit_id", "verdict", "extra"]].values.tolist()
    [['g3', 'above', 2.0], ['g2', 'within', 0.0], ['g1', 'below', 0.0]]
    >>> found.value("extra_grids"), round(found.value("grid_excess"), 4)  # (1100 - 500) / 1800
    (2.0, 0.3333)
    """
    now = current(net)
    units = now.units
    places = territory.locate(now, units)
    rules = net.rules["scope"]
    table = _sizes(now, units, places, rules)
    figures = Figures()
    _spans(figures, now, units, ordered="command" in net.layers)
    missing = territory.lacking(units, "households")
    for kind, word in (("residents_committee", "committee"), ("grid", "grid")):
        _size_figures(figures, table[table["kind"] == kind], kind, word, missing)
    _grid_figures(figures, table[table["kind"] == "grid"], missing)
    warnings = _communities(figures, units, places, rules["community_grids"])
    _members(figures, units)
    bands = {key: rules[key] for key in (*_BANDS.values(), "community_grids")}
    return Scope(
        table,
        describe(net, "scope", warnings=warnings, **bands),
        figures.frame(),
        areas=_areas(units, places, table),
        histogram=_histogram(table, rules["grid_households"]),
    )


def smallest_depth(n: int, span: int) -> int:
    """How many steps must lie between the top and the lowest of n units, if none may have more than `span` below it?

    The smallest d with 1 + s + s² + ... + s^d of at least n, found by adding level after level: a formula with
    logarithms is wrong by rounding, as for 31 units and a span of 5.

    Parameters
    ----------
    n
        The number of units, the top included; 1 or more.
    span
        The most subordinates a unit may have; 1 (a chain) or more.

    Returns
    -------
    int
        The number of steps; 0 for a single unit.

    Raises
    ------
    OptionError
        If there is no unit, or no subordinate is allowed.

    References
    ----------
    Measure A9.

    Examples
    --------
    >>> smallest_depth(31, 5), smallest_depth(1000, 10), smallest_depth(4, 1)
    (2, 3, 3)
    """
    if n < 1 or span < 1:
        msg = f"n={n}, span={span}: there must be at least one unit, and a span of at least 1"
        raise OptionError(msg)
    if span == 1:
        return n - 1
    depth, width, total = 0, 1, 1
    while total < n:
        depth, width = depth + 1, width * span
        total += width
    return depth


def _spans(figures: Figures, now: OrgNetwork, units: pd.DataFrame, *, ordered: bool) -> None:
    """Add spans by kind of superior, and the depth that the units of command need."""
    view = now.view("vertical", "down")
    spans = np.diff(view.indptr).astype(np.int64)
    missing = () if ordered else ("ties.command",)
    reason = Note("no unit has subordinates", "没有单位有下级")
    leads = spans > 0
    kinds = territory.kinds_of(units)
    for group in ("all", *sorted(set(kinds[leads]))):
        width = spans[leads & ((group == "all") | (kinds == group))]
        figures.ratio("span_mean", int(width.sum()), len(width), group=group, missing=missing, reason=reason)
        if len(width):
            figures.add("span_max", int(width.max()), group=group)
        else:
            figures.add("span_max", group=group, missing=missing, reason="" if missing else reason)
    ends = now.ends[:, now.tie_mask("vertical")]
    if leads.any():
        figures.add("smallest_depth", smallest_depth(len(np.unique(ends)), int(spans.max())))
    else:
        figures.add("smallest_depth", missing=missing, reason="" if missing else reason)


def _sizes(now: OrgNetwork, units: pd.DataFrame, places: Places, rules: Mapping[str, Any]) -> pd.DataFrame:
    """Return the households of grids and committees against their bands."""
    rows = np.flatnonzero(units["kind"].isin(["grid", *territory.COMMITTEES]).to_numpy(bool))
    kind = units["kind"].to_numpy(object)[rows]
    low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for name, rule in _BANDS.items():
        low[kind == name], high[kind == name] = rules[rule]
    households = territory.recorded(units, "households")[rows]
    extra = np.maximum(np.ceil(households / high) - 1, 0)
    table = pd.DataFrame(
        {
            "unit_id": now.ids[rows],
            "name": now.names.to_numpy()[rows],
            "kind": pd.array(kind, dtype="str"),
            "area": pd.array(places.names[rows], dtype="str"),
            "households": households,
            "band_low": low,
            "band_high": high,
            "verdict": pd.array(territory.verdicts(households, low, high), dtype="str"),
            "extra": np.where(kind == "grid", extra, np.nan),
        }
    )
    size = pd.DataFrame({"against": -households / high, "households": -households, "unit_id": table["unit_id"]})
    order = size.sort_values(["against", "households", "unit_id"], kind="stable").index.to_numpy(np.int64)
    return table.iloc[order].reset_index(drop=True)


def _none_of(kind: str) -> Note:
    return Note(f"the network has no {label(kind)}", f"没有{label(kind, 'zh')}")


def _size_figures(figures: Figures, of: pd.DataFrame, kind: str, word: str, missing: tuple[str, ...]) -> None:
    """Add mean, median, shares within, below and above the band, and the excess, of the units of one kind."""
    households, verdict = of["households"].dropna(), of["verdict"]
    n, unknown = len(households), int(of["households"].isna().sum())
    reason = "" if len(of) else _none_of(kind)
    total = float(households.sum())
    figures.ratio(f"households_per_{word}", total, n, unknown=unknown, missing=missing, reason=reason)
    _one_number(figures, f"households_per_{word}_median", households, households.median(), unknown, missing, reason)
    for place in ("within", "below", "above"):
        there = int((verdict == place).sum())
        figures.ratio(f"{word}s_{place}_band", there, n, unknown=unknown, missing=missing, reason=reason)
    over = float((of["households"] - of["band_high"]).clip(lower=0).sum())
    figures.ratio(f"{word}_excess", over, total, unknown=unknown, missing=missing, reason=reason)


def _one_number(
    figures: Figures, measure: str, over: pd.Series, value: float, unknown: int, missing: tuple[str, ...], reason: str
) -> None:
    """Add a number that is no ratio, worked out over some units; undefined where there are none."""
    if len(over):
        figures.add(measure, value, unknown=unknown)
    else:
        nothing = reason or Note("no unit has it recorded", "均未登记")
        figures.add(measure, unknown=unknown, missing=missing, reason="" if missing else nothing)


def _grid_figures(figures: Figures, grids: pd.DataFrame, missing: tuple[str, ...]) -> None:
    """Add the inequality of grids, and how many more are needed."""
    households, unknown = grids["households"].dropna(), int(grids["households"].isna().sum())
    reason = "" if len(grids) else _none_of("grid")
    _one_number(figures, "extra_grids", households, grids["extra"].sum(), unknown, missing, reason)
    if len(households) and not households.sum():
        households, reason = households.iloc[:0], Note("no grid has households", "网格均无住户")
    unequal = territory.gini(households.to_numpy(np.float64))
    _one_number(figures, "gini_households_per_grid", households, unequal, unknown, missing, reason)


def _communities(figures: Figures, units: pd.DataFrame, places: Places, band: tuple[float, float]) -> tuple[Note, ...]:
    """Add the grids of each community; return what to know of the grids that lie in none."""
    grid = units["kind"].eq("grid").to_numpy(bool)
    committee = units["kind"].isin(list(territory.COMMITTEES)).to_numpy(bool)
    village = units["kind"].eq("villagers_committee").to_numpy(bool)
    here = np.bincount(places.home[grid & (places.home >= 0)], minlength=len(units))
    alone = (places.count(committee) == 0) & (places.labels != territory.NOT_RECORDED)
    by_area = places.count(grid & (places.home < 0))[alone]
    sizes = np.concatenate([here[committee], by_area])
    banded = np.concatenate([~village[committee], np.ones(len(by_area), dtype=bool)])
    known = sizes > 0
    none = Note("no grid lies in a known community", "没有网格可归入社区")
    reason = none if grid.any() else _none_of("grid")
    unknown = int((here[committee] == 0).sum())
    figures.ratio("grids_per_community", int(sizes.sum()), int(known.sum()), unknown=unknown, reason=reason)
    verdict = territory.verdicts(sizes[known & banded].astype(np.float64), *band)
    unknown = int(((here == 0) & committee & ~village).sum())
    for place in ("within", "below", "above"):
        there = int((verdict == place).sum())
        figures.ratio(f"communities_{place}_band", there, len(verdict), unknown=unknown, reason=reason)
    lost = int(grid.sum() - sizes.sum())
    if not lost:
        return ()
    text = f"{lost} of {int(grid.sum())} grids lie in no known community: no contains tie, no area with one committee"
    return (
        Note(
            text, f"{int(grid.sum())} 个网格中有 {lost} 个无法归入社区：没有包含关系，所在区域也没有唯一的居（村）委会"
        ),
    )


def _members(figures: Figures, units: pd.DataFrame) -> None:
    members = territory.recorded(units, "members")
    kinds = territory.kinds_of(units)
    present = sorted(set(kinds) & PARTY_KINDS)
    missing = territory.lacking(units, "members")
    if missing or not present:
        none = Note("the network has no Party organisation", "没有党组织")
        figures.add("members_per_unit", missing=missing, reason="" if missing else none)
        return
    for kind in present:
        of = members[kinds == kind]
        known = of[~np.isnan(of)]
        figures.ratio("members_per_unit", float(known.sum()), len(known), group=kind, unknown=len(of) - len(known))


def _areas(units: pd.DataFrame, places: Places, table: pd.DataFrame) -> pd.DataFrame:
    grid = units["kind"].eq("grid").to_numpy(bool)
    committee = units["kind"].isin(list(territory.COMMITTEES)).to_numpy(bool)
    at = places.area[units.index.get_indexer(pd.Index(table["unit_id"]))]
    above = (table["kind"].eq("grid") & table["verdict"].eq("above")).to_numpy(bool)
    extra = table["extra"].to_numpy(np.float64)
    known = ~np.isnan(extra)
    n = len(places.labels)
    grids, recorded = places.count(grid), np.bincount(at[known], minlength=n)
    needed = np.bincount(at[known], weights=extra[known], minlength=n)
    frame = pd.DataFrame(
        {
            "area": pd.array(places.labels.to_numpy(object), dtype="str"),
            "committees": places.count(committee),
            "grids": grids,
            "households": territory.counted_once(units, places, "households"),
            "grids_above": np.bincount(at[above], minlength=n),
            "extra_grids": np.where(recorded > 0, needed, np.nan),
            "grids_unknown": grids - recorded,
        }
    )
    frame = frame[(frame["grids"] > 0) | (frame["committees"] > 0)]
    down = {"extra_grids": False, "households": False, "area": True}
    return frame.sort_values(list(down), ascending=list(down.values()), kind="stable").reset_index(drop=True)


def _histogram(table: pd.DataFrame, band: tuple[float, float]) -> pd.DataFrame:
    """Count grids in bins of equal width, from the edges of the band outwards and inwards."""
    low, high = band
    width = (high - low) / _BINS or max(high, 1.0)
    grids = table[(table["kind"] == "grid") & table["households"].notna()]
    households, above = grids["households"].to_numpy(np.float64), grids["verdict"].eq("above").to_numpy(bool)
    within = grids["verdict"].eq("within").to_numpy(bool)
    place = np.where(above, np.ceil((households - high) / width) - 1, np.floor((households - low) / width))
    place = np.where(within, np.minimum(place, max(np.ceil((high - low) / width) - 1, 0)), place)
    left = np.where(above, high, low) + place * width
    right = np.where(within, np.minimum(left + width, high), left + width)
    bins = pd.DataFrame({"low": np.maximum(left, 0.0), "high": right, "verdict": grids["verdict"].to_numpy()})
    return bins.groupby(["low", "high", "verdict"]).size().reset_index(name="grids")
