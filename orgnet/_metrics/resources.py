"""Resources and services: who lacks workers, space or services, and what sharing alone can meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics.areas import areas_of
from orgnet._metrics.force import current
from orgnet._metrics.pooling import pool, pooling_figures
from orgnet._metrics.provision import (
    FACILITIES,
    NO_AREA,
    NO_SERVICES,
    even_figures,
    near_figures,
    provisions,
    service_figures,
    service_table,
    tie_figures,
)
from orgnet._metrics.territory import COMMITTEES, lacking, recorded
from orgnet._model.results import NOTHING_TO_COUNT, Family, Figures, Note, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._metrics.areas import Areas
    from orgnet._model.network import OrgNetwork

_SLACK = 1e-9  # of one worker: what a product of floats may be above the whole number meant


@dataclass(frozen=True, eq=False, repr=False)
class Resources(Family):
    """Workers, space, services, capacity and demand by area; see `orgnet.metrics.resources`.

    Attributes
    ----------
    services
        One row a service, by name: ``service``, ``providers`` (how many), ``kinds`` (of provider), ``areas`` (that have
        it), ``areas_without`` (their names), ``single_provider_areas``, ``households`` (of the areas that have it),
        ``households_known`` (of all areas), ``areas_unknown`` (without households recorded), ``provisions`` (pairs of
        provider and area), ``concentration`` (of the kinds of provider over provisions, 0 to 1).
    pooling
        One row a transfer: ``service``, ``from``, ``from_name``, ``to``, ``to_name``, ``amount``. ``service`` is
        ``"all"`` for capacity and demand of the unit table, which name none.
    balance
        One row a unit and service with capacity and demand recorded: ``unit_id``, ``name``, ``service``, ``capacity``,
        ``demand``, ``spare``, ``unmet``, ``given``, ``received``, ``unmet_after``, ``partners_in_need`` (units tied to
        it that lack what it has to spare; 0 where spare capacity has nowhere to go).
    """

    services: pd.DataFrame = field(default_factory=pd.DataFrame)
    pooling: pd.DataFrame = field(default_factory=pd.DataFrame)
    balance: pd.DataFrame = field(default_factory=pd.DataFrame)


def resources(net: OrgNetwork) -> Resources:
    r"""Which areas lack workers, space or services, and how much of the unmet demand could sharing alone meet?

    An area is that of a residents' committee, a villagers' committee or a grid. Its households and residents are those
    of its committees where all are recorded, else those of its grids: each is counted once. Norms come from the rule
    set.

    .. math:: \text{lacking workers} = \max\Bigl(0, \Bigl\lceil \frac{\text{norm} \cdot \text{population}}{10\,000}
              \Bigr\rceil - \text{workers}\Bigr), \quad
              \text{unmet} = \sum \max(0, D - C), \quad
              \text{gain} = \frac{\text{unmet before} - \text{unmet after}}{\text{unmet before}}

    **Pooling** moves spare capacity (C - D where positive) to units that a collaboration tie joins to its holder, one
    tie and no further, so that as much demand as possible is met: a maximum flow from spare to unmet in which ties have
    no limit. Which of several best ways is taken depends on the ids of the units alone. The measure
    ``pooling_gain_any_route`` lets capacity pass through any number of ties: what agreements could add at most.

    Parameters
    ----------
    net
        The network. Ties and services that ended before ``net.as_of``, or had not begun, do not count. Workers are the
        ``posts_filled`` (else ``staff``) of residents' and villagers' committees; space is the ``floor_area`` of
        service centres; services are those of the table ``services`` and of `serves` ties (``tie_type``); capacity and
        demand are columns of units, and of each provider and service in the table.

    Returns
    -------
    Resources
        ``table``, one row an area, by name: ``area``, ``households``, ``population``, ``workers``,
        ``workers_per_10000``, ``workers_lacking`` (to reach the norm), ``floor_area`` (m²),
        ``floor_area_per_100_households``, ``floor_area_lacking``, ``services_present``, ``services_missing`` (of those
        that any area has), ``single_provider_services``, ``capacity``, ``demand``, ``unmet`` (of units in it, before
        sharing). NaN where a number it needs is not recorded; the floor area of an area without a service centre is 0,
        if the file has service centres elsewhere. ``services``, ``pooling`` and ``balance`` as above.

    References
    ----------
    Measures H1 to H11; norms and their sources in ``net.rules["resources"]``.

    Examples
    --------
    X has 6 to spare, Y lacks 4 and Z lacks 2; X works with Y only:

    >>> from orgnet import build
    >>> units = {"unit_id": ["X", "Y", "Z"], "kind": "service_centre", "capacity": [10, 2, 1], "demand": [4, 6, 3]}
    >>> net = build.from_tables(units, {"source": ["X"], "target": ["Y"], "layer": ["collab"]})
    >>> found = resources(net)
    >>> found.pooling[["from", "to", "amount"]].values.tolist()
    [['X', 'Y', 4.0]]
    >>> found.value("unmet_demand"), found.value("unmet_after_pooling"), round(found.value("pooling_gain"), 4)
    (6.0, 2.0, 0.6667)
    """
    now = current(net)
    units, areas, norms = now.units, areas_of(now), now.rules["resources"]
    given = provisions(now, areas)
    services = service_table(now, areas, given)
    table = pd.concat([_needs(units, areas, norms), _services(areas, given, services["service"].tolist())], axis=1)
    table = table.assign(**_stocks(units, areas))
    shared = pool(now)
    figures = Figures()
    _norm_figures(figures, table, units, norms)
    pooling_figures(figures, now, shared)
    service_figures(figures, now, services, given)
    alone, served = (int((table[name] != "").sum()) for name in ("single_provider_services", "services_present"))
    figures.ratio("single_provider_areas", alone, served, missing=() if len(given) else NO_SERVICES)
    unplaced = near_figures(figures, now, areas)
    tie_figures(figures, now)
    even_figures(figures, now, areas)
    return Resources(
        table,
        describe(net, "resources", warnings=(*_warnings(now), *unplaced, *shared.warnings)),
        figures.frame(),
        services=services,
        pooling=shared.transfers,
        balance=shared.balance,
    )


def _needs(units: pd.DataFrame, areas: Areas, norms: Mapping[str, Any]) -> pd.DataFrame:
    """Return what each area has of workers and space, and what it lacks to reach the norms."""
    committee = units["kind"].isin(COMMITTEES).to_numpy(bool)
    filled, staff = recorded(units, "posts_filled"), recorded(units, "staff")
    workers = areas.total(np.where(np.isnan(filled), staff, filled), committee)
    centre = units["kind"].isin(FACILITIES).to_numpy(bool)
    space = areas.total(recorded(units, "floor_area"), centre)
    if "floor_area" in units and centre.any():
        space = np.where(areas.count(centre) == 0, 0.0, space)
    wanted = np.ceil(norms["workers_per_10000"] * areas.population / 10_000 - _SLACK)
    room = norms["floor_area_per_100_households"] * areas.households / 100
    return pd.DataFrame(
        {
            "area": areas.names,
            "households": areas.households,
            "population": areas.population,
            "workers": workers,
            "workers_per_10000": _per(workers * 10_000, areas.population),
            "workers_lacking": np.maximum(wanted - workers, 0.0),
            "floor_area": space,
            "floor_area_per_100_households": _per(space * 100, areas.households),
            "floor_area_lacking": np.maximum(room - space, 0.0),
        }
    )


def _per(amount: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(amount, whole, out=np.full(len(whole), np.nan), where=whole > 0))


def _services(areas: Areas, given: pd.DataFrame, services: list[str]) -> pd.DataFrame:
    """Return by area the services present, missing, and given by one provider alone."""
    count = np.zeros((len(areas), len(services)), dtype=np.int64)
    inside = given[given["area"] >= 0]
    np.add.at(count, (inside["area"].to_numpy(), pd.Index(services).get_indexer(pd.Index(inside["service"]))), 1)
    names = np.array(services, dtype=object)
    masks = {"services_present": count > 0, "services_missing": count == 0, "single_provider_services": count == 1}
    return pd.DataFrame(
        {column: pd.array(["、".join(names[row]) for row in mask], dtype="str") for column, mask in masks.items()}
    )


def _stocks(units: pd.DataFrame, areas: Areas) -> dict[str, NDArray[np.float64]]:
    """Return capacity, demand and unmet demand by area, over the units that have both recorded."""
    capacity, demand = recorded(units, "capacity"), recorded(units, "demand")
    both = ~np.isnan(capacity) & ~np.isnan(demand)
    values = {"capacity": capacity, "demand": demand, "unmet": np.maximum(demand - capacity, 0.0)}
    return {name: areas.total(amount, both) for name, amount in values.items()}


def _norm_figures(figures: Figures, table: pd.DataFrame, units: pd.DataFrame, norms: Mapping[str, Any]) -> None:
    """Add workers and space per head, over the areas where both sides are recorded, and what these areas lack."""
    no_workers = () if {"posts_filled", "staff"} & {*units} else ("units.posts_filled", "units.staff")
    sides = {
        "workers_per_10000": ("workers", "population", 10_000, no_workers),
        "floor_area_per_100_households": ("floor_area", "households", 100, lacking(units, "floor_area")),
    }
    for measure, (amount, whole, each, absent) in sides.items():
        known = (table[amount].notna() & table[whole].notna()).to_numpy(bool)
        missing = (*absent, *lacking(units, whole))
        facts: dict[str, Any] = {"unknown": int((~known).sum()), "missing": missing}
        facts["reason"] = "" if missing or known.any() else NO_AREA
        there = table[known]
        top, bottom = (there[name].sum(min_count=1) for name in (amount, whole))
        empty = {"reason": NOTHING_TO_COUNT} if bottom == 0 and not missing else {}
        value = np.nan if bottom == 0 else each * top / bottom
        figures.add(measure, value, numerator=top, denominator=bottom, **(facts | empty))
        figures.add(f"{amount}_lacking", there[f"{amount}_lacking"].sum(min_count=1), **facts)
        figures.ratio(f"areas_below_{amount}_norm", (there[measure] < norms[measure]).sum(), len(there), **facts)


def _warnings(net: OrgNetwork) -> tuple[Note, ...]:
    if "services" not in net.tables:
        return ()
    unnamed = int(net.tables["services"]["service"].isna().sum())
    note = Note(
        f"{unnamed} rows of services name no service and do not count", f"服务表有 {unnamed} 行未写明服务项目，未计入"
    )
    return (note,) if unnamed else ()
