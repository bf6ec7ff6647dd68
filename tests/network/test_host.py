"""A host has its own ports, and loses all that is open on them when it goes down."""

from __future__ import annotations

import pytest

from sim.event import ListenerClosed, ListenerOpened
from sim.network.host import AddressInUse
from sim.network.network import Network
from tests.network.end import Box, End, accept, connected, settle


@pytest.fixture
def network() -> Network:
    return Network()


def test_port_is_taken_once(network: Network) -> None:
    host = network.add_host("one")
    accept(host)
    with pytest.raises(AddressInUse, match=r"one cannot listen on 0\.0\.0\.0:80"):
        accept(host)


def test_nobody_listens_on_the_address_of_another(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    with pytest.raises(AddressInUse):
        accept(one, 80, two.address)
    accept(one, 80, one.address)


def test_port_0_is_a_free_one(network: Network) -> None:
    host = network.add_host("one")
    first = host.listen(0, lambda socket: End())
    second = host.listen(0, lambda socket: End())
    assert first.port != second.port
    assert first.port >= 49152


def test_closed_listener_takes_no_more_connections_and_keeps_those_it_has(network: Network) -> None:
    host, other = network.add_host("one"), network.add_host("two")
    accepted: list[End] = []

    def make(_: object) -> End:
        accepted.append(End())
        return accepted[-1]

    listener = host.listen(80, make)
    first, second = End(), End()
    socket = other.connect(host.address, 80, first)
    settle(network)
    listener.close()
    listener.close()
    other.connect(host.address, 80, second)
    socket.write(b"still here")
    settle(network)
    assert accepted[0].received == b"still here"
    assert second.told == ["refused"]
    assert network.trace.of(ListenerOpened) == [ListenerOpened(1, "one", "tcp", "0.0.0.0", 80)]
    assert network.trace.of(ListenerClosed) == [ListenerClosed(1)]


def test_host_that_goes_down_resets_its_connections_and_frees_its_ports(network: Network) -> None:
    one, two = connected(network)
    host = network.add_host("three")
    box = host.listen_udp(53, Box())
    accept(host)
    end = End()
    network.add_host("four").connect(host.address, 80, end)
    settle(network)
    host.shut_down()
    settle(network)
    assert end.told == ["made", "reset"]
    assert not box.is_open
    accept(host)
    assert one.told == two.told == ["made"]
