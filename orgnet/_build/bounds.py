"""How large a table may become: a small file can be made to unpack, or to spread, to more than any memory holds."""

from __future__ import annotations

from typing import NoReturn

MOST_COLUMNS = 16_384  # of a sheet, in the programs that people keep tables in
AREA = 20_000_000  # cells that a table may have where few of them are filled
DENSE = 8  # and where one in so many is filled, any number
_MOST = 1 << 30  # bytes that a file of text may unpack to: reading takes some four times as much memory
_SMALL, _RATIO = 64 << 20, 100  # what unpacks to more than this, and to so many times its size, is no table


class UnreadableError(Exception):
    """A file that is no table, or one that cannot be read; the text says why."""


def refuse(why: str, error: Exception | None = None) -> NoReturn:
    """Raise `UnreadableError`."""
    raise UnreadableError(why) from error


def check_box(height: int, width: int, filled: int) -> None:
    """Refuse a table whose filled cells are few among many."""
    if height * width > AREA and height * width > DENSE * filled:
        refuse(f"its cells are strewn over {height} rows and {width} columns")


def check_width(width: int) -> None:
    """Refuse a table with more columns than any table has."""
    if width > MOST_COLUMNS:
        refuse(f"it has more than {MOST_COLUMNS} columns")


def room(packed: int) -> int:
    """Return to how many bytes a file of so many may unpack.

    Examples
    --------
    >>> room(1000) >> 20, room(5_000_000) >> 20, room(1 << 30) >> 20
    (64, 476, 1024)
    """
    return min(_MOST, max(_SMALL, _RATIO * packed))
