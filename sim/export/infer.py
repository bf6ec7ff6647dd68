"""Finds the JSON Schema that some values have in common."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["infer", "infer_texts"]

WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,15})")
NUMBER: Final = re.compile(rf"{WHOLE.pattern}(\.[0-9]{{1,15}})?")

NAMES: Final = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}


def infer(values: list[Any]) -> dict[str, Any]:
    """Return a JSON Schema (draft 2020-12) that all values satisfy: types, members, elements; nothing about ranges."""
    made: dict[str, Any] = {}
    objects = [value for value in values if isinstance(value, dict)]
    lists = [value for value in values if isinstance(value, list)]
    types = list(dict.fromkeys(_name(value) for value in values))
    if "number" in types and "integer" in types:
        types.remove("integer")
    made["type"] = types[0] if len(types) == 1 else sorted(types)
    if objects:
        names = list(dict.fromkeys(name for one in objects for name in one))
        made["properties"] = {name: infer([one[name] for one in objects if name in one]) for name in names}
        if needed := [name for name in names if all(name in one for one in objects)]:
            made["required"] = needed
    if elements := [element for one in lists for element in one]:
        made["items"] = infer(elements)
    return made


def infer_texts(texts: list[str]) -> dict[str, Any]:
    """Return the schema of values that were written as text: numbers and truth values where all are that."""
    if all(text in ("true", "false") for text in texts):
        return {"type": "boolean"}
    if all(WHOLE.fullmatch(text) for text in texts):
        return {"type": "integer"}
    return {"type": "number" if all(NUMBER.fullmatch(text) for text in texts) else "string"}


def _name(value: Any) -> str:
    if isinstance(value, dict | list):
        return "object" if isinstance(value, dict) else "array"
    return NAMES[type(value)]
