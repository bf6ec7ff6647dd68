"""Is one end of a TCP connection: what its owner asks for, and what comes from the other side (RFC 9293)."""

from __future__ import annotations

from typing import Final, Protocol

from sim.event import SegmentSent
from sim.network.packet import ACK, FIN, MSS, PSH, RST, SYN
from sim.network.sender import MODULO, TcpSender
from sim.network.state import (
    CLOSED,
    FIN_WAIT_2,
    RECEIVING,
    SENDING,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    TRANSITIONS,
    Occurrence,
)

__all__ = ["StreamProtocol", "TcpSocket"]

DELAYED_ACK_US: Final = 40_000
"""An acknowledgment waits this long for data to ride on (RFC 9293, 3.8.6.3 allows half a second)."""

ORPHAN_US: Final = 60_000_000
"""How long a host that has no room for more connections lets those be that only wait for the other side to end a
handshake, or to close after their owner has. There is no timer for it: the host looks when there is no room."""


class StreamProtocol(Protocol):
    """What the owner of a socket is told, in the terms of `asyncio.Protocol`."""

    def connection_made(self, socket: TcpSocket) -> None:
        """Take note that the handshake is done."""

    def data_received(self, data: bytes) -> None:
        """Take bytes, in the order in which they were sent."""

    def eof_received(self) -> None:
        """Take note that the other side sends no more; we may go on sending."""

    def connection_lost(self, reason: str) -> None:
        """Take note that all is over: `closed`, `reset`, `refused`, `unreachable`, `timed out`. Comes exactly once."""

    def resume_writing(self) -> None:
        """Take note that all bytes given to `write` have left the queue, after some had to wait."""


