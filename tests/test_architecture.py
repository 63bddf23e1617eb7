"""The shape of the code: imports go one way, heavy libraries come late, files stay small enough to hold in the head."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "orgnet"
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 550
MOST_SECONDS = 0.1  # of CPU, for `import orgnet`

STAGES = (
    ("errors",),
    ("_engine",),
    ("_model",),
    ("build", "_build", "datasets"),
    ("metrics", "_metrics"),
    ("plan", "_plan"),
    ("viz", "_viz"),
    ("report", "_report"),
    ("cli", "__main__"),
)
STAGE_OF = {part: number for number, parts in enumerate(STAGES) for part in parts}
FACTS = {"__version__"}  # what every stage may take from the package itself
OUTSIDE = {"__init__", "testing"}  # the lazy face names every stage; testing is for dependants and no stage imports it

HEAVY = {"jinja2", "matplotlib", "networkx", "numba", "numpy", "pandas", "pyarrow", "pyvis", "scipy", "tqdm"}


def name_of(path: Path) -> str:
    """Name a file the same way on every system."""
    return path.relative_to(ROOT).as_posix()


def part_of(path: Path) -> str:
    """Name the part of the package that a file belongs to: ``orgnet/_model/rules.py`` is of ``_model``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    """Give line and full name of every module that a file imports, wherever in the file it does so."""
    package = path.relative_to(PACKAGE.parent).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def runs_late(node: ast.AST) -> bool:
    """Tell code that runs when a function is called, or never, from code that runs when its file is imported."""
    typing_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    return typing_only or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def late_imports(tree: ast.AST, path: Path) -> set[tuple[int, str]]:
    """Collect the imports inside functions and under ``if TYPE_CHECKING``."""
    return {found for node in ast.walk(tree) if runs_late(node) for found in imports(node, path)}


def steps_back(path: Path, source: str) -> list[str]:
    """Say which imports of a file reach for a later stage, or for a part that has none."""
    part = part_of(path)
    found = []
    for line, name in imports(ast.parse(source), path):
        top, _, rest = name.partition(".")
        other = rest.split(".")[0]
        if top != "orgnet" or part in OUTSIDE or other in FACTS:
            continue
        if other not in STAGE_OF:
            reason = "imports the package itself, not one of its parts"
        elif STAGE_OF[other] > STAGE_OF[part]:
            reason = f"{part} imports {other}, a later stage"
        else:
            continue
        found.append(f"{name_of(path)}:{line}: {reason}")
    return found


def strays(path: Path, source: str) -> list[str]:
    """Say which imports of a file bring a library where it has no business."""
    tree = ast.parse(source)
    late = late_imports(tree, path)
    part = part_of(path)
    found = []
    for line, name in imports(tree, path):
        library = name.split(".")[0]
        where = f"{name_of(path)}:{line}: {library}"
        if library == "pyvis" and path != PACKAGE / "_viz" / "interactive.py":
            found.append(f"{where} belongs in _viz/interactive.py only")
        if library == "matplotlib" and part != "_viz":
            found.append(f"{where} belongs in _viz only")
        if library in {"matplotlib", "networkx", "numba", "pyvis"} and (line, name) not in late:
            found.append(f"{where} is imported inside the function that needs it")
        if library == "pandas" and part == "_engine":
            found.append(f"{where}: the engine knows arrays only")
    return found


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a new interpreter, which must succeed."""
    done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done


def test_every_part_has_a_stage() -> None:
    assert {part_of(path) for path in FILES} <= STAGE_OF.keys() | OUTSIDE


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    assert not steps_back(path, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_libraries_stay_where_they_belong(path: Path) -> None:
    assert not strays(path, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "from orgnet.metrics import degree",
        "import orgnet._viz.page",
        "from ..viz import explore",
        "from .. import metrics",
        "from orgnet import OrgNetwork",
        "def f():\n    from orgnet import cli",
        "if TYPE_CHECKING:\n    from orgnet._build.readers import Table",
    ],
)
def test_a_step_back_is_seen(line: str) -> None:
    (found,) = steps_back(PACKAGE / "_model" / "network.py", line)
    assert found.startswith(f"orgnet/_model/network.py:{len(line.splitlines())}: ")


@pytest.mark.parametrize("line", ["from .rules import Rules", "from orgnet import __version__", "import pandas"])
def test_a_step_forward_is_not(line: str) -> None:
    assert not steps_back(PACKAGE / "_model" / "network.py", line)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("_viz/static.py", "def f():\n    import pyvis"),
        ("_viz/static.py", "from matplotlib import pyplot"),
        ("_report/page.py", "def f():\n    import matplotlib"),
        ("_engine/flow.py", "if TYPE_CHECKING:\n    import pandas as pd"),
        ("_metrics/chain.py", "import networkx as nx"),
    ],
)
def test_a_stray_library_is_seen(file: str, line: str) -> None:
    assert len(strays(PACKAGE / file, line)) == 1


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_importing_loads_nothing_heavy() -> None:
    done = run_python("-c", "import orgnet, json, sys\nprint(json.dumps(list(sys.modules)))")
    loaded = json.loads(done.stdout)
    assert "orgnet" in loaded
    assert not HEAVY & set(loaded)


def test_help_loads_nothing_heavy() -> None:
    """Read from the interpreter's own list of what it imported, since the command leaves by itself."""
    done = run_python("-X", "importtime", "-m", "orgnet", "--help")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "orgnet.cli" in loaded
    assert not HEAVY & loaded
    assert "usage" in done.stdout.lower()


def test_importing_costs_next_to_nothing() -> None:
    """Hold the promise of the design: CPU seconds, not wall-clock ones, over those of an empty interpreter."""
    clock = "import time\nprint(time.process_time())"
    empty = min(float(run_python("-c", clock).stdout) for _ in range(5))
    full = min(float(run_python("-c", f"import orgnet\n{clock}").stdout) for _ in range(5))
    assert full - empty < MOST_SECONDS
