"""Gives Python firmware the names of `polyfill.js`: `console`, and timers by their names in browsers."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.context import fitted
from sim.api.timer import Timer

__all__ = ["Console", "make_polyfill"]


class Console:
    """The `console` of firmware: its `log` and `error` print."""

    def __init__(self, print: Callable[..., None]) -> None:
        self.log = print
        self.error = print


def make_polyfill(timer: Timer, print: Callable[..., None]) -> dict[str, object]:
    """Return the globals of one boot of a device."""

    def setTimeout(fn: Callable[[], object], timeout: int) -> int:
        """Call a function once, after so many milliseconds; the number of the timer."""
        return timer.set(timeout, 0, _without_arguments(fn, "setTimeout"))

    def setInterval(fn: Callable[[], object], timeout: int) -> int:
        """Call a function again and again, every so many milliseconds; the number of the timer."""
        return timer.set(timeout, Timer.REPEAT, _without_arguments(fn, "setInterval"))

    return {
        "console": Console(print),
        "setTimeout": setTimeout,
        "setInterval": setInterval,
        "clearTimeout": timer.delete,
        "clearInterval": timer.delete,
    }


def _without_arguments(function: object, caller: str) -> Callable[[object], object]:
    called = fitted(function, caller, 0)
    return lambda userdata: called()
