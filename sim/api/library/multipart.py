"""Takes a multipart request apart while it comes, as the library does: each part begins, brings data, and ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Final

from sim.api.library.message import Part

__all__ = [
    "BOUNDARY_FAULT",
    "EV_MULTIPART_REQUEST",
    "PartReader",
    "boundary_of",
]

EV_MULTIPART_REQUEST: Final = 121
EV_PART_BEGIN: Final = 122
EV_PART_DATA: Final = 123
EV_PART_END: Final = 124
EV_MULTIPART_REQUEST_END: Final = 125

BOUNDARY_FAULT: Final = "multipart without a boundary"
MAX_BOUNDARY: Final = 99
PARAMETER: Final = rb'(?:^|[;, ])%s=(?:"([^"]*)"|([^;, \r\n]*))'
BOUNDARY: Final = re.compile(PARAMETER % b"boundary")
NAME: Final = re.compile(PARAMETER % b"name")
FILE_NAME: Final = re.compile(PARAMETER % b"filename")
DISPOSITION: Final = re.compile(rb"Content-Disposition: (.*)", re.IGNORECASE)

DELIMITER_EXTRA: Final = 6
"""A boundary has a line end and two dashes before it, and two dashes or a line end behind it."""


def boundary_of(content_type: bytes) -> bytes:
    """Return the boundary that a content type names, nothing if it names none."""
    boundary = _parameter(BOUNDARY, content_type)
    return boundary if len(boundary) <= MAX_BOUNDARY else b""


class State(Enum):
    """What is looked for in the buffer."""

    BOUNDARY = "boundary"
    FIELDS = "fields"
    DATA = "data"
    OVER = "over"


class PartReader:
    """Reads one multipart request; `tell` is called with each event of a part."""

    def __init__(self, boundary: bytes, tell: Callable[[int, Part], None]) -> None:
        self._boundary = boundary
        self._tell = tell
        self._state = State.BOUNDARY
        self._names: tuple[str, str] | None = None  # of the part that is under way, and of its file

    def read(self, buffer: bytearray) -> bool:
        """Take what there is of the request out of the buffer; True when that was its end."""
        steps = {State.BOUNDARY: self._find_boundary, State.FIELDS: self._read_fields, State.DATA: self._read_data}
        while self._state is not State.OVER and steps[self._state](buffer):
            pass
        return self._state is State.OVER

    def abort(self) -> None:
        """End the part and the request: the connection is closed."""
        self._emit(EV_PART_END, status=-1)
        self._names = None
        self._emit(EV_MULTIPART_REQUEST_END, status=-1)

    def _find_boundary(self, buffer: bytearray) -> bool:
        at = buffer.find(self._boundary)
        end = at + len(self._boundary)
        if at < 0 or len(buffer) < end + 4:
            return False
        if buffer[end : end + 4] != b"--\r\n":
            self._state = State.FIELDS
            return True
        del buffer[: end + 4]
        self._state = State.OVER
        self._emit(EV_PART_END)
        self._names = None
        self._emit(EV_MULTIPART_REQUEST_END)
        return False

    def _read_fields(self, buffer: bytearray) -> bool:
        at = buffer.find(self._boundary) + len(self._boundary) + 2
        names = ("", "")
        while (end := buffer.find(b"\n", at)) >= 0:
            line = bytes(buffer[at : end + 1])
            at = end + 1
            if (match := DISPOSITION.match(line)) is not None:
                names = (_text(_parameter(NAME, match[1])), _text(_parameter(FILE_NAME, match[1])))
            elif line == b"\r\n":
                del buffer[:at]
                if self._names is not None:
                    self._emit(EV_PART_END)
                self._names = names
                self._state = State.DATA
                self._emit(EV_PART_BEGIN)
                return True
        self._state = State.BOUNDARY
        return False

    def _read_data(self, buffer: bytearray) -> bool:
        kept = len(self._boundary) + DELIMITER_EXTRA
        if len(buffer) < kept:
            return False
        at = buffer.find(self._boundary)
        size = max(0, at - 4) if at >= 0 else len(buffer) - kept
        if size > 0 or at >= 0:
            data = bytes(buffer[:size])
            del buffer[: max(0, at) if at >= 0 else size]
            self._emit(EV_PART_DATA, data)
        if at < 0:
            return False
        self._state = State.BOUNDARY
        return True

    def _emit(self, ev: int, data: bytes = b"", status: int = 0) -> None:
        var_name, file_name = self._names or (None, None)
        self._tell(ev, Part(var_name, file_name, data, status))


def _parameter(form: re.Pattern[bytes], value: bytes) -> bytes:
    match = form.search(value)
    return b"" if match is None else match[1] or match[2] or b""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
