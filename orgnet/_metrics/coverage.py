"""Coverage: how far Party organisation reaches into enterprises and social organisations, with its denominators.

The rate of one place and year was published as 21 % and as 99.9 %, because the denominators differed. So every rate
here comes with its population, numerator, denominator and what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics.options import column
from orgnet._metrics.presence import NO, POPULATIONS, UNKNOWN, YES, hosts
from orgnet._model.results import Result, describe
from orgnet._model.vocabulary import check_choice
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

MEASURES = ("own", "joint", "organisation", "work")
MISSING_GROUP = "(not recorded)"
_RESULT = ("group", "population", "measure", "denominator_name", "numerator", "denominator", "unknown")


@dataclass(frozen=True, eq=False, repr=False)
class Coverage(Result):
    """Coverage by group, population and measure; see `orgnet.metrics.coverage`.

    Attributes
    ----------
    by
        The columns that make the groups; empty for the whole network.
    """

    by: tuple[str, ...] = ()

    def rate(self, population: str, measure: str = "organisation", group: str = "all") -> float:
        """Return one rate; NaN where its denominator is zero."""
        return float(self.row(population, measure, group)["rate"])

    def row(self, population: str, measure: str = "organisation", group: str = "all") -> dict[str, Any]:
        """Return one row of the table as a dict; `OptionError` for words that are not in it."""
        wanted = {"population": population, "measure": measure, "group": group}
        for name, word in wanted.items():
            check_choice(name, word, self.table[name].unique().tolist())
        mask = np.logical_and.reduce([(self.table[name] == value).to_numpy(bool) for name, value in wanted.items()])
        return {str(key): value for key, value in self.table[mask].iloc[0].items()}


def coverage(net: OrgNetwork, *, by: str | Sequence[str] | None = None) -> Coverage:
    r"""What share of the enterprises and social organisations has Party organisation, or Party work?

    Hosts are the units of the kinds that the rule set names (enterprises and social organisations). For each of three
    populations, always together, and each measure:

    .. math:: \text{rate} = \frac{\text{hosts of the population that have it}}
                                 {\text{hosts of the population of which it is known}}

    Populations: `operating` (status in the rule set's list); `three_have` (operating, fixed premises, 10 staff or
    more); `eligible` (operating, 3 full members or more, whatever the size). Measures: `own` (a Party unit that covers
    this host alone, or formation sole), `joint` (one that covers several, or formation joint), `organisation` (either),
    `work` (organisation, or an instructor, a union, a Youth League).

    Parameters
    ----------
    net
        The network. A `covers` tie from a Party unit speaks first; without one the columns ``has_party_org`` and
        ``formation``. Where the input has `covers` ties and no such column, hosts without a tie count as not covered,
        with a warning. A formation that is neither sole nor joint (functional, temporary, any other word) counts as
        organisation and leaves open whether it is own or joint. A status word that is in neither list of the rule set
        is unknown.
    by
        A column of `net.units`, or several: one group for each value, ``"(not recorded)"`` for units without one.

    Returns
    -------
    Coverage
        ``table`` in long form, one row a group, population and measure: ``group`` (and one column for each of several
        `by`), ``population``, ``measure``, ``denominator_name`` (in words), ``numerator``, ``denominator``,
        ``unknown`` (hosts left out because their population or their presence is not recorded), ``rate`` (0 to 1; NaN
        where the denominator is 0), ``lower`` and ``upper`` (the lowest and highest rate that any filling-in of what
        is not recorded can give; 0 and 1 at the widest).

    Raises
    ------
    OptionError
        If `by` is no column.

    References
    ----------
    Measures E1 to E3; the thresholds and their sources are in the rule set, ``net.rules["coverage"]``.

    Examples
    --------
    Ten operating firms, six with premises and staff, three of these with three full members; two have a Party branch
    of their own, two share one:

    >>> from orgnet import build
    >>> net = build.from_tables({
    ...     "unit_id": [f"f{i}" for i in range(10)], "kind": "enterprise", "status": "存续",
    ...     "fixed_premises": [True] * 6 + [False] * 4, "staff": [20] * 6 + [5] * 4,
    ...     "full_members": [3, 3, 3, 1, 1, 0, 0, 0, 0, 0],
    ...     "has_party_org": [True, True, False, True, True] + [False] * 5,
    ...     "formation": ["sole", "sole", None, "joint", "joint"] + [None] * 5,
    ... })
    >>> table = coverage(net).table
    >>> table[table["measure"] == "organisation"][["population", "numerator", "denominator"]].values.tolist()
    [['operating', 4, 10], ['three_have', 4, 6], ['eligible', 2, 3]]
    """
    found = hosts(net)
    columns = () if by is None else (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    clash = set(columns) & set(_RESULT) if len(columns) > 1 else set()
    if clash:
        msg = f"by={list(columns)}: the result has columns of its own named {sorted(clash)}; rename them first"
        raise OptionError(msg)
    groups, codes = _groups(net, columns, found.rows)
    parts = []
    for population in POPULATIONS:
        member = found.populations[population]
        for measure in MEASURES:
            counts = dict(_counts(member, found.measures[measure], codes, len(groups)))
            parts.append(_rates(groups, population, measure, counts, net.rules["coverage"]))
    table = pd.concat(parts, ignore_index=True)
    order = np.tile(np.arange(len(groups)), len(parts))
    table = table.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    return Coverage(table, describe(net, "coverage", by=list(columns), warnings=found.warnings), columns)


def _groups(net: OrgNetwork, by: tuple[str, ...], rows: NDArray[np.int32]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the groups, one a row, in order of their labels, and the group of each host."""
    if not by:
        return pd.DataFrame({"group": ["all"]}), np.zeros(len(rows), dtype=np.int64)
    keys = pd.DataFrame({name: _labels(column(net, name)).iloc[rows].to_numpy() for name in by})
    numbered = keys.groupby(list(by), sort=True, dropna=False)
    groups = numbered.size().index.to_frame(index=False)
    text = groups[by[0]].astype("str")
    for name in by[1:]:
        text = text + " / " + groups[name].astype("str")
    named = groups.assign(group=text)[["group", *(by if len(by) > 1 else ())]]
    return named, np.asarray(numbered.ngroup(), dtype=np.int64)


