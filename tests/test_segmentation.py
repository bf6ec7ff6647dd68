"""A device sees the same requests, and gives the same answers, however their bytes are cut into segments."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.mhttp.reading import cut, cuts
from tests.world import World

ECHO = """
import json

NAMES = ('METHOD', 'URI', 'PROTOCOL', 'BODY', 'MESSAGE', 'QUERY_STRING')

def echo(conn, ev, ev_data, userdata):
    if ev == HTTP.EV_REQUEST:
        values = [HTTP.param(ev_data, getattr(HTTP, name)) for name in NAMES]
        print(json.dumps(values))
        body = json.dumps(values).encode()
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body))
        Net.send(conn, body)
        if 'last' in values[1]:
            Net.disconnect(conn)
    elif ev == HTTP.EV_CHUNK and SHOWS_CHUNKS:
        print(json.dumps(HTTP.param(ev_data, HTTP.BODY)))

HTTP.add_endpoint(HTTP.get_system_server(), '/', echo, None)
"""

line_ends = st.sampled_from([b"\r\n", b"\n"])


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A good request: without body, with a length, or chunked; lines end with CRLF or bare LF."""
    end = draw(line_ends)
    method = draw(st.sampled_from([b"GET", b"POST", b"PUT", b"HEAD", b"X-Y"]))
    target = draw(st.sampled_from([b"/", b"/a?b=c?d", b"/%41", b"/\xff", b"/unknown/x"]))
    lines = [b"%b %b HTTP/1.1" % (method, target), *draw(st.lists(st.sampled_from([b"A: b", b"Host:x", b"E:"])))]
    body = draw(st.binary(max_size=60))
    match draw(st.sampled_from(["none", "length", "chunked"])):
        case "none":
            body = b""
        case "length":
            lines.append(b"Content-Length: %d" % len(body))
        case _:
            lines.append(b"Transfer-Encoding: chunked")
            pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut(body, draw(cuts)) if piece]
            trailer = draw(st.sampled_from([b"", b"A: b\r\n"]))
            body = b"".join(pieces) + b"0\r\n" + trailer + b"\r\n"
    before = draw(st.sampled_from([b"", end]))
    return before + end.join(lines) + end * 2 + body


endings = st.sampled_from(
    [b"", b"GET /last HTTP/1.0\n\n", b"GET /last HTTP/1.0\n\nGET / HTTP/1.0\n\n", b"NONSENSE\r\n\r\n"]
)


def exchange(pieces: list[bytes]) -> tuple[list[object], bytes, bool]:
    """Return the values of the requests, the bytes of the answers, and whether the device closed."""
    world = World(f"SHOWS_CHUNKS = False\n{ECHO}")
    stream = world.talk(pieces)
    assert world.failures == []
    return world.notes, bytes(stream.received), stream.got_eof


@given(st.lists(requests(), min_size=1, max_size=4), endings, cuts)
def test_requests_and_answers_are_the_same_for_every_cut(
    pipelined: list[bytes], ending: bytes, places: list[int]
) -> None:
    wire = b"".join(pipelined) + ending
    values, answers, closed = exchange([wire])
    assert len(values) == len(pipelined) + ending.startswith(b"GET")
    assert closed == (ending != b"")
    assert exchange(cut(wire, places)) == (values, answers, closed)


@given(st.binary(max_size=40), cuts, cuts)
def test_chunks_are_beginnings_of_the_body_that_follows(body: bytes, chunks: list[int], places: list[int]) -> None:
    pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut(body, chunks) if piece]
    wire = b"PUT /last HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(pieces) + b"0\r\n\r\n"
    world = World(f"SHOWS_CHUNKS = True\n{ECHO}")
    world.talk(cut(wire, places))
    *texts, (_, _, _, whole, _, _) = world.notes
    seen = [text.encode("utf-8", "surrogateescape") for text in texts]
    assert whole.encode("utf-8", "surrogateescape") == body == seen[-1]
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))


def test_one_byte_at_a_time_is_enough() -> None:
    wire = b"POST /last HTTP/1.1\r\nContent-Length: 2\r\n\r\nok"
    assert exchange([wire[i : i + 1] for i in range(len(wire))]) == exchange([wire])
