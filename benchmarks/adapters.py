"""One face for every library that is compared: build a graph from arrays, run a kernel, say what it found.

Every kernel returns a number that should be the same whichever library found it, so that a fast wrong answer shows;
NaN where the libraries define the thing differently. ``KERNEL_from`` does the part of the work that belongs to some
sources. Also run by the Python of the distribution, for graph-tool: nothing here may need a recent numpy.
"""

from __future__ import annotations

import importlib
import math
import random
from importlib import metadata
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Rows = npt.NDArray[np.int32]
    Graph = Any  # the libraries ship no types

THREADS = 2
DAMPING, TOLERANCE, MOST_STEPS = 0.85, 1e-10, 1000  # PageRank: total change of a step


class Arrays(NamedTuple):
    """What every library is given: arcs when directed, ties when not, each once; ties also as (m, 2) array."""

    n: int
    source: Rows
    target: Rows
    directed: bool

    def pairs(self) -> Rows:
        """Give the ends side by side."""
        return np.column_stack([self.source, self.target])


class Adapter:
    """A library; a subclass has the kernels that the library has."""

    package = ""

    def __init__(self) -> None:
        self.lib: Graph = importlib.import_module(self.package)

    def version(self) -> str:
        """Say which version runs."""
        return str(self.lib.__version__)

    def build(self, arrays: Arrays) -> Graph:
        """Build a graph of the library."""
        raise NotImplementedError


class Orgnet(Adapter):
    """The engine through its functions: closeness is the whole pass over all distances."""

    package = "orgnet"

    def __init__(self) -> None:
        super().__init__()
        names = ("csr", "traversal", "distances", "betweenness", "blocks", "cohesion", "spectral")
        self.csr, self.traversal, self._distances, self._betweenness, self._blocks, self.cohesion, self.spectral = (
            importlib.import_module(f"orgnet._engine.{name}") for name in names
        )

    def version(self) -> str:
        """Say which version runs."""
        return metadata.version("grassroots-orgnet")

    def build(self, arrays: Arrays) -> Graph:
        """Build the view."""
        mode = "down" if arrays.directed else "both"
        return self.csr.build_view(arrays.n, arrays.source, arrays.target, mode=mode, directed=arrays.directed)

    def betweenness(self, view: Graph) -> float:
        """Exact, all units."""
        return float(self._betweenness.betweenness(view).sum())

    def closeness(self, view: Graph) -> float:
        """Closeness, harmonic closeness, eccentricity and the distribution of distances, exact, all units."""
        found = self._distances.all_distances(view)
        return _closeness_sum(found.reached, found.total)

    def breadth_first(self, view: Graph) -> float:
        """Distances from the first unit."""
        return float(self.traversal.hops(view, [0]).max())

    def components(self, view: Graph) -> float:
        """Number of components, direction ignored."""
        return float(self.traversal.components(view)[0])

    def blocks(self, view: Graph) -> float:
        """Number of blocks; cut units and bridges come with them."""
        return float(self._blocks.blocks(view).n_blocks)

    def bridges(self, view: Graph) -> float:
        """Number of bridges; cut units and blocks come with them."""
        return float(len(self._blocks.blocks(view).bridges))

    def coreness(self, view: Graph) -> float:
        """Largest core number."""
        return float(self.cohesion.coreness(view).max())

    def pagerank(self, view: Graph) -> float:
        """Largest score."""
        return float(self.spectral.pagerank(view, DAMPING, TOLERANCE).max())


class Networkx(Adapter):
    """networkx, in Python."""

    package = "networkx"

    def build(self, arrays: Arrays) -> Graph:
        """Build from lists of ends."""
        graph = self.lib.DiGraph() if arrays.directed else self.lib.Graph()
        graph.add_nodes_from(range(arrays.n))
        graph.add_edges_from(zip(arrays.source.tolist(), arrays.target.tolist()))  # noqa: B905 - equally long
        return graph

    def betweenness(self, graph: Graph) -> float:
        """Exact, all units."""
        return math.fsum(self.lib.betweenness_centrality(graph, normalized=False).values())

    def betweenness_from(self, graph: Graph, sources: Rows) -> None:
        """From as many sources, which networkx draws."""
        self.lib.betweenness_centrality(graph, k=len(sources), normalized=False, seed=1)

    def closeness(self, graph: Graph) -> float:
        """All units; networkx counts distances to a unit."""
        against = graph.reverse() if graph.is_directed() else graph
        return math.fsum(self.lib.closeness_centrality(against, wf_improved=False).values())

    def closeness_from(self, graph: Graph, sources: Rows) -> None:
        """One search for each."""
        for source in sources.tolist():
            self.lib.single_source_shortest_path_length(graph, source)

    def breadth_first(self, graph: Graph) -> float:
        """Distances from the first unit."""
        return float(max(self.lib.single_source_shortest_path_length(graph, 0).values()))

    def components(self, graph: Graph) -> float:
        """Number of components."""
        return float(self.lib.number_connected_components(graph))

    def blocks(self, graph: Graph) -> float:
        """Number of blocks."""
        return _count(self.lib.biconnected_components(graph))

    def bridges(self, graph: Graph) -> float:
        """Number of bridges."""
        return _count(self.lib.bridges(graph))

    def coreness(self, graph: Graph) -> float:
        """Largest core number."""
        return float(max(self.lib.core_number(graph).values()))

    def pagerank(self, graph: Graph) -> float:
        """Largest score; the tolerance is that of all units together."""
        tolerance = TOLERANCE / len(graph)
        return float(max(self.lib.pagerank(graph, alpha=DAMPING, tol=tolerance, max_iter=MOST_STEPS).values()))


