"""Grids: which functions they have, who works there, which other systems they serve, what they are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._metrics import territory
from orgnet._metrics.force import current
from orgnet._model.reading import not_recorded
from orgnet._model.results import Family, Figures, Note, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

OWN_SYSTEM = "(own)"
_SEPARATORS = r"[、,，;；\s]+"
_NONE_WORDS = ("无", "暂无", "没有", "none")
_PROVIDING = ("serves", "supports")


@dataclass(frozen=True, eq=False, repr=False)
class Grids(Family):
    """Functions, posts, systems, providers and items of grids; see `orgnet.metrics.grids`.

    Attributes
    ----------
    areas
        One row an area with grids: ``area``, ``grids``, ``all_functions`` (grids known to have all), ``codes``
        (different grid codes, own and of other systems; NaN where a grid of the area has its systems not recorded),
        ``posts``, ``full_time_posts``, ``items``, ``items_off_list`` (sums of what is recorded; NaN where nothing is),
        ``with_provider`` (grids with one).
    systems
        One row a pair of grid systems that share a grid: ``system``, ``other``, ``both`` (grids in both), ``either``,
        ``jaccard``; ``"(own)"`` is the list of grids itself.
    """

    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    systems: pd.DataFrame = field(default_factory=pd.DataFrame)


def grids(net: OrgNetwork) -> Grids:
    r"""Do grids have their three functions, the posts to fulfil them and providers to turn to, and are they one system?

    Over grids of which all :math:`F` functions of the rule set are recorded (Party-building, governance, relief),

    .. math:: \text{functions present} = \frac{\sum_i \text{functions of grid } i}{F \cdot \text{grids}}

    Two grid systems overlap by :math:`J = |A \cap B| \, / \, |A \cup B|`, the grids that belong to both over those that
    belong to one of them.

    Parameters
    ----------
    net
        The network; ties and rows of tables that have ended by its date are left out. ``grid_system`` holds the codes
        of other systems that a grid belongs to, several with 、, and 无 where there is none. Posts of a grid come from
        the posts table, where that names the grid, else from ``grid_workers`` and ``full_time_posts``. Providers are
        units with a `serves` or `supports` tie to the grid, or a row of the services table; a grid without has none. A
        grid that the items table does not name is not known to have none.

    Returns
    -------
    Grids
        ``table``, one row a grid: ``unit_id``, ``name``, ``area``, for each function ``yes``, ``no`` or ``unknown``,
        ``functions`` (how many are present; NaN where none is recorded), ``functions_unknown``, ``posts``,
        ``full_time_posts``, ``systems`` (other systems it belongs to), ``providers``, ``items`` (different ones,
        whoever issues them) and ``items_off_list`` (not on the approved list; unknown where rows differ),
        ``cases`` (how often items were handed out); NaN where not recorded. ``areas``, ``systems``, and ``indicators``:
        functions (G1, G2), codes and overlap (G3; pairs sharing no grid count as 0), functions a post and posts a grid
        (G4), providers (G5), items (G6).

    References
    ----------
    Measures G1 to G6; grid standard GB/T 34300-2017; ``net.rules["grids"]``.

    Examples
    --------
    >>> from orgnet import build
    >>> net = build.from_tables({
    ...     "unit_id": ["g1", "g2"], "kind": "grid", "function_party": [True, True],
    ...     "function_governance": [True, False], "function_relief": [True, None],
    ... })
    >>> found = grids(net)
    >>> found.table[["party", "governance", "relief"]].values.tolist()
    [['yes', 'yes', 'yes'], ['yes', 'no', 'unknown']]
    >>> found.value("functions_present"), found.value("grids_with_all_functions")
    (1.0, 0.5)
    """
    now = current(net)
    units = now.units
    places = territory.locate(now, units)
    rows = np.flatnonzero(units["kind"].eq("grid").to_numpy(bool))
    of = units.iloc[rows]
    area = pd.array(places.names[rows], dtype="str")
    table = pd.DataFrame({"unit_id": now.ids[rows], "name": now.names.to_numpy()[rows], "area": area})
    reason = "" if len(rows) else Note("the network has no grid", "没有网格")
    figures = Figures()
    rules = net.rules["grids"]
    tables = {name: held for name, held in net.tables.items() if len(held)}
    _functions(figures, table, of, rules["functions"], reason)
    posts = _rows_of(net, tables.get("posts"), "unit_id", now.ids[rows])
    _posts(figures, table, of, posts, rules["full_time_posts"], reason)
    _functions_a_post(figures, table, of, posts, rules["functions"], reason)
    members, known = _listed(of["grid_system"]) if "grid_system" in of else _listed(pd.Series(pd.NA, index=of.index))
    missing = territory.lacking(units, "grid_system")
    systems = _systems(figures, table, members, known, missing, reason)
    codes = _codes(figures, table, members, known, missing, reason)
    services = _rows_of(net, tables.get("services"), "receiver", now.ids[rows])
    given = bool({*net.layers, *tables} & {*_PROVIDING, "services"})
    _providers(figures, table, now, services, given=given, reason=reason)
    _items(figures, table, _rows_of(net, tables.get("items"), "unit_id", now.ids[rows]), reason)
    areas = _areas(table, tuple(rules["functions"]), codes)
    return Grids(table, describe(net, "grids"), figures.frame(), areas=areas, systems=systems)


def _rows_of(net: OrgNetwork, table: pd.DataFrame | None, column: str, ids: pd.Index) -> pd.DataFrame | None:
    """Return the rows of an optional table that name one of these units, with its place among them as ``at``."""
    if table is None:
        return None
    at = ids.get_indexer(pd.Index(table[column]))
    table = table.assign(at=at)[at >= 0]
    return territory.current_rows(net, table) if "until" in table else table


def _functions(figures: Figures, table: pd.DataFrame, of: pd.DataFrame, fields: Mapping[str, str], reason: str) -> None:
    """Add the functions of each grid to the table, and shares over the grids where all, or the one, are recorded."""
    n = len(of)
    yes, no = np.zeros((n, len(fields)), dtype=bool), np.zeros((n, len(fields)), dtype=bool)
    for place, (name, column) in enumerate(fields.items()):
        if column in of:
            yes[:, place], no[:, place] = _is(of[column], answer=True), _is(of[column], answer=False)
        words = np.select([yes[:, place], no[:, place]], ["yes", "no"], "unknown")
        table[name] = pd.array(words.astype(object), dtype="str")
    known = yes | no
    table["functions"] = np.where(known.any(axis=1), yes.sum(axis=1), np.nan)
    table["functions_unknown"] = len(fields) - known.sum(axis=1)
    missing = territory.lacking(of, *fields.values())
    whole = known.all(axis=1)
    n_whole = int(whole.sum())
    figures.ratio("functions_present", int(yes[whole].sum()), n_whole * len(fields), unknown=n - n_whole,
                  missing=missing, reason=reason)  # fmt: skip
    for place, (name, column) in enumerate(fields.items()):
        n_known = int(known[:, place].sum())
        figures.ratio("grids_with_function", int(yes[:, place].sum()), n_known, group=name, unknown=n - n_known,
                      missing=territory.lacking(of, column), reason=reason)  # fmt: skip
    decided = int((whole | no.any(axis=1)).sum())
    figures.ratio("grids_with_all_functions", int(yes.all(axis=1).sum()), decided, unknown=n - decided,
                  missing=missing, reason=reason)  # fmt: skip


def _is(flags: pd.Series, *, answer: bool) -> NDArray[np.bool_]:
    """Return which flags give this answer; one that is not recorded gives none."""
    return flags.astype("boolean").eq(other=answer).fillna(value=False).to_numpy(bool)


def _posts(
    figures: Figures, table: pd.DataFrame, of: pd.DataFrame, posts: pd.DataFrame | None, least: float, reason: str
) -> None:
    """Add posts and full-time posts of each grid: from the posts table, where it names the grid, else from columns."""
    n = len(of)
    total, full = territory.recorded(of, "grid_workers"), territory.recorded(of, "full_time_posts")
    if posts is not None:
        at, flag = posts["at"].to_numpy(np.int64), posts["full_time"]
        seats = np.bincount(at, minlength=n)
        open_ = np.bincount(at[flag.isna().to_numpy(bool)], minlength=n)
        total = np.where(seats > 0, seats, total)
        full = np.where((seats > 0) & (open_ == 0), np.bincount(at[_is(flag, answer=True)], minlength=n), full)
    table["posts"], table["full_time_posts"] = total, full
    missing = ("posts", *territory.lacking(of, "full_time_posts"))
    missing = missing if posts is None and len(missing) > 1 else ()
    known = full[~np.isnan(full)]
    nothing = reason or Note("no grid has its full-time posts recorded", "网格均未登记专职岗位")
    figures.ratio("full_time_posts_per_grid", float(known.sum()), len(known), unknown=n - len(known),
                  missing=missing, reason=nothing)  # fmt: skip
    figures.ratio("grids_with_full_time_posts", int((known >= least).sum()), len(known), unknown=n - len(known),
                  missing=missing, reason=nothing)  # fmt: skip


def _functions_a_post(
    figures: Figures, table: pd.DataFrame, of: pd.DataFrame, posts: pd.DataFrame | None, fields: Mapping[str, str],
    reason: str,
) -> None:  # fmt: skip
    """Add functions a post: those named for each post, where any are, else those of the grids over their posts."""
    if posts is not None and posts["function"].notna().any():
        words, known = _listed(posts["function"])
        figures.ratio("functions_per_post", len(words), int(known.sum()), unknown=int((~known).sum()))
        return
    whole = table["functions_unknown"].eq(0) & table["posts"].notna()
    missing = territory.lacking(of, *fields.values())
    if posts is None and "grid_workers" not in of:
        missing = ("posts", "units.grid_workers", *missing)
    nothing = reason or Note("no grid has functions and posts recorded", "网格均未登记功能与岗位")
    figures.ratio("functions_per_post", float(table.loc[whole, "functions"].sum()),
                  float(table.loc[whole, "posts"].sum()), unknown=int((~whole).sum()), missing=missing,
                  reason=nothing)  # fmt: skip


def _listed(cells: pd.Series) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the words of cells that hold several, one row a word (``at``, ``word``), and which cells are recorded.

    无 is recorded and gives no word; what says that nobody wrote it down is not.
    """
    cells = cells.astype("str").reset_index(drop=True)
    blank = [word for word in cells.dropna().unique() if not_recorded(word)]
    known = cells.notna() & ~cells.isin(blank)
    words = cells[known].str.split(_SEPARATORS, regex=True).explode()
    words = words[(words != "") & ~words.isin(list(_NONE_WORDS))]
    frame = pd.DataFrame({"at": words.index.to_numpy(np.int64), "word": words.to_numpy(object)})
    return frame.drop_duplicates(ignore_index=True), known.to_numpy(bool)


