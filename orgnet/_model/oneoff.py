"""Texts that are one character apart, found without comparing each with each.

Two texts are one character apart exactly where they agree after one character is left out of one of them, or of both at
the same place. So each text is filed under a number for itself and one for each character left out; only what shares a
number is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LONGEST = 100  # characters; longer texts are not compared
_BASE = np.uint64(0x9E3779B97F4A7C15)
_BACK = np.uint64(pow(int(_BASE), -1, 2**64))


def one_apart(one: str, other: str) -> tuple[str, str] | None:
    """Return the characters in which two texts differ where that is one place only, else None.

    Where one text has a character that the other lacks, the second of the two is empty.

    Examples
    --------
    >>> one_apart("灵隐社区", "灵稳社区"), one_apart("abcd", "acd"), one_apart("abcd", "abdc")
    (('隐', '稳'), ('b', ''), None)
    """
    if len(one) < len(other):
        return one_apart(other, one)
    start = next((place for place, letter in enumerate(other) if one[place] != letter), len(other))
    if len(one) == len(other):
        same = start < len(one) and one[start + 1 :] == other[start + 1 :]
        return (one[start], other[start]) if same else None
    return (one[start], "") if one[start + 1 :] == other[start:] else None


def filed(texts: NDArray[np.object_], skip: Callable[[NDArray[np.uint32]], NDArray[np.bool_]] | None = None) -> Filed:
    """Return the numbers under which texts are filed, and the text of each.

    `skip` says which characters, by their code points, count: texts that differ in these are not filed together.
    """
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    keys, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    for length in np.unique(lengths[(lengths > 0) & (lengths <= LONGEST)]):
        rows = np.flatnonzero(lengths == length)
        points = np.array(texts[rows], dtype=f"<U{length}").view(np.uint32).reshape(len(rows), length)
        whole, without = _numbers(points)
        keys.append(whole)
        owners.append(rows)
        kept = np.ones(points.shape, dtype=bool) if skip is None else ~skip(points)
        keys.append(without[kept])
        owners.append(rows[np.nonzero(kept)[0]])
    return np.concatenate(keys), np.concatenate(owners)


Filed = tuple["NDArray[np.uint64]", "NDArray[np.int64]"]


def _numbers(points: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return a number for each text, and one for each text without each of its characters; all modulo 2**64."""
    mixed = points.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    powers = np.cumprod(np.full(points.shape[1], _BASE, dtype=np.uint64), dtype=np.uint64)
    sums = np.cumsum(mixed * powers, axis=1, dtype=np.uint64)
    whole = sums[:, -1]
    before = np.concatenate([np.zeros((len(points), 1), dtype=np.uint64), sums[:, :-1]], axis=1)
    return whole, before + (whole[:, None] - sums) * _BACK
