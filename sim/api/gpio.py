"""Holds the pins of a device: levels that firmware, RPC and the world outside set and read."""

from __future__ import annotations

from collections.abc import Callable

from sim.event import GpioChanged

__all__ = ["Pins"]


class Pins:
    """The levels of a device's pins; one that nobody set is low."""

    def __init__(self, emit: Callable[[GpioChanged], None], host: str) -> None:
        self._emit = emit
        self._host = host
        self._levels: dict[int, int] = {}

    def read(self, pin: int) -> int:
        """Return the level of a pin, 0 or 1."""
        return self._levels.get(pin, 0)

    def write(self, pin: int, level: int, source: str) -> int:
        """Set the level of a pin; the new level."""
        level = int(bool(level))
        if self._levels.get(pin, 0) != level:
            self._levels[pin] = level
            self._emit(GpioChanged(self._host, pin, level, source))
        return level

    def toggle(self, pin: int, source: str) -> int:
        """Turn a pin to its other level; the new level."""
        return self.write(pin, 1 - self.read(pin), source)
