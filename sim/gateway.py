"""Puts a simulated device on real ports: each real connection becomes a virtual one, byte for byte, and back.

This is the only module that knows sockets. The device reaches real addresses only where it was allowed to.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic_ns
from typing import Final

from sim.device import Device
from sim.network.address import is_ip
from sim.network.host import Host
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.network.udp import UdpSocket
from sim.pace import Pace

__all__ = ["Gateway", "Mapping"]

AHEAD_US: Final = 2_000
"""Real networks bring their own latency: a virtual exchange completes within the call that began it."""

LATENCY_US: Final = 10
"""Latency of the links of a network behind a gateway."""

MAX_SOURCES: Final = 1024
"""Real sources of datagrams that are told apart at a time; the oldest is forgotten."""

HIGH_WATER: Final = 256 * 1024
"""Bytes that wait in one direction before the other side is told to wait."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A real port and the port of the device that it leads to."""

    real: int
    device: int
    protocol: str = "tcp"


class RealSide(asyncio.Protocol):
    """One real TCP connection; its other half is the `StreamProtocol` of a virtual socket."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._transport: asyncio.Transport | None = None
        self._socket: TcpSocket | None = None
        self._is_paused = False

    def join(self, socket: TcpSocket) -> None:
        """Take the virtual connection."""
        self._socket = socket

    # As asyncio.Protocol: from the real side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(HIGH_WATER)
        self._gateway.opened(self)
        if self._socket is not None:  # an outgoing connection: the device may have sent already
            self._socket.resume_reading()
            self._gateway.run()

    def data_received(self, data: bytes) -> None:
        socket = self._socket
        if socket is None:
            return
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
        """Tell the real client that the device sends no more."""
        if self._transport is not None and not self._transport.is_closing() and self._transport.can_write_eof():
            self._transport.write_eof()

    def finish(self, is_clean: bool) -> None:
        """Close the real connection, behind what waits to be written or at once."""
        self._socket = None
        if self._transport is None:
            return
        if is_clean:
            self._transport.close()
        else:
            self._transport.abort()

    def take_more(self) -> None:
        """Read from the real client again."""
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()


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


class RealDatagrams(asyncio.DatagramProtocol):
    """One real UDP port: each real source gets a virtual socket of its own."""

    def __init__(self, gateway: Gateway, device_port: int) -> None:
        self._gateway = gateway
        self._device_port = device_port
        self._transport: asyncio.DatagramTransport | None = None
        self._sockets: dict[tuple[str, int], UdpSocket] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        gateway = self._gateway
        socket = self._sockets.get(address)
        if socket is None:
            if len(self._sockets) >= MAX_SOURCES:
                self._sockets.pop(next(iter(self._sockets))).close()
            answers = DatagramAnswers(self, address)
            socket = gateway.outside.connect_udp(gateway.device.address, self._device_port, answers)
            self._sockets[address] = socket
        socket.send_to(data, gateway.device.address, self._device_port)
        gateway.run()

    def send(self, data: bytes, address: tuple[str, int]) -> None:
        """Send what the device answered to the real source."""
        if self._transport is not None:
            self._transport.sendto(data, address)


class DatagramAnswers:
    """Takes what the device sends to one real source."""

    def __init__(self, real: RealDatagrams, address: tuple[str, int]) -> None:
        self._real = real
        self._address = address

    def datagram_received(self, data: bytes, address: str, port: int) -> None:
        """Hand a datagram of the device to the real source."""
        self._real.send(data, self._address)


class Gateway:
    """Real ports for one device. `open` binds them; time runs as long as the event loop does."""

    def __init__(self, network: Network, device: Device, *, speed: float = 1.0) -> None:
        self.network = network
        self.device = device
        self.outside: Host = network.add_host("outside")
        self._pace = Pace(network.clock, AHEAD_US, speed)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at_us = 0
        self._servers: list[asyncio.Server] = []
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._connections: set[RealSide] = set()
        self._loop = asyncio.get_running_loop()

    async def open(self, host: str, mappings: Iterable[Mapping]) -> list[Mapping]:
        """Bind the real ports (0: a free one); the mappings as they came to be.

        Raises:
            OSError: a port cannot be bound.
        """
        made = []
        for mapping in mappings:
            if mapping.protocol == "udp":
                made.append(await self._open_udp(host, mapping))
            else:
                made.append(await self._open_tcp(host, mapping))
        self.run()
        return made

    def allow(self, host: str, port: int) -> None:
        """Let the device reach one real address, under the same name on the virtual network.

        Raises:
            ValueError: the virtual network has a host of that name or address.
        """
        outside = self.network.add_host(host, host if is_ip(host) else None)
        outside.listen(port, lambda socket: self._connect_real(socket, host, port))

    def run(self) -> None:
        """Run what is due, and wake up when the next thing is."""
        now_us = monotonic_ns() // 1000
        self._pace.follow(now_us)
        delay_us = self._pace.delay_us(now_us)
        if delay_us is None:
            return
        due_us = now_us + delay_us
        if self._timer is not None and not self._timer.cancelled() and now_us < self._timer_at_us <= due_us:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at_us = due_us
        self._timer = self._loop.call_later(delay_us / 1e6, self.run)

    async def close(self) -> None:
        """Give the ports back and drop what is open."""
        for server in self._servers:
            server.close()
        for transport in self._datagrams:
            transport.close()
        for connection in list(self._connections):
            connection.abort()
        if self._timer is not None:
            self._timer.cancel()
        for server in self._servers:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(server.wait_closed(), 1)

    def opened(self, connection: RealSide) -> None:
        """Take note of a real connection."""
        self._connections.add(connection)

    def closed(self, connection: RealSide) -> None:
        """Take note that a real connection is over."""
        self._connections.discard(connection)

    # Inside

    async def _open_tcp(self, host: str, mapping: Mapping) -> Mapping:
        def accept() -> RealSide:
            real = RealSide(self)
            real.join(self.outside.connect(self.device.address, mapping.device, VirtualSide(real)))
            return real

        server = await self._loop.create_server(accept, host, mapping.real, backlog=1024)
        self._servers.append(server)
        return Mapping(server.sockets[0].getsockname()[1], mapping.device)

    async def _open_udp(self, host: str, mapping: Mapping) -> Mapping:
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: RealDatagrams(self, mapping.device), local_addr=(host, mapping.real)
        )
        self._datagrams.append(transport)
        return Mapping(transport.get_extra_info("sockname")[1], mapping.device, "udp")

    def _connect_real(self, socket: TcpSocket, host: str, port: int) -> VirtualSide:
        real = RealSide(self)
        real.join(socket)
        socket.pause_reading()  # until the real connection is there
        task = self._loop.create_task(self._loop.create_connection(lambda: real, host, port))

        def done(task: asyncio.Task[object]) -> None:
            if task.cancelled() or task.exception() is not None:
                socket.protocol = None
                socket.abort()
                self.run()

        task.add_done_callback(done)
        return VirtualSide(real)
