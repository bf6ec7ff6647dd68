"""Holds what the C functions of the hardware modules have in common: handles that may be wrong, buffers to fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.api.context import Context
from sim.mjs.value import Pointer

__all__ = ["Natives", "content", "fill", "on"]

Natives = dict[str, Callable[..., object]]


def on(kind: type, function: Callable[..., object], failure: object = None) -> Callable[..., object]:
    """Return a function that gives `failure` when its first argument, a handle, is not of the kind.

    C would read or write somewhere then; here nothing happens.
    """

    def called(handle: object, *args: Any) -> object:
        return function(handle, *args) if isinstance(handle, kind) else failure

    return called


def fill(context: Context, target: object, data: bytes) -> None:
    """Write bytes into what a program gave as a buffer: a string of its own, or memory."""
    if isinstance(target, str):
        context.overwrite(target, data.decode("latin-1") + target[len(data) :])
    elif isinstance(target, Pointer) and isinstance(target.held, bytearray) and target.offset >= 0:
        room = max(0, len(target.held) - target.offset)
        target.held[target.offset : target.offset + len(data[:room])] = data[:room]


def content(target: object) -> bytearray:
    """Return what stands in a buffer of a program, as a buffer of Python."""
    if isinstance(target, str):
        return bytearray(target.encode("latin-1"))
    if isinstance(target, Pointer) and isinstance(target.held, bytes | bytearray) and target.offset >= 0:
        return bytearray(target.held[target.offset :])
    return bytearray()
