"""Encodes packets as they would stand on a link: IPv4 (RFC 791) with TCP (RFC 9293) or UDP (RFC 768)."""

from __future__ import annotations

from functools import lru_cache
from struct import Struct
from typing import Final

from sim.event import DatagramSent, SegmentSent
from sim.network.address import is_ip

__all__ = ["MOST_DATA", "encode", "is_loopback"]

IP: Final = Struct(">BBHHHBBH4s4s")
TCP: Final = Struct(">HHIIBBHHH")
UDP: Final = Struct(">HHHH")

VERSION_AND_SIZE: Final = 0x45
DONT_FRAGMENT: Final = 0x4000
HOPS: Final = 64
TCP_NUMBER: Final = 6
UDP_NUMBER: Final = 17

SYN: Final = 0x02
MSS_OPTION: Final = (0x0204 << 16 | 1460).to_bytes(4)
"""Kind 2, 4 bytes, 1460: what the network's sockets keep to; only a SYN says so (RFC 9293, 3.7.1)."""

MOST_DATA: Final = 65535 - IP.size - UDP.size
"""Bytes of data that the length field of IPv4 has room for; what is beyond is cut off."""


def encode(packet: SegmentSent | DatagramSent) -> bytes:
    """Return the packet from its IP header on. Its identification is the low half of the packet's number."""
    src, dst = _bytes_of(packet.src), _bytes_of(packet.dst)
    if isinstance(packet, SegmentSent):
        number, content = TCP_NUMBER, _segment(packet, src, dst)
    else:
        number, content = UDP_NUMBER, _datagram(packet, src, dst)
    size = IP.size + len(content)
    identification = packet.packet & 0xFFFF
    head = (VERSION_AND_SIZE, 0, size, identification, DONT_FRAGMENT, HOPS, number)
    return IP.pack(*head, _checksum(IP.pack(*head, 0, src, dst)), src, dst) + content


def is_loopback(packet: SegmentSent | DatagramSent) -> bool:
    """Tell whether the packet never leaves its host."""
    return packet.src == packet.dst or packet.dst.startswith("127.")


def _segment(packet: SegmentSent, src: bytes, dst: bytes) -> bytes:
    options = MSS_OPTION if packet.flags & SYN else b""
    head = (packet.src_port, packet.dst_port, packet.sequence, packet.acknowledgment)
    size = TCP.size + len(options)
    rest = (size << 2, packet.flags, packet.window)
    content = TCP.pack(*head, *rest, 0, 0) + options + packet.data
    checksum = _checksum(_pseudo_header(src, dst, TCP_NUMBER, len(content)) + content)
    return TCP.pack(*head, *rest, checksum, 0) + options + packet.data


def _datagram(packet: DatagramSent, src: bytes, dst: bytes) -> bytes:
    data = packet.data[:MOST_DATA]
    head = (packet.src_port, packet.dst_port, UDP.size + len(data))
    pseudo = _pseudo_header(src, dst, UDP_NUMBER, UDP.size + len(data))
    checksum = _checksum(pseudo + UDP.pack(*head, 0) + data)
    return UDP.pack(*head, checksum or 0xFFFF) + data  # 0 would mean that there is none


def _pseudo_header(src: bytes, dst: bytes, number: int, size: int) -> bytes:
    return src + dst + (number << 16 | size).to_bytes(4)


def _checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071): a sum of words with end-around carry is a remainder by 0xFFFF."""
    return -int.from_bytes(data if len(data) % 2 == 0 else data + b"\0") % 0xFFFF


@lru_cache(maxsize=1024)
def _bytes_of(address: str) -> bytes:
    if not is_ip(address):
        raise ValueError(f"{address!r} is no IPv4 address")
    return bytes(map(int, address.split(".")))
