"""Is what a lesson can try on a device: requests, frames, pressed buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from sim.lesson.table import LessonError
from sim.lesson.trial import SETTLE_US, Done, Trial, Try
from sim.peer import FetchError

__all__ = ["TRIES"]

MAX_WAIT_MS: Final = 60_000


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


def check_ms(ms: int) -> None:
    """Refuse a time that nobody waits for."""
    if not 0 <= ms <= MAX_WAIT_MS:
        raise LessonError(f"'ms' must be between 0 and {MAX_WAIT_MS}, got {ms}")


def check_pin(pin: int) -> None:
    """Refuse a pin that there is not."""
    if not 0 <= pin <= 255:
        raise LessonError(f"'pin' must be between 0 and 255, got {pin}")
