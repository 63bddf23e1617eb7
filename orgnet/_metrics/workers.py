"""Workers: posts filled and vacant, who stays, who is trained, and whether a community can go on; counts of units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics import territory
from orgnet._metrics.activity import appearances, why_undefined
from orgnet._metrics.force import current
from orgnet._model.results import Family, Figures, Note, describe
from orgnet._model.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._metrics.territory import Places
    from orgnet._model.network import OrgNetwork

_FIELDS = (
    *("posts_approved", "posts_filled", "workers_joined", "workers_left", "workers_stayed", "certified", "trained"),
    *("training_hours", "promoted", "pay_ratio", "disputes", "disputes_settled", "drills", "mediation_bodies"),
)
NO_TRAINING = Note("no event of the last 365 days is a training", "近 365 天的活动中没有培训")
_PER_RESIDENTS = 10_000
_PER_WORKERS = 100
_PER_POSTS = 10


@dataclass(frozen=True, eq=False, repr=False)
class Workers(Family):
    """Posts, turnover, training and continuity; see `orgnet.metrics.workers`.

    Attributes
    ----------
    areas
        One row an area: ``area``, ``units`` (with posts), ``posts_approved``, ``posts_filled`` (NaN where one of these
        units has it not recorded), ``vacancies``, ``households``, ``population``, ``households_per_post``,
        ``mediation_bodies``, ``mediation_per_10000``, ``disputes``, ``disputes_settled``, ``drills``, ``supporters``
        (different ones). Sums of what is recorded, NaN where nothing is; households and population as in `scope`.
    """

    areas: pd.DataFrame = field(default_factory=pd.DataFrame)


def workers(net: OrgNetwork) -> Workers:
    r"""Are posts filled, do workers stay, are they trained, and can the work go on when something happens?

    With :math:`f` filled posts at the end of the year, :math:`j` joined and :math:`l` left in it, there were
    :math:`s = f - j + l` workers a year ago, and

    .. math:: \text{vacancy} = \frac{\sum \max(0, \text{approved} - f)}{\sum \text{approved}}, \quad
              \text{turnover} = \frac{\sum l}{\sum (s + f) / 2}, \quad
              \text{retention} = \frac{\sum \text{stayed}}{\sum s}

    Parameters
    ----------
    net
        The network; `supports` ties that have ended by its date are left out. All are counts a unit: nothing here is
        about one worker, and units are not ranked. A rate is over the units that have all its fields recorded. A unit
        whose parts are more than their whole (more certified workers than filled posts) is left out of that rate,
        counted as unknown, with a warning.

    Returns
    -------
    Workers
        ``table``, one row a unit that has posts (``posts_approved`` or ``posts_filled``), by area and id: ``unit_id``,
        ``name``, ``kind``, ``area``, ``posts_approved``, ``posts_filled``, ``vacancies``, ``vacancy``, ``turnover``,
        ``retention``, ``certified_share``, ``training_hours_per_post``, ``training_reach``, ``supporters``; NaN where
        not recorded. Pay and promotion are given for all and by kind only. ``areas``, and ``indicators``, for all and
        by kind of unit: vacancy (K1), turnover and retention (K3), certified (K4), training (K5), promotion and pay
        (K6, pay weighted by filled posts), supporters for ten filled posts (K7); for all only: households per filled
        post, over areas where households and all filled posts are recorded (K2), spread of the training of the last
        365 days over topics (K5), mediation, disputes settled in time, drills (K8).

    References
    ----------
    Measures K1 to K8; ``net.rules["workers"]``. "Stability" is read only as readiness of organisations.

    Examples
    --------
    Ten posts approved, eight filled, two joined and three left, so nine a year ago, of whom six are still there:

    >>> from orgnet import build
    >>> net = build.from_tables({
    ...     "unit_id": ["c"], "kind": "residents_committee", "posts_approved": [10], "posts_filled": [8],
    ...     "workers_joined": [2], "workers_left": [3], "workers_stayed": [6], "households": [1600],
    ... })
    >>> found = workers(net)
    >>> found.value("post_vacancy"), found.value("households_per_post"), round(found.value("worker_retention"), 4)
    (0.2, 200.0, 0.6667)
    >>> round(found.value("worker_turnover"), 4)  # 3 / ((9 + 8) / 2)
    0.3529
    """
    now = current(net)
    units = now.units
    places = territory.locate(now, units)
    facts = {name: territory.recorded(units, name) for name in _FIELDS}
    warnings: list[Note] = []
    staffed = ~np.isnan(facts["posts_approved"]) | ~np.isnan(facts["posts_filled"])
    _derive(facts, warnings)
    pairs = _supporters(now, staffed)
    supported = np.bincount(pairs[1], minlength=len(units)).astype(np.float64)
    facts["supporters"] = supported if "supports" in net.layers else np.full(len(units), np.nan)
    figures = Figures()
    _rates(figures, facts, units, staffed)
    _support(figures, facts, units, staffed, pairs, tied="supports" in net.layers)
    areas = _areas(facts, units, places, staffed, pairs)
    _by_area(figures, areas, units)
    _continuity(figures, facts, units)
    _topics(figures, net)
    return Workers(_table(now, facts, places, staffed), describe(net, "workers", warnings=tuple(warnings)),
                   figures.frame(), areas=areas)  # fmt: skip


def _derive(facts: dict[str, NDArray[np.float64]], warnings: list[Note]) -> None:
    """Add what follows from the counts; parts that are more than their whole are taken as not recorded."""
    filled = facts["posts_filled"]
    before = filled - facts["workers_joined"] + facts["workers_left"]
    impossible = before < 0
    if impossible.any():
        n = int(impossible.sum())
        text = f"{n} units have more workers joined than filled posts and leavers together: turnover is not known there"
        warnings.append(Note(text, f"{n} 个单位新进人数超过在岗与离职人数之和：流动率未知"))
    facts["before"] = np.where(impossible, np.nan, before)
    facts["vacancies"] = np.maximum(facts["posts_approved"] - filled, 0)
    facts["mean_workers"] = (facts["before"] + filled) / 2
    facts["weighted_pay"] = facts["pay_ratio"] * filled
    wholes = {"workers_stayed": "before", "certified": "posts_filled", "trained": "posts_filled",
              "disputes_settled": "disputes"}  # fmt: skip
    for part, whole in wholes.items():
        more = facts[part] > facts[whole]
        if more.any():
            n = int(more.sum())
            words = {"before": ("workers a year ago", "一年前在岗人数")}
            en, zh = words.get(whole, (label(whole), label(whole, "zh")))
            text = f"{label(part)}: more than {en} in {n} units, which are left out there"
            warnings.append(Note(text, f"{n} 个单位“{label(part, 'zh')}”多于“{zh}”，计算该项时不计入"))
        facts[part] = np.where(more, np.nan, facts[part])


# measure: what is divided, by what, times what, and the fields that both are made of
_RATES: dict[str, tuple[str, str, int, tuple[str, ...]]] = {
    "post_vacancy": ("vacancies", "posts_approved", 1, ("posts_approved", "posts_filled")),
    "worker_turnover": ("workers_left", "mean_workers", 1, ("posts_filled", "workers_joined", "workers_left")),
    "worker_retention": (
        *("workers_stayed", "before", 1),
        ("posts_filled", "workers_joined", "workers_left", "workers_stayed"),
    ),
    "certified_workers": ("certified", "posts_filled", 1, ("certified", "posts_filled")),
    "training_hours_per_post": ("training_hours", "posts_filled", 1, ("training_hours", "posts_filled")),
    "training_reach": ("trained", "posts_filled", 1, ("trained", "posts_filled")),
    "promotions_per_100": ("promoted", "posts_filled", _PER_WORKERS, ("promoted", "posts_filled")),
    "pay_ratio": ("weighted_pay", "posts_filled", 1, ("pay_ratio", "posts_filled")),
}


def _rates(
    figures: Figures, facts: dict[str, NDArray[np.float64]], units: pd.DataFrame, staffed: NDArray[np.bool_]
) -> None:
    kinds = territory.kinds_of(units)
    for group in ("all", *sorted(set(kinds[staffed]))):
        inside = staffed & ((group == "all") | (kinds == group))
        for measure, (over, under, times, fields) in _RATES.items():
            missing = territory.lacking(units, *fields)
            _rate(
                figures, measure, facts[over][inside], facts[under][inside], group=group, times=times, missing=missing
            )


def _rate(
    figures: Figures, measure: str, over: NDArray[np.float64], under: NDArray[np.float64], *, group: str = "all",
    times: int = 1, missing: Sequence[str] = (),
) -> None:  # fmt: skip
    """Add the sum of one over the sum of the other, where both are known."""
    known = ~np.isnan(over) & ~np.isnan(under)
    whole, part = float(under[known].sum()), float(over[known].sum())
    unknown = len(known) - int(known.sum())
    if missing or not whole:
        figures.ratio(measure, part, whole, group=group, unknown=unknown, missing=missing)
    else:
        figures.add(measure, times * part / whole, group=group, numerator=part, denominator=whole, unknown=unknown)


def _supporters(now: OrgNetwork, staffed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pairs of a supporter and a unit with posts that it supports, each once."""
    by, to = now.ends[:, now.tie_mask("supports")].astype(np.int64)
    return np.unique(np.stack([by, to])[:, staffed[to]], axis=1)


