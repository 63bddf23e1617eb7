"""Bundled data: a fictional subdistrict with planted gaps, to try the library on and to test it with.

The data are synthetic. The codes and names of the divisions are real, every organisation, count, date and tie is
invented, and there are no people in them. Each data set is a folder of tables: units, ties, and what units did; its
README says what was planted.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from orgnet.errors import OptionError, near

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

__all__ = ["load", "names", "path"]

_SNAPSHOTS = {"subdistrict": dt.date(2025, 6, 30)}


def names() -> list[str]:
    """Return the names of the bundled data sets.

    Examples
    --------
    >>> names()
    ['subdistrict']
    """
    return list(_SNAPSHOTS)


def path(name: str = "subdistrict") -> Path:
    """Return the folder of a bundled data set, which `orgnet.read` takes as it is.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    pathlib.Path
        A folder with ``units.csv``, ``ties.csv``, the optional tables and ``README.md``. Copy it before changing it.

    Raises
    ------
    orgnet.errors.OptionError
        If there is no data set of this name.

    Examples
    --------
    >>> sorted(file.name for file in path().iterdir())
    ['README.md', 'events.csv', 'items.csv', 'messages.csv', 'posts.csv', 'services.csv', 'ties.csv', 'units.csv']
    """
    if name not in _SNAPSHOTS:
        msg = f"no data set {name!r}; the bundled ones are {names()}.{near(name, names())}"
        raise OptionError(msg)
    return Path(__file__).parent / name


def load(name: str = "subdistrict") -> OrgNetwork:
    """Read a bundled data set as a network, as of the day of its snapshot.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    OrgNetwork
        The network with its optional tables; its `findings` hold the planted faults.

    Raises
    ------
    orgnet.errors.OptionError
        If there is no data set of this name.

    Examples
    --------
    >>> net = load()
    >>> net.n_units, net.as_of.isoformat()
    (432, '2025-06-30')
    >>> list(net.tables)
    ['events', 'posts', 'services', 'messages', 'items']
    """
    from orgnet.build import read

    return read(path(name), as_of=_SNAPSHOTS[name])
