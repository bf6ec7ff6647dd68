"""Plays what a lesson tries on a device, one thing after the other: requests, frames, pressed buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from sim.device import Device
from sim.lesson.table import LessonError
from sim.peer import FetchError, Peer

if TYPE_CHECKING:
    from sim.network.lab import Rule

__all__ = ["TRIES", "Attempts", "Try", "World"]

PATIENCE_US: Final = 3_000_000
"""How long an answer is waited for; then the next thing is tried."""

SETTLE_US: Final = 100_000
"""How long the device has after each thing, for what it does by itself thereupon."""

MAX_WAIT_MS: Final = 60_000

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


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request."""

    kind: ClassVar[str] = "http"
    target: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def begin(self, world: Trial, done: Done) -> None:
        try:
            world.peer.fetch(
                self.method,
                self.target,
                self.headers,
                self.body,
                to=world.device.name,
                on_done=lambda answer: done(),
            )
        except (ValueError, FetchError):
            done()

    def to_json(self) -> dict[str, object]:
        text = f"{self.method} {self.target}" + (f" with {self.body}" if self.body else "")
        headers = [list(pair) for pair in self.headers.items()]
        return {"text": text, "method": self.method, "target": self.target, "headers": headers, "body": self.body}


@dataclass(frozen=True, slots=True)
class Conversation:
    """A WebSocket that is opened, sends some texts, and is closed after a while."""

    kind: ClassVar[str] = "ws"
    target: str
    send: list[str] = field(default_factory=list)
    ms: int = 200

    def __post_init__(self) -> None:
        check_ms(self.ms)

    def begin(self, world: Trial, done: Done) -> None:
        clock = world.device.network.clock

        def opened(problem: str | None) -> None:
            if problem is not None:
                done()
                return
            for text in self.send:
                client.send(text)
            clock.call_later(self.ms * 1000, finish)

        def finish() -> None:
            client.close()
            done()

        try:
            client = world.peer.websocket(world.device.name, self.target, on_open=opened)
        except (ValueError, FetchError):
            done()

    def to_json(self) -> dict[str, object]:
        return {"text": ", ".join([f"WebSocket {self.target}", *self.send])}


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw TCP connection that sends some text and then closes, or resets."""

    kind: ClassVar[str] = "tcp"
    send: str = ""
    port: int = 80
    end: str = "close"

    def __post_init__(self) -> None:
        if self.end not in ("close", "reset"):
            raise LessonError(f"'end' must be close or reset, got {self.end!r}")
        if not 0 < self.port < 65536:
            raise LessonError(f"'port' must be between 1 and 65535, got {self.port}")

    def begin(self, world: Trial, done: Done) -> None:
        clock = world.device.network.clock
        try:
            stream = world.peer.connect(world.device.name, self.port)
        except FetchError:
            done()
            return

        def send() -> None:
            if stream.is_open:
                stream.send(self.send.encode())
            clock.call_later(SETTLE_US, finish)

        def finish() -> None:
            if stream.lost is None:
                (stream.reset if self.end == "reset" else stream.close)()
            done()

        clock.call_later(SETTLE_US, send)

    def to_json(self) -> dict[str, object]:
        return {"text": f"a connection to port {self.port} that ends with a {self.end}"}


@dataclass(frozen=True, slots=True)
class Wait:
    """Some time, in milliseconds."""

    kind: ClassVar[str] = "wait"
    ms: int

    def __post_init__(self) -> None:
        check_ms(self.ms)

    def begin(self, world: Trial, done: Done) -> None:
        world.device.network.clock.call_later(self.ms * 1000, done)

    def to_json(self) -> dict[str, object]:
        return {"text": f"wait {self.ms / 1000:g} s"}


@dataclass(frozen=True, slots=True)
class Press:
    """A button between a pin and ground."""

    kind: ClassVar[str] = "press"
    pin: int

    def __post_init__(self) -> None:
        check_pin(self.pin)

    def begin(self, world: Trial, done: Done) -> None:
        world.device.hardware.pin(self.pin).press()
        # Until it is released, and a handler's time against bouncing is over
        world.device.network.clock.call_later(500_000, done)

    def to_json(self) -> dict[str, object]:
        return {"text": f"press the button at pin {self.pin}"}


@dataclass(frozen=True, slots=True)
class Voltage:
    """What an analogue pin measures."""

    kind: ClassVar[str] = "adc"
    pin: int
    value: int

    def __post_init__(self) -> None:
        check_pin(self.pin)

    def begin(self, world: Trial, done: Done) -> None:
        world.device.hardware.analog(self.pin).raw = self.value
        done()

    def to_json(self) -> dict[str, object]:
        return {"text": f"let pin {self.pin} measure {self.value}"}


@dataclass(frozen=True, slots=True)
class Publish:
    """An MQTT message of somebody else, by way of the broker."""

    kind: ClassVar[str] = "mqtt"
    topic: str
    says: str = ""

    def begin(self, world: Trial, done: Done) -> None:
        if world.device.broker is not None:
            world.device.broker.publish(self.topic, self.says)
        done()

    def to_json(self) -> dict[str, object]:
        return {"text": f"publish {self.says} to {self.topic}"}


@dataclass(frozen=True, slots=True)
class Power:
    """Another host that is switched off, or on again."""

    kind: ClassVar[str] = "host"
    name: str
    on: bool

    def begin(self, world: Trial, done: Done) -> None:
        for host in world.neighbours:
            if host.name == self.name and host.is_on != self.on:
                if self.on:
                    host.boot()
                else:
                    host.stop()
        done()

    def to_json(self) -> dict[str, object]:
        return {"text": f"switch {self.name} {'on' if self.on else 'off'}"}


@dataclass(frozen=True, slots=True)
class Break:
    """A rule that breaks the network, or a preset of rules, until `mend` or until all has been tried."""

    kind: ClassVar[str] = "rule"
    rule: object = None
    preset: str | None = None

    def __post_init__(self) -> None:
        from sim.network.lab import RuleError, find_preset, read_rule  # here: few lessons need them

        try:
            if isinstance(self.rule, dict) and self.preset is None:
                read_rule(self.rule)
            elif self.preset is not None and self.rule is None:
                find_preset(self.preset)
            else:
                raise LessonError("it must have either 'rule', a table, or 'preset', a name")
        except RuleError as error:
            raise LessonError(str(error)) from error

    def begin(self, world: Trial, done: Done) -> None:
        network = world.device.network
        if isinstance(self.rule, dict):
            world.rules.append(network.rule(self.rule))
        elif self.preset is not None:
            world.rules.extend(network.preset(self.preset))
        done()

    def to_json(self) -> dict[str, object]:
        from sim.network.lab import describe

        what = self.preset or (describe(self.rule) if isinstance(self.rule, dict) else "")
        return {"text": f"break the network: {what}"}


@dataclass(frozen=True, slots=True)
class Mend:
    """The end of the rules that were set before."""

    kind: ClassVar[str] = "mend"

    def begin(self, world: Trial, done: Done) -> None:
        world.mend()
        done()

    def to_json(self) -> dict[str, object]:
        return {"text": "mend the network"}


TRIES: Final[dict[str, type[Try]]] = {
    kind.kind: kind for kind in (Request, Conversation, Raw, Wait, Press, Voltage, Publish, Power, Break, Mend)
}
"""What can be tried, by the names that lessons call it."""


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


def check_ms(ms: int) -> None:
    """Refuse a time that nobody waits for."""
    if not 0 <= ms <= MAX_WAIT_MS:
        raise LessonError(f"'ms' must be between 0 and {MAX_WAIT_MS}, got {ms}")


def check_pin(pin: int) -> None:
    """Refuse a pin that there is not."""
    if not 0 <= pin <= 255:
        raise LessonError(f"'pin' must be between 0 and 255, got {pin}")
