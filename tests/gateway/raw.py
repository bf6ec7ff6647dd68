"""Talks to a real port in plain bytes and WebSocket frames, with no code of the simulator."""

from __future__ import annotations

import socket
import struct
from types import TracebackType

__all__ = ["BINARY", "CLOSE", "CONTINUATION", "HANDSHAKE", "PING", "PONG", "TEXT", "Raw", "close", "frame"]

TIMEOUT_S = 60.0
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x37\xfa\x21\x3d"
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: device\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Raw:
    """A TCP connection to a real port. Everything waits, but not for ever."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT_S)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self) -> Raw:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def half_close(self) -> None:
        """Send no more."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Drop the connection with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def take(self, size: int) -> bytes:
        """Return the next bytes; fewer if the other side closes first."""
        while len(self.received) < size and (data := self.socket.recv(65536)):
            self.received += data
        data, self.received = self.received[:size], self.received[size:]
        return data

    def take_until(self, mark: bytes) -> bytes:
        """Return what comes up to a mark, the mark included."""
        while mark not in self.received:
            data = self.socket.recv(65536)
            assert data, f"closed after {self.received!r}"
            self.received += data
        data, mark, self.received = self.received.partition(mark)
        return data + mark

    def take_all(self) -> bytes:
        """Return what comes until the other side closes or resets."""
        parts = [self.received]
        self.received = b""
        try:
            while data := self.socket.recv(65536):
                parts.append(data)
        except ConnectionResetError:
            pass
        return b"".join(parts)

    def take_response(self) -> bytes:
        """Return one response with a Content-Length, head and body."""
        head = self.take_until(b"\r\n\r\n")
        [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return head + self.take(int(length.partition(b":")[2]))

    def upgrade(self, request: bytes = HANDSHAKE) -> bytes:
        """Become a WebSocket; the head of the answer."""
        self.send(request)
        return self.take_until(b"\r\n\r\n")

    def take_frame(self) -> tuple[int, bytes] | None:
        """Return opcode and payload of the next frame, which must be whole and unmasked; None at the end."""
        head = self.take(2)
        if not head:
            return None
        assert head[0] & 0xF0 == 0x80, f"not one whole frame without extensions: {head!r}"
        size = head[1]
        assert size < 128, "a server masks nothing"
        if size == 126:
            [size] = struct.unpack("!H", self.take(2))
        elif size == 127:
            [size] = struct.unpack("!Q", self.take(8))
        payload = self.take(size)
        assert len(payload) == size
        return head[0] & 0x0F, payload


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, mask: bytes | None = MASK) -> bytes:
    """Return a frame, correct or not."""
    size = len(payload)
    masked = 0 if mask is None else 0x80
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126:
        head += bytes([masked | size])
    elif size < 65536:
        head += struct.pack("!BH", masked | 126, size)
    else:
        head += struct.pack("!BQ", masked | 127, size)
    if mask is None:
        return head + payload
    return head + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload))


def close(code: int | None = 1000, reason: bytes = b"") -> bytes:
    """Return a close frame."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)
