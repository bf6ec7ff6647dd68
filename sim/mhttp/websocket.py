"""Speaks WebSocket without I/O: the key of the handshake, frames in and out, and their faults (RFC 6455)."""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
from enum import IntEnum
from typing import Final

from sim.mhttp.message import Fields, find_field
from sim.values import frozen, mutable

__all__ = [
    "MAX_FRAME",
    "CloseCode",
    "Fault",
    "Frame",
    "FrameReader",
    "Opcode",
    "accept_key",
    "apply_mask",
    "close_payload",
    "offered_protocols",
    "parse_close",
    "write_frame",
    "wrong_handshake",
]

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MAX_FRAME: Final = 1024 * 1024
MAX_CONTROL: Final = 125


class Opcode(IntEnum):
    """What a frame is (RFC 6455, 5.2)."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class CloseCode(IntEnum):
    """Why a connection ends (RFC 6455, 7.4.1)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS = 1005
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011


SENDABLE: Final = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


@mutable
class Frame:
    """A frame, or a whole message whose fragments were joined; `opcode` is then that of the first."""

    opcode: int
    payload: bytes
    is_final: bool = True
    reserved: int = 0
    """The reserved bits of its first byte, where it is."""

    def __repr__(self) -> str:
        return f"<frame {int(self.opcode)}>"

    @property
    def is_control(self) -> bool:
        """Whether this is a close, ping or pong."""
        return self.opcode >= Opcode.CLOSE


@frozen
class Fault:
    """The peer broke the protocol; the connection is to be failed with this code (RFC 6455, 7.1.7)."""

    code: CloseCode
    reason: str


