"""Gathers the findings of one script, but for those in code that never runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sim.check.finding import Finding, Level
from sim.mjs.lexer import span

__all__ = ["Report"]


class Report:
    """The findings of a script."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source
        self.found: set[Finding] = set()
        self.is_dead = False

    def add(self, level: Level, rule: str, offset: int, message: str) -> None:
        """Add a finding at an offset in the source."""
        if not self.is_dead:
            place = span(self.file, self.source, offset)
            self.found.add(Finding(self.file, place.line, place.column, level, rule, readable(message)))

    def error(self, rule: str, offset: int, message: str) -> None:
        """Add what will fail."""
        self.add(Level.ERROR, rule, offset, message)

    def warning(self, rule: str, offset: int, message: str) -> None:
        """Add what is probably not meant."""
        self.add(Level.WARNING, rule, offset, message)

    @contextmanager
    def dead(self, is_dead: bool = True) -> Iterator[None]:
        """Be quiet about code that never runs."""
        before, self.is_dead = self.is_dead, self.is_dead or is_dead
        yield
        self.is_dead = before


def readable(message: str) -> str:
    """Return a message that may quote the byte string of a source as text."""
    try:
        return message.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return message  # it quotes the name of a file, which is text already
