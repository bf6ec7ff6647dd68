"""Runs the simulations of tests in Pyodide in Chromium without a window, one browser for all tests."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.testing.browser import BrowserThread, Site
from sim.testing.elsewhere import Elsewhere, zipped_package
from sim.testing.outcome import SimError

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

__all__ = ["Chromium", "stop_chromium"]

EMPTY_PAGE: Final = "mos-sim-runtime.html"

START: Final = """async (archive) => {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", location.href).href);
  const at = (name) => new URL(`pyodide/${name}`, location.href).href;
  const python = await loadPyodide({ indexURL: at(""), stdLibURL: at("stdlib-full.zip"), stdout: console.log });
  const bytes = Uint8Array.from(atob(archive), (letter) => letter.charCodeAt(0));
  python.unpackArchive(bytes, "zip", { extractDir: "/kit" });
  globalThis.handle = python.runPython(`
import sys
sys.path.insert(0, "/kit")
from sim.testing.wire import Server
Server().handle
`);
}"""

LAST: Final = 2000


class Chromium(Elsewhere):
    """The simulation of one test, in the page that all tests share."""

    runtime = "chromium"

    def __init__(self, seed: int) -> None:
        super().__init__(_Tab.running().exchange, seed)


class _Tab:
    """An empty page with Pyodide, of the site on a free port."""

    one: _Tab | None = None

    def __init__(self) -> None:
        self._told: list[str] = []
        self._closes: list[Callable[[], None]] = []
        try:
            self._thread = BrowserThread()
            self._closes.append(self._thread.close)
            site = Site()
            self._closes.append(site.close)
            self._page = self._thread.call(self._open(site.url))
        except BaseException:
            self.stop()
            raise

    @classmethod
    def running(cls) -> _Tab:
        """Return the page, opened if there is none."""
        cls.one = cls.one or cls()
        return cls.one

    def exchange(self, line: str) -> str:
        """Send a call; its answer.

        Raises:
            SimError: the page is gone, or Python has broken down in it.
        """
        try:
            return self._thread.call(self._evaluate(self._page, "(line) => handle(line)", line))
        except SimError:
            self.stop()  # what Python raises is in its answer: this page is of no use any more
            raise

    async def _open(self, url: str) -> Page:
        page = await self._thread.browser.new_page()
        page.on("console", lambda message: self._told.append(message.text[:LAST]))
        await page.route(f"{url}{EMPTY_PAGE}", answer_empty)
        await page.goto(f"{url}{EMPTY_PAGE}")
        await self._evaluate(page, START, base64.b64encode(zipped_package()).decode())
        return page

    async def _evaluate(self, page: Page, program: str, given: str) -> str:
        from playwright.async_api import Error

        try:
            return str(await page.evaluate(program, given))
        except Error as error:
            told = "\n".join([error.message[:LAST], *self._told[-20:]])
            raise SimError(f"Pyodide in Chromium has failed: {told}") from error

    def stop(self) -> None:
        """End the browser and the server."""
        _Tab.one = None
        for close in reversed(self._closes):
            close()


async def answer_empty(route: Route) -> None:
    """Answer with a page that has nothing and forbids nothing."""
    await route.fulfill(content_type="text/html", body="<!doctype html><title>mos-sim</title>")


def stop_chromium() -> None:
    """End the browser, if there is one."""
    if _Tab.one is not None:
        _Tab.one.stop()
