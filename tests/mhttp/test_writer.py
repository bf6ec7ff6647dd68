"""What is written can be read back, and what cannot be written is refused."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mhttp import REASONS, Message, RequestHead, ResponseHead, Role, write_error, write_request, write_response
from tests.mhttp.reading import cut, cuts, read_all

tokens = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=12)
names = tokens.filter(lambda name: name.lower() not in ("content-length", "transfer-encoding"))
values = st.text(st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=20)
fields = st.lists(st.tuples(names, values.map(str.strip)), max_size=5)
targets = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=30)
bodies = st.binary(max_size=200)
codings = st.sampled_from(["length", "chunked"])


def as_bytes(pairs: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [
        (name.encode("utf-8", "surrogateescape"), value.encode("utf-8", "surrogateescape")) for name, value in pairs
    ]


def chunked(body: bytes, places: list[int]) -> bytes:
    chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut(body, places) if piece]
    return b"".join(chunks) + b"0\r\n\r\n"


def only(wire: list[bytes], role: Role) -> Message:
    [message] = read_all(wire, role)
    assert isinstance(message, Message)
    return message


@given(tokens, targets, fields, bodies, codings, cuts)
def test_request_is_read_as_it_was_written(
    method: str, target: str, headers: list[tuple[str, str]], body: bytes, coding: str, places: list[int]
) -> None:
    if coding == "chunked":
        headers = [*headers, ("Transfer-Encoding", "chunked")]
        wire = write_request(method, target, headers, chunked(body, places))
    else:
        wire = write_request(method, target, headers, body)
        headers = [*headers, ("Content-Length", str(len(body)))] if body else headers
    message = only(cut(wire, places), Role.REQUESTS)
    assert isinstance(message.head, RequestHead)
    assert (message.head.method.decode(), message.head.target.decode()) == (method, target)
    assert message.head.headers == as_bytes(headers)
    assert message.body == body
    assert message.is_complete


@given(st.integers(200, 599).filter(lambda s: s not in (204, 304)), values, fields, bodies, codings, cuts)
def test_response_is_read_as_it_was_written(
    status: int, reason: str, headers: list[tuple[str, str]], body: bytes, coding: str, places: list[int]
) -> None:
    reason = reason.strip()
    if coding == "chunked":
        headers = [*headers, ("Transfer-Encoding", "chunked")]
        wire = write_response(status, headers, chunked(body, places), reason)
    else:
        headers = [*headers, ("Content-Length", str(len(body)))]
        wire = write_response(status, headers, body, reason)
    message = only(cut(wire, places), Role.RESPONSES)
    assert message.head == ResponseHead(b"HTTP/1.1", status, *as_bytes([(reason, "")])[0][:1], as_bytes(headers))
    assert message.body == body
    assert message.is_complete


@pytest.mark.parametrize("status", [*REASONS, 299])
def test_error_is_a_whole_response_whose_body_is_the_reason(status: int) -> None:
    if status < 200 or status in (204, 304):
        return
    message = only([write_error(status, "Mongoose/6.7")], Role.RESPONSES)
    assert isinstance(message.head, ResponseHead)
    assert message.head.status == status
    assert message.body == message.head.reason
    assert (b"Connection", b"close") in message.head.headers


@pytest.mark.parametrize(
    ("method", "target", "headers", "text"),
    [
        ("GET", "/a b", [], "the target '/a b' holds a blank: write %20"),
        ("GET", "/\r\nX:y", [], "the target '/\\r\\nX:y' holds a control character: write it as %"),
        ("GET /x", "/", [], "the method 'GET /x' must be one word"),
        ("", "/", [], "the method '' must be one word"),
        ("GET", "", [], "the target is empty: write / for the root"),
        ("GET\n", "/", [], "the method 'GET\\n' must be one word"),
        ("GET", "/", [("A", "b\r\nC: d")], "the value of the header A must not hold an end of line"),
        ("GET", "/", [("A\r\nB", "c")], "the header name 'A\\r\\nB' must be one word without a colon"),
        ("GET", "/", [("A", "b\n")], "the value of the header A must not hold an end of line"),
        ("GET", "/", [("A:B", "c")], "the header name 'A:B' must be one word without a colon"),
        ("GET", "/", [("A ", "c")], "the header name 'A ' must be one word without a colon"),
        ("GET", "/", [("", "c")], "the header name '' must be one word without a colon"),
    ],
)
def test_request_that_would_be_read_otherwise_is_not_written_and_the_error_names_the_part(
    method: str, target: str, headers: list[tuple[str, str]], text: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}"):
        write_request(method, target, headers)


def test_length_is_written_unless_a_field_says_how_the_body_ends() -> None:
    assert b"Content-Length: 2\r\n" in write_request("POST", "/", (), b"ok")
    assert b"Content-Length" not in write_request("GET", "/")
    assert write_request("POST", "/", [("content-length", "9")], b"ok").count(b"ength") == 1
    assert b"ength" not in write_request("POST", "/", [("Transfer-Encoding", "chunked")], b"0\r\n\r\n")
