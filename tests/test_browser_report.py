"""The report in a browser without a network: the picture is drawn, nothing is asked for, nothing in the data runs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from browser import Browser, opened

import orgnet
from orgnet.cli import main

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parent / "data"


def settle(browser: Browser) -> int:
    """Wait for the framed picture and count its painted pixels."""
    browser.wait("document.querySelector('iframe')")
    browser.driver.switch_to.frame(browser.driver.find_element("css selector", "iframe"))
    browser.wait_for(lambda: browser.painted() > 500, "the picture is drawn")
    painted = browser.painted()
    browser.driver.switch_to.default_content()
    return painted


@pytest.mark.parametrize("name", ["krackhardt_hightech", "hangzhou_xihu_divisions", "aucs_multiplex"])
def test_real_networks_are_drawn_and_ask_for_nothing(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert main(["report", str(SAMPLES / name), "-o", str(out), "--lang", "en"]) == 0
    with opened(out) as browser:
        assert settle(browser) > 500
        assert browser.requests() == []
        assert browser.console_errors() == []


@pytest.mark.parametrize(("lang", "width", "dark"), [("en", 1280, False), ("zh", 390, True)])
def test_the_bundled_report_fits_its_window(lang: str, width: int, dark: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path = orgnet.report(orgnet.datasets.load(), tmp_path / "r.html", lang=lang)  # type: ignore[arg-type]
    with opened(path) as browser:
        browser.look(width=width, height=800, dark=dark)
        assert settle(browser) > 500
        assert browser.js("return document.documentElement.scrollWidth <= window.innerWidth")
        shown = browser.js("return [...document.querySelectorAll('figure img')].map(i => i.naturalWidth)")
        assert len(shown) == 3
        assert min(shown) > 300
        assert browser.requests() == []
        assert browser.console_errors() == []


PAYLOADS = [
    "<script>window.__pwned=1</script>",
    '"><img src=x onerror="window.__pwned=1">',
    "</script><svg/onload=window.__pwned=1>",
    "javascript:window.__pwned=1",
    "<a href=x onmouseover=window.__pwned=1>x</a>",
    "</style><script>window.__pwned=1</script>",
    "</iframe><script>parent.__pwned=1</script>",
]


def test_nothing_in_the_data_runs(tmp_path: Path) -> None:
    units = pd.DataFrame(dict.fromkeys(["unit_id", "name", "area", "sector"], PAYLOADS))
    units["kind"] = ["party_committee", "enterprise", "enterprise", *PAYLOADS[3:]]
    units["status"], units["has_party_org"] = "存续", False
    ends = {"source": PAYLOADS[:-1], "target": PAYLOADS[1:]}
    ties = pd.DataFrame({**ends, "layer": ["command", "collab"] * 3, "tie_type": PAYLOADS[1:]})
    net = orgnet.build.from_tables(units, ties)
    with opened(orgnet.report(net, tmp_path / "r.html", title=PAYLOADS[0])) as browser:
        settle(browser)
        assert browser.js("return window.__pwned === undefined")
        browser.driver.switch_to.frame(browser.driver.find_element("css selector", "iframe"))
        assert browser.js("return window.__pwned === undefined")
        assert browser.requests() == []
        assert browser.dialog() is None


def test_the_policy_stops_a_script_put_in_on_purpose(tmp_path: Path) -> None:
    path = orgnet.report(orgnet.build.from_tables({"unit_id": ["a"]}), tmp_path / "r.html")
    page = path.read_text(encoding="utf-8")
    path.write_text(page.replace("</main>", "<script>window.__pwned=1</script></main>"), encoding="utf-8")
    with opened(path) as browser:
        browser.wait("document.querySelector('iframe')")
        assert browser.js("return window.__pwned === undefined")
        assert any("Content Security Policy" in text for text in browser.console_errors())
