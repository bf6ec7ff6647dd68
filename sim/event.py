"""Names everything that can happen, as flat facts in the past tense.

A fact holds numbers, text, bytes and pairs, never a reference, so a trace can be saved and replayed. Its JSON form is
its `type` and its fields; bytes become latin-1 text (character U+00NN is byte 0xNN).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, dataclass_transform

from sim.values import field_names, frozen

__all__ = [
    "EVENT_TYPES",
    "ConnectionChanged",
    "ConnectionClosed",
    "ConnectionOpened",
    "DatagramSent",
    "DeviceBooted",
    "DeviceFailed",
    "DeviceLogged",
    "DeviceNoted",
    "DevicePrinted",
    "DeviceStopped",
    "EndpointAdded",
    "GpioChanged",
    "GpioConfigured",
    "HostAdded",
    "HttpRejected",
    "HttpRequested",
    "HttpResponded",
    "ListenerClosed",
    "ListenerOpened",
    "MqttPacket",
    "MqttRejected",
    "NameResolved",
    "NativeMissing",
    "PacketDropped",
    "PeripheralCalled",
    "RpcAdded",
    "RpcCalled",
    "RpcReplied",
    "RuleAdded",
    "RuleApplied",
    "RuleChanged",
    "SegmentSent",
    "TraceEvent",
    "UartReceived",
    "UartSent",
    "WsClosed",
    "WsFramed",
    "WsOpened",
]

Fact = TypeVar("Fact", bound=type[Any])

EVENT_TYPES: Final[dict[str, type[TraceEvent]]] = {}
"""Every fact by the name that its JSON form has."""

FIELDS: Final[dict[type[TraceEvent], tuple[str, ...]]] = {}

if TYPE_CHECKING:

    @dataclass_transform(frozen_default=True)
    def fact(cls: Fact) -> Fact: ...

else:

    def fact(cls):
        made = frozen(cls)
        if made.long_texts:
            made.text_size = property(lambda self: sum(len(getattr(self, name)) for name in made.long_texts))
        EVENT_TYPES[made.type] = made
        FIELDS[made] = field_names(made)
        return made


class TraceEvent:
    """One thing that happened; the base of all facts."""

    __slots__ = ()
    type: ClassVar[str]
    data: bytes = b""
    """Bytes that the fact carries, if its type has any. With `text_size` it is what the fact weighs in the trace."""
    text_size: int = 0
    """How long the texts of the fact are, if its type may hold long ones; short texts weigh nothing."""
    long_texts: ClassVar[tuple[str, ...]] = ()
    """The fields that may hold long texts: `fact` makes `text_size` of them."""

    @property
    def weight(self) -> int:
        """What the fact weighs in the trace."""
        return len(self.data) + self.text_size

    def to_json(self) -> dict[str, object]:
        """Return the fact as a JSON object, its type first."""
        out: dict[str, object] = {"type": self.type}
        for name in FIELDS[type(self)]:
            value = getattr(self, name)
            out[name] = value.decode("latin-1") if isinstance(value, bytes) else value
        return out


@fact
class HostAdded(TraceEvent):
    """A host joined the network."""

    type: ClassVar[str] = "host.added"
    host: str
    address: str
    names: tuple[str, ...]


@fact
class HostRemoved(TraceEvent):
    """A host left the network: nobody has its names and its address any more."""

    type: ClassVar[str] = "host.removed"
    host: str
    address: str


@fact
class NameResolved(TraceEvent):
    """A host asked for the address of a name; `address` is empty when there is none."""

    type: ClassVar[str] = "name.resolved"
    long_texts: ClassVar[tuple[str, ...]] = ("name",)
    host: str
    name: str
    address: str


@fact
class SegmentSent(TraceEvent):
    """A TCP segment left a host and arrives at `arrives_us` unless a `packet.dropped` follows (RFC 9293, 3.1)."""

    type: ClassVar[str] = "segment.sent"
    packet: int
    arrives_us: int
    src: str
    src_port: int
    dst: str
    dst_port: int
    flags: int
    sequence: int
    acknowledgment: int
    window: int
    data: bytes


@fact
class DatagramSent(TraceEvent):
    """A UDP datagram left a host and arrives at `arrives_us` unless a `packet.dropped` follows (RFC 768)."""

    type: ClassVar[str] = "datagram.sent"
    packet: int
    arrives_us: int
    src: str
    src_port: int
    dst: str
    dst_port: int
    data: bytes


@fact
class PacketDropped(TraceEvent):
    """A packet did not arrive: a rule dropped it, nobody has its address or port, or there is no room (`reason`)."""

    type: ClassVar[str] = "packet.dropped"
    packet: int
    reason: str


@fact
class RuleAdded(TraceEvent):
    """A rule that breaks the network was set; `params` is its JSON form: its `kind`, and what is not the default."""

    type: ClassVar[str] = "rule.added"
    long_texts: ClassVar[tuple[str, ...]] = ("params",)
    rule: int
    kind: str
    params: str


@fact
class RuleChanged(TraceEvent):
    """A rule was `enabled`, `disabled` or `removed` (`state`)."""

    type: ClassVar[str] = "rule.changed"
    rule: int
    state: str


@fact
class RuleApplied(TraceEvent):
    """A rule had an `effect`, on a `packet` or on what this end of a `connection` sends (0: on none).

    `delay_us` is by how much later something comes.
    """

    type: ClassVar[str] = "rule.applied"
    rule: int
    effect: str
    packet: int
    connection: int
    delay_us: int


@fact
class ListenerOpened(TraceEvent):
    """A host began to take connections (`tcp`) or datagrams (`udp`) on a port."""

    type: ClassVar[str] = "listener.opened"
    listener: int
    host: str
    protocol: str
    address: str
    port: int


@fact
class ListenerClosed(TraceEvent):
    """A host stopped listening on a port."""

    type: ClassVar[str] = "listener.closed"
    listener: int


@fact
class ConnectionOpened(TraceEvent):
    """One end of a connection came into being, in `state` (RFC 9293, 3.3.2; `OPEN` for UDP)."""

    type: ClassVar[str] = "connection.opened"
    connection: int
    host: str
    protocol: str
    role: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    state: str


@fact
class ConnectionChanged(TraceEvent):
    """One end of a connection went to another state (RFC 9293, 3.3.2)."""

    type: ClassVar[str] = "connection.changed"
    connection: int
    state: str


@fact
class ConnectionClosed(TraceEvent):
    """One end of a connection is no more; `reason` says why (`fin`, `reset`, `refused`, ...)."""

    type: ClassVar[str] = "connection.closed"
    connection: int
    reason: str


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


@fact
class GpioChanged(TraceEvent):
    """A pin of a device went to another level, 0 or 1.

    `source` says who did it (`firmware`, `rpc`, `outside`; `reset`: the device restarted and drives nothing any more).
    """

    type: ClassVar[str] = "gpio.changed"
    host: str
    pin: int
    level: int
    source: str


@fact
class GpioConfigured(TraceEvent):
    """A pin of a device got another mode (`input`, `output`), pull (`none`, `up`, `down`) or interrupt.

    `interrupt` is `none`, `edge_pos`, `edge_neg`, `edge_any`, `level_hi` or `level_lo`.
    """

    type: ClassVar[str] = "gpio.configured"
    host: str
    pin: int
    mode: str
    pull: str
    interrupt: str


@fact
class UartSent(TraceEvent):
    """The firmware wrote `data` to a serial port, number `uart`."""

    type: ClassVar[str] = "uart.sent"
    host: str
    uart: int
    data: bytes


@fact
class UartReceived(TraceEvent):
    """A device took `data` in from a serial port; the last `lost` bytes of it found no room."""

    type: ClassVar[str] = "uart.received"
    host: str
    uart: int
    lost: int
    data: bytes


@fact
class PeripheralCalled(TraceEvent):
    """The firmware called a `function` of a hardware `module`; `arguments` and `result` are JSON text."""

    type: ClassVar[str] = "peripheral.called"
    long_texts: ClassVar[tuple[str, ...]] = ("arguments", "result")
    host: str
    module: str
    function: str
    arguments: str
    result: str


@fact
class DeviceBooted(TraceEvent):
    """A device started its firmware."""

    type: ClassVar[str] = "device.booted"
    host: str
    name: str
    address: str
    main: str
    profile: str
    seed: int
    boot: int


@fact
class DevicePrinted(TraceEvent):
    """The firmware printed one text, its end of line included."""

    type: ClassVar[str] = "device.printed"
    long_texts: ClassVar[tuple[str, ...]] = ("text",)
    host: str
    text: str


@fact
class DeviceLogged(TraceEvent):
    """The firmware wrote a line to the log at `file`:`line`; the levels are 0 ERROR to 4 VERBOSE_DEBUG."""

    type: ClassVar[str] = "device.logged"
    long_texts: ClassVar[tuple[str, ...]] = ("text",)
    host: str
    level: int
    file: str
    line: int
    text: str


@fact
class DeviceNoted(TraceEvent):
    """The simulator has something to say about what the firmware does at `file`:`line`, which is no error of it."""

    type: ClassVar[str] = "device.noted"
    host: str
    file: str
    line: int
    text: str


@fact
class DeviceFailed(TraceEvent):
    """The firmware failed at `file`:`line`, at its `start` or in a `handler`; the device goes on."""

    type: ClassVar[str] = "device.failed"
    long_texts: ClassVar[tuple[str, ...]] = ("message", "trace")
    host: str
    phase: str
    error: str
    message: str
    file: str
    line: int
    trace: str


@fact
class NativeMissing(TraceEvent):
    """The firmware wanted to bind a C function that is not simulated; binding it failed."""

    type: ClassVar[str] = "native.missing"
    host: str
    name: str


@fact
class DeviceStopped(TraceEvent):
    """A device was switched off or restarts (`reason`); all its connections are gone."""

    type: ClassVar[str] = "device.stopped"
    host: str
    reason: str
