"""Names the parts of a packet. A packet in flight is the fact of its sending: typed, flat, never encoded here."""

from __future__ import annotations

from typing import Final, TypeAlias

from sim.event import DatagramSent, SegmentSent

__all__ = ["ACK", "FIN", "LOOPBACK_US", "MSS", "PSH", "RST", "SYN", "WINDOW", "Packet"]

Packet: TypeAlias = SegmentSent | DatagramSent

# RFC 9293, 3.1: control bits
FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
PSH: Final = 0x08
ACK: Final = 0x10

MSS: Final = 1460
"""Most data bytes in a segment: an Ethernet frame less the headers of IPv4 and TCP."""

LOOPBACK_US: Final = 10
"""Latency within a host: little, but more than none, so that a program that talks to itself cannot stop time."""

WINDOW: Final = 65535
"""Bytes that a socket takes before its owner has read them."""
