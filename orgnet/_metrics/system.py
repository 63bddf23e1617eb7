"""The system as a whole: who pays, who meets whom, who leads each item of work, and how many bodies hand it down.

Used by `profile`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics.activity import appearances, lacking_events, organisations
from orgnet._metrics.areas import areas_of
from orgnet._metrics.territory import current_rows
from orgnet._model.optional import empty_table
from orgnet._model.results import Note
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

# Kinds that Party and government pay for; a service centre is one of theirs.
PUBLIC = (*PARTY_KINDS, "government_unit", "service_centre")
_BETWEEN = "[、,，;；/]"  # the names of bodies in one cell
_NO_GINI = Note("the Gini coefficient of services is not defined", "服务的基尼系数无定义")
_NO_PUBLIC_FUNDS = Note("no provider of Party or government has funds recorded", "没有登记党组织或政府方服务单位的资金")
_NO_SOCIAL_FUNDS = Note(
    "the providers outside Party and government have no funds recorded", "没有登记党组织和政府以外服务单位的资金"
)
_NO_ISSUER = Note("no item of work names a body that handed it to a community", "没有写明下派单位的社区事项")


def burden_table(net: OrgNetwork) -> pd.DataFrame:
    """Return one row a community with items of work: how many, outside the approved list, and from how many bodies."""
    areas = areas_of(net)
    items = _items(net)
    items["area"] = areas.code[net.rows(items["unit_id"])]
    items = items[items["area"] >= 0]
    grouped = items.groupby("area")
    outside = (~items["listed"]).fillna(value=False).groupby(items["area"]).sum()
    table = pd.DataFrame({"items": grouped.size(), "unlisted": outside, "issuers": _bodies(items, "area", "issuer")})
    table.insert(0, "area", areas.names[table.index.to_numpy(np.int64)])
    return table.sort_values(["issuers", "items", "area"], ascending=[False, False, True], ignore_index=True)


def system_figures(figures: Figures, net: OrgNetwork, burden: pd.DataFrame, service_gini: float) -> None:
    """Add L1 to L5."""
    _input_figures(figures, net)
    _meeting_figures(figures, net)
    figures.add("service_evenness", 1.0 - service_gini, reason=_NO_GINI if np.isnan(service_gini) else "")
    _item_figures(figures, net)
    missing = _lacking_items(net, "issuer")
    named = burden.loc[burden["issuers"] > 0, "issuers"]
    figures.ratio("issuers_per_community", named.sum(), len(named), unknown=len(burden) - len(named), missing=missing,
                  reason="" if missing else _NO_ISSUER)  # fmt: skip
    figures.add("most_issuers", named.max(), missing=missing, reason="" if missing or len(named) else _NO_ISSUER)


def _input_figures(figures: Figures, net: OrgNetwork) -> None:
    """Add the share of funds from neither Party nor government; undefined where one side has none recorded."""
    if "services" not in net.tables:
        figures.add("social_input_share", missing=("services",))
        return
    rows = current_rows(net, net.tables["services"])
    funds, kind = rows["funds"].to_numpy("float64"), net.units["kind"].reindex(rows["provider"])
    known = ~np.isnan(funds) & kind.notna().to_numpy(bool)
    social = (kind.notna() & ~kind.isin(PUBLIC)).to_numpy(bool)
    unknown = int((~known).sum())
    missing = ("services.funds",) if np.isnan(funds).all() else ()
    reason = ""
    if not (known & ~social).any():
        reason = _NO_PUBLIC_FUNDS
    elif social.any() and not (known & social).any():
        reason = _NO_SOCIAL_FUNDS
    if missing or reason:
        figures.add("social_input_share", unknown=unknown, missing=missing, reason="" if missing else reason)
    else:
        figures.ratio("social_input_share", funds[known & social].sum(), funds[known].sum(), unknown=unknown)


def _meeting_figures(figures: Figures, net: OrgNetwork) -> None:
    """Add the share of events at which several sectors met: all Party kinds are one sector, each other kind is one."""
    least = net.rules["system"]["sectors"]
    named = appearances(net)
    day = pd.NaT if net.as_of is None else pd.Timestamp(net.as_of)
    seen = named[named["present"] & ~(named["date"] > day) & organisations(net.units)[named["row"].to_numpy()]]
    kind = net.units["kind"].iloc[seen["row"].to_numpy()].set_axis(seen.index)
    sector = kind.mask(kind.isin(PARTY_KINDS), "party")
    events = seen.assign(sector=sector, unnamed=sector.isna()).groupby("event")
    n_sectors, n_unnamed = events["sector"].nunique(), events["unnamed"].sum()
    several = n_sectors >= least
    undecided = ~several & (n_sectors + n_unnamed >= least)
    figures.ratio("meetings_of_several_sectors", several.sum(), (~undecided).sum(), unknown=int(undecided.sum()),
                  missing=lacking_events(named))  # fmt: skip


def _item_figures(figures: Figures, net: OrgNetwork) -> None:
    """Add the items of a community that one body leads, and what is handed down outside the approved list."""
    items = _items(net)
    leads = _bodies(items.assign(task=items.groupby(["unit_id", "item"]).ngroup()), "task", "lead")
    known = leads > 0
    figures.ratio("items_with_one_lead", (leads == 1).sum(), known.sum(), unknown=int((~known).sum()),
                  missing=_lacking_items(net, "lead"))  # fmt: skip
    listed = items["listed"].dropna().astype(bool)
    figures.ratio("unlisted_item_share", (~listed).sum(), len(listed), unknown=len(items) - len(listed),
                  missing=_lacking_items(net, "listed"))  # fmt: skip


def _items(net: OrgNetwork) -> pd.DataFrame:
    table = net.tables.get("items")
    return empty_table("items") if table is None else table


def _lacking_items(net: OrgNetwork, field: str) -> tuple[str, ...]:
    items = _items(net)
    return () if items[field].notna().any() else (f"items.{field}" if len(items) else "items",)


def _bodies(items: pd.DataFrame, by: str, field: str) -> pd.Series:
    """Count the different bodies that a column names in each group; a cell may name several."""
    names = items[field].str.split(_BETWEEN, regex=True).explode().astype("str").str.strip()
    names = names[names.notna() & (names != "")]
    named = names.groupby(items.loc[names.index, by].to_numpy()).nunique()
    return named.reindex(pd.Index(items[by].unique()).sort_values(), fill_value=0)
