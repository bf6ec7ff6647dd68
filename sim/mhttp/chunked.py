"""Removes the chunked transfer coding from a body, as its bytes come (RFC 9112, 7.1)."""

from __future__ import annotations

import re
from typing import Final

from sim.mhttp.message import Malformed

__all__ = ["ChunkedBody"]

SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")
MAX_LINE: Final = 256
"""Longest size line, extensions included, and longest trailer field."""


class ChunkedBody:
    """The body of one chunked message. `content` grows; `is_complete` says that the last chunk has come."""

    __slots__ = ("_at", "_in_trailer", "_limit", "content", "is_complete")

    def __init__(self, at: int, limit: int) -> None:
        self._at = at  # first byte of the buffer that is not decoded yet
        self._limit = limit
        self._in_trailer = False
        self.content = bytearray()
        self.is_complete = False

    @property
    def end(self) -> int:
        """Where the decoded part ends in the buffer."""
        return self._at

    def decode(self, buffer: bytearray) -> bool | Malformed:
        """Decode all whole chunks of the buffer; True if there was one."""
        progressed = False
        while not self.is_complete:
            step = self._trailer(buffer) if self._in_trailer else self._chunk(buffer)
            if isinstance(step, Malformed):
                return step
            if not step:
                break
            progressed = True
        return progressed

    def _chunk(self, buffer: bytearray) -> bool | Malformed:
        line = SIZE_LINE.match(buffer, self._at)
        if line is None:
            return self._unfinished_line(buffer)
        size = int(line[1], 16)
        if len(self.content) + size > self._limit:
            return Malformed(413, "body too long")
        start = line.end()
        if size == 0:
            self._at, self._in_trailer = start, True
            return True
        end = start + size
        if buffer[end : end + 2] != b"\r\n"[: len(buffer) - end]:
            return Malformed(400, "chunk without its end of line")
        if len(buffer) < end + 2:
            return False
        self.content += buffer[start:end]
        self._at = end + 2
        return True

    def _trailer(self, buffer: bytearray) -> bool | Malformed:
        end = buffer.find(b"\r\n", self._at)
        if end < 0:
            return self._unfinished_line(buffer)
        self.is_complete = end == self._at
        self._at = end + 2
        return True

    def _unfinished_line(self, buffer: bytearray) -> bool | Malformed:
        has_line = buffer.find(b"\n", self._at) >= 0
        if has_line or len(buffer) - self._at > MAX_LINE:
            return Malformed(400, "malformed chunk")
        return False
