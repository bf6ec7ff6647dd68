"""Frames come out of the reader as they went into the writer, however they are cut."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mhttp.websocket import (
    CloseCode,
    Fault,
    Frame,
    FrameReader,
    Opcode,
    accept_key,
    close_payload,
    parse_close,
    write_frame,
    wrong_handshake,
)
from tests.mhttp.reading import cut, cuts

HANDSHAKE = [
    (b"Upgrade", b"websocket"),
    (b"Connection", b"keep-alive, Upgrade"),
    (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
]

masks = st.binary(min_size=4, max_size=4)
texts = st.text(max_size=200).map(lambda text: (int(Opcode.TEXT), text.encode("utf-8")))
binaries = st.binary(max_size=200).map(lambda data: (int(Opcode.BINARY), data))
controls = st.tuples(st.sampled_from([8, 9, 10]), st.binary(max_size=125))
messages = st.lists(st.one_of(texts, binaries, controls), max_size=6)


def read_all(pieces: Iterable[bytes], *, masked: bool = True, limit: int = 1000) -> list[Frame | Fault]:
    reader, buffer, found = FrameReader(masked=masked, limit=limit), bytearray(), list[Frame | Fault]()
    for piece in pieces:
        buffer += piece
        while (item := reader.read(buffer)) is not None:
            found.append(item)
            if isinstance(item, Fault):
                return found
    return found


@given(messages, masks, cuts)
def test_messages_come_out_as_they_went_in(sent: list[tuple[int, bytes]], mask: bytes, places: list[int]) -> None:
    wire = b"".join(write_frame(opcode, payload, mask=mask) for opcode, payload in sent)
    assert read_all(cut(wire, places)) == [Frame(opcode, payload) for opcode, payload in sent]


@given(messages, cuts)
def test_server_sends_without_a_mask(sent: list[tuple[int, bytes]], places: list[int]) -> None:
    wire = b"".join(write_frame(opcode, payload) for opcode, payload in sent)
    assert read_all(cut(wire, places), masked=False) == [Frame(opcode, payload) for opcode, payload in sent]


@given(st.one_of(texts, binaries), controls, cuts, cuts, masks)
def test_fragments_are_joined_and_what_is_between_them_comes_first(
    message: tuple[int, bytes], control: tuple[int, bytes], fragments: list[int], places: list[int], mask: bytes
) -> None:
    opcode, payload = message
    parts = cut(payload, fragments) or [b""]
    wire = b"".join(
        write_frame(0 if i else opcode, part, is_final=i == len(parts) - 1, mask=mask)
        + (write_frame(*control, mask=mask) if i < len(parts) - 1 else b"")
        for i, part in enumerate(parts)
    )
    expected = [Frame(*control)] * (len(parts) - 1) + [Frame(opcode, payload)]
    assert read_all(cut(wire, places)) == expected


@given(st.binary(max_size=60), cuts, st.booleans())
def test_any_bytes_give_the_same_however_they_are_cut(wire: bytes, places: list[int], masked: bool) -> None:
    whole, in_pieces = read_all([wire], masked=masked), read_all(cut(wire, places), masked=masked)
    assert in_pieces == whole


@given(st.binary(min_size=1, max_size=40), masks)
def test_text_is_refused_as_soon_as_it_is_none(payload: bytes, mask: bytes) -> None:
    wire = write_frame(Opcode.TEXT, payload + b"x" * 100, mask=mask)[: -100 or None]
    try:
        payload.decode("utf-8")
        is_text = True
    except UnicodeDecodeError as error:
        is_text = error.reason == "unexpected end of data"
    found = read_all([wire])
    assert found == ([] if is_text else [Fault(CloseCode.INVALID_DATA, "a text that is no UTF-8")])


def test_ping_within_a_message_as_long_as_the_limit_is_no_part_of_it() -> None:
    mask = b"abcd"
    wire = write_frame(2, b"x" * 1000, is_final=False, mask=mask) + write_frame(9, b"y" * 125, mask=mask)
    assert read_all([wire, write_frame(0, b"", mask=mask)]) == [Frame(9, b"y" * 125), Frame(2, b"x" * 1000)]


def test_message_beyond_the_limit_is_refused_at_its_head() -> None:
    wire = write_frame(2, b"x" * 1001, mask=b"abcd")
    [fault] = read_all([wire[:4]])
    assert fault == Fault(CloseCode.TOO_BIG, "a message of more than 1000 bytes")


@given(st.integers(1000, 4999), st.text(max_size=200))
def test_close_payload_comes_apart_as_it_was_made(code: int, reason: str) -> None:
    payload = close_payload(code, reason)
    assert len(payload) <= 125
    parsed = parse_close(payload)
    if isinstance(parsed, Fault):
        assert code in {1004, 1005, 1006, 1015} or 1016 <= code < 3000
    else:
        assert parsed[0] == code
        assert reason.startswith(parsed[1])


def test_key_is_accepted_as_the_rfc_shows() -> None:
    assert accept_key(b"dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_handshake_of_the_rfc_is_right() -> None:
    assert wrong_handshake(b"GET", b"HTTP/1.1", HANDSHAKE) is None


@pytest.mark.parametrize(
    ("method", "protocol", "headers"),
    [
        (b"POST", b"HTTP/1.1", HANDSHAKE),
        (b"GET", b"HTTP/1.0", HANDSHAKE),
        (b"GET", b"HTTP/1.1", HANDSHAKE[1:]),
        (b"GET", b"HTTP/1.1", [(b"Upgrade", b"h2c"), *HANDSHAKE[1:]]),
        (b"GET", b"HTTP/1.1", [HANDSHAKE[0], *HANDSHAKE[2:]]),
        (b"GET", b"HTTP/1.1", [*HANDSHAKE[:2], (b"Sec-WebSocket-Key", b"dG9vIHNob3J0")]),
        (b"GET", b"HTTP/1.1", [*HANDSHAKE[:2], (b"Sec-WebSocket-Key", b"no base 64!")]),
    ],
)
def test_handshake_that_lacks_something_is_wrong(
    method: bytes, protocol: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    assert wrong_handshake(method, protocol, headers) is not None
