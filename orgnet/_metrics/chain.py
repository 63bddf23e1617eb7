"""The chain of command: where each unit stands below headquarters, how wide its span is, and where the chain breaks.

All measures read the simple digraph of command ties, superior to subordinate; `layers` chooses others, such as
``"contains"`` for a tree of areas. No function falls over a cycle or a double superior: what is undefined is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.traversal import costs, forest_order, hops, roll_up, subtree_sizes
from orgnet._metrics import options
from orgnet._model.results import Result, describe, unit_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction


def depth(
    net: OrgNetwork, *, headquarters: str | Iterable[str] | None = None, layers: str | Sequence[str] = "vertical"
) -> pd.Series:
    """How many steps of command lie between headquarters and each unit?

    The number of ties on the shortest downward path from the nearest headquarters.

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command (no superior in the file, at least one subordinate). Several
        tops are all headquarters, with a warning.
    layers
        The layers that make the hierarchy.

    Returns
    -------
    Series, shape (n_units,), dtype float64
        In the order of `net.ids`, named ``"depth"``, in ties; 0 for headquarters, NaN for units that command does not
        reach.

    Raises
    ------
    UnitError
        If a headquarters is no unit.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["h", "g1", "c1", "x"], "superior_id": [None, "h", "g1", None]})
    >>> depth(net).to_dict()
    {'h': 0.0, 'g1': 1.0, 'c1': 2.0, 'x': nan}
    """
    rows, warnings = options.headquarters(net, headquarters, layers=layers)
    far = _steps(net.view(layers, "down"), rows)
    return unit_series(net, far, "depth", layers=layers, headquarters=list(net.ids[rows][:20]), warnings=warnings)


def _steps(view: View, rows: NDArray[np.int32]) -> NDArray[np.float64]:
    if not len(rows):
        return np.full(view.n, np.nan)
    far = hops(view, rows).astype(np.float64)
    return np.where(far < 0, np.nan, far)


def span(net: OrgNetwork, *, layers: str | Sequence[str] = "vertical") -> pd.Series:
    """How many direct subordinates does each unit have (span of control)?

    Parameters
    ----------
    net
        The network.
    layers
        The layers that make the hierarchy.

    Returns
    -------
    Series, shape (n_units,), dtype float64
        In the order of `net.ids`, named ``"span"``, in units; 0 for leaves. A mean span is over units that have
        subordinates: see `chain`.

    References
    ----------
    Measure A1.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["h", "g1", "g2"], "superior_id": [None, "h", "h"]})
    >>> span(net).to_dict()
    {'h': 2.0, 'g1': 0.0, 'g2': 0.0}
    """
    return unit_series(net, np.diff(net.view(layers, "down").indptr), "span", layers=layers)


def subtree_size(net: OrgNetwork, *, layers: str | Sequence[str] = "vertical", weight: str | None = None) -> pd.Series:
    """How many units answer to each unit, directly or through others?

    Parameters
    ----------
    net
        The network.
    layers
        The layers that make the hierarchy.
    weight
        A numeric column of `net.units` to add up over the units below instead of counting them, such as
        ``"households"``; a unit without a value adds nothing.

    Returns
    -------
    Series, shape (n_units,), dtype float64
        In the order of `net.ids`, named ``"subtree_size"``; the unit itself is not counted. NaN for a unit that is on
        or above a cycle, or that has two superiors or is above one that has: there the parts do not add up.

    Raises
    ------
    OptionError
        If `weight` is no numeric column.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["h", "g1", "c1"], "superior_id": [None, "h", "g1"]})
    >>> subtree_size(net).to_dict()
    {'h': 2.0, 'g1': 1.0, 'c1': 0.0}
    """
    view = net.view(layers, "down")
    if weight is None:
        sizes = subtree_sizes(view)
    else:
        values = np.nan_to_num(options.numbers(net, weight))
        sizes = roll_up(view, values) - values
    return unit_series(net, sizes, "subtree_size", layers=layers, weight=weight)


def distance_from(
    net: OrgNetwork,
    source: str | Iterable[str],
    *,
    layers: str | Sequence[str] = "all",
    direction: Direction = "both",
    distance: str = "hops",
) -> pd.Series:
    """How far is each unit from the nearest of these units?

    Parameters
    ----------
    net
        The network.
    source
        One id or several.
    layers, direction
        Which ties may be walked, and which way.
    distance
        ``"hops"``; ``"inverse"`` (1 / weight); or a numeric column of `net.ties`, such as ``"latency_days"``.

    Returns
    -------
    Series, shape (n_units,), dtype float64
        In the order of `net.ids`, named ``"distance_from"``, in ties or in the unit of the column; 0 for the sources,
        NaN for units that cannot be reached.

    Raises
    ------
    UnitError, LayerError, OptionError
        For words that are not known, and where a tie of these layers has no length.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables(
    ...     {"unit_id": ["h", "g1", "c1"], "superior_id": [None, "h", "g1"]},
    ...     {"source": ["h"], "target": ["c1"], "layer": ["collab"]},
    ... )
    >>> distance_from(net, "h").to_dict()
    {'h': 0.0, 'g1': 1.0, 'c1': 1.0}
    """
    rows = net.rows(source)
    view = net.view(layers, direction, distance=distance)
    if distance == "hops":
        far = _steps(view, rows)
    else:
        far = costs(view, rows) if len(rows) else np.full(view.n, np.inf)
        far = np.where(np.isinf(far), np.nan, far)
    return unit_series(
        net,
        far,
        "distance_from",
        layers=layers,
        direction=direction,
        distance=distance,
        source=list(net.ids[rows][:20]),
    )


@dataclass(frozen=True, eq=False, repr=False)
class Chain(Result):
    """The state of the chain of command; see `orgnet.metrics.chain`."""

    tops: tuple[str, ...] = ()
    on_cycles: tuple[str, ...] = ()
    several_superiors: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    level_counts: dict[int, int] = field(default_factory=dict)
    span_mean: float = np.nan
    span_max: float = np.nan
    is_forest: bool = True


def chain(
    net: OrgNetwork, *, headquarters: str | Iterable[str] | None = None, layers: str | Sequence[str] = "vertical"
) -> Chain:
    """Is the chain of command whole, how deep is it, and how wide are its spans?

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command.
    layers
        The layers that make the hierarchy.

    Returns
    -------
    Chain
        ``tops`` (units without superior that have subordinates), ``on_cycles`` (units on a cycle),
        ``several_superiors``, ``not_reached`` (units that have a tie of command but no path from headquarters; units
        outside command, such as firms, are not meant), ``level_counts`` (units at each depth), ``span_mean`` and
        ``span_max`` (over units that have subordinates; NaN where there are none), ``is_forest`` (no cycle and no
        double superior). ``table`` has one row a depth: units, of these units with subordinates, their mean and
        largest span.

    References
    ----------
    Measures A1, B3, B5.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]})
    >>> found = chain(net)
    >>> found.level_counts, found.span_mean, found.is_forest
    ({0: 1, 1: 2, 2: 1}, 1.5, True)
    """
    rows, warnings = options.headquarters(net, headquarters, layers=layers)
    view = net.view(layers, "down")
    forest = forest_order(view)
    spans, superiors = np.diff(view.indptr), np.diff(view.reverse().indptr)
    far = _steps(view, rows)
    ids = net.ids

    def named(mask: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(ids[mask])

    table = _levels(far, spans)
    leading = spans[spans > 0]
    return Chain(
        table,
        describe(net, "chain", layers=layers, headquarters=list(ids[rows][:20]), warnings=warnings),
        tops=named((spans > 0) & (superiors == 0)),
        on_cycles=named(forest.on_cycle),
        several_superiors=named(forest.several),
        not_reached=named(np.isnan(far) & ((spans > 0) | (superiors > 0))),
        level_counts=dict(zip(table["depth"].astype(int).tolist(), table["units"].tolist(), strict=True)),
        span_mean=float(leading.mean()) if len(leading) else np.nan,
        span_max=float(leading.max()) if len(leading) else np.nan,
        is_forest=not (forest.on_cycle.any() or forest.several.any()),
    )


def _levels(far: NDArray[np.float64], spans: NDArray[Any]) -> pd.DataFrame:
    reached = ~np.isnan(far)
    level, width = far[reached].astype(np.int64), spans[reached]
    units = np.bincount(level)
    leading = np.bincount(level[width > 0], minlength=len(units))
    total = np.bincount(level, weights=width, minlength=len(units))
    widest = np.zeros(len(units), dtype=np.int64)
    np.maximum.at(widest, level, width)
    mean = np.divide(total, leading, out=np.full(len(units), np.nan), where=leading > 0)
    return pd.DataFrame(
        {
            "depth": np.arange(len(units)),
            "units": units,
            "with_subordinates": leading,
            "span_mean": mean,
            "span_max": np.where(leading > 0, widest, np.nan),
        }
    )
