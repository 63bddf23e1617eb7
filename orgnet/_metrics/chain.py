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
from orgnet._metrics.faults import add_checks, add_faults
from orgnet._metrics.force import in_force
from orgnet._metrics.hub import add_hub
from orgnet._metrics.links import add_links, breaks, parts_of
from orgnet._metrics.standing import add_terms, add_types
from orgnet._model.results import NOTHING_TO_COUNT, Family, Figures, describe, unit_series

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
class Chain(Family):
    """The state of the chain of command; see `orgnet.metrics.chain`.

    Attributes
    ----------
    tops, on_cycles, several_superiors, not_reached
        Ids of units.
    level_counts
        Units at each depth.
    span_mean, span_max
        Over units that have subordinates.
    is_forest
        No cycle and no double superior.
    breaks
        One row a broken unit, with the households behind the break, the most first.
    faults
        One row a kind of fault, with its count.
    types
        One row a unit whose kind does not fit its members, or is at the boundary, with advice.
    terms
        One row a unit whose term is overdue or due, the longest overdue first.
    """

    tops: tuple[str, ...] = ()
    on_cycles: tuple[str, ...] = ()
    several_superiors: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    level_counts: dict[int, int] = field(default_factory=dict)
    span_mean: float = np.nan
    span_max: float = np.nan
    is_forest: bool = True
    breaks: pd.DataFrame = field(default_factory=pd.DataFrame)
    faults: pd.DataFrame = field(default_factory=pd.DataFrame)
    types: pd.DataFrame = field(default_factory=pd.DataFrame)
    terms: pd.DataFrame = field(default_factory=pd.DataFrame)


def chain(
    net: OrgNetwork, *, headquarters: str | Iterable[str] | None = None, layers: str | Sequence[str] = "vertical"
) -> Chain:
    r"""Is the chain of command whole, where does it break, and do form and term of its units fit the rules?

    The whole chain is Party cell, grid branch, community committee:

    .. math:: \text{full chain} = \frac{\text{cells below a grid branch that is below a community committee}}
                                       {\text{cells of which it is known}}

    A grid branch is a Party branch or general branch with a `covers` or `serves` tie to a grid, or of level grid. A
    community committee is a Party committee or general branch of level community; where no unit is recorded as of that
    level, any Party committee, and headquarters, counts as one, with a warning. A branch without a level and without
    such a tie may be a grid branch, where the input has levels: it is unknown, and so is what hangs on it. Below is by
    any number of ties of command, with none but branches and general branches between.

    Parameters
    ----------
    net
        The network. Ties that ended before its date, or begin after it, are left out.
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

        ``breaks``, one row a broken unit: ``unit_id``, ``name``, ``kind``, ``area``, ``missing`` (the first missing
        link: superior, headquarters, grid_branch, community_committee), ``reason``, ``reason_zh``, ``households``
        behind the break (its own, else those of the grids or buildings it covers or serves, else those of all below
        it; NaN where none are recorded). Broken are cells without the whole chain, grid branches without a community
        committee, grids without a branch, Party units without superior that are not headquarters, and those on a
        cycle. One break may lie behind another, so households of several rows do not add up.

        ``faults``: ``fault``, ``count``, ``among`` (units or ties looked at), ``meaning``, ``meaning_zh``. Superiors
        outside the file, and units that are their own, are those that the reading of the file found.

        ``types``: Party branches, general branches and committees (up to community level; functional and temporary ones
        apart) whose members do not fit their kind, with ``fit`` (small, large, boundary) and ``advice``; need-based
        exceptions exist. ``terms``: ``term_end`` as recorded (unless an election was held on that day or since: then it
        is that of the term before), else the last election and the years of the rule set,
        ``days_left`` (negative where overdue), ``state`` (overdue, due), ``basis`` (the field it comes from).

        ``indicators``: the measures B1 to B3, B5 to B9 and B11. Betweenness of headquarters among collaboration ties is
        left out where it would take more than seconds.

    Raises
    ------
    UnitError, LayerError, OptionError
        For words that are not known, and if `headquarters` is empty.

    References
    ----------
    Measures A1 (spans) and B1 to B11; the thresholds and their sources are in the rule set, ``net.rules["members"]``,
    ``["terms"]`` and ``["checks"]``.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]})
    >>> found = chain(net)
    >>> found.level_counts, found.span_mean, found.is_forest
    ({0: 1, 1: 2, 2: 1}, 1.5, True)

    One cell hangs on the community committee itself:

    >>> net = build.from_tables({
    ...     "unit_id": ["h", "g1", "c1", "c2"], "superior_id": [None, "h", "g1", "h"],
    ...     "kind": ["party_committee", "party_branch", "party_cell", "party_cell"],
    ...     "level": ["community", "grid", "building", "building"],
    ... })
    >>> found = chain(net)
    >>> found.value("full_chain"), found.breaks[["unit_id", "missing"]].values.tolist()
    (0.5, [['c2', 'grid_branch']])
    """
    now, ended = in_force(net, layers)
    rows, warnings = options.headquarters(now, headquarters, layers=layers)
    view = now.view(layers, "down")
    forest = forest_order(view)
    spans, superiors = np.diff(view.indptr), np.diff(view.reverse().indptr)
    far = _steps(view, rows)
    ids = net.ids
    figures = Figures()
    parts, of_parts = parts_of(now, rows)
    households = options.numbers(net, "households") if "households" in net.units else np.full(net.n_units, np.nan)
    add_links(figures, parts, view, households)
    faults = add_faults(figures, now, view, forest, rows, parts.party)
    types, terms = add_types(figures, net), add_terms(figures, net)
    add_hub(figures, now, rows)
    add_checks(figures, now, view)

    def named(mask: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(ids[mask])

    table = _levels(far, spans)
    _add_depths(figures, far)
    leading = spans[spans > 0]
    return Chain(
        table,
        describe(
            net, "chain", layers=layers, headquarters=list(ids[rows][:20]), warnings=(*warnings, *ended, *of_parts)
        ),
        figures.frame(),
        tops=named((spans > 0) & (superiors == 0)),
        on_cycles=named(forest.on_cycle),
        several_superiors=named(forest.several),
        not_reached=named(np.isnan(far) & ((spans > 0) | (superiors > 0))),
        level_counts=dict(zip(table["depth"].astype(int).tolist(), table["units"].tolist(), strict=True)),
        span_mean=float(leading.mean()) if len(leading) else np.nan,
        span_max=float(leading.max()) if len(leading) else np.nan,
        is_forest=not (forest.on_cycle.any() or forest.several.any()),
        breaks=breaks(now, parts, view, forest, rows, households, named=headquarters is not None),
        faults=faults,
        types=types,
        terms=terms,
    )


def _add_depths(figures: Figures, far: NDArray[np.float64]) -> None:
    """Add mean and greatest depth of the units that command reaches, headquarters apart."""
    below = far[far > 0]
    figures.ratio("depth_mean", float(below.sum()), len(below))
    if len(below):
        figures.add("depth_max", below.max())
    else:
        figures.add("depth_max", reason=NOTHING_TO_COUNT)


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
