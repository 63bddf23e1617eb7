"""The still pictures: what is drawn is what the result says, whatever the names are, and nothing else is touched."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

import orgnet
from orgnet import viz
from orgnet._metrics.communication import communication
from orgnet._metrics.coverage import coverage
from orgnet._viz import matrix, static, style
from orgnet.errors import OptionError, OrgNetWarning, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from orgnet._metrics.coverage import Coverage
    from orgnet._model.network import OrgNetwork

ROOT = Path(__file__).resolve().parent.parent
NASTY = [
    "$x_{1}$ and $",
    "\\frac{$a$}{b}",
    "one\ntwo\ttabbed",
    "snake_case_name",
    "<script>alert(1)</script>",
    "名" * 200_000,
    "x" * 200_000,
    "河滨社区第一党支部",
    " ",
    "%s {0} {name}",
]


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


def hosts(*cells: tuple[str, str, int, int, int]) -> OrgNetwork:
    """Make a network of firms: area, sector, and how many are covered, not covered, not recorded."""
    rows: list[tuple[str, str, bool | None]] = []
    for area, sector, yes, no, unknown in cells:
        rows += [(area, sector, True)] * yes + [(area, sector, False)] * no + [(area, sector, None)] * unknown
    units = {
        "unit_id": [f"f{i}" for i in range(len(rows))],
        "kind": "enterprise",
        "status": "存续",
        "area": [row[0] for row in rows],
        "sector": [row[1] for row in rows],
        "has_party_org": [row[2] for row in rows],
    }
    return orgnet.build.from_tables(units)


def planted() -> OrgNetwork:
    """Make a network: a gap (East, IT), two uncovered (West, IT), a cell not recorded, an empty one (North, Food)."""
    return hosts(
        ("West", "Food", 2, 1, 0),
        ("West", "IT", 0, 2, 0),
        ("East", "IT", 0, 5, 1),
        ("East", "Food", 0, 0, 2),
        ("North", "IT", 1, 0, 0),
    )


def by_cell(net: OrgNetwork) -> Coverage:
    return coverage(net, by=["area", "sector"])


def small_tree() -> OrgNetwork:
    """Make a committee with two branches, a cell below one, a firm that collaborates, a firm that does not."""
    return orgnet.build.from_tables(
        {
            "unit_id": ["h", "a", "b", "c", "f", "g"],
            "name": ["Head", "Alpha", "Beta", "Gamma", "Firm", "Lone firm"],
            "kind": ["party_committee", "party_branch", "party_branch", "party_cell", "enterprise", "enterprise"],
            "superior_id": [None, "h", "h", "a", None, None],
        },
        {"source": ["a", "a", "f"], "target": ["b", "f", "a"], "layer": ["collab", "covers", "collab"]},
    )


def drawn(ax: Axes) -> list[str]:
    return [text for text in static.all_texts(ax) if text]


def title(ax: Axes, joint: str = " ") -> str:
    """Return the title, its lines joined again: Chinese ones without a space."""
    return ax.get_title(loc="left").replace("\n", joint)


def reason(ax: Axes) -> str:
    """Return what an empty picture says, its lines joined again."""
    (text,) = ax.texts
    return text.get_text().replace("\n", " " if text.get_text().isascii() else "")


def cells(ax: Axes) -> dict[tuple[int, int], str]:
    """Return the text of each cell by its row and column, the totals included."""
    return {(int(text.get_position()[1]), int(text.get_position()[0])): text.get_text() for text in ax.texts}


def rectangles(ax: Axes, *, filled: bool) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_fill() == filled]


def spot(patch: Rectangle) -> tuple[int, int]:
    return int(patch.get_y()), int(patch.get_x())


def segments(ax: Axes) -> dict[str, int]:
    """Return how many ties of each layer are drawn."""
    lines = [found for found in ax.collections if isinstance(found, LineCollection)]
    return {str(found.get_label()).strip("_"): len(found.get_segments()) for found in lines}


def points(ax: Axes) -> NDArray[np.float64]:
    """Return the places of all units drawn."""
    found = [np.asarray(one.get_offsets()) for one in ax.collections if isinstance(one, PathCollection)]
    return np.vstack(found)


def n_points(ax: Axes) -> int:
    return len(points(ax))


PLOTS: list[tuple[str, Callable[..., Axes]]] = [
    ("matrix", lambda **options: viz.plot_coverage_matrix(by_cell(planted()), **options)),
    ("tree", lambda **options: viz.plot_command_tree(small_tree(), **options)),
    ("reach", lambda **options: viz.plot_reach(communication(small_tree()), **options)),
    ("no hosts", lambda **options: viz.plot_coverage_matrix(by_cell(hosts()), **options)),
    ("no command", lambda **options: viz.plot_command_tree(planted(), **options)),
    ("no reach", lambda **options: viz.plot_reach(communication(planted()), **options)),
]
plots = pytest.mark.parametrize("plot", [plot for _, plot in PLOTS], ids=[name for name, _ in PLOTS])
langs = pytest.mark.parametrize("lang", ["en", "zh"])


# --- every picture


@plots
@langs
def test_it_draws_on_the_axes_given_and_opens_nothing(plot: Callable[..., Axes], lang: str) -> None:
    figure, axes = plt.subplots(1, 2, layout="constrained")
    assert plot(ax=axes[0], lang=lang) is axes[0]
    assert plt.get_fignums() == [figure.number]
    assert not axes[1].texts
    assert not axes[1].lines
    figure.canvas.draw()


@plots
def test_without_axes_it_makes_one_figure_that_lays_itself_out(plot: Callable[..., Axes]) -> None:
    ax = plot()
    assert len(plt.get_fignums()) == 1
    figure = ax.get_figure(root=True)
    assert figure is not None
    assert figure.axes == [ax]
    assert figure.get_layout_engine() is not None


@plots
@langs
def test_no_setting_of_matplotlib_is_changed(plot: Callable[..., Axes], lang: str) -> None:
    before = mpl.rcParams.copy()
    ax = plot(lang=lang)
    ax.figure.canvas.draw()
    assert mpl.rcParams == before


@plots
def test_an_unknown_language_is_refused(plot: Callable[..., Axes]) -> None:
    with pytest.raises(OptionError, match="choose one of"):
        plot(lang="fr")
    assert not plt.get_fignums()


@plots
def test_text_stays_text(plot: Callable[..., Axes]) -> None:
    ax = plot(lang="zh")
    with mpl.rc_context({"svg.fonttype": "none"}), io.StringIO() as file:
        ax.get_figure(root=True).savefig(file, format="svg")  # type: ignore[union-attr]
        page = file.getvalue()
    assert "</text>" in page
    assert "<image" not in page


@pytest.mark.parametrize("plot", [plot for _, plot in PLOTS[:3]], ids=[name for name, _ in PLOTS[:3]])
def test_a_missing_chinese_font_is_said_once(plot: Callable[..., Axes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_installed_cjk", tuple)
    with pytest.warns(OrgNetWarning, match="fonts-noto-cjk") as found:
        plot(lang="zh")
    assert len(found) == 1
    assert found[0].filename == __file__
    plot(lang="en")  # nothing Chinese, no warning: it would be an error here


# --- the matrix


def test_each_cell_says_k_of_n() -> None:
    ax = viz.plot_coverage_matrix(by_cell(planted()))
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["East", "West", "North", "all"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["IT", "Food", "all"]
    assert cells(ax) == {
        (0, 0): "0 of 5\n+1?",
        (0, 1): "+2?",
        (0, 2): "0 of 5\n+3?",
        (1, 0): "0 of 2",
        (1, 1): "2 of 3",
        (1, 2): "2 of 5",
        (2, 0): "1 of 1",
        (2, 2): "1 of 1",
        (3, 0): "1 of 8\n+1?",
        (3, 1): "2 of 3\n+2?",
        (3, 2): "3 of 11\n+3?",
    }
    assert len(rectangles(ax, filled=True)) == len(ax.texts)
    assert "3 of 11 operating hosts (27.3%); 3 more not recorded" in title(ax)


def test_a_gap_is_outlined_orange_and_bold_and_two_uncovered_hosts_are_not() -> None:
    ax = viz.plot_coverage_matrix(by_cell(planted()))
    outlined = rectangles(ax, filled=False)
    assert {spot(patch) for patch in outlined} == {(0, 0), (0, 2)}  # the cell, and the whole of East
    assert {to_hex(patch.get_edgecolor()).upper() for patch in outlined} == {matrix.GAP_COLOUR}
    bold = {text.get_text() for text in ax.texts if text.get_fontweight() == "bold"}
    assert bold == {"0 of 5\n+1?", "0 of 5\n+3?"}


def test_the_largest_gap_is_darkest_and_colour_deepens_with_the_share() -> None:
    net = hosts(("A", "x", 0, 3, 0), ("A", "y", 0, 9, 0), ("B", "x", 1, 3, 0), ("B", "y", 3, 1, 0))
    ax = viz.plot_coverage_matrix(by_cell(net))
    light = {spot(patch): sum(to_rgb(patch.get_facecolor())) for patch in rectangles(ax, filled=True)}
    texts = {text: place for place, text in cells(ax).items()}
    assert light[texts["0 of 9"]] < light[texts["0 of 3"]]
    assert light[texts["3 of 4"]] < light[texts["1 of 4"]]


def test_hosts_of_which_nothing_is_recorded_are_hatched_and_no_hosts_are_nothing() -> None:
    ax = viz.plot_coverage_matrix(by_cell(planted()))
    assert [spot(patch) for patch in rectangles(ax, filled=True) if patch.get_hatch()] == [(0, 1)]
    assert (2, 1) not in {spot(patch) for patch in rectangles(ax, filled=True)}
    legend = ax.get_legend()
    assert legend is not None
    said = [text.get_text() for text in legend.get_texts()]
    assert "hosts, but nothing recorded" in said
    assert "+2?: 2 more hosts, not recorded" in said
    assert not [text for text in drawn(viz.plot_coverage_matrix(by_cell(hosts(("A", "x", 1, 1, 0))))) if "?" in text]


def test_the_totals_are_those_of_the_whole_network() -> None:
    net = orgnet.datasets.load()
    found = by_cell(net)
    for population, measure in itertools.product(("operating", "three_have", "eligible"), ("own", "work")):
        ax = viz.plot_coverage_matrix(found, population=population, measure=measure)
        whole = coverage(net).row(population, measure)
        more = f"\n+{whole['unknown']}?" if whole["unknown"] else ""
        assert cells(ax)[max(cells(ax))] == f"{whole['numerator']} of {whole['denominator']}{more}"
        assert whole["denominator_name"] in title(ax)
        plt.close("all")


def test_the_planted_gap_of_the_subdistrict_is_in_the_first_column() -> None:
    ax = viz.plot_coverage_matrix(by_cell(orgnet.datasets.load()), lang="zh")
    (place,) = [place for place, text in cells(ax).items() if text == "0/12"]
    rows = [tick.get_text() for tick in ax.get_yticklabels()]
    columns = [tick.get_text() for tick in ax.get_xticklabels()]
    assert (rows[place[0]], columns[place[1]], place[1]) == ("黄龙社区", "信息技术", 0)
    assert place in {spot(patch) for patch in rectangles(ax, filled=False)}
    assert "在营单位 126 家中 59 家（46.8%）" in title(ax, "")


def test_of_many_areas_the_worst_are_shown_and_the_title_says_so() -> None:
    net = hosts(*((f"A{i:02}", f"s{i % 7}", 1, i, 0) for i in range(30)))
    ax = viz.plot_coverage_matrix(by_cell(net), most=5)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["A29", "A28", "A27", "A26", "A25", "all 30"]
    assert len(ax.get_xticklabels()) == 6
    assert "5 of 30 areas, the ones with most uncovered." in title(ax)
    assert "5 of 7 sectors, the ones with most uncovered." in title(ax)
    assert cells(ax)[(5, 5)] == f"30 of {30 + sum(range(30))}"
    assert cells(ax)[(0, 5)] == "1 of 30"


@langs
def test_hosts_without_an_area_stand_in_a_row_of_their_own(lang: str) -> None:
    net = hosts(("A", "x", 1, 1, 0)).with_units(area=None)
    ax = viz.plot_coverage_matrix(by_cell(net), lang=lang)  # type: ignore[arg-type]
    assert ax.get_yticklabels()[0].get_text() == {"en": "not recorded", "zh": "未填"}[lang]


def test_thresholds_in_words_are_those_of_the_rule_set() -> None:
    net = hosts(("A", "x", 1, 1, 0)).with_units(full_members=9)
    found = by_cell(orgnet.build.from_tables(net.units.reset_index(), rules={"coverage": {"eligible_full_members": 7}}))
    assert "7 full members or more" in title(viz.plot_coverage_matrix(found, population="eligible"))
    assert "正式党员 7 名" in title(viz.plot_coverage_matrix(found, population="eligible", lang="zh"), "")


@pytest.mark.parametrize(
    ("by", "options", "words"),
    [
        (None, {}, r'coverage\(net, by=\["area", "sector"\]\)'),
        ("area", {}, r"this one is by \['area'\]"),
        (["area", "sector"], {"population": "eligibel"}, "Did you mean 'eligible'"),
        (["area", "sector"], {"measure": "presence"}, "choose one of"),
        (["area", "sector"], {"most": 0}, "most=0 is not allowed"),
        (["area", "sector"], {"most": 2.5}, "most=2.5 is not allowed"),
    ],
)
def test_no_matrix_without_two_columns_and_known_words(
    by: str | list[str] | None, options: dict[str, Any], words: str
) -> None:
    found = coverage(planted(), by=by)
    with pytest.raises(OptionError, match=words):
        viz.plot_coverage_matrix(found, **options)
    assert not plt.get_fignums()


@langs
def test_no_hosts_is_said_in_words(lang: str) -> None:
    closed = hosts(("A", "x", 1, 0, 0)).with_units(status="注销")
    for net in (hosts(), closed, small_tree().select(kind="party_branch").with_units(area="A", sector="x")):
        ax = viz.plot_coverage_matrix(by_cell(net), lang=lang)  # type: ignore[arg-type]
        assert {"en": "nothing to cover", "zh": "无可覆盖对象"}[lang] in reason(ax)
        assert not ax.patches


# --- the tree


def test_every_unit_and_every_tie_is_drawn_once() -> None:
    ax = viz.plot_command_tree(small_tree())
    assert n_points(ax) == 5  # all but the firm without ties
    assert segments(ax) == {"command": 3, "collab": 2, "covers": 1}
    assert [text.get_text() for text in ax.texts] == ["Head", "Beta", "Alpha", "Gamma"]
    assert title(ax) == (
        "Chain of command: 4 units in 3 levels Below it: units outside command that collaborate (1). "
        "Not drawn: units with neither (1)."
    )


def test_superiors_stand_above_and_units_outside_command_lowest() -> None:
    ax = viz.plot_command_tree(small_tree())
    high = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert high["Head"] > high["Alpha"] > high["Gamma"] > points(ax)[:, 1].min()


def test_the_legend_counts_what_is_drawn() -> None:
    ax = viz.plot_command_tree(small_tree())
    legend = ax.get_legend()
    assert legend is not None
    said = {text.get_text() for text in legend.get_texts()}
    assert said == {
        "Party committee: 1",
        "Party branch: 2",
        "Party cell: 1",
        "enterprise: 1",
        "command: 3",
        "collaboration: 2",
        "covers: 1",
    }


def test_kinds_have_their_colours_and_shapes() -> None:
    ax = viz.plot_command_tree(small_tree())
    drawn_units = [found for found in ax.collections if isinstance(found, PathCollection)]
    looks = {to_hex(np.asarray(found.get_facecolor())[0]).upper() for found in drawn_units}
    assert looks == {style.KIND_COLOURS[k] for k in ("party_committee", "party_branch", "party_cell", "enterprise")}


@langs
def test_labels_of_the_subdistrict_never_overlap(lang: str) -> None:
    ax = viz.plot_command_tree(orgnet.datasets.load(), lang=lang)  # type: ignore[arg-type]
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) >= 8  # the subdistrict and its seven communities
    assert ax.texts[0].get_text() == "中共灵隐街道工作委员会"
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    assert n_points(ax) == 140 + 233


def test_above_the_limit_the_upper_levels_are_drawn() -> None:
    net = orgnet.build.synthetic(n_communities=12, seed=3)
    ax = viz.plot_command_tree(net, most=30)
    assert "the upper 4 of 6 levels, 16 of " in title(ax)  # city, district, 2 streets, 12 communities
    assert "units outside command, the ones that collaborate most with these." in title(ax)
    assert n_points(ax) <= 30
    assert segments(ax)["command"] == 15


def test_what_does_not_fit_beside_the_tree_is_counted_in_the_title() -> None:
    net = small_tree()
    assert "Not drawn: units outside command that collaborate (1)." in title(viz.plot_command_tree(net, most=4))
    assert "the upper 2 of 3 levels, 3 of 4 units" in title(viz.plot_command_tree(net, most=3))


def test_of_too_many_tops_those_with_most_subordinates_are_drawn() -> None:
    sizes = [1, 2, 3, 4]
    units: dict[str, list[Any]] = {"unit_id": [], "superior_id": []}
    for size in sizes:
        units["unit_id"] += [f"t{size}", *(f"t{size}-{i}" for i in range(size))]
        units["superior_id"] += [None, *([f"t{size}"] * size)]
    ax = viz.plot_command_tree(orgnet.build.from_tables(units), most=2)
    assert {text.get_text() for text in ax.texts} == {"t3", "t4"}
    assert "2 of 14 units, the tops with most subordinates" in title(ax)


def test_a_named_headquarters_begins_a_tree_of_its_own() -> None:
    net = small_tree()
    ax = viz.plot_command_tree(net, headquarters=(unit for unit in ["a"]))
    assert ax.texts[0].get_text() == "Alpha"
    assert segments(ax)["command"] == 3
    with pytest.raises(UnitError):
        viz.plot_command_tree(net, headquarters="zz")


def test_cycles_and_double_superiors_are_drawn_as_they_are() -> None:
    ties = {"source": ["a", "b", "c", "a", "c"], "target": ["b", "c", "a", "d", "d"], "layer": "command"}
    net = orgnet.build.from_tables({"unit_id": list("abcd")}, ties)
    ax = viz.plot_command_tree(net)
    ax.figure.canvas.draw()
    assert n_points(ax) == 4
    assert segments(ax) == {"command": 5}


@pytest.mark.parametrize("n", [0, 1, 2])
@langs
def test_no_command_is_said_in_words(n: int, lang: str) -> None:
    ax = viz.plot_command_tree(orgnet.build.from_tables({"unit_id": list("ab")[:n]}), lang=lang)  # type: ignore[arg-type]
    assert reason(ax).startswith({"en": f"No command: none of the {n} units", "zh": f"没有领导关系：{n} 个单位"}[lang])


# --- reach


def test_the_curves_are_those_of_the_result() -> None:
    found = communication(orgnet.datasets.load())
    ax = viz.plot_reach(found)
    assert [line.get_label() for line in ax.get_lines()] == [
        "command only: units of Party kinds, n = 140",
        "all ties: all units, n = 431",
    ]
    for line, ties in zip(ax.get_lines(), ("command", "all"), strict=True):
        rows = found.table[found.table["ties"] == ties]
        assert line.get_drawstyle() == "steps-post"
        assert np.asarray(line.get_xdata())[:-1].tolist() == rows["steps"].tolist()
        assert np.asarray(line.get_ydata())[:-1] == pytest.approx(100 * rows["share"].to_numpy())
        assert line.get_ydata()[-1] == line.get_ydata()[-2]  # type: ignore[index]
    assert ax.get_ylim() == (0, 100)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "1", "2", "3", "4"]
    assert {"139 of 140", "359 of 431"} <= set(drawn(ax))


def test_mean_distances_and_gain_are_in_a_note() -> None:
    units = {
        "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
        "kind": "party_branch",
        "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
    }
    found = communication(orgnet.build.from_tables(units, {"source": ["h"], "target": ["c1"], "layer": ["collab"]}))
    (note,) = [text for text in drawn(viz.plot_reach(found)) if text.startswith("Mean distance")]
    assert "1.67 ties by command, 1.50 by all ties" in note
    assert "Shortcut gain: 10.0%" in note


def test_equal_curves_are_both_labelled() -> None:
    net = orgnet.build.from_tables({"unit_id": list("hab"), "kind": "party_branch", "superior_id": [None, "h", "h"]})
    ax = viz.plot_reach(communication(net))
    ends = [text for text in ax.texts if text.get_text() == "2 of 2"]
    assert {text.get_verticalalignment() for text in ends} == {"top", "bottom"}


@pytest.mark.parametrize("n", [0, 1, 2])
@langs
def test_nothing_reached_is_said_in_words(n: int, lang: str) -> None:
    net = orgnet.build.from_tables({"unit_id": list("ab")[:n]})
    ax = viz.plot_reach(communication(net), lang=lang)  # type: ignore[arg-type]
    assert not ax.lines
    assert {"en": "There are no headquarters", "zh": "因而没有总部"}[lang] in reason(ax)
    if n:
        ax = viz.plot_reach(communication(net, headquarters="a"), lang=lang)  # type: ignore[arg-type]
        assert {"en": "reach no other unit", "zh": "不能到达任何其他单位"}[lang] in reason(ax)


# --- names from hell


@langs
def test_hostile_names_are_drawn_as_they_are(lang: str) -> None:
    n = len(NASTY)
    units = {
        "unit_id": [f"u{i} $_{{{i}}}$" for i in range(n)],
        "name": NASTY,
        "kind": ["enterprise", "$kind$", *["party_branch"] * (n - 2)],
        "area": NASTY,
        "sector": NASTY[::-1],
        "status": "存续",
        "superior_id": [None, None, None, *["u2 $_{2}$"] * (n - 3)],
    }
    ties = {"source": ["u0 $_{0}$", "u3 $_{3}$"], "target": ["u4 $_{4}$", "u5 $_{5}$"], "layer": ["collab", "covers"]}
    net = orgnet.build.from_tables(units, ties).with_units(kind="enterprise", has_party_org=False)
    tree = orgnet.build.from_tables(units, ties)
    axes = [
        viz.plot_coverage_matrix(by_cell(net), lang=lang),  # type: ignore[arg-type]
        viz.plot_command_tree(tree, lang=lang),  # type: ignore[arg-type]
        viz.plot_reach(communication(tree), lang=lang),  # type: ignore[arg-type]
    ]
    assert "$x_{1}$ and $" in drawn(axes[0])
    assert "one two tabbed" in drawn(axes[0])
    assert "$kind$" not in drawn(axes[1])  # it stands outside command and has no tie
    assert any("one two tabbed" in text for text in drawn(axes[2]))
    for ax in axes:
        assert max(map(len, drawn(ax))) < 300
        for form in ("png", "svg", "pdf"):
            with io.BytesIO() as file:
                ax.get_figure(root=True).savefig(file, format=form, dpi=40)  # type: ignore[union-attr]
                assert b"<script" not in file.getvalue()


def test_the_gallery_is_written(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "gallery.py"), str(tmp_path / "out")],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    written = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in written] == [
        "command.png",
        "coverage-eligible.png",
        "coverage.png",
        "explore.html",
        "reach.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written if path.suffix == ".png")
