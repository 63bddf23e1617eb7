"""Provision: which services reach which areas, from how many providers, how near, and how evenly.

Used by `resources`. A provision is one provider that gives one service in one area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import hops
from orgnet._metrics.pooling import ALL
from orgnet._metrics.territory import COMMITTEES, current_rows, lacking, recorded
from orgnet._model.results import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._metrics.areas import Areas
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

FACILITIES = ("service_centre",)
EARTH = 6_371_008.8  # mean radius, metres
NO_SERVICES = ("services", "ties.serves")
NO_FACILITY = Note("the file has no service centre", "文件中没有党群服务中心")
NO_AREA = Note("no area has both numbers recorded", "没有同时登记两项数据的区域")
_ONE_AREA = Note(
    "fewer than two areas have both numbers recorded, so that there is nothing to compare",
    "同时登记两项数据的区域不足两个，无从比较",
)
_NOTHING_HELD = Note("no area has any capacity", "各区域可提供量均为 0")


def provisions(net: OrgNetwork, areas: Areas) -> pd.DataFrame:
    """Return the provisions of a network, each once: ``provider`` (row), ``service``, ``area`` (number; -1 for none).

    From the table of services and from `serves` ties; the area is that of the receiver, or of the provider where no
    receiver is named.
    """
    serves = net.tie_mask("serves")
    by, receiver = net.ends[:, serves].astype(np.int64)
    service = net.ties.loc[serves, "tie_type"].to_numpy()
    parts = [pd.DataFrame({"provider": by, "service": pd.array(service, dtype="str"), "area": areas.code[receiver]})]
    if "services" in net.tables:
        parts.append(_listed(net, areas).drop(columns="capacity"))
    found = pd.concat(parts, ignore_index=True)
    found = found[found["service"].notna()].drop_duplicates()
    return found.sort_values(["service", "area", "provider"], ignore_index=True)


def _listed(net: OrgNetwork, areas: Areas) -> pd.DataFrame:
    """Return the rows of the table of services that hold now, with the row of the provider and the area served."""
    rows = current_rows(net, net.tables["services"])
    by, receiver = (net.ids.get_indexer(pd.Index(rows[end], dtype="str")) for end in ("provider", "receiver"))
    area = areas.code[np.where(receiver < 0, by, receiver)]
    return pd.DataFrame(
        {"provider": by, "service": rows["service"].array, "area": area, "capacity": rows["capacity"].array}
    )


def service_table(net: OrgNetwork, areas: Areas, given: pd.DataFrame) -> pd.DataFrame:
    """Return one row a service: where it is given, to how many households, by how many providers of which kinds."""
    kinds = net.units["kind"].to_numpy()
    known = ~np.isnan(areas.households)
    rows = []
    for service, part in given.groupby("service", sort=True):
        n_there = np.bincount(part.loc[part["area"] >= 0, "area"], minlength=len(areas))
        reached = n_there > 0
        mix = pd.Series(kinds[part["provider"].to_numpy()]).value_counts()
        rows.append(
            {
                "service": service,
                "providers": part["provider"].nunique(),
                "kinds": "、".join(sorted(mix.index)),
                "areas": int(reached.sum()),
                "areas_without": "、".join(areas.names[~reached]),
                "single_provider_areas": int((n_there == 1).sum()),
                "households": float(areas.households[reached & known].sum()),
                "households_known": float(areas.households[known].sum()),
                "areas_unknown": int((~known).sum()),
                "provisions": len(part),
                "concentration": _concentration(mix),
            }
        )
    columns = ["service", "providers", "kinds", "areas", "areas_without", "single_provider_areas", "households",
               "households_known", "areas_unknown", "provisions", "concentration"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _concentration(counts: pd.Series) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared shares; NaN of nothing."""
    return float(((counts / counts.sum()) ** 2).sum()) if len(counts) else np.nan


