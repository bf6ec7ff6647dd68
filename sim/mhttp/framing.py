"""Decides where the body of a message ends, from its head (RFC 9112, 6.3)."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from sim.mhttp.message import Fields, Malformed, RequestHead, ResponseHead

__all__ = ["CHUNKED", "UNTIL_CLOSE", "Ending", "library_framing", "strict_request_framing", "strict_response_framing"]


class Ending(Enum):
    """Ways to end a body that are no length."""

    CHUNKED = "chunked"
    UNTIL_CLOSE = "until close"


CHUNKED: Final = Ending.CHUNKED
UNTIL_CLOSE: Final = Ending.UNTIL_CLOSE

LEADING_INTEGER: Final = re.compile(rb"[ \t]*([+-]?)([0-9]+)")
FRAMING_FIELDS: Final = frozenset({b"content-length", b"transfer-encoding"})
FRAMING_LENGTHS: Final = frozenset(map(len, FRAMING_FIELDS))
"""Looked at first: putting every name in lower case is what reading a head would spend most of its time on."""
BODY_METHODS: Final = frozenset({b"put", b"post"})
LARGEST: Final = 2**63 - 1
LONG_NUMBER: Final = 19
"""Digits from which a number may be over the largest."""


def strict_request_framing(head: RequestHead) -> int | Ending | Malformed:
    """Return the length of a request's body, or how it ends; no field means no body."""
    framing = _strict(head.headers, head.protocol, 400)
    return 0 if framing is None else framing


def strict_response_framing(head: ResponseHead, to_head: bool = False) -> int | Ending | Malformed:
    """Return the length of a response's body, or how it ends; `to_head` says that HEAD was asked."""
    if to_head or head.status < 200 or head.status in (204, 304):
        return 0
    framing = _strict(head.headers, head.protocol, 502)
    return UNTIL_CLOSE if framing is None else framing


def _strict(headers: Fields, protocol: bytes, blame: int) -> int | Ending | Malformed | None:
    length: int | None = None
    coding: bytes | None = None
    for name, value in headers:
        if len(name) not in FRAMING_LENGTHS or (key := name.lower()) not in FRAMING_FIELDS:
            continue
        if key == b"content-length":
            if not value.isdigit() or (length is not None and length != _number(value)):
                return Malformed(blame, "invalid or conflicting Content-Length")
            length = int(value) if len(value) < LONG_NUMBER else _number(value)
        else:
            coding = value if coding is None else coding + b"," + value
    if coding is None:
        return length
    if length is not None:
        return Malformed(blame, "Content-Length beside Transfer-Encoding")
    if protocol < b"HTTP/1.1":
        return Malformed(blame, "Transfer-Encoding in HTTP/1.0")  # RFC 9112, 6.1
    if coding.strip().lower() != b"chunked":
        return Malformed(501 if blame == 400 else blame, "unknown transfer coding")
    return CHUNKED


def library_framing(head: RequestHead | ResponseHead) -> int | Ending:
    """Return the length of a body as the C library has it, or that it runs until close; it looks for chunks elsewhere.

    Of several lengths the last counts; it is recognised by the first 14 characters of its name, and may be negative.
    """
    length: int | None = None
    for name, value in head.headers:
        if name[:14].lower() == b"content-length":
            match = LEADING_INTEGER.match(value)
            length = 0 if match is None else -_number(match[2]) if match[1] == b"-" else _number(match[2])
    if length is not None:
        return length
    if isinstance(head, RequestHead) and head.method.lower() not in BODY_METHODS:
        return 0
    return UNTIL_CLOSE


def _number(digits: bytes) -> int:
    # Cut to 20: enough to be the largest, and int() refuses thousands of digits
    return min(LARGEST, int(digits.lstrip(b"0")[:20] or b"0"))