def accept_key(key: bytes) -> str:
    """Return the value of `Sec-WebSocket-Accept` for a key (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest()).decode("ascii")


def wrong_handshake(method: bytes, protocol: bytes, headers: Fields) -> str | None:
    """Say what is wrong with an opening handshake, or return None (RFC 6455, 4.2.1)."""
    if method != b"GET":
        return "the method must be GET"
    if protocol < b"HTTP/1.1":
        return "the version must be HTTP/1.1"
    if not _has_token(headers, b"upgrade", b"websocket"):
        return "the field Upgrade must name websocket"
    if not _has_token(headers, b"connection", b"upgrade"):
        return "the field Connection must name Upgrade"
    try:
        key = base64.b64decode(find_field(headers, b"sec-websocket-key") or b"", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    return None if len(key) == 16 else "the field Sec-WebSocket-Key must be 16 bytes in base64"


def offered_protocols(headers: Fields) -> list[bytes]:
    """Return the subprotocols that a handshake offers, in its order."""
    values = b",".join(value for name, value in headers if name.lower() == b"sec-websocket-protocol")
    return [token.strip() for token in values.split(b",") if token.strip()]


def _has_token(headers: Fields, name: bytes, token: bytes) -> bool:
    values = (value for key, value in headers if key.lower() == name)
    return any(token == part.strip().lower() for value in values for part in value.split(b","))


def write_frame(
    opcode: int, payload: bytes, *, is_final: bool = True, mask: bytes | None = None, long_from: int = 65536
) -> bytes:
    """Return a frame, in its shortest form unless `long_from` is less; a client gives a mask of 4 bytes."""
    size = len(payload)
    masked = 0x80 if mask is not None else 0
    head = bytes([(0x80 if is_final else 0) | opcode])
    if size < 126:
        head += bytes([masked | size])
    elif size < long_from:
        head += bytes([masked | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([masked | 127]) + size.to_bytes(8, "big")
    return head + payload if mask is None else head + mask + apply_mask(payload, mask)


def apply_mask(data: bytes, mask: bytes) -> bytes:
    """Mask or unmask a payload (RFC 6455, 5.3)."""
    size = len(data)
    # As one big number: a loop over bytes takes a hundred times as long
    stream = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")).to_bytes(size, "little")


def close_payload(code: int, reason: str = "") -> bytes:
    """Return the payload of a close frame; the reason is cut to what a control frame holds."""
    text = reason.encode("utf-8")[: MAX_CONTROL - 2].decode("utf-8", "ignore").encode("utf-8")
    return code.to_bytes(2, "big") + text


def parse_close(payload: bytes) -> tuple[int, str] | Fault:
    """Take the payload of a close frame apart (RFC 6455, 5.5.1 and 7.4)."""
    if not payload:
        return CloseCode.NO_STATUS, ""
    if len(payload) == 1:
        return Fault(CloseCode.PROTOCOL_ERROR, "a close frame with half a code")
    code = int.from_bytes(payload[:2], "big")
    if code not in SENDABLE and not 3000 <= code <= 4999:
        return Fault(CloseCode.PROTOCOL_ERROR, f"close code {code} may not be sent")
    try:
        return code, payload[2:].decode("utf-8")
    except UnicodeDecodeError:
        return Fault(CloseCode.INVALID_DATA, "the reason of a close frame is no UTF-8")


class FrameReader:
    """Takes frames out of a buffer, joins fragments, and checks all that RFC 6455 asks for, as soon as it can."""

    __slots__ = ("_decoder", "_first", "_limit", "_masked", "_parts", "_seen", "_size")

    def __init__(self, *, masked: bool, limit: int = MAX_FRAME) -> None:
        self._masked = masked
        self._limit = limit
        self._first: int | None = None  # opcode of the fragmented message that is under way
        self._parts = bytearray()
        self._size = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self._seen = 0  # bytes of the payload at the front of the buffer that the decoder has had

    def forget(self) -> None:
        """Begin the frame at the front of the buffer anew: someone else has changed the buffer."""
        self._seen = 0

    def read(self, buffer: bytearray) -> Frame | Fault | None:
        """Return the next message, control frame or fault, or None if more bytes are needed."""
        while len(buffer) >= 2:
            head = self._read_head(buffer)
            if head is None or isinstance(head, Fault):
                return head
            start, size = head
            if len(buffer) < start + size:
                return self._look_ahead(buffer, start)
            first = buffer[0]
            payload = bytes(buffer[start : start + size])
            if self._masked:
                payload = apply_mask(payload, bytes(buffer[start - 4 : start]))
            del buffer[: start + size]
            item = self._take(first & 0x0F, bool(first & 0x80), payload)
            if item is not None:
                return item
        return None

    def _read_head(self, buffer: bytearray) -> tuple[int, int] | Fault | None:
        """Return where the payload starts and how long it is."""
        first, second = buffer[0], buffer[1]
        opcode, size, start = first & 0x0F, second & 0x7F, 2
        if first & 0x70:
            return Fault(CloseCode.PROTOCOL_ERROR, "a reserved bit is set")
        if opcode in (3, 4, 5, 6, 7) or opcode > Opcode.PONG:
            return Fault(CloseCode.PROTOCOL_ERROR, f"opcode {opcode} is reserved")
        if bool(second & 0x80) != self._masked:
            return Fault(CloseCode.PROTOCOL_ERROR, "a client must mask its frames, a server must not")
        if opcode >= Opcode.CLOSE and (size > MAX_CONTROL or not first & 0x80):
            return Fault(CloseCode.PROTOCOL_ERROR, "a control frame is fragmented or too long")
        if opcode >= Opcode.CLOSE or opcode == Opcode.CONTINUATION:
            if opcode == Opcode.CONTINUATION and self._first is None:
                return Fault(CloseCode.PROTOCOL_ERROR, "nothing to continue")
        elif self._first is not None:
            return Fault(CloseCode.PROTOCOL_ERROR, "a new message within a fragmented one")
        if size > MAX_CONTROL:
            width = 2 if size == 126 else 8
            if len(buffer) < start + width:
                return None
            size = int.from_bytes(buffer[start : start + width], "big")
            start += width
            if size >> 63 or size < (126 if width == 2 else 65536):
                return Fault(CloseCode.PROTOCOL_ERROR, "a length that is not in its shortest form")
        if opcode < Opcode.CLOSE and self._size + size > self._limit:
            return Fault(CloseCode.TOO_BIG, f"a message of more than {self._limit} bytes")
        return start + (4 if self._masked else 0), size

    def _look_ahead(self, buffer: bytearray, start: int) -> Fault | None:
        """Check what there is of the payload of a text, whose rest may never come (RFC 6455, 8.1)."""
        opcode = buffer[0] & 0x0F
        if opcode == Opcode.TEXT and self._decoder is None:
            self._decoder = codecs.getincrementaldecoder("utf-8")()
        if opcode >= Opcode.CLOSE or self._decoder is None or len(buffer) <= start + self._seen:
            return None
        data = bytes(buffer[start + self._seen :])
        if self._masked:
            turn = self._seen % 4
            data = apply_mask(data, bytes(buffer[start - 4 + turn : start] + buffer[start - 4 : start - 4 + turn]))
        self._seen += len(data)
        return self._check(data, False)

    def _take(self, opcode: int, is_final: bool, payload: bytes) -> Frame | Fault | None:
        if opcode >= Opcode.CLOSE:
            return Frame(opcode, payload)
        if self._first is None:
            if opcode == Opcode.TEXT and self._decoder is None:
                self._decoder = codecs.getincrementaldecoder("utf-8")()
            if is_final and not self._seen:
                return self._check(payload, True) or self._whole(opcode, payload)
            self._first = opcode
        seen, self._seen = self._seen, 0
        fault = self._check(payload[seen:] if seen else payload, is_final)
        if fault is not None:
            return fault
        self._parts += payload
        self._size = len(self._parts)
        return self._whole(self._first, bytes(self._parts)) if is_final else None

    def _whole(self, opcode: int, payload: bytes) -> Frame:
        self._first = self._decoder = None
        self._parts.clear()
        self._size = 0
        return Frame(opcode, payload)

    def _check(self, payload: bytes, is_final: bool) -> Fault | None:
        if self._decoder is None:
            return None
        try:
            self._decoder.decode(payload, is_final)
        except UnicodeDecodeError:
            return Fault(CloseCode.INVALID_DATA, "a text that is no UTF-8")
        return None