class Igraph(Adapter):
    """igraph, in C, on one thread."""

    package = "igraph"

    def build(self, arrays: Arrays) -> Graph:
        """Build from the pairs."""
        return self.lib.Graph(n=arrays.n, edges=arrays.pairs(), directed=arrays.directed)

    def betweenness(self, graph: Graph) -> float:
        """Exact, all units."""
        return math.fsum(graph.betweenness())

    def betweenness_from(self, graph: Graph, sources: Rows) -> None:
        """From the sources to all."""
        graph.betweenness(sources=sources.tolist())

    def closeness(self, graph: Graph) -> float:
        """All units."""
        return _without_nan(graph.closeness(mode="out"))

    def closeness_from(self, graph: Graph, sources: Rows) -> None:
        """Of the sources alone."""
        graph.closeness(sources.tolist(), mode="out")

    def breadth_first(self, graph: Graph) -> float:
        """Distances from the first unit."""
        found = np.asarray(graph.distances(source=[0], mode="out")[0])
        return float(found[np.isfinite(found)].max())

    def components(self, graph: Graph) -> float:
        """Number of components."""
        return float(len(graph.connected_components(mode="weak")))

    def blocks(self, graph: Graph) -> float:
        """Number of blocks."""
        return float(len(graph.biconnected_components()))

    def bridges(self, graph: Graph) -> float:
        """Number of bridges."""
        return float(len(graph.bridges()))

    def coreness(self, graph: Graph) -> float:
        """Largest core number."""
        return float(max(graph.coreness()))

    def pagerank(self, graph: Graph) -> float:
        """Largest score, by igraph's own solver, which has no tolerance."""
        return float(max(graph.pagerank(damping=DAMPING)))


class Networkit(Adapter):
    """networkit, in C++, on several threads."""

    package = "networkit"

    def __init__(self) -> None:
        super().__init__()
        self.lib.setNumberOfThreads(THREADS)

    def build(self, arrays: Arrays) -> Graph:
        """Build from coordinates."""
        ends = (arrays.source.astype(np.uint64), arrays.target.astype(np.uint64))
        return self.lib.GraphFromCoo(ends, n=arrays.n, directed=arrays.directed)

    def betweenness(self, graph: Graph) -> float:
        """Exact, all units; counts the pairs of an undirected graph twice."""
        scores = self.lib.centrality.Betweenness(graph).run().scores()
        return math.fsum(scores) / (1 if graph.isDirected() else 2)

    def betweenness_from(self, graph: Graph, sources: Rows) -> None:
        """From as many sources, which networkit draws."""
        self.lib.centrality.EstimateBetweenness(graph, len(sources), parallel=True).run()

    def closeness(self, graph: Graph) -> float:
        """All units, in the form for several components."""
        variant = self.lib.centrality.ClosenessVariant.GENERALIZED
        self.lib.centrality.Closeness(graph, True, variant).run()  # noqa: FBT003 - its interface
        return math.nan

    def breadth_first(self, graph: Graph) -> float:
        """Distances from the first unit."""
        found = np.asarray(self.lib.distance.BFS(graph, 0, storePaths=False).run().getDistances())
        return float(found[found <= graph.numberOfNodes()].max())

    def components(self, graph: Graph) -> float:
        """Number of components."""
        return float(self.lib.components.ConnectedComponents(graph).run().numberOfComponents())

    def blocks(self, graph: Graph) -> float:
        """Number of blocks; those of isolated units, which networkit counts, are not."""
        found = self.lib.components.BiconnectedComponents(graph).run().getComponentSizes()
        return _count(size for size in found.values() if size > 1)

    def coreness(self, graph: Graph) -> float:
        """Largest core number."""
        return float(self.lib.centrality.CoreDecomposition(graph).run().maxCoreNumber())

    def pagerank(self, graph: Graph) -> float:
        """Largest score, scores scaled to sum to 1."""
        ranks = self.lib.centrality.PageRank(graph, DAMPING, TOLERANCE)
        ranks.norm = self.lib.centrality.Norm.L1_NORM
        ranks.maxIterations = MOST_STEPS
        scores = np.asarray(ranks.run().scores())
        return float(scores.max() / scores.sum())


