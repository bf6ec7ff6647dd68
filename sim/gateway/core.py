"""Binds real ports for a device, and lets its time run as long as the event loop does."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic_ns
from typing import Final

from sim.device import Device
from sim.event import SegmentSent
from sim.gateway.datagram import RealDatagrams
from sim.gateway.stream import RealSide, VirtualSide
from sim.network.address import LOOPBACK, is_ip
from sim.network.host import AddressInUse, Host
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.pace import Pace

__all__ = ["LATENCY_US", "Gateway", "Mapping"]

AHEAD_US: Final = 2_000
"""Real networks bring their own latency: a virtual exchange completes within the call that began it."""

LATENCY_US: Final = 10
"""Latency of the links of a network behind a gateway."""

BACKLOG: Final = 128
"""Real connections that are accepted in one go."""

FILES: Final = 256
"""Files that a process has open besides its connections."""

TAKEN: Final = {errno.EADDRINUSE: "the port is taken", errno.EACCES: "this user may not"}


@dataclass(frozen=True, slots=True)
class Mapping:
    """A real port and the port of the device that it leads to."""

    real: int
    device: int
    protocol: str = "tcp"


def allow_many_files(wanted: int) -> None:
    """Let this process have a file for each connection, as far as the system lets it (not everywhere it counts)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


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
