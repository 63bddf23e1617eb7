"""Networks by seed, of any size, shaped like a city's: for trials, examples and benchmarks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from orgnet._build.door import from_tables
from orgnet.errors import OptionError

_STREETS, _COMMUNITIES, _GRIDS = 12, 9, 6  # a district has 12 streets, a street 9 communities, a community 6 grids
_SIZE = 40  # units a community, some
_CELLS = 0.56  # of the rest of a community, the share that is building cells
_FIRM_TIES = ((0, 0.06), (1, 0.74), (2, 0.14), (3, 0.04), (4, 0.02))
_SECTORS = np.array(["信息技术", "商贸零售", "文化旅游", "餐饮住宿", "专业服务", "教育培训"])


def synthetic(*, n_communities: int = 10, seed: int = 0) -> Any:
    """Make a network of `n_communities` communities of some 40 units, nearly a tree, as such networks are.

    One city, districts of 12 streets, streets of 9 communities; a community has a committee, a residents' committee, a
    service centre, six grid branches, building cells, firms and social organisations. Firms are tied to grids near by;
    meetings join neighbouring communities. All of it is made up.

    Parameters
    ----------
    n_communities
        1 or more.
    seed
        The same seed gives the same network.

    Returns
    -------
    OrgNetwork

    Raises
    ------
    OptionError
        For fewer than one community.

    Examples
    --------
    >>> synthetic(n_communities=2, seed=1).n_units
    82
    """
    if n_communities < 1:
        msg = f"n_communities={n_communities} is not allowed; ask for 1 or more"
        raise OptionError(msg)
    units, ties = synthetic_tables(n_communities, seed)
    return from_tables(units, ties)


def synthetic_tables(n_communities: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the unit table and the tie table of `synthetic`, before the door."""
    rng = np.random.default_rng(seed)
    n_streets = -(-n_communities // _COMMUNITIES)
    n_districts = -(-n_streets // _STREETS)
    streets, communities = np.arange(n_streets), np.arange(n_communities)
    rest = rng.poisson(_SIZE - 3 - _GRIDS, n_communities)
    n_cells = rng.binomial(rest, _CELLS)
    n_firms = rest - n_cells
    grids = np.arange(n_communities * _GRIDS)
    cell_home = np.sort(np.repeat(communities, n_cells) * _GRIDS + rng.integers(0, _GRIDS, n_cells.sum()))
    firm_home = np.repeat(communities, n_firms)
    social = rng.random(len(firm_home)) < 0.15  # noqa: PLR2004 - the share of social organisations
    district = _named("D", np.arange(n_districts))
    street, community, grid = _named("S", streets), _named("C", communities), _named("G", grids)
    cell, firm = _named("B", np.arange(len(cell_home))), _named("F", np.arange(len(firm_home)))
    area = "社区" + pd.Series(communities).astype("str").to_numpy(object)
    parts = [
        _units(["CITY"], "party_committee", "city", [None]),
        _units(district, "party_committee", "district", ["CITY"] * n_districts),
        _units(street, "party_committee", "subdistrict", district[streets // _STREETS]),
        _units(community, "party_committee", "community", street[communities // _COMMUNITIES], area=area),
        _units(_named("R", communities), "residents_committee", "community", None, area=area),
        _units(_named("V", communities), "service_centre", "community", None, area=area),
        _units(grid, "party_branch", "grid", community[grids // _GRIDS], area=area[grids // _GRIDS]),
        _units(cell, "party_cell", "building", grid[cell_home], area=area[cell_home // _GRIDS]),
        _units(firm, np.where(social, "social_org", "enterprise"), None, None, area=area[firm_home]),
    ]
    units = pd.concat(parts, ignore_index=True)
    _fill(units, rng)
    return units, _ties(rng, community, grid, firm, firm_home, communities)


def _named(letter: str, numbers: Any) -> Any:
    return np.array([f"{letter}{number}" for number in numbers], dtype=object)


def _units(ids: Any, kind: Any, level: str | None, superior: Any, area: Any = None) -> pd.DataFrame:
    columns = {"unit_id": ids, "kind": kind, "level": level, "superior_id": superior, "area": area}
    return pd.DataFrame(columns, index=range(len(ids)))


def _fill(units: pd.DataFrame, rng: np.random.Generator) -> None:
    """Add counts and flags in place: members, staff, households, and presence with one in twenty not recorded."""
    n = len(units)
    kind = units["kind"].to_numpy(object)
    host, grid = np.isin(kind, ["enterprise", "social_org"]), units["level"].eq("grid").to_numpy(bool)
    staff = rng.geometric(0.04, n)
    members = np.where(host, rng.poisson(np.minimum(staff / 15, 6)), rng.poisson(12, n))
    units["name"] = "单位" + units["unit_id"].astype("str")
    units["sector"] = np.where(host, rng.choice(_SECTORS, n), None)
    units["households"] = np.where(grid, rng.integers(250, 550, n), np.nan)
    units["staff"] = np.where(host, staff, np.nan)
    units["full_members"] = members
    units["fixed_premises"] = np.where(host, rng.random(n) < 0.8, None)  # noqa: PLR2004
    units["status"] = np.where(host, np.where(rng.random(n) < 0.95, "存续", "注销"), None)  # noqa: PLR2004
    has = rng.random(n) < np.where(members >= 3, 0.9, 0.25)  # noqa: PLR2004
    units["has_party_org"] = np.where(host & (rng.random(n) > 0.05), has, None)  # noqa: PLR2004
    units["formation"] = np.where(host & has & units["has_party_org"].eq(other=True).to_numpy(bool), np.where(members >= 3, "sole", "joint"), None)  # noqa: PLR2004


def _ties(rng: np.random.Generator, community: Any, grid: Any, firm: Any, firm_home: Any, communities: Any) -> pd.DataFrame:
    n, n_grids = len(communities), len(grid)
    residents, centre = _named("R", communities), _named("V", communities)
    pairs: list[tuple[Any, Any, str]] = [(residents, community, "两委联动")]
    linked = rng.random(n) < 0.97  # noqa: PLR2004
    pairs.append((centre[linked], community[linked], "阵地共用"))
    together = rng.random(n) < 0.3  # noqa: PLR2004
    pairs.append((residents[together], centre[together], "联合活动"))
    counts, shares = zip(*_FIRM_TIES, strict=True)
    n_ties = rng.choice(counts, len(firm), p=shares)
    home_grid = firm_home * _GRIDS + rng.integers(0, _GRIDS, len(firm))
    first = n_ties > 0
    to_community = rng.random(len(firm)) < 0.1  # noqa: PLR2004
    pairs.append((firm[first], np.where(to_community, community[firm_home], grid[home_grid])[first], "共建协议"))
    more = np.repeat(np.arange(len(firm)), np.maximum(n_ties - 1, 0))
    near = np.clip(home_grid[more] + rng.integers(-15, 16, len(more)), 0, n_grids - 1)
    anywhere = rng.integers(0, n_grids, len(more))
    pairs.append((firm[more], grid[np.where(rng.random(len(more)) < 0.8, near, anywhere)], "联合活动"))  # noqa: PLR2004
    meeting = np.flatnonzero(rng.random(n - 1) < 0.35)  # noqa: PLR2004
    pairs.append((community[meeting], community[meeting + 1], "联席会议"))
    far = rng.random(n) < 0.5  # noqa: PLR2004
    pairs.append((community[far], firm[rng.integers(0, max(len(firm), 1), int(far.sum()))] if len(firm) else firm, "联席会议"))
    frames = [pd.DataFrame({"source": a, "target": b, "tie_type": kind}) for a, b, kind in pairs if len(a) == len(b)]
    ties = pd.concat(frames, ignore_index=True)
    ties["layer"] = "collab"
    ties["weight"] = rng.integers(1, 13, len(ties)).astype(float)
    return ties[["source", "target", "layer", "tie_type", "weight"]].drop_duplicates(["source", "target", "tie_type"])
