"""Holds one thing that the checker has to say about a program, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

__all__ = ["Finding", "Level", "did_you_mean"]

CLOSE: float = 0.7
"""How alike two names must be, 1 being the same, for one to be taken for a slip of the other."""


class Level(StrEnum):
    """How sure it is that something is wrong."""

    ERROR = "error"
    """It will fail as soon as it is reached."""
    WARNING = "warning"
    """It may do something else than what is meant."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something about a program; line and column count from 1. `rule` names the kind of finding for programs."""

    file: str
    line: int
    column: int
    level: Level
    rule: str
    message: str

    def __str__(self) -> str:
        kind = "" if self.level is Level.ERROR else "warning: "
        return f"{self.file}:{self.line}:{self.column}: {kind}{self.message}"

    def to_json(self) -> dict[str, object]:
        """Return the finding in values that JSON has."""
        return asdict(self)


def did_you_mean(name: str, names: object) -> str:
    """Return the question that follows on a name that is not there, if one that is there is like it."""
    import difflib  # here: most programs have no such name

    assert isinstance(names, set | frozenset | list | tuple | dict)
    found = difflib.get_close_matches(name, sorted(names), 1, CLOSE)
    lower = {each.lower(): each for each in sorted(names)}
    best = lower.get(name.lower()) or (found[0] if found else None)
    return f"; did you mean {best}?" if best else ""
