"""Finds the messages in what one end of a connection sends: HTTP heads and bodies, WebSocket frames, or neither.

Nothing is changed here: the pieces together are the bytes that came, in their order.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from sim.mhttp.framing import CHUNKED, UNTIL_CLOSE, Ending, strict_request_framing, strict_response_framing
from sim.mhttp.head import find_head_end, strict_request, strict_response
from sim.mhttp.message import Fields, Malformed, ResponseHead
from sim.mhttp.websocket import Opcode, apply_mask

__all__ = ["Asked", "Body", "Conversation", "End", "Frame", "Head", "Piece", "Raw", "Response", "Scanner"]

MOST_HEAD: Final = 64 * 1024
MOST_FRAME: Final = 1024 * 1024
MOST_KEPT: Final = 64 * 1024
"""Bytes of a request's body in which a rule looks for its content."""

REQUEST: Final = re.compile(rb"[A-Z]{1,20}( |\Z)")
RESPONSE: Final = b"HTTP/"


class Asked:
    """A request, as far as rules look at it."""

    __slots__ = ("body", "method", "target")

    def __init__(self, method: str, target: str) -> None:
        self.method = method
        self.target = target
        self.body = bytearray()


class Response:
    """A response under way: what rules have decided about it."""

    __slots__ = ("asked", "decided", "done", "head", "is_left_out", "seen")

    def __init__(self, head: ResponseHead, asked: Asked | None) -> None:
        self.head = head
        self.asked = asked
        self.decided: dict[object, bool] = {}
        self.done: set[object] = set()
        self.is_left_out = False
        """Another one has taken its place."""
        self.seen = 0
        """Bytes of its body that have passed, as they are on the wire."""

    @property
    def is_upgrade(self) -> bool:
        """Whether a WebSocket begins behind it."""
        return self.head.status == 101 and value_of(self.head.headers, b"upgrade").lower() == b"websocket"


class Head(NamedTuple):
    """The head of a message, a response if it has one."""

    data: bytes
    response: Response | None


class Body(NamedTuple):
    """A part of its body."""

    data: bytes
    response: Response | None


class End(NamedTuple):
    """The message is whole."""

    data: bytes
    response: Response | None


class Frame(NamedTuple):
    """A WebSocket frame; `opcode` is that of the message, also for a later fragment."""

    data: bytes
    opcode: int
    is_first: bool
    payload: bytes


class Raw(NamedTuple):
    """What is neither."""

    data: bytes


Piece: TypeAlias = Head | Body | End | Frame | Raw


class Conversation:
    """What both directions of a connection know of each other."""

    __slots__ = ("carried", "is_upgraded", "requests")

    def __init__(self) -> None:
        self.requests: deque[Asked] = deque()
        """Those without a response."""
        self.is_upgraded = False
        self.carried: dict[tuple[int, int], int] = {}
        """Bytes of data that have passed, for each rule that counts them, since it was set or enabled."""

    def note(self, piece: Piece) -> None:
        """Learn from a piece that goes on as it is."""
        if isinstance(piece, Head) and piece.response is not None and piece.response.is_upgrade:
            self.is_upgraded = True
        elif isinstance(piece, Body) and piece.response is not None:
            piece.response.seen += len(piece.data)


