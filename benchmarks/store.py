"""What was measured so far, in one JSON file, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
RESULTS = HERE / "results"
SEED = 1


class Case(NamedTuple):
    """A network to measure on, and a name that says what it is."""

    name: str
    which: str
    ties_per_unit: float = 1.10
    directed: bool = False

    def path(self) -> Path:
        """Give the file of its arrays, made if it is not there; a process of its own needs the memory."""
        path = RESULTS / f"{self.which}-{self.ties_per_unit}.npz"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            command = [sys.executable, str(HERE / "networks.py"), self.which, f"--seed={SEED}"]
            subprocess.run([*command, f"--ties-per-unit={self.ties_per_unit}", f"--out={path}"], check=True)
        return path


class Store:
    """Facts by key; each is written as soon as it is known."""

    def __init__(self, path: Path = RESULTS / "engine.json") -> None:
        self.path = path
        self.facts: dict[str, dict[str, Any]] = {}
        if path.exists():
            self.facts = json.loads(path.read_text(encoding="utf-8"))

    def known(self, key: str, find: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Give the facts of a key, found now if they are not known."""
        if key not in self.facts:
            facts = find()
            self.facts[key] = facts
            self.path.parent.mkdir(exist_ok=True)
            self.path.write_text(json.dumps(self.facts, indent=1), encoding="utf-8")
        return self.facts[key]

    def forget(self, start: str) -> None:
        """Forget what is known under keys that start so."""
        self.facts = {key: facts for key, facts in self.facts.items() if not key.startswith(start)}
