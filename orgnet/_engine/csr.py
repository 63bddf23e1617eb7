"""The simple graph every measure runs on, as compressed sparse rows."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_array

_INT32_MAX = 2**31 - 1


@dataclass(frozen=True, eq=False)
class View:
    """A simple graph on units 0..n-1: no self-ties, no repeats, rows sorted, arrays read-only.

    `build_view` makes one from ties. One put together by hand is looked through first, in linear time.

    Parameters
    ----------
    n : int
        Number of units.
    indptr : numpy.ndarray
        Row `i` has its arcs at ``indptr[i]:indptr[i + 1]``; int32, or int64 beyond 2**31 - 1 arcs.
    indices : numpy.ndarray of int32
        The unit at the far end of every arc.
    data : numpy.ndarray of float64 or None
        The weight of every arc, None for an unweighted view.
    directed : bool
        False when the arcs are symmetric: every tie is then two arcs.
    sound : bool
        Whether the arrays are known to be as they must be, and need no looking through.

    Raises
    ------
    ValueError
        If the arrays do not fit together, or hold what they may not.
    """

    n: int
    indptr: npt.NDArray[np.integer[Any]]
    indices: npt.NDArray[np.int32]
    data: npt.NDArray[np.float64] | None
    directed: bool
    sound: InitVar[bool] = False

    def __post_init__(self, sound: bool) -> None:
        """Refuse arrays that kernels would read or write out of bounds with, or wrong answers."""
        if not sound:
            refuse_unsound(self)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.indices)

    @property
    def n_ties(self) -> int:
        """Number of ties: arcs when directed, pairs of arcs when not."""
        return self.n_arcs if self.directed else self.n_arcs // 2

    def reverse(self) -> View:
        """Give the same graph with every arc turned round, computed once."""
        return self._reversed if self.directed else self

    @cached_property
    def _reversed(self) -> View:
        sources = np.repeat(np.arange(self.n, dtype=np.int64), np.diff(self.indptr))
        turned = _from_arcs(self.n, self.indices, sources, self.data, directed=True, merge="sum")
        turned.__dict__["_reversed"] = self
        return turned

    def to_scipy(self) -> csr_array:
        """Give the matrix of arcs, sharing the index arrays; ones where the view is unweighted."""
        from scipy.sparse import csr_array

        data = np.ones(self.n_arcs) if self.data is None else self.data
        matrix = csr_array((data, self.indices, self.indptr), shape=(self.n, self.n))
        matrix.has_canonical_format = True
        return matrix


def build_view(
    n: int,
    source: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    mode: Literal["down", "both"],
    one_way: npt.ArrayLike | None = None,
    directed: bool,
    weight: npt.ArrayLike | None = None,
    merge: Literal["sum", "min"] = "sum",
) -> View:
    """Build the view of a list of ties; self-ties go, parallel ties become one.

    Parameters
    ----------
    n : int
        Number of units; ends run from 0 to n - 1.
    source, target : array_like of int
        The ends of every tie.
    mode : {"down", "both"}
        "both" ignores direction and gives a symmetric view. "down" follows one-way ties from source to
        target, and undirected ties both ways.
    one_way : array_like of bool, optional
        True where a tie is one-way. By default all are when `directed`, else none.
    directed : bool
        Whether the ties chosen have a direction at all. A "both" view is undirected whatever this says.
    weight : array_like of float, optional
        A finite number of at least 0 for every tie.
    merge : {"sum", "min"}
        Parallel ties have the sum of their weights (strength), or the smallest (length).

    Returns
    -------
    View

    Raises
    ------
    ValueError
        If the arrays do not fit together, or hold what they may not.
    """
    n = _checked_size(n)
    sources, targets = checked_units(n, source, "source"), checked_units(n, target, "target")
    if len(sources) != len(targets):
        msg = f"source has {len(sources)} ends and target {len(targets)}: give one of each for every tie"
        raise ValueError(msg)
    if mode not in {"down", "both"}:
        msg = f"mode is {mode!r}: it must be 'down' or 'both'"
        raise ValueError(msg)
    if merge not in {"sum", "min"}:
        msg = f"merge is {merge!r}: it must be 'sum' or 'min'"
        raise ValueError(msg)
    ways = _checked_ways(one_way, len(sources), directed=directed)
    weights = _checked_weights(weight, len(sources))
    proper = sources != targets
    if not proper.all():
        sources, targets, ways = sources[proper], targets[proper], ways[proper]
        weights = None if weights is None else weights[proper]
    if mode == "both" or not directed:
        return _symmetric(n, sources, targets, weights, merge=merge)
    back = ~ways
    if back.any():
        sources, targets = np.concatenate([sources, targets[back]]), np.concatenate([targets, sources[back]])
        weights = None if weights is None else np.concatenate([weights, weights[back]])
    return _from_arcs(n, sources, targets, weights, directed=True, merge=merge)


def relabelled(view: View, order: npt.NDArray[np.int32]) -> View:
    """Give the view with its units renumbered: unit ``order[i]`` becomes `i`. Units left out go with their ties."""
    place = np.full(view.n, -1, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    near, far = np.repeat(place, np.diff(view.indptr)), place[view.indices]
    kept = (near >= 0) & (far >= 0)
    data = None if view.data is None else view.data[kept]
    return _from_arcs(len(order), near[kept], far[kept], data, directed=view.directed, merge="sum")


def _checked_size(n: int) -> int:
    if isinstance(n, bool | np.bool) or not isinstance(n, int | np.integer) or not 0 <= n <= _INT32_MAX:
        msg = f"n is {n!r}: the number of units must be a whole number from 0 to {_INT32_MAX}"
        raise ValueError(msg)
    return int(n)


def checked_units(n: int, values: npt.ArrayLike, name: str) -> npt.NDArray[np.integer[Any]]:
    """Give the rows of units as an array, refusing with ValueError what is no row of `n` units."""
    ends = np.asarray(values)
    if ends.ndim != 1:
        msg = f"{name} has shape {ends.shape}: it must be one-dimensional, one end for every tie"
        raise ValueError(msg)
    if ends.size == 0:
        return np.empty(0, dtype=np.int32)
    if not np.issubdtype(ends.dtype, np.integer):
        msg = f"{name} holds {ends.dtype}: ends must be whole numbers, the rows of the units"
        raise ValueError(msg)
    outside = (ends < 0) | (ends >= n)
    if outside.any():
        at = int(np.argmax(outside))
        what = "a negative end" if ends[at] < 0 else "an end out of range"
        msg = f"{name}[{at}] is {ends[at]}, {what}: with {n} units ends run from 0 to {n - 1}"
        raise ValueError(msg)
    return ends


def chosen_units(n: int, units: npt.ArrayLike, name: str) -> npt.NDArray[np.bool]:
    """Give a mask of the units chosen by row or by mask, refusing with ValueError what is neither."""
    mask = np.asarray(units)
    if mask.dtype != np.bool:
        chosen = np.zeros(n, dtype=np.bool)
        chosen[checked_units(n, mask, name)] = True
        return chosen
    if mask.shape != (n,):
        msg = f"{name} has shape {mask.shape}: a mask must be ({n},), True or False for every unit"
        raise ValueError(msg)
    return mask


def refuse_unsound(view: View) -> None:
    """Refuse with ValueError a view whose arrays are not those of a simple graph. Linear."""
    n, indptr, indices = _checked_size(view.n), np.asarray(view.indptr), np.asarray(view.indices)
    if indptr.shape != (n + 1,) or indptr.dtype not in (np.int32, np.int64):
        msg = f"indptr holds {indptr.dtype} in shape {indptr.shape}: it must hold int32 or int64 in shape ({n + 1},)"
        raise ValueError(msg)
    if indices.ndim != 1 or indices.dtype != np.int32:
        msg = f"indices holds {indices.dtype} in shape {indices.shape}: it must hold int32 in one dimension"
        raise ValueError(msg)
    if indptr[0] != 0 or indptr[-1] != len(indices) or (indptr[1:] < indptr[:-1]).any():
        msg = f"indptr must rise from 0 to the number of arcs ({len(indices)}), without a step down"
        raise ValueError(msg)
    checked_units(n, indices, "indices")
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(indptr))
    _refuse_where(rows == indices, "indices", indices, "the unit itself: self-ties are left out")
    unsorted = (indices[1:] <= indices[:-1]) & (rows[1:] == rows[:-1])
    _refuse_where(
        np.append(False, unsorted), "indices", indices, "not above the one before: sort each row, each unit once"
    )
    if view.data is not None:
        if view.data.dtype != np.float64:
            msg = f"data holds {view.data.dtype}: it must hold float64"
            raise ValueError(msg)
        _checked_weights(view.data, len(indices))
    if not view.directed:
        turned = np.lexsort((rows, indices))
        one_way = (rows[turned] != indices) | (indices[turned] != rows)
        _refuse_where(one_way, "indices", indices, "without an arc back: an undirected view has every tie both ways")
        if view.data is not None and not np.array_equal(view.data[turned], view.data):
            msg = "data differs between the two arcs of a tie: an undirected view has one weight a tie"
            raise ValueError(msg)


def _refuse_where(wrong: npt.NDArray[np.bool], name: str, values: npt.NDArray[np.int32], what: str) -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = f"{name}[{at}] is {values[at]}, {what}"
        raise ValueError(msg)


def _checked_ways(one_way: npt.ArrayLike | None, n_ties: int, *, directed: bool) -> npt.NDArray[np.bool]:
    if one_way is None:
        return np.full(n_ties, directed)
    ways = np.asarray(one_way)
    if ways.shape != (n_ties,):
        msg = f"one_way has shape {ways.shape}: it must be ({n_ties},), one value for every tie"
        raise ValueError(msg)
    if n_ties and ways.dtype != np.bool:
        msg = f"one_way holds {ways.dtype}: it must hold True and False"
        raise ValueError(msg)
    if not directed and ways.any():
        msg = f"one_way is True for {int(np.count_nonzero(ways))} ties, yet directed is False: one of them is wrong"
        raise ValueError(msg)
    return ways.astype(np.bool, copy=False)


def _checked_weights(weight: npt.ArrayLike | None, n_ties: int) -> npt.NDArray[np.float64] | None:
    if weight is None:
        return None
    try:
        weights = np.asarray(weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"weight cannot be read as numbers ({error}): give one number for every tie"
        raise ValueError(msg) from error
    if weights.shape != (n_ties,):
        msg = f"weight has shape {weights.shape}: it must be ({n_ties},), one number for every tie"
        raise ValueError(msg)
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = f"weight[{at}] is {weights[at]}: weights must be finite and at least 0"
        raise ValueError(msg)
    return weights


def _symmetric(
    n: int,
    sources: npt.NDArray[np.integer[Any]],
    targets: npt.NDArray[np.integer[Any]],
    weights: npt.NDArray[np.float64] | None,
    *,
    merge: Literal["sum", "min"],
) -> View:
    """Merge the ties of each pair once, so that both directions have the same weight to the last bit."""
    keys = np.minimum(sources, targets).astype(np.int64) * n + np.maximum(sources, targets)
    keys, weights = _merged(keys, weights, merge)
    low, high = np.divmod(keys, n) if n else (keys, keys)
    weights = None if weights is None else np.concatenate([weights, weights])
    return _from_arcs(n, np.concatenate([low, high]), np.concatenate([high, low]), weights, directed=False, merge=merge)


def _from_arcs(
    n: int,
    sources: npt.NDArray[np.integer[Any]],
    targets: npt.NDArray[np.integer[Any]],
    weights: npt.NDArray[np.float64] | None,
    *,
    directed: bool,
    merge: Literal["sum", "min"],
) -> View:
    keys, weights = _merged(sources.astype(np.int64) * n + targets, weights, merge)
    offset = np.int32 if len(keys) <= _INT32_MAX else np.int64
    indptr: npt.NDArray[np.integer[Any]] = np.zeros(n + 1, dtype=offset)
    rows, indices = np.divmod(keys, n) if n else (keys, keys)
    np.cumsum(np.bincount(rows, minlength=n), out=indptr[1:])
    view = View(n, indptr, indices.astype(np.int32), weights, directed, sound=True)
    for array in (view.indptr, view.indices, view.data):
        if array is not None:
            array.setflags(write=False)
    return view


def _merged(
    keys: npt.NDArray[np.int64], weights: npt.NDArray[np.float64] | None, merge: Literal["sum", "min"]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64] | None]:
    """Sort the keys, one of each, with the merged weights."""
    if weights is None:
        keys = np.sort(keys)
        return keys[_firsts(keys)], None
    order = np.argsort(keys, kind="stable")
    keys, weights = keys[order], weights[order]
    starts = np.flatnonzero(_firsts(keys))
    if len(starts) < len(keys):
        combine = np.add if merge == "sum" else np.minimum
        keys, weights = keys[starts], combine.reduceat(weights, starts)
    return keys, weights


def _firsts(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.bool]:
    first = np.ones(len(keys), dtype=np.bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return first
