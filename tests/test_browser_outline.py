"""The page of a large network in a real browser: it unfolds, counts, finds, filters, remembers, and runs nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from browser import Browser, open_browser
from payloads import BAD, PAYLOADS
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from orgnet import metrics
from orgnet._viz import forest
from orgnet._viz.interactive import explore
from orgnet.build import from_tables, synthetic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from orgnet._model.network import OrgNetwork
    from orgnet._viz.page import Page

pytestmark = pytest.mark.browser

LEAST_PAINTED = 3000
AT = "window.orgnetExplore"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser to all tests of this file."""
    with open_browser() as one:
        one.look(width=1100, height=700, dark=False)
        yield one


@pytest.fixture(scope="module")
def city() -> OrgNetwork:
    """Give a made-up city of some 1,600 units."""
    net = synthetic(n_communities=40, seed=5)
    assert net.n_units > 1500
    return net


def show(browser: Browser, page: Page, path: Path, fragment: str = "") -> None:
    """Save a page, open it, and wait until it has drawn something."""
    browser.console_errors()
    browser.open(page.save(path), fragment)
    drawn(browser)


def drawn(browser: Browser) -> None:
    """Wait until the picture shows something."""
    browser.wait(AT)
    browser.wait_for(lambda: browser.painted() > LEAST_PAINTED, "a drawn picture")


def rows(browser: Browser) -> list[str]:
    """List the ids of the units drawn, top to bottom; groups by their names in brackets."""
    script = "return Array.from(E.now.rows, (node) => E.model.id(node) || '(' + E.model.name(node) + ')');"
    return [str(text) for text in browser.js(script.replace("E.", AT + "."))]


def click(browser: Browser, unit: str, *, left: int = 0) -> None:
    """Click the row of a unit on its shape, or so many pixels left of it."""
    x, y = browser.js(f"return {AT}.rowBox({AT}.nodeOf(arguments[0]));", unit)
    browser.click_at(x - left, y)


def words(browser: Browser, selector: str) -> str:
    """Read what a part of the page says."""
    return str(browser.js("return document.querySelector(arguments[0]).textContent;", selector))


def tick(browser: Browser, selector: str) -> None:
    """Click a box of the panel."""
    browser.js("document.querySelector(arguments[0]).click();", selector)


def district() -> OrgNetwork:
    """Give 20 branches, each with 60 covered firms of its area; b0 works with b1 and two firms of b1."""
    branches = [f"b{k}" for k in range(20)]
    firms = [f"f{k}.{i}" for k in range(20) for i in range(60)]
    return from_tables(
        {
            "unit_id": ["h", *branches, *firms],
            "name": [
                "示例街道党工委",
                *(f"第{k}网格党支部" for k in range(20)),
                *(f"示例企业{unit}" for unit in firms),
            ],
            "kind": ["party_committee", *["party_branch"] * 20, *["enterprise"] * 1200],
            "superior_id": [None, *["h"] * 20, *[None] * 1200],
            "area": [None, *(f"社区{k}" for k in range(20)), *(f"社区{unit[1:].split('.')[0]}" for unit in firms)],
            "sector": [None] * 21 + [("商贸", "=SUM(A1)")[i % 2] for i in range(1200)],
        },
        {
            "source": [*(unit.split(".")[0].replace("f", "b") for unit in firms), "b0", "b0", "b0"],
            "target": [*firms, "b1", "f1.0", "f1.1"],
            "layer": [*["covers"] * 1200, *["collab"] * 3],
        },
    )


# --- rows


def test_it_draws_asks_for_nothing_and_starts_with_what_fits(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "街道.html")
    assert browser.requests() == []
    assert browser.console_errors() == []
    found = rows(browser)
    # the committee and its branches; 20 branches have two groups each (by sector), 61 rows, then 30 firms a group
    assert found[:4] == ["h", "b0", "(商贸)", "(=SUM(A1))"]
    assert len(found) == 1 + 20 + 2 * 20
    assert "61 rows for 1,221 units." in words(browser, "#counted")