def _labels(values: pd.Series) -> pd.Series:
    return values.astype("str").fillna(MISSING_GROUP)


def _counts(
    member: NDArray[np.int8], has: NDArray[np.int8], codes: NDArray[np.int64], n_groups: int
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Give, group by group, how many hosts stand where: (in the population?, has it?)."""
    for inside, word in ((YES, "in"), (UNKNOWN, "maybe")):
        for answer, what in ((YES, "yes"), (NO, "no"), (UNKNOWN, "unknown")):
            yield f"{word}_{what}", np.bincount(codes[(member == inside) & (has == answer)], minlength=n_groups)


def _rates(
    groups: pd.DataFrame, population: str, measure: str, n: dict[str, NDArray[np.int64]], rules: dict[str, Any]
) -> pd.DataFrame:
    """Turn counts into rates and sharp bounds.

    The lower bound takes every unknown host as not covered and inside the population unless it is known to be covered;
    the upper bound the reverse. No filling-in of the gaps can give less, or more.
    """
    maybe_uncovered, maybe_covered = n["maybe_no"] + n["maybe_unknown"], n["maybe_yes"] + n["maybe_unknown"]
    inside = n["in_yes"] + n["in_no"] + n["in_unknown"]
    denominator = n["in_yes"] + n["in_no"]
    unknown = n["in_unknown"] + n["maybe_yes"] + n["maybe_no"] + n["maybe_unknown"]
    nothing = inside + unknown == 0
    frame = groups.assign(
        population=population,
        measure=measure,
        denominator_name=denominator_name(population, rules),
        numerator=n["in_yes"],
        denominator=denominator,
        unknown=unknown,
        rate=_ratio(n["in_yes"], denominator),
        lower=_ratio(n["in_yes"], inside + maybe_uncovered, empty=0.0),
        upper=_ratio(n["in_yes"] + n["in_unknown"] + maybe_covered, inside + maybe_covered, empty=0.0),
    )
    frame.loc[nothing, ["lower", "upper"]] = np.nan
    only_covered = ~nothing & (inside + maybe_uncovered == 0)  # all that may be inside is covered
    frame.loc[only_covered, "lower"] = 1.0
    return frame


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64], empty: float = np.nan) -> NDArray[np.float64]:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), empty), where=whole > 0))


def denominator_name(population: str, rules: dict[str, Any]) -> str:
    """Say in words what a population is, with the thresholds of the rule set."""
    return {
        "operating": "operating hosts",
        "three_have": f"operating hosts with fixed premises and {rules['three_have_staff']} staff or more",
        "eligible": f"operating hosts with {rules['eligible_full_members']} full members or more",
    }[population]