class Rustworkx(Adapter):
    """rustworkx, in Rust, on several threads."""

    package = "rustworkx"

    def build(self, arrays: Arrays) -> Graph:
        """Build from pairs."""
        graph = self.lib.PyDiGraph() if arrays.directed else self.lib.PyGraph()
        graph.add_nodes_from(range(arrays.n))
        graph.add_edges_from_no_data(list(map(tuple, arrays.pairs().tolist())))
        return graph

    def betweenness(self, graph: Graph) -> float:
        """Exact, all units."""
        return math.fsum(self.lib.betweenness_centrality(graph, normalized=False).values())

    def closeness(self, graph: Graph) -> float:
        """All units; rustworkx counts distances to a unit."""
        against = graph.copy()
        if isinstance(graph, self.lib.PyDiGraph):
            against.reverse()
        return _without_nan(self.lib.closeness_centrality(against, wf_improved=False).values())

    def breadth_first(self, graph: Graph) -> float:
        """Layers from the first unit."""
        return float(len(self.lib.bfs_layers(graph, [0])) - 1)

    def components(self, graph: Graph) -> float:
        """Number of components."""
        return float(self.lib.number_connected_components(graph))

    def blocks(self, graph: Graph) -> float:
        """Number of blocks."""
        return float(len(set(self.lib.biconnected_components(graph).values())))

    def bridges(self, graph: Graph) -> float:
        """Number of bridges."""
        return float(len(self.lib.bridges(graph)))

    def coreness(self, graph: Graph) -> float:
        """Largest core number."""
        return float(max(self.lib.core_number(graph).values()))

    def pagerank(self, graph: Graph) -> float:
        """Largest score; for directed graphs alone, so ties become two arcs."""
        arcs = graph if isinstance(graph, self.lib.PyDiGraph) else graph.to_directed()
        tolerance = TOLERANCE / graph.num_nodes()
        return float(max(self.lib.pagerank(arcs, alpha=DAMPING, tol=tolerance, max_iter=MOST_STEPS).values()))


class GraphTool(Adapter):
    """graph-tool, in C++, on several threads."""

    package = "graph_tool"

    def __init__(self) -> None:
        super().__init__()
        self.centrality = importlib.import_module("graph_tool.centrality")
        self.topology = importlib.import_module("graph_tool.topology")
        if self.lib.openmp_enabled():
            self.lib.openmp_set_num_threads(THREADS)

    def version(self) -> str:
        """Say which version runs."""
        return str(self.lib.__version__).split(" ")[0]

    def build(self, arrays: Arrays) -> Graph:
        """Build from the pairs."""
        graph = self.lib.Graph(directed=arrays.directed)
        graph.add_vertex(arrays.n)
        graph.add_edge_list(arrays.pairs())
        return graph

    def betweenness(self, graph: Graph) -> float:
        """Exact, all units."""
        return float(self.centrality.betweenness(graph, norm=False)[0].a.sum())

    def betweenness_from(self, graph: Graph, sources: Rows) -> None:
        """From the sources to all."""
        self.centrality.betweenness(graph, pivots=sources.astype(np.int64), norm=False)

    def closeness(self, graph: Graph) -> float:
        """All units."""
        return _without_nan(self.centrality.closeness(graph).a)

    def breadth_first(self, graph: Graph) -> float:
        """Distances from the first unit."""
        found = self.topology.shortest_distance(graph, source=graph.vertex(0)).a
        return float(found[found <= graph.num_vertices()].max())

    def components(self, graph: Graph) -> float:
        """Number of components."""
        return float(len(self.topology.label_components(graph, directed=False)[1]))

    def blocks(self, graph: Graph) -> float:
        """Number of blocks."""
        return float(len(self.topology.label_biconnected_components(graph)[2]))

    def coreness(self, graph: Graph) -> float:
        """Largest core number."""
        return float(self.topology.kcore_decomposition(graph).a.max())

    def pagerank(self, graph: Graph) -> float:
        """Largest score, scores scaled to sum to 1."""
        ranks = self.centrality.pagerank(graph, damping=DAMPING, epsilon=TOLERANCE, max_iter=MOST_STEPS).a
        return float(ranks.max() / ranks.sum())


ADAPTERS = {
    "orgnet": Orgnet,
    "networkx": Networkx,
    "igraph": Igraph,
    "networkit": Networkit,
    "rustworkx": Rustworkx,
    "graph-tool": GraphTool,
}


def drawn(n: int, count: int) -> Rows:
    """Draw sources, the same for every library."""
    return np.array(random.Random(count).sample(range(n), count), dtype=np.int32)  # noqa: S311 - a sample, no secret


def _count(items: Iterable[object]) -> float:
    return float(sum(1 for _ in items))


def _without_nan(scores: Iterable[float]) -> float:
    return math.fsum(score for score in scores if not math.isnan(score))


def _closeness_sum(reached: npt.NDArray[np.int64], total: npt.NDArray[np.int64]) -> float:
    linked = total > 0
    return float((reached[linked] / total[linked]).sum())
