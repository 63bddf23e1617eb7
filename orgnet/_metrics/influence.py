"""Influence by kind of unit: seats on the joint body, items brought to its agenda, proposals made and adopted.

Used by `professionals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics.activity import organisations
from orgnet._metrics.territory import lacking, recorded
from orgnet._model.results import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

_FIELDS = ("seats", "agenda_items", "proposals_made", "proposals_adopted")
_NO_VOICE = Note("no supporter has it recorded", "没有登记专业力量的该项数据")
_ONLY_SUPPORTERS = Note("it is recorded of supporters alone", "仅登记了专业力量的该项数据")
_ONE_KIND = Note("it is recorded of one kind alone", "仅登记了一类单位的该项数据")
_SHARES = {"seat_share": "seats", "agenda_share": "agenda_items", "adopted_share": "proposals_adopted"}


def influence_table(net: OrgNetwork) -> pd.DataFrame:
    """Return one row a kind with any of these recorded: amounts, shares of all, proposals adopted of those made.

    Shares are of what is recorded, and undefined where it is recorded of one kind alone. The rate of adoption is over
    the units that have both numbers recorded, and no more adopted than made.
    """
    amounts = {name: recorded(net.units, name) for name in _FIELDS}
    both = amounts["proposals_adopted"] <= amounts["proposals_made"]  # else one is missing, or they contradict
    table = pd.DataFrame({"kind": net.units["kind"].to_numpy(), **amounts})
    table["made"], table["adopted"] = table["proposals_made"].where(both), table["proposals_adopted"].where(both)
    table = table[table[[*_FIELDS]].notna().any(axis=1) & table["kind"].notna()]
    grouped = table.groupby("kind", sort=True)
    sums = grouped[[*_FIELDS, "made", "adopted"]].sum(min_count=1)
    found = pd.DataFrame({"kind": sums.index.to_numpy(), "units": grouped.size().to_numpy()}, index=sums.index)
    for name in _FIELDS:
        found[name] = sums[name]
    for share, name in _SHARES.items():
        found[share] = sums[name] / sums[name].sum() if sums[name].count() > 1 else np.nan
    found["adoption_rate"] = (sums["adopted"] / sums["made"]).where(sums["made"] > 0)
    columns = ["kind", "units", "seats", "seat_share", "agenda_items", "agenda_share", "proposals_made",
               "proposals_adopted", "adopted_share", "adoption_rate"]  # fmt: skip
    return found[columns].reset_index(drop=True)


def influence_figures(figures: Figures, net: OrgNetwork, influence: pd.DataFrame, supporters: Sequence[str]) -> None:
    """Add the shares of kinds, as a whole those of the supporters, and the rate at which proposals are adopted (J7)."""
    for measure, name in _SHARES.items():
        _share_figures(figures, net, influence, supporters, measure, name)
    made, adopted = recorded(net.units, "proposals_made"), recorded(net.units, "proposals_adopted")
    known = adopted <= made
    unknown = int((~known & ~(np.isnan(made) & np.isnan(adopted))).sum())
    missing = lacking(net.units, "proposals_made", "proposals_adopted")
    figures.ratio("adoption_rate", adopted[known].sum(), made[known].sum(), unknown=unknown, missing=missing)
    kind = net.units["kind"]
    for name in sorted(kind[known].dropna().unique()):
        of_kind = known & kind.eq(name).to_numpy(bool)
        figures.ratio("adoption_rate", adopted[of_kind].sum(), made[of_kind].sum(), group=name)


def _share_figures(
    figures: Figures, net: OrgNetwork, influence: pd.DataFrame, supporters: Sequence[str], measure: str, name: str
) -> None:
    """Add the share of an amount that supporters have, and each kind; organisations without it recorded are unknown."""
    unrecorded = np.isnan(recorded(net.units, name)) | net.units["kind"].isna().to_numpy(bool)
    unknown = int((unrecorded & organisations(net.units)).sum())
    known = influence[influence[name].notna()]
    total, ours = known[name].sum(), known["kind"].isin(supporters)
    reason = _NO_VOICE if not ours.any() else _ONLY_SUPPORTERS if ours.all() else ""
    missing = lacking(net.units, name)
    if missing or reason:
        figures.add(measure, unknown=unknown, missing=missing, reason="" if missing else reason)
    else:
        figures.ratio(measure, known.loc[ours, name].sum(), total, unknown=unknown)
    for kind, amount in zip(known["kind"], known[name], strict=True):
        if len(known) > 1:
            figures.ratio(measure, amount, total, group=kind, unknown=unknown)
        else:
            figures.add(measure, group=kind, unknown=unknown, reason=_ONE_KIND)
