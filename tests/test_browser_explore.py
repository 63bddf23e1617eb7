"""The page to explore in a real browser: it draws, asks nothing of the network, runs nothing from the data, answers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from browser import Browser, open_browser
from payloads import BAD, PAYLOADS
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from orgnet import datasets, metrics
from orgnet._viz import collapse
from orgnet._viz.interactive import explore
from orgnet.build import from_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from orgnet._model.network import OrgNetwork
    from orgnet._viz.page import Page

pytestmark = pytest.mark.browser

LEAST_PAINTED = 3000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser to all tests of this file."""
    with open_browser() as one:
        one.look(width=1100, height=700, dark=False)
        yield one


@pytest.fixture
def without_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw areas above a thousand units already, as is done where there are too many for rows."""
    monkeypatch.setattr(collapse, "MOST_ROWS", collapse.MOST_NODES)


def show(browser: Browser, page: Page, path: Path) -> None:
    """Save a page, open it, and wait until it has drawn something."""
    browser.console_errors()  # those of the page before
    browser.open(page.save(path))
    browser.wait("window.orgnetExplore")
    browser.wait_for(lambda: browser.painted() > 0, "a drawn picture")


def community() -> OrgNetwork:
    """Give a community of thirty units in four layers."""
    branches = [f"b{i}" for i in range(5)]
    cells = [f"b{i}c{k}" for i in range(5) for k in range(3)]
    firms = [f"f{i}" for i in range(9)]
    return from_tables(
        {
            "unit_id": ["h", *branches, *cells, *firms],
            "name": [
                "河滨社区党委",
                *(f"第{i}网格党支部" for i in "一二三四五"),
                *cells,
                *(f"示例企业{i}" for i in range(9)),
            ],
            "kind": ["party_committee", *["party_branch"] * 5, *["party_cell"] * 15, *["enterprise"] * 9],
            "superior_id": [None, *["h"] * 5, *(cell[:2] for cell in cells), *[None] * 9],
        },
        {
            "source": ["b0", "b1", "b2", "b3", "b4", "b0", "b2"],
            "target": ["f0", "f1", "f2", "f3", "f4", "b1", "b3"],
            "layer": [*["covers"] * 5, *["collab"] * 2],
        },
    )


def hostile() -> OrgNetwork:
    """Give a network with every payload in every place that holds text."""
    n = len(PAYLOADS)
    turned = [[PAYLOADS[(i + shift) % n] for i in range(n)] for shift in range(6)]
    units = {
        "unit_id": turned[0],
        "name": turned[1],
        "kind": turned[2],
        "area": turned[3],
        "sector": turned[4],
        "level": turned[5],
        **{f"extra {payload}": turned[0] for payload in PAYLOADS[:30]},
    }
    ties = {
        "source": [PAYLOADS[0]] * (n - 1) + list(PAYLOADS[1:-1]),
        "target": list(PAYLOADS[1:]) + list(PAYLOADS[2:]),
        "layer": ["command"] * (n - 1) + ["collab"] * (n - 2),
        "tie_type": turned[1][1:] + turned[2][2:],
    }
    return from_tables(units, ties)


def touch_everything(browser: Browser) -> None:
    """Rest on and click every node, rest on ties, choose each unit by script, search for each kind of text."""
    spots = browser.js(
        """
        const {network, nodes} = window.orgnetExplore;
        const box = document.querySelector("#picture").getBoundingClientRect();
        return nodes.getIds().map((id) => {
          const at = network.canvasToDOM(network.getPositions([id])[id]);
          return [at.x + box.left, at.y + box.top];
        });
        """
    )
    for x, y in spots:
        browser.move_to(x, y)
    for (x, y), (left, top) in itertools.pairwise(spots[:6]):
        browser.move_to((x + left) / 2, (y + top) / 2)
    browser.move_to(*spots[0])
    browser.wait_for(lambda: tooltip_shown(browser), "a tooltip")
    for x, y in spots[:12]:
        browser.click_at(x, y)
    browser.js("window.orgnetExplore.nodes.getIds().forEach((id) => window.orgnetExplore.choose(id, true));")
    for _ in range(3):
        browser.js("document.querySelector('#chosen .pick')?.click();")
    browser.js(
        """for (const box of document.querySelectorAll("#looks select")) {
          for (const { value } of box.options) {
            box.value = value;
            box.dispatchEvent(new Event("change"));
          }
        }
        document.querySelectorAll("#legend input").forEach((box) => box.click());
        document.querySelectorAll("#legend input:not(:checked)").forEach((box) => box.click());
        const { table, asSvg } = window.orgnetExplore;
        table();
        asSvg();"""
    )
    search = browser.driver.find_element(By.ID, "search")
    search.send_keys("<", Keys.ENTER)


def tooltip_shown(browser: Browser) -> bool:
    """Say whether a tooltip is visible."""
    return bool(
        browser.js(
            """const tip = document.querySelector(".vis-tooltip");
            return tip !== null && getComputedStyle(tip).visibility === "visible";"""
        )
    )


def untouched(browser: Browser) -> bool:
    """Say whether no payload has run in the page."""
    return browser.dialog() is None and browser.js("return window.__pwned === undefined;") is True


def test_it_draws_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(community()), tmp_path / "社区.html")
    browser.wait_for(lambda: browser.painted() > LEAST_PAINTED, "enough painted pixels")
    assert browser.requests() == []
    assert browser.console_errors() == []
    drawn = browser.js("return [window.orgnetExplore.nodes.length, window.orgnetExplore.edges.length];")
    assert drawn == [30, 27]
    assert browser.js("return window.orgnetExplore.drawnLabels().length;") >= 15


def test_no_payload_runs_wherever_it_stands(browser: Browser, tmp_path: Path) -> None:
    net = hostile()
    assert net.n_units == len(PAYLOADS) >= 30
    for page in (explore(net), explore(net, colour="sector"), explore(net, colour="area", lang="zh")):
        show(browser, page, tmp_path / "hostile.html")
        touch_everything(browser)
        assert untouched(browser)
        assert browser.requests() == []
        assert browser.console_errors() == []
    text = browser.js("window.orgnetExplore.choose(0, false); return document.querySelector('#chosen').textContent;")
    assert PAYLOADS[0] in text
    assert PAYLOADS[1] in text


@pytest.mark.parametrize("chunk", range(4))
def test_no_payload_runs_as_a_title(browser: Browser, tmp_path: Path, chunk: int) -> None:
    net = from_tables({"unit_id": ["a", "b"], "superior_id": [None, "a"]})
    for payload in PAYLOADS[chunk::4]:
        show(browser, explore(net, title=payload, colour=pd.Series({"a": 1.0}, name=payload)), tmp_path / "title.html")
        assert untouched(browser)
        assert browser.js("return document.querySelector('h1').textContent;") == " ".join(payload.split())
        assert browser.console_errors() == []
    assert browser.requests() == []


@pytest.mark.usefixtures("without_rows")
def test_no_payload_runs_as_the_name_of_an_area(browser: Browser, tmp_path: Path) -> None:
    n = 30 * len(PAYLOADS)
    areas = [PAYLOADS[i % len(PAYLOADS)] for i in range(n)]
    ids = [f"u{i}" for i in range(n)]
    units = {"unit_id": ids, "area": areas, "kind": areas, "superior_id": [None, *["u0"] * (n - 1)]}
    show(browser, explore(from_tables(units)), tmp_path / "areas.html")
    touch_everything(browser)
    assert untouched(browser)
    assert browser.requests() == []


@pytest.mark.parametrize("place", ["heading", "tooltip"])
def test_the_same_payloads_do_run_in_a_page_of_stock_pyvis(tmp_path: Path, place: str) -> None:
    from pyvis.network import Network

    heading, tips = (PAYLOADS[0], ["plain"]) if place == "heading" else ("", list(PAYLOADS))
    picture = Network(cdn_resources="in_line", heading=heading)
    picture.toggle_physics(status=False)
    for i, tip in enumerate(tips):
        picture.add_node(i, label="", title=tip, x=100 * i, y=0)
    path = tmp_path / "stock.html"
    path.write_text(picture.generate_html(), encoding="utf-8")
    with open_browser() as one:  # of its own, because this page asks for remote files
        one.open(path)
        one.wait("window.vis && document.querySelector('canvas')")
        live = next(i for i, tip in enumerate(tips) if tip.startswith("<img") or place == "heading")
        x, y = one.js(
            """const spot = network.getPositions([arguments[0]])[arguments[0]];
            network.moveTo({position: spot, scale: 3, animation: false});
            const box = document.querySelector("canvas").getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];""",
            live,
        )
        one.move_to(x - 2, y)
        one.move_to(x, y)
        one.wait("window.__pwned === 1")


def test_a_script_put_in_on_purpose_is_stopped(browser: Browser, tmp_path: Path) -> None:
    whole = explore(community()).html
    evil = whole.replace("</body>", f"<script>{BAD}</script><img src='data:,x' onerror='{BAD}'></body>")
    assert evil != whole
    path = tmp_path / "injected.html"
    path.write_text(evil, encoding="utf-8")
    browser.console_errors()
    browser.open(path)
    browser.wait("window.orgnetExplore")
    assert untouched(browser)
    assert any("Content Security Policy" in message for message in browser.console_errors())
    start, end = evil.index("<meta http-equiv="), evil.index('<meta name="viewport"')
    path.write_text(evil[:start] + evil[end:], encoding="utf-8")
    browser.open(path)
    browser.wait("window.__pwned === 1")  # so it was the policy


def test_search_finds_a_chinese_name_and_centres_it(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(community()), tmp_path / "search.html")
    search = browser.driver.find_element(By.ID, "search")
    search.send_keys("三网格")
    found = browser.driver.find_elements(By.CSS_SELECTOR, "#found button")
    assert [item.text for item in found] == ["第三网格党支部 Party branch · b2"]
    search.send_keys(Keys.ARROW_DOWN, Keys.NULL)
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.js("return window.orgnetExplore.network.getSelectedNodes();") == [3]
    panel = browser.driver.find_element(By.ID, "chosen").text
    assert "第三网格党支部" in panel
    assert "b2c1" in panel
    browser.wait(
        """(() => { const {network} = window.orgnetExplore; const box = document.querySelector("#picture");
        const at = network.canvasToDOM(network.getPositions([3])[3]);
        return Math.hypot(at.x - box.clientWidth / 2, at.y - box.clientHeight / 2) < 3; })()"""
    )
    search.clear()
    search.send_keys("F8", Keys.ENTER)
    assert browser.js("return window.orgnetExplore.network.getSelectedNodes();") == [29]
    search.clear()
    search.send_keys("nowhere")
    assert browser.driver.find_element(By.ID, "found").text == "Nothing found"


def test_click_shows_facts_and_neighbours(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(community(), lang="zh"), tmp_path / "click.html")
    browser.wait("window.orgnetExplore.drawnLabels().length")
    x, y = browser.js(
        """const {network} = window.orgnetExplore;
        const box = document.querySelector("#picture").getBoundingClientRect();
        const at = network.canvasToDOM(network.getPositions([1])[1]); return [at.x + box.left, at.y + box.top];"""
    )
    browser.click_at(x, y)
    browser.wait("document.querySelector('#chosen strong')")
    panel = browser.driver.find_element(By.ID, "chosen").text
    for text in ("第一网格党支部", "党支部", "领导 · 上级 (1)", "领导 · 下级 (3)", "覆盖 · 指向 (1)", "协作 (1)"):
        assert text in panel
    browser.driver.find_element(By.XPATH, "//aside//button[text()='河滨社区党委']").click()
    assert browser.js("return window.orgnetExplore.network.getSelectedNodes();") == [0]


def test_layer_switch_hides_ties(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(community()), tmp_path / "layers.html")
    count = "return window.orgnetExplore.edges.get().filter((edge) => !edge.hidden).length;"
    assert browser.js(count) == 27
    browser.wait_for(lambda: browser.painted() > LEAST_PAINTED, "enough painted pixels")
    before = browser.painted()
    tick = browser.driver.find_element(By.CSS_SELECTOR, "input[data-layer=command]")
    tick.send_keys(Keys.SPACE)
    assert browser.js(count) == 7
    browser.wait_for(lambda: browser.painted() < before, "fewer painted pixels")
    tick.click()
    assert browser.js(count) == 27


@pytest.mark.usefixtures("without_rows")
def test_above_a_thousand_units_the_counted_areas_are_drawn(browser: Browser, tmp_path: Path) -> None:
    n = 1500
    units = {
        "unit_id": [f"u{i}" for i in range(n)],
        "area": [None if i % 100 == 99 else f"社区{i % 25}" for i in range(n)],
        "superior_id": [None, *(f"u{i % 25}" if i >= 25 else "u0" for i in range(1, n))],
    }
    show(browser, explore(from_tables(units)), tmp_path / "areas.html")
    assert browser.js("return window.orgnetExplore.nodes.length;") == 26
    assert "1,500 units are drawn as 26 areas" in browser.driver.find_element(By.TAG_NAME, "header").text
    search = browser.driver.find_element(By.ID, "search")
    search.send_keys("社区7", Keys.ENTER)
    assert "60 units" in browser.driver.find_element(By.ID, "chosen").text


def test_two_pages_in_one_notebook_both_draw(browser: Browser, tmp_path: Path) -> None:
    first, second = explore(community(), height=400), explore(hostile(), height=400)
    path = tmp_path / "notebook.html"
    later = f'<div id="later" style="display:none">{second._repr_html_()}</div>'
    path.write_text(f"<!doctype html><meta charset=utf-8>{first._repr_html_()}{later}", encoding="utf-8")
    browser.open(path)
    frames = browser.driver.find_elements(By.TAG_NAME, "iframe")
    browser.js("document.querySelector('#later').style.display = 'block';")
    for frame, units in zip(frames, (30, len(PAYLOADS)), strict=True):
        browser.driver.switch_to.frame(frame)
        browser.wait("window.orgnetExplore")
        browser.wait_for(lambda: browser.painted() > LEAST_PAINTED, "enough painted pixels")
        assert browser.js("return window.orgnetExplore.nodes.length;") == units
        assert browser.js("return window.orgnetExplore.network.getScale();") > 0.1
        assert untouched(browser)
        browser.driver.switch_to.default_content()
    assert browser.requests() == []


def test_a_framing_page_with_a_policy_of_its_own_allows_it_by_nonce(browser: Browser, tmp_path: Path) -> None:
    page = explore(community(), height=400)
    policy = f"default-src 'none'; script-src 'nonce-{page.nonce}'; style-src 'unsafe-inline'; img-src data: blob:"
    path = tmp_path / "report.html"
    path.write_text(
        f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}">{page.iframe()}',
        encoding="utf-8",
    )
    browser.open(path)
    browser.driver.switch_to.frame(browser.driver.find_element(By.TAG_NAME, "iframe"))
    browser.wait("window.orgnetExplore")
    browser.wait_for(lambda: browser.painted() > LEAST_PAINTED, "enough painted pixels")
    browser.driver.switch_to.default_content()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_a_phone_and_a_desk_in_light_and_dark(browser: Browser, tmp_path: Path, width: int, dark: bool) -> None:  # noqa: FBT001
    browser.look(width=width, height=800, dark=dark)
    show(browser, explore(community()), tmp_path / "look.html")
    assert browser.js("return document.documentElement.scrollWidth;") == width
    inside = browser.js(
        """const {network, nodes} = window.orgnetExplore; const box = document.querySelector("#picture");
        return nodes.getIds().every((id) => { const at = network.canvasToDOM(network.getPositions([id])[id]);
          return at.x > 0 && at.y > 0 && at.x < box.clientWidth && at.y < box.clientHeight; });"""
    )
    assert inside
    paper = browser.js("return getComputedStyle(document.body).backgroundColor;")
    assert paper == ("rgb(20, 24, 29)" if dark else "rgb(255, 255, 255)")
    browser.look(width=1100, height=700, dark=False)


# --- what both pages have: ways, marks, a legend that filters, files, the state in the address


def drawn_nodes(browser: Browser) -> int:
    """Count the nodes that are not hidden."""
    return int(browser.js("return window.orgnetExplore.nodes.get().filter((node) => !node.hidden).length;"))


def test_the_legend_filters_units_and_their_ties(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(community()), tmp_path / "legend.html")
    label = "//section[@id='legend']//label[span[text()='Party cell']]/input"
    browser.driver.find_element(By.XPATH, label).click()
    assert drawn_nodes(browser) == 15
    count = "return window.orgnetExplore.edges.get().filter((edge) => !edge.hidden).length;"
    assert browser.js(count) == 27 - 15
    browser.driver.find_element(By.XPATH, label).click()
    assert (drawn_nodes(browser), browser.js(count)) == (30, 27)


def test_ways_to_headquarters_are_as_long_as_the_library_says(browser: Browser, tmp_path: Path) -> None:
    net = datasets.load()
    show(browser, explore(net), tmp_path / "ways.html")
    found = browser.js(
        "return window.orgnetExplore.nodes.getIds().map((id) => window.orgnetExplore.way(id)?.length ?? null);"
    )
    depth = metrics.depth(net)
    (top,) = depth.index[depth == 0]
    far = metrics.distance_from(net, top, layers="all", direction="down")
    wanted = depth.where(depth.notna(), far)
    assert [None if steps is None else steps - 1 for steps in found] == wanted.astype(object).where(
        wanted.notna(), None
    ).to_list()
    assert wanted.isna().any()
    assert (depth.isna() & wanted.notna()).any()


def test_gaps_and_cut_units_are_marked_and_named(browser: Browser, tmp_path: Path) -> None:
    net = datasets.load()
    show(browser, explore(net), tmp_path / "marks.html")
    gaps, cuts = metrics.gaps(net).table, metrics.communication(net).cut_units
    totals = browser.js("return [...document.querySelectorAll('#marks output')].map((one) => Number(one.textContent));")
    assert totals == [len(gaps), len(cuts)]
    before = browser.js("return document.querySelector('canvas').toDataURL();")
    browser.driver.find_element(By.CSS_SELECTOR, "input[data-mark=cut]").click()
    browser.wait("document.querySelector('canvas').toDataURL() !== arguments[0]", before)
    worst = list(net.ids).index(cuts["unit_id"].iloc[0])
    panel = browser.js(
        "window.orgnetExplore.choose(arguments[0], false); return document.querySelector('#chosen').textContent;", worst
    )
    assert f"units cut off if it stops{cuts['units_cut_off'].iloc[0]}" in panel
    first = list(net.ids).index(gaps["unit_id"].iloc[0])
    panel = browser.js(
        "window.orgnetExplore.choose(arguments[0], false); return document.querySelector('#chosen').textContent;", first
    )
    assert gaps["reason"].iloc[0] in panel


def test_the_address_brings_back_what_was_seen(browser: Browser, tmp_path: Path) -> None:
    page, path = explore(community()), tmp_path / "state.html"
    show(browser, page, path)
    browser.js("window.orgnetExplore.choose(3, false);")
    browser.driver.find_element(By.CSS_SELECTOR, "input[data-layer=covers]").click()
    address = browser.js("return location.hash;")
    browser.open(path, address)
    browser.wait("window.orgnetExplore")
    assert browser.js("return window.orgnetExplore.network.getSelectedNodes();") == [3]
    assert browser.js("return window.orgnetExplore.edges.get().filter((edge) => !edge.hidden).length;") == 22
    assert browser.js("return location.hash;") == address
    assert "第三网格党支部" in browser.driver.find_element(By.ID, "chosen").text


def test_what_is_drawn_is_saved_as_pictures_and_a_table(tmp_path: Path) -> None:
    with open_browser() as one:  # of its own: it saves files
        one.driver.execute_cdp_cmd("Page.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
        show(one, explore(community(), title="社区"), tmp_path / "files.html")
        one.wait("window.orgnetExplore.drawnLabels().length")
        for button in one.driver.find_elements(By.CSS_SELECTOR, "#files button"):
            button.click()
        for ending, start in (("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"\xef\xbb\xbf")):
            one.wait_for((tmp_path / f"社区.{ending}").exists, ending)
            assert (tmp_path / f"社区.{ending}").read_bytes().startswith(start)
        assert one.requests() == []
        assert one.console_errors() == []
    table = pd.read_csv(tmp_path / "社区.csv")
    assert table["id"].tolist() == list(community().ids)
    picture = (tmp_path / "社区.svg").read_text(encoding="utf-8")
    assert picture.count("<path") == 27 + 30
    assert "河滨社区党委" in picture


def test_colour_size_and_area_are_chosen_in_the_page(browser: Browser, tmp_path: Path) -> None:
    net = datasets.load()
    show(browser, explore(net), tmp_path / "looks.html")
    change = """const box = document.querySelectorAll("#looks select")[arguments[0]];
        box.value = [...box.options].find((option) => option.text === arguments[1]).value;
        box.dispatchEvent(new Event("change"));"""
    colours = "return new Set(window.orgnetExplore.nodes.get().map((node) => node.color.background)).size;"
    sizes = "return new Set(window.orgnetExplore.nodes.get().map((node) => node.size)).size;"
    before = (browser.js(colours), browser.js(sizes))
    browser.js(change, 0, "area")
    assert browser.js("return document.querySelector('#legend h2').textContent;") == "area"
    lines = browser.js("return [...document.querySelectorAll('#legend output')].map((one) => Number(one.textContent));")
    assert sorted(lines) == sorted(net.units["area"].value_counts(dropna=False).tolist())
    assert browser.js(colours) == len(lines)
    browser.js(change, 1, "staff")
    assert browser.js(sizes) > before[1]
    area = net.units["area"].iloc[1]
    browser.js("window.orgnetExplore.choose(1, false);")
    browser.driver.find_element(By.XPATH, f"//section[@id='chosen']//button[text()='Only {area}']").click()
    assert drawn_nodes(browser) == (net.units["area"] == area).sum()
    browser.driver.find_element(By.XPATH, "//section[@id='legend']//button[text()='Show everything']").click()
    assert drawn_nodes(browser) == net.n_units
    browser.js(change, 0, "kind")
    assert browser.js(colours) == before[0]
    assert browser.console_errors() == []


def test_keys_go_from_unit_to_unit(browser: Browser, tmp_path: Path) -> None:
    show(browser, explore(community()), tmp_path / "keys.html")
    chosen = "return window.orgnetExplore.network.getSelectedNodes();"
    height = "return window.orgnetExplore.network.getPositions([arguments[0]])[arguments[0]].y;"
    picture = browser.driver.find_element(By.ID, "picture")
    picture.send_keys(Keys.ARROW_DOWN)
    assert browser.js(chosen) == [0]  # the headquarters first
    picture.send_keys(Keys.ARROW_DOWN)
    (below,) = browser.js(chosen)
    assert browser.js(height, below) > browser.js(height, 0)
    picture.send_keys(Keys.ARROW_UP)
    (back,) = browser.js(chosen)
    assert browser.js(height, back) < browser.js(height, below)
    picture.send_keys(Keys.ESCAPE)
    assert browser.js(chosen) == []
    picture.send_keys("/")
    assert browser.js("return document.activeElement.id;") == "search"
