"""Tasks, reports and feedback that were logged: which way they go, how soon they are acted on, where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.traversal import hops
from orgnet._metrics import options
from orgnet._metrics.force import NO_HEADQUARTERS, in_force
from orgnet._metrics.presence import NO, UNKNOWN, YES
from orgnet._metrics.survival import kaplan_meier, median_days
from orgnet._model.optional import empty_table
from orgnet._model.results import NOTHING_TO_COUNT, Family, Figures, Note, describe
from orgnet._model.vocabulary import LEVEL_RANK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

NOT_RECORDED = "(not recorded)"
_DATES = ("sent", "acknowledged", "acted", "closed")
_NEVER_HALF = Note("fewer than half are done in the time observed", "观察期内完成的不足一半")


@dataclass(frozen=True, eq=False, repr=False)
class Messages(Family):
    """What became of the messages logged; see `orgnet.metrics.messages`.

    Attributes
    ----------
    survival
        Messages without a first action yet, by days since they were sent.
    levels
        One row a direction and level of the receiver.
    median_days
        Days until half of the messages have a first action.
    sits_at
        The level at which most feedback lies open; empty where none does.
    """

    survival: pd.DataFrame = field(default_factory=pd.DataFrame)
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    median_days: float = np.nan
    sits_at: str = ""


def messages(net: OrgNetwork, *, headquarters: str | Iterable[str] | None = None) -> Messages:
    r"""How soon are messages acknowledged, acted on and closed, which way do they go, and where do they lie?

    A message goes down if its receiver stands deeper below headquarters than its sender, and up if less deep. With U
    and D of them the balance is :math:`\min(U, D) / \max(U, D)`. The days to the first action (to the closing, where
    that is all that is recorded) are estimated by Kaplan-Meier: what has no action on the date of the data is censored,
    not left out.

    Parameters
    ----------
    net
        The network. Its date, or where it has none the latest date in the table of messages, is the day up to which
        messages are seen: those sent later are left out, with a warning, and what happened later has not happened yet.
    headquarters
        One id or several; by default the tops of command.

    Returns
    -------
    Messages
        ``table``, one row a direction (down, up, level, unknown): ``direction``, ``messages``, ``acknowledged``,
        ``acted``, ``closed``, ``open`` (not closed). ``survival``: ``days``, ``at_risk``, ``done``, ``censored``,
        ``survival``. ``levels``, one row a direction and level of the receiver (its level, where the input has none its
        depth): ``direction``, ``level``, ``messages``, ``acknowledged``, ``acknowledgement_rate`` (of those
        acknowledged or past their deadline), ``in_time`` (closed by the deadline), ``late``, ``open``, ``closing_rate``
        (in time / in time or late), ``median_days`` (to the closing, Kaplan-Meier). ``sits_at``: the level with most
        open feedback (messages that go up), of several the highest.

        ``indicators``: ``message_balance`` (C5); ``days_to_action`` and ``acted_in_time`` (C7; the deadline is
        ``due_days`` of the message, else that of the rule set; messages not due yet are unknown);
        ``acknowledgement_rate`` of messages that go down, for all and by level, and ``acknowledgement_product``, the
        product of the rates of each rank of levels, where grids and units, of one rank, are taken together (C9; not
        acknowledged and not due yet is unknown, with the deadline of C7; without a date of sending a message counts as
        due); ``feedback_in_time``, ``days_to_closing`` and ``open_feedback`` by level (C10), for messages that go up.
        Without a date of sending a message counts for none of the times.

    Raises
    ------
    UnitError, OptionError
        If a headquarters is no unit, or the list of them is empty.

    References
    ----------
    Measures C5, C7, C9 and C10; deadlines are in the rule set, ``net.rules["communication"]``.

    .. [1] Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations. *JASA* 53,
       457-481.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({"unit_id": ["h", "a", "b"], "superior_id": [None, "h", "h"]}, as_of="2025-03-31")
    >>> found = messages(net.with_tables(messages={
    ...     "source": ["h", "h", "a"], "target": ["a", "b", "h"], "sent": ["2025-03-01", "2025-03-01", "2025-03-03"],
    ...     "acted": ["2025-03-05", None, None], "closed": [None, None, "2025-03-04"],
    ... }))
    >>> found.value("message_balance"), found.median_days, round(found.value("acted_in_time"), 4)
    (0.5, 4.0, 0.6667)
    """
    now, ended = in_force(net, "vertical")
    heads, warnings = options.headquarters(now, headquarters)
    given = net.tables.get("messages")
    log, late = _read(now, heads, empty_table("messages") if given is None else given)
    lacks = _lacks(given)
    seen = log[log["timed"]]
    curve = kaplan_meier(seen["action_days"].to_numpy(float), seen["acted"].to_numpy(bool))
    levels = _levels(log)
    figures = Figures()
    _add_balance(figures, log, lacks(), led=len(heads) > 0)
    _add_action(figures, log, curve, lacks("sent", "acted"))
    _add_acknowledgement(figures, log, lacks("acknowledged"))
    _add_feedback(figures, log, lacks("sent", "closed"))
    return Messages(
        _directions(log),
        describe(net, "messages", headquarters=options.listed(net, heads), warnings=(*warnings, *ended, *late)),
        figures.frame(),
        survival=curve,
        levels=levels,
        median_days=median_days(curve),
        sits_at="" if lacks("closed") else _sits_at(levels),
    )


def _lacks(given: pd.DataFrame | None) -> Callable[..., tuple[str, ...]]:
    """Return a function that names the table of messages, or those of some of its columns, that the input lacks.

    A closing stands for a first action where no action is recorded.
    """

    def lacks(*columns: str) -> tuple[str, ...]:
        if given is None:
            return ("messages",)
        stands = {"acted": ["acted", "closed"]}
        return tuple(f"messages.{name}" for name in columns if given[stands.get(name, [name])].isna().to_numpy().all())

    return lacks


def _read(net: OrgNetwork, heads: NDArray[np.int32], given: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Return the messages sent by the day up to which they are seen, with direction, level, and days so far."""
    latest = given[list(_DATES)].max().max()
    day = latest if net.as_of is None else pd.Timestamp(net.as_of)
    later = (given["sent"] > day).to_numpy(bool)
    notes = []
    if later.any():
        notes.append(
            Note(
                f"{int(later.sum())} of {len(later)} messages were sent after {day.date()} and are left out: give "
                "as_of= when the data are read",
                f"{len(later)} 条消息中有 {int(later.sum())} 条发出于 {day.date()} 之后，未计入：可用 as_of= 指定日期",
            )
        )
    log = given[~later].reset_index(drop=True)
    happened = log[list(_DATES)].where(log[list(_DATES)] <= day)
    log = log.assign(**{name: happened[name] for name in _DATES})
    first = log["acted"].fillna(log["closed"])
    first = first.mask(log["closed"] < first, log["closed"])
    so_far = (day - log["sent"]).dt.days
    rules = net.rules["communication"]
    log = log.assign(
        **_places(net, heads, log),
        acknowledged=log["acknowledged"].notna(),
        action_days=(first - log["sent"]).dt.days.fillna(so_far),
        acted=first.notna(),
        closing_days=(log["closed"] - log["sent"]).dt.days.fillna(so_far),
        closed=log["closed"].notna(),
    )
    log["timed"] = (log["action_days"] >= 0) & (log["closing_days"] >= 0)
    log["acted_in_time"] = _in_time(log, "acted", "action_days", rules["action_days"])
    log["closed_in_time"] = _in_time(log, "closed", "closing_days", rules["closing_days"])
    not_due = so_far <= log["due_days"].fillna(rules["action_days"])
    log["answered"] = np.select([log["acknowledged"], not_due], [YES, UNKNOWN], NO).astype(np.int8)
    return log, notes


