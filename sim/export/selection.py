"""Chooses records of a trace: those of some connections, with their packets, so that a part can be written out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sim.event import (
    ConnectionOpened,
    DatagramSent,
    HostAdded,
    PacketDropped,
    RuleAdded,
    RuleApplied,
    RuleChanged,
    SegmentSent,
)
from sim.trace import Record

__all__ = ["of_connections"]

ALWAYS: Final = (HostAdded, RuleAdded, RuleChanged)
"""What other records refer to by name or number."""

Ends = tuple[str, int, str, int]


def of_connections(records: Iterable[Record], connections: Iterable[int]) -> list[Record]:
    """Return the records of connections, by their numbers: facts of both ends, packets, and the names of hosts.

    A connection has a number at each end of it that is a host of the network; either may be given.
    """
    held = list(records)
    ends = _all_ends(held, set(connections))
    numbers = {
        record.event.connection
        for record in held
        if isinstance(record.event, ConnectionOpened) and _ends(record.event) in ends
    }
    packets: set[int] = set()
    chosen = []
    for record in held:
        event = record.event
        if isinstance(event, SegmentSent | DatagramSent):
            wanted = (event.src, event.src_port, event.dst, event.dst_port) in ends
            (packets.add if wanted else packets.discard)(event.packet)
        elif isinstance(event, PacketDropped):
            wanted = event.packet in packets
        elif isinstance(event, RuleApplied):
            wanted = event.packet in packets or event.connection in numbers
        else:
            wanted = isinstance(event, ALWAYS) or getattr(event, "connection", None) in numbers
        if wanted:
            chosen.append(record)
    return chosen


def _all_ends(records: Iterable[Record], numbers: set[int]) -> set[Ends]:
    ends: set[Ends] = set()
    for record in records:
        event = record.event
        if isinstance(event, ConnectionOpened) and event.connection in numbers:
            here = _ends(event)
            ends |= {here, (*here[2:], *here[:2])}
    return ends


def _ends(event: ConnectionOpened) -> Ends:
    return (event.local, event.local_port, event.remote, event.remote_port)
