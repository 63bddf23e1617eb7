"""The networks of the benchmarks are what they are said to be, and their tables say what was measured."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from orgnet._engine.csr import build_view

if TYPE_CHECKING:
    from types import ModuleType

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def script(name: str) -> ModuleType:
    """Import one of the benchmarks, which are scripts and no package."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def networks() -> ModuleType:
    return script("networks")


@pytest.fixture
def store(tmp_path: Path) -> Any:  # noqa: ANN401 - the class of a script
    """Give a store in which igraph is the best peer, networkx was sampled, and rustworkx failed."""
    stored = script("store").Store(tmp_path / "results" / "engine.json")
    seconds = {"orgnet": 0.02, "networkx": 300.0, "igraph": 5.0, "rustworkx": float("nan")}
    for tool, spent in seconds.items():
        how = {"networkx": "sampled 9 of 20000", "rustworkx": "failed: MemoryError"}.get(tool, "full")
        line = {"seconds": spent, "how": how, "found": spent if tool == "networkx" else 7.0, "peak_mb": 81.4}
        stored.known(f"line 20k betweenness {tool}", lambda line=line: line)
    return stored


@pytest.fixture(scope="module")
def facts(networks: ModuleType) -> dict[str, float]:
    figures: dict[str, float] = networks.figures(networks.near_tree(20_000, seed=7))
    return figures


@pytest.mark.parametrize(
    ("figure", "least", "most"),
    [
        ("ties a unit", 1.09, 1.11),
        ("one tie", 0.69, 0.73),
        ("isolated", 0.015, 0.025),
        ("left by folding", 0.225, 0.255),
        ("2-core", 0.20, 0.235),
        ("largest block", 0.185, 0.215),
        ("diameter", 10, 11),
    ],
)
def test_the_recipe_comes_out(facts: dict[str, float], figure: str, least: float, most: float) -> None:
    assert facts["units"] == 20_000
    assert least <= facts[figure] <= most


@pytest.mark.parametrize("ties_per_unit", [1.01, 1.10, 1.3, 2.0])
def test_the_number_of_ties_is_the_one_asked_for(networks: ModuleType, ties_per_unit: float) -> None:
    network = networks.near_tree(20_000, seed=3, ties_per_unit=ties_per_unit)
    assert len(network.source) / network.n == pytest.approx(ties_per_unit, rel=0.02)


@pytest.mark.parametrize("n", [500, 1_237, 20_000])
def test_ties_are_proper_different_and_in_range(networks: ModuleType, n: int) -> None:
    network = networks.near_tree(n, seed=1)
    assert network.source.dtype == network.target.dtype == np.int32
    ends = np.sort(np.column_stack([network.source, network.target]), axis=1)
    assert len(np.unique(ends, axis=0)) == len(ends)
    assert (ends[:, 0] < ends[:, 1]).all()
    assert ends.min() >= 0
    assert ends.max() < network.n == n


def test_commands_are_a_tree_from_the_first_unit(networks: ModuleType) -> None:
    network = networks.near_tree(5_000, seed=2)
    command = nx.DiGraph(list(zip(network.source[network.one_way], network.target[network.one_way], strict=True)))
    assert nx.is_arborescence(command)
    assert command.in_degree(0) == 0


def test_the_same_seed_gives_the_same_arrays_and_another_does_not(networks: ModuleType, tmp_path: Path) -> None:
    network, again, other = (networks.near_tree(3_000, seed=seed) for seed in (5, 5, 6))
    network.save(tmp_path / "network.npz")
    for same in (again, networks.saved(tmp_path / "network.npz")):
        assert all(np.array_equal(left, right) for left, right in zip(network, same, strict=True))
    assert not np.array_equal(network.target, other.target)


def test_arcs_follow_commands_down_and_other_ties_both_ways(networks: ModuleType) -> None:
    network = networks.near_tree(2_000, seed=1)
    source, target = network.arcs()
    view = network.view(directed=True)
    expected = build_view(network.n, source, target, mode="down", directed=True)
    assert len(source) == view.n_arcs == 2 * len(network.source) - int(network.one_way.sum())
    assert np.array_equal(view.indices, expected.indices)
    assert np.array_equal(view.indptr, expected.indptr)


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_block_is_that_of_networkx(networks: ModuleType, seed: int) -> None:
    graph = nx.gnm_random_graph(40, 42 + seed, seed=seed)
    source, target = np.array(graph.edges, dtype=np.int32).T
    view = build_view(40, source, target, mode="both", directed=False)
    root = int(np.argmax(np.diff(view.indptr)))
    around = graph.subgraph(nx.node_connected_component(graph, root))
    assert networks.largest_block(view, root) == max(len(block) for block in nx.biconnected_components(around))


def test_blocks_of_a_tree_and_of_one_unit(networks: ModuleType) -> None:
    path = build_view(4, [0, 1], [1, 2], mode="both", directed=False)
    assert networks.largest_block(path, 0) == 2
    assert networks.largest_block(path, 3) == 1


def test_real_networks_have_every_pair_once(networks: ModuleType) -> None:
    for name in networks.REAL:
        network = networks.real(name)
        assert network.view().n_ties == len(network.source) > 0
    assert networks.figures(networks.real("hangzhou"))["units"] == networks.real("hangzhou").view().n_ties + 1


def test_what_cannot_be_made_is_refused(networks: ModuleType) -> None:
    with pytest.raises(ValueError, match="at least 500 units"):
        networks.near_tree(499, seed=1)
    with pytest.raises(ValueError, match=r"ties_per_unit is 0\.9"):
        networks.near_tree(20_000, seed=1, ties_per_unit=0.9)
    with pytest.raises(ValueError, match="no network 'paris'"):
        networks.real("paris")


