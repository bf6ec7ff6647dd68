"""Under the library's profiles a device reads in place; what the observations do not cover stands here."""

from __future__ import annotations

import pytest

from sim.event import HttpRejected, HttpRequested, HttpResponded, WsClosed, WsFramed, WsOpened
from sim.mhttp.websocket import write_frame
from tests.world import World

OLD, NEW = "mongoose-6.7", "mongoose-6.18"
BOTH = pytest.mark.parametrize("profile", [OLD, NEW])

NOTE = """
import json
def note(*facts):
    print(json.dumps(facts))
"""

WATCH = (
    NOTE
    + """
def own(conn, ev, ev_data, userdata):
    if ev == 102:
        note(ev, HTTP.param(ev_data, HTTP.BODY))
        conn.layer.deletes_chunk = True
    elif ev == 100:
        note(ev, HTTP.param(ev_data, HTTP.BODY))
    elif ev >= 121:
        note(ev, getattr(ev_data, 'var_name', None), getattr(ev_data, 'data', b'').decode())
    elif ev == 113 or ev == 114:
        note(ev, ev_data.opcode, ev_data.payload.decode('latin-1'))
server = HTTP.bind('8000')
server.own_handler = own
"""
)

CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
HANDSHAKE = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
MASK = b"\x01\x02\x03\x04"
MULTIPART = (
    b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=XX\r\n\r\n",
    b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\nhel',
    b'lo\r\n--XX\r\nContent-Disposition: form-data; name="b"; filename="c.txt"\r\n\r\nx\r\n--XX--\r\n',
)


def frames(*parts: tuple[int, bytes, bool]) -> bytes:
    return b"".join(write_frame(op, payload, is_final=final, mask=MASK) for op, payload, final in parts)


