"""Finds WebSocket frames in the receive buffer and joins fragments there, in the two ways that the library had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from sim.mhttp.websocket import Frame, Opcode, apply_mask

__all__ = ["BlindJoiner", "Deliver", "FrontJoiner", "find_frame"]

Deliver: TypeAlias = Callable[[Frame], None]
FIN: Final = 0x80
OPCODE: Final = 0x0F
COUNTER: Final = 4
SIZES: Final = 2**64


def find_frame(buffer: bytearray, at: int) -> tuple[int, int] | None:
    """Return how long head and payload of the frame at a place are, None if the head has not come."""
    there = len(buffer) - at
    if there < 2:
        return None
    short, mask = buffer[at + 1] & 0x7F, 4 if buffer[at + 1] & 0x80 else 0
    if short < 126:
        return (2 + mask, short) if there >= mask else None
    if short == 126 and there >= 4 + mask:
        return 4 + mask, int.from_bytes(buffer[at + 2 : at + 4], "big")
    if there >= 10 + mask:
        return 10 + mask, int.from_bytes(buffer[at + 2 : at + 10], "big")
    return None


def unmask(buffer: bytearray, at: int, head: int, size: int) -> None:
    """Unmask the payload of the frame at a place, if it is masked."""
    if buffer[at + 1] & 0x80:
        payload = slice(at + head, at + head + size)
        buffer[payload] = apply_mask(bytes(buffer[payload]), bytes(buffer[at + head - 4 : at + head]))


def make_frame(flags: int, payload: bytes) -> Frame:
    """Return the frame of an event; `flags` is its first byte, reserved bits included."""
    return Frame(flags & OPCODE, payload, bool(flags & FIN), flags & 0x70)


class BlindJoiner:
    """Joins fragments behind a counter of four bytes, which is written over what stands there.

    The buffer then holds the first byte of the first fragment without its opcode, the counter, and the joined payload.
    A control frame between fragments is taken for one of them.
    """

    is_over = False

    def next(self, buffer: bytearray, deliver: Deliver) -> bool | None:
        """Take one frame out of the buffer; None if there is none, True if it seems to be a close frame."""
        at = self._end_of_joined(buffer)
        found = find_frame(buffer, at)
        if found is None or at + sum(found) > len(buffer):
            return None
        head, size = found
        unmask(buffer, at, head, size)
        flags = buffer[at]
        if _is_fragment(buffer[0]):
            place = 1 + COUNTER if _is_first(flags) else at
            left = buffer[place : place + 1]
            self._join(buffer, at, head, size)
            left = buffer[place : place + 1] or left
            if flags & FIN:
                end = 1 + COUNTER + _counter(buffer)
                deliver(make_frame(flags, bytes(buffer[1 + COUNTER : end])))
                if end <= len(buffer):
                    del buffer[:end]
        else:
            place, left = 0, buffer[:1]
            deliver(make_frame(flags, bytes(buffer[head : head + size])))
            del buffer[: head + size]
        # It looks for a close frame where the frame was, after moving the rest of the buffer there
        left = buffer[place : place + 1] or left
        return bool(left) and left[0] & OPCODE == Opcode.CLOSE

    def _end_of_joined(self, buffer: bytearray) -> int:
        if not buffer or not _is_fragment(buffer[0]) or _is_first(buffer[0]) or len(buffer) < 1 + COUNTER:
            return 0
        end = 1 + COUNTER + _counter(buffer)
        return end if end <= len(buffer) else 0

    def _join(self, buffer: bytearray, at: int, head: int, size: int) -> None:
        if _is_first(buffer[at]):
            rest = bytearray(buffer[at + head :])
            buffer[0] &= ~OPCODE & 0xFF
            spoilt = max(0, 1 + COUNTER - (at + head))
            rest[:spoilt] = bytes(min(spoilt, len(rest)))
            buffer[1:] = bytes(COUNTER) + rest
        else:
            del buffer[at : at + head]
        total = (_counter(buffer) + size) % 2**32
        buffer[1 : 1 + COUNTER] = total.to_bytes(COUNTER, "little")[: max(0, len(buffer) - 1)]


def _counter(buffer: bytearray) -> int:
    return int.from_bytes(buffer[1 : 1 + COUNTER], "little")


def _is_fragment(flags: int) -> bool:
    return not flags & FIN or not flags & OPCODE


def _is_first(flags: int) -> bool:
    return not flags & FIN and bool(flags & OPCODE)


class FrontJoiner:
    """Joins fragments at the front of the buffer, behind the first byte of the first one."""

    def __init__(self, close: Callable[[bytes], None]) -> None:
        self._close = close
        self._joined = 0

    def next(self, buffer: bytearray, deliver: Deliver) -> bool | None:
        """Take one frame out of the buffer; None if there is none or the connection is being closed for a fault."""
        at = self._joined
        found = find_frame(buffer, at)
        if found is None:
            return None
        head, size = found
        if head + size >= SIZES:
            self._close(b"overflowed message")
            return None
        end = at + head + size
        if end > len(buffer):
            return None
        flags = buffer[at]
        opcode = flags & OPCODE
        if opcode >= Opcode.CLOSE:
            if not flags & FIN:
                self._close(b"fragmented control frames are illegal")
                return None
        elif opcode and self._joined:
            self._close(b"non-continuation in the middle of a fragmented message")
            return None
        unmask(buffer, at, head, size)
        payload = bytes(buffer[at + head : end])
        if opcode >= Opcode.CLOSE or (flags & FIN and opcode):
            deliver(make_frame(flags, payload))
            del buffer[at:end]
            return False
        kept = bytes([flags]) + payload if opcode else payload
        buffer[at:end] = kept
        self._joined += len(kept)
        if flags & FIN:
            joined = bytes(buffer[: self._joined])
            deliver(make_frame(FIN | joined[0] if joined else flags, joined[1:]))
            del buffer[: self._joined]
            self._joined = 0
        return False
