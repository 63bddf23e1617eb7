"""The rules of the two tables: what a unit is, what a tie is, and what happens to a row that is neither.

Frames come in with canonical column names and go out typed. Every row of every source is kept, merged or set aside;
`Log.account` holds the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model import values, vocabulary
from orgnet._model.personal import like_personal
from orgnet._model.reading import duplicated, positions
from orgnet._model.suggest import suggestions
from orgnet._model.vocabulary import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from orgnet._model.findings import Log
    from orgnet._model.values import Place

MOST = {"weight": np.inf, "latency_days": np.inf, "reliability": 1.0}
_MOST_DEGREES = {"longitude": 180.0, "latitude": 90.0}
IDENTITY = ("source", "target", "layer", "tie_type", "since", "until")


@dataclass(frozen=True)
class Origin:
    """Where units were read: the source and the row of each; `at` gives both for a finding."""

    sources: NDArray[np.object_]
    rows: NDArray[np.int64]

    def at(self, which: NDArray[np.bool_] | NDArray[np.integer[Any]] | int) -> dict[str, Any]:
        """Return the source and row of some units, as a finding takes them."""
        return {"source": self.sources[which], "row": self.rows[which]}


@dataclass(frozen=True)
class Units:
    """A list of units, typed, one row of `table` a unit; `origin` and `superior` stand beside it.

    `row_ids` has the id of each row that came in, missing where the row was set aside; `rows_in` and `merged` count.
    """

    table: pd.DataFrame
    origin: Origin
    superior: pd.Series
    row_ids: pd.Series
    rows_in: int = 0
    merged: int = 0


def clean_units(frame: pd.DataFrame, place: Place, apart: Sequence[str] = ()) -> Units:
    """Type a list of units; rows without an id of their own are set aside, repeats merged.

    Rows of one id repeat each other where they differ in columns of `apart` alone.
    """
    n_in, log = len(frame) + place.refused, place.log
    frame = frame.reset_index(drop=True)
    if "unit_id" not in frame:
        found = ", ".join(map(str, frame.columns))
        if found or not n_in:  # a list of persons comes without columns, and has its finding
            log.add("table.missing_column", place.source, column="unit_id", value=found)
        return no_units(n_in)
    ids = values.read_ids(frame["unit_id"], "unit_id", place)
    missing, personal = ids.isna().to_numpy(bool), like_personal(ids)
    log.add("unit.id_missing", place.source, row=place.rows[missing], column="unit_id")
    log.add("unit.id_personal", place.source, row=place.rows[personal], column="unit_id")
    keep, merged = _first_of_each(frame, ids, ~missing & ~personal, place, apart)
    row_ids = ids.where(keep | merged)
    place, ids = place.only(keep), ids[keep].reset_index(drop=True)
    for code, mask in (
        ("unit.id_like_missing", values.like_missing(ids)),
        ("unit.id_scientific", values.like_scientific(ids)),
    ):
        log.add(code, place.source, row=place.rows[mask], column="unit_id", value=ids[mask].to_numpy())
    table = _typed_units(frame[keep].drop(columns="unit_id").reset_index(drop=True), place)
    superior = table.pop("superior_id") if "superior_id" in table else pd.Series(pd.NA, index=table.index, dtype="str")
    table.index = pd.Index(ids, dtype="str", name="unit_id")
    origin = Origin(np.array([place.source], dtype=object).repeat(len(table)), place.rows)
    return Units(table, origin, superior, row_ids, n_in, int(merged.sum()))


def no_units(rows_in: int = 0) -> Units:
    """Return a list without units; `rows_in` rows were set aside."""
    empty = pd.DataFrame({"name": pd.Series(dtype="str"), "kind": pd.Series(dtype="str")})
    empty.index = pd.Index([], dtype="str", name="unit_id")
    text = pd.Series(dtype="str")
    return Units(empty, Origin(np.array([], dtype=object), np.arange(0)), text, text, rows_in)


def _first_of_each(
    frame: pd.DataFrame, ids: pd.Series, known: NDArray[np.bool_], place: Place, apart: Sequence[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows stay, and which are merged; later rows of an id repeat the first, or contradict it."""
    keep = known & ~duplicated(ids)
    again = np.flatnonzero(known & ~keep)
    merged = np.zeros(len(frame), dtype=bool)
    if not len(again):
        return keep, merged
    first = pd.Series(np.flatnonzero(keep), index=ids[keep])[ids[again]].to_numpy()
    facts = frame.drop(columns=["unit_id", *apart])
    same = (_words(facts.iloc[again]) == _words(facts.iloc[first])).all(axis=1)
    extras = frame[list(apart)]
    other = same & (_words(extras.iloc[again]) != _words(extras.iloc[first])).any(axis=1)
    if other.any():
        row, count = place.rows[again[other]][0], int(other.sum())
        place.log.add("unit.extras_differ", place.source, row=row, column=", ".join(map(str, apart)), count=count)
    for code, mask in (("unit.merged", same), ("unit.id_conflict", ~same)):
        place.log.add(
            code,
            place.source,
            row=place.rows[again[mask]],
            column="unit_id",
            value=ids[again[mask]].to_numpy(),
            other=place.rows[first[mask]],
        )
    merged[again[same]] = True
    return keep, merged


