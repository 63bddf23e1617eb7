"""When a task arrives: along ties with latencies, one call at a time, and along ties in the order of their dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine import spreading
from orgnet._engine.csr import build_view
from orgnet._metrics import options
from orgnet._metrics.communication import others, population_of
from orgnet._metrics.force import NO_HEADQUARTERS, in_force
from orgnet._metrics.timed import add_in_time
from orgnet._model.results import Family, Figures, Note, describe, unit_series
from orgnet._model.vocabulary import LAYERS, resolve_layers
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork

_QUANTILES = {"t50": 0.5, "t90": 0.9, "t100": 1.0}
_NOBODY = Note("no unit is reached along ties with a latency", "沿有时延的关系不能到达任何组织")
_TOO_FEW = Note("so many units are never reached", "到达的组织始终不足此比例")
_TANGLED = Note("below headquarters is a cycle or a unit with two superiors", "总部之下存在环或一个组织有两个上级")


@dataclass(frozen=True, eq=False, repr=False)
class Arrival(Family):
    """When a task from headquarters arrives; see `orgnet.metrics.arrival`.

    Attributes
    ----------
    headquarters
        Ids.
    t50, t90, t100
        Days until 50, 90 and 100 % of the units reached have it.
    t50_all, t90_all, t100_all
        Days until 50, 90 and 100 % of all units meant have it; NaN where so many are never reached.
    n_reached, n_meant
        Units reached, and units meant.
    n_without_latency
        Ties without a latency.
    arrivals
        One row a unit meant: when the task arrives, and from whom.
    slowest
        The way to the unit that is reached last, one row a unit.
    dated
        Units that a message reaches along ties in the order of their dates, one row a date.
    """

    headquarters: tuple[str, ...] = ()
    t50: float = np.nan
    t90: float = np.nan
    t100: float = np.nan
    t50_all: float = np.nan
    t90_all: float = np.nan
    t100_all: float = np.nan
    n_reached: int = 0
    n_meant: int = 0
    n_without_latency: int = 0
    arrivals: pd.DataFrame = field(default_factory=pd.DataFrame)
    slowest: pd.DataFrame = field(default_factory=pd.DataFrame)
    dated: pd.DataFrame = field(default_factory=pd.DataFrame)


def arrival(
    net: OrgNetwork,
    *,
    headquarters: str | Iterable[str] | None = None,
    default_latency: float | None = None,
    layers: str | Sequence[str] = "vertical",
) -> Arrival:
    r"""How many days until a task from headquarters arrives, and which way is the slowest?

    The task is handed on at once along every tie away from the top, and each tie takes its ``latency_days``:

    .. math:: t(v) = \min_{u \to v} \left( t(u) + \text{latency}(u, v) \right), \qquad t(\text{headquarters}) = 0

    :math:`T_{50}` is the first day by which at least half of the units have it.

    Parameters
    ----------
    net
        The network. Ties that ended before its date, or begin after it, are left out.
    headquarters
        One id or several; by default the tops of command.
    default_latency
        Days for ties without a latency. Without it such a tie carries nothing: they are counted, with a warning, and
        what they alone lead to is not reached.
    layers
        The ties that carry the task; undirected ones both ways, `report` ties against their direction.

    Returns
    -------
    Arrival
        ``table``, the curve, one row a time at which some unit is reached: ``days``, ``reached`` (units so far),
        ``share_reached`` (of the units reached in the end), ``share`` (of all units meant). Meant are, for command, the
        units of Party kinds (where there are none, units with a tie of command), else all units; headquarters apart.
        ``t50``, ``t90``, ``t100`` over the units reached, ``t50_all`` ... over the units meant (NaN where so many are
        never reached). ``arrivals``: ``unit_id``, ``name``, ``kind``, ``area``, ``days`` (NaN where not reached),
        ``from_unit``. ``slowest``: ``step``, ``unit_id``, ``name``, ``kind``, ``latency_days`` (of the tie that leads
        to it), ``days``; from headquarters to the unit reached last, of several the first by id. ``dated``: ``date``,
        ``reached``, ``share``.

        ``indicators``: T50, T90 and T100 (C6); the rounds that headquarters needs where each unit tells one other a
        round (C8, see `broadcast`; the most of several headquarters); and C11: the share of all other units that a
        message from headquarters reaches, along all ties and joint events in the order of their dates, in the days
        before the date of the data that the rule set names. A tie carries it from ``since`` (always, if not recorded)
        to ``until``, an event on its day among all that took part; it may wait at a unit, and is passed on the same
        day. Ties of territory (`contains`) are no channel and carry nothing; the areas, grids and buildings that only
        they lead to are still counted among the units.

    Raises
    ------
    UnitError, LayerError
        For words that are not known.
    OptionError
        For a `default_latency` below 0, and if `headquarters` is empty.

    References
    ----------
    Measures C6, C8 and C11.

    .. [1] Dijkstra, E. W. (1959). A note on two problems in connexion with graphs. *Numerische Mathematik* 1, 269-271.
    .. [2] Holme, P. and Saramäki, J. (2012). Temporal networks. *Physics Reports* 519, 97-125.

    Examples
    --------
    >>> from orgnet import build
    >>> ties = {"source": ["h", "h", "a"], "target": ["a", "b", "c"], "layer": "command", "latency_days": [1, 2, 3]}
    >>> net = build.from_tables({"unit_id": ["h", "a", "b", "c"], "kind": "party_branch"}, ties)
    >>> found = arrival(net)
    >>> found.t50, found.t100, found.slowest["unit_id"].tolist()
    (2.0, 4.0, ['h', 'a', 'c'])
    """
    if default_latency is not None and not (isinstance(default_latency, Real) and 0 <= default_latency < np.inf):
        msg = f"default_latency={default_latency!r} is not allowed; give a number of days from 0, or leave it out"
        raise OptionError(msg)
    now, ended = in_force(net, layers)
    heads, warnings = options.headquarters(now, headquarters)
    view, n_without, n_ties = _timed_view(now, layers, default_latency)
    times, before = spreading.earliest(view, heads)
    if resolve_layers(layers) == ("command",):
        meant, words, note = population_of(now, heads, None)
    else:
        meant, words, note = others(now, heads), "all units", []
    reached = np.sort(times[meant & np.isfinite(times)])
    figures = Figures()
    spans = _spans(reached, int(meant.sum()))
    lacks = default_latency is None and n_without == n_ties > 0
    _add_spans(figures, spans, len(reached), lacks=lacks, led=len(heads) > 0)
    _add_rounds(figures, now, heads)
    dated = add_in_time(figures, net, heads)
    slow = [] if default_latency is not None or not n_without else [_without(n_without, n_ties)]
    given = {"headquarters": options.listed(net, heads), "default_latency": default_latency, "layers": layers}
    return Arrival(
        _curve(reached, int(meant.sum())),
        describe(net, "arrival", **given, population=words, warnings=(*warnings, *ended, *note, *slow)),
        figures.frame(),
        headquarters=tuple(net.ids[heads]),
        **spans,
        n_reached=len(reached),
        n_meant=int(meant.sum()),
        n_without_latency=n_without,
        arrivals=_arrivals(net, np.flatnonzero(meant), times, before),
        slowest=_way(net, times, before, meant),
        dated=dated,
    )


def _without(count: int, among: int) -> Note:
    return Note(
        f"{count} of {among} ties have no latency_days and carry nothing: units may be reached sooner, or at all; "
        "default_latency= gives them one",
        f"{among} 条关系中有 {count} 条未登记时延，按不传递计：实际可能更早到达；可用 default_latency= 指定",
    )


def _timed_view(net: OrgNetwork, layers: str | Sequence[str], default: float | None) -> tuple[View, int, int]:
    """Return the view of the ties with a latency, away from the top; how many have none, and how many there are."""
    mask, ties = net.tie_mask(layers), net.ties
    days = np.full(net.n_ties, np.nan)
    if "latency_days" in ties:
        days = ties["latency_days"].to_numpy("float64", na_value=np.nan)
    n_without = int(np.isnan(days[mask]).sum())
    days = days if default is None else np.where(np.isnan(days), default, days)
    mask = mask & ~np.isnan(days)
    source, target = net.ends[:, mask]
    layer = ties["layer"].to_numpy(object)[mask]
    backwards = layer == "report"
    view = build_view(
        net.n_units,
        np.where(backwards, target, source),
        np.where(backwards, source, target),
        mode="down",
        one_way=np.isin(layer, [name for name, item in LAYERS.items() if item.directed]),
        directed=True,
        weight=days[mask],
        merge="min",
    )
    return view, n_without, int(net.tie_mask(layers).sum())


def _spans(reached: NDArray[np.float64], n_meant: int) -> dict[str, float]:
    """Return the time by which each share is reached: of the units reached, and of the units meant."""
    found = {}
    for name, share in _QUANTILES.items():
        for suffix, among in (("", len(reached)), ("_all", n_meant)):
            place = max(int(np.ceil(share * among - 1e-9)), 1)
            found[f"{name}{suffix}"] = float(reached[place - 1]) if place <= len(reached) else np.nan
    return found


def _add_spans(figures: Figures, spans: dict[str, float], n_reached: int, *, lacks: bool, led: bool) -> None:
    for name, days in spans.items():
        measure = f"arrival_{name}"
        if lacks:
            figures.add(measure, missing=("ties.latency_days",))
        elif np.isnan(days):
            figures.add(measure, reason=(_TOO_FEW if n_reached else _NOBODY) if led else NO_HEADQUARTERS)
        else:
            figures.add(measure, days)


def _add_rounds(figures: Figures, net: OrgNetwork, heads: NDArray[np.int32]) -> None:
    rounds = spreading.broadcast(net.view("vertical", "down"))[heads]
    if not len(heads):
        figures.add("broadcast_rounds", reason=NO_HEADQUARTERS)
    elif np.isnan(rounds).any():
        figures.add("broadcast_rounds", reason=_TANGLED)
    else:
        figures.add("broadcast_rounds", rounds.max())


def _curve(reached: NDArray[np.float64], n_meant: int) -> pd.DataFrame:
    days, count = np.unique(reached, return_counts=True)
    so_far = np.cumsum(count)
    share = so_far / n_meant if n_meant else np.full(len(days), np.nan)
    return pd.DataFrame(
        {"days": days, "reached": so_far, "share_reached": so_far / max(len(reached), 1), "share": share}
    )


def _arrivals(
    net: OrgNetwork, rows: NDArray[np.int64], times: NDArray[np.float64], before: NDArray[np.int32]
) -> pd.DataFrame:
    units = net.units.iloc[rows]
    sender = pd.Series(net.ids.to_numpy(object)[before[rows]], dtype="str").mask(before[rows] < 0)
    return pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": units["kind"].to_numpy(),
            "area": units["area"].to_numpy() if "area" in units else pd.array([pd.NA] * len(rows), dtype="str"),
            "days": np.where(np.isinf(times[rows]), np.nan, times[rows]),
            "from_unit": sender,
        }
    )


def _way(
    net: OrgNetwork, times: NDArray[np.float64], before: NDArray[np.int32], meant: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return the way to the unit meant that is reached last."""
    last = np.flatnonzero(meant & np.isfinite(times))
    rows: list[int] = []
    if len(last):
        latest = last[times[last] == times[last].max()]
        at = int(min(latest, key=lambda row: str(net.ids[row])))
        while at >= 0:
            rows.append(at)
            at = int(before[at])
    rows.reverse()
    days = times[rows] if rows else np.empty(0)
    kind = net.units["kind"].to_numpy()
    return pd.DataFrame(
        {
            "step": np.arange(len(rows)),
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": kind[rows],
            "latency_days": np.append(np.nan, np.diff(days)) if rows else np.empty(0),
            "days": days,
        }
    )


