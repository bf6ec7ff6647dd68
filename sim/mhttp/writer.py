"""Puts messages into bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["LIBRARY_REASONS", "REASONS", "write_error", "write_request", "write_response"]

REASONS: Final = {  # RFC 9110, 15
    100: "Continue",
    101: "Switching Protocols",
    200: "OK",
    201: "Created",
    204: "No Content",
    206: "Partial Content",
    301: "Moved",  # the library's word
    302: "Found",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Content Too Large",
    416: "Requested Range Not Satisfiable",
    418: "I'm a teapot",
    426: "Upgrade Required",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}

HEAD: Final = re.compile(r"[^\x00-\x20\x7f]+ [^\x00-\x20\x7f]+ HTTP/1\.[01](?:\r\n[^\x00-\x20\x7f:]+: [^\r\n]*)*")
"""The head of a request that can be read in one way only."""

FRAMING_FIELDS: Final = frozenset({"content-length", "transfer-encoding"})

WORD: Final = re.compile(r"[^\x00-\x20\x7f]+")

LIBRARY_STATUSES: Final = frozenset({206, 301, 302, 400, 401, 403, 404, 416, 418, 500, 502, 503})
LIBRARY_REASONS: Final = {status: text for status, text in REASONS.items() if status in LIBRARY_STATUSES}
"""All that the C library has words for; any other status is `OK` to it."""

Pairs = Iterable[tuple[str, str]]


def write_request(
    method: str, target: str, headers: Pairs = (), body: bytes = b"", protocol: str = "HTTP/1.1"
) -> bytes:
    """Return a request; `Content-Length` is added when there is a body and no field says how it ends.

    Raises:
        ValueError: the method, the target or a field would break the head apart.
    """
    headers = list(headers)
    lines = [f"{method} {target} {protocol}", *[f"{name}: {value}" for name, value in headers]]
    if body and FRAMING_FIELDS.isdisjoint([name.lower() for name, _ in headers]):
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines)
    if head.count("\n") != len(lines) - 1 or not HEAD.fullmatch(head):
        raise ValueError(_fault(method, target, headers))
    return f"{head}\r\n\r\n".encode("utf-8", "surrogateescape") + body


def _fault(method: str, target: str, headers: Pairs) -> str:
    """Say which part makes no head, and what to do."""
    if not WORD.fullmatch(method):
        return f"the method {method!r} must be one word, such as GET"
    if not WORD.fullmatch(target):
        if not target:
            return "the target is empty: write / for the root"
        if " " in target:
            return f"the target {target!r} holds a blank: write %20"
        return f"the target {target!r} holds a control character: write it as % and two hexadecimal digits"
    for name, value in headers:
        if not WORD.fullmatch(name) or ":" in name:
            return f"the header name {name!r} must be one word without a colon"
        if "\r" in value or "\n" in value:
            return f"the value of the header {name} must not hold an end of line: {value[:80]!r}"
    return "the protocol must be HTTP/1.0 or HTTP/1.1"


def write_response(status: int, headers: Pairs = (), body: bytes = b"", reason: str | None = None) -> bytes:
    """Return an HTTP/1.1 response with exactly these header fields."""
    text = REASONS.get(status, "OK") if reason is None else reason
    lines = [f"HTTP/1.1 {status} {text}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def write_error(status: int, server: str, reason: str | None = None, *, reasons: Mapping[int, str] = REASONS) -> bytes:
    """Return the answer that the library gives by itself; its body is the reason (tests/vectors: http-default)."""
    text = reasons.get(status, "OK")
    body = (text if reason is None else reason).encode("utf-8", "surrogateescape")
    headers = [
        ("Server", server),
        ("Content-Type", "text/plain"),
        ("Connection", "close"),
        ("Content-Length", str(len(body))),
    ]
    return write_response(status, headers, body, text)
