"""Keeps the table by which the engine finds the line of an instruction.

The engine makes an entry of place and line when it writes the first instruction of a line, and looks for the last
entry before the last byte that it has read. So the first instruction of a line counts for the line before, and one
behind the last entry for line 1. Where a jump gets long, the code behind it moves and the entries do not: so sizes
have to be those of the engine. Of an instruction that fails it has read one byte less than of a call that waits.

A record of what a program did names the true line instead. So a mark is a number with all three: the true line in its
low bits, and above them by how much the engine errs. Python's code keeps the true line as the first of an instruction,
and the errors as the number of further lines that it takes.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from math import isqrt
from typing import Final

__all__ = ["LINE", "LineTable", "further_lines", "size_of", "size_of_text", "told_line"]

LINE: Final = (1 << 24) - 1
"""The bits of a mark that are its true line."""


def mark_of(line: int, failing: int, waiting: int) -> int:
    """Return the mark of a line that the engine tells as others: for what fails there, and for a call that waits."""
    if line == failing == waiting:
        return line
    first, second = (2 * error if error >= 0 else -2 * error - 1 for error in (failing - line, waiting - line))
    return line | ((first + second) * (first + second + 1) // 2 + second) * (LINE + 1)


def further_lines(mark: int) -> int:
    """Return how many further lines an instruction takes in Python's code."""
    return mark // (LINE + 1)


def told_line(line: int, further: int, is_waiting: bool) -> int:
    """Return the line that the engine tells for an instruction of Python's code."""
    diagonal = (isqrt(8 * further + 1) - 1) // 2
    second = further - diagonal * (diagonal + 1) // 2
    error = second if is_waiting else diagonal - second
    return line - (error + 1) // 2 if error & 1 else line + error // 2


def size_of(number: int) -> int:
    """Return the bytes that a number takes: seven bits in each."""
    return max(1, (number.bit_length() + 6) // 7)


def size_of_text(text: str) -> int:
    """Return the bytes that an instruction with a text takes."""
    return 1 + size_of(len(text)) + len(text)


class LineTable:
    """The instructions so far, by number: where they are, and what the engine knows of their lines."""

    __slots__ = ("entries", "last", "places", "position", "sources")

    def __init__(self) -> None:
        self.position = 0
        self.places: list[int] = []
        self.sources: list[int] = []
        self.entries: list[tuple[int, int]] = []
        self.last = 1

    def emit(self, size: int, line: int, read: int = 0) -> int:
        """Take note of an instruction of so many bytes and return its number; `read`: more than its first byte is."""
        if line > self.last:
            self.entries.append((self.position, line))
            self.last = line
        self.places.append(self.position + read)
        self.sources.append(line)
        self.position += size
        return len(self.places) - 1

    def fill(self, jump: int, target: int | None = None, byte: int = 1) -> int:
        """Give a jump its target, or the end of the code; return by how many bytes what follows has moved."""
        hole = self.places[jump] + byte
        growth = size_of((self.position if target is None else target) - hole - 1) - 1
        if growth:
            self.move(jump + 1, len(self.places), growth)
            self.position += growth
        return growth

    def move(self, first: int, end: int, distance: int) -> None:
        """Move the instructions of these numbers."""
        self.places[first:end] = [place + distance for place in self.places[first:end]]

    def state(self) -> tuple[int, int, int, int]:
        """Return what `restore` takes."""
        return self.position, self.last, len(self.places), len(self.entries)

    def restore(self, state: tuple[int, int, int, int]) -> None:
        """Forget what was emitted since then."""
        self.position, self.last, places, entries = state
        del self.places[places:]
        del self.sources[places:]
        del self.entries[entries:]

    def lines(self) -> list[int]:
        """Return the marks of all instructions."""
        starts = list(accumulate((place for place, _ in self.entries), max))
        lines = [1, *(line for _, line in self.entries)]

        def told(place: int) -> int:
            found = bisect_left(starts, place)
            return lines[found] if found < len(starts) else 1

        return [
            mark_of(source, told(place - 1), told(place))
            for place, source in zip(self.places, self.sources, strict=True)
        ]
