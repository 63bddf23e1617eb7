"""Where each unit stands in a picture: the chain of command as a tidy tree, everything else beside what it works with.

All functions work on rows and arrays, never on labels, and give the same answer for the same input. Cycles and double
superiors are allowed: each unit hangs under the first superior named, and a cycle is opened at its first row.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

COLUMN = 64.0  # pixels between two neighbours in a row
ROW = 58.0  # pixels between two rows of a block of leaves
STEP = 100.0  # pixels between a superior and its subordinates
GAP = 36.0  # pixels between two branches
ASPECT = 1.45  # of the place the picture is looked at in
BRANCH_ASPECT = 0.8  # of a branch: upright, so that several stand side by side
MOST_SHELVES = 12
SHELF_COST = 0.12  # how much smaller a picture may be for each shelf less
ROUNDS = 8  # partners of partners of partners ... that a unit may be placed beside
SPRING_LIMIT = 300


@dataclass(frozen=True)
class Layout:
    """Positions in pixels, one a unit, and how they were found: `form` is tree, spring, circle or block."""

    x: Floats
    y: Floats
    depth: Ints
    form: str


def first_superiors(n: int, source: Ints, target: Ints, roots: Ints | None = None) -> Ints:
    """Give each row the first superior named for it, or -1; `roots` and one row of each cycle have none.

    Examples
    --------
    >>> first_superiors(4, np.array([0, 1, 2]), np.array([1, 2, 1])).tolist()
    [-1, 0, 1, -1]
    """
    parent = np.full(n, -1, dtype=np.int64)
    parent[target[::-1]] = source[::-1]
    if roots is not None:
        parent[roots] = -1
    return open_cycles(parent)


def open_cycles(parent: Ints) -> Ints:
    """Take the superior from the first row of each cycle, so that the rest is a forest.

    Examples
    --------
    >>> open_cycles(np.array([2, 0, 1, 0])).tolist()
    [-1, 0, 1, 0]
    """
    n = len(parent)
    end = np.append(parent, -1)  # the last place stands for "above a root": index -1
    lowest = np.append(np.arange(n), n)
    for _ in range(max(1, n.bit_length() + 1)):
        lowest = np.minimum(lowest, lowest[end])
        end = end[end]
    on_cycle = np.unique(end[:n][end[:n] >= 0])
    opened = parent.copy()
    opened[lowest[on_cycle]] = -1
    return opened


def depths(parent: Ints) -> Ints:
    """Count the steps from each row up to its root, in a logarithmic number of passes.

    Examples
    --------
    >>> depths(np.array([-1, 0, 1, -1])).tolist()
    [0, 1, 2, 0]
    """
    n = len(parent)
    end = np.append(parent, -1)
    steps = np.append((parent >= 0).astype(np.int64), 0)
    while (end[:n] >= 0).any():
        steps = steps + steps[end]
        end = end[end]
    return steps[:n]


def ancestors_at(parent: Ints, level: int) -> Ints:
    """Give each row its ancestor at depth `level`, or itself where it stands no deeper.

    Examples
    --------
    >>> ancestors_at(np.array([-1, 0, 1, 2]), 1).tolist()
    [0, 1, 1, 1]
    """
    left = np.maximum(depths(parent) - level, 0)
    here = np.arange(len(parent))
    jump = np.where(parent >= 0, parent, here)
    while left.any():
        here = np.where(left & 1, jump[here], here)
        left >>= 1
        jump = jump[jump]
    return here


def attach(parent: Ints, source: Ints, target: Ints) -> Ints:
    """Hang units that stand alone under their first partner in the forest, then partners of those, and so on."""
    joined = parent.copy()
    placed = joined >= 0
    placed[joined[placed]] = True
    if not placed.any():
        return joined
    for _ in range(ROUNDS):
        ends = np.concatenate([np.stack([source, target]), np.stack([target, source])], axis=1)
        ends = ends[:, placed[ends[0]] & ~placed[ends[1]]]
        if not ends.size:
            break
        joined[ends[1, ::-1]] = ends[0, ::-1]
        placed[ends[1]] = True
    return joined


def arrange(
    n: int, parent: Ints, source: Ints, target: Ints, *, order: Ints | None = None, block: Ints | None = None
) -> Layout:
    """Place `n` units: the forest first, then what is tied but has no place in it, then units without any tie.

    Parameters
    ----------
    n
        Number of units.
    parent
        Row of each unit's superior in the picture, -1 for none; a forest.
    source, target
        Ends of all ties drawn, for units outside the forest.
    order
        Sorts the leaves under one superior, so that equals stand together.
    block
        Sorts and separates the units without ties; one number an area.
    """
    order = np.zeros(n, dtype=np.int64) if order is None else order
    block = np.zeros(n, dtype=np.int64) if block is None else block
    x, y = np.zeros(n), np.zeros(n)
    whole = _with_islands(parent, source, target) if (parent >= 0).any() else parent
    in_tree = whole >= 0
    in_tree[whole[in_tree]] = True
    loose = np.zeros(n, dtype=bool)
    loose[source] = loose[target] = True
    loose &= ~in_tree
    alone = ~in_tree & ~loose
    form = "block"
    parts = []
    if in_tree.any():
        rows = np.flatnonzero(in_tree)
        x[rows], y[rows] = _forest(_relabel(rows, whole), order[rows], ASPECT * n / (n - alone.sum()))
        form = "tree"
        parts.append(rows)
    elif loose.any():
        rows = np.flatnonzero(loose)
        x[rows], y[rows], form = _web(n, rows, source, target, order)
        parts.append(rows)
    if alone.any():
        rows = np.flatnonzero(alone)
        x[rows], y[rows] = _block(block[rows], order[rows], float(np.ptp(x)) if parts else 0.0)
        parts.append(rows)
    _stack(x, y, parts)
    return Layout(x, y, depths(parent), form)


def _with_islands(parent: Ints, source: Ints, target: Ints) -> Ints:
    """Make a small tree of each group that is tied together but to nothing in the forest, its busiest unit on top."""
    n = len(parent)
    whole = parent.copy()
    busy = np.bincount(np.concatenate([source, target]), minlength=n)
    while True:
        in_tree = whole >= 0
        in_tree[whole[in_tree]] = True
        left = np.flatnonzero(~in_tree & (busy > 0))
        if not left.size:
            return whole
        top = left[np.argmax(busy[left])]
        mine = np.concatenate([target[source == top], source[target == top]])
        mine = np.unique(mine[~in_tree[mine]])
        if not mine.size:  # its partners were all placed further than the rounds of `attach` reach
            partners = np.concatenate([target[source == top], source[target == top]])
            whole[top] = partners[0]
        whole[mine] = top
        whole = attach(whole, source, target)


def _relabel(rows: Ints, parent: Ints) -> Ints:
    """Number the rows of the forest 0, 1, 2, ... and say the superiors in these numbers."""
    number = np.full(len(parent) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    return number[parent[rows]]


def _forest(parent: Ints, order: Ints, aspect: float) -> tuple[Floats, Floats]:
    """Pack the forest from the leaves up: under each superior its leaves in a block, its branches side by side.

    Where side by side would be far wider than the place it is looked at in, branches go on a second shelf, and so on.
    A plain layered or radial tree of 400 units must be shrunk three times as much to be seen whole.
    """
    n = len(parent)
    children: list[list[int]] = [[] for _ in range(n + 1)]  # the last list holds the tops: index -1
    for unit in np.lexsort((np.arange(n), order)):
        children[parent[unit]].append(int(unit))
    depth = depths(parent)
    below = np.ones(n)
    for unit in np.argsort(-depth, kind="stable"):
        below[parent[unit]] += below[unit] if parent[unit] >= 0 else 0.0
    children[n].sort(key=lambda unit: -below[unit])
    width, height = np.full(n + 1, COLUMN), np.full(n + 1, ROW)
    seats: list[list[tuple[int, float, float]]] = [[] for _ in range(n + 1)]
    for unit in [*np.argsort(-depth, kind="stable").tolist(), n]:
        if not children[unit]:
            continue
        leaves = [child for child in children[unit] if not children[child]]
        inner = [(child, float(width[child]), float(height[child])) for child in children[unit] if children[child]]
        above = STEP if unit < n else 0.0
        shape = BRANCH_ASPECT if unit < n and parent[unit] >= 0 else aspect
        seats[unit], width[unit], height[unit] = _shelves(leaves, inner, above, shape)
    x, y = np.zeros(n + 1), np.zeros(n + 1)  # the last place is the corner of the whole
    for unit in [n, *np.argsort(depth, kind="stable").tolist()]:
        for child, left, top in seats[unit]:
            x[child] = x[unit] + left
            y[child] = y[unit] + top
    return x[:n] + width[:n] / 2, y[:n]


def _shelves(
    leaves: list[int], inner: list[tuple[int, float, float]], above: float, aspect: float
) -> tuple[list[tuple[int, float, float]], float, float]:
    """Seat leaves and branches below their superior: left and top corner of each, and the size of all together."""
    best: tuple[float, list[tuple[int, float, float]], float, float] | None = None
    tallest = max((box[2] for box in inner), default=0.0)
    for across in _block_widths(len(leaves), tallest, aspect):
        rows = math.ceil(len(leaves) / across) if leaves else 0
        block = [(-1, across * COLUMN, rows * ROW)] if leaves else []
        boxes = [*inner[: len(inner) // 2], *block, *inner[len(inner) // 2 :]]
        total = sum(box[1] for box in boxes) + GAP * (len(boxes) - 1)
        widest = max(box[1] for box in boxes)
        for shelves, slack in itertools.product(range(1, min(len(boxes), MOST_SHELVES) + 1), (1.0, 1.1, 1.25)):
            corners, wide, high = _fill(boxes, max(total / shelves * slack, widest))
            cost = max(wide / aspect, above + high) * (1 + SHELF_COST * (shelves - 1))
            if best is None or cost < 0.999 * best[0]:
                seats = []
                for (child, _, _), (left, top) in zip(boxes, corners, strict=True):
                    seats += _grid(leaves, across, left, top) if child < 0 else [(child, left, top)]
                best = (cost, [(child, left, top + above) for child, left, top in seats], wide, above + high)
    assert best is not None  # noqa: S101 - there is at least one leaf or one branch
    return best[1:]


def _block_widths(n: int, tallest: float, aspect: float) -> list[int]:
    """Columns worth trying for a block of `n` leaves: as high as the branches beside it, or of the shape wanted."""
    if n == 0:
        return [1]
    beside = math.ceil(n / max(1, int(tallest / ROW)))
    shaped = math.ceil(math.sqrt(n * aspect * ROW / COLUMN))
    return sorted({min(n, max(1, across)) for across in (beside, shaped, shaped + 1, 2 * shaped, min(n, 6))})


def _fill(boxes: list[tuple[int, float, float]], limit: float) -> tuple[list[tuple[float, float]], float, float]:
    """Fill shelves of at most `limit` pixels with boxes in their order, each shelf centred."""
    shelves: list[list[int]] = [[]]
    used = 0.0
    for i, (_, wide, _) in enumerate(boxes):
        if shelves[-1] and used + wide > limit * 1.02:
            shelves.append([])
            used = 0.0
        shelves[-1].append(i)
        used += wide + GAP
    widths = [sum(boxes[i][1] for i in shelf) + GAP * (len(shelf) - 1) for shelf in shelves]
    whole = max(widths)
    corners: list[tuple[float, float]] = []
    top = 0.0
    for shelf, used in zip(shelves, widths, strict=True):
        left = (whole - used) / 2
        for i in shelf:
            corners.append((left, top))
            left += boxes[i][1] + GAP
        top += max(boxes[i][2] for i in shelf) + GAP
    return corners, whole, top - GAP


def _grid(leaves: list[int], across: int, left: float, top: float) -> list[tuple[int, float, float]]:
    """Seat leaves row by row, the last row centred; rows are staggered, so that no leaf seems to be below another."""
    seats = []
    stagger = 0.25 if len(leaves) > across else 0.0
    for i, leaf in enumerate(leaves):
        row = i // across
        lacking = across - min(across, len(leaves) - row * across)
        shift = lacking / 2 + (stagger if (row + lacking) % 2 else -stagger)
        seats.append((leaf, left + (i % across + shift) * COLUMN, top + row * ROW))
    return seats


def _web(n: int, rows: Ints, source: Ints, target: Ints, order: Ints) -> tuple[Floats, Floats, str]:
    """Place units that no chain of command orders: by springs when they are few, else on a circle by group."""
    number = np.zeros(n, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    if len(rows) <= SPRING_LIMIT:
        import networkx as nx

        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(range(len(rows)))
        graph.add_edges_from(zip(number[source].tolist(), number[target].tolist(), strict=True))
        spread = 1.6 / math.sqrt(len(rows))
        found = nx.spring_layout(graph, k=spread, iterations=150, seed=7)
        points = np.array([found[i] for i in range(len(rows))])
        reach = max(float(np.abs(points).max()), 1e-9)
        points *= COLUMN * 0.9 * math.sqrt(len(rows)) / reach
        return points[:, 0] * 1.3, points[:, 1], "spring"
    ranked = np.lexsort((rows, order[rows]))
    angle = np.empty(len(rows))
    angle[ranked] = 2 * math.pi * np.arange(len(rows)) / len(rows)
    radius = len(rows) * COLUMN / 3 / (2 * math.pi)
    return radius * np.sin(angle), -radius * np.cos(angle), "circle"


def _block(block: Ints, order: Ints, width: float) -> tuple[Floats, Floats]:
    """Set units in rows, area by area, as wide as what stands above them."""
    n = len(block)
    ranked = np.lexsort((np.arange(n), order, block))
    across = max(1, math.ceil(math.sqrt(n * ASPECT)), min(n, int(width / COLUMN)))
    seat = np.arange(n)
    x, y = np.empty(n), np.empty(n)
    x[ranked] = seat % across * COLUMN
    y[ranked] = seat // across * ROW
    return x, y


def _stack(x: Floats, y: Floats, parts: list[Ints]) -> None:
    """Centre the parts of the picture one below the other, in place."""
    top = 0.0
    for rows in parts:
        x[rows] -= (x[rows].min() + x[rows].max()) / 2
        y[rows] += top - y[rows].min()
        top = float(y[rows].max()) + STEP
