"""Joins a real TCP connection to a virtual one: one class for each side."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.network.host import AddressInUse
from sim.network.tcp import TcpSocket

if TYPE_CHECKING:
    from sim.gateway.core import Gateway

__all__ = ["RealSide", "VirtualSide"]

HIGH_WATER: Final = 256 * 1024
"""Bytes that wait in one direction before the other side is told to wait."""

LINGER_S: Final = 30.0
"""How long a real client may take to close, or to read on, after the device has closed."""


class RealSide(asyncio.Protocol):
    """One real TCP connection; its other half is the `StreamProtocol` of a virtual socket, which `begin` gives."""

    def __init__(self, gateway: Gateway, begin: Callable[[RealSide], TcpSocket]) -> None:
        self._gateway = gateway
        self._begin = begin
        self._transport: asyncio.Transport | None = None
        self._socket: TcpSocket | None = None
        self._is_paused = False
        self._lingering: asyncio.TimerHandle | None = None

    # As asyncio.Protocol: from the real side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(HIGH_WATER)
        self._gateway.opened(self)
        try:
            self._socket = self._begin(self)
        except AddressInUse:
            self.finish(is_clean=False)
        self._gateway.run()

    def data_received(self, data: bytes) -> None:
        socket = self._socket
        if socket is None or self._lingering is not None:
            return  # nobody is there to read it
        socket.write(data)
        self._gateway.run()
        if self._socket is not None and self._transport is not None and socket.unsent > HIGH_WATER:
            self._is_paused = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        if self._socket is not None:
            self._socket.write_eof()
            self._gateway.run()
        return self._socket is not None  # keep our direction open while the device has something to say

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._lingering is not None:
            self._lingering.cancel()
        socket, self._socket = self._socket, None
        self._gateway.closed(self)
        if socket is not None:
            socket.protocol = None
            if error is None:
                socket.close()
            else:
                socket.abort()
            self._gateway.run()

    def pause_writing(self) -> None:
        if self._socket is not None:
            self._socket.pause_reading()

    def resume_writing(self) -> None:
        if self._socket is not None:
            self._socket.resume_reading()
            self._gateway.run()

    def abort(self) -> None:
        """Drop both sides at once."""
        if self._transport is not None:
            self._transport.abort()

    # What the virtual side calls

    def deliver(self, data: bytes) -> None:
        """Send bytes of the device to the real client."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def deliver_eof(self) -> None:
        """Tell the real client that the device sends no more, and wait a while for it to close, too.

        The device has closed both directions. What the client still sends is dropped here: the reset that it deserves
        would reach it before it has read the answer (RFC 9112, 9.6).
        """
        transport = self._transport
        if transport is not None and not transport.is_closing() and transport.can_write_eof():
            transport.write_eof()
            self._linger(transport.get_write_buffer_size())

    def finish(self, is_clean: bool) -> None:
        """Close the real connection, behind what waits to be written, or with a reset."""
        self._socket = None
        transport = self._transport
        if transport is None:
            return
        if is_clean:
            transport.close()
        elif self._lingering is None:
            reset(transport)
        else:
            self.take_more()  # to drop it

    def take_more(self) -> None:
        """Read from the real client again."""
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()

    # Inside

    def _linger(self, unwritten: int) -> None:
        self._lingering = self._gateway.loop.call_later(LINGER_S, self._look_again, unwritten)

    def _look_again(self, unwritten: int) -> None:
        """End a connection that is only waiting; one whose client still reads, however slowly, has more time."""
        transport = self._transport
        if transport is None:
            return
        now_unwritten = transport.get_write_buffer_size()
        if now_unwritten == 0:
            transport.close()
        elif now_unwritten < unwritten:
            self._linger(now_unwritten)
        else:
            reset(transport)


def reset(transport: asyncio.Transport) -> None:
    """Drop a real connection so that the other side gets a reset, as the virtual one did."""
    real = transport.get_extra_info("socket")
    if real is not None:
        with contextlib.suppress(OSError):
            real.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class VirtualSide:
    """The owner of the virtual socket that belongs to a real connection."""

    def __init__(self, real: RealSide) -> None:
        self._real = real

    # As sim.network.tcp.StreamProtocol: from the virtual side

    def connection_made(self, socket: TcpSocket) -> None:
        """Nothing to do: what the real side wrote waits in the socket."""

    def data_received(self, data: bytes) -> None:
        self._real.deliver(data)

    def eof_received(self) -> None:
        self._real.deliver_eof()

    def connection_lost(self, reason: str) -> None:
        self._real.finish(reason == "closed")

    def resume_writing(self) -> None:
        self._real.take_more()
