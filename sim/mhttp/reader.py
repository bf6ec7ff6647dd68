"""Finds messages in a buffer of received bytes and takes them out of it.

The buffer belongs to the connection, as in the C library, where handlers see it too. `read` is called after each
arrival until it gives None; it never looks at a byte of a head twice in vain.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

from sim.mhttp.chunked import ChunkedBody
from sim.mhttp.framing import (
    CHUNKED,
    UNTIL_CLOSE,
    Ending,
    strict_request_framing,
    strict_response_framing,
)
from sim.mhttp.head import find_head_end, strict_request, strict_response
from sim.mhttp.message import Chunk, Head, Limits, Malformed, Message, RequestHead

__all__ = ["MessageReader", "Role"]


class Role(Enum):
    """What a reader reads."""

    REQUESTS = "requests"
    RESPONSES = "responses"


Item: TypeAlias = Message | Chunk | Malformed
DEFAULT_LIMITS: Final = Limits()


class MessageReader:
    """Reads the messages of one direction of a connection."""

    __slots__ = (
        "_chunked",
        "_framing",
        "_head",
        "_head_data",
        "_head_size",
        "_is_request",
        "_limits",
        "_scanned",
        "to_head",
    )

    def __init__(self, role: Role, limits: Limits = DEFAULT_LIMITS) -> None:
        self._is_request = role is Role.REQUESTS
        self._limits = limits
        self.to_head = False
        """The next response answers HEAD: it has no body whatever its head says (RFC 9112, 6.3)."""
        self.forget()

    def forget(self) -> None:
        """Begin anew: the buffer was changed by someone else, or its message was taken."""
        self._scanned = 0
        self._head: Head | None = None
        self._head_size = 0
        self._head_data = b""
        self._framing: int | Ending = 0
        self._chunked: ChunkedBody | None = None

    def discard(self, buffer: bytearray, length: int) -> None:
        """Drop bytes from the front of what was received; of a message that has not ended yet its head stays.

        So the end of its body remains known, and what is left of it does not become a message of its own.
        """
        if self._head is None:
            del buffer[:length]
            self.forget()
            return
        length = max(0, length - self._head_size)
        if self._chunked is not None:
            del self._chunked.content[:length]
            return
        if isinstance(self._framing, int):
            length = min(length, self._framing, len(buffer) - self._head_size)
            self._framing -= length
        del buffer[self._head_size : self._head_size + length]

    @property
    def head(self) -> Head | None:
        """The head of the message whose body is being waited for."""
        return self._head

    @property
    def is_idle(self) -> bool:
        """Whether no head is being waited for the body of."""
        return self._head is None

    def read(self, buffer: bytearray) -> Item | None:
        """Return the next message, chunk or fault in the buffer, or None if more bytes are needed."""
        if self._head is None:
            fault = self._read_head(buffer)
            if fault is not None:
                return fault
            if self._head is None:
                return None
        framing = self._framing
        if isinstance(framing, int):
            end = self._head_size + framing
            return self._take(buffer, end) if len(buffer) >= end else None
        if self._chunked is not None:
            return self._read_chunks(buffer, self._chunked)
        if len(buffer) - self._head_size > self._limits.body:
            return Malformed(413, "body too long")
        return None

    def read_eof(self, buffer: bytearray) -> Message | None:
        """Return what there is of a message when the peer closes: whole if it runs until close, else incomplete."""
        head = self._head
        if head is None:
            return None
        if self._chunked is not None:
            data = bytes(buffer[: self._head_size]) + bytes(self._chunked.content)
        else:
            data = bytes(buffer)
        message = Message(head, self._head_size, data, self._framing is UNTIL_CLOSE)
        buffer.clear()
        self.forget()
        return message

    def _read_head(self, buffer: bytearray) -> Malformed | None:
        size = find_head_end(buffer, self._scanned)
        if size > self._limits.head or (not size and len(buffer) > self._limits.head):
            return Malformed(431, "head too long")
        if not size:
            self._scanned = max(0, len(buffer) - 2)  # an end may have begun in the last two bytes
            return None
        data = bytes(buffer) if size == len(buffer) else bytes(buffer[:size])
        head = self._parse(data)
        if isinstance(head, Malformed):
            return head
        framing = self._frame(head)
        if isinstance(framing, Malformed):
            return framing
        if isinstance(framing, int) and framing > self._limits.body:
            return Malformed(413, "body too long")
        self._head, self._head_size, self._framing, self._head_data = head, size, framing, data
        if framing is CHUNKED:
            self._chunked = ChunkedBody(size, self._limits.body)
        return None

    def _parse(self, head: bytes) -> Head | Malformed:
        return strict_request(head) if self._is_request else strict_response(head)

    def _frame(self, head: Head) -> int | Ending | Malformed:
        if isinstance(head, RequestHead):
            return strict_request_framing(head)
        to_head = self.to_head
        if head.status >= 200:
            self.to_head = False
        return strict_response_framing(head, to_head)

    def _read_chunks(self, buffer: bytearray, body: ChunkedBody) -> Item | None:
        if body.is_complete:
            assert self._head is not None
            message = Message(self._head, self._head_size, bytes(buffer[: self._head_size]) + bytes(body.content))
            del buffer[: self._head_size]
            self.forget()
            return message
        progress = body.decode(buffer)
        if isinstance(progress, Malformed):
            return progress
        if not progress:
            return None
        assert self._head is not None
        return Chunk(self._head, self._head_data, body.content)

    def _take(self, buffer: bytearray, end: int) -> Message:
        assert self._head is not None
        data = self._head_data if end == self._head_size else bytes(buffer[:end])
        message = Message(self._head, self._head_size, data)
        del buffer[:end]
        # As forget(), written out: this is the way of almost every message
        self._scanned = 0
        self._head = None
        return message