def test_unfolding_and_folding_draw_the_counted_number_of_units(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "rows.html")
    before = rows(browser)
    click(browser, "b0", left=14)  # the sign in front of a branch that is unfolded folds it
    assert len(rows(browser)) == len(before) - 2
    click(browser, "b0")  # a click on a folded branch unfolds it and shows its facts
    assert rows(browser) == before
    assert "第0网格党支部" in words(browser, "#chosen")
    browser.js(f"{AT}.unfoldAll({AT}.nodeOf('b0'), true);")
    after = rows(browser)
    assert len(after) == len(before) + 60
    assert after[3:33] == [f"f0.{i}" for i in range(0, 60, 2)]
    browser.js(f"{AT}.unfoldAll(null, true);")
    assert len(rows(browser)) == 1 + 20 + 40 + 1200
    browser.driver.find_element(By.XPATH, "//div[@id='bar']/button[text()='Fold all']").click()
    assert rows(browser) == ["h"]
    browser.driver.find_element(By.XPATH, "//div[@id='bar']/button[text()='Start']").click()
    assert rows(browser) == before


def test_ties_are_summed_between_the_rows_that_are_seen(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "ties.html")

    def bundles() -> set[tuple[str, str, int]]:
        script = """const named = (row) => E.model.id(E.now.rows[row]) || E.model.name(E.now.rows[row]);
            return E.now.bundles.map((b) => [named(b.from), named(b.to), b.count]);"""
        return {(a, b, n) for a, b, n in browser.js(script.replace("E.", AT + "."))}

    assert bundles() == {("b0", "b1", 1), ("b0", "商贸", 1), ("b0", "=SUM(A1)", 1)}
    click(browser, "b1", left=14)
    assert bundles() == {("b0", "b1", 3)}
    browser.js(f"{AT}.unfoldAll({AT}.nodeOf('b1'), true);")
    assert bundles() == {("b0", "b1", 1), ("b0", "f1.0", 1), ("b0", "f1.1", 1)}
    browser.js(f"{AT}.unfoldAll(null, false);")
    assert bundles() == set()
    browser.js(f"{AT}.choose(0);")
    assert "1223 ties inside" in words(browser, "#chosen").replace(",", "")  # 20 of command, 1 200 covers, 3 collab


def seen_by_hand(
    net: OrgNetwork, found: forest.Forest, turned: set[int]
) -> tuple[list[int], dict[tuple[str, int, int], int]]:
    """Say which rows are drawn and what ties are summed between them where only the `turned` rows are open, slowly."""
    rows: list[int] = []
    seat: dict[int, int] = {}
    for row, above in enumerate(found.above.tolist()):
        hidden = above >= 0 and (above not in turned or seat[above] != above)
        seat[row] = seat[above] if hidden else row
        if not hidden:
            rows.append(row)
    place = {unit: row for row, unit in enumerate(found.unit.tolist()) if unit >= 0}
    layers = list(net.layers)
    sums: dict[tuple[str, int, int], int] = {}
    for k, layer in enumerate(net.ties["layer"]):
        a, b = (place[int(unit)] for unit in net.ends[:, k])
        ends = (seat[a], seat[b]) if layer != "collab" else tuple(sorted((seat[a], seat[b])))
        shown_by_tree = any(
            holder(found, one) == other and layers[int(found.via[found.unit[one]])] == layer
            for one, other in ((a, b), (b, a))
        )
        if ends[0] != ends[1] and not shown_by_tree:
            key = (layer, ends[0], ends[1])
            sums[key] = sums.get(key, 0) + 1
    return rows, sums


def holder(found: forest.Forest, row: int) -> int | None:
    """Find the unit that a unit hangs under, and by a tie."""
    if found.via[found.unit[row]] < 0:
        return None
    above = int(found.above[row])
    while found.unit[above] < 0:
        above = int(found.above[above])
    return above


