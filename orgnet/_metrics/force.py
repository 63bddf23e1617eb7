"""The ties in force on the date of the data, and what to say where there is no date, or no headquarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.results import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

NO_DATE = Note("the data have no date: give as_of= when they are read", "数据没有日期：读取时请用 as_of= 指定")
NO_HEADQUARTERS = Note("there are no headquarters: name them with headquarters=", "没有总部：请用 headquarters= 指定")


def ties_in_force(net: OrgNetwork) -> NDArray[np.bool_]:
    """Return which ties hold on the date of the network: begun by then and not ended before, as in `net.select`."""
    if net.as_of is None:
        return np.ones(net.n_ties, dtype=bool)
    ties, when = net.ties, pd.Timestamp(net.as_of)
    return ~((ties["since"] > when) | (ties["until"] < when)).to_numpy(bool)


def current(net: OrgNetwork) -> OrgNetwork:
    """Return the network of the ties in force on its date; the network itself where all are."""
    return net if ties_in_force(net).all() else net.select(at=net.as_of)


def in_force(net: OrgNetwork, layers: str | Sequence[str]) -> tuple[OrgNetwork, tuple[Note, ...]]:
    """Return the network of the ties in force on its date, and a note where ties of these layers are left out."""
    count = int((~ties_in_force(net) & net.tie_mask(layers)).sum())
    if net.as_of is None or not count:
        return current(net), ()
    day = net.as_of.isoformat()
    note = Note(
        f"ties that ended before {day} or begin after it are left out: {count}",
        f"{day} 之前已终止或之后才开始的关系未计入：{count} 条",
    )
    return current(net), (note,)
