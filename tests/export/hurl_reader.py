"""Reads Hurl files as strictly as their documented grammar: the independent judge of those that are written.

It knows what this project writes of the grammar (https://hurl.dev/docs/grammar.html) and refuses everything else.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

__all__ = ["Entry", "read_hurl"]

METHOD = re.compile(r"([A-Z]+) (http://[A-Za-z0-9:/?@!$&'()*+,;=%\[\]._~-]+)")
STATUS = re.compile(r"HTTP (\d{3})")
KEY_VALUE = re.compile(r"((?:[A-Za-z0-9_.-]|\\u\{[0-9a-f]+\})+): ?((?:[^#\\\n]|\\u\{[0-9a-f]+\})*)")
ONELINE = re.compile(r"`([^`\\#\n]*)`")
BASE64 = re.compile(r"base64,([A-Za-z0-9+/]+={0,2});")
ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


@dataclass
class Entry:
    """A request, and the response that it expects."""

    method: str
    url: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    status: int = 0
    expected_fields: list[tuple[str, str]] = field(default_factory=list)
    expected_body: bytes = b""


def read_hurl(text: str) -> list[Entry]:
    """Return the entries of a file; a ValueError names the line that is none of the grammar."""
    entries: list[Entry] = []
    state = "start"
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if match := METHOD.fullmatch(line):
            entries.append(Entry(match[1], match[2]))
            state = "request"
        elif (match := STATUS.fullmatch(line)) and state in ("request", "request body"):
            entries[-1].status = int(match[1])
            state = "response"
        elif (body := read_body(line)) is not None and state in ("request", "response"):
            setattr(entries[-1], "body" if state == "request" else "expected_body", body)
            state += " body"
        elif (match := KEY_VALUE.fullmatch(line)) and state in ("request", "response"):
            assert "{{" not in match[2], "a variable"
            fields = entries[-1].fields if state == "request" else entries[-1].expected_fields
            fields.append((plain(match[1]), plain(match[2])))
        else:
            raise ValueError(f"not of the grammar, in the {state}: {line}")
    return entries


def read_body(line: str) -> bytes | None:
    """Return the bytes that a line is, None if it is no body."""
    if match := ONELINE.fullmatch(line):
        assert "{{" not in match[1], "a variable"
        return match[1].encode()
    if match := BASE64.fullmatch(line):
        return base64.b64decode(match[1], validate=True)
    return None


def plain(text: str) -> str:
    """Return a text without escapes."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