def test_rows_and_sums_are_those_of_the_slow_way(browser: Browser, tmp_path: Path, city: OrgNetwork) -> None:
    show(browser, explore(city), tmp_path / "twin.html")
    tops = np.flatnonzero(metrics.depth(city).to_numpy() == 0)
    found = forest.grow(city, city.layers, tops, "en")
    rng = np.random.default_rng(4)
    for share in (0.02, 0.2, 0.6, 0.95):
        turned = {int(row) for row in np.flatnonzero(rng.random(len(found.above)) < share)} | {0}
        browser.js(
            f"const open = new Set(arguments[0]); const {{model, state, relist}} = {AT};"
            "for (let i = 0; i < model.total; i += 1) state.open[i] = open.has(i) && model.size[i] > 1 ? 1 : 0;"
            "relist();",
            list(turned),
        )
        rows_, sums = seen_by_hand(city, found, turned)
        assert browser.js(f"return Array.from({AT}.now.rows);") == rows_
        script = """return E.now.bundles.map((b) =>
            [E.data.layers[b.layer].name, E.now.rows[b.from], E.now.rows[b.to], b.count]);"""
        drawn_ = {(layer, a, b): n for layer, a, b, n in browser.js(script.replace("E.", AT + "."))}
        assert len(drawn_) == min(len(sums), 1500)
        assert drawn_.items() <= sums.items()
        if len(sums) <= 1500:
            assert drawn_ == sums


def test_a_layer_switch_hides_ties(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "layers.html")
    assert browser.js(f"return {AT}.now.bundles.length;") == 3
    before = browser.js("return document.querySelector('#canvas').toDataURL();")
    tick(browser, "input[data-layer=collab]")
    assert browser.js(f"return {AT}.now.bundles.length;") == 0
    browser.wait("document.querySelector('#canvas').toDataURL() !== arguments[0]", before)
    tick(browser, "input[data-layer=collab]")
    assert browser.js(f"return {AT}.now.bundles.length;") == 3


def test_search_finds_a_chinese_name_and_unfolds_the_way_to_it(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "search.html")
    search = browser.driver.find_element(By.ID, "search")
    search.send_keys("企业f17.33")
    found = browser.driver.find_elements(By.CSS_SELECTOR, "#found button")
    assert [item.text for item in found] == ["示例企业f17.33 Enterprise · f17.33"] or "示例企业f17.33" in found[0].text
    search.send_keys(Keys.ENTER)
    assert "f17.33" in rows(browser)
    assert browser.js(f"return {AT}.model.id({AT}.state.chosen);") == "f17.33"
    x, y = browser.js(f"return {AT}.rowBox({AT}.state.chosen);")
    box = browser.js(
        "const box = document.querySelector('#picture').getBoundingClientRect(); return [box.top, box.bottom];"
    )
    assert box[0] < y < box[1]
    assert x > 0
    panel = words(browser, "#chosen")
    for text in ("示例企业f17.33", "社区17", "第17网格党支部", "示例街道党工委", "Way to headquarters (2 ties)"):
        assert text in panel
    search.clear()
    search.send_keys("nowhere")
    assert words(browser, "#found") == "Nothing found"


@pytest.mark.parametrize("layer", ["command", "all"])
def test_the_way_to_headquarters_is_as_long_as_the_library_says(
    browser: Browser, tmp_path: Path, city: OrgNetwork, layer: str
) -> None:
    show(browser, explore(city), tmp_path / "ways.html")
    script = """const {model, way} = E; const found = {};
        for (let unit = 0; unit < model.n; unit += 1) {
          const steps = way(unit);
          found[model.id(model.node[unit])] = steps && [steps.length - 1,
            steps.every(([, by]) => !by || by.name === 'command'), steps.map(([at]) => model.id(model.node[at]))];
        } return found;"""
    found: dict[str, Any] = browser.js(script.replace("= E;", f"= {AT};"))
    depth = metrics.depth(city)
    if layer == "command":
        reached = depth.dropna()
        assert {unit: found[unit][0] for unit in reached.index} == reached.to_dict()
        assert all(found[unit][1] for unit in reached.index)
    else:
        far = metrics.distance_from(city, "CITY", layers="all", direction="down")[depth.isna()]
        assert {unit for unit in far.index if found[unit] is None} == set(far.index[far.isna()])
        assert {unit: found[unit][0] for unit in far.dropna().index} == far.dropna().to_dict()
    joined = {frozenset(pair) for pair in zip(city.ties["source"], city.ties["target"], strict=True)}
    for steps in found.values():
        if steps:
            assert steps[2][-1] == "CITY"
            assert all(frozenset(pair) in joined for pair in zip(steps[2], steps[2][1:], strict=False))


