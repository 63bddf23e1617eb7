"""Whether Party units have the form that fits their members, and whether their term has run out; advice, not error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics.force import NO_DATE
from orgnet._metrics.links import BRANCHES
from orgnet._model.results import Note
from orgnet._model.vocabulary import LEVEL_RANK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Figures

_FORMED = (*BRANCHES, "party_committee")
_HIGHER = [level for level, rank in LEVEL_RANK.items() if rank < LEVEL_RANK["community"]]
_OTHERS_MEMBERS = ["functional", "temporary"]  # their members are counted where they belong
_FACTS = ("members", "full_members")


def add_types(figures: Figures, net: OrgNetwork) -> pd.DataFrame:
    """Add the share of units whose kind fits their members, and return those that do not, with advice."""
    units, rules = net.units, net.rules["members"]
    lacks = () if "members" in units else ("units.members",)
    members, full = (_numbers(units, name) for name in _FACTS)
    kind, level = units["kind"].to_numpy(object), _text(units, "level")
    due = np.isin(kind, _FORMED) & ~_text(units, "formation").isin(_OTHERS_MEMBERS).to_numpy(bool)
    committee = kind == "party_committee"
    due &= ~(committee & level.isin(_HIGHER).to_numpy(bool))
    known = due & ~np.isnan(members) & ~(committee & level.isna().to_numpy(bool))
    word = _fit(kind, members, np.where(np.isnan(full), members, full), rules)
    fits = known & np.isin(word, ["fits", "boundary"])
    unknown = int((due & ~known).sum())
    figures.ratio("type_fits_members", int(fits.sum()), int(known.sum()), unknown=unknown, missing=lacks)
    boundary = int((known & (word == "boundary")).sum())
    if lacks:
        figures.add("type_at_boundary", missing=lacks)
    else:
        figures.add("type_at_boundary", boundary, unknown=unknown)
    rows = np.flatnonzero(known & (word != "fits"))
    rows = rows[np.lexsort((rows, -members[rows]))]
    joint = (word == "small") & (kind == "party_branch") & _text(units, "formation").eq("joint").to_numpy(bool)
    advice, case = _advice(rules), np.where(joint, "small_joint", word)
    said = [advice[kind[row], case[row]] for row in rows]
    facts = {name: values[rows] for name, values in zip(_FACTS, (members, full), strict=True)}
    return _unit_rows(net, rows).assign(
        **facts,
        fit=pd.array(word[rows], dtype="str"),
        advice=pd.array([str(note) for note in said], dtype="str"),
        advice_zh=pd.array([note.zh for note in said], dtype="str"),
    )


def _fit(
    kind: NDArray[np.object_], members: NDArray[np.float64], full: NDArray[np.float64], rules: Mapping[str, Any]
) -> NDArray[np.object_]:
    """Say where the members of a unit stand to the limits of its kind: fits, small, large, boundary.

    A branch is small below its least number of full members, the others at what is enough for the kind before.
    """
    low = {"party_general_branch": rules["general_branch"], "party_committee": rules["committee"]}
    high = {"party_branch": rules["general_branch"], "party_general_branch": rules["committee"]}
    word = np.full(len(kind), "fits", dtype=object)
    for name in _FORMED:
        mine = kind == name
        least, most = low.get(name, np.nan), high.get(name, np.inf)
        small = members < least if name in low else full < rules["branch"]
        word[mine & small] = "small"
        word[mine & (members > most)] = "large"
        word[mine & ~small & ((members == least) | (members == most))] = "boundary"
    return word


def _advice(rules: Mapping[str, Any]) -> dict[tuple[str, str], Note]:
    branch, general, committee = rules["branch"], rules["general_branch"], rules["committee"]
    at_general = Note(
        f"exactly {general} members: branch or general branch, the rule leaves it open",
        f"党员恰为 {general} 名：设党支部或党总支，规定未明确",
    )
    at_committee = Note(
        f"exactly {committee} members: general branch or committee, the rule leaves it open",
        f"党员恰为 {committee} 名：设党总支或党委，规定未明确",
    )
    return {
        ("party_branch", "small"): Note(
            f"fewer than {branch} full members: a joint branch may fit", f"正式党员不足 {branch} 名：可考虑联合党支部"
        ),
        ("party_branch", "small_joint"): Note(
            f"a joint branch with fewer than {branch} full members: more host units, or a merger, are needed",
            f"联合党支部的正式党员仍不足 {branch} 名：需增加联建单位，或与其他党支部合并",
        ),
        ("party_branch", "large"): Note(
            f"more than {general} members: a general branch may fit (a committee above {committee}), on approval",
            f"党员超过 {general} 名：经批准可设党总支（超过 {committee} 名可设党委）",
        ),
        ("party_branch", "boundary"): at_general,
        ("party_general_branch", "small"): Note(
            f"fewer than {general} members: usual for a branch; set up for need it may stay",
            f"党员不足 {general} 名：通常设党支部；因工作需要设立的可保留",
        ),
        ("party_general_branch", "large"): Note(
            f"more than {committee} members: a committee may fit, on approval",
            f"党员超过 {committee} 名：经批准可设党委",
        ),
        ("party_general_branch", "boundary"): Note(
            f"exactly {general} or {committee} members: the rule leaves open which kind fits",
            f"党员恰为 {general} 名或 {committee} 名：规定未明确应设何种组织",
        ),
        ("party_committee", "small"): Note(
            f"fewer than {committee} members: usual for a general branch or branch; set up for need it may stay",
            f"党员不足 {committee} 名：通常设党总支或党支部；因工作需要设立的可保留",
        ),
        ("party_committee", "boundary"): at_committee,
    }


def add_terms(figures: Figures, net: OrgNetwork) -> pd.DataFrame:
    """Add the shares of units whose term is overdue, or due, and return these units, the longest overdue first."""
    units, rules = net.units, net.rules["terms"]
    years = _years(units, rules)
    recorded = [name for name in ("term_end", "last_election") if name in units]
    lacks = () if recorded else ("units.term_end", "units.last_election")
    if lacks or net.as_of is None:
        for name in ("term_overdue", "term_due"):
            figures.add(name, missing=lacks, reason="" if lacks else NO_DATE)
        none = np.empty(0, dtype=np.int64)
        return _term_rows(net, none, _dates(units, "term_end").iloc[none], none.astype(bool), none.astype(float))
    recorded_end = _recorded_ends(units, pd.Timestamp(net.as_of))
    end = _ends(units, years, recorded_end)
    days = np.asarray((end - pd.Timestamp(net.as_of)).dt.days, dtype=np.float64)
    has_term = ~np.isnan(years)
    known = has_term & ~np.isnan(days)
    overdue, due = known & (days < 0), known & (days >= 0) & (days <= rules["due_days"])
    for name, mask in (("term_overdue", overdue), ("term_due", due)):
        figures.ratio(name, int(mask.sum()), int(known.sum()), unknown=int((has_term & ~known).sum()))
    rows = np.flatnonzero(overdue | due)
    rows = rows[np.lexsort((rows, days[rows]))]
    return _term_rows(net, rows, end.iloc[rows], recorded_end.notna().to_numpy(bool)[rows], days[rows])


def _years(units: pd.DataFrame, rules: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the years of a term for each unit, NaN for those that have none."""
    years = units["kind"].map(dict(rules["years"])).to_numpy("float64", na_value=np.nan)
    community = _text(units, "level").eq("community").to_numpy(bool)
    years = np.where(community & ~np.isnan(years), rules["community_years"], years)
    return np.where(_text(units, "formation").eq("temporary").to_numpy(bool), np.nan, years)


