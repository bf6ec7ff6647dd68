"""Connections that rules end say why: to the firmware, to machines outside, and in what is counted of them."""

from __future__ import annotations

import pytest

from sim.device import Device
from sim.event import DevicePrinted
from sim.network.network import Network
from sim.peer import FetchError, Peer
from sim.view import View

FIRMWARE = """
def got(conn, ev, data):
    if ev == Net.EV_CONNECT:
        print('connect', data)
    if ev == Net.EV_CLOSE:
        print('closed', Sys.uptime() > 100)

Timer.set(1000, 0, lambda: Net.connect('tcp://peer:7', got), None)
"""


def device(network: Network, source: str = "") -> Device:
    made = Device(network, {"init.py": source})
    assert made.boot()
    return made


def test_firmware_hears_that_nobody_answers() -> None:
    network = Network()
    Peer(network)
    device(network, FIRMWARE)
    network.rule("partition", protocol="tcp")
    network.clock.run_until(200_000_000)
    assert [fact.text for fact in network.trace.of(DevicePrinted)] == ["connect 110\n", "closed True\n"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"kind": "refuse"}, "connection refused: nothing listens on 192.168.4.1:80"),
        ({"kind": "reset", "bytes": 10}, "the connection was reset"),
        ({"kind": "partition"}, "no answer"),
    ],
)
def test_request_of_a_peer_says_why_there_is_no_answer(rule: dict[str, object], text: str) -> None:
    network = Network()
    device(network)
    network.rule(rule)
    with pytest.raises(FetchError, match=text):
        Peer(network).request("GET", "/init.py")


def test_websocket_that_times_out_says_so() -> None:
    network = Network()
    device(network)
    problems: list[str | None] = []
    network.rule("partition")
    socket = Peer(network).websocket("device", "/ws", on_open=problems.append)
    network.clock.run_until(400_000_000)
    assert problems
    assert socket.problem == problems[0]


def test_what_was_lost_does_not_count_as_received() -> None:
    network = Network()
    device(network, "")
    network.rule("drop-first", what="data", count=2)
    assert Peer(network).request("GET", "/init.py").status == 200
    view = View("device")
    view.take(network.trace)
    ends = {conn.host: conn for conn in view.connections.values()}
    assert ends["peer"].bytes_in == ends["device"].bytes_out
    assert ends["device"].bytes_in == ends["peer"].bytes_out / 3
