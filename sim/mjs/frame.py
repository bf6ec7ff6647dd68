"""Keeps track of names while a function is compiled: what they are in Python, and which scopes are open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sim.mjs import node
from sim.values import mutable

__all__ = ["Frame", "Scope", "mjs_name", "python_name"]

RESERVED: Final = frozenset(["None", "True", "False", "__debug__", "__builtins__"])


def python_name(name: str) -> str:
    """Return the Python name of a variable: a few words cannot be variables in Python."""
    return name + "@" if name in RESERVED else name


def mjs_name(name: str) -> str:
    """Return the variable that a Python name stands for."""
    return name.partition("@")[0]


@dataclass(slots=True)
class Scope:
    """A scope that is open: the locals declared so far, by their Python names.

    `handle` is the local that holds the scope at run time, if it declares names that other code may look up.
    """

    handle: str | None = None
    is_loop: bool = False
    locals: dict[str, str] = field(default_factory=dict)


@mutable
class Loop:
    """A loop that is open: what a `continue` has to do first, and in which scopes."""

    step: node.Expression | None
    depth: int


class Frame:
    """A function while it is compiled; `is_main` is the top level of a file, whose first scope is not its own."""

    def __init__(self, is_main: bool, exposed: Callable[[str], bool]) -> None:
        self.is_main = is_main
        self.exposed = exposed
        self.scopes: list[Scope] = [Scope()] if is_main else []
        self.loops: list[Loop] = []
        self.globals: set[str] = set()
        self.temporaries = 0
        self.handles = 0

    def temporary(self) -> str:
        """Return a local name that is free until the statement ends."""
        self.temporaries += 1
        return f"@{self.temporaries}"

    def handle(self) -> str:
        """Return a new local name for a scope."""
        self.handles += 1
        return f"@scope{self.handles}"

    @property
    def at_top(self) -> bool:
        """Whether the innermost scope is the one in which the file is run."""
        return self.is_main and len(self.scopes) == 1

    def is_local(self, name: str) -> bool:
        """Return whether a declaration in the innermost scope makes a fast local."""
        return not self.at_top and not self.exposed(name)

    def resolve(self, name: str) -> str | None:
        """Return the Python local that a name means here, or None if it has to be looked up."""
        for scope in reversed(self.scopes):
            if name in scope.locals:
                return scope.locals[name]
        return None

    def declare(self, name: str) -> str:
        """Declare a fast local in the innermost scope and return its Python name."""
        scope = self.scopes[-1]
        if name not in scope.locals:
            shadows = self.is_main or any(name in outer.locals for outer in self.scopes)
            scope.locals[name] = f"{name}@{len(self.scopes)}" if shadows else python_name(name)
        return scope.locals[name]

    def assign_global(self, name: str) -> str:
        """Return the Python name of a variable that is looked up, to be assigned to."""
        found = python_name(name)
        self.globals.add(found)
        return found
