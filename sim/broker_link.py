"""Is one client as the broker sees it: the connection that it is on, and the session that may outlive it."""

from __future__ import annotations

from typing import Final, Protocol

from sim.clock import TimerHandle
from sim.mqtt import (
    ConnAck,
    Connect,
    ConnectCode,
    Delivery,
    Disconnect,
    Malformed,
    Packet,
    PacketReader,
    PacketType,
    PingReq,
    PingResp,
    Publish,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
    Will,
    write_packet,
)
from sim.network.network import Network
from sim.network.tcp import TcpSocket

__all__ = ["Link", "Session"]

CONNECT_US: Final = 10_000_000
"""How long a client may take to send its CONNECT (3.1: "a reasonable amount of time")."""

MOST_UNACKED: Final = 1000
"""Messages that a session keeps until they are acknowledged; a further one pushes out the oldest."""

MOST_UNSENT: Final = 16 * 1024 * 1024
"""Bytes that may wait for a client that does not read; with more its connection is dropped."""

FROM_CLIENT: Final = frozenset(
    {
        *(PacketType.PUBLISH, PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP),
        *(PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE, PacketType.PINGREQ, PacketType.DISCONNECT),
    }
)


class Session:
    """What a broker keeps of a client: its filters, and what is under way (4.1)."""

    def __init__(self, client_id: bytes, is_clean: bool) -> None:
        self.client_id = client_id
        self.is_clean = is_clean
        self.filters: dict[bytes, int] = {}
        """Filters with the QoS that was granted."""
        self.delivery = Delivery(MOST_UNACKED)
        self.link: Link | None = None
        """The client's connection while there is one."""

    def send(self, message: Publish) -> None:
        """Send a message to the client; while it is away those of QoS 1 and 2 are kept."""
        packet = self.delivery.send(message, is_held=self.link is None)
        if self.link is not None:
            self.link.send(packet)


class Owner(Protocol):
    """What a connection needs of its broker (`sim.broker.Broker`)."""

    network: Network
    max_packet: int

    def admit(self, link: Link, packet: Connect) -> tuple[Session | None, ConnectCode, bool]: ...

    def leave(self, session: Session, will: Will | None) -> None: ...

    def subscribed(self, session: Session, packet: Subscribe) -> tuple[int, ...]: ...

    def send_retained(self, session: Session, packet: Subscribe) -> None: ...

    def route(self, message: Publish) -> None: ...

    def reject(self, socket: TcpSocket, fault: Malformed, data: bytes) -> None: ...


class Link:
    """A connection to the broker, from its first byte to its end."""

    def __init__(self, broker: Owner, socket: TcpSocket) -> None:
        self._broker = broker
        self._socket: TcpSocket | None = socket
        self._clock = broker.network.clock
        self._reader = PacketReader(broker.max_packet)
        self._buffer = bytearray()
        self._session: Session | None = None
        self._will: Will | None = None
        self._patience_us = CONNECT_US
        self._heard_us = self._clock.now_us
        self._timer: TimerHandle | None = self._clock.call_later(CONNECT_US, self._check)

    def send(self, packet: Packet) -> None:
        """Send a packet, unless the connection is over."""
        socket = self._socket
        if socket is None:
            return
        if socket.unsent > MOST_UNSENT:
            self._abort("too much to send")
        else:
            socket.write(write_packet(packet))

    def close(self) -> None:
        """Close the connection; unless the client asked for it with a DISCONNECT, its will is published."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.protocol = None
            socket.close()
        self._leave()

    # As sim.network.tcp.StreamProtocol

    def connection_made(self, socket: TcpSocket) -> None:
        """Nothing to do: it is for the client to speak first."""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._socket is not None:
            item = self._reader.read(self._buffer)
            if item is None:
                return
            self._heard_us = self._clock.now_us
            if isinstance(item, Malformed):
                self._refuse(item)
            else:
                self._take(item)

    def eof_received(self) -> None:
        self.close()

    def connection_lost(self, reason: str) -> None:
        self._socket = None
        self._leave()

    def resume_writing(self) -> None:
        """Nothing waits for it here."""

    # Packets

    def _take(self, packet: Packet) -> None:
        session = self._session
        if session is None or packet.kind not in FROM_CLIENT:
            if session is None and isinstance(packet, Connect):
                self._connect(packet)
            else:
                self._refuse(Malformed(f"{packet.kind.name} is out of place: the client broke the protocol"))
            return
        is_repeated = isinstance(packet, Publish) and session.delivery.is_repeated(packet)
        answer = session.delivery.answer(packet)
        match packet:
            case Publish():
                if not is_repeated:
                    self._broker.route(packet)
            case Subscribe():
                answer = SubAck(packet.packet_id, self._broker.subscribed(session, packet))
            case Unsubscribe():
                for pattern in packet.filters:
                    session.filters.pop(pattern, None)
                answer = UnsubAck(packet.packet_id)
            case PingReq():
                answer = PingResp()
            case Disconnect():
                self._will = None
                self.close()
        if answer is not None:
            self.send(answer)
        if isinstance(packet, Subscribe):
            self._broker.send_retained(session, packet)

    def _connect(self, packet: Connect) -> None:
        session, code, is_present = self._broker.admit(self, packet)
        if session is None:
            self.send(ConnAck(code))
            self.close()
            return
        self._session, self._will = session, packet.will
        self._patience_us = packet.keep_alive * 1_500_000  # 3.1.2.10: one and a half times as long
        self._watch()
        self.send(ConnAck(code, is_present))
        for unacked in session.delivery.resume():
            self.send(unacked)

    def _refuse(self, fault: Malformed) -> None:
        assert self._socket is not None
        self._broker.reject(self._socket, fault, bytes(self._buffer))
        if self._session is None and fault.code != ConnectCode.ACCEPTED:
            self.send(ConnAck(fault.code))
        self.close()

    # Time

    def _watch(self) -> None:
        """Set the timer for the moment when the client has been silent for too long, if there is such a moment."""
        self._stop_timer()
        if self._patience_us:
            self._timer = self._clock.call_at(self._heard_us + self._patience_us, self._check)

    def _check(self) -> None:
        self._timer = None
        if self._session is not None and self._heard_us + self._patience_us > self._clock.now_us:
            self._watch()
        else:
            self._abort("timed out")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The end

    def _abort(self, reason: str) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.protocol = None
            socket.abort(reason)
        self._leave()

    def _leave(self) -> None:
        """Tell the broker once that the connection is over."""
        self._stop_timer()
        self._buffer.clear()
        session, self._session = self._session, None
        will, self._will = self._will, None
        if session is not None and session.link is self:
            self._broker.leave(session, will)