def _recorded_ends(units: pd.DataFrame, now: pd.Timestamp) -> pd.Series:
    """Return the ends of terms as recorded; one not after an election held by now is that of the term before."""
    end, election = _dates(units, "term_end"), _dates(units, "last_election")
    return end.mask((end <= election) & (election <= now))


def _ends(units: pd.DataFrame, years: NDArray[np.float64], recorded: pd.Series) -> pd.Series:
    """Return when each term ends: as recorded, else the years of a term after the last election."""
    end, election = recorded, _dates(units, "last_election")
    for length in np.unique(years[~np.isnan(years)]):
        mine = years == length
        end = end.where(end.notna() | ~mine, election + pd.DateOffset(years=int(length)))
    return end


def _term_rows(
    net: OrgNetwork, rows: NDArray[np.int64], end: pd.Series, recorded: NDArray[np.bool_], days: NDArray[np.float64]
) -> pd.DataFrame:
    return _unit_rows(net, rows).assign(
        term_end=end.to_numpy(),
        days_left=days,
        state=pd.array(np.where(days < 0, "overdue", "due"), dtype="str"),
        basis=pd.array(np.where(recorded, "term_end", "last_election"), dtype="str"),
    )


def _unit_rows(net: OrgNetwork, rows: NDArray[np.int64]) -> pd.DataFrame:
    units = net.units.iloc[rows]
    return pd.DataFrame(
        {
            "unit_id": net.ids[rows],
            "name": net.names.to_numpy()[rows],
            "kind": units["kind"].to_numpy(),
            "area": _text(units, "area").to_numpy(),
        }
    )


def _text(units: pd.DataFrame, name: str) -> pd.Series:
    return units[name] if name in units else pd.Series(pd.NA, index=units.index, dtype="str")


def _dates(units: pd.DataFrame, name: str) -> pd.Series:
    return units[name] if name in units else pd.Series(pd.NaT, index=units.index, dtype="datetime64[us]")


def _numbers(units: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in units:
        return np.full(len(units), np.nan)
    return np.asarray(units[name].to_numpy("float64", na_value=np.nan))
