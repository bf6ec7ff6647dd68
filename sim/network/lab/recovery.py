"""Keeps in mind what a TCP socket has sent and is not acknowledged, how long that takes, and how much may be sent.

RFC 6298 for the timer, RFC 5681, 5682 and 6582 for the congestion window. The numbers are those of common stacks.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.clock import TimerHandle
from sim.event import SegmentSent
from sim.network.packet import MSS, WINDOW
from sim.network.sender import COUNTED
from sim.network.state import State

if TYPE_CHECKING:
    from sim.network.lab.pipe import Pipe
    from sim.trace import Place

__all__ = ["MOST_RETRIES", "MOST_RTO_US", "RETRIES", "STEADY_SYNS", "SYN_RETRIES", "Recovery", "Sent"]

FIRST_RTO_US: Final = 1_000_000  # RFC 6298, 2.1
LEAST_RTO_US: Final = 200_000  # as Linux; the standard has a whole second
MOST_RTO_US: Final = 60_000_000
SYN_RETRIES: Final = 10
"""How often a SYN is sent again before the connection ends with `timed out`: after about two minutes, as Linux."""
STEADY_SYNS: Final = 4
"""How many of these follow at even steps, before each wait is twice the last, as Linux from 6.5 on. So a SYN is never
much older than the answer that its end sends again, which captures would take for a slow network."""
SYN_ACK_RETRIES: Final = 6
"""How often the answer to a SYN is, unless one that comes again asks for it."""
MOST_RETRIES: Final = {State.SYN_SENT: SYN_RETRIES, State.SYN_RECEIVED: SYN_ACK_RETRIES}
RETRIES: Final = 12
"""How often other segments are, as lwIP: at least five minutes."""
FIRST_WINDOW: Final = 10 * MSS  # RFC 6928


class Sent(NamedTuple):
    """A segment that is not acknowledged yet."""

    sequence: int
    flags: int
    data: bytes
    by: Place | None
    at_us: int
    is_again: bool

    @property
    def size(self) -> int:
        """How many sequence numbers it takes up."""
        return len(self.data) + bool(self.flags & COUNTED)


class Recovery:
    """What a socket keeps in mind on a network that loses segments."""

    __slots__ = (
        "ahead",
        "congestion",
        "doubt",
        "duplicate_us",
        "duplicates",
        "first_us",
        "is_patient",
        "is_recovering",
        "newest_us",
        "pipe",
        "probes",
        "recover",
        "retries",
        "round_us",
        "rto_us",
        "sent",
        "smooth_us",
        "threshold",
        "timer",
        "variation_us",
    )

    def __init__(self) -> None:
        self.sent: deque[Sent] = deque()
        self.ahead: dict[int, SegmentSent] = {}
        """Segments that came before their turn, by sequence number."""
        self.timer: TimerHandle | None = None
        self.retries = 0
        self.probes = 0
        self.rto_us = FIRST_RTO_US
        self.first_us = 0
        self.smooth_us = 0
        self.variation_us = 0
        self.congestion = FIRST_WINDOW
        self.threshold = WINDOW
        self.duplicates = 0
        self.duplicate_us = 0
        """When the last acknowledgment came that said nothing new."""
        self.recover: int | None = None
        """Up to where segments may be missing, as far as was sent when one was; None before that."""
        self.is_recovering = False
        """What is missing up to there is being sent again."""
        self.is_patient = False
        """It waits a while before it sends again what seems missing, and sends nothing new."""
        self.newest_us = 0
        """When something new was sent last."""
        self.round_us = 0
        """The longest that an answer is likely to take, by the handshake and by what was measured since."""
        self.doubt = 0
        """How many acknowledgments may still show that nothing was lost, but late, after the timer has fired."""
        self.pipe: Pipe | None = None
        """What stands between the owner and the socket, if a rule looks at what it writes."""

    @property
    def answer_us(self) -> int:
        """Until when what was sent last may be on its way to an answer; but not for longer than twice the timer.

        To repeat something before that makes a capture look as if it had been overtaken.
        """
        return min(self.newest_us + self.round_us, self.sent[0].at_us + 2 * self.rto_us)

    def measured(self, took_us: int) -> None:
        """Learn how long a segment took to be acknowledged (RFC 6298, 2)."""
        if self.smooth_us:
            self.variation_us = (3 * self.variation_us + abs(self.smooth_us - took_us)) // 4
            self.smooth_us = (7 * self.smooth_us + took_us) // 8
        else:
            self.smooth_us, self.variation_us = took_us, took_us // 2
        self.rto_us = min(MOST_RTO_US, max(LEAST_RTO_US, self.smooth_us + 4 * self.variation_us))
        self.first_us = self.first_us or took_us
        self.round_us = max(self.first_us, self.smooth_us + 2 * self.variation_us)

    def grow(self, acknowledged: int) -> None:
        """Open the congestion window after so many bytes arrived (RFC 5681, 3.1)."""
        step = acknowledged if self.congestion < self.threshold else MSS * acknowledged // self.congestion
        self.congestion = min(WINDOW, self.congestion + max(1, step))

    def shrink(self, under_way: int, to: int) -> None:
        """Close it after a loss."""
        self.threshold = max(under_way // 2, 2 * MSS)
        self.congestion = to or self.threshold
        self.duplicates = 0
