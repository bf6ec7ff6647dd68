"""A rule of the test's own decides about packets, where the simulation runs in the process of the test."""

from __future__ import annotations

import pytest

from sim.event import SegmentSent
from sim.network.packet import Packet
from sim.network.rule import Drop, Pass, Verdict
from sim.testing import Device, Network, NoAnswer, Trace


class Partition:
    """A rule that a test brings."""

    def __init__(self) -> None:
        self.hits = 0

    def judge(self, packet: Packet) -> Verdict:
        """Let nothing through."""
        self.hits += 1
        return Drop("cut") if self.hits else Pass()


@pytest.mark.firmware("firmware/init.js")
def test_a_rule_decides_about_packets(device: Device, network: Network, trace: Trace) -> None:
    rule = network.rule(Partition())
    with pytest.raises(NoAnswer, match="no answer within 2 s"):
        device.get("/state", timeout=2)
    assert rule.hits == len(trace.of(SegmentSent)) > 0
    assert str(rule) == "own"


@pytest.mark.firmware("firmware/init.js")
def test_an_object_of_ones_own_acts_where_it_is_told(device: Device, network: Network) -> None:
    network.rule(Partition(), host="nobody", optional=True)
    assert device.get("/state").ok