def test_deleted_chunk_makes_the_body_begin_anew() -> None:
    world = World(WATCH, profile=OLD)
    world.talk([CHUNKED + b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"], 8000)
    assert world.notes == [[102, "abc"], [102, "de"], [102, ""], [100, ""]]


def test_chunks_of_several_receives_are_understood_when_each_is_deleted() -> None:
    world = World(WATCH, profile=NEW)
    world.talk([CHUNKED + b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"], 8000)
    assert world.notes == [[102, "abc"], [102, ""], [102, "de"], [102, ""], [102, ""], [102, ""], [100, ""]]


@BOTH
def test_multipart_request_comes_in_parts(profile: str) -> None:
    world = World(WATCH, profile=profile)
    world.talk(MULTIPART, 8000)
    told = [[ev, name, data] for ev, name, data in world.notes if ev != 123]
    assert told == [[121, None, ""], [122, "a", ""], [124, "a", ""], [122, "b", ""], [124, "b", ""], [125, None, ""]]
    data = {name: "".join(d for ev, n, d in world.notes if ev == 123 and n == name) for name in ("a", "b")}
    assert data == {"a": "hello", "b": "x"}


@BOTH
def test_part_that_the_peer_cuts_off_ends_with_the_connection(profile: str) -> None:
    world = World(WATCH, profile=profile)
    world.talk(MULTIPART[:2], 8000).close()
    world.settle()
    assert [note[0] for note in world.notes] == [121, 122, 124, 125]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (frames((9, b"", False)), b"fragmented control frames are illegal"),
        (frames((1, b"a", False), (1, b"b", True)), b"non-continuation in the middle of a fragmented message"),
        (b"\x81\xff" + b"\xff" * 8 + MASK, b"overflowed message"),
    ],
)
def test_later_library_says_in_plain_text_what_it_minds(sent: bytes, reason: bytes) -> None:
    world = World(WATCH, profile=NEW)
    stream = world.talk([HANDSHAKE, sent], 8000)
    assert stream.received.endswith(bytes([0x88, len(reason)]) + reason)
    assert stream.got_eof


def test_later_library_takes_control_frames_between_fragments() -> None:
    world = World(WATCH, profile=NEW)
    stream = world.talk([HANDSHAKE, frames((1, b"he", False), (9, b"p", True), (0, b"llo", True))], 8000)
    assert world.notes == [[114, 9, "p"], [113, 1, "hello"]]
    assert stream.received.endswith(b"\x8a\x01p")


def test_earlier_library_spoils_the_start_of_an_unmasked_first_fragment() -> None:
    world = World(WATCH, profile=OLD)
    world.talk([HANDSHAKE, write_frame(1, b"abcde", is_final=False), write_frame(0, b"fg")], 8000)
    assert world.notes == [[113, 0, "\0\0\0defg"]]


def test_earlier_library_closes_for_a_fragment_that_looks_like_a_close_frame() -> None:
    world = World(WATCH, profile=OLD)
    assert world.talk([HANDSHAKE, frames((1, b"hello", False))], 8000).got_eof
    assert not world.talk([HANDSHAKE, frames((1, b"aloha", False))], 8000).got_eof


@BOTH
def test_quiet_websocket_is_pinged_again_and_again(profile: str) -> None:
    world = World(WATCH, profile=profile)
    stream = world.talk([HANDSHAKE], 8000)
    world.settle(4_000_000)
    assert stream.received.count(b"\x89\x00") == 0
    world.settle(14_000_000)
    assert stream.received.count(b"\x89\x00") == 3


@BOTH
def test_frames_and_messages_are_recorded(profile: str) -> None:
    world = World(WATCH, profile=profile)
    world.talk([HANDSHAKE, frames((1, b"hi", True), (8, b"\x03\xe8", True))], 8000)
    trace = world.trace
    assert [request.target for request in trace.of(HttpRequested)] == ["/"]
    assert [response.status for response in trace.of(HttpResponded)] == [101]
    assert [opened.target for opened in trace.of(WsOpened)] == ["/"]
    assert [(f.opcode, f.data) for f in trace.of(WsFramed) if f.direction == "in"] == [(1, b"hi"), (8, b"\x03\xe8")]
    assert [closed.code for closed in trace.of(WsClosed)] == [1000]


@BOTH
def test_refusal_without_a_word_is_recorded(profile: str) -> None:
    world = World(WATCH, profile=profile)
    stream = world.talk([b"GET\t/\r\n\r\n"], 8000)
    assert (bytes(stream.received), stream.got_eof) == (b"", True)
    assert [rejected.status for rejected in world.trace.of(HttpRejected)] == [0]


@BOTH
def test_what_no_endpoint_takes_is_answered_from_the_files(profile: str) -> None:
    world = World("HTTP.bind('8000')", profile=profile)
    assert world.peer.request("GET", "/init.py", port=8000).text == "HTTP.bind('8000')"
    assert world.peer.request("GET", "/none", port=8000).status == 404


def test_endpoint_added_later_is_unknown_to_the_glue_on_older_connections() -> None:
    world = World(
        """
def answer(conn, ev, ev_data):
    Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')
    HTTP.add_endpoint(server, '/b', answer)
server = HTTP.bind('8000')
HTTP.add_endpoint(server, '/a', answer)
""",
        profile=OLD,
    )
    stream = world.talk([b"GET /a HTTP/1.1\r\n\r\n", b"GET /b HTTP/1.1\r\n\r\n"], 8000)
    assert stream.received.count(b"ok") == 1
    assert not stream.got_eof
    assert world.talk([b"GET /b HTTP/1.1\r\n\r\n"], 8000).received.count(b"ok") == 1


@BOTH
def test_query_gets_the_response(profile: str) -> None:
    world = World(
        NOTE + "HTTP.query({'url': 'http://peer/x', 'success': lambda body, message: note(body, message)})",
        profile=profile,
        boot=False,
    )
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    streams[0].send(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
    world.settle()
    assert world.notes == [["ok", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"]]


@BOTH
def test_websocket_that_firmware_opens_speaks_both_ways(profile: str) -> None:
    world = World(
        NOTE
        + """
def handle(conn, ev, ev_data):
    if ev == HTTP.EV_WS_HANDSHAKE_DONE:
        note(HTTP.ws_send(conn, 1, 'hi'))
    elif ev == HTTP.EV_WS_FRAME:
        note(HTTP.ws_opcode(ev_data), HTTP.ws_fin(ev_data), HTTP.param(ev_data, HTTP.BODY))
HTTP.ws_connect('ws://peer/ws', handle)
""",
        profile=profile,
        boot=False,
    )
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    streams[0].send(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n\x81\x02yo")
    world.settle()
    assert world.notes == [[1], [1, 1, "yo"]]
    assert len(streams[0].received.partition(b"\r\n\r\n")[2]) == 8


@BOTH
def test_rpc_is_answered_by_http_and_websocket(profile: str) -> None:
    world = World("", profile=profile)
    assert world.peer.request("GET", "/rpc/Sys.GetInfo").status == 200
    stream = world.talk([HANDSHAKE.replace(b"GET /", b"GET /rpc"), frames((1, b'{"id":1,"method":"RPC.List"}', True))])
    assert b"RPC.Ping" in stream.received
    assert world.failures == []
