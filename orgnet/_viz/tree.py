"""The tree of command as a still picture: who stands under whom, with collaboration ties as arcs across it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgnet._metrics import options
from orgnet._model.vocabulary import GROUPS, label
from orgnet._viz import collapse, encode, layout, static, style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Floats, Ints

MARKERS = {"dot": "o", "square": "s", "triangle": "^", "diamond": "D", "": "o"}
OUTSIDE_STEP = 30.0  # pixels between units outside command; inside it is layout.COLUMN
INCHES = 0.8  # that a column of the tree takes where there is room
WIDEST, TALLEST, SMALLEST = 12.0, 9.5, 3.2  # inches
LABEL_COLUMNS = 28
LABELLED_SHARE = 0.75  # a level is labelled if so many of its units find room, else it and the levels below are not
BEND = 0.12  # of its length, how far an arc swings out
ARC_POINTS = 17
INSIDE_ALPHA, OUTSIDE_ALPHA = 0.85, 0.35  # of arcs between units of command, and of those that leave it

_SAID = {
    "title": ("Chain of command: {n:,} units in {levels} levels", "领导关系：{levels} 级共 {n:,} 个单位"),
    "upper": (
        "Chain of command: the upper {levels} of {all_levels} levels, {shown:,} of {n:,} units",
        "领导关系：仅绘上面 {levels} 级（共 {all_levels} 级），{shown:,} 个单位（共 {n:,} 个）",
    ),
    "part": (
        "Chain of command: {shown:,} of {n:,} units, the tops with most subordinates",
        "领导关系：仅绘下级最多的 {shown:,} 个顶层单位（共 {n:,} 个单位）",
    ),
    "outside": (
        "Below it: units outside command that collaborate ({n:,}).",
        "下方：不在领导关系内的协作单位（{n:,} 个）。",
    ),
    "outside_part": (
        "Below it: {shown:,} of {n:,} units outside command, the ones that collaborate most with these.",
        "下方：与其协作最多的 {shown:,} 个不在领导关系内的单位（共 {n:,} 个）。",
    ),
    "outside_none": (
        "Not drawn: units outside command that collaborate ({n:,}).",
        "未绘出：不在领导关系内的协作单位（{n:,} 个）。",
    ),
    "left_out": ("Not drawn: units with neither ({n:,}).", "未绘出：两者皆无的单位（{n:,} 个）。"),
    "empty_title": ("Chain of command", "领导关系"),
    "empty": (
        "No command: none of the {n:,} units has a superior or a subordinate in this network.",
        "没有领导关系：{n:,} 个单位在本网络中均无上级或下级。",
    ),
}


@dataclass(frozen=True)
class _Scene:
    """What is drawn: rows of units inside and outside command, their places, and how much was left out."""

    inside: Ints
    outside: Ints
    depth: Ints
    x: Floats
    y: Floats
    n_inside: int
    n_outside: int
    whole_levels: int
    n_levels: int
    n_units: int

    @property
    def rows(self) -> Ints:
        """The units drawn, those of command first."""
        return np.concatenate([self.inside, self.outside])


def plot_command_tree(
    net: OrgNetwork,
    *,
    headquarters: str | Iterable[str] | None = None,
    ax: Axes | None = None,
    lang: Lang = "en",
    most: int = 400,
) -> Axes:
    """Show the chain of command from headquarters down, and the collaboration ties across it as arcs.

    Each unit hangs under its superior; subordinates without units of their own stand in a block. Units outside command
    that collaborate stand small below the tree, near their partners. Colour and shape say the kind, as in every
    picture. Headquarters are labelled, and as many levels below them as there is room for.

    Parameters
    ----------
    net
        The network.
    headquarters
        One id or several; by default the tops of command. They are drawn larger and begin trees of their own.
    ax
        Where to draw; by default a new figure.
    lang
        Language of the labels, ``"en"`` or ``"zh"``. Names stay as they are recorded.
    most
        At most so many units. Above it the upper levels that fit are drawn, then units outside command, those with
        most ties first; the title says how many of how many.

    Returns
    -------
    Axes
        The Axes drawn on.

    Raises
    ------
    OptionError
        For an unknown language, or `most` below 1.
    UnitError
        If a headquarters is no unit.

    Examples
    --------
    >>> import orgnet
    >>> net = orgnet.build.from_tables(
    ...     {"unit_id": ["h", "g1", "g2"], "kind": "party_branch", "superior_id": [None, "h", "h"]}
    ... )
    >>> plot_command_tree(net).get_title(loc="left")
    'Chain of command: 3 units in 2 levels'
    """
    static.check_lang(lang)
    static.check_most(most)
    named = headquarters if headquarters is None or isinstance(headquarters, str) else list(headquarters)
    seats = options.headquarters(net, named)[0].astype(np.int64)
    scene = _scene(net, seats, most)
    wide, high = _inches(scene)
    kinds = net.units["kind"].iloc[scene.rows]
    colours, key = encode.colour_categories(kinds, "", lang, shapes=True)
    handles = _handles(net, scene, key["items"], lang)
    columns = _legend_columns(handles, wide if ax is None else static.size_in_points(ax)[0] / static.POINTS)
    lines = math.ceil(len(handles) / columns)
    ax = static.canvas(ax, wide, high + 0.9 + 0.17 * lines)
    if not len(scene.inside):
        static.say_empty(ax, _say("empty_title", lang), _say("empty", lang, n=net.n_units))
    else:
        n_lines = static.set_title(ax, _title(scene, lang))
        unit = _draw(ax, net, scene, seats, colours, n_lines + lines)
        _write_names(ax, net, scene, seats, unit)
        static.write_legend(ax, handles, columns=columns)
    style.warn_of_missing_font(static.all_texts(ax))
    return ax


# --- what is drawn, and where


def _scene(net: OrgNetwork, seats: Ints, most: int) -> _Scene:
    n = net.n_units
    source, target = collapse.tie_ends(net, ("command",))
    parent = layout.first_superiors(n, source, target, seats if len(seats) else None)
    in_command = np.zeros(n, dtype=bool)
    in_command[source] = in_command[target] = True
    in_command[seats] |= len(source) > 0
    depth = layout.depths(parent)
    members = np.flatnonzero(in_command)
    per_level = np.bincount(depth[members])
    fits = int(np.searchsorted(np.cumsum(per_level), most, side="right"))
    if fits:
        inside = members[depth[members] < fits]
    else:
        below = np.bincount(source, minlength=n)
        tops = members[depth[members] == 0]
        inside = np.sort(tops[np.argsort(-below[tops], kind="stable")[:most]])
    a, b = collapse.tie_ends(net, GROUPS["horizontal"])
    partners = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
    drawn = np.zeros(n)
    drawn[inside] = 1.0
    near = np.bincount(a, weights=drawn[b], minlength=n) + np.bincount(b, weights=drawn[a], minlength=n)
    candidates = np.flatnonzero(~in_command & (partners > 0)) if len(members) else members
    ranked = candidates[np.lexsort((candidates, -partners[candidates], -near[candidates]))]
    if len(inside) < len(members):
        ranked = ranked[near[ranked] > 0]
    outside = np.sort(ranked[: most - len(inside)])
    x, y = _places(net, parent, inside, outside)
    return _Scene(inside, outside, depth, x, y, len(members), len(candidates), fits, len(per_level), n)


def _places(net: OrgNetwork, parent: Ints, inside: Ints, outside: Ints) -> tuple[Floats, Floats]:
    """Give each unit drawn its place in pixels, downwards; the tree first, the units outside command below it."""
    n, m = net.n_units, len(inside)
    number = np.full(n + 1, -1, dtype=np.int64)
    number[inside] = np.arange(m)
    nothing = np.zeros(0, dtype=np.int64)
    kinds = net.units["kind"].iloc[inside].astype(object).fillna("").map(str).to_numpy()
    order = np.unique(kinds, return_inverse=True)[1]
    tree = layout.arrange(m, number[parent[inside]], nothing, nothing, order=order)
    x, y = np.zeros(n), np.zeros(n)
    x[inside], y[inside] = tree.x, tree.y
    if len(outside):
        middle = _middles(net, inside, outside, x)
        width = max(float(np.ptp(tree.x)), OUTSIDE_STEP * math.sqrt(len(outside) * layout.ASPECT))
        across = max(1, int(width / OUTSIDE_STEP) + 1)
        deep = math.ceil(len(outside) / across)
        across = math.ceil(len(outside) / deep)
        seat = np.empty(len(outside), dtype=np.int64)
        seat[np.lexsort((outside, middle))] = np.arange(len(outside))
        centre = float(tree.x.min() + tree.x.max()) / 2
        x[outside] = centre + (seat // deep - (across - 1) / 2) * min(width / max(across - 1, 1), layout.COLUMN)
        y[outside] = tree.y.max() + layout.STEP + seat % deep * OUTSIDE_STEP
    return np.concatenate([x[inside], x[outside]]), np.concatenate([y[inside], y[outside]])


def _middles(net: OrgNetwork, inside: Ints, outside: Ints, x: Floats) -> Floats:
    """Return the mean place across of the partners in command of each unit outside, of its partners' partners else."""
    placed = np.zeros(net.n_units, dtype=bool)
    placed[inside] = True
    where = x.copy()
    a, b = collapse.tie_ends(net, GROUPS["horizontal"])
    ends = np.concatenate([np.stack([a, b]), np.stack([b, a])], axis=1)
    for _ in range(2):
        near = ends[:, placed[ends[0]] & ~placed[ends[1]]]
        count = np.bincount(near[1], minlength=net.n_units)
        total = np.bincount(near[1], weights=where[near[0]], minlength=net.n_units)
        found = count > 0
        where[found] = total[found] / count[found]
        placed |= found
    where[~placed] = np.inf
    return where[outside]


