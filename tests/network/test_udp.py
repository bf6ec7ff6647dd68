"""UDP carries single datagrams, and nobody hears of those that find no port (RFC 768)."""

from __future__ import annotations

import pytest

from sim.event import ConnectionClosed, ConnectionOpened, DatagramSent, ListenerClosed, ListenerOpened, PacketDropped
from sim.network.host import AddressInUse, Host
from sim.network.network import Network
from tests.network.end import Box


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def hosts(network: Network) -> tuple[Host, Host]:
    return network.add_host("one"), network.add_host("two")


def test_datagrams_arrive_whole_and_one_by_one(network: Network, hosts: tuple[Host, Host]) -> None:
    one, two = hosts
    box = Box()
    two.listen_udp(53, box)
    socket = one.connect_udp(two.address, 53, Box())
    for data in (b"one", b"", b"x" * 60_000):
        socket.send_to(data, two.address, 53)
    network.clock.run_until_idle()
    source = (one.address, socket.local_port)
    assert box.datagrams == [(b"one", *source), (b"", *source), (b"x" * 60_000, *source)]


def test_answer_goes_back_to_the_source(network: Network, hosts: tuple[Host, Host]) -> None:
    one, two = hosts
    asked, answered = Box(), Box()
    server = two.listen_udp(53, asked)
    one.connect_udp(two.address, 53, answered).send_to(b"?", two.address, 53)
    network.clock.run_until_idle()
    server.send_to(b"!", *asked.datagrams[0][1:])
    network.clock.run_until_idle()
    assert answered.datagrams == [(b"!", two.address, 53)]


def test_connected_socket_takes_datagrams_of_its_remote_alone(network: Network, hosts: tuple[Host, Host]) -> None:
    one, two = hosts
    box = Box()
    socket = one.connect_udp(two.address, 53, box)
    stranger = two.listen_udp(54, Box())
    stranger.send_to(b"hello", one.address, socket.local_port)
    network.clock.run_until_idle()
    assert box.datagrams == []


def test_datagram_to_a_closed_port_is_dropped_and_nobody_hears_of_it(
    network: Network, hosts: tuple[Host, Host]
) -> None:
    one, two = hosts
    box = Box()
    one.connect_udp(two.address, 53, box).send_to(b"x", two.address, 53)
    network.clock.run_until_idle()
    assert [event.reason for event in network.trace.of(PacketDropped)] == ["port closed"]
    assert len(network.trace.of(DatagramSent)) == 1
    assert box.datagrams == []


def test_datagram_to_nobody_is_dropped(network: Network, hosts: tuple[Host, Host]) -> None:
    hosts[0].connect_udp("192.168.4.99", 53, Box()).send_to(b"x", "192.168.4.99", 53)
    network.clock.run_until_idle()
    assert [event.reason for event in network.trace.of(PacketDropped)] == ["no such host"]


def test_port_is_free_again_once_its_socket_is_closed(hosts: tuple[Host, Host]) -> None:
    first = hosts[0].listen_udp(53, Box())
    with pytest.raises(AddressInUse, match=r"one cannot listen on udp 0\.0\.0\.0:53"):
        hosts[0].listen_udp(53, Box())
    first.close()
    first.close()
    hosts[0].listen_udp(53, Box())


def test_tcp_and_udp_ports_are_apart(hosts: tuple[Host, Host]) -> None:
    hosts[0].listen_udp(53, Box())
    hosts[0].listen(53, lambda socket: pytest.fail("nobody connects"))


def test_closed_socket_sends_nothing(network: Network, hosts: tuple[Host, Host]) -> None:
    socket = hosts[0].connect_udp(hosts[1].address, 53, Box())
    socket.close()
    socket.send_to(b"x", hosts[1].address, 53)
    assert network.trace.of(DatagramSent) == []


def test_listening_and_connecting_stand_in_the_trace(network: Network, hosts: tuple[Host, Host]) -> None:
    one, two = hosts
    listening = two.listen_udp(53, Box())
    socket = one.connect_udp(two.address, 53, Box())
    socket.close()
    listening.close()
    assert network.trace.of(ListenerOpened) == [ListenerOpened(1, "two", "udp", "0.0.0.0", 53)]
    assert network.trace.of(ListenerClosed) == [ListenerClosed(1)]
    opened = ConnectionOpened(1, "one", "udp", "outbound", one.address, socket.local_port, two.address, 53, "OPEN")
    assert network.trace.of(ConnectionOpened) == [opened]
    assert network.trace.of(ConnectionClosed) == [ConnectionClosed(1, "closed")]


def test_host_sends_datagrams_to_itself(network: Network, hosts: tuple[Host, Host]) -> None:
    box = Box()
    hosts[0].listen_udp(53, box)
    hosts[0].connect_udp("0.0.0.0", 53, Box()).send_to(b"x", "127.0.0.1", 53)
    network.clock.run_until_idle()
    assert [data for data, _, _ in box.datagrams] == [b"x"]
