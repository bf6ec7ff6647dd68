"""Judges by the trace whether checks hold, and says what was seen where they do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sim.lesson.condition import Sight
from sim.lesson.document import Check, Lesson
from sim.lesson.scene import Scene
from sim.trace import Record

__all__ = ["State", "Verdict", "judge"]


class State(StrEnum):
    """How it stands with a check."""

    PASS = "pass"
    FAIL = "fail"
    """It was seen, but not as wanted."""
    OPEN = "open"
    """Nothing of it was seen yet."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a check: its text, a sentence on what was seen, and the number of the record that shows it."""

    text: str
    state: State
    detail: str
    seq: int | None = None

    def to_json(self) -> dict[str, object]:
        """Return the verdict in values that JSON has."""
        return {"text": self.text, "state": str(self.state), "detail": self.detail, "seq": self.seq}


def judge(lesson: Lesson, records: Iterable[Record], host: str = "device") -> list[Verdict]:
    """Return a verdict for each check of a lesson, by what the device has done since it booted last."""
    scene = Scene(records, host)
    return [_verdict(check, scene) for check in lesson.checks]


def _verdict(check: Check, scene: Scene) -> Verdict:
    state, detail, seq = _look(check, scene)
    place = "" if seq is None else f" (record {seq})"
    return Verdict(check.text, state, f"{detail[:1].upper()}{detail[1:]}{place}.", seq)


def _look(check: Check, scene: Scene) -> tuple[State, str, int | None]:
    if not scene.records:
        return State.OPEN, "the device has not booted yet", None
    since = -1
    if check.after is not None:
        state, detail, seq = _look(check.after, scene)
        if state is not State.PASS or seq is None:
            return State.OPEN, f"what has to come before is not there yet: {detail}", seq
        since = seq
    seen = list(check.condition.sights(scene))
    sights = [sight for sight in seen if sight.seq > since]
    found = [sight for sight in sights if sight.problem is None]
    if check.absent:
        return (State.FAIL, found[-1].said, found[-1].seq) if found else (State.PASS, "it was not seen", None)
    if len(found) >= check.times:
        # The first that does: what has to come after it may come at once
        return State.PASS, found[check.times - 1].said, found[check.times - 1].seq
    if found:
        return State.OPEN, f"{found[-1].said}, {len(found)} of {check.times} times", found[-1].seq
    if sights:
        return State.FAIL, sights[-1].problem or "", sights[-1].seq
    if seen:
        return (
            State.OPEN,
            f"nothing has changed since what has to come before; until then {seen[-1].said}",
            seen[-1].seq,
        )
    return _nothing(check, [sight for sight in check.condition.others(scene) if sight.seq > since])


def _nothing(check: Check, others: list[Sight]) -> tuple[State, str, int | None]:
    """Say what was seen instead of what the check is about."""
    waiting = check.condition.waiting
    if not others:
        return State.OPEN, f"{waiting} yet", None
    return State.OPEN, f"{waiting} yet; instead, {others[-1].said}", others[-1].seq
