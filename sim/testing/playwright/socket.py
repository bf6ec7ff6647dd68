"""Is a WebSocket to the device that a test has opened in the page. Times are milliseconds, as in Playwright."""

from __future__ import annotations

import json
from typing import Any, Final

from playwright.sync_api import Page

from sim.testing.playwright.script import ask, unpacked

__all__ = ["TIMEOUT_MS", "SimSocket"]

TIMEOUT_MS: Final = 5_000

SOCKETS: Final = "(window.simSockets ??= [])"


class SimSocket:
    """A WebSocket to the device."""

    def __init__(self, page: Page, target: str, protocols: list[str], port: int) -> None:
        self._page = page
        program = f"{SOCKETS}.push(await simdevice.ws(given[0], {{ protocols: given[1], port: given[2] }})) - 1"
        self._socket = f"{SOCKETS}[{ask(page, program, target, protocols, port)}]"

    @property
    def subprotocol(self) -> str:
        """What the device chose of the subprotocols."""
        return str(ask(self._page, f"{self._socket}.protocol"))

    def send(self, data: str | bytes) -> None:
        """Send a message: text, or binary if it is bytes.

        Raises:
            NoAnswer: the WebSocket is not open.
        """
        ask(self._page, f"{self._socket}.send(given[0])", data)

    def receive(self, timeout: float = TIMEOUT_MS) -> str | bytes:
        """Wait for the next message: text or bytes, as it came.

        Raises:
            NoAnswer: none came in time (`kind` is "timeout"), or the WebSocket is closed ("closed").
        """
        got: str | bytes = unpacked(ask(self._page, f"pack(await inTime({self._socket}.next(), given[0]))", timeout))
        return got

    def json(self, timeout: float = TIMEOUT_MS) -> Any:
        """Wait for the next message, and return what it means as JSON."""
        return json.loads(self.receive(timeout))

    def close(self, code: int = 1000, reason: str = "", timeout: float = TIMEOUT_MS) -> tuple[int, str]:
        """Close it and wait for the end: its code and reason."""
        ask(self._page, f"{self._socket}.close(given[0], given[1])", code, reason)
        return self.closed(timeout)

    def closed(self, timeout: float = TIMEOUT_MS) -> tuple[int, str]:
        """Wait for the end: its code and reason.

        Raises:
            NoAnswer: it is still open.
        """
        end = ask(self._page, f"inTime({self._socket}.closed, given[0])", timeout)
        return end["code"], end["reason"]
