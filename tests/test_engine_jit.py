from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import pytest

import orgnet
from orgnet._engine import (
    betweenness,
    blocks,
    cohesion,
    directed,
    distances,
    dominance,
    folding,
    jit,
    lanes,
    spreading,
    sweeps,
    traversal,
)
from orgnet._engine.csr import build_view
from orgnet._engine.jit import Kernel, lazily_compiled

if TYPE_CHECKING:
    import numpy.typing as npt

    from orgnet._engine.csr import View

COMPILE_ONE = """
import numpy as np
import orgnet
from pathlib import Path
from orgnet._engine.traversal import add_up
totals = np.array([1.0, 2.0, 3.0])
add_up.compiled(3, np.arange(3, dtype=np.int32), np.array([-1, 0, 1], dtype=np.int32), totals)
print(Path(orgnet.__file__).parent.parent, totals[0])
"""
MODULES = (blocks, cohesion, directed, dominance, folding, lanes, spreading, sweeps, traversal)
KERNELS = [value for module in MODULES for value in vars(module).values() if isinstance(value, Kernel)]


def doubled(n: int, values: npt.NDArray[np.float64]) -> None:
    for at in range(n):
        values[at] *= 2


def view_of(seed: int, *, directed: bool) -> View:
    source, target = np.random.default_rng(seed).integers(0, 60, (2, 75))
    return build_view(60, source, target, mode="down" if directed else "both", directed=directed)


def everything(view: View) -> list[npt.NDArray[Any]]:
    n = view.n
    spread = distances.all_distances(view)
    found: list[npt.NDArray[Any]] = [betweenness.betweenness(view), traversal.reachable_counts(view)]
    found += [betweenness.tie_betweenness(view), betweenness.betweenness_between(view, [1, 5], [2, 5, 9])]
    found += [cohesion.coreness(view), cohesion.constraint(view), dominance.dominators(view, [0, 1]).nearest]
    found += [distances.distances_between(view, [0, 1], np.arange(n)).inverse]
    found += [spread.reached, spread.total, spread.inverse, spread.eccentricity, spread.histogram]
    if view.directed:
        forest = traversal.forest_order(view)
        found += [forest.order, forest.tainted, traversal.roll_up(view, np.arange(n) / 7), spreading.broadcast(view)]
        source, day = traversal.arc_sources(view), np.arange(view.n_arcs) % 5
        found += [spreading.spread_in_time(n, source, view.indices, day, day + 3, [0, 1], 0)]
    else:
        parts = blocks.blocks(view)
        found += [parts.cut, parts.bridges, blocks.cut_off(view, [0, 1], np.arange(n) / 7)]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_plain_and_compiled_agree(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    views = [view_of(seed, directed=directed) for directed in (False, True)]
    plain = [values for view in views for values in everything(view)]
    monkeypatch.setattr(jit, "PLAIN_STEPS", -8)
    monkeypatch.setattr(distances, "NEAR_ORDER_ABOVE", 10)
    compiled = [values for view in views for values in everything(view)]
    for one, other in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
    assert all(kernel.compiled.signatures for kernel in KERNELS)


@pytest.mark.parametrize(("sweeps", "n"), [(False, 10), (True, 8)])
def test_little_work_is_done_plain_and_much_compiled(monkeypatch: pytest.MonkeyPatch, n: int, *, sweeps: bool) -> None:
    monkeypatch.setattr(jit, "PLAIN_STEPS", 80)
    monkeypatch.setitem(sys.modules, "numba", numba)
    kernel = lazily_compiled(doubled, sweeps=sweeps)
    little, much = np.ones(n), np.ones(n + 1)
    kernel(n, little)
    assert "compiled" not in vars(kernel)
    kernel(n + 1, much)
    assert kernel.compiled.signatures
    assert (little == 2).all()
    assert (much == 2).all()


def test_a_linear_kernel_waits_longer_for_a_compiler_that_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = lazily_compiled(doubled, sweeps=False)
    assert kernel.repays(1, jit.PLAIN_STEPS // 8 + 1)
    monkeypatch.delitem(sys.modules, "numba")
    assert not kernel.repays(1, jit.PLAIN_STEPS)
    assert kernel.repays(1, jit.PLAIN_STEPS + 1)


def test_threads_that_want_it_at_once_get_the_same_compiled_form(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def slowly(*_: object, **__: object) -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    monkeypatch.setattr(jit, "compile_kernel", slowly)
    kernel = lazily_compiled(doubled, sweeps=True)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: kernel.compiled, range(4)))
    assert found == made * 4


@pytest.mark.parametrize("home", ["writable", "blocked"])
def test_a_package_folder_that_cannot_be_written_still_compiles(tmp_path: Path, home: str) -> None:
    package = tmp_path / "site" / "orgnet"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copytree(
        Path(orgnet.__path__[0]) / "_engine", package / "_engine", ignore=shutil.ignore_patterns("__pycache__")
    )
    (package / "_engine" / "__pycache__").touch()  # a file where the folder of the cache would be
    if home == "blocked":
        (tmp_path / "home").touch()
    else:
        (tmp_path / "home").mkdir()
    places = {"HOME": "home", "XDG_CACHE_HOME": "home/caches", "LOCALAPPDATA": "home/local", "PYTHONPATH": "site"}
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", COMPILE_ONE],
        env=kept | {name: str(tmp_path / place) for name, place in places.items()},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "site"), "6.0"]
    assert bool(list(tmp_path.rglob("*.nbi"))) == (home == "writable")
