"""Rules on links delay, drop, double and refuse packets, where and when they were told to."""

from __future__ import annotations

import pytest

from sim.event import ConnectionClosed, DatagramSent, PacketDropped, RuleAdded, RuleApplied, RuleChanged, SegmentSent
from sim.network.host import Host
from sim.network.network import Network
from tests.network.end import Box, End, accept

MINUTE_US = 60_000_000


class World:
    """Two hosts: `one` sends datagrams to `two`, or connects to it."""

    def __init__(self, seed: int = 0) -> None:
        self.network = Network(seed=seed)
        self.one, self.two = self.network.add_host("one"), self.network.add_host("two")
        self.box = Box()
        self.two.listen_udp(9, self.box)
        self.sender = self.one.connect_udp(self.two.address, 9, Box())
        self.accepted = accept(self.two)

    def send(self, count: int, gap_us: int = 0) -> list[int]:
        """Send numbered datagrams; the numbers in the order in which they arrive."""
        for number in range(count):
            self.sender.send_to(number.to_bytes(2), self.two.address, 9)
            self.run(gap_us)
        self.run(MINUTE_US)
        return [int.from_bytes(data) for data, _, _ in self.box.datagrams]

    def connect(self) -> End:
        end = End()
        end.socket = self.one.connect(self.two.address, 80, end)
        return end

    def run(self, us: int) -> None:
        self.network.clock.run_until(self.network.clock.now_us + us)

    def arrivals(self) -> list[int]:
        return [fact.arrives_us for fact in self.network.trace.of(DatagramSent)]


@pytest.fixture
def world() -> World:
    return World()


def test_latency_is_added_to_that_of_the_link(world: World) -> None:
    rule = world.network.rule("latency", ms=20)
    world.send(2)
    assert world.arrivals() == [21_000, 21_000]
    assert rule.hits == 2


def test_rules_add_up(world: World) -> None:
    world.network.rule("latency", ms=20)
    world.network.rule("latency", ms=5)
    world.send(1)
    assert world.arrivals() == [26_000]
    assert [(fact.rule, fact.effect, fact.delay_us) for fact in world.network.trace.of(RuleApplied)] == [
        (1, "delayed", 20_000),
        (2, "delayed", 5_000),
    ]


def test_jitter_is_random_within_its_range_and_keeps_the_order(world: World) -> None:
    world.network.rule("jitter", ms=30)
    assert world.send(50) == list(range(50))
    delays = [fact.delay_us for fact in world.network.trace.of(RuleApplied)]
    assert 0 < min(delays) < 5_000
    assert 25_000 < max(delays) <= 30_000


def test_bandwidth_lets_packets_queue_in_each_direction_for_itself(world: World) -> None:
    world.network.rule("bandwidth", kbit=8)
    world.send(3)
    # 30 bytes at 1000 bytes per second
    assert world.arrivals() == [31_000, 61_000, 91_000]


def test_loss_drops_about_as_many_as_it_says_and_the_trace_names_the_rule(world: World) -> None:
    rule = world.network.rule("loss", percent=30)
    arrived = world.send(1000)
    assert 250 < 1000 - len(arrived) < 350
    assert rule.hits == 1000 - len(arrived)
    assert {fact.reason for fact in world.network.trace.of(PacketDropped)} == {"loss (rule 1)"}


def test_same_seed_loses_the_same_and_another_seed_others() -> None:
    def lost(seed: int) -> list[int]:
        world = World(seed)
        world.network.rule("loss", percent=30)
        return world.send(100)

    assert lost(1) == lost(1) != lost(2)


def test_what_one_rule_draws_does_not_depend_on_others(world: World) -> None:
    other = World()
    other.network.rule("loss", percent=30)
    world.network.rule("loss", percent=30)
    world.network.rule("jitter", ms=10)
    assert other.send(100) == world.send(100)


def test_drop_first_drops_so_many(world: World) -> None:
    world.network.rule("drop-first", count=3)
    assert world.send(5) == [3, 4]


def test_duplicate_lets_datagrams_arrive_twice(world: World) -> None:
    rule = world.network.rule("duplicate", percent=100, ms=4)
    assert world.send(2, gap_us=10_000) == [0, 0, 1, 1]
    assert rule.hits == 2


def test_reorder_lets_later_datagrams_overtake(world: World) -> None:
    world.network.rule("reorder", percent=100, ms=15, lasts=0.005)
    assert world.send(3, gap_us=10_000) == [1, 0, 2]


def test_partition_drops_everything_while_it_lasts(world: World) -> None:
    world.network.rule("partition", start=0.015, lasts=0.02)
    assert world.send(6, gap_us=10_000) == [0, 1, 4, 5]


def test_rule_comes_again(world: World) -> None:
    world.network.rule("partition", lasts=0.01, every=0.03)
    assert world.send(7, gap_us=10_000) == [1, 2, 4, 5]


def test_partition_drops_what_is_under_way(world: World) -> None:
    world.sender.send_to(b"x", world.two.address, 9)
    world.run(500)
    rule = world.network.rule("partition")
    world.run(MINUTE_US)
    assert world.box.datagrams == []
    assert rule.hits == 1
    assert [fact.packet for fact in world.network.trace.of(PacketDropped)] == [1]


def test_packet_that_left_before_a_partition_and_arrives_in_it_is_lost(world: World) -> None:
    world.network.rule("partition", start=0.0005)
    assert world.send(1) == []