def test_the_legend_filters_and_counts_follow(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "legend.html")
    assert browser.js(f"return {AT}.now.count[0];") == 1221
    tick(browser, "#legend input[data-class='0']")  # enterprises, the most frequent
    assert browser.js(f"return {AT}.now.count[0];") == 21
    assert len(rows(browser)) == 21
    tick(browser, "#legend input[data-class='0']")
    assert len(rows(browser)) == 61


def test_only_this_area_and_only_this_branch(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "only.html")
    browser.js(f"{AT}.pickNode({AT}.nodeOf('b4'));")
    browser.driver.find_element(By.XPATH, "//section[@id='chosen']//button[text()='Only 社区4']").click()
    assert browser.js(f"return {AT}.now.count[0];") == 61
    assert rows(browser)[:2] == ["h", "b4"]  # headquarters stays, as what the branch hangs under
    assert len(rows(browser)) == 2 + 2 + 60
    browser.driver.find_element(By.XPATH, "//section[@id='legend']//button[text()='Show everything']").click()
    assert len(rows(browser)) == 61
    search = browser.driver.find_element(By.ID, "search")
    search.send_keys("社区19")
    browser.driver.find_element(By.XPATH, "//ul[@id='found']//button[text()='Only 社区19']").click()
    assert rows(browser)[:2] == ["h", "b19"]
    browser.js(f"{AT}.restrict({{node: {AT}.nodeOf('b3')}});")
    assert browser.js(f"return {AT}.now.count[0];") == 61
    assert rows(browser)[:2] == ["h", "b3"]


def test_colour_and_size_by_any_column(browser: Browser, tmp_path: Path, city: OrgNetwork) -> None:
    show(browser, explore(city), tmp_path / "colour.html")
    options = browser.js(
        "return [...document.querySelectorAll('#looks select')].map((s) => [...s.options].map((o) => o.text));"
    )
    assert {"kind", "area", "staff", "households"} <= set(options[0])
    assert "the same" in options[1]
    assert "area" not in options[1]
    before = browser.js("return document.querySelector('#canvas').toDataURL();")
    browser.js(
        """for (const [k, name] of [[0, "full members"], [1, "staff"]]) {
          const box = document.querySelectorAll('#looks select')[k];
          box.value = [...box.options].find((o) => o.text === name).value;
          box.dispatchEvent(new Event("change"));
        }"""
    )
    browser.wait("document.querySelector('#canvas').toDataURL() !== arguments[0]", before)
    assert words(browser, "#legend h2") == "full members"
    counts = browser.js(
        "return [...document.querySelectorAll('#legend output')].map((o) => Number(o.textContent.replace(/,/g, '')));"
    )
    assert sum(counts) == city.n_units


def test_marks_count_the_gaps_below(browser: Browser, tmp_path: Path, city: OrgNetwork) -> None:
    show(browser, explore(city), tmp_path / "marks.html")
    n = len(metrics.gaps(city).table)
    assert words(browser, "label:has(input[data-mark=gap]) output") == str(n)
    loose = browser.js(f"return Array.from({AT}.now.rows).filter((node) => {AT}.model.depth[node] === 0)"
                       f".reduce((sum, node) => sum + {AT}.belowOf(node).gaps, 0);")  # fmt: skip
    assert loose == n
    assert words(browser, "label:has(input[data-mark=cut]) output") == str(len(metrics.communication(city).cut_units))


# --- state, files, keys


