"""Says what a condition of a lesson is: something that looks at the trace, and says what it sees there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import ClassVar, NamedTuple, Protocol

from sim.lesson.scene import Scene, difference, quoted
from sim.lesson.table import LessonError

__all__ = ["Condition", "Sight", "fits", "one_of", "wrong_text"]


class Sight(NamedTuple):
    """Something of the kind that a condition is about: the record, what it is, and in what it is not as wanted."""

    seq: int
    said: str
    problem: str | None
    """A sentence; None: this is what was wanted."""


class Condition(Protocol):
    """What one kind asks."""

    kind: ClassVar[str]

    def sights(self, scene: Scene) -> Iterator[Sight]:
        """Yield what there is of what the condition is about, in order."""

    def others(self, scene: Scene) -> Iterator[Sight]:
        """Yield what is of the same kind, but not what the condition is about."""

    @property
    def waiting(self) -> str:
        """What to say while nothing is there, a sentence without its end."""


def fits(pattern: str, text: str) -> bool:
    """Return whether a text is as a pattern with `*` says."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def wrong_text(wanted: str | None, wanted_json: object, data: bytes, what: str) -> str | None:
    """Say in what some bytes are not as wanted: they hold a text, are JSON with these members."""
    if wanted is not None and wanted.encode() not in data:
        return f"{what} is {quoted(data)}, without {quoted(wanted)}"
    if wanted_json is None:
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return f"{what} is {quoted(data)}, which is no JSON"
    return difference(wanted_json, value, what)


def one_of(name: str, value: str, *choices: str) -> None:
    """Refuse a word that is none of those there are."""
    if value not in choices:
        raise LessonError(f"{name!r} must be {' or '.join(choices)}, got {value!r}")