def service_figures(figures: Figures, net: OrgNetwork, services: pd.DataFrame, given: pd.DataFrame) -> None:
    """Add the measures of services: households reached, areas that hang on one provider, kinds of provider."""
    missing = () if len(given) else NO_SERVICES
    homeless = missing or lacking(net.units, "households")
    totals = services[["households", "households_known", "single_provider_areas", "areas", "areas_unknown"]].sum()
    figures.ratio("households_served", totals["households"], totals["households_known"], missing=homeless,
                  unknown=int(totals["areas_unknown"]))  # fmt: skip
    figures.ratio("single_provider_share", totals["single_provider_areas"], totals["areas"], missing=missing)
    for row in services.to_dict("records"):
        figures.ratio("households_served", row["households"], row["households_known"], group=row["service"],
                      missing=homeless, unknown=row["areas_unknown"])  # fmt: skip
        figures.ratio("single_provider_share", row["single_provider_areas"], row["areas"], group=row["service"])
    _mix_figures(figures, net, services, given, missing)


def _mix_figures(
    figures: Figures, net: OrgNetwork, services: pd.DataFrame, given: pd.DataFrame, missing: tuple[str, ...]
) -> None:
    kinds = net.units["kind"].iloc[given["provider"].to_numpy()]
    mix, unknown = kinds.value_counts(), int(kinds.isna().sum())
    missing = missing or (() if len(mix) else ("units.kind",))
    figures.add("provider_concentration", _concentration(mix), missing=missing, unknown=unknown)
    for row in services[services["concentration"].notna()].to_dict("records"):
        figures.add("provider_concentration", row["concentration"], group=row["service"])
    for kind in sorted(mix.index):
        figures.ratio("provider_share", mix[kind], mix.sum(), group=kind, unknown=unknown)
    if missing:
        figures.add("provider_share", missing=missing, unknown=unknown)


def near_figures(figures: Figures, net: OrgNetwork, areas: Areas) -> tuple[Note, ...]:
    """Add the share of households within reach of a facility, in metres and in ties."""
    units, rules = net.units, net.rules["resources"]
    homes = _homes(net, areas)
    households = recorded(units, "households")[homes]
    facilities = np.flatnonzero(units["kind"].isin(FACILITIES).to_numpy(bool))
    metres, unplaced = _metres(net, homes, facilities)
    steps = _steps(net, homes, facilities)
    nowhere = bool(np.isnan(metres).all())
    absent = lacking(units, "households")
    places = (
        ("units.longitude", "units.latitude", "services.metres") if len(metres) and nowhere and len(facilities) else ()
    )
    near = {
        "households_within_metres": (metres, rules["near_metres"], absent or places),
        "households_within_steps": (steps, rules["near_steps"], absent),
    }
    for measure, (distance, most, missing) in near.items():
        known = ~np.isnan(distance) & ~np.isnan(households)
        counted = np.where(known, households, 0.0)
        figures.ratio(measure, counted[distance <= most].sum(), counted.sum(), missing=missing,
                      reason="" if len(facilities) else NO_FACILITY, unknown=int((~known).sum()))  # fmt: skip
    if not unplaced or nowhere:
        return ()
    return (
        Note(
            f"{unplaced} service centres have no place recorded: distances are to the nearest of the others",
            f"有 {unplaced} 个党群服务中心未登记位置：距离按其余最近者计",
        ),
    )


def _homes(net: OrgNetwork, areas: Areas) -> NDArray[np.int64]:
    """Return the rows of the places that stand for where people live: grids, and committees of areas without grids."""
    kind = net.units["kind"]
    grid, committee = kind.eq("grid").to_numpy(bool), kind.isin(COMMITTEES).to_numpy(bool)
    has_grid = np.append(areas.count(grid) > 0, values=False)  # -1, no area, is the last
    return np.flatnonzero(grid | (committee & ~has_grid[areas.code]))


