"""Holds MQTT control packets as values, and what is wrong with bytes that are none (MQTT 3.1.1, OASIS, chapter 3).

Topics, filters and names are bytes, as on the wire; they are UTF-8 there.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, Final, TypeAlias

from sim.values import frozen

__all__ = [
    "FAILURE",
    "LARGEST_STRING",
    "ConnAck",
    "Connect",
    "ConnectCode",
    "Disconnect",
    "Malformed",
    "Packet",
    "PacketType",
    "PingReq",
    "PingResp",
    "PubAck",
    "PubComp",
    "PubRec",
    "PubRel",
    "Publish",
    "SubAck",
    "Subscribe",
    "UnsubAck",
    "Unsubscribe",
    "Will",
]

LARGEST_STRING: Final = 65535
"""Bytes that a string of a packet has at most: its length is a number of two bytes (1.5.3)."""

FAILURE: Final = 0x80
"""The return code of a SUBACK for a filter that was not accepted (3.9.3)."""


class PacketType(IntEnum):
    """What a packet is (2.2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class ConnectCode(IntEnum):
    """How a server answers a CONNECT (3.2.2.3)."""

    ACCEPTED = 0
    UNACCEPTABLE_PROTOCOL_VERSION = 1
    IDENTIFIER_REJECTED = 2
    SERVER_UNAVAILABLE = 3
    BAD_USER_NAME_OR_PASSWORD = 4
    NOT_AUTHORIZED = 5


@frozen
class Will:
    """What the server publishes for a client that goes without a DISCONNECT (3.1.2.5)."""

    topic: bytes
    payload: bytes = b""
    qos: int = 0
    retain: bool = False


@frozen
class Connect:
    """A client asks to be connected (3.1). `keep_alive` is in seconds, 0 for none."""

    kind: ClassVar[PacketType] = PacketType.CONNECT
    client_id: bytes
    clean_session: bool = True
    keep_alive: int = 0
    user_name: bytes | None = None
    password: bytes | None = None
    will: Will | None = None


@frozen
class ConnAck:
    """The server's answer to a CONNECT (3.2); `code` is a `ConnectCode`, or a number that is reserved."""

    kind: ClassVar[PacketType] = PacketType.CONNACK
    code: int = ConnectCode.ACCEPTED
    session_present: bool = False


@frozen
class Publish:
    """A message on its way (3.3). `packet_id` is 0 for QoS 0."""

    kind: ClassVar[PacketType] = PacketType.PUBLISH
    topic: bytes
    payload: bytes = b""
    qos: int = 0
    retain: bool = False
    packet_id: int = 0
    dup: bool = False


@frozen
class PubAck:
    """A message of QoS 1 has arrived (3.4)."""

    kind: ClassVar[PacketType] = PacketType.PUBACK
    packet_id: int


@frozen
class PubRec:
    """A message of QoS 2 has arrived (3.5)."""

    kind: ClassVar[PacketType] = PacketType.PUBREC
    packet_id: int


@frozen
class PubRel:
    """The sender of a message of QoS 2 knows that it has arrived (3.6)."""

    kind: ClassVar[PacketType] = PacketType.PUBREL
    packet_id: int


@frozen
class PubComp:
    """A message of QoS 2 is done with (3.7)."""

    kind: ClassVar[PacketType] = PacketType.PUBCOMP
    packet_id: int


@frozen
class Subscribe:
    """A client asks for messages (3.8): pairs of a filter and the highest QoS that it wants."""

    kind: ClassVar[PacketType] = PacketType.SUBSCRIBE
    packet_id: int
    filters: tuple[tuple[bytes, int], ...]


@frozen
class SubAck:
    """The answer to a SUBSCRIBE (3.9): for each filter the QoS that is granted, or `FAILURE`."""

    kind: ClassVar[PacketType] = PacketType.SUBACK
    packet_id: int
    codes: tuple[int, ...]


@frozen
class Unsubscribe:
    """A client wants no more messages for some filters (3.10)."""

    kind: ClassVar[PacketType] = PacketType.UNSUBSCRIBE
    packet_id: int
    filters: tuple[bytes, ...]


@frozen
class UnsubAck:
    """The answer to an UNSUBSCRIBE (3.11)."""

    kind: ClassVar[PacketType] = PacketType.UNSUBACK
    packet_id: int


@frozen
class PingReq:
    """A client is still there (3.12)."""

    kind: ClassVar[PacketType] = PacketType.PINGREQ


@frozen
class PingResp:
    """So is the server (3.13)."""

    kind: ClassVar[PacketType] = PacketType.PINGRESP


@frozen
class Disconnect:
    """A client goes in an orderly way: its will is not published (3.14)."""

    kind: ClassVar[PacketType] = PacketType.DISCONNECT


Packet: TypeAlias = (
    Connect
    | ConnAck
    | Publish
    | PubAck
    | PubRec
    | PubRel
    | PubComp
    | Subscribe
    | SubAck
    | Unsubscribe
    | UnsubAck
    | PingReq
    | PingResp
    | Disconnect
)


@frozen
class Malformed:
    """The other side sent something that is no packet: the connection is to be closed (4.8).

    `code` is the CONNACK that a server sends first; it is `ACCEPTED` when there is none to be sent.
    """

    reason: str
    code: ConnectCode = ConnectCode.ACCEPTED
