"""Posts: which seats of two bodies one holder has, whether seats are exchanged both ways, and how many stand vacant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.csr import build_view
from orgnet._engine.traversal import components
from orgnet._metrics.activity import YEAR, organisations, period_of
from orgnet._metrics.force import NO_DATE, current
from orgnet._metrics.seats import DIRECTOR, SECRETARY, Seats, seats_of
from orgnet._metrics.territory import COMMITTEES, NOT_RECORDED
from orgnet._metrics.territory import lacking as not_given
from orgnet._model.optional import empty_table
from orgnet._model.results import Family, Figures, Note, describe
from orgnet._model.vocabulary import PARTY_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

NO_SEATS = Note("no seat is listed for the bodies that it is about", "没有登记相关组织的席位")
NO_ENTRY = Note(
    "between no Party organisation and committee of one area is it told which seats are held from which side",
    "没有区域登记了党组织与居（村）委会之间交叉任职的方向",
)
NO_DIRECTOR = Note("no director's seat of a committee is listed", "没有登记居（村）委会主任席位")
NO_BODIES = Note("fewer than two bodies have seats listed", "登记席位的组织不足两个")
NO_TERMS = Note("no area has all its terms recorded", "没有区域的任期登记完整")
NO_AREA = Note(
    "no area has both a Party organisation that leads it and a residents' or villagers' committee",
    "没有区域同时有牵头党组织和居（村）委会",
)
_LEADING = ("party_committee", "party_general_branch")
_SIDES = {"party": "leading", "committee": "committee"}
_TURNED = {"a": "b", "b": "a", "a_linked": "b_linked", "b_linked": "a_linked", "a_in_b": "b_in_a", "b_in_a": "a_in_b"}
_HUNDRED = 100


@dataclass(frozen=True, eq=False, repr=False)
class Posts(Family):
    """Seats and how bodies share their holders; see `orgnet.metrics.posts`.

    Attributes
    ----------
    pairs
        One row a pair of bodies with a shared holder: ``a``, ``b`` (ids), ``a_name``, ``b_name``, ``a_kind``,
        ``b_kind``, ``shared`` (holders), ``a_seats``, ``b_seats`` (NaN where not all are listed), ``a_share``,
        ``b_share`` (of the seats of each, those that are shared), ``a_in_b``, ``b_in_a`` (holders by the side they come
        from; NaN where it is not told), ``two_way``, ``way`` ("both ways", "one way", "not told").
    """

    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)


def posts(net: OrgNetwork) -> Posts:
    r"""Do the bodies of a community share the holders of their seats, both ways, and do seats pile up on one holder?

    With a the holders of seats of one body that have a seat in the other beside it, and b those of the other body that
    have one in the first:

    .. math:: \text{share} = \frac{a + b}{\text{seats of the body}}, \qquad
              \text{two-way} = \frac{\min(a, b)}{\max(a, b)}

    Parameters
    ----------
    net
        The network, with a table of `posts`: one row a seat, the seat of the body that its holder comes from, and the
        seat that the holder has beside it. Where that names no second seat, `interlock` ties say which bodies share how
        many holders (``weight``), and no more. What has ended by ``net.as_of`` does not count.

    Returns
    -------
    Posts
        ``table``, one row an area with seats: ``area``, ``bodies`` (organisations with seats), ``seats`` (those of its
        grids too), ``filled``, ``vacant`` (the rest is not recorded), ``shared`` (holders shared by the Party
        organisations that lead the area and its residents' or villagers' committees), ``party_seats``,
        ``party_share``, ``committee_seats``, ``committee_share``, ``party_in_committee``, ``committee_in_party``,
        ``two_way``, ``way``, ``secretary_is_director`` (yes, no, unknown), ``longest_chain``, ``begun`` (second seats
        taken up in the last 365 days), ``terms_aligned`` (yes, no, unknown). ``pairs``. ``indicators``:

        F1 ``shared_seats_party`` and ``shared_seats_committee``: shared seats over seats of the Party organisations
        that lead areas with a committee, and of these committees. F2 ``two_way_entry``: the mean of areas. F3
        ``secretary_is_director``: committees whose director is the Party secretary over committees with a director's
        seat listed. F4 ``interlock_density`` and ``interlock_components``: of the bodies with seats, pairs that share a
        holder over all pairs, and parts that such pairs join. F5 ``seat_exchange_rate``: second seats taken up in the
        last 365 days and still held, for 100 seats. F6 ``longest_seat_chain``: the most seats that one holder has. F7
        ``vacant_seats``: vacant over seats of which it is recorded; ``aligned_terms``: of the areas whose leading Party
        organisation and committee have their terms recorded, the share in which they end together.

        NaN with a reason where nothing is recorded. A body that lists fewer seats than are shared has not listed all:
        its seats are not known, and counted as unknown.

    Notes
    -----
    The Party organisations that lead an area have level community, or no level and are a committee or general branch.
    Bodies of which no area is recorded are not taken to lie in one area: they are counted as unknown, and without areas
    F1 to F3 and ``aligned_terms`` are undefined.
    A seat that both bodies list with the same two posts has one holder, and from which side is not told.

    References
    ----------
    Measures F1 to F7; the words for secretary and director and the days of aligned terms are in the rule set,
    ``net.rules["posts"]``.

    Examples
    --------
    A Party committee of 5 seats, a residents' committee of 7; two of the first sit in the second, one of the second in
    the first:

    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["p", "r"], "kind": ["party_committee", "residents_committee"]})
    >>> net = net.with_tables(posts={"unit_id": ["p"] * 5 + ["r"] * 7, "post": "member",
    ...                              "concurrent_unit": ["r", "r", None, None, None, "p"] + [None] * 6})
    >>> found = posts(net)
    >>> found.pairs.loc[0, ["shared", "a_share", "b_share", "two_way"]].tolist()
    [3.0, 0.6, 0.42857142857142855, 0.5]
    """
    table = net.tables.get("posts", empty_table("posts"))
    seats = seats_of(net, table)
    second = bool(table["concurrent_unit"].notna().any())
    bodies = _bodies(net, seats)
    pairs = _shares(_pairs_of_seats(seats.links) if second else _pairs_of_ties(current(net)), bodies["seats"])
    entry = _entries(pairs, bodies)
    bodies = bodies.assign(**_facts(net, seats, pairs, entry, bodies, told=second or len(pairs) > 0))
    terms = _terms(bodies, net.rules["posts"]["aligned_days"])
    areas = _areas(bodies, entry, terms)
    figures = Figures()
    lacking = () if second else ("posts.concurrent_unit",) if len(table) else ("posts",)
    unplaced = not_given(net.units, "area")
    _shared(figures, bodies, (*(() if len(table) and len(pairs) else lacking), *unplaced))
    _held(figures, seats, bodies, areas, lacking, unplaced)
    _begun(figures, net, seats, lacking)
    _interlock(figures, pairs, bodies, () if len(table) or len(pairs) else ("posts", "ties.interlock"))
    _vacant(figures, bodies, table)
    _aligned(figures, bodies, terms, unplaced)
    return Posts(areas, describe(net, "posts"), figures.frame(), _named(net, pairs))


def _bodies(net: OrgNetwork, seats: Seats) -> pd.DataFrame:
    """Return one row a unit: its area, whether it leads the area or is its committee, and its seats.

    ``nowhere`` is the side on which a body of which no area is recorded would stand.
    """
    units = net.units.reset_index(drop=True)
    blank = pd.Series(pd.NA, index=units.index, dtype="str")
    level = units.get("level", blank)
    area = units.get("area", blank).fillna(NOT_RECORDED)
    party, committee = units["kind"].isin(list(PARTY_KINDS)), units["kind"].isin(COMMITTEES)
    leading = party & (level.eq("community") | (level.isna() & units["kind"].isin(_LEADING)))
    placed = area.ne(NOT_RECORDED)
    nowhere = np.select([leading & ~placed, committee & ~placed], list(_SIDES), "")
    leading, committee = leading & placed, committee & placed
    linked = np.unique(seats.links[["seat", "other"]].to_numpy(np.int64))
    listed = _times(seats.table.loc[seats.table["listed"], "body"], len(units))
    shared = _times(seats.table.loc[linked, "body"], len(units))
    return pd.DataFrame(
        {
            "area": area,
            "leading": leading & committee.groupby(area).transform("any"),
            "committee": committee & leading.groupby(area).transform("any"),
            "nowhere": nowhere,
            "listed": listed,
            "seats": np.where((listed > 0) & (shared <= listed), listed, np.nan),
        }
    )


def _times(rows: pd.Series, n: int, weights: pd.Series | None = None) -> NDArray[np.float64]:
    """Count, or add up, by unit."""
    return np.bincount(rows.to_numpy(np.int64), weights=weights, minlength=n).astype(np.float64)


def _pairs_of_seats(links: pd.DataFrame) -> pd.DataFrame:
    """Count shared holders by pair of bodies, and from which side they come."""
    turned, told = (links["body"] > links["other_body"]).to_numpy(bool), (links["sides"] == 1).to_numpy(bool)
    ends, seats = links[["body", "other_body"]].to_numpy(np.int64), links[["seat", "other"]].to_numpy(np.int64)
    ends, seats = (np.where(turned[:, None], both[:, ::-1], both) for both in (ends, seats))
    frame = pd.DataFrame({"a": ends[:, 0], "b": ends[:, 1], "a_linked": seats[:, 0], "b_linked": seats[:, 1]})
    frame = frame.assign(shared=1.0, a_in_b=(told & ~turned).astype(float), b_in_a=(told & turned).astype(float))
    counted = {"shared": "sum", "a_linked": "nunique", "b_linked": "nunique", "a_in_b": "sum", "b_in_a": "sum"}
    pairs = frame.groupby(["a", "b"]).agg(counted).reset_index()
    known = pairs["a_in_b"] + pairs["b_in_a"] > 0
    return pairs.assign(a_in_b=pairs["a_in_b"].where(known), b_in_a=pairs["b_in_a"].where(known))


def _pairs_of_ties(net: OrgNetwork) -> pd.DataFrame:
    """Return the shared holders that `interlock` ties tell of; not from which side they come."""
    mask = net.tie_mask("interlock")
    low, high = np.sort(net.ends[:, mask], axis=0).astype(np.int64)
    frame = pd.DataFrame({"a": low, "b": high, "shared": net.ties.loc[mask, "weight"].to_numpy("float64")})
    pairs = frame.groupby(["a", "b"]).sum().reset_index()
    return pairs.assign(a_linked=pairs["shared"], b_linked=pairs["shared"], a_in_b=np.nan, b_in_a=np.nan)


def _shares(pairs: pd.DataFrame, seats: pd.Series) -> pd.DataFrame:
    """Add to the pairs the seats of each side, the shares, and how far the exchange is two-way."""
    for side in ("a", "b"):
        n_seats = seats.reindex(pairs[side]).to_numpy("float64")
        n_seats = np.where(pairs[f"{side}_linked"] <= n_seats, n_seats, np.nan)
        pairs = pairs.assign(**{f"{side}_seats": n_seats, f"{side}_share": pairs[f"{side}_linked"] / n_seats})
    return pairs.assign(**_ways(pairs["a_in_b"], pairs["b_in_a"]))


def _ways(one: pd.Series, other: pd.Series) -> dict[str, Any]:
    both = pd.DataFrame({"one": one, "other": other})
    less, more = both.min(axis=1, skipna=False), both.max(axis=1, skipna=False)
    words = np.select([less > 0, more > 0], ["both ways", "one way"], "not told")
    return {"two_way": less / more.where(more > 0), "way": pd.Series(words, index=both.index, dtype="str")}


def _entries(pairs: pd.DataFrame, bodies: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of a leading Party organisation (side a) and a committee (side b) of one area."""
    both = pd.concat([pairs[[*_TURNED, "shared"]], pairs.rename(columns=_TURNED)[[*_TURNED, "shared"]]])
    one, other = (bodies.iloc[both[side].to_numpy(np.int64)].reset_index(drop=True) for side in ("a", "b"))
    chosen = one["leading"] & other["committee"] & (one["area"] == other["area"])
    return both.assign(area=one["area"].array)[chosen.to_numpy(bool)].reset_index(drop=True)


