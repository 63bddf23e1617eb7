"""Measures: numbers about an organisation network, each with its definition, its denominator and its undefined cases.

A function takes an `OrgNetwork`, and its options by keyword; it never changes the network. Per unit it returns a
float64 `Series` in the order of `net.ids`, named after the measure; for the whole network a frozen result with fields,
a ``table``, ``to_dict()`` and ``cite()``. Undefined is NaN.

========================  ============================================================================================
The question              The measure
========================  ============================================================================================
Who is covered?           `coverage`, `gaps`
Is the chain whole?       `chain`, `depth`, `span`, `subtree_size`
Does a message arrive?    `communication`, `distance_from`
How central is a unit?    `degree`, `betweenness`, `pagerank`, `eigenvector`, `reachable`
How near is it?           `closeness`, `harmonic`, `eccentricity`
How far apart are units?  `distances`
What shape is it all?     `structure`
========================  ============================================================================================

Options that many share: ``layers`` (a layer, a group, a list), ``direction`` (``"both"``, ``"down"`` away from the
top, ``"up"``), ``weight`` (a column of strengths; ignored unless named), ``distance`` (``"hops"``, ``"inverse"``, or a
column of lengths).
"""

from __future__ import annotations

from orgnet._metrics.centrality import (
    betweenness,
    degree,
    eigenvector,
    pagerank,
    reachable,
)
from orgnet._metrics.chain import Chain, chain, depth, distance_from, span, subtree_size
from orgnet._metrics.communication import Communication, communication
from orgnet._metrics.coverage import Coverage, coverage
from orgnet._metrics.distances import Distances, closeness, distances, eccentricity, harmonic
from orgnet._metrics.gaps import Gaps, gaps
from orgnet._metrics.structure import Structure, structure

__all__ = [
    "Chain",
    "Communication",
    "Coverage",
    "Distances",
    "Gaps",
    "Structure",
    "betweenness",
    "chain",
    "closeness",
    "communication",
    "coverage",
    "degree",
    "depth",
    "distance_from",
    "distances",
    "eccentricity",
    "eigenvector",
    "gaps",
    "harmonic",
    "pagerank",
    "reachable",
    "span",
    "structure",
    "subtree_size",
]
