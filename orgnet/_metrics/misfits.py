"""Party organisation of the wrong shape: too much for its members, too little, twice, or in a host that is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from orgnet._metrics.force import ties_in_force
from orgnet._metrics.presence import NO, UNKNOWN, YES, is_beside, is_party, may_be_joint
from orgnet._model.vocabulary import label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._metrics.presence import Hosts
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

# Each with its reason in words; {branch} is the number of full members from which a branch is due.
MISFITS = {
    "over_built": (
        "has an organisation of its own with fewer than {branch} full members: a joint one is usual",
        "正式党员不足 {branch} 名而单独组建，通常应联合组建",
    ),
    "under_built": (
        "has {branch} full members or more and a joint organisation only: one of its own is due",
        "正式党员达到 {branch} 名而仍为联合组建，应单独组建",
    ),
    "several_party_units": (
        "is covered by several Party units, none of them below another",
        "由互不隶属的多个党组织覆盖",
    ),
    "closed": ("is closed, and still has a Party organisation", "已注销或停业，仍有党组织"),
    "formation_differs": (
        "is recorded as {formation}, and its covers ties say otherwise",
        "登记为{formation_zh}，与覆盖关系不符",
    ),
}


class Misfits(NamedTuple):
    """What does not fit: masks over the hosts, and one over all units."""

    hosts: dict[str, NDArray[np.bool_]]
    units: NDArray[np.bool_]


def find_misfits(net: OrgNetwork, found: Hosts) -> Misfits:
    """Find hosts whose organisation does not fit them, and units whose formation does not fit their ties."""
    own, joint = found.measures["own"] == YES, found.measures["joint"] == YES
    standing = found.populations["operating"] != NO
    members = _full_members(net, found)
    least = net.rules["members"]["branch"]
    masks = {
        "over_built": standing & own & (members < least),
        "under_built": standing & joint & ~own & (members >= least),
        "several_party_units": standing & (_covering(net, found)[found.rows] > 1),
        "closed": ~standing & (found.measures["organisation"] == YES),
    }
    return Misfits(masks, _formation_differs(net, found))


def misfit_table(net: OrgNetwork, found: Hosts, misfits: Misfits) -> pd.DataFrame:
    """Return one row a misfit: the unit, what does not fit, its full members and Party units, the reason in words."""
    parts = [(name, found.rows[mask]) for name, mask in misfits.hosts.items()]
    parts.append(("formation_differs", np.flatnonzero(misfits.units).astype(np.int32)))
    rows = np.concatenate([at for _, at in parts])
    names = np.repeat(np.array([name for name, _ in parts], dtype=object), [len(at) for _, at in parts])
    units = net.units.iloc[rows]
    party = pd.Series(net.ids[found.covers[0]]).groupby(found.covers[1]).agg(", ".join)
    formation = units["formation"].fillna("").tolist() if "formation" in units else [""] * len(rows)
    branch = net.rules["members"]["branch"]

    def reasons(chinese: int) -> list[str]:
        said = {
            (name, word): MISFITS[name][chinese].format(
                branch=branch, formation=f"{word} formation", formation_zh=label(word, "zh")
            )
            for name, word in set(zip(names, formation, strict=True))
        }
        return [said[key] for key in zip(names, formation, strict=True)]

    table = pd.DataFrame(
        {
            "unit_id": units.index,
            "name": net.names.to_numpy()[rows],
            "kind": units["kind"].to_numpy(),
            "misfit": pd.array(names, dtype="str"),
            "full_members": units["full_members"].to_numpy() if "full_members" in units else np.nan,
            "party_units": pd.array(party.reindex(rows).to_numpy(object), dtype="str"),
            "reason": pd.array(reasons(0), dtype="str"),
            "reason_zh": pd.array(reasons(1), dtype="str"),
        }
    )
    order = table["misfit"].map({name: place for place, name in enumerate(MISFITS)})
    return table.iloc[np.lexsort((table["unit_id"].to_numpy(str), order))].reset_index(drop=True)


def add_misfits(net: OrgNetwork, found: Hosts, figures: Figures, misfits: Misfits) -> None:
    """Add the shares of hosts whose organisation is too much for their members, too little, or double (E2)."""
    own, joint = found.measures["own"], found.measures["joint"]
    standing = found.populations["operating"] != NO
    members = _full_members(net, found)
    recorded = ~np.isnan(members)
    absent = () if "full_members" in net.units else ("units.full_members",)
    for measure, mask, has, name in (
        ("own_below_threshold", standing & (own == YES), own, "over_built"),
        ("joint_above_threshold", standing & (joint == YES) & (own != YES), joint, "under_built"),
    ):
        left_out = int((mask & ~recorded).sum() + (standing & (has == UNKNOWN)).sum())
        missing = absent + found.lacking["own"]
        figures.ratio(measure, misfits.hosts[name].sum(), (mask & recorded).sum(), unknown=left_out, missing=missing)
    covered = standing & (_covering(net, found)[found.rows] > 0)
    missing = () if net.tie_mask("covers").any() else ("ties.covers",)
    double = misfits.hosts["several_party_units"].sum()
    figures.ratio("hosts_with_several_party_units", double, covered.sum(), missing=missing)


def _full_members(net: OrgNetwork, found: Hosts) -> NDArray[np.float64]:
    units = net.units
    if "full_members" not in units:
        return np.full(len(found.rows), np.nan)
    return np.asarray(units["full_members"].to_numpy("float64", na_value=np.nan)[found.rows])


def _covering(net: OrgNetwork, found: Hosts) -> NDArray[np.int64]:
    """Count the Party units that cover each unit, without those whose superior covers it too, and those beside."""
    by, host = found.covers.astype(np.int64)
    below = np.zeros(len(by), dtype=bool)
    superior, inferior = net.ends[:, net.tie_mask("command") & ties_in_force(net)].astype(np.int64)
    pairs = pd.DataFrame({"by": by, "host": host, "pair": np.arange(len(by))})
    above = pairs.merge(pd.DataFrame({"by": inferior, "superior": superior}), on="by")
    key = above["superior"].to_numpy() * net.n_units + above["host"].to_numpy()
    below[above["pair"].to_numpy()[np.isin(key, by * net.n_units + host)]] = True
    return np.bincount(host[~below & ~is_beside(net)[by]], minlength=net.n_units)


def _formation_differs(net: OrgNetwork, found: Hosts) -> NDArray[np.bool_]:
    """Return branches recorded as sole that several hosts share, units as joint with one host, and hosts of such."""
    units = net.units
    if "formation" not in units or not found.covers.shape[1]:
        return np.zeros(net.n_units, dtype=bool)
    sole, joint = (units["formation"].eq(word).to_numpy(bool) for word in ("sole", "joint"))
    n_hosts = np.bincount(found.covers[0], minlength=net.n_units)
    shared, alone = (n_hosts > 1) & may_be_joint(net), (n_hosts == 1) & is_party(net)
    differs = np.asarray((sole & shared) | (joint & alone))
    covered = np.isin(found.rows, found.covers[1])
    sole, joint = sole[found.rows], joint[found.rows]
    by_tie = (sole & (found.measures["joint"] == YES)) | (joint & (found.measures["own"] == YES))
    differs[found.rows[covered & by_tie]] = True
    return differs
