"""What a picture points at: gaps in Party presence, and units whose loss cuts others off. Both are measures by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet import metrics
from orgnet._metrics.gaps import gap_reason
from orgnet._viz.words import say

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Ints


def gap_reasons(net: OrgNetwork, lang: Lang) -> pd.Series:
    """Say of each unit which gap it is (`metrics.gaps`); missing for units that are none."""
    table = metrics.gaps(net).table
    reasons = pd.Series(index=net.units.index, dtype=object, name=say("gap", lang))
    reasons[table["unit_id"]] = [gap_reason(gap, lang) for gap in table["gap"]]
    return reasons


def units_cut_off(net: OrgNetwork, seats: Ints) -> pd.Series:
    """Count for each unit how many its loss cuts off (`metrics.communication`); missing where it is none."""
    lost = pd.Series(np.nan, index=net.units.index, dtype=np.float64)
    if len(seats):
        table = metrics.communication(net, headquarters=list(net.ids[seats])).cut_units
        lost[table["unit_id"]] = table["units_cut_off"].to_numpy(dtype=np.float64)
    return lost
