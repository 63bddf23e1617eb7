"""In which community, subdistrict and district a unit lies, as far as areas and the chain of command tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.vocabulary import LEVEL_RANK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

LEVELS = ("community", "subdistrict", "district")
_WIDER = [name for name, rank in LEVEL_RANK.items() if rank < LEVEL_RANK["community"]]


def containers(net: OrgNetwork, level: str) -> NDArray[np.int64] | None:
    """Number the community, subdistrict or district of each unit; -1 where it is not known.

    A community is an ``area``; one that units above the level of communities bear names a larger place, and is none. A
    subdistrict or district is the nearest unit of that level above in command (not known of a unit with two superiors),
    for units outside command the one above all units of its area. None where the input has no such column.
    """
    units = net.units
    if level == "community":
        return None if "area" not in units else pd.factorize(_communities(units))[0].astype(np.int64)
    if "level" not in units:
        return None
    above = _nearest(net, units["level"].eq(level).to_numpy(bool))
    if "area" not in units:
        return above
    placed = pd.DataFrame({"area": units["area"].to_numpy(), "above": above})
    by_area = placed[placed["above"] >= 0].groupby("area")["above"].agg(["first", "nunique"])
    sole = placed["area"].map(by_area.loc[by_area["nunique"] == 1, "first"]).fillna(-1).to_numpy(np.int64)
    return np.where(above >= 0, above, sole)


def _communities(units: pd.DataFrame) -> pd.Series:
    if "level" not in units:
        return units["area"]
    wide, narrow = units["level"].isin(_WIDER), units["level"].notna() & ~units["level"].isin(_WIDER)
    larger = set(units.loc[wide, "area"].dropna()) - set(units.loc[narrow, "area"].dropna())
    return units["area"].mask(units["area"].isin(list(larger)))


def _nearest(net: OrgNetwork, marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the row of the nearest marked unit at or above each unit in command; -1 where there is none.

    By doubling: after k rounds a unit has looked at the 2^k units above it, so a cycle ends too.
    """
    up = net.view("vertical", "down").reverse()
    alone = np.diff(up.indptr) == 1
    above = np.arange(net.n_units, dtype=np.int64)
    above[alone] = up.indices[up.indptr[:-1][alone]]
    found = np.where(marked, np.arange(net.n_units, dtype=np.int64), -1)
    for _ in range(net.n_units.bit_length()):
        found = np.where(found >= 0, found, found[above])
        above = above[above]
    return found
