"""Measures: numbers about an organisation network, each with its definition, its denominator and its undefined cases.

A function takes an `OrgNetwork`, and its options by keyword; it never changes the network. Per unit it returns a
float64 `Series` in the order of `net.ids`, named after the measure; per tie one on the index of `net.ties`; for the
whole network a frozen result with fields, a ``table``, ``to_dict()`` and ``cite()``. Undefined is NaN.

============================  ========================================================================================
The question                  The measure
============================  ========================================================================================
Who is covered?               `coverage`, `gaps`, `coverage_rollup`
Which areas are too big?      `scope`, `smallest_depth`
What do grids lack?           `grids`
Are posts filled and kept?    `workers`
Who lacks staff or services?  `resources`
Who works with whom?          `collaboration`
Do bodies share seats?        `posts`
Who takes part, who left?     `participation`
Who supports, who has a say?  `professionals`
How does it stand in all?     `profile`
Is the chain whole?           `chain`, `depth`, `span`, `subtree_size`
Does a message arrive?        `communication`, `arrival`, `broadcast`, `messages`, `distance_from`
Who is lost if one stops?     `stranded`, `dominators`, `alternative_routes`
How central is a unit?        `degree`, `betweenness`, `pagerank`, `eigenvector`, `reachable`
How much hangs on a tie?      `tie_betweenness`
How closely tied are they?    `coreness`, `clustering`
Who has room to mediate?      `constraint`, `effective_size`
How near is it?               `closeness`, `harmonic`, `eccentricity`
How far apart are units?      `distances`
What shape is it all?         `structure`
Which measures are there?     `catalogue`
============================  ========================================================================================

Options that many share: ``layers`` (a layer, a group, a list), ``direction`` (``"both"``, ``"down"`` away from the
top, ``"up"``), ``weight`` (a column of strengths; ignored unless named), ``distance`` (``"hops"``, ``"inverse"``, or a
column of lengths).
"""

from __future__ import annotations

from orgnet._metrics.arrival import Arrival, arrival, broadcast
from orgnet._metrics.betweenness import betweenness, tie_betweenness
from orgnet._metrics.catalogue import catalogue
from orgnet._metrics.centrality import degree, eigenvector, pagerank, reachable
from orgnet._metrics.chain import Chain, chain, depth, distance_from, span, subtree_size
from orgnet._metrics.cohesion import clustering, constraint, coreness, effective_size
from orgnet._metrics.collaboration import Collaboration, collaboration
from orgnet._metrics.communication import Communication, communication
from orgnet._metrics.coverage import Coverage, coverage
from orgnet._metrics.coverage_rollup import CoverageRollup, coverage_rollup
from orgnet._metrics.distances import Distances, closeness, distances, eccentricity, harmonic
from orgnet._metrics.gaps import Gaps, gaps
from orgnet._metrics.grids import Grids, grids
from orgnet._metrics.messages import Messages, messages
from orgnet._metrics.participation import Participation, participation
from orgnet._metrics.posts import Posts, posts
from orgnet._metrics.professionals import Professionals, professionals
from orgnet._metrics.profile import Profile, profile
from orgnet._metrics.resources import Resources, resources
from orgnet._metrics.routes import alternative_routes, dominators, stranded
from orgnet._metrics.scope import Scope, scope, smallest_depth
from orgnet._metrics.structure import Structure, structure
from orgnet._metrics.workers import Workers, workers

__all__ = [
    "Arrival",
    "Chain",
    "Collaboration",
    "Communication",
    "Coverage",
    "CoverageRollup",
    "Distances",
    "Gaps",
    "Grids",
    "Messages",
    "Participation",
    "Posts",
    "Professionals",
    "Profile",
    "Resources",
    "Scope",
    "Structure",
    "Workers",
    "alternative_routes",
    "arrival",
    "betweenness",
    "broadcast",
    "catalogue",
    "chain",
    "closeness",
    "clustering",
    "collaboration",
    "communication",
    "constraint",
    "coreness",
    "coverage",
    "coverage_rollup",
    "degree",
    "depth",
    "distance_from",
    "distances",
    "dominators",
    "eccentricity",
    "effective_size",
    "eigenvector",
    "gaps",
    "grids",
    "harmonic",
    "messages",
    "pagerank",
    "participation",
    "posts",
    "professionals",
    "profile",
    "reachable",
    "resources",
    "scope",
    "smallest_depth",
    "span",
    "stranded",
    "structure",
    "subtree_size",
    "tie_betweenness",
    "workers",
]
