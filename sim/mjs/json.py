"""Reads and writes JSON as the engine does: byte strings, newest property first, and lenient when reading."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Final

from sim.mjs.error import Kind, MjsError
from sim.mjs.value import EXACT, FALSE, NULL, TRUE, Arr, Obj, Pointer, Value, of_float, text

__all__ = ["parse", "stringify"]

ESCAPED: Final = re.compile(r'[\x00-\x1f"\\]')
ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r"
}  # fmt: skip

SPACE: Final = re.compile(r"[ \t\r\n\v\f]*")
NUMBER: Final = re.compile(r"-?(?:0x[0-9a-fA-F]+|[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)")
BROKEN_NUMBER: Final = re.compile(r"[.eE]")
IDENTIFIER: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
STRING: Final = re.compile(
    r'"((?:[ !#-\[\]-\x7f]|[\x80-\xdf].|[\xe0-\xef]..|[\xf0-\xff]...|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"', re.DOTALL
)
UNESCAPE: Final = re.compile(r"\\(?:u(..)(..)|(.))")
UNESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS: Final[dict[str, tuple[str, Value]]] = {"t": ("true", TRUE), "f": ("false", FALSE), "n": ("null", NULL)}

MAX_DEPTH: Final = 200
"""So deep may a value be nested: its writer and reader use the stack of C, which is short in a browser."""


def stringify(value: Value) -> str:
    """Return the JSON of a value; what has none gives an empty string."""
    return "" if is_dropped(value) else written(value, [])


def is_dropped(value: Value) -> bool:
    """Return whether a value has no JSON: undefined, functions and native values."""
    return value is None or isinstance(value, FunctionType | MethodType | Pointer)


def written(value: Value, parents: list[Obj]) -> str:
    """Return the JSON of a value within these objects."""
    if type(value) is str:
        return quoted(value)
    if not isinstance(value, Obj):
        return "null" if is_dropped(value) else text(value)
    if any(value is parent for parent in parents):
        return "[Circular]"
    if len(parents) >= MAX_DEPTH:
        raise MjsError(Kind.MEMORY, "out of memory")
    inside = [*parents, value]
    if isinstance(value, Arr):
        return "[" + ",".join(written(item, inside) for item in value.values_in_order()) + "]"
    items = ((name, dict.__getitem__(value, name)) for name in reversed(value))
    return "{" + ",".join(f'"{name}":{written(item, inside)}' for name, item in items if not is_dropped(item)) + "}"


def quoted(string: str) -> str:
    """Return a string in quotes."""
    escaped = ESCAPED.sub(lambda found: ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", string)
    return f'"{escaped}"'


def parse(string: str) -> Value:
    """Return the value that begins a text.

    Raises:
        MjsError: there is none.
    """
    try:
        return Reader(string).value()
    except InvalidJson:
        raise MjsError(Kind.TYPE, "invalid JSON string") from None


class InvalidJson(Exception):
    """The text at hand is not JSON."""


class Reader:
    """A cursor over a text."""

    def __init__(self, string: str) -> None:
        self.string = string
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        """Step over white space and return the character at hand, empty at the end."""
        found = SPACE.match(self.string, self.position)
        assert found
        self.position = found.end()
        return self.string[self.position : self.position + 1]

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Step over what matches a pattern."""
        found = pattern.match(self.string, self.position)
        if not found:
            raise InvalidJson
        self.position = found.end()
        return found

    def expect(self, sign: str) -> None:
        """Step over white space and one character."""
        if self.peek() != sign:
            raise InvalidJson
        self.position += 1

    def accept(self, sign: str) -> bool:
        """Step over a character if it is at hand."""
        found = self.peek() == sign
        self.position += found
        return found

    def value(self) -> Value:
        """Read a value."""
        match self.peek():
            case "{" | "[" as first:
                return self.nested(Reader.object if first == "{" else Reader.array)
            case '"':
                return self.quoted()
            case "t" | "f" | "n" as first:
                return self.word(*WORDS[first])
            case _:
                return self.number()

    def nested(self, rule: Callable[[Reader], Value]) -> Value:
        """Read an object or array, unless it is too deep."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise InvalidJson
        found = rule(self)
        self.depth -= 1
        return found

    def object(self) -> Value:
        """Read an object; keys need no quotes, and commas may be missing."""
        made = Obj()
        self.expect("{")
        while not self.accept("}"):
            key = self.quoted() if self.peek() == '"' else self.take(IDENTIFIER)[0]
            self.expect(":")
            made[key] = self.value()
            self.accept(",")
        return made

    def array(self) -> Value:
        """Read an array; commas may be missing."""
        values: list[Value] = []
        self.expect("[")
        while not self.accept("]"):
            values.append(self.value())
            self.accept(",")
        return Arr(values)

    def quoted(self) -> str:
        """Read a string."""
        return UNESCAPE.sub(unescaped, self.take(STRING)[1])

    def word(self, name: str, value: Value) -> Value:
        """Read true, false or null."""
        if not self.string.startswith(name, self.position):
            raise InvalidJson
        self.position += len(name)
        return value

    def number(self) -> Value:
        """Read a number."""
        digits = self.take(NUMBER)[0]
        if "x" not in digits and BROKEN_NUMBER.match(self.string, self.position):
            raise InvalidJson
        number = float(int(digits, 16)) if "x" in digits else float(digits)
        if abs(number) < EXACT and number == int(number) and str(number) != "-0.0":
            return int(number)
        return of_float(number)


def unescaped(found: re.Match[str]) -> str:
    """Return the byte that an escape stands for; there is no room for more than one."""
    if found[3]:
        return UNESCAPES.get(found[3], found[3])
    if found[1] != "00":
        raise InvalidJson
    return chr(int(found[2], 16))
