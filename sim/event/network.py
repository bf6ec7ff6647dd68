"""Names what happens on the network: to hosts, packets, listeners and connections, and by rules."""

from __future__ import annotations

from typing import ClassVar

from sim.event.fact import TraceEvent, fact

__all__ = [
    "ConnectionChanged",
    "ConnectionClosed",
    "ConnectionOpened",
    "DatagramSent",
    "HostAdded",
    "HostRemoved",
    "ListenerClosed",
    "ListenerOpened",
    "NameResolved",
    "PacketDropped",
    "RuleAdded",
    "RuleApplied",
    "RuleChanged",
    "SegmentSent",
]


@fact
class HostAdded(TraceEvent):
    """A host joined the network."""

    type: ClassVar[str] = "host.added"
    host: str
    address: str
    names: tuple[str, ...]


@fact
class HostRemoved(TraceEvent):
    """A host left the network: nobody has its names and its address any more."""

    type: ClassVar[str] = "host.removed"
    host: str
    address: str


@fact
class NameResolved(TraceEvent):
    """A host asked for the address of a name; `address` is empty when there is none."""

    type: ClassVar[str] = "name.resolved"
    long_texts: ClassVar[tuple[str, ...]] = ("name",)
    host: str
    name: str
    address: str


@fact
class SegmentSent(TraceEvent):
    """A TCP segment left a host and arrives at `arrives_us` unless a `packet.dropped` follows (RFC 9293, 3.1)."""

    type: ClassVar[str] = "segment.sent"
    packet: int
    arrives_us: int
    src: str
    src_port: int
    dst: str
    dst_port: int
    flags: int
    sequence: int
    acknowledgment: int
    window: int
    data: bytes


@fact
class DatagramSent(TraceEvent):
    """A UDP datagram left a host and arrives at `arrives_us` unless a `packet.dropped` follows (RFC 768)."""

    type: ClassVar[str] = "datagram.sent"
    packet: int
    arrives_us: int
    src: str
    src_port: int
    dst: str
    dst_port: int
    data: bytes


@fact
class PacketDropped(TraceEvent):
    """A packet did not arrive: a rule dropped it, nobody has its address or port, or there is no room (`reason`)."""

    type: ClassVar[str] = "packet.dropped"
    packet: int
    reason: str


@fact
class RuleAdded(TraceEvent):
    """A rule that breaks the network was set; `params` is its JSON form: its `kind`, and what is not the default."""

    type: ClassVar[str] = "rule.added"
    long_texts: ClassVar[tuple[str, ...]] = ("params",)
    rule: int
    kind: str
    params: str


@fact
class RuleChanged(TraceEvent):
    """A rule was `enabled`, `disabled` or `removed` (`state`)."""

    type: ClassVar[str] = "rule.changed"
    rule: int
    state: str


@fact
class RuleApplied(TraceEvent):
    """A rule had an `effect`, on a `packet` or on what this end of a `connection` sends (0: on none).

    `delay_us` is by how much later something comes.
    """

    type: ClassVar[str] = "rule.applied"
    rule: int
    effect: str
    packet: int
    connection: int
    delay_us: int


@fact
class ListenerOpened(TraceEvent):
    """A host began to take connections (`tcp`) or datagrams (`udp`) on a port."""

    type: ClassVar[str] = "listener.opened"
    listener: int
    host: str
    protocol: str
    address: str
    port: int


@fact
class ListenerClosed(TraceEvent):
    """A host stopped listening on a port."""

    type: ClassVar[str] = "listener.closed"
    listener: int


@fact
class ConnectionOpened(TraceEvent):
    """One end of a connection came into being, in `state` (RFC 9293, 3.3.2; `OPEN` for UDP)."""

    type: ClassVar[str] = "connection.opened"
    connection: int
    host: str
    protocol: str
    role: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    state: str


@fact
class ConnectionChanged(TraceEvent):
    """One end of a connection went to another state (RFC 9293, 3.3.2)."""

    type: ClassVar[str] = "connection.changed"
    connection: int
    state: str


@fact
class ConnectionClosed(TraceEvent):
    """One end of a connection is no more; `reason` says why (`fin`, `reset`, `refused`, ...)."""

    type: ClassVar[str] = "connection.closed"
    connection: int
    reason: str
