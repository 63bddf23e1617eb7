"""The profile of a community or subdistrict: all measures side by side, against peers, and how fit the data are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics.system import burden_table, system_figures
from orgnet._model.catalogue import entries, entry, order
from orgnet._model.results import Family, Figures, Note, describe, headline
from orgnet._model.vocabulary import GROUPS, LAYERS, resolve_layers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orgnet._model.network import OrgNetwork

_WHOLE = "all"
_GROUPS = {"units": "kind", "ties": "layer"}  # a field is asked of all rows of a group of which any has it
_STANDING = np.array(["first quarter", "second quarter", "third quarter", "last quarter"], dtype=object)
_NO_PEERS = Note("no peers were given to compare with", "未提供可比较的同类单位")
_NO_SCORE = Note(
    "there is no total score: it would change with weights that nobody has fixed, so each measure stands for itself",
    "不给出总分：总分随权重而变，而权重并无规定，各项指标应分别看待",
)


@dataclass(frozen=True, eq=False, repr=False)
class Profile(Family):
    """All measures of a network, its place among peers, and the fitness of its data; see `orgnet.metrics.profile`.

    Attributes
    ----------
    burden
        One row a community with items of work: ``area``, ``items`` (rows of the table), ``unlisted`` (known to be
        outside the approved list), ``issuers`` (different bodies that handed them down).
    fitness
        One row a field, layer or table that measures need: ``field`` (such as ``"units.households"``), ``measures``
        (that need it), ``blocked`` (that are undefined and lack it), ``rows`` (that it is asked of), ``recorded``,
        ``share`` (NaN for layers and tables, which are there or not); what blocks most comes first.
    """

    burden: pd.DataFrame = field(default_factory=pd.DataFrame)
    fitness: pd.DataFrame = field(default_factory=pd.DataFrame)

    def row(self) -> pd.Series:
        """Return the values of the network as a whole by figure: one row of a table of peers."""
        whole = headline(self.table)
        return pd.Series(whole["value"].to_numpy(), index=whole["figure"].to_numpy(), dtype="float64")


def profile(net: OrgNetwork, *, peers: pd.DataFrame | Iterable[Profile] | None = None) -> Profile:
    """How does a network stand in all measures, beside its peers, and how far can its data be relied on?

    Every family of measures is computed with its defaults, and every figure is one row. Peers are described by the
    quartiles of their values; the network's own place is the share of peers with a lower value, and half of those with
    the same one. There is **no total score**: it would change with its weights, and hide its parts.

    Parameters
    ----------
    net
        The network: a subdistrict, or one community by ``net.select(area=...)``.
    peers
        What to compare with: profiles of other networks, or a table with one row a peer and one column a figure.
        Compared are the figures of a network as a whole, by the name of their measure; and those of a measure that is
        given for groups alone, by measure and group: ``"organisation_coverage: operating"``.

    Returns
    -------
    Profile
        ``table``, one row a measure and group, in the order of the catalogue: ``id``, ``measure``, ``en``, ``zh``,
        ``group``, ``value``, ``unit``, ``better`` (up, down, band, none), ``numerator``, ``denominator``, ``unknown``,
        ``missing``, ``reason``, ``peers`` (how many have a value), ``q1``, ``median``, ``q3`` (of peers, interpolated),
        ``place`` (0 to 1), ``standing`` (``"first quarter"`` with the lowest values to ``"last quarter"``). The last
        five are NaN, or missing, where the network or its peers have no value.

        ``indicators`` hold L1 to L7 alone. In ``fitness`` a field of units is asked of the units of all kinds of which
        any has it recorded, so that firms do not count as lacking households.

    Raises
    ------
    OptionError
        If a column of `peers` is no measure.

    References
    ----------
    .. [1] Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. *The American Statistician* 50,
       361-365; definition 7.

    Measures L1 to L7.

    Examples
    --------
    >>> import orgnet
    >>> found = profile(orgnet.datasets.load())
    >>> bool(found.table["id"].str[0].is_monotonic_increasing), 0 < found.value("measures_defined") <= 1
    (True, True)
    """
    others = _others(net)
    burden, gini = burden_table(net), others[(others["measure"] == "service_gini") & (others["group"] == _WHOLE)]
    figures = Figures()
    system_figures(figures, net, burden, float(gini["value"].iloc[0]))
    computed = pd.concat([others, figures.frame()], ignore_index=True)
    fitness = _fitness(net, computed)
    _fitness_figures(figures, computed, fitness)
    peer_values = _peer_table(peers)
    whole = headline(computed)
    defined = whole.loc[whole["value"].notna(), "figure"]
    n_compared = int(defined.isin(peer_values.dropna(axis="columns", how="all").columns).sum())
    reason = "" if len(peer_values) else _NO_PEERS
    figures.ratio("measures_compared", n_compared, len(defined) if len(peer_values) else 0, reason=reason)
    table = beside(pd.concat([others, figures.frame()], ignore_index=True), peer_values)
    return Profile(table, describe(net, "profile", n_peers=len(peer_values), warnings=(_NO_SCORE,)), figures.frame(),
                   burden=burden, fitness=fitness)  # fmt: skip


def _others(net: OrgNetwork) -> pd.DataFrame:
    """Return the indicators of all families of measures that the catalogue names, other than the profile itself."""
    from orgnet import metrics

    functions = dict.fromkeys(item.function for item in entries().values() if item.function not in {"", "profile"})
    found: list[pd.DataFrame] = [getattr(metrics, name)(net).indicators for name in functions]
    return pd.concat(found, ignore_index=True)


def _peer_table(peers: pd.DataFrame | Iterable[Profile] | None) -> pd.DataFrame:
    table = peers if isinstance(peers, pd.DataFrame) else pd.DataFrame([peer.row() for peer in peers or ()])
    for name in table:
        entry(str(name).partition(": ")[0])
    return table.astype("float64")


def beside(figures: pd.DataFrame, peers: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with what the catalogue says of them, and with their place among peers."""
    facts = [entry(name) for name in figures["measure"]]
    table = figures.assign(**{name: [getattr(item, name) for item in facts] for name in ("en", "zh", "unit", "better")})
    value, n = table["value"].to_numpy("float64"), len(table)
    named = headline(figures)["figure"].reindex(figures.index)
    wanted = peers.reindex(columns=named.fillna("")).to_numpy("float64").reshape(len(peers), n)
    n_peers = (~np.isnan(wanted)).sum(axis=0)
    known = ~np.isnan(value) & (n_peers > 0)
    quartiles = np.full((3, n), np.nan)
    if known.any():
        quartiles[:, known] = np.nanquantile(wanted[:, known], [0.25, 0.5, 0.75], axis=0)
    lower, same = (wanted < value).sum(axis=0), (wanted == value).sum(axis=0)
    place = np.divide(lower + same / 2, n_peers, out=np.full(n, np.nan), where=known)
    quarter = np.minimum(np.nan_to_num(place) * len(_STANDING), len(_STANDING) - 1).astype(np.int64)
    table["peers"], table["place"] = n_peers, place
    table["q1"], table["median"], table["q3"] = quartiles
    table["standing"] = pd.Series(_STANDING[quarter], index=table.index, dtype="str").where(known)
    columns = ["id", "measure", "en", "zh", "group", "value", "unit", "better", "numerator", "denominator", "unknown",
               "missing", "reason", "peers", "q1", "median", "q3", "place", "standing"]  # fmt: skip
    rank = table["measure"].map(order()).to_numpy()
    return table.iloc[np.argsort(rank, kind="stable")][columns].reset_index(drop=True)


