"""Says what a browser must be able to do for the tests that are the same in all of them."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["TIMEOUT_S", "Driver", "DriverError"]

TIMEOUT_S = 60
"""How long anything may take: on a busy machine WebKit needs a while for Python."""


class DriverError(Exception):
    """What the browser refuses, in its own words."""


class Driver(Protocol):
    """One window of a browser, with a keyboard and a mouse."""

    def open(self, url: str) -> None:
        """Go to an address, and wait until the page is loaded."""

    def leave(self) -> None:
        """End the page, and all that runs in it."""

    def call(self, function: str, *args: object, frame: str | None = None) -> Any:
        """Call a function in the page, or in its frame of this title, and wait for the promise that it returns.

        Args:
            function: the source of a function of JavaScript; it takes and returns what JSON can say.
            args: what it is called with.
            frame: the title of a frame, which may be of another origin.

        Raises:
            DriverError: the function throws, there is no such frame, or the page is left meanwhile.
        """

    def click(self, x: float, y: float) -> None:
        """Press and release the mouse at a place of the window, in pixels of CSS."""

    def type(self, text: str) -> None:
        """Press the keys that write a text of one line."""

    def press(self, key: str, *, control: bool = False) -> None:
        """Press one key, named as JavaScript names it, with Control held down if that is wanted."""

    def errors(self) -> list[str]:
        """Return what the browser's console tells as an error, since the browser was started."""

    def close(self) -> None:
        """End the browser."""
