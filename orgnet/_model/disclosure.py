"""Public output: what may leave the house, so that no small group and no firm's Party membership can be read off.

Inside the house everything is exact. In public enterprises and social organisations are not listed, they are counted:
rates of coverage by one breakdown, without small counts (`suppress_counts`), beside the units and ties of the others
(`public_tables`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.codes import individual_business
from orgnet._model.network import OrgNetwork
from orgnet._model.reading import fold
from orgnet._model.vocabulary import KINDS, LEVELS, PARTY_KINDS, TIE_FIELDS
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from orgnet._model.rules import Rules

    Row = tuple[str, str]

_POPULATIONS = ("operating", "three_have", "eligible")  # the first holds the other two
_MEASURES = ("organisation", "work", "own", "joint")  # the first is what the others are parts or widenings of
_SPLIT = ("own", "joint")  # parts of one whole: shown together or not at all

_MEMBERS = ("members", "full_members", "probationary")
_COUNTS = (*_MEMBERS, "households", "population", "grid_workers", "posts_approved", "posts_filled")
_KEPT = ("name", "kind", "area", "area_code", "level", "level_rank", "founded", "last_election", "term_end")
_INDIVIDUAL = frozenset({"个体", "个体户", "个体工商户", "individual_business", "self_employed"})
# Listed, but private bodies: who covers them is nobody's business, nor how many people they have.
_PRIVATE = ("professional_org", "service_group", "charity")
_TELLING = ("covers", "guides", "command", "report")
_ABOVE_FIRMS = tuple(LEVELS)[: tuple(LEVELS).index("community") + 1]
_NOT_OF_FIRMS = ("functional", "temporary")  # every other formation says that hosts formed it
_JOINT_NAME = re.compile("联合党?总?支部")
_PARTY_WORDS = re.compile(
    r"^(?:中共|中国共产党)|(?:第[一二三四五六七八九十\d]+)?(?:联合|流动|临时|功能型|综合)?"
    r"(?:党支部|党总支部?|党委会?|党工委|党小组|党组织|党组|(?:总支部?|支部|工作)?委员会|总?支部|总支)$"
)
_PLACE_END = re.compile("(?:社区|街道|村|镇|乡|区|县|市|省|网格|[幢栋楼座])$")
_SHORTEST_HAN, _SHORTEST_ASCII, _SHORTEST_CORE = 2, 4, 3  # names shorter than this stand in others by chance


# --- small counts


@dataclass(frozen=True)
class _Counts:
    """Numbers of hosts that have something, and have it not, by population and measure: one entry a group."""

    groups: tuple[str, ...]
    yes: dict[Row, NDArray[np.int64]]
    no: dict[Row, NDArray[np.int64]]

    def total(self) -> _Counts:
        """Return all groups as one."""

        def summed(counts: dict[Row, NDArray[np.int64]]) -> dict[Row, NDArray[np.int64]]:
            return {row: values.sum(keepdims=True) for row, values in counts.items()}

        return _Counts(("all",), summed(self.yes), summed(self.no))


def suppress_counts(whole: pd.DataFrame, table: pd.DataFrame, *, k: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take small counts out of tables of coverage that are published together, and what would give them back.

    A row (a population and a measure of a group) is shown whole or not at all. It is hidden where the hosts that have
    it, or those that have it not, are fewer than `k`; where a difference from a row it is part of is (eligible hosts
    beside operating ones, work beside organisation, one denominator beside another); and where the row it is part of
    is hidden. None counts as fewer than `k`: a rate of 0 % or 100 % tells the answer of every host. Then, the smallest
    first, further groups are hidden until all that is hidden of a table, put together, would pass the same test with
    twice `k` (with `k`, where all is hidden): that sum can always be had from the total. One of the hidden groups is
    not small, and those beside a small one hold `k` hosts or more. Where no choice will do, the total goes too.

    One breakdown is published, never a second: by area and by sector side by side, the difference of two groups is a
    third group, which may be small, and whoever knows the local firms knows which.

    What a reader can work out, even one who knows how many hosts of each group are counted: the sum of what is hidden,
    and of a small row nothing narrower than a span of `k`, or all numbers from none to all of the group's hosts. Hidden
    rows all look the same, small or not. A reader who besides runs this function on every table that there could be,
    and keeps those that come out alike, learns of some hidden rows that they are small, and of a rare one the number.
    Measured over all tables that three or four groups of a few sizes can have, that is so in 1 of 500 (20, 24 and 30
    hosts, k = 5) to 1 of 50 (8, 9 and 10 hosts, k = 3): this is no protection against such a reader.

    Parameters
    ----------
    whole
        The table of `orgnet.metrics.coverage(net)`.
    table
        That of the same network by one column or several, such as ``coverage(net, by="area").table``; `whole` again
        where nothing is published by groups.
    k
        The smallest count that is shown; ``net.rules["disclosure"]["k"]``.

    Returns
    -------
    tuple of DataFrame
        Both tables with ``suppressed`` (True where a row is hidden); there the counts and rates are missing.
        ``unknown``, ``lower`` and ``upper`` are left for the whole alone, and only where no unknown of the population
        is below `k`; the bounds are then those of the numbers shown, which may be wider.

    Raises
    ------
    OptionError
        For tables that are not of one network.

    Examples
    --------
    >>> from orgnet import build
    >>> from orgnet._metrics.coverage import coverage
    >>> net = build.from_tables({
    ...     "unit_id": [f"f{i}" for i in range(60)], "kind": "enterprise", "status": "存续",
    ...     "area": ["A"] * 20 + ["B"] * 20 + ["C"] * 20,
    ...     "has_party_org": [i % 20 < 10 for i in range(40)] + [True] * 2 + [False] * 18,
    ... })
    >>> _, by_area = suppress_counts(coverage(net).table, coverage(net, by="area").table, k=5)
    >>> shown = by_area[(by_area["population"] == "operating") & (by_area["measure"] == "organisation")]
    >>> shown[["group", "numerator"]].values.tolist()  # C is small; A is hidden so that C is not what is left over
    [['A', <NA>], ['B', 10], ['C', <NA>]]
    """
    if k < 1:
        msg = f"k={k!r} is not allowed; give the smallest count that may be shown, 1 or more"
        raise OptionError(msg)
    total, counts = _counts(whole), _counts(table)
    if any((counts.total().yes[row] != total.yes[row]).any() for row in total.yes):
        msg = "the tables are not of one network: a table by groups does not add up to the whole"
        raise OptionError(msg)
    gone, hidden = _plan(counts, k)
    return _with_unknown(_published(whole, total, gone), whole, k), _published(table, counts, hidden)


