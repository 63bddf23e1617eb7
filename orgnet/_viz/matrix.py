"""The matrix of coverage: areas by sectors, "k of n" in each cell, and where nobody is covered cannot be missed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._metrics.coverage import MEASURES, MISSING_GROUP
from orgnet._metrics.presence import POPULATIONS
from orgnet._model.vocabulary import check_choice, label
from orgnet._viz import encode, static, style
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from numpy.typing import NDArray

    from orgnet._metrics.coverage import Coverage
    from orgnet._model.vocabulary import Lang

    Counts = NDArray[np.int64]

GAP_HOSTS = 3  # so many hosts without one that is covered are a gap; one or two may be chance
GAP_COLOUR, GAP_LIGHT, GAP_DARK = "#B23A00", np.array([255, 229, 204]), np.array([243, 138, 48])
CELL_WIDTH, CELL_HEIGHT = 0.66, 0.36  # inches
APART = 0.2  # of a cell, between the cells and their totals
LABEL_COLUMNS = 28
SMALLEST_TEXT, LARGEST_TEXT = 4.0, 9.0
DARK_FROM = 0.78  # share above which the colour is dark and the text in it white

_OUTLINE: dict[str, Any] = {"edgecolor": GAP_COLOUR, "linewidth": 1.8}
_PLURALS = {"area": "areas", "sector": "sectors", "level": "levels", "kind": "kinds", "formation": "formations"}
_MEASURES = {
    "own": ("Party organisation of their own", "单独组建党组织"),
    "joint": ("Joint Party organisation", "联合组建党组织"),
    "organisation": ("Party organisation", "党的组织覆盖"),
    "work": ("Party work", "党的工作覆盖"),
}
_POPULATIONS_ZH = {
    "operating": "在营单位",
    "three_have": "在营、有固定场所、从业人员 {} 人及以上的单位",
    "eligible": "在营、正式党员 {} 名及以上的单位",
}
_SAID = {
    "title": (
        "{measure}: {k:,} of {n:,} {population} ({rate})",
        "{measure}：{population} {n:,} 家中 {k:,} 家（{rate}）",
    ),
    "title_none": ("{measure}: {population}, none recorded", "{measure}：{population}，无记录"),
    "unknown": ("; {u:,} more not recorded", "，另有 {u:,} 家未填报"),
    "reading": (
        "Cells: hosts covered, of those recorded. Blank: no such host.",
        "格内：已覆盖数/有记录数。空白：无此类单位。",
    ),
    "most": (
        "{shown:,} of {all:,} {what}, the ones with most uncovered.",
        "仅列未覆盖最多的 {shown:,} 个{what}（共 {all:,} 个）。",
    ),
    "missing": ("not recorded", "未填"),
    "all": ("all", "合计"),
    "all_of": ("all {n:,}", "全部 {n:,} 个"),
    "cell": ("{k} of {n}", "{k}/{n}"),
    "share": ("{share} covered", "覆盖 {share}"),
    "gap": ("gap: 0 of {n} or more (darker: more hosts)", "空白点：{n} 家及以上无一覆盖（颜色越深家数越多）"),
    "hatch": ("hosts, but nothing recorded", "有单位，但均未填报"),
    "plus": ("+2?: 2 more hosts, not recorded", "+2?：另有 2 家未填报"),
    "empty": (
        "No enterprise or social organisation belongs to this population, so there is nothing to cover.",
        "没有属于该口径的企业或社会组织，无可覆盖对象。",
    ),
}


@dataclass(frozen=True)
class _Grid:
    """The cells that are drawn, the last row and column being the totals over all rows and columns."""

    rows: list[str]
    columns: list[str]
    covered: Counts
    known: Counts
    unknown: Counts
    n_rows: int
    n_columns: int


def plot_coverage_matrix(
    coverage: Coverage,
    *,
    population: str = "operating",
    measure: str = "organisation",
    ax: Axes | None = None,
    lang: Lang = "en",
    most: int = 40,
) -> Axes:
    """Show where Party organisation is missing: areas by sectors, with "k of n" in each cell.

    The darker a cell, the larger the share covered. A cell of three hosts or more of which none is covered is a gap:
    orange, outlined, bold. A hatched cell has hosts of which nothing is recorded; an empty one has none. Rows and
    columns with most uncovered hosts come first, the totals last.

    Parameters
    ----------
    coverage
        The result of ``coverage(net, by=["area", "sector"])``; any two columns will do.
    population
        ``"operating"``, ``"three_have"`` or ``"eligible"``.
    measure
        ``"own"``, ``"joint"``, ``"organisation"`` or ``"work"``.
    ax
        Where to draw; by default a new figure.
    lang
        Language of the labels, ``"en"`` or ``"zh"``. Names stay as they are recorded.
    most
        At most so many rows, and so many columns: the ones with most uncovered hosts, and the title says so. The
        totals are over all.

    Returns
    -------
    Axes
        The Axes drawn on.

    Raises
    ------
    OptionError
        For a coverage that is not by two columns, an unknown word, or `most` below 1.

    Examples
    --------
    >>> import orgnet
    >>> from orgnet._metrics.coverage import coverage
    >>> found = coverage(orgnet.datasets.load(), by=["area", "sector"])
    >>> ax = plot_coverage_matrix(found)
    >>> [label.get_text() for label in ax.get_yticklabels()][:2]
    ['玉泉社区', '黄龙社区']
    """
    static.check_lang(lang)
    static.check_most(most)
    check_choice("population", population, POPULATIONS)
    check_choice("measure", measure, MEASURES)
    if len(coverage.by) != 2:  # noqa: PLR2004 - rows and columns
        msg = (
            f"a matrix needs coverage by two columns, this one is by {list(coverage.by)}; "
            'make it with coverage(net, by=["area", "sector"])'
        )
        raise OptionError(msg)
    chosen = coverage.table[(coverage.table["population"] == population) & (coverage.table["measure"] == measure)]
    grid = _grid(chosen, coverage.by, most, lang)
    ax = static.canvas(ax, *_figure_size(grid))
    words = _words(chosen, population, lang)
    said = _say("title_none", lang, measure=_MEASURES[measure][lang == "zh"], population=words)
    if grid.known[-1, -1] + grid.unknown[-1, -1] == 0:
        static.say_empty(ax, said, _say("empty", lang))
        style.warn_of_missing_font(static.all_texts(ax))
        return ax
    _draw_cells(ax, grid, lang)
    _draw_labels(ax, grid, coverage.by, lang)
    static.set_title(ax, _title(grid, coverage.by, measure, words, lang))
    _draw_legend(ax, grid, lang)
    style.warn_of_missing_font(static.all_texts(ax))
    return ax


def _grid(chosen: pd.DataFrame, by: tuple[str, ...], most: int, lang: Lang) -> _Grid:
    row_codes, row_names = pd.factorize(chosen[by[0]])
    column_codes, column_names = pd.factorize(chosen[by[1]])
    shape = (len(row_names), len(column_names))
    covered, known, unknown = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for counts, column in ((covered, "numerator"), (known, "denominator"), (unknown, "unknown")):
        np.add.at(counts, (row_codes, column_codes), chosen[column].to_numpy(np.int64))
    seen = known + unknown > 0  # what has no host of this population has no row and no column
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    lacking = known - covered
    rows = rows[np.argsort(-lacking[rows].sum(axis=1), kind="stable")]
    columns = columns[np.argsort(-lacking[:, columns].sum(axis=0), kind="stable")]
    top, left = rows[:most], columns[:most]

    def with_totals(counts: Counts) -> Counts:
        return np.block(
            [[counts[np.ix_(top, left)], counts[top].sum(axis=1)[:, None]], [counts[:, left].sum(axis=0), counts.sum()]]
        )

    return _Grid(
        [_name(row_names[i], lang) for i in top] + [_total_name(len(top), len(rows), lang)],
        [_name(column_names[i], lang) for i in left] + [_total_name(len(left), len(columns), lang)],
        with_totals(covered),
        with_totals(known),
        with_totals(unknown),
        len(rows),
        len(columns),
    )


def _name(value: object, lang: Lang) -> str:
    return _say("missing", lang) if value == MISSING_GROUP else encode.clip(label(str(value), lang), LABEL_COLUMNS)


def _total_name(shown: int, n: int, lang: Lang) -> str:
    return _say("all", lang) if shown == n else _say("all_of", lang, n=n)


def _figure_size(grid: _Grid) -> tuple[float, float]:
    n_rows, n_columns = grid.known.shape
    return max(7.0, 1.8 + n_columns * CELL_WIDTH), max(3.2, 2.2 + n_rows * CELL_HEIGHT)


def _draw_cells(ax: Axes, grid: _Grid, lang: Lang) -> None:
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    n_rows, n_columns = grid.known.shape
    size = _text_size(ax, grid, lang)
    gaps = _gaps(grid)
    most = int(grid.known[:-1, :-1][gaps[:-1, :-1]].max(initial=GAP_HOSTS))
    for i, j in zip(*np.nonzero(grid.known + grid.unknown), strict=True):
        k, n, u = int(grid.covered[i, j]), int(grid.known[i, j]), int(grid.unknown[i, j])
        corner = (_place(j, n_columns), _place(i, n_rows))
        looks = _looks(k, n, colormaps["Blues"], most=most)
        ax.add_patch(Rectangle(corner, 1, 1, **looks))
        if gaps[i, j]:
            inside = (corner[0] + 0.05, corner[1] + 0.05)
            ax.add_patch(Rectangle(inside, 0.9, 0.9, fill=False, **_OUTLINE))
        ax.text(
            corner[0] + 0.5,
            corner[1] + 0.5,
            _cell_text(k, n, u, lang),
            ha="center",
            va="center",
            linespacing=1.0,
            color="white" if n and k / n > DARK_FROM else "#1A1A1A",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0} if n == 0 else None,
            fontweight="bold" if gaps[i, j] else "normal",
            **static.text_style(size),
        )
    ax.set(xlim=(0, n_columns + APART), ylim=(n_rows + APART, 0))


def _gaps(grid: _Grid) -> NDArray[np.bool_]:
    return np.asarray((grid.covered == 0) & (grid.known >= GAP_HOSTS))


def _place(i: int, n: int) -> float:
    """Return where a row or column begins; the last one, the totals, stands apart."""
    return i + (APART if i == n - 1 else 0.0)


def _looks(k: int, n: int, colours: Colormap, *, most: int) -> dict[str, Any]:
    """Return fill, edge and hatch of a cell of `n` hosts of which `k` are covered; the largest gap has `most`."""
    if n == 0:
        return {"facecolor": "white", "edgecolor": "#8C8C8C", "hatch": "////", "linewidth": 0.6}
    if k == 0 and n >= GAP_HOSTS:
        share = min(1.0, (n - GAP_HOSTS) / max(1, most - GAP_HOSTS))
        mixed = GAP_LIGHT + (GAP_DARK - GAP_LIGHT) * share
        return {"facecolor": tuple(mixed / 255), "edgecolor": "white", "linewidth": 1.0}
    return {"facecolor": colours(0.06 + 0.8 * k / n), "edgecolor": "white", "linewidth": 1.0}


def _cell_text(k: int, n: int, u: int, lang: Lang) -> str:
    counted = _say("cell", lang, k=k, n=n) if n else ""
    return f"{counted}\n+{u}?".strip() if u else counted


def _text_size(ax: Axes, grid: _Grid, lang: Lang) -> float:
    n_rows, n_columns = grid.known.shape
    wide, high = static.size_in_points(ax)
    longest = len(_say("cell", lang, k=int(grid.covered.max()), n=int(grid.known.max())))
    lines = 2 if grid.unknown.any() else 1
    fits = min(0.9 * wide / n_columns / (longest * static.COLUMN_SHARE), 0.9 * high / n_rows / (lines * 1.15))
    return float(np.clip(fits, SMALLEST_TEXT, LARGEST_TEXT))


def _draw_labels(ax: Axes, grid: _Grid, by: tuple[str, ...], lang: Lang) -> None:
    n_rows, n_columns = grid.known.shape
    wide, high = static.size_in_points(ax)
    size = float(np.clip(0.8 * high / n_rows, 5.0, static.TEXT_SIZE))
    longest = max(static.text_columns(name) for name in grid.columns)
    slanted = longest > static.columns_that_fit(wide / n_columns, static.TEXT_SIZE)
    turn: dict[str, Any] = {"rotation": 40, "ha": "left", "rotation_mode": "anchor"} if slanted else {}
    across = [_place(j, n_columns) + 0.5 for j in range(n_columns)]
    down = [_place(i, n_rows) + 0.5 for i in range(n_rows)]
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(across, labels=grid.columns, **static.text_style(**turn))
    ax.set_yticks(down, labels=grid.rows, **static.text_style(size))
    ax.tick_params(length=0)
    ax.set_xlabel(encode.clip(label(by[1], lang), LABEL_COLUMNS), **static.text_style())
    ax.set_ylabel(encode.clip(label(by[0], lang), LABEL_COLUMNS), **static.text_style())
    ax.spines[:].set_visible(False)


def _title(grid: _Grid, by: tuple[str, ...], measure: str, population: str, lang: Lang) -> list[str]:
    k, n, u = int(grid.covered[-1, -1]), int(grid.known[-1, -1]), int(grid.unknown[-1, -1])
    facts = {"measure": _MEASURES[measure][lang == "zh"], "population": population}
    first = _say("title", lang, k=k, n=n, rate=f"{k / n:.1%}", **facts) if n else _say("title_none", lang, **facts)
    lines = [first + (_say("unknown", lang, u=u) if u else ""), _say("reading", lang)]
    for column, shown, everything in zip(
        by, (len(grid.rows) - 1, len(grid.columns) - 1), (grid.n_rows, grid.n_columns), strict=True
    ):
        if shown < everything:
            lines.append(_say("most", lang, shown=shown, all=everything, what=_plural(column, lang)))
    return lines


def _plural(column: str, lang: Lang) -> str:
    if lang == "zh":
        return encode.clip(label(column, lang), LABEL_COLUMNS)
    return _PLURALS.get(column) or f"values of {encode.clip(label(column, lang), LABEL_COLUMNS)}"


def _words(chosen: pd.DataFrame, population: str, lang: Lang) -> str:
    """Return the population in words; the thresholds are those of the rule set that the result names."""
    name = str(chosen["denominator_name"].iloc[0]) if len(chosen) else f"{population.replace('_', '-')} hosts"
    return name if lang == "en" else _POPULATIONS_ZH[population].format(*(re.findall(r"\d+", name) or ["…"]))


def _draw_legend(ax: Axes, grid: _Grid, lang: Lang) -> None:
    from matplotlib import colormaps
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    if _gaps(grid).any():
        looks = _looks(0, GAP_HOSTS + 1, colormaps["Blues"], most=GAP_HOSTS + 1) | _OUTLINE
        handles.append(Patch(label=_say("gap", lang, n=GAP_HOSTS), **looks))
    for k in (0, 1, 2):
        looks = _looks(k, 2, colormaps["Blues"], most=GAP_HOSTS) | {"edgecolor": "#8C8C8C", "linewidth": 0.5}
        handles.append(Patch(label=_say("share", lang, share=f"{k / 2:.0%}"), **looks))
    if ((grid.known == 0) & (grid.unknown > 0)).any():
        handles.append(Patch(label=_say("hatch", lang), **_looks(0, 0, colormaps["Blues"], most=GAP_HOSTS)))
    if grid.unknown.any():
        handles.append(Line2D([], [], linestyle="none", label=_say("plus", lang)))
    widest = max(static.text_columns(str(handle.get_label())) for handle in handles) + 6
    fit = static.columns_that_fit(static.size_in_points(ax)[0], static.NOTE_SIZE, static.PROSE_SHARE) // widest
    static.write_legend(ax, handles, columns=fit)


def _say(key: str, lang: Lang, **parts: Any) -> str:
    return _SAID[key][lang == "zh"].format(**parts)
