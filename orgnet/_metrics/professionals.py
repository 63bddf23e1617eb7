"""Professional bodies, charities and service groups: whom they support, whom they reach, and whose voice counts.

A position in the network is not power: who is central (eigenvector, betweenness) and who has seats, items on the agenda
and proposals adopted are told apart throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.estimates import estimate
from orgnet._engine.traversal import hops
from orgnet._metrics.activity import appearances, organisations, why_undefined
from orgnet._metrics.areas import areas_of
from orgnet._metrics.betweenness import betweenness
from orgnet._metrics.centrality import eigenvector
from orgnet._metrics.cohesion import constraint
from orgnet._metrics.force import current
from orgnet._metrics.influence import influence_figures, influence_table
from orgnet._metrics.territory import current_rows, lacking, recorded
from orgnet._model.results import Family, Figures, Note, describe
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._metrics.areas import Areas
    from orgnet._model.network import OrgNetwork

SUPPORTERS = ("professional_org", "charity", "service_group")
_LEADERS = (*SUPPORTERS, *PARTY_KINDS, "government_unit")  # bodies that lead others and are not led into activity
_BUDGET = 2.0  # seconds, for betweenness
_AT_ONCE = 64  # supporters whose two steps are held in memory together
_NO_SUPPORTER = Note(
    "the file has no professional body, charity or service group", "文件中没有专业机构、慈善组织或服务队"
)
_NOT_POWER = Note(
    "a position in the network is not power: read eigenvector, betweenness and constraint beside seats, agenda items "
    "and proposals adopted, not for them",
    "网络位置不等于话语权：特征向量、中介中心性与约束应与席位、议题、采纳提案并看，不能代替",
)
_NONE_LED = Note(
    "no organisation was first brought together by a supporter long enough ago",
    "没有足够早由专业力量首次组织活动的组织",
)
_TWO_LARGEST = Note(
    "two parts of the network are the largest, so that no eigenvector is defined",
    "网络有两个同样大的最大分支，特征向量无定义",
)
_TOO_LARGE = Note(
    "betweenness would take too long on a network of this size: compute it on a part, or call metrics.betweenness",
    "网络过大，中介中心性计算时间过长：可取子网络，或直接调用 metrics.betweenness",
)


@dataclass(frozen=True, eq=False, repr=False)
class Professionals(Family):
    """Supporters, those they support, and influence by kind; see `orgnet.metrics.professionals`.

    Attributes
    ----------
    supported
        One row a supported organisation: ``unit_id``, ``name``, ``kind``, ``area``, ``supporters`` (how many),
        ``tie_concentration`` (sum of squared shares of its `supports` ties by supporter), ``funds`` (recorded for it in
        the table of services), ``fund_concentration`` (the same of funds, by provider).
    led
        One row an organisation whose first event was organised by a supporter: ``unit_id``, ``name``, ``kind``,
        ``first``, ``last`` (dates of its events), ``active`` (True, False; missing where too little time has passed).
    influence
        One row a kind: ``kind``, ``units``, ``seats``, ``seat_share``, ``agenda_items``, ``agenda_share``,
        ``proposals_made``, ``proposals_adopted``, ``adopted_share``, ``adoption_rate``.
    """

    supported: pd.DataFrame = field(default_factory=pd.DataFrame)
    led: pd.DataFrame = field(default_factory=pd.DataFrame)
    influence: pd.DataFrame = field(default_factory=pd.DataFrame)


def professionals(net: OrgNetwork) -> Professionals:
    r"""Whom do professional bodies, charities and service groups reach, does it last, and have they a voice?

    Supporters are the units of these three kinds; a supported organisation is one with a `supports` tie from them. With
    shares :math:`s_p` of its ties, or of its funds, by provider p, its dependence on few is

    .. math:: H = \sum_p s_p^2

    1 for a single provider. The reach of the supporters together is the group degree centrality of Everett and
    Borgatti: the share of all other units that a horizontal tie joins to one of them.

    Parameters
    ----------
    net
        The network. Ties and services that ended before ``net.as_of``, or had not begun, do not count; nor do absences
        from events. Influence is read from the columns ``seats``, ``agenda_items``, ``proposals_made`` and
        ``proposals_adopted`` of units.

    Returns
    -------
    Professionals
        ``table``, one row a supporter, those with most organisations supported first: ``unit_id``, ``name``, ``kind``,
        ``supported`` (organisations), ``areas`` (where people live, of the organisations supported), ``reached_1`` and
        ``reached_2`` (organisations within one and two horizontal ties), ``events`` (organised). ``supported``, ``led``
        and ``influence`` as above.

        An organisation that was led counts as active after a year if it has an event more than the rule set's
        ``active_days`` after its first; where fewer days than these have passed until ``net.as_of`` it is left out,
        counted as unknown. Shares of centrality are over horizontal ties; NaN where none is defined, and for
        betweenness where it would take more than some seconds. Shares of seats, agenda items and adopted proposals are
        of what is recorded: organisations without are counted as unknown, and where they are recorded of supporters
        alone, or of one kind alone, there is no share.

    References
    ----------
    .. [1] Everett, M. G. and Borgatti, S. P. (1999). The centrality of groups and classes. *Journal of Mathematical
       Sociology* 23, 181-201.

    Measures J1 to J7 and J9.

    Examples
    --------
    >>> from orgnet import build
    >>> units = {"unit_id": ["q", "v", "r1", "r2", "r3"], "area": ["town", "town", "east", "west", "north"],
    ...          "kind": ["professional_org", "service_group"] + ["residents_committee"] * 3}
    >>> ties = {"source": ["q", "q", "v"], "target": ["r1", "r2", "r1"], "layer": "supports"}
    >>> found = professionals(build.from_tables(units, ties))
    >>> round(found.value("communities_with_supporter"), 4), found.value("supported_per_supporter")
    (0.6667, 1.5)
    >>> found.supported[["unit_id", "tie_concentration"]].values.tolist()
    [['r1', 0.5], ['r2', 1.0]]
    """
    now = current(net)
    areas = areas_of(now)
    group = now.units["kind"].isin(SUPPORTERS).to_numpy(bool)
    pairs = _pairs(now, group)
    seen = appearances(now)
    supported, led, influence = _supported(now, pairs), _led(now, seen, group), influence_table(now)
    figures = Figures()
    untied = () if net.tie_mask("supports").any() else ("ties.supports",)
    _support_figures(figures, now, areas, pairs, group, untied)
    _reach_figures(figures, now, group)
    _led_figures(figures, now, seen, led)
    _position_figures(figures, now, group)
    influence_figures(figures, now, influence, SUPPORTERS)
    _concentration_figures(figures, net, supported, untied)
    return Professionals(
        _table(now, areas, pairs, seen, group),
        describe(net, "professionals", kinds=list(SUPPORTERS), warnings=(_NOT_POWER,)),
        figures.frame(),
        supported=supported,
        led=led,
        influence=influence,
    )


def _pairs(net: OrgNetwork, group: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the `supports` ties of supporters: ``by`` and ``to`` (rows), ``ties`` (how many)."""
    by, to = net.ends[:, net.tie_mask("supports")].astype(np.int64)
    pairs = pd.DataFrame({"by": by[group[by]], "to": to[group[by]]})
    return pairs.groupby(["by", "to"]).size().rename("ties").reset_index()


