"""Folds the records of a trace into what is true now: devices, listeners, endpoints, connections.

It reads records and nothing else, so a saved trace shows the same as a running device.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Final

from sim.event import (
    ConnectionChanged,
    ConnectionClosed,
    ConnectionOpened,
    DatagramSent,
    DeviceBooted,
    DeviceFailed,
    DeviceStopped,
    EndpointAdded,
    GpioChanged,
    GpioConfigured,
    HttpRequested,
    HttpResponded,
    ListenerClosed,
    ListenerOpened,
    NativeMissing,
    PacketDropped,
    PeripheralCalled,
    RpcAdded,
    RpcCalled,
    RpcReplied,
    RuleAdded,
    RuleApplied,
    RuleChanged,
    SegmentSent,
)
from sim.trace import Record
from sim.values import mutable
from sim.view_hardware import HardwareView
from sim.view_rules import RulesView

__all__ = ["CLOSED_SHOWN", "View"]

CLOSED_SHOWN: Final = 50
"""Closed connections of a host that stay in the view, the newest."""

UNANSWERED: Final = 1000
"""Requests of a connection whose response is waited for, the newest."""

MISSING_SHOWN: Final = 100

NAMES: Final[dict[type, tuple[str, ...]]] = {}
"""The fields of each part, in their order."""

Tuple4 = tuple[str, int, str, int]


@mutable
class _Device:
    host: str
    name: str
    address: str
    state: str
    main: str
    boots: int
    failure: dict[str, object] | None = None


@mutable
class _Listener:
    listener: int
    host: str
    protocol: str
    address: str
    port: int


@mutable
class _Endpoint:
    endpoint: int
    host: str
    listener: int
    port: int
    uri: str
    handler: str
    file: str
    line: int
    hits: int = 0
    last_status: int = 0


@mutable
class _Method:
    method: str
    host: str
    file: str
    line: int
    calls: int = 0
    last_code: int = 0


@mutable
class _Connection:
    connection: int
    host: str
    protocol: str
    role: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    state: str
    opened_us: int
    closed_us: int | None = None
    reason: str = ""
    bytes_in: int = 0
    bytes_out: int = 0


Part = _Device | _Listener | _Endpoint | _Method | _Connection


def _plain(part: Part) -> dict[str, object]:
    """Return the fields of a part; at a tenth of what `dataclasses.asdict` costs, which copies each value."""
    kind = type(part)
    names = NAMES.get(kind) or NAMES.setdefault(kind, tuple(one.name for one in fields(part)))
    return {name: getattr(part, name) for name in names}


@dataclass(slots=True)
class View:
    """What is true after the records taken so far. Only one device is shown: the one that booted last.

    Args:
        shown: the name of the device that is shown, if there may be several.
    """

    shown: str = ""
    seq: int = -1
    at_us: int = 0
    device: _Device | None = None
    listeners: dict[int, _Listener] = field(default_factory=dict)
    endpoints: dict[int, _Endpoint] = field(default_factory=dict)
    methods: dict[str, _Method] = field(default_factory=dict)
    connections: dict[int, _Connection] = field(default_factory=dict)
    hardware: HardwareView = field(default_factory=HardwareView)
    rules: RulesView = field(default_factory=RulesView)
    missing: list[str] = field(default_factory=list)
    """C functions that the firmware wanted and that are not simulated."""
    _newest: SegmentSent | DatagramSent | None = None
    """The newest packet with data."""
    _by_tuple: dict[Tuple4, _Connection] = field(default_factory=dict)
    _exchanges: dict[int, dict[int, int]] = field(default_factory=dict)
    """Of each connection the exchanges without a response, and the endpoint of each."""
    _calls: dict[int, str] = field(default_factory=dict)
    _closed: dict[str, deque[int]] = field(default_factory=dict)

    def take(self, records: Iterable[Record]) -> None:
        """Fold more records in, in their order."""
        for seq, at_us, event, _ in records:
            self.seq, self.at_us = seq, at_us
            match event:
                case SegmentSent() | DatagramSent():
                    self._packet(event)
                case HttpRequested():
                    self._requested(event)
                case HttpResponded():
                    self._responded(event)
                case ConnectionOpened():
                    self._opened(event, at_us)
                case ConnectionChanged():
                    if (conn := self.connections.get(event.connection)) is not None:
                        conn.state = event.state
                case ConnectionClosed():
                    self._closed_connection(event, at_us)
                case ListenerOpened(number, host, protocol, address, port):
                    self.listeners[number] = _Listener(number, host, protocol, address, port)
                case ListenerClosed():
                    self._closed_listener(event.listener)
                case EndpointAdded() if self._shows(event.host):
                    self._endpoint(event)
                case RpcAdded(host, name, file, line) if self._shows(host):
                    self.methods[name] = _Method(name, host, file, line)
                case RpcCalled():
                    self._called(event)
                case RpcReplied():
                    self._replied(event)
                case GpioChanged() | GpioConfigured() | PeripheralCalled() if self._shows(event.host):
                    self.hardware.take(event)
                case NativeMissing(host, name) if self._shows(host):
                    if name not in self.missing and len(self.missing) < MISSING_SHOWN:
                        self.missing.append(name)
                case DeviceBooted() if self._shows(event.host):
                    self.methods.clear()
                    self.missing.clear()
                    self.hardware.restart()
                    self.device = _Device(event.host, event.name, event.address, "running", event.main, event.boot)
                case DeviceFailed():
                    self._failed(event)
                case DeviceStopped():
                    if self.device is not None and self.device.host == event.host:
                        self.device.state = "stopped"
                case PacketDropped(number):
                    self._dropped(number)
                case RuleApplied() | RuleAdded() | RuleChanged():
                    self.rules.take(event)
                case _:
                    pass

    def to_json(self, dropped: int = 0) -> dict[str, object]:
        """Return the snapshot as docs/design.md describes it; `dropped` records have left the ring."""
        return {
            "seq": self.seq,
            "at_us": self.at_us,
            "dropped": dropped,
            "device": None if self.device is None else _plain(self.device),
            "listeners": [_plain(listener) for listener in self.listeners.values()],
            "endpoints": [_plain(endpoint) for endpoint in self.endpoints.values()],
            "methods": [_plain(method) for method in self.methods.values()],
            "connections": [_plain(conn) for conn in self.connections.values()],
            "missing": self.missing[:],
            **self.hardware.to_json(),
            "rules": self.rules.to_json(),
        }

    def _shows(self, host: str) -> bool:
        return self.shown in ("", host)

    def _packet(self, packet: SegmentSent | DatagramSent) -> None:
        size = len(packet.data)
        if not size:
            return
        self._newest = packet
        # What is on its way counts as received: it arrives within a latency
        here = (packet.src, packet.src_port, packet.dst, packet.dst_port)
        if (conn := self._by_tuple.get(here)) is not None:
            conn.bytes_out += size
        there = (packet.dst, packet.dst_port, packet.src, packet.src_port)
        if (conn := self._by_tuple.get(there)) is not None:
            conn.bytes_in += size

    def _dropped(self, number: int) -> None:
        """Take back what was counted as received, if that is what was lost: most are, as they are sent."""
        packet = self._newest
        if packet is not None and packet.packet == number:
            there = (packet.dst, packet.dst_port, packet.src, packet.src_port)
            if (conn := self._by_tuple.get(there)) is not None:
                conn.bytes_in -= len(packet.data)
            self._newest = None

    def _requested(self, event: HttpRequested) -> None:
        if (endpoint := self.endpoints.get(event.endpoint)) is not None:
            endpoint.hits += 1
            waiting = self._exchanges.setdefault(event.connection, {})
            waiting[event.exchange] = event.endpoint
            if len(waiting) > UNANSWERED:
                del waiting[next(iter(waiting))]

    def _responded(self, event: HttpResponded) -> None:
        if event.status < 200 and event.status != 101:
            return  # interim (RFC 9110, 15.2): the final response is still to come
        number = self._exchanges.get(event.connection, {}).pop(event.exchange, 0)
        if (endpoint := self.endpoints.get(number)) is not None:
            endpoint.last_status = event.status

    def _called(self, event: RpcCalled) -> None:
        method = next((m for name, m in self.methods.items() if name.lower() == event.method.lower()), None)
        if method is not None:
            method.calls += 1
            self._calls[event.call] = method.method

    def _replied(self, event: RpcReplied) -> None:
        method = self.methods.get(self._calls.pop(event.call, ""))
        if method is not None:
            method.last_code = event.code

    def _opened(self, event: ConnectionOpened, at_us: int) -> None:
        conn = _Connection(
            event.connection,
            event.host,
            event.protocol,
            event.role,
            event.local,
            event.local_port,
            event.remote,
            event.remote_port,
            event.state,
            at_us,
        )
        self.connections[event.connection] = conn
        self._by_tuple[conn.local, conn.local_port, conn.remote, conn.remote_port] = conn

    def _closed_connection(self, event: ConnectionClosed, at_us: int) -> None:
        conn = self.connections.get(event.connection)
        if conn is None:
            return
        conn.state, conn.closed_us, conn.reason = "CLOSED", at_us, event.reason
        key = (conn.local, conn.local_port, conn.remote, conn.remote_port)
        if self._by_tuple.get(key) is conn:
            del self._by_tuple[key]
        closed = self._closed.setdefault(conn.host, deque())
        closed.append(event.connection)
        if len(closed) > CLOSED_SHOWN:
            oldest = closed.popleft()
            self.connections.pop(oldest, None)
            self._exchanges.pop(oldest, None)

    def _closed_listener(self, number: int) -> None:
        self.listeners.pop(number, None)
        for endpoint in [e.endpoint for e in self.endpoints.values() if e.listener == number]:
            del self.endpoints[endpoint]

    def _endpoint(self, event: EndpointAdded) -> None:
        listener = self.listeners.get(event.listener)
        self.endpoints[event.endpoint] = _Endpoint(
            event.endpoint,
            event.host,
            event.listener,
            listener.port if listener else 0,
            event.uri,
            event.handler,
            event.file,
            event.line,
        )

    def _failed(self, event: DeviceFailed) -> None:
        if self.device is None or self.device.host != event.host or event.phase != "start":
            return
        self.device.state = "crashed"
        self.device.failure = {
            "error": event.error,
            "message": event.message,
            "file": event.file,
            "line": event.line,
        }