def _support(
    figures: Figures, facts: dict[str, NDArray[np.float64]], units: pd.DataFrame, staffed: NDArray[np.bool_],
    pairs: NDArray[np.int64], *, tied: bool,
) -> None:  # fmt: skip
    """Add different supporters for ten filled posts; one that supports several units counts once in a group."""
    missing = (*territory.lacking(units, "posts_filled"), *(() if tied else ("ties.supports",)))
    kinds, filled = territory.kinds_of(units), facts["posts_filled"]
    known = staffed & ~np.isnan(filled)
    for group in ("all", *sorted(set(kinds[staffed]))):
        inside = (group == "all") | (kinds == group)
        supporters, posts = len(np.unique(pairs[0, (known & inside)[pairs[1]]])), float(filled[known & inside].sum())
        unknown = int((staffed & ~known & inside).sum())
        if missing or not posts:
            figures.ratio("supporters_per_10_posts", supporters, posts, group=group, unknown=unknown, missing=missing)
        else:
            figures.add("supporters_per_10_posts", _PER_POSTS * supporters / posts, group=group, numerator=supporters,
                        denominator=posts, unknown=unknown)  # fmt: skip


def _areas(
    facts: dict[str, NDArray[np.float64]], units: pd.DataFrame, places: Places, staffed: NDArray[np.bool_],
    pairs: NDArray[np.int64],
) -> pd.DataFrame:  # fmt: skip
    filled = facts["posts_filled"]
    whole = places.count(staffed & np.isnan(filled)) == 0
    helped = np.unique(np.stack([pairs[0], places.area[pairs[1]]]), axis=1)
    households, population = (territory.counted_once(units, places, name) for name in ("households", "population"))
    posts = np.where(whole, places.total(filled), np.nan)
    bodies = places.total(facts["mediation_bodies"])
    supporters = np.bincount(helped[1], minlength=len(places.labels)).astype(np.float64)
    frame = pd.DataFrame(
        {
            "area": pd.array(places.labels.to_numpy(object), dtype="str"),
            "units": places.count(staffed),
            "posts_approved": places.total(facts["posts_approved"]),
            "posts_filled": posts,
            "vacancies": places.total(facts["vacancies"]),
            "households": households,
            "population": population,
            "households_per_post": _divided(households, posts),
            "mediation_bodies": bodies,
            "mediation_per_10000": _PER_RESIDENTS * _divided(bodies, population),
            **{name: places.total(facts[name]) for name in ("disputes", "disputes_settled", "drills")},
            "supporters": np.where(np.isnan(facts["supporters"]).all(), np.nan, supporters),
        }
    )
    some = frame["units"].gt(0) | frame[["mediation_bodies", "disputes", "drills"]].notna().any(axis=1)
    return frame[some].reset_index(drop=True)


