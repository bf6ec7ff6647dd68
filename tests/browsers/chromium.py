"""Drives Chromium by Playwright, as all the other tests of the page do."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error

from tests.browsers.driver import TIMEOUT_S, DriverError

__all__ = ["Chromium"]


class Chromium:
    """A context of its own in the Chromium of all tests."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 860})
        self.page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_S * 1000)
        self.logged: list[str] = []
        self.context.on("console", self._keep)
        self.context.on("weberror", lambda problem: self.logged.append(str(problem.error)))

    def open(self, url: str) -> None:
        self.page.goto(url)

    def leave(self) -> None:
        self.open("about:blank")

    def call(self, function: str, *args: object, frame: str | None = None) -> Any:
        try:
            place = (
                self.page if frame is None else self.page.query_selector(f"iframe[title='{frame}']").content_frame()
            )
            return place.evaluate(f"(args) => ({function})(...args)", args)
        except (AttributeError, Error) as error:
            raise DriverError(str(error)) from error

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(x, y)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, key: str, *, control: bool = False) -> None:
        self.page.keyboard.press(f"Control+{key}" if control else key)

    def errors(self) -> list[str]:
        return self.logged

    def close(self) -> None:
        self.context.close()

    def _keep(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.logged.append(message.text)
