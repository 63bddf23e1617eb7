from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from naive import random_graphs, symmetric

from orgnet._engine.csr import View, build_view, relabelled

if TYPE_CHECKING:
    import numpy.typing as npt
    from naive import Arcs


def arcs_of(view: View) -> dict[tuple[int, int], float]:
    data = np.ones(view.n_arcs) if view.data is None else view.data
    rows = np.repeat(np.arange(view.n), np.diff(view.indptr))
    return {(int(i), int(j)): float(w) for i, j, w in zip(rows, view.indices, data, strict=True)}


@pytest.mark.parametrize(("n", "arcs", "directed"), list(random_graphs(60, seed=1)))
def test_both_is_symmetric_and_down_follows_the_arcs(n: int, arcs: Arcs, directed: bool) -> None:  # noqa: FBT001
    ends = np.array(sorted(arcs), dtype=np.int64).reshape(-1, 2).T
    both = build_view(n, *ends, mode="both", directed=directed)
    down = build_view(n, *ends, mode="down", directed=directed)
    assert arcs_of(both).keys() == symmetric(arcs)
    assert arcs_of(down).keys() == arcs
    assert arcs_of(down.reverse()).keys() == {(j, i) for i, j in arcs}
    assert (both.directed, down.directed) == (False, directed)
    assert both.n_ties == len(symmetric(arcs)) / 2
    assert down.n_ties == (len(arcs) if directed else len(arcs) / 2)


def test_self_ties_go_and_repeats_add_up_their_weight() -> None:
    view = build_view(3, [0, 0, 2, 1], [1, 1, 2, 0], mode="down", directed=True, weight=[1, 2, 9, 4])
    assert arcs_of(view) == {(0, 1): 3, (1, 0): 4}


def test_each_tie_of_a_pair_counts_once_in_both() -> None:
    view = build_view(2, [0, 1], [1, 0], mode="both", directed=True, weight=[1, 2])
    assert arcs_of(view) == {(0, 1): 3, (1, 0): 3}


def test_both_directions_of_a_pair_have_the_same_weight_to_the_last_bit() -> None:
    draw = np.random.default_rng(5)
    source, target = draw.integers(0, 6, (2, 400))
    matrix = build_view(6, source, target, mode="both", directed=True, weight=draw.random(400)).to_scipy().toarray()
    assert np.array_equal(matrix, matrix.T)


def test_the_shortest_of_parallel_ties_is_kept_on_request() -> None:
    view = build_view(2, [0, 0], [1, 1], mode="down", directed=True, weight=[3, 2], merge="min")
    assert arcs_of(view) == {(0, 1): 2}


def test_undirected_ties_go_both_ways_among_one_way_ties() -> None:
    one_way = np.array([True, False, True])
    view = build_view(3, [0, 0, 1], [1, 2, 0], mode="down", one_way=one_way, directed=True, weight=[1, 2, 4])
    assert arcs_of(view) == {(0, 1): 1, (0, 2): 2, (2, 0): 2, (1, 0): 4}


def test_arrays_are_sorted_lean_and_read_only() -> None:
    view = build_view(4, [3, 3, 0], [2, 0, 1], mode="both", directed=False, weight=[0, 1, 2])
    assert view.indices.tolist() == [1, 3, 0, 3, 0, 2]
    assert view.data is not None
    assert view.data.tolist() == [2, 1, 2, 0, 1, 0]
    assert [array.dtype.name for array in (view.indptr, view.indices, view.data)] == ["int32", "int32", "float64"]
    for array in (view.indptr, view.indices, view.data):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


def test_reverse_is_made_once() -> None:
    down = build_view(2, [0], [1], mode="down", directed=True)
    both = build_view(2, [0], [1], mode="both", directed=False)
    assert down.reverse() is down.reverse()
    assert down.reverse().reverse() is down
    assert both.reverse() is both


def test_reverse_keeps_the_weights() -> None:
    view = build_view(3, [0, 1, 2], [1, 2, 1], mode="down", directed=True, weight=[1, 2, 3])
    assert arcs_of(view.reverse()) == {(1, 0): 1, (2, 1): 2, (1, 2): 3}


def test_scipy_shares_the_arrays_and_keeps_zero_weights() -> None:
    view = build_view(3, [0, 1], [1, 2], mode="down", directed=True, weight=[0, 5])
    matrix = view.to_scipy()
    assert matrix.nnz == 2
    assert np.shares_memory(matrix.indices, view.indices)
    assert build_view(3, [0], [1], mode="both", directed=False).to_scipy().toarray().tolist() == [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 0],
    ]


