"""Writes the packets of a trace as a capture file that Wireshark opens (pcapng, draft-ietf-opsawg-pcapng).

The file is little-endian, its packets are raw IP, and its times are the virtual ones in microseconds from 1 March
2017, as firmware is told: the same records give the same bytes. Each packet stands at the time it was sent, as a
capture at its sender would have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from struct import error as StructError
from typing import Final

from sim.event import DatagramSent, HostAdded, PacketDropped, RuleApplied, SegmentSent
from sim.export.ip import MOST_DATA, encode, is_loopback
from sim.export.moment import EPOCH_US
from sim.network.address import is_ip
from sim.trace import Record

__all__ = ["to_pcapng"]

SECTION: Final = 0x0A0D0D0A
INTERFACE: Final = 1
NAMES: Final = 4
PACKET: Final = 6

BYTE_ORDER: Final = 0x1A2B3C4D
RAW_IP: Final = 101
"""LINKTYPE_RAW: a packet begins with its IP header."""

# Options, by the block that they are in
COMMENT: Final = 1
APPLICATION: Final = 4
INTERFACE_NAME: Final = 2
INTERFACE_ABOUT: Final = 3
TIME_RESOLUTION: Final = 9
MICROSECONDS: Final = b"\x06"
IPV4_NAMES: Final = 1

LINKS: Final = (("net", "the virtual network"), ("lo", "loopback of the hosts"))
"""The interfaces: packets between hosts, and packets that stay within one."""

BLOCK_HEAD: Final = Struct("<II")
BLOCK_END: Final = Struct("<I")
OPTION_HEAD: Final = Struct("<HH")
SECTION_BODY: Final = Struct("<IHHq")
INTERFACE_BODY: Final = Struct("<HHI")
PACKET_BODY: Final = Struct("<IIIII")

MOST_TEXT: Final = 60_000
"""Bytes of a comment or a name: an option's length field has 16 bits."""


def to_pcapng(records: Iterable[Record]) -> bytes:
    """Return a capture of the packets among the records.

    The comment on a packet names the line of firmware that caused it (`by init.js:4`), why it did not arrive
    (`dropped: ...`), and what rules did to it (`rule 1: delayed by 20 ms`). Names of hosts are in the file, too.

    Raises:
        ValueError: a record holds an address or a number that no packet can have, as only a made-up trace does.
    """
    packets: list[tuple[Record, str]] = []
    newest: dict[int, int] = {}  # the packet of each number: another network begins anew with 1
    names: dict[str, tuple[str, ...]] = {}
    for record in records:
        event = record.event
        if isinstance(event, SegmentSent | DatagramSent):
            newest[event.packet] = len(packets)
            packets.append((record, _comment(record)))
        elif isinstance(event, PacketDropped):
            _add_comment(packets, newest.get(event.packet), f"dropped: {event.reason}")
        elif isinstance(event, RuleApplied):
            if event.effect != "dropped":  # which has said so itself
                later = f" by {event.delay_us / 1000:g} ms" if event.delay_us else ""
                _add_comment(packets, newest.get(event.packet), f"rule {event.rule}: {event.effect}{later}")
        elif isinstance(event, HostAdded):
            names[event.address] = event.names
    out = [_section()]
    out += [_interface(name, about) for name, about in LINKS]
    if names:
        out.append(_names(names))
    out += [_packet(record, comment) for record, comment in packets]
    return b"".join(out)


def _add_comment(packets: list[tuple[Record, str]], at: int | None, text: str) -> None:
    if at is not None:
        about, said = packets[at]
        packets[at] = (about, f"{said}; {text}" if said else text)


def _comment(record: Record) -> str:
    said = "" if record.by is None else f"by {record.by[0]}:{record.by[1]}"
    over = len(record.event.data) - MOST_DATA
    if over > 0:
        said += f"{'; ' if said else ''}the last {over} bytes do not fit into an IP packet"
    return said


def _section() -> bytes:
    return _block(SECTION, SECTION_BODY.pack(BYTE_ORDER, 1, 0, -1) + _options((APPLICATION, b"mos-sim")))


def _interface(name: str, about: str) -> bytes:
    options = ((INTERFACE_NAME, name.encode()), (INTERFACE_ABOUT, about.encode()), (TIME_RESOLUTION, MICROSECONDS))
    return _block(INTERFACE, INTERFACE_BODY.pack(RAW_IP, 0, 0) + _options(*options))


def _names(names: dict[str, tuple[str, ...]]) -> bytes:
    out = []
    for address, aliases in names.items():
        if not is_ip(address):
            continue
        value = bytes(map(int, address.split("."))) + b"".join(_cut(name) + b"\0" for name in aliases)
        out.append(OPTION_HEAD.pack(IPV4_NAMES, len(value)) + _padded(value))
    return _block(NAMES, b"".join(out) + OPTION_HEAD.pack(0, 0))


def _packet(record: Record, comment: str) -> bytes:
    event = record.event
    assert isinstance(event, SegmentSent | DatagramSent)
    try:
        data = encode(event)
        size = len(data)
        at_us = record.at_us + EPOCH_US
        head = PACKET_BODY.pack(is_loopback(event), at_us >> 32, at_us & 0xFFFFFFFF, size, size)
    except (StructError, ValueError, OverflowError) as error:
        raise ValueError(f"record {record.seq} is no packet that could be: {error}") from error
    return _block(PACKET, head + _padded(data) + (_options((COMMENT, _cut(comment))) if comment else b""))


def _block(kind: int, body: bytes) -> bytes:
    size = BLOCK_HEAD.size + len(body) + BLOCK_END.size
    return BLOCK_HEAD.pack(kind, size) + body + BLOCK_END.pack(size)


def _options(*options: tuple[int, bytes]) -> bytes:
    packed = [OPTION_HEAD.pack(kind, len(value)) + _padded(value) for kind, value in options]
    return b"".join(packed) + OPTION_HEAD.pack(0, 0)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _cut(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")[:MOST_TEXT].decode("utf-8", "ignore").encode()
