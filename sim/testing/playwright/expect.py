"""Waits for what the device shall do, in the manner of Playwright's own `expect`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, overload

import playwright.sync_api as api

from sim.testing.outcome import NoAnswer
from sim.testing.playwright.page import SimPage
from sim.testing.playwright.script import ask, pattern_of
from sim.testing.playwright.socket import TIMEOUT_MS

if TYPE_CHECKING:
    from playwright.sync_api._generated import APIResponseAssertions, LocatorAssertions, PageAssertions

__all__ = ["SimPageAssertions", "expect"]

Text = str | re.Pattern[str]


class SimPageAssertions:
    """What can be expected of a device; each waits `timeout` milliseconds, and has its opposite (`not_to_...`)."""

    def __init__(self, sim: SimPage, message: str | None = None) -> None:
        self._sim = sim
        self._message = message

    def to_have_requested(
        self,
        method: str | None = None,
        target: Text | None = None,
        *,
        body: Text | None = None,
        json: Any = None,
        status: int | None = None,
        role: str | None = None,
        host: str | None = None,
        timeout: float = TIMEOUT_MS,
    ) -> None:
        """A device has received (`role` "inbound") or sent ("outbound") a request with all that is given.

        Args:
            target: the whole target, or a regular expression that is looked for in it.
            body: the whole body, or a regular expression.
            json: what the body means.
            status: that of the answer.
            host: the name of the device.

        Raises:
            AssertionError: there was none in time; it says which there were.
        """
        self._wait(requested(method, target, body, json, status, role, host), timeout)

    def not_to_have_requested(
        self, method: str | None = None, target: Text | None = None, *, timeout: float = TIMEOUT_MS, **wanted: Any
    ) -> None:
        """There has been no such request so far; the arguments are those of `to_have_requested`."""
        names = ("body", "json", "status", "role", "host")
        if unknown := set(wanted) - set(names):
            raise TypeError(f"unexpected argument {sorted(unknown)[0]!r}")
        # What has been requested stays so: there is nothing to wait for
        self._wait(requested(method, target, *(wanted.get(name) for name in names)), 0, is_not=True)

    def to_have_pin(self, number: int, level: int, *, timeout: float = TIMEOUT_MS) -> None:
        """A pin that the firmware has set up has a level.

        Raises:
            AssertionError: it has not, in time.
        """
        self._wait({"pin": number, "level": level}, timeout)

    def not_to_have_pin(self, number: int, level: int, *, timeout: float = TIMEOUT_MS) -> None:
        """A pin has another level, or is not set up."""
        self._wait({"pin": number, "level": level}, timeout, is_not=True)

    def to_have_printed(self, text: Text, *, timeout: float = TIMEOUT_MS) -> None:
        """A text, or what fits a regular expression, is in all that was printed.

        Raises:
            AssertionError: it is not, in time.
        """
        self._wait({"console": pattern_of(text)}, timeout)

    def not_to_have_printed(self, text: Text, *, timeout: float = TIMEOUT_MS) -> None:
        """No such text has been printed so far."""
        self._wait({"console": pattern_of(text)}, 0, is_not=True)

    def _wait(self, condition: dict[str, Any], timeout: float, *, is_not: bool = False) -> None:
        options = {"timeout": timeout, "isNot": is_not}
        try:
            ask(self._sim.page, "simdevice.waitFor(given[0], given[1])", condition, options)
        except NoAnswer as error:
            raise AssertionError(f"{self._message}\n{error}" if self._message else str(error)) from None


def requested(
    method: str | None, target: Any, body: Any, json: Any, status: int | None, role: str | None, host: str | None
) -> dict[str, Any]:
    """Return the condition of a request as the page takes it."""
    wanted = {"method": method, "target": pattern_of(target), "body": pattern_of(body), "json": json, "status": status,
              "role": role, "host": host}  # fmt: skip
    return {"request": {name: value for name, value in wanted.items() if value is not None}}


@overload
def expect(actual: SimPage, message: str | None = None) -> SimPageAssertions: ...
@overload
def expect(actual: api.Page, message: str | None = None) -> PageAssertions: ...
@overload
def expect(actual: api.Locator, message: str | None = None) -> LocatorAssertions: ...
@overload
def expect(actual: api.APIResponse, message: str | None = None) -> APIResponseAssertions: ...


def expect(actual: Any, message: str | None = None) -> Any:
    """Expect something of a device, or as Playwright's `expect` of a page, a locator or a response."""
    return SimPageAssertions(actual, message) if isinstance(actual, SimPage) else api.expect(actual, message)
