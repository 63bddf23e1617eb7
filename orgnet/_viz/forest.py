"""A large network as one tree to unfold: every unit stands below one other, and crowds are put into groups.

Units hang under their superior on a shortest way to headquarters; those outside command under the unit that covers or
works with them; what has no tie at all under the head of its area. More than fifty below one unit are grouped by kind,
area and sector, and what is still too many is cut into equal parts. Works on rows; nothing here loops over units.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.traversal import hops
from orgnet._model.vocabulary import label
from orgnet._viz import collapse, encode, layout
from orgnet._viz.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Ints

MOST_BELOW = 50  # rows that unfold at once
LEAST_TOGETHER = 2  # units a group, on average, or the grouping teaches nothing
ALONE, BY_AREA, NOT_DRAWN = -1, -2, -3  # why a unit stands where it does, when no drawn tie says so
END_COLUMNS = 16  # of the first and the last name that stand for a part


@dataclass(frozen=True)
class Forest:
    """The rows of the picture from top to bottom, each branch whole before the next.

    Attributes
    ----------
    unit
        Row of the unit in the network; -1 for a group.
    above
        Place in this list of the unit or group that it hangs under; -1 at the top.
    via
        Of each unit of the network: which of the drawn layers it hangs by, or `ALONE`, `BY_AREA`, `NOT_DRAWN`.
    labels
        What the groups are called, in the order of this list.
    """

    unit: Ints
    above: Ints
    via: Ints
    labels: list[str]


def grow(net: OrgNetwork, names: Sequence[str], seats: Ints, lang: Lang) -> Forest:
    """Put every unit of the network into one forest; `names` are the layers drawn, `seats` the headquarters."""
    parent, via = hang(net, names, seats)
    n = net.n_units
    tree = _Tree.of(parent, np.append(net.names.to_numpy(dtype=object), ""))
    leads = np.zeros(n, dtype=bool)
    leads[parent[parent >= 0]] = True
    leads[seats] = True
    loose = np.flatnonzero((parent < 0) & ~leads)
    if len(loose) > 1 and len(loose) < n:
        tree.put_together(loose, np.zeros(len(loose), dtype=np.int64), [say("loose", lang)])
    groups = collapse.group_units(net, lang)
    outside = np.full(n, -1, dtype=np.int64)
    outside[loose] = groups.codes[loose]
    tree.divide(outside, groups.labels)
    for column in ("kind", "area", "sector"):
        if column in net.units:
            tree.divide(*_named(net.units[column], column, lang))
    tree.cut()
    order = tree.reading_order()
    place = np.full(len(tree.above), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    label_of = tree.names[order]
    unit = np.where(order < n, order, -1)
    return Forest(unit, place[tree.above[order]], via, [str(text) for text in label_of[unit < 0]])


def hang(net: OrgNetwork, names: Sequence[str], seats: Ints) -> tuple[Ints, Ints]:
    """Give each unit the unit it hangs under, or -1, and by which tie (see `Forest.via`)."""
    n = net.n_units
    number = {name: k for k, name in enumerate(names)}
    source, target = _shortest_first(net, seats, *collapse.tie_ends(net, ("command",)))
    parent = layout.first_superiors(n, source, target, seats if len(seats) else None)
    if not (parent >= 0).any():
        parent = layout.first_superiors(n, *collapse.tie_ends(net, ("contains",)))
        via = np.where(parent >= 0, number.get("contains", NOT_DRAWN), ALONE)
    else:
        via = np.where(parent >= 0, number.get("command", NOT_DRAWN), ALONE)
    chained = parent >= 0
    chained[parent[chained]] = True
    for layer in ("covers", *names, "contains"):
        joined = layout.attach(parent, *collapse.tie_ends(net, (layer,)))
        via[(joined >= 0) & (parent < 0)] = number.get(layer, NOT_DRAWN)
        parent = joined
    if "area" in net.units:
        placed = _by_area(net.units["area"], parent, chained)
        via[(placed >= 0) & (parent < 0)] = BY_AREA
        parent = placed
    return parent, via


def _shortest_first(net: OrgNetwork, seats: Ints, source: Ints, target: Ints) -> tuple[Ints, Ints]:
    """Put the ties on shortest ways from headquarters first, so that they are the ones that units hang by."""
    if not len(seats):
        return source, target
    far = hops(net.view("vertical", "down"), seats).astype(np.int64)
    detour = (far[source] < 0) | (far[target] != far[source] + 1)
    order = np.argsort(detour, kind="stable")
    return source[order], target[order]


def _by_area(areas: pd.Series, parent: Ints, chained: np.ndarray) -> Ints:
    """Hang units without any tie under the highest unit of the chain in their area."""
    codes, _ = pd.factorize(areas.astype(object))
    depth = layout.depths(parent)
    rows = np.flatnonzero(chained & (codes >= 0))
    rows = rows[np.lexsort((rows, depth[rows]))]
    head = np.full(len(areas), -1, dtype=np.int64)
    known, first = np.unique(codes[rows], return_index=True)
    head[known] = rows[first]
    leads = np.zeros(len(areas), dtype=bool)
    leads[parent[parent >= 0]] = True
    loose = (parent < 0) & ~leads & ~chained & (codes >= 0)
    placed = parent.copy()
    placed[loose] = head[codes[loose]]
    return placed


def _named(values: pd.Series, column: str, lang: Lang) -> tuple[Ints, list[str]]:
    """Return codes and the words for them; what is not recorded is a group of its own."""
    codes, words = pd.factorize(values.astype(object))
    labels = [encode.clip(label(str(word), lang), 60) for word in words]
    labels.append(say("without", lang, what=label(column, lang)))
    return np.where(codes < 0, len(words), codes).astype(np.int64), labels


@dataclass
class _Tree:
    """A tree in the making: the units, then the root, then groups as they are added; `first` orders what is below."""

    above: Ints
    names: np.ndarray
    first: Ints
    root: int
    sizes: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, parent: Ints, names: np.ndarray) -> _Tree:
        n = len(parent)
        return cls(np.append(np.where(parent < 0, n, parent), -1), names, np.append(np.arange(n), -1), n)

    def put_together(self, rows: Ints, group: Ints, labels: Sequence[str]) -> None:
        """Put rows that hang under the same unit into new groups, numbered 0, 1, 2, ..."""
        start = len(self.above)
        lowest = np.full(len(labels), len(self.above), dtype=np.int64)
        np.minimum.at(lowest, group, self.first[rows])
        above = np.empty(len(labels), dtype=np.int64)
        above[group] = self.above[rows]
        self.above = np.concatenate([self.above, above])
        self.first = np.concatenate([self.first, lowest])
        self.names = np.concatenate([self.names, np.array(list(labels), dtype=object)])
        self.above[rows] = start + group

    def crowded(self) -> Ints:
        """Return the rows that stand under what has too many below."""
        size = self._sizes()
        return np.flatnonzero((self.above >= 0) & (size[np.maximum(self.above, 0)] > MOST_BELOW))

    def divide(self, key: Ints, labels: Sequence[str]) -> None:
        """Group crowded units by a key, where that makes some groups and not a group a unit."""
        rows = self.crowded()
        rows = rows[rows < self.root]
        rows = rows[key[rows] >= 0]
        if not len(rows):
            return
        pairs, group, members = np.unique(
            self.above[rows] * len(labels) + key[rows], return_inverse=True, return_counts=True
        )
        parents = pairs // len(labels)
        groups_below = np.bincount(parents, minlength=len(self.above))[parents]
        units_below = np.bincount(self.above[rows], minlength=len(self.above))[parents]
        useful = (groups_below > 1) & (groups_below * LEAST_TOGETHER <= units_below) & (members > 1)
        taken = useful[group]
        number = np.cumsum(useful) - 1
        self.put_together(rows[taken], number[group[taken]], [labels[k] for k in (pairs % len(labels))[useful]])

    def cut(self) -> None:
        """Cut what is still crowded into equal parts, named after their first and last, until nothing is crowded."""
        while len(rows := self.crowded()):
            rows = rows[np.lexsort((self.first[rows], self.above[rows]))]
            _, start, size = np.unique(self.above[rows], return_index=True, return_counts=True)
            rank = np.arange(len(rows)) - np.repeat(start, size)
            parts = -(-size // MOST_BELOW)
            part = rank * np.repeat(parts, size) // np.repeat(size, size)
            group = np.repeat(np.cumsum(parts) - parts, size) + part
            ends = np.flatnonzero(np.diff(group, prepend=-1, append=group[-1] + 1))
            labels = [self._part(rows[a:b], int(rank[a])) for a, b in itertools.pairwise(ends)]
            self.put_together(rows, group, labels)

    def _part(self, rows: Ints, start: int) -> str:
        """Name a part after its place among all, its first and its last."""
        first, last = (encode.clip(self.names[row], END_COLUMNS) for row in (rows[0], rows[-1]))
        return f"{start + 1:,}–{start + len(rows):,} · {first} – {last}"

    def reading_order(self) -> Ints:
        """List all but the root, each before what is below it, the first recorded first."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import depth_first_order

        n = len(self.above)
        by_first = np.argsort(self.first, kind="stable")
        rank = np.empty(n, dtype=np.int64)
        rank[by_first] = np.arange(n)
        below = by_first[by_first != self.root]
        size = self._sizes()[by_first]
        arcs = below[np.argsort(rank[self.above[below]], kind="stable")]
        indptr = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
        matrix = csr_array((np.ones(n - 1), rank[arcs].astype(np.int32), indptr), shape=(n, n))
        order = depth_first_order(matrix, int(rank[self.root]), return_predecessors=False)
        return by_first[order[1:]].astype(np.int64)

    def _sizes(self) -> Ints:
        return np.bincount(self.above[self.above >= 0], minlength=len(self.above)).astype(np.int64)