def test_a_ratio_is_that_of_the_best_peer_and_says_how_it_was_got(store: Any) -> None:  # noqa: ANN401
    peers = script("peers")
    assert peers.best_peer(peers.lines(store, "20k", "betweenness")) == ("igraph", 250.0)
    assert peers.ratio_table(store, ["20k"]).splitlines()[2:] == [
        "| 20 000 units | betweenness | 0.0200 | igraph | 5.00 | **250** | full |"
    ]
    table = peers.case_table(store, "20k").splitlines()
    assert table[3] == "| betweenness | networkx | 300 | 15 000 | 81 | sampled 9 of 20000 |"
    assert table[5] == "| betweenness | rustworkx | - | - | 81 | failed: MemoryError |"


def test_a_tool_that_found_something_else_is_named(store: Any) -> None:  # noqa: ANN401
    assert script("peers").disagreeing(store, "20k", "betweenness") == ["networkx found 300.0, orgnet 7.0"]


def test_without_a_peer_there_is_no_ratio() -> None:
    tool, ratio = script("peers").best_peer({"orgnet": {"seconds": 1.0}})
    assert tool == "-"
    assert np.isnan(ratio)


def test_what_is_known_is_not_measured_again(store: Any) -> None:  # noqa: ANN401
    again = script("store").Store(store.path)
    assert again.known("line 20k betweenness orgnet", lambda: pytest.fail("measured again"))["seconds"] == 0.02
    again.forget("line 20k")
    assert again.known("line 20k betweenness orgnet", lambda: {"seconds": 0.5}) == {"seconds": 0.5}


@pytest.mark.parametrize(
    ("value", "written"), [(1234.5, "1 234"), (12.345, "12.3"), (0.012345, "0.0123"), (float("nan"), "-")]
)
def test_three_digits_count(value: float, written: str) -> None:
    assert script("peers").shown(value) == written


def test_slopes_are_powers_of_the_size() -> None:
    scale = script("scale")
    sizes = [10_000, 300_000, 3_000_000]
    assert scale.slope("betweenness", sizes, [n**2 / 1e9 for n in sizes]) == pytest.approx(2)
    kinked = [5.0, *(n / 1e6 for n in sizes[1:])]
    assert scale.slope("components", sizes, kinked) == pytest.approx(1)
    assert np.isnan(scale.slope("components", sizes[:2], kinked[:2]))


def test_curves_and_the_largest_size_come_from_the_store_whatever_else_it_knows(store: Any) -> None:  # noqa: ANN401
    scale = script("scale")
    for n in (300_000, 3_000_000):
        facts = {"steps": {"depth": n / 1e6, "components": n / 1e7}, "units": n, "ties": n - 1, "peak_mb": 2048}
        store.known(f"steps {n}", lambda facts=facts: facts)
    store.known("exact 300000 closeness", lambda: {"seconds": 4.0})
    store.known("machine", lambda: {"cores": 2})
    assert scale.curves(store)["depth"] == ([300_000, 3_000_000], [0.3, 3.0])
    assert scale.scale_table(store).splitlines()[-1] == "| all distances | 4 |  | nan |"
    assert scale.largest_table(store).splitlines()[0] == "| 3 000 000 units, 2 999 999 ties | seconds |"
    assert scale.largest_table(store).splitlines()[-1] == "| **together** (peak 2.00 GB) | **3.3** |"


def test_the_page_has_a_place_for_every_part_and_no_other() -> None:
    engine = script("engine")
    page = engine.PAGE.read_text(encoding="utf-8")
    parts = dict.fromkeys(engine.PARTS, "here \\1")
    once = engine.filled(page, parts)
    assert once.count("here \\1") == len(parts)
    assert engine.filled(once, parts) == once
    with pytest.raises(ValueError, match="they must be the same"):
        engine.filled(page, parts | {"more": ""})


@pytest.mark.parametrize(
    ("kernel", "directed"),
    [
        ("betweenness", False),
        ("closeness", False),
        ("breadth_first", False),
        ("components", False),
        ("blocks", False),
        ("bridges", False),
        ("betweenness", True),
        ("closeness", True),
        ("breadth_first", True),
    ],
)
def test_libraries_find_the_same(networks: ModuleType, kernel: str, directed: bool) -> None:  # noqa: FBT001
    adapters = script("adapters")
    network = networks.near_tree(600, seed=4)
    source, target = network.arcs() if directed else (network.source, network.target)
    arrays = adapters.Arrays(network.n, source, target, directed)
    ours, theirs = adapters.Orgnet(), adapters.Networkx()
    found = getattr(ours, kernel)(ours.build(arrays))
    assert found > 0
    assert found == pytest.approx(getattr(theirs, kernel)(theirs.build(arrays)), rel=1e-9)


def test_the_table_of_the_explorer_says_what_was_measured() -> None:
    facts = {
        "units": 20000,
        "ties": 22056,
        "write": 1.66,
        "peak_mb": 205.6,
        "mb": 1.12,
        "open": 0.84,
        "click": 0.126,
        "search": 0.03,
    }
    lines = script("explore").table([facts, facts | {"everything": 0.05}]).splitlines()
    cells = "| 20 000 | 22 056 | 1.7 s | 206 MB | 1.1 MB | 0.8 s | 0.13 s | 0.03 s |"
    assert lines[2:] == [f"{cells}  |", f"{cells} 0.05 s |"]
    assert lines[0].count("|") == lines[1].count("|") == lines[2].count("|") == 10
