"""Keeps the one history: every fact, stamped with its number and time, in a ring of bounded size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar

from sim.clock import Clock
from sim.event import TraceEvent

__all__ = ["CAPACITY", "MAX_BYTES", "Record", "Subscription", "Trace"]

CAPACITY: Final = 100_000
"""Records that the ring holds by default."""

MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes of message data that the ring holds by default; older records go first."""

Kind = TypeVar("Kind", bound=TraceEvent)


class Record(NamedTuple):
    """A fact with its number (dense, from 0) and its virtual time in microseconds."""

    seq: int
    at_us: int
    event: TraceEvent

    def to_json(self) -> dict[str, object]:
        """Return the record as one flat JSON object."""
        return {"seq": self.seq, "at_us": self.at_us, **self.event.to_json()}

    def to_line(self) -> str:
        """Return the record as one line of JSON, without its end of line."""
        return json.dumps(self.to_json(), ensure_ascii=True, separators=(",", ":"))


class Subscription:
    """A reader's place in the trace; `take` gives what has come since the last call."""

    __slots__ = ("_next", "_trace", "missed")

    def __init__(self, trace: Trace, seq: int) -> None:
        self._trace = trace
        self._next = seq
        self.missed = 0
        """Records that left the ring before this reader took them."""

    def take(self) -> list[Record]:
        """Return the new records, oldest first."""
        trace = self._trace
        if self._next < trace.first:
            self.missed += trace.first - self._next
            self._next = trace.first
        records = list(trace.select(self._next))
        self._next = trace.next_seq
        return records


class Trace:
    """The history of one simulation. Emitters give facts; numbers and times are put on here."""

    __slots__ = ("_bytes", "_capacity", "_clock", "_max_bytes", "_ring", "first", "next_seq")

    def __init__(self, clock: Clock, capacity: int = CAPACITY, max_bytes: int = MAX_BYTES) -> None:
        if capacity < 1 or max_bytes < 0:
            raise ValueError(f"capacity must be positive and max_bytes not negative, got {capacity} and {max_bytes}")
        self._clock = clock
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._ring: list[tuple[int, TraceEvent] | None] = []
        self._bytes = 0
        self.next_seq = 0
        self.first = 0
        """Number of the oldest record still held: also how many were dropped."""

    def emit(self, event: TraceEvent) -> None:
        """Append a fact, now."""
        seq = self.next_seq
        self.next_seq = seq + 1
        self._bytes += len(event.data)
        if seq < self._capacity:
            self._ring.append((self._clock.now_us, event))
        else:
            if seq - self.first >= self._capacity:
                self._drop_oldest()
            self._ring[seq % self._capacity] = (self._clock.now_us, event)
        while self._bytes > self._max_bytes and self.first < seq:
            self._drop_oldest()

    def __len__(self) -> int:
        return self.next_seq - self.first

    def __iter__(self) -> Iterator[Record]:
        return self.select()

    def select(self, since: int = 0) -> Iterator[Record]:
        """Yield the records held whose number is `since` or later, oldest first."""
        for seq in range(max(since, self.first), self.next_seq):
            if (entry := self._ring[seq % self._capacity]) is not None:
                yield Record(seq, *entry)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the facts of one type that are held, oldest first."""
        return [record.event for record in self if isinstance(record.event, kind)]

    def subscribe(self, from_start: bool = True) -> Subscription:
        """Return a reader that stands before the oldest record held, or behind the newest."""
        return Subscription(self, 0 if from_start else self.next_seq)

    def to_jsonl(self) -> str:
        """Return what is held as JSON lines."""
        return "".join(record.to_line() + "\n" for record in self)

    def _drop_oldest(self) -> None:
        place = self.first % self._capacity
        entry = self._ring[place]
        if entry is not None:
            self._bytes -= len(entry[1].data)
            self._ring[place] = None
        self.first += 1