def _facts(
    net: OrgNetwork, seats: Seats, pairs: pd.DataFrame, entry: pd.DataFrame, bodies: pd.DataFrame, *, told: bool
) -> dict[str, Any]:
    """Return for each unit what its seats and their holders tell; `told` is whether any shared holder is recorded."""
    n, table, links = len(bodies), seats.table, seats.links
    listed = table[table["listed"]]
    filled = listed["filled"].astype("boolean")
    has_seats = (bodies["listed"] > 0).to_numpy(bool) & organisations(net.units)
    has_seats[pairs[["a", "b"]].to_numpy(np.int64).ravel()] = True
    entered = _times(entry["a"], n, entry["a_linked"]) + _times(entry["b"], n, entry["b_linked"])
    ends = net.units["term_end"].reset_index(drop=True) if "term_end" in net.units else pd.Series(pd.NaT, range(n))
    longest, term_end = (table.groupby("body")[name].max().reindex(range(n)) for name in ("held", "term_end"))
    return {
        "has_seats": has_seats,
        "filled": _times(listed.loc[filled.fillna(value=False), "body"], n),
        "vacant": _times(listed.loc[~filled.fillna(value=True), "body"], n),
        "begun": _times(links.loc[period_of(links["since"], net.as_of, YEAR) == 0, "body"], n),
        "longest": longest,
        "tied": np.isin(np.arange(n), pairs[["a", "b"]].to_numpy(np.int64)),
        "entered": entered if told else np.nan,
        "known": told & (entered <= bodies["seats"]),
        "director": _times(listed.loc[listed["office"] == DIRECTOR, "body"], n) > 0,
        "secretary_too": _secretary_too(seats, bodies),
        "term_end": ends.fillna(term_end),
    }


