"""Where a body ends is decided from the head, without room for two opinions."""

from __future__ import annotations

import pytest

from sim.mhttp import Malformed, RequestHead, ResponseHead
from sim.mhttp.framing import CHUNKED, UNTIL_CLOSE, library_framing, strict_request_framing, strict_response_framing

LENGTH, CODING = b"Content-Length", b"Transfer-Encoding"


def request(*fields: tuple[bytes, bytes], method: bytes = b"POST", protocol: bytes = b"HTTP/1.1") -> RequestHead:
    return RequestHead(method, b"/", None, protocol, list(fields))


def response(status: int, *fields: tuple[bytes, bytes]) -> ResponseHead:
    return ResponseHead(b"HTTP/1.1", status, b"", list(fields))


def status(framing: object) -> int:
    assert isinstance(framing, Malformed)
    return framing.status


@pytest.mark.parametrize("method", [b"GET", b"POST", b"PUT", b"HEAD", b"X"])
def test_request_without_length_has_no_body(method: bytes) -> None:
    assert strict_request_framing(request(method=method)) == 0


def test_length_is_as_the_field_says() -> None:
    assert strict_request_framing(request((b"content-LENGTH", b"12"))) == 12
    assert strict_request_framing(request((LENGTH, b"12"), (LENGTH, b"012"))) == 12


@pytest.mark.parametrize("value", [b"", b"-1", b"+5", b"5abc", b"5, 5", b"5.9", b"0x5", b"5 5", b"\xb2"])
def test_length_that_is_no_number_is_refused_with_400(value: bytes) -> None:
    assert status(strict_request_framing(request((LENGTH, value)))) == 400


def test_two_lengths_that_differ_are_refused_with_400() -> None:
    assert status(strict_request_framing(request((LENGTH, b"5"), (LENGTH, b"6")))) == 400


def test_length_beside_a_coding_is_refused_with_400() -> None:
    assert status(strict_request_framing(request((LENGTH, b"5"), (CODING, b"chunked")))) == 400


@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_length_of_many_digits_is_a_very_large_one(digits: int) -> None:
    for framing in (strict_request_framing, library_framing):
        assert framing(request((LENGTH, b"9" * digits))) == 2**63 - 1
        assert framing(request((LENGTH, b"0" * digits + b"7"))) == 7


def test_chunked_is_the_only_coding() -> None:
    assert strict_request_framing(request((CODING, b"Chunked"))) is CHUNKED
    assert status(strict_request_framing(request((CODING, b"gzip, chunked")))) == 501
    assert status(strict_request_framing(request((CODING, b"gzip"), (CODING, b"chunked")))) == 501
    assert status(strict_request_framing(request((CODING, b"identity")))) == 501


def test_coding_in_http_1_0_is_refused_with_400() -> None:
    assert status(strict_request_framing(request((CODING, b"chunked"), protocol=b"HTTP/1.0"))) == 400


def test_response_without_length_runs_until_close() -> None:
    assert strict_response_framing(response(200)) is UNTIL_CLOSE
    assert strict_response_framing(response(200, (LENGTH, b"3"))) == 3
    assert strict_response_framing(response(200, (CODING, b"chunked"))) is CHUNKED


@pytest.mark.parametrize("code", [100, 101, 204, 304])
def test_some_responses_have_no_body_whatever_their_head_says(code: int) -> None:
    assert strict_response_framing(response(code, (LENGTH, b"3"))) == 0


def test_response_to_head_has_no_body_whatever_its_head_says() -> None:
    assert strict_response_framing(response(200, (LENGTH, b"3")), to_head=True) == 0


def test_library_takes_the_last_length_and_its_leading_integer() -> None:
    assert library_framing(request((LENGTH, b"5"), (LENGTH, b"6"))) == 6
    assert library_framing(request((LENGTH, b"5, 6"))) == 5
    assert library_framing(request((LENGTH, b"-3"))) == -3
    assert library_framing(request((LENGTH, b"x"))) == 0
    assert library_framing(request((b"Content-Length-X", b"4"))) == 4


def test_library_waits_for_the_close_where_a_request_may_have_a_body() -> None:
    assert library_framing(request()) is UNTIL_CLOSE
    assert library_framing(request(method=b"put")) is UNTIL_CLOSE
    assert library_framing(request(method=b"GET")) == 0
    assert library_framing(response(204)) is UNTIL_CLOSE
