"""The rules of the two tables: what a unit is, what a tie is, and what happens to a row that is neither.

Frames come in with canonical column names and go out typed. Every row of every source is kept, merged or set aside;
`Log.account` holds the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model import values, vocabulary
from orgnet._model.values import Place
from orgnet._model.vocabulary import LAYERS
from orgnet.errors import near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.findings import Log

_IDENTITY = ("source", "target", "layer", "tie_type", "since", "until")
_HINTS = 200  # ends for which a nearest id is looked up


@dataclass(frozen=True)
class Units:
    """The unit table, typed; `rows` and `superior` stand beside it, one entry a unit."""

    table: pd.DataFrame
    rows: NDArray[np.int64]
    superior: pd.Series


def clean_units(frame: pd.DataFrame, place: Place) -> Units:
    """Type the unit table; rows without an id of their own are set aside, repeats merged."""
    n_in, log = len(frame) + place.refused, place.log
    frame = frame.reset_index(drop=True)
    if "unit_id" not in frame:
        log.add("table.missing_column", place.source, column="unit_id", value=", ".join(map(str, frame.columns)))
        log.account(place.source, n_in, 0, 0, n_in)
        return _no_units(place)
    personal = values.like_personal(frame["unit_id"])
    log.add("unit.id_personal", place.source, row=place.rows[personal], column="unit_id")
    frame, place = frame[~personal].reset_index(drop=True), place.only(~personal)
    ids = values.read_ids(frame["unit_id"], "unit_id", place)
    missing = ids.isna().to_numpy(bool)
    log.add("unit.id_missing", place.source, row=place.rows[missing], column="unit_id")
    keep, merged = _first_of_each(frame, ids, ~missing, place)
    place, ids = place.only(keep), ids[keep].reset_index(drop=True)
    log.account(place.source, n_in, int(keep.sum()), merged, n_in - int(keep.sum()) - merged)
    for code, mask in (
        ("unit.id_like_missing", values.like_missing(ids)),
        ("unit.id_scientific", values.like_scientific(ids)),
    ):
        log.add(code, place.source, row=place.rows[mask], column="unit_id", value=ids[mask].to_numpy())
    table = _typed_units(frame[keep].drop(columns="unit_id").reset_index(drop=True), place)
    superior = table.pop("superior_id") if "superior_id" in table else pd.Series(pd.NA, index=table.index, dtype="str")
    table.index = pd.Index(ids, dtype="str", name="unit_id")
    return Units(table, place.rows, superior)


def _no_units(place: Place) -> Units:
    empty = pd.DataFrame({"name": pd.Series(dtype="str"), "kind": pd.Series(dtype="str")})
    empty.index = pd.Index([], dtype="str", name="unit_id")
    return Units(empty, place.rows[:0], pd.Series(dtype="str"))


def _first_of_each(
    frame: pd.DataFrame, ids: pd.Series, known: NDArray[np.bool_], place: Place
) -> tuple[NDArray[np.bool_], int]:
    """Return which rows stay, and how many were merged; later rows of an id repeat the first, or contradict it."""
    keep = known & ~ids.duplicated().to_numpy(bool)
    again = np.flatnonzero(known & ~keep)
    if not len(again):
        return keep, 0
    first = pd.Series(np.flatnonzero(keep), index=ids[keep])[ids[again]].to_numpy()
    facts = frame.drop(columns="unit_id").astype(object).fillna("").astype(str)
    same = (facts.to_numpy()[again] == facts.to_numpy()[first]).all(axis=1) if facts.shape[1] else np.ones(len(again), bool)
    for code, mask in (("unit.merged", same), ("unit.id_conflict", ~same)):
        place.log.add(
            code,
            place.source,
            row=place.rows[again[mask]],
            column="unit_id",
            value=ids[again[mask]].to_numpy(),
            other=place.rows[first[mask]],
        )
    return keep, int(same.sum())


def _typed_units(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    blank = pd.Series(pd.NA, index=range(len(frame)), dtype="str")
    columns["name"] = values.read_text(frame["name"], "name", place) if "name" in frame else blank
    columns["kind"] = values.read_kinds(frame["kind"] if "kind" in frame else blank, place)
    for name in frame.columns:
        column = frame[name]
        if name in columns:
            continue
        if name == "superior_id":
            columns[name] = values.read_ids(column, name, place)
        elif name in vocabulary.COUNT_FIELDS:
            columns[name] = values.read_numbers(column, name, place)
        elif name == "level_rank":
            columns[name] = values.read_numbers(column, name, place)
        elif name in vocabulary.FLAG_FIELDS:
            columns[name] = values.read_flags(column, name, place)
        elif name in vocabulary.DATE_FIELDS:
            columns[name] = values.read_dates(column, name, place)
        elif name == "formation":
            columns[name] = values.read_words(column, name, vocabulary.FORMATION_WORDS, place)
        elif name == "level":
            columns[name] = values.read_words(column, name, vocabulary.LEVEL_WORDS, place)
        elif name in vocabulary.TEXT_FIELDS:
            columns[name] = values.read_text(column, name, place)
        else:
            columns[name] = column.reset_index(drop=True)
    if "level" in columns and "level_rank" not in columns:
        columns["level_rank"] = _ranks(columns["level"])
    return pd.DataFrame(columns, index=range(len(frame)))


def _ranks(level: pd.Series) -> pd.Series:
    """Return 0 for the top level: whole numbers count from the smallest, known words by the vocabulary."""
    whole = level.str.fullmatch(r"[0-9]{1,3}", na=False)
    if whole.any():
        number = pd.to_numeric(level.where(whole).astype(object), errors="coerce").astype("float64")
        return number - number.min()
    return level.map(vocabulary.LEVEL_RANK).astype("float64")


def clean_ties(frame: pd.DataFrame, place: Place, ids: pd.Index) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Type the tie table; return the rows that are ties between units of `ids`, and their row numbers."""
    log = place.log
    frame = frame.reset_index(drop=True)
    lacking = [name for name in ("source", "target", "layer") if name not in frame]
    for name in lacking:
        log.add("table.missing_column", place.source, column=name, value=", ".join(map(str, frame.columns)))
    if lacking:
        return _no_ties(), place.rows[:0]
    columns: dict[str, pd.Series] = {}
    good = np.ones(len(frame), dtype=bool)
    for name in ("source", "target"):
        columns[name] = values.read_ids(frame[name], name, place)
        missing = columns[name].isna().to_numpy(bool)
        log.add("tie.end_missing", place.source, row=place.rows[missing], column=name)
        dangling = ~missing & (positions(columns[name], ids) < 0)
        _log_dangling(columns[name], name, dangling, ids, place)
        good &= ~missing & ~dangling
    layer = values.read_words(frame["layer"], "layer", vocabulary.LAYER_WORDS, place)
    unknown = ~layer.isin(list(LAYERS)).to_numpy(bool)
    shown = layer.fillna("").to_numpy()[unknown]
    log.add("tie.layer_unknown", place.source, row=place.rows[unknown], column="layer", value=shown, other=", ".join(LAYERS))
    columns["layer"] = layer
    itself = (columns["source"] == columns["target"]).fillna(value=False).to_numpy(bool)
    log.add("tie.self", place.source, row=place.rows[itself], column="target", value=columns["source"][itself].to_numpy())
    weight, bad = _weights(frame, place)
    columns |= _typed_ties(frame, place) | {"weight": weight}
    good &= ~unknown & ~itself & ~bad
    order = [name for name in vocabulary.TIE_FIELDS if name in columns]
    table = pd.DataFrame(columns)[[*order, *(name for name in columns if name not in order)]]
    return _sorted_ends(table[good].reset_index(drop=True)), place.rows[good]


