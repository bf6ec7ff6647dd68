"""Takes the head of a message apart as RFC 9112 has it. Bare LF ends a line, too (2.2)."""

from __future__ import annotations

import re
from typing import Final

from sim.mhttp.message import Fields, Malformed, RequestHead, ResponseHead

__all__ = ["find_head_end", "strict_request", "strict_response"]

HEAD_END: Final = re.compile(rb"\n\r?\n")

TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
REQUEST_LINE: Final = re.compile(rb"[\r\n ]*(" + TOKEN + rb") +([^\x00-\x20\x7f]+) +(HTTP/1\.[0-9]) *\r?\n")
OTHER_VERSION: Final = re.compile(REQUEST_LINE.pattern.replace(b"/1", b"/[0-9]"))
STATUS_LINE: Final = re.compile(rb"(HTTP/[0-9]\.[0-9]) +([1-5][0-9][0-9])(?: ([^\x00-\x08\x0a-\x1f\x7f]*+))?\r?\n")
FIELD_LINE: Final = re.compile(rb"^(" + TOKEN + rb"):([^\x00-\x08\x0a-\x1f\x7f]*+)\r?$", re.MULTILINE)
TIDY_FIELD_LINE: Final = re.compile(
    rb"^(" + TOKEN + rb"):[ \t]*+([^\x00-\x08\x0a-\x1f\x7f]*+)(?<![ \t])\r?$", re.MULTILINE
)
"""A field whose value does not end in blanks, as almost all are: nothing is left to be cut from it."""


def find_head_end(data: bytes | bytearray, start: int = 0) -> int:
    """Return where the head ends, its empty line included, or 0 if it does not end in `data`."""
    match = HEAD_END.search(data, start)
    return match.end() if match else 0


def strict_request(head: bytes) -> RequestHead | Malformed:
    """Read the head of a request as RFC 9112 has it."""
    line = REQUEST_LINE.match(head)
    if line is None:
        if OTHER_VERSION.match(head):
            return Malformed(505, "not HTTP/1")
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
    protocol, status, reason = line.groups(b"")
    return ResponseHead(protocol, int(status), reason.rstrip(b" \t"), headers)


def _strict_fields(head: bytes, start: int) -> Fields | None:
    count = head.count(b"\n", start) - 1  # each line of the section but the empty one must be a field
    fields: Fields = TIDY_FIELD_LINE.findall(head, start)
    if len(fields) == count:
        return fields
    # Blanks are cut here and not by the pattern, which would look at a run of them again from each of its bytes
    fields = [(name, value.strip(b" \t")) for name, value in FIELD_LINE.findall(head, start)]
    return fields if len(fields) == count else None
