"""Reads and writes JSON as the engine does: byte strings, newest property first, and lenient when reading."""

from __future__ import annotations

import re
from collections.abc import Callable
from json.encoder import encode_basestring
from types import FunctionType, MethodType
from typing import Final

from sim.mjs.error import Kind, MjsError
from sim.mjs.value import EXACT, FALSE, NULL, TRUE, Arr, Obj, Pointer, Value, number_text, of_float, text

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

Writers = dict[type, Callable[[Value], str]]

MAX_DEPTH: Final = 200
"""So deep may a value be nested: its writer and reader use the stack of C, which is short in a browser."""


def stringify(value: Value) -> str:
    """Return the JSON of a value; what has none gives an empty string."""
    kind = type(value)
    if kind is int:
        return number_text(value)
    if kind in DROPPED:
        return ""
    done = written(value, [], PLAIN)
    return written(value, [], EXACT_WRITERS) if "\\u000b" in done else done


def written(value: Value, parents: list[Obj], writers: Writers) -> str:
    """Return the JSON of a value within these objects; `writers` write the commonest types, for the sake of speed."""
    if (write := writers.get(type(value))) is not None:
        return write(value)
    if not isinstance(value, Obj):
        return "null" if type(value) in DROPPED else text(value)
    for parent in parents:
        if value is parent:
            return "[Circular]"
    if len(parents) >= MAX_DEPTH:
        raise MjsError(Kind.MEMORY, "out of memory")
    parents.append(value)
    if isinstance(value, Arr):
        parts = [
            write(item) if (write := writers.get(type(item))) is not None else written(item, parents, writers)
            for item in value.values_in_order()
        ]
        done = f"[{','.join(parts)}]"
    else:
        parts = [
            f'"{name}":'
            + (write(item) if (write := writers.get(type(item))) is not None else written(item, parents, writers))
            for name, item in reversed(value.items())
            if type(item) not in DROPPED
        ]
        done = f"{{{','.join(parts)}}}"
    parents.pop()
    return done


def quoted(string: str) -> str:
    """Return a string in quotes."""
    escaped = ESCAPED.sub(lambda found: ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", string)
    return f'"{escaped}"'


def constant(value: Value) -> str:
    """Return the name of null or of a boolean."""
    return "true" if value is TRUE else "false" if value is FALSE else "null"


DROPPED: Final = {type(None), FunctionType, MethodType, Pointer}
"""Types that have no JSON: undefined, functions and native values."""
EXACT_WRITERS: Final[Writers] = {str: quoted, int: number_text, type(TRUE): constant}
PLAIN: Final[Writers] = {**EXACT_WRITERS, str: encode_basestring}
"""Differs only in the vertical tab, for which Python has no short escape."""


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
            value = self.value()
            if key:  # the engine loses what has an empty name
                made[key] = value
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
