"""Writes plain values, and the handles of others, as JSON has them, and reads them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.engine.error import SimError

__all__ = ["Handle", "pack", "unpack"]


@dataclass(frozen=True, slots=True)
class Handle:
    """Stands for an object that stays with the engine."""

    number: int


def pack(value: Any) -> Any:
    """Return a value as JSON has it: a list for what it has not, with a letter for its kind in front.

    Raises:
        SimError: the value, or one within it, is no plain one.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return ["b", value.decode("latin-1")]
    if isinstance(value, Handle):
        return ["h", value.number]
    if isinstance(value, list | tuple):
        return ["l" if isinstance(value, list) else "t", [pack(one) for one in value]]
    if isinstance(value, dict):
        return ["d", [[pack(key), pack(one)] for key, one in value.items()]]
    raise SimError(f"{value!r} stays in the process of the test: in this runtime only plain values reach the device")


def unpack(value: Any) -> Any:
    """Return the value that `pack` has written so."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "b":
        return content.encode("latin-1")
    if kind == "h":
        return Handle(content)
    if kind == "d":
        return {unpack(key): unpack(one) for key, one in content}
    made = [unpack(one) for one in content]
    return made if kind == "l" else tuple(made)
