"""Runs a device's connections: opens them, gives each turn its poll and its writes, and keeps the list of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.connection import RESET_STATUS, UNRESOLVED_STATUS, Connection, Ev, Layer, TcpConnection
from sim.api.context import Context, Handler
from sim.api.library.connection import LibraryConnection
from sim.api.udp import UdpConnection, UdpServer
from sim.network.address import parse_address
from sim.network.host import AddressInUse
from sim.network.tcp import TcpSocket

__all__ = ["Stack"]


TURN_US: Final = 1_000
"""How long the library's loop takes from one turn to the next."""


class Stack:
    """All connections of one boot of a device."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tcp_type: type[TcpConnection] = LibraryConnection if context.profile.reads_in_place else TcpConnection
        """What TCP connections of this device are."""
        self.current: Connection | None = None
        """The connection whose events are being delivered: its writes follow at once, without a turn of their own."""
        self._outgoing: set[Connection] = set()
        self._polled: dict[Connection, None] = {}
        self._touched: dict[Connection, None] = {}
        self._polled_at_us = -1

    def bind(
        self, address: str, make: Callable[[TcpSocket], TcpConnection], handler: Handler | None, userdata: object
    ) -> int:
        """Listen on an address; the listener's number, 0 if that is impossible."""
        parsed = parse_address(address)
        if parsed is None or parsed.host:
            return 0
        host = self.context.host
        try:
            if parsed.protocol == "udp":
                return UdpServer(self, handler, userdata).listen(parsed)
            return host.listen(parsed.port, make, parsed.ip).number
        except AddressInUse:
            return 0

    def connect(
        self, address: str, handler: Handler | None, userdata: object, layer: Layer | None = None
    ) -> Connection | None:
        """Begin a connection; None if the address is invalid."""
        parsed = parse_address(address)
        if parsed is None:
            return None
        conn: TcpConnection | UdpConnection
        if parsed.protocol == "udp":
            conn = UdpConnection(self, handler, userdata, None, 0, parsed.ip, parsed.port)
        else:
            conn = self.tcp_type(self, handler, userdata, layer)
        conn.by = self.context.place()
        self.remember(conn)
        self._outgoing.add(conn)
        clock = self.context.clock
        if parsed.ip:
            self._open(conn, parsed.ip, parsed.port)
        else:
            found = self.context.network.resolve(self.context.host, parsed.host)
            delay_us = 2 * self.context.network.latency_us
            if found is None:
                clock.call_later(delay_us, conn.fail_to_connect, UNRESOLVED_STATUS)
            else:
                clock.call_later(delay_us, self._open, conn, found, parsed.port)
        return conn

    def _open(self, conn: TcpConnection | UdpConnection, address: str, port: int) -> None:
        if conn.is_closed or not self.context.is_alive:
            return
        host, clock = self.context.host, self.context.clock
        try:
            if isinstance(conn, TcpConnection):
                conn.connect(address, port)
            else:
                conn.address, conn.port = address, port
                self.context.trace.by = conn.by
                clock.call_later(0, conn.attach, host.connect_udp(address, port, conn))
        except AddressInUse:
            clock.call_later(0, conn.fail_to_connect, RESET_STATUS)
        finally:
            self.context.trace.by = None

    def remember(self, conn: Connection) -> None:
        """Take a new connection into the list."""
        if conn.handler is not None:
            self._polled[conn] = None

    def forget(self, conn: Connection) -> None:
        """Drop a connection that has closed."""
        self._polled.pop(conn, None)
        self._touched.pop(conn, None)
        self._outgoing.discard(conn)

    def is_outgoing(self, conn: Connection) -> bool:
        """Tell whether this device opened the connection."""
        return conn in self._outgoing

    def touch(self, conn: Connection) -> None:
        """Take note that the connection has something to write or is to close."""
        if conn is self.current:
            return
        if not self._touched:
            self.context.clock.call_later(0, self._turn)
        self._touched[conn] = None

    def wrote(self, conn: Connection, size: int) -> None:
        """Tell a handler what was written; what it sends then leaves a turn later, so that it cannot stop time."""
        before, self.current = self.current, conn
        conn.tell(int(Ev.SEND), size)
        self.current = before
        if conn.out and not conn.is_closed:
            self.context.clock.call_later(TURN_US, conn.end_of_turn)

    def begin_turn(self) -> None:
        """Poll: once for each instant in which the device does anything, before its sockets are looked at."""
        now_us = self.context.clock.now_us
        if self._polled and now_us != self._polled_at_us:
            self._polled_at_us = now_us
            for conn in list(self._polled):
                if conn.is_open and not conn.is_closed:
                    conn.tell(int(Ev.POLL), now_us // 1000)

    def _turn(self) -> None:
        self.begin_turn()
        touched, self._touched = self._touched, {}
        for conn in touched:
            conn.end_of_turn()
