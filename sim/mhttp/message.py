"""Holds HTTP messages as values: heads, whole messages, and what is wrong with those that are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from sim.values import frozen, mutable

__all__ = [
    "Chunk",
    "Fields",
    "Head",
    "Limits",
    "Malformed",
    "Message",
    "RequestHead",
    "ResponseHead",
    "find_field",
    "text_of",
]

Fields: TypeAlias = list[tuple[bytes, bytes]]
"""Header fields in their order: name and value, as they stood on the wire."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much others may ask of a device, in bytes; docs/reference/limits.md says what happens then."""

    head: int = 8 * 1024
    body: int = 1024 * 1024
    frame: int = 1024 * 1024
    """A WebSocket message, its fragments joined."""
    connections: int = 1000
    """Connections at a time; a further one is reset."""
    received: int = 16 * 1024 * 1024
    """What a connection has received and nobody has taken; more than a head and a body in any case."""
    queued: int = 16 * 1024 * 1024
    """What waits to be sent because the other side does not read."""

    def __post_init__(self) -> None:
        if self.head < 1 or min(self.body, self.frame, self.connections, self.received, self.queued) < 0:
            raise ValueError(f"limits must not be negative, got {self}")


@mutable
class RequestHead:
    """The head of a request. `query` is None when the target has no `?`."""

    method: bytes
    uri: bytes
    query: bytes | None
    protocol: bytes
    headers: Fields

    @property
    def target(self) -> bytes:
        """The request target as sent."""
        return self.uri if self.query is None else self.uri + b"?" + self.query


@mutable
class ResponseHead:
    """The head of a response."""

    protocol: bytes
    status: int
    reason: bytes
    headers: Fields


Head: TypeAlias = RequestHead | ResponseHead


@mutable
class Message:
    """A message: `data` is its head as sent and its body with the transfer coding removed."""

    head: Head
    head_size: int
    data: bytes
    is_complete: bool = True

    def __repr__(self) -> str:
        head = self.head
        if isinstance(head, RequestHead):
            return f"<request {text_of(head.method)} {text_of(head.target)}>"
        return f"<response {head.status}>"

    @property
    def body(self) -> bytes:
        """The content, without transfer coding."""
        return self.data[self.head_size :]


@mutable
class Chunk:
    """Chunks of a body have arrived; `content` is all of it up to now, and goes on growing."""

    head: Head
    head_data: bytes
    content: bytearray

    @property
    def message(self) -> Message:
        """What there is of the message now: a copy."""
        return Message(self.head, len(self.head_data), self.head_data + self.content, is_complete=False)


@frozen
class Malformed:
    """The peer sent something that is no acceptable message; `status` is the answer that fits (RFC 9110, 15.5)."""

    status: int
    reason: str


NOTHING: Final = b""


def find_field(headers: Fields, name: bytes) -> bytes | None:
    """Return the value of the first field of that name (in lower case), or None."""
    size = len(name)
    for key, value in headers:
        if len(key) == size and key.lower() == name:
            return value
    return None


def text_of(data: bytes) -> str:
    """Return bytes as text that turns back into the same bytes, whatever they are."""
    return data.decode("utf-8", "surrogateescape")