def _table(
    net: OrgNetwork, areas: Areas, pairs: pd.DataFrame, seen: pd.DataFrame, group: NDArray[np.bool_]
) -> pd.DataFrame:
    rows = np.flatnonzero(group)
    n = net.n_units
    places = pairs.assign(area=areas.code[pairs["to"].to_numpy()])
    places = places.loc[places["area"] >= 0, ["by", "area"]].drop_duplicates()
    one, two = _reached(net, rows)
    organised = seen.loc[seen["role"] == "organiser", "row"]
    table = pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": net.units["kind"].to_numpy()[rows],
            "supported": np.bincount(pairs["by"], minlength=n)[rows],
            "areas": np.bincount(places["by"], minlength=n)[rows],
            "reached_1": one,
            "reached_2": two,
            "events": np.bincount(organised, minlength=n)[rows],
        }
    )
    return table.sort_values(["supported", "unit_id"], ascending=[False, True], ignore_index=True)


def _reached(net: OrgNetwork, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the organisations within one and within two horizontal ties of each of these units, itself left out."""
    from scipy.sparse import eye_array

    matrix = (net.view("horizontal").to_scipy() > 0).astype(np.int32)
    wanted = organisations(net.units).astype(np.int32)
    near, wider = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    start = eye_array(net.n_units, dtype=np.int32, format="csr")
    for first in range(0, len(rows), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        within = start[rows[part]]
        for counts in (near, wider):
            within = (within + within @ matrix > 0).astype(np.int32)
            counts[part] = within @ wanted - wanted[rows[part]]
    return near, wider


def _support_figures(
    figures: Figures, net: OrgNetwork, areas: Areas, pairs: pd.DataFrame, group: NDArray[np.bool_],
    missing: tuple[str, ...],
) -> None:  # fmt: skip
    """Add where there is a supporter (J1), and how much each of them carries (J2)."""
    reached = areas.code[pairs["to"].to_numpy()]
    with_one = len(np.unique(reached[reached >= 0]))
    figures.ratio("communities_with_supporter", with_one, len(areas), missing=missing)
    load = np.bincount(pairs["by"], minlength=net.n_units)[group]
    none = "" if group.any() else _NO_SUPPORTER
    figures.ratio("supported_per_supporter", len(pairs), len(load), missing=missing, reason=none)
    most = np.nan if missing or none else load.max()
    figures.add("most_supported_by_one", most, missing=missing, reason=none)


def _reach_figures(figures: Figures, net: OrgNetwork, group: NDArray[np.bool_]) -> None:
    """Add how far the supporters reach together (J3, J6), and how far unions do (J3)."""
    none = "" if group.any() else _NO_SUPPORTER
    missing = _no_horizontal(net)
    far = hops(net.view("horizontal"), np.flatnonzero(group))
    others = organisations(net.units) & ~group
    for steps in (1, 2):
        reached = others & (far > 0) & (far <= steps)
        total = others.sum() if group.any() else 0
        figures.ratio(f"organisations_reached_{steps}", reached.sum(), total, missing=missing, reason=none)
    total = (~group).sum() if group.any() else 0
    figures.ratio("group_degree", ((far == 1) & ~group).sum(), total, missing=missing, reason=none)
    hosts = net.units["kind"].isin(net.rules["coverage"]["host_kinds"]).to_numpy(bool)
    members, staff = (recorded(net.units, name)[hosts] for name in ("union_members", "staff"))
    known = members <= staff  # False where one is missing; more members than staff is a mistake, and says nothing
    figures.ratio("union_reach", members[known].sum(), staff[known].sum(), unknown=int((~known).sum()),
                  missing=lacking(net.units, "union_members", "staff"))  # fmt: skip


def _no_horizontal(net: OrgNetwork) -> tuple[str, ...]:
    return () if net.tie_mask("horizontal").any() else ("ties.supports", "ties.collab")


def _led(net: OrgNetwork, seen: pd.DataFrame, group: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the organisations whose first event was organised by a supporter, and whether they were active still."""
    days = pd.Timedelta(days=net.rules["professionals"]["active_days"])
    now = pd.NaT if net.as_of is None else pd.Timestamp(net.as_of)
    there = seen[seen["present"] & seen["date"].notna() & ~(seen["date"] > now)]
    by_supporter = there.loc[(there["role"] == "organiser") & group[there["row"].to_numpy()], "event"]
    can_be_led = organisations(net.units) & ~net.units["kind"].isin(_LEADERS).to_numpy(bool)
    there = there[can_be_led[there["row"].to_numpy()]]
    dates = there.groupby("row")["date"].agg(first="min", last="max")
    opened = there[there["date"].eq(there.groupby("row")["date"].transform("min")) & there["event"].isin(by_supporter)]
    dates = dates.loc[np.unique(opened["row"])]
    year_on = dates["first"] + days
    active = (dates["last"] > year_on).astype("boolean").where(year_on < now)
    rows = dates.index.to_numpy(np.int64)
    table = pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": net.units["kind"].to_numpy()[rows],
            "first": dates["first"].array,
            "last": dates["last"].array,
            "active": active.array,
        }
    )
    return table.sort_values(["first", "unit_id"], ignore_index=True)


