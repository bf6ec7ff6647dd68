"""Is a UDP socket: one local port, to one remote address or to whoever writes (RFC 768)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sim.event import ConnectionClosed

if TYPE_CHECKING:
    from sim.network.host import Host

__all__ = ["DatagramProtocol", "UdpSocket"]


class DatagramProtocol(Protocol):
    """What the owner of a UDP socket is told, in the terms of `asyncio.DatagramProtocol`."""

    def datagram_received(self, data: bytes, address: str, port: int) -> None:
        """Take one datagram and who sent it."""


class UdpSocket:
    """A local UDP port. With a remote address only its datagrams are taken, and the socket counts as a connection."""

    __slots__ = ("_host", "is_open", "listener", "local", "local_port", "number", "protocol", "remote", "remote_port")

    def __init__(
        self,
        host: Host,
        local: str,
        local_port: int,
        protocol: DatagramProtocol,
        remote: str = "",
        remote_port: int = 0,
    ) -> None:
        self._host = host
        self.local = local
        self.local_port = local_port
        self.remote = remote
        self.remote_port = remote_port
        self.protocol = protocol
        self.is_open = True
        self.number = 0
        """Of the connection that the socket is, 0 if it takes datagrams of everybody."""
        self.listener = 0
        """Of the listener that the socket is, 0 if it has one remote address."""
        if remote:
            self.number = host.open_udp_connection("outbound", local, local_port, remote, remote_port)

    def send_to(self, data: bytes, address: str, port: int) -> None:
        """Send one datagram."""
        if self.is_open:
            self._host.send_datagram(self.local, self.local_port, address, port, data)

    def receive(self, data: bytes, address: str, port: int) -> None:
        """Take a datagram that arrived for this port."""
        if not self.remote or (address, port) == (self.remote, self.remote_port):
            self.protocol.datagram_received(data, address, port)

    def close(self, reason: str = "closed") -> None:
        """Give the port back."""
        if self.is_open:
            self.is_open = False
            self._host.forget_udp(self)
            if self.number:
                self._host.network.trace.emit(ConnectionClosed(self.number, reason))
