"""Writes MQTT packets as bytes."""

from __future__ import annotations

from typing import Final, assert_never

from sim.mqtt.packet import (
    LARGEST_STRING,
    ConnAck,
    Connect,
    Disconnect,
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
)
from sim.mqtt.reader import FLAGS, LARGEST_PACKET, LEVEL, PROTOCOL

__all__ = ["write_packet"]

LARGEST_NUMBER: Final = 0xFFFF


def write_packet(packet: Packet) -> bytes:
    """Return a packet's bytes.

    What MQTT forbids but the form allows, such as a wildcard in a topic, is written: the other side may refuse it.

    Raises:
        ValueError: a part does not fit: a string is longer than 65,535 bytes, a number is out of range, or the packet
            is longer than 268,435,455 bytes.
    """
    flags = FLAGS.get(packet.kind, 0)
    match packet:
        case Connect():
            body = _connect(packet)
        case ConnAck(code, session_present):
            body = bytes([session_present, code])
        case Publish():
            flags = packet.dup << 3 | _qos(packet.qos) << 1 | packet.retain
            body = _string(packet.topic, "topic") + (_packet_id(packet) if packet.qos else b"") + packet.payload
        case PubAck() | PubRec() | PubRel() | PubComp() | UnsubAck():
            body = _packet_id(packet)
        case Subscribe():
            pairs = [_string(pattern, "topic filter") + bytes([_qos(qos)]) for pattern, qos in packet.filters]
            body = _packet_id(packet) + b"".join(pairs)
        case SubAck():
            body = _packet_id(packet) + bytes(packet.codes)
        case Unsubscribe():
            body = _packet_id(packet) + b"".join(_string(pattern, "topic filter") for pattern in packet.filters)
        case PingReq() | PingResp() | Disconnect():
            body = b""
        case _:
            assert_never(packet)
    return bytes([packet.kind << 4 | flags]) + _length(packet.kind, len(body)) + body


def _connect(packet: Connect) -> bytes:
    will = packet.will
    if packet.user_name is None and packet.password is not None:
        raise ValueError("CONNECT has a password, but no user name")
    flags = packet.clean_session << 1 | (packet.user_name is not None) << 7 | (packet.password is not None) << 6
    parts = [_string(packet.client_id, "client identifier")]
    if will is not None:
        flags |= 0x04 | _qos(will.qos) << 3 | will.retain << 5
        parts += [_string(will.topic, "will topic"), _string(will.payload, "will message")]
    if packet.user_name is not None:
        parts.append(_string(packet.user_name, "user name"))
    if packet.password is not None:
        parts.append(_string(packet.password, "password"))
    head = _string(PROTOCOL, "protocol name") + bytes([LEVEL, flags]) + _number(packet.keep_alive, "keep alive")
    return head + b"".join(parts)


def _string(data: bytes, what: str) -> bytes:
    if len(data) > LARGEST_STRING:
        raise ValueError(f"the {what} has {len(data)} bytes, at most {LARGEST_STRING} are possible in MQTT")
    return len(data).to_bytes(2) + data


def _number(value: int, what: str) -> bytes:
    if not 0 <= value <= LARGEST_NUMBER:
        raise ValueError(f"the {what} must be from 0 to {LARGEST_NUMBER}, got {value}")
    return value.to_bytes(2)


def _packet_id(
    packet: Publish | PubAck | PubRec | PubRel | PubComp | Subscribe | SubAck | Unsubscribe | UnsubAck,
) -> bytes:
    if not packet.packet_id:
        raise ValueError(f"{packet.kind.name} needs a packet identifier other than 0")
    return _number(packet.packet_id, "packet identifier")


def _qos(qos: int) -> int:
    if qos not in (0, 1, 2):
        raise ValueError(f"QoS must be 0, 1 or 2, got {qos}")
    return qos


def _length(kind: PacketType, size: int) -> bytes:
    if size > LARGEST_PACKET:
        raise ValueError(f"{kind.name} has {size} bytes, at most {LARGEST_PACKET} are possible in MQTT")
    out = bytearray()
    while size > 0x7F:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    out.append(size)
    return bytes(out)
