"""Cohesion: how closely the units around a unit hang together, and what room that leaves it.

Every function takes an `OrgNetwork` and returns a float64 `Series` in the order of `net.ids`, named after the measure,
with its options in ``attrs["orgnet"]``. All ignore direction. Nothing changes the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgnet._engine import cohesion as engine
from orgnet._model.results import unit_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from orgnet._model.network import OrgNetwork


def coreness(net: OrgNetwork, *, layers: str | Sequence[str] = "all") -> pd.Series:
    """How deep in the well-tied core of the network is a unit?

    The largest k such that the unit belongs to a k-core: a set of units that each have k neighbours or more within the
    set.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.

    Returns
    -------
    Series
        ``"coreness"``: whole numbers, from 0 for isolates and 1 for units of trees to the largest degree.

    Raises
    ------
    LayerError
        For a layer that does not exist.

    Notes
    -----
    Linear in ties.

    References
    ----------
    .. [1] Seidman, S. B. (1983). Network structure and minimum degree. *Social Networks* 5, 269-287.
    .. [2] Batagelj, V. and Zaversnik, M. (2003). An O(m) algorithm for cores decomposition of networks.
       arXiv:cs/0310049.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["g1"], "target": ["g2"], "layer": ["collab"]})
    >>> coreness(net).to_dict()
    {'h': 2.0, 'g1': 2.0, 'g2': 2.0, 'c1': 1.0}
    """
    view = net.view(layers)
    return unit_series(net, engine.coreness(view), "coreness", layers=layers, n_ties_in_view=view.n_ties)


def clustering(net: OrgNetwork, *, layers: str | Sequence[str] = "all") -> pd.Series:
    r"""Which share of the pairs of a unit's neighbours are tied to each other?

    .. math:: c_i = \frac{2 t_i}{k_i (k_i - 1)}

    with k neighbours, and t ties among them: the triangles that the unit is in.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.

    Returns
    -------
    Series
        ``"clustering"``: 0 to 1; 0 for units with fewer than two neighbours.

    Raises
    ------
    LayerError
        For a layer that does not exist.

    Notes
    -----
    Close to linear in ties where few are within dense parts. Units with fewer than two neighbours are many in a
    hierarchy, so a mean over all units says more of them than of clustering: the transitivity of `structure` is the
    share over the whole network.

    References
    ----------
    .. [1] Watts, D. J. and Strogatz, S. H. (1998). Collective dynamics of 'small-world' networks. *Nature* 393,
       440-442.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["g1"], "target": ["g2"], "layer": ["collab"]})
    >>> clustering(net).round(3).to_dict()
    {'h': 1.0, 'g1': 0.333, 'g2': 1.0, 'c1': 0.0}
    """
    view = net.view(layers)
    return unit_series(net, engine.clustering(view), "clustering", layers=layers, n_ties_in_view=view.n_ties)


def constraint(net: OrgNetwork, *, layers: str | Sequence[str] = "all", weight: str | None = None) -> pd.Series:
    r"""How far is a unit hemmed in, because those it is tied to are tied to each other?

    .. math:: C_i = \sum_{j} \Bigl(p_{ij} + \sum_{q \ne i, j} p_{iq} p_{qj}\Bigr)^2

    over the neighbours j of i, where :math:`p_{ij}` is the share of i's ties that is to j: 1 over the number of its
    neighbours, or with `weight` the strength of the tie over the strength of all i's ties. A low value is room to act
    as a go-between.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.
    weight
        A numeric column of `net.ties` with strengths, parallel ties and both directions added.

    Returns
    -------
    Series
        ``"constraint"``: more than 0. Without strengths 1 over the number of neighbours where no two of them are tied;
        in small dense parts a little more than 1. NaN for isolates, and with `weight` for units whose ties have no
        strength.

    Raises
    ------
    LayerError
        For a layer that does not exist.
    OptionError
        For a weight that is no column or is missing for a tie.

    Notes
    -----
    Close to linear in ties where few are within dense parts. The sum is over the unit's own neighbours: units at two
    steps, whose term is not 0 either, are left out.

    References
    ----------
    .. [1] Burt, R. S. (1992). *Structural Holes*. Harvard University Press, chapter 2.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["g1"], "target": ["g2"], "layer": ["collab"]})
    >>> constraint(net).round(3).to_dict()
    {'h': 1.007, 'g1': 0.611, 'g2': 1.007, 'c1': 1.0}
    """
    view = net.view(layers, weight=weight)
    return unit_series(
        net, engine.constraint(view), "constraint", layers=layers, weight=weight, n_ties_in_view=view.n_ties
    )


def effective_size(net: OrgNetwork, *, layers: str | Sequence[str] = "all") -> pd.Series:
    r"""How many of a unit's neighbours bring it something that the others do not?

    .. math:: e_i = k_i - \frac{2 t_i}{k_i}

    with k neighbours, and t ties among them: the neighbours, less the mean number of ties that each has to the others.

    Parameters
    ----------
    net
        The network.
    layers
        A layer, a group of layers, or a list of them.

    Returns
    -------
    Series
        ``"effective_size"``: from 1, where all neighbours are tied to each other, to the degree, where none are. NaN
        for isolates.

    Raises
    ------
    LayerError
        For a layer that does not exist.

    Notes
    -----
    Close to linear in ties where few are within dense parts. The form without strengths, in which Burt's effective
    size comes to this.

    References
    ----------
    .. [1] Burt, R. S. (1992). *Structural Holes*. Harvard University Press, chapter 2.
    .. [2] Borgatti, S. P. (1997). Structural holes: unpacking Burt's redundancy measures. *Connections* 20, 35-38.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["g1"], "target": ["g2"], "layer": ["collab"]})
    >>> effective_size(net).round(3).to_dict()
    {'h': 1.0, 'g1': 2.333, 'g2': 1.0, 'c1': 1.0}
    """
    view = net.view(layers)
    return unit_series(net, engine.effective_size(view), "effective_size", layers=layers, n_ties_in_view=view.n_ties)
