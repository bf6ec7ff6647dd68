"""Is an MQTT broker: a machine on the network that takes connections and hands messages on (MQTT 3.1.1).

QoS 0, 1 and 2, retained messages, wills, sessions that outlive their connection, keep alive in virtual time. Its
messages are also there for who runs the network, without a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sim.broker_link import Link, Session
from sim.event import MqttRejected
from sim.mqtt import Connect, ConnectCode, Malformed, Publish, Subscribe, Will, is_filter, is_topic, matches
from sim.mqtt.packet import FAILURE
from sim.network.host import Listener
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.values import frozen, replace

__all__ = ["Broker", "Message"]

PORT: Final = 1883
ALIAS: Final = "mqtt"
MAX_PACKET: Final = 1024 * 1024
SHOWN: Final = 1024
"""Bytes of what is refused that its record keeps."""


@frozen
class Message:
    """A message as the broker's own subscribers see it."""

    topic: str
    payload: bytes
    qos: int = 0
    """The QoS with which it was published."""
    retain: bool = False
    """Whether it was kept from before the subscription."""

    @property
    def text(self) -> str:
        """The payload as text (UTF-8; what is none is replaced)."""
        return self.payload.decode("utf-8", "replace")


Callback = Callable[[Message], object]


class Broker:
    """An MQTT broker; it answers to its name, by default `broker`, and to `mqtt` unless another host does.

    Args:
        network: the network that it joins.
        name: its name there.
        port: where it takes connections.
        address: its IPv4 address; by default the next free one.
        accounts: user names with their passwords; by default everybody is let in.
        max_packet: bytes that a packet from a client may have; a longer one ends the connection.

    Raises:
        ValueError: the name or the address is taken.
    """

    def __init__(
        self,
        network: Network,
        name: str = "broker",
        port: int = PORT,
        *,
        address: str | None = None,
        accounts: Mapping[str, str] | None = None,
        max_packet: int = MAX_PACKET,
    ) -> None:
        self.network = network
        self.host = network.add_host(name, address, (ALIAS,) if network.free_name(ALIAS) == ALIAS != name else ())
        self.port = port
        self.max_packet = max_packet
        self._accounts = accounts
        self._sessions: dict[bytes, Session] = {}
        self._retained: dict[bytes, Publish] = {}
        self._callbacks: dict[int, tuple[bytes, Callback]] = {}
        self._numbers = 0
        self._listener: Listener | None = None
        self.start()

    def __repr__(self) -> str:
        return f"<Broker {self.host.name} {self.host.address}:{self.port} {len(self.clients)} clients>"

    # For tests and the page

    @property
    def is_on(self) -> bool:
        """Whether the broker takes connections."""
        return self._listener is not None

    @property
    def clients(self) -> list[str]:
        """The identifiers of the clients that are connected, in the order in which their sessions began."""
        return [_text(session.client_id) for session in self._sessions.values() if session.link is not None]

    @property
    def retained(self) -> dict[str, bytes]:
        """The retained messages: topic and payload."""
        return {_text(topic): message.payload for topic, message in self._retained.items()}

    def publish(self, topic: str | bytes, payload: str | bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Publish a message; text goes out as UTF-8.

        Raises:
            ValueError: the topic is empty, has a wildcard in it or is no UTF-8, or the QoS is not 0, 1 or 2.
        """
        name = _bytes(topic)
        if not is_topic(name):
            raise ValueError(f"a topic is some text without the wildcards + and #, got {topic!r}")
        if qos not in (0, 1, 2):
            raise ValueError(f"qos must be 0, 1 or 2, got {qos}")
        self.route(Publish(name, _bytes(payload), qos, retain))

    def subscribe(self, pattern: str | bytes, callback: Callback) -> Callable[[], None]:
        """Call `callback(message)` for each message whose topic the filter takes, and now for those retained.

        Returns:
            A function that ends the subscription.

        Raises:
            ValueError: this is no filter.
        """
        name = _bytes(pattern)
        if not is_filter(name):
            raise ValueError(f"+ and # stand for whole levels of a filter, and # only at its end, got {pattern!r}")
        self._numbers += 1
        number = self._numbers
        self._callbacks[number] = (name, callback)
        for kept in self._kept(name):
            callback(_message(kept))
        return lambda: self._callbacks.pop(number, None) and None

    def stop(self) -> None:
        """Switch the broker off: connections are reset. Retained messages and sessions stay."""
        if self._listener is None:
            return
        self._listener = None
        for session in self._sessions.values():
            session.link = None  # it is not the client that fails: no wills
        self._sessions = {key: session for key, session in self._sessions.items() if not session.is_clean}
        self.host.shut_down()

    def start(self) -> None:
        """Switch the broker on, as it is when it is made."""
        if self._listener is None:
            self._listener = self.host.listen(self.port, self._accept)

    # What its connections call

    def admit(self, link: Link, packet: Connect) -> tuple[Session | None, ConnectCode, bool]:
        """Find the session of a client that connects; who has it already is disconnected (3.1.4).

        Returns:
            The session (None: refused), the code for the CONNACK, and whether the session was there before.
        """
        if self._accounts is not None and not self._knows(packet.user_name, packet.password):
            return None, ConnectCode.BAD_USER_NAME_OR_PASSWORD, False
        client_id = packet.client_id
        if not client_id:
            if not packet.clean_session:
                return None, ConnectCode.IDENTIFIER_REJECTED, False  # 3.1.3.1
            self._numbers += 1
            client_id = b"auto-%d" % self._numbers
        session = self._sessions.get(client_id)
        if session is not None and session.link is not None:
            session.link.close()
            session = self._sessions.get(client_id)
        is_present = session is not None and not packet.clean_session
        if session is None or not is_present:
            self._sessions.pop(client_id, None)
            session = self._sessions[client_id] = Session(client_id, packet.clean_session)
        session.link = link
        return session, ConnectCode.ACCEPTED, is_present

    def leave(self, session: Session, will: Will | None) -> None:
        """Take note that a client's connection is over; its will is published if there is one left."""
        session.link = None
        if session.is_clean:
            self._sessions.pop(session.client_id, None)
        if will is not None:
            self.route(Publish(will.topic, will.payload, will.qos, will.retain))

    def subscribed(self, session: Session, packet: Subscribe) -> tuple[int, ...]:
        """Take a subscription into a session; the return code of each filter."""
        codes = []
        for pattern, qos in packet.filters:
            if is_filter(pattern):
                session.filters[pattern] = qos
                codes.append(qos)
            else:
                codes.append(FAILURE)
        return tuple(codes)

    def send_retained(self, session: Session, packet: Subscribe) -> None:
        """Send what is retained for new subscriptions, marked as such (3.3.1.3)."""
        for pattern, qos in packet.filters:
            if is_filter(pattern):
                for kept in self._kept(pattern):
                    session.send(replace(kept, qos=min(kept.qos, qos)))

    def route(self, message: Publish) -> None:
        """Hand a message to everybody who wants it, once each, with the highest QoS that was asked for (3.3.5)."""
        if message.retain:
            self._retained.pop(message.topic, None)
            if message.payload:
                self._retained[message.topic] = replace(message, packet_id=0, dup=False)
        fresh = replace(message, retain=False, packet_id=0, dup=False)
        for session in list(self._sessions.values()):
            granted = [qos for pattern, qos in session.filters.items() if matches(pattern, message.topic)]
            if granted:
                session.send(replace(fresh, qos=min(message.qos, max(granted))))
        for pattern, callback in list(self._callbacks.values()):
            if matches(pattern, message.topic):
                callback(_message(fresh))

    def reject(self, socket: TcpSocket, fault: Malformed, data: bytes) -> None:
        """Record why a connection is closed."""
        self.network.trace.emit(MqttRejected(socket.number, self.host.name, "in", fault.reason, data[:SHOWN]))

    # Inside

    def _accept(self, socket: TcpSocket) -> Link:
        return Link(self, socket)

    def _knows(self, user_name: bytes | None, password: bytes | None) -> bool:
        known = {_bytes(name): _bytes(secret) for name, secret in (self._accounts or {}).items()}
        return user_name is not None and known.get(user_name) == (password or b"")

    def _kept(self, pattern: bytes) -> list[Publish]:
        return [message for topic, message in self._retained.items() if matches(pattern, topic)]


def _message(packet: Publish) -> Message:
    return Message(_text(packet.topic), packet.payload, packet.qos, packet.retain)


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else bytes(text)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
