"""Collaboration: who works with whom across, how often they meet, and what is left of it without headquarters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine import cohesion
from orgnet._engine.traversal import arc_sources, components, hops
from orgnet._metrics import options
from orgnet._metrics.activity import YEAR, appearances, organisations, why_undefined
from orgnet._metrics.crossings import LEVELS, containers
from orgnet._metrics.force import current
from orgnet._metrics.territory import NOT_RECORDED
from orgnet._model.results import Family, Figures, Note, describe
from orgnet._model.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork

NO_TIES = Note("no horizontal tie joins two organisations", "没有组织之间的横向关系")
ONE_LAYER = Note("there are ties of fewer than two layers", "横向关系不足两层")
NO_RANKS = Note("there are no differences of depth and of degree to compare", "深度或协作伙伴数没有差异，无从比较")
NO_ABSENCES = Note(
    "no absence of the last 365 days is recorded, so it is not known who was asked",
    "近 365 天未登记缺席单位，无从得知应到单位",
)
_PAIR = 2


@dataclass(frozen=True, eq=False, repr=False)
class Collaboration(Family):
    """Who works with whom; see `orgnet.metrics.collaboration`.

    Attributes
    ----------
    pairs
        One row a pair of kinds: ``kind_a``, ``kind_b``, ``ties``, ``possible``, ``density``. All pairs of the kinds of
        the vocabulary that are there, and pairs of other kinds that are tied.
    """

    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)


def collaboration(
    net: OrgNetwork, *, headquarters: str | Iterable[str] | None = None, layers: str | Sequence[str] = "horizontal"
) -> Collaboration:
    r"""Who works with whom across the hierarchy, how often do they meet, and what is left without headquarters?

    Over the organisations (grids, buildings and posts are none) and the ties among them that hold on the date of the
    network, each pair once. The E-I index of a grouping, the participation coefficient of a unit with :math:`k_l`
    partners in each of L layers that have ties, and the entropy of its partners, a share :math:`p_g` of them of kind g:

    .. math:: EI = \frac{E - I}{E + I}, \qquad P = \frac{L}{L - 1} \Bigl(1 - \sum_l (k_l / \textstyle\sum k_l)^2\Bigr),
              \qquad H = -\sum_g p_g \log_2 p_g

    with E ties between groups and I within: -1 where all stay within, 1 where all go across.

    Parameters
    ----------
    net
        The network; with `events` for meetings.
    headquarters
        One id or several; by default the tops of command.
    layers
        The layers that count as collaboration; meetings and the correlation with depth are always over ``"collab"``.

    Returns
    -------
    Collaboration
        ``table``, one row an organisation with a partner: ``unit_id``, ``name``, ``kind``, ``area`` where the input has
        it, ``partners``, ``kinds`` (of partners), ``entropy`` (bits; NaN without a partner of known kind),
        ``layer_participation``, ``meetings`` (events of the last 365 days where it was, and another organisation too),
        ``attendance`` (present over asked; NaN where never asked) and ``cross_community`` (partners in another
        community; NaN where its own is not known). ``pairs``. ``indicators``:

        D1 ``horizontal_density``: ties over pairs, for all and by pair of kinds. D2 ``ei_index_by_kind`` and
        ``ei_index_by_sector``, for all ties and for those with an end in the group. D3, without headquarters:
        ``density_without_headquarters``, ``components_without_headquarters`` (parts of two organisations or more),
        ``isolates_without_headquarters`` (share of organisations without a partner). D5 ``multiplex_pairs``: tied pairs
        with two types of tie or more (types of `collab` by ``tie_type``, other layers by layer) over all tied pairs;
        ``layer_participation``: mean P of organisations with a partner. D6 ``mean_constraint`` (Burt). D7
        ``meetings_per_pair``: for each pair tied by collaboration the events of the last 365 days where both were, on
        average; ``pairs_meeting``: the share with one or more; ``meeting_attendance``: participants over participants
        and absent units of the last 365 days, organisers aside, also by kind; undefined where no absence of these days
        is recorded. D8 ``depth_collaboration_correlation``: Spearman's, of depth
        in command and the number of collaboration partners (the degree: betweenness costs more and says little else in
        networks that are nearly trees). D9 ``partner_kind_entropy``: the mean. D10 ``crossing_community``,
        ``crossing_subdistrict``, ``crossing_district``: ties between two of them over ties whose ends are both placed.
        NaN with a reason where there is nothing to count.

    Raises
    ------
    UnitError
        If a headquarters is no unit.
    LayerError
        For a layer that does not exist.

    Notes
    -----
    A unit's community is its ``area``, unless that names a larger place; its subdistrict and district are the nearest
    units of that level above it in command, or those above all units of its area.

    References
    ----------
    Measures D1 to D3 and D5 to D10.

    .. [1] Krackhardt, D. and Stern, R. N. (1988). Informal networks and organizational crises: an experimental
       simulation. *Social Psychology Quarterly* 51, 123-140.
    .. [2] Battiston, F., Nicosia, V. and Latora, V. (2014). Structural measures for multiplex networks. *Physical
       Review E* 89, 032804.

    Examples
    --------
    A firm works with two firms and a social organisation; all but one of the three ties stay within its kind:

    >>> from orgnet import build
    >>> net = build.from_tables(
    ...     {"unit_id": ["f1", "f2", "f3", "s"], "kind": ["enterprise"] * 3 + ["social_org"]},
    ...     {"source": ["f1", "f1", "f1"], "target": ["f2", "f3", "s"], "layer": "collab"})
    >>> found = collaboration(net)
    >>> found.value("horizontal_density"), round(found.value("ei_index_by_kind"), 4)
    (0.5, -0.3333)
    >>> found.table[["partners", "kinds", "entropy"]].round(4).to_numpy().tolist()[0]
    [3.0, 2.0, 0.9183]
    """
    now = current(net)
    heads, warnings = options.headquarters(now, headquarters)
    part = now.select(units=now.ids[organisations(now.units)])
    view = part.view(layers)
    kind = pd.factorize(part.units["kind"], sort=True)
    figures = Figures()
    pairs = _kind_pairs(figures, view, *kind)
    _ei_indices(figures, part, view)
    _without(figures, part, now.ids[heads], layers)
    table = _units(part, view, kind[0])
    table["layer_participation"] = _layers(figures, part, view, layers)
    _mean(figures, "mean_constraint", cohesion.constraint(view))
    _mean(figures, "partner_kind_entropy", table["entropy"].to_numpy())
    table["meetings"], table["attendance"] = _meetings(figures, net, part)
    far = hops(now.view("vertical", "down"), heads)[now.rows(part.ids)]
    _ranks(figures, part, np.where(far < 0, np.nan, far))
    table["cross_community"] = _crossings(figures, now, part, view)
    return Collaboration(
        table[table["partners"] > 0].reset_index(drop=True),
        describe(net, "collaboration", layers=layers, headquarters=options.listed(now, heads), warnings=warnings),
        figures.frame(),
        pairs,
    )


def _mean(figures: Figures, measure: str, values: NDArray[np.float64], reason: Note = NO_TIES) -> None:
    known = values[~np.isnan(values)]
    figures.ratio(measure, float(known.sum()), len(known), reason=reason)


def _kind_pairs(figures: Figures, view: View, kind: NDArray[np.intp], words: pd.Index) -> pd.DataFrame:
    """Count ties and possible ties by pair of kinds."""
    k = len(words)
    near, far = kind[arc_sources(view)], kind[view.indices]
    known = (near >= 0) & (near <= far)
    keys, arcs = np.unique(near[known].astype(np.int64) * k + far[known], return_counts=True)
    listed = np.flatnonzero(words.isin(list(KINDS)))
    a, b = listed[np.triu_indices(len(listed))[0]], listed[np.triu_indices(len(listed))[1]]
    shown = np.union1d(keys, a * k + b).astype(np.int64)
    ties = np.zeros(len(shown), dtype=np.int64)
    ties[np.searchsorted(shown, keys)] = arcs
    a, b = shown // max(k, 1), shown % max(k, 1)
    ties[a == b] //= 2  # each tie within a kind is two arcs of it
    sizes = np.bincount(kind[kind >= 0], minlength=k).astype(np.int64)
    possible = np.where(a == b, sizes[a] * (sizes[a] - 1) // 2, sizes[a] * sizes[b])
    density = np.divide(ties, possible, out=np.full(len(shown), np.nan), where=possible > 0)
    frame = pd.DataFrame({"kind_a": words[a], "kind_b": words[b], "ties": ties, "possible": possible})
    unknown = int((kind < 0).sum())
    figures.ratio("horizontal_density", view.n_ties, view.n * (view.n - 1) // 2)
    for at in np.flatnonzero(ties):
        group = f"{words[a[at]]} – {words[b[at]]}"
        figures.ratio("horizontal_density", ties[at], possible[at], group=group, unknown=unknown)
    return frame.assign(density=density)


def _ei_indices(figures: Figures, part: OrgNetwork, view: View) -> None:
    for name in ("kind", "sector"):
        measure = f"ei_index_by_{name}"
        if name not in part.units:
            figures.add(measure, missing=(f"units.{name}",))
            continue
        group, words = pd.factorize(part.units[name], sort=True)
        near, far = group[arc_sources(view)], group[view.indices]
        known = (near >= 0) & (far >= 0)
        across = np.bincount(near[known & (near != far)], minlength=len(words))
        within = np.bincount(near[known & (near == far)], minlength=len(words)) // 2
        unknown = int((~known).sum()) // 2
        between, inside = int(across.sum()) // 2, int(within.sum())
        figures.ratio(measure, between - inside, between + inside, unknown=unknown, reason=NO_TIES)
        for word, out, own in zip(words, across, within, strict=True):
            if out + own:
                figures.ratio(measure, out - own, out + own, group=str(word), unknown=unknown)


def _without(figures: Figures, part: OrgNetwork, heads: pd.Index, layers: str | Sequence[str]) -> None:
    """Say what is left of the network without headquarters."""
    rest = part.without(heads[heads.isin(part.ids)])
    view = rest.view(layers)
    alone = int((np.diff(view.indptr) == 0).sum())
    figures.ratio("density_without_headquarters", view.n_ties, view.n * (view.n - 1) // 2)
    figures.add("components_without_headquarters", components(view)[0] - alone)
    figures.ratio("isolates_without_headquarters", alone, view.n)


def _units(part: OrgNetwork, view: View, kind: NDArray[np.intp]) -> pd.DataFrame:
    """Return one row an organisation with the number, kinds and entropy of its partners."""
    units = part.units
    source, partner = arc_sources(view), kind[view.indices]
    known = partner >= 0
    k = int(kind.max(initial=-1)) + 1
    keys, counts = np.unique(source[known].astype(np.int64) * k + partner[known], return_counts=True)
    unit = keys // max(k, 1)
    total = np.bincount(unit, weights=counts, minlength=view.n)
    surprise = np.bincount(unit, weights=counts * np.log2(total[unit] / counts), minlength=view.n)
    entropy = np.divide(surprise, total, out=np.full(view.n, np.nan), where=total > 0)
    facts: dict[str, Any] = {"unit_id": part.ids, "name": part.names.to_numpy()}
    facts["kind"] = units["kind"].fillna(NOT_RECORDED).to_numpy()
    facts |= {"area": units["area"].to_numpy()} if "area" in units else {}
    facts |= {"partners": np.diff(view.indptr), "kinds": np.bincount(unit, minlength=view.n), "entropy": entropy}
    return pd.DataFrame(facts)


def _layers(figures: Figures, part: OrgNetwork, view: View, layers: str | Sequence[str]) -> NDArray[np.float64]:
    """Say how many pairs have several types of tie, and how evenly a unit's ties lie on the layers."""
    mask = part.tie_mask(layers)
    ties = part.ties.loc[mask, ["layer", "tie_type"]]
    low, high = np.sort(part.ends[:, mask], axis=0)
    kinds = ties["tie_type"].where(ties["layer"] == "collab")
    frame = pd.DataFrame({"low": low, "high": high, "layer": ties["layer"].to_numpy(), "type": kinds.to_numpy()})
    types = frame.groupby(["low", "high", "layer"])["type"].nunique().clip(lower=1).groupby(["low", "high"]).sum()
    figures.ratio("multiplex_pairs", int((types >= _PAIR).sum()), view.n_ties, reason=NO_TIES)
    degrees = np.array([np.diff(part.view(layer).indptr) for layer in frame["layer"].unique()], dtype=np.float64)
    if len(degrees) < _PAIR:
        figures.add("layer_participation", reason=ONE_LAYER)
        return np.full(view.n, np.nan)
    found = participation_coefficient(degrees)
    _mean(figures, "layer_participation", found)
    return found


