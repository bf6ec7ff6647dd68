"""Counts what native code does for a program, where one step of the program can be long: long strings, JSON, splice.

The unit is about a tenth of a nanosecond. Without this, two million steps could take hours.
"""

from __future__ import annotations

from typing import Final

from sim.mjs.error import WatchdogError

__all__ = ["BYTE", "COPYING", "JSON", "MOVING", "charge", "start"]

LIMIT: Final = 1 << 36
COPYING: Final = 1 << 16
"""Strings from this length on count when they are copied or searched."""
BYTE: Final = 3
"""Of a byte of such a string."""
JSON: Final = 100
"""Of a byte of JSON."""
MOVING: Final = 2000
"""Of an element that gets another place."""


class Work:
    """What is left for the run at hand: of all engines only one runs at a time."""

    left = LIMIT
    budget = 0


def start(budget: int) -> None:
    """Begin a run with a budget of so many steps."""
    Work.left, Work.budget = LIMIT, budget


def charge(amount: int) -> None:
    """Take something from what is left.

    Raises:
        WatchdogError: there was not enough.
    """
    Work.left -= amount
    if Work.left < 0:
        raise WatchdogError(Work.budget)
