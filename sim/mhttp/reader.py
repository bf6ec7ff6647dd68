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
from sim.mhttp.head import HEAD_END, strict_request, strict_response
from sim.mhttp.message import Chunk, Head, Limits, Malformed, Message

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
        "_head_data",
        "_head_size",
        "_is_request",
        "_limits",
        "_scanned",
        "head",
        "to_head",
    )

    # Of a message whose head is there and whose body is being waited for
    _head_size: int
    _head_data: bytes
    _framing: int | Ending

    def __init__(self, role: Role, limits: Limits = DEFAULT_LIMITS) -> None:
        self._is_request = role is Role.REQUESTS
        self._limits = limits
        self._scanned = 0
        self._chunked: ChunkedBody | None = None
        self.head: Head | None = None
        """The head of the message whose body is being waited for; None between messages. Not for others to set."""
        self.to_head = False
        """The next response answers HEAD: it has no body whatever its head says (RFC 9112, 6.3)."""

    def forget(self) -> None:
        """Begin anew: the buffer was changed by someone else, or its message was taken."""
        self._scanned = 0
        self._chunked = None
        self.head = None

    def discard(self, buffer: bytearray, length: int) -> None:
        """Drop bytes from the front of what was received; of a message that has not ended yet its head stays.

        So the end of its body remains known, and what is left of it does not become a message of its own.
        """
        if self.head is None:
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

    def read(self, buffer: bytearray) -> Item | None:
        """Return the next message, chunk or fault in the buffer, or None if more bytes are needed."""
        return self._read_message(buffer) if self.head is None else self._read_body(buffer, self.head)

    def read_eof(self, buffer: bytearray) -> Message | None:
        """Return what there is of a message when the peer closes: whole if it runs until close, else incomplete."""
        head = self.head
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

    def _read_message(self, buffer: bytearray) -> Item | None:
        found = HEAD_END.search(buffer, self._scanned)
        size = found.end() if found else 0
        if size > self._limits.head or (not size and len(buffer) > self._limits.head):
            return Malformed(431, "head too long")
        if not size:
            self._scanned = max(0, len(buffer) - 2)  # an end may have begun in the last two bytes
            return None
        data = bytes(buffer) if size == len(buffer) else bytes(buffer[:size])
        head: Head | Malformed
        if self._is_request:
            head = strict_request(data)
            if isinstance(head, Malformed):
                return head
            framing = strict_request_framing(head)
        else:
            head = strict_response(data)
            if isinstance(head, Malformed):
                return head
            framing = strict_response_framing(head, self.to_head)
            if head.status >= 200:
                self.to_head = False
        if isinstance(framing, int):
            if framing > self._limits.body:
                return Malformed(413, "body too long")
            if len(buffer) >= size + framing:
                # It is here as a whole, as almost every message: nothing has to be kept for later
                self._scanned = 0
                return _take(buffer, head, size, size + framing) if framing else _take_head(buffer, head, data)
        elif isinstance(framing, Malformed):
            return framing
        elif framing is CHUNKED:
            self._chunked = ChunkedBody(size, self._limits.body)
        self.head, self._head_size, self._framing, self._head_data = head, size, framing, data
        return self._read_body(buffer, head)

    def _read_body(self, buffer: bytearray, head: Head) -> Item | None:
        if isinstance(self._framing, int):
            end = self._head_size + self._framing
            if len(buffer) < end:
                return None
            self.forget()
            return _take(buffer, head, self._head_size, end)
        if self._chunked is not None:
            return self._read_chunks(buffer, head, self._chunked)
        if len(buffer) - self._head_size > self._limits.body:
            return Malformed(413, "body too long")
        return None

    def _read_chunks(self, buffer: bytearray, head: Head, body: ChunkedBody) -> Item | None:
        if body.is_complete:
            message = Message(head, self._head_size, bytes(buffer[: self._head_size]) + bytes(body.content))
            del buffer[: self._head_size]
            self.forget()
            return message
        progress = body.decode(buffer)
        if isinstance(progress, Malformed):
            return progress
        return Chunk(head, self._head_data, body.content) if progress else None


def _take_head(buffer: bytearray, head: Head, data: bytes) -> Message:
    del buffer[: len(data)]
    return Message(head, len(data), data)


def _take(buffer: bytearray, head: Head, head_size: int, end: int) -> Message:
    message = Message(head, head_size, bytes(buffer) if end == len(buffer) else bytes(buffer[:end]))
    del buffer[:end]
    return message
