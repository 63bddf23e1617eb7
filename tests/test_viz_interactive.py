"""The page to explore: what it holds, what it refuses, how it places units, and that no text leaves its block."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgnet._model.vocabulary import KINDS, LAYERS
from orgnet._viz import collapse, encode, layout, style
from orgnet._viz.interactive import explore
from orgnet._viz.page import Page
from orgnet.build import from_tables
from orgnet.errors import InputError, LayerError, OptionError, OrgNetWarning, UnitError

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.network import OrgNetwork

HOSTILE = "</script><script>alert(1)</script><!-- \u2028\u2029 & {{7*7}} 'quoted' \"twice\" href=x"


def small() -> OrgNetwork:
    """Give a committee, two branches, cells, a firm that is covered, and a club without any tie."""
    return from_tables(
        {
            "unit_id": ["h", "g1", "g2", "c1", "c2", "firm", "club"],
            "name": ["河滨社区党委", "第一网格党支部", "Branch 2", "Cell 1", "Cell 2", "Riverside Foods", "Chess club"],
            "kind": ["party_committee", *["party_branch"] * 2, *["party_cell"] * 2, "enterprise", "social_org"],
            "superior_id": [None, "h", "h", "g1", "g1", None, None],
            "area": ["A", "A", "B", "A", "A", "B", None],
            "members": [40, 12, 9, None, 3, None, None],
            "has_party_org": [None, None, None, None, None, "yes", "no"],
        },
        {
            "source": ["g1", "g1", "g2", "g2"],
            "target": ["g2", "g2", "firm", "h"],
            "layer": ["collab", "collab", "covers", "report"],
            "tie_type": ["joint meeting", "shared hall", None, "monthly"],
        },
    )


def many(areas: int = 12, each: int = 100, **columns: Any) -> OrgNetwork:
    """Give more than a thousand units: a top, a head for each area, `each` units below it, ties to the next area."""
    ids: list[str] = ["top"]
    superiors: list[str | None] = [None]
    names: list[str | None] = [None]
    ties: list[tuple[str, str]] = []
    for a in range(areas):
        ids.append(f"a{a}")
        superiors.append("top")
        names.append(f"Area {a}")
        for u in range(each):
            ids.append(f"a{a}u{u}")
            superiors.append(f"a{a}")
            names.append(f"Area {a}")
        ties.append((f"a{a}u0", f"a{(a + 1) % areas}u1"))
    units = {"unit_id": ids, "superior_id": superiors, "kind": "party_branch", "area": names, **columns}
    source, target = zip(*ties, strict=True)
    return from_tables(units, {"source": source, "target": target, "layer": "collab"})


def block(page: Page) -> str:
    """Cut the block of data out of a page, as a browser would: to the first end of a script."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script', page.html, re.DOTALL)
    assert found
    return found[1]


def ours(page: Page) -> str:
    """Take the vis-network script out of a page."""
    return re.sub(r'<script nonce="[^"]*">/\*\*\n \* vis-network.*?</script>', "", page.html, count=1, flags=re.DOTALL)


def data(page: Page) -> dict[str, Any]:
    """Read the data of a page."""
    return dict(json.loads(block(page)))


# --- what the page holds


def test_page_holds_every_unit_and_every_tie_once() -> None:
    held = data(explore(small()))
    assert held["ids"] == ["h", "g1", "g2", "c1", "c2", "firm", "club"]
    assert held["names"][0] == "河滨社区党委"
    assert [node["id"] for node in held["nodes"]] == list(range(7))
    lines = {(edge["layer"], edge["from"], edge["to"]): held["counts"][edge["id"]] for edge in held["edges"]}
    assert lines == {
        ("command", 0, 1): 1,
        ("command", 0, 2): 1,
        ("command", 1, 3): 1,
        ("command", 1, 4): 1,
        ("collab", 1, 2): 2,
        ("covers", 2, 5): 1,
        ("report", 2, 0): 1,
    }
    assert held["types"][[edge["layer"] for edge in held["edges"]].index("collab")] == "joint meeting, shared hall"
    assert held["line"].startswith("7 units · 8 ties · drawn: command 4, report 1, collaboration 2, covers 1")
    assert held["top"] == [0]


