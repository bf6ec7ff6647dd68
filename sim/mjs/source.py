"""Keeps what was made of the newest sources: every device that boots loads the same library files again."""

from __future__ import annotations

import hashlib
import marshal
from functools import cached_property, lru_cache
from types import CodeType
from typing import Final

from sim.mjs.compiler import compile_program
from sim.mjs.node import Program
from sim.mjs.parser import parse
from sim.mjs.scope import Names, analyse

__all__ = ["READY", "Source", "prefix_of", "prepare", "read_source"]

KEPT: Final = 64
"""Sources that are kept."""

MOST_TEXT: Final = 64 * 1024
"""Characters of a source that is kept: larger ones are no library."""

MOST_CODES: Final = 8
"""Ways to compile a source that are kept."""

READY: Final[dict[tuple[str, str], bytes]] = {}
"""What `prepare` made of sources, by their files and digests: filled where a start shall not have to compile them."""


class Source:
    """A file's syntax tree and names, which nothing changes, and the code that was made of it."""

    def __init__(self, text: str, file: str, ready: bytes | None = None) -> None:
        self._text = text
        self._file = file
        self._codes: dict[tuple[str, frozenset[str], bool], CodeType] = {}
        if ready is None:
            self.names = analyse(self.program)
        else:
            (free, outer, local, loads), loads_unknown, code = marshal.loads(ready)
            self.names = Names(set(free), set(outer), set(local), set(loads), loads_unknown)
            self._codes[prefix_of(file), frozenset(), False] = code

    @cached_property
    def program(self) -> Program:
        """The syntax tree."""
        return parse(self._text, self._file)

    def code(self, prefix: str, exposed: set[str], is_nested: bool) -> CodeType:
        """Return the file as Python's code; see `compile_program` for what it depends on.

        Of the exposed names only those matter that the file declares where they could be fast locals.
        """
        key = (prefix, frozenset(exposed & self.names.local), is_nested)
        made = self._codes.get(key)
        if made is None:
            made = compile_program(self.program, prefix, exposed.__contains__, is_nested)
            if len(self._codes) < MOST_CODES:
                self._codes[key] = made
        return made


def read_source(source: str, file: str) -> Source:
    """Parse a file, or return what is kept of it.

    Raises:
        MjsError: it is no program.
    """
    return _kept(source, file) if len(source) <= MOST_TEXT else Source(source, file)


@lru_cache(maxsize=KEPT)
def _kept(source: str, file: str) -> Source:
    return Source(source, file, READY.get((file, _digest(source))) if READY else None)


def prefix_of(file: str) -> str:
    """Return the beginning of the names that the functions of a file have in Python, which a dot ends."""
    return f"@{file.replace('.', '_')}"


def prepare(source: str, file: str) -> tuple[tuple[str, str], bytes]:
    """Return an entry of `READY`: it serves the Python that made it, for a file that is loaded at the top level."""
    read = Source(source, file)
    names = read.names
    code = read.code(prefix_of(file), set(), False)
    sets = sorted(names.free), sorted(names.outer), sorted(names.local), sorted(names.loads)
    return (file, _digest(source)), marshal.dumps((sets, names.loads_unknown, code))


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