def _inches(scene: _Scene) -> tuple[float, float]:
    """Return the size of the picture of the tree: INCHES a column, as far as the page is wide and tall."""
    across, down = _extent(scene)
    scale = min(INCHES / layout.COLUMN, WIDEST / across, TALLEST / down)
    return max(across * scale, 5.5), max(down * scale, SMALLEST)


def _extent(scene: _Scene) -> tuple[float, float]:
    if not len(scene.rows):
        return layout.COLUMN, layout.ROW
    return float(np.ptp(scene.x)) + 1.5 * layout.COLUMN, float(np.ptp(scene.y)) + 1.5 * layout.ROW


# --- drawing


def _draw(ax: Axes, net: OrgNetwork, scene: _Scene, seats: Ints, colours: Sequence[str], n_lines: int) -> Floats:
    """Draw ties and units; return how many points on paper a pixel of the layout is, across and down."""
    from matplotlib.collections import LineCollection

    across, down = _extent(scene)
    wide, high = static.size_in_points(ax)
    unit = np.array([wide / across, max(high - 14.0 * n_lines, 0.4 * high) / down])
    spot = np.full((net.n_units, 2), np.nan)
    spot[scene.rows] = np.stack([scene.x, -scene.y], axis=1)
    for layer in ("command", *GROUPS["horizontal"]):
        a, b = _pairs(net, layer, scene.rows)
        if len(a):
            paths = np.stack([spot[a], spot[b]], axis=1) if layer == "command" else _arcs(spot[a], spot[b])
            inside = np.isin(a, scene.inside) & np.isin(b, scene.inside)
            lines = LineCollection(list(paths), label=f"_{layer}", **_line_looks(layer, inside))
            lines.set_clip_on(False)  # an arc may swing out of the Axes
            ax.add_collection(lines, autolim=False)
    _draw_units(ax, net, scene, seats, colours, unit)
    middle_x, middle_y = (scene.x.min() + scene.x.max()) / 2, -(scene.y.min() + scene.y.max()) / 2
    ax.set(xlim=(middle_x - across / 2, middle_x + across / 2), ylim=(middle_y - down / 2, middle_y + down / 2))
    ax.set_axis_off()
    return unit