class Scanner:
    """Reads one direction of a connection."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._buffer = bytearray()
        self._read = self._start
        self._left = 0
        self._response: Response | None = None
        self._asked: Asked | None = None
        self._opcode = 0

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Return the pieces that are whole with these bytes; the beginning of a head or frame is kept back."""
        self._buffer += data
        while self._buffer:
            piece = self._read()
            if piece is None:
                return
            yield piece
            if isinstance(piece, Head | Body) and self._read == self._length and not self._left:
                self._read = self._start
                yield End(b"", self._response)

    def rest(self) -> bytes:
        """Return what is kept back, at the end."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    @property
    def kept(self) -> int:
        """How many bytes are kept back."""
        return len(self._buffer)

    # The ways to read; each takes bytes from the front of the buffer

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _raw(self) -> Piece:
        return Raw(self.rest())

    def _give_up(self) -> Piece:
        self._read = self._raw
        return self._raw()

    def _start(self) -> Piece | None:
        buffer = self._buffer
        if self._conversation.is_upgraded:
            self._read = self._frame
            return self._frame()
        is_response = buffer[: len(RESPONSE)] == RESPONSE[: len(buffer)]
        if not is_response and not REQUEST.match(buffer[:20]):
            return self._give_up()
        size = find_head_end(buffer)
        if not size:
            return self._give_up() if len(buffer) > MOST_HEAD else None
        return self._response_head(size) if is_response else self._request_head(size)

    def _request_head(self, size: int) -> Piece:
        head = strict_request(bytes(self._buffer[:size]))
        if isinstance(head, Malformed):
            return self._give_up()
        target = head.uri + (b"" if head.query is None else b"?" + head.query)
        self._asked = Asked(head.method.decode("latin-1"), target.decode("latin-1"))
        self._conversation.requests.append(self._asked)
        return self._message(size, None, strict_request_framing(head))

    def _response_head(self, size: int) -> Piece:
        head = strict_response(bytes(self._buffer[:size]))
        if isinstance(head, Malformed):
            return self._give_up()
        requests = self._conversation.requests
        is_interim = head.status < 200 and head.status != 101
        asked = None if not requests else requests[0] if is_interim else requests.popleft()
        self._asked = None
        to_head = asked is not None and asked.method == "HEAD"
        return self._message(size, Response(head, asked), strict_response_framing(head, to_head))

    def _message(self, size: int, response: Response | None, framing: int | Ending | Malformed) -> Piece:
        if isinstance(framing, Malformed):
            return self._give_up()
        self._response = response
        self._left = framing if isinstance(framing, int) else 0
        self._read = (
            self._chunk_size if framing is CHUNKED else self._until_close if framing is UNTIL_CLOSE else self._length
        )
        return Head(self._take(size), response)

    def _body(self, size: int) -> Piece:
        data = self._take(size)
        if self._asked is not None and len(self._asked.body) < MOST_KEPT:
            self._asked.body += data
        return Body(data, self._response)

    def _length(self) -> Piece:
        size = min(self._left, len(self._buffer))
        self._left -= size
        return self._body(size)

    def _until_close(self) -> Piece:
        return self._body(len(self._buffer))

    def _chunk_size(self) -> Piece | None:
        end = self._buffer.find(b"\n") + 1
        if not end:
            return self._give_up() if len(self._buffer) > MOST_HEAD else None
        try:
            size = int(bytes(self._buffer[:end]).split(b";")[0], 16)
        except ValueError:
            return self._give_up()
        self._left = size + 2  # its end of line
        self._read = self._chunk if size else self._trailer
        return self._body(end)

    def _chunk(self) -> Piece:
        size = min(self._left, len(self._buffer))
        self._left -= size
        if not self._left:
            self._read = self._chunk_size
        return self._body(size)

    def _trailer(self) -> Piece | None:
        end = self._buffer.find(b"\n") + 1
        if not end:
            return self._give_up() if len(self._buffer) > MOST_HEAD else None
        if end <= 2:
            self._left, self._read = 0, self._length
        return self._body(end)

    def _frame(self) -> Piece | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(buffer[2 : 2 + width]), 2 + width
        start += 4 if buffer[1] & 0x80 else 0
        if size > MOST_FRAME:
            return self._give_up()
        if len(buffer) < start + size:
            return None
        first, is_masked = buffer[0], bool(buffer[1] & 0x80)
        data = self._take(start + size)
        payload = apply_mask(data[start:], data[start - 4 : start]) if is_masked else data[start:]
        opcode = first & 0x0F
        if opcode and opcode < Opcode.CLOSE:
            self._opcode = opcode
        return Frame(data, opcode or self._opcode, opcode != Opcode.CONTINUATION, payload)


def value_of(headers: Fields, name: bytes) -> bytes:
    """Return the value of the first field of a name, b"" if there is none."""
    return next((value for key, value in headers if key.lower() == name), b"")
