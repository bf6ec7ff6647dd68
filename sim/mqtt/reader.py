"""Finds MQTT packets in bytes, however they were cut, and says what is wrong with what is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.mqtt.packet import (
    FAILURE,
    ConnAck,
    Connect,
    ConnectCode,
    Disconnect,
    Malformed,
    Packet,
    PacketType,
    PingReq,
    PingResp,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
    Will,
)
from sim.mqtt.topic import is_text, is_topic

__all__ = ["LARGEST_PACKET", "PacketReader"]

LARGEST_PACKET: Final = 268_435_455
"""Bytes behind the first ones of a packet that its length can count (2.2.3)."""

PROTOCOL: Final = b"MQTT"
LEVEL: Final = 4
OLD_PROTOCOL: Final = b"MQIsdp"
"""What MQTT 3.1 was called."""

FLAGS: Final = {  # the lower half of the first byte where it is not 0 (2.2.2); PUBLISH has its own
    PacketType.PUBREL: 2,
    PacketType.SUBSCRIBE: 2,
    PacketType.UNSUBSCRIBE: 2,
}


class _Fault(Exception):
    """Ends the reading of a packet; it does not leave this file."""

    def __init__(self, reason: str, code: ConnectCode = ConnectCode.ACCEPTED) -> None:
        self.malformed = Malformed(reason, code)


class PacketReader:
    """Takes packets from the front of a buffer.

    Args:
        limit: how many bytes a packet may have at most behind its type and length.
    """

    def __init__(self, limit: int = LARGEST_PACKET) -> None:
        self._limit = limit

    def read(self, buffer: bytearray) -> Packet | Malformed | None:
        """Take the next packet; None if it is not there yet. After a `Malformed` there is no next one.

        The bytes of a packet leave the buffer; those of what is none stay.
        """
        if not buffer:
            return None
        try:
            kind = _read_kind(buffer[0])
            length = _read_length(buffer)
            if length is None:
                return None
            start, size = length
            if size > self._limit:
                raise _Fault(f"{kind.name} of {size} bytes, at most {self._limit} are taken")
            if len(buffer) < start + size:
                return None
            packet = _READERS[kind](_Body(kind, buffer[0] & 0x0F, bytes(buffer[start : start + size])))
        except _Fault as fault:
            return fault.malformed
        del buffer[: start + size]
        return packet


def _read_kind(first: int) -> PacketType:
    number, flags = first >> 4, first & 0x0F
    if number not in _READERS:
        raise _Fault(f"packet type {number} does not exist")
    kind = PacketType(number)
    if kind is not PacketType.PUBLISH and flags != FLAGS.get(kind, 0):
        raise _Fault(f"{kind.name} has the flags {flags}, expected {FLAGS.get(kind, 0)}")
    return kind


def _read_length(buffer: bytearray) -> tuple[int, int] | None:
    """Return where a packet's body begins and how long it is (2.2.3)."""
    size = 0
    for place in range(4):
        if 1 + place >= len(buffer):
            return None
        byte = buffer[1 + place]
        size |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return 2 + place, size
    raise _Fault("the length of a packet has more than four bytes")


class _Body:
    """What follows type and length of a packet, read piece by piece."""

    def __init__(self, kind: PacketType, flags: int, data: bytes) -> None:
        self.kind = kind
        self.flags = flags
        self._data = data
        self._at = 0

    @property
    def is_empty(self) -> bool:
        return self._at == len(self._data)

    def fault(self, reason: str) -> _Fault:
        return _Fault(f"{self.kind.name} {reason}")

    def take(self, size: int, what: str) -> bytes:
        data = self._data[self._at : self._at + size]
        if len(data) < size:
            raise self.fault(f"ends within its {what}")
        self._at += size
        return data

    def rest(self) -> bytes:
        data = self._data[self._at :]
        self._at = len(self._data)
        return data

    def byte(self, what: str) -> int:
        return self.take(1, what)[0]

    def number(self, what: str) -> int:
        return int.from_bytes(self.take(2, what))

    def binary(self, what: str) -> bytes:
        return self.take(self.number(what), what)

    def text(self, what: str) -> bytes:
        data = self.binary(what)
        if not is_text(data):
            raise self.fault(f"has a {what} that is not UTF-8 or has U+0000 in it")
        return data

    def topic(self, what: str = "topic") -> bytes:
        topic = self.text(what)
        if not is_topic(topic):
            raise self.fault(f"has a {what} that is empty or has a wildcard in it")
        return topic

    def pattern(self) -> bytes:
        pattern = self.text("topic filter")
        if not pattern:
            raise self.fault("has an empty topic filter")
        return pattern

    def packet_id(self) -> int:
        number = self.number("packet identifier")
        if not number:
            raise self.fault("has the packet identifier 0")
        return number

    def end(self) -> None:
        if not self.is_empty:
            raise self.fault(f"has {len(self._data) - self._at} bytes too many")


