"""The table of all measures in the documentation is what the library gives today."""

from __future__ import annotations

import runpy
from pathlib import Path

from orgnet._model.catalogue import entries

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_of_measures_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "tools" / "measures.py"))["page"]()
    assert (ROOT / "docs" / "measures.md").read_text(encoding="utf-8") == page, "python tools/measures.py writes it"
    for item in entries().values():
        assert f"`{item.measure}`" in page