def _counts(table: pd.DataFrame) -> _Counts:
    groups = tuple(dict.fromkeys(table["group"]))
    yes, no = {}, {}
    for population, measure in _rows():
        part = table[(table["population"] == population) & (table["measure"] == measure)].set_index("group")
        has, of = (part.loc[list(groups), name].to_numpy(np.int64) for name in ("numerator", "denominator"))
        yes[population, measure], no[population, measure] = has, of - has
    return _Counts(groups, yes, no)


def _plan(counts: _Counts, k: int) -> tuple[dict[Row, NDArray[np.bool_]], dict[Row, NDArray[np.bool_]]]:
    """Return which rows of the whole, and of the groups, are hidden."""
    total, n = counts.total(), len(counts.groups)
    whole: dict[Row, NDArray[np.bool_]] = {}
    hidden: dict[Row, NDArray[np.bool_]] = {}
    small: dict[Row, NDArray[np.bool_]] = {}
    for row in _rows():
        if row[1] == _SPLIT[1]:  # planned with the first part
            for plan in (whole, hidden, small):
                plan[row] = plan[row[0], _SPLIT[0]]
            continue
        above = _above(row)
        small[row] = _small(counts, row, k) | _any(small, above, n)
        found, done = _completed(counts, row, small[row] | _any(hidden, above, n), small[row], k)
        whole[row] = _small(total, row, k) | _any(whole, above, 1) | (not done)
        hidden[row] = found | whole[row]
    return whole, hidden


def _rows() -> Iterator[Row]:
    return ((population, measure) for population in _POPULATIONS for measure in _MEASURES)


def _above(row: Row) -> list[Row]:
    """Return the rows that a row is part of."""
    population, measure = row
    above = [(population, _MEASURES[0])] if measure != _MEASURES[0] else []
    return above + ([(_POPULATIONS[0], measure)] if population != _POPULATIONS[0] else [])


def _any(hidden: dict[Row, NDArray[np.bool_]], rows: Sequence[Row], n: int) -> NDArray[np.bool_]:
    return np.asarray(np.logical_or.reduce([np.zeros(n, dtype=bool), *(hidden[row] for row in rows)]))


