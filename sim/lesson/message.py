"""Holds the conditions on messages: HTTP, RPC, WebSocket, MQTT."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from sim.event import HttpRequested, MqttPacket, WsFramed
from sim.lesson.condition import Sight, fits, one_of, wrong_text
from sim.lesson.scene import Exchange, Scene, quoted

__all__ = ["Frame", "Http", "Mqtt", "Rpc"]

RPC: Final = "/rpc"
"""Where the device itself takes calls, without any endpoint of the firmware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """A request and its answer: to the device, or one that the device itself sent."""

    kind: ClassVar[str] = "http"
    method: str = "*"
    target: str = "*"
    role: str = "inbound"
    unknown: bool = False
    sent: str | None = None
    sent_json: object = None
    status: int | None = None
    header: str | None = None
    body: str | None = None
    json: object = None

    def __post_init__(self) -> None:
        one_of("role", self.role, "inbound", "outbound")

    @property
    def waiting(self) -> str:
        target = "an unknown path" if self.unknown and self.target == "*" else self.target
        request = f"request {target}" if self.method == "*" else f"request {self.method} {target}"
        return (
            f"no {request} has reached the device" if self.role == "inbound" else f"the device has sent no {request}"
        )

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for exchange in scene.exchanges.values():
            if self._is_about(exchange.request):
                seq = exchange.answered if exchange.response else exchange.seq
                yield Sight(seq, said_of(exchange), self._problem(exchange))

    def others(self, scene: Scene) -> Iterator[Sight]:
        for exchange in scene.exchanges.values():
            if exchange.request.role == self.role and not self._is_about(exchange.request):
                yield Sight(exchange.seq, said_of(exchange), None)

    def _is_about(self, request: HttpRequested) -> bool:
        path = request.target.partition("?")[0]
        return (
            request.role == self.role
            and fits(self.method, request.method)
            and (fits(self.target, request.target) or fits(self.target, path))
            and not (self.unknown and (request.endpoint or path.startswith(RPC)))
            and (self.role == "outbound" or self._wrong_request(request) is None)
        )

    def _wrong_request(self, request: HttpRequested) -> str | None:
        return wrong_text(self.sent, self.sent_json, request.data[request.head_size :], "the body of the request")

    def _problem(self, exchange: Exchange) -> str | None:
        request, response = exchange.request, exchange.response
        wrong = self._wrong_request(request)
        if wrong is not None:
            return f"{said_of(exchange)}, but {wrong}"
        if self.status is None and self.header is None and self.body is None and self.json is None:
            return None
        if response is None:
            return said_of(exchange)
        if self.status is not None and response.status != self.status:
            return f"{said_of(exchange)}, not {self.status}"
        head, body = response.data[: response.head_size], response.data[response.head_size :]
        wrong = self._wrong_header(head) or wrong_text(self.body, self.json, body, "the body")
        return f"{said_of(exchange)}, but {wrong}" if wrong is not None else None

    def _wrong_header(self, head: bytes) -> str | None:
        if self.header is None:
            return None
        name, _, value = self.header.partition(":")
        lines = [line.partition(":") for line in head.decode("latin-1").split("\n")[1:]]
        values = [found.strip() for key, _, found in lines if key.strip().lower() == name.strip().lower()]
        if not values:
            return f"it has no header field {name.strip()}"
        fine = any(each.lower().startswith(value.strip().lower()) for each in values)
        return (
            None if fine else f"its header field {name.strip()} is {quoted(values[-1])}, not {quoted(value.strip())}"
        )


def said_of(exchange: Exchange) -> str:
    """Return what became of a request, in words."""
    request, response = exchange.request, exchange.response
    began = f"{request.method} {request.target}"
    if response is None:
        return f"{began} was not answered"
    return f"{began} was answered {response.status} {response.reason}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rpc:
    """A call of an RPC method of the device, and what came of it."""

    kind: ClassVar[str] = "rpc"
    method: str
    params: object = None
    code: int = 0
    result: object = None

    @property
    def waiting(self) -> str:
        return f"nobody has called {self.method}"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for call in scene.calls.values():
            method, params = call.called.method, call.called.params
            if method.lower() != self.method.lower() or self._other_params(params):
                continue
            reply = call.reply
            if reply is None:
                yield Sight(call.seq, f"{method} was called", f"{method} did not answer")
                continue
            outcome = f"failed with {reply.code}: {reply.message}" if reply.code else f"gave {quoted(reply.result)}"
            said, wrong = f"{method} {outcome}", None
            if reply.code != self.code:
                wrong = f"{said}; code {self.code} was wanted"
            elif not reply.code and self.result is not None:
                wrong = wrong_text(None, self.result, reply.result.encode(), f"the result of {method}")
            yield Sight(call.replied, said, wrong)

    def others(self, scene: Scene) -> Iterator[Sight]:
        for call in scene.calls.values():
            yield Sight(call.seq, f"{call.called.method} was called with {quoted(call.called.params)}", None)

    def _other_params(self, params: str) -> bool:
        return self.params is not None and wrong_text(None, self.params, params.encode(), "") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A WebSocket message that the device received (`in`) or sent (`out`)."""

    kind: ClassVar[str] = "ws"
    direction: str = "out"
    says: str | None = None
    json: object = None
    opcode: int | None = None

    def __post_init__(self) -> None:
        one_of("direction", self.direction, "in", "out")

    @property
    def waiting(self) -> str:
        return f"the device has {'received' if self.direction == 'in' else 'sent'} no WebSocket message"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        verb = "received" if self.direction == "in" else "sent"
        for record in scene.records:
            event = record.event
            if not isinstance(event, WsFramed) or event.direction != self.direction:
                continue
            if event.opcode not in ((1, 2) if self.opcode is None else (self.opcode,)):
                continue
            said = f"the device {verb} {quoted(event.data)}"
            wrong = wrong_text(self.says, self.json, event.data, f"what the device {verb}")
            yield Sight(record.seq, said, wrong)

    def others(self, scene: Scene) -> Iterator[Sight]:
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Mqtt:
    """An MQTT packet that the device received (`in`) or sent (`out`), by default a message."""

    kind: ClassVar[str] = "mqtt"
    direction: str = "out"
    packet: str = "PUBLISH"
    topic: str = "*"
    says: str | None = None
    json: object = None

    def __post_init__(self) -> None:
        one_of("direction", self.direction, "in", "out")

    @property
    def waiting(self) -> str:
        about = "" if self.topic == "*" else f" with the topic {self.topic}"
        return f"the device has {'received' if self.direction == 'in' else 'sent'} no {self.packet}{about}"

    def sights(self, scene: Scene) -> Iterator[Sight]:
        for seq, event in self._packets(scene):
            if fits(self.topic, event.topic):
                wrong = wrong_text(self.says, self.json, event.data, f"the message of {event.topic}")
                yield Sight(seq, f"{event.kind} {event.topic} {quoted(event.data)}", wrong)

    def others(self, scene: Scene) -> Iterator[Sight]:
        for seq, event in self._packets(scene):
            if not fits(self.topic, event.topic):
                yield Sight(seq, f"{event.kind} {event.topic}", None)

    def _packets(self, scene: Scene) -> Iterator[tuple[int, MqttPacket]]:
        for record in scene.records:
            event = record.event
            if isinstance(event, MqttPacket) and (event.direction, event.kind) == (self.direction, self.packet):
                yield record.seq, event
