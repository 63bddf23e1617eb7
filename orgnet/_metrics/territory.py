"""What measures of places share: what is current, the area and community of each unit, bands, totals, inequality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from orgnet._model.network import OrgNetwork

NOT_RECORDED = "(not recorded)"
COMMITTEES = ("residents_committee", "villagers_committee")


@dataclass(frozen=True)
class Places:
    """Where units lie; arrays have one entry a unit.

    Attributes
    ----------
    area
        The number of its area in `labels`.
    labels
        The areas, in order of their labels; ``"(not recorded)"`` where a unit has none.
    home
        The row of the residents' or villagers' committee in whose community it lies; -1 where that is not known.
    """

    area: NDArray[np.int64]
    labels: pd.Index
    home: NDArray[np.int64]

    @property
    def names(self) -> NDArray[np.object_]:
        """The label of the area of each unit."""
        return np.asarray(self.labels.to_numpy(object)[self.area])

    def count(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many of these units lie in each area."""
        return np.bincount(self.area[mask], minlength=len(self.labels))

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum in each area of what is recorded; NaN where nothing is."""
        known = ~np.isnan(values)
        sums = np.bincount(self.area[known], weights=values[known], minlength=len(self.labels))
        return np.where(self.count(known) > 0, sums, np.nan)


def current_rows(net: OrgNetwork, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an optional table with since and until that hold on the date of the network."""
    if net.as_of is None:
        return table
    when = pd.Timestamp(net.as_of)
    return table[~(table["since"] > when) & ~(table["until"] < when)]


def recorded(units: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column of numbers of the units, NaN where it has no value or the input has no such column."""
    if name not in units:
        return np.full(len(units), np.nan)
    return np.asarray(units[name].to_numpy("float64", na_value=np.nan))


def lacking(units: pd.DataFrame, *names: str) -> tuple[str, ...]:
    """Return which of these columns of units the input has not, as figures name them."""
    return tuple(f"units.{name}" for name in names if name not in units)


def kinds_of(units: pd.DataFrame) -> NDArray[np.object_]:
    """Return the kind of each unit, in words also where none is recorded."""
    return np.asarray(units["kind"].astype("str").fillna(NOT_RECORDED).to_numpy(object))


def locate(net: OrgNetwork, units: pd.DataFrame) -> Places:
    """Find the area and the community of each unit, from the ties as they stand in the network.

    The community is that of the one committee with a `contains` tie to the unit, else of the one committee in its
    area. The area is the one recorded; a unit without takes that of the committee that contains it, and a committee
    without is an area of its own, by name.
    """
    n = len(units)
    committee = units["kind"].isin(list(COMMITTEES)).to_numpy(bool)
    by, inside = net.ends[:, net.tie_mask("contains")]
    by, inside = np.unique(np.stack([by, inside])[:, committee[by]], axis=1)
    holders = np.bincount(inside, minlength=n)
    home = np.full(n, -1, dtype=np.int64)
    alone = holders[inside] == 1
    home[inside[alone]] = by[alone]
    area = _area_words(net, units, committee, home)
    codes, labels = pd.factorize(area, sort=True)
    n_committees = np.bincount(codes[committee], minlength=len(labels))
    only = np.full(len(labels), -1, dtype=np.int64)
    only[codes[committee]] = np.flatnonzero(committee)
    only[(n_committees != 1) | (labels == NOT_RECORDED)] = -1
    home = np.where(home < 0, only[codes], home)
    home[committee] = np.flatnonzero(committee)
    return Places(codes.astype(np.int64), pd.Index(labels), home)


def _area_words(
    net: OrgNetwork, units: pd.DataFrame, committee: NDArray[np.bool_], home: NDArray[np.int64]
) -> NDArray[np.object_]:
    words = units["area"] if "area" in units else pd.Series(pd.NA, index=units.index, dtype="str")
    words = words.astype("str")
    words = words.where(words.notna() | ~committee, net.names)
    held = (home >= 0) & words.isna().to_numpy(bool)
    area = words.fillna(NOT_RECORDED).to_numpy(object, copy=True)
    area[held] = area[home[held]]
    return np.asarray(area)


def counted_once(units: pd.DataFrame, places: Places, name: str) -> NDArray[np.float64]:
    """Return the total of each area, where committees and grids count the same households or persons.

    That of the committees where all of the area have it recorded, else that of the grids where all have; else NaN.
    """
    values = recorded(units, name)
    total = np.full(len(places.labels), np.nan)
    for kinds in (COMMITTEES, ("grid",)):
        mask = units["kind"].isin(list(kinds)).to_numpy(bool)
        whole = (places.count(mask) > 0) & (places.count(mask & np.isnan(values)) == 0)
        total = np.where(np.isnan(total) & whole, places.total(np.where(mask, values, np.nan)), total)
    return total


def verdicts(
    values: NDArray[np.float64], low: NDArray[np.float64] | float, high: NDArray[np.float64] | float
) -> NDArray[np.object_]:
    """Return where values stand to a band: below, within, above; unknown where there is no value, or no band."""
    known = ~np.isnan(values) & ~np.isnan(low) & ~np.isnan(high)
    words = np.select([~known, values < low, values > high], ["unknown", "below", "above"], "within")
    return np.asarray(words.astype(object))


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of amounts: 0 for equal ones, (n - 1) / n where one has all; NaN for a sum of zero.

    It is half the mean difference of all pairs, oneself included, over the mean.

    Examples
    --------
    >>> gini([1, 3]), gini([2, 2])
    (0.25, 0.0)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total = ordered.sum()
    if not total:
        return np.nan
    n = len(ordered)
    return max(0.0, float(2 * (np.arange(1, n + 1) @ ordered) / (n * total) - (n + 1) / n))
