"""What measures share: columns of units, the headquarters, and fair warning before a long computation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.estimates import estimate
from orgnet._engine.folding import fold
from orgnet._engine.traversal import symmetrised
from orgnet._model.results import Note
from orgnet.errors import OptionError, OrgNetWarning, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._engine.estimates import Measure
    from orgnet._model.network import OrgNetwork

_FEW = 5
_LISTED = 20
_BAR_ABOVE = 2.0  # seconds
_WARN_ABOVE = 60.0
_HOUR = 3600.0


def column(net: OrgNetwork, name: str) -> pd.Series:
    """Return a column of the unit table; `OptionError` names the nearest one if there is none of that name."""
    units = net.units
    if name not in units:
        known = [str(word) for word in units]
        msg = f"no column {name!r} of units; columns are {known}.{near(str(name), known)}"
        raise OptionError(msg)
    return units[name]


def numbers(net: OrgNetwork, name: str) -> NDArray[np.float64]:
    """Return a numeric column of the unit table, NaN where it has no value; `OptionError` for a column of text."""
    values = column(net, name)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        msg = f"column {name!r} of units holds {values.dtype}, not numbers; convert it: net.with_units({name}=...)"
        raise OptionError(msg)
    return np.asarray(values.to_numpy("float64", na_value=np.nan))


def headquarters(
    net: OrgNetwork, headquarters: str | Iterable[str] | None = None, *, layers: str | Sequence[str] = "vertical"
) -> tuple[NDArray[np.int32], tuple[Note, ...]]:
    """Return the rows of the headquarters, in order, and what the reader of a result must be told about them.

    Parameters
    ----------
    net
        The network.
    headquarters
        A unit id or several. By default the tops of command: units without a superior in the file and with at least
        one subordinate.
    layers
        The layers that make the hierarchy.

    Returns
    -------
    rows, warnings
        Without headquarters, as in a network without command, no rows and a warning.

    Raises
    ------
    UnitError
        If a named unit is not in the network.
    OptionError
        If the list of names is empty.
    """
    if headquarters is not None:
        rows = np.unique(net.rows(headquarters))
        if not len(rows):
            msg = "headquarters names no unit: give a unit id or several, or leave it out for the tops of command"
            raise OptionError(msg)
        return rows, ()
    down = net.view(layers, "down")
    tops = np.flatnonzero((np.diff(down.reverse().indptr) == 0) & (np.diff(down.indptr) > 0)).astype(np.int32)
    if len(tops) == 1:
        return tops, ()
    if not len(tops):
        none = Note(
            "no unit is a top of command, so there are no headquarters: name them with headquarters=",
            "没有隶属顶端，因而没有总部；可用 headquarters= 指定",
        )
        return tops, (none,)
    shown = ", ".join(net.ids[tops[:_FEW]]) + (", ..." if len(tops) > _FEW else "")
    several = Note(
        f"{len(tops)} units are tops of command ({shown}) and all count as headquarters, the nearest one each time; "
        "name the headquarters with headquarters= to choose",
        f"有 {len(tops)} 个隶属顶端（{shown}），均视为总部，距离取最近者；可用 headquarters= 指定总部",
    )
    return tops, (several,)


def listed(net: OrgNetwork, rows: NDArray[np.integer]) -> list[str]:
    """Return the first ids of these rows, for the description of a result."""
    return list(net.ids[rows[:_LISTED]])


def watched(
    measure: str, view: View, kernel: Measure, *, n_sources: int | None = None, stacklevel: int = 3
) -> Callable[[int, int], None] | None:
    """Warn before a computation of minutes, and return what to report progress to; None for a short one.

    `n_sources` is the number of units that paths start from, where not from all. The bar is on stderr and shows on a
    terminal only.
    """
    seconds = estimate(view, kernel)
    if n_sources is not None and seconds:
        seconds *= min(1.0, n_sources / len(fold(symmetrised(view)).core))
    if seconds > _WARN_ABOVE:
        text = (
            f"{measure} is exact, and over {view.n} units and {view.n_ties} ties takes about {_duration(seconds)}; "
            "fewer layers, or a part of the network by net.select(...), take less"
        )
        warnings.warn(text, OrgNetWarning, stacklevel=stacklevel)
    return _bar(measure) if seconds > _BAR_ABOVE else None


def _duration(seconds: float) -> str:
    return f"{max(seconds / 60, 1):.0f} min" if seconds < _HOUR else f"{seconds / _HOUR:.1f} h"


def _bar(measure: str) -> Callable[[int, int], None]:
    from tqdm import tqdm

    bar = tqdm(desc=measure, unit=" steps", disable=None)

    def report(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return report
