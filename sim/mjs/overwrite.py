"""Lets native code write into a string of the program, as C does: whatever holds the string then holds the new one.

Strings of Python do not change, so this looks for the string where a program can have it: in its variables, except the
local ones of functions that are running, and in the objects and arrays that these hold.
"""

from __future__ import annotations

from typing import Any

from sim.mjs.value import Obj, Value

__all__ = ["overwrite"]


def overwrite(variables: dict[str, Value], old: str, new: str) -> None:
    """Replace a string, that one and not others of the same content, in variables and all they lead to."""
    todo: list[dict[Any, Value]] = [variables]
    seen = {id(variables)}
    while todo:
        holder = todo.pop()
        for key, value in holder.items():
            if value is old:
                holder[key] = new  # the key is there: nothing moves
            elif isinstance(value, Obj) and id(value) not in seen:
                seen.add(id(value))
                todo.append(value)