def _no_ties() -> pd.DataFrame:
    text = {name: pd.Series(dtype="str") for name in ("source", "target", "layer", "tie_type")}
    dates = {name: pd.Series(dtype="datetime64[us]") for name in ("since", "until")}
    return pd.DataFrame(text | {"weight": pd.Series(dtype="float64")} | dates)


def _weights(frame: pd.DataFrame, place: Place) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the strengths (1 where none is given) and which rows have one that is no strength."""
    if "weight" not in frame:
        return pd.Series(1.0, index=frame.index), np.zeros(len(frame), dtype=bool)
    given = values.read_numbers(frame["weight"], "weight", place, refuse="tie.weight_bad")
    blank = frame["weight"].isna().to_numpy(bool)
    if values.is_text(frame["weight"]):
        blank = blank | (values.as_text(frame["weight"]).str.strip() == "").fillna(value=False).to_numpy(bool)
    if blank.any():
        place.log.add("tie.weight_default", place.source, row=place.rows[blank][0], column="weight", count=blank.sum())
    return given.fillna(1.0), given.isna().to_numpy(bool) & ~blank


def _typed_ties(frame: pd.DataFrame, place: Place) -> dict[str, pd.Series]:
    blank = pd.Series(pd.NA, index=range(len(frame)), dtype="str")
    columns = {"tie_type": values.read_text(frame["tie_type"], "tie_type", place) if "tie_type" in frame else blank}
    for name in ("since", "until"):
        columns[name] = values.read_dates(frame[name] if name in frame else blank, name, place)
    for name, high in (("latency_days", np.inf), ("reliability", 1.0)):
        if name in frame:
            columns[name] = values.read_numbers(frame[name], name, place, high=high)
    known = {*vocabulary.TIE_FIELDS}
    return columns | {name: frame[name].reset_index(drop=True) for name in frame.columns if name not in known}


def _sorted_ends(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the ties with the ends of undirected ones in sorted order, so that b-a is a-b."""
    both_ways = ties["layer"].isin([name for name, layer in LAYERS.items() if not layer.directed])
    turned = both_ways & (ties["source"] > ties["target"])
    source = ties["source"].where(~turned, ties["target"])
    return ties.assign(source=source, target=ties["target"].where(~turned, ties["source"]))


