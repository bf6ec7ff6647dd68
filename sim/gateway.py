"""Puts a simulated device on real ports: each real connection becomes a virtual one, byte for byte, and back.

This is the only module that knows sockets. The device reaches real addresses only where it was allowed to.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic_ns
from typing import Final, cast

from sim.device import Device
from sim.event import SegmentSent
from sim.network.address import LOOPBACK, is_ip
from sim.network.host import AddressInUse, Host
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

BACKLOG: Final = 128
"""Real connections that are accepted in one go."""

FILES: Final = 256
"""Files that a process has open besides its connections."""

LINGER_S: Final = 30.0
"""How long a real client may take to close, or to read on, after the device has closed."""

TAKEN: Final = {errno.EADDRINUSE: "the port is taken", errno.EACCES: "this user may not"}


@dataclass(frozen=True, slots=True)
class Mapping:
    """A real port and the port of the device that it leads to."""

    real: int
    device: int
    protocol: str = "tcp"


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


def allow_many_files(wanted: int) -> None:
    """Let this process have a file for each connection, as far as the system lets it (not everywhere it counts)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


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


class RealDatagrams(asyncio.DatagramProtocol):
    """One real UDP port: each real source gets a virtual socket of its own."""

    def __init__(self, gateway: Gateway, device_port: int) -> None:
        self._gateway = gateway
        self._device_port = device_port
        self._transport: asyncio.DatagramTransport | None = None
        self._sockets: dict[tuple[str, int], UdpSocket] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # which its class does not say

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

    def __init__(self, network: Network, device: Device, *, speed: float = 1.0, name: str = "outside") -> None:
        self.network = network
        self.device = device
        self.outside: Host = network.add_host(name)
        self._pace = Pace(network.clock, AHEAD_US, speed)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at_us = 0
        self._servers: list[asyncio.Server] = []
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._connections: set[RealSide] = set()
        self._allowed: dict[str, Host] = {}
        self._connecting: set[asyncio.Task[object]] = set()
        self._asking: set[tuple[str, int, str, int]] = set()
        """Ends of the connections that wait for a real one."""
        self.loop = asyncio.get_running_loop()

    async def open(self, host: str, mappings: Iterable[Mapping]) -> list[Mapping]:
        """Bind the real ports (0: a free one); the mappings as they came to be.

        Raises:
            OSError: a port cannot be bound; the text says which.
        """
        allow_many_files(self.device.limits.connections * 2 + FILES)
        made = []
        for mapping in mappings:
            try:
                made.append(await (self._open_udp if mapping.protocol == "udp" else self._open_tcp)(host, mapping))
            except OSError as error:
                why = TAKEN.get(error.errno or 0) or error.strerror or str(error)
                raise OSError(error.errno, f"cannot bind {mapping.protocol} {host}:{mapping.real}: {why}") from error
        self.run()
        return made

    def allow(self, host: str, port: int) -> None:
        """Let the device reach one real address, under the same name or address on the virtual network.

        Raises:
            ValueError: the virtual network has a host of that name or address.
        """
        is_loopback = host == "localhost" or host.startswith("127.")
        outside = self._allowed.get(host)
        if outside is None:
            outside = self.network.add_host(host, host if is_ip(host) and not is_loopback else None)
            self._allowed[host] = outside
        if is_loopback:  # which the device has itself
            self.network.exits[LOOPBACK if host == "localhost" else host, port] = outside.address
        with contextlib.suppress(AddressInUse):  # it was allowed twice
            outside.ask(port, lambda syn: self._connect_real(outside, syn, host, port))

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
        self._timer = self.loop.call_later(delay_us / 1e6, self.run)

    def catch_up(self) -> None:
        """Let time go on from where it is, after somebody else has moved it."""
        self._pace.run(self._pace.speed)
        self.run()

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
        def begin(real: RealSide) -> TcpSocket:
            return self.outside.connect(self.device.address, mapping.device, VirtualSide(real))

        server = await self.loop.create_server(lambda: RealSide(self, begin), host, mapping.real, backlog=BACKLOG)
        self._servers.append(server)
        return Mapping(server.sockets[0].getsockname()[1], mapping.device)

    async def _open_udp(self, host: str, mapping: Mapping) -> Mapping:
        transport, _ = await self.loop.create_datagram_endpoint(
            lambda: RealDatagrams(self, mapping.device), local_addr=(host, mapping.real)
        )
        self._datagrams.append(transport)
        return Mapping(transport.get_extra_info("sockname")[1], mapping.device, "udp")

    def _connect_real(self, outside: Host, syn: SegmentSent, host: str, port: int) -> None:
        """Answer the SYN of the device once the real address has answered ours; that may be sent again meanwhile."""
        ends = (syn.src, syn.src_port, syn.dst, syn.dst_port)
        if ends in self._asking:
            return
        self._asking.add(ends)

        def begin(real: RealSide) -> TcpSocket:
            return outside.admit(syn, lambda _: VirtualSide(real))

        def done(task: asyncio.Task[object]) -> None:
            self._connecting.discard(task)
            self._asking.discard(ends)
            if task.cancelled() or (error := task.exception()) is None:
                return
            if isinstance(error, ConnectionError):
                outside.refuse(syn)
            else:
                self.device.host.unreachable(syn)
            self.run()

        task = self.loop.create_task(self.loop.create_connection(lambda: RealSide(self, begin), host, port))
        self._connecting.add(task)
        task.add_done_callback(done)
