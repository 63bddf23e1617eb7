"""The networks the engine is measured on, by seed: ``python benchmarks/networks.py 20000 --ties-per-unit 1.1``.

A city whose command is a tree, of some 40 units a community: a committee, a residents' committee, a service centre,
6 grids, and for the rest building cells and firms. What makes it more than a tree are firms that deal with several
grids, meetings of neighbouring communities, and a few long-range ties. `real` gives networks that were not made up.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from orgnet._engine.csr import View

    Rows = npt.NDArray[np.int32]

COMMUNITIES_A_STREET, STREETS_A_DISTRICT, GRIDS, UNITS_A_COMMUNITY = 9, 12, 6, 40
CELLS_OF_REST = 0.56
TIED_TO_COMMITTEE, TIED_TO_ONE_ANOTHER, MEETINGS = 0.97, 0.30, 0.35
WITHOUT_TIE, WITH_SEVERAL = 0.06, 0.20  # of the firms
FURTHER_TIES = (0.7, 0.2, 0.1)  # of the firms with several: 1, 2 or 3 more than the first
HOME_IS_COMMUNITY, FURTHER_NEAR, NEAR, LONG_RANGE = 0.10, 0.80, 15, 0.5
LEAST_UNITS, ALL_PAIRS_UP_TO = 500, 200_000
REAL = ("subdistrict", "hangzhou")
SHARES = ("one tie", "isolated", "left by folding", "2-core", "largest block")


class Network(NamedTuple):
    """The ties of units 0..n-1, each once, and which of them are commands, from source to target."""

    n: int
    source: Rows
    target: Rows
    one_way: npt.NDArray[np.bool]

    def view(self, *, directed: bool = False) -> View:
        """Build the engine's view: direction ignored, or commands down and all other ties both ways."""
        from orgnet._engine.csr import build_view

        if not directed:
            return build_view(self.n, self.source, self.target, mode="both", directed=False)
        return build_view(self.n, self.source, self.target, mode="down", one_way=self.one_way, directed=True)

    def arcs(self) -> tuple[Rows, Rows]:
        """Give the ends of the directed network's arcs, for libraries that know no mixed networks."""
        back = ~self.one_way
        return np.append(self.source, self.target[back]), np.append(self.target, self.source[back])

    def save(self, path: Path) -> None:
        """Write the arrays."""
        np.savez(path, n=self.n, source=self.source, target=self.target, one_way=self.one_way)


def saved(path: Path) -> Network:
    """Read what `Network.save` wrote."""
    with np.load(path) as arrays:
        return Network(int(arrays["n"]), arrays["source"], arrays["target"], arrays["one_way"])


class _Offices(NamedTuple):
    """How many units of each kind there are; they are numbered in this order, neighbours next to each other."""

    city: int
    districts: int
    streets: int
    committees: int
    residents: int
    centres: int
    grids: int
    cells: int
    firms: int

    def rows(self, kind: str) -> Rows:
        """Give the numbers of the units of a kind."""
        at = self._fields.index(kind)
        first = sum(self[:at])
        return np.arange(first, first + self[at], dtype=np.int32)


def near_tree(n: int, *, seed: int, ties_per_unit: float = 1.10) -> Network:
    """Make a network of `n` units; more or fewer ties come from the firms' further ties and the long-range ones."""
    offices = _offices(n)
    rng = np.random.default_rng(seed)
    command = _command(offices, rng)
    further, repeat = _further_share(offices, ties_per_unit)
    parts = [_community_ties(offices, rng), _firm_ties(offices, rng, further, repeat)]
    source, target = (np.concatenate([command[end], *(part[end] for part in parts)]) for end in (0, 1))
    return Network(n, source, target, np.arange(len(source)) < len(command[0]))