def _small(counts: _Counts, row: Row, k: int) -> NDArray[np.bool_]:
    """Return the groups of which a number that the row gives away is below k."""
    population, measure = row
    measures = _SPLIT if measure in _SPLIT else (measure,)
    parts = []
    for name in measures:
        parts += [counts.yes[population, name], counts.no[population, name]]
        if population != _POPULATIONS[0]:
            wide = _POPULATIONS[0], name
            parts += [counts.yes[wide] - parts[-2], counts.no[wide] - parts[-1]]
    organisation = counts.yes[population, _MEASURES[0]]
    if measure == "work":
        parts.append(counts.yes[row] - organisation)
    small = np.any(np.stack(parts) < k, axis=0)
    if measure in _SPLIT:  # the third part, neither own nor joint: none of it tells nothing
        rest = organisation - counts.yes[population, "own"] - counts.yes[population, "joint"]
        small |= (rest != 0) & (rest < k)
    of = counts.yes[population, _MEASURES[0]] + counts.no[population, _MEASURES[0]]
    for name in measures:  # hosts of which the one is recorded and the other is not
        apart = np.abs(counts.yes[population, name] + counts.no[population, name] - of)
        small |= (apart != 0) & (apart < k)
    return np.asarray(small)


def _columns(counts: _Counts, row: Row) -> list[NDArray[np.int64]]:
    """Return the numbers of hosts that a reader may know and that the row parts in two."""
    population, measure = row
    names = _SPLIT if measure in _SPLIT else (measure,)
    columns = [counts.yes[population, name] + counts.no[population, name] for name in names]
    if population != _POPULATIONS[0]:
        columns += [counts.yes[_POPULATIONS[0], name] for name in names]
        columns += [counts.no[_POPULATIONS[0], name] for name in names]
    if measure in _SPLIT:
        columns.append(counts.yes[population, _MEASURES[0]])
    if measure == "work":
        columns.append(counts.no[population, _MEASURES[0]])
    return columns


def _completed(
    counts: _Counts, row: Row, hidden: NDArray[np.bool_], small: NDArray[np.bool_], k: int
) -> tuple[NDArray[np.bool_], bool]:
    """Hide further groups, the smallest first, until the sum of the hidden ones gives nothing away.

    Returns what is hidden, and whether that is enough while the total is shown.
    """
    hidden = hidden.copy()
    columns = _columns(counts, row)
    order = iter([group for group in np.argsort(columns[0], kind="stable") if not hidden[group]])
    while small.any():
        together = _Counts(
            ("hidden",),
            {name: values[hidden].sum(keepdims=True) for name, values in counts.yes.items()},
            {name: values[hidden].sum(keepdims=True) for name, values in counts.no.items()},
        )
        beside = min(int(values[hidden].sum() - values[small].max()) for values in columns)
        # While others are shown, who is hidden says something too: so one that is not small, and a sum of twice k.
        least = k if hidden.all() else 2 * k
        if beside >= k and (hidden.all() or not small[hidden].all()) and not _small(together, row, least)[0]:
            return hidden, True
        further = next(order, None)
        if further is None:
            return hidden, False
        hidden[further] = True
    return hidden, True


def _published(table: pd.DataFrame, counts: _Counts, hidden: dict[Row, NDArray[np.bool_]]) -> pd.DataFrame:
    place = {group: number for number, group in enumerate(counts.groups)}
    keys = zip(table["population"], table["measure"], table["group"], strict=True)
    gone = pd.Series([bool(hidden[p, m][place[group]]) for p, m, group in keys], index=table.index, dtype=bool)
    out = table.assign(suppressed=gone)
    for name in ("numerator", "denominator"):
        out[name] = table[name].astype("Int64").mask(gone)
    out["unknown"] = pd.Series(pd.NA, index=table.index, dtype="Int64")
    out["rate"] = table["rate"].mask(gone)
    return out.assign(lower=np.nan, upper=np.nan)


