"""Open a saved page in a real browser that cannot reach any network, and see what it did.

Used by the tests of pages. Where Chromium is missing they are skipped, in CI they fail:
``apt-get install chromium chromium-driver`` brings both programs.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import tempfile
import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60.0
PHONE = 700  # a narrower window is a phone: its scroll bar takes no room
OWN = ("data:", "blob:", "about:", "chrome:", "chrome-untrusted:")  # inline data, and the pages of the browser itself


class Browser:
    """One page in headless Chromium: what it asked for, what it complained of, what it looks like."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._asked: list[str] = []
        self._pages: set[str] = set()

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file afresh, with what its address says behind the file, and wait until it is loaded."""
        page = path.resolve().as_uri()
        self._pages.add(page)
        if fragment:
            self.driver.get("about:blank")
        self.driver.get(page + fragment)

    def js(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the script returns
        """Run a script in the page and return its value."""
        return cast("Any", self.driver.execute_script(script, *arguments))

    def wait(self, condition: str, *arguments: object) -> None:
        """Wait until a JavaScript expression is true."""
        self.wait_for(lambda: self.js(f"return Boolean({condition})", *arguments) is True, condition)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a function returns true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.05)
        msg = f"waited {PATIENCE:.0f} s for: {what}"
        raise AssertionError(msg)

    def painted(self, selector: str = "#picture canvas") -> int:
        """Count the pixels of a canvas that were drawn on."""
        count = self.js(
            """
            const canvas = document.querySelector(arguments[0]);
            if (!canvas || !canvas.width || !canvas.height) return 0;
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let n = 0;
            for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) n += 1;
            return n;
            """,
            selector,
        )
        return int(count)

    def requests(self) -> list[str]:
        """List every address that was asked for so far, other than the opened files themselves and inline data."""
        log = cast("list[dict[str, str]]", self.driver.get_log("performance"))  # type: ignore[no-untyped-call]
        for entry in log:
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._asked.append(message["params"]["request"]["url"])
        return [url for url in self._asked if url not in self._pages and not url.startswith(OWN)]

    def console_errors(self) -> list[str]:
        """Return the errors of the console since this was last asked, those of the policy included."""
        log = cast("list[dict[str, str]]", self.driver.get_log("browser"))  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    def dialog(self) -> str | None:
        """Return the text of an open alert and close it; None where there is none."""
        try:
            alert = self.driver.switch_to.alert
            text = str(alert.text)
            alert.dismiss()
        except NoAlertPresentException:
            return None
        return text

    def move_to(self, x: float, y: float) -> None:
        """Rest the mouse on a point of the window."""
        actions = ActionBuilder(self.driver, duration=0)
        actions.pointer_action.move_to_location(round(x), round(y))  # type: ignore[no-untyped-call]
        actions.perform()

    def click_at(self, x: float, y: float) -> None:
        """Click a point of the window."""
        self.move_to(x, y)
        ActionChains(self.driver).click().perform()

    def look(self, *, width: int, height: int, dark: bool) -> None:
        """Set the size of the window as the page sees it, and whether the reader prefers dark pages."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < PHONE},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def screenshot(self, path: Path, *, whole: bool = False) -> Path:
        """Save what the window shows, or the whole page, as PNG."""
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole, "format": "png"})
        path.write_bytes(base64.b64decode(cast("dict[str, str]", shot)["data"]))
        return path


def _programs() -> tuple[str, str] | None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium with a fresh profile, and end it."""
    programs = _programs()
    if programs is None:
        message = "this test opens a page in Chromium: apt-get install chromium chromium-driver"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    options = Options()
    options.binary_location = programs[0]
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for flag in FLAGS:
        options.add_argument(flag)
    with tempfile.TemporaryDirectory(prefix="orgnet-browser-", ignore_cleanup_errors=True) as profile:
        options.add_argument(f"--user-data-dir={profile}")
        driver = webdriver.Chrome(options=options, service=Service(programs[1]))
        try:
            driver.set_page_load_timeout(PATIENCE)
            driver.set_script_timeout(PATIENCE)
            yield Browser(driver)
        finally:
            driver.quit()


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Browser]:
    """Open one saved page in a browser of its own."""
    with open_browser() as browser:
        browser.open(path)
        yield browser
