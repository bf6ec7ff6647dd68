"""Judges requests by RFC 9112, written apart from `sim.mhttp` so that it can judge that, too."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["first_fault"]

MAX_HEAD: Final = 8 * 1024
MAX_BODY: Final = 1024 * 1024

HEAD: Final = re.compile(r"(?:\r?\n)*(.*?\n)\r?\n", re.DOTALL)  # 2.2: empty lines in front are passed over
TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE: Final = re.compile(rf"{TOKEN} +[!-~\x80-\xff]+ +HTTP/(\d\.\d) *")
FIELD_LINE: Final = re.compile(rf"({TOKEN}):[ \t]*([\t -~\x80-\xff]*?)[ \t]*")
SIZE_LINE: Final = re.compile(r"([0-9A-Fa-f]+)[ \t]*(?:;[\t -~\x80-\xff]*)?\r\n")
TRAILER: Final = re.compile(r"(?:[^\r\n]+\r\n)*\r\n")


def first_fault(stream: str) -> int | None:
    """Return the status that answers the first unacceptable request of a stream (latin-1), None if there is none."""
    while (head := HEAD.match(stream)) is not None:
        rest = stream[head.end() :]
        lines = [line.removesuffix("\r") for line in head[1].removesuffix("\n").split("\n")]
        request_line = REQUEST_LINE.fullmatch(lines[0])
        fields = [FIELD_LINE.fullmatch(line) for line in lines[1:]]
        if head.end() > MAX_HEAD:
            return 431
        if request_line is None or None in fields:
            return 400
        pairs = [(field[1].lower(), field[2]) for field in fields if field is not None]
        lengths = [value for name, value in pairs if name == "content-length"]
        codings = [value.lower() for name, value in pairs if name == "transfer-encoding"]
        # 6.3: no length that is no number, no two that differ, none beside a coding; 6.1: no coding in HTTP/1.0
        if any(re.fullmatch("[0-9]+", value) is None for value in lengths) or len({int(v) for v in lengths}) > 1:
            return 400
        if codings and (lengths or request_line[1] < "1.1"):
            return 400
        if codings and codings != ["chunked"]:
            return 501
        if lengths and int(lengths[0]) > MAX_BODY:
            return 413
        after = _after_chunks(rest) if codings else rest[int(lengths[0]) if lengths else 0 :]
        if isinstance(after, int):
            return after
        stream = after
    return 431 if len(stream) > MAX_HEAD else None


def _after_chunks(rest: str) -> str | int:
    """Return what follows a chunked body (7.1), or the status that answers a fault in it."""
    total = 0
    while "\n" in rest:
        line = SIZE_LINE.match(rest)
        if line is None:
            return 400
        rest = rest[line.end() :]
        size = int(line[1], 16)
        total += size
        if total > MAX_BODY:
            return 413
        if size == 0:
            trailer = TRAILER.match(rest)
            return "" if trailer is None else rest[trailer.end() :]
        if not "\r\n".startswith(rest[size : size + 2]):
            return 400
        rest = rest[size + 2 :]
    return ""
