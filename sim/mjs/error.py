"""Says what went wrong in a program: the engine's message, its kind and where."""

from __future__ import annotations

from enum import StrEnum

from sim.values import frozen

__all__ = ["Kind", "MjsError", "Span", "WatchdogError"]


class Kind(StrEnum):
    """The engine's classes of errors."""

    SYNTAX = "SYNTAX_ERROR"
    REFERENCE = "REFERENCE_ERROR"
    TYPE = "TYPE_ERROR"
    MEMORY = "OUT_OF_MEMORY"
    INTERNAL = "INTERNAL_ERROR"
    NOT_IMPLEMENTED = "NOT_IMPLEMENTED"
    FILE = "FILE_OPEN_ERROR"
    WATCHDOG = "WATCHDOG"


@frozen
class Span:
    """A place in a source text, for people: line and column count from 1."""

    file: str
    line: int
    column: int
    text: str

    def render(self) -> list[str]:
        """Return the place, the line of source and a caret below the column."""
        shown = self.text.replace("\t", " ")
        return [f"{self.file}:{self.line}:{self.column}", f"  {shown}", f"  {' ' * (self.column - 1)}^"]


class MjsError(Exception):
    """An error of a program; `frames` are its call levels, innermost first, as file and line.

    A parse error has a `span` and, in a main file, no frames.
    """

    def __init__(self, kind: Kind, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span
        self.frames: list[tuple[str, int]] = []

    def trace(self) -> list[str]:
        """Return the lines that the engine prints for the call levels."""
        return [f"  at {file}:{line}" for file, line in self.frames]

    def render(self, title: str = "MJS error") -> list[str]:
        """Return what the engine prints, then, for a parse error, the place with its source line and a caret."""
        place = self.span.render() if self.span else []
        return [*self.trace(), f"{title}: {self.message}", *place]

    def __str__(self) -> str:
        return self.message


class WatchdogError(MjsError):
    """A run took more loop and call steps than its budget."""

    def __init__(self, budget: int) -> None:
        super().__init__(Kind.WATCHDOG, f"watchdog: more than {budget} steps")

    @property
    def file(self) -> str:
        """The file that was running."""
        return self.frames[0][0] if self.frames else ""

    @property
    def line(self) -> int:
        """The line that was running."""
        return self.frames[0][1] if self.frames else 0
