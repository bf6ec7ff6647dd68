"""Is a connection as the library has it: two buffers, a handler, and the order of its events.

The order is that of docs/reference/net.md: accepted 1, 3, 4 ..., 5; outgoing 2, ..., 5. What the firmware sends is
written at the end of the turn in which it was sent, so several sends become one write.
"""

from __future__ import annotations

from abc import abstractmethod
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Protocol

from sim.network.tcp import TcpSocket

if TYPE_CHECKING:
    from sim.api.context import Handler
    from sim.api.stack import Stack
    from sim.trace import Place

__all__ = ["Connection", "Ev", "Layer", "TcpConnection"]


class Ev(IntEnum):
    """Events of every connection (docs/reference/net.md)."""

    POLL = 0
    ACCEPT = 1
    CONNECT = 2
    RECV = 3
    SEND = 4
    CLOSE = 5
    TIMER = 6


# As plain numbers: firmware compares with them, and an enum's look-up costs on every event
ACCEPT: Final = int(Ev.ACCEPT)
CONNECT: Final = int(Ev.CONNECT)
RECV: Final = int(Ev.RECV)
SEND: Final = int(Ev.SEND)
CLOSE: Final = int(Ev.CLOSE)

CONNECT_STATUS: Final = {"refused": 111, "unreachable": 113, "timed out": 110}  # errno on Linux
RESET_STATUS: Final = 104
UNRESOLVED_STATUS: Final = -1


class Layer(Protocol):
    """A protocol on top of a connection (HTTP): it sees the bytes of both directions."""

    def received(self, conn: Connection) -> None:
        """Look at `conn.received`, to which bytes were just added."""

    def sent(self, conn: Connection, data: bytes) -> None:
        """Take note of bytes that were written."""

    def discard(self, conn: Connection, length: int) -> None:
        """Drop bytes from the front of `conn.received`, for a handler that has no use for them."""

    def closing(self, conn: Connection) -> None:
        """Deliver what is left, just before the close event."""

    def closed(self, conn: Connection) -> None:
        """Take note that the close event is over."""


# No ABC: its metaclass would slow every isinstance; mypy heeds abstractmethod without
class Connection:
    """What firmware holds as `conn`. It is opaque there; only the API's functions look inside."""

    __slots__ = (
        "_stack",
        "by",
        "fault",
        "handler",
        "is_closed",
        "is_closing",
        "is_open",
        "layer",
        "out",
        "received",
        "userdata",
    )

    def __init__(self, stack: Stack, handler: Handler | None, userdata: object, layer: Layer | None = None) -> None:
        self._stack = stack
        self.handler = handler
        self.userdata = userdata
        self.layer = layer
        self.received = bytearray()
        """Bytes that arrived and were not taken by a protocol or discarded: they accumulate, as in the library."""
        self.out = bytearray()
        self.by: Place | None = None
        """The line of the firmware that sent what is in `out`, the first of several, or that opened or closes it."""
        self.is_open = False
        self.is_closing = False
        """A disconnect was asked for: it happens when `out` is empty."""
        self.is_closed = False
        self.fault = ""
        """The limit that it has gone beyond: it is dropped at the end of the turn."""

    @property
    @abstractmethod
    def number(self) -> int:
        """The connection's number in the trace, 0 before it has one."""

    @property
    @abstractmethod
    def remote(self) -> str:
        """Address and port of the other side."""

    def __repr__(self) -> str:
        return f"<connection {self.number}>"

    def send(self, data: bytes) -> None:
        """Queue bytes for the end of this turn."""
        if not self.is_closed and not self.fault:
            if self.out and len(self.out) > self._stack.context.limits.queued:
                self._exceed("too much to send")
                return
            if not self.out:
                self.by = self._stack.context.place() or self.by
            self.out += data
            if self._stack.current is not self:
                self._stack.touch(self)

    def disconnect(self) -> None:
        """Close once everything queued is sent."""
        if not self.is_closed:
            if not self.out:
                self.by = self._stack.context.place() or self.by
            self.is_closing = True
            self._stack.touch(self)

    @property
    @abstractmethod
    def local(self) -> str:
        """Address and port of this side."""

    def discard(self, length: int) -> None:
        """Drop bytes from the front of what was received."""
        if self.layer is None:
            del self.received[:length]
        else:
            self.layer.discard(self, length)

    def drop(self) -> None:
        """Close at once; what is queued is lost."""
        self.out.clear()
        self.disconnect()

    @abstractmethod
    def end_of_turn(self) -> None:
        """Write what is queued, then close if that was asked for."""

    @abstractmethod
    def flush(self) -> None:
        """Write what is queued, now."""

    def tell(self, ev: int, ev_data: object = None) -> None:
        """Call the connection's own handler, if it has one."""
        if self.handler is not None:
            self._stack.context.call(self.handler, self, ev, ev_data, self.userdata)

    def _arrived(self, data: bytes) -> None:
        self.received += data
        if self.handler is not None:
            self._stack.context.call(self.handler, self, RECV, len(data), self.userdata)
        if self.layer is not None:
            try:
                self.layer.received(self)
            except Exception as error:  # a fault of the simulator: it may cost this connection, nothing else
                self._stack.context.failed("simulator", error)
                self._exceed("simulator fault")
        if self.received:
            size, limits = len(self.received), self._stack.context.limits
            if size > limits.received and size > limits.head + limits.body:
                self._exceed("too much received")

    def _exceed(self, fault: str) -> None:
        """Give up what is queued; the connection is dropped at the end of the turn, when no handler is running."""
        self.fault = fault
        self.out.clear()
        self.disconnect()

    def _finish(self) -> None:
        """Raise the close event, once."""
        if self.is_closed:
            return
        if self.layer is not None:
            self.layer.closing(self)
        self.is_closed = True
        self.tell(CLOSE)
        if self.layer is not None:
            self.layer.closed(self)
        self.out.clear()
        self.received.clear()
        self._stack.forget(self)


