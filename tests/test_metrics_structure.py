from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import naive
import numpy as np
import pandas as pd
import pytest
from test_metrics_network import COMMAND, cases, is_directed, tree

from orgnet import build, metrics
from orgnet._metrics import structure as module
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction

NAN = float("nan")
SMALL = 8  # units, for twins that try every set of units


def joined(n: int, ties: Sequence[tuple[int, int]], kinds: Sequence[str | None] | None = None) -> OrgNetwork:
    """Make a network of collaborations among n units."""
    units = pd.DataFrame({"unit_id": [f"u{i}" for i in range(n)], "kind": [None] * n if kinds is None else list(kinds)})
    frame = pd.DataFrame(
        {"source": [f"u{i}" for i, _ in ties], "target": [f"u{j}" for _, j in ties], "layer": "collab"}
    )
    return build.from_tables(units, frame if ties else None)


def value(wanted: float) -> object:
    return pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)


# --- values worked by hand


def test_worked_tree() -> None:
    found = metrics.structure(tree())
    assert (found.n_units, found.n_ties, found.density) == (7, 6, 6 / 21)
    assert found.component_sizes == found.strong_component_sizes == (7,)
    assert found.isolates == ()
    assert found.cut_units == ("h", "g1", "g2")
    assert found.bridges == (("c1", "g1"), ("c2", "g1"), ("c3", "g1"), ("c4", "g2"), ("g1", "h"), ("g2", "h"))
    assert (found.n_blocks, found.transitivity, found.reciprocity) == (6, 0.0, 1.0)
    assert (found.vertex_connectivity, found.edge_connectivity) == (1, 1)
    assert found.degree_centralization == (7 * 4 - 12) / (6 * 5)
    assert found.betweenness_centralization == (7 * 12 - 25) / (6**2 * 5 / 2)
    # ends of ties by kind: committee - branch 2, branch - cell 4; none within a kind
    by_chance = (2**2 + 6**2 + 4**2) / 12**2
    assert found.assortativity == pytest.approx(-by_chance / (1 - by_chance))
    assert found.mixing.index.tolist() == ["party_branch", "party_cell", "party_committee"]
    assert found.mixing.to_numpy().tolist() == [[0, 4, 2], [4, 0, 0], [2, 0, 0]]
    np.testing.assert_array_equal(found.mixing_density, [[0, 4 / 8, 1], [4 / 8, 0, 0], [1, 0, NAN]])
    assert found.omitted == {}
    assert found.warnings == ()


def test_worked_tree_downwards() -> None:
    found = metrics.structure(tree(), direction="down")
    assert (found.n_ties, found.density, found.reciprocity) == (6, 6 / 42, 0.0)
    assert found.component_sizes == (7,)
    assert found.strong_component_sizes == ()
    assert found.mixing.to_numpy().tolist() == [[0, 4, 0], [0, 0, 0], [2, 0, 0]]
    by_chance = (2 * 0 + 4 * 2 + 0 * 4) / 6**2
    assert found.assortativity == pytest.approx(-by_chance / (1 - by_chance))
    both = metrics.structure(tree())
    for name in ("cut_units", "bridges", "transitivity", "betweenness_centralization", "vertex_connectivity"):
        assert getattr(found, name) == getattr(both, name)


def test_a_star_is_as_central_as_can_be() -> None:
    found = metrics.structure(joined(6, [(0, i) for i in range(1, 6)]))
    assert (found.degree_centralization, found.betweenness_centralization) == (1, 1)
    assert found.degree_assortativity == value(-1)


