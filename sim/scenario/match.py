"""Compares what was seen with what a scenario wants, keeps what it captures, and puts that into later steps."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.scenario.tree import Path

__all__ = ["REGEX", "VARIABLE", "Mismatch", "capture", "filled_in", "match"]

REGEX: Final = "~"
"""What a text begins with that is a regular expression."""

VARIABLE: Final = re.compile(r"\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

TYPED: Final = (("json",), ("args",), ("expect", "json"), ("expect", "result"))
"""Where a capture keeps its type."""

NOTHING: Final = object()

MOST_SHOWN: Final = 300


@dataclass
class Mismatch(Exception):
    """Something is not as wanted: the place in the step that wants it, what that is, and what was seen."""

    path: Path
    wanted: str
    seen: str


def match(wanted: object, seen: object, path: Path, captured: dict[str, Any]) -> None:
    """Compare; what named groups of regular expressions match is captured.

    Of a map only the wanted members count; a member that is wanted to be null may be missing.

    Raises:
        Mismatch: it differs.
    """
    what = _named(path)
    if isinstance(wanted, str) and wanted.startswith(REGEX):
        text = seen if isinstance(seen, str) else json.dumps(seen, ensure_ascii=False)
        found = re.search(wanted.removeprefix(REGEX), text)
        if found is None:
            raise Mismatch(path, f"{what} that matches {wanted.removeprefix(REGEX)}", _shown(seen))
        captured |= {name: value for name, value in found.groupdict().items() if value is not None}
    elif isinstance(wanted, dict):
        if not isinstance(seen, Mapping):
            raise Mismatch(path, f"{what} that is an object", _shown(seen))
        for name, value in wanted.items():
            if value is None and name not in seen:
                continue
            if name not in seen:
                raise Mismatch((*path, name), f"{_named((*path, name))} in {what}", _shown(seen))
            match(value, seen[name], (*path, name), captured)
    elif isinstance(wanted, list):
        if not isinstance(seen, list) or len(seen) != len(wanted):
            raise Mismatch(path, f"{what} that is a list of {len(wanted)}", _shown(seen))
        for number, (one, other) in enumerate(zip(wanted, seen, strict=True)):
            match(one, other, (*path, number), captured)
    elif isinstance(wanted, bool) != isinstance(seen, bool) or wanted != seen:
        raise Mismatch(path, f"{what} {_shown(wanted)}", _shown(seen))


def capture(place: str, seen: Mapping[str, Any], path: Path) -> Any:
    """Return what stands at a place, such as `json.items.0.id`.

    Raises:
        Mismatch: there is no such place.
    """
    value: Any = seen
    done: list[str] = []
    for part in place.split("."):
        inside = _member(value, part)
        if inside is NOTHING:
            raise Mismatch(path, f"something at {place}", f"{'.'.join(done) or 'the answer'} is {_shown(value)}")
        value = inside
        done.append(part)
    return value


def filled_in(value: Any, captured: Mapping[str, Any], path: Path = (), *, is_regex: bool = False) -> Any:
    """Return a value with what was captured in the place of each `${name}`, `${` for `$${`.

    Where the whole text is one name and part of a JSON value, what was captured keeps its type; in a regular
    expression it stands for itself.

    Raises:
        Mismatch: nothing was captured under that name.
    """
    if isinstance(value, dict):
        return {
            key: filled_in(one, captured, (*path, key), is_regex=key == "pattern" and not path)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [filled_in(one, captured, (*path, number)) for number, one in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    is_regex = is_regex or value.startswith(REGEX)

    def found(variable: re.Match[str]) -> Any:
        if variable[1]:
            return variable[1]
        if variable[2] not in captured:
            there = ", ".join(captured) or "none"
            raise Mismatch(path, f"a capture with the name {variable[2]}", f"there are {there}")
        return captured[variable[2]]

    def as_text(variable: re.Match[str]) -> str:
        one = found(variable)
        text = one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
        return re.escape(text) if is_regex and not variable[1] else text

    whole = VARIABLE.fullmatch(value)
    keeps_type = whole and whole[2] and any(path[: len(typed)] == typed for typed in TYPED)
    return found(whole) if whole and keeps_type else VARIABLE.sub(as_text, value)


def _member(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part, NOTHING)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    return NOTHING


def _named(path: Path) -> str:
    """Return how a sentence calls a part: `status`, `json.on`."""
    return ".".join(str(part) for part in path if part != "expect") or "it"


def _shown(value: object) -> str:
    if isinstance(value, Mapping) and not isinstance(value, dict):
        value = dict(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."