def test_facts_are_what_is_recorded_and_nothing_else() -> None:
    held = data(explore(small()))
    facts = {held["fields"][k]: text for k, text in held["facts"][5]}
    assert facts == {"area": "B", "has a Party organisation": "yes"}


def test_chinese_page() -> None:
    page = explore(small(), lang="zh")
    assert '<html lang="zh-Hans">' in page.html
    assert data(page)["kinds"][5] == "企业"
    assert "7 个单位" in page.html
    assert page.title == "河滨社区党委"


def test_layers_choose_what_is_drawn_and_contains_stands_in_for_nothing() -> None:
    assert {edge["layer"] for edge in data(explore(small(), layers="horizontal"))["edges"]} == {"collab", "covers"}
    territory = from_tables({"unit_id": ["d", "s"]}, {"source": ["d"], "target": ["s"], "layer": ["contains"]})
    assert [edge["layer"] for edge in data(explore(territory))["edges"]] == ["contains"]
    assert data(explore(territory, layers="vertical"))["edges"] == []


def test_same_input_gives_the_same_bytes_and_the_network_is_not_changed() -> None:
    net = small()
    units, ties = net.units.copy(), net.ties.copy()
    assert explore(net).html == explore(small()).html
    pd.testing.assert_frame_equal(net.units, units)
    pd.testing.assert_frame_equal(net.ties, ties)


@pytest.mark.parametrize(
    ("units", "ties"),
    [
        ({"unit_id": ["one"]}, None),
        ({"unit_id": ["a", "b", "c"]}, None),
        ({"unit_id": ["a", "b", "c"], "superior_id": ["c", "a", "b"]}, None),
        ({"unit_id": ["a", "b", "c"], "superior_id": [None, "a", "a"]}, ("b", "c")),
        ({"unit_id": [str(i) for i in range(900)], "superior_id": [None, *(str(i) for i in range(899))]}, None),
    ],
    ids=["one unit", "no ties", "cycle", "two superiors", "chain of 900"],
)
def test_odd_networks_are_drawn_whole(units: dict[str, Any], ties: tuple[str, str] | None) -> None:
    table = None if ties is None else {"source": [ties[0]], "target": [ties[1]], "layer": ["command"]}
    net = from_tables(units, table)
    held = data(explore(net))
    spots = {(node["x"], node["y"]) for node in held["nodes"]}
    assert len(spots) == net.n_units
    assert len(held["edges"]) == net.n_ties


def test_no_units_make_an_empty_page() -> None:
    net = small().without(list(small().ids))
    assert data(explore(net))["nodes"] == []


def test_a_hundred_thousand_letters_are_cut() -> None:
    net = from_tables({"unit_id": ["a"], "name": ["长" * 100_000], "note": ["x" * 100_000]})
    held = data(explore(net))
    assert held["labels"] == ["长" * 11 + "…"]
    assert len(block(explore(net))) < 10_000


def test_too_many_lines_are_counted() -> None:
    n = 110
    pairs = [(f"u{i}", f"u{j}") for i in range(n) for j in range(i)]
    source, target = zip(*pairs, strict=True)
    units = {"unit_id": [f"u{i}" for i in range(n)], "superior_id": [None, *["u0"] * (n - 1)]}
    held = data(explore(from_tables(units, {"source": source, "target": target, "layer": "collab"})))
    assert len(held["edges"]) == 5000
    assert sum(edge["layer"] == "command" for edge in held["edges"]) == n - 1
    left = len(pairs) + n - 1 - 5000
    assert held["notes"] == [
        f"5,000 lines are drawn, the chain of command and the strongest ties first; {left:,} more are left out."
    ]


# --- nothing in the data can leave its place


