"""Tells the page what has happened: records in batches, snapshots as it can draw them, and answers behind them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from sim.trace import Record, Trace
from sim.view import View

__all__ = ["BATCH", "EAGER", "POSTED", "POSTED_BYTES", "QUIET", "RUSH_MS", "Report"]

BATCH: Final = 500
"""Records posted at once, at most: the page reads them in a few milliseconds, and can draw between two posts."""

EAGER: Final = 10
"""Snapshots that may be posted in a row, before a rush is seen in them."""

RUSH_MS: Final = 100
"""How far apart snapshots are in a rush: what the page draws of them would cost it each frame."""

HASTY: Final = ("http.fetch", "ws.send", "tick")
"""What comes in rushes, and may be answered before the snapshot shows it."""

POSTED: Final = 20_000
"""Records posted in one call, at most: of more the page gets the newest, and a snapshot that knows them all."""

POSTED_BYTES: Final = 16 * 1024 * 1024
"""What these records may weigh together, as the trace weighs them."""

QUIET: Final = "a message of a run that is played"
"""Stands for the number of a message that nobody waits to be answered."""


class Report:
    """What is posted to the page about one trace after another.

    Args:
        post: gets each message as JSON text.
        time: returns what time it is, which goes with the records.
        news: returns the messages about what has changed and is no record.
        trace: the first trace.
        main: the name of the device that the page shows.
    """

    def __init__(
        self,
        post: Callable[[str], object],
        time: Callable[[], dict[str, object]],
        news: Callable[[], Iterable[dict[str, object]]],
        trace: Trace,
        main: str,
    ) -> None:
        self._post, self._time, self._news = post, time, news
        self._waiting: deque[Record] = deque()
        """Records that were taken out of the trace, and are neither posted nor in the view yet."""
        self._weight = 0
        self._replies: list[dict[str, object]] = []
        """Answers and events wait for the records of what they tell: so a page that has one knows the other."""
        self.owed: set[int | str] = set()
        """The numbers of messages that are answered when the network has done something."""
        self._spent = 0.0
        """How many snapshots were posted lately, at the time `_spent_ms`; one is forgiven after each `RUSH_MS`."""
        self._spent_ms = 0.0
        self.is_stale = False
        """Whether the page has records that its snapshot does not show."""
        self.begin(trace, main)

    def begin(self, trace: Trace, main: str) -> None:
        """Report of a new trace; whatever is to be told of the last one has been posted."""
        self._trace = trace
        self._records = trace.subscribe(on_full=self._collect)
        self.view = View(main)
        """What the records say."""

    # Records

    def post_all(self, wall_ms: float, kind: object) -> None:
        """Post what is new, and the answers, behind a message of a type at a time of the page's clock."""
        self.post(self._may_show(wall_ms, kind))
        replies, self._replies = self._replies, []
        for reply in replies:
            self._send(reply)

    def post(self, may_show: bool = True) -> None:
        """Post what is new; the last of several posts has the snapshot."""
        self._collect()
        records = list(self._waiting)
        self._waiting.clear()
        self._weight = 0
        self.is_stale = self.is_stale or bool(records)
        shows = may_show and self.is_stale
        for start in range(0, len(records) or int(shows), BATCH):
            batch = records[start : start + BATCH]
            self.view.take(batch)
            snapshot = None
            if shows and start + BATCH >= len(records):
                snapshot = self.view.to_json(self._trace.first)
                self._spent += 1
                self.is_stale = False
            self._send(
                {
                    "type": "records",
                    "records": [record.to_json() for record in batch],
                    "snapshot": snapshot,
                    "time": self._time(),
                }
            )
        for message in self._news():
            self._send(message)

    def show_anew(self) -> None:
        """Let a snapshot follow, whatever the records say."""
        self.is_stale = True

    def _collect(self) -> None:
        """Take what is new out of the trace; of more than is posted at once the oldest only goes into the view."""
        waiting = self._waiting
        for record in self._records.take():
            waiting.append(record)
            self._weight += record.event.weight
        passed: list[Record] = []
        while len(waiting) > POSTED or (self._weight > POSTED_BYTES and len(waiting) > 1):
            passed.append(waiting.popleft())
            self._weight -= passed[-1].event.weight
        self.view.take(passed)

    def _may_show(self, wall_ms: float, kind: object) -> bool:
        """Tell whether what is posted now shall have a snapshot: not each of thousands of requests."""
        self._spent = max(0.0, self._spent - max(0.0, wall_ms - self._spent_ms) / RUSH_MS)
        self._spent_ms = wall_ms
        return self._spent < EAGER or kind not in HASTY

    # Answers

    def reply(self, number: int | str, value: dict[str, object]) -> None:
        """Answer a message."""
        self.owed.discard(number)
        if number is not QUIET:
            self._replies.append({"id": number, "ok": True, "value": value})

    def reply_error(self, number: int | str, error: Exception) -> None:
        """Answer a message that could not be carried out."""
        self.owed.discard(number)
        if number is QUIET:
            return
        text = str(error) or type(error).__name__
        told = {"name": type(error).__name__, "message": text}
        if field := getattr(error, "field", ""):
            told["field"] = str(field)
        self._replies.append({"id": number, "ok": False, "error": told})

    def tell(self, message: dict[str, object]) -> None:
        """Say something unasked, behind the records of what it tells."""
        self._replies.append(message)

    def _send(self, message: dict[str, object]) -> None:
        # ensure_ascii: text of the firmware may hold lone surrogates, which have no UTF-8
        self._post(json.dumps(message, separators=(",", ":")))
