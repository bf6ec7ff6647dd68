"""Reads the tables of a lesson's front matter into dataclasses, and says what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Final, TypeVar

__all__ = ["LessonError", "fields_of", "filled"]

Part = TypeVar("Part")

TYPES: Final[dict[str, tuple[tuple[type, ...], str]]] = {
    "str": ((str,), "text"),
    "int": ((int,), "a whole number"),
    "bool": ((bool,), "true or false"),
    "list[str]": ((list,), "a list of texts"),
    "dict[str, str]": ((dict,), "a table of texts"),
}
"""The types that a field may have, as its annotation begins, with what Python has and how the author calls it."""


class LessonError(ValueError):
    """A lesson is not written as it has to be; the text says where and what."""


def fields_of(kind: type) -> dict[str, Field[Any]]:
    """Return the fields of a dataclass by their names."""
    return {field.name: field for field in fields(kind)}


def filled(kind: type[Part], table: Mapping[str, object], where: str) -> Part:
    """Return a dataclass filled from a table of the same names.

    Raises:
        LessonError: a field is missing, has another type, or is none; it names the place.
    """
    known = fields_of(kind)
    values: dict[str, Any] = {}
    for name, value in table.items():
        field = known.get(name)
        if field is None:
            raise LessonError(f"{where}: there is no field {name!r}; there are {', '.join(known)}")
        values[name] = _checked(value, str(field.type).removesuffix(" | None"), f"{where}: {name!r}")
    for name, field in known.items():
        if name not in values and field.default is MISSING and field.default_factory is MISSING:
            raise LessonError(f"{where}: {name!r} is missing")
    try:
        return kind(**values)
    except LessonError as error:
        raise LessonError(f"{where}: {error}") from error


def _checked(value: object, annotation: str, what: str) -> object:
    types, name = TYPES.get(annotation, ((object,), ""))
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    fits = isinstance(value, types) and (isinstance(value, bool) == (annotation == "bool") or object in types)
    if not fits or (object not in types and not all(isinstance(each, str) for each in inner)):
        raise LessonError(f"{what} must be {name}, got {value!r}")
    return value
