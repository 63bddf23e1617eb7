"""Distances: how many steps, or how much of another length, lie between units.

`distances` is of the whole network; `closeness`, `harmonic` and `eccentricity` are of units and return a float64
`Series` in the order of `net.ids`. Distances are hops unless ``distance=`` names a length, ``"inverse"`` (1 / weight)
or a numeric column of `net.ties`; the shortest of parallel ties counts. Nothing changes the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from orgnet._engine import distances as engine
from orgnet._metrics.options import watched
from orgnet._model.results import Result, describe, unit_series
from orgnet._model.vocabulary import check_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Distances(Result):
    """How far apart units are; see `orgnet.metrics.distances`.

    Attributes
    ----------
    mean
        Mean distance over the ordered pairs of which the first unit reaches the second; NaN without such pairs.
    diameter
        The largest of these distances; NaN without such pairs.
    histogram
        Ordered pairs at distance 1, 2, ... hops, index ``"distance"``; empty for lengths.
    n_pairs
        Ordered pairs of which the first unit reaches the second.
    n_unreachable
        The other ordered pairs.
    global_efficiency
        Sum of 1/d over all ordered pairs, those out of reach adding 0, over N(N-1); NaN when N < 2.
    """

    mean: float
    diameter: float
    histogram: pd.Series
    n_pairs: int
    n_unreachable: int
    global_efficiency: float


def distances(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    distance: str = "hops",
) -> Distances:
    r"""How far apart units are, and how many cannot reach one another at all.

    Means and distributions are over finite distances; pairs out of reach are counted beside them. The global efficiency
    has them in,

    .. math:: E = \frac{1}{N(N - 1)} \sum_{i \ne j} \frac{1}{d(i, j)}, \qquad 1 / \infty = 0

    over ordered pairs, along the arcs in directed views.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"both"`` ignores direction; ``"down"`` and ``"up"`` follow it, and give the same result.
    distance
        ``"hops"``, ``"inverse"`` (1 / weight), or a numeric column of `net.ties` with lengths.

    Returns
    -------
    Distances
        The table has one row a distance in hops: ``distance``, ``pairs``, ``share`` of the pairs that reach each other,
        ``cumulative`` share. It is empty for lengths, which have no such steps.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or a distance that is no column or is missing for a tie.

    Warns
    -----
    OrgNetWarning
        Before a computation of more than a minute, with an estimate of the time.

    Notes
    -----
    Exact. Hops are counted from 256 units at once: 50 000 units take seconds, 500 000 minutes. Lengths need a search
    from every unit: 6 000 units take seconds, 20 000 a minute.

    References
    ----------
    .. [1] Latora, V. and Marchiori, M. (2001). Efficient behavior of small-world networks. *Physical Review Letters*
       87, 198701.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> found = distances(net)
    >>> found.diameter, round(found.global_efficiency, 6), found.histogram.to_dict()
    (4.0, 0.575397, {1: 12, 2: 16, 3: 8, 4: 6})
    >>> distances(net, direction="down").n_unreachable
    32
    """
    found = _sums(net, "distances", layers=layers, direction=direction, distance=distance)
    n_ordered = net.n_units * (net.n_units - 1)
    n_pairs = int(found.reached.sum())
    counts = found.histogram if isinstance(found, engine.Distances) else np.empty(0, dtype=np.int64)
    return Distances(
        table=_table(counts),
        provenance=describe(net, "distances", layers=layers, direction=direction, distance=distance),
        mean=float(found.total.sum() / n_pairs) if n_pairs else np.nan,
        diameter=float(found.eccentricity.max()) if n_pairs else np.nan,
        histogram=pd.Series(counts, index=_steps(counts), name="pairs"),
        n_pairs=n_pairs,
        n_unreachable=n_ordered - n_pairs,
        global_efficiency=float(found.inverse.sum() / n_ordered) if n_ordered else np.nan,
    )


def _steps(counts: NDArray[np.int64]) -> pd.Index:
    return pd.RangeIndex(1, len(counts) + 1, name="distance")


def _table(counts: NDArray[np.int64]) -> pd.DataFrame:
    share = counts / max(counts.sum(), 1)
    facts = {"distance": _steps(counts), "pairs": counts, "share": share, "cumulative": np.cumsum(share)}
    return pd.DataFrame(facts)


def closeness(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    form: Literal["wf", "reachable"] = "wf",
    distance: str = "hops",
) -> pd.Series:
    r"""How near a unit is to the units that it can reach.

    With r other units reached, at a sum of distances :math:`\sum d`, the form of Wasserman and Faust is

    .. math:: c_i = \frac{r}{N - 1} \cdot \frac{r}{\sum d}

    and ``form="reachable"`` leaves the first factor, the share reached, out.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` measures outward, to the units reached; ``"up"`` inward, from the units that reach this one (networkx
        measures inward); ``"both"`` ignores direction.
    form
        ``"wf"`` or ``"reachable"``. The second compares units within one component only.
    distance
        ``"hops"``, ``"inverse"`` (1 / weight), or a numeric column of `net.ties` with lengths.

    Returns
    -------
    Series
        ``"closeness"``: in hops 0 to 1; with lengths any number, infinite where all units reached are at no distance.
        Where no other unit is reached, 0 in the first form and NaN in the second.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction or form, or a distance that is no column or is missing for a tie.

    Warns
    -----
    OrgNetWarning
        Before a computation of more than a minute, with an estimate of the time.

    Notes
    -----
    Exact; the cost is that of `harmonic`, which is the better choice for networks in several pieces.

    References
    ----------
    .. [1] Wasserman, S. and Faust, K. (1994). *Social Network Analysis*. Cambridge University Press, p. 201.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> closeness(net)[["h", "g1"]].round(3).tolist()
    [0.6, 0.667]
    >>> closeness(net, direction="down")[["g1", "c1"]].tolist()
    [0.5, 0.0]
    """
    check_choice("form", form, ("wf", "reachable"))
    found = _sums(net, "closeness", layers=layers, direction=direction, distance=distance)
    none = found.reached == 0
    with np.errstate(divide="ignore"):
        near = np.divide(found.reached, found.total, where=~none, out=np.full(net.n_units, np.nan))
    values = near if form == "reachable" else np.where(none, 0.0, near * found.reached / max(net.n_units - 1, 1))
    return unit_series(net, values, "closeness", layers=layers, direction=direction, form=form, distance=distance)


def harmonic(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    distance: str = "hops",
) -> pd.Series:
    r"""How near a unit is to all others, those out of reach adding nothing.

    .. math:: h_i = \sum_{j \ne i} 1 / d(i, j), \qquad 1 / \infty = 0

    not divided by N - 1.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` measures outward, to the units reached; ``"up"`` inward, from the units that reach this one;
        ``"both"`` ignores direction.
    distance
        ``"hops"``, ``"inverse"`` (1 / weight), or a numeric column of `net.ties` with lengths.

    Returns
    -------
    Series
        ``"harmonic"``: in hops 0 to N - 1; with lengths any number, infinite where a unit is reached at no distance. 0
        for isolates.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or a distance that is no column or is missing for a tie.

    Warns
    -----
    OrgNetWarning
        Before a computation of more than a minute, with an estimate of the time.

    Notes
    -----
    Exact. Hops are counted from 256 units at once: 50 000 units take seconds, 500 000 minutes. Lengths need a search
    from every unit: 6 000 units take seconds, 20 000 a minute.

    References
    ----------
    .. [1] Marchiori, M. and Latora, V. (2000). Harmony in the small-world. *Physica A* 285, 539-546.
    .. [2] Rochat, Y. (2009). Closeness centrality extended to unconnected graphs: the harmonic centrality index.
       *Applications of Social Network Analysis*.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> harmonic(net)[["h", "g1"]].round(3).tolist()
    [4.0, 4.833]
    >>> harmonic(net, direction="up")[["h", "c4"]].tolist()
    [0.0, 1.5]
    """
    found = _sums(net, "harmonic", layers=layers, direction=direction, distance=distance)
    return unit_series(net, found.inverse, "harmonic", layers=layers, direction=direction, distance=distance)


def eccentricity(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    distance: str = "hops",
) -> pd.Series:
    """How far away the farthest unit is that a unit can reach.

    The largest finite distance; units out of reach are left out.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` measures outward, to the units reached; ``"up"`` inward, from the units that reach this one;
        ``"both"`` ignores direction.
    distance
        ``"hops"``, ``"inverse"`` (1 / weight), or a numeric column of `net.ties` with lengths.

    Returns
    -------
    Series
        ``"eccentricity"``: in hops 1 to N - 1. NaN where no other unit is reached.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or a distance that is no column or is missing for a tie.

    Warns
    -----
    OrgNetWarning
        Before a computation of more than a minute, with an estimate of the time.

    Notes
    -----
    Exact; the cost is that of `harmonic`.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> eccentricity(net)[["h", "c4"]].tolist()
    [2.0, 4.0]
    >>> eccentricity(net, direction="down")[["h", "c4"]].tolist()
    [2.0, nan]
    """
    found = _sums(net, "eccentricity", layers=layers, direction=direction, distance=distance)
    values = np.where(found.reached > 0, found.eccentricity, np.nan)
    return unit_series(net, values, "eccentricity", layers=layers, direction=direction, distance=distance)


def _sums(
    net: OrgNetwork, measure: str, *, layers: str | Sequence[str], direction: Direction, distance: str
) -> engine.Distances | engine.Costs:
    """Return the sums over the distances from every unit, for the measure named; warn first if that takes minutes."""
    view = net.view(layers, direction, distance=distance)
    if distance == "hops":
        return engine.all_distances(view, watched(measure, view, "hops", stacklevel=4))
    return engine.all_costs(view, watched(measure, view, "lengths", stacklevel=4))
