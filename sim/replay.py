"""Plays a run again, and tells whether it gives the same records (docs/reference/run.md)."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from sim.bridge import Bridge
from sim.run.compare import Difference
from sim.run.file import read_run
from sim.run.read import RunError
from sim.trace import Record

__all__ = ["Replayed", "RunError", "TooLong", "replay"]

NUMBER: Final = 1
ANSWER: Final = f'{{"id":{NUMBER},'
"""How an answer of the bridge begins: other messages need not be read."""


class TooLong(RunError):
    """A run that has more events than are allowed."""


class Replayed(NamedTuple):
    """What came of it."""

    name: str
    """What the run is called."""
    records: list[Record]
    """The records that the trace holds now, counted from 0."""
    is_same: bool
    """Whether they are those of the run, byte for byte."""
    difference: Difference | None
    """The first record that is another one."""
    sha256: str
    """The hash of the records that were compared, see the run's field of that name."""

    def to_json(self) -> dict[str, object]:
        """Return all but the records as JSON has it."""
        difference = None if self.difference is None else self.difference.to_json()
        return {
            "name": self.name,
            "records": len(self.records),
            "is_same": self.is_same,
            "difference": difference,
            "sha256": self.sha256,
        }


def replay(text: str, *, most_events: int | None = None) -> Replayed:
    """Play a run in a world of its own, as fast as possible.

    Args:
        text: what its file holds.
        most_events: how many callbacks of the clock it may have run at most; None: any number. It goes on for no more
            than it says itself.

    Raises:
        TooLong: it says that it has more.
        RunError: it is no run, or cannot be played.
    """
    if most_events is not None and (events := read_run(text).end[1]) > most_events:
        raise TooLong(f"it says that {events:,} events happened in it, and no more than {most_events:,} are allowed")
    answers: list[dict[str, object]] = []
    bridge = Bridge(lambda message: answers.append(json.loads(message)) if message.startswith(ANSWER) else None)
    bridge.handle(json.dumps({"id": NUMBER, "type": "run.replay", "run": text}), 0)
    while not answers:
        bridge.handle('{"type":"tick"}', 0)
    [answer] = answers
    if not answer["ok"]:
        error = answer["error"]
        assert isinstance(error, dict)
        raise RunError(error["message"])
    value = answer["value"]
    assert isinstance(value, dict)
    found = value["difference"]
    difference = None if found is None else Difference(**found)
    records = bridge.network.trace.select()
    return Replayed(value["name"], records, value["is_same"], difference, value["sha256"])
