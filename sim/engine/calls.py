"""Keeps what an engine is asked, so that the run can be played again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sim.engine.error import SimError
from sim.engine.plain import pack
from sim.run.limit import MOST_INPUTS, MOST_SIZE, TOO_LONG

__all__ = ["Calls"]

SEPARATORS: Final = (",", ":")


class Calls:
    """The calls of one world in their order, each as JSON: `[target, action, name, arguments, named arguments]`."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._size = 0
        self._fault = ""

    def note(self, target: int, action: str, name: str, args: Sequence[Any], named: Mapping[str, Any]) -> None:
        """Keep a call that is about to be made."""
        if self._fault:
            return
        try:
            text = json.dumps([target, action, name, pack(list(args)), pack(dict(named))], separators=SEPARATORS)
        except SimError:
            self.spoil(f"{name} was given an object of the test's own, which no file can hold")
            return
        self._texts.append(text)
        self._size += len(text)
        if len(self._texts) > MOST_INPUTS or self._size > MOST_SIZE:
            self.spoil(TOO_LONG)

    def spoil(self, why: str) -> None:
        """Keep nothing any more, as the run cannot be played again; `why` completes "this run cannot be saved: "."""
        self._fault = self._fault or why
        self._texts.clear()

    def taken(self) -> list[Any]:
        """Return the calls.

        Raises:
            SimError: they are not all there.
        """
        if self._fault:
            raise SimError(f"this run cannot be saved: {self._fault}")
        return [json.loads(text) for text in self._texts]