def test_hostile_text_stays_text_everywhere() -> None:
    units = {
        "unit_id": [HOSTILE, "b"],
        "name": [HOSTILE, "B"],
        "kind": [HOSTILE, "grid"],
        "area": [HOSTILE, "x"],
        "sector": [HOSTILE, "y"],
        HOSTILE: [HOSTILE, "z"],
    }
    net = from_tables(units, {"source": [HOSTILE], "target": ["b"], "layer": ["collab"], "tie_type": [HOSTILE]})
    page = explore(net, title=HOSTILE, colour="sector")
    raw = block(page)
    assert not set(raw) & set("<>&\u2028\u2029")
    shown = HOSTILE.replace("\u2028\u2029 ", "")  # separators of lines are spaces
    held = data(page)
    assert held["names"][0] == shown
    assert held["ids"][0] == shown
    assert held["kinds"][0] == shown[:59] + "…"
    assert held["types"][0].startswith("</script><script>")
    assert ours(page).count("<script") == 2
    assert (
        f"<h1>{html.escape(shown, quote=True).replace('&quot;', '&#34;').replace('&#x27;', '&#39;')}</h1>" in page.html
    )


def test_every_script_and_style_carries_the_nonce_and_nothing_is_fetched() -> None:
    page = explore(small())
    assert f"script-src 'nonce-{page.nonce}'; style-src 'nonce-{page.nonce}'" in page.html
    assert "default-src 'none'" in page.html
    assert "unsafe" not in page.html.split("</title>")[0]
    own = ours(page).replace("link.href = address;", "")  # of the file that the page makes for its reader
    assert len(own) < 100_000 < len(page.html)
    assert own.count("<script") == own.count(f'<script nonce="{page.nonce}">') + 1 == 2
    assert own.count("<style") == own.count(f'<style nonce="{page.nonce}">') == 1
    assert not re.search(r"""\bsrc\s*=|href|@import|url\(|https?://(?!www\.w3\.org/2000/svg)""", own)
    assert "sourceMappingURL" not in page.html


def test_nonce_follows_the_content() -> None:
    assert explore(small()).nonce != explore(small(), title="other").nonce


def test_page_saves_whole_or_not_at_all(tmp_path: Path) -> None:
    page = explore(small())
    saved = page.save(tmp_path / "new folder" / "网络.html")
    assert saved.read_bytes().decode("utf-8") == page.html
    assert [path.name for path in saved.parent.iterdir()] == ["网络.html"]
    with pytest.raises(InputError, match="cannot write"):
        page.save(saved / "below-a-file.html")


