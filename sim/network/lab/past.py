"""Reads in the trace what sockets have sent that kept nothing of it: for rules set while connections are open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.event import SegmentSent
from sim.network.packet import ACK, SYN
from sim.network.sender import COUNTED, MODULO
from sim.network.tcp import TcpSocket

if TYPE_CHECKING:
    from sim.network.network import Network

__all__ = ["said_on", "unacknowledged"]

Ends = tuple[str, int, str, int]


def unacknowledged(network: Network, socket: TcpSocket) -> list[SegmentSent]:
    """Return the segments of a socket that are not acknowledged, oldest first."""
    una, nxt = socket.unacknowledged
    wanted = (nxt - una) % MODULO
    found: list[SegmentSent] = []
    if not wanted:
        return found
    for segment in _newest_first(network, _ends(socket)):
        size = len(segment.data) + bool(segment.flags & COUNTED)
        if size and (segment.sequence - una) % MODULO < wanted:
            found.append(segment)
        if segment.sequence == una:
            break
    return found[::-1]


def said_on(network: Network, socket: TcpSocket) -> list[tuple[bool, bytes]] | None:
    """Return the data of a connection in the order in which it was sent, and whether this socket has sent it.

    None if the trace does not hold the beginning any more.
    """
    ours = _ends(socket)
    theirs = (*ours[2:], *ours[:2])
    segments: list[SegmentSent] = []
    for segment in _newest_first(network, ours, theirs):
        segments.append(segment)
        if segment.flags & (SYN | ACK) == SYN:
            break
    else:
        return None
    expected: dict[bool, int] = {}
    said: list[tuple[bool, bytes]] = []
    for segment in reversed(segments):
        is_ours = (segment.src, segment.src_port) == ours[:2]
        if segment.flags & SYN:
            expected[is_ours] = (segment.sequence + 1) % MODULO
            continue
        known = (expected.get(is_ours, segment.sequence) - segment.sequence) % MODULO
        if known < len(segment.data):
            said.append((is_ours, segment.data[known:]))
            expected[is_ours] = (segment.sequence + len(segment.data)) % MODULO
    return said


def _ends(socket: TcpSocket) -> Ends:
    return socket.local, socket.local_port, socket.remote, socket.remote_port


def _newest_first(network: Network, *wanted: Ends) -> Iterator[SegmentSent]:
    for event in network.trace.newest_first():
        if isinstance(event, SegmentSent) and (event.src, event.src_port, event.dst, event.dst_port) in wanted:
            yield event
