"""Holds the conditions on what the device does by itself: its console, pins, endpoints, connections and failures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sim.event import ConnectionClosed, DeviceFailed, EndpointAdded, GpioChanged, GpioConfigured, RuleApplied
from sim.lesson.condition import Sight, fits
from sim.lesson.scene import Scene, quoted
from sim.lesson.table import LessonError

__all__ = ["Broken", "Closed", "Console", "Endpoint", "Failed", "PinLevel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """A line that the firmware prints."""

    kind: ClassVar[str] = "console"
    says: str

    @property
    def waiting(self) -> str:
        return "the console is empty"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for seq, line in scene.printed():
            wrong = f"the console says {quoted(line)}, without {quoted(self.says)}"
            yield Sight(seq, f"the console says {quoted(line)}", None if self.says in line else wrong)

    def others(self, scene: Scene) -> Iterator[Sight]:
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class PinLevel:
    """The level that a pin has now."""

    kind: ClassVar[str] = "pin"
    pin: int
    level: int

    def __post_init__(self) -> None:
        if self.level not in (0, 1):
            raise LessonError(f"'level' must be 0 or 1, got {self.level}")

    @property
    def waiting(self) -> str:
        return f"the firmware has not used pin {self.pin}"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        found: tuple[int, int] | None = None
        for record in scene.records:
            event = record.event
            if isinstance(event, GpioChanged) and event.pin == self.pin:
                found = record.seq, event.level
            elif isinstance(event, GpioConfigured) and event.pin == self.pin and found is None:
                found = record.seq, 0
        if found is not None:
            said = f"pin {self.pin} is {'high' if found[1] else 'low'}"
            wanted = "high" if self.level else "low"
            yield Sight(found[0], said, None if found[1] == self.level else f"{said}, not {wanted}")

    def others(self, scene: Scene) -> Iterator[Sight]:
        for record in scene.records:
            if isinstance(record.event, GpioChanged) and record.event.pin != self.pin:
                yield Sight(record.seq, f"pin {record.event.pin} went to {record.event.level}", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The end of a connection of the device, for a reason."""

    kind: ClassVar[str] = "closed"
    reason: str = "*"

    @property
    def waiting(self) -> str:
        return "no connection of the device has ended"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for record in scene.records:
            event = record.event
            if isinstance(event, ConnectionClosed) and event.connection in scene.ends:
                said = f"connection {event.connection} ended: {event.reason}"
                wrong = None if fits(self.reason, event.reason) else f"{said}, not {self.reason}"
                yield Sight(record.seq, said, wrong)

    def others(self, scene: Scene) -> Iterator[Sight]:
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A URI that the firmware has registered a handler for."""

    kind: ClassVar[str] = "endpoint"
    uri: str

    @property
    def waiting(self) -> str:
        return "the firmware has registered no endpoint"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for record in scene.records:
            if isinstance(record.event, EndpointAdded):
                said = f"the firmware has registered {record.event.uri}"
                yield Sight(record.seq, said, None if record.event.uri == self.uri else f"{said}, not {self.uri}")

    def others(self, scene: Scene) -> Iterator[Sight]:
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A failure of the firmware; with `absent` a check that there is none."""

    kind: ClassVar[str] = "failed"
    says: str = ""

    @property
    def waiting(self) -> str:
        return "the firmware has not failed"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for record in scene.records:
            event = record.event
            if isinstance(event, DeviceFailed):
                place = f" at {event.file}:{event.line}" if event.line else ""
                said = f"the firmware failed{place}: {event.message}"
                fine = self.says in f"{event.error}: {event.message}"
                yield Sight(record.seq, said, None if fine else f"{said}, without {quoted(self.says)}")

    def others(self, scene: Scene) -> Iterator[Sight]:
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An effect of a rule that breaks the network."""

    kind: ClassVar[str] = "rule"
    rule: str = "*"
    effect: str = "*"

    @property
    def waiting(self) -> str:
        return "no rule has broken the network" if self.rule == "*" else f"no rule {self.rule} has had an effect"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for seq, kind, effect in _effects(scene):
            if fits(self.rule, kind):
                said = f"the rule {kind} had an effect: {effect}"
                yield Sight(seq, said, None if fits(self.effect, effect) else f"{said}, not {self.effect}")

    def others(self, scene: Scene) -> Iterator[Sight]:
        for seq, kind, effect in _effects(scene):
            if not fits(self.rule, kind):
                yield Sight(seq, f"the rule {kind} had an effect: {effect}", None)


def _effects(scene: Scene) -> Iterator[tuple[int, str, str]]:
    for record in scene.records:
        event = record.event
        if isinstance(event, RuleApplied):
            yield record.seq, scene.rules.get(event.rule, "of before"), event.effect
