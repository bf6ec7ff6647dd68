"""Is a TCP connection that reads as the library does: in turns, so many bytes at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.api.connection import Layer, TcpConnection
from sim.api.context import Handler
from sim.network.tcp import TcpSocket

if TYPE_CHECKING:
    from sim.api.stack import Stack

__all__ = ["LibraryConnection"]


class Abandoned:
    """The owner of a socket whose connection was closed before it was there: it closes as soon as it is."""

    def connection_made(self, socket: TcpSocket) -> None:
        socket.close()

    def data_received(self, data: bytes) -> None:
        """Nobody wants it."""

    def eof_received(self) -> None:
        """Nothing to do: the socket is closed."""

    def connection_lost(self, reason: str) -> None:
        """Nobody is to be told."""

    def resume_writing(self) -> None:
        """Nothing waits for it."""


class LibraryConnection(TcpConnection):
    """What arrives in one instant is read in one turn; what was not read when the connection closes makes a reset."""

    __slots__ = ("_is_dropped", "_read_size", "_unread", "last_read")

    def __init__(
        self,
        stack: Stack,
        handler: Handler | None,
        userdata: object,
        layer: Layer | None = None,
        socket: TcpSocket | None = None,
    ) -> None:
        super().__init__(stack, handler, userdata, layer, socket)
        self._read_size = stack.context.profile.read_size
        self._unread = bytearray()
        self._is_dropped = False
        self.last_read = 0
        """Bytes that the newest EV_RECV brought."""

    def drop(self) -> None:
        self._is_dropped = True
        self.disconnect()

    def be_polled(self) -> None:
        """Take part in EV_POLL from now on: a handler of the firmware got hold of the connection."""
        self._stack.remember(self)

    def connect(self, address: str, port: int) -> None:
        super().connect(address, port)
        if self.is_closing:
            self.end_of_turn()

    def end_of_turn(self) -> None:
        if self._is_dropped:
            self.out.clear()
        if not self.is_open:
            self._give_up()
            return
        super().end_of_turn()

    def data_received(self, data: bytes) -> None:
        if not self._unread:
            self._stack.context.clock.call_later(0, self._read)
        self._unread += data

    def eof_received(self) -> None:
        if self._unread:
            self._read_all()
        super().eof_received()

    def _give_up(self) -> None:
        """Close before the connection is there, if nothing is to be sent and the library forgets to tell."""
        profile = self._stack.context.profile
        if self.is_closed or not self.is_closing or self.out or not profile.early_disconnect_is_silent:
            return
        socket = self._socket
        self._finish()
        if socket is not None:
            socket.protocol = Abandoned()

    def _read(self) -> None:
        if not self._unread or self.is_closed:
            return
        self._read_all()
        if self.out or self.is_closing:
            self.end_of_turn()

    def _read_all(self) -> None:
        stack, unread, size = self._stack, self._unread, self._read_size
        stack.begin_turn()
        stack.current = self
        while unread and not self._is_dropped and not self.is_closed:
            piece = bytes(unread[:size])
            del unread[:size]
            self.last_read = len(piece)
            self._arrived(piece)
        stack.current = None

    def _close_socket(self, socket: TcpSocket) -> None:
        if self._unread:
            socket.abort()  # unread data (RFC 2525, 2.17)
        else:
            socket.close()
