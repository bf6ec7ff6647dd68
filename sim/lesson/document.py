"""Reads a lesson: a Markdown file with TOML front matter between two lines `+++` (docs/reference/lesson.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.lesson.attempt import TRIES
from sim.lesson.condition import Condition
from sim.lesson.message import Frame, Http, Mqtt, Rpc
from sim.lesson.state import Broken, Closed, Console, Endpoint, Failed, PinLevel
from sim.lesson.table import LessonError, filled
from sim.lesson.trial import Try
from sim.profile import PROFILES

__all__ = ["KINDS", "Check", "Lesson", "parse"]

FRONT: Final = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.M | re.S)

MAIN: Final = "init.js"
"""What the file is called when a lesson gives its firmware as one text."""

KINDS: Final[dict[str, type[Condition]]] = {
    kind.kind: kind for kind in (Http, Console, PinLevel, Rpc, Frame, Mqtt, Closed, Endpoint, Failed, Broken)
}
"""The kinds of conditions by the names that lessons call them."""

COMMON: Final = ("text", "kind", "after", "times", "absent")
"""The fields of a check that its kind does not have to know."""


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence that shall become true, and the condition on the trace that makes it so."""

    text: str
    condition: Condition
    after: Check | None = None
    """What has to be seen before it."""
    times: int = 1
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter as the author writes it."""

    title: str
    start: object
    solution: object
    check: object
    about: str = ""
    order: int = 0
    main: str | None = None
    profile: str = "documented"
    seed: int = 0
    hints: list[str] = field(default_factory=list)
    tries: object = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson: its text in Markdown, the files that it begins and ends with, and how it is checked."""

    title: str
    about: str
    order: int
    """Its place in a list of lessons."""
    text: str
    start: dict[str, str]
    solution: dict[str, str]
    main: str | None
    profile: str
    seed: int
    hints: tuple[str, ...]
    tries: tuple[Try, ...]
    checks: tuple[Check, ...]

    def to_json(self) -> dict[str, object]:
        """Return what the page shows of the lesson."""
        return {
            "title": self.title,
            "about": self.about,
            "order": self.order,
            "text": self.text,
            "start": self.start,
            "solution": self.solution,
            "main": self.main,
            "profile": self.profile,
            "seed": self.seed,
            "hints": list(self.hints),
            "tries": [attempt.to_json() for attempt in self.tries],
            "checks": [check.text for check in self.checks],
        }


def parse(source: str) -> Lesson:
    """Read a lesson.

    Raises:
        LessonError: it has no front matter, or that is not as it has to be.
    """
    import tomllib  # here: devices and most commands have no lessons

    source = source.replace("\r\n", "\n").removeprefix("\ufeff")
    match = FRONT.match(source)
    if match is None:
        raise LessonError("a lesson begins with a line +++, its front matter and another line +++")
    try:
        table = tomllib.loads(match[1])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LessonError(f"the front matter is no TOML: {error}") from error
    if "try" in table:
        table["tries"] = table.pop("try")
    front = filled(Front, table, "front matter")
    if front.profile not in PROFILES:
        raise LessonError(f"front matter: there is no profile {front.profile!r}; there are {', '.join(PROFILES)}")
    checks = [_check(each, f"check {number}") for number, each in enumerate(_tables(front.check, "check"), 1)]
    if not checks:
        raise LessonError("front matter: there is no [[check]]")
    start, solution = (_files(front.start, "start", front.main), _files(front.solution, "solution", front.main))
    return Lesson(
        title=front.title,
        about=front.about,
        order=front.order,
        text=source[match.end() :].strip() + "\n",
        start=start,
        # What the solution does not name is as at the start
        solution={**start, **solution},
        main=front.main,
        profile=front.profile,
        seed=front.seed,
        hints=tuple(front.hints),
        tries=tuple(_try(each, f"try {number}") for number, each in enumerate(_tables(front.tries, "try"), 1)),
        checks=tuple(checks),
    )


def _files(value: object, name: str, main: str | None) -> dict[str, str]:
    """Return files for a text, which is the firmware, or a table of texts."""
    files = {main or MAIN: value} if isinstance(value, str) else value
    if not isinstance(files, dict) or not files or not all(isinstance(text, str) for text in files.values()):
        raise LessonError(f"front matter: {name!r} must be the firmware as one text, or a table of files")
    return files


def _tables(value: object, name: str) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise LessonError(f"front matter: {name!r} must be tables, [[{name}]]")
    return value


def _check(table: Mapping[str, object], where: str, *, is_part: bool = False) -> Check:
    text = table.get("text", "" if is_part else None)
    if not isinstance(text, str):
        raise LessonError(f"{where}: 'text' must say in a sentence what is checked")
    name = table.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise LessonError(f"{where}: 'kind' must be one of {', '.join(KINDS)}, got {name!r}")
    times, absent, after = table.get("times", 1), table.get("absent", False), table.get("after")
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise LessonError(f"{where}: 'times' must be a whole number from 1, got {times!r}")
    if not isinstance(absent, bool):
        raise LessonError(f"{where}: 'absent' must be true or false, got {absent!r}")
    if after is not None and not isinstance(after, dict):
        raise LessonError(f"{where}: 'after' must be a table")
    condition = filled(kind, {key: value for key, value in table.items() if key not in COMMON}, where)
    before = _check(after, f"{where}, after", is_part=True) if after is not None else None
    return Check(text, condition, before, times, absent)


def _try(table: Mapping[str, object], where: str) -> Try:
    name = table.get("kind", "http")
    kind = TRIES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise LessonError(f"{where}: 'kind' must be one of {', '.join(TRIES)}, got {name!r}")
    return filled(kind, {key: value for key, value in table.items() if key != "kind"}, where)
