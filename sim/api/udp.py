"""Is UDP as the library has it: a connection is a conversation, and a listener begins one for each new source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.api.connection import ACCEPT, CONNECT, Connection
from sim.event import ConnectionClosed
from sim.network.address import ANY, ParsedAddress
from sim.network.udp import UdpSocket

if TYPE_CHECKING:
    from sim.api.context import Handler
    from sim.api.stack import Stack

__all__ = ["UdpConnection", "UdpServer"]


class UdpConnection(Connection):
    """A UDP conversation: with the source of a datagram on a listener, or with the address it was opened for."""

    __slots__ = ("_number", "_socket", "address", "port")

    def __init__(
        self,
        stack: Stack,
        handler: Handler | None,
        userdata: object,
        socket: UdpSocket | None,
        number: int,
        address: str,
        port: int,
    ) -> None:
        super().__init__(stack, handler, userdata)
        self._socket = socket
        self._number = number
        self.address = address
        self.port = port

    @property
    def number(self) -> int:
        return self._number

    @property
    def remote(self) -> str:
        return f"{self.address}:{self.port}"

    @property
    def local(self) -> str:
        return "" if self._socket is None else f"{self._socket.local}:{self._socket.local_port}"

    def attach(self, socket: UdpSocket) -> None:
        """Take the socket that was opened for this conversation."""
        self._socket = socket
        self._number = socket.number
        self._stack.begin_turn()
        self.is_open = True
        self.tell(CONNECT, 0)
        self.end_of_turn()

    def fail_to_connect(self, status: int) -> None:
        """Tell the handler that there will be no conversation, and why."""
        self.tell(CONNECT, status)
        self._finish()

    def accept(self, data: bytes) -> None:
        """Begin a conversation with the source of a datagram; by default it ends with this turn."""
        self._stack.begin_turn()
        self.is_open = self.is_closing = True
        self._stack.current = self
        self.tell(ACCEPT, f"{self.address}:{self.port}")
        self._take(data)

    def datagram_received(self, data: bytes, address: str = "", port: int = 0) -> None:
        """Take a datagram of this conversation."""
        if self.is_closed:
            return
        self._stack.begin_turn()
        self._stack.current = self
        self._take(data)

    def flush(self) -> None:
        if self.out and self._socket is not None:
            data = bytes(self.out)
            self.out.clear()
            trace = self._stack.context.trace
            trace.by = self.by
            self._socket.send_to(data, self.address, self.port)
            trace.by = None
            self._stack.wrote(self, len(data))

    def end_of_turn(self) -> None:
        if self.is_closed or not self.is_open or self._socket is None:
            return
        self.flush()
        if self.is_closing and not self.out:
            self._finish()
            if self._socket.remote:
                self._socket.close()
            else:
                self._stack.context.trace.emit(ConnectionClosed(self._number, "closed"))

    def _take(self, data: bytes) -> None:
        profile = self._stack.context.profile
        if profile.datagram_size:
            data = data[: profile.datagram_size]
        if not profile.udp_client_accumulates and self._stack.is_outgoing(self):
            self.received.clear()
        if data or profile.empty_datagram_is_told:
            self._arrived(data)
        self._stack.current = None
        self.end_of_turn()


class UdpServer:
    """A UDP listener: every datagram of an unknown source begins a conversation."""

    def __init__(self, stack: Stack, handler: Handler | None, userdata: object) -> None:
        self._stack = stack
        self._handler = handler
        self._userdata = userdata
        self._socket: UdpSocket | None = None
        self._conversations: dict[tuple[str, int], UdpConnection] = {}

    def listen(self, at: ParsedAddress) -> int:
        """Open the port; the listener's number."""
        host = self._stack.context.host
        self._socket = host.listen_udp(at.port, self, at.ip or ANY)
        return self._socket.listener

    def datagram_received(self, data: bytes, address: str, port: int) -> None:
        """Hand a datagram to its conversation, or begin one."""
        assert self._socket is not None
        conn = self._conversations.get((address, port))
        if conn is not None and not conn.is_closed:
            conn.datagram_received(data)
            return
        local = self._socket
        number = self._stack.context.host.open_udp_connection("inbound", local.local, local.local_port, address, port)
        conn = UdpConnection(self._stack, self._handler, self._userdata, local, number, address, port)
        self._stack.remember(conn)
        conn.accept(data)
        if not conn.is_closed:
            self._conversations[address, port] = conn
        else:
            self._conversations.pop((address, port), None)
