"""Which host organisations have Party presence, and which belong to which population; three answers: yes, no, unknown.

Shared by all that asks about coverage. Unknown is a third answer all the way: missing is not zero and not no. A
tie that had ended before the date of the network, or begins after it, is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics.force import ties_in_force
from orgnet._model.results import Note
from orgnet._model.values import plain_word
from orgnet._model.vocabulary import PARTY_KINDS, TERRITORY_KINDS, label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

POPULATIONS = ("operating", "three_have", "eligible")
NO, YES, UNKNOWN = np.int8(0), np.int8(1), np.int8(-1)
# A Party group is part of a branch, no organisation of its own; its `covers` ties speak of work, not of organisation.
_PART_OF_BRANCH = "party_cell"
# Members of a functional or temporary branch belong to another organisation already.
_BESIDE = ("functional", "temporary")
# Only a branch is joint; a committee or general branch above several hosts says not who shares what.
_JOINT_KINDS = ("party_branch", "party_unit")
_FIELDS = (
    *("status", "fixed_premises", "staff", "full_members", "has_party_org", "formation", "instructors"),
    *("has_union", "has_league"),
)


@dataclass(frozen=True)
class Hosts:
    """The host organisations of a network and what is known of them; arrays have one entry a host.

    Attributes
    ----------
    rows
        Their rows in the network.
    populations
        For each population whether the host belongs to it.
    measures
        For each measure (own, joint, organisation, work, instructor) whether the host has it.
    covers
        Rows of the Party unit and of the organisation that it covers, each pair once; shape (2, n_pairs). Party groups
        are left out: they are part of a branch.
    lacking
        For each population and measure what the input does not hold; empty where all is there.
    warnings
        What the input did not say, in words.
    """

    rows: NDArray[np.int32]
    populations: dict[str, NDArray[np.int8]]
    measures: dict[str, NDArray[np.int8]]
    covers: NDArray[np.int32]
    lacking: dict[str, tuple[str, ...]]
    warnings: tuple[Note, ...]


def hosts(net: OrgNetwork) -> Hosts:
    """Find the hosts of a network, their populations and their presence."""
    rules = net.rules["coverage"]
    units = net.units
    rows = np.flatnonzero(units["kind"].isin(rules["host_kinds"]).to_numpy(bool)).astype(np.int32)
    table = units[[name for name in _FIELDS if name in units]].iloc[rows]
    warnings: list[Note] = []
    if not len(rows):
        kinds = ", ".join(rules["host_kinds"])
        warnings.append(
            Note(f"the network has no host organisations (kinds {kinds})", f"没有应覆盖的组织（类别 {kinds}）")
        )
    in_force = ties_in_force(net)
    covers, register = _covers(net, in_force)
    own, joint, organisation = _presence(net, rows, table, covers, register=register, warnings=warnings)
    instructor = _instructors(net, rows, table, in_force)
    work = _work(rules["work_counts"], table, organisation, instructor, warnings)
    measures = {"own": own, "joint": joint, "organisation": organisation, "work": work}
    measures["instructor"] = unknown(len(rows)) if instructor is None else instructor
    populations = _populations(table, rules, warnings)
    lacking = _lacking(table, rules["work_counts"], register=register, instructors=instructor is not None)
    return Hosts(rows, populations, measures, covers, lacking, tuple(warnings))


def tally(member: NDArray[np.int8], has: NDArray[np.int8]) -> tuple[int, int, int]:
    """Return numerator, denominator and unknown of the share of a population that has something."""
    inside = member == YES
    yes, no = int((inside & (has == YES)).sum()), int((inside & (has == NO)).sum())
    return yes, yes + no, int((member != NO).sum()) - yes - no


def all_of(*answers: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return yes where all are yes, no where one is no, else unknown."""
    stack = np.stack(answers)
    return np.where((stack == NO).any(axis=0), NO, np.where((stack == YES).all(axis=0), YES, UNKNOWN)).astype(np.int8)


