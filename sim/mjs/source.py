"""Keeps what was made of the newest sources: every device that boots loads the same library files again."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Final

from sim.mjs.compiler import compile_program
from sim.mjs.node import Program
from sim.mjs.parser import parse
from sim.mjs.scope import Names, analyse

__all__ = ["Source", "read_source"]

KEPT: Final = 64
"""Sources that are kept."""

MOST_TEXT: Final = 64 * 1024
"""Characters of a source that is kept: larger ones are no library."""

MOST_CODES: Final = 8
"""Ways to compile a source that are kept."""


@dataclass(slots=True)
class Source:
    """A file's syntax tree and names, which nothing changes, and the code that was made of it."""

    program: Program
    names: Names
    codes: dict[tuple[str, frozenset[str], bool], CodeType] = field(default_factory=dict)

    def code(self, prefix: str, exposed: set[str], is_nested: bool) -> CodeType:
        """Return the file as Python's code; see `compile_program` for what it depends on."""
        key = (prefix, frozenset(exposed), is_nested)
        made = self.codes.get(key)
        if made is None:
            made = compile_program(self.program, prefix, exposed.__contains__, is_nested)
            if len(self.codes) < MOST_CODES:
                self.codes[key] = made
        return made


def read_source(source: str, file: str) -> Source:
    """Parse a file, or return what is kept of it.

    Raises:
        MjsError: it is no program.
    """
    return _kept(source, file) if len(source) <= MOST_TEXT else _read(source, file)


def _read(source: str, file: str) -> Source:
    program = parse(source, file)
    return Source(program, analyse(program))


_kept = lru_cache(maxsize=KEPT)(_read)