def positions(wanted: pd.Series, ids: pd.Index) -> NDArray[np.int64]:
    """Return the row of each id in `ids`, -1 where it is not there; pyarrow does it in a fifth of pandas' time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(pa.array(wanted, pa.large_string()), value_set=pa.array(ids, pa.large_string()), skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _log_dangling(column: pd.Series, name: str, dangling: NDArray[np.bool_], ids: pd.Index, place: Place) -> None:
    shown = column[dangling]
    hints = {text: _hint(text, ids) for text in shown.unique()[:_HINTS]}
    place.log.add(
        "tie.dangling",
        place.source,
        row=place.rows[dangling],
        column=name,
        value=shown.to_numpy(),
        other=np.array([hints.get(text, "") for text in shown], dtype=object),
    )


def _hint(text: str, ids: pd.Index) -> str:
    """Return what may have gone wrong with an id that is not there: zeros lost, case, one character off."""
    bare = text.lstrip("0")
    zeros = ids[(ids.str.lstrip("0") == bare).astype(bool)] if bare.isascii() and bare.isdigit() else ids[:0]
    if len(zeros):
        return f" Unit {zeros[0]!r} differs by leading zeros: did a spreadsheet drop them?"
    alike = ids[(ids.str.lower() == text.lower()).astype(bool)]
    if len(alike):
        return f" Unit {alike[0]!r} differs by upper and lower case."
    return near(text, ids) if len(ids) <= 5_000 and len(text) <= 100 else ""  # noqa: PLR2004 - a slow search


def superior_ties(units: Units, layer: str, place: Place) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the ties that the superior column stands for; outside superiors are a warning, self a refusal."""
    named = units.superior.notna().to_numpy(bool)
    superior, rows = units.superior[named].reset_index(drop=True), units.rows[named]
    inferior = units.table.index.to_series()[named].reset_index(drop=True)
    place = Place(place.source, rows, place.log)
    outside = positions(superior, units.table.index) < 0
    hints = {text: _hint(text, units.table.index) for text in superior[outside].unique()[:_HINTS]}
    place.log.add(
        "unit.superior_outside",
        place.source,
        row=rows[outside],
        column="superior_id",
        value=superior[outside].to_numpy(),
        other=np.array([hints.get(text, "") for text in superior[outside]], dtype=object),
    )
    itself = (superior == inferior).to_numpy(bool)
    place.log.add("tie.self", place.source, row=rows[itself], column="superior_id", value=superior[itself].to_numpy())
    good = ~outside & ~itself
    ends = {"source": superior[good].reset_index(drop=True), "target": inferior[good].reset_index(drop=True)}
    table = pd.DataFrame(ends).assign(layer=pd.Series(layer, index=range(int(good.sum())), dtype="str"), weight=1.0)
    return table, rows[good]