def _in_time(log: pd.DataFrame, done: str, days: str, deadline: float) -> NDArray[np.int8]:
    """Say whether it was done by the deadline; unknown where that is yet to come, or a date is missing or wrong."""
    due = log["due_days"].fillna(deadline)
    soon, is_done = log[days] <= due, log[done]
    known = log["timed"] & (is_done | ~soon)
    return np.where(known, np.where(soon, YES, NO), UNKNOWN).astype(np.int8)


def _places(net: OrgNetwork, heads: NDArray[np.int32], log: pd.DataFrame) -> dict[str, Any]:
    """Return which way each message goes, and level and rank of its receiver."""
    source, target = (net.ids.get_indexer(pd.Index(log[end], dtype="str")) for end in ("source", "target"))
    depth = np.full(net.n_units, np.nan)
    if len(heads):
        steps = hops(net.view("vertical", "down"), heads).astype(np.float64)
        depth = np.where(steps < 0, np.nan, steps)
    down = depth[target] - depth[source]
    direction = np.select([down > 0, down < 0, down == 0], ["down", "up", "level"], "unknown")
    units = net.units
    if "level" in units:
        level = units["level"].to_numpy(object)[target]
        rank = units["level"].map(LEVEL_RANK).to_numpy("float64", na_value=np.nan)[target]
    else:
        level = np.array([None if np.isnan(steps) else f"{steps:.0f}" for steps in depth], dtype=object)[target]
        rank = depth[target]
    return {
        "direction": pd.array(direction, dtype="str"),
        "level": pd.Series(level, dtype="str").fillna(NOT_RECORDED),
        "rank": rank,
    }


def _directions(log: pd.DataFrame) -> pd.DataFrame:
    table = log.assign(messages=1, open=~log["closed"])
    columns = ["messages", "acknowledged", "acted", "closed", "open"]
    counts = table.groupby("direction")[columns].sum().reindex(["down", "up", "level", "unknown"], fill_value=0)
    return counts.astype("int64").reset_index()


