"""Plain twins of the network measures, written from their definitions, for tests to compare with.

Units are 0..n-1; a graph is a set of arcs (i, j) without self-ties, symmetric when it is undirected.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Arcs = set[tuple[int, int]]


def successors(n: int, arcs: Arcs) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in range(n)]
    for i, j in sorted(arcs):
        out[i].append(j)
    return out


def symmetric(arcs: Arcs) -> Arcs:
    return arcs | {(j, i) for i, j in arcs}


def without(arcs: Arcs, unit: int) -> Arcs:
    return {(i, j) for i, j in arcs if unit not in {i, j}}


def distances(n: int, arcs: Arcs) -> list[dict[int, int]]:
    """Give by unit the distance to every unit it reaches, itself at 0."""
    out = successors(n, arcs)
    found = []
    for source in range(n):
        near = {source: 0}
        ring = [source]
        while ring:
            ring = sorted({j for i in ring for j in out[i]} - near.keys())
            near.update(dict.fromkeys(ring, max(near.values()) + 1))
        found.append(near)
    return found


def costs(n: int, lengths: dict[tuple[int, int], float]) -> list[dict[int, float]]:
    """Give by unit the least cost to every unit it reaches (Bellman-Ford)."""
    found = []
    for source in range(n):
        near = {source: 0.0}
        for _ in range(n):
            for (i, j), length in lengths.items():
                if i in near:
                    near[j] = min(near.get(j, float("inf")), near[i] + length)
        found.append(near)
    return found


def reachable(n: int, arcs: Arcs) -> list[int]:
    return [len(near) - 1 for near in distances(n, arcs)]


def shortest_paths(n: int, arcs: Arcs) -> tuple[list[dict[int, int]], list[dict[int, int]]]:
    """Give by unit the distance to every unit it reaches, and the number of shortest paths there."""
    near = distances(n, arcs)
    out = successors(n, arcs)
    paths: list[dict[int, int]] = []
    for source in range(n):
        ways = dict.fromkeys(near[source], 0) | {source: 1}
        for i in sorted(near[source], key=lambda unit: near[source][unit]):
            for j in out[i]:
                if near[source][j] == near[source][i] + 1:
                    ways[j] += ways[i]
        paths.append(ways)
    return near, paths


def betweenness(n: int, arcs: Arcs, *, directed: bool) -> list[float]:
    """Count the paths through each unit: those from s to v times those from v to t, where v is on the way."""
    everyone = range(n)
    return betweenness_between(n, arcs, everyone, everyone, directed=directed)


def betweenness_between(
    n: int, arcs: Arcs, sources: Collection[int], targets: Collection[int], *, directed: bool
) -> list[float]:
    near, paths = shortest_paths(n, arcs)
    scores = [0.0] * n
    for s, t in pairs(sources, targets, directed=directed):
        for v in near[s]:
            if t in near[s] and len({s, t, v}) == 3 and t in near[v] and near[s][v] + near[v][t] == near[s][t]:
                scores[v] += paths[s][v] * paths[v][t] / paths[s][t]
    return scores


def tie_betweenness(
    n: int, arcs: Arcs, sources: Collection[int], targets: Collection[int], *, directed: bool
) -> list[float]:
    """Count the paths along each arc, in order, or along its tie, both ways together."""
    near, paths = shortest_paths(n, arcs)
    scores = dict.fromkeys(sorted(arcs), 0.0)
    for s, t in pairs(sources, targets, directed=directed):
        for i, j in arcs:
            if t in near[s] and i in near[s] and t in near[j] and near[s][i] + 1 + near[j][t] == near[s][t]:
                scores[i, j] += paths[s][i] * paths[j][t] / paths[s][t]
    return [score if directed else score + scores[j, i] for (i, j), score in scores.items()]


def pairs(sources: Collection[int], targets: Collection[int], *, directed: bool) -> set[tuple[int, int]]:
    """Give each pair of a source and another target, in an undirected network each two units once."""
    ordered = {(s, t) for s in sources for t in targets if s != t}
    return ordered if directed else {(s, t) for s, t in ordered if s < t or (t, s) not in ordered}


def components(n: int, arcs: Arcs) -> list[int]:
    """Give by unit the first unit of its component, direction ignored."""
    return [min(near) for near in distances(n, symmetric(arcs))]


def strong_components(n: int, arcs: Arcs) -> list[int]:
    """Give by unit the first unit that it reaches and that reaches it."""
    near = distances(n, arcs)
    return [min(j for j in near[i] if i in near[j]) for i in range(n)]


def _n_components(n: int, arcs: Arcs) -> int:
    return len(set(components(n, arcs)))


def cut_units(n: int, arcs: Arcs) -> set[int]:
    """Give the units whose removal leaves more components; a removed unit is still counted as one."""
    before = _n_components(n, arcs)
    return {unit for unit in range(n) if _n_components(n, without(arcs, unit)) - 1 > before}


def bridges(n: int, arcs: Arcs) -> list[tuple[int, int]]:
    before = _n_components(n, arcs)
    ties = sorted({(min(tie), max(tie)) for tie in arcs})
    return [tie for tie in ties if _n_components(n, symmetric(arcs) - {tie, tie[::-1]}) > before]


def n_blocks(n: int, arcs: Arcs) -> int:
    """Count the classes of ties of which any two lie on a common cycle.

    Two ties of one unit are in a class when their other ends stay joined without the unit, and classes
    grow from there.
    """
    ties = sorted({(min(tie), max(tie)) for tie in arcs})
    block = {tie: tie for tie in ties}
    for unit in range(n):
        label = components(n, without(arcs, unit))
        mine = [tie for tie in ties if unit in tie]
        for one in mine:
            for other in mine:
                if label[sum(one) - unit] == label[sum(other) - unit]:
                    old, new = block[other], block[one]
                    block = {tie: new if name == old else name for tie, name in block.items()}
    return len(set(block.values()))


def cut_off(n: int, arcs: Arcs, roots: Collection[int], weights: Sequence[float]) -> list[float]:
    """Remove each unit and add up the weight of those that no root reaches any more."""

    def served(left: Arcs, starts: Collection[int]) -> set[int]:
        near = distances(n, left)
        return {unit for root in starts for unit in near[root]}

    before = served(arcs, roots)
    lost = []
    for unit in range(n):
        after = served(without(arcs, unit), [root for root in roots if root != unit])
        lost.append(sum(weights[i] for i in sorted(before - after - {unit})))
    return lost


def dominators(n: int, arcs: Arcs, roots: Collection[int]) -> list[int]:
    """Remove each unit to find what it dominates; the nearest dominator is dominated by all the others."""
    near = distances(n, arcs)
    reached = {unit for root in roots for unit in near[root]}
    over: list[set[int]] = [set() for _ in range(n)]
    for unit in reached:
        left = distances(n, without(arcs, unit))
        kept = {j for root in roots if root != unit for j in left[root]}
        for j in reached - kept - {unit}:
            over[j].add(unit)
    return [max(above, key=lambda unit: len(over[unit])) if above else -1 for above in over]


def alternative_routes(n: int, arcs: Arcs, roots: Collection[int]) -> list[int]:
    """Fill routes one by one from a point above the roots, each unit but them passed once (Ford and Fulkerson)."""
    found = []
    for unit in range(n):
        if unit in roots:
            found.append(-1)
            continue
        found.append(min(2, _flow(n, arcs, roots, unit)))
    return found


def _flow(n: int, arcs: Arcs, roots: Collection[int], unit: int) -> int:
    """Give the largest flow from the roots to a unit, one through every arc and every unit but the roots."""
    room = dict.fromkeys((((i, "out"), (j, "in")) for i, j in arcs if i != unit and j not in roots), 1)
    room |= {((i, "in"), (i, "out")): 1 for i in range(n)}
    total = 0
    while True:
        came: dict[tuple[int, str], tuple[int, str] | None] = {(root, "out"): None for root in roots}
        ring = list(came)
        while ring and (unit, "in") not in came:
            at = ring.pop()
            for (one, other), left in room.items():
                if one == at and left and other not in came:
                    came[other] = at
                    ring.append(other)
        if (unit, "in") not in came:
            return total
        step, total = (unit, "in"), total + 1
        while (before := came[step]) is not None:
            room[before, step] -= 1
            room[step, before] = room.get((step, before), 0) + 1
            step = before


def coreness(n: int, arcs: Arcs) -> list[int]:
    """Take away all with fewer than k neighbours left, for each k in turn."""
    core = [0] * n
    for k in range(1, n + 1):
        left = symmetric(arcs)
        while few := {i for i in range(n) if sum(i == near for near, _ in left) < k} & {i for tie in left for i in tie}:
            left = {(i, j) for i, j in left if i not in few and j not in few}
        for i, _ in left:
            core[i] = k
    return core


def triangles(n: int, arcs: Arcs) -> list[int]:
    near = [set(out) for out in successors(n, symmetric(arcs))]
    return [sum(j in near[k] for j in near[i] for k in near[i]) // 2 for i in range(n)]


def constraint(n: int, weights: dict[tuple[int, int], float]) -> list[float]:
    """Follow Burt's formula term by term."""
    tie = [[weights.get((i, j), 0.0) + weights.get((j, i), 0.0) for j in range(n)] for i in range(n)]
    share = [[tie[i][j] / sum(tie[i]) if sum(tie[i]) else 0.0 for j in range(n)] for i in range(n)]
    near = [[j for j in range(n) if (i, j) in weights or (j, i) in weights] for i in range(n)]
    found = []
    for i in range(n):
        terms = [share[i][j] + sum(share[i][q] * share[q][j] for q in range(n)) for j in near[i]]
        found.append(sum(term**2 for term in terms) if sum(tie[i]) else float("nan"))
    return found


