"""Holds the variables of a program while it runs: its globals, and the scopes that stand before them.

Looking a variable up through the callers is done by shallow binding: a scope that declares a name which other code may
look up puts its value into the globals and the old one back when it is left. So every lookup is one of a global.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sim.mjs.frame import mjs_name, python_name
from sim.mjs.value import Obj, Value, key_text

__all__ = ["Globals", "Scopes"]

MISSING: Final = object()
Scope = dict[str, object]


class Globals(Obj):
    """The object `global`: a view of the variables that the emitted code has as Python's globals."""

    __slots__ = ("variables",)

    def __init__(self, variables: dict[str, Value]) -> None:
        super().__init__()
        self.variables = variables

    def __missing__(self, key: object) -> Value:
        return self.variables.get(python_name(key_text(key)))

    def items(self) -> Any:
        return {name: self.own(name) for name in reversed(self.names())}.items()

    def __setitem__(self, key: str, value: Value) -> None:
        self.variables[python_name(key)] = value

    def own(self, name: str) -> Value:
        return self.variables.get(python_name(name))

    def names(self) -> list[str]:
        return [mjs_name(name) for name in reversed(self.variables) if name not in ("__builtins__", "fstr")]


class Scopes:
    """The scopes that are open, the innermost last: for each its names, with what these stood for before."""

    def __init__(self, variables: dict[str, Value]) -> None:
        self.globals = variables
        self.open: list[Scope] = []

    def enter(self) -> Scope:
        """Open a scope whose names others may look up."""
        scope: Scope = {}
        self.open.append(scope)
        return scope

    def leave(self, scope: Scope) -> None:
        """Close a scope, and what was left open in it."""
        while self.open:
            innermost = self.open.pop()
            for name, old in innermost.items():
                if old is MISSING:
                    self.globals.pop(name, None)
                else:
                    self.globals[name] = old
            if innermost is scope:
                return

    def declare(self, scope: Scope, name: str) -> None:
        """Declare a variable in a scope, undefined if it is new there."""
        if name not in scope:
            scope[name] = self.globals.get(name, MISSING)
            self.globals[name] = None

    def declare_here(self, name: str) -> None:
        """Declare a variable in the scope in which a file was loaded."""
        self.declare(self.open[-1], name)

    def let(self, name: str) -> None:
        """Declare a global, undefined if it is new."""
        self.globals.setdefault(name, None)

    @contextmanager
    def within(self, target: Obj | None) -> Iterator[None]:
        """Use an object as a scope: its properties are variables, and new variables become properties."""
        if target is None:
            yield
            return
        scope = self.enter()
        for name in reversed(target.names()):
            self.declare(scope, python_name(name))
            self.globals[python_name(name)] = target.own(name)
        try:
            yield
        finally:
            for name in scope:
                target.put(mjs_name(name), self.globals.get(name))
            self.leave(scope)

    def leave_beyond(self, count: int) -> None:
        """Close all scopes but the outermost, that many."""
        while len(self.open) > count:
            self.leave(self.open[-1])
