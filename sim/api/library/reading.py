"""Finds messages in the receive buffer as the library does: on each receive anew, from its first byte.

A message stays in the buffer until its handler has returned. What a handler does to the buffer, `HTTP.param` included,
changes what is read next.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from sim.api.connection import Connection
from sim.api.context import Context
from sim.api.exchange import EV_CHUNK
from sim.api.library.chunk import collapse_chunks
from sim.api.library.message import PlacedMessage
from sim.api.library.multipart import BOUNDARY_FAULT, PartReader, boundary_of
from sim.api.recorder import Recorder, Tap
from sim.mhttp import Malformed
from sim.mhttp.slices import library_head_end, slice_head

__all__ = ["LibraryHttp"]


class LibraryHttp(ABC):
    """The HTTP layer of a connection; its subclasses say who gets the events."""

    is_request: bool

    def __init__(self, context: Context, recorder: Recorder, tap: Tap) -> None:
        self._context = context
        self._profile = context.profile
        self._recorder = recorder
        self._tap = tap
        self._decoded = 0  # bytes of a chunked body that earlier receives have decoded
        self._parts: PartReader | None = None
        self.deletes_chunk = False
        """What a C handler of EV_CHUNK may ask for: the body up to now is taken out of the buffer."""

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        if self._parts is not None:
            self._continue_parts(conn, self._parts)
            return
        while conn.received and self._read_one(conn):
            pass

    def sent(self, conn: Connection, data: bytes) -> None:
        self._tap.sent(conn, data)

    def closing(self, conn: Connection) -> None:
        if self._parts is not None:
            self._parts.abort()
        else:
            self._deliver_rest(conn)
        self._tap.end(conn)

    def discard(self, conn: Connection, length: int) -> None:
        del conn.received[:length]

    def closed(self, conn: Connection) -> None:  # noqa: B027
        """Nothing to do: all was told before the close event."""

    # What subclasses decide

    @abstractmethod
    def _deliver(self, conn: Connection, message: PlacedMessage) -> None:
        """Raise the event of a message."""

    @abstractmethod
    def _upgrade(self, conn: Connection, message: PlacedMessage) -> bool:
        """Turn the connection into a WebSocket, if the message is a handshake."""

    @abstractmethod
    def _begin_parts(self, conn: Connection, message: PlacedMessage, boundary: bytes) -> PartReader:
        """Raise the event of a multipart request, and say who gets its parts."""

    def _began(self) -> None:  # noqa: B027
        """Take note that the buffer begins with a whole head."""

    # Inside

    def _parse(self, conn: Connection) -> PlacedMessage | Malformed | None:
        buffer = conn.received
        size = library_head_end(buffer)
        if size > 0:
            head = slice_head(bytes(buffer[:size]), self.is_request)
            return Malformed(0, "malformed first line") if head is None else PlacedMessage(head, buffer)
        return Malformed(0, "unprintable byte in the head") if size < 0 else None

    def _read_one(self, conn: Connection) -> bool:
        """Read what the buffer begins with; True if there may be more to read."""
        buffer, profile = conn.received, self._profile
        message = self._parse(conn)
        if message is None:
            if len(buffer) >= profile.head_limit:
                self._fail(conn, "head too long")
            return False
        if isinstance(message, Malformed):
            self._fail(conn, message.reason)
            return False
        self._began()
        if (message.field(b"transfer-encoding") or b"").lower() == b"chunked":
            self._collapse(conn, message)
        content_type = message.field(b"content-type") or b""
        if profile.multipart_is_parted and content_type.startswith(b"multipart"):
            self._read_parts(conn, message, content_type)
            return False
        if self._upgrade(conn, message):
            return False
        is_whole = message.size <= len(buffer)
        if profile.chunk_event_on_receive:
            self._tell_chunk(conn, message)
        if not is_whole:
            if len(buffer) - message.head.size > self._context.limits.body:
                self._fail(conn, "body too long")
            return False
        self._deliver(conn, message)
        self._decoded = 0
        if message.size <= len(buffer):  # else a handler has taken out of it what was to be removed
            del buffer[: message.size]
        return not profile.one_message_per_receive and message.size > 0

    def _collapse(self, conn: Connection, message: PlacedMessage) -> None:
        buffer, at, profile = conn.received, message.head.size, self._profile
        progress = collapse_chunks(buffer, at, self._decoded, profile.chunk_size_digits)
        if progress is None:
            return
        decoded, is_last = progress
        message.body_size = decoded
        self.deletes_chunk = False
        conn.tell(EV_CHUNK, message)
        if self.deletes_chunk:
            del buffer[at : at + decoded]
            message.body_size = decoded = 0
        if profile.chunks_span_receives:
            self._decoded = decoded
        if is_last:
            # The message ends with the buffer: what follows the last chunk is lost with it
            message.size = len(buffer)

    def _tell_chunk(self, conn: Connection, message: PlacedMessage) -> None:
        """Raise EV_CHUNK with all that is buffered; the event of the message keeps that body."""
        buffer, at = conn.received, message.head.size
        message.body_size = len(buffer) - at
        self.deletes_chunk = False
        conn.tell(EV_CHUNK, message)
        if self.deletes_chunk:
            del buffer[at:]

    def _deliver_rest(self, conn: Connection) -> None:
        """Deliver what the buffer begins with, as far as it has come."""
        message = self._parse(conn) if conn.received else None
        if not isinstance(message, PlacedMessage):
            return
        message.size = len(conn.received)
        message.body_size = message.size - message.head.size
        if self._profile.chunk_event_on_receive:
            self._tell_chunk(conn, message)
        self._deliver(conn, message)

    def _read_parts(self, conn: Connection, message: PlacedMessage, content_type: bytes) -> None:
        boundary = boundary_of(content_type)
        if not boundary:
            self._fail(conn, BOUNDARY_FAULT)
            return
        self._parts = self._begin_parts(conn, message, boundary)
        del conn.received[: message.head.size]
        self._continue_parts(conn, self._parts)

    def _continue_parts(self, conn: Connection, parts: PartReader) -> None:
        if parts.read(conn.received):
            self._parts = None
        elif len(conn.received) > self._context.limits.body:
            self._fail(conn, "part too long")

    def _fail(self, conn: Connection, reason: str) -> None:
        """Close at once, without a word."""
        self._recorder.rejected(conn, 0, reason, bytes(conn.received))
        conn.drop()