def _systems(
    figures: Figures, table: pd.DataFrame, members: pd.DataFrame, known: NDArray[np.bool_], missing: tuple[str, ...],
    reason: str,
) -> pd.DataFrame:  # fmt: skip
    """Add how far two systems hold the same grids, over all pairs; return the pairs that share one."""
    own = pd.DataFrame({"at": np.flatnonzero(known), "word": np.full(int(known.sum()), OWN_SYSTEM, dtype=object)})
    every = pd.concat([own, members], ignore_index=True)
    code, words = pd.factorize(every["word"].to_numpy(object), sort=True)
    size = np.bincount(code, minlength=len(words))
    held = pd.DataFrame({"at": every["at"], "code": code})
    pairs = held.merge(held, on="at", suffixes=("", "_other")).query("code < code_other")
    both = pairs.groupby(["code", "code_other"]).size().reset_index(name="both")
    one, other = both["code"].to_numpy(np.int64), both["code_other"].to_numpy(np.int64)
    shared = both["both"].to_numpy(np.int64)
    either = size[one] + size[other] - shared
    frame = pd.DataFrame({"system": pd.array(words[one], dtype="str"), "other": pd.array(words[other], dtype="str"),
                          "both": shared, "either": either, "jaccard": shared / either})  # fmt: skip
    n_pairs = len(words) * (len(words) - 1) // 2
    nothing = reason or Note("no grid belongs to another grid system", "没有网格兼属其他网格体系")
    figures.ratio("grid_system_overlap", float(frame["jaccard"].sum()), n_pairs, unknown=int((~known).sum()),
                  missing=missing, reason=nothing)  # fmt: skip
    table["systems"] = np.where(known, np.bincount(members["at"].to_numpy(np.int64), minlength=len(table)), np.nan)
    return frame.sort_values(["jaccard", "system", "other"], ascending=[False, True, True], ignore_index=True)


