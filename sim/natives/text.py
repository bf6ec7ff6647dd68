"""Turns texts and memory of C, which are bytes, into those of Python and back."""

from __future__ import annotations

from sim.mjs.value import Pointer

__all__ = ["as_data", "as_memory", "as_text"]


def as_text(data: object) -> str:
    """Return a text of C; bytes that are no UTF-8 become surrogates, so `as_data` gives them back. Null is empty."""
    return bytes(data).decode("utf-8", "surrogateescape") if isinstance(data, bytes | bytearray) else ""


def as_data(text: str) -> bytes:
    """Return a text of Python as C has it."""
    return text.encode("utf-8", "surrogateescape")


def as_memory(data: object, length: int) -> bytes:
    """Return so many bytes of what a `void *` or `char *` points at, fewer if there are not so many."""
    begin = 0
    if isinstance(data, Pointer):
        begin = data.offset
        data = data.held
    if not isinstance(data, bytes | bytearray) or begin < 0:
        return b""
    return bytes(data[begin : begin + max(0, length)])