class TcpConnection(Connection):
    """A connection over TCP; the protocol of its `TcpSocket`."""

    __slots__ = ("_socket",)

    def __init__(
        self,
        stack: Stack,
        handler: Handler | None,
        userdata: object,
        layer: Layer | None = None,
        socket: TcpSocket | None = None,
    ) -> None:
        super().__init__(stack, handler, userdata, layer)
        self._socket = socket

    @property
    def number(self) -> int:
        return 0 if self._socket is None else self._socket.number

    @property
    def remote(self) -> str:
        return "" if self._socket is None else f"{self._socket.remote}:{self._socket.remote_port}"

    @property
    def local(self) -> str:
        return "" if self._socket is None else f"{self._socket.local}:{self._socket.local_port}"

    @property
    def socket(self) -> TcpSocket | None:
        """The socket, None while a name is being resolved."""
        return self._socket

    def connect(self, address: str, port: int) -> None:
        """Begin the TCP handshake, unless the firmware gave up meanwhile."""
        if not self.is_closed:
            context = self._stack.context
            context.trace.by = self.by
            try:
                self._socket = context.host.connect(address, port, self)
            finally:
                context.trace.by = None

    def fail_to_connect(self, status: int) -> None:
        """Tell the handler that there will be no connection, and why."""
        if not self.is_closed:
            self.out.clear()
            self.tell(CONNECT, status)
            self._finish()

    def end_of_turn(self) -> None:
        socket = self._socket
        if self.is_closed or socket is None or not self.is_open:
            return
        self.flush()
        if self.is_closing and not self.out:
            self._finish()
            socket.protocol = None
            trace = self._stack.context.trace
            trace.by = self.by
            if self.fault:
                socket.abort(self.fault)
            else:
                self._close_socket(socket)
            trace.by = None

    def _close_socket(self, socket: TcpSocket) -> None:
        socket.close()

    def flush(self) -> None:
        socket = self._socket
        if self.out and socket is not None and not socket.is_blocked:
            data = bytes(self.out)
            self.out.clear()
            trace = self._stack.context.trace
            trace.by = self.by
            # A handler that sees EV_SEND may send more: only without one the FIN can ride on the last segment
            socket.write(data, self.is_closing and self.handler is None)
            if self.layer is not None:
                self.layer.sent(self, data)
            trace.by = None
            if self.handler is not None:
                self._stack.wrote(self, len(data))

    # As sim.network.tcp.StreamProtocol

    def connection_made(self, socket: TcpSocket) -> None:
        stack = self._stack
        stack.begin_turn()
        self.is_open = True
        self._socket = socket
        if self.handler is not None:
            stack.current = self
            if stack.is_outgoing(self):
                self.tell(CONNECT, 0)
            else:
                self.tell(ACCEPT, f"{socket.remote}:{socket.remote_port}")
            stack.current = None
        if self.out or self.is_closing:
            self.end_of_turn()

    def data_received(self, data: bytes) -> None:
        stack = self._stack
        stack.begin_turn()
        stack.current = self
        self._arrived(data)
        stack.current = None
        if self.out or self.is_closing:
            self.end_of_turn()

    def eof_received(self) -> None:
        # Half-close by the peer is the end, as in the library
        self._stack.begin_turn()
        self._finish()
        if self._socket is not None:
            self._socket.protocol = None
            self._socket.close()

    def connection_lost(self, reason: str) -> None:
        if not self.is_open:
            if self._stack.is_outgoing(self):
                self.fail_to_connect(CONNECT_STATUS.get(reason, RESET_STATUS))
            self.is_closed = True
            self._stack.forget(self)
            return
        self._finish()

    def resume_writing(self) -> None:
        self.end_of_turn()
