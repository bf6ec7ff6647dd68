"""The network knows its hosts by name and address, and asks its rules about every packet."""

from __future__ import annotations

import pytest

from sim.clock import Clock
from sim.event import HostAdded, HostRemoved, NameResolved, PacketDropped, SegmentSent
from sim.network.network import Network
from sim.network.packet import Packet
from sim.network.rule import Deliver, Drop, Pass, Verdict
from sim.trace import Trace
from tests.network.end import End, accept, settle


@pytest.fixture
def network() -> Network:
    return Network()


def test_hosts_get_addresses_of_the_access_point_in_order(network: Network) -> None:
    assert [network.add_host(name).address for name in ("a", "b")] == ["192.168.4.1", "192.168.4.2"]
    assert network.add_host("c", "10.0.0.1").address == "10.0.0.1"
    assert network.add_host("d").address == "192.168.4.3"
    assert network.trace.of(HostAdded)[0] == HostAdded("a", "192.168.4.1", ("a", "a.local"))


@pytest.mark.parametrize(
    ("name", "address", "text"),
    [
        ("one", None, "host 'one' at 192.168.4.2 is there already"),
        ("ONE", None, "host 'ONE' at 192.168.4.2 is there already"),
        ("two", "192.168.4.1", "host 'two' at 192.168.4.1 is there already"),
        ("two", "1.2.3", "'1.2.3' is not an IPv4 address"),
    ],
)
def test_hosts_differ_in_name_and_address(network: Network, name: str, address: str | None, text: str) -> None:
    network.add_host("one")
    with pytest.raises(ValueError, match=text):
        network.add_host(name, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("one", "192.168.4.1"),
        ("One.local.", "192.168.4.1"),
        ("localhost", "127.0.0.1"),
        ("nobody", None),
    ],
)
def test_names_are_resolved_and_the_question_stands_in_the_trace(
    network: Network, name: str, address: str | None
) -> None:
    host = network.add_host("one")
    assert network.resolve(host, name) == address
    assert network.trace.of(NameResolved) == [NameResolved("one", name, address or "")]


def test_address_is_no_question(network: Network) -> None:
    assert network.resolve(network.add_host("one"), "1.2.3.4") == "1.2.3.4"
    assert network.trace.of(NameResolved) == []


def test_latency_is_not_negative() -> None:
    with pytest.raises(ValueError, match="latency_us must not be negative, got -1"):
        Network(latency_us=-1)


def test_latency_is_that_of_the_network() -> None:
    network = Network(latency_us=250)
    one, two = network.add_host("one"), network.add_host("two")
    accept(two)
    one.connect(two.address, 80, End())
    settle(network)
    assert network.trace.of(SegmentSent)[0].arrives_us == 250


class Judge:
    """A rule that says the same about every packet to one host."""

    def __init__(self, dst: str, verdict: Verdict) -> None:
        self.dst = dst
        self.verdict = verdict

    def judge(self, packet: Packet) -> Verdict:
        return self.verdict if packet.dst == self.dst else Pass()


def test_rule_drops_packets_and_the_trace_says_why(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    accept(two)
    network.rule(Judge(two.address, Drop("cable cut")))
    end = End()
    one.connect(two.address, 80, end)
    network.clock.run_until(500_000)
    assert end.told == []
    assert network.trace.of(PacketDropped) == [PacketDropped(1, "cable cut")]


def test_first_rule_that_does_not_pass_decides(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    accept(two)
    for rule in (
        Judge(one.address, Deliver(7)),
        Judge(two.address, Deliver(40_000)),
        Judge(two.address, Drop("too late")),
    ):
        network.rule(rule)
    end = End()
    one.connect(two.address, 80, end)
    settle(network)
    assert end.told == ["made"]
    assert [segment.arrives_us for segment in network.trace.of(SegmentSent)] == [40_000, 40_007, 80_007]


def test_network_writes_into_the_trace_that_it_is_given() -> None:
    clock = Clock()
    trace = Trace(clock, first_seq=5)
    Network(clock=clock, trace=trace).add_host("a")
    assert [record.seq for record in trace] == [5]


def test_name_is_taken_also_by_its_other_form(network: Network) -> None:
    network.add_host("x.local")
    with pytest.raises(ValueError, match=r"host 'x' at .* is there already"):
        network.add_host("x")


def test_hosts_get_addresses_of_the_next_subnet_when_one_is_full(network: Network) -> None:
    hosts = [network.add_host(f"h{number}") for number in range(256)]
    assert [hosts[number].address for number in (0, 253, 254, 255)] == [
        "192.168.4.1",
        "192.168.4.254",
        "192.168.5.1",
        "192.168.5.2",
    ]


def test_an_address_that_a_host_has_brought_is_not_given_to_another(network: Network) -> None:
    network.add_host("a", "192.168.4.2")
    assert [network.add_host(name).address for name in "bc"] == ["192.168.4.1", "192.168.4.3"]


def test_a_host_that_has_left_is_found_no_more_and_its_name_is_free(network: Network) -> None:
    first = network.add_host("a", aliases=["alias"])
    other = network.add_host("b")
    network.remove_host(first)
    network.remove_host(first)
    assert next(reversed(list(network.trace))).event == HostRemoved("a", "192.168.4.1")
    assert network.hosts == (other,)
    assert not any(network.knows(name) for name in ("a", "a.local", "alias", "192.168.4.1"))
    assert network.add_host("a").address == "192.168.4.3"
    assert len(network.trace.of(HostRemoved)) == 1
