"""Keeps what stays with the engine, and gives out handles for it."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from sim.engine.plain import Handle

__all__ = ["Held"]

PLAIN: Final = (type(None), bool, int, float, str, bytes)


class Held:
    """Things by the numbers of their handles; the first is there from the beginning."""

    def __init__(self, first: object) -> None:
        self._things: dict[int, Any] = {0: first}
        self._numbers: dict[int, int] = {id(first): 0}

    def __len__(self) -> int:
        return len(self._things)

    def __getitem__(self, number: int) -> Any:
        return self._things[number]

    def take(self, value: Any) -> Any:
        """Return what a handle stands for; any other value is itself."""
        return self._things[value.number] if isinstance(value, Handle) else value

    def give(self, value: Any) -> Any:
        """Return a value as a plain one, or with handles for what of it is none."""
        if isinstance(value, PLAIN):
            return value
        if isinstance(value, bytearray):
            return bytes(value)
        if isinstance(value, list | tuple | deque):
            given = [self.give(one) for one in value]
            return tuple(given) if isinstance(value, tuple) else given
        if isinstance(value, dict):
            return {key: self.give(one) for key, one in value.items()}
        number = self._numbers.setdefault(id(value), len(self._things))
        self._things[number] = value  # kept, so that its id stays its own
        return Handle(number)
