"""Lets the page stop virtual time, go on by single events, and let it run slower or faster."""

from __future__ import annotations

from typing import Final, Protocol

from sim.bridge.message import BridgeError, Message, field_of
from sim.pace import Pace

__all__ = ["FASTEST", "SLOWEST", "Time"]

SLOWEST: Final = 0.1
FASTEST: Final = 100.0


class Owner(Protocol):
    """What keeps the pace."""

    @property
    def pace(self) -> Pace:
        """How virtual time follows the page's."""


class Time:
    """The switches of virtual time."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def pause(self, message: Message) -> dict[str, object]:
        """Let time stand until `time.speed`."""
        self._owner.pace.pause()
        return self.state()

    def step(self, message: Message) -> dict[str, object]:
        """Run the next thing that is due, whenever that is, and let time stand there; `ran` tells if there was one."""
        pace = self._owner.pace
        pace.pause()
        return {"ran": pace.step(), **self.state()}

    def speed(self, message: Message) -> dict[str, object]:
        """Let time run, `speed` times as fast as the page's clock."""
        speed = field_of(message, "speed", 1)
        if not isinstance(speed, int | float) or isinstance(speed, bool) or not SLOWEST <= speed <= FASTEST:
            raise BridgeError(f"'speed' must be a number from {SLOWEST} to {FASTEST:g}, got {speed!r}")
        self._owner.pace.run(float(speed))
        return self.state()

    def state(self) -> dict[str, object]:
        """Return what time it is, how fast it runs, and whether it stands."""
        pace = self._owner.pace
        return {"now_us": pace.now_us, "speed": pace.speed, "paused": pace.is_paused}