def _secretary_too(seats: Seats, bodies: pd.DataFrame) -> NDArray[np.bool_]:
    """Return of which committees the director is the secretary of a Party organisation that leads the area."""
    ends = seats.links[["seat", "other"]].to_numpy(np.int64)
    one, other = (seats.table.loc[np.concatenate([ends[:, side], ends[:, 1 - side]])] for side in (0, 1))
    leads = (one["office"] == SECRETARY).to_numpy(bool) & bodies["leading"].to_numpy(bool)[one["body"]]
    led = (other["office"] == DIRECTOR).to_numpy(bool) & bodies["committee"].to_numpy(bool)[other["body"]]
    return _times(other.loc[leads & led, "body"], len(bodies)) > 0


def _terms(bodies: pd.DataFrame, days: int) -> pd.Series:
    """Say of each area with both whether the terms of its leading Party organisation and committee end together."""
    rows = bodies[bodies["leading"] | bodies["committee"]]
    ends = rows.groupby("area")["term_end"].agg(["min", "max", "count", "size"])
    apart = (ends["max"] - ends["min"]).dt.days > days
    words = np.select([apart, ends["count"] == ends["size"]], ["no", "yes"], "unknown")
    return pd.Series(words, index=ends.index, dtype="str")


def _areas(bodies: pd.DataFrame, entry: pd.DataFrame, terms: pd.Series) -> pd.DataFrame:
    """Add up by area; only those with seats."""
    shown = bodies[bodies["area"].isin(bodies.loc[bodies["has_seats"], "area"].unique())]
    facts = shown[["has_seats", "listed", "filled", "vacant", "begun"]].astype(np.float64)
    for side, role in _SIDES.items():
        mask = shown[role] & shown["known"]
        facts[f"{side}_seats"], facts[f"{side}_entered"] = shown["seats"].where(mask), shown["entered"].where(mask)
    facts["committees"], facts["yes"] = shown["committee"] * 1.0, (shown["committee"] & shown["secretary_too"]) * 1.0
    facts["answered"] = (shown["committee"] & (shown["secretary_too"] | shown["director"])) * 1.0
    areas = facts.groupby(shown["area"]).sum(min_count=1)
    entered = entry.groupby("area")[["shared", "a_in_b", "b_in_a"]].sum(min_count=1).reindex(areas.index)
    about = (
        (shown["has_seats"] & shown["entered"].notna() & (shown["leading"] | shown["committee"]))
        .groupby(shown["area"])
        .any()
    )
    answer = np.select([areas["yes"] > 0, areas["answered"] > 0], ["yes", "no"], "unknown")
    return pd.DataFrame(
        {
            "bodies": areas["has_seats"].astype(np.int64),
            "seats": areas["listed"].astype(np.int64),
            "filled": areas["filled"].astype(np.int64),
            "vacant": areas["vacant"].astype(np.int64),
            "shared": entered["shared"].fillna(0.0).where(about),
            "party_seats": areas["party_seats"],
            "party_share": areas["party_entered"] / areas["party_seats"],
            "committee_seats": areas["committee_seats"],
            "committee_share": areas["committee_entered"] / areas["committee_seats"],
            "party_in_committee": entered["a_in_b"],
            "committee_in_party": entered["b_in_a"],
            **_ways(entered["a_in_b"], entered["b_in_a"]),
            "secretary_is_director": pd.Series(answer, index=areas.index, dtype="str").mask(areas["committees"] == 0),
            "longest_chain": shown.groupby("area")["longest"].max(),
            "begun": areas["begun"].astype(np.int64),
            "terms_aligned": terms.reindex(areas.index),
        }
    ).reset_index(names="area")