def _led_figures(figures: Figures, net: OrgNetwork, seen: pd.DataFrame, led: pd.DataFrame) -> None:
    """Add the share of organisations led that were active still after a year (J4)."""
    known = led["active"].dropna()
    why = why_undefined(net, seen) or {"reason": _NONE_LED}
    figures.ratio("led_and_active", known.sum(), len(known), unknown=int(led["active"].isna().sum()), **why)


def _position_figures(figures: Figures, net: OrgNetwork, group: NDArray[np.bool_]) -> None:
    """Add the share of position that supporters hold (J5): of all eigenvector and betweenness, and their constraint."""
    missing = _no_horizontal(net)
    if missing or not group.any():
        for measure in ("eigenvector_share", "betweenness_share", "constraint_ratio"):
            figures.add(f"supporter_{measure}", missing=missing, reason="" if missing else _NO_SUPPORTER)
        return
    scores = eigenvector(net, layers="horizontal").to_numpy()
    known = ~np.isnan(scores)
    figures.ratio("supporter_eigenvector_share", scores[known & group].sum(), scores[known].sum(),
                  unknown=int((~known).sum()), reason=_TWO_LARGEST)  # fmt: skip
    if estimate(net.view("horizontal"), "betweenness") > _BUDGET:
        figures.add("supporter_betweenness_share", reason=_TOO_LARGE)
    else:
        between = betweenness(net, layers="horizontal").to_numpy()
        figures.ratio("supporter_betweenness_share", between[group].sum(), between.sum())
    hemmed = constraint(net, layers="horizontal").to_numpy()
    tied = ~np.isnan(hemmed)
    both = (tied & group).any() and (tied & ~group).any()
    ours, theirs = (hemmed[tied & side].mean() if both else 0.0 for side in (group, ~group))
    figures.ratio("supporter_constraint_ratio", ours, theirs, unknown=int((~tied).sum()))


