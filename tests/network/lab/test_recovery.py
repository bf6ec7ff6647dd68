"""TCP under rules sends again what was lost, as RFC 9293, 6298 and 5681 have it, and gives up some time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sim.event import ConnectionClosed, SegmentSent
from sim.network.lab.recovery import RETRIES, SYN_RETRIES
from sim.network.network import Network
from sim.network.packet import ACK, FIN, MSS, RST, SYN, Packet
from sim.network.rule import Drop, Pass, Verdict
from tests.network.end import End, accept

HOUR_US = 3_600_000_000


class Lose:
    """Loses the packets whose numbers it is given, counted among those that `wants` picks."""

    def __init__(self, *numbers: int, flags: int = 0, data: bool = False) -> None:
        self.numbers = numbers
        self.flags = flags
        self.data = data
        self.count = 0

    def judge(self, packet: Packet) -> Verdict:
        assert isinstance(packet, SegmentSent)
        if packet.flags & self.flags != self.flags or (self.data and not packet.data):
            return Pass()
        self.count += 1
        return Drop("lost") if self.count in self.numbers else Pass()


class World:
    def __init__(self, *rules: Lose) -> None:
        self.network = Network(seed=3)
        self.one, self.two = self.network.add_host("one"), self.network.add_host("two")
        self.accepted = accept(self.two)
        for rule in rules:
            self.network.rule(rule)
        self.end = End()
        self.end.socket = self.one.connect(self.two.address, 80, self.end)

    def run(self, us: int = HOUR_US) -> None:
        self.network.clock.run_until(self.network.clock.now_us + us)

    def sent(self, address: str, flags: int = 0) -> list[tuple[int, int]]:
        """Return the time and the number of bytes of what a host has sent."""
        return [
            (record.at_us, len(record.event.data))
            for record in self.network.trace
            if isinstance(record.event, SegmentSent)
            and record.event.src == address
            and record.event.flags & flags == flags
        ]


def test_syn_that_is_lost_is_sent_again_each_second_and_then_ever_later() -> None:
    world = World(Lose(*range(1, 8), flags=SYN))
    world.run()
    assert world.end.told == ["made"]
    times = [at_us / 1_000_000 for at_us, _ in world.sent(world.one.address, SYN)]
    assert times == [0, 1, 2, 3, 4, 5, 7, 11]


def test_connecting_is_given_up_after_about_two_minutes() -> None:
    world = World(Lose(*range(1, 100), flags=SYN))
    world.run()
    assert world.end.told == ["timed out"]
    assert len(world.sent(world.one.address, SYN)) == 1 + SYN_RETRIES
    assert [fact.reason for fact in world.network.trace.of(ConnectionClosed)] == ["timed out"]
    assert 120e6 < next(r.at_us for r in world.network.trace if isinstance(r.event, ConnectionClosed)) < 132e6


def test_answer_to_a_syn_is_sent_again() -> None:
    world = World(Lose(1, flags=SYN | ACK))
    world.run()
    assert world.end.told == ["made"]
    assert world.accepted[0].told == ["made"]


def test_last_part_of_a_handshake_may_be_lost() -> None:
    world = World(Lose(3))
    world.run()
    assert world.accepted[0].told == ["made"]


def test_data_that_is_never_acknowledged_ends_the_connection() -> None:
    world = World(Lose(*range(1, 100), data=True))
    world.run(10_000)
    world.end.socket.write(b"anybody?")
    world.run()
    assert world.end.told == ["made", "timed out"]
    times = [at_us for at_us, size in world.sent(world.one.address) if size]
    gaps = [later - at for at, later in pairwise(times)]
    assert gaps[:4] == [200_000, 400_000, 800_000, 1_600_000]
    assert max(gaps) == 60_000_000
    assert len(times) == 1 + RETRIES


def test_single_loss_within_much_data_is_repaired_before_the_timer() -> None:
    world = World(Lose(2, data=True))
    world.run(10_000)
    data = bytes(range(200)) * 73  # ten segments
    world.end.socket.write(data)
    world.run(50_000)
    assert bytes(world.accepted[0].received) == data


def test_lost_acknowledgment_costs_nothing_if_a_later_one_comes() -> None:
    world = World(Lose(4))
    world.run(10_000)
    world.end.socket.write(b"x" * 2 * MSS)
    world.run(100_000)
    world.end.socket.write(b"y")
    world.run()
    assert len(world.accepted[0].received) == 2 * MSS + 1


@pytest.mark.parametrize("number", [1, 2])
def test_either_fin_may_be_lost(number: int) -> None:
    world = World(Lose(number, flags=FIN))
    world.run(10_000)
    world.end.socket.write(b"bye", last=True)
    world.run(3_000_000)
    world.accepted[0].socket.close()
    world.run()
    assert world.end.told == ["made", "eof", "closed"]
    assert world.accepted[0].told == ["made", "eof", "closed"]
    assert bytes(world.accepted[0].received) == b"bye"


def test_last_acknowledgment_of_a_close_is_given_again_while_in_time_wait() -> None:
    world = World()
    world.run(10_000)
    world.end.socket.close()
    world.run(100_000)
    world.network.rule(Lose(2))
    world.accepted[0].socket.close()
    world.run()
    assert world.accepted[0].told == ["made", "eof", "closed"]


def test_window_that_opens_unheard_is_asked_for() -> None:
    world = World()
    world.run(10_000)
    receiver = world.accepted[0]
    receiver.socket.pause_reading()
    world.end.socket.write(bytes(200_000))
    world.network.rule("latency", ms=0)
    world.run(5_000_000)
    rule = world.network.rule("partition", host="two", direction="out")
    receiver.socket.resume_reading()
    world.run(2_000)
    rule.remove()
    world.run()
    assert len(receiver.received) == 200_000


def test_reset_that_was_lost_is_noticed_with_the_next_data() -> None:
    world = World(Lose(1, flags=RST))
    world.run(10_000)
    world.accepted[0].socket.abort()
    world.run()
    assert world.end.told == ["made"]
    world.end.socket.write(b"still there?")
    world.run()
    assert world.end.told == ["made", "reset"]


def test_rule_that_is_set_while_data_is_under_way_may_lose_it_and_it_comes_all_the_same() -> None:
    world = World()
    world.run(10_000)
    data = bytes(range(250)) * 100
    world.end.socket.write(data)
    world.run(500)
    rule = world.network.rule("partition", lasts=1)
    world.run(900_000)
    assert bytes(world.accepted[0].received) == b""
    assert rule.hits >= 10
    world.run()
    assert bytes(world.accepted[0].received) == data


def test_end_that_waits_for_an_acknowledgment_when_a_rule_is_set_gets_it() -> None:
    world = World()
    world.run(10_000)
    world.end.socket.write(b"x", last=True)
    world.run(1_500)  # it has arrived, and is not acknowledged yet
    world.network.rule("drop-first", count=1)
    world.accepted[0].socket.close()
    world.run()
    assert world.end.told == ["made", "eof", "closed"]
    assert world.accepted[0].told == ["made", "eof", "closed"]