def _codes(
    figures: Figures, table: pd.DataFrame, members: pd.DataFrame, known: NDArray[np.bool_],
    missing: tuple[str, ...], reason: str,
) -> pd.Series:  # fmt: skip
    """Return the different grid codes of each area, by its label, and add their mean."""
    home = table["area"].to_numpy(object)
    own = pd.DataFrame({"area": home, "code": table["unit_id"].to_numpy(object)})
    others = pd.DataFrame({"area": home[members["at"].to_numpy(np.int64)], "code": members["word"].to_numpy(object)})
    codes = pd.concat([own, others]).drop_duplicates().groupby("area").size().astype("float64")
    codes = codes.mask(codes.index.isin(home[~known]))
    named = codes[codes.index != territory.NOT_RECORDED]
    nothing = reason or Note("no area has the systems of all its grids recorded", "没有区域登记了全部网格的兼属体系")
    figures.ratio("grid_codes_per_area", float(named.sum()), int(named.count()), unknown=int(named.isna().sum()),
                  missing=missing, reason=nothing)  # fmt: skip
    return codes


def _providers(
    figures: Figures, table: pd.DataFrame, now: OrgNetwork, services: pd.DataFrame | None, *, given: bool, reason: str
) -> None:
    """Add how many different units provide for each grid, by ties or by the list of services."""
    n, at = len(table), now.ids.get_indexer(pd.Index(table["unit_id"]))
    by, to = now.ends[:, now.tie_mask(_PROVIDING)].astype(np.int64)
    if services is not None:
        by = np.concatenate([by, now.ids.get_indexer(pd.Index(services["provider"]))])
        to = np.concatenate([to, at[services["at"].to_numpy(np.int64)]])
    pairs = np.unique(np.stack([by, to])[:, by != to], axis=1)
    providers = np.bincount(pairs[1], minlength=now.n_units)[at]
    table["providers"] = providers if given else np.full(n, np.nan)
    missing = () if given else tuple(f"ties.{layer}" for layer in _PROVIDING)
    figures.ratio("providers_per_grid", int(providers.sum()), n, missing=missing, reason=reason)
    figures.ratio("grids_with_provider", int((providers > 0).sum()), n, missing=missing, reason=reason)


