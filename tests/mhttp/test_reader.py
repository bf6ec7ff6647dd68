"""A reader finds the same messages however their bytes are cut."""

from __future__ import annotations

import pytest

from sim.mhttp import Chunk, Limits, Malformed, Message, MessageReader, RequestHead, ResponseHead, Role
from tests.mhttp.reading import every_cut_in_two, read_all


def request(head: bytes, body: bytes = b"", *, is_complete: bool = True) -> tuple[bytes, bytes, bool]:
    return head, body, is_complete


def shown(messages: list[Message | Malformed]) -> list[tuple[bytes, bytes, bool] | int]:
    """Return head as sent, body and whether it is whole, or the status of a refusal."""
    return [m.status if isinstance(m, Malformed) else (m.data[: m.head_size], m.body, m.is_complete) for m in messages]


GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /x?y HTTP/1.1\nContent-Length: 5\n\n"
CHUNKED = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

REQUESTS = [  # (bytes on the wire, messages)
    (b"", []),
    (GET, [request(GET)]),
    (GET + GET, [request(GET), request(GET)]),
    (b"\r\n" + GET, [request(b"\r\n" + GET)]),
    (POST + b"hello", [request(POST, b"hello")]),
    (POST + b"hello" + GET, [request(POST, b"hello"), request(GET)]),
    (POST + b"hell", [request(POST, b"hell", is_complete=False)]),
    (CHUNKED + b"5\r\nhello\r\n6; a=b\r\n world\r\n0\r\n\r\n" + GET, [request(CHUNKED, b"hello world"), request(GET)]),
    (CHUNKED + b"0\r\nA: b\r\n\r\n", [request(CHUNKED)]),
    (CHUNKED + b"5\r\nhello\r\n", [request(CHUNKED, b"hello", is_complete=False)]),
    (GET + b"GET /", [request(GET)]),
    (GET + b"nonsense\r\n\r\n" + GET, [request(GET), 400]),
    (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n" + GET, [400]),
    (CHUNKED + b"5\r\nhello0\r\n\r\n", [400]),
    (CHUNKED + b"g\r\n", [400]),
    (CHUNKED + b"5\nhello\n0\n\n", [400]),
    (CHUNKED + b"0\r\na\nb\r\n\r\n", [400]),
    (CHUNKED + b"1;" + b"x" * 300 + b"\r\na\r\n0\r\n\r\n", [400]),
    (CHUNKED + b"0\r\n" + b"x: y\r\n" * 2000 + b"\r\n", [431]),
]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
UNTIL_CLOSE = b"HTTP/1.0 200 OK\n\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
CODED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"

RESPONSES = [
    (OK + b"ok" + EMPTY + OK + b"no", [request(OK, b"ok"), request(EMPTY), request(OK, b"no")]),
    (UNTIL_CLOSE + b"  hello! \n", [request(UNTIL_CLOSE, b"  hello! \n")]),
    (CODED + b"2\r\nok\r\n0\r\n\r\n" + EMPTY, [request(CODED, b"ok"), request(EMPTY)]),
    (INTERIM + OK + b"ok", [request(INTERIM), request(OK, b"ok")]),
    (OK + b"o", [request(OK, b"o", is_complete=False)]),
    (b"HTTP/1.1 OK\r\n\r\n", [502]),
]


@pytest.mark.parametrize(("wire", "messages"), REQUESTS)
def test_requests_are_the_same_for_every_cut(wire: bytes, messages: list[object]) -> None:
    for pieces in every_cut_in_two(wire[:3000]) if len(wire) < 1000 else [[wire], [wire[:100], wire[100:]]]:
        assert shown(read_all(pieces)) == messages


@pytest.mark.parametrize(("wire", "messages"), RESPONSES)
def test_responses_are_the_same_for_every_cut(wire: bytes, messages: list[object]) -> None:
    for pieces in every_cut_in_two(wire):
        assert shown(read_all(pieces, Role.RESPONSES)) == messages


def test_response_to_head_has_no_body_and_the_next_one_has() -> None:
    for pieces in every_cut_in_two(OK + OK + b"ok"):
        found = shown(read_all(pieces, Role.RESPONSES, methods=[b"HEAD", b"GET"]))
        assert found == [request(OK), request(OK, b"ok")]


def test_interim_response_does_not_answer_head() -> None:
    reader = MessageReader(Role.RESPONSES)
    reader.to_head = True
    buffer = bytearray(INTERIM + OK + EMPTY)
    found = [reader.read(buffer) for _ in range(3)]
    assert shown(found) == [request(INTERIM), request(OK), request(EMPTY)]


def test_head_is_taken_apart() -> None:
    found = read_all([POST + b"hello"])
    assert isinstance(found[0], Message)
    assert found[0].head == RequestHead(b"POST", b"/x", b"y", b"HTTP/1.1", [(b"Content-Length", b"5")])
    found = read_all([EMPTY], Role.RESPONSES)
    assert isinstance(found[0], Message)
    assert found[0].head == ResponseHead(b"HTTP/1.1", 204, b"No Content", [])


def test_chunks_are_shown_as_they_come() -> None:
    reader, buffer, bodies = MessageReader(Role.REQUESTS), bytearray(), []
    for piece in (CHUNKED + b"1\r\na\r\n", b"2\r\nbc\r\n3\r\nd", b"ef\r\n", b"0\r\n", b"\r\n"):
        buffer += piece
        while (item := reader.read(buffer)) is not None:
            bodies.append((type(item), item.message.body if isinstance(item, Chunk) else item.body))
    assert bodies == [
        (Chunk, b"a"),
        (Chunk, b"abc"),
        (Chunk, b"abcdef"),
        (Chunk, b"abcdef"),
        (Chunk, b"abcdef"),
        (Message, b"abcdef"),
    ]


# Limits

LIMITS = Limits(head=100, body=10)


@pytest.mark.parametrize(
    ("wire", "found"),
    [
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 77 + b"\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 78 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 1000, 431),
        (b"x" * 101, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789", None),
        (b"POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", 413),
        (CHUNKED + b"5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", None),
        (CHUNKED + b"5\r\n01234\r\n6\r\n", 413),
        (CHUNKED + b"ffffffff\r\n", 413),
        (CHUNKED + b"fffffffff\r\n", 400),
    ],
)
def test_limits_hold_for_every_cut(wire: bytes, found: int | None) -> None:
    for pieces in every_cut_in_two(wire):
        messages = read_all(pieces, limits=LIMITS)
        assert len(messages) == 1
        assert getattr(messages[0], "status", None) == found


def test_body_until_close_has_a_limit_too() -> None:
    found = read_all([UNTIL_CLOSE, b"x" * 6, b"x" * 5], Role.RESPONSES, limits=LIMITS)
    assert shown(found) == [413]


def test_chunks_leave_the_buffer_as_they_are_decoded() -> None:
    reader, buffer = MessageReader(Role.REQUESTS), bytearray(CHUNKED)
    for _ in range(1000):
        buffer += b"1;" + b"x" * 200 + b"\r\na\r\n"
        while reader.read(buffer) is not None:
            pass
    assert len(buffer) < 300


def test_limits_are_not_negative() -> None:
    with pytest.raises(ValueError, match="limits must not be negative"):
        Limits(body=-1)
