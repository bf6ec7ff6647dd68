"""Reads YAML into plain values, and remembers on which line each of them stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

__all__ = ["MissingLibrary", "Path", "ScenarioError", "Tree", "read_tree"]

Path = tuple[str | int, ...]
"""The keys and positions that lead to a value."""

MOST: Final = 100_000
"""Values that a file may have: aliases can multiply them without end."""

TAG: Final = "tag:yaml.org,2002:"


class ScenarioError(ValueError):
    """A scenario is not written as it has to be; the text says where and what."""


class MissingLibrary(Exception):
    """The library that reads YAML is not installed."""


@dataclass(slots=True)
class Tree:
    """A value, and the lines on which its parts stand, from 1."""

    file: str
    value: object = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of a part, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, path: Path, text: str) -> ScenarioError:
        """Return the error that names the place of a part."""
        return ScenarioError(f"{self.file}:{self.line(path)}: {text}")


def read_tree(text: str, file: str) -> Tree:
    """Read YAML 1.2.

    Raises:
        ScenarioError: it is none, or holds what has no meaning in a scenario.
        MissingLibrary: nothing here reads YAML.
    """
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ImportError as error:
        raise MissingLibrary("scenarios are YAML, which needs a library: pip install ruamel.yaml") from error
    tree = Tree(file)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}" if mark is not None else ""
        raise ScenarioError(f"{file}{place}: this is no YAML: {error.problem or error.context}") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise ScenarioError(f"{file}: this is no YAML: {str(error) or 'it is nested too deeply'}") from error
    if node is not None:
        tree.value = _Reader(tree).value(node, (), ())
    return tree


class _Reader:
    """Turns nodes of the library into plain values."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def value(self, node: Node, path: Path, around: tuple[Node, ...]) -> object:
        from ruamel.yaml.nodes import MappingNode, ScalarNode

        lines = self._tree.lines
        lines[path] = node.start_mark.line + 1
        if any(node is one for one in around):
            raise self._tree.error(path, "an alias stands within what it stands for")
        if len(lines) > MOST:
            raise self._tree.error(path, f"there are more than {MOST} values")
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        inside = (*around, node)
        if not str(node.tag).startswith(TAG):
            raise self._tree.error(path, f"the tag {node.tag} has no meaning here")
        if isinstance(node, MappingNode):
            return self._map(node, path, inside)
        return [self.value(one, (*path, number), inside) for number, one in enumerate(node.value)]

    def _map(self, node: MappingNode, path: Path, inside: tuple[Node, ...]) -> dict[str, object]:
        made: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = key_node.value if key_node.id == "scalar" else None
            self._tree.lines[(*path, "")] = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise self._tree.error((*path, ""), "a key must be text")
            if key in made:
                raise self._tree.error((*path, ""), f"{key!r} stands there twice")
            made[key] = self.value(value_node, (*path, key), inside)
            # A long text begins below its key; people look for the key
            self._tree.lines[*path, key] = key_node.start_mark.line + 1
        self._tree.lines.pop((*path, ""), None)
        return made

    def _scalar(self, node: ScalarNode, path: Path) -> object:
        text, kind = str(node.value), str(node.tag).removeprefix(TAG)
        try:
            match kind:
                case "null":
                    return None
                case "bool":
                    return text.lower() == "true"
                case "int":
                    return _whole(text)
                case "float":
                    return _number(text)
                case "str" | "timestamp" | "value" | "merge":
                    return text
        except ValueError as error:
            raise self._tree.error(path, f"{text[:40]!r} is no number that JSON has") from error
        raise self._tree.error(path, f"the tag {node.tag} has no meaning here")


def _whole(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits, 0) if re.match(r"[-+]?0[xob]", digits) else int(digits)


def _number(text: str) -> float:
    number: Any = float(text.replace("_", ""))
    if not isfinite(number):
        raise ValueError(text)
    return float(number)
