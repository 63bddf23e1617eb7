"""What holds for every test: no window, no stop-watch, the same data each time, and no test left out in CI."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the tests run two at a time; more threads only get in their way

import matplotlib as mpl
import pytest
from hypothesis import HealthCheck, settings

mpl.use("agg")

settings.register_profile(
    "orgnet",
    deadline=None,  # a slow machine is no error
    derandomize=True,  # the same examples each time
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("orgnet")


def left_out(config: pytest.Config) -> list[str]:
    """List the tests that were skipped, in the order they came."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else [report.nodeid for report in reporter.stats.get("skipped", [])]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a test that was left out is a failure: nobody would notice it otherwise."""
    if os.environ.get("CI") and exitstatus == pytest.ExitCode.OK and left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name them."""
    skipped = left_out(config)
    if os.environ.get("CI") and skipped:
        terminalreporter.section("failed because CI leaves no test out", red=True)
        for test in skipped:
            terminalreporter.write_line(f"skipped: {test}")