def test_page_saves_where_the_locale_is_not_utf8(tmp_path: Path) -> None:
    script = (
        "from orgnet._viz.interactive import explore\nfrom orgnet.build import from_tables\n"
        "explore(from_tables({'unit_id': ['a'], 'name': ['\\u6cb3\\u6ee8']})).save('page.html')"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-W", "error::EncodingWarning:orgnet", "-X", "warn_default_encoding", "-c", script]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, **plain}, check=True, timeout=120)
    assert "河滨" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_page_in_a_notebook_is_a_sandboxed_frame() -> None:
    page = Page('<p title="x">&</p>', title='"><script>', height=300)
    assert (
        page._repr_html_()
        == page.iframe()
        == (
            '<iframe sandbox="allow-scripts" title="&quot;&gt;&lt;script&gt;" style="width:100%;height:300px;border:0" '
            'srcdoc="&lt;p title=&quot;x&quot;&gt;&amp;&lt;/p&gt;"></iframe>'
        )
    )
    assert "height:99px" in page.iframe(99)
    assert "\n" not in repr(page)


# --- colour and size


def test_numbers_get_a_scale_and_names_get_colours() -> None:
    scale = data(explore(small(), colour="members"))
    assert (scale["legend"]["low"], scale["legend"]["high"]) == ("3", "40")
    assert scale["nodes"][0]["color"] == style.SCALE[-1]
    assert scale["nodes"][4]["color"] == style.SCALE[0]
    assert scale["nodes"][3]["color"] == style.MISSING_COLOUR
    assert scale["legend"]["items"] == [
        {"label": "not recorded", "colour": style.MISSING_COLOUR, "count": 3, "shape": ""}
    ]
    assert [item["label"] for item in scale["legend"]["shapes"]] == [
        "Party organisation",
        "enterprise or social organisation",
    ]
    flags = data(explore(small(), colour="has_party_org", lang="zh"))
    assert {item["label"]: item["count"] for item in flags["legend"]["items"]} == {"否": 1, "是": 1, "未填": 5}
    assert {item["label"]: item["colour"] for item in flags["legend"]["items"]}["是"] == style.YES_COLOUR


def test_a_value_keeps_its_colour_when_the_numbers_change() -> None:
    def colours(sectors: list[str]) -> dict[str, str]:
        net = from_tables({"unit_id": [f"u{i}" for i in range(len(sectors))], "sector": sectors})
        return {item["label"]: item["colour"] for item in data(explore(net, colour="sector"))["legend"]["items"]}

    assert colours(["x", "x", "y"]) == colours(["x", "y", "y"])


def test_a_measure_colours_and_sizes_by_id_not_by_position() -> None:
    net = small()
    values = pd.Series({"firm": 4.0, "h": 1.0}, name="reach")
    held = data(explore(net, colour=values, size=values))
    assert held["legend"]["title"] == "reach"
    assert held["nodes"][5]["color"] == style.SCALE[-1]
    assert held["nodes"][5]["size"] == encode.LARGEST
    assert held["nodes"][0]["size"] == encode.SMALLEST + (encode.LARGEST - encode.SMALLEST) / 2
    assert held["nodes"][1]["size"] == encode.SMALLEST
    assert held["size"] == {"title": "reach", "text": "1 to 4; not recorded: 5"}


def test_more_than_twelve_values_end_in_other() -> None:
    net = from_tables({"unit_id": [f"u{i}" for i in range(16)], "sector": [f"s{max(i, 1):02}" for i in range(16)]})
    items = data(explore(net, colour="sector"))["legend"]["items"]
    assert len(items) == 12
    assert items[0] == {"label": "s01", "colour": style.PALETTE[0], "count": 2, "shape": ""}
    assert items[-1] == {"label": "other (4)", "colour": style.OTHER_COLOUR, "count": 4, "shape": ""}
    assert sum(item["count"] for item in items) == 16


def test_dates_and_infinite_numbers_are_coloured() -> None:
    net = from_tables({"unit_id": ["a", "b", "c"], "founded": ["2001-05-01", "2020-06-30", None]})
    legend = data(explore(net, colour="founded"))["legend"]
    assert (legend["low"], legend["high"]) == ("2001-05-01", "2020-06-30")
    endless = pd.Series([1.0, np.inf, 2.0], index=["a", "b", "c"])
    assert data(explore(net, colour=endless))["nodes"][1]["color"] == style.MISSING_COLOUR


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"colour": "membres"}, OptionError, "Did you mean 'members'"),
        ({"size": "name"}, OptionError, "no numbers"),
        ({"size": "nothing"}, OptionError, "not a column"),
        ({"colour": pd.Series({"h": 1.0, "stranger": 2.0})}, OptionError, "'stranger'"),
        ({"colour": pd.Series([1.0, 2.0], index=["h", "h"])}, OptionError, "several values"),
        ({"height": 0}, OptionError, "height=0"),
        ({"lang": "fr"}, OptionError, "lang='fr'"),
        ({"layers": "colab"}, LayerError, "collab"),
        ({"headquarters": "H"}, UnitError, "'H'"),
    ],
)
def test_wrong_options_say_what_to_do(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        explore(small(), **options)


# --- the largest networks as areas


@pytest.fixture
def without_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw areas above a thousand units already, as is done where there are too many for rows."""
    monkeypatch.setattr(collapse, "MOST_ROWS", collapse.MOST_NODES)


@pytest.mark.usefixtures("without_rows")
def test_above_a_thousand_units_areas_are_drawn_and_counted() -> None:
    net = many()
    held = data(explore(net))
    assert held["notes"] == ["1,213 units are drawn as 13 areas; ties inside areas (1,200) are not drawn."]
    assert sorted(held["names"]) == sorted(["(not recorded)", *(f"Area {a}" for a in range(12))])
    lines = {layer: sum(e["layer"] == layer for e in held["edges"]) for layer in ("command", "collab")}
    assert lines == {"command": 12, "collab": 12}
    first = held["names"].index("Area 3")
    assert held["kinds"][first] == "101 units"
    assert held["facts"][first][0] == [0, "101"]
    assert {node["shape"] for node in held["nodes"]} == {"hexagon"}
    assert held["nodes"][held["names"].index("(not recorded)")]["size"] < held["nodes"][first]["size"]


@pytest.mark.usefixtures("without_rows")
def test_ties_between_areas_are_summed() -> None:
    net = many()
    extra = pd.DataFrame({"source": ["a0u5", "a0u6", "a0u7"], "target": ["a1u5", "a1u5", "a1u9"], "layer": "collab"})
    more = from_tables(net.units.reset_index(), pd.concat([net.ties[["source", "target", "layer"]], extra]))
    held = data(explore(more))
    ends = {held["names"].index("Area 0"), held["names"].index("Area 1")}
    counts = [held["counts"][e["id"]] for e in held["edges"] if {e["from"], e["to"]} == ends]
    assert counts == [4]
    widths = {held["counts"][e["id"]]: e["width"] for e in held["edges"] if e["layer"] == "collab"}
    assert widths[4] > widths[1]


@pytest.mark.usefixtures("without_rows")
def test_without_areas_the_chain_makes_the_groups() -> None:
    net = many(area=None)
    groups = collapse.group_units(net, "en")
    assert groups.by == "superior"
    assert np.bincount(groups.codes).tolist() == [1, *[101] * 12]
    assert "branches of the chain" in data(explore(net))["notes"][0]


def test_groups_are_never_more_than_a_thousand_and_hide_no_unit() -> None:
    n = 3000
    flat = from_tables({"unit_id": [f"u{i}" for i in range(n)], "kind": [f"k{i % 1500}" for i in range(n)]})
    groups = collapse.group_units(flat, "en")
    assert groups.by == "kind"
    assert len(groups.labels) == 1000
    assert groups.labels[-1] == "(others)"
    assert np.bincount(groups.codes).tolist() == [2] * 999 + [n - 2 * 999]
    alike = from_tables({"unit_id": [f"u{i}" for i in range(n)], "kind": "grid"})
    assert collapse.group_units(alike, "en").by == "component"


@pytest.mark.usefixtures("without_rows")
def test_values_of_groups_are_means_and_most_frequent() -> None:
    n = 1213
    net = many(members=[float(i % 2) for i in range(n)], sector=["x"] * (n - 1) + ["y"])
    groups = collapse.group_units(net, "en")
    by_hand = net.units.groupby(groups.codes)["members"].mean()
    assert collapse.group_values(net.units["members"], groups, "en").tolist() == by_hand.tolist()
    assert set(collapse.group_values(net.units["sector"], groups, "en")) == {"x"}
    held = data(explore(net, colour="members"))
    assert held["legend"]["title"] == "members, mean"


# --- positions

PARENTS = st.integers(1, 40).flatmap(
    lambda n: st.lists(st.integers(-1, n - 1), min_size=n, max_size=n).map(lambda p: np.array(p, dtype=np.int64))
)


def climb(parent: np.ndarray, row: int) -> list[int]:
    """Follow superiors one by one, the slow way; stop when a row comes again."""
    path = [row]
    while parent[path[-1]] >= 0 and parent[path[-1]] not in path:
        path.append(int(parent[path[-1]]))
    return path


@given(PARENTS)
def test_cycles_are_opened_at_their_first_row_and_nothing_else_changes(parent: np.ndarray) -> None:
    on_cycle = {row for row in range(len(parent)) if row in climb(parent, int(parent[row])) and parent[row] >= 0}
    opened = layout.open_cycles(parent)
    for row in range(len(parent)):
        cycle = climb(parent, row) if row in on_cycle else []
        assert opened[row] == (-1 if cycle and row == min(cycle) else parent[row])


@given(PARENTS)
def test_depths_and_ancestors_are_those_of_the_slow_way(parent: np.ndarray) -> None:
    forest = layout.open_cycles(parent)
    paths = [climb(forest, row) for row in range(len(forest))]
    assert layout.depths(forest).tolist() == [len(path) - 1 for path in paths]
    for level in range(4):
        wanted = [path[max(0, len(path) - 1 - level)] for path in paths]
        assert layout.ancestors_at(forest, level).tolist() == wanted


@given(PARENTS, st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=30))
def test_every_unit_has_a_place_of_its_own_and_superiors_stand_above(
    parent: np.ndarray, ties: list[tuple[int, int]]
) -> None:
    n = len(parent)
    forest = layout.open_cycles(parent)
    ends = np.array([(a, b) for a, b in ties if a < n and b < n and a != b], dtype=np.int64).reshape(-1, 2)
    placed = layout.arrange(n, forest, ends[:, 0], ends[:, 1])
    apart = np.hypot(placed.x[:, None] - placed.x, placed.y[:, None] - placed.y) + np.eye(n) * 1e9
    if placed.form == "tree":
        assert apart.min() >= 0.9 * layout.ROW
        below = np.flatnonzero(forest >= 0)
        assert (placed.y[below] > placed.y[forest[below]]).all()
    assert apart.min() > 1
    again = layout.arrange(n, forest, ends[:, 0], ends[:, 1])
    assert again.x.tolist() == placed.x.tolist()
    assert again.y.tolist() == placed.y.tolist()


@pytest.mark.parametrize(("n", "form"), [(60, "spring"), (400, "circle")])
def test_without_a_chain_units_stand_in_a_web(n: int, form: str) -> None:
    rows = np.arange(n)
    placed = layout.arrange(n, np.full(n, -1), rows, (rows + 1) % n)
    assert placed.form == form
    assert len({(round(x), round(y)) for x, y in zip(placed.x, placed.y, strict=True)}) == n


def test_units_outside_command_stand_beside_their_first_partner() -> None:
    parent = layout.attach(np.array([-1, 0, -1, -1, -1]), np.array([1, 3]), np.array([2, 2]))
    assert parent.tolist() == [-1, 0, 1, 2, -1]


def test_a_wide_network_fills_a_wide_window() -> None:
    parent = np.array([-1, *[0] * 12, *np.repeat(np.arange(1, 13), 30)])
    none = np.empty(0, dtype=np.int64)
    placed = layout.arrange(len(parent), parent, none, none)
    assert 0.7 < np.ptp(placed.x) / np.ptp(placed.y) < 3


# --- one look


def test_every_kind_has_a_look_of_its_own() -> None:
    looks = {(style.KIND_COLOURS[kind], style.kind_shape(kind)) for kind in KINDS}
    assert len(looks) == len(KINDS)
    lines = {(style.LAYER_COLOURS[layer], style.LAYER_DASHES[layer]) for layer in LAYERS}
    assert len(lines) == len({colour for colour, _ in lines}) == len(LAYERS)


def test_unknown_kinds_get_colours_that_are_free() -> None:
    chosen = style.kind_colours(["enterprise", *(f"new{i}" for i in range(9))])
    assert len(set(chosen.values())) == 10


def test_fonts_and_what_to_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_installed_cjk", lambda: ("Noto Sans CJK SC",))
    assert style.font_families() == ["DejaVu Sans", "Noto Sans CJK SC"]
    assert style.missing_font_message(["网格"]) is None
    monkeypatch.setattr(style, "_installed_cjk", tuple)
    assert style.font_families() == ["DejaVu Sans"]
    assert style.missing_font_message(["grid"]) is None
    with pytest.warns(OrgNetWarning, match="fonts-noto-cjk"):
        style.warn_of_missing_font(["grid", "网格"])


def test_labels_are_cut_by_width_and_cleaned() -> None:
    assert encode.clip("ab\u202ec\x00d", 10) == "abcd"
    assert encode.clip("河滨社区党委", 12) == "河滨社区党委"
    assert encode.clip("河滨社区党委", 11) == "河滨社区党…"
    assert encode.show(np.float64(1e300), "en") == "1e+300"
    assert [encode.number(value) for value in (float("nan"), float("-inf"), 1234.56)] == ["?", "-∞", "1,234.6"]
