"""Names what a rule of one's own may say about a packet: `Network.rule` takes an object that judges.

Rules are asked in the order in which they were set. Those of the table (`sim.network.lab.kinds`) add up; the first
object of one's own that does not pass decides, and no later rule is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sim.network.packet import Packet
from sim.values import frozen

__all__ = ["Deliver", "Drop", "Judge", "Pass", "Verdict"]


@frozen
class Pass:
    """Leave the packet to the next rule, or to the link's latency."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """Let the packet arrive after `delay_us`, whatever the link's latency is."""

    delay_us: int

    def __post_init__(self) -> None:
        if self.delay_us < 0:
            raise ValueError(f"delay_us must not be negative, got {self.delay_us}")


@frozen
class Drop:
    """Let the packet vanish; `reason` stands in the trace."""

    reason: str


Verdict: TypeAlias = Pass | Deliver | Drop


class Judge(Protocol):
    """A rule of one's own: it is asked about every packet between two hosts."""

    def judge(self, packet: Packet) -> Verdict:
        """Return what shall happen to the packet; `packet.arrives_us` is not decided yet."""
        ...
