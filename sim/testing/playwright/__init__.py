"""Is the kit for tests with Playwright: the page of mos-sim drives the device (docs/reference/playwright.md)."""

from sim.testing.playwright.expect import SimPageAssertions, expect
from sim.testing.playwright.page import SimClock, SimPage, SimPin
from sim.testing.playwright.socket import SimSocket

__all__ = ["SimClock", "SimPage", "SimPageAssertions", "SimPin", "SimSocket", "expect"]
