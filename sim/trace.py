"""Keeps the one history: every fact, stamped with its number and time, in a ring of bounded size."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias, TypeVar

from sim.clock import Clock
from sim.event import TraceEvent

__all__ = ["CAPACITY", "MAX_BYTES", "Place", "Record", "Subscription", "Trace"]

CAPACITY: Final = 100_000
"""Records that the ring holds by default."""

MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes of message data, and characters of long texts, that the ring holds by default; older records go first."""

Kind = TypeVar("Kind", bound=TraceEvent)

Place: TypeAlias = tuple[str, int]
"""A line of firmware: its file, and its number from 1."""


class Record(NamedTuple):
    """A fact with its number (dense, from 0 unless the trace goes on from another) and
    its virtual time in microseconds."""

    seq: int
    at_us: int
    event: TraceEvent
    by: Place | None = None
    """The line of the firmware that caused it."""

    def to_json(self) -> dict[str, object]:
        """Return the record as one flat JSON object; `by` (`init.js:4`) is there if a line of firmware caused it."""
        cause = {} if self.by is None else {"by": f"{self.by[0]}:{self.by[1]}"}
        return {"seq": self.seq, "at_us": self.at_us, **cause, **self.event.to_json()}

    def to_line(self) -> str:
        """Return the record as one line of JSON, without its end of line."""
        return json.dumps(self.to_json(), ensure_ascii=True, separators=(",", ":"))


class Subscription:
    """A reader's place in the trace; `take` gives what has come since the last call.

    Args:
        on_full: called when the ring is about to drop a record that was not taken yet, for who has to take them all.
    """

    __slots__ = ("_next", "_trace", "missed", "on_full")

    def __init__(self, trace: Trace, seq: int, on_full: Callable[[], object] | None = None) -> None:
        self._trace = trace
        self._next = seq
        self.on_full = on_full
        self.missed = 0
        """Records that left the ring before this reader took them."""

    def take(self) -> list[Record]:
        """Return the new records, oldest first."""
        trace = self._trace
        if self._next < trace.first:
            self.missed += trace.first - self._next
            self._next = trace.first
        records = trace.select(self._next)
        self._next = trace.next_seq
        return records

    def make_room(self, seq: int) -> None:
        """Learn that the record of this number is about to be dropped."""
        if seq >= self._next and self.on_full is not None:
            self.on_full()


class Trace:
    """The history of one simulation. Emitters give facts; numbers and times are put on here."""

    __slots__ = (
        "_bytes",
        "_capacity",
        "_clock",
        "_events",
        "_keen",
        "_max_bytes",
        "_places",
        "_times",
        "by",
        "find_place",
        "first",
    )

    def __init__(
        self, clock: Clock, capacity: int = CAPACITY, max_bytes: int = MAX_BYTES, *, first_seq: int = 0
    ) -> None:
        if capacity < 1 or max_bytes < 0:
            raise ValueError(f"capacity must be positive and max_bytes not negative, got {capacity} and {max_bytes}")
        self._clock = clock
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._events: deque[TraceEvent] = deque()
        self._times: deque[int] = deque()
        """When each fact was, in microseconds. A ring of its own: a pair for each fact would be one more object."""
        self._places: deque[Place | None] = deque()
        """What line of firmware caused each fact."""
        self.by: Place | None = None
        """The line of firmware that causes what is emitted now, where that happens later than the line ran."""
        self.find_place: Callable[[], Place | None] | None = None
        """Says which line of the firmware is running; None while none is."""
        self._bytes = 0
        self._keen: list[Subscription] = []
        """Readers that have to take every record."""
        self.first = first_seq
        """Number of the oldest record still held: also how many were dropped, if the trace began with 0."""

    def emit(self, event: TraceEvent) -> None:
        """Append a fact, now."""
        events = self._events
        events.append(event)
        self._times.append(self._clock.now_us)
        self._places.append(self.by if self.find_place is None else self.find_place())
        self._bytes += len(event.data) + event.text_size
        if len(events) > self._capacity or self._bytes > self._max_bytes:
            self._make_room()

    def emit_weightless(self, event: TraceEvent) -> None:
        """Do as `emit` for a fact that holds neither data nor long texts: most facts, at less cost."""
        events = self._events
        events.append(event)
        self._times.append(self._clock.now_us)
        self._places.append(self.by if self.find_place is None else self.find_place())
        if len(events) > self._capacity:
            self._make_room()

    def _make_room(self) -> None:
        """Drop the oldest records; the newest stays, whatever it weighs."""
        events = self._events
        while len(events) > self._capacity or (self._bytes > self._max_bytes and len(events) > 1):
            for reader in self._keen:
                reader.make_room(self.first)
            dropped = events.popleft()
            self._times.popleft()
            self._places.popleft()
            self.first += 1
            self._bytes -= len(dropped.data) + dropped.text_size

    @property
    def next_seq(self) -> int:
        """Number of the next record."""
        return self.first + len(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.select())

    def select(self, since: int = 0) -> list[Record]:
        """Return the records held whose number is `since` or later, oldest first."""
        # From the newest backwards: a reader that keeps up does not pay for what the rings hold
        numbers = range(self.next_seq - 1, max(self.first, since) - 1, -1)
        records = list(map(Record, numbers, reversed(self._times), reversed(self._events), reversed(self._places)))
        records.reverse()
        return records

    def newest_first(self) -> Iterator[TraceEvent]:
        """Return the facts that are held, from the newest on."""
        return reversed(self._events)

    @property
    def place(self) -> Place | None:
        """The line of firmware that causes what is emitted now."""
        return self.by if self.find_place is None else self.find_place()

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the facts of one type that are held, oldest first."""
        return [record.event for record in self if isinstance(record.event, kind)]

    def subscribe(self, from_start: bool = True, *, on_full: Callable[[], object] | None = None) -> Subscription:
        """Return a reader that stands before the oldest record held, or behind the newest.

        `on_full` is called when the ring is about to drop a record that this reader has not taken.
        """
        reader = Subscription(self, self.first if from_start else self.next_seq, on_full)
        if on_full is not None:
            self._keen.append(reader)
        return reader

    def to_jsonl(self) -> str:
        """Return what is held as JSON lines."""
        return "".join(record.to_line() + "\n" for record in self)