def _shared(figures: Figures, bodies: pd.DataFrame, lacking: tuple[str, ...]) -> None:
    for side, role in _SIDES.items():
        rows = bodies[bodies[role]]
        known = rows[rows["known"]]
        figures.ratio(
            f"shared_seats_{side}", known["entered"].sum(), known["seats"].sum(), missing=lacking,
            unknown=len(rows) - len(known) + int(bodies["nowhere"].eq(side).sum()),
            reason=NO_SEATS if len(rows) else NO_AREA,
        )  # fmt: skip


def _held(
    figures: Figures, seats: Seats, bodies: pd.DataFrame, areas: pd.DataFrame, lacking: tuple[str, ...],
    unplaced: tuple[str, ...],
) -> None:  # fmt: skip
    """Say whether seats are exchanged both ways, whether the secretary is the director, and who has most seats."""
    known = areas["two_way"].dropna()
    nowhere = bodies["nowhere"].eq("committee")
    untold = int((areas["shared"] > 0).sum()) - len(known) + int((nowhere & bodies["tied"]).sum())
    missing = (*lacking, *unplaced)
    figures.ratio("two_way_entry", known.sum(), len(known), missing=missing, unknown=untold, reason=NO_ENTRY)
    committees = bodies[bodies["committee"]]
    answered = committees["secretary_too"] | committees["director"]
    figures.ratio(
        "secretary_is_director", int(committees["secretary_too"].sum()), int(answered.sum()), missing=missing,
        unknown=int((~answered).sum() + nowhere.sum()), reason=NO_DIRECTOR if len(committees) else NO_AREA,
    )  # fmt: skip
    longest = float(seats.table["held"].max()) if len(seats.table) and not lacking else np.nan
    figures.add("longest_seat_chain", longest, missing=lacking, reason="" if len(seats.table) else NO_SEATS)


