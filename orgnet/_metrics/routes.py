"""Routes from headquarters: what lies on all of them, who is stranded when it stops, and who has another way.

Headquarters are those named, or the tops of command. Routes run along all ties, away from the top, unless `layers` and
`direction` say otherwise; their length does not matter. All results are in the order of `net.ids`, with their options
in ``attrs["orgnet"]``. Nothing changes the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine import dominance as engine
from orgnet._metrics import options
from orgnet._model.results import describe, unit_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction


def dominators(
    net: OrgNetwork,
    *,
    headquarters: str | Iterable[str] | None = None,
    layers: str | Sequence[str] = "all",
    direction: Direction = "down",
) -> pd.Series:
    """Which unit must every message from headquarters to a unit pass, last before it arrives?

    The immediate dominator: of the units that lie on every route from headquarters to the unit, whichever headquarters
    the route starts from, the one nearest to the unit. With a sole headquarters that has no other, it is headquarters
    itself.

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command (no superior in the file, at least one subordinate). Several
        tops are all headquarters, with a warning.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` follows directed ties away from the top, ``"up"`` towards it, ``"both"`` ignores direction.

    Returns
    -------
    Series, dtype str
        ``"dominators"``: ids of units. Missing for headquarters and for units that no route reaches, and with several
        headquarters also for units that no single unit cuts off: `alternative_routes` tells them apart.

    Raises
    ------
    UnitError
        If a headquarters is no unit.
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or if `headquarters` is empty.

    Notes
    -----
    Almost linear in ties. Followed up to headquarters, it lists all units on which a unit depends.

    References
    ----------
    .. [1] Georgiadis, L. (2005). *Linear-Time Algorithms for Dominators and Related Problems*. Princeton University.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "a", "b", "x", "y"], "superior_id": [None, "h", "h", "a", "x"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["b"], "target": ["x"], "layer": ["collab"]})
    >>> dominators(net).to_dict()
    {'h': nan, 'a': 'h', 'b': 'h', 'x': 'h', 'y': 'x'}
    """
    rows, warnings = options.headquarters(net, headquarters)
    nearest = engine.dominators(net.view(layers, direction), rows).nearest
    names = pd.array(net.ids.to_numpy(dtype=object)[nearest], dtype="str")
    names[nearest < 0] = np.nan
    series = pd.Series(names, index=net.ids, name="dominators")
    series.attrs["orgnet"] = describe(
        net,
        "dominators",
        headquarters=options.listed(net, rows),
        layers=layers,
        direction=direction,
        warnings=warnings,
    )
    return series


def stranded(
    net: OrgNetwork,
    *,
    headquarters: str | Iterable[str] | None = None,
    layers: str | Sequence[str] = "all",
    direction: Direction = "down",
    weight: str | None = None,
) -> pd.Series:
    """How many units lose every route from headquarters when a unit stops working?

    The units that it dominates, directly or through others (see `dominators`). A headquarters stops like any other
    unit, and the remaining ones go on.

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command (no superior in the file, at least one subordinate). Several
        tops are all headquarters, with a warning.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` follows directed ties away from the top, ``"up"`` towards it, ``"both"`` ignores direction.
    weight
        A numeric column of `net.units` to add up over the stranded units instead of counting them, such as
        ``"households"``; a unit without a value adds nothing. The values are added as they stand: where a community,
        its grids and its buildings each record the same households, these count once for each of them. Leave one kind
        of unit with a value, by ``net.with_units(...)``, to count each once.

    Returns
    -------
    Series
        ``"stranded"``: 0 and more, the unit itself not counted. 0 for units that no route reaches; NaN where there are
        no headquarters.

    Raises
    ------
    UnitError
        If a headquarters is no unit.
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, if `headquarters` is empty, or if `weight` is no numeric column.

    Notes
    -----
    Almost linear in ties. In a hierarchy without other ties it is `subtree_size`; it is never more than `reachable`.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "a", "b", "x", "y"], "superior_id": [None, "h", "h", "a", "x"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["b"], "target": ["x"], "layer": ["collab"]})
    >>> stranded(net).to_dict()
    {'h': 4.0, 'a': 0.0, 'b': 0.0, 'x': 1.0, 'y': 0.0}
    >>> stranded(net, layers="vertical").to_dict()
    {'h': 4.0, 'a': 2.0, 'b': 0.0, 'x': 1.0, 'y': 0.0}
    """
    rows, warnings = options.headquarters(net, headquarters)
    amounts = np.ones(net.n_units) if weight is None else np.nan_to_num(options.numbers(net, weight))
    found = engine.stranded(engine.dominators(net.view(layers, direction), rows), amounts)
    return unit_series(
        net,
        found if len(rows) else np.full(net.n_units, np.nan),
        "stranded",
        headquarters=options.listed(net, rows),
        layers=layers,
        direction=direction,
        weight=weight,
        warnings=warnings,
    )


def alternative_routes(
    net: OrgNetwork,
    *,
    headquarters: str | Iterable[str] | None = None,
    layers: str | Sequence[str] = "all",
    direction: Direction = "down",
) -> pd.Series:
    """Is there another route from headquarters to a unit, if one fails anywhere on the way?

    Counts the routes that share no tie and no unit but their ends, up to two: 0 where no route leads to the unit, 1
    where some unit but headquarters, or a single tie from headquarters, is on all of them, and 2 for two or more. Two
    routes may start from one headquarters or from two.

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command (no superior in the file, at least one subordinate). Several
        tops are all headquarters, with a warning.
    layers
        A layer, a group of layers, or a list of them.
    direction
        ``"down"`` follows directed ties away from the top, ``"up"`` towards it, ``"both"`` ignores direction.

    Returns
    -------
    Series
        ``"alternative_routes"``: 0, 1, or 2 for two or more. NaN for headquarters, and for all where there are none.

    Raises
    ------
    UnitError
        If a headquarters is no unit.
    LayerError
        For a layer that does not exist.
    OptionError
        For another direction, or if `headquarters` is empty.

    Notes
    -----
    Almost linear in ties. Parallel ties are one tie: a command tie beside a collaboration is no second route.

    References
    ----------
    .. [1] Menger, K. (1927). Zur allgemeinen Kurventheorie. *Fundamenta Mathematicae* 10, 96-115.

    Examples
    --------
    >>> import orgnet
    >>> units = {"unit_id": ["h", "a", "b", "x", "y"], "superior_id": [None, "h", "h", "a", "x"]}
    >>> net = orgnet.build.from_tables(units, {"source": ["b"], "target": ["x"], "layer": ["collab"]})
    >>> alternative_routes(net).to_dict()
    {'h': nan, 'a': 1.0, 'b': 2.0, 'x': 2.0, 'y': 1.0}
    """
    rows, warnings = options.headquarters(net, headquarters)
    found = engine.alternative_routes(net.view(layers, direction), rows).astype(np.float64)
    return unit_series(
        net,
        np.where(found < 0, np.nan, found) if len(rows) else np.full(net.n_units, np.nan),
        "alternative_routes",
        headquarters=options.listed(net, rows),
        layers=layers,
        direction=direction,
        warnings=warnings,
    )
