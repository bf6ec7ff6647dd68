"""Carries calls to an engine in another process: a line of JSON for each, and one for its answer."""

from __future__ import annotations

import json
from typing import Any, Final

from sim.export.jsonl import to_jsonl
from sim.testing.engine import Engine, Handle
from sim.testing.outcome import NoAnswer, RpcError, SimError, StartError

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
        kind, *call = _unpack(json.loads(line))
        try:
            return json.dumps(["value", _pack(self._carry_out(kind, call))])
        except Exception as error:
            name = type(error).__name__
            given = list(error.__reduce__()[1]) if name in ERRORS else [f"{name}: {error}"]
            return json.dumps(["error", name, _pack([one if isinstance(one, int) else str(one) for one in given])])

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
    return json.dumps(_pack(call))


def read_answer(line: str) -> Any:
    """Return what a call gave, or raise what it raised."""
    kind, *rest = json.loads(line)
    if kind == "error":
        raise ERRORS.get(rest[0], SimError)(*_unpack(rest[1]))
    return _unpack(rest[0])


def _pack(value: Any) -> Any:
    """Return a value as JSON has it: a list for what it has not, with a letter for its kind in front."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return ["b", value.decode("latin-1")]
    if isinstance(value, Handle):
        return ["h", value.number]
    if isinstance(value, list | tuple):
        return ["l" if isinstance(value, list) else "t", [_pack(one) for one in value]]
    if isinstance(value, dict):
        return ["d", [[_pack(key), _pack(one)] for key, one in value.items()]]
    raise SimError(f"{value!r} stays in the process of the test: in this runtime only plain values reach the device")


def _unpack(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "b":
        return content.encode("latin-1")
    if kind == "h":
        return Handle(content)
    if kind == "d":
        return {_unpack(key): _unpack(one) for key, one in content}
    made = [_unpack(one) for one in content]
    return made if kind == "l" else tuple(made)
