"""Is the firmware's `Sys`: memory, uptime, sleep and restart of the device."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from sim.api.context import Context
from sim.api.services import RAM_SIZE

__all__ = ["Sys"]

FREE: Final = RAM_SIZE // 2
"""What the system itself leaves of the memory."""


class Sys:
    """The device as a whole. `restart` takes a delay in microseconds."""

    def __init__(self, context: Context, restart: Callable[[int], None]) -> None:
        self._context = context
        self._restart = restart
        self._blocks: dict[int, bytearray] = {}
        """Memory in use, by the identity of the block."""

    def total_ram(self) -> int:
        """Return the size of the memory in bytes."""
        return RAM_SIZE

    def free_ram(self) -> int:
        """Return how many bytes of memory are free: what `malloc` took is missing, nothing else is counted."""
        return FREE - sum(map(len, self._blocks.values()))

    def uptime(self) -> float:
        """Return the seconds since boot."""
        return (self._context.now_us - self._context.booted_us) / 1_000_000

    def usleep(self, us: int) -> None:
        """Let `us` microseconds pass for the firmware; less than 0 counts as 0.

        For the network and the trace the callback still happens at one instant. The firmware's own time goes on:
        timers that it sets afterwards count from then, and no timer runs before the sleep is over.

        Raises:
            TypeError: it is no number.
        """
        self._context.busy_until_us = self._context.now_us + max(0, _whole(us, "Sys.usleep: us"))

    def reboot(self, ms: int = 0) -> None:
        """Restart the device after `ms` milliseconds, at least 100; handlers of `Event.REBOOT` run right before.

        Raises:
            TypeError: it is no number.
        """
        self._restart(max(0, _whole(ms, "Sys.reboot: ms")) * 1000)

    def malloc(self, size: int) -> bytearray | None:
        """Return `size` bytes of memory, all 0, or None if there are not so many.

        Raises:
            TypeError: the size is no number.
        """
        size = _whole(size, "Sys.malloc: size")
        if not 0 <= size <= self.free_ram():
            return None
        block = bytearray(size)
        self._blocks[id(block)] = block
        return block

    def free(self, block: object) -> None:
        """Give memory back. What is none of `malloc`'s, or was given back before, changes nothing."""
        self._blocks.pop(id(block), None)

    def wdt_feed(self) -> None:
        """Give the callback that is running its full time again before the watchdog bites.

        It counts in mJS only: nothing takes the processor from firmware in Python. A simulated device cannot go on for
        ever all the same: after 20 times the usual number of steps in one callback the watchdog bites.
        """
        self._context.feed_watchdog()


def _whole(value: object, what: str) -> int:
    if not isinstance(value, int | float) or value != value or abs(value) == math.inf:
        raise TypeError(f"{what} must be a number, got {value!r}")
    return int(value)