def _undefined(computed: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of the measures that have no value in any group."""
    defined = computed["value"].notna().groupby(computed["measure"]).transform("any")
    return computed[~defined]


def _fitness(net: OrgNetwork, computed: pd.DataFrame) -> pd.DataFrame:
    """Return what measures need of the input, and how far it is there."""
    needed = Counter(need for item in entries().values() if item.function for need in set(item.needs))
    lacking = _undefined(computed)[["measure", "missing"]]
    lacking = lacking.assign(field=lacking["missing"].str.split(", ")).explode("field")
    blocked = lacking[lacking["field"] != ""].groupby("field")["measure"].nunique()
    frames = {"units": net.units, "ties": net.ties, **net.tables}
    rows = [
        {"field": name, "measures": needed[name], "blocked": blocked.get(name, 0), **held(frames, name)}
        for name in sorted({*needed, *blocked.index})
    ]
    table = pd.DataFrame(rows, columns=["field", "measures", "blocked", "rows", "recorded", "share"])
    first = ["blocked", "measures", "field"]
    return table.sort_values(first, ascending=[False, False, True], ignore_index=True)


def held(frames: dict[str, pd.DataFrame], name: str) -> dict[str, float]:
    """Return how many rows a field is asked of, and how many have it; of a table or layer how many rows there are."""
    place, _, column = name.partition(".")
    frame = frames.get(place, pd.DataFrame())
    if place == "ties" and column in {*LAYERS, *GROUPS}:
        frame, column = frame[frame["layer"].isin(resolve_layers(column))], ""
    if not column:
        return {"rows": len(frame), "recorded": len(frame), "share": np.nan}
    if column not in frame:
        return {"rows": 0, "recorded": 0, "share": np.nan}
    recorded, group = frame[column].notna(), _GROUPS.get(place, column)
    asked = len(frame) if group == column else int(frame[group].isin(frame.loc[recorded, group].unique()).sum())
    return {"rows": asked, "recorded": int(recorded.sum()), "share": recorded.sum() / asked if asked else np.nan}


def _fitness_figures(figures: Figures, computed: pd.DataFrame, fitness: pd.DataFrame) -> None:
    """Add what of the data is there, and what share of the measures is defined by it (L7)."""
    n_measures = computed["measure"].nunique()
    figures.ratio("measures_defined", n_measures - _undefined(computed)["measure"].nunique(), n_measures)
    figures.ratio("fields_present", (fitness["recorded"] > 0).sum(), len(fitness))
    graded = fitness[fitness["share"].notna()]
    figures.ratio("values_recorded", graded["recorded"].sum(), graded["rows"].sum())
