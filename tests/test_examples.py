"""The example notebook runs from top to bottom and shows what its text says."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Everything that the notebook prints and shows, as one text."""
    notebook = nbformat.read(EXAMPLES / "three_users.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in notebook.cells), "clear the outputs before committing the notebook"
    folder = tmp_path_factory.mktemp("notebook")
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return "\n".join(str(output) for cell in notebook.cells for output in cell.get("outputs", []))


def test_the_planner_sees_the_planted_gap(outputs: str) -> None:
    assert "and has none: 5" in outputs
    assert "黄龙社区" in outputs


def test_the_researcher_sees_what_collaboration_adds(outputs: str) -> None:
    assert "collaboration shortens the way from headquarters by" in outputs
    assert outputs.count("image/png") == 3


def test_the_developer_gets_one_error_that_lists_everything(outputs: str) -> None:
    assert "'zz' is not a unit" in outputs
    assert "layer 'comand' is not known" in outputs
    assert "(True, True)" in outputs
    assert "srcdoc" in outputs