def test_relabelling_renumbers_and_drops() -> None:
    view = build_view(4, [0, 1, 2], [1, 2, 3], mode="down", directed=True, weight=[1, 2, 3])
    assert arcs_of(relabelled(view, np.array([2, 1, 3], dtype=np.int32))) == {(1, 0): 2, (0, 2): 3}


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_network_without_ties(n: int) -> None:
    view = build_view(n, [], [], mode="both", directed=False)
    assert (view.n, view.n_arcs, view.n_ties, view.indptr.tolist()) == (n, 0, 0, [0] * (n + 1))
    assert view.to_scipy().shape == (n, n)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"source": [0, -1]}, r"source\[1\] is -1, a negative end"),
        ({"target": [3, 0]}, r"target\[0\] is 3, an end out of range"),
        ({"source": [0.0, 1.0]}, "source holds float64"),
        ({"source": [True, False]}, "source holds bool"),
        ({"source": [[0, 1]]}, r"source has shape \(1, 2\)"),
        ({"source": [0]}, "source has 1 ends and target 2"),
        ({"n": -1}, "n is -1"),
        ({"n": 2.0}, r"n is 2\.0"),
        ({"n": 2**31}, "n is 2147483648"),
        ({"mode": "up"}, "mode is 'up'"),
        ({"merge": "max"}, "merge is 'max'"),
        ({"one_way": [True]}, r"one_way has shape \(1,\)"),
        ({"one_way": [1, 0]}, "one_way holds int64"),
        ({"one_way": [True, False], "directed": False}, "one_way is True for 1 ties"),
        ({"weight": [1]}, r"weight has shape \(1,\)"),
        ({"weight": [1, np.nan]}, r"weight\[1\] is nan"),
        ({"weight": [-1, 1]}, r"weight\[0\] is -1"),
        ({"weight": [1, np.inf]}, r"weight\[1\] is inf"),
        ({"weight": ["a", "b"]}, "weight cannot be read as numbers"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"n": 3, "source": [0, 1], "target": [1, 2], "mode": "down", "directed": True} | changed
    with pytest.raises(ValueError, match=message):
        build_view(**given)


def test_importing_the_engine_imports_neither_scipy_nor_numba() -> None:
    names = ("betweenness", "blocks", "csr", "distances", "jit", "spectral", "traversal")
    lines = [f"import orgnet._engine.{name}" for name in names]
    lines += ["import sys", "print(sorted({'numba', 'scipy', 'pandas', 'networkx'} & sys.modules.keys()))"]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


GOOD: dict[str, Any] = {
    "n": 3,
    "indptr": [0, 1, 3, 4],
    "indices": [1, 0, 2, 1],
    "data": [1.0, 1.0, 2.0, 2.0],
    "directed": False,
}


def by_hand(*, offset: type = np.int32, index: type = np.int32, weight: type = np.float64, **changed: Any) -> View:
    parts = GOOD | changed
    data: npt.NDArray[Any] | None = None if parts["data"] is None else np.array(parts["data"], dtype=weight)
    indptr: npt.NDArray[Any] = np.array(parts["indptr"], dtype=offset)
    indices: npt.NDArray[Any] = np.array(parts["indices"], dtype=index)
    return View(parts["n"], indptr, indices, data, directed=parts["directed"])


@pytest.mark.parametrize(
    "changed", [{}, {"data": None}, {"offset": np.int64}, {"directed": True, "indices": [2, 0, 2, 0]}]
)
def test_a_sound_view_by_hand_is_taken(changed: dict[str, Any]) -> None:
    assert by_hand(**changed).n_arcs == 4


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n": 2}, r"indptr holds int32 in shape \(4,\): it must hold int32 or int64 in shape \(3,\)"),
        ({"n": -1}, r"n is -1"),
        ({"offset": np.float64}, r"indptr holds float64"),
        ({"index": np.int64}, r"indices holds int64"),
        ({"indices": [[1, 0], [2, 1]]}, r"indices holds int32 in shape \(2, 2\)"),
        ({"indptr": [0, 1, 3, 5]}, r"indptr must rise from 0 to the number of arcs \(4\)"),
        ({"indptr": [1, 1, 3, 4]}, r"indptr must rise"),
        ({"indptr": [0, 3, 1, 4]}, r"indptr must rise"),
        ({"indices": [1, 0, 3, 1]}, r"indices\[2\] is 3, an end out of range"),
        ({"indices": [1, -1, 2, 1]}, r"indices\[1\] is -1, a negative end"),
        ({"indices": [1, 1, 2, 1]}, r"indices\[1\] is 1, the unit itself"),
        ({"indices": [1, 2, 0, 1]}, r"indices\[2\] is 0, not above the one before"),
        ({"indices": [1, 2, 2, 1]}, r"indices\[2\] is 2, not above the one before"),
        ({"indices": [2, 0, 2, 1]}, r"indices\[0\] is 2, without an arc back"),
        ({"data": [1.0, 1.0]}, r"weight has shape \(2,\)"),
        ({"data": [1.0, 1.0, -1.0, -1.0]}, r"weight\[2\] is -1.0"),
        ({"weight": np.float32}, r"data holds float32"),
        ({"data": [1.0, 2.0, 2.0, 2.0]}, r"data differs between the two arcs of a tie"),
    ],
)
def test_a_view_by_hand_with_bad_arrays_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        by_hand(**changed)
