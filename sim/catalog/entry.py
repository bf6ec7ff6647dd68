"""Holds the entries of the table of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

__all__ = ["Catalog", "Member", "Module"]


@dataclass(frozen=True, slots=True)
class Member:
    """One name of a module, or a global function."""

    name: str
    kind: str
    """`function`, `constant` or `module`."""
    about: str = ""
    """First sentence of its documentation."""
    python: str | None = None
    """How firmware in Python writes it, with types; None: it has it not."""
    mjs: str | None = None
    """How a script writes it; None: it has it not."""
    value: str | int | float | bool | None = None
    """Of a constant."""
    arguments: int | None = None
    """The number of arguments that a script must give, neither more nor less; None: it may differ."""
    parameters: tuple[str, ...] = ()
    """Names of the script's parameters."""
    needed: int = 0
    """The number of these that the function in the API's file takes for granted."""
    types: tuple[str, ...] = ()
    """Types of these parameters, where they are known, as C names them: `int`, `string`, `function` and so on."""
    handlers: Mapping[int, int] = field(default_factory=dict)
    """Positions of the script's arguments that are handlers, and how many arguments each of these gets."""
    result: str = ""
    """The type that a script gets, where it is known, as C names it: `string`, `int`, `pointer` and so on."""
    places: tuple[str, ...] = ()
    """Names of the parameters in Python, of those that may be given by position."""
    least: int = 0
    """The number of arguments that firmware in Python must give at least."""
    most: int | None = None
    """The number that it may give by position; None: any."""
    keywords: tuple[str, ...] | None = ()
    """Names by which it may give arguments; None: any."""


@dataclass(frozen=True, slots=True)
class Module:
    """A global of the API with its members by name."""

    name: str
    about: str
    file: str | None
    """The file that a script loads to have it; None: it is always there."""
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that firmware finds without defining it."""

    modules: Mapping[str, Module]
    functions: Mapping[str, Member]
    constants: Mapping[str, Member]
    files: tuple[str, ...]
    """Names that `load` always accepts in a script."""
    python_files: tuple[str, ...]
    """Names that `load` always accepts in Python."""
    natives: frozenset[str]
    """C functions that are simulated."""
    globals: frozenset[str] = frozenset()
    """All globals that scripts may find, also those that the API's files keep to themselves."""
    properties: frozenset[str] = frozenset()
    """Names of properties in the API's files: objects that functions of the API return may have them."""

    def to_json(self) -> dict[str, object]:
        """Return the table in values that JSON has."""
        return {
            "modules": [
                {**_plain(module), "members": [_plain(member) for member in module.members.values()]}
                for module in self.modules.values()
            ],
            "functions": [_plain(member) for member in self.functions.values()],
            "constants": [_plain(member) for member in self.constants.values()],
            "files": list(self.files),
            "natives": sorted(self.natives),
        }


def _plain(entry: Member | Module) -> dict[str, object]:
    found = asdict(entry)
    if isinstance(entry, Member):
        found["handlers"] = {str(position): count for position, count in entry.handlers.items()}
    return found
