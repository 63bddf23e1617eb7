"""A finished page: one HTML file that needs nothing else, to save, to mail, or to look at in a notebook."""

from __future__ import annotations

import html as _html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orgnet._model.files import write_atomic

if TYPE_CHECKING:
    import os


@dataclass(frozen=True, repr=False)
class Page:
    """A picture as one self-contained HTML page.

    Attributes
    ----------
    html
        The whole page.
    title
        What the page shows, in plain text.
    height
        Height in pixels when the page stands inside a notebook or a report.
    nonce
        What the page's own scripts carry. A page that frames this one and has a content security policy of its own
        must allow it there too (``script-src 'nonce-...'``), because a frame inherits that policy.

    Examples
    --------
    >>> Page("<!doctype html><title>Riverside</title>", title="Riverside")
    <Page 'Riverside', 0.0 MB>
    """

    html: str
    title: str
    height: int = 640
    nonce: str = ""

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to `path` as UTF-8 and return the path.

        The file is written beside its place and then moved there: it is whole, or it is not there.

        Raises
        ------
        InputError
            When the file cannot be written.
        """
        return write_atomic(Path(path), self.html.encode("utf-8"))

    def iframe(self, height: int | None = None) -> str:
        """Return the page as a sandboxed frame, to be placed inside another page.

        The frame carries the whole page with it, runs apart from its surroundings, and cannot reach them.
        """
        return (
            f'<iframe sandbox="allow-scripts" title="{_html.escape(self.title)}" '
            f'style="width:100%;height:{self.height if height is None else height}px;border:0" '
            f'srcdoc="{_html.escape(self.html)}"></iframe>'
        )

    def _repr_html_(self) -> str:
        return self.iframe()

    def __repr__(self) -> str:
        return f"<Page {self.title[:60]!r}, {len(self.html) / 1e6:.1f} MB>"