def _divided(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0))


def _by_area(figures: Figures, areas: pd.DataFrame, units: pd.DataFrame) -> None:
    """Add what has its households or residents counted once an area: over the areas that have both recorded."""
    some = areas[areas["units"] > 0]
    _rate(figures, "households_per_post", some["households"].to_numpy(np.float64),
          some["posts_filled"].to_numpy(np.float64),
          missing=territory.lacking(units, "households", "posts_filled"))  # fmt: skip
    bodies = areas[areas["mediation_bodies"].notna()]
    _rate(figures, "mediation_bodies_per_10000", bodies["mediation_bodies"].to_numpy(np.float64),
          bodies["population"].to_numpy(np.float64), times=_PER_RESIDENTS,
          missing=territory.lacking(units, "mediation_bodies", "population"))  # fmt: skip


def _continuity(figures: Figures, facts: dict[str, NDArray[np.float64]], units: pd.DataFrame) -> None:
    heard = ~np.isnan(facts["disputes"])
    _rate(figures, "disputes_settled_in_time", facts["disputes_settled"][heard], facts["disputes"][heard],
          missing=territory.lacking(units, "disputes", "disputes_settled"))  # fmt: skip
    drills = facts["drills"][~np.isnan(facts["drills"])]
    missing = territory.lacking(units, "drills")
    figures.ratio("drills_per_unit", float(drills.sum()), len(drills), missing=missing)


