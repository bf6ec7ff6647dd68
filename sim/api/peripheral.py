"""Writes the calls of hardware modules into the trace, and checks what they are called with."""

from __future__ import annotations

import json
from typing import TypeVar

from sim.api.context import Context
from sim.event import PeripheralCalled

__all__ = ["Peripheral", "as_bytes", "check_int"]

T = TypeVar("T")


class Peripheral:
    """A hardware module of one boot of a device; the base of those that write their calls down."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._hardware = context.hardware

    def _called(self, function: str, result: T, *arguments: object, module: str = "") -> T:
        """Record a call, and return its result."""
        self._context.trace.emit(
            PeripheralCalled(
                self._context.host.name,
                module or type(self).__name__,
                function,
                _json(arguments),
                _json(result),
            )
        )
        return result


def _json(value: object) -> str:
    if value != value:
        return "null"  # NaN, which JSON has not
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    """Return how something shows in JSON: bytes as latin-1 text, other objects by the name of their kind."""
    return bytes(value).decode("latin-1") if isinstance(value, bytes | bytearray) else type(value).__name__


def check_int(caller: str, **values: object) -> None:
    """Check that values are whole numbers or booleans.

    Raises:
        TypeError: one is not.
    """
    for name, value in values.items():
        if not isinstance(value, int):
            raise TypeError(f"{caller}: {name} must be an int, got {type(value).__name__}")


def as_bytes(caller: str, data: object) -> bytes:
    """Return what is to be sent as bytes; a text as UTF-8.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(data, str):
        return data.encode("utf-8", "surrogateescape")
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"{caller}: the data must be bytes or a str, got {type(data).__name__}")
    return bytes(data)
