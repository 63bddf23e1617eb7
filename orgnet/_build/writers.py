"""Writing networks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orgnet._model import native
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork


def write(net: OrgNetwork, path: str | Path) -> Path:
    """Write a network to a native `.orgnet` file, whole and exact; `orgnet.read` gives the same network back.

    Parameters
    ----------
    net
        The network.
    path
        A file name that ends in ``.orgnet``; the file appears in one step, an old one is replaced.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    OptionError
        For another ending.
    InputError
        Where the place cannot be written to.

    Examples
    --------
    >>> import orgnet, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write(orgnet.datasets.load(), f"{folder}/subdistrict.orgnet")
    ...     orgnet.read(path).n_units == orgnet.datasets.load().n_units
    True
    """
    if Path(path).suffix.lower() != ".orgnet":
        msg = f"{str(path)!r} does not end in .orgnet, the one form that is written; net.units and net.ties are frames"
        raise OptionError(msg)
    return native.save(net, path)