class TcpSocket(TcpSender):
    """One end of a connection. `write` and `close` are for its owner, `receive` is for its host."""

    __slots__ = ()

    # What the owner calls

    def open(self, protocol: StreamProtocol) -> None:
        """Begin the handshake."""
        self.protocol = protocol
        self._start(Occurrence.ACTIVE_OPEN, "outbound")
        self._send(SYN)

    def write(self, data: bytes | bytearray, last: bool = False) -> None:
        """Send bytes as soon as the other side's window admits them; `last` closes behind them in the same segment."""
        if self._closing or self.state is CLOSED:
            return
        if last:
            self._closing = self._deaf = True
        elif not self._queue and self.state in SENDING and 0 < len(data) <= MSS and len(data) <= self._room():
            self._send(PSH | ACK, bytes(data))  # as _push would, past the queue: most writes are one segment
            return
        self._by = self._network.trace.by
        self._queue += data
        self._push()

    def write_eof(self) -> None:
        """Close our direction once all is sent; data still arrives (half-close)."""
        if not self._closing and self.state is not CLOSED:
            self._closing = True
            self._push()

    def close(self) -> None:
        """Close once all is sent; data that arrives from now on is refused with a reset."""
        if self.state is SYN_SENT and not self._queue:
            self._end("closed")
            return
        if self._held:
            self.abort()  # unread data (RFC 2525, 2.17)
            return
        self._deaf = True
        self.write_eof()

    def abort(self, reason: str = "aborted") -> None:
        """Drop the connection at once; the other side gets a reset."""
        if self.state is CLOSED:
            self._tell_lost(reason)
            return
        if self.state is not SYN_SENT and self.state is not TIME_WAIT:
            self._send(RST | ACK)
        self._end(reason)

    def pause_reading(self) -> None:
        """Keep what arrives, up to a window's worth, until `resume_reading`."""
        if self._held is None:
            self._held = bytearray()

    def resume_reading(self) -> None:
        """Hand over what was kept and tell the other side that there is room again."""
        data, eof = bytes(self._held or b""), self._held_eof
        self._held = None
        self._held_eof = False
        if data and self.state is not CLOSED:
            self._send(ACK)  # the window is open again
        self._deliver(data, eof)
        if self.state is CLOSED:
            self._tell_lost("closed")

    @property
    def unsent(self) -> int:
        """Bytes that wait for the other side's window."""
        return len(self._queue)

    @property
    def unacknowledged(self) -> tuple[int, int]:
        """The sequence numbers of the first byte that is not acknowledged, and of the next that will be sent."""
        return self._snd_una, self._snd_nxt

    # What the host calls

    def accept(self, protocol: StreamProtocol, syn: SegmentSent) -> None:
        """Answer a SYN on behalf of a listener."""
        self.protocol = protocol
        self._rcv_nxt = (syn.sequence + 1) % MODULO
        self._peer_window = syn.window
        self._start(Occurrence.PASSIVE_OPEN, "inbound")
        self._send(SYN | ACK)

    def expire(self, now_us: int) -> None:
        """End if the other side has taken too long, since this was first called, to end the handshake or to close."""
        if not self._deaf and self.state is not SYN_RECEIVED:
            self._expires_us = None
        elif self._expires_us is None:
            self._expires_us = now_us + ORPHAN_US
        elif self._expires_us <= now_us:
            self._end("timed out")

    def receive(self, segment: SegmentSent) -> None:
        """Take a segment that arrived for this connection (RFC 9293, 3.10.7)."""
        flags, data = segment.flags, segment.data
        if flags & RST:
            self._reset()
            return
        if self.state is SYN_SENT:
            self._receive_syn_ack(segment)
            return
        if flags & ACK:
            self._receive_ack(segment)
        if (data or flags & FIN) and self.state is not CLOSED:
            if segment.sequence == self._rcv_nxt:
                self._receive_text(data, bool(flags & FIN))
            else:
                self._send(ACK)  # not what is next: say what is

    # Inside

    def _reset(self) -> None:
        self._end("refused" if self.state is SYN_SENT else "reset")

    def unreachable(self) -> None:
        """Take note that no host has the address (the part of an ICMP message)."""
        self._end("unreachable")

    def _receive_syn_ack(self, segment: SegmentSent) -> None:
        if segment.flags & (SYN | ACK) != SYN | ACK:
            return
        self._rcv_nxt = (segment.sequence + 1) % MODULO
        self._snd_una = segment.acknowledgment
        self._peer_window = segment.window
        self._owes_ack = True
        self._establish()
        if self._owes_ack:
            self._send(ACK)

    def _establish(self) -> None:
        self._change(Occurrence.HANDSHAKE_DONE)
        if self.protocol is not None:
            self.protocol.connection_made(self)
        if self._queue or self._closing:
            self._push_later()

    def _receive_ack(self, segment: SegmentSent) -> None:
        acknowledgment, una = segment.acknowledgment, self._snd_una
        # Seldom less than all that was sent, so that is asked first
        if acknowledgment == self._snd_nxt or (acknowledgment - una) % MODULO <= (self._snd_nxt - una) % MODULO:
            self._snd_una = acknowledgment
            self._peer_window = segment.window
        if self.state is SYN_RECEIVED:
            self._establish()
        if self._fin_sent and self._snd_una == self._snd_nxt:
            if Occurrence.FIN_ACKED in TRANSITIONS[self.state]:
                self._change(Occurrence.FIN_ACKED)
        elif self._queue:
            self._push_later()

    def _receive_text(self, data: bytes, fin: bool) -> None:
        """Take the next data, and the end if it comes with it, before the owner hears of either."""
        if data and (self._deaf or self.state not in RECEIVING):
            self.abort()
            return
        size = len(data)
        self._rcv_nxt = (self._rcv_nxt + size + fin) % MODULO
        self._unacked += size
        if self._unacked >= 2 * MSS:
            self._send(ACK)  # at least for every two full segments' worth (RFC 5681, 4.2)
        else:
            self._owes_ack = True
        if fin and self.state is not FIN_WAIT_2:
            self._change(Occurrence.GOT_FIN)
        if self._held is not None:
            self._held += data
            self._held_eof = fin
        elif fin:
            self._deliver(data, fin)
        elif self.protocol is not None:
            self.protocol.data_received(data)
        if self._owes_ack:
            if fin or self._held is not None:
                self._send(ACK)
            elif self._ack_timer is None:
                # Wait for data that it can ride on; one timer serves all that come until it fires
                self._ack_timer = self._network.clock.call_later(DELAYED_ACK_US, self._send_owed_ack)
        if fin and self.state is FIN_WAIT_2:
            self._change(Occurrence.GOT_FIN)

    def _deliver(self, data: bytes, eof: bool) -> None:
        if data and self.protocol is not None:
            self.protocol.data_received(data)
        if eof and self.protocol is not None:
            self.protocol.eof_received()

    def _send_owed_ack(self) -> None:
        self._ack_timer = None
        if self._owes_ack:
            self._send(ACK)
