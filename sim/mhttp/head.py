"""Takes the head of a message apart, in two ways: as RFC 9112 has it, and as the C library does.

The library's way is recorded in tests/vectors/mongoose/unit-http-parse.json. Bare LF ends a line in both
(RFC 9112, 2.2).
"""

from __future__ import annotations

import re
from typing import Final

from sim.mhttp.message import Fields, Malformed, RequestHead, ResponseHead

__all__ = [
    "find_head_end",
    "library_head_end",
    "library_request",
    "library_response",
    "strict_request",
    "strict_response",
]

HEAD_END: Final = re.compile(rb"\n\r?\n")
UNPRINTABLE: Final = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")

TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
REQUEST_LINE: Final = re.compile(rb"[\r\n ]*(" + TOKEN + rb") +([^\x00-\x20\x7f]+) +(HTTP/[0-9]\.[0-9]) *\r?\n")
STATUS_LINE: Final = re.compile(
    rb"(HTTP/[0-9]\.[0-9]) +([1-5][0-9][0-9])(?: ([^\x00-\x08\x0a-\x1f\x7f]*?))?[ \t]*\r?\n"
)
FIELD_LINE: Final = re.compile(
    rb"^(" + TOKEN + rb"):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f])?[ \t]*\r?$", re.MULTILINE
)

LIBRARY_REQUEST_LINE: Final = re.compile(rb"[\r\n ]*([^ ]*) *([^ ]*) *([^\r\n]*)[\r\n]*")
LIBRARY_STATUS_LINE: Final = re.compile(rb"[\r\n ]*([^ ]*) +([1-5][0-9][0-9]) ([^\r\n]*)[\r\n]*")
LIBRARY_FIELD: Final = re.compile(rb"([^: ]*)[: ]*([^\r\n]*)[\r\n]*")
LIBRARY_MAX_FIELDS: Final = 19


def find_head_end(data: bytes | bytearray, start: int = 0) -> int:
    """Return where the head ends, its empty line included, or 0 if it does not end in `data`."""
    match = HEAD_END.search(data, start)
    return match.end() if match else 0


def library_head_end(data: bytes | bytearray, start: int = 0) -> int:
    """As `find_head_end`, but -1 if an unprintable byte comes first: the library does not wait for the end then."""
    size = find_head_end(data, start)
    return -1 if UNPRINTABLE.search(data, start, size or len(data)) else size


def strict_request(head: bytes) -> RequestHead | Malformed:
    """Read the head of a request as RFC 9112 has it."""
    line = REQUEST_LINE.match(head)
    if line is None:
        return Malformed(400, "malformed request line")
    method, target, protocol = line.groups()
    headers = _strict_fields(head, line.end())
    if headers is None:
        return Malformed(400, "malformed header field")
    uri, mark, query = target.partition(b"?")
    return RequestHead(method, uri, query if mark else None, protocol, headers)


def strict_response(head: bytes) -> ResponseHead | Malformed:
    """Read the head of a response as RFC 9112 has it."""
    line = STATUS_LINE.match(head)
    if line is None:
        return Malformed(502, "malformed status line")
    headers = _strict_fields(head, line.end())
    if headers is None:
        return Malformed(502, "malformed header field")
    return ResponseHead(line[1], int(line[2]), line[3] or b"", headers)


def _strict_fields(head: bytes, start: int) -> Fields | None:
    fields: Fields = FIELD_LINE.findall(head, start)
    # Each line of the section but the empty one must be a field
    return fields if len(fields) == head.count(b"\n", start) - 1 else None


def library_request(head: bytes) -> RequestHead | Malformed:
    """Read the head of a request as the C library does."""
    line = LIBRARY_REQUEST_LINE.match(head)
    if line is None or line.start(2) <= line.start(1) or line.start(3) <= line.start(2):
        return Malformed(400, "malformed request line")
    method, target, protocol = line.groups()
    uri, mark, query = target.partition(b"?")
    return RequestHead(method, uri, query if mark else None, protocol, _library_fields(head, line.end()))


def library_response(head: bytes) -> ResponseHead | Malformed:
    """Read the head of a response as the C library does."""
    line = LIBRARY_STATUS_LINE.match(head)
    if line is None or not line[1]:
        return Malformed(502, "malformed status line")
    return ResponseHead(line[1], int(line[2]), line[3], _library_fields(head, line.end()))


def _library_fields(head: bytes, start: int) -> Fields:
    fields: Fields = []
    for name, value in LIBRARY_FIELD.findall(head, start):
        value = value.rstrip(b" ")
        if not name or len(fields) == LIBRARY_MAX_FIELDS:
            break
        if not value:
            continue
        fields.append((name, value))
    return fields