def pagerank(n: int, weights: dict[tuple[int, int], float], damping: float = 0.85) -> list[float]:
    """Solve the balance of every unit as one dense system."""
    chance = np.zeros((n, n))
    for (i, j), weight in weights.items():
        chance[i, j] = weight
    for row in chance:
        row[:] = row / row.sum() if row.sum() > 0 else 1 / n
    balance = np.eye(n) - damping * chance.T
    return [float(x) for x in np.linalg.solve(balance, np.full(n, (1 - damping) / n))] if n else []


def eigenvector(n: int, arcs: Arcs) -> list[float]:
    """Take the last eigenvector of the dense matrix of the largest component, its largest entry 1."""
    label = components(n, arcs)
    sizes = sorted(((label.count(name), name) for name in set(label)), reverse=True)
    scores = [float("nan")] * n
    if not sizes or sizes[0][0] == 1 or (len(sizes) > 1 and sizes[1][0] == sizes[0][0]):
        return scores
    members = [unit for unit in range(n) if label[unit] == sizes[0][1]]
    dense = np.array([[float((i, j) in arcs) for j in members] for i in members])
    vector = np.abs(np.linalg.eigh(dense)[1][:, -1])
    for unit, value in zip(members, vector / vector.max(), strict=True):
        scores[unit] = float(value)
    return scores


