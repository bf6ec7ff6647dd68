"""Sums up a trace: how many records, their hash, and a mark for each by which the first that differs is found.

What is summed up are the lines of the trace (docs/reference/trace.md), with `seq` counted from the beginning of the
run: a page numbers its records on from one network to the next.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode
from typing import Final, NamedTuple

from sim.trace import Record

__all__ = ["MARK", "Outcome", "Tally", "line_of", "mark_of"]

MARK: Final = 3
"""Bytes of the mark of a record."""

MOST_TRACE: Final = 128 * 1024 * 1024
"""Characters of a trace that a run holds; of a longer one it has the marks alone."""


class Outcome(NamedTuple):
    """What came of a run: of its records from number `first` on, as older ones had left the trace."""

    first: int
    records: int
    sha256: str
    """Of their lines in UTF-8, each with its end of line."""
    marks: str
    """The marks of the records, in base64."""
    trace: str | None
    """The lines, compressed (raw DEFLATE) and in base64; None if they are not kept."""


def line_of(record: Record, base: int) -> str:
    """Return the line of a record, of a run that began with the number `base`."""
    return record._replace(seq=record.seq - base).to_line()


def mark_of(line: bytes) -> bytes:
    """Return the mark of a line."""
    return zlib.crc32(line).to_bytes(4, "big")[-MARK:]


class Tally:
    """Takes records one after the other.

    Args:
        base: the number of the run's first record.
    """

    def __init__(self, base: int, *, with_trace: bool = True) -> None:
        self._base = base
        self._hash = hashlib.sha256()
        self._marks = bytearray()
        self._packer = zlib.compressobj(wbits=-zlib.MAX_WBITS) if with_trace else None
        self._packed: list[bytes] = []
        self._size = 0
        self._first = 0

    def add(self, record: Record) -> None:
        """Take the next record."""
        if not self._marks:
            self._first = record.seq - self._base
        line = line_of(record, self._base).encode() + b"\n"
        self._hash.update(line)
        self._marks += mark_of(line)
        self._size += len(line)
        if self._size > MOST_TRACE:
            self._packer = None
        if self._packer is not None:
            self._packed.append(self._packer.compress(line))

    def outcome(self) -> Outcome:
        """Return what there was; nothing can be added any more."""
        trace = None
        if self._packer is not None:
            self._packed.append(self._packer.flush())
            trace = b64encode(b"".join(self._packed)).decode()
        marks = b64encode(self._marks).decode()
        return Outcome(self._first, len(self._marks) // MARK, self._hash.hexdigest(), marks, trace)
