"""What the page of a large network holds: the forest to unfold, every fact once, and the ties, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgnet._model.vocabulary import label
from orgnet._viz import encode, forest, marks, packing, style
from orgnet._viz.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Ints

    Asked = str | pd.Series | None

MOST_FIELDS = 60
PALETTE = {"other": style.OTHER_COLOUR, "missing": style.MISSING_COLOUR, "scale": list(style.SCALE)}
NOT_FACTS = frozenset({"name", "kind", "level_rank"})


@dataclass(frozen=True)
class _Column:
    """One column of the page; `role` is kind, fact, gap or cut."""

    name: str
    facts: pd.Series
    role: str = "fact"


def contents(
    net: OrgNetwork,
    names: Sequence[str],
    seats: Ints,
    *,
    colour: tuple[Asked, pd.Series],
    size: tuple[Asked, pd.Series | None],
    lang: Lang,
) -> dict[str, Any]:
    """Gather the page of a large network; `colour` and `size` are each what was asked for and its values.

    Units are numbered in the order of the page. ``up`` says for every row how many rows further up the unit or group
    stands that it hangs under, 0 at the top; ``via`` by which layer each unit does (`forest.Forest.via`).
    """
    grown = forest.grow(net, names, seats, lang)
    rows = grown.unit[grown.unit >= 0]
    number = np.empty(net.n_units, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    columns = _columns(net, seats, lang)
    coloured = _place(columns, colour[0], colour[1])
    sized = None if size[1] is None else _place(columns, size[0], size[1])
    packed = [_packed(column, rows, lang, words=k == coloured) for k, column in enumerate(columns)]
    needed = {coloured, sized} | {k for k, column in enumerate(columns) if column.role != "fact"}
    dropped = packing.too_much(packed, {k for k in needed if k is not None})
    kept = [k for k in range(len(packed)) if k not in dropped]
    ties, left_out = packing.ties(net, names, number, lang)
    notes = []
    if dropped:
        notes.append(say("columns_left_out", lang, what=", ".join(packed[k]["title"] for k in sorted(dropped))))
    if left_out:
        notes.append(say("pairs_left_out", lang, rest=f"{left_out:,}"))
    return {
        "up": np.where(grown.above < 0, 0, np.arange(len(grown.above)) - grown.above).tolist(),
        "groups": {"at": packing.differences(np.flatnonzero(grown.unit < 0)), "labels": grown.labels},
        "via": grown.via[rows].tolist(),
        "names": [encode.clip(name, 300) for name in net.names.to_numpy()[rows]],
        "ids": [encode.clip(unit, 300) for unit in net.ids[rows]],
        "columns": [packed[k] for k in kept],
        "colour": kept.index(coloured),
        "size": None if sized is None else kept.index(sized),
        "area": _of_areas(columns, packed, kept),
        "ties": ties,
        "top": np.sort(number[seats]).tolist(),
        "palette": PALETTE,
        "notes": notes,
    }


def columns(net: OrgNetwork, seats: Ints, lang: Lang) -> dict[str, Any]:
    """Gather the columns of a small network, in the order of its units, for the page to colour and size by."""
    found = _columns(net, seats, lang)
    packed = [_packed(column, np.arange(net.n_units), lang, words=False) for column in found]
    return {"columns": packed, "area": _of_areas(found, packed, list(range(len(found)))), "palette": PALETTE}


def _packed(column: _Column, rows: Ints, lang: Lang, *, words: bool) -> dict[str, Any]:
    title = encode.clip(label(column.name, lang), 80)
    packed = packing.column(column.facts.iloc[rows], title, lang, kinds=column.role == "kind", words=words)
    return {**packed, "role": column.role}


def _columns(net: OrgNetwork, seats: Ints, lang: Lang) -> list[_Column]:
    kinds = net.units["kind"].astype(object)
    columns = [_Column("kind", kinds, "kind")]
    facts = [name for name in net.units.columns if name not in NOT_FACTS][:MOST_FIELDS]
    columns += [_Column(str(name), net.units[name]) for name in facts]
    for role, values in (("gap", marks.gap_reasons(net, lang)), ("cut", marks.units_cut_off(net, seats))):
        if values.notna().any():
            columns.append(_Column(say(role, lang), values, role))
    return columns


def _place(columns: list[_Column], asked: Asked, values: pd.Series) -> int:
    """Find the column that was asked for by name, or add it."""
    for k, column in enumerate(columns):
        if isinstance(asked, str) and column.role in {"kind", "fact"} and column.name == asked:
            return k
    columns.append(_Column(str(values.name), values))
    return len(columns) - 1


def _of_areas(columns: list[_Column], packed: list[dict[str, Any]], kept: list[int]) -> int | None:
    """Find the column of areas, if the page has one that repeats."""
    for place, k in enumerate(kept):
        if columns[k].role == "fact" and columns[k].name == "area" and packed[k]["type"] == "words":
            return place
    return None
