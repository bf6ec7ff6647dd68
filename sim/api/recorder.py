"""Writes what HTTP says on a connection of a device into the trace, in both directions."""

from __future__ import annotations

from collections import deque
from typing import Final

from sim.api.connection import Connection
from sim.api.context import Context
from sim.event import HttpRejected, HttpRequested, HttpResponded
from sim.mhttp import Limits, Malformed, Message, MessageReader, RequestHead, ResponseHead, Role
from sim.mhttp.framing import Ending, strict_response_framing
from sim.mhttp.message import text_of
from sim.trace import Trace

__all__ = ["Recorder", "Tap"]

OWN_LIMITS: Final = Limits(head=64 * 1024, body=16 * 1024 * 1024)
"""How far the record of what the firmware itself sends is followed; more is still sent, but not recorded as HTTP."""

SHOWN: Final = 1024
"""Bytes of a refused message that its record keeps."""

STATUS_LINE: Final = b"HTTP/1."
"""What a response begins with."""


class Recorder:
    """Writes the facts `http.requested` and `http.responded` of one connection, and joins the pairs."""

    __slots__ = ("_context", "_open", "_role")

    def __init__(self, context: Context, role: str) -> None:
        self._context = context
        self._role = role
        self._open: deque[tuple[int, bool]] = deque()  # exchange, and whether its method is HEAD

    @property
    def trace(self) -> Trace:
        """Where the facts go."""
        return self._context.trace

    @property
    def answers_head(self) -> bool:
        """Whether the next response is that to a HEAD."""
        return bool(self._open) and self._open[0][1]

    def requested(self, conn: Connection, message: Message, endpoint: int = 0) -> None:
        """Record a request."""
        head = message.head
        assert isinstance(head, RequestHead)
        exchange = self._context.network.next_number("exchange")
        self._open.append((exchange, head.method == b"HEAD"))
        self._context.trace.emit(
            HttpRequested(
                exchange,
                conn.number,
                self._context.host.name,
                self._role,
                head.method.decode("latin-1"),
                text_of(head.target),
                head.protocol.decode("latin-1"),
                endpoint,
                message.head_size,
                message.data,
            )
        )

    def responded(self, conn: Connection, message: Message) -> None:
        """Record a response: to the oldest request without one. An interim one (RFC 9110, 15.2) leaves it open."""
        head = message.head
        assert isinstance(head, ResponseHead)
        is_final = head.status >= 200 or head.status == 101
        exchange = 0
        if self._open:
            exchange = (self._open.popleft() if is_final else self._open[0])[0]
        self._context.trace.emit(
            HttpResponded(
                exchange,
                conn.number,
                self._context.host.name,
                head.status,
                text_of(head.reason),
                message.is_complete,
                message.head_size,
                message.data,
            )
        )

    def rejected(self, conn: Connection, status: int, reason: str, data: bytes, direction: str = "in") -> None:
        """Record that something that came `in`, or went `out`, is no HTTP message."""
        host = self._context.host.name
        self._context.trace.emit(HttpRejected(conn.number, host, direction, status, reason, data[:SHOWN]))


class Tap:
    """Follows what the firmware sends itself, only to record it: the bytes go out whatever they are."""

    __slots__ = ("_buffer", "_passed_over", "_reader", "_recorder", "_role")

    def __init__(self, role: Role, recorder: Recorder) -> None:
        self._role = role
        self._reader: MessageReader | None = MessageReader(role, OWN_LIMITS)
        self._recorder = recorder
        self._buffer = bytearray()
        self._passed_over: int | Ending = 0
        """How long the body may be that follows an answer to HEAD: it goes out, but is no part of the record."""

    def sent(self, conn: Connection, data: bytes) -> None:
        """Record the messages that end with these bytes, or why they are none."""
        reader, recorder, buffer = self._reader, self._recorder, self._buffer
        if reader is None:
            return
        buffer += data
        while buffer:
            if self._passed_over and not self._pass_over():
                return
            answers_head = recorder.answers_head
            if reader.head is None:
                reader.to_head = answers_head
            item = reader.read(buffer)
            if item is None:
                return
            if isinstance(item, Message):
                head = item.head
                if isinstance(head, RequestHead):
                    recorder.requested(conn, item)
                    continue
                recorder.responded(conn, item)
                if head.status == 101:
                    self._reader = None  # what follows is no HTTP
                    return
                if answers_head and head.status >= 200:
                    framing = strict_response_framing(head, False)
                    self._passed_over = 0 if isinstance(framing, Malformed) else framing
            elif isinstance(item, Malformed):
                self._reader = None
                self._reject(conn, item.reason, data)
                return

    def end(self, conn: Connection) -> None:
        """Record what runs until the close."""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        message = reader.read_eof(self._buffer)
        trace = self._recorder.trace
        trace.by = conn.by
        if message is None:
            if self._buffer:
                self._reject(conn, "the connection ended within a head", bytes(self._buffer))
        elif isinstance(message.head, RequestHead):
            self._recorder.requested(conn, message)
        else:
            self._recorder.responded(conn, message)
        trace.by = None

    def _reject(self, conn: Connection, reason: str, data: bytes) -> None:
        kind = "request" if self._role is Role.REQUESTS else "response"
        self._recorder.rejected(conn, 0, f"what the firmware sent is no HTTP {kind}: {reason}", data, "out")

    def _pass_over(self) -> bool:
        """Take the body that nobody asked for out of the buffer; True if the next message begins."""
        buffer, size = self._buffer, self._passed_over
        start = bytes(buffer[: len(STATUS_LINE)])
        if STATUS_LINE.startswith(start):
            if start == STATUS_LINE:
                self._passed_over = 0
            return start == STATUS_LINE
        if isinstance(size, int):
            self._passed_over = max(0, size - len(buffer))
            del buffer[:size]
        else:
            at = buffer.find(STATUS_LINE)
            del buffer[: len(buffer) if at < 0 else at]
        return bool(buffer)
