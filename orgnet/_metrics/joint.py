"""Joint branches: how many hosts each of them has, which hosts could make one together, and who is guided by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from orgnet._metrics.force import ties_in_force
from orgnet._metrics.presence import NO, YES, may_be_joint
from orgnet._model.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from orgnet._metrics.presence import Hosts
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

SUGGESTED = ("near", "where", "hosts", "full_members", "anchor", "anchor_name", "unit_ids", "reason", "reason_zh")


def joint_branches(net: OrgNetwork, found: Hosts) -> pd.DataFrame:
    """Return one row a joint branch: its hosts, and whether they are more than the rule set's.

    A joint branch is a Party branch (or a Party unit of a type not stated) that covers several hosts, or one whose
    formation is joint; functional and temporary ones, committees and general branches are none. Its hosts are counted
    by `covers` ties, where it has none by ``joint_units``.
    """
    units = net.units
    hosts = np.bincount(found.covers[0], minlength=net.n_units).astype("float64")
    joint = hosts > 1
    if "formation" in units:
        joint |= units["formation"].eq("joint").to_numpy(bool)
    rows = np.flatnonzero(joint & may_be_joint(net))
    stated = units["joint_units"].to_numpy("float64", na_value=np.nan)[rows] if "joint_units" in units else np.nan
    size = np.where(hosts[rows] > 0, hosts[rows], stated)
    over = np.where(np.isnan(size), "unknown", np.where(size > net.rules["joint"]["most_hosts"], "yes", "no"))
    table = pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "hosts": size,
            "over": pd.array(over.astype(object), dtype="str"),
        }
    )
    return table.sort_values(["hosts", "unit_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def add_joint_branches(net: OrgNetwork, found: Hosts, figures: Figures, table: pd.DataFrame) -> None:
    """Add hosts per joint branch, the share of those with too many (E5), and organisations per instructor (E7)."""
    known = table[table["hosts"].notna()]
    left_out = len(table) - len(known)
    missing = found.lacking["joint"] if not len(table) else () if len(known) else ("ties.covers", "units.joint_units")
    figures.ratio("hosts_per_joint_branch", known["hosts"].sum(), len(known), unknown=left_out, missing=missing)
    too_many = int((known["over"] == "yes").sum())
    figures.ratio("joint_branches_over_limit", too_many, len(known), unknown=left_out, missing=missing)
    guides = net.tie_mask("guides")
    pairs = np.unique(net.ends[:, guides & ties_in_force(net)], axis=1)
    figures.ratio("organisations_per_instructor", pairs.shape[1], len(np.unique(pairs[0])),
                  missing=() if guides.any() else ("ties.guides",))  # fmt: skip


class Candidate(NamedTuple):
    """A host that a joint branch may take in; `rank` 0 has most members, then most staff, then the first id."""

    rank: int
    members: int
    unit_id: str
    row: int


def candidates(net: OrgNetwork, found: Hosts) -> NDArray[np.int32]:
    """Return the rows of operating hosts without organisation that have full members, but too few for one alone."""
    units = net.units
    if "full_members" not in units:
        return np.zeros(0, dtype=np.int32)
    members = units["full_members"].to_numpy("float64", na_value=np.nan)[found.rows]
    few = (members >= 1) & (members < net.rules["members"]["branch"])
    rows: NDArray[np.int32] = found.rows[
        few & (found.populations["operating"] == YES) & (found.measures["organisation"] == NO)
    ]
    return rows


def suggestions(net: OrgNetwork, rows: NDArray[np.int32]) -> pd.DataFrame:
    """Return one row a joint branch that these hosts could make: near each other, enough members, not too many hosts.

    Place by place, the nearest kind of place first (``net.rules["joint"]["near"]``; a building within its area), the
    host with most full members is the anchor; the largest hosts that do not exceed what is still needed join it, else
    the smallest that does. What is left over joins a branch of the same place that has room, else it is tried again in
    the wider place.
    """
    kinds = [name for name in net.rules["joint"]["near"] if name in net.units and len(rows)]
    places, left = net.units[kinds], np.array(rows)
    parts: list[pd.DataFrame] = []
    for number, near in enumerate(kinds):
        within = places.iloc[left, number:].dropna()  # the same building is one of the same area
        where = within[near].astype("str")
        for wider in kinds[number + 1 :]:
            where = within[wider].astype("str") + " / " + where
        pool = pd.DataFrame({"row": net.ids.get_indexer(within.index), "where": where.to_numpy(object)})
        groups = list(_branches(net, pool))
        if groups:
            parts.append(_described(net, near, groups))
        taken = np.array([one.row for _, group in groups for one in group], dtype=np.int64)
        left = left[~np.isin(left, taken)]
    if parts:
        return pd.concat(parts, ignore_index=True)
    nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in SUGGESTED})
    return nothing.astype({"hosts": "int64", "full_members": "int64"})


def _branches(net: OrgNetwork, pool: pd.DataFrame) -> Iterator[tuple[str, list[Candidate]]]:
    """Give place and hosts of each branch that the hosts of each place can make."""
    rows = pool["row"].to_numpy(np.int64)
    units = net.units.iloc[rows]
    members = units["full_members"].to_numpy("float64").astype(np.int64)
    staff = units["staff"].to_numpy("float64", na_value=0.0) if "staff" in units else np.zeros(len(rows))
    order = np.lexsort((units.index.to_numpy(str), -staff, -members))
    facts = zip(members[order].tolist(), units.index[order], rows[order].tolist(), strict=True)
    places: dict[str, list[Candidate]] = {}
    for rank, (where, fact) in enumerate(zip(pool["where"].iloc[order], facts, strict=True)):
        places.setdefault(where, []).append(Candidate(rank, *fact))
    least, most = int(net.rules["members"]["branch"]), int(net.rules["joint"]["most_hosts"])
    for where, there in places.items():
        yield from ((where, group) for group in _grouped(there, least, most))


def _grouped(there: list[Candidate], least: int, most: int) -> list[list[Candidate]]:
    """Group the hosts of one place, sorted, into branches of `least` members and at most `most` hosts."""
    by_members = {size: [one for one in reversed(there) if one.members == size] for size in range(1, least)}
    groups: list[list[Candidate]] = []
    while (group := _next_group(by_members, least, most)) is not None:
        groups.append(group)
    spare = sorted(one for each in by_members.values() for one in each)
    for group in groups:
        while spare and len(group) < most:
            group.append(spare.pop(0))
    return groups


def _next_group(by_members: dict[int, list[Candidate]], least: int, most: int) -> list[Candidate] | None:
    """Take the hosts of one more branch out of those that are left; None where they do not make one."""
    sizes = sorted(by_members, reverse=True)
    if sum(size * len(by_members[size]) for size in sizes) < least:
        return None
    group: list[Candidate] = []
    while (needed := least - sum(one.members for one in group)) > 0 and len(group) < most:
        fitting = [size for size in sizes if size <= needed and by_members[size]]
        larger = [size for size in reversed(sizes) if size > needed and by_members[size]]
        group.append(by_members[(fitting or larger)[0]].pop())
    if needed > 0:
        for one in reversed(group):
            by_members[one.members].append(one)
        return None
    return group


def _described(net: OrgNetwork, near: str, groups: Sequence[tuple[str, list[Candidate]]]) -> pd.DataFrame:
    names = net.names.to_numpy()
    rows = [
        {
            "near": near,
            "where": where,
            "hosts": len(group),
            "full_members": sum(one.members for one in group),
            "anchor": group[0].unit_id,
            "anchor_name": names[group[0].row],
            "unit_ids": ", ".join(one.unit_id for one in group),
        }
        for where, group in groups
    ]
    table = pd.DataFrame(rows)
    least = net.rules["members"]["branch"]
    count, members = table["hosts"].astype("str"), table["full_members"].astype("str")
    table["reason"] = f"same {near}; " + count + " hosts, " + members + f" full members together; {least} are needed"
    table["reason_zh"] = (
        f"同一{label(near, 'zh')}，" + count + " 个组织共有正式党员 " + members + f" 名，达到 {least} 名的组建要求"
    )
    order = ["hosts", "full_members", "anchor"]
    return table.sort_values(order, ascending=[True, False, True], kind="stable").reset_index(drop=True)


def add_suggestions(
    net: OrgNetwork, found: Hosts, figures: Figures, table: pd.DataFrame, rows: NDArray[np.int32]
) -> None:
    """Add how many joint branches are suggested, and the share of possible hosts that they would cover (E6)."""
    near = net.rules["joint"]["near"]
    missing = found.lacking["eligible"] + found.lacking["organisation"]
    if not any(name in net.units for name in near):
        missing += tuple(f"units.{name}" for name in near)
    covered = int(table["hosts"].sum())
    figures.add("joint_branches_suggested", np.nan if missing else len(table), missing=missing)
    figures.ratio("hosts_joinable", covered, len(rows), missing=missing)
