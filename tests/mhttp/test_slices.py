"""Heads are taken apart as the C library does."""

from __future__ import annotations

from sim.mhttp import ResponseHead
from sim.mhttp.message import Head
from sim.mhttp.slices import library_head_end, slice_head


def read(head: bytes, *, is_request: bool = True) -> Head | None:
    slices = slice_head(head, is_request)
    return None if slices is None else slices.read(head)


def test_library_does_not_wait_for_the_end_of_a_head_with_an_unprintable_byte() -> None:
    assert library_head_end(b"GET /\x00") == -1
    assert library_head_end(b"GET /\xff") == 0
    assert library_head_end(b"GET / HTTP/1.1\n\n\x00") == 16


def test_library_stops_reading_fields_at_one_without_a_name() -> None:
    head = read(b"GET / HTTP/1.1\r\nA:\r\nB: c\r\n:\r\nD: e\r\n\r\n")
    assert head is not None
    assert head.headers == [(b"B", b"c")]


def test_library_keeps_nineteen_fields() -> None:
    head = read(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 30 + b"\r\n")
    assert head is not None
    assert len(head.headers) == 19


def test_library_skips_blanks_before_a_response() -> None:
    assert read(b"\r\n HTTP/1.1 200 OK\r\n\r\n", is_request=False) == ResponseHead(b"HTTP/1.1", 200, b"OK", [])


def test_slices_show_what_the_memory_holds_now() -> None:
    memory = bytearray(b"GET /a HTTP/1.1\r\nA: b\r\n\r\n")
    slices = slice_head(bytes(memory), True)
    assert slices is not None
    memory[4:6] = b"/c"
    assert slices.read(memory).protocol == b"HTTP/1.1"
    assert slices.find(memory, b"a") == (20, 21)
    assert memory[slice(*slices.uri or ())] == b"/c"