def _draw_units(ax: Axes, net: OrgNetwork, scene: _Scene, seats: Ints, colours: Sequence[str], unit: Floats) -> None:
    shapes = np.array([style.kind_shape(str(kind)) for kind in net.units["kind"].iloc[scene.rows]], dtype=object)
    looks = np.array([f"{shape} {colour}" for shape, colour in zip(shapes, colours, strict=True)], dtype=object)
    sizes = _diameters(scene, seats, unit) ** 2
    for look in np.unique(looks.astype(str)):
        mine = looks == look
        shape, colour = look.split()
        ax.scatter(
            scene.x[mine],
            -scene.y[mine],
            s=sizes[mine],
            c=colour,
            marker=MARKERS[shape],
            edgecolors="#333333",
            linewidths=0.4,
            zorder=3,
        )


def _diameters(scene: _Scene, seats: Ints, unit: Floats) -> Floats:
    """Return how large units are drawn, in points: headquarters most, then by depth; those outside command least."""
    room = float(unit.min()) * layout.COLUMN
    inside = np.clip(room * 0.5 * 0.9 ** np.minimum(scene.depth[scene.inside], 4), 2.5, 12.0)
    inside[np.isin(scene.inside, seats)] = np.clip(room * 0.75, 6.0, 16.0)
    outside = np.full(len(scene.outside), np.clip(0.5 * unit.min() * OUTSIDE_STEP, 2.0, 6.0))
    return np.concatenate([inside, outside])


