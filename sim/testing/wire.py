"""Carries calls to an engine in another process: a line of JSON for each, and one for its answer."""

from __future__ import annotations

import json
from typing import Any, Final

from sim.engine import Engine, NoAnswer, SimError, StartError, pack, unpack
from sim.export.jsonl import to_jsonl
from sim.testing.outcome import RpcError

__all__ = ["Server", "read_answer", "write_call"]

ERRORS: Final[dict[str, type[Exception]]] = {
    kind.__name__: kind
    for kind in (NoAnswer, RpcError, SimError, StartError, ValueError, TypeError, KeyError, AttributeError)
}
"""What is raised over there and then here; anything else is a `SimError`."""


class Server:
    """Answers calls where the simulation is; each `begin` makes a new world."""

    def __init__(self) -> None:
        self._engine = Engine()

    def handle(self, line: str) -> str:
        """Carry out a call; the answer."""
        kind, *call = unpack(json.loads(line))
        try:
            return json.dumps(["value", pack(self._carry_out(kind, call))])
        except Exception as error:
            name = type(error).__name__
            given = list(error.__reduce__()[1]) if name in ERRORS else [f"{name}: {error}"]
            return json.dumps(["error", name, pack([one if isinstance(one, int) else str(one) for one in given])])

    def _carry_out(self, kind: str, call: list[Any]) -> Any:
        if kind == "begin":
            self._engine = Engine(*call)
            return None
        if kind == "records":
            return to_jsonl(self._engine.records(*call))
        target, action, name, args, named = call
        return self._engine.ask(target, action, name, args, named)


def write_call(*call: Any) -> str:
    """Return a call as a line.

    Raises:
        SimError: a value cannot be carried, such as a function or an object of the test's own.
    """
    return json.dumps(pack(call))


def read_answer(line: str) -> Any:
    """Return what a call gave, or raise what it raised."""
    kind, *rest = json.loads(line)
    if kind == "error":
        raise ERRORS.get(rest[0], SimError)(*unpack(rest[1]))
    return unpack(rest[0])
