"""Centrality: how much a unit is tied, how well its neighbours are tied, and how often one comes by it.

Every function takes an `OrgNetwork` and returns one number a unit: a float64 `Series` in the order of `net.ids`, named
after the measure, with its options in ``attrs["orgnet"]``. Undefined is NaN, and each docstring says when. Nothing
changes the network.

All run on the simple graph that `net.view` makes of a choice of layers: self-ties are out, parallel ties are one
neighbour, weights are ignored unless asked for, and undirected ties go both ways whatever the direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgnet._engine import spectral
from orgnet._engine.traversal import arc_sources, reachable_counts
from orgnet._model.results import unit_series
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction


def degree(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    weight: str | None = None,
) -> pd.Series:
    """How many units a unit is tied to.

    The number of distinct neighbours: out-degree with ``"down"``, in-degree with ``"up"``. With `weight`, the sum of
    the strengths of the ties instead (strength), parallel ties added.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` counts the ties away from the top, ``"up"`` those towards it, ``"both"`` ignores direction.
    weight
        A numeric column of `net.ties` with strengths. None counts neighbours.

    Returns
    -------
    Series
        ``"degree"``: 0 to N - 1, or for strengths 0 and more. 0 for isolates.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or a weight that is no column or is missing for a tie.

    Notes
    -----
    Linear in ties.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> degree(net).to_dict()
    {'h': 2.0, 'g1': 4.0, 'g2': 2.0, 'c1': 1.0, 'c2': 1.0, 'c3': 1.0, 'c4': 1.0}
    >>> degree(net, direction="up")[["h", "g1"]].tolist()
    [0.0, 1.0]
    """
    view = net.view(layers, direction, weight=weight)
    values = np.bincount(arc_sources(view), weights=view.data, minlength=view.n)
    return unit_series(
        net, values, "degree", layers=layers, direction=direction, weight=weight, n_ties_in_view=view.n_ties
    )


def pagerank(
    net: OrgNetwork,
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    weight: str | None = None,
    damping: float = 0.85,
) -> pd.Series:
    r"""How often someone who follows ties at random, and sometimes starts anew, comes by a unit.

    .. math:: p_j = \frac{1 - q}{N} + q \Bigl(\sum_{i \to j} \frac{w_{ij}}{\sum_k w_{ik}} p_i
              + \frac{1}{N} \sum_{i \text{ without arcs}} p_i\Bigr)

    with damping q: the new start is uniform over all units, and who is at a unit without arcs starts anew.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` follows ties away from the top, ``"up"`` towards it, ``"both"`` both ways: an undirected tie is two
        arcs.
    weight
        A numeric column of `net.ties` with strengths, parallel ties added; None chooses among neighbours evenly.
    damping
        The chance to follow a tie, at least 0 and less than 1.

    Returns
    -------
    Series
        ``"pagerank"``: more than 0, summing to 1, within 1e-10 of the exact values in total.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction or damping, or a weight that is no column or is missing for a tie.

    Notes
    -----
    Some 150 products with the sparse matrix: linear in ties. Larger damping takes more of them.

    References
    ----------
    .. [1] Brin, S. and Page, L. (1998). The anatomy of a large-scale hypertextual web search engine. *Computer Networks
       and ISDN Systems* 30, 107-117.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> pagerank(net, direction="up").round(3)[["h", "g1", "g2"]].tolist()
    [0.373, 0.237, 0.123]
    """
    if not 0 <= damping < 1:
        msg = f"damping={damping!r} is not allowed; give a number of at least 0 and less than 1, as a rule 0.85"
        raise OptionError(msg)
    view = net.view(layers, direction, weight=weight)
    values = spectral.pagerank(view, damping)
    return unit_series(
        net,
        values,
        "pagerank",
        layers=layers,
        direction=direction,
        weight=weight,
        damping=damping,
        n_ties_in_view=view.n_ties,
    )


def eigenvector(net: OrgNetwork, *, layers: str | Sequence[str] = "all", weight: str | None = None) -> pd.Series:
    """How well a unit is tied to units that are themselves well tied.

    The principal eigenvector of the adjacency matrix of the largest component, direction ignored: a unit's value is
    proportional to the sum of its neighbours' values, times the strengths if `weight` is given. The largest is 1.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    weight
        A numeric column of `net.ties` with strengths, parallel ties added; ties of strength 0 are no ties.

    Returns
    -------
    Series
        ``"eigenvector"``: more than 0, up to 1. NaN outside the largest component, where it is not defined; NaN for all
        when two components tie for the largest by number of units, and when no unit has a tie.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For a weight that is no column or is missing for a tie.

    Notes
    -----
    Near linear in ties. Values concentrate on the best tied part: in a network that is nearly a tree most of them are
    close to 0. `degree` or `pagerank` then tell units apart better.

    References
    ----------
    .. [1] Bonacich, P. (1972). Factoring and weighting approaches to status scores and clique identification. *Journal
       of Mathematical Sociology* 2, 113-120.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> eigenvector(net).round(3)[["h", "g1", "g2", "c1"]].tolist()
    [0.673, 1.0, 0.414, 0.476]
    """
    view = net.view(layers, weight=weight)
    return unit_series(
        net, spectral.eigenvector(view), "eigenvector", layers=layers, weight=weight, n_ties_in_view=view.n_ties
    )


def reachable(net: OrgNetwork, *, layers: str | Sequence[str] = "all", direction: Direction = "both") -> pd.Series:
    """How many other units a unit can reach, in any number of steps.

    With ``layers="vertical", direction="down"`` the number of units below it.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` counts the units it reaches, ``"up"`` the units that reach it, ``"both"`` ignores direction.

    Returns
    -------
    Series
        ``"reachable"``: 0 to N - 1, the unit itself not counted.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction.

    Notes
    -----
    Linear in undirected networks and in those of command; where many units have several superiors, one sweep for every
    64 units.

    Examples
    --------
    >>> import orgnet
    >>> command = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"], "kind": "party_branch",
    ...            "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> net = orgnet.build.from_tables(command)
    >>> reachable(net, layers="vertical", direction="down")[["h", "g1", "c1"]].tolist()
    [6.0, 3.0, 0.0]
    """
    view = net.view(layers, direction)
    return unit_series(
        net, reachable_counts(view), "reachable", layers=layers, direction=direction, n_ties_in_view=view.n_ties
    )
