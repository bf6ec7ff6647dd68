"""Heads are taken apart as RFC 9112 has it."""

from __future__ import annotations

import pytest

from sim.mhttp import Malformed, RequestHead, ResponseHead
from sim.mhttp.head import strict_request, strict_response
from tests.rfc9112 import first_fault

GOOD = [  # (head, what it says)
    (b"GET / HTTP/1.1\r\n\r\n", RequestHead(b"GET", b"/", None, b"HTTP/1.1", [])),
    (b"GET / HTTP/1.0\n\n", RequestHead(b"GET", b"/", None, b"HTTP/1.0", [])),
    (b"\r\nGET /?a=b?c HTTP/1.1\r\n\r\n", RequestHead(b"GET", b"/", b"a=b?c", b"HTTP/1.1", [])),
    (b"X-Y /a? HTTP/1.1\nA: b\r\n\n", RequestHead(b"X-Y", b"/a", b"", b"HTTP/1.1", [(b"A", b"b")])),
    (b"GET / HTTP/1.1\r\nA:\t b c \t\r\n\r\n", RequestHead(b"GET", b"/", None, b"HTTP/1.1", [(b"A", b"b c")])),
    (b"GET / HTTP/1.1\r\nA:\r\n\r\n", RequestHead(b"GET", b"/", None, b"HTTP/1.1", [(b"A", b"")])),
    (b"GET / HTTP/1.1\nA: \t\nB: c\n\n", RequestHead(b"GET", b"/", None, b"HTTP/1.1", [(b"A", b""), (b"B", b"c")])),
    (
        b"GET /\xff HTTP/1.1\r\nA: \xc3\xa9\r\n\r\n",
        RequestHead(b"GET", b"/\xff", None, b"HTTP/1.1", [(b"A", b"\xc3\xa9")]),
    ),
]

MALFORMED = [
    b"\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/1.1 x\r\n\r\n",
    b"GET / http/1.1\r\n\r\n",
    b"G(T / HTTP/1.1\r\n\r\n",
    b"GET /a b HTTP/1.1\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nnocolon\r\n\r\n",
    b"GET / HTTP/1.1\r\n: v\r\n\r\n",
    b"GET / HTTP/1.1\r\nA : b\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n",
]


@pytest.mark.parametrize(("head", "meaning"), GOOD)
def test_request_head_is_read_by_the_rfc(head: bytes, meaning: RequestHead) -> None:
    assert strict_request(head) == meaning
    assert first_fault(head.decode("latin-1")) is None


@pytest.mark.parametrize("head", MALFORMED)
def test_malformed_request_head_is_refused_with_400(head: bytes) -> None:
    refusal = strict_request(head)
    assert isinstance(refusal, Malformed)
    assert refusal.status == 400


@pytest.mark.parametrize("head", MALFORMED[1:])
def test_another_judge_finds_the_same_heads_malformed(head: bytes) -> None:
    assert first_fault(head.decode("latin-1")) == 400


@pytest.mark.parametrize(
    ("head", "meaning"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", ResponseHead(b"HTTP/1.1", 200, b"OK", [])),
        (b"HTTP/1.0 404 Not Found\n\n", ResponseHead(b"HTTP/1.0", 404, b"Not Found", [])),
        (b"HTTP/1.1 200\r\n\r\n", ResponseHead(b"HTTP/1.1", 200, b"", [])),
        (b"HTTP/1.1 200 \r\nA: b\r\n\r\n", ResponseHead(b"HTTP/1.1", 200, b"", [(b"A", b"b")])),
    ],
)
def test_response_head_is_read_by_the_rfc(head: bytes, meaning: ResponseHead) -> None:
    assert strict_response(head) == meaning


@pytest.mark.parametrize(
    "head", [b"200 OK\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"HTTP/1.1 600 X\r\n\r\n", b"HTTP/1.1 200 OK\r\nA\r\n\r\n"]
)
def test_malformed_response_head_is_refused(head: bytes) -> None:
    assert isinstance(strict_response(head), Malformed)