def _with_unknown(out: pd.DataFrame, whole: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return the whole with its unknown hosts, where they are not few, and the bounds that what is shown allows."""
    enough = whole.groupby("population")["unknown"].transform("min") >= k
    shown = enough & ~out["suppressed"]
    unknown, has, of = (whole[name].astype("float64") for name in ("unknown", "numerator", "denominator"))
    out["unknown"] = whole["unknown"].astype("Int64").where(shown)
    out["lower"] = (has / (of + unknown)).where(shown)
    out["upper"] = ((has + unknown) / (of + unknown)).where(shown)
    return out


# --- units and ties


def band(values: pd.Series, edges: Sequence[int]) -> pd.Series:
    """Return numbers as the words of the band that each lies in; what is missing stays missing.

    Examples
    --------
    >>> band(pd.Series([0, 2, 3, 49, 120, None]), [0, 3, 7, 50, 100]).fillna("").tolist()
    ['0–2', '0–2', '3–6', '7–49', '100+', '']
    """
    words = [f"{low:,}–{high - 1:,}" if high - 1 > low else f"{low:,}" for low, high in zip(edges, edges[1:])]  # noqa: B905, RUF007
    words.append(f"{edges[-1]:,}+")
    numbers = values.to_numpy("float64", na_value=np.nan)
    known = np.isfinite(numbers)
    at = np.searchsorted(np.asarray(edges), numbers[known], side="right") - 1
    out = pd.Series(pd.NA, index=values.index, dtype="str")
    out[known] = np.array(words, dtype=object)[np.maximum(at, 0)]
    return out


def member_bands(rules: Rules) -> tuple[int, ...]:
    """Return where the public bands of Party members begin: those of the rule set, the lowest put together."""
    facts = rules["disclosure"]
    return (0, *(edge for edge in facts["member_bands"] if edge >= facts["members_from"]))


def public_tables(net: OrgNetwork) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return units and ties that are fit for the public.

    - Enterprises and social organisations, individual businesses, and units of no known kind are not listed, nor are
      their ties.
    - Party organisations of such hosts are not listed either: those that cover one, whose formation, name or covered
      units say that hosts formed them, that bear the name of a host, or that stand below one of these. One at the level
      of a community or above goes by its name alone. How many they are is not said: beside a published number of
      hosts with an organisation it would tell how many share one.
    - Who covers, guides or commands a professional body, a service group or a charity is left out, and their counts.
    - Counts become bands: Party members those that keep the thresholds of the rules (0–2, 3–6, 7–49, 50–99, 100+),
      households, residents and posts wider ones, since exact ones could be subtracted from one another. The columns are
      then called ``members_band`` and so on, so that nobody reads them back as numbers.
    - Of the columns only names, kinds, areas, levels and dates stay; of the types of ties those that `k` ties bear.

    What a reader can still learn is said in the guide, docs/reading.md.

    Parameters
    ----------
    net
        The network; `k`, bands and the kinds of host are those of its rule set.

    Returns
    -------
    tuple of DataFrame
        Units (index ``unit_id``) and ties, in the order of the network.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["b", "f"], "kind": ["party_branch", "enterprise"], "members": [12, 4]})
    >>> units, ties = public_tables(net)
    >>> units["members_band"].to_dict(), "members" in units
    ({'b': '7–49'}, False)
    """
    public = public_network(net)
    return public.units, public.ties


def public_network(net: OrgNetwork) -> OrgNetwork:
    """Return the network that `public_tables` are the tables of; it knows nothing of how the data came in."""
    from orgnet._model.findings import Log

    facts = net.rules["disclosure"]
    ties = net.ties
    private = net.units["kind"].isin(_PRIVATE).to_numpy(bool)
    host = _hosts(net.units, net.rules)
    listed = ~host & ~_of_hosts(net, host, private)
    source, target = net.ends
    telling = ties["layer"].isin(_TELLING).to_numpy(bool) & (private[source] | private[target])
    kept = listed[source] & listed[target] & ~telling
    ties = ties.loc[kept, [name for name in TIE_FIELDS if name in ties]].reset_index(drop=True)
    common = ties["tie_type"].map(ties["tie_type"].value_counts()) >= facts["k"]
    ties["tie_type"] = ties["tie_type"].where(common)
    renumbered = np.cumsum(listed, dtype=np.int32) - np.int32(1)
    return OrgNetwork(
        _public_units(net.units[listed], net.rules),
        ties,
        renumbered[net.ends[:, kept]],
        rules=net.rules,
        findings=Log().findings(),
        provenance=({"step": "public", "k": facts["k"]},),
        as_of=net.as_of,
    )


def _hosts(units: pd.DataFrame, rules: Rules) -> NDArray[np.bool_]:
    """Return which units are hosts, or may be: individual businesses, and those of which nobody knows what they are."""
    kind = units["kind"]
    host = ~kind.isin(list(KINDS)) | kind.isin([*rules["coverage"]["host_kinds"], *_INDIVIDUAL])
    found = host.to_numpy(bool) & ~kind.isin(list(PARTY_KINDS)).to_numpy(bool)
    for codes in (units.index.to_series(), *([units["uscc"]] if "uscc" in units else [])):
        found |= individual_business(codes)
    return found


def _of_hosts(net: OrgNetwork, host: NDArray[np.bool_], private: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which units are Party organisations of hosts or private bodies."""
    units = net.units
    party = units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool)
    found = net.names.str.contains(_JOINT_NAME, na=False).to_numpy(bool, copy=True)
    if "formation" in units:
        found |= (units["formation"].notna() & ~units["formation"].isin(_NOT_OF_FIRMS)).to_numpy(bool)
    if "joint_units" in units:
        found |= (units["joint_units"] > 0).to_numpy(bool, na_value=False)
    for end, other in (net.ends, net.ends[::-1]):
        found[end[net.tie_mask("covers") & (host | private)[other]]] = True
    above = np.zeros(net.n_units, dtype=bool)
    if "level" in units:
        above = units["level"].isin(_ABOVE_FIRMS).to_numpy(bool)
    known = units["kind"].isin(net.rules["coverage"]["host_kinds"]).to_numpy(bool)
    place = net.names.str.contains(_PLACE_END, na=False).to_numpy(bool)
    named = np.zeros(net.n_units, dtype=bool)
    named[party] = _named_after(net.names[party], net.names[known | private | (host & ~place)])
    return _below(net, (party & found & ~above) | named, known | private, party & ~above)


def _below(
    net: OrgNetwork, found: NDArray[np.bool_], tops: NDArray[np.bool_], party: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the units found, and those of the Party that stand below them or below a top in the chain."""
    down = net.view(["command", "report", "contains"], "down")
    found = found.copy()
    reached = list(np.flatnonzero(found | tops))
    while reached:
        unit = reached.pop()
        below = down.indices[down.indptr[unit] : down.indptr[unit + 1]]
        new = below[party[below] & ~found[below]]
        found[new] = True
        reached += list(new)
    return found


def _named_after(names: pd.Series, hosts: pd.Series) -> NDArray[np.bool_]:
    """Return which Party organisations bear the name of a host, whole, or as a part that is not a place."""
    plain = [_plain(name) for name in names]
    cores = [_PARTY_WORDS.sub("", name) for name in plain]
    whole = {name for name in map(_plain, hosts) if _tells(name)}
    parts = {core for core in cores if len(core) >= _SHORTEST_CORE and _tells(core)}
    parts = {core for core in parts if not _PLACE_END.search(core)}
    lengths, part_lengths = {len(name) for name in whole}, {len(core) for core in parts}
    called = {piece for name in whole for piece in _pieces(name, part_lengths) if piece in parts}
    held = [any(piece in whole for piece in _pieces(name, lengths)) for name in plain]
    return np.array([one or core in called for one, core in zip(held, cores, strict=True)], dtype=bool)


def _plain(name: object) -> str:
    return re.sub(r"[\W_]+", "", fold(str(name))).casefold()


def _tells(name: str) -> bool:
    return len(name) >= (_SHORTEST_ASCII if name.isascii() else _SHORTEST_HAN) and not name.isdigit()


def _pieces(text: str, lengths: Iterable[int]) -> Iterator[str]:
    return (text[at : at + n] for n in lengths for at in range(len(text) - n + 1))


def _public_units(units: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    party = units["kind"].isin(list(PARTY_KINDS))
    private = units["kind"].isin(_PRIVATE)
    columns = {name: units[name] for name in _KEPT if name in units}
    if "level" in columns:
        columns["level"] = columns["level"].where(columns["level"].isin(list(LEVELS)))
    for name in (name for name in _COUNTS if name in units):
        edges = member_bands(rules) if name in _MEMBERS else rules["disclosure"]["count_bands"]
        columns[f"{name}_band"] = band(units[name], edges).where(party if name in _MEMBERS else ~private)
    filled = {name: column for name, column in columns.items() if name in {"name", "kind"} or column.notna().any()}
    return pd.DataFrame(filled, index=units.index)