def _supported(net: OrgNetwork, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the organisations that are supported, or funded by a service, and how far they depend on few."""
    funds = pd.DataFrame({"by": [], "to": [], "funds": []}, dtype="int64")
    if "services" in net.tables:
        given = current_rows(net, net.tables["services"])
        given = given[given["receiver"].notna() & (given["funds"] > 0)]
        by, to = (net.ids.get_indexer(pd.Index(given[end], dtype="str")) for end in ("provider", "receiver"))
        funds = pd.DataFrame({"by": by, "to": to, "funds": given["funds"].to_numpy()})
    by_tie, by_fund = _concentrations(pairs, "ties"), _concentrations(funds, "funds")
    rows = np.union1d(by_tie.index, by_fund.index).astype(np.int64)
    table = pd.DataFrame({"unit_id": net.ids[rows], "name": net.names.to_numpy()[rows]})
    for name in ("kind", "area"):
        if name in net.units:
            table[name] = net.units[name].to_numpy()[rows]
    table["supporters"] = pairs.groupby("to").size().reindex(rows, fill_value=0).to_numpy()
    table["tie_concentration"] = by_tie.reindex(rows).to_numpy()
    table["funds"] = funds.groupby("to")["funds"].sum().reindex(rows).to_numpy("float64")
    table["fund_concentration"] = by_fund.reindex(rows).to_numpy()
    return table.sort_values("unit_id", ignore_index=True)


def _concentrations(given: pd.DataFrame, amount: str) -> pd.Series:
    """Return by receiver the sum of squared shares by provider."""
    each = given.groupby(["to", "by"])[amount].sum().astype("float64")
    share = each / each.groupby(level="to").transform("sum")
    return (share**2).groupby(level="to").sum()


def _concentration_figures(figures: Figures, net: OrgNetwork, supported: pd.DataFrame, untied: tuple[str, ...]) -> None:
    """Add the mean dependence of supported organisations on few supporters, by ties and by funds (J9)."""
    services = net.tables.get("services")
    unfunded = () if services is not None and services["funds"].notna().any() else ("services.funds",)
    absent = ("services",) if services is None else unfunded
    for measure, column, missing in (
        ("support_concentration", "tie_concentration", untied),
        ("funding_concentration", "fund_concentration", absent),
    ):
        known = supported[column].dropna()
        figures.ratio(measure, known.sum(), len(known), missing=missing)