def _metres(
    net: OrgNetwork, homes: NDArray[np.int64], facilities: NDArray[np.int64]
) -> tuple[NDArray[np.float64], int]:
    """Return the metres from each home to the nearest facility, and of how many facilities the place is not known.

    By the great circle where both ends have a place, else the least distance that the table of services states.
    """
    units = net.units
    place = np.deg2rad(np.stack([recorded(units, "longitude"), recorded(units, "latitude")]))
    placed = np.asarray(~np.isnan(place).any(axis=0))
    known, centres = homes[placed[homes]], facilities[placed[facilities]]
    metres = np.full(net.n_units, np.nan)
    if "services" in net.tables:
        rows = current_rows(net, net.tables["services"])
        rows = rows[rows["provider"].isin(net.ids[facilities]) & rows["receiver"].notna() & rows["metres"].notna()]
        stated = rows.groupby("receiver")["metres"].min()
        metres[net.rows(stated.index)] = stated.to_numpy()
    if len(known) and len(centres):
        metres[known] = great_circle(place[:, known], place[:, centres])
    return metres[homes], len(facilities) - len(centres)


def great_circle(places: NDArray[np.float64], facilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres from each place to the nearest facility on the globe; both are longitude, latitude in radians.

    The nearest in a straight line through the globe is the nearest on it.
    """
    from scipy.spatial import cKDTree

    chord, _ = cKDTree(_on_globe(facilities)).query(_on_globe(places))
    return np.asarray(2 * EARTH * np.arcsin(np.clip(chord / 2, 0.0, 1.0)))


def _on_globe(places: NDArray[np.float64]) -> NDArray[np.float64]:
    longitude, latitude = places
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


def _steps(net: OrgNetwork, homes: NDArray[np.int64], facilities: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the ties of any layer from each home to the nearest facility; infinite where there is no way."""
    if not len(facilities):
        return np.full(len(homes), np.nan)
    far = hops(net.view("all"), facilities)[homes]
    return np.where(far < 0, np.inf, far)


def tie_figures(figures: Figures, net: OrgNetwork) -> None:
    """Add the share of units with capacity that no horizontal tie reaches."""
    holds = recorded(net.units, "capacity") > 0
    alone = np.diff(net.view("horizontal").indptr) == 0
    figures.ratio("resources_without_tie", (holds & alone).sum(), holds.sum(), missing=lacking(net.units, "capacity"))


def even_figures(figures: Figures, net: OrgNetwork, areas: Areas) -> None:
    """Add the Gini coefficient of capacity per household over areas: of the unit table, and of each service.

    An area without a unit that has, or should have, capacity recorded has 0, if there is such a unit elsewhere.
    """
    missing = lacking(net.units, "households")
    capacity = recorded(net.units, "capacity")
    holders = ~np.isnan(capacity) | net.units["kind"].isin(FACILITIES).to_numpy(bool)
    own = areas.total(capacity, holders)
    if not np.isnan(capacity).all():
        own = np.where(areas.count(holders) == 0, 0.0, own)
    _even(figures, ALL, own, areas, missing or lacking(net.units, "capacity"))
    if missing or "services" not in net.tables:
        return
    given = _listed(net, areas)
    given = given[(given["area"] >= 0) & given["service"].notna()]
    for service, part in given.groupby("service", sort=True):
        if part["capacity"].notna().any():
            held = np.bincount(part["area"], weights=part["capacity"], minlength=len(areas)).astype(np.float64)
            _even(figures, str(service), held, areas, ())


def _even(figures: Figures, group: str, held: NDArray[np.float64], areas: Areas, missing: tuple[str, ...]) -> None:
    known = ~np.isnan(held) & (areas.households > 0)
    compared = known.sum() > 1
    value = weighted_gini(held[known], areas.households[known]) if compared else np.nan
    why = _NOTHING_HELD if compared else _ONE_AREA
    figures.add("service_gini", value, group=group, unknown=int((~known).sum()), missing=missing,
                reason="" if missing or not np.isnan(value) else why)  # fmt: skip


def weighted_gini(held: NDArray[np.float64], households: NDArray[np.float64]) -> float:
    """Return the Gini coefficient of what is held per household, each household counted; NaN where nothing is held."""
    if not held.sum():
        return np.nan
    order = np.argsort(held / households, kind="stable")
    share = np.concatenate([[0.0], np.cumsum(held[order]) / held.sum()])
    people = np.concatenate([[0.0], np.cumsum(households[order]) / households.sum()])
    return max(0.0, float(1.0 - (np.diff(people) * (share[1:] + share[:-1])).sum()))
