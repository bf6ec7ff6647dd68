"""Is one end of a TCP connection: its state, its sequence numbers, its queues (RFC 9293).

Allowed changes of state stand in `state.TRANSITIONS`; a segment or call that asks for another one is an error of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from sim.clock import TimerHandle
from sim.event import ConnectionChanged, ConnectionClosed, ConnectionOpened, SegmentSent
from sim.network.packet import ACK, FIN, LOOPBACK_US, MSS, PSH, RST, SYN, WINDOW
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
    State,
)

if TYPE_CHECKING:
    from sim.network.host import Host
    from sim.network.lab.recovery import Recovery
    from sim.trace import Place

__all__ = ["StreamProtocol", "TcpSocket"]

DELAYED_ACK_US: Final = 40_000
"""An acknowledgment waits this long for data to ride on (RFC 9293, 3.8.6.3 allows half a second)."""

ORPHAN_US: Final = 60_000_000
"""How long a host that has no room for more connections lets those be that only wait for the other side to end a
handshake, or to close after their owner has. There is no timer for it: the host looks when there is no room."""

MODULO: Final = 2**32

COUNTED: Final = SYN | FIN
"""Control bits that take up a sequence number, as a byte does (RFC 9293, 3.4)."""


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


class TcpSocket:
    """One end of a connection. `write` and `close` are for its owner, `receive` is for its host."""

    __slots__ = (
        "_ack_timer",
        "_by",
        "_closing",
        "_deaf",
        "_expires_us",
        "_fin_sent",
        "_held",
        "_held_eof",
        "_host",
        "_network",
        "_owes_ack",
        "_peer_window",
        "_queue",
        "_rcv_nxt",
        "_snd_nxt",
        "_snd_una",
        "_unacked",
        "is_blocked",
        "local",
        "local_port",
        "number",
        "protocol",
        "recovery",
        "remote",
        "remote_port",
        "state",
    )

    recovery: Recovery
    """What is kept for segments that get lost; only sockets of a network with rules have it (`sim.network.lab`)."""

    def __init__(self, host: Host, local: str, local_port: int, remote: str, remote_port: int) -> None:
        network = self._network = host.network
        self._host = host
        self.local = local
        self.local_port = local_port
        self.remote = remote
        self.remote_port = remote_port
        self.number = network.next_number("connection")
        self.state: State = CLOSED
        self.protocol: StreamProtocol | None = None
        self.is_blocked = False
        """Bytes that were given to `write` wait for the other side's window; `resume_writing` will follow."""
        self._snd_nxt = self._snd_una = network.random.getrandbits(32)
        self._rcv_nxt = 0
        self._peer_window = WINDOW
        self._queue = bytearray()
        self._by: Place | None = None  # the line of firmware that filled it
        self._held: bytearray | None = None  # arrived while paused; None while not
        self._held_eof = False
        self._closing = False  # a FIN follows the queue
        self._fin_sent = False
        self._deaf = False  # the owner has closed: data that still comes is answered by a reset
        self._owes_ack = False
        self._unacked = 0  # bytes that came since the last acknowledgment
        self._ack_timer: TimerHandle | None = None
        self._expires_us: int | None = None

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

    def _start(self, occurrence: Occurrence, role: str) -> None:
        self.state = TRANSITIONS[self.state][occurrence]
        self._network.trace.emit_weightless(
            ConnectionOpened(
                self.number,
                self._host.name,
                "tcp",
                role,
                self.local,
                self.local_port,
                self.remote,
                self.remote_port,
                self.state,
            )
        )

    def _change(self, occurrence: Occurrence) -> None:
        state = self.state = TRANSITIONS[self.state][occurrence]
        if state is CLOSED or state is TIME_WAIT:
            self._end("closed")
        else:
            self._network.trace.emit_weightless(ConnectionChanged(self.number, state))

    def _end(self, reason: str) -> None:
        waits = self.state is TIME_WAIT
        self.state = CLOSED
        self._owes_ack = False
        if self._ack_timer is not None:
            self._ack_timer.cancel()
            self._ack_timer = None
        self._queue.clear()
        self.is_blocked = False
        self._host.forget(self, (self._snd_nxt, self._rcv_nxt) if waits else None)
        self._network.trace.emit_weightless(ConnectionClosed(self.number, reason))
        if reason != "closed" or not (self._held or self._held_eof):
            self._tell_lost(reason)  # else its owner has yet to read, see resume_reading

    def _tell_lost(self, reason: str) -> None:
        if self._held is not None:
            self._held.clear()
            self._held_eof = False
        protocol, self.protocol = self.protocol, None
        if protocol is not None:
            protocol.connection_lost(reason)

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

    def _room(self) -> int:
        """Return how many more bytes the other side's window admits; negative when it has shrunk."""
        return self._peer_window - (self._snd_nxt - self._snd_una) % MODULO

    def _push_later(self) -> None:
        """Send what had to wait, on behalf of who gave it."""
        trace = self._network.trace
        trace.by = self._by
        self._push()
        trace.by = None

    def _push(self) -> None:
        """Send what the state and the other side's window admit."""
        if self.state not in SENDING:
            return
        queue = self._queue
        while queue:
            wanted, room = min(len(queue), MSS), self._room()
            size = min(wanted, room)
            # No part of a segment while others are under way (RFC 9293, 3.8.6.2.1)
            if size <= 0 or (size < wanted and self._snd_una != self._snd_nxt):
                self.is_blocked = True
                return
            data = bytes(queue[:size])
            del queue[:size]
            last = self._closing and not queue
            self._send((PSH | ACK if not queue else ACK) | (FIN if last else 0), data)
            if last:
                self._sent_fin()
                return
        if self._closing and not self._fin_sent:
            self._send(FIN | ACK)
            self._sent_fin()
        elif self.is_blocked:
            self.is_blocked = False
            if self.protocol is not None:
                self.protocol.resume_writing()

    def _sent_fin(self) -> None:
        self._fin_sent = True
        self._change(Occurrence.SENT_FIN)

    def _send(self, flags: int, data: bytes = b"") -> None:
        self._owes_ack = False
        self._unacked = 0
        network, sequence = self._network, self._snd_nxt
        src, dst = self.local, self.remote
        network.send(
            self._host,
            SegmentSent(
                network.next_packet(),
                network.clock.now_us + (network.latency_us if src != dst else LOOPBACK_US),  # as arrival_us()
                src,
                self.local_port,
                dst,
                self.remote_port,
                flags,
                sequence,
                self._rcv_nxt if flags & ACK else 0,
                WINDOW if self._held is None else WINDOW - len(self._held),
                data,
            ),
        )
        if data or flags & COUNTED:
            self._snd_nxt = (sequence + len(data) + (1 if flags & COUNTED else 0)) % MODULO
