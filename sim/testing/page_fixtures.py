"""Gives pytest the fixtures for tests with Playwright: the page of mos-sim with the device in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from sim.cli import UsageError
from sim.testing.browser import LAUNCH_ARGUMENTS, NO_CHROMIUM, NO_PLAYWRIGHT, Site, chromium_path
from sim.testing.outcome import SimError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from sim.testing.playwright import SimPage

__all__ = ["PAGE", "sim_browser", "sim_context", "sim_page", "sim_site"]

PAGE: Final = pytest.StashKey["SimPage"]()
"""The page of a test, for what is kept of those that fail."""

OF_RUN: Final = ("source", "files", "main", "profile", "seed", "config")
"""What the page takes of the named arguments of the marker."""


@pytest.fixture(scope="session")
def sim_site() -> Iterator[str]:
    """The address of the built site, on a free port of this machine."""
    site = Site()
    yield site.url
    site.close()


@pytest.fixture(scope="session")
def sim_browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The browser of pytest-playwright where that is installed, else a Chromium without a window."""
    try:
        from playwright.sync_api import Browser, sync_playwright
    except ImportError as error:
        raise SimError(NO_PLAYWRIGHT) from error
    try:
        given = request.getfixturevalue("browser")
    except pytest.FixtureLookupError:
        given = None
    if isinstance(given, Browser):
        yield given
        return
    with sync_playwright() as playwright:
        path = chromium_path(playwright.chromium.executable_path)
        if path is None:
            raise SimError(NO_CHROMIUM)
        with playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS) as browser:
            yield browser


@pytest.fixture(scope="session")
def sim_context(sim_browser: Browser, sim_site: str) -> Iterator[BrowserContext]:
    """What the pages of all tests share."""
    context = sim_browser.new_context()
    # A page that rests keeps a picture of Python's memory after some seconds, from which later ones start sooner
    context.new_page().goto(f"{sim_site}?headless=1")
    yield context
    context.close()


@pytest.fixture
def sim_page(sim_context: BrowserContext, sim_site: str, request: pytest.FixtureRequest) -> Iterator[SimPage]:
    """The page without its panels; its device runs what the marker `firmware` says, if the test has one."""
    from sim.testing.playwright import SimPage

    page = sim_context.new_page()
    made = request.node.stash[PAGE] = SimPage(page, sim_site)
    marker = request.node.get_closest_marker("firmware")
    if marker is not None:
        folder = request.path.parent
        try:
            made.run(*(folder / path for path in marker.args), **options_of(marker))
        except (UsageError, ValueError) as error:
            raise pytest.UsageError(f"{request.node.nodeid}: {error}") from error
    yield made
    del request.node.stash[PAGE]
    page.close()


def options_of(marker: pytest.Mark) -> dict[str, Any]:
    """Return the named arguments of a marker.

    Raises:
        ValueError: the page has no such setting.
    """
    unknown = sorted(set(marker.kwargs) - set(OF_RUN))
    if unknown:
        raise ValueError(f"sim_page has no {unknown[0]}=: it takes {', '.join(OF_RUN)}")
    return dict(marker.kwargs)
