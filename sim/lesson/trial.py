"""Tries what a lesson asks for on a device, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from sim.device import Device
from sim.peer import Peer

if TYPE_CHECKING:
    from sim.network.lab import Rule

__all__ = ["SETTLE_US", "Attempts", "Done", "Trial", "Try", "World"]

PATIENCE_US: Final = 3_000_000
"""How long an answer is waited for; then the next thing is tried."""

SETTLE_US: Final = 100_000
"""How long the device has after each thing, for what it does by itself thereupon."""

Done = Callable[[], None]


class World(Protocol):
    """Where a lesson is tried."""

    @property
    def device(self) -> Device:
        """The device."""

    @property
    def peer(self) -> Peer:
        """The machine that asks it."""

    @property
    def neighbours(self) -> Sequence[Device]:
        """The other hosts of the project."""


class Trial:
    """A world while something is tried in it, with the rules that were set meanwhile."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.rules: list[Rule] = []

    @property
    def device(self) -> Device:
        """The device."""
        return self._world.device

    @property
    def peer(self) -> Peer:
        """The machine that asks it."""
        return self._world.peer

    @property
    def neighbours(self) -> Sequence[Device]:
        """The other hosts of the project."""
        return self._world.neighbours

    def mend(self) -> None:
        """Take the rules away."""
        for rule in self.rules:
            if not rule.is_removed:
                rule.remove()
        self.rules.clear()


class Try(Protocol):
    """One thing to try."""

    kind: ClassVar[str]

    def begin(self, world: Trial, done: Done) -> None:
        """Do it, and call `done` when it is over; whatever goes wrong with it is for the checks to see."""

    def to_json(self) -> dict[str, object]:
        """Return what the page shows of it: `text`, and the parts of a request."""


class Attempts:
    """Some things that are tried one after the other; `on_done` is called once after the last."""

    def __init__(self, world: World, tries: Sequence[Try], on_done: Done) -> None:
        self._trial = Trial(world)
        self._waiting = list(tries)
        self._on_done = on_done
        self._turn = 0

    def begin(self) -> None:
        """Begin with the first."""
        self._next(self._turn)

    def give_up(self) -> None:
        """Try nothing any more, and mend what was broken; `on_done` is not called."""
        self._turn += 1
        self._trial.mend()

    def _next(self, turn: int) -> None:
        if turn != self._turn:
            return  # what has come too late
        self._turn += 1
        turn = self._turn
        clock = self._trial.device.network.clock
        if not self._waiting:
            clock.call_later(SETTLE_US, lambda: self._end(turn))
            return
        attempt = self._waiting.pop(0)
        patience_us = PATIENCE_US + getattr(attempt, "ms", 0) * 1000
        timer = clock.call_later(patience_us, lambda: self._next(turn))

        def done() -> None:
            timer.cancel()
            clock.call_later(SETTLE_US, lambda: self._next(turn))

        attempt.begin(self._trial, done)

    def _end(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._trial.mend()
        self._on_done()
