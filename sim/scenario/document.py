"""Reads a scenario (docs/reference/scenario.md) as the table says, and names the line of whatever is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from sim.network.lab import RuleError, read_rule, read_text
from sim.scenario.match import REGEX, VARIABLE
from sim.scenario.table import DOCUMENT, STEPS, TYPES, Field, Shape, parse_line
from sim.scenario.tree import Path, Tree, read_tree

__all__ = ["Scenario", "Step", "read"]

IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

SUBJECTS: Final = (
    *("method", "as", "path", "send", "pin", "level", "press", "set", "preset", "remove"),
    *("seconds", "pattern"),
)
"""The values that say what a step is about, for a line of text."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its kind, its values by name, and where it stands."""

    kind: str
    values: Mapping[str, Any]
    tree: Tree
    path: Path

    def __str__(self) -> str:
        named = [self.values[name] for name in SUBJECTS if self.values.get(name) is not None]
        if self.kind == "request" and "method" not in self.values:
            named.insert(0, "GET")
        return " ".join([self.kind, *(one if isinstance(one, str) else json.dumps(one) for one in named)])

    def line(self, inside: Path = ()) -> int:
        """Return the line of a part of it, or of the step."""
        return self.tree.line((*self.path, *inside))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as it was read."""

    name: str
    firmware: Mapping[str, Any]
    hosts: Mapping[str, str]
    seed: int
    steps: tuple[Step, ...]
    tree: Tree

    @property
    def file(self) -> str:
        """The file that it stands in."""
        return self.tree.file


def read(text: str, file: str) -> Scenario:
    """Read a scenario.

    Args:
        text: YAML.
        file: what the file is called, for errors; what the scenario names stands beside it.

    Raises:
        ScenarioError: it is not as it has to be; the text begins with file and line.
        MissingLibrary: nothing here reads YAML.
    """
    tree = read_tree(text, file)
    reader = _Reader(tree)
    values = reader.filled(DOCUMENT, tree.value, ())
    steps = tuple(reader.step(one, ("steps", number)) for number, one in enumerate(values["steps"]))
    return Scenario(values["name"], values["firmware"], values.get("hosts", {}), values.get("seed", 0), steps, tree)


class _Reader:
    """Checks values against the table."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def step(self, value: object, path: Path) -> Step:
        """Return a step."""
        if not isinstance(value, dict) or len(value) != 1:
            raise self._tree.error(path, f"a step is a map with one key, one of {', '.join(STEPS)}")
        [(kind, content)] = value.items()
        shape = STEPS.get(kind)
        if shape is None:
            raise self._tree.error((*path, kind), f"there is no step {kind!r}{_instead(kind, STEPS)}")
        return Step(kind, self.filled(shape, content, (*path, kind)), self._tree, (*path, kind))

    def filled(self, shape: Shape, value: object, path: Path) -> dict[str, Any]:
        """Return the values of a map, those in short written out."""
        if not isinstance(value, dict):
            value = self._long(shape, value, path)
        made: dict[str, Any] = {}
        for name, part in value.items():
            field = shape.field(name)
            if field is None:
                there = {one.name: one for one in shape.fields}
                raise self._tree.error((*path, name), f"{shape.name} has no {name!r}{_instead(name, there)}")
            made[name] = self._checked(shape, field, part, (*path, name))
        for field in shape.fields:
            if field.needed and field.name not in made:
                raise self._tree.error(path, f"{shape.name}: {field.name!r} is missing")
        self._check_together(shape, made, path)
        return made

    def _long(self, shape: Shape, value: object, path: Path) -> dict[str, object]:
        if shape.short and value is not None and not isinstance(value, list):
            if isinstance(value, str) and shape.field("method") and shape.short == "path":
                return dict(parse_line(value))
            return {shape.short: value}
        raise self._tree.error(path, f"{shape.name} must be a map, got {_shown(value)}")

    def _check_together(self, shape: Shape, made: Mapping[str, object], path: Path) -> None:
        if shape.one_of and sum(name in made for name in shape.one_of) != 1:
            raise self._tree.error(path, f"{shape.name} needs exactly one of {', '.join(shape.one_of)}")
        if shape.not_both and all(name in made for name in shape.not_both):
            raise self._tree.error(path, f"{shape.name} takes not both {' and '.join(shape.not_both)}")

    def _checked(self, shape: Shape, field: Field, value: object, path: Path) -> object:
        what = f"{field.name!r} of {shape.name}"
        if field.shape is not None:
            return self.filled(field.shape, value, path)
        if field.type == "steps":
            if not isinstance(value, list) or not value:
                raise self._tree.error(path, f"{what} must be a list of steps, got {_shown(value)}")
            return value
        type_ = TYPES[field.type]
        if not type_.fits(value):
            raise self._tree.error(path, f"{what} must be {type_.words}, got {_shown(value)}")
        self._check_inside(field, value, path)
        return value

    def _check_inside(self, field: Field, value: object, path: Path) -> None:
        if field.type == "rule":
            try:
                read_rule(value if isinstance(value, dict) else read_text(str(value)))
            except RuleError as error:
                raise self._tree.error(path, str(error)) from error
        elif field.name == "capture" and isinstance(value, dict):
            for name in value:
                if not IDENTIFIER.fullmatch(name):
                    raise self._tree.error((*path, name), f"{name!r} is no name for a capture, such as 'token'")
        for at, pattern in _patterns(field.type, value, path):
            try:
                re.compile(VARIABLE.sub("x", pattern))
            except re.error as error:
                raise self._tree.error(at, f"{pattern!r} is no regular expression: {error}") from error


def _patterns(type_: str, value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the regular expressions in a value, with their places."""
    if type_ == "regex" and isinstance(value, str):
        yield path, value
    elif type_.startswith("wanted"):
        if isinstance(value, str) and value.startswith(REGEX):
            yield path, value.removeprefix(REGEX)
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, part in parts:
            yield from _patterns(type_, part, (*path, key))


def _instead(name: str, names: Mapping[str, object]) -> str:
    close = get_close_matches(name, names, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(names)}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]
