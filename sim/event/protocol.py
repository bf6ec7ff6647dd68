"""Names what happens in the protocols of a device: HTTP, WebSocket, MQTT and RPC."""

from __future__ import annotations

from typing import ClassVar

from sim.event.fact import TraceEvent, fact

__all__ = [
    "EndpointAdded",
    "HttpRejected",
    "HttpRequested",
    "HttpResponded",
    "MqttPacket",
    "MqttRejected",
    "RpcAdded",
    "RpcCalled",
    "RpcReplied",
    "WsClosed",
    "WsFramed",
    "WsOpened",
]


@fact
class EndpointAdded(TraceEvent):
    """The firmware registered a handler for a URI pattern, at `file`:`line`."""

    type: ClassVar[str] = "endpoint.added"
    long_texts: ClassVar[tuple[str, ...]] = ("uri",)
    endpoint: int
    host: str
    listener: int
    uri: str
    handler: str
    file: str
    line: int


@fact
class HttpRequested(TraceEvent):
    """A device received (`inbound`) or sent (`outbound`) a whole HTTP request; `data` is all of it.

    `endpoint` is the one that takes it, 0 when none does.
    """

    type: ClassVar[str] = "http.requested"
    exchange: int
    connection: int
    host: str
    role: str
    method: str
    target: str
    protocol: str
    endpoint: int
    head_size: int
    data: bytes


@fact
class HttpResponded(TraceEvent):
    """A device sent (`inbound` exchange) or received (`outbound`) a whole HTTP response; `data` is all of it.

    `exchange` is that of the request, 0 when there was none. `complete` is false when the connection ended first.
    """

    type: ClassVar[str] = "http.responded"
    exchange: int
    connection: int
    host: str
    status: int
    reason: str
    complete: bool
    head_size: int
    data: bytes


@fact
class HttpRejected(TraceEvent):
    """What a device received (`direction` `in`) or sent (`out`) is no acceptable HTTP message.

    `status` is the device's answer, 0 when there is none; `data` is the beginning of what it is about.
    """

    type: ClassVar[str] = "http.rejected"
    connection: int
    host: str
    direction: str
    status: int
    reason: str
    data: bytes


@fact
class WsOpened(TraceEvent):
    """A connection of a device became a WebSocket (RFC 6455, 4): accepted (`inbound`) or opened by it (`outbound`)."""

    type: ClassVar[str] = "ws.opened"
    connection: int
    host: str
    role: str
    target: str
    endpoint: int
    subprotocol: str


@fact
class WsFramed(TraceEvent):
    """A device received (`direction` `in`) or sent (`out`) a WebSocket message or control frame, payload `data`."""

    type: ClassVar[str] = "ws.framed"
    connection: int
    host: str
    direction: str
    opcode: int
    final: bool
    data: bytes


@fact
class WsClosed(TraceEvent):
    """A WebSocket ended with a close code (RFC 6455, 7.1.5; 1006: without a close frame) and its reason."""

    type: ClassVar[str] = "ws.closed"
    connection: int
    host: str
    code: int
    reason: str


@fact
class MqttPacket(TraceEvent):
    """A device received (`direction` `in`) or sent (`out`) an MQTT packet of a `kind` (`CONNECT`, `PUBLISH`, ...).

    `topic` holds the filters of a subscription, with commas between them; `code` is the return code of a CONNACK, and
    the highest of a SUBACK; `data` is the payload of a PUBLISH and the client identifier of a CONNECT.
    """

    type: ClassVar[str] = "mqtt.packet"
    long_texts: ClassVar[tuple[str, ...]] = ("topic",)
    connection: int
    host: str
    direction: str
    kind: str
    packet_id: int
    topic: str
    qos: int
    retain: bool
    code: int
    data: bytes


@fact
class MqttRejected(TraceEvent):
    """What a device or broker received (`direction` `in`) or sent (`out`) is no acceptable MQTT.

    `data` is the beginning of what it is about.
    """

    type: ClassVar[str] = "mqtt.rejected"
    connection: int
    host: str
    direction: str
    reason: str
    data: bytes


@fact
class RpcAdded(TraceEvent):
    """The firmware registered an RPC method, at `file`:`line`; both are empty for a built-in one."""

    type: ClassVar[str] = "rpc.added"
    host: str
    method: str
    file: str
    line: int


@fact
class RpcCalled(TraceEvent):
    """A device was asked to run an RPC method, by `channel` (`http`, `ws`, `mqtt`, `local`); `params` is JSON text."""

    type: ClassVar[str] = "rpc.called"
    long_texts: ClassVar[tuple[str, ...]] = ("source", "method", "params")
    call: int
    host: str
    channel: str
    source: str
    method: str
    params: str


@fact
class RpcReplied(TraceEvent):
    """A device answered an RPC call: `code` 0 with `result` as JSON text, or a failure with its message."""

    type: ClassVar[str] = "rpc.replied"
    long_texts: ClassVar[tuple[str, ...]] = ("message", "result")
    call: int
    host: str
    code: int
    message: str
    result: str
