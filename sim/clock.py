"""Keeps virtual time: whole microseconds, moved only by running what is due.

Callbacks run in the order of (deadline, sequence); two of the same deadline run in the order in which they were
set. Nothing here reads a clock of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Final

__all__ = ["Clock", "TimerHandle"]

PURGE_AT: Final = 64
"""Cancelled timers are swept out once there are this many and they are more than half of the heap."""


class TimerHandle:
    """One callback that waits for its deadline, to be cancelled if need be (as `asyncio.TimerHandle`)."""

    __slots__ = ("_clock", "cancelled", "deadline_us")

    def __init__(self, clock: Clock, deadline_us: int) -> None:
        self._clock = clock
        self.deadline_us = deadline_us
        self.cancelled = False

    def cancel(self) -> None:
        """Take the callback back; doing so twice, or after it ran, changes nothing."""
        if not self.cancelled:
            self.cancelled = True
            self._clock._forget_one()


Call = tuple[Callable[..., object], tuple[Any, ...]]
# (deadline, sequence, handle or None when it cannot be cancelled, callback, arguments)
_Entry = tuple[int, int, TimerHandle | None, Callable[..., object], tuple[Any, ...]]


class Clock:
    """Virtual time and the callbacks that wait for it."""

    __slots__ = ("_cancelled", "_given_up", "_heap", "_looks", "_next_sequence", "now_us")

    def __init__(self, now_us: int = 0) -> None:
        self.now_us = now_us
        self._heap: list[_Entry] = []
        self._next_sequence = count(1).__next__
        self._cancelled = 0
        self._given_up = 0
        """How many were cancelled in all."""
        self._looks = 0
        """How many sequence numbers `ran` has taken."""

    def call_at(self, at_us: int, callback: Callable[..., object], *args: object) -> TimerHandle:
        """Run `callback(*args)` at `at_us` (microseconds since the start), or now if that is past."""
        handle = TimerHandle(self, max(at_us, self.now_us))
        heappush(self._heap, (handle.deadline_us, self._next_sequence(), handle, callback, args))
        return handle

    def call_later(self, delay_us: int, callback: Callable[..., object], *args: object) -> TimerHandle:
        """Run `callback(*args)` after `delay_us` microseconds."""
        return self.call_at(self.now_us + delay_us, callback, *args)

    def post_at(self, at_us: int, callback: Callable[..., object], *args: object) -> None:
        """Like `call_at` for what is never cancelled; `at_us` must not be past. It costs no handle."""
        heappush(self._heap, (at_us, self._next_sequence(), None, callback, args))

    def redirect(self, change: Callable[[Callable[..., object], tuple[Any, ...]], Call]) -> None:
        """Let `change(callback, arguments)` say what is called instead, of all that waits; the order stays."""
        # In place: run_until holds the list
        self._heap[:] = [(*entry[:3], *change(*entry[3:])) for entry in self._heap]

    @property
    def ran(self) -> int:
        """How many callbacks have been run: together with the time, that tells a moment from all others.

        It is found by what was set and waits no more, as counting would cost each callback.
        """
        self._looks += 1
        set_so_far = self._next_sequence() - self._looks
        return set_so_far - self._given_up - (len(self._heap) - self._cancelled)

    def next_deadline(self) -> int | None:
        """Return when the next callback is due, in microseconds, or None if none waits."""
        heap = self._heap
        while heap:
            handle = heap[0][2]
            if handle is None or not handle.cancelled:
                return heap[0][0]
            heappop(heap)
            self._cancelled -= 1
        return None

    def step(self) -> bool:
        """Move to the next deadline and run one callback; False if none waits."""
        if self.next_deadline() is None:
            return False
        at_us, _, handle, callback, args = heappop(self._heap)
        self.now_us = at_us
        if handle is not None:
            handle.cancelled = True
        callback(*args)
        return True

    def run_until(self, at_us: int) -> None:
        """Run everything due up to and including `at_us`, then stand at `at_us`."""
        heap = self._heap
        while heap and heap[0][0] <= at_us:
            due_us, _, handle, callback, args = heappop(heap)
            if handle is not None:
                if handle.cancelled:
                    self._cancelled -= 1
                    continue
                handle.cancelled = True
            self.now_us = due_us
            callback(*args)
        self.now_us = max(self.now_us, at_us)

    def run_while(self, waits: Callable[[], object], limit_us: int) -> bool:
        """Run callback after callback while `waits()` is true; False if none is due before `limit_us`."""
        heap = self._heap
        while waits():
            if not heap:
                return False
            due_us, _, handle, callback, args = entry = heappop(heap)
            if handle is not None:
                if handle.cancelled:
                    self._cancelled -= 1
                    continue
                if due_us <= limit_us:
                    handle.cancelled = True
            if due_us > limit_us:
                heappush(heap, entry)
                return False
            self.now_us = due_us
            callback(*args)
        return True

    def run_until_idle(self, limit_us: int | None = None) -> bool:
        """Run until nothing waits, or nothing before `limit_us`; True if nothing waits any more."""
        while (deadline := self.next_deadline()) is not None:
            if limit_us is not None and deadline > limit_us:
                return False
            self.step()
        return True

    def _forget_one(self) -> None:
        self._cancelled += 1
        self._given_up += 1
        if self._cancelled > PURGE_AT and self._cancelled * 2 > len(self._heap):
            # In place: run_until holds the list
            self._heap[:] = [e for e in self._heap if e[2] is None or not e[2].cancelled]
            heapify(self._heap)
            self._cancelled = 0