def _begun(figures: Figures, net: OrgNetwork, seats: Seats, lacking: tuple[str, ...]) -> None:
    """Count the second seats taken up in the last year for 100 seats; seats with an undated link are left out."""
    links = seats.links
    if not lacking and len(links) and links["since"].isna().all():
        lacking = ("posts.since",)
    if lacking or net.as_of is None:
        figures.add("seat_exchange_rate", missing=lacking, reason="" if lacking else NO_DATE)
        return
    undated = links["since"].isna()
    left_out = np.unique(links.loc[undated, ["seat", "other"]].to_numpy(np.int64))
    counted = seats.table["listed"] & ~seats.table.index.isin(left_out)
    begun = int((period_of(links["since"], net.as_of, YEAR) == 0).sum())
    seats_counted, unknown = int(counted.sum()), int(undated.sum())
    rate = _HUNDRED * begun / seats_counted if seats_counted else np.nan
    figures.add("seat_exchange_rate", rate, numerator=begun, denominator=seats_counted, unknown=unknown,
                reason="" if seats_counted else NO_SEATS)  # fmt: skip


def _interlock(figures: Figures, pairs: pd.DataFrame, bodies: pd.DataFrame, lacking: tuple[str, ...]) -> None:
    """Say how densely shared holders join the bodies with seats, and into how many parts."""
    n = int(bodies["has_seats"].sum())
    figures.ratio("interlock_density", len(pairs), n * (n - 1) // 2, missing=lacking, reason=NO_BODIES)
    ends = pairs[["a", "b"]].to_numpy(np.int64)
    view = build_view(len(bodies), ends[:, 0], ends[:, 1], mode="both", directed=False)
    parts = components(view)[0] - (len(bodies) - n)
    figures.add("interlock_components", np.nan if lacking else parts, denominator=n, missing=lacking)


def _vacant(figures: Figures, bodies: pd.DataFrame, table: pd.DataFrame) -> None:
    lacking = ("posts",) if not len(table) else ("posts.filled",) if table["filled"].isna().all() else ()
    vacant, listed = int(bodies["vacant"].sum()), int(bodies["listed"].sum())
    known = int(bodies["filled"].sum()) + vacant
    figures.ratio("vacant_seats", vacant, known, missing=lacking, unknown=listed - known, reason=NO_SEATS)


def _aligned(figures: Figures, bodies: pd.DataFrame, terms: pd.Series, unplaced: tuple[str, ...]) -> None:
    lacking = (*(("units.term_end", "posts.term_end") if bodies["term_end"].isna().all() else ()), *unplaced)
    known = terms[terms != "unknown"]
    reason = NO_TERMS if len(terms) else NO_AREA
    unknown = len(terms) - len(known) + int(bodies["nowhere"].eq("committee").sum())
    figures.ratio("aligned_terms", int((known == "yes").sum()), len(known), missing=lacking, unknown=unknown,
                  reason=reason)  # fmt: skip


def _named(net: OrgNetwork, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with ids, names and kinds, those with most shared holders first."""
    pairs = pairs.sort_values("shared", ascending=False, kind="stable").reset_index(drop=True)
    facts: dict[str, Any] = {}
    for side in ("a", "b"):
        rows = pairs[side].to_numpy(np.int64)
        facts |= {side: net.ids[rows], f"{side}_name": net.names.to_numpy()[rows]}
        facts[f"{side}_kind"] = net.units["kind"].to_numpy()[rows]
    shown = ["shared", "a_seats", "b_seats", "a_share", "b_share", "a_in_b", "b_in_a", "two_way", "way"]
    order = ["a", "b", "a_name", "b_name", "a_kind", "b_kind"]
    return pairs[shown].assign(**facts)[[*order, *shown]]
