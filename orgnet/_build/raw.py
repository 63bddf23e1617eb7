"""A table as it was read, before anything is checked: what readers hand to the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from orgnet._model.values import Place


@dataclass(frozen=True)
class Raw:
    """A table as it was read; `place` says where its rows stand.

    `name` is that of the file or sheet, without ending; `role` is what the format itself says the table is
    (``"units"``, ``"ties"``), empty where only name and headings can tell.
    """

    frame: pd.DataFrame
    place: Place
    name: str = ""
    role: str = ""
