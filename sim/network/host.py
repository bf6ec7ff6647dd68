"""Is a machine on the network: its addresses, its ports, what listens on them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.event import ConnectionOpened, DatagramSent, ListenerClosed, ListenerOpened, PacketDropped, SegmentSent
from sim.network.address import ANY, LOOPBACK
from sim.network.packet import ACK, FIN, RST, SYN, WINDOW, Packet
from sim.network.sender import MODULO, TcpSender
from sim.network.tcp import StreamProtocol, TcpSocket
from sim.network.udp import DatagramProtocol, UdpSocket

if TYPE_CHECKING:
    from sim.network.network import Network

__all__ = ["AddressInUse", "Host", "Listener"]

EPHEMERAL: Final = range(49152, 65536)  # RFC 6335, 6


class AddressInUse(Exception):
    """The port is taken, or the address is not one of the host's."""


class Listener:
    """A port on which a host takes connections; `make_protocol` gives each new one its owner."""

    __slots__ = ("_host", "address", "asked", "is_open", "make_protocol", "number", "port")

    def __init__(
        self, host: Host, address: str, port: int, make_protocol: Callable[[TcpSocket], StreamProtocol]
    ) -> None:
        self._host = host
        self.address = address
        self.port = port
        self.make_protocol = make_protocol
        self.asked: Callable[[SegmentSent], None] | None = None
        """Decides about each SYN in its own time, by `Host.admit` or `Host.refuse`."""
        self.number = host.network.next_number("listener")
        self.is_open = True

    def close(self) -> None:
        """Take no more connections; those that are open stay."""
        if self.is_open:
            self.is_open = False
            self._host.forget_listener(self)


