"""Cuts a source text into tokens.

The text is a byte string: each character stands for one byte. Nothing is rejected here; a character that begins no
token becomes a token of kind `BAD`, which no rule of the grammar takes.
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

from sim.mjs.error import Span
from sim.mjs.value import EXACT

__all__ = ["BAD", "END", "KEYWORDS", "NAME", "NUMBER", "STRING", "Token", "byte_string", "number", "span", "tokenize"]

NAME: Final = "name"
NUMBER: Final = "number"
STRING: Final = "string"
END: Final = "end"
BAD: Final = "bad"

KEYWORDS: Final = frozenset(
    [
        "break",
        "case",
        "catch",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "in",
        "instanceof",
        "new",
        "null",
        "return",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "let",
        "undefined",
    ]
)

TOKEN: Final = re.compile(
    r"""(?P<skip>(?:[ \t\r\n\v\f]+|//[^\n]*|/\*(?s:.*?)(?:\*/|\Z))*+)
    (?:(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    |(?P<number>0x[0-9a-fA-F]*|0X(?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?
        |[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\["\\]|\\(?!["\\]))*+"?|'(?:[^'\\]|\\['\\]|\\(?!['\\]))*+'?)
    |(?P<sign>>>>=|<<=|>>=|>>>|===|!==|&&|&=|\|\||\|=|<<|<=|>>|>=|--|-=|\+\+|\+=|[\^~!%*/=]=|[\^~!%*/=&|<>+\-()\[\]{},;:?.])
    |(?P<bad>.)
    |\Z)""",
    re.VERBOSE | re.DOTALL,
)

ESCAPE: Final = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u[0-9a-fA-F]{2}(?P<u>[0-9a-fA-F]{2})|(?P<c>c.?)|(?P<other>.))", re.S
)
PLAIN_ESCAPES: Final = {
    "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"', "\n": "\n",
    "x": "\0", "u": "\0",
}  # fmt: skip


INT64_LIMIT: Final = float(1 << 63)


class Token(NamedTuple):
    """A token; `start` is where its text begins, behind the quote for a string, and `line` the engine's line."""

    kind: str
    text: str
    start: int
    line: int


def byte_string(source: str | bytes) -> str:
    """Return a source text as a byte string, up to the first NUL, where the engine stops reading."""
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    return data.decode("latin-1").partition("\0")[0]


def tokenize(source: str) -> list[Token]:
    """Return the tokens of a byte string; the last one has the kind `END`."""
    tokens: list[Token] = []
    line, position, match = 1, 0, TOKEN.match
    while True:
        found = match(source, position)
        assert found
        # Only line ends between tokens count, those inside of strings do not
        line += found["skip"].count("\n")
        kind = found.lastgroup
        if kind == "skip" or kind is None:
            tokens.append(Token(END, "", len(source), line))
            return tokens
        start, position = found.span(kind)
        tokens.append(make(kind, found[kind], start, line))


def make(kind: str, text: str, start: int, line: int) -> Token:
    """Return a token; keywords and signs are their own kinds."""
    if kind == STRING:
        closed = len(text) > 1 and text[-1] == text[0]
        return Token(STRING, text[1:-1] if closed else text[1:], start + 1, line)
    if kind == "sign" or (kind == NAME and text in KEYWORDS):
        return Token(text, text, start, line)
    return Token(kind, text, start, line)


def number(text: str) -> int | float:
    """Return the value of a numeric literal: integral ones are 64-bit integers, small enough ones Python integers."""
    if text.startswith("0x"):
        value = float(min(int(text[2:] or "0", 16), (1 << 64) - 1))
    else:
        value = float.fromhex(text) if text.startswith("0X") else float(text)
    if not math.isinf(value) and value != int(value):
        return value
    if value >= INT64_LIMIT:
        return -INT64_LIMIT
    return int(value) if value < EXACT else value


def unescape(text: str) -> str:
    """Return the bytes that the inside of a string literal stands for."""
    return ESCAPE.sub(replacement, text) if "\\" in text else text


def replacement(found: re.Match[str]) -> str:
    """Return what one escape stands for."""
    if digits := found["x"] or found["u"]:
        return chr(int(digits, 16))
    if found["c"]:
        return "\3"
    return PLAIN_ESCAPES.get(found["other"], found[0])


def span(file: str, source: str, start: int) -> Span:
    """Return the place of an offset in a byte string."""
    begin = source.rfind("\n", 0, start) + 1
    end = source.find("\n", start)
    text = source[begin:] if end < 0 else source[begin:end]
    readable = text.encode("latin-1").decode("utf-8", "replace").rstrip("\r")
    column = len(source[begin:start].encode("latin-1").decode("utf-8", "replace")) + 1
    return Span(file, source.count("\n", 0, start) + 1, column, readable)