def _connect(body: _Body) -> Connect:
    name, level = body.text("protocol name"), body.byte("protocol level")
    if name not in (PROTOCOL, OLD_PROTOCOL):
        raise body.fault("does not name the protocol MQTT")
    if name != PROTOCOL or level != LEVEL:
        raise _Fault(
            f"CONNECT asks for protocol level {level}, expected {LEVEL} (MQTT 3.1.1)",
            ConnectCode.UNACCEPTABLE_PROTOCOL_VERSION,
        )
    flags = body.byte("flags")
    has_will, will_qos = bool(flags & 0x04), flags >> 3 & 3
    if flags & 0x01 or will_qos == 3 or (not has_will and flags & 0x38) or flags & 0xC0 == 0x40:
        raise body.fault(f"has the flags 0x{flags:02x}, which MQTT does not allow")
    keep_alive = body.number("keep alive")
    client_id = body.text("client identifier")
    will = None
    if has_will:
        will = Will(body.topic("will topic"), body.binary("will message"), will_qos, bool(flags & 0x20))
    user_name = body.text("user name") if flags & 0x80 else None
    password = body.binary("password") if flags & 0x40 else None
    body.end()
    return Connect(client_id, bool(flags & 0x02), keep_alive, user_name, password, will)


def _connack(body: _Body) -> ConnAck:
    flags, code = body.byte("flags"), body.byte("return code")
    body.end()
    if flags > 1:
        raise body.fault(f"has the flags 0x{flags:02x}, which MQTT does not allow")
    return ConnAck(code, bool(flags))


def _publish(body: _Body) -> Publish:
    qos, dup = body.flags >> 1 & 3, bool(body.flags & 8)
    if qos == 3 or (dup and not qos):
        raise body.fault(f"has the flags {body.flags}, which MQTT does not allow")
    topic = body.topic()
    packet_id = body.packet_id() if qos else 0
    return Publish(topic, body.rest(), qos, bool(body.flags & 1), packet_id, dup)


def _subscribe(body: _Body) -> Subscribe:
    packet_id = body.packet_id()
    filters = []
    while not body.is_empty:
        pattern, qos = body.pattern(), body.byte("QoS")
        if qos > 2:
            raise body.fault(f"asks for QoS {qos}")
        filters.append((pattern, qos))
    if not filters:
        raise body.fault("has no topic filter")
    return Subscribe(packet_id, tuple(filters))


def _suback(body: _Body) -> SubAck:
    packet_id, codes = body.packet_id(), body.rest()
    if not codes or any(code > 2 and code != FAILURE for code in codes):
        raise body.fault("has no return code, or one that MQTT does not know")
    return SubAck(packet_id, tuple(codes))


def _unsubscribe(body: _Body) -> Unsubscribe:
    packet_id = body.packet_id()
    filters = []
    while not body.is_empty:
        filters.append(body.pattern())
    if not filters:
        raise body.fault("has no topic filter")
    return Unsubscribe(packet_id, tuple(filters))


def _numbered(make: Callable[[int], Packet]) -> Callable[[_Body], Packet]:
    def read(body: _Body) -> Packet:
        packet_id = body.packet_id()
        body.end()
        return make(packet_id)

    return read


def _bare(make: Callable[[], Packet]) -> Callable[[_Body], Packet]:
    def read(body: _Body) -> Packet:
        body.end()
        return make()

    return read


_READERS: Final[dict[int, Callable[[_Body], Packet]]] = {
    PacketType.CONNECT: _connect,
    PacketType.CONNACK: _connack,
    PacketType.PUBLISH: _publish,
    PacketType.PUBACK: _numbered(PubAck),
    PacketType.PUBREC: _numbered(PubRec),
    PacketType.PUBREL: _numbered(PubRel),
    PacketType.PUBCOMP: _numbered(PubComp),
    PacketType.SUBSCRIBE: _subscribe,
    PacketType.SUBACK: _suback,
    PacketType.UNSUBSCRIBE: _unsubscribe,
    PacketType.UNSUBACK: _numbered(UnsubAck),
    PacketType.PINGREQ: _bare(PingReq),
    PacketType.PINGRESP: _bare(PingResp),
    PacketType.DISCONNECT: _bare(Disconnect),
}