def _words(facts: pd.DataFrame) -> NDArray[np.object_]:
    """Return facts as they are compared: trimmed and folded, words of the vocabulary as they will be read."""
    known = {"kind": vocabulary.KIND_WORDS, "formation": vocabulary.FORMATION_WORDS, "level": vocabulary.LEVEL_WORDS}
    words = np.array(facts.astype(object).fillna("").astype(str), dtype=object)
    for number, name in enumerate(facts.columns):
        table = known.get(str(name), {})
        folded = {text: values.fold(text) for text in dict.fromkeys(words[:, number])}
        read = {text: table.get(word, table.get(word.lower(), word)) for text, word in folded.items()}
        words[:, number] = [read[text] for text in words[:, number]]
    return words


def _typed_units(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    blank = pd.Series(pd.NA, index=range(len(frame)), dtype="str")
    columns = {name: read_unit_field(frame.get(name, blank), name, place) for name in ("name", "kind")}
    for name in frame.columns:
        if name not in columns:
            columns[name] = read_unit_field(frame[name], name, place)
    if "level" in columns and "level_rank" not in columns:
        columns["level_rank"] = _ranks(columns["level"])
    return pd.DataFrame(columns, index=range(len(frame)))


def read_unit_field(column: pd.Series, name: str, place: Place) -> pd.Series:
    """Return a column of the unit table in its final type; what is no field stays as it is."""
    if name in vocabulary.COUNT_FIELDS:
        high = np.inf if name in vocabulary.AMOUNT_FIELDS else vocabulary.MOST_PERSONS
        return values.read_numbers(column, name, place, high=high)
    if name in _UNIT_READERS:
        return _UNIT_READERS[name](column, name, place)
    return _extra(column, name, place)


def _extra(column: pd.Series, name: str, place: Place) -> pd.Series:
    column = column.reset_index(drop=True)
    return values.without_nul(column, name, place) if pd.api.types.is_string_dtype(column) else column


def _read_formations(column: pd.Series, name: str, place: Place) -> pd.Series:
    formations = values.read_words(column, name, vocabulary.FORMATION_WORDS, place)
    values.log_unknown("unit.formation_unknown", formations, name, vocabulary.FORMATIONS, place)
    return formations


def _read_degrees(column: pd.Series, name: str, place: Place) -> pd.Series:
    most = _MOST_DEGREES[name]
    return values.read_numbers(column, name, place, low=-most, high=most)


def _read_levels(column: pd.Series, name: str, place: Place) -> pd.Series:
    return values.read_words(column, name, vocabulary.LEVEL_WORDS, place)


_UNIT_READERS: dict[str, Callable[[pd.Series, str, Place], pd.Series]] = {
    "name": values.read_text,
    "kind": lambda column, _, place: values.read_kinds(column, place),
    "superior_id": values.read_ids,
    "level_rank": values.read_numbers,
    **dict.fromkeys(vocabulary.DEGREE_FIELDS, _read_degrees),
    **dict.fromkeys(vocabulary.FLAG_FIELDS, values.read_flags),
    **dict.fromkeys(vocabulary.DATE_FIELDS, values.read_dates),
    **dict.fromkeys(vocabulary.TEXT_FIELDS, values.read_text),
    "formation": _read_formations,
    "level": _read_levels,
}


def _ranks(level: pd.Series) -> pd.Series:
    """Return 0 for the top level: whole numbers count from the smallest, known words by the vocabulary."""
    whole = level.str.fullmatch(r"[0-9]{1,3}", na=False)
    if whole.any():
        number = pd.to_numeric(level.where(whole).astype(object), errors="coerce").astype("float64")
        return number - number.min()
    return level.map(vocabulary.LEVEL_RANK).astype("float64")


def clean_ties(
    frame: pd.DataFrame, place: Place, ids: pd.Index, names: pd.Series | None = None
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Type the tie table; return the rows that are ties between units of `ids`, and their row numbers."""
    log = place.log
    frame = frame.reset_index(drop=True)
    lacking = [name for name in ("source", "target", "layer") if name not in frame]
    for name in lacking:
        code = "tie.no_layer" if name == "layer" else "table.missing_column"
        log.add(code, place.source, column=name, value=", ".join(map(str, frame.columns)))
    if lacking:
        return _no_ties(), place.rows[:0]
    columns: dict[str, pd.Series] = {}
    good = np.ones(len(frame), dtype=bool)
    for name in ("source", "target"):
        columns[name] = values.read_ids(frame[name], name, place)
        missing = columns[name].isna().to_numpy(bool)
        log.add("tie.end_missing", place.source, row=place.rows[missing], column=name)
        dangling = ~missing & (positions(columns[name], ids) < 0)
        log_unknown("tie.dangling", columns[name], name, dangling, ids, place, names)
        good &= ~missing & ~dangling
    layer = values.read_words(frame["layer"], "layer", vocabulary.LAYER_WORDS, place)
    unknown = ~layer.isin(list(LAYERS)).to_numpy(bool)
    shown = layer.fillna("").to_numpy()[unknown]
    known = ", ".join(LAYERS)
    log.add("tie.layer_unknown", place.source, row=place.rows[unknown], column="layer", value=shown, other=known)
    columns["layer"] = layer
    itself = (columns["source"] == columns["target"]).fillna(value=False).to_numpy(bool)
    shown = columns["source"][itself].to_numpy()
    log.add("tie.self", place.source, row=place.rows[itself], column="target", value=shown)
    weight, bad = _weights(frame, place)
    columns |= _typed_ties(frame, place) | {"weight": weight}
    good &= ~unknown & ~itself & ~bad
    order = [name for name in vocabulary.TIE_FIELDS if name in columns]
    table = pd.DataFrame(columns)[[*order, *(name for name in columns if name not in order)]]
    return sorted_ends(table[good].reset_index(drop=True)), place.rows[good]


def _no_ties() -> pd.DataFrame:
    text = {name: pd.Series(dtype="str") for name in ("source", "target", "layer", "tie_type")}
    dates = {name: pd.Series(dtype="datetime64[us]") for name in ("since", "until")}
    return pd.DataFrame(text | {"weight": pd.Series(dtype="float64")} | dates)


def _weights(frame: pd.DataFrame, place: Place) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the strengths (NaN where none is given: 1 in the end) and which rows have one that is no strength."""
    if "weight" not in frame:
        return pd.Series(np.nan, index=frame.index), np.zeros(len(frame), dtype=bool)
    given = values.read_numbers(frame["weight"], "weight", place, refuse="tie.weight_bad")
    blank = values.as_text(frame["weight"]).isna().to_numpy(bool)
    if blank.any():
        place.log.add("tie.weight_default", place.source, row=place.rows[blank][0], column="weight", count=blank.sum())
    return given, given.isna().to_numpy(bool) & ~blank


def _typed_ties(frame: pd.DataFrame, place: Place) -> dict[str, pd.Series]:
    blank = pd.Series(pd.NA, index=range(len(frame)), dtype="str")
    columns = {"tie_type": values.read_text(frame.get("tie_type", blank), "tie_type", place)}
    for name in ("since", "until"):
        columns[name] = values.read_dates(frame.get(name, blank), name, place)
    for name in ("latency_days", "reliability"):
        if name in frame:
            columns[name] = values.read_numbers(frame[name], name, place, high=MOST[name])
    extra = [name for name in frame.columns if name not in vocabulary.TIE_FIELDS]
    return columns | {name: _extra(frame[name], name, place) for name in extra}


def sorted_ends(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the ties with the ends of undirected ones in sorted order, so that b-a is a-b."""
    both_ways = ties["layer"].isin([name for name, layer in LAYERS.items() if not layer.directed])
    turned = both_ways & (ties["source"] > ties["target"])
    source = ties["source"].where(~turned, ties["target"])
    return ties.assign(source=source, target=ties["target"].where(~turned, ties["source"]))


def log_unknown(
    code: str,
    column: pd.Series,
    name: str,
    unknown: NDArray[np.bool_],
    ids: pd.Index,
    place: Place,
    names: pd.Series | None = None,
) -> None:
    """Log the texts under a mask that are no unit, each with what it may have meant: an id, or one of the `names`."""
    shown = column[unknown]
    if not len(shown):
        return
    hints = suggestions(pd.Index(shown.unique()), ids, names)
    other = shown.map(hints).to_numpy(object)
    place.log.add(code, place.source, row=place.rows[unknown], column=name, value=shown.to_numpy(object), other=other)


@dataclass(frozen=True)
class TieSource:
    """Ties of one source on their way in: how many rows it had, which are ties, and where those stand.

    `merged` rows were summed up into others of the table before.
    """

    name: str
    rows_in: int
    table: pd.DataFrame
    rows: NDArray[np.int64]
    merged: int = 0


def merge_ties(sources: list[TieSource], ids: pd.Index, log: Log) -> tuple[pd.DataFrame, NDArray[np.int32]]:
    """Put the ties of all sources into one table without repeats, and return the rows of their ends in `ids`."""
    parts = [source.table for source in sources if len(source.table)]
    table = pd.concat([_no_ties(), *map(_nullable, parts)], ignore_index=True) if parts else _no_ties()
    for empty in (_nullable(source.table) for source in sources if not len(source.table)):
        table = table.assign(**{str(name): empty[name].reindex(table.index) for name in empty if name not in table})
    ends = np.stack([positions(table[name], ids) for name in ("source", "target")]).astype(np.int32)
    identity = pd.DataFrame({"s": ends[0], "t": ends[1]})
    for name in IDENTITY[2:]:
        identity[name] = pd.factorize(table[name])[0]
    again = identity.duplicated().to_numpy(bool)
    if again.any():
        _log_merged(table, identity, again, sources, log)
    start = 0
    for source in sources:
        repeated = int(again[start : start + len(source.table)].sum())
        start += len(source.table)
        kept = len(source.table) - repeated
        merged = repeated + source.merged
        log.account(source.name, source.rows_in, kept, merged, source.rows_in - kept - merged)
    table = table[~again].reset_index(drop=True)
    return table.assign(weight=table["weight"].fillna(1.0)), ends[:, ~again]


def _nullable(part: pd.DataFrame) -> pd.DataFrame:
    """Return ties whose yes-no columns can take the missing values of other sources."""
    return part.astype({name: "boolean" for name in part if part[name].dtype == bool})


def _log_merged(
    table: pd.DataFrame, identity: pd.DataFrame, again: NDArray[np.bool_], sources: list[TieSource], log: Log
) -> None:
    group = identity.groupby(list(identity), sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~again)[group[again]]  # groups are numbered in order of appearance
    at = np.flatnonzero(again)
    rows = np.concatenate([source.rows for source in sources])
    origin = np.repeat(np.arange(len(sources)), [len(source.table) for source in sources])
    facts = table.drop(columns=list(IDENTITY))
    given = facts.iloc[at].notna().to_numpy(bool)
    same = ((_words(facts.iloc[at]) == _words(facts.iloc[first])) | ~given).all(axis=1)
    shown = (table["source"] + " - " + table["target"] + " (" + table["layer"] + ")").iloc[at].to_numpy(object)
    names = np.array([f" of {source.name}" for source in sources], dtype=object)
    where = rows[first].astype(str).astype(object) + np.where(origin[first] == origin[at], "", names[origin[first]])
    for code, mask in (("tie.merged", same), ("tie.facts_differ", ~same)):
        for number, source in enumerate(sources):
            here = mask & (origin[at] == number)
            if here.any():
                log.add(code, source.name, row=rows[at[here]], value=shown[here], other=where[here])
