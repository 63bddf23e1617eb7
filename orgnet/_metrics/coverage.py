"""Coverage: how far Party organisation reaches into enterprises and social organisations, with its denominators.

The rate of one place and year was published as 21 % and as 99.9 %, because the denominators differed. So every rate
here comes with its population, numerator, denominator and what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics import living as alive
from orgnet._metrics.joint import add_joint_branches, joint_branches
from orgnet._metrics.options import column
from orgnet._metrics.presence import NO, POPULATIONS, UNKNOWN, YES, Hosts, all_of, hosts, tally
from orgnet._model.results import Family, Figures, describe
from orgnet._model.vocabulary import check_choice
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

MEASURES = ("own", "joint", "organisation", "work")
MISSING_GROUP = "(not recorded)"
_RESULT = (
    *("group", "population", "measure", "denominator_name", "numerator", "denominator", "unknown", "hosts", "paper"),
    *("living", "reachable", "both"),
)


@dataclass(frozen=True, eq=False, repr=False)
class Coverage(Family):
    """Coverage by group, population and measure; see `orgnet.metrics.coverage`.

    Attributes
    ----------
    by
        The columns that make the groups; empty for the whole network.
    paper
        Coverage on paper against coverage that lives, one row a group and population: ``hosts`` (of which presence is
        known), ``paper`` (those covered), of these ``living`` (contact with a Party unit within the rule set's days),
        ``reachable`` (within its steps of headquarters) and ``both``, each with ``..._unknown`` and, over the hosts of
        which it is known, ``..._rate``; NaN where the input has no dates, or no headquarters.
    joint_branches
        One row a joint branch: ``unit_id``, ``name``, ``hosts``, ``over`` (more than the rule set's; yes, no, unknown).
    meetings
        One row a Party unit of a kind that has a norm: ``unit_id``, ``name``, ``kind``, ``norm`` (meetings a year),
        ``held`` (events of which it was the organiser in the year before the date; NaN where it stands in no event),
        ``verdict`` (met, below, unknown).
    churn
        One row an operating host that gained or lost cover in the year before the date, by `covers` ties: ``unit_id``,
        ``name``, ``kind``, ``change`` (gained, lost), ``date``.
    """

    by: tuple[str, ...] = ()
    paper: pd.DataFrame = field(default_factory=pd.DataFrame)
    joint_branches: pd.DataFrame = field(default_factory=pd.DataFrame)
    meetings: pd.DataFrame = field(default_factory=pd.DataFrame)
    churn: pd.DataFrame = field(default_factory=pd.DataFrame)

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


def coverage(
    net: OrgNetwork,
    *,
    by: str | Sequence[str] | None = None,
    headquarters: str | Iterable[str] | None = None,
) -> Coverage:
    r"""What share of the enterprises and social organisations has Party organisation, or Party work?

    Hosts are the units of the kinds that the rule set names (enterprises and social organisations). For each of three
    populations, always together, and each measure:

    .. math:: \text{rate} = \frac{\text{hosts of the population that have it}}
                                 {\text{hosts of the population of which it is known}}

    Populations: `operating` (status in the rule set's list); `three_have` (operating, fixed premises, 10 staff or
    more); `eligible` (operating, 3 full members or more, whatever the size). Measures: `own` (a Party unit that covers
    this host alone, or formation sole), `joint` (a branch that covers several, or formation joint), `organisation`
    (either, or one that leaves open which), `work` (organisation, or an instructor, a union, a Youth League).
    Instructors and liaisons are one field in registers and count alike.

    What is covered on paper need not be alive. A host is `living` if within the rule set's days before the date of the
    network it took part in an event with a Party unit, or a tie of collaboration, cover or guidance between them began
    or ended; it is `reachable` if headquarters gets to it in the rule set's steps, along command downwards and all
    other ties. The indicators give these shares too, staff-weighted coverage (staff in covered hosts over staff of
    hosts), hosts per joint branch, organisations per instructor, meetings held against the norm, and churn.

    Parameters
    ----------
    net
        The network. A `covers` tie from a Party unit, not from a Party group, speaks first; without one the columns
        ``has_party_org`` and ``formation``. Ties that have ended by the date of the network do not count. Where the
        input has `covers` ties and no such column, hosts without a tie count as not covered, with a warning. A
        formation that is neither sole nor joint (functional, temporary, any other word), and a committee or general
        branch that covers several hosts, counts as organisation and leaves open whether it is own or joint. A status
        word that is in neither list of the rule set is unknown.
    by
        A column of `net.units`, or several: one group for each value, ``"(not recorded)"`` for units without one.
    headquarters
        One id or several; by default the tops of command.

    Returns
    -------
    Coverage
        ``table`` in long form, one row a group, population and measure: ``group`` (and one column for each of several
        `by`), ``population``, ``measure``, ``denominator_name`` (in words), ``numerator``, ``denominator``,
        ``unknown`` (hosts left out because their population or their presence is not recorded), ``rate`` (0 to 1; NaN
        where the denominator is 0), ``lower`` and ``upper`` (the lowest and highest rate that any filling-in of what
        is not recorded can give; 0 and 1 at the widest). ``paper``, ``joint_branches``, ``meetings``, ``churn``: see
        `Coverage`. ``indicators`` are of the whole network; their groups are the populations, for meetings the kinds.

    Raises
    ------
    OptionError
        If `by` is no column.
    UnitError
        If a headquarters is no unit.

    References
    ----------
    Measures E1 to E3, E5, E7 to E11; the thresholds and their sources are in the rule set, ``net.rules["coverage"]``,
    ``["joint"]``, ``["living"]``, ``["meetings"]``.

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
    >>> found = coverage(net)
    >>> table = found.table
    >>> table[table["measure"] == "organisation"][["population", "numerator", "denominator"]].values.tolist()
    [['operating', 4, 10], ['three_have', 4, 6], ['eligible', 2, 3]]
    >>> round(found.value("staff_weighted_coverage", "operating"), 4)  # 80 of 140 staff
    0.5714
    """
    found = hosts(net)
    columns = () if by is None else (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    clash = set(columns) & set(_RESULT) if len(columns) > 1 else set()
    if clash:
        msg = f"by={list(columns)}: the result has columns of its own named {sorted(clash)}; rename them first"
        raise OptionError(msg)
    groups, codes = _groups(net, columns, found.rows)
    living, reachable = alive.contacts(net, found), alive.within_reach(net, found, headquarters)
    joint = joint_branches(net, found)
    meetings, sayable = alive.meetings(net)
    figures = Figures()
    _add_rates(figures, found)
    _add_staff(figures, net, found)
    add_joint_branches(net, found, figures, joint)
    alive.add_living(figures, found, living, reachable)
    alive.add_meetings(net, figures, meetings, sayable=sayable)
    churn = alive.churn(net, found, figures)
    return Coverage(
        _table(net, found, groups, codes),
        describe(net, "coverage", by=list(columns), warnings=(*found.warnings, *reachable.notes)),
        figures.frame(),
        by=columns,
        paper=_paper(groups, codes, found, living, reachable),
        joint_branches=joint,
        meetings=meetings,
        churn=churn,
    )


def _add_rates(figures: Figures, found: Hosts) -> None:
    """Add the share of each population that has each kind of presence (E1 to E3)."""
    for population, member in found.populations.items():
        for measure, has in found.measures.items():
            part, whole, left_out = tally(member, has)
            missing = found.lacking[population] + found.lacking[measure]
            figures.ratio(f"{measure}_coverage", part, whole, group=population, unknown=left_out, missing=missing)


def _add_staff(figures: Figures, net: OrgNetwork, found: Hosts) -> None:
    """Add the share of the staff of each population that works in covered hosts (E8)."""
    units = net.units
    absent = () if "staff" in units else ("units.staff",)
    staff = np.full(len(found.rows), np.nan)
    if not absent:
        staff = units["staff"].to_numpy("float64", na_value=np.nan)[found.rows]
    has, recorded = found.measures["organisation"], ~np.isnan(staff)
    for population, member in found.populations.items():
        counted = (member == YES) & (has != UNKNOWN) & recorded
        missing = tuple(dict.fromkeys(found.lacking[population] + found.lacking["organisation"] + absent))
        left_out = int((member != NO).sum() - counted.sum())
        figures.ratio("staff_weighted_coverage", staff[counted & (has == YES)].sum(), staff[counted].sum(),
                      group=population, unknown=left_out, missing=missing)  # fmt: skip


def _table(net: OrgNetwork, found: Hosts, groups: pd.DataFrame, codes: NDArray[np.int64]) -> pd.DataFrame:
    """Return the rates by group, population and measure."""
    parts: list[dict[str, Any]] = []
    for population in POPULATIONS:
        words = denominator_name(population, net.rules["coverage"])
        for measure in MEASURES:
            standing = standings(found.populations[population], found.measures[measure])
            counts = {name: np.bincount(codes[mask], minlength=len(groups)) for name, mask in standing}
            facts = {"population": population, "measure": measure, "denominator_name": words}
            parts.append(facts | rates(counts))
    return _long(groups, parts)


def _paper(
    groups: pd.DataFrame, codes: NDArray[np.int64], found: Hosts, living: alive.Answer, reachable: alive.Answer
) -> pd.DataFrame:
    """Return coverage on paper, living, reachable, and both, by group and population, over the same hosts."""
    has, both = found.measures["organisation"], all_of(living.each, reachable.each)
    answers = {
        "living": (living.each, living.known),
        "reachable": (reachable.each, reachable.known),
        "both": (both, living.known and reachable.known),
    }

    def count(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(codes[mask], minlength=len(groups))

    parts: list[dict[str, Any]] = []
    for population in POPULATIONS:
        known = (found.populations[population] == YES) & (has != UNKNOWN)
        covered = known & (has == YES)
        facts: dict[str, Any] = {"population": population, "hosts": count(known), "paper": count(covered)}
        shares = {"paper_rate": _ratio(facts["paper"], facts["hosts"])}
        for name, (answer, answerable) in answers.items():
            facts[name], left_out = count(covered & (answer == YES)), count(covered & (answer == UNKNOWN))
            facts[f"{name}_unknown"] = left_out
            rate = _ratio(facts[name], facts["hosts"] - left_out)
            shares[f"{name}_rate"] = rate if answerable else np.full(len(groups), np.nan)
        parts.append(facts | shares)
    return _long(groups, parts)


def _long(groups: pd.DataFrame, parts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row a group and part, group by group; a part has one value a group in each column, or one for all."""
    n = len(groups)
    columns = {name: np.stack([np.broadcast_to(part[name], n) for part in parts]).T.ravel() for name in parts[0]}
    repeated = groups.iloc[np.repeat(np.arange(n), len(parts))].reset_index(drop=True)
    return pd.concat([repeated, pd.DataFrame(columns)], axis=1)


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


def standings(member: NDArray[np.int8], has: NDArray[np.int8]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Give which hosts stand where: (in the population?, has it?); those outside stand nowhere."""
    for inside, word in ((YES, "in"), (UNKNOWN, "maybe")):
        for answer, what in ((YES, "yes"), (NO, "no"), (UNKNOWN, "unknown")):
            yield f"{word}_{what}", (member == inside) & (has == answer)


def rates(n: Mapping[str, NDArray[np.number[Any]]]) -> dict[str, NDArray[Any]]:
    """Turn the counts of `standings` into numerator, denominator, unknown, rate and sharp bounds.

    The lower bound takes every unknown host as not covered and inside the population unless it is known to be covered;
    the upper bound the reverse. No filling-in of the gaps can give less, or more.
    """
    maybe_uncovered, maybe_covered = n["maybe_no"] + n["maybe_unknown"], n["maybe_yes"] + n["maybe_unknown"]
    inside = n["in_yes"] + n["in_no"] + n["in_unknown"]
    denominator = n["in_yes"] + n["in_no"]
    unknown = n["in_unknown"] + n["maybe_yes"] + n["maybe_no"] + n["maybe_unknown"]
    lower = _ratio(n["in_yes"], inside + maybe_uncovered, empty=1.0)  # all that may be inside is covered
    upper = _ratio(n["in_yes"] + n["in_unknown"] + maybe_covered, inside + maybe_covered, empty=0.0)
    nothing = inside + unknown == 0
    return {
        "numerator": n["in_yes"],
        "denominator": denominator,
        "unknown": unknown,
        "rate": _ratio(n["in_yes"], denominator),
        "lower": np.where(nothing, np.nan, lower),
        "upper": np.where(nothing, np.nan, upper),
    }


def _ratio(part: NDArray[np.number[Any]], whole: NDArray[np.number[Any]], empty: float = np.nan) -> NDArray[np.float64]:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), empty), where=whole > 0))


def denominator_name(population: str, rules: Mapping[str, Any]) -> str:
    """Say in words what a population is, with the thresholds of the rule set."""
    return {
        "operating": "operating hosts",
        "three_have": f"operating hosts with fixed premises and {rules['three_have_staff']} staff or more",
        "eligible": f"operating hosts with {rules['eligible_full_members']} full members or more",
    }[population]