def test_the_address_brings_back_what_was_seen(browser: Browser, tmp_path: Path) -> None:
    page = explore(district())
    show(browser, page, tmp_path / "state.html")
    browser.js(f"{AT}.unfoldAll({AT}.nodeOf('b2'), true); {AT}.unfold({AT}.nodeOf('b5'), false);")
    browser.js(f"{AT}.pickNode({AT}.nodeOf('f2.7'));")
    tick(browser, "input[data-layer=collab]")
    tick(browser, "#legend input[data-class='1']")
    seen = (rows(browser), browser.js("return location.hash;"), words(browser, "#chosen strong"))
    assert len(seen[1]) > 10
    show(browser, page, tmp_path / "state.html", seen[1])
    assert (rows(browser), browser.js("return location.hash;"), words(browser, "#chosen strong")) == seen
    assert browser.js("return document.querySelector('input[data-layer=collab]').checked;") is False


@pytest.mark.parametrize(
    "address",
    [
        "#unit=nobody&only=n99999&turned=zzzz.-5.x&hidden=<b>&colour=900&size=-1&off=77&row=1e9&marks=x",
        "#only=a&turned=..&row=NaN",
        "#%",
    ],
)
def test_an_address_of_nonsense_is_left_aside(browser: Browser, tmp_path: Path, address: str) -> None:
    show(browser, explore(district()), tmp_path / "nonsense.html", address)
    assert rows(browser)[:2] == ["h", "b0"]
    assert browser.console_errors() == []


def test_the_rows_drawn_are_saved_as_a_table_without_formulas(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "table.html")
    browser.js(f"{AT}.unfoldAll({AT}.nodeOf('b0'), true);")
    text = browser.js(f"return {AT}.table();")
    assert text.startswith("\ufeff")
    table = list(csv.DictReader(io.StringIO(text[1:])))
    assert len(table) == len(rows(browser)) == 121
    by_id = {row["id"]: row for row in table if row["id"]}
    assert (by_id["b0"]["units below"], by_id["b0"]["stands under"], by_id["b0"]["level"]) == ("60", "h", "2")
    assert by_id["f0.1"]["sector"] == "'=SUM(A1)"
    assert next(row for row in table if row["kind"] == "group" and "SUM" in row["name"])["name"] == "'=SUM(A1)"


