"""Networks by seed, of any size, shaped like a city's: for trials, examples and benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.door import from_tables
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

    Words = NDArray[np.object_]

_STREETS, _COMMUNITIES, _GRIDS = 12, 9, 6  # a district has 12 streets, a street 9 communities, a community 6 grids
_SIZE = 40  # units a community, some
_CELLS = 0.56  # of the rest of a community, the share that is building cells
_FIRM_TIES = ((0, 0.06), (1, 0.74), (2, 0.14), (3, 0.04), (4, 0.02))
_SOCIAL = 0.15  # of firms and social organisations, the share of the latter
_CENTRE_TIED, _TOGETHER = 0.97, 0.3  # service centres tied to their committee, and to their residents' committee
_TO_COMMUNITY = 0.1  # first ties of a firm that go to the community and not to a grid
_NEAR = 0.8  # further ties of a firm that go to a grid near by
_MEETING, _FAR = 0.35, 0.5  # communities that meet the next one, and that are tied to a firm anywhere
_REQUIRED = 3  # members from which an organisation is due
_UNRECORDED, _PREMISES, _OPERATING = 0.05, 0.8, 0.95
_SECTORS = np.array(["信息技术", "商贸零售", "文化旅游", "餐饮住宿", "专业服务", "教育培训"])


def synthetic(*, n_communities: int = 10, seed: int = 0) -> OrgNetwork:
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
    80
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
    social = rng.random(len(firm_home)) < _SOCIAL
    district = _named("D", np.arange(n_districts))
    street, community, grid = _named("S", streets), _named("C", communities), _named("G", grids)
    cell, firm = _named("B", np.arange(len(cell_home))), _named("F", np.arange(len(firm_home)))
    area = _named("社区", communities)
    parts = [
        _units(np.array(["CITY"], dtype=object), "party_committee", "city", None),
        _units(district, "party_committee", "district", np.full(n_districts, "CITY", dtype=object)),
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
    return units, _ties(rng, community, grid, firm, firm_home)


def _named(letter: str, numbers: NDArray[np.int64]) -> Words:
    return np.array([f"{letter}{number}" for number in numbers], dtype=object)


def _units(
    ids: Words, kind: str | Words, level: str | None, superior: Words | None, area: Words | None = None
) -> pd.DataFrame:
    columns = {"unit_id": ids, "kind": kind, "level": level, "superior_id": superior, "area": area}
    return pd.DataFrame(columns, index=range(len(ids)))


def _fill(units: pd.DataFrame, rng: np.random.Generator) -> None:
    """Add counts and flags in place: members, staff, households, and presence with one in twenty not recorded."""
    n = len(units)
    host, grid = units["kind"].isin(["enterprise", "social_org"]), units["level"].eq("grid")
    staff = rng.geometric(0.04, n)
    members = np.where(host, rng.poisson(np.minimum(staff / 15, 6)), rng.poisson(12, n))
    due = members >= _REQUIRED
    has = rng.random(n) < np.where(due, 0.9, 0.25)
    recorded = host & (rng.random(n) > _UNRECORDED)
    units["name"] = "单位" + units["unit_id"].astype("str")
    units["sector"] = pd.Series(rng.choice(_SECTORS, n)).where(host)
    units["households"] = pd.Series(rng.integers(250, 550, n)).where(grid)
    units["staff"] = pd.Series(staff).where(host)
    units["full_members"] = members
    units["fixed_premises"] = pd.Series(rng.random(n) < _PREMISES).astype("boolean").where(host)
    units["status"] = pd.Series(np.where(rng.random(n) < _OPERATING, "存续", "注销")).where(host)
    units["has_party_org"] = pd.Series(has).astype("boolean").where(recorded)
    units["formation"] = pd.Series(np.where(due, "sole", "joint")).where(recorded & has)


def _ties(
    rng: np.random.Generator, community: Words, grid: Words, firm: Words, home: NDArray[np.int64]
) -> pd.DataFrame:
    """Return the ties of collaboration; `home` is the community of each firm."""
    n, n_grids = len(community), len(grid)
    residents, centre = _named("R", np.arange(n)), _named("V", np.arange(n))
    linked, together = rng.random(n) < _CENTRE_TIED, rng.random(n) < _TOGETHER
    n_ties = rng.choice([count for count, _ in _FIRM_TIES], len(firm), p=[share for _, share in _FIRM_TIES])
    home_grid = home * _GRIDS + rng.integers(0, _GRIDS, len(firm))
    partner = np.where(rng.random(len(firm)) < _TO_COMMUNITY, community[home], grid[home_grid])
    more = np.repeat(np.arange(len(firm)), np.maximum(n_ties - 1, 0))
    near = np.clip(home_grid[more] + rng.integers(-15, 16, len(more)), 0, n_grids - 1)
    anywhere = rng.integers(0, n_grids, len(more))
    further = grid[np.where(rng.random(len(more)) < _NEAR, near, anywhere)]
    meeting = np.flatnonzero(rng.random(n - 1) < _MEETING)
    far = np.flatnonzero(rng.random(n) < _FAR) if len(firm) else np.arange(0)
    pairs = (
        (residents, community, "两委联动"),
        (centre[linked], community[linked], "阵地共用"),
        (residents[together], centre[together], "联合活动"),
        (firm[n_ties > 0], partner[n_ties > 0], "共建协议"),
        (firm[more], further, "联合活动"),
        (community[meeting], community[meeting + 1], "联席会议"),
        (community[far], firm[rng.integers(0, max(len(firm), 1), len(far))], "联席会议"),
    )
    frames = [pd.DataFrame({"source": a, "target": b, "layer": "collab", "tie_type": kind}) for a, b, kind in pairs]
    ties = pd.concat(frames, ignore_index=True).drop_duplicates(["source", "target", "tie_type"], ignore_index=True)
    return ties.assign(weight=rng.integers(1, 13, len(ties)).astype(float))
