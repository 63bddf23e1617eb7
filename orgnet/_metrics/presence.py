"""Which host organisations have Party presence, and which belong to which population; three answers: yes, no, unknown.

Shared by `coverage` and `gaps`. Unknown is a third answer all the way: missing is not zero and not no.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.results import Note
from orgnet._model.values import plain_word
from orgnet._model.vocabulary import PARTY_KINDS, TERRITORY_KINDS, label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

POPULATIONS = ("operating", "three_have", "eligible")
NO, YES, UNKNOWN = np.int8(0), np.int8(1), np.int8(-1)


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
        For each measure (own, joint, organisation, work) whether the host has it.
    warnings
        What the input did not say, in words.
    """

    rows: NDArray[np.int32]
    populations: dict[str, NDArray[np.int8]]
    measures: dict[str, NDArray[np.int8]]
    warnings: tuple[Note, ...]


def hosts(net: OrgNetwork) -> Hosts:
    """Find the hosts of a network, their populations and their presence."""
    rules = net.rules["coverage"]
    units = net.units
    is_host = units["kind"].isin(rules["host_kinds"]).to_numpy(bool)
    rows = np.flatnonzero(is_host).astype(np.int32)
    table = units.iloc[rows]
    warnings: list[Note] = []
    if not len(rows):
        kinds = ", ".join(rules["host_kinds"])
        warnings.append(
            Note(f"the network has no host organisations (kinds {kinds})", f"没有应覆盖的组织（类别 {kinds}）")
        )
    own, joint, organisation = _presence(net, rows, table, warnings)
    measures = {"own": own, "joint": joint, "organisation": organisation}
    measures["work"] = _work(net, rows, table, organisation, warnings)
    return Hosts(rows, _populations(table, rules, warnings), measures, tuple(warnings))


def all_of(*answers: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return yes where all are yes, no where one is no, else unknown."""
    stack = np.stack(answers)
    return np.where((stack == NO).any(axis=0), NO, np.where((stack == YES).all(axis=0), YES, UNKNOWN)).astype(np.int8)


def any_of(*answers: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return yes where one is yes, no where all are no, else unknown."""
    stack = np.stack(answers)
    return np.where((stack == YES).any(axis=0), YES, np.where((stack == NO).all(axis=0), NO, UNKNOWN)).astype(np.int8)


def _unknown(n: int) -> NDArray[np.int8]:
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
    return _unknown(len(table))


def _standing(word: str, open_words: set[str], closed_words: set[str]) -> np.int8:
    """Return whether a status word means operating; a word that is in neither list is unknown."""
    return YES if word in open_words else NO if word in closed_words else UNKNOWN


def _populations(table: pd.DataFrame, rules: Mapping[str, Any], warnings: list[Note]) -> dict[str, NDArray[np.int8]]:
    open_words = {plain_word(word) for word in rules["operating_status"]}
    closed_words = {plain_word(word) for word in rules["closed_status"]}
    staff, members = rules["three_have_staff"], rules["eligible_full_members"]

    def operating(status: pd.Series) -> NDArray[np.int8]:
        meant = {word: _standing(plain_word(word), open_words, closed_words) for word in status.dropna().unique()}
        return np.array([meant.get(word, UNKNOWN) for word in status], dtype=np.int8)

    works = _field(table, "status", operating, warnings)
    premises = _field(table, "fixed_premises", _flag, warnings)
    large = _field(table, "staff", lambda column: _at_least(column, staff), warnings)
    enough = _field(table, "full_members", lambda column: _at_least(column, members), warnings)
    return {"operating": works, "three_have": all_of(works, premises, large), "eligible": all_of(works, enough)}


def _presence(
    net: OrgNetwork, rows: NDArray[np.int32], table: pd.DataFrame, warnings: list[Note]
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]:
    """Return own, joint and either; a `covers` tie speaks first, then the flag and the formation."""
    sole, shared, register = _by_ties(net)
    own, joint, either = _by_register(table, register=register, warnings=warnings)
    by_sole, by_shared = sole[rows], shared[rows]
    own[by_sole], joint[by_sole] = YES, NO
    own[by_shared & ~by_sole], joint[by_shared & ~by_sole] = NO, YES
    either[by_sole | by_shared] = YES
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
    has = _unknown(n)
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


def _by_ties(net: OrgNetwork) -> tuple[NDArray[np.bool_], NDArray[np.bool_], bool]:
    """Return which units a Party unit of their own covers, which one shared with other hosts, and whether any is."""
    kind = net.units["kind"]
    party = kind.isin(list(PARTY_KINDS)).to_numpy(bool)
    place = kind.isin(list(TERRITORY_KINDS)).to_numpy(bool)
    by, host = net.ends[:, net.tie_mask("covers")]
    pairs = np.unique(np.stack([by, host])[:, party[by] & ~place[host] & ~party[host]], axis=1)
    n_hosts = np.bincount(pairs[0], minlength=net.n_units)[pairs[0]]
    sole, shared = np.zeros(net.n_units, dtype=bool), np.zeros(net.n_units, dtype=bool)
    sole[pairs[1, n_hosts == 1]] = True
    shared[pairs[1, n_hosts > 1]] = True
    return sole, shared, pairs.shape[1] > 0


def _work(
    net: OrgNetwork,
    rows: NDArray[np.int32],
    table: pd.DataFrame,
    organisation: NDArray[np.int8],
    warnings: list[Note],
) -> NDArray[np.int8]:
    """Return work coverage: any of what the rule set counts; what the input has no column for is left out."""
    counted = net.rules["coverage"]["work_counts"]
    answers = [organisation] if "organisation" in counted else []
    if "instructor" in counted:
        answers += _instructors(net, rows, table)
    columns = {"union": "has_union", "league": "has_league"}
    answers += [_flag(table[column]) for word, column in columns.items() if word in counted and column in table]
    absent = [word for word, column in columns.items() if word in counted and column not in table]
    if absent and len(rows):
        text = f"work coverage counts no {' and no '.join(absent)}: the input has no such column"
        chinese = "、".join({"union": "工会", "league": "团组织"}[word] for word in absent)
        warnings.append(Note(text, f"工作覆盖未计入{chinese}：文件中没有相应的列"))
    return any_of(*answers) if answers else _unknown(len(rows))


def _instructors(net: OrgNetwork, rows: NDArray[np.int32], table: pd.DataFrame) -> list[NDArray[np.int8]]:
    guided = np.zeros(net.n_units, dtype=bool)
    guided[net.ends[1, net.tie_mask("guides")]] = True
    if "instructors" in table:
        return [np.where(guided[rows], YES, _at_least(table["instructors"], 1)).astype(np.int8)]
    return [guided[rows].astype(np.int8)] if guided.any() else []