def test_latency_reaches_what_is_under_way_once(world: World) -> None:
    world.network.rule("latency", ms=3)
    world.sender.send_to(b"x", world.two.address, 9)
    world.network.rule("latency", ms=10)
    world.run(13_999)
    assert world.box.datagrams == []
    world.run(1)
    assert len(world.box.datagrams) == 1
    assert [fact.rule for fact in world.network.trace.of(RuleApplied)] == [1, 2]


@pytest.mark.parametrize(
    ("scope", "is_hit"),
    [
        ({"host": "one"}, True),
        ({"host": "ONE.local"}, True),
        ({"host": "192.168.4.1"}, True),
        ({"host": "three"}, False),
        ({"host": "one", "direction": "out"}, True),
        ({"host": "one", "direction": "in"}, False),
        ({"host": "two", "direction": "in"}, True),
        ({"host": "one", "peer": "two"}, True),
        ({"host": "one", "peer": "three"}, False),
        ({"port": 9}, True),
        ({"port": 10}, False),
        ({"protocol": "udp"}, True),
        ({"protocol": "tcp"}, False),
    ],
)
def test_rule_acts_where_it_is_told_to(world: World, scope: dict[str, object], is_hit: bool) -> None:
    world.network.rule("partition", **scope)
    assert world.send(1) == ([] if is_hit else [0])


def test_host_that_joins_later_is_found_by_its_name(world: World) -> None:
    rule = world.network.rule("partition", host="late")
    late: Host = world.network.add_host("late")
    world.sender.send_to(b"x", late.address, 9)
    world.run(MINUTE_US)
    assert rule.hits == 1


def test_what_stays_within_a_host_is_nobodys_business(world: World) -> None:
    rule = world.network.rule("partition")
    world.two.connect_udp("127.0.0.1", 9, Box()).send_to(b"x", "127.0.0.1", 9)
    world.run(MINUTE_US)
    assert len(world.box.datagrams) == 1
    assert rule.hits == 0


def test_rule_is_switched_and_removed_and_the_trace_says_so(world: World) -> None:
    rule = world.network.rule("partition")
    world.send(1)
    rule.disable()
    world.send(1)
    rule.enable()
    world.send(1)
    rule.remove()
    world.send(1)
    assert len(world.box.datagrams) == 2
    assert rule.hits == 2
    assert world.network.rules == ()
    assert world.network.trace.of(RuleAdded) == [RuleAdded(1, "partition", '{"kind": "partition"}')]
    assert [fact.state for fact in world.network.trace.of(RuleChanged)] == ["disabled", "enabled", "removed"]
    with pytest.raises(ValueError, match=r"rule 1 \(partition\) was removed"):
        rule.enable()


def test_rule_that_is_enabled_again_counts_anew(world: World) -> None:
    rule = world.network.rule("drop-first")
    assert world.send(2) == [1]
    rule.disable()
    rule.enable()
    assert world.send(2) == [1, 1]
    assert rule.hits == 2


def test_rule_may_be_set_without_being_enabled(world: World) -> None:
    rule = world.network.rule({"kind": "partition", "enabled": False})
    assert world.send(1) == [0]
    rule.enable()
    assert world.send(1) == [0]


def test_refuse_answers_with_a_reset(world: World) -> None:
    rule = world.network.rule("refuse", port=80)
    end = world.connect()
    world.run(MINUTE_US)
    assert end.told == ["refused"]
    assert world.accepted == []
    assert rule.hits == 1


def test_half_open_connection_opens_and_then_nothing_comes(world: World) -> None:
    world.network.rule("half-open")
    end = world.connect()
    world.run(10_000)
    end.socket.write(b"hello")
    world.run(10 * MINUTE_US)
    assert end.told == ["made", "timed out"]
    assert world.accepted[0].told == ["made"]  # and nobody will ever tell it
    assert bytes(world.accepted[0].received) == b""


def test_connection_that_was_silent_is_forgotten(world: World) -> None:
    world.network.rule("half-open", idle=60)
    end = world.connect()
    for pause_us in (10_000, 59_000_000, 61_000_000):
        world.run(pause_us)
        end.socket.write(b"x")
    world.run(10 * MINUTE_US)
    assert bytes(world.accepted[0].received) == b"xx"
    assert end.told == ["made", "timed out"]


def test_connection_is_reset_after_so_many_bytes_at_both_ends(world: World) -> None:
    rule = world.network.rule("reset", bytes=5)
    end = world.connect()
    world.run(10_000)
    end.socket.write(b"abc")
    world.run(10_000)
    world.accepted[0].socket.write(b"defg")
    world.run(MINUTE_US)
    assert bytes(world.accepted[0].received) == b"abc"
    assert bytes(end.received) == b"de"
    assert end.told == world.accepted[0].told == ["made", "reset"]
    assert rule.hits == 1
    assert {fact.reason for fact in world.network.trace.of(ConnectionClosed)} == {"reset"}


def test_end_of_a_connection_is_sent_late(world: World) -> None:
    world.network.rule("slow-close", ms=700)
    end = world.connect()
    world.run(10_000)
    end.socket.write(b"bye", last=True)
    world.run(100_000)
    assert bytes(world.accepted[0].received) == b"bye"
    assert world.accepted[0].told == ["made"]
    world.run(MINUTE_US)
    assert world.accepted[0].told == ["made", "eof"]
    fin = next(one for one in world.network.trace if isinstance(one.event, SegmentSent) and one.event.flags & 1)
    assert fin.at_us == 710_000
