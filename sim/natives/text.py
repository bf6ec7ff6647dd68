"""Turns texts of C, which are bytes, into those of Python and back."""

from __future__ import annotations

__all__ = ["as_data", "as_text"]


def as_text(data: object) -> str:
    """Return a text of C; bytes that are no UTF-8 become surrogates, so `as_data` gives them back. Null is empty."""
    return bytes(data).decode("utf-8", "surrogateescape") if isinstance(data, bytes | bytearray) else ""


def as_data(text: str) -> bytes:
    """Return a text of Python as C has it."""
    return text.encode("utf-8", "surrogateescape")
