"""Whatever a peer sends, the device neither fails nor keeps anybody else waiting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.event import ConnectionClosed, HttpRejected
from sim.view import View
from tests.mhttp.reading import cut, cuts
from tests.world import World

FIRMWARE = """
def web(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        for part in range(-1, 8):
            HTTP.param(ev_data, part)
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')
    elif ev == HTTP.EV_WS_FRAME:
        Net.send(conn, HTTP.param(ev_data, HTTP.BODY))

def raw(conn, ev, ev_data):
    if ev == Net.EV_RECV:
        Net.send(conn, 'x')

def got(conn, ev, ev_data):
    if ev == HTTP.EV_RESPONSE:
        HTTP.param(ev_data, HTTP.MESSAGE)
    elif ev == Net.EV_CONNECT:
        Net.send(conn, 'GET / HTTP/1.1\\r\\nHost: peer\\r\\n\\r\\n')

HTTP.add_endpoint(HTTP.get_system_server(), '/', web)
Net.bind('7', raw)
Net.bind('udp://7', raw)
HTTP.connect('peer:80', got)
"""

WORDS = [
    b"GET / HTTP/1.1\r\n",
    b"POST / HTTP/1.1\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 101 X\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: " + b"9" * 5000 + b"\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    b"Content-Type: multipart/form-data\r\n",
    b"\r\n",
    b"\n",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"ffffffff\r\n",
    b"\x81\x85\0\0\0\0hello",
    b"\x88\x80\0\0\0\0",
    b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x00" * 300,
    b"x" * 9000,
]

hostile = st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=20)), max_size=8).map(b"".join)
profiles = st.sampled_from(["documented", "mongoose-6.7", "mongoose-6.18"])
endings = st.sampled_from(["stay", "half_close", "close", "reset"])


def still_answers(world: World) -> bool:
    return world.peer.request("GET", "/").body == b"ok"


@given(hostile, cuts, endings, st.sampled_from([80, 7]), profiles)
def test_device_answers_others_whatever_one_peer_sends_it(
    wire: bytes, places: list[int], ending: str, port: int, profile: str
) -> None:
    world = World(FIRMWARE, profile=profile)
    other = world.peer.session("device")
    assert other.request("GET", "/").body == b"ok"
    stream = world.talk(cut(wire, places), port)
    if ending != "stay":
        getattr(stream, ending)()
    world.settle()
    assert other.request("GET", "/").body == b"ok"
    assert still_answers(world)
    assert world.failures == []


@given(hostile, cuts, endings, profiles)
def test_device_goes_on_whatever_the_server_it_asked_sends(
    wire: bytes, places: list[int], ending: str, profile: str
) -> None:
    world = World(FIRMWARE, profile=profile, boot=False)
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    [stream] = streams
    for piece in cut(wire, places):
        stream.send(piece)
        world.settle(5_000)
    if ending != "stay":
        getattr(stream, ending)()
    world.settle()
    assert still_answers(world)
    assert world.failures == []


@given(st.lists(st.binary(max_size=2000), max_size=5), profiles)
def test_device_goes_on_whatever_datagrams_it_gets(datagrams: list[bytes], profile: str) -> None:
    world = World(FIRMWARE, profile=profile)
    for data in datagrams:
        world.datagram(data, 7)
    assert still_answers(world)
    assert world.failures == []


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 8192, 431),
        (b"x" * 10_000, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: deflate\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 400),
    ],
)
def test_unacceptable_request_is_refused_once_and_the_connection_closed(wire: bytes, status: int) -> None:
    world = World(FIRMWARE)
    stream = world.talk([wire + b"GET / HTTP/1.1\r\n\r\n"])
    assert bytes(stream.received).startswith(b"HTTP/1.1 %d " % status)
    assert stream.received.count(b"HTTP/1.1") == 1
    assert stream.got_eof or stream.lost == "reset"
    [rejected] = world.trace.of(HttpRejected)
    assert rejected.status == status
    assert rejected.data[:12] == wire[:12]


def test_requests_before_a_malformed_one_are_answered() -> None:
    stream = World(FIRMWARE).talk([b"GET / HTTP/1.1\r\n\r\n" * 2 + b"NONSENSE\r\n\r\n" + b"GET / HTTP/1.1\r\n\r\n"])
    assert [int(part[:3]) for part in bytes(stream.received).split(b"HTTP/1.1 ")[1:]] == [200, 200, 400]


def test_body_that_waits_to_be_asked_for_is_asked_for_once() -> None:
    world = World(FIRMWARE)
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
    stream = world.talk([head, b"1\r\na\r\n", b"1\r\nb\r\n", b"0\r\n\r\n"])
    assert stream.received.count(b"HTTP/1.1 100 Continue\r\n\r\n") == 1
    assert bytes(stream.received).endswith(b"ok")


def test_connection_that_is_reset_in_its_handshake_leaves_nothing_behind() -> None:
    world = World("def raw(conn, ev, ev_data):\n    print(ev)\n\nNet.bind('7', raw)")
    stream = world.peer.connect("device", 7)
    stream.reset()
    world.settle()
    world.talk([b"x"], 7)
    # The connection that was reset is over at both ends, and the next one is served as if it had never been
    assert {one.connection for one in world.trace.of(ConnectionClosed)} >= {1}
    view = View()
    view.take(world.trace)
    assert [one.state for one in view.connections.values()][-2:] == ["ESTABLISHED", "ESTABLISHED"]
    assert {one.state for one in list(view.connections.values())[:-2]} == {"CLOSED"}
    assert [ev for ev in world.printed if ev != "0"][-2:] == ["1", "3"]
    assert world.failures == []