@pytest.mark.parametrize(
    ("n", "ties", "vertex", "edge"),
    [
        (2, [(0, 1)], 1, 1),
        (3, [(0, 1), (1, 2), (0, 2)], 2, 2),
        (4, list(itertools.combinations(range(4), 2)), 3, 3),
        (5, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4)], 1, 2),  # two triangles with one unit in common
        (6, [(i, j) for i in range(3) for j in range(3, 6)], 3, 3),
        (7, [*itertools.combinations(range(4), 2), *itertools.combinations(range(3, 7), 2)], 1, 3),
        (3, [(0, 1)], NAN, NAN),
    ],
)
def test_worked_connectivity(n: int, ties: list[tuple[int, int]], vertex: float, edge: float) -> None:
    found = metrics.structure(joined(n, ties))
    assert (found.vertex_connectivity, found.edge_connectivity) == (value(vertex), value(edge))


def test_assortativity_of_groups_apart() -> None:
    kinds = ["party_cell"] * 2 + ["enterprise"] * 2
    assert metrics.structure(joined(4, [(0, 1), (2, 3)], kinds)).assortativity == 1
    assert metrics.structure(joined(4, [(0, 2), (1, 3)], kinds)).assortativity == -1
    assert np.isnan(metrics.structure(joined(4, [(0, 1)], kinds)).assortativity)


def test_units_without_a_group_are_counted_and_left_out() -> None:
    found = metrics.structure(joined(4, [(0, 1), (1, 2), (2, 3)], ["enterprise", "enterprise", "party_cell", None]))
    assert found.warnings == ("1 ties have an end without 'kind': left out of assortativity and mixing",)
    assert found.mixing.to_numpy().tolist() == [[1, 1], [1, 0]]
    assert found.n_ties == 3


def test_any_column_makes_groups() -> None:
    net = tree().with_units(
        ring=[1, 2, 2, 3, 3, 3, 3], rural=pd.array([True, True, None, False, True, True, True], "boolean")
    )
    assert metrics.structure(net, by="ring").mixing.index.tolist() == [1, 2, 3]
    found = metrics.structure(net, by="rural")
    assert found.by == found.mixing.index.name == "rural"
    assert found.mixing.loc[True, False] == 1
    assert found.warnings[0].startswith("2 ties")
    mixed = tree().with_units(
        site=pd.Series([1, "a", pd.Timestamp("2024-01-01"), ("b",), None, 1, 2.5], tree().ids, object)
    )
    found = metrics.structure(mixed, by="site")
    assert found.mixing.index.tolist() == ["('b',)", "1", "2.5", "2024-01-01 00:00:00", "a"]
    assert found.warnings[0].startswith("1 ties")
    with pytest.raises(OptionError, match=r"'knd'.*Did you mean 'kind'"):
        metrics.structure(net, by="knd")


# --- naive twins


def transitivity(n: int, arcs: naive.Arcs) -> float:
    triples = [t for t in itertools.permutations(range(n), 3) if (t[0], t[1]) in arcs and (t[1], t[2]) in arcs]
    return sum((t[0], t[2]) in arcs for t in triples) / len(triples) if triples else NAN


def degree_assortativity(n: int, arcs: naive.Arcs) -> float:
    degree = [sum(i == unit for i, _ in arcs) for unit in range(n)]
    ends = np.array([[degree[i], degree[j]] for i, j in sorted(arcs)], dtype=float).reshape(-1, 2)
    return float(np.corrcoef(ends.T)[0, 1]) if len(set(ends[:, 0])) > 1 else NAN


def assortativity(pairs: list[tuple[str, str]]) -> float:
    words = {word for pair in pairs for word in pair}
    share = {word: [sum(pair[end] == word for pair in pairs) / len(pairs) for end in (0, 1)] for word in sorted(words)}
    by_chance = sum(out * into for out, into in share.values())
    same = sum(i == j for i, j in pairs) / len(pairs) if pairs else NAN
    return (same - by_chance) / (1 - by_chance) if len(words) > 1 and by_chance < 1 - 1e-12 else NAN


def centralization(values: Sequence[float], most: float) -> float:
    return sum(max(values) - each for each in values) / most if len(values) > 2 else NAN


