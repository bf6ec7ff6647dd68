"""Removes the chunked transfer coding from a body, as its bytes come (RFC 9112, 7.1)."""

from __future__ import annotations

import re
from typing import Final

from sim.mhttp.message import Malformed

__all__ = ["ChunkedBody"]

SIZE_LINE: Final = re.compile(rb"0*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")
TRAILER_LINE: Final = re.compile(rb"((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0a-\x1f\x7f]*)?)\r\n")
MAX_LINE: Final = 256
"""Longest size line, extensions included, and longest trailer field."""
MAX_TRAILER: Final = 8 * 1024


class ChunkedBody:
    """The body of one chunked message. `content` grows; `is_complete` says that the last chunk has come."""

    __slots__ = ("_at", "_in_trailer", "_limit", "_start", "_trailer_size", "content", "is_complete")

    def __init__(self, start: int, limit: int) -> None:
        self._start = self._at = start  # first byte of the buffer that is not decoded yet
        self._limit = limit
        self._in_trailer = False
        self._trailer_size = 0
        self.content = bytearray()
        self.is_complete = False

    def decode(self, buffer: bytearray) -> bool | Malformed:
        """Decode all whole chunks of the buffer and take them out of it; True if there was one."""
        while not self.is_complete:
            step = self._trailer(buffer) if self._in_trailer else self._chunk(buffer)
            if isinstance(step, Malformed):
                return step
            if not step:
                break
        progressed = self._at > self._start
        del buffer[self._start : self._at]
        self._at = self._start
        return progressed

    def _chunk(self, buffer: bytearray) -> bool | Malformed:
        line = self._line(buffer, SIZE_LINE)
        if line is None or isinstance(line, Malformed):
            return line or False
        size = int(line[1], 16)
        if len(self.content) + size > self._limit:
            return Malformed(413, "body too long")
        start = line.end()
        if size == 0:
            self._at, self._in_trailer = start, True
            return True
        end = start + size
        if not b"\r\n".startswith(buffer[end : end + 2]):
            return Malformed(400, "chunk without its end of line")
        if len(buffer) < end + 2:
            return False
        self.content += buffer[start:end]
        self._at = end + 2
        return True

    def _trailer(self, buffer: bytearray) -> bool | Malformed:
        line = self._line(buffer, TRAILER_LINE)
        if line is None or isinstance(line, Malformed):
            return line or False
        self._trailer_size += line.end() - line.start()
        if self._trailer_size > MAX_TRAILER:
            return Malformed(431, "trailer too long")
        self.is_complete = not line[1]
        self._at = line.end()
        return True

    def _line(self, buffer: bytearray, form: re.Pattern[bytes]) -> re.Match[bytes] | Malformed | None:
        """Return the next line, None if it has not come to its end."""
        end = buffer.find(b"\n", self._at, self._at + MAX_LINE)
        if end < 0:
            return Malformed(400, "chunk line too long") if len(buffer) - self._at >= MAX_LINE else None
        return form.fullmatch(buffer, self._at, end + 1) or Malformed(400, "malformed chunk")