def broadcast(net: OrgNetwork, *, layers: str | Sequence[str] = "vertical") -> pd.Series:
    r"""How many rounds does a unit need to tell all below it, if each unit tells one other a round?

    With the units below sorted by their own rounds, the longest first:

    .. math:: b(v) = \max_i \left( i + b(c_i) \right), \qquad b(c_1) \ge b(c_2) \ge \dots, \qquad b(\text{leaf}) = 0

    Parameters
    ----------
    net
        The network.
    layers
        The layers that make the hierarchy.

    Returns
    -------
    Series, shape (n_units,), dtype float64
        In the order of `net.ids`, named ``"broadcast"``, in rounds; 0 for units with none below. NaN for a unit that is
        on or above a cycle, or that has two superiors or is above one that has.

    Raises
    ------
    LayerError
        For a layer that does not exist.

    Notes
    -----
    Linear, apart from sorting the units below each unit. No other order of calls needs fewer rounds.

    References
    ----------
    Measure C8.

    .. [1] Slater, P. J., Cockayne, E. J. and Hedetniemi, S. T. (1981). Information dissemination in trees. *SIAM
       Journal on Computing* 10, 692-701.

    Examples
    --------
    >>> from orgnet import build
    >>> units = {"unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
    ...          "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"]}
    >>> broadcast(build.from_tables(units)).to_dict()
    {'h': 4.0, 'g1': 3.0, 'g2': 1.0, 'c1': 0.0, 'c2': 0.0, 'c3': 0.0, 'c4': 0.0}
    """
    return unit_series(net, spreading.broadcast(net.view(layers, "down")), "broadcast", layers=layers)