def vertex_connectivity(n: int, arcs: naive.Arcs) -> float:
    """Take out every set of units, the small ones first."""
    for size in range(n - 1):
        for gone in itertools.combinations(range(n), size):
            left = {(i, j) for i, j in arcs if i not in gone and j not in gone}
            if len({name for unit, name in enumerate(naive.components(n, left)) if unit not in gone}) > 1:
                return size
    return n - 1


def edge_connectivity(n: int, arcs: naive.Arcs) -> float:
    """Part the units in every way and count the ties between the parts."""
    parts = [set(part) for size in range(1, n) for part in itertools.combinations(range(n), size)]
    return min(sum(i in part and j not in part for i, j in arcs) for part in parts)


def sizes(labels: list[int], least: int) -> tuple[int, ...]:
    found = sorted((labels.count(name) for name in set(labels)), reverse=True)
    return tuple(size for size in found if size >= least)


def test_twins() -> None:
    for drawn, net, layers, direction in cases():
        found = metrics.structure(net, layers=layers, direction=direction)
        n, directed = drawn.n, is_directed(layers, direction)
        arcs, both = set(drawn.arcs(layers, direction)), set(drawn.arcs(layers, "both"))
        degree = [sum(i == unit for i, _ in both) for unit in range(n)]
        assert found.n_ties == (len(arcs) if directed else len(arcs) // 2)
        assert found.density == value(len(arcs) / (n * (n - 1)) if n > 1 else NAN)
        assert found.reciprocity == value(sum((j, i) in arcs for i, j in arcs) / len(arcs) if arcs else NAN)
        assert found.component_sizes == sizes(naive.components(n, arcs), 1)
        assert found.strong_component_sizes == sizes(naive.strong_components(n, arcs), 2)
        assert found.isolates == tuple(net.ids[[count == 0 for count in degree]])
        assert set(found.cut_units) == {net.ids[unit] for unit in naive.cut_units(n, both)}
        assert found.bridges == tuple(sorted((net.ids[i], net.ids[j]) for i, j in naive.bridges(n, both)))
        assert found.degree_assortativity == value(degree_assortativity(n, both))
        assert found.degree_centralization == value(centralization(degree, (n - 1) * (n - 2)))
        between = naive.betweenness(n, both, directed=False)
        assert found.betweenness_centralization == value(centralization(between, (n - 1) ** 2 * (n - 2) / 2))
        assert found.omitted == {}


def test_blocks_and_triangles() -> None:
    for number, (drawn, net, layers, direction) in enumerate(cases()):
        if number % 3 and drawn.n > SMALL:
            continue
        found = metrics.structure(net, layers=layers, direction=direction)
        both = set(drawn.arcs(layers, "both"))
        assert found.n_blocks == naive.n_blocks(drawn.n, both)
        if drawn.n < 30:
            assert found.transitivity == value(transitivity(drawn.n, both))


def test_connectivity_of_small_networks() -> None:
    tried = set()
    for drawn, net, layers, direction in cases():
        found = metrics.structure(net, layers=layers, direction=direction)
        both, n = set(drawn.arcs(layers, "both")), drawn.n
        if n < 2 or len(set(naive.components(n, both))) > 1:
            assert np.isnan([found.vertex_connectivity, found.edge_connectivity]).all()
        elif n <= SMALL:
            assert found.vertex_connectivity == vertex_connectivity(n, both)
            assert found.edge_connectivity == edge_connectivity(n, both)
            tried.add((found.vertex_connectivity, found.edge_connectivity))
    assert len(tried) > 4


def test_mixing() -> None:
    for drawn, net, layers, direction in cases():
        found = metrics.structure(net, layers=layers, direction=direction)
        kinds = [kind if isinstance(kind, str) else None for kind in drawn.units["kind"]]
        directed = is_directed(layers, direction)
        arcs = [(kinds[i], kinds[j]) for i, j in drawn.arcs(layers, direction)]
        pairs = [(i, j) for i, j in arcs if i is not None and j is not None]
        assert found.assortativity == value(assortativity(pairs))
        assert bool(found.warnings) == (len(pairs) < len(arcs))
        assert found.mixing.index.tolist() == sorted({kind for kind in kinds if kind is not None})
        for i, j in itertools.product(found.mixing.index, repeat=2):
            half = 2 if i == j and not directed else 1
            possible = (kinds.count(i) * (kinds.count(j) - (i == j))) / half
            assert found.mixing.loc[i, j] == pairs.count((i, j)) / half
            assert found.mixing_density.loc[i, j] == value(found.mixing.loc[i, j] / possible if possible else NAN)


# --- next to nothing, and too much


@pytest.mark.parametrize("n", [0, 1, 2, 3])
@pytest.mark.parametrize("direction", ["both", "down"])
def test_next_to_nothing(n: int, direction: Direction) -> None:
    found = metrics.structure(joined(n, []), direction=direction)
    assert found.component_sizes == n * (1,)
    assert len(found.isolates) == n
    assert (found.n_ties, found.n_blocks, found.cut_units, found.bridges) == (0, 0, (), ())
    assert found.density == value(0 if n > 1 else NAN)
    undefined = ["reciprocity", "transitivity", "degree_assortativity", "assortativity"]
    undefined += ["vertex_connectivity", "edge_connectivity"]
    assert np.isnan([getattr(found, name) for name in undefined]).all()
    wanted = 0 if n > 2 else NAN
    assert (found.degree_centralization, found.betweenness_centralization) == (value(wanted), value(wanted))
    assert json.dumps(found.to_dict())


def test_the_table_has_every_number_in_words() -> None:
    found = metrics.structure(tree())
    assert list(found.table) == ["field", "value", "definition"]
    shown = found.table.set_index("field")["value"]
    assert (shown["density"], shown["cut_units"], shown["component_sizes"]) == (6 / 21, 3, 1)
    for name, item in shown.items():
        fact = getattr(found, str(name))
        assert item == (len(fact) if isinstance(fact, tuple) else value(fact))
    assert found.table["definition"].str.len().min() > 10
    assert found.cite().startswith("structure of 7 units and 6 ties")
    facts = json.loads(json.dumps(found.to_dict()))
    assert facts["bridges"][0] == ["c1", "g1"]
    assert "<table" in found._repr_html_()


def test_what_takes_too_long_is_left_out_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BUDGET", -1.0)
    found = metrics.structure(joined(6, [(i, j) for i in range(3) for j in range(3, 6)]))
    names = ("betweenness_centralization", "vertex_connectivity", "edge_connectivity")
    assert found.omitted.keys() == set(names)
    assert np.isnan([getattr(found, name) for name in names]).all()
    assert "metrics.betweenness" in found.omitted["betweenness_centralization"]
    assert "networkx.node_connectivity" in found.omitted["vertex_connectivity"]
    assert "networkx.edge_connectivity" in found.omitted["edge_connectivity"]
    settled = metrics.structure(tree())
    assert settled.omitted.keys() == {"betweenness_centralization"}
    assert (settled.vertex_connectivity, settled.edge_connectivity) == (1, 1)


def test_the_calls_that_are_named_give_what_was_left_out() -> None:
    import networkx as nx

    net = joined(6, [(i, j) for i in range(3) for j in range(3, 6)])
    found = metrics.structure(net)
    b = metrics.betweenness(net, layers="all")
    n = len(b)
    assert found.betweenness_centralization == value((b.max() - b).sum() / ((n - 1) ** 2 * (n - 2) / 2))
    assert found.vertex_connectivity == nx.node_connectivity(nx.Graph(net.to_networkx(layers="all")))


def test_too_many_groups_are_no_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_GROUPS", 2)
    found = metrics.structure(build.from_tables(COMMAND))
    assert found.mixing.empty
    assert found.mixing_density.empty
    assert found.omitted.keys() == {"mixing", "mixing_density"}
    assert "'kind' has 3 groups, more than 2" in found.omitted["mixing"]
    assert found.assortativity < 0
