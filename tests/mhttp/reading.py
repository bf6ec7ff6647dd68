"""Feeds bytes to a reader in pieces, and cuts them in every way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from hypothesis import strategies as st

from sim.mhttp import Chunk, Limits, Malformed, Message, MessageReader, Role

__all__ = ["cut", "cuts", "every_cut_in_two", "read_all"]


def read_all(
    pieces: Iterable[bytes],
    role: Role = Role.REQUESTS,
    *,
    limits: Limits | None = None,
    methods: Sequence[bytes] = (),
    eof: bool = True,
) -> list[Message | Malformed]:
    """Return the messages in some bytes that come in pieces, up to the first that is none; `methods` were asked."""
    reader = MessageReader(role, limits or Limits())
    buffer, found = bytearray(), list[Message | Malformed]()
    for piece in pieces:
        buffer += piece
        while buffer:
            reader.to_head = methods[len(found) : len(found) + 1] == [b"HEAD"]
            item = reader.read(buffer)
            if item is None:
                break
            if isinstance(item, Chunk):
                continue
            found.append(item)
            if isinstance(item, Malformed):
                return found
    message = reader.read_eof(buffer) if eof else None
    return found if message is None else [*found, message]


def every_cut_in_two(wire: bytes) -> Iterator[list[bytes]]:
    """Yield the bytes whole, one by one, and in two pieces in all ways."""
    yield [wire]
    yield [wire[i : i + 1] for i in range(len(wire))]
    for i in range(1, len(wire)):
        yield [wire[:i], wire[i:]]


def cut(wire: bytes, places: Iterable[int]) -> list[bytes]:
    """Return the bytes in pieces, cut at these places (taken round their length)."""
    at = sorted({place % (len(wire) + 1) for place in places} | {0, len(wire)})
    return [wire[start:end] for start, end in pairwise(at)]


cuts = st.lists(st.integers(0, 10_000), max_size=12)
"""Places to cut bytes at."""