def below(n: int, arcs: Arcs, values: Sequence[float]) -> list[float]:
    """Sum a column over each unit and all it reaches; NaN on or above a cycle or a unit with two superiors."""
    near = distances(n, arcs)
    superiors = [sum(j == unit for _, j in arcs) for unit in range(n)]
    wrong = {unit for unit in range(n) if superiors[unit] > 1 or on_cycle(near, unit)}
    return [float("nan") if wrong & near[i].keys() else sum(values[j] for j in sorted(near[i])) for i in range(n)]


def on_cycle(near: list[dict[int, int]], unit: int) -> bool:
    return any(other != unit and unit in near[other] for other in near[unit])


def random_graphs(count: int, seed: int) -> Iterator[tuple[int, Arcs, bool]]:
    """Give graphs of every shape in turn, as (n, arcs, directed), the same ones for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - a seeded draw is the point
    shapes = (_nothing, _sparse, _dense, _forest, _forest_and_more, _chain, _ring, _star, _complete, _pieces)
    for number in range(count):
        n, arcs = shapes[number // 2 % len(shapes)](draw)
        directed = number % 2 == 1
        yield n, arcs if directed else symmetric(arcs), directed


def _nothing(draw: random.Random) -> tuple[int, Arcs]:
    return draw.choice([0, 1, 2, 5]), set()


def _scattered(draw: random.Random, n: int, n_ties: int) -> Arcs:
    pairs = ((draw.randrange(n), draw.randrange(n)) for _ in range(n_ties))
    return {(i, j) for i, j in pairs if i != j}


def _sparse(draw: random.Random) -> tuple[int, Arcs]:
    n = draw.randint(2, 24)
    return n, _scattered(draw, n, draw.randint(n // 2, 2 * n))


def _dense(draw: random.Random) -> tuple[int, Arcs]:
    n = draw.randint(3, 12)
    return n, _scattered(draw, n, n * n // 2)


def _forest(draw: random.Random) -> tuple[int, Arcs]:
    n = draw.randint(2, 26)
    number = draw.sample(range(n), n)
    return n, {(number[draw.randrange(i)], number[i]) for i in range(1, n) if draw.random() < 0.9}


def _forest_and_more(draw: random.Random) -> tuple[int, Arcs]:
    n, arcs = _forest(draw)
    return n, arcs | _scattered(draw, n, draw.randint(1, 4))


def _chain(draw: random.Random) -> tuple[int, Arcs]:
    n = draw.randint(2, 20)
    return n, {(i, i + 1) for i in range(n - 1)}


def _ring(draw: random.Random) -> tuple[int, Arcs]:
    n, arcs = _chain(draw)
    return n, arcs | ({(n - 1, 0)} if n > 2 else set())


def _star(draw: random.Random) -> tuple[int, Arcs]:
    n = draw.randint(2, 15)
    return n, {(0, i) for i in range(1, n)}


def _complete(draw: random.Random) -> tuple[int, Arcs]:
    n = draw.randint(2, 9)
    return n, {(i, j) for i in range(n) for j in range(n) if i != j}


def _pieces(draw: random.Random) -> tuple[int, Arcs]:
    """Set several graphs side by side, an isolate at the end."""
    n, arcs = 0, set()
    for shape in draw.sample([_sparse, _forest, _ring, _star], 3):
        more, ties = shape(draw)
        arcs |= {(n + i, n + j) for i, j in ties}
        n += more
    return n + 1, arcs