def _topics(figures: Figures, net: OrgNetwork) -> None:
    """Add the entropy of the types of training events of the last year, in bits; an event counts once."""
    seen = appearances(net)
    why = why_undefined(net, seen, "event_type")
    if why:
        figures.add("training_topic_entropy", **why)
        return
    kinds, words = seen["event_type"].fillna(""), net.rules["workers"]["training_words"]
    training = np.logical_or.reduce([kinds.str.contains(word, case=False, regex=False) for word in words])
    held = seen[training & seen["present"]].drop_duplicates(["event", "event_type"])
    undated = int(held.loc[held["date"].isna(), "event"].nunique())
    shares = held.loc[held["period"] == 0, "event_type"].value_counts(normalize=True).to_numpy(np.float64)
    if len(shares):
        figures.add("training_topic_entropy", max(0.0, float(-(shares * np.log2(shares)).sum())), unknown=undated)
    else:
        figures.add("training_topic_entropy", unknown=undated, reason=NO_TRAINING)


def _table(
    now: OrgNetwork, facts: dict[str, NDArray[np.float64]], places: Places, staffed: NDArray[np.bool_]
) -> pd.DataFrame:
    rows = np.flatnonzero(staffed)
    filled = facts["posts_filled"]
    values = {
        **{name: facts[name] for name in ("posts_approved", "posts_filled", "vacancies")},
        "vacancy": _divided(facts["vacancies"], facts["posts_approved"]),
        "turnover": _divided(facts["workers_left"], facts["mean_workers"]),
        "retention": _divided(facts["workers_stayed"], facts["before"]),
        "certified_share": _divided(facts["certified"], filled),
        "training_hours_per_post": _divided(facts["training_hours"], filled),
        "training_reach": _divided(facts["trained"], filled),
        "supporters": facts["supporters"],
    }
    table = pd.DataFrame(
        {
            "unit_id": now.ids[rows],
            "name": now.names.to_numpy()[rows],
            "kind": now.units["kind"].to_numpy()[rows],
            "area": pd.array(places.names[rows], dtype="str"),
            **{name: column[rows] for name, column in values.items()},
        }
    )
    return table.sort_values(["area", "unit_id"], ignore_index=True)
