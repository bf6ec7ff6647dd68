"""Takes the head of a message apart as the C library does: into slices of the buffer that holds it.

What it makes of odd heads is recorded in tests/vectors/mongoose/unit-http-parse.json. A slice outlives changes of the
buffer, and then shows other bytes: so it is in the library.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from sim.mhttp.head import find_head_end
from sim.mhttp.message import Head, RequestHead, ResponseHead
from sim.values import mutable

__all__ = ["HeadSlices", "Slice", "library_head_end", "slice_head"]

Slice: TypeAlias = tuple[int, int]
"""Start and end of some bytes in a buffer."""

UNPRINTABLE: Final = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
REQUEST_LINE: Final = re.compile(rb"[\r\n ]*([^ ]*) *([^ ]*) *([^\r\n]*)[\r\n]*")
STATUS_LINE: Final = re.compile(rb"[\r\n ]*([^ ]*) +([1-5][0-9][0-9]) ([^\r\n]*)[\r\n]*")
FIELD: Final = re.compile(rb"([^: ]*)[: ]*([^\r\n]*)[\r\n]*")
MAX_FIELDS: Final = 19


def library_head_end(data: bytes | bytearray) -> int:
    """Return where a head ends, 0 if it does not yet, -1 if an unprintable byte comes first."""
    size = find_head_end(data)
    return -1 if UNPRINTABLE.search(data, 0, size or len(data)) else size


@mutable
class HeadSlices:
    """Where the parts of a head are. Of a response only `protocol`, `reason` and the fields are there."""

    size: int
    method: Slice | None
    uri: Slice | None
    query: Slice | None
    protocol: Slice
    status: int
    reason: Slice | None
    fields: list[tuple[Slice, Slice]]

    def read(self, memory: bytes | bytearray) -> Head:
        """Return what the slices show."""
        fields = [(bytes(memory[a:b]), bytes(memory[c:d])) for (a, b), (c, d) in self.fields]
        protocol = bytes(memory[slice(*self.protocol)])
        if self.method is None or self.uri is None:
            return ResponseHead(protocol, self.status, bytes(memory[slice(*(self.reason or (0, 0)))]), fields)
        query = None if self.query is None else bytes(memory[slice(*self.query)])
        return RequestHead(
            bytes(memory[slice(*self.method)]), bytes(memory[slice(*self.uri)]), query, protocol, fields
        )

    def find(self, memory: bytes | bytearray, name: bytes) -> Slice | None:
        """Return where the value of the first field of that name (in lower case) is."""
        for (start, end), value in self.fields:
            if end - start == len(name) and memory[start:end].lower() == name:
                return value
        return None


def slice_head(head: bytes, is_request: bool) -> HeadSlices | None:
    """Find the parts of a whole head, None if it is malformed."""
    if is_request:
        line = REQUEST_LINE.match(head)
        if line is None or line.start(2) <= line.start(1) or line.start(3) <= line.start(2):
            return None
        uri, query = line.span(2), None
        mark = head.find(b"?", *uri)
        if mark >= 0:
            uri, query = (uri[0], mark), (mark + 1, uri[1])
        fields = _slice_fields(head, line.end())
        return HeadSlices(len(head), line.span(1), uri, query, line.span(3), 0, None, fields)
    line = STATUS_LINE.match(head)
    if line is None or not line[1]:
        return None
    return HeadSlices(
        len(head), None, None, None, line.span(1), int(line[2]), line.span(3), _slice_fields(head, line.end())
    )


def _slice_fields(head: bytes, start: int) -> list[tuple[Slice, Slice]]:
    fields: list[tuple[Slice, Slice]] = []
    for field in FIELD.finditer(head, start):
        if not field[1] or len(fields) == MAX_FIELDS:
            break
        value = field[2].rstrip(b" ")
        if value:
            fields.append((field.span(1), (field.start(2), field.start(2) + len(value))))
    return fields
