"""PageRank and eigenvector centrality by sparse products."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_array

    from orgnet._engine.csr import View

_DENSE_UP_TO = 200
_LANCZOS_VECTORS = 40
_LANCZOS_RESTARTS = 200
_NODA_STEPS = 100
_JUST_ABOVE = 1 + 4 * np.finfo(np.float64).eps


def pagerank(view: View, damping: float = 0.85, tol: float = 1e-10) -> npt.NDArray[np.float64]:
    """Give PageRank, summing to 1: uniform teleport, the mass of units without arcs spread uniformly.

    Undirected ties are two arcs; `view.data`, if there, are the strengths a unit divides itself by. A step
    shrinks the error by the damping, so once a step moves no more than tol * (1 - damping) / damping
    in total, the total error is at most `tol`.
    """
    if not 0 <= damping < 1:
        msg = f"damping is {damping}: it must be at least 0 and less than 1"
        raise ValueError(msg)
    if not tol > 0:
        msg = f"tol is {tol}: it must be greater than 0"
        raise ValueError(msg)
    n = view.n
    strength = np.asarray(view.to_scipy().sum(axis=1))
    dangling = strength == 0
    share = np.divide(1.0, strength, where=~dangling, out=np.zeros(n))
    gather = view.reverse().to_scipy()
    ranks = np.full(n, 1 / max(n, 1))
    for _ in range(_steps_at_most(damping, tol) if n else 0):
        lost = ranks[dangling].sum()
        stepped = damping * (gather @ (ranks * share) + lost / n) + (1 - damping) / n
        stepped /= stepped.sum()
        moved = float(np.abs(stepped - ranks).sum())
        ranks = stepped
        if moved * damping <= tol * (1 - damping):
            break
    return ranks


def _steps_at_most(damping: float, tol: float) -> int:
    """Count the steps after which no start can be further off than `tol`: at most 2 apart, shrunk each time."""
    return math.ceil(math.log(tol / 2) / math.log(damping)) if damping and tol < 1 else 1


def eigenvector(view: View) -> npt.NDArray[np.float64]:
    """Give the principal eigenvector of the largest component, its largest entry 1, NaN elsewhere.

    All NaN when two components tie for the largest by number of units, or no unit has a tie. `view.data`,
    if there, are the strengths; ties of strength 0 are no ties.
    """
    from scipy.sparse import csgraph

    scores = np.full(view.n, np.nan)
    if view.directed:
        msg = "the view is directed: this eigenvector is that of an undirected view, built with mode='both'"
        raise ValueError(msg)
    if view.n == 0:
        return scores
    matrix = view.to_scipy().copy()
    matrix.eliminate_zeros()
    count, labels = csgraph.connected_components(matrix, directed=False)
    sizes = np.bincount(labels, minlength=count)
    largest = int(np.argmax(sizes))
    if sizes[largest] == 1 or np.count_nonzero(sizes == sizes[largest]) > 1:
        return scores
    members = np.flatnonzero(labels == largest)
    vector = _principal(matrix[members][:, members])
    scores[members] = vector / vector.max()
    return scores


def _principal(matrix: csr_array) -> npt.NDArray[np.float64]:
    """Give the positive eigenvector of a connected symmetric matrix of no negative entries."""
    n = matrix.shape[0]
    if n <= _DENSE_UP_TO:
        dense: npt.NDArray[np.float64] = matrix.toarray()
        leading: npt.NDArray[np.float64] = np.linalg.eigh(dense)[1][:, -1]
        return np.abs(leading)
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    vectors: npt.NDArray[np.float64]
    start = np.ones(n)
    try:
        vectors = eigsh(matrix, k=1, which="LA", v0=start, ncv=_LANCZOS_VECTORS, maxiter=_LANCZOS_RESTARTS, tol=0)[1]
    except ArpackNoConvergence:
        return _noda(matrix)
    return np.abs(vectors[:, 0])


def _noda(matrix: csr_array) -> npt.NDArray[np.float64]:
    """Solve by Noda's iteration, for networks so long that their leading eigenvalues all but coincide.

    Every shift is an upper bound of the eigenvalue that closes in quadratically, and every vector is
    positive.
    """
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    n = matrix.shape[0]
    identity, columns = eye_array(n, format="csc"), matrix.tocsc()
    vector, last = np.ones(n), np.inf
    for _ in range(_NODA_STEPS):
        bound = float(((matrix @ vector) / vector).max())
        if bound >= last:  # as close as rounding allows
            break
        vector = np.abs(splu(bound * _JUST_ABOVE * identity - columns).solve(vector))
        vector /= vector.max()
        last = bound
    return vector
