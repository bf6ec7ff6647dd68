"""Steps through the tokens of a source text and says what is wrong at the one at hand."""

from __future__ import annotations

from typing import Final, NoReturn

from sim.mjs.error import Kind, MjsError
from sim.mjs.lexer import END, Token, span, tokenize

__all__ = ["Cursor"]

NESTING_LIMIT: Final = 600
"""So deep may a program be nested where the engine has no limit: Python has one."""

SHOWN_BYTES: Final = 10


class Cursor:
    """A place in a list of tokens; `kind` is that of the token at hand."""

    def __init__(self, source: str, file: str) -> None:
        self.source = source
        self.file = file
        self.tokens = tokenize(source)
        self.position = 0
        self.token = self.tokens[0]
        self.kind = self.token.kind
        self.nesting = 0
        self.failed = 0
        """Index of the token of the last error."""

    def next(self) -> Token:
        """Step over the token at hand and return it."""
        token = self.token
        if token.kind != END:
            self.position += 1
            self.token = self.tokens[self.position]
            self.kind = self.token.kind
        return token

    def back(self, position: int) -> None:
        """Step back to a token."""
        self.position = position
        self.token = self.tokens[position]
        self.kind = self.token.kind

    def expect(self, kind: str) -> Token:
        """Step over a token of this kind."""
        if self.kind != kind:
            self.fail()
        return self.next()

    def accept(self, kind: str) -> bool:
        """Step over the token at hand if it has this kind."""
        found = self.kind == kind
        if found:
            self.next()
        return found

    def peek(self, distance: int) -> str:
        """Return the kind of a token further on."""
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)].kind

    def error(self, message: str) -> MjsError:
        """Return a syntax error at the token at hand."""
        self.failed = self.position
        return MjsError(Kind.SYNTAX, message, span(self.file, self.source, self.token.start))

    def fail(self) -> NoReturn:
        """Reject the token at hand."""
        start = self.token.start
        raise self.error(f"parse error at line {self.token.line}: [{self.source[start : start + SHOWN_BYTES]}]")

    def enter(self) -> None:
        """Take note of a rule that may contain itself."""
        self.nesting += 1
        if self.nesting > NESTING_LIMIT:
            raise self.error("parser stack overflow")