@dataclass(frozen=True)
class TieSource:
    """Ties of one source on their way in: how many rows it had, which are ties, and where those stand."""

    name: str
    rows_in: int
    table: pd.DataFrame
    rows: NDArray[np.int64]


def merge_ties(sources: list[TieSource], ids: pd.Index, log: Log) -> tuple[pd.DataFrame, NDArray[np.int32]]:
    """Put the ties of all sources into one table without repeats, and return the rows of their ends in `ids`."""
    parts = [source.table for source in sources if len(source.table)]
    table = pd.concat([_no_ties(), *parts], ignore_index=True) if parts else _no_ties()
    ends = np.stack([positions(table[name], ids) for name in ("source", "target")]).astype(np.int32)
    identity = pd.DataFrame({"s": ends[0], "t": ends[1]})
    for name in _IDENTITY[2:]:
        identity[name] = pd.factorize(table[name])[0]
    again = identity.duplicated().to_numpy(bool)
    if again.any():
        _log_merged(table, identity, again, sources, log)
    start = 0
    for source in sources:
        repeated = int(again[start : start + len(source.table)].sum())
        start += len(source.table)
        kept = len(source.table) - repeated
        log.account(source.name, source.rows_in, kept, repeated, source.rows_in - len(source.table))
    return table[~again].reset_index(drop=True), ends[:, ~again]


def _log_merged(
    table: pd.DataFrame, identity: pd.DataFrame, again: NDArray[np.bool_], sources: list[TieSource], log: Log
) -> None:
    group = identity.groupby(list(identity), sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~again)[group[again]]  # groups are numbered in order of appearance
    at = np.flatnonzero(again)
    rows = np.concatenate([source.rows for source in sources])
    origin = np.repeat(np.arange(len(sources)), [len(source.table) for source in sources])
    facts = [name for name in table if name not in _IDENTITY]
    left, right = table[facts].iloc[at].reset_index(drop=True), table[facts].iloc[first].reset_index(drop=True)
    same = ((left == right).fillna(value=False) | left.isna()).all(axis=1).to_numpy(bool)
    shown = (table["source"] + " - " + table["target"] + " (" + table["layer"] + ")").to_numpy()
    where = np.array([f"{rows[i]}" if origin[i] == origin[j] else f"{rows[i]} of {sources[origin[i]].name}" for i, j in zip(first, at, strict=True)])
    for code, mask in (("tie.merged", same), ("tie.facts_differ", ~same)):
        for number, source in enumerate(sources):
            here = mask & (origin[at] == number)
            if here.any():
                log.add(code, source.name, row=rows[at[here]], value=shown[at[here]], other=where[here])


def add_ties(
    table: pd.DataFrame, ends: NDArray[np.int32], more: pd.DataFrame, ids: pd.Index, log: Log
) -> tuple[pd.DataFrame, NDArray[np.int32]]:
    """Return the tie table with the rows of `more` added, which pass the same checks as those of a file."""
    place = Place("ties", np.arange(len(more)), log)
    clean, rows = clean_ties(more, place, ids)
    old = TieSource("network", len(table), table, np.arange(len(table)))
    return merge_ties([old, TieSource("ties", len(more), clean, rows)], ids, log)
