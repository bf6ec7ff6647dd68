"""Finds Chromium and has Playwright drive it in a thread of its own, as a test may have a loop of its own, too."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sim.testing.outcome import SimError
from sim.website import SiteError, find_site, listen

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

__all__ = ["LAUNCH_ARGUMENTS", "NO_CHROMIUM", "NO_PLAYWRIGHT", "BrowserThread", "Site", "chromium_path"]

Result = TypeVar("Result")

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

LAUNCH_ARGUMENTS: Final = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]

NO_PLAYWRIGHT: Final = "this needs Playwright for Python: pip install playwright"

NO_CHROMIUM: Final = (
    "there is no Chromium: install one with `python -m playwright install chromium`, or name the program of a Chromium"
    " or Chrome in the environment variable CHROMIUM"
)


def chromium_path(own: str) -> str | None:
    """Return the path of the Chromium to use, if there is one: the one asked for, Playwright's own, or the system's.

    Args:
        own: where Playwright keeps its own, whether or not it is there.

    Raises:
        SimError: the environment variable CHROMIUM names what is no program.
    """
    asked = os.environ.get("CHROMIUM")
    if asked:
        if not shutil.which(asked):
            raise SimError(f"the environment variable CHROMIUM names {asked}, which is no program")
        return asked
    if Path(own).exists():
        return own
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Site:
    """The built site, on a free port of this machine.

    Raises:
        SimError: there is none.
    """

    def __init__(self) -> None:
        try:
            self._server = listen(find_site(), log=lambda line: None)
        except SiteError as error:
            raise SimError(str(error)) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, with a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class BrowserThread:
    """A Chromium without a window, driven from a thread of its own: a test may have a loop, or a Playwright, itself.

    Raises:
        SimError: there is no Playwright, or no Chromium.
    """

    def __init__(self) -> None:
        try:
            import playwright.async_api  # noqa: F401
        except ImportError as error:
            raise SimError(NO_PLAYWRIGHT) from error
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mos-sim browser", daemon=True)
        self._thread.start()
        self._playwright: Playwright | None = None
        try:
            self.browser: Browser = self.call(self._launch())
        except BaseException:
            self.close()
            raise

    def call(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do work in the thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End the browser and the thread."""
        if self._playwright is not None:
            self.call(self._stop(self._playwright))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _launch(self) -> Browser:
        from playwright.async_api import async_playwright

        self._playwright = await async_playwright().start()
        kind = self._playwright.chromium
        path = chromium_path(kind.executable_path)
        if path is None:
            raise SimError(NO_CHROMIUM)
        return await kind.launch(executable_path=path, args=LAUNCH_ARGUMENTS)

    async def _stop(self, playwright: Playwright) -> None:
        if hasattr(self, "browser"):
            await self.browser.close()
        await playwright.stop()

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()
