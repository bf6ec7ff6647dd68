"""Compares what a run gives now with what it gave when it was recorded, record by record."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from typing import NamedTuple

from sim.run.tally import MARK, MOST_TRACE, Outcome, line_of, mark_of
from sim.trace import Record

__all__ = ["Comparison", "Difference", "cut"]


class Difference(NamedTuple):
    """The first record that is another one than it was."""

    record: int
    """Its number, from 0; the number of records if all are the same that are there."""
    expected: str | None
    """Its line as it was recorded; None if there was none, or the run holds no lines."""
    got: str | None
    """Its line as it is now; None if there is none."""
    is_beyond: bool = False
    """Whether the run had no record of this number."""

    def to_json(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return self._asdict()


class Comparison:
    """Takes the records of a replay one after the other.

    Args:
        outcome: what there shall be.
        base: the number of the replay's first record.
    """

    def __init__(self, outcome: Outcome, base: int) -> None:
        self._outcome = outcome
        self._base = base
        self._marks = b64decode(outcome.marks)
        self._hash = hashlib.sha256()
        self._count = 0
        self._found: Difference | None = None

    def add(self, record: Record) -> None:
        """Take the next record; those that the run had dropped when it was saved are passed over."""
        if record.seq - self._base < self._outcome.first:
            return
        text = line_of(record, self._base)
        line = text.encode() + b"\n"
        self._hash.update(line)
        at = self._count * MARK
        self._count += 1
        if self._found is None and self._marks[at : at + MARK] != mark_of(line):
            self._found = self._difference(self._count - 1, text)

    @property
    def sha256(self) -> str:
        """The hash of what was taken."""
        return self._hash.hexdigest()

    @property
    def count(self) -> int:
        """How many records were compared."""
        return self._count

    def difference(self) -> Difference | None:
        """Return the first difference, None if there is none. All records have been taken."""
        if self._found is not None:
            return self._found
        if self._count < self._outcome.records:
            return self._difference(self._count, None)
        if (
            self._outcome.sha256 and self.sha256 != self._outcome.sha256
        ):  # two lines of one mark: the run holds them, or we do not know where
            return Difference(self._outcome.first, None, None)
        return None

    def _difference(self, at: int, got: str | None) -> Difference:
        lines = unpacked(self._outcome.trace)
        expected = lines[at] if at < len(lines) else None
        return Difference(self._outcome.first + at, expected, got, is_beyond=at >= self._outcome.records)


def cut(outcome: Outcome, until: int) -> Outcome:
    """Return what came of a run up to the record of this number; its hash is not known."""
    records = min(outcome.records, max(0, until + 1 - outcome.first))
    marks = b64encode(b64decode(outcome.marks)[: records * MARK]).decode()
    return outcome._replace(records=records, sha256="", marks=marks)


def unpacked(trace: str | None) -> list[str]:
    """Return the lines of the trace that a run holds; of a damaged one none."""
    if trace is None:
        return []
    try:
        text = zlib.decompressobj(-zlib.MAX_WBITS).decompress(b64decode(trace), MOST_TRACE + 1)
        return text.decode().split("\n")
    except (ValueError, zlib.error):
        return []
