"""The areas where people live: those of residents' and villagers' committees and of grids, with sums over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics.territory import COMMITTEES, NOT_RECORDED, counted_once, locate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork


@dataclass(frozen=True, eq=False)
class Areas:
    """The areas where people live, in order of their names.

    Attributes
    ----------
    names
        The areas that have a committee or a grid.
    code
        For each unit the number of its area; -1 where it lies in none of them.
    households, population
        By area, each counted once; NaN where not all of it is recorded.
    """

    names: pd.Index
    code: NDArray[np.int64]
    households: NDArray[np.float64]
    population: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    def count(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the units of the mask by area."""
        return np.bincount(self.code[mask & (self.code >= 0)], minlength=len(self))

    def total(self, values: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Add up by area over the units of the mask; NaN where there are none, or one of them has no value."""
        mask = mask & (self.code >= 0)
        sums = np.bincount(self.code[mask], weights=values[mask], minlength=len(self))  # NaN where one value is
        return np.where(self.count(mask) > 0, sums, np.nan)


def areas_of(net: OrgNetwork) -> Areas:
    """Find the areas where people live, with their households and population."""
    units = net.units
    places = locate(net, units)
    home = units["kind"].isin(["grid", *COMMITTEES]).to_numpy(bool)
    lived_in = (places.count(home) > 0) & (places.labels != NOT_RECORDED)
    number = np.where(lived_in, np.cumsum(lived_in) - 1, -1)
    households, population = (counted_once(units, places, name)[lived_in] for name in ("households", "population"))
    return Areas(pd.Index(places.labels[lived_in], dtype="str"), number[places.area], households, population)
