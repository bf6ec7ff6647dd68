"""Removes the chunked transfer coding in place: what is decoded moves to the front of the body, in the buffer."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ChunkProgress", "collapse_chunks"]

SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]+)\r\n")

ChunkProgress = tuple[int, bool]
"""Bytes of the body that are decoded, and whether the last chunk was among them."""


def collapse_chunks(buffer: bytearray, start: int, decoded: int, max_digits: int) -> ChunkProgress | None:
    """Decode the whole chunks behind the `decoded` bytes of a body that begins at `start`; None if there is none.

    Only plain sizes with CRLF are understood. Anything else stays as it is, for ever.
    """
    at, pieces, is_last = start + decoded, [], False
    while not is_last and (chunk := _next_chunk(buffer, at, max_digits)) is not None:
        data, at = chunk
        pieces.append(data)
        is_last = not data
    if not pieces:
        return None
    content = b"".join(pieces)
    buffer[start + decoded : at] = content
    return decoded + len(content), is_last


def _next_chunk(buffer: bytearray, at: int, max_digits: int) -> tuple[bytes, int] | None:
    """Return the data of the chunk at a place and where it ends, None if it is not there as a whole."""
    line = SIZE_LINE.match(buffer, at)
    if line is None or (max_digits and len(line[1]) > max_digits):
        return None
    begin, digits = line.end(), line[1].lstrip(b"0")[:17]  # enough to be beyond any buffer
    end = begin + int(digits or b"0", 16)
    if buffer[end : end + 2] != b"\r\n":
        return None
    return bytes(buffer[begin:end]), end + 2
