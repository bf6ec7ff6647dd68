"""There is a limit to everything that others can make a device keep, and the trace names the one that was met."""

from __future__ import annotations

import pytest

from sim.event import ConnectionClosed, HttpRejected, PacketDropped, WsClosed
from sim.mhttp import Limits
from sim.network.tcp import ORPHAN_US
from sim.peer import Stream
from tests.gateway.raw import HANDSHAKE, TEXT, frame
from tests.world import World

WEB = """
def web(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')

HTTP.add_endpoint(HTTP.get_system_server(), '/', web)
"""
RAW = """
def raw(conn, ev):
    if ev in (Net.EV_ACCEPT, Net.EV_CLOSE):
        print(ev)

Net.bind('7', raw)
"""


def reasons(world: World) -> list[str]:
    """Why connections have ended, at either end."""
    return [event.reason for event in world.trace.of(ConnectionClosed)]


@pytest.mark.parametrize(
    ("limits", "wire", "status", "reason"),
    [
        (Limits(head=50), b"GET / HTTP/1.1\r\nA: " + b"x" * 30 + b"\r\n\r\n", 431, "head too long"),
        (Limits(body=4), b"PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 413, "body too long"),
        (Limits(body=4), b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", 413, "body too long"),
    ],
)
def test_request_beyond_a_limit_is_refused(limits: Limits, wire: bytes, status: int, reason: str) -> None:
    world = World(WEB, limits=limits)
    stream = world.talk([wire])
    assert bytes(stream.received).startswith(b"HTTP/1.1 %d " % status)
    assert stream.got_eof
    [rejected] = world.trace.of(HttpRejected)
    assert (rejected.status, rejected.reason) == (status, reason)


@pytest.mark.parametrize("wire", [frame(TEXT, b"x" * 11), frame(TEXT, b"x" * 9, fin=False) + frame(0, b"xx")])
def test_message_beyond_the_limit_closes_the_websocket(wire: bytes) -> None:
    world = World(WEB, limits=Limits(frame=10))
    world.talk([HANDSHAKE, wire])
    [closed] = world.trace.of(WsClosed)
    assert (closed.code, closed.reason) == (1009, "a message of more than 10 bytes")


def test_connection_beyond_the_limit_is_reset() -> None:
    world = World(WEB, limits=Limits(connections=3))
    kept = [world.talk([]) for _ in range(3)]
    further = world.talk([])
    assert further.lost == "refused"
    assert [event.reason for event in world.trace.of(PacketDropped)] == ["too many connections"]
    assert all(stream.is_open for stream in kept)
    kept[0].close()
    world.settle()
    assert world.peer.request("GET", "/").body == b"ok"


def test_connections_that_the_device_has_closed_and_the_peer_has_not_count_for_a_minute() -> None:
    world = World(
        "Net.bind('7', lambda conn, ev: Net.disconnect(conn) if ev == 1 else None)", limits=Limits(connections=2)
    )
    streams = [world.talk([], 7) for _ in range(2)]
    assert [stream.got_eof for stream in streams] == [True, True]
    assert world.talk([], 7).lost == "refused"
    assert world.clock.next_deadline() is None, "nothing keeps time from standing still"
    world.settle(ORPHAN_US)
    assert world.talk([], 7).got_eof
    assert reasons(world).count("timed out") == 2


def test_peer_that_only_sends_is_dropped_when_the_handler_discards_nothing() -> None:
    world = World(RAW, limits=Limits(head=1, body=0, received=100_000))
    stream = world.talk([b"x" * 1000] * 101, 7)
    assert stream.lost == "reset"
    assert "too much received" in reasons(world)
    assert world.printed == ["1", "5"]
    assert world.failures == []


def test_peer_that_only_sends_is_welcome_when_the_handler_discards_it() -> None:
    firmware = "Net.bind('7', lambda conn, ev, size: Net.discard(conn, size) if ev == Net.EV_RECV else None)"
    world = World(firmware, limits=Limits(head=1, body=0, received=10_000))
    stream = world.talk([b"x" * 1000] * 101, 7)
    assert stream.is_open


def test_peer_that_never_reads_is_dropped_when_the_firmware_goes_on_sending() -> None:
    firmware = """
def raw(conn, ev):
    if ev == Net.EV_RECV:
        print(Net.send(conn, b'x' * 10000))
    if ev == Net.EV_CLOSE:
        print('closed')

Net.bind('7', raw)
"""
    world = World(firmware, limits=Limits(queued=50_000))
    stream = Stream(world.network)
    socket = world.peer.host.connect(world.device.address, 7, stream)
    stream.begin(socket)
    world.settle(10_000)
    socket.pause_reading()
    for _ in range(40):
        stream.send(b"x")
        world.settle(10_000)
    assert "too much to send" in reasons(world)
    assert world.printed.count("closed") == 1
    assert len(world.printed) < 30
    assert world.failures == []


def test_one_big_answer_is_no_matter_of_the_limit() -> None:
    firmware = "Net.bind('7', lambda conn, ev: Net.send(conn, b'x' * 300000) if ev == Net.EV_ACCEPT else None)"
    stream = World(firmware, limits=Limits(queued=1000)).talk([], 7)
    assert stream.received == b"x" * 300_000


@pytest.mark.parametrize("name", ["head", "body", "frame", "connections", "received", "queued"])
def test_negative_limit_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        Limits(**{name: -1})
