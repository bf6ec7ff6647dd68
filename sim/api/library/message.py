"""Holds what the library gives handlers as event data: slices of the receive buffer, not copies of it."""

from __future__ import annotations

from typing import Final

from sim.mhttp import Message, RequestHead
from sim.mhttp.framing import library_framing
from sim.mhttp.slices import HeadSlices, Slice
from sim.values import frozen

__all__ = ["MAX_SIZE", "Part", "PlacedMessage"]

MAX_SIZE: Final = 2**64 - 1
"""The largest size there is; as the size of a message or body it stands for "until the connection closes"."""


@frozen
class Part:
    """Event data of a part of a multipart request. `status` is -1 when the connection was closed within it."""

    var_name: str | None
    file_name: str | None
    data: bytes
    status: int


class PlacedMessage:
    """A message in the memory of the receive buffer. Sizes are unsigned: a negative length is a very large one."""

    __slots__ = ("_buffer", "body_size", "head", "memory", "size")

    def __init__(self, head: HeadSlices, memory: bytearray) -> None:
        self.head = head
        self.memory = memory
        self._buffer: bytearray | None = None  # the receive buffer, where the memory is not that
        length = library_framing(head.read(memory))
        if isinstance(length, int):
            self.body_size, self.size = length & MAX_SIZE, (head.size + length) & MAX_SIZE
        else:
            self.body_size = self.size = MAX_SIZE

    def __repr__(self) -> str:
        return repr(self.copy())

    @property
    def status(self) -> int:
        """The status of a response, 0 of a request."""
        return self.head.status

    def take_out_head(self, buffer: bytearray) -> None:
        """Take the head out of the buffer: the slices then show what moved to its place, and old bytes behind that."""
        old = bytes(buffer)
        del buffer[: self.head.size]
        self.memory = bytearray(buffer + old[len(buffer) :])
        self._buffer = buffer

    def field(self, name: bytes) -> bytes | None:
        """Return the value of the first field of that name (in lower case), as the memory shows it now."""
        found = self.head.find(self.memory, name)
        return None if found is None else bytes(self.memory[slice(*found)])

    def slices(self) -> dict[int, Slice | None]:
        """Return start and end of each value by its index for `HTTP.param`; an end may lie anywhere."""
        head, at = self.head, self.head.size
        return {
            0: head.method,
            1: head.uri,
            2: head.protocol,
            3: (at, at + _signed(self.body_size)),
            4: (0, _signed(self.size)),
            5: head.query,
        }

    def param(self, index: int) -> bytes:
        """Return a value as `HTTP.param` does: a NUL is written behind it, and it ends at the first NUL there is."""
        found = self.slices().get(index)
        if found is None:
            return b""
        start, end = found
        if 0 <= end < len(self.memory):
            self.memory[end] = 0
            if self._buffer is not None and end < len(self._buffer):
                self._buffer[end] = 0
        nul = self.memory.find(b"\0", start)
        return bytes(self.memory[start : nul if nul >= 0 else len(self.memory)])

    def copy(self) -> Message:
        """Return the message by itself, as it is in memory now."""
        head = self.head.read(self.memory)
        data = bytes(self.memory[: min(self.size, len(self.memory))])
        if self.size <= self.head.size <= len(self.memory):
            data = bytes(self.memory[: self.head.size])
        return Message(head, self.head.size, data, self.size <= len(self.memory))

    @property
    def request_head(self) -> RequestHead:
        """The head of a request, as the memory shows it now."""
        head = self.head.read(self.memory)
        assert isinstance(head, RequestHead)
        return head


def _signed(size: int) -> int:
    return size - 2**64 if size >= 2**63 else size
