"""Says what neither a peer nor the firmware can do to a device: raise out of it, brick it, or stop time."""

from __future__ import annotations

import base64
import json

import pytest

from sim import Device, Network, Peer
from sim.clock import Clock
from sim.event import DeviceFailed
from sim.mhttp.head import strict_request, strict_response
from sim.mhttp.message import Malformed
from sim.network.rule import Deliver
from sim.pace import Pace
from sim.rpc import parse_json


def device(source: str = "") -> tuple[Network, Device, Peer]:
    """Return a booted device and a peer beside it."""
    network = Network(seed=1)
    box = Device(network, {"init.py": source})
    box.boot()
    return network, box, Peer(network)


def frame(method: str, params: object) -> bytes:
    """Return an RPC frame."""
    return json.dumps({"id": 1, "method": method, "params": params}).encode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [("bytes=" + "9" * 5000 + "-", 200), ("bytes=5-2", 200), ("bytes=900-", 416), ("bytes=0-1", 206)],
)
def test_no_range_raises_out_of_the_device(asked: str, status: int) -> None:
    _, _, peer = device("a = 1")
    assert peer.request("GET", "/init.py", [("Range", asked)]).status == status


@pytest.mark.parametrize("content", ['{"debug":{"level":Infinity}}', "[" * 50_000, "\x00", '{"debug":5}'])
def test_a_damaged_configuration_file_counts_as_none(content: str) -> None:
    network, box, peer = device("print('up')")
    put = {"filename": "conf9.json", "data": base64.b64encode(content.encode()).decode()}
    assert peer.request("POST", "/rpc/FS.Put", [], json.dumps(put).encode()).status == 200
    peer.request("POST", "/rpc/Sys.Reboot", [], b"{}")
    network.clock.run_until(network.clock.now_us + 200_000)
    assert box.boots == 2
    assert box.started_well
    assert peer.request("GET", "/rpc/Config.Get?key=%22debug.level%22").body == b"2\r\n"


@pytest.mark.parametrize(
    "body",
    [
        frame("Config.Set", {"config": {"debug": {"level": 1e999}}}),
        b'{"id":1,"method":"Config.Set","params":{"config":' + b"[" * 90_000 + b"]" * 90_000 + b"}}",
        b'{"id":1,"method":"\\ud800"}',
    ],
)
def test_hostile_rpc_is_answered_with_a_failure(body: bytes) -> None:
    network, _, peer = device()
    answer = peer.request("POST", "/rpc", [], body)
    assert answer.status == 200
    assert "error" in json.loads(answer.body)
    assert network.trace.of(DeviceFailed) == []


def test_json_may_be_nested_to_a_depth_that_python_bears() -> None:
    assert parse_json('{"a":"[[["}') == {"a": "[[["}
    assert parse_json("[" * 100 + "]" * 100) is not None
    with pytest.raises(ValueError, match="nested deeper"):
        parse_json("[" * 101 + "]" * 101)


def test_runs_of_blanks_in_a_head_cost_no_more_than_their_length() -> None:
    blanks = b" " * 200_000  # minutes, if each of them were looked at from each of them
    assert isinstance(strict_request(b"GET / HTTP/1.1\r\nA:" + blanks + b"\x01\r\n\r\n"), Malformed)
    assert isinstance(strict_response(b"HTTP/1.1 200 " + blanks + b"\x01\r\n\r\n"), Malformed)
    head = strict_request(b"GET / HTTP/1.1\r\nA: b" + blanks + b"\r\n\r\n")
    assert not isinstance(head, Malformed)
    assert head.headers == [(b"A", b"b")]


@pytest.mark.parametrize(
    "source",
    [
        "class E(Exception):\n def __str__(self): raise ValueError\ndef h(*a): raise E\n"
        "RPC.addHandler('x', h)\nRPC.call(RPC.LOCAL, 'x', None, None)",
        "RPC.addHandler('\\udc80', print)\nRPC.call(RPC.LOCAL, 'x', None, None)",
        "def h(*a): raise GeneratorExit\nNet.connect('127.0.0.1:1', h)",
        "e = SyntaxError('x'); e.filename = []\nraise e",
        "raise SyntaxError('x', ('init.py', 'zz', 'a', 'b'))",
        "class M(type):\n __name__ = property(lambda cls: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
    ],
)
def test_no_error_of_the_firmware_escapes(source: str) -> None:
    network, _, peer = device(source)
    network.clock.run_until_idle(1_000_000)
    assert peer.request("GET", "/rpc/RPC.Ping").status == 200


@pytest.mark.parametrize(
    "source",
    [
        "def cb(*a): RPC.call(RPC.LOCAL, 'RPC.Ping', None, cb)\ncb()",
        "def h(c, ev, d):\n if ev in (3, 4): Net.send(c, 'x')\n"
        "Net.bind('udp://7', h)\nNet.connect('udp://127.0.0.1:7', lambda c, ev: ev == 2 and Net.send(c, 'x'))",
        "def h(c, ev):\n if ev in (1, 4): Net.send(c, 'x')\nNet.bind('7', h)\nNet.connect('127.0.0.1:7', print)",
    ],
)
def test_no_program_that_talks_to_itself_stops_time(source: str) -> None:
    network, _, _ = device(source)
    network.clock.run_until(20_000)
    assert network.clock.now_us == 20_000


def test_a_connection_to_the_port_that_would_be_its_own_is_refused_as_any_other() -> None:
    network, _, _ = device("Net.connect('127.0.0.1:49152', lambda c, ev, d: print(ev, d))")
    network.clock.run_until_idle()
    printed = [r.event.to_json()["text"] for r in network.trace if r.event.type == "device.printed"]
    assert printed == ["2 111\n", "5 None\n"]


def test_what_cannot_be_caught_up_with_is_let_go() -> None:
    clock = Clock()
    ran: list[int] = []

    def again() -> None:
        ran.append(clock.now_us)
        clock.call_later(1, again)

    clock.call_later(1, again)
    pace = Pace(clock, 0)
    pace.follow(0)
    pace.follow(10_000_000)
    assert 0 < len(ran) < 100_000
    behind = clock.now_us
    pace.follow(10_000_010)
    assert clock.now_us == behind + 10


def test_a_rule_cannot_send_a_packet_into_the_past() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        Deliver(-1)