def test_files_are_saved_by_a_click(tmp_path: Path) -> None:
    with open_browser() as one:  # of its own: it saves files
        one.driver.execute_cdp_cmd("Page.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
        show(one, explore(district(), title="a/b: 街道"), tmp_path / "files.html")
        for button in one.driver.find_elements(By.CSS_SELECTOR, "#files button"):
            button.click()
        for ending, start in (("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"\xef\xbb\xbf")):
            path = tmp_path / f"a_b_街道.{ending}"
            one.wait_for(path.exists, str(path))
            assert path.read_bytes().startswith(start)
        assert one.requests() == []
        assert one.console_errors() == []
    svg = (tmp_path / "a_b_街道.svg").read_text(encoding="utf-8")
    assert len(re.findall("<text", svg)) >= 61
    assert "第19网格党支部" in svg


def test_keys_move_unfold_and_choose(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(district()), tmp_path / "keys.html")
    picture = browser.driver.find_element(By.ID, "picture")
    picture.send_keys(Keys.HOME, Keys.ARROW_DOWN)
    assert words(browser, "#spoken").startswith("第0网格党支部")
    picture.send_keys(Keys.ARROW_LEFT)
    assert len(rows(browser)) == 59
    picture.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert len(rows(browser)) == 61
    assert words(browser, "#spoken").startswith("商贸")
    picture.send_keys("*")
    assert len(rows(browser)) == 91
    picture.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert words(browser, "#chosen strong") == "示例企业f0.0"
    picture.send_keys(Keys.END)
    assert browser.js(f"return {AT}.now.rows.indexOf({AT}.state.cursor);") == 90
    picture.send_keys("/")
    assert browser.js("return document.activeElement.id;") == "search"
    picture.send_keys(Keys.ESCAPE)
    assert "Click a row" in words(browser, "#chosen")


def test_on_paper_every_row_is_drawn_once_and_light(browser: Browser, tmp_path: Path) -> None:
    browser.look(width=1100, height=700, dark=True)
    show(browser, explore(district()), tmp_path / "paper.html")
    browser.js("window.dispatchEvent(new Event('beforeprint'));")
    sheets = browser.js("return [...document.querySelectorAll('#paper svg')].map((sheet) => sheet.textContent);")
    assert len(sheets) == 2
    for k in range(20):
        assert sum(sheet.count(f"第{k}网格党支部") for sheet in sheets) in (1, 2)  # a row on the edge may show on both
    assert browser.js("return document.querySelector('#paper svg path').getAttribute('fill');") == "#ffffff"
    browser.js("window.dispatchEvent(new Event('afterprint'));")
    assert browser.js("return document.querySelector('#paper').childElementCount;") == 0
    browser.look(width=1100, height=700, dark=False)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_a_phone_and_a_desk_in_light_and_dark(
    browser: Browser, tmp_path: Path, city: OrgNetwork, width: int, dark: bool  # noqa: FBT001
) -> None:  # fmt: skip
    browser.look(width=width, height=800, dark=dark)
    show(browser, explore(city, lang="zh"), tmp_path / "look.html")
    assert browser.js("return document.documentElement.scrollWidth;") == width
    paper = browser.js("return [...document.querySelector('#canvas').getContext('2d').getImageData(1, 3, 1, 1).data];")
    assert paper[:3] == ([20, 24, 29] if dark else [255, 255, 255])
    browser.look(width=1100, height=700, dark=False)


# --- nothing in the data runs


def hostile() -> OrgNetwork:
    """Give a large network with every payload in every place that holds text."""
    n = 30 * len(PAYLOADS)
    turned = [[PAYLOADS[(i + shift) % len(PAYLOADS)] for i in range(n)] for shift in range(6)]
    ids = [f"{payload}{i}" for i, payload in enumerate(turned[0])]
    units = {
        "unit_id": ids,
        "name": turned[1],
        "kind": turned[2],
        "area": turned[3],
        "sector": turned[4],
        "level": turned[5],
        "superior_id": [None, *(ids[(i - 1) // 20] for i in range(1, n))],
        **{f"extra {payload}": turned[0] for payload in PAYLOADS[:20]},
    }
    ties = {"source": ids[:-1], "target": ids[1:], "layer": "collab", "tie_type": turned[2][1:]}
    return from_tables(units, ties)


def untouched(browser: Browser) -> bool:
    """Say whether no payload has run in the page."""
    return browser.dialog() is None and browser.js("return window.__pwned === undefined;") is True


@pytest.mark.parametrize(
    "options", [{}, {"colour": "sector"}, {"lang": "zh", "title": PAYLOADS[1]}], ids=["kind", "sector", "title"]
)
def test_no_payload_runs_wherever_it_stands(browser: Browser, tmp_path: Path, options: dict[str, Any]) -> None:
    show(browser, explore(hostile(), **options), tmp_path / "hostile.html")
    box = browser.js(
        "const b = document.querySelector('#picture').getBoundingClientRect(); return [b.left, b.top, b.height];"
    )
    for step in range(0, int(box[2]) - 30, 24):
        browser.move_to(box[0] + 60, box[1] + 12 + step)
    for step in range(10):
        browser.click_at(box[0] + 60, box[1] + 12 + 24 * step)
    browser.js(f"for (let i = 0; i < {AT}.model.total; i += 7) {AT}.pickNode(i);")
    browser.js(f"{AT}.unfoldAll(null, true); {AT}.asSvg(); {AT}.asCanvas(); {AT}.table();")
    browser.js(
        """for (const k of [0, 1]) {
          const box = document.querySelectorAll("#looks select")[k];
          for (const { value } of box.options) {
            box.value = value;
            box.dispatchEvent(new Event("change"));
          }
        }"""
    )
    browser.js("document.querySelectorAll('#legend input').forEach((box) => box.click());")
    browser.driver.find_element(By.ID, "search").send_keys("<", Keys.ENTER)
    browser.js("window.dispatchEvent(new Event('beforeprint'));")
    assert untouched(browser)
    assert browser.requests() == []
    assert browser.console_errors() == []


def test_a_saved_picture_keeps_payloads_as_text(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(hostile()), tmp_path / "svg.html")
    text = browser.js(f"{AT}.unfoldAll(null, true); return new XMLSerializer().serializeToString({AT}.asSvg());")
    path = tmp_path / "picture.svg"
    path.write_text(text, encoding="utf-8")
    assert "<script" not in text
    browser.open(path)
    assert untouched(browser)


def test_a_script_put_in_on_purpose_is_stopped(browser: Browser, tmp_path: Path) -> None:
    whole = explore(district()).html
    evil = whole.replace("</body>", f"<script>{BAD}</script><img src='data:,x' onerror='{BAD}'></body>")
    assert evil != whole
    path = tmp_path / "injected.html"
    path.write_text(evil, encoding="utf-8")
    browser.console_errors()
    browser.open(path)
    drawn(browser)
    assert untouched(browser)
    assert any("Content Security Policy" in message for message in browser.console_errors())
    start, end = evil.index("<meta http-equiv="), evil.index('<meta name="viewport"')
    path.write_text(evil[:start] + evil[end:], encoding="utf-8")
    browser.open(path)
    browser.wait("window.__pwned === 1")  # so it was the policy


def test_in_a_notebook_it_draws_and_leaves_the_address_alone(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{explore(district())._repr_html_()}", encoding="utf-8")
    browser.open(path)
    browser.driver.switch_to.frame(browser.driver.find_element(By.TAG_NAME, "iframe"))
    drawn(browser)
    browser.js(f"{AT}.pickNode({AT}.nodeOf('f1.1'));")
    assert browser.js("return document.querySelectorAll('#files button').length;") == 0
    browser.driver.switch_to.default_content()
    assert browser.js("return location.hash;") == ""


@pytest.mark.parametrize(
    "columns",
    [{}, {"superior_id": [None, *(f"u{i}" for i in range(1199))]}, {"name": ["长" * 200_000, *[None] * 1199]}],
    ids=["no ties", "one chain", "long name"],
)
def test_odd_networks_are_readable(browser: Browser, tmp_path: Path, columns: dict[str, Any]) -> None:
    net = from_tables({"unit_id": [f"u{i}" for i in range(1200)], "kind": "grid", **columns})
    show(browser, explore(net), tmp_path / "odd.html")
    browser.js(f"{AT}.pickNode({AT}.nodeOf('u1199'));")
    assert "u1199" in rows(browser)
    assert browser.console_errors() == []


def test_rows_open_at_first_are_at_most_so_many(browser: Browser, tmp_path: Path, city: OrgNetwork) -> None:
    page = explore(city)
    show(browser, page, tmp_path / "first.html")
    found = re.search(r'id="data">(.*?)</script', page.html, re.DOTALL)
    assert found
    up = json.loads(found[1])["up"]
    below = np.bincount([i - step + 1 if step else 0 for i, step in enumerate(up)])
    assert below.max() <= forest.MOST_BELOW
    assert below[0] <= len(rows(browser)) <= 150


@pytest.mark.parametrize("units", [20, 1200])
def test_it_is_drawn_where_no_animation_frame_comes(browser: Browser, tmp_path: Path, units: int) -> None:
    """A frame that is out of sight, as at the end of a long report, gets none."""
    net = from_tables({"unit_id": [f"u{i}" for i in range(units)], "superior_id": [None, *["u0"] * (units - 1)]})
    page = explore(net)
    still = f'<script nonce="{page.nonce}">window.requestAnimationFrame = () => 0;</script>'
    path = tmp_path / "still.html"
    path.write_text(page.html.replace("<main>", still + "<main>"), encoding="utf-8")
    browser.open(path)
    browser.wait(AT)
    assert browser.painted() > LEAST_PAINTED
