"""Folds the records of a trace into what is true now: devices, listeners, endpoints, connections.

It reads records and nothing else, so a saved trace shows the same as a running device.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
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
    HostRemoved,
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
from sim.view_hardware import HardwareView
from sim.view_host import (
    ConnectionView,
    DeviceView,
    EndpointView,
    HostView,
    ListenerView,
    MethodView,
    plain,
)
from sim.view_rules import RulesView

__all__ = ["CLOSED_SHOWN", "View"]

CLOSED_SHOWN: Final = 50
"""Closed connections of a host that stay in the view, the newest."""

UNANSWERED: Final = 1000
"""Requests of a connection whose response is waited for, the newest."""

MISSING_SHOWN: Final = 100

NO_HARDWARE: Final = HardwareView()
NOBODY: Final = HostView()

Tuple4 = tuple[str, int, str, int]


@dataclass(slots=True)
class View:
    """What is true after the records taken so far: of the network, and of the device that is shown.

    Args:
        main: the name of the device that counts where there may be several; "": whichever booted last, and what is
            shown is that of all hosts together.
    """

    main: str = ""
    shown: str = ""
    """The name of the device that is shown, if that is not the main one."""
    seq: int = -1
    at_us: int = 0
    connections: dict[int, ConnectionView] = field(default_factory=dict)
    rules: RulesView = field(default_factory=RulesView)
    changes: int = 0
    """How often it has changed what `devices` says."""
    _hosts: dict[str, HostView] = field(default_factory=dict)
    _listeners: dict[int, str] = field(default_factory=dict)
    """Whose each listener is, and each endpoint: by its number."""
    _endpoints: dict[int, EndpointView] = field(default_factory=dict)
    _newest: SegmentSent | DatagramSent | None = None
    """The newest packet with data."""
    _by_tuple: dict[Tuple4, ConnectionView] = field(default_factory=dict)
    _exchanges: dict[int, dict[int, int]] = field(default_factory=dict)
    """Of each connection the exchanges without a response, and the endpoint of each."""
    _calls: dict[int, MethodView] = field(default_factory=dict)
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
                    self._listeners[number] = host
                    self._of(host).listeners[number] = ListenerView(number, host, protocol, address, port)
                case ListenerClosed():
                    self._closed_listener(event.listener)
                case EndpointAdded():
                    self._endpoint(event)
                case RpcAdded(host, name, file, line):
                    self._of(host).methods[name] = MethodView(name, host, file, line)
                case RpcCalled():
                    self._called(event)
                case RpcReplied():
                    self._replied(event)
                case GpioChanged() | GpioConfigured() | PeripheralCalled():
                    self._hardware(event)
                case NativeMissing(host, name):
                    missing = self._of(host).missing
                    if name not in missing and len(missing) < MISSING_SHOWN:
                        missing.append(name)
                case DeviceBooted():
                    self._booted(event)
                case HostRemoved():
                    self._removed(event.host)
                case DeviceFailed():
                    self._failed(event)
                case DeviceStopped():
                    device = self._of(event.host).device
                    if device is not None and device.host == event.host:
                        device.state = "stopped"
                        self.changes += 1
                case PacketDropped(number):
                    self._dropped(number)
                case RuleApplied() | RuleAdded() | RuleChanged():
                    self.rules.take(event)
                case _:
                    pass

    def to_json(self, dropped: int = 0) -> dict[str, object]:
        """Return the snapshot as docs/design.md describes it; `dropped` records have left the ring."""
        host = self._hosts.get(self.shown or self.main, NOBODY)
        return {
            "seq": self.seq,
            "at_us": self.at_us,
            "dropped": dropped,
            "device": None if self.device is None else plain(self.device),
            "shown": None if host.device is None else plain(host.device),
            "listeners": [plain(listener) for listener in host.listeners.values()],
            "endpoints": [plain(endpoint) for endpoint in host.endpoints.values()],
            "methods": [plain(method) for method in host.methods.values()],
            "connections": [plain(conn) for conn in host.connections.values()],
            "missing": host.missing[:],
            **(host.hardware or NO_HARDWARE).to_json(),
            "rules": self.rules.to_json(),
        }

    @property
    def device(self) -> DeviceView | None:
        """The main device."""
        return self._hosts.get(self.main, NOBODY).device

    @property
    def hardware(self) -> HardwareView:
        """What is true of the hardware of the device that is shown."""
        return self._hosts.get(self.shown or self.main, NOBODY).hardware or NO_HARDWARE

    def devices(self) -> list[dict[str, object]]:
        """Return all devices that have booted and not left, in the order in which they first did."""
        return [plain(host.device) for host in self._hosts.values() if host.device is not None]

    def _of(self, host: str) -> HostView:
        key = host if self.main else ""
        return self._hosts.get(key) or self._hosts.setdefault(key, HostView())

    def _booted(self, event: DeviceBooted) -> None:
        host = self._of(event.host)
        host.methods.clear()
        host.missing.clear()
        if host.hardware is not None:
            host.hardware.restart()
        host.device = DeviceView(event.host, event.name, event.address, "running", event.main, event.boot)
        self.changes += 1

    def _removed(self, name: str) -> None:
        self._closed.pop(name, None)
        host = self._hosts.pop(name, None) if self.main else None
        if host is not None:
            for number in host.connections:
                self.connections.pop(number, None)
                self._exchanges.pop(number, None)
            self.changes += host.device is not None

    def _hardware(self, event: GpioChanged | GpioConfigured | PeripheralCalled) -> None:
        host = self._of(event.host)
        host.hardware = host.hardware or HardwareView()
        host.hardware.take(event)

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
        if (endpoint := self._endpoints.get(event.endpoint)) is not None:
            endpoint.hits += 1
            waiting = self._exchanges.setdefault(event.connection, {})
            waiting[event.exchange] = event.endpoint
            if len(waiting) > UNANSWERED:
                del waiting[next(iter(waiting))]

    def _responded(self, event: HttpResponded) -> None:
        if event.status < 200 and event.status != 101:
            return  # interim (RFC 9110, 15.2): the final response is still to come
        number = self._exchanges.get(event.connection, {}).pop(event.exchange, 0)
        if (endpoint := self._endpoints.get(number)) is not None:
            endpoint.last_status = event.status

    def _called(self, event: RpcCalled) -> None:
        methods = self._of(event.host).methods
        method = next((m for name, m in methods.items() if name.lower() == event.method.lower()), None)
        if method is not None:
            method.calls += 1
            self._calls[event.call] = method

    def _replied(self, event: RpcReplied) -> None:
        method = self._calls.pop(event.call, None)
        if method is not None:
            method.last_code = event.code

    def _opened(self, event: ConnectionOpened, at_us: int) -> None:
        conn = ConnectionView(
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
        self.connections[event.connection] = self._of(event.host).connections[event.connection] = conn
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
            self._of(conn.host).connections.pop(oldest, None)
            self._exchanges.pop(oldest, None)

    def _closed_listener(self, number: int) -> None:
        host = self._of(self._listeners.pop(number, ""))
        host.listeners.pop(number, None)
        for endpoint in [e.endpoint for e in host.endpoints.values() if e.listener == number]:
            del host.endpoints[endpoint], self._endpoints[endpoint]

    def _endpoint(self, event: EndpointAdded) -> None:
        host = self._of(event.host)
        listener = host.listeners.get(event.listener)
        self._endpoints[event.endpoint] = host.endpoints[event.endpoint] = EndpointView(
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
        device = self._of(event.host).device
        if device is None or device.host != event.host or event.phase != "start":
            return
        device.state = "crashed"
        device.failure = {
            "error": event.error,
            "message": event.message,
            "file": event.file,
            "line": event.line,
        }
        self.changes += 1
