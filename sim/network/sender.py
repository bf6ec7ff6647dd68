"""Sends for one end of a TCP connection what its state and the other side's window admit (RFC 9293).

Allowed changes of state stand in `state.TRANSITIONS`; a segment or call that asks for another one is an error of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.clock import TimerHandle
from sim.event import ConnectionChanged, ConnectionClosed, ConnectionOpened, SegmentSent
from sim.network.packet import ACK, FIN, LOOPBACK_US, MSS, PSH, SYN, WINDOW
from sim.network.state import CLOSED, SENDING, TIME_WAIT, TRANSITIONS, Occurrence, State

if TYPE_CHECKING:
    from sim.network.host import Host
    from sim.network.lab.recovery import Recovery
    from sim.network.tcp import StreamProtocol
    from sim.trace import Place

__all__ = ["COUNTED", "MODULO", "TcpSender"]

MODULO: Final = 2**32

COUNTED: Final = SYN | FIN
"""Control bits that take up a sequence number, as a byte does (RFC 9293, 3.4)."""


class TcpSender:
    """One end of a connection, as far as it sends: its state, its sequence numbers, its queue."""

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
