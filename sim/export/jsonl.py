"""Writes records as JSON lines, and reads them back: a saved trace serves as well as the run itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sim.event import EVENT_TYPES, FIELDS, TraceEvent
from sim.trace import Place, Record

__all__ = ["KINDS", "TraceError", "from_jsonl", "to_jsonl"]

PLACE: Final = re.compile(r"(.*):([0-9]{1,9})", re.DOTALL)
ENVELOPE: Final = ("seq", "at_us", "by", "type")


class TraceError(ValueError):
    """A text that is no trace; it says at which line and why."""


def to_jsonl(records: Iterable[Record]) -> str:
    """Return the records as JSON lines (docs/reference/trace.md)."""
    return "".join(record.to_line() + "\n" for record in records)


def from_jsonl(lines: str | Iterable[str]) -> list[Record]:
    """Return the records of JSON lines; empty lines are passed over.

    Raises:
        TraceError: a line is no record.
    """
    return list(_read(lines.split("\n") if isinstance(lines, str) else lines))


def _read(lines: Iterable[str]) -> Iterator[Record]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _record(json.loads(line))
            except (TraceError, ValueError, RecursionError) as error:
                raise TraceError(f"line {number} is no record of a trace: {error}") from error


def _record(data: object) -> Record:
    if not isinstance(data, dict):
        raise TraceError(f"expected an object, got {_shown(data)}")
    seq, at_us = _whole(data.get("seq"), "seq"), _whole(data.get("at_us"), "at_us")
    kind = EVENT_TYPES.get(data.get("type", "")) if isinstance(data.get("type"), str) else None
    if kind is None:
        raise TraceError(f"there is no record of type {_shown(data.get('type'))}")
    unknown = data.keys() - {*ENVELOPE, *FIELDS[kind]}
    if unknown:
        raise TraceError(f"{kind.type} has no field {sorted(unknown)[0]!r}")
    return Record(seq, at_us, _event(kind, data), _place(data.get("by")))


def _event(kind: type[TraceEvent], data: dict[str, object]) -> TraceEvent:
    values = {}
    for name, type_name in _types(kind):
        if name not in data:
            raise TraceError(f"{kind.type} lacks its field {name!r}")
        values[name] = KINDS[type_name](data[name], name)
    return kind(**values)


def _types(kind: type[TraceEvent]) -> list[tuple[str, str]]:
    """Return the fields of a fact and what they hold."""
    made = TYPES.get(kind)
    if made is None:
        made = TYPES[kind] = [(name, kind.__annotations__[name]) for name in FIELDS[kind]]
    return made


TYPES: Final[dict[type[TraceEvent], list[tuple[str, str]]]] = {}


def _whole(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TraceError(f"{name} must be a whole number, got {_shown(value)}")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TraceError(f"{name} must be text, got {_shown(value)}")
    return value


def _bytes(value: object, name: str) -> bytes:
    try:
        return _text(value, name).encode("latin-1")
    except UnicodeEncodeError as error:
        raise TraceError(f"{name} holds bytes: characters up to U+00FF, got {_shown(value)}") from error


def _truth(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise TraceError(f"{name} must be true or false, got {_shown(value)}")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TraceError(f"{name} must be a list of texts, got {_shown(value)}")
    return tuple(_text(one, name) for one in value)


KINDS: Final[dict[str, Callable[[object, str], object]]] = {
    "int": _whole,
    "str": _text,
    "bytes": _bytes,
    "bool": _truth,
    "tuple[str, ...]": _texts,
}
"""How a field is read, by the name of its type in Python."""


def _place(value: object) -> Place | None:
    if value is None:
        return None
    match = PLACE.fullmatch(_text(value, "by"))
    if match is None:
        raise TraceError(f"by must be a file and a line, such as init.js:4, got {_shown(value)}")
    return match[1], int(match[2])


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