def any_of(*answers: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return yes where one is yes, no where all are no, else unknown."""
    stack = np.stack(answers)
    return np.where((stack == YES).any(axis=0), YES, np.where((stack == NO).all(axis=0), NO, UNKNOWN)).astype(np.int8)


def is_party(net: OrgNetwork) -> NDArray[np.bool_]:
    """Return which units are of a Party kind."""
    return np.asarray(net.units["kind"].isin(list(PARTY_KINDS)).to_numpy(bool))


def is_beside(net: OrgNetwork) -> NDArray[np.bool_]:
    """Return which Party units are functional or temporary: their members belong to another organisation already."""
    if "formation" not in net.units:
        return np.zeros(net.n_units, dtype=bool)
    return is_party(net) & net.units["formation"].isin(_BESIDE).to_numpy(bool)


def may_be_joint(net: OrgNetwork) -> NDArray[np.bool_]:
    """Return which units are a joint branch if they cover several hosts."""
    return np.asarray(net.units["kind"].isin(_JOINT_KINDS).to_numpy(bool) & ~is_beside(net))


def unknown(n: int) -> NDArray[np.int8]:
    """Return the answer unknown, `n` times."""
    return np.full(n, UNKNOWN, dtype=np.int8)


def _flag(column: pd.Series) -> NDArray[np.int8]:
    values = column.astype("boolean")
    known = values.notna().to_numpy(bool)
    return np.where(known, values.fillna(value=False).to_numpy(bool), UNKNOWN).astype(np.int8)


def _at_least(column: pd.Series, least: float) -> NDArray[np.int8]:
    values = column.to_numpy("float64", na_value=np.nan)
    return np.where(np.isnan(values), UNKNOWN, values >= least).astype(np.int8)


def _field(
    table: pd.DataFrame, name: str, read: Callable[[pd.Series], NDArray[np.int8]], warnings: list[Note]
) -> NDArray[np.int8]:
    """Return a field as answers; unknown for all, with a warning, where the input has no such column."""
    if name in table:
        return read(table[name])
    if len(table):
        chinese = f"没有“{label(name, 'zh')}”列（{name}），与其有关的结果未知"
        warnings.append(Note(f"no column {name!r}: what depends on it is not known", chinese))
    return unknown(len(table))


def _standing(word: str, open_words: set[str], closed_words: set[str]) -> np.int8:
    """Return whether a status word means operating; a word that is in neither list is unknown."""
    return YES if word in open_words else NO if word in closed_words else UNKNOWN


def _populations(table: pd.DataFrame, rules: Mapping[str, Any], warnings: list[Note]) -> dict[str, NDArray[np.int8]]:
    open_words = {plain_word(word) for word in rules["operating_status"]}
    closed_words = {plain_word(word) for word in rules["closed_status"]}
    staff, members = rules["three_have_staff"], rules["eligible_full_members"]

    def operating(status: pd.Series) -> NDArray[np.int8]:
        codes, words = pd.factorize(status)
        meant = [_standing(plain_word(word), open_words, closed_words) for word in words]
        return np.array([*meant, UNKNOWN], dtype=np.int8)[codes]  # code -1 is missing

    works = _field(table, "status", operating, warnings)
    premises = _field(table, "fixed_premises", _flag, warnings)
    large = _field(table, "staff", lambda column: _at_least(column, staff), warnings)
    enough = _field(table, "full_members", lambda column: _at_least(column, members), warnings)
    return {"operating": works, "three_have": all_of(works, premises, large), "eligible": all_of(works, enough)}


def _presence(
    net: OrgNetwork,
    rows: NDArray[np.int32],
    table: pd.DataFrame,
    covers: NDArray[np.int32],
    *,
    register: bool,
    warnings: list[Note],
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]:
    """Return own, joint and either; a `covers` tie speaks first, then the flag and the formation.

    A functional or temporary unit, and a committee or general branch over several hosts, is organisation and leaves
    open which of the two, unless the register of the host says it.
    """
    by, host = covers
    n_hosts = np.bincount(by, minlength=net.n_units)[by]
    alone = (n_hosts == 1) & ~is_beside(net)[by]
    together = (n_hosts > 1) & may_be_joint(net)[by]

    def covered(pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
        reached = np.zeros(net.n_units, dtype=bool)
        reached[host[pairs]] = True
        return reached[rows]

    own, joint, either = _by_register(table, register=register, warnings=warnings)
    by_sole = covered(alone)
    by_shared, by_any = covered(together) & ~by_sole, covered(n_hosts > 0)
    own[by_any & (either != YES)] = joint[by_any & (either != YES)] = UNKNOWN
    own[by_sole], joint[by_sole] = YES, NO
    own[by_shared], joint[by_shared] = NO, YES
    either[by_any] = YES
    return own, joint, either


def _by_register(
    table: pd.DataFrame, *, register: bool, warnings: list[Note]
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]:
    """Return own, joint and either as flag and formation say; a flag that contradicts its formation says nothing.

    A formation that is neither sole nor joint leaves open which of the two it is, not whether there is an organisation.
    """
    n = len(table)
    formation = table["formation"] if "formation" in table else pd.Series(pd.NA, index=table.index, dtype="str")
    alone, together = formation.eq("sole").to_numpy(bool), formation.eq("joint").to_numpy(bool)
    formed = alone | together
    has = unknown(n)
    if "has_party_org" in table:
        has = _flag(table["has_party_org"])
    elif n and register:
        has = formed.astype(np.int8)
        text = "no column 'has_party_org': hosts without a covers tie are taken as not covered"
        warnings.append(Note(text, "没有“是否建立党组织”列：无覆盖关系的组织按未覆盖计"))
    elif n and "formation" not in table:
        text = "neither covers ties nor a column 'has_party_org': presence is not recorded"
        warnings.append(Note(text, "既无覆盖关系也无“是否建立党组织”列：是否已建未登记"))
    contradiction = (has == NO) & formed
    yes, no = (has == YES) | ((has == UNKNOWN) & formed), (has == NO) & ~formed
    own = np.where(yes & alone, YES, np.where(no | (yes & together), NO, UNKNOWN))
    joint = np.where(yes & together, YES, np.where(no | (yes & alone), NO, UNKNOWN))
    either = np.where(yes, YES, np.where(no, NO, UNKNOWN))
    for answer in (own, joint, either):
        answer[contradiction] = UNKNOWN
    return own.astype(np.int8), joint.astype(np.int8), either.astype(np.int8)


def party_covers(net: OrgNetwork) -> NDArray[np.bool_]:
    """Return which ties say that a Party unit, not a Party group, covers an organisation, whenever that was."""
    kind, party = net.units["kind"], is_party(net)
    place = kind.isin(list(TERRITORY_KINDS)).to_numpy(bool)
    organisation = party & kind.ne(_PART_OF_BRANCH).to_numpy(bool)
    by, host = net.ends
    return np.asarray(net.tie_mask("covers") & organisation[by] & ~place[host] & ~party[host])


def _covers(net: OrgNetwork, current: NDArray[np.bool_]) -> tuple[NDArray[np.int32], bool]:
    """Return the pairs of Party unit and organisation covered, and whether the input records such ties at all."""
    ties = party_covers(net)
    return np.unique(net.ends[:, ties & current], axis=1), bool(ties.any())


def _work(
    counted: tuple[str, ...],
    table: pd.DataFrame,
    organisation: NDArray[np.int8],
    instructor: NDArray[np.int8] | None,
    warnings: list[Note],
) -> NDArray[np.int8]:
    """Return work coverage: any of what the rule set counts; what the input does not record is left out."""
    answers = [organisation] if "organisation" in counted else []
    if "instructor" in counted and instructor is not None:
        answers.append(instructor)
    columns = {"union": "has_union", "league": "has_league"}
    answers += [_flag(table[column]) for word, column in columns.items() if word in counted and column in table]
    absent = [word for word, column in columns.items() if word in counted and column not in table]
    if absent and len(table):
        text = f"work coverage counts no {' and no '.join(absent)}: the input has no such column"
        chinese = "、".join({"union": "工会", "league": "团组织"}[word] for word in absent)
        warnings.append(Note(text, f"工作覆盖未计入{chinese}：文件中没有相应的列"))
    return any_of(*answers) if answers else unknown(len(table))


def _instructors(
    net: OrgNetwork, rows: NDArray[np.int32], table: pd.DataFrame, current: NDArray[np.bool_]
) -> NDArray[np.int8] | None:
    """Return whether the host has an instructor or liaison: by a `guides` tie, else by number; None if not recorded."""
    guided = np.zeros(net.n_units, dtype=bool)
    guided[net.ends[1, net.tie_mask("guides") & current]] = True
    if "instructors" in table:
        return np.where(guided[rows], YES, _at_least(table["instructors"], 1)).astype(np.int8)
    return guided[rows].astype(np.int8) if net.tie_mask("guides").any() else None


def _lacking(
    table: pd.DataFrame, counted: tuple[str, ...], *, register: bool, instructors: bool
) -> dict[str, tuple[str, ...]]:
    def absent(*fields: str) -> tuple[str, ...]:
        return tuple(f"units.{name}" for name in fields if name not in table)

    recorded = register or "formation" in table
    presence = () if recorded or "has_party_org" in table else ("ties.covers", "units.has_party_org")
    formation = () if recorded else ("ties.covers", "units.formation")
    return {
        "operating": absent("status"),
        "three_have": absent("status", "fixed_premises", "staff"),
        "eligible": absent("status", "full_members"),
        "organisation": presence,
        "work": presence if "organisation" in counted else (),
        "own": formation,
        "joint": formation,
        "instructor": () if instructors else ("ties.guides", "units.instructors"),
    }
