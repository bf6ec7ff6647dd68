"""Is the TCP of a network that loses segments: it sends again what is not acknowledged, and puts in order what comes.

Without rules nothing is ever lost, and the plain socket keeps nothing to send again. The first rule of a network turns
all its sockets into sockets of this kind (RFC 9293, with the loss recovery of RFC 6582).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sim.clock import Clock
from sim.event import SegmentSent
from sim.network.host import Host
from sim.network.lab.recovery import MOST_RETRIES, MOST_RTO_US, RETRIES, STEADY_SYNS, Recovery, Sent
from sim.network.packet import ACK, FIN, MSS, RST, SYN, WINDOW
from sim.network.sender import COUNTED, MODULO
from sim.network.state import CLOSED, SENDING, SYN_RECEIVED, SYN_SENT
from sim.network.tcp import TcpSocket

__all__ = ["RecoveringSocket"]

MANY_DUPLICATES: Final = 3
PATIENCE_US: Final = 25_000
"""How long a segment that seems missing may still come: it may only have been overtaken (the idea of RFC 8985)."""
HALF: Final = MODULO // 2


class RecoveringSocket(TcpSocket):
    """A TCP socket that recovers from loss, and lets rules look at what its owner writes."""

    __slots__ = ()

    def __init__(self, host: Host, local: str, local_port: int, remote: str, remote_port: int) -> None:
        super().__init__(host, local, local_port, remote, remote_port)
        self.recovery = Recovery()
        if host.network.lab is not None:
            host.network.lab.made(self)

    @property
    def clock(self) -> Clock:
        """The clock of the network."""
        return self._network.clock

    @property
    def waiting(self) -> int:
        """Bytes that wait for the other side's window alone."""
        return len(self._queue)

    @staticmethod
    def adopt(socket: TcpSocket, unacknowledged: Iterable[SegmentSent]) -> None:
        """Turn a plain socket, of which these segments are not acknowledged, into one of this kind."""
        socket.__class__ = RecoveringSocket
        assert isinstance(socket, RecoveringSocket)
        recovery = socket.recovery = Recovery()
        now_us = socket._network.clock.now_us
        recovery.sent += [Sent(one.sequence, one.flags, one.data, None, now_us, True) for one in unacknowledged]
        socket._set_timer()

    # What the owner calls: by way of the pipe, if there is one

    def write(self, data: bytes | bytearray, last: bool = False) -> None:
        """Send bytes as soon as rules and the other side's window admit them."""
        pipe = self.recovery.pipe
        if pipe is None:
            super().write(data, last)
        elif not pipe.is_ended and not self._closing and self.state is not CLOSED:
            if last:
                self._deaf = True
            pipe.write(data, last)

    def write_eof(self) -> None:
        """Close our direction once all is sent."""
        pipe = self.recovery.pipe
        if pipe is None:
            super().write_eof()
        elif not pipe.is_ended and not self._closing and self.state is not CLOSED:
            pipe.write(b"", True)

    @property
    def unsent(self) -> int:
        """Bytes that wait for the other side's window, or for a rule."""
        pipe = self.recovery.pipe
        return len(self._queue) + (0 if pipe is None else pipe.held)

    def write_through(self, data: bytes, last: bool) -> None:
        """Send what has passed the pipe."""
        if data:
            is_deaf = self._deaf
            super().write(data, last)
            self._deaf = is_deaf  # the owner's wish, not that of a rule that closes
        elif last:
            super().write_eof()

    def take_queue(self) -> tuple[bytes, bool]:
        """Give back what was not sent yet, and whether the end was to follow."""
        data, is_closing = bytes(self._queue), self._closing and not self._fin_sent
        self._queue.clear()
        if is_closing:
            self._closing = False
        return data, is_closing

    # What the host calls

    def receive(self, segment: SegmentSent) -> None:
        """Take a segment that arrived for this connection, whichever it is (RFC 9293, 3.10.7)."""
        flags = segment.flags
        if flags & RST:
            self._receive_reset(segment)
        elif self.state is SYN_SENT:
            if segment.acknowledgment == self._snd_nxt:
                self._forget_sent(segment.acknowledgment)
                super().receive(segment)
                self._set_timer(anew=True)
        elif flags & SYN:
            # Its answer was lost, or it came twice
            if self.state is SYN_RECEIVED and self.recovery.sent:
                self._send_again(self.recovery.sent[0])
            else:
                self._send(ACK)
        else:
            if flags & ACK:
                self._receive_ack(segment)
            if self.state is CLOSED:
                return
            if segment.data or flags & FIN:
                self._receive_in_order(segment)
            elif segment.sequence == (self._rcv_nxt - 1) % MODULO:
                self._send(ACK)  # a probe (RFC 9293, 3.8.6.1)

    # Inside: acknowledgments

    def _receive_ack(self, segment: SegmentSent) -> None:
        recovery, una = self.recovery, self._snd_una
        under_way = (self._snd_nxt - una) % MODULO
        acknowledged = (segment.acknowledgment - una) % MODULO
        if acknowledged > under_way:
            if self.state is SYN_RECEIVED:
                self.abort("reset")  # of a connection that is no more: the SYN was an old one
            return
        if not recovery.sent:
            recovery.retries = 0  # a probe was answered: for as long as that is so there is no end to waiting
        if segment.window:
            recovery.probes = 0
        if acknowledged:
            self._acknowledge(segment.acknowledgment, acknowledged)
        elif recovery.sent and not segment.data and segment.window == self._peer_window and not segment.flags & FIN:
            recovery.duplicates += 1
            before_us, recovery.duplicate_us = recovery.duplicate_us, self.clock.now_us
            if recovery.doubt == 1:
                recovery.doubt, recovery.congestion = 0, MSS
                self._wait_patiently()
            elif recovery.is_patient or (recovery.duplicates >= MANY_DUPLICATES and self._may_recover()):
                # They may come slowly, and two of the next may be lost
                slow_us = 7 * (recovery.duplicate_us - before_us) // 2
                self._wait_patiently(max(PATIENCE_US, min(slow_us, recovery.rto_us)))
        super()._receive_ack(segment)
        if not recovery.is_patient:
            self._set_timer(anew=acknowledged > 0)

    def _acknowledge(self, acknowledgment: int, size: int) -> None:
        recovery = self.recovery
        self._forget_sent(acknowledgment)
        recovery.retries = recovery.duplicates = 0
        recovery.is_patient = False
        if not recovery.is_recovering or recovery.recover is None:
            recovery.grow(size)
        elif (acknowledgment - recovery.recover) % MODULO < HALF:
            recovery.is_recovering, recovery.doubt = False, 0
        elif recovery.doubt == 2 and self._queue:
            # Was it the timer that was wrong? New data shows it (RFC 5682, 2.1)
            recovery.doubt = 1
            recovery.congestion = (self._snd_nxt - acknowledgment) % MODULO + 2 * MSS
        elif recovery.doubt == 1:
            recovery.is_recovering, recovery.doubt = False, 0
            recovery.congestion = recovery.threshold
        elif recovery.sent:
            recovery.doubt = 0
            recovery.grow(size)
            self._wait_patiently()  # for the next one that is missing (RFC 6582, 3.2)

    def _wait_patiently(self, pause_us: int = PATIENCE_US) -> None:
        """Send the first segment again after a pause in which nothing shows that it was only overtaken."""
        recovery, now_us = self.recovery, self._network.clock.now_us
        recovery.is_patient = True
        if recovery.timer is not None:
            recovery.timer.cancel()
        due_us = max(now_us + pause_us, recovery.newest_us + recovery.round_us)
        recovery.timer = self._network.clock.call_at(due_us, self._patience_is_over)

    def _patience_is_over(self) -> None:
        recovery = self.recovery
        recovery.timer, recovery.is_patient = None, False
        if recovery.sent:
            if not recovery.is_recovering:
                recovery.shrink((self._snd_nxt - self._snd_una) % MODULO, 0)
                recovery.recover, recovery.is_recovering = self._snd_nxt, True
            self._send_again(recovery.sent[0])
        self._set_timer()

    def _may_recover(self) -> bool:
        """Tell whether repeated acknowledgments mean a loss: not if they answer what was sent again (RFC 6582, 4)."""
        recovery = self.recovery
        if recovery.is_recovering:
            return False
        return recovery.recover is None or (self._snd_una - recovery.recover - 1) % MODULO < HALF

    def _forget_sent(self, acknowledgment: int) -> None:
        sent, newest = self.recovery.sent, None
        while sent and (acknowledgment - sent[0].sequence - sent[0].size) % MODULO < HALF:
            newest = sent.popleft()
        if newest is not None and not newest.is_again:  # else nobody knows which one was acknowledged
            self.recovery.measured(self._network.clock.now_us - newest.at_us)

    def _room(self) -> int:
        if self.recovery.is_patient:
            return 0  # what is new would only hide what is missing
        under_way = (self._snd_nxt - self._snd_una) % MODULO
        return min(self._peer_window, self.recovery.congestion) - under_way

    # Inside: what comes

    def _receive_reset(self, segment: SegmentSent) -> None:
        """Believe a reset only if it is the next thing to come (RFC 5961, 3)."""
        if self.state is SYN_SENT:
            if segment.acknowledgment == self._snd_nxt:
                self._reset()
        elif segment.sequence == self._rcv_nxt:
            self._reset()
        elif (segment.sequence - self._rcv_nxt) % MODULO < WINDOW:
            self._send(ACK)

    def _receive_in_order(self, segment: SegmentSent) -> None:
        ahead = self.recovery.ahead
        if (segment.sequence - self._rcv_nxt - 1) % MODULO < WINDOW:
            if len(segment.data) >= len(ahead.get(segment.sequence, segment).data):
                ahead[segment.sequence] = segment
            self._send(ACK)  # says what is missing
            return
        data, has_fin = self._new_of(segment, self._rcv_nxt)
        if not data and not has_fin:
            self._send(ACK)  # had it before: our acknowledgment was lost
            return
        is_filled = False
        while ahead and not has_fin:
            expected = (self._rcv_nxt + len(data)) % MODULO
            first = min(ahead, key=lambda sequence: (sequence - expected + HALF) % MODULO)
            if (first - expected - 1) % MODULO < WINDOW:
                break
            more, has_fin = self._new_of(ahead.pop(first), expected)
            data += more
            is_filled = True
        self._receive_text(data, has_fin)
        if is_filled and self._owes_ack and self.state is not CLOSED:
            self._send(ACK)  # at once, and one for all (RFC 5681, 4.2)

    @staticmethod
    def _new_of(segment: SegmentSent, expected: int) -> tuple[bytes, bool]:
        """Return what of a segment did not come before, and whether the end did not."""
        old, has_fin = (expected - segment.sequence) % MODULO, bool(segment.flags & FIN)
        if old >= len(segment.data) + has_fin:
            return b"", False
        return segment.data[old:], has_fin

    # Inside: what goes

    def _send(self, flags: int, data: bytes = b"") -> None:
        sequence = self._snd_nxt
        trace = self._network.trace
        super()._send(flags, data)
        if data or flags & COUNTED:
            now_us = self.recovery.newest_us = self._network.clock.now_us
            self.recovery.sent.append(Sent(sequence, flags, data, trace.place, now_us, False))
            if len(self.recovery.sent) == 1:
                self._set_timer(anew=True)

    def _send_again(self, segment: Sent) -> None:
        """Send a segment again, on behalf of who sent it first."""
        recovery, trace = self.recovery, self._network.trace
        next_sequence, by = self._snd_nxt, trace.by
        self._snd_nxt, trace.by = segment.sequence, segment.by
        super()._send(segment.flags, segment.data)
        self._snd_nxt, trace.by = next_sequence, by
        if recovery.sent and recovery.sent[0] is segment:
            recovery.sent[0] = segment._replace(is_again=True)

    def _push(self) -> None:
        super()._push()
        recovery = self.recovery
        if recovery.timer is None and self.state is not CLOSED:
            self._set_timer()
        if recovery.pipe is not None:
            recovery.pipe.emptied()

    # Inside: the timer

    def _set_timer(self, anew: bool = False) -> None:
        """Wait for an acknowledgment, or for room at the other side."""
        recovery = self.recovery
        if recovery.timer is not None:
            if not anew and recovery.sent:
                return
            recovery.timer.cancel()
            recovery.timer = None
        waits = recovery.sent or (self._queue and self.state in SENDING and self._peer_window <= 0)
        if waits and self.state is not CLOSED:
            wait_us = recovery.rto_us if recovery.sent else min(MOST_RTO_US, recovery.rto_us << recovery.probes)
            recovery.timer = self._network.clock.call_later(wait_us, self._timer_fired)

    def _timer_fired(self) -> None:
        recovery = self.recovery
        recovery.timer = None
        if recovery.sent and recovery.answer_us > self._network.clock.now_us:
            recovery.timer = self._network.clock.call_at(recovery.answer_us, self._timer_fired)
            return
        if recovery.retries >= MOST_RETRIES.get(self.state, RETRIES):
            self._end("timed out")
            return
        recovery.retries += 1
        if recovery.sent:
            if self.state is not SYN_SENT or recovery.retries > STEADY_SYNS:
                recovery.rto_us = min(MOST_RTO_US, 2 * recovery.rto_us)  # until there is a new measurement
            recovery.shrink((self._snd_nxt - self._snd_una) % MODULO, MSS)
            recovery.recover, recovery.is_recovering = self._snd_nxt, True
            recovery.doubt = 2 if recovery.retries == 1 else 0
            self._send_again(recovery.sent[0])
        else:
            recovery.probes = min(recovery.probes + 1, RETRIES)
            self._probe()
        self._set_timer()

    def _probe(self) -> None:
        """Ask for the other side's window with a sequence number that it has to answer."""
        sequence = self._snd_nxt
        self._snd_nxt = (sequence - 1) % MODULO
        super()._send(ACK)
        self._snd_nxt = sequence

    def _end(self, reason: str) -> None:
        recovery = self.recovery
        if recovery.timer is not None:
            recovery.timer.cancel()
            recovery.timer = None
        recovery.sent.clear()
        recovery.ahead.clear()
        if recovery.pipe is not None:
            recovery.pipe.close()
        super()._end(reason)
