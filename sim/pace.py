"""Lets virtual time follow a clock of the world: what the bridge and the gateway do, each with its own clock.

Virtual time may run ahead by a little, so that an exchange of some virtual milliseconds completes within one call
instead of several timers of the world; then it waits until the world has caught up.
"""

from __future__ import annotations

from typing import Final

from sim.clock import Clock

__all__ = ["Pace"]


MOST_DEADLINES: Final = 20_000
"""Moments that are run in one go, at most: some tenths of a second of work."""


class Pace:
    """Ties a clock to the world's, `speed` times as fast. Callers say what time it is there, in microseconds."""

    def __init__(self, clock: Clock, ahead_us: int, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be positive, got {speed}")
        self._clock = clock
        self._ahead_us = ahead_us
        self.speed = speed
        """How many seconds pass here in one of the world."""
        self.is_paused = False
        self._world_us: int | None = None
        self._virtual_us = clock.now_us

    def follow(self, world_us: int) -> None:
        """Run what is due by now, or within the slack; with nothing due, time stands where the world is."""
        clock = self._clock
        if self.is_paused:
            return
        if self._world_us is None:
            self._world_us, self._virtual_us = world_us, clock.now_us
        target_us = self._target(world_us)
        limit_us = target_us + self._slack_us
        for _ in range(MOST_DEADLINES):
            deadline = clock.next_deadline()
            if deadline is None or deadline > limit_us:
                break
            clock.run_until(deadline)
        else:
            # Too much to catch up with: what was missed is let go, or we would only fall further behind
            self._world_us, self._virtual_us = world_us, clock.now_us
            return
        if target_us > clock.now_us:
            clock.run_until(target_us)

    def delay_us(self, world_us: int) -> int | None:
        """Return in how many microseconds of the world `follow` is to be called again, None if nothing is due."""
        deadline = self._clock.next_deadline()
        if deadline is None or self.is_paused:
            return None
        return max(0, round((deadline - self._slack_us - self._target(world_us)) / self.speed))

    def take(self, clock: Clock) -> None:
        """Tie another clock to the world's, from where it is."""
        self._clock, self._world_us = clock, None

    @property
    def now_us(self) -> int:
        """What time it is here, in microseconds."""
        return self._clock.now_us

    def pause(self) -> None:
        """Let time stand, until `run`."""
        self.is_paused = True

    def run(self, speed: float) -> None:
        """Let time go on from where it is, `speed` times as fast as the world's."""
        if speed <= 0:
            raise ValueError(f"speed must be positive, got {speed}")
        self.speed, self.is_paused, self._world_us = speed, False, None

    def step(self) -> bool:
        """Run the next thing that is due, whenever that is; False if nothing is."""
        self._world_us = None
        return self._clock.step()

    @property
    def _slack_us(self) -> int:
        # Who slows time down wants to see what lies between
        return self._ahead_us if self.speed >= 1 else 0

    def _target(self, world_us: int) -> int:
        assert self._world_us is not None
        return self._virtual_us + round((world_us - self._world_us) * self.speed)
