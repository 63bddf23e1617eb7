"""Betweenness: how many of the shortest routes run through a unit or along a tie, between all units or some.

Nothing changes the network. Routes are counted in ties: no weight or length is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine import betweenness as brandes
from orgnet._engine.traversal import arc_sources
from orgnet._metrics.options import listed, watched
from orgnet._model.results import describe, unit_series
from orgnet._model.vocabulary import LAYERS
from orgnet.errors import OptionError, OrgNetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction


def betweenness(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    normalized: bool = False,
    sources: str | Iterable[str] | None = None,
    targets: str | Iterable[str] | None = None,
) -> pd.Series:
    r"""How many of the shortest routes between other units run through a unit.

    .. math:: b_v = \sum_{s \ne v \ne t} \sigma_{st}(v) / \sigma_{st}

    where :math:`\sigma_{st}` counts the shortest paths from s to t, and :math:`\sigma_{st}(v)` those through v: the
    ends are not counted. The sum is over unordered pairs in undirected views, over ordered pairs, along the arcs, in
    directed ones. With `sources` or `targets` it is over the pairs of a source and another target only, such as the
    routes from Party units to firms: a pair of two units that are both counts once in undirected views.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"both"`` ignores direction; ``"down"`` and ``"up"`` follow it, and between all units give the same values.
    normalized
        Divide by the number of pairs that the unit could lie between: (N-1)(N-2)/2, or (N-1)(N-2) in directed views;
        with `sources` or `targets` the pairs of them that do not have the unit as an end.
    sources, targets
        Ids of the units that routes start from and lead to; all units where left out.

    Returns
    -------
    Series
        ``"betweenness"``: 0 to the number of pairs, or 0 to 1. Isolates and units with one tie have 0. Normalised, NaN
        where no pair is left, as when N < 3.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    UnitError
        For a source or target that is no unit.
    OptionError
        For another direction, and for `sources` or `targets` that name no unit.
    OrgNetError
        Where two units have more than 1e308 shortest paths between them, which cannot be counted.

    Warns
    -----
    OrgNetWarning
        Before a computation of more than a minute, with an estimate of the time.

    Notes
    -----
    Exact, never sampled. Raw by default, unlike networkx. Undirected networks are reduced to their blocks first, and
    cost the square of the largest: on two cores 100 000 units that are nearly a tree take seconds, 400 000 half a
    minute; directed ones some six times as long. Few sources, or in undirected networks few targets, cost less.

    References
    ----------
    .. [1] Freeman, L. C. (1977). A set of measures of centrality based on betweenness. *Sociometry* 40, 35-41.
    .. [2] Brandes, U. (2001). A faster algorithm for betweenness centrality. *Journal of Mathematical Sociology* 25,
       163-177.
    .. [3] Brandes, U. (2008). On variants of shortest-path betweenness centrality and their generic computation.
       *Social Networks* 30, 136-145.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> betweenness(net).to_dict()
    {'h': 8.0, 'g1': 12.0, 'g2': 5.0, 'c1': 0.0, 'c2': 0.0, 'c3': 0.0, 'c4': 0.0}
    >>> betweenness(net, direction="down")[["h", "g1", "g2"]].tolist()
    [0.0, 3.0, 1.0]
    >>> betweenness(net, sources=["g1"], targets=["c1", "c4"])[["h", "g1", "g2"]].tolist()
    [1.0, 0.0, 1.0]
    """
    view = net.view(layers, direction)
    starts, ends = _chosen(net, sources, "sources"), _chosen(net, targets, "targets")
    values = _path_shares("betweenness", view, starts, ends, along_arcs=False)
    if normalized:
        pairs = _pairs_around(starts, ends, directed=view.directed)
        values = np.divide(values, pairs, out=np.full(view.n, np.nan), where=pairs > 0)
    return unit_series(
        net,
        values,
        "betweenness",
        layers=layers,
        direction=direction,
        normalized=normalized,
        sources=None if sources is None else listed(net, np.flatnonzero(starts)),
        targets=None if targets is None else listed(net, np.flatnonzero(ends)),
        n_sources=int(starts.sum()),
        n_targets=int(ends.sum()),
        n_ties_in_view=view.n_ties,
    )


def tie_betweenness(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    sources: str | Iterable[str] | None = None,
    targets: str | Iterable[str] | None = None,
) -> pd.Series:
    r"""How many of the shortest routes between units run along a tie?

    .. math:: b_e = \sum_{s \ne t} \sigma_{st}(e) / \sigma_{st}

    where :math:`\sigma_{st}` counts the shortest paths from s to t, and :math:`\sigma_{st}(e)` those along tie e, its
    own ends included. The sum is over unordered pairs in undirected views, over ordered pairs, along the arcs, in
    directed ones; with `sources` or `targets` over the pairs of them, as in `betweenness`. It is not divided.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"both"`` ignores direction; ``"down"`` and ``"up"`` follow it. A directed tie then has the routes one way
        along it, an undirected tie those of both ways together.
    sources, targets
        Ids of the units that routes start from and lead to; all units where left out.

    Returns
    -------
    Series
        ``"tie_betweenness"``, on the index of `net.ties`: 0 to the number of pairs. Parallel ties are one tie of the
        view, and each has its value. NaN for ties of other layers.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    UnitError
        For a source or target that is no unit.
    OptionError
        For another direction, and for `sources` or `targets` that name no unit.
    OrgNetError
        Where two units have more than 1e308 shortest paths between them, which cannot be counted.

    Warns
    -----
    OrgNetWarning
        Before a computation of more than a minute, with an estimate of the time.

    Notes
    -----
    Exact; the cost is that of `betweenness`.

    References
    ----------
    .. [1] Girvan, M. and Newman, M. E. J. (2002). Community structure in social and biological networks. *PNAS* 99,
       7821-7826.
    .. [2] Brandes, U. (2008). On variants of shortest-path betweenness centrality and their generic computation.
       *Social Networks* 30, 136-145.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> along = tie_betweenness(net)
    >>> dict(zip(net.ties["target"], along))
    {'g1': 12.0, 'g2': 10.0, 'c1': 6.0, 'c2': 6.0, 'c3': 6.0, 'c4': 6.0}
    """
    view = net.view(layers, direction)
    starts, ends = _chosen(net, sources, "sources"), _chosen(net, targets, "targets")
    shares = _path_shares("tie_betweenness", view, starts, ends, along_arcs=True)
    mask, table = net.tie_mask(layers), net.ties
    layer = table["layer"].to_numpy()[mask]
    near, far = net.ends[:, mask]
    backwards = (layer == "report") != (direction == "up")
    near, far = np.where(backwards, far, near), np.where(backwards, near, far)
    values = np.full(net.n_ties, np.nan)
    values[mask] = shares[_arcs(view, near, far)]
    if view.directed:
        both_ways = ~np.isin(layer, [name for name, item in LAYERS.items() if item.directed])
        values[np.flatnonzero(mask)[both_ways]] += shares[_arcs(view, far[both_ways], near[both_ways])]
    series = pd.Series(values, index=table.index, name="tie_betweenness")
    series.attrs["orgnet"] = describe(
        net,
        "tie_betweenness",
        layers=layers,
        direction=direction,
        sources=None if sources is None else listed(net, np.flatnonzero(starts)),
        targets=None if targets is None else listed(net, np.flatnonzero(ends)),
        n_sources=int(starts.sum()),
        n_targets=int(ends.sum()),
        n_ties_in_view=view.n_ties,
    )
    return series


def _chosen(net: OrgNetwork, units: str | Iterable[str] | None, option: str) -> NDArray[np.bool_]:
    """Return a mask of the units named, of all units without names."""
    if units is None:
        return np.ones(net.n_units, dtype=bool)
    mask = np.zeros(net.n_units, dtype=bool)
    mask[net.rows(units)] = True
    if not mask.any():
        msg = f"{option} names no unit: give a unit id or several, or leave it out for all units"
        raise OptionError(msg)
    return mask


def _path_shares(
    measure: str, view: View, starts: NDArray[np.bool_], ends: NDArray[np.bool_], *, along_arcs: bool
) -> NDArray[np.float64]:
    """Return the sums over pairs by unit, or by arc of the view; warn first if that takes minutes."""
    n_sources = int(starts.sum() if view.directed else min(starts.sum(), ends.sum()))
    progress = watched(measure, view, "betweenness", n_sources=n_sources, stacklevel=4)
    count = brandes.tie_betweenness_between if along_arcs else brandes.betweenness_between
    try:
        return count(view, starts, ends, progress)
    except OverflowError as error:
        msg = (
            f"{measure} cannot be computed on these ties: {error}; choose fewer layers, or a part of the network by "
            "net.select(...)"
        )
        raise OrgNetError(msg) from error


def _pairs_around(starts: NDArray[np.bool_], ends: NDArray[np.bool_], *, directed: bool) -> NDArray[np.int64]:
    """Count for every unit the pairs of a source and another target that do not have it as an end."""
    both = starts & ends
    n_starts, n_ends, n_both = (mask.sum(dtype=np.int64) - mask for mask in (starts, ends, both))
    twice = 0 if directed else n_both * (n_both - 1) // 2
    return np.asarray(n_starts * n_ends - n_both - twice)


def _arcs(view: View, near: NDArray[np.int32], far: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the arcs of the view between these units."""
    keys = arc_sources(view).astype(np.int64) * view.n + view.indices
    return np.searchsorted(keys, near.astype(np.int64) * view.n + far)
