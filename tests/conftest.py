"""Adds the options of the tests, makes property tests the same in every run, starts the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.vector_case import VECTORS
from tools import browsers
from tools.browser import LAUNCH_ARGUMENTS, find_chromium

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--vectors", type=Path, default=VECTORS, metavar="DIR", help="folder of vectors to play instead")
    parser.addoption("--browsers", **browsers.OPTION)


class FilesOfBrowser(LoadScopeScheduling):
    """Gives a process all tests of a file that use a browser, one after the other; any other test goes anywhere."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(("tests/browsers/", "tests/e2e/")) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesOfBrowser:
    return FilesOfBrowser(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = (each for several in terminalreporter.stats.values() for each in several)
    if any(getattr(each, "nodeid", "").startswith("tests/browsers/") for each in reports):
        for sentence in browsers.not_run(config.getoption("browsers")):
            terminalreporter.write_line(sentence)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        assert path, "no Chromium: python3 build.py test finds or installs one"
        with playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS) as browser:
            yield browser
