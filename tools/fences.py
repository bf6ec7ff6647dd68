"""Finds the blocks of code in Markdown: what the tests run, and what the documentation shows as a live device."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Fence", "find_fences", "replace_fences"]

OPENING: Final = re.compile(r"^( *)(`{3,})([^`\n]*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A block between two lines of backticks (CommonMark 4.5).

    Behind the language its first line may have words and `name=value` pairs: `js live view=console`.
    """

    language: str
    words: frozenset[str]
    options: dict[str, str]
    source: str
    line: int
    """Number of its first line, that of the backticks."""
    start: int
    end: int
    """Where it stands in the text, in characters; its last line end is not part of it."""


def find_fences(text: str) -> Iterator[Fence]:
    """Yield the blocks of code in their order.

    Raises:
        ValueError: a block has no end; the text says in which line it begins.
    """
    place = 0
    while opening := OPENING.search(text, place):
        indent, marks, info = opening.groups()
        line = text.count("\n", 0, opening.start()) + 1
        closing = re.compile(rf"^ *{marks}`* *$", re.MULTILINE).search(text, opening.end())
        if closing is None:
            raise ValueError(f"line {line}: the block of code has no end")
        language, *rest = shlex.split(info) or [""]
        pairs = dict(word.split("=", 1) for word in rest if "=" in word)
        source = re.sub(rf"^ {{0,{len(indent)}}}", "", text[opening.end() + 1 : closing.start()], flags=re.MULTILINE)
        words = frozenset(word for word in rest if "=" not in word)
        yield Fence(language, words, pairs, source, line, opening.start(), closing.end())
        place = closing.end()


def replace_fences(text: str, replacement: Callable[[Fence], str | None]) -> str:
    """Return the text with blocks replaced by what the function gives for them; None leaves a block as it is."""
    parts, place = [], 0
    for fence in find_fences(text):
        put = replacement(fence)
        if put is not None:
            parts += [text[place : fence.start], put]
            place = fence.end
    return "".join([*parts, text[place:]])