def _offices(n: int) -> _Offices:
    if n < LEAST_UNITS:
        msg = f"n is {n}: the recipe needs at least {LEAST_UNITS} units"
        raise ValueError(msg)
    streets_each = 1 / COMMUNITIES_A_STREET * (1 + 1 / STREETS_A_DISTRICT)
    communities = round(n / (UNITS_A_COMMUNITY + streets_each))
    streets = -(-communities // COMMUNITIES_A_STREET)
    districts = -(-streets // STREETS_A_DISTRICT)
    rest = n - 1 - districts - streets - (3 + GRIDS) * communities
    cells = round(CELLS_OF_REST * rest)
    return _Offices(
        1, districts, streets, communities, communities, communities, GRIDS * communities, cells, rest - cells
    )


def _command(offices: _Offices, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """City, districts, streets, committees, grids, cells: every unit but the first has one superior."""
    levels = [offices.rows(kind) for kind in ("city", "districts", "streets", "committees", "grids", "cells")]
    above = [np.sort(rng.integers(0, len(high), len(low), dtype=np.int32)) for high, low in pairwise(levels)]
    for at, each in ((1, STREETS_A_DISTRICT), (2, COMMUNITIES_A_STREET), (3, GRIDS)):
        above[at] = np.arange(len(levels[at + 1]), dtype=np.int32) // np.int32(each)
    source = np.concatenate([high[chosen] for high, chosen in zip(levels, above, strict=False)])
    return source, np.concatenate(levels[1:])


def _community_ties(offices: _Offices, rng: np.random.Generator) -> tuple[Rows, Rows]:
    committees, residents, centres = (offices.rows(kind) for kind in ("committees", "residents", "centres"))
    pairs = (
        (committees, residents, TIED_TO_COMMITTEE),
        (committees, centres, TIED_TO_COMMITTEE),
        (residents, centres, TIED_TO_ONE_ANOTHER),
        (committees[:-1], committees[1:], MEETINGS),
    )
    chosen = [rng.random(len(left)) < share for left, _, share in pairs]
    source = np.concatenate([left[kept] for (left, _, _), kept in zip(pairs, chosen, strict=True)])
    return source, np.concatenate([right[kept] for (_, right, _), kept in zip(pairs, chosen, strict=True)])


def _further_share(offices: _Offices, ties_per_unit: float) -> tuple[float, float]:
    """Give how many times the recipe's firms have further ties, and how many times as many of them each has."""
    n, firms, communities = sum(offices), offices.firms, offices.committees
    a_community = 2 * TIED_TO_COMMITTEE + TIED_TO_ONE_ANOTHER + MEETINGS
    tree = n - 1 - firms - offices.residents - offices.centres
    fixed = tree + a_community * communities + (1 - WITHOUT_TIE) * firms
    mean_further = sum(count * share for count, share in enumerate(FURTHER_TIES, start=1))
    times = (ties_per_unit * n - fixed) / (WITH_SEVERAL * mean_further * firms + LONG_RANGE * communities)
    if times < 0:
        msg = f"ties_per_unit is {ties_per_unit}: with {n} units it must be at least {fixed / n:.3f}"
        raise ValueError(msg)
    more_firms = min(times, (1 - WITHOUT_TIE) / WITH_SEVERAL)
    return more_firms, times / more_firms if times else 0.0


def _firm_ties(offices: _Offices, rng: np.random.Generator, further: float, repeat: float) -> tuple[Rows, Rows]:
    """The first tie of a firm, its further ties and long-range ties to committees, no pair twice, in order of firms."""
    firms, grids, committees = offices.rows("firms"), offices.rows("grids"), offices.rows("committees")
    home = np.sort(rng.integers(0, len(grids), len(firms), dtype=np.int32))
    lot = rng.random(len(firms), dtype=np.float32)
    first = np.flatnonzero(lot >= WITHOUT_TIE)
    to_community = rng.random(len(first), dtype=np.float32) < HOME_IS_COMMUNITY
    first_target = np.where(to_community, committees[home[first] // GRIDS], grids[home[first]])

    several = np.flatnonzero(lot >= 1 - WITH_SEVERAL * further)
    counts = rng.choice(np.arange(1, len(FURTHER_TIES) + 1), len(several), p=FURTHER_TIES) * repeat
    owners = np.repeat(several, np.floor(counts + rng.random(len(several))).astype(np.int64))
    away = rng.integers(1, NEAR + 1, len(owners), dtype=np.int32) * rng.choice(np.array([-1, 1], np.int32), len(owners))
    near = (home[owners] + away) % len(grids)
    anywhere = rng.integers(0, len(grids), len(owners), dtype=np.int32)
    chosen = np.where(rng.random(len(owners), dtype=np.float32) < FURTHER_NEAR, near, anywhere)

    n_long = round(LONG_RANGE * further * repeat * len(committees))
    long_ends = rng.integers(0, len(firms), n_long), rng.integers(0, len(committees), n_long)
    keys = np.concatenate([first, owners, long_ends[0]]) * np.int64(sum(offices))
    keys += np.concatenate([first_target, grids[chosen], committees[long_ends[1]]])
    keys.sort()
    rows, target = np.divmod(keys[np.append(True, keys[1:] != keys[:-1])], sum(offices))
    return firms[rows], target.astype(np.int32)


def real(name: str) -> Network:
    """Give a network that was not made up: the bundled subdistrict, or the divisions of Hangzhou (a tree)."""
    if name not in REAL:
        msg = f"no network {name!r}: the real ones are {', '.join(REAL)}"
        raise ValueError(msg)
    import orgnet

    if name == "hangzhou":
        path = Path(__file__).parent.parent / "tests" / "data" / "cn_divisions_2023_hangzhou.csv.gz"
        net = orgnet.read(path, superior_layer="contains")
    else:
        net = orgnet.datasets.load(name)
    down = net.view(net.layers, "down")
    arcs = _arcs(down)
    mutual = np.isin(arcs, _arcs(down.reverse()), assume_unique=True)
    low, high = np.divmod(arcs, net.n_units)
    kept = ~mutual | (low < high)
    source, target = low[kept].astype(np.int32), high[kept].astype(np.int32)
    return Network(net.n_units, source, target, ~mutual[kept])


def _arcs(view: View) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(view.n, dtype=np.int64), np.diff(view.indptr)) * view.n + view.indices


def figures(network: Network) -> dict[str, float]:
    """Measure what the recipe promises, as shares of the units; the diameter is a lower bound in large networks."""
    from orgnet._engine.csr import relabelled
    from orgnet._engine.folding import fold

    view = network.view()
    degrees = np.diff(view.indptr)
    left = fold(view).core
    in_core = np.count_nonzero(np.diff(relabelled(view, left).indptr))
    return {
        "units": view.n,
        "ties": view.n_ties,
        "ties a unit": view.n_ties / view.n,
        "one tie": float(np.mean(degrees == 1)),
        "isolated": float(np.mean(degrees == 0)),
        "left by folding": len(left) / view.n,
        "2-core": in_core / view.n,
        "largest block": largest_block(view) / view.n,
        "diameter": diameter(view),
    }


def diameter(view: View) -> int:
    """Give the largest distance: exact up to `ALL_PAIRS_UP_TO` units, beyond from the unit farthest from the first."""
    from orgnet._engine.distances import all_distances
    from orgnet._engine.traversal import hops

    if view.n <= ALL_PAIRS_UP_TO:
        return len(all_distances(view).histogram)
    return int(hops(view, [np.argmax(hops(view, [0]))]).max())


def largest_block(view: View, root: int = 0) -> int:
    """Count the units of the largest biconnected component that `root` is connected to.

    Every tie outside a breadth-first tree closes a cycle with the tree's ties above its ends, and ties of
    one cycle are in one block. Quick where the tree is shallow.
    """
    from scipy.sparse import coo_array, csgraph

    from orgnet._engine.traversal import arc_sources, hops

    depth = hops(view, [root])
    _, above = csgraph.breadth_first_order(view.to_scipy(), root)
    low, high = arc_sources(view), view.indices
    closing = (low < high) & (depth[low] >= 0) & (above[low] != high) & (above[high] != low)
    low, high = low[closing], high[closing]
    cycle = np.arange(view.n, view.n + len(low))
    on_cycle: list[tuple[npt.NDArray[np.intp], Rows]] = []
    while len(cycle):
        climb_low, climb_high = depth[low] >= depth[high], depth[high] >= depth[low]
        on_cycle += [(cycle[climb_low], low[climb_low]), (cycle[climb_high], high[climb_high])]
        low, high = np.where(climb_low, above[low], low), np.where(climb_high, above[high], high)
        apart = low != high
        cycle, low, high = cycle[apart], low[apart], high[apart]
    below_root = np.delete(np.flatnonzero(depth >= 0), np.searchsorted(np.flatnonzero(depth >= 0), root))
    if not on_cycle:
        return 2 if len(below_root) else 1
    cycles, units = (np.concatenate(ends) for ends in zip(*on_cycle, strict=True))
    size = view.n + int(cycles.max()) + 1
    _, labels = csgraph.connected_components(coo_array((np.ones(len(units)), (cycles, units)), shape=(size, size)))
    return int(np.bincount(labels[below_root]).max()) + 1


def shown(facts: dict[str, float]) -> str:
    """Say the figures in one line."""
    shares = ", ".join(f"{name} {facts[name]:.1%}" for name in SHARES)
    at_least = "at least " if facts["units"] > ALL_PAIRS_UP_TO else ""
    head = f"{facts['units']:,} units, {facts['ties']:,} ties ({facts['ties a unit']:.3f} a unit)"
    return f"{head}: {shares}, diameter {at_least}{facts['diameter']}"


def main() -> int:
    """Make one network, print its figures, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", help=f"a number of units, or one of {', '.join(REAL)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ties-per-unit", type=float, default=1.10)
    parser.add_argument("--out", type=Path, help="an .npz file to write")
    options = parser.parse_args()
    if options.which in REAL:
        network = real(options.which)
    else:
        network = near_tree(int(options.which), seed=options.seed, ties_per_unit=options.ties_per_unit)
    if options.out:
        network.save(options.out)
    print(shown(figures(network)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
