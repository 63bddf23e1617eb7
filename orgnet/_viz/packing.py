"""Columns and ties as short JSON: words once, numbers as differences, and only where something is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.vocabulary import LAYERS, label
from orgnet._viz import collapse, encode, style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Floats, Ints

SPARSE_BELOW = 0.4  # of the units recorded, the share below which only those are written
MOST_WORDS = 2000  # distinct values of a column that are always written once each
REPEATED = 4  # times that a value comes, on average, from which it is written once
DIGITS = 6  # of a number that count
LONGEST = 160  # columns of a text
A_NUMBER = 4  # bytes, with the comma behind it
MOST_BYTES = 8_000_000  # of all columns in one page, about
MOST_PAIRS = 800_000  # pairs of units with ties in one page
TYPES_NAMED = 4


def differences(numbers: Ints) -> list[int]:
    """Write rising numbers as steps.

    Examples
    --------
    >>> differences(np.array([3, 4, 9]))
    [3, 1, 5]
    """
    steps: list[int] = np.diff(numbers, prepend=0).tolist()
    return steps


def column(values: pd.Series, title: str, lang: Lang, *, kinds: bool = False, words: bool = False) -> dict[str, Any]:
    """Write one column: `type` is number, date, words (each with its colour) or text.

    With `kinds`, the words are kinds of units, which have colours and shapes of their own; with `words`, a column of
    names is never free text, so that it can colour the picture.
    """
    if not kinds and encode.is_number(values):
        dates = pd.api.types.is_datetime64_any_dtype(values)
        return {"title": title, "type": "date" if dates else "number", **_numbers(encode.as_numbers(values))}
    texts = values.astype(object).map(str, na_action="ignore")
    if not kinds:
        texts = _shown(texts, values, lang)
    codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    known = int((codes >= 0).sum())
    if not (kinds or words) and len(distinct) > MOST_WORDS and len(distinct) * REPEATED > known:
        return {"title": title, "type": "text", **_texts(texts)}
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    ranked = sorted(range(len(distinct)), key=lambda k: (-int(counts[k]), str(distinct[k])))
    place = np.full(len(distinct) + 1, -1, dtype=np.int64)  # the last place is for what is not recorded
    place[ranked] = np.arange(len(ranked))
    by_count = [str(distinct[k]) for k in ranked]
    fits = len(ranked) <= encode.MOST_CATEGORIES
    kept = by_count if fits else by_count[: encode.MOST_CATEGORIES - 1]
    colours = encode.word_colours(values, kept, lang, kinds=kinds)
    return {
        "title": title,
        "type": "words",
        "words": [encode.clip(label(word, lang), 60) for word in by_count] if kinds else by_count,
        "colours": [colours[word] for word in kept],
        **({"shapes": [style.kind_shape(word) for word in by_count]} if kinds else {}),
        **_sparse(place[codes].tolist(), codes >= 0, -1),
    }


def _shown(texts: pd.Series, values: pd.Series, lang: Lang) -> pd.Series:
    """Write every distinct value as a reader knows it."""
    if pd.api.types.is_bool_dtype(values):
        return encode.as_words(values, lang)
    shown = {text: encode.clip(label(text, lang), LONGEST) for text in texts.dropna().unique()}
    return texts.map(shown, na_action="ignore")


def _numbers(found: Floats) -> dict[str, Any]:
    known = np.isfinite(found)
    size = np.where(known & (found != 0), np.abs(found), 1.0)
    whole = found == np.rint(found)
    factor = 10.0 ** np.clip(DIGITS - 1 - np.floor(np.log10(size)), -290, 290)
    with np.errstate(over="ignore", invalid="ignore"):  # numbers too large to be rounded stay as they are
        rounded = np.rint(found * factor) / factor
    rounded = np.where(whole | ~np.isfinite(rounded), found, rounded)
    exact = whole & (np.abs(np.where(known, found, 0.0)) < encode.EXACT)
    values = rounded.astype(object)
    values[exact] = found[exact].astype(np.int64)
    values[~known] = None
    return _sparse(values.tolist(), known, None)


def _texts(texts: pd.Series) -> dict[str, Any]:
    known = texts.notna().to_numpy(dtype=bool)
    values = texts.to_numpy(dtype=object, copy=True)
    values[~known] = None
    return _sparse(values.tolist(), known, None)


def _sparse(values: list[Any], known: np.ndarray, missing: int | None) -> dict[str, Any]:
    """Write all values, or where few are recorded only those and their places."""
    if not len(known) or known.mean() >= SPARSE_BELOW:
        return {"values": values, "missing": missing}
    at = np.flatnonzero(known)
    return {"at": differences(at), "values": [values[k] for k in at], "missing": missing}


def too_much(columns: list[dict[str, Any]], kept: set[int]) -> set[int]:
    """Say which columns, the largest first and `kept` never, must go for a page to have room for the rest."""
    size = [_bytes(packed) for packed in columns]
    dropped: set[int] = set()
    for k in sorted(set(range(len(columns))) - kept, key=lambda k: (-size[k], -k)):
        if sum(size) - sum(size[j] for j in dropped) <= MOST_BYTES:
            break
        dropped.add(k)
    return dropped


def _bytes(packed: dict[str, Any]) -> int:
    """Tell about how much a column takes in the page."""
    if packed["type"] == "text":
        return sum(len(text.encode("utf-8", "replace")) for text in packed["values"] if text)
    return A_NUMBER * len(packed["values"])


def ties(net: OrgNetwork, names: Sequence[str], number: Ints, lang: Lang) -> tuple[dict[str, Any], int]:
    """Write which units have ties, layer by layer, each pair once; `number` is each unit's number in the page.

    Returns
    -------
    packed, left_out
        ``layers``: per layer the numbers ``a`` (as steps) and ``b`` (less a) of the two ends of each pair, ``many``
        where a pair has several ties, ``types`` as numbers in ``words``. `left_out` is how many pairs are too many.
    """
    layers, words, left_out, room = [], _Words(), 0, MOST_PAIRS
    kinds = net.ties["tie_type"].astype(object).to_numpy() if "tie_type" in net.ties else None
    for name in sorted(names, key=lambda name: name not in ("command", "contains")):
        mask = net.tie_mask((name,))
        a, b = number[np.stack(collapse.tie_ends(net, (name,)))]
        if not LAYERS[name].directed:
            a, b = np.minimum(a, b), np.maximum(a, b)
        pairs, group, many = np.unique(a * net.n_units + b, return_inverse=True, return_counts=True)
        kept = np.sort(np.argsort(-many, kind="stable")[:room])
        left_out += len(pairs) - len(kept)
        room -= len(kept)
        a, b, more = pairs[kept] // net.n_units, pairs[kept] % net.n_units, np.flatnonzero(many[kept] > 1)
        packed: dict[str, Any] = {"layer": list(names).index(name), "a": differences(a), "b": (b - a).tolist()}
        if len(more):
            packed["many"] = [differences(more), many[kept][more].tolist()]
        if kinds is not None and pd.notna(kinds[mask]).any():
            packed["types"] = words.of_pairs(kinds[mask], group, len(pairs), lang)[kept].tolist()
        layers.append(packed)
    return {"layers": layers, "words": words.words}, left_out


class _Words:
    """Types of ties, and lists of types, each written once."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._number: dict[str, int] = {}

    def of(self, word: str) -> int:
        if word not in self._number:
            self._number[word] = len(self.words)
            self.words.append(word)
        return self._number[word]

    def of_pairs(self, kinds: np.ndarray, group: Ints, n: int, lang: Lang) -> Ints:
        """Number the types of each pair of units, -1 where none is recorded."""
        codes, distinct = pd.factorize(kinds)
        shown = [encode.clip(label(str(kind), lang), 60) for kind in distinct]
        known = codes >= 0
        seen = np.unique(group[known] * max(len(shown), 1) + codes[known])
        pair, code = seen // max(len(shown), 1), seen % max(len(shown), 1)
        numbers = np.array([self.of(text) for text in shown], dtype=np.int64)
        found = np.full(n, -1, dtype=np.int64)
        found[pair] = numbers[code]
        several = np.bincount(pair, minlength=n)[pair] > 1
        if several.any():
            lists = (
                pd.Series(code[several]).groupby(pair[several]).agg(lambda listed: _join([shown[k] for k in listed]))
            )
            which, texts = pd.factorize(lists.to_numpy(dtype=object))
            found[lists.index] = np.array([self.of(str(text)) for text in texts], dtype=np.int64)[which]
        return found


def _join(words: list[str]) -> str:
    return ", ".join(words[:TYPES_NAMED]) + (", …" if len(words) > TYPES_NAMED else "")
