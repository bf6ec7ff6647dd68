"""Keeps a device connected to its MQTT broker: subscribes, publishes, pings, and connects again when that is lost.

The numbers, the order of events and the delays are those of Mongoose OS; see docs/reference/mqtt.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.config import Config
from sim.api.connection import CLOSE, CONNECT, Connection, Ev, TcpConnection
from sim.api.context import Context, Handler
from sim.api.mqtt_layer import MqttLayer
from sim.api.stack import Stack
from sim.clock import TimerHandle
from sim.mqtt import (
    ConnAck,
    Connect,
    ConnectCode,
    Delivery,
    Packet,
    PacketType,
    PingReq,
    PingResp,
    Publish,
    SubAck,
    Subscribe,
    Will,
    matches,
    write_packet,
)
from sim.network.address import parse_address

__all__ = ["EVENT_BASE", "Mqtt"]

EVENT_BASE: Final = 200
"""An event is this and the type of the packet that has arrived: 202 for a CONNACK."""

POLL: Final = int(Ev.POLL)
PORT: Final = 1883
SUBSCRIBE_QOS: Final = 1
MOST_UNACKED: Final = 5
"""Messages that wait for an acknowledgment; a further one makes the device give up the oldest."""

FIRST_DELAY_US: Final = 1_000_000
"""The delay before the first one: each is twice the one before, within the limits of the configuration."""
LEAST_DELAY_US: Final = 100_000
"""What the configuration cannot go below: without a delay a refused connection would stop time."""
MOST_DELAY_US: Final = 86_400_000_000
PATIENCE_US: Final = 30_000_000
"""How long a broker may take to answer, from the first SYN to the CONNACK."""

MOST_KEEP_ALIVE_S: Final = 65535

FROM_BROKER: Final = frozenset(
    {
        *(PacketType.CONNACK, PacketType.PUBLISH, PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL),
        *(PacketType.PUBCOMP, PacketType.SUBACK, PacketType.UNSUBACK, PacketType.PINGRESP),
    }
)


class Subscription:
    """A filter that the firmware subscribed to, with its handler."""

    __slots__ = ("handler", "packet_id", "pattern", "userdata")

    def __init__(self, pattern: bytes, handler: Handler, userdata: object) -> None:
        self.pattern = pattern
        self.handler = handler
        self.userdata = userdata
        self.packet_id = 0
        """Of the SUBSCRIBE that has not been answered."""


class Mqtt:
    """The MQTT client of one boot of a device. It takes topics and payloads as bytes.

    Handlers are `handler(conn, ev, packet, userdata)`. Those of subscriptions get EV_PUBLISH with the `Publish`
    packet; those for events get the packet of the event, the device time in ms of a poll, or None of a close.

    Args:
        config: read anew whenever a connection begins, so that firmware may set `mqtt.*` in its main file.
        on_change: called with True when the broker has accepted the device and with False when it is lost, before any
            handler.
    """

    def __init__(
        self, context: Context, stack: Stack, config: Config, on_change: Callable[[bool], object] = lambda on: None
    ) -> None:
        self._context = context
        self._stack = stack
        self._config = config
        self._on_change = on_change
        self._subscriptions: list[Subscription] = []
        self._handlers: list[tuple[Handler, object]] = []
        self._delivery = Delivery(MOST_UNACKED)
        self._conn: Connection | None = None
        self._delay_us = FIRST_DELAY_US
        self._timer: TimerHandle | None = None
        self._keep_alive_us = 0
        self._sent_us = self._heard_us = 0
        self._awaits_pong = False
        self.is_connected = False
        """Whether the broker has accepted the device and the connection is still there."""

    # What the device and the firmware's globals call

    def start(self) -> None:
        """Connect once the main file has run, if `mqtt.enable` and `mqtt.server` are set then."""
        self._wait(0, self._connect)

    def subscribe(self, pattern: bytes, handler: Handler, userdata: object = None) -> None:
        """Hand messages whose topic matches to a handler, on this connection and on all later ones."""
        subscription = Subscription(pattern, handler, userdata)
        self._subscriptions.insert(0, subscription)
        if self.is_connected:
            self._ask_for(subscription)

    def publish(self, topic: bytes, payload: bytes, qos: int = 0, retain: bool = False) -> int:
        """Send a message; the packet identifier, 0 when the device is not connected.

        A message of QoS 0 takes an identifier, too, though it does not carry it.

        Raises:
            ValueError: the QoS is not 0, 1 or 2, or the message is too long for MQTT; nothing was sent.
        """
        message = Publish(topic, payload, qos, retain)
        write_packet(Publish(topic, payload, qos, retain, packet_id=1))  # fails before anything has changed
        if not self.is_connected:
            return 0
        message = self._delivery.send(message, self._asked)
        self._send(message)
        return message.packet_id or self._delivery.next_id(self._asked)

    def add_handler(self, handler: Handler, userdata: object = None) -> None:
        """Add a handler for events; the newest is called first."""
        self._handlers.insert(0, (handler, userdata))

    # Connecting

    def _connect(self) -> None:
        self._timer = None
        if not self._context.is_alive or self._conn is not None:
            return
        server = str(self._config.get("mqtt.server"))
        if not self._config.get("mqtt.enable") or not server:
            return
        address = server.removeprefix("tcp://")
        if ":" not in address:
            address = f"{address}:{PORT}"
        parsed = parse_address(address)
        if parsed is not None:
            self._context.before_mqtt(parsed.host or parsed.ip, parsed.port)
        layer = MqttLayer(self._context, self._take, self._wrote)
        conn = self._stack.connect(f"tcp://{address}", self._happened, None, layer)
        self._conn, self._awaits_pong = conn, False
        if conn is None:
            self._reconnect()
        else:
            self._wait(PATIENCE_US, self._give_up)

    def _happened(self, conn: Connection, ev: int, ev_data: object, userdata: object) -> None:
        """Take the events of the connection itself."""
        if ev == POLL:
            self._tell(POLL, ev_data)
        elif ev == CONNECT and ev_data == 0:
            self._send(self._introduction())
        elif ev == CLOSE:
            self._closed(conn)

    def _introduction(self) -> Connect:
        values = {name: self._config.get(f"mqtt.{name}") for name in ("user", "pass", "will_topic", "will_message")}
        user, password, will_topic, will_message = (_bytes(value) for value in values.values())
        keep_alive = min(max(0, _number(self._config.get("mqtt.keep_alive"))), MOST_KEEP_ALIVE_S)
        self._keep_alive_us = keep_alive * 1_000_000
        will = Will(will_topic, will_message, 0, bool(self._config.get("mqtt.will_retain")))
        return Connect(
            _bytes(self._config.get("mqtt.client_id")) or _bytes(self._config.device_id),
            bool(self._config.get("mqtt.clean_session")),
            keep_alive,
            user or None,
            # A password without a user name is not possible (MQTT 3.1.1, 3.1.2.9)
            (password or None) if user else None,
            will if will_topic else None,
        )

    def _closed(self, conn: Connection) -> None:
        was_connected, self.is_connected = self.is_connected, False
        self._conn = None
        if was_connected:
            self._on_change(False)
            self._tell(CLOSE, None, conn)
        self._reconnect()

    def _reconnect(self) -> None:
        least, most = (_number(self._config.get(f"mqtt.reconnect_timeout_{end}"), 1_000_000) for end in ("min", "max"))
        delay_us = min(max(2 * self._delay_us, least), most)
        self._delay_us = min(max(delay_us, LEAST_DELAY_US), MOST_DELAY_US)
        # Many devices that lose their broker at once do not come back at once
        self._wait(self._context.random.randint(self._delay_us * 9 // 10, self._delay_us * 11 // 10), self._connect)

    def _give_up(self) -> None:
        """Drop the connection: the broker does not answer, so waiting for it to close would take forever."""
        conn = self._conn
        if isinstance(conn, TcpConnection) and conn.socket is not None:
            conn.socket.abort("timed out")

    def _wait(self, us: int, then: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._context.clock.call_later(us, then)

    # Keep alive (MQTT 3.1.1, 3.1.2.10)

    def _wrote(self) -> None:
        self._sent_us = self._context.clock.now_us

    def _keep_alive(self) -> None:
        """Ping when either side has been silent for too long, and give up when that is not answered in that time."""
        self._timer = None
        if not self._context.is_alive or not self.is_connected:
            return
        silent_since_us = min(self._sent_us, self._heard_us)
        due_us = silent_since_us + self._keep_alive_us - self._context.clock.now_us
        if due_us > 0:
            self._wait(due_us, self._keep_alive)
        elif self._awaits_pong:
            self._give_up()
        else:
            self._awaits_pong = True
            self._send(PingReq())
            self._wait(self._keep_alive_us, self._keep_alive)

    # Packets

    def _send(self, packet: Packet) -> None:
        if self._conn is not None:
            self._conn.send(write_packet(packet))

    @property
    def _asked(self) -> tuple[int, ...]:
        return tuple(s.packet_id for s in self._subscriptions if s.packet_id)

    def _ask_for(self, subscription: Subscription) -> None:
        number = subscription.packet_id = self._delivery.next_id(self._asked)
        self._send(Subscribe(number, ((subscription.pattern, SUBSCRIBE_QOS),)))

    def _take(self, conn: Connection, packet: Packet) -> None:
        self._heard_us = self._context.clock.now_us
        if packet.kind not in FROM_BROKER or self.is_connected == isinstance(packet, ConnAck):
            assert isinstance(conn.layer, MqttLayer)
            conn.layer.refuse(conn, f"{packet.kind.name} is out of place: the broker broke the protocol")
            return
        is_repeated = isinstance(packet, Publish) and self._delivery.is_repeated(packet)
        if (answer := self._delivery.answer(packet)) is not None:
            self._send(answer)
        match packet:
            case ConnAck():
                self._answered(conn, packet)
            case Publish():
                if not is_repeated:
                    self._deliver(conn, packet)
            case PingResp():
                self._awaits_pong = False
            case _:
                if isinstance(packet, SubAck):
                    self._granted(packet)
                self._tell(EVENT_BASE + packet.kind, packet)

    def _answered(self, conn: Connection, packet: ConnAck) -> None:
        if packet.code != ConnectCode.ACCEPTED:
            conn.drop()
            return
        self.is_connected = True
        self._delay_us = FIRST_DELAY_US
        if self._timer is not None:
            self._timer.cancel()
        if self._keep_alive_us:
            self._wait(self._keep_alive_us, self._keep_alive)
        if not packet.session_present:
            self._delivery.forget_received()
        self._on_change(True)
        for subscription in self._subscriptions:
            subscription.packet_id = 0
        for subscription in self._subscriptions:
            self._ask_for(subscription)
        for unacked in self._delivery.resume():
            self._send(unacked)
        self._tell(EVENT_BASE + PacketType.CONNACK, packet)

    def _granted(self, packet: SubAck) -> None:
        for subscription in self._subscriptions:
            if subscription.packet_id == packet.packet_id:
                subscription.packet_id = 0

    def _deliver(self, conn: Connection, packet: Publish) -> None:
        takers = [s for s in self._subscriptions if matches(s.pattern, packet.topic)]
        for subscription in takers:
            self._context.call(
                subscription.handler, conn, EVENT_BASE + PacketType.PUBLISH, packet, subscription.userdata
            )
        if not takers:
            self._tell(EVENT_BASE + PacketType.PUBLISH, packet)

    def _tell(self, ev: int, ev_data: object, conn: Connection | None = None) -> None:
        for handler, userdata in list(self._handlers):
            self._context.call(handler, conn or self._conn, ev, ev_data, userdata)


def _bytes(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")


def _number(value: object, scale: int = 1) -> int:
    return int(value * scale) if isinstance(value, int | float) else 0
