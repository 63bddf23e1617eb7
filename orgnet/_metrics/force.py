"""The ties in force on the date of the data, and what to say where there is no date, or no headquarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from orgnet._model.results import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork

NO_DATE = Note("the data have no date: give as_of= when they are read", "数据没有日期：读取时请用 as_of= 指定")
NO_HEADQUARTERS = Note("there are no headquarters: name them with headquarters=", "没有总部：请用 headquarters= 指定")


def in_force(net: OrgNetwork, layers: str | Sequence[str]) -> tuple[OrgNetwork, tuple[Note, ...]]:
    """Return the network of the ties in force on its date, and a note where ties of these layers are left out."""
    if net.as_of is None:
        return net, ()
    ties, when = net.ties, pd.Timestamp(net.as_of)
    out = ((ties["until"] < when) | (ties["since"] > when)).to_numpy(bool)
    if not out.any():
        return net, ()
    count, day = int((out & net.tie_mask(layers)).sum()), net.as_of.isoformat()
    note = Note(
        f"ties that ended before {day} or begin after it are left out: {count}",
        f"{day} 之前已终止或之后才开始的关系未计入：{count} 条",
    )
    return net.select(at=net.as_of), (note,) if count else ()