def _pairs(net: OrgNetwork, layer: str, rows: Ints) -> tuple[Ints, Ints]:
    """Return the two ends of each tie of a layer among the units drawn, a pair of units once."""
    drawn = np.zeros(net.n_units, dtype=bool)
    drawn[rows] = True
    ends = np.stack(collapse.tie_ends(net, (layer,)))
    ends = ends[:, drawn[ends[0]] & drawn[ends[1]]]
    if layer != "command":
        ends = np.sort(ends, axis=0)
    ends = np.unique(ends, axis=1)
    return ends[0], ends[1]


def _arcs(start: Floats, end: Floats) -> NDArray[np.float64]:
    """Return curves that swing out a little to one side, as points."""
    along = end - start
    control = (start + end) / 2 + BEND * np.stack([-along[:, 1], along[:, 0]], axis=1)
    t = np.linspace(0.0, 1.0, ARC_POINTS)[None, :, None]
    curves = (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * end[:, None]
    return np.asarray(curves, dtype=np.float64)


def _line_looks(layer: str, inside: NDArray[np.bool_]) -> dict[str, Any]:
    """Return how the ties of a layer are drawn; `inside` says of each whether both its ends are in command."""
    from matplotlib.colors import to_rgb

    colour = to_rgb(style.LAYER_COLOURS[layer])
    vertical = layer == "command"
    return {
        "colors": [(*colour, INSIDE_ALPHA if here else OUTSIDE_ALPHA) for here in inside],
        "linestyles": [_dashes(layer)],
        "linewidths": [1.0 if here else 0.8 for here in inside],
        "zorder": 1 if vertical else 2,
    }


def _dashes(layer: str) -> str | tuple[int, tuple[float, ...]]:
    dashes = tuple(step / 2 for step in style.LAYER_DASHES[layer])
    return (0, dashes) if dashes else "solid"


# --- words


def _write_names(ax: Axes, net: OrgNetwork, scene: _Scene, seats: Ints, unit: Floats) -> None:
    """Label headquarters, then level by level what finds room, until a level in which most units do not."""
    names = net.names.to_numpy()[scene.inside]
    sizes = _diameters(scene, seats, unit)
    taken = np.stack([scene.x, -scene.y, sizes / unit[0], sizes / unit[1]], axis=1)  # middle and size of what is drawn
    m = len(scene.inside)
    level = np.where(np.isin(scene.inside, seats), -1, scene.depth[scene.inside])
    for this in np.unique(level):
        mine = np.flatnonzero(level == this)
        ranked = mine[np.lexsort((scene.x[:m][mine], scene.y[:m][mine]))]
        found: list[tuple[str, Floats]] = []
        so_far = taken
        for i in ranked:
            place = _free_place(str(names[i]), so_far, i, unit, seat=this < 0)
            if place is not None:
                found.append(place)
                so_far = np.vstack([so_far, place[1]])
        if this >= 0 and len(found) < LABELLED_SHARE * len(mine):
            break
        taken = so_far
        for text, box in found:
            _write(ax, text, box)


def _free_place(name: str, taken: Floats, i: int, unit: Floats, *, seat: bool) -> tuple[str, Floats] | None:
    """Find a place for a label: below its unit, above it for headquarters; None where something is in the way."""
    x, y, size = taken[i, 0], taken[i, 1], taken[i, 3]
    others = np.delete(taken, i, axis=0)
    text = encode.clip(name, LABEL_COLUMNS)
    wide = static.text_columns(text) * static.NOTE_SIZE * static.COLUMN_SHARE / unit[0]
    high = static.NOTE_SIZE * static.LINE_SHARE / unit[1]
    for side in (1.0, -1.0) if seat else (-1.0,):
        box = np.array([x, y + side * (size + high) / 2 * 1.1, wide, high])
        apart = np.abs(others[:, :2] - box[:2]) >= (others[:, 2:] + box[2:]) / 2
        if apart.any(axis=1).all():
            return text, box
    return None


def _write(ax: Axes, text: str, box: Floats) -> None:
    plain = {"facecolor": ax.get_facecolor(), "edgecolor": "none", "alpha": 0.75, "pad": 0.4}
    ax.text(box[0], box[1], text, ha="center", va="center", zorder=4, bbox=plain, **static.text_style(static.NOTE_SIZE))


def _title(scene: _Scene, lang: Lang) -> list[str]:
    shown, n = len(scene.inside), scene.n_inside
    what = "title" if shown == n else "upper" if scene.whole_levels else "part"
    counts = {"n": n, "shown": shown, "levels": scene.whole_levels, "all_levels": scene.n_levels}
    more = []
    if scene.n_outside:
        k = len(scene.outside)
        beside = "outside" if k == scene.n_outside else "outside_part" if k else "outside_none"
        more.append(_say(beside, lang, shown=k, n=scene.n_outside))
    rest = scene.n_units - n - scene.n_outside
    if rest:
        more.append(_say("left_out", lang, n=rest))
    return [_say(what, lang, **counts), *more]


def _handles(net: OrgNetwork, scene: _Scene, items: Sequence[dict[str, Any]], lang: Lang) -> list[Any]:
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=MARKERS[item["shape"]],
            markerfacecolor=item["colour"],
            markeredgecolor="#333333",
            markeredgewidth=0.4,
            markersize=6,
            label=_counted(item["label"], item["count"], lang),
        )
        for item in items
    ]
    for layer in ("command", *GROUPS["horizontal"]):
        n = len(_pairs(net, layer, scene.rows)[0])
        if n:
            looks: dict[str, Any] = {"color": style.LAYER_COLOURS[layer], "linestyle": _dashes(layer), "linewidth": 1.4}
            handles.append(Line2D([], [], label=_counted(label(layer, lang), n, lang), **looks))
    return handles


def _counted(what: str, n: int, lang: Lang) -> str:
    return f"{what}：{n:,}" if lang == "zh" else f"{what}: {n:,}"


def _legend_columns(handles: Sequence[Any], inches: float) -> int:
    widest = max((static.text_columns(str(handle.get_label())) for handle in handles), default=1) + 6
    fit = static.columns_that_fit(inches * static.POINTS, static.NOTE_SIZE, static.PROSE_SHARE)
    return max(1, min(fit // widest, len(handles)))


def _say(key: str, lang: Lang, **parts: Any) -> str:
    return _SAID[key][lang == "zh"].format(**parts)