def _items(figures: Figures, table: pd.DataFrame, items: pd.DataFrame | None, reason: str) -> None:
    """Add the items of work handed to each grid, and those that are not on the approved list."""
    n, columns = len(table), ("items", "items_off_list", "cases")
    if items is None:
        table[list(columns)] = np.nan
        figures.add("items_per_grid", missing=("items",))
        figures.add("grid_items_off_list", missing=("items",))
        return
    cases = items.groupby("at")["count"].sum(min_count=1).reindex(range(n)).to_numpy(np.float64)
    items = _once(items)
    at, listed = items["at"].to_numpy(np.int64), items["listed"].notna().to_numpy(bool)
    off = _is(items["listed"], answer=False)
    handed = np.bincount(at, minlength=n).astype(np.float64)
    handed[handed == 0] = np.nan
    marked = np.bincount(at[listed], minlength=n) > 0
    outside = np.where(marked, np.bincount(at[off], minlength=n), np.nan)
    for name, values in zip(columns, (handed, outside, cases), strict=True):
        table[name] = values
    named, n_listed = int((~np.isnan(handed)).sum()), int(listed.sum())
    nothing = reason or Note("the items table names no grid", "工作事项表未涉及网格")
    figures.ratio("items_per_grid", len(items), named, unknown=n - named, reason=nothing)
    missing = ("items.listed",) if len(items) and not n_listed else ()
    figures.ratio("grid_items_off_list", int(off.sum()), n_listed, unknown=len(items) - n_listed, missing=missing,
                  reason=nothing)  # fmt: skip


def _once(items: pd.DataFrame) -> pd.DataFrame:
    """Return each item of a grid once, whoever issues it; where its rows contradict each other, `listed` is missing."""
    flags = items.groupby(["at", "item"])["listed"].agg(["min", "max"]).reset_index()
    return flags.assign(listed=flags["min"].mask(flags["min"] != flags["max"]))


def _areas(table: pd.DataFrame, functions: tuple[str, ...], codes: pd.Series) -> pd.DataFrame:
    every = (table[list(functions)] == "yes").all(axis=1)
    frame = table.assign(
        grids=1,
        all_functions=every.astype("int64"),
        with_provider=table["providers"].gt(0).astype("float64").mask(table["providers"].isna()),
    )
    counts = ["grids", "all_functions", "posts", "full_time_posts", "with_provider", "items", "items_off_list"]
    areas = frame.groupby("area", sort=True)[counts].sum(min_count=1).reset_index()
    areas.insert(3, "codes", codes.reindex(areas["area"]).to_numpy(np.float64))
    return areas
