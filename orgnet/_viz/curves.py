"""Reach as curves: how far a message from headquarters gets in k steps, along command alone and along all ties."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from orgnet._viz import encode, static, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from orgnet._metrics.communication import Communication
    from orgnet._model.vocabulary import Lang

_LOOKS: dict[str, dict[str, Any]] = {
    "command": {"color": "#0072B2", "linestyle": "-", "marker": "o"},
    "all": {"color": "#D55E00", "linestyle": (0, (5, 2)), "marker": "s"},
}
_TIES = {"command": ("command only", "仅领导关系"), "all": ("all ties", "全部关系")}
_POPULATIONS_ZH = {
    "units of Party kinds": "党组织",
    "all units": "全部单位",
    "units named": "指定单位",
    "units with a tie of command": "有领导关系的单位",
}
_SAID = {
    "title": ("Reach within k steps of {headquarters}", "从{headquarters}出发，k 步之内的可达比例"),
    "several": ("{n:,} headquarters", "{n:,} 个总部单位"),
    "one": ("headquarters ({unit})", "总部（{unit}）"),
    "nobody": ("headquarters", "总部"),
    "x": ("steps from headquarters (k ties)", "距总部的步数（k 条关系）"),
    "y": ("reached within k steps, % of the n units counted", "k 步之内可达，占所计 n 个单位的百分比"),
    "curve": ("{ties}: {population}, n = {n:,}", "{ties}：{population}，n = {n:,}"),
    "end": ("{k:,} of {n:,}", "{k:,}/{n:,}"),
    "means": (
        "Mean distance of what command reaches:\n{command} ties by command, {all} by all ties.\nShortcut gain: {gain}",
        "平均距离（领导关系可达的单位）：\n仅领导关系 {command} 步，全部关系 {all} 步。\n捷径收益：{gain}",
    ),
    "none": (
        "There are no headquarters: no unit is a top of command. Name them with communication(net, headquarters=...)",
        "没有领导关系的顶层单位，因而没有总部。请指定：communication(net, headquarters=...)",
    ),
    "unreached": ("Headquarters reach no other unit.", "从总部出发不能到达任何其他单位。"),
}
BEYOND = 0.6  # steps that the axis goes on after the last one, for what is said there
FEWEST_STEPS = 3  # on the axis, so that two steps do not look like a long way


def plot_reach(communication: Communication, *, ax: Axes | None = None, lang: Lang = "en") -> Axes:
    """Show how far a message from headquarters gets: the share of units within k steps.

    One curve along command alone, one along all ties; each names the units counted and how many they are, and ends
    with how many of them are reached at last.

    Parameters
    ----------
    communication
        The result of ``communication(net)``.
    ax
        Where to draw; by default a new figure.
    lang
        Language of the labels, ``"en"`` or ``"zh"``.

    Returns
    -------
    Axes
        The Axes drawn on.

    Raises
    ------
    OptionError
        For an unknown language.

    Examples
    --------
    >>> import orgnet
    >>> from orgnet._metrics.communication import communication
    >>> ax = plot_reach(communication(orgnet.datasets.load()))
    >>> [line.get_label() for line in ax.get_lines()]
    ['command only: units of Party kinds, n = 140', 'all ties: all units, n = 431']
    """
    static.check_lang(lang)
    ax = static.canvas(ax, 7.2, 4.6)
    table = communication.table
    title = _say("title", lang, headquarters=_headquarters(communication, lang))
    if not (table["reached"] > 0).any():
        static.say_empty(ax, title, _say("unreached" if communication.headquarters else "none", lang))
        style.warn_of_missing_font(static.all_texts(ax))
        return ax
    last = max(FEWEST_STEPS, int(table["steps"].max()))
    ends = [_draw_curve(ax, name, table[table["ties"] == name], last, lang) for name in _LOOKS]
    _label_ends(ax, [end for end in ends if end is not None], last)
    _draw_axes(ax, last, lang)
    _draw_means(ax, communication, lang)
    static.set_title(ax, [title], pad=16.0)
    static.write_legend(ax, ax.get_lines(), columns=1, below=0.14)
    style.warn_of_missing_font(static.all_texts(ax))
    return ax


def _draw_curve(
    ax: Axes, name: str, rows: pd.DataFrame, last: int, lang: Lang
) -> tuple[float, str, dict[str, Any]] | None:
    """Draw one curve, level after its last step; return where it ends, what is said there, and its looks."""
    if not len(rows) or not rows["denominator"].iloc[0]:
        return None
    n, reached = int(rows["denominator"].iloc[0]), int(rows["reached"].iloc[-1])
    shares = 100 * rows["share"].to_numpy(np.float64)
    population = str(rows["population"].iloc[0])
    words = population if lang == "en" else _POPULATIONS_ZH.get(population, population)
    ax.plot(
        np.append(rows["steps"].to_numpy(np.float64), last + BEYOND),
        np.append(shares, shares[-1]),
        drawstyle="steps-post",
        markevery=list(range(len(rows))),
        markersize=4.5,
        linewidth=1.8,
        label=_say("curve", lang, ties=_TIES[name][lang == "zh"], population=words, n=n),
        clip_on=False,
        **_LOOKS[name],
    )
    return float(shares[-1]), _say("end", lang, k=reached, n=n), _LOOKS[name]


def _label_ends(ax: Axes, ends: list[tuple[float, str, dict[str, Any]]], last: int) -> None:
    """Write at the end of each curve how many are reached, the higher one above its line, the lower one below."""
    for place, (share, text, looks) in enumerate(sorted(ends, key=lambda end: -end[0])):
        side = "bottom" if place == 0 else "top"
        ax.annotate(
            text,
            (last + BEYOND, share),
            xytext=(0, 3 if place == 0 else -3),
            textcoords="offset points",
            ha="right",
            va=side,
            color=looks["color"],
            **static.text_style(),
        )


def _draw_axes(ax: Axes, last: int, lang: Lang) -> None:
    step = max(1, math.ceil(last / 12))
    steps = list(range(0, last + 1, step))
    ax.set_xticks(steps, labels=[str(k) for k in steps], **static.text_style())
    shares = list(range(0, 101, 20))
    ax.set_yticks(shares, labels=[f"{share} %" for share in shares], **static.text_style())
    ax.set(xlim=(0, last + BEYOND), ylim=(0, 100))
    ax.set_xlabel(_say("x", lang), **static.text_style())
    ax.set_ylabel(_say("y", lang), **static.text_style())
    ax.grid(visible=True, axis="y", linewidth=0.5, alpha=0.5)
    ax.spines[["top", "right"]].set_visible(False)


def _draw_means(ax: Axes, communication: Communication, lang: Lang) -> None:
    if not math.isfinite(communication.mean_distance):
        return
    means = {"command": communication.mean_distance, "all": communication.mean_distance_all}
    text = _say(
        "means",
        lang,
        gain=f"{communication.shortcut_gain:.1%}",
        **{name: f"{value:.2f}" for name, value in means.items()},
    )
    ax.annotate(
        text,
        (1.0, 0.0),
        xycoords="axes fraction",
        xytext=(-6, 6),
        textcoords="offset points",
        ha="right",
        va="bottom",
        bbox={"boxstyle": "round", "facecolor": ax.get_facecolor(), "edgecolor": "#B0B0B0", "alpha": 0.9},
        **static.text_style(static.NOTE_SIZE),
    )


def _headquarters(communication: Communication, lang: Lang) -> str:
    seats = communication.headquarters_names
    if len(seats) == 1:
        return _say("one", lang, unit=encode.clip(seats[0], 40))
    return _say("several", lang, n=len(seats)) if seats else _say("nobody", lang)


def _say(key: str, lang: Lang, **parts: Any) -> str:
    return _SAID[key][lang == "zh"].format(**parts)
