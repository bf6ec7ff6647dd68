"""Finds the memory that a pointer of a program points into, for C functions that write there."""

from __future__ import annotations

from sim.mjs import MjsError
from sim.mjs.error import Kind
from sim.mjs.value import Pointer

__all__ = ["memory_of"]


def memory_of(pointer: object, caller: str) -> tuple[bytearray, int]:
    """Return the memory behind a pointer, and where in it the pointer points.

    Raises:
        MjsError: it is no memory of `Sys.malloc`. C would write into strings, too; here they never change.
    """
    held, at = (pointer.held, pointer.offset) if isinstance(pointer, Pointer) else (pointer, 0)
    if not isinstance(held, bytearray) or not 0 <= at <= len(held):
        raise MjsError(Kind.TYPE, f"{caller}: the buffer must be memory of Sys.malloc")
    return held, at
