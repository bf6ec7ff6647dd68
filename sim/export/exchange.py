"""Gathers what belongs to each HTTP exchange of a trace: its messages, WebSocket frames, and when what happened.

Times are those of the client: what it waited for, as its own tools would show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sim.event import (
    ConnectionClosed,
    ConnectionOpened,
    HttpRequested,
    HttpResponded,
    SegmentSent,
    WsFramed,
    WsOpened,
)
from sim.network.packet import ACK, SYN
from sim.trace import Place, Record

__all__ = ["Exchange", "gather"]

Ends = tuple[str, int, str, int]
"""Source and destination of a direction of a connection."""

SWITCHING: Final = 101


@dataclass(slots=True)
class _Direction:
    """The segments with data of one direction of a connection: when each was sent, and when it arrives."""

    syn_us: int | None = None
    syn_arrives_us: int = 0
    times: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Exchange:
    """A request and what came of it."""

    at_us: int
    """When the device had, or sent, the whole request."""
    request: HttpRequested
    connection: ConnectionOpened | None
    number: int
    """Which exchange of its connection it is, from 0, among those of the trace."""
    up: _Direction
    down: _Direction
    up_from: int
    """How many segments of the client, and of the server, were there before: `down_to` says where they end."""
    down_from: int
    up_to: int
    down_to: int | None = None
    response: HttpResponded | None = None
    responded_us: int = 0
    by: Place | None = None
    """The line of firmware that answered, or else the one that asked."""
    ended: str = ""
    """Why the connection was over before there was a response."""
    websocket: WsOpened | None = None
    messages: list[tuple[int, WsFramed]] = field(default_factory=list)

    @property
    def is_inbound(self) -> bool:
        """Whether the device is the server."""
        return self.request.role == "inbound"

    @property
    def ends(self) -> Ends | None:
        """Client and server, if the trace tells of the connection."""
        if self.connection is None:
            return None
        return _ends(self.connection, self.is_inbound)

    @property
    def connect_us(self) -> int | None:
        """How long the handshake took that the request had to wait for, None if there was none."""
        if self.number or self.up.syn_us is None or self.down.syn_us is None:
            return None
        waited_us = self.down.syn_arrives_us - self.up.syn_us
        return waited_us if self.begun_us == self.down.syn_arrives_us else None

    @property
    def begun_us(self) -> int:
        """When the client began to send the request."""
        sent = self.up.times[self.up_from : self.up_to]
        return min(self.at_us, sent[0][0]) if sent and self.is_inbound else self.at_us

    @property
    def sent_us(self) -> int:
        """When the client had sent the request."""
        sent = self.up.times[self.up_from : self.up_to]
        return min(self.at_us, sent[-1][0]) if sent and self.is_inbound else self.at_us

    @property
    def received_us(self) -> tuple[int, int]:
        """When the first and the last bytes of the response reached the client."""
        got = [arrives_us for _, arrives_us in self.down.times[self.down_from : self.down_to]]
        if self.response is None or not got:
            end_us = max(self.sent_us, self.responded_us)
            return end_us, end_us
        last_us = got[0] if self.response.status == SWITCHING else max(got)
        return max(self.sent_us, got[0]), max(self.sent_us, last_us)


def gather(records: Iterable[Record]) -> list[Exchange]:
    """Return the exchanges of a trace in the order of their requests.

    An exchange between two devices is in the trace twice; it is given as the client saw it.
    """
    gatherer = _Gatherer()
    for record in records:
        gatherer.take(record)
    return gatherer.finish()


class _Gatherer:
    """Follows the records."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._open: dict[int, Exchange] = {}
        self._last: dict[int, Exchange] = {}  # of each connection
        self._connections: dict[int, ConnectionOpened] = {}
        self._directions: dict[Ends, _Direction] = {}

    def take(self, record: Record) -> None:
        """Follow one record."""
        event = record.event
        match event:
            case SegmentSent():
                self._segment(event, record.at_us)
            case ConnectionOpened():
                self._connections[event.connection] = event
                self._last.pop(event.connection, None)
            case HttpRequested():
                self._requested(event, record)
            case HttpResponded():
                self._responded(event, record)
            case WsOpened() if event.connection in self._last:
                self._last[event.connection].websocket = event
            case WsFramed() if event.connection in self._last:
                self._last[event.connection].messages.append((record.at_us, event))
            case ConnectionClosed() if event.connection in self._last:
                last = self._last.pop(event.connection)
                if last.response is None:
                    last.ended, last.responded_us = event.reason, record.at_us
            case _:
                pass

    def finish(self) -> list[Exchange]:
        """Return the exchanges, each once."""
        outbound = {(one.ends, one.number) for one in self._exchanges if not one.is_inbound and one.ends}
        return [one for one in self._exchanges if not one.is_inbound or (one.ends, one.number) not in outbound]

    def _segment(self, segment: SegmentSent, at_us: int) -> None:
        ends = (segment.src, segment.src_port, segment.dst, segment.dst_port)
        if segment.flags & SYN:
            self._directions[ends] = _Direction(at_us, segment.arrives_us)
            if not segment.flags & ACK:
                self._directions.pop((*ends[2:], *ends[:2]), None)
        elif segment.data:
            self._direction(ends).times.append((at_us, segment.arrives_us))

    def _direction(self, ends: Ends) -> _Direction:
        return self._directions.setdefault(ends, _Direction())

    def _requested(self, event: HttpRequested, record: Record) -> None:
        connection = self._connections.get(event.connection)
        up, down = _Direction(), _Direction()
        if connection is not None:
            ends = _ends(connection, event.role == "inbound")
            up, down = self._direction(ends), self._direction((*ends[2:], *ends[:2]))
        before = self._last.get(event.connection)
        number = 0 if before is None else before.number + 1
        up_from = 0 if before is None else before.up_to
        if before is not None:
            before.down_to = len(down.times)
        made = Exchange(
            record.at_us, event, connection, number, up, down, up_from, len(down.times), len(up.times), by=record.by
        )
        self._exchanges.append(made)
        self._open[event.exchange] = self._last[event.connection] = made

    def _responded(self, event: HttpResponded, record: Record) -> None:
        exchange = self._open.get(event.exchange)
        if exchange is None or (event.status < 200 and event.status != SWITCHING):
            return
        exchange.response, exchange.responded_us = event, record.at_us
        exchange.by = record.by or exchange.by


def _ends(connection: ConnectionOpened, is_inbound: bool) -> Ends:
    local, remote = (connection.local, connection.local_port), (connection.remote, connection.remote_port)
    return (*remote, *local) if is_inbound else (*local, *remote)