class Host:
    """A machine with one address besides loopback. Everything it sends goes through its network."""

    def __init__(self, network: Network, name: str, address: str) -> None:
        self.network = network
        self.name = name
        self.address = address
        self._listeners: dict[int, Listener] = {}
        self._sockets: dict[tuple[int, str, int], TcpSocket] = {}
        self._time_wait: dict[tuple[int, str, int], tuple[int, int, int]] = {}  # -> expiry, our next, their next
        self._expiries: deque[tuple[int, tuple[int, str, int]]] = deque()
        self._udp: dict[int, UdpSocket] = {}
        self._next_port = EPHEMERAL.start
        self.max_connections: int | None = None
        """Connections at a time, those in TIME_WAIT aside; a further one is reset."""
        self.has_wifi = True
        """Whether it is in reach of its access point; only a rule takes it out."""
        self.wifi_changed: Callable[[bool], object] = lambda has_wifi: None
        """Learns that it was lost or found."""

    def __repr__(self) -> str:
        return f"<Host {self.name} {self.address}>"

    def listen(self, port: int, make_protocol: Callable[[TcpSocket], StreamProtocol], address: str = ANY) -> Listener:
        """Take TCP connections on a port (0: a free one).

        Raises:
            AddressInUse: the port is taken or the address is another machine's.
        """
        port = port or self._free_port(self._listeners)
        if port in self._listeners or not self.is_local(address):
            raise AddressInUse(f"{self.name} cannot listen on {address}:{port}")
        listener = self._listeners[port] = Listener(self, address, port, make_protocol)
        self._listener_opened(listener.number, "tcp", address, port)
        return listener

    def ask(self, port: int, asked: Callable[[SegmentSent], None]) -> Listener:
        """Hand each SYN for a port to somebody who will `admit` or `refuse` it.

        Raises:
            AddressInUse: the port is taken.
        """

        def never(socket: TcpSocket) -> StreamProtocol:
            raise AssertionError("nobody admits connections but who is asked")

        listener = self.listen(port, never)
        listener.asked = asked
        return listener

    def connect(self, address: str, port: int, protocol: StreamProtocol) -> TcpSocket:
        """Begin a TCP connection from an ephemeral port."""
        if address == ANY:
            address = LOOPBACK
        if self.network.exits:
            address = self.network.exits.get((address, port), address)
        local = LOOPBACK if address.startswith("127.") else self.address
        is_self = self.is_local(address)
        local_port = self._ephemeral(
            lambda p: (p, address, port) in self._sockets or p in self._listeners or (is_self and p == port)
        )
        socket = self.network.tcp_socket(self, local, local_port, address, port)
        self._sockets[local_port, address, port] = socket
        socket.open(protocol)
        return socket

    def listen_udp(self, port: int, protocol: DatagramProtocol, address: str = ANY) -> UdpSocket:
        """Take datagrams on a port (0: a free one).

        Raises:
            AddressInUse: the port is taken or the address is another machine's.
        """
        port = port or self._free_port(self._udp)
        if port in self._udp or not self.is_local(address):
            raise AddressInUse(f"{self.name} cannot listen on udp {address}:{port}")
        local = self.address if address == ANY else address
        socket = self._udp[port] = UdpSocket(self, local, port, protocol)
        socket.listener = self.network.next_number("listener")
        self._listener_opened(socket.listener, "udp", address, port)
        return socket

    def connect_udp(self, address: str, port: int, protocol: DatagramProtocol) -> UdpSocket:
        """Open a UDP socket for one remote address, from an ephemeral port."""
        if address == ANY:
            address = LOOPBACK
        local = LOOPBACK if address.startswith("127.") else self.address
        local_port = self._ephemeral(self._udp.__contains__)
        socket = self._udp[local_port] = UdpSocket(self, local, local_port, protocol, address, port)
        return socket

    def find_socket(self, local_port: int, remote: str, remote_port: int) -> TcpSocket | None:
        """Return this host's end of a TCP connection, None if it has none."""
        return self._sockets.get((local_port, remote, remote_port))

    @property
    def sockets(self) -> list[TcpSocket]:
        """This host's ends of TCP connections."""
        return list(self._sockets.values())

    def is_local(self, address: str) -> bool:
        """Tell whether the address is one of this host's."""
        return address == ANY or address == self.address or address.startswith("127.")

    def shut_down(self) -> None:
        """Close every listener and drop every connection, as a machine does that loses power and then comes back."""
        for listener in list(self._listeners.values()):
            listener.close()
        for socket in list(self._sockets.values()):
            socket.abort()
        for udp in list(self._udp.values()):
            udp.close()

    # What the network calls

    def receive(self, packet: Packet) -> None:
        """Take a packet that arrived here."""
        if isinstance(packet, SegmentSent):
            socket = self._sockets.get((packet.dst_port, packet.src, packet.src_port))
            if socket is not None:
                socket.receive(packet)
            elif not (packet.flags & (SYN | ACK | RST) == SYN and self._accept(packet)) and not packet.flags & RST:
                self.refuse(packet)
        elif (udp := self._udp.get(packet.dst_port)) is not None:
            udp.receive(packet.data, packet.src, packet.src_port)
        else:
            self.network.trace.emit(PacketDropped(packet.packet, "port closed"))

    def unreachable(self, packet: Packet) -> None:
        """Take note that a packet of ours found no host."""
        self.network.trace.emit(PacketDropped(packet.packet, "no such host"))
        socket = self._sockets.get((packet.src_port, packet.dst, packet.dst_port))
        if isinstance(packet, SegmentSent) and socket is not None:
            socket.unreachable()

    # What sockets call

    def send_datagram(self, src: str, src_port: int, dst: str, dst_port: int, data: bytes) -> None:
        """Send a UDP datagram on its way."""
        network = self.network
        arrives_us = network.arrival_us(src, dst)
        network.send(self, DatagramSent(network.next_packet(), arrives_us, src, src_port, dst, dst_port, data))

    def forget(self, socket: TcpSender, waiting: tuple[int, int] | None) -> None:
        """Free the four-tuple of a socket that has ended; with `waiting` it stays in TIME_WAIT for a while."""
        key = (socket.local_port, socket.remote, socket.remote_port)
        self._sockets.pop(key, None)
        if waiting is None:
            return
        now_us, expiries = self.network.clock.now_us, self._expiries
        while expiries and expiries[0][0] <= now_us:
            expired_us, old = expiries.popleft()
            if self._time_wait.get(old, (0,))[0] == expired_us:
                del self._time_wait[old]
        expires_us = now_us + self.network.time_wait_us
        self._time_wait[key] = (expires_us, *waiting)
        expiries.append((expires_us, key))

    def forget_udp(self, socket: UdpSocket) -> None:
        """Free the port of a UDP socket."""
        self._udp.pop(socket.local_port, None)
        if socket.listener:
            self.network.trace.emit(ListenerClosed(socket.listener))

    def forget_listener(self, listener: Listener) -> None:
        """Free the port of a listener."""
        self._listeners.pop(listener.port, None)
        self.network.trace.emit(ListenerClosed(listener.number))

    def open_udp_connection(self, role: str, local: str, local_port: int, remote: str, remote_port: int) -> int:
        """Record that a UDP conversation began; its number."""
        number = self.network.next_number("connection")
        self.network.trace.emit(
            ConnectionOpened(number, self.name, "udp", role, local, local_port, remote, remote_port, "OPEN")
        )
        return number

    # Inside

    def _listener_opened(self, number: int, protocol: str, address: str, port: int) -> None:
        self.network.trace.emit(ListenerOpened(number, self.name, protocol, address, port))

    def _accept(self, syn: SegmentSent) -> bool:
        listener = self._listeners.get(syn.dst_port)
        if listener is None or listener.address not in (ANY, syn.dst):
            return False
        if self.max_connections is not None and len(self._sockets) >= self.max_connections:
            for old in list(self._sockets.values()):
                old.expire(self.network.clock.now_us)
            if len(self._sockets) >= self.max_connections:
                self.network.trace.emit(PacketDropped(syn.packet, "too many connections"))
                return False
        if listener.asked is None:
            self.admit(syn, listener.make_protocol)
        else:
            listener.asked(syn)
        return True

    def admit(self, syn: SegmentSent, make_protocol: Callable[[TcpSocket], StreamProtocol]) -> TcpSocket:
        """Answer a SYN with ours."""
        key = (syn.dst_port, syn.src, syn.src_port)
        self._time_wait.pop(key, None)  # a new connection may take the place of a waiting one (RFC 6191)
        socket = self.network.tcp_socket(self, syn.dst, syn.dst_port, syn.src, syn.src_port)
        self._sockets[key] = socket
        socket.accept(make_protocol(socket), syn)
        return socket

    def refuse(self, segment: SegmentSent) -> None:
        """Answer a segment that belongs to no connection (RFC 9293, 3.10.7.1)."""
        waiting = self._time_wait.get((segment.dst_port, segment.src, segment.src_port))
        size = len(segment.data) + bool(segment.flags & SYN) + bool(segment.flags & FIN)
        if waiting is not None and waiting[0] > self.network.clock.now_us:
            if not size:
                return  # an acknowledgment is not acknowledged: the other side may be waiting, too
            flags, sequence, acknowledgment = ACK, waiting[1], waiting[2]
        elif segment.flags & ACK:
            flags, sequence, acknowledgment = RST, segment.acknowledgment, 0
        else:
            flags, sequence, acknowledgment = RST | ACK, 0, (segment.sequence + size) % MODULO
        network, src, dst = self.network, segment.dst, segment.src
        head = (network.next_packet(), network.arrival_us(src, dst), src, segment.dst_port, dst, segment.src_port)
        network.send(self, SegmentSent(*head, flags, sequence, acknowledgment, WINDOW if flags == ACK else 0, b""))

    def _ephemeral(self, is_taken: Callable[[int], bool]) -> int:
        for _ in EPHEMERAL:
            port = self._next_port
            self._next_port = port + 1 if port + 1 in EPHEMERAL else EPHEMERAL.start
            if not is_taken(port):
                return port
        raise AddressInUse(f"{self.name} has no free port left")

    def _free_port(self, taken: dict[int, Listener] | dict[int, UdpSocket]) -> int:
        return self._ephemeral(lambda port: port in taken)
