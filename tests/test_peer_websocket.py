"""A peer opens WebSockets to a device: what it sends arrives, and every end has its code and its reason."""

from __future__ import annotations

import pytest

from sim.event import HttpRequested, SegmentSent, WsClosed, WsFramed, WsOpened
from sim.mhttp.websocket import Opcode, accept_key
from tests.world import World

ECHO = """
def ws(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, HTTP.ws_opcode(ev_data), HTTP.param(ev_data, HTTP.BODY))

HTTP.add_endpoint(HTTP.get_system_server(), '/ws', ws)
"""


@pytest.fixture
def world():
    return World(ECHO)


def opened(world, target="/ws", **options):
    client = world.peer.websocket("device", target, **options)
    world.settle()
    return client


def answering(answer):
    """A world in which the firmware answers whatever comes to port 81 with bytes of its own."""
    return World(f"""
def raw(conn, ev, data):
    if ev == Net.EV_RECV:
        Net.send(conn, {answer!r})
Net.bind('81', raw)
""")


def test_what_is_sent_crosses_the_network_masked_and_comes_back(world):
    client = opened(world)
    assert client.is_open
    client.send("grüße")
    client.send(b"\x00\xff")
    world.settle()
    assert [(frame.opcode, frame.payload) for frame in client.frames] == [
        (Opcode.TEXT, "grüße".encode()),
        (Opcode.BINARY, b"\x00\xff"),
    ]
    carried = b"".join(event.data for event in world.trace.of(SegmentSent) if event.dst == world.device.address)
    assert "grüße".encode() not in carried
    assert [event.direction for event in world.trace.of(WsFramed)] == ["in", "out", "in", "out"]


def test_the_same_seed_gives_the_same_bytes():
    def bytes_of(seed):
        world = World(ECHO, seed=seed)
        opened(world).send("x")
        world.settle()
        return [event.data for event in world.trace.of(SegmentSent)]

    assert bytes_of(1) == bytes_of(1)
    assert bytes_of(1) != bytes_of(2)


def test_a_ping_is_ponged_both_ways(world):
    client = opened(world)
    client.send(b"are you there", Opcode.PING)
    world.settle()
    assert [(frame.opcode, frame.payload) for frame in client.frames] == [(Opcode.PONG, b"are you there")]
    pinging = World("""
def ws(conn, ev, ev_data):
    if ev == HTTP.EV_WS_HANDSHAKE_DONE:
        HTTP.ws_send(conn, 9, 'hi')

HTTP.add_endpoint(HTTP.get_system_server(), '/ws', ws)
""")
    opened(pinging)
    assert [(event.direction, event.opcode) for event in pinging.trace.of(WsFramed)] == [("out", 9), ("in", 10)]


def test_a_close_is_answered_and_both_sides_know_code_and_reason(world):
    client = opened(world)
    client.close(4001, "enough")
    world.settle()
    assert client.closed == (4001, "")  # the device repeats the code alone
    assert world.trace.of(WsClosed)[-1].code == 4001
    assert world.trace.of(WsClosed)[-1].reason == "enough"
    client.close()
    with pytest.raises(ValueError, match="not open"):
        client.send("late")


def test_a_close_of_the_device_is_answered():
    world = World(ECHO.replace("HTTP.ws_opcode(ev_data), HTTP.param(ev_data, HTTP.BODY)", "8, b'\\x0f\\xa1bye'"))
    client = opened(world)
    client.send("x")
    world.settle()
    assert client.closed == (4001, "bye")
    assert [event.direction for event in world.trace.of(WsFramed)] == ["in", "out", "in"]


def test_a_reset_is_an_end_without_a_close_frame(world):
    client = opened(world)
    world.device.stop()
    world.settle()
    assert client.closed == (1006, "the connection was reset")


def test_subprotocols_are_offered_and_the_choice_is_told(world):
    client = opened(world, protocols=["chat.v2", "chat.v1"])
    assert client.subprotocol == "chat.v2"
    [event] = world.trace.of(WsOpened)
    assert event.subprotocol == "chat.v2"
    assert b"Sec-WebSocket-Protocol: chat.v2, chat.v1\r\n" in world.trace.of(HttpRequested)[0].data


@pytest.mark.parametrize(
    ("target", "port", "problem"),
    [
        ("/none", 80, "the device answered 404 Not Found"),
        ("/ws", 81, "connection refused: nothing listens there"),
    ],
)
def test_what_does_not_open_says_why(world, target, port, problem):
    told = []
    client = opened(world, target, port=port, on_open=told.append)
    assert (client.problem, told) == (problem, [problem])
    assert client.closed is None


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("HTTP/1.1 101 Sure\r\n\r\n", "no field Upgrade"),
        ("HTTP/1.1 101 Sure\r\nUpgrade: websocket\r\n\r\n", "no field Connection"),
        ("HTTP/1.1 101 Sure\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", "does not fit the key"),
        ("HTTP/1.1 200 OK\r\n\r\nwithout an end", "the device answered 200 OK"),
        ("nonsense\r\n\r\n", "no HTTP response"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\n\r\n", "the device answered 403 No"),
    ],
)
def test_an_answer_that_is_no_handshake_is_refused(answer, problem):
    client = opened(answering(answer), port=81)
    assert problem in client.problem
    assert not client.is_open


def test_a_handshake_that_is_not_answered_is_given_up():
    world = answering("")
    client = opened(world, port=81)
    assert client.problem is None
    world.settle(10_000_000)
    assert client.problem == "the handshake was not answered within 10 s"


def test_a_frame_against_the_protocol_ends_the_websocket():
    world = World()
    streams = world.serve(82)
    client = world.peer.websocket("peer", "/", port=82)
    world.settle()
    [stream] = streams
    key = stream.received.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
    head = "HTTP/1.1 101 Sure\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: "
    stream.send((head + accept_key(key) + "\r\n\r\n").encode() + b"\xf1\x00")
    world.settle()
    assert client.closed == (1002, "a reserved bit is set")


@pytest.mark.parametrize("code", [0, 999, 1005, 1006, 5000])
def test_a_code_that_may_not_be_sent_is_refused(world, code):
    client = opened(world)
    with pytest.raises(ValueError, match=f"close code {code} may not be sent"):
        client.close(code)
    assert client.is_open


def test_a_subprotocol_that_breaks_the_head_apart_is_refused(world):
    with pytest.raises(ValueError, match="must not hold an end of line"):
        world.peer.websocket("device", "/ws", protocols=["a\r\nX: y"])