def participation_coefficient(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how evenly the ties of each unit lie on layers: 0 all on one, 1 equally on all; NaN without ties.

    `degrees` has a row a layer and a column a unit.
    """
    n_layers, total = len(degrees), degrees.sum(axis=0)
    shares = np.divide(degrees, total, out=np.full(degrees.shape, np.nan), where=total > 0)
    return np.asarray(n_layers / (n_layers - 1) * (1 - (shares**2).sum(axis=0)))


def _meetings(figures: Figures, net: OrgNetwork, part: OrgNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Say how often partners meet and who comes; return meetings and attendance of each unit."""
    seen = appearances(net, days=YEAR)
    seen = seen.assign(row=part.ids.get_indexer(net.ids)[seen["row"]])
    seen = seen[seen["row"] >= 0].reset_index(drop=True)
    blank = np.full(part.n_units, np.nan)
    why = why_undefined(part, seen)
    if why:
        for measure in ("meetings_per_pair", "pairs_meeting", "meeting_attendance"):
            figures.add(measure, **why)
        return blank, blank
    undated = int(seen.loc[seen["date"].isna(), "event"].nunique())
    recent = seen[seen["period"] == 0]
    here = recent[recent["present"]]
    view = part.view("collab")
    near, far = arc_sources(view), view.indices
    together = _common(part.n_units, here, near[near < far], far[near < far])
    figures.ratio("meetings_per_pair", int(together.sum()), len(together), unknown=undated, reason=NO_TIES)
    figures.ratio("pairs_meeting", int((together > 0).sum()), len(together), unknown=undated, reason=NO_TIES)
    company = here.groupby("event")["row"].transform("size") >= _PAIR
    meetings = np.bincount(here.loc[company, "row"], minlength=part.n_units).astype(np.float64)
    return meetings, _attendance(figures, part, recent)


def _common(n: int, here: pd.DataFrame, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int64]:
    """Count the events at which both units of a pair were."""
    from scipy.sparse import csr_array

    rows, events = here["row"].to_numpy(), pd.factorize(here["event"])[0]
    shape = (n, len(rows) + 1)
    was = csr_array((np.ones(len(rows), dtype=np.int64), (rows, events)), shape=shape)
    return np.asarray(was[one].multiply(was[other]).sum(axis=1)).ravel().astype(np.int64)


def _attendance(figures: Figures, part: OrgNetwork, recent: pd.DataFrame) -> NDArray[np.float64]:
    """Say which share of those asked came, by kind of unit; organisers are not asked."""
    if recent["present"].all():
        figures.add("meeting_attendance", reason=NO_ABSENCES)
        return np.full(part.n_units, np.nan)
    asked = recent[recent["role"] != "organiser"]
    came = np.bincount(asked.loc[asked["present"], "row"], minlength=part.n_units)
    due = np.bincount(asked["row"], minlength=part.n_units)
    kind = part.units["kind"].fillna(NOT_RECORDED).to_numpy(object)
    by_kind = pd.DataFrame({"came": came, "due": due}).groupby(kind).sum()
    figures.ratio("meeting_attendance", int(came.sum()), int(due.sum()))
    for name, row in by_kind[by_kind["due"] > 0].iterrows():
        figures.ratio("meeting_attendance", row["came"], row["due"], group=str(name))
    return np.asarray(np.divide(came, due, out=np.full(part.n_units, np.nan), where=due > 0))


def _ranks(figures: Figures, part: OrgNetwork, depth: NDArray[np.float64]) -> None:
    """Say whether units that stand higher in command have more partners in collaboration."""
    known = ~np.isnan(depth)
    level = pd.Series(depth[known]).rank()
    degree = pd.Series(np.diff(part.view("collab").indptr)[known]).rank()
    if level.nunique() < _PAIR or degree.nunique() < _PAIR:
        figures.add("depth_collaboration_correlation", denominator=len(level), reason=NO_RANKS)
        return
    value = float(np.corrcoef(level, degree)[0, 1])
    figures.add("depth_collaboration_correlation", value, denominator=len(level), unknown=int((~known).sum()))


def _crossings(figures: Figures, now: OrgNetwork, part: OrgNetwork, view: View) -> NDArray[np.float64]:
    """Count the ties that cross a community, a subdistrict, a district; return each unit's across communities."""
    near, far = arc_sources(view), view.indices
    rows = now.rows(part.ids)
    counts = np.full(view.n, np.nan)
    for level in LEVELS:
        measure = f"crossing_{level}"
        found = containers(now, level)
        if found is None:
            figures.add(measure, missing=("units.area",) if level == "community" else ("units.level",))
            continue
        place = found[rows]
        known = (place[near] >= 0) & (place[far] >= 0)
        crosses = known & (place[near] != place[far])
        n_known, n_across = int(known.sum()) // 2, int(crosses.sum()) // 2
        reason = Note(f"no tie has both ends in a known {level}", f"没有两端所属{_ZH[level]}均已知的关系")
        figures.ratio(measure, n_across, n_known, unknown=view.n_ties - n_known, reason=reason)
        if level == "community":
            counts = np.where(place >= 0, np.bincount(near[crosses], minlength=view.n), np.nan)
    return counts


_ZH = {"community": "社区", "subdistrict": "街道", "district": "区县"}
