"""Structure: how dense a network is, how it falls apart, and who is tied to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine import betweenness as brandes
from orgnet._engine.blocks import blocks
from orgnet._engine.cohesion import triangles
from orgnet._engine.estimates import estimate
from orgnet._engine.traversal import arc_sources, components, strong_components
from orgnet._metrics.options import column
from orgnet._model.results import Note, Result, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._engine.blocks import Blocks
    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction

_BUDGET = 10.0  # seconds, for each of the values that may be left out
_SECONDS_A_FLOW_AND_TIE = 2.5e-6  # one flow of networkx, measured on regular graphs of 30 to 400 units
_MOST_GROUPS = 1000
_PAIR = 2

_DEFINITIONS = {
    "n_units": "units, isolates included",
    "n_ties": "ties of the simple graph: arcs if directed",
    "density": "ties over the most there could be: N(N-1) directed, half of that undirected",
    "reciprocity": "share of arcs whose reverse exists; 1 where direction is ignored",
    "component_sizes": "components, direction ignored, isolates included; the field has their sizes",
    "strong_component_sizes": "sets of 2 units or more that all reach each other; the field has their sizes",
    "isolates": "units without ties; the field names them",
    "cut_units": "units whose removal parts their component; the field names them",
    "bridges": "ties whose removal parts their component; the field names their ends",
    "n_blocks": "largest parts with a tie and without a cut unit of their own",
    "transitivity": "3 x triangles over connected triples, direction ignored",
    "degree_assortativity": "correlation of the degrees at the two ends of a tie, direction ignored",
    "assortativity": "how far ties stay within groups beyond chance (Newman's r): 1 always, 0 as by chance",
    "degree_centralization": "sum of (largest - degree) over (N-1)(N-2), its value in a star",
    "betweenness_centralization": "sum of (largest - betweenness) over (N-1)^2 (N-2)/2, its value in a star",
    "vertex_connectivity": "fewest units whose removal parts the network, N-1 if all are tied; connected networks only",
    "edge_connectivity": "fewest ties whose removal parts the network; connected networks only",
}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Structure(Result):
    """The shape of a network in numbers; see `orgnet.metrics.structure`.

    Attributes
    ----------
    by
        The column of units that makes the groups of `assortativity` and `mixing`.
    n_units, n_ties
        Units, and ties of the simple graph.
    density, reciprocity, transitivity, degree_assortativity, assortativity
        See the table.
    component_sizes, strong_component_sizes
        Sizes, largest first; strong components of 2 units and more.
    isolates, cut_units
        Ids, in the order of `net.ids`.
    bridges
        Pairs of ids, each pair sorted, and the pairs too.
    n_blocks
        Biconnected components that have a tie.
    mixing
        Ties between groups: from row to column if directed; else symmetric, ties within a group counted once.
    mixing_density
        The same over the most there could be; NaN where no tie could be.
    degree_centralization, betweenness_centralization, vertex_connectivity, edge_connectivity
        See the table.
    omitted
        By field, why its value was not computed (it is NaN or empty), and which call gives it.
    """

    by: str
    n_units: int
    n_ties: int
    density: float
    reciprocity: float
    component_sizes: tuple[int, ...]
    strong_component_sizes: tuple[int, ...]
    isolates: tuple[str, ...]
    cut_units: tuple[str, ...]
    bridges: tuple[tuple[str, str], ...]
    n_blocks: int
    transitivity: float
    degree_assortativity: float
    assortativity: float
    mixing: pd.DataFrame
    mixing_density: pd.DataFrame
    degree_centralization: float
    betweenness_centralization: float
    vertex_connectivity: float
    edge_connectivity: float
    omitted: dict[str, str]


def structure(
    net: OrgNetwork,
    *,
    by: str = "kind",
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
) -> Structure:
    r"""How dense the network is, where it falls apart, and who is tied to whom.

    Density, reciprocity, strong components, `assortativity` and `mixing` follow the direction asked for. All else is of
    undirected graphs and is computed with direction ignored, whatever `direction` says. The assortativity by a column
    is Newman's

    .. math:: r = \frac{\sum_i e_{ii} - \sum_i a_i b_i}{1 - \sum_i a_i b_i}

    with :math:`e_{ij}` the share of arcs from group i to group j, :math:`a_i` its sums by row and :math:`b_i` by
    column.

    Parameters
    ----------
    net
        The network.
    by
        A column of `net.units` that makes groups. Units without a value are in no group: their ties are left out of
        `assortativity` and `mixing`, and a warning of the result counts them. A column of mixed types is read as text.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"both"`` ignores direction; ``"down"`` and ``"up"`` follow it.

    Returns
    -------
    Structure
        The table has a row a field: ``field``, ``value`` (the number of items where the field holds a list), and
        ``definition`` in words. NaN where there is nothing to measure: density with fewer than 2 units, centralisations
        with fewer than 3, reciprocity without ties, transitivity without connected triples, assortativities without
        ties or where all ends are alike, connectivities unless the network is connected and has 2 units or more.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or a column that units do not have.

    Notes
    -----
    Linear, but for three values that are left out (NaN, with an entry in `omitted`) where they would take more than
    some 10 seconds each: the betweenness centralisation, which needs the betweenness of all units (some 200 000 units,
    if they are nearly a tree), and the connectivities where neither a cut unit, or bridge, nor a unit with 2 ties says
    them at once (some 1 000 units). `mixing` and `mixing_density` are left out above 1 000 groups.

    References
    ----------
    .. [1] Newman, M. E. J. (2003). Mixing patterns in networks. *Physical Review E* 67, 026126.
    .. [2] Freeman, L. C. (1978). Centrality in social networks: conceptual clarification. *Social Networks* 1, 215-239.
    .. [3] Tarjan, R. E. (1972). Depth-first search and linear graph algorithms. *SIAM Journal on Computing* 1, 146-160.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
    ...            "kind": ["party_committee"] + 2 * ["party_branch"] + 4 * ["party_cell"],
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> found = structure(net, direction="down")
    >>> found.density == 6 / 42, found.cut_units, found.n_blocks
    (True, ('h', 'g1', 'g2'), 6)
    >>> found.mixing.loc["party_branch"].to_dict()
    {'party_branch': 0, 'party_cell': 4, 'party_committee': 0}
    >>> found.mixing_density.loc["party_branch"].to_dict()
    {'party_branch': 0.0, 'party_cell': 0.5, 'party_committee': 0.0}
    """
    view, undirected = net.view(layers, direction), net.view(layers)
    n = view.n
    degrees = np.diff(undirected.indptr)
    parts = blocks(undirected)
    omitted: dict[str, str] = {}
    groups, near, far = _groups_of_ties(net, view, by)
    facts: dict[str, Any] = {
        "n_units": n,
        "n_ties": view.n_ties,
        "density": view.n_arcs / (n * (n - 1)) if n > 1 else np.nan,
        "reciprocity": _reciprocity(view),
        "component_sizes": _sizes(*components(view), least=1),
        "strong_component_sizes": _sizes(*strong_components(view), least=2),
        "isolates": tuple(net.ids[degrees == 0]),
        "cut_units": tuple(net.ids[parts.cut]),
        "bridges": _pairs(net, parts.bridges),
        "n_blocks": parts.n_blocks,
        "transitivity": _transitivity(undirected),
        "degree_assortativity": _degree_assortativity(undirected),
        "assortativity": _assortativity(near, far),
        "degree_centralization": _centralization(degrees, (n - 1) * (n - 2)),
        "betweenness_centralization": _betweenness_centralization(undirected, omitted),
        **_connectivities(undirected, parts, omitted),
    }
    mixing, mixing_density = _mixing(groups, near, far, directed=view.directed, omitted=omitted)
    left_out = (view.n_arcs - len(near)) // (1 if view.directed else 2)
    text = f"{left_out} ties have an end without {by!r}: left out of assortativity and mixing"
    warnings = [Note(text, f"{left_out} 条关系有一端缺少 {by!r}，未计入同配系数与混合矩阵")] if left_out else []
    return Structure(
        table=_table(facts),
        provenance=describe(net, "structure", by=by, layers=layers, direction=direction, warnings=warnings),
        by=by,
        mixing=mixing,
        mixing_density=mixing_density,
        omitted=omitted,
        **facts,
    )


def _table(facts: dict[str, Any]) -> pd.DataFrame:
    values = [len(facts[name]) if isinstance(facts[name], tuple) else facts[name] for name in _DEFINITIONS]
    return pd.DataFrame(
        {
            "field": list(_DEFINITIONS),
            "value": pd.Series(values, dtype=object),
            "definition": list(_DEFINITIONS.values()),
        }
    )


def _reciprocity(view: View) -> float:
    if not view.n_arcs:
        return np.nan
    matrix = view.to_scipy()
    return float(matrix.multiply(view.reverse().to_scipy()).sum() / view.n_arcs)


def _sizes(count: int, labels: NDArray[np.int32], *, least: int) -> tuple[int, ...]:
    sizes = np.sort(np.bincount(labels, minlength=count))[::-1]
    return tuple(sizes[sizes >= least].tolist())


def _pairs(net: OrgNetwork, ties: NDArray[np.int32]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((min(pair), max(pair)) for pair in zip(net.ids[ties[:, 0]], net.ids[ties[:, 1]], strict=True)))


def _transitivity(view: View) -> float:
    degrees = np.diff(view.indptr).astype(np.int64)
    triples = int((degrees * (degrees - 1)).sum()) // 2
    return int(triangles(view).sum()) / triples if triples else np.nan


def _degree_assortativity(view: View) -> float:
    degrees = np.diff(view.indptr)
    near, far = degrees[arc_sources(view)].astype(np.float64), degrees[view.indices].astype(np.float64)
    if not len(near) or near.min() == near.max():
        return np.nan
    near, far = near - near.mean(), far - near.mean()
    return float((near @ far) / (near @ near))


def _centralization(values: NDArray[Any], most: float) -> float:
    return float((values.max() - values).sum() / most) if len(values) > _PAIR else np.nan


def _betweenness_centralization(view: View, omitted: dict[str, str]) -> float:
    seconds = estimate(view, "betweenness")
    if seconds > _BUDGET:
        omitted["betweenness_centralization"] = (
            f"left out: it takes about {seconds:.0f} s; with b = metrics.betweenness(net, layers=...) and n = len(b), "
            "(b.max() - b).sum() / ((n - 1)**2 * (n - 2) / 2) gives it"
        )
        return np.nan
    try:
        values = brandes.betweenness(view)
    except OverflowError as error:
        omitted["betweenness_centralization"] = f"left out: {error}"
        return np.nan
    return _centralization(values, (view.n - 1) ** 2 * (view.n - 2) / 2)


def _connectivities(view: View, parts: Blocks, omitted: dict[str, str]) -> dict[str, float]:
    """Read both off the cut units, bridges and least degree where these say them, else ask networkx."""
    names = ("vertex_connectivity", "edge_connectivity")
    if view.n < _PAIR or components(view)[0] > 1:
        return dict.fromkeys(names, np.nan)
    least = int(np.diff(view.indptr).min())
    settled = least == _PAIR or view.n_ties == view.n * (view.n - 1) // 2
    return {
        name: 1.0 if parting else float(least) if settled else _by_flows(name, view, least, omitted)
        for name, parting in zip(names, (parts.cut.any(), len(parts.bridges) > 0), strict=True)
    }


def _by_flows(name: str, view: View, least: int, omitted: dict[str, str]) -> float:
    function = {"vertex_connectivity": "node_connectivity", "edge_connectivity": "edge_connectivity"}[name]
    seconds = (view.n + least**2 / 2) * view.n_ties * _SECONDS_A_FLOW_AND_TIE
    if seconds > _BUDGET:
        omitted[name] = (
            f"left out: it takes about {seconds:.0f} s; "
            f"networkx.{function}(networkx.Graph(net.to_networkx(layers=...))) gives it"
        )
        return np.nan
    import networkx as nx

    return float(getattr(nx, function)(nx.from_scipy_sparse_array(view.to_scipy())))


def _groups_of_ties(net: OrgNetwork, view: View, by: str) -> tuple[pd.Series, NDArray[np.intp], NDArray[np.intp]]:
    """Return the sizes of the groups, and the groups at the two ends of every arc that has one at both."""
    values = column(net, by)
    if values.dtype == object:  # of several types, which have no order
        values = values.astype("str")
    codes, labels = pd.factorize(values, sort=True)
    sizes = pd.Series(np.bincount(codes[codes >= 0], minlength=len(labels)), index=pd.Index(labels, name=by))
    near, far = codes[arc_sources(view)], codes[view.indices]
    known = (near >= 0) & (far >= 0)
    return sizes, near[known], far[known]


def _assortativity(near: NDArray[np.intp], far: NDArray[np.intp]) -> float:
    n_arcs, n_groups = len(near), int(max(near.max(), far.max())) + 1 if len(near) else 0
    by_chance = int(np.bincount(near, minlength=n_groups) @ np.bincount(far, minlength=n_groups))
    if by_chance == n_arcs**2:
        return np.nan
    return (int((near == far).sum()) * n_arcs - by_chance) / (n_arcs**2 - by_chance)


def _mixing(
    groups: pd.Series, near: NDArray[np.intp], far: NDArray[np.intp], *, directed: bool, omitted: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    n_groups = len(groups)
    if n_groups > _MOST_GROUPS:
        omitted["mixing"] = omitted["mixing_density"] = (
            f"left out: {groups.index.name!r} has {n_groups} groups, more than {_MOST_GROUPS}; "
            "name a column with fewer in by="
        )
        return pd.DataFrame(), pd.DataFrame()
    ties = np.bincount(near * n_groups + far, minlength=n_groups**2).reshape(n_groups, n_groups)
    sizes = groups.to_numpy()
    possible = np.outer(sizes, sizes) - np.diag(sizes)
    if not directed:
        inside = np.diag_indices(n_groups)
        ties[inside] //= 2
        possible[inside] //= 2
    density = np.divide(ties, possible, where=possible > 0, out=np.full(ties.shape, np.nan))
    return (
        pd.DataFrame(ties, index=groups.index, columns=groups.index),
        pd.DataFrame(density, index=groups.index, columns=groups.index),
    )
