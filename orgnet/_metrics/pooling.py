"""Pooling: what sharing alone can meet, if units with capacity to spare help the units they already work with.

Used by `resources`. A stock is what one unit has, and what is asked of it, of one service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.flow import most_shared
from orgnet._engine.traversal import components
from orgnet._metrics.territory import current_rows, lacking, recorded
from orgnet._model.results import Note

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

ALL = "all"  # of the stocks that the unit table holds, which names no service
_FIGURES = ("capacity_to_demand", "unmet_demand", "unmet_after_pooling", "pooling_gain", "pooling_gain_any_route")
_NOBODY = Note("no unit has both capacity and demand recorded", "没有同时登记可提供量和需求量的组织")
_ALL_MET = Note("all demand is met already", "需求已全部满足")


@dataclass(frozen=True, eq=False)
class Pooling:
    """Stocks before and after sharing; see `orgnet.metrics.resources` for the two frames.

    Attributes
    ----------
    transfers
        One row a giver, taker and service.
    balance
        One row a unit and service.
    incomplete
        By service, the stocks of which capacity or demand is not recorded.
    anywhere
        By service, the demand left if capacity could be passed on along any number of ties.
    warnings
        What a reader must know.
    """

    transfers: pd.DataFrame
    balance: pd.DataFrame
    incomplete: pd.Series
    anywhere: pd.Series
    warnings: tuple[Note, ...]


def pool(net: OrgNetwork) -> Pooling:
    """Share spare capacity along the collaboration ties of a network, one step at most, as much as can be."""
    stocks = _stocks(net)
    whole = stocks["capacity"].notna() & stocks["demand"].notna()
    balance = stocks[whole].reset_index(drop=True)
    balance["spare"] = (balance["capacity"] - balance["demand"]).clip(lower=0.0)
    balance["unmet"] = (balance["demand"] - balance["capacity"]).clip(lower=0.0)
    edges = _edges(net, balance)
    givers, lenders = np.unique(edges["lender"].to_numpy(), return_inverse=True)
    takers, borrowers = np.unique(edges["borrower"].to_numpy(), return_inverse=True)
    supply, lack = balance["spare"].to_numpy()[givers], balance["unmet"].to_numpy()[takers]
    edges["amount"], step = most_shared(supply, lack, lenders, borrowers)
    n = len(balance)
    balance["given"] = np.bincount(edges["lender"], weights=edges["amount"], minlength=n)
    balance["received"] = np.bincount(edges["borrower"], weights=edges["amount"], minlength=n)
    balance["unmet_after"] = (balance["unmet"] - balance["received"]).clip(lower=0.0)
    balance["partners_in_need"] = np.bincount(edges["lender"], minlength=n)
    return Pooling(
        _transfers(net, balance, edges),
        _named(net, balance),
        stocks.loc[~whole, "service"].value_counts(),
        _anywhere(net, balance),
        _rounded(step),
    )


def pooling_figures(figures: Figures, net: OrgNetwork, shared: Pooling) -> None:
    """Add the measures of capacity, demand and pooling: of the unit table as a whole, and of each service."""
    sums = shared.balance.groupby("service")[["capacity", "demand", "unmet", "unmet_after"]].sum()
    for service in [ALL, *sorted({*sums.index, *shared.incomplete.index} - {ALL})]:
        missing = lacking(net.units, "capacity", "demand") if service == ALL else ()
        facts: dict[str, Any] = {"group": service, "unknown": int(shared.incomplete.get(service, 0))}
        if service not in sums.index:
            for measure in _FIGURES:
                figures.add(measure, **facts, missing=missing, reason="" if missing else _NOBODY)
            continue
        capacity, demand, before, after = sums.loc[service]
        figures.ratio("capacity_to_demand", capacity, demand, **facts)
        figures.add("unmet_demand", before, **facts)
        figures.add("unmet_after_pooling", after, **facts)
        figures.ratio("pooling_gain", before - after, before, **facts, reason=_ALL_MET)
        figures.ratio("pooling_gain_any_route", before - shared.anywhere[service], before, **facts, reason=_ALL_MET)


def _stocks(net: OrgNetwork) -> pd.DataFrame:
    """Return the stocks, in order of unit id and service: those of the unit table, and of each provider and service.

    The rows of one provider and service are added up; where one of them lacks an amount, the sum does too.
    """
    units = net.units
    own = pd.DataFrame({"row": np.arange(net.n_units), "service": ALL})
    own["capacity"], own["demand"] = recorded(units, "capacity"), recorded(units, "demand")
    parts = [own]
    if "services" in net.tables:
        rows = current_rows(net, net.tables["services"])
        rows = rows[rows["service"].notna() & (rows["capacity"].notna() | rows["demand"].notna())]
        listed = rows[["service", "capacity", "demand"]].assign(row=net.ids.get_indexer(pd.Index(rows["provider"])))
        grouped = listed.groupby(["row", "service"])[["capacity", "demand"]]
        parts.append(grouped.sum().where(grouped.count().eq(grouped.size(), axis=0)).reset_index())
    stocks = pd.concat(parts, ignore_index=True)
    stocks = stocks[stocks["capacity"].notna() | stocks["demand"].notna()]
    stocks.insert(0, "unit_id", net.ids[stocks["row"].to_numpy()])
    return stocks.sort_values(["unit_id", "service"], kind="stable").reset_index(drop=True)


def _edges(net: OrgNetwork, balance: pd.DataFrame) -> pd.DataFrame:
    """Return who could lend to whom, as rows of `balance`: those with some to spare, those tied to them who lack it."""
    near, far = net.ends[:, net.tie_mask("collab")].astype(np.int64)
    ties = pd.DataFrame({"giver": np.concatenate([near, far]), "taker": np.concatenate([far, near])}).drop_duplicates()
    place = balance[["row", "service"]].assign(number=np.arange(len(balance)))
    lenders = place[balance["spare"] > 0].rename(columns={"row": "giver", "number": "lender"})
    borrowers = place[balance["unmet"] > 0].rename(columns={"row": "taker", "number": "borrower"})
    edges = ties.merge(lenders, on="giver").merge(borrowers, on=["taker", "service"])
    return edges[["lender", "borrower"]].sort_values(["lender", "borrower"]).reset_index(drop=True)


def _transfers(net: OrgNetwork, balance: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    moved = edges[edges["amount"] > 0]
    giver, taker = balance.iloc[moved["lender"].to_numpy()], balance.iloc[moved["borrower"].to_numpy()]
    names = net.names.to_numpy()
    table = pd.DataFrame(
        {
            "service": giver["service"].to_numpy(),
            "from": giver["unit_id"].to_numpy(),
            "from_name": names[giver["row"].to_numpy()],
            "to": taker["unit_id"].to_numpy(),
            "to_name": names[taker["row"].to_numpy()],
            "amount": moved["amount"].to_numpy(),
        }
    )
    return table.sort_values(
        ["service", "amount", "from", "to"], ascending=[True, False, True, True], ignore_index=True
    )


def _named(net: OrgNetwork, balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balance with names, those with most demand unmet first in each service."""
    named = balance.sort_values(["service", "unmet", "unit_id"], ascending=[True, False, True], ignore_index=True)
    named.insert(1, "name", net.names.to_numpy()[named["row"].to_numpy()])
    return named.drop(columns="row")


def _anywhere(net: OrgNetwork, balance: pd.DataFrame) -> pd.Series:
    """Return by service what stays unmet if capacity moves freely among all units that collaboration joins."""
    _, label = components(net.view("collab"))
    groups = balance.groupby(["service", label[balance["row"].to_numpy()]])[["spare", "unmet"]].sum()
    left = (groups["unmet"] - groups["spare"]).clip(lower=0.0)
    return left.groupby(level=0).sum()


def _rounded(step: float) -> tuple[Note, ...]:
    if not step:
        return ()
    return (
        Note(
            f"amounts have too many digits to share exactly: first they were rounded down to multiples of {step:g}",
            f"数值位数过多，共享前已向下取整为 {step:g} 的倍数",
        ),
    )