def _levels(log: pd.DataFrame) -> pd.DataFrame:
    """Return one row a direction and level of the receiver, the highest level first."""
    rows = [
        {"direction": direction, "level": level, "rank": group["rank"].min(), **_counts(group)}
        for (direction, level), group in log.groupby(["direction", "level"], sort=True)
    ]
    columns = ["direction", "level", "rank", *_counts(log.iloc[:0])]
    table = pd.DataFrame(rows, columns=columns).sort_values(["direction", "rank"], kind="stable")
    return table.drop(columns="rank").reset_index(drop=True)


def _counts(group: pd.DataFrame) -> dict[str, float]:
    n, timed = len(group), group[group["timed"]]
    in_time, late = (int((group["closed_in_time"] == answer).sum()) for answer in (YES, NO))
    known = group.loc[group["answered"] != UNKNOWN, "acknowledged"]
    curve = kaplan_meier(timed["closing_days"].to_numpy(float), timed["closed"].to_numpy(bool))
    return {
        "messages": n,
        "acknowledged": int(group["acknowledged"].sum()),
        "acknowledgement_rate": known.mean() if len(known) else np.nan,
        "in_time": in_time,
        "late": late,
        "open": int((~group["closed"]).sum()),
        "closing_rate": in_time / (in_time + late) if in_time + late else np.nan,
        "median_days": median_days(curve),
    }


def _sits_at(levels: pd.DataFrame) -> str:
    feedback = levels[(levels["direction"] == "up") & (levels["level"] != NOT_RECORDED) & (levels["open"] > 0)]
    return str(feedback["level"].iloc[feedback["open"].argmax()]) if len(feedback) else ""


def _add_balance(figures: Figures, log: pd.DataFrame, lacks: tuple[str, ...], *, led: bool) -> None:
    up, down, unknown = (int((log["direction"] == way).sum()) for way in ("up", "down", "unknown"))
    reason = "" if lacks or led else NO_HEADQUARTERS
    figures.ratio("message_balance", min(up, down), max(up, down), unknown=unknown, missing=lacks, reason=reason)


def _add_action(figures: Figures, log: pd.DataFrame, curve: pd.DataFrame, lacks: tuple[str, ...]) -> None:
    _add_median(figures, "days_to_action", log, curve, lacks)
    _add_share(figures, "acted_in_time", log["acted_in_time"], lacks)


def _add_median(figures: Figures, name: str, log: pd.DataFrame, curve: pd.DataFrame, lacks: tuple[str, ...]) -> None:
    days, unknown = median_days(curve), int((~log["timed"]).sum())
    if lacks or np.isnan(days):
        reason = "" if lacks else _NEVER_HALF if len(curve) else NOTHING_TO_COUNT
        figures.add(name, missing=lacks, reason=reason, unknown=unknown)
    else:
        figures.add(name, days, unknown=unknown)


def _add_share(figures: Figures, name: str, answers: pd.Series, lacks: tuple[str, ...], *, group: str = "all") -> None:
    yes, no, unknown = (int((answers == answer).sum()) for answer in (YES, NO, UNKNOWN))
    figures.ratio(name, yes, yes + no, group=group, unknown=unknown, missing=lacks)


def _add_acknowledgement(figures: Figures, log: pd.DataFrame, lacks: tuple[str, ...]) -> None:
    """Add the share of messages acknowledged on their way down, by level of the receiver, and over all ranks of levels.

    Levels of one rank, as grids and units are, lie on no path together: the product pools them.
    """
    down = log[log["direction"] == "down"]
    _add_share(figures, "acknowledgement_rate", down["answered"], lacks)
    if not lacks:
        for level, answers in down.loc[down["level"] != NOT_RECORDED].groupby("level")["answered"]:
            _add_share(figures, "acknowledgement_rate", answers, (), group=str(level))
    ranked = down[(down["answered"] != UNKNOWN) & down["rank"].notna()]
    unknown = len(down) - len(ranked)
    if lacks or not len(ranked):
        reason = "" if lacks else NOTHING_TO_COUNT
        figures.add("acknowledgement_product", missing=lacks, reason=reason, unknown=unknown)
    else:
        rates = ranked["answered"].eq(YES).groupby(ranked["rank"]).mean()
        figures.add("acknowledgement_product", float(np.prod(rates.to_numpy())), unknown=unknown)


def _add_feedback(figures: Figures, log: pd.DataFrame, lacks: tuple[str, ...]) -> None:
    """Add how much feedback is closed in time, after how many days, and how much lies open at which level."""
    feedback = log[log["direction"] == "up"]
    timed = feedback[feedback["timed"]]
    _add_share(figures, "feedback_in_time", feedback["closed_in_time"], lacks)
    curve = kaplan_meier(timed["closing_days"].to_numpy(float), timed["closed"].to_numpy(bool))
    _add_median(figures, "days_to_closing", feedback, curve, lacks)
    if lacks:
        figures.add("open_feedback", missing=lacks)
        return
    lying = ~feedback["closed"]
    figures.add("open_feedback", int(lying.sum()))
    for level, count in lying.groupby(feedback["level"]).sum().items():
        figures.add("open_feedback", int(count), group=str(level))
