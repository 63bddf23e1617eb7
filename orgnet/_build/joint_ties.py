"""From optional tables to ties: who met whom, whose seats are held together, who serves whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from orgnet._build.projection import tie_table
from orgnet._model.edits import audited
from orgnet._model.findings import Log
from orgnet._model.network import OrgNetwork
from orgnet._model.reading import positions
from orgnet._model.tables import IDENTITY, TieSource, merge_ties
from orgnet._model.values import Place
from orgnet._model.vocabulary import check_choice
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from orgnet._build.registers import Register

FEWEST, MOST = 2, 1_000  # participants of one event
MOST_PAIRS = 5_000_000  # of participants in one log
_WEIGHTS = ("events", "shared")
_LAYER_OF = {"events": "collab", "posts": "interlock", "services": "serves"}


def joint_ties(register: Register, held: Collection[str], ids: pd.Index) -> list[TieSource]:
    """Return the ties that a register stands for; none where a table of ties holds ties of their layer, with a note.

    The same meetings and seats would count twice, once as they are in the table of ties and once from the register.
    """
    name, table, place = register.name, register.table, register.place
    if name not in _LAYER_OF or not len(table):
        return []
    if _LAYER_OF[name] in held:
        place.log.add("table.not_projected", place.source, value=_LAYER_OF[name], count=len(table))
        return []
    if name == "events":
        return [event_ties(table, place, ids)]
    return [post_ties(table, place, ids) if name == "posts" else service_ties(table, place, ids)]


def post_ties(table: pd.DataFrame, place: Place, ids: pd.Index) -> TieSource:
    """Return the ties of a table of posts: two bodies with seats that are held together."""
    single = table["concurrent_unit"].isna().to_numpy(bool)
    if single.any():
        row, count = place.rows[single][0], int(single.sum())
        place.log.add("post.single", place.source, row=row, column="concurrent_unit", count=count)
    here, there = table["post"], table["concurrent_post"]
    seats = (here + "–" + there).fillna(here).fillna(there)
    return _paired(table.assign(tie_type=seats), place, ids, ("unit_id", "concurrent_unit"), "interlock")


def service_ties(table: pd.DataFrame, place: Place, ids: pd.Index) -> TieSource:
    """Return the ties of a table of services: who serves whom, with what."""
    nobody = table["receiver"].isna().to_numpy(bool)
    place.log.add("reference.missing", place.source, row=np.unique(place.rows[nobody]), column="receiver")
    return _paired(table.assign(tie_type=table["service"]), place, ids, ("provider", "receiver"), "serves")


def _paired(table: pd.DataFrame, place: Place, ids: pd.Index, ends: tuple[str, str], layer: str) -> TieSource:
    """Return the ties between the two units of each row; equal ones add up to a weight."""
    one, other = (positions(table[name], ids) for name in ends)
    itself = (one >= 0) & (one == other)
    if itself.any():
        row, count = place.rows[itself][0], int(itself.sum())
        place.log.add("table.one_unit", place.source, row=row, column=ends[1], count=count)
    good = (one >= 0) & (other >= 0) & ~itself
    named = {"source": table[ends[0]][good], "target": table[ends[1]][good]}
    facts = {name: table[name][good] for name in ("tie_type", "since", "until")}
    ties = tie_table(named, layer, **facts)
    number = ties.groupby(list(ties), sort=False, dropna=False).ngroup().to_numpy()
    first = ~pd.Series(number).duplicated().to_numpy(bool)
    weight = np.bincount(number, minlength=0).astype(np.float64)
    kept = ties[first].reset_index(drop=True).assign(weight=weight)
    source = f"{place.source}, {layer}"
    return TieSource(source, len(table), kept, place.rows[good][first], merged=int((~first).sum()))


def event_ties(table: pd.DataFrame, place: Place, ids: pd.Index, *, shared: bool = False) -> TieSource:
    """Return the ties of a table of events: each two units that were there, on the day, once an event.

    Events of one type on one day add up: each counts 1, or with `shared` 1 / (units there - 1). The account counts
    pairs of units at an event.
    """
    event, unit = pd.factorize(table["event_id"])[0], positions(table["unit_id"], ids)
    first = np.flatnonzero(~pd.Series(event).duplicated().to_numpy(bool))  # of each event
    came = (table["role"] != "absent").to_numpy(bool) & (unit >= 0)
    there = pd.DataFrame({"event": event[came], "unit": unit[came]}).drop_duplicates().sort_values(["event", "unit"])
    size = np.bincount(there["event"], minlength=len(first))
    used = _usable(size, Place(place.source, place.rows[first], place.log))
    groups = np.split(there["unit"].to_numpy(np.int64), np.cumsum(size)[:-1])
    pairs = [groups[number][np.stack(np.triu_indices(size[number], 1))] for number in used]
    one, other = np.concatenate([np.zeros((2, 0), np.int64), *pairs], axis=1)
    at = np.repeat(used, size[used] * (size[used] - 1) // 2)  # the event of each pair
    kind, day = table["event_type"].iloc[first], table["date"].iloc[first]
    alike = pd.DataFrame({"one": one, "other": other})
    for name, fact in (("kind", kind), ("day", day)):
        alike[name] = pd.factorize(fact)[0][at]
    number = alike.groupby(list(alike), sort=False).ngroup().to_numpy()
    new = ~pd.Series(number).duplicated().to_numpy(bool)
    share = 1.0 / np.maximum(size - 1, 1) if shared else np.ones(len(size))
    weight = np.bincount(number, weights=share[at], minlength=0)
    names = ids.to_numpy(object)
    ends = {"source": pd.Series(names[one[new]], dtype="str"), "target": pd.Series(names[other[new]], dtype="str")}
    facts = {"tie_type": kind.iloc[at[new]], "since": day.iloc[at[new]], "until": day.iloc[at[new]]}
    ties = tie_table(ends, "collab", **facts).assign(weight=weight)
    return TieSource(f"{place.source}, pairs", len(at), ties, place.rows[first][at[new]], len(at) - len(ties))


def _usable(size: NDArray[np.int64], place: Place) -> NDArray[np.int64]:
    """Return the events, by number, that make ties: with two units or more, and not so many that pairs mean nothing."""
    log, source = place.log, place.source
    log.add("event.alone", source, row=place.rows[size < FEWEST], column="participants")
    crowd = size > MOST
    log.add("event.crowd", source, row=place.rows[crowd], column="participants", value=size[crowd])
    used = np.flatnonzero((size >= FEWEST) & ~crowd)
    total = np.cumsum(size[used] * (size[used] - 1) // 2)
    if len(used) and total[-1] > MOST_PAIRS:
        start = int(np.searchsorted(total, MOST_PAIRS, side="right"))
        before = int(total[start - 1]) if start else 0
        log.add("event.many", source, row=place.rows[used[start]], value=before, count=len(used) - start)
        used = used[:start]
    return used


def with_event_ties(net: OrgNetwork, *, weight: Literal["events", "shared"] = "events") -> OrgNetwork:
    """Add the ties of joint events: which units met, and how often.

    Each two units that came to an event of ``net.tables["events"]`` get a `collab` tie of the type and the day of the
    event. Its weight is the number of events of that type on that day at which both were, or with ``"shared"`` the sum
    of 1 / (n - 1) over them, n being the units that came. A view adds parallel ties up: the strength of a pair is then
    the number of its joint events, or their sum of shares. Units that were absent make no tie, and an event of fewer
    than 2 or more than 1,000 units makes none. A tie of the same two units, type and day that the network has already
    is replaced, so that ties that were made when the events were read do not count twice.

    Parameters
    ----------
    net
        The network; it must have a table of events.
    weight
        ``"events"`` or ``"shared"``.

    Returns
    -------
    OrgNetwork
        The network with these ties; its provenance says how they were weighted, and its findings name the events that
        made none.

    Raises
    ------
    OptionError
        Where there is no table of events, and for another weight.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks. II. Shortest paths, weighted networks, and centrality.
    Physical Review E 64, 016132: the weight 1 / (n - 1).

    Examples
    --------
    >>> from orgnet.build import from_tables
    >>> net = from_tables({"unit_id": ["a", "b", "c"], "kind": "enterprise"}).with_tables(
    ...     events={"unit_id": ["a", "b", "c", "a", "b"], "event_id": [1, 1, 1, 2, 2], "date": "2025-06-01"}
    ... )
    >>> with_event_ties(net).ties[["source", "target", "weight"]].values.tolist()
    [['a', 'b', 2.0], ['a', 'c', 1.0], ['b', 'c', 1.0]]
    >>> with_event_ties(net, weight="shared").ties["weight"].tolist()
    [1.5, 0.5, 0.5]
    """
    check_choice("weight", weight, _WEIGHTS)
    table = net.tables.get("events")
    if table is None:
        msg = "this network has no table of events; read one with the units, or set it: net.with_tables(events=...)"
        raise OptionError(msg)
    log = Log()
    place = Place("events", np.arange(len(table)), log)
    made = event_ties(table, place, net.ids, shared=weight == "shared")
    old = net.ties
    both = pd.concat([old[list(IDENTITY)], made.table[list(IDENTITY)]], ignore_index=True)
    kept = old[~both.duplicated(keep="last").to_numpy(bool)[: len(old)]]
    before = TieSource("network", len(kept), kept, np.arange(len(kept)))
    ties, ends = merge_ties([before, made], net.ids, Log())
    step = {"step": "with_event_ties", "weight": weight, "ties_made": len(made.table), "replaced": len(old) - len(kept)}
    provenance = (*net.provenance, step)
    facts: dict[str, Any] = {"rules": net.rules, "provenance": provenance, "as_of": net.as_of, "tables": net.tables}
    new = OrgNetwork(net.units, ties, ends, findings=net.findings.plus(log.findings()), **facts)
    return OrgNetwork(net.units, ties, ends, findings=audited(new), **facts)
