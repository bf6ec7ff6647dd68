"""Parses a script for the checker: as the engine does, and keeps where in the text each part begins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import ClassVar

from sim.mjs import node
from sim.mjs.lexer import NAME, STRING, Token
from sim.mjs.parser import UNARY, Parser
from sim.mjs.scope import children

__all__ = ["PlacedParser"]


class PlacedParser(Parser):
    """A parser that knows the offsets of parts in the source text."""

    def __init__(self, source: str, file: str) -> None:
        super().__init__(source, file)
        self.starts: dict[node.Node, int] = {}
        """Where a part begins, if not with its first child."""
        self.marks: dict[node.Node, int] = {}
        """What to point at in a part, if not at its begin: the name of a member, say."""
        self.names: dict[node.Node, list[int]] = {}
        """Where the names stand that a part declares."""
        self._declared: list[int] = []
        self.open_let: int | None = None
        """Offset of the `let` that is being read: the one at fault if reading ends with an error."""

    def here(self) -> int:
        """Return where the token at hand begins, with its quote if it is a string."""
        return self.token.start - (self.kind == STRING)

    def start(self, part: node.Node) -> int:
        """Return where a part begins."""
        while part not in self.starts:
            first = next((child for child in children(part) if child), None)
            if first is None:
                return 0
            part = first
        return self.starts[part]

    def mark(self, part: node.Node) -> int:
        """Return what to point at in a part."""
        return self.marks[part] if part in self.marks else self.start(part)

    def before(self, part: node.Node) -> int:
        """Return where the token before a part begins: its operator."""
        index = bisect_left(self.tokens, self.start(part), key=lambda token: token.start - (token.kind == STRING))
        return self.tokens[max(0, index - 1)].start

    # The rules, with a note of where they begin

    def statement(self) -> node.Statement:
        """Read a statement."""
        start = self.here()
        found = super().statement()
        self.starts[found] = start
        return found

    def primary(self) -> node.Expression:
        """Read an operand."""
        start = self.here()
        found = super().primary()
        self.starts[found] = start
        return found

    def unary(self) -> node.Expression:
        """Read an operand with the operators before it."""
        if self.kind not in UNARY:
            return super().unary()
        start = self.here()
        found = super().unary()
        self.starts[found] = start
        return found

    def marked_call(self, callee: node.Expression) -> node.Expression:
        """Read a call; what matters is its parenthesis."""
        mark = self.here()
        found = self.call(callee)
        self.marks[found] = mark
        return found

    def marked_member(self, object_: node.Expression) -> node.Expression:
        """Read a member; what matters is its name."""
        mark = self.tokens[min(self.position + 1, len(self.tokens) - 1)].start
        found = self.member(object_)
        self.marks[found] = mark
        return found

    def expect(self, kind: str) -> Token:
        """Step over a token of this kind; names are only expected where they are declared."""
        token = super().expect(kind)
        if kind == NAME:
            self._declared.append(token.start)
        return token

    def let(self) -> node.Statement:
        """Read a declaration."""
        outer, self._declared, before = self._declared, [], self.open_let
        self.open_let = start = self.here()
        found = super().let()
        self.names[found], self._declared, self.open_let = self._declared, outer, before
        self.starts[found] = start
        return found

    def placed_function(self) -> node.Expression:
        """Read a function."""
        outer, self._declared, before = self._declared, [], self.open_let
        self.open_let = None
        found = self.function()
        self.names[found], self._declared, self.open_let = self._declared, outer, before
        return found

    def for_in(self, declares: bool) -> node.Statement:
        """Read a loop over keys."""
        name = self.tokens[self.position + declares].start
        found = super().for_in(declares)
        self.names[found] = [name]
        return found

    STATEMENTS: ClassVar[Mapping[str, Callable[..., node.Statement]]] = {**Parser.STATEMENTS, "let": let}
    SUFFIXES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {
        **Parser.SUFFIXES,
        "(": marked_call,
        ".": marked_member,
    }
    PRIMARIES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {
        **Parser.PRIMARIES,
        "function": placed_function,
    }
