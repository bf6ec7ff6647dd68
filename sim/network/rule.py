"""Decides what happens to each packet that leaves a host.

Rules are asked in the order in which they were added; the first that does not pass decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sim.network.packet import Packet
from sim.values import frozen

__all__ = ["Deliver", "Drop", "Pass", "Rule", "Verdict"]


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


class Rule(Protocol):
    """What a network asks about every packet; `packet.arrives_us` is not decided yet."""

    def judge(self, packet: Packet) -> Verdict:
        """Return what shall happen to the packet."""
        ...
