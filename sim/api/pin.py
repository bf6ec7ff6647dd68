"""Holds one pin of a device as the world outside of the chip sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.event import GpioChanged

if TYPE_CHECKING:
    from sim.api.hardware import Hardware

__all__ = ["MAX_PIN", "PRESS_US", "Pin", "check_pin"]

MAX_PIN: Final = 255
"""Pins are numbered from 0 to this: no board has more."""

PRESS_US: Final = 100_000
"""How long a button is held if nobody says."""


def check_pin(caller: str, number: object) -> int:
    """Return the number of a pin.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(number, int) or not 0 <= number <= MAX_PIN:
        raise ValueError(f"{caller}: a pin is a number from 0 to {MAX_PIN}, got {number!r}")
    return number


class Pin:
    """A pin and the wire at it. Its level is what an instrument at the wire would show."""

    def __init__(self, number: int, hardware: Hardware) -> None:
        self.number = number
        self.level = 0
        """The level of the wire, 0 or 1: what the firmware drives, else what is set here, else what the pull gives."""
        self.outside: int | None = None
        """The level that the world drives, None if the pin is not connected."""
        self.is_driven = False
        """Whether the firmware drives the wire: the pin is an output."""
        self.pwm: tuple[int, float] | None = None
        """The pulses that the firmware puts on the pin: frequency in Hz, and the part of the time it is high."""
        self.pixels: list[tuple[int, int, int]] = []
        """The colours (red, green, blue) that a strip of NeoPixels at the pin shows."""
        self.resolve: Callable[[Pin, str], None] | None = None
        """Works the level out again, while the chip runs."""
        self._hardware = hardware

    def __repr__(self) -> str:
        return f"<Pin {self.number} level {self.level}>"

    def set(self, level: int) -> None:
        """Drive the pin from outside, to 0 or 1. An output that the firmware drives stays as it is."""
        self.outside = int(bool(level))
        self.change("outside")

    def release(self) -> None:
        """Disconnect the pin: its level is then what the pull gives, 0 without one."""
        self.outside = None
        self.change("outside")

    def press(self, hold_us: int = PRESS_US, level: int = 0) -> None:
        """Press a button at the pin: connect it to a level, by default ground, and release it after `hold_us`."""
        self.set(level)
        self._hardware.clock.call_later(hold_us, self.release)

    def change(self, source: str) -> None:
        """Work the level out again."""
        if self.resolve is not None:
            self.resolve(self, source)
        else:
            self.become(self.outside or 0, source)

    def become(self, level: int, source: str) -> bool:
        """Take a level; True, and a fact of the trace, if it is another one."""
        if level == self.level:
            return False
        self.level = level
        self._hardware.emit(GpioChanged(self._hardware.host, self.number, level, source))
        return True

    def reset(self) -> None:
        """Forget what the firmware drove: the chip restarts or is off."""
        self.is_driven, self.pwm, self.resolve = False, None, None
        self.become(self.outside or 0, "reset")
