"""Makes entries of the table of the API from classes and functions of Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from keyword import iskeyword
from types import CodeType, FunctionType, MethodType
from typing import Any, Final

from sim.catalog.entry import Member

__all__ = ["about", "python_function", "python_members"]

CO_VARARGS: Final = 0x04
CO_VARKEYWORDS: Final = 0x08


def python_members(module: object) -> dict[str, Member]:
    """Return the public names of a module's class."""
    kinds = [kind for kind in reversed(type(module).__mro__) if kind is not object]
    names = dict.fromkeys(name for kind in kinds for name in vars(kind) if not name.startswith("_"))
    full = type(module).__name__
    found = {name: _python_member(f"{full}.{name}", module, name) for name in names}
    # A keyword cannot be written behind a point
    return {name: replace(entry, python=None) if iskeyword(name) else entry for name, entry in found.items()}


def _python_member(full: str, module: object, name: str) -> Member:
    raw = getattr(type(module), name)
    if isinstance(raw, FunctionType | MethodType | staticmethod | classmethod):
        bound = not isinstance(vars(type(module)).get(name), staticmethod)
        return python_function(full, raw, int(bound)) or Member(name, "function")
    if isinstance(raw, property):
        return Member(name, "constant", about(raw), python=full)
    value = raw if isinstance(raw, str | int | float | bool) else None
    return Member(name, "constant", python=full, value=value)


def python_function(full: str, function: object, skipped: int) -> Member | None:
    """Return the entry of a function; `skipped` is 1 if its first parameter is not the caller's."""
    plain: Any = getattr(function, "__func__", function)
    code = getattr(plain, "__code__", None)
    if function is None or not isinstance(code, CodeType):
        return None
    skipped = 1 if isinstance(function, MethodType) else skipped
    places = code.co_varnames[skipped : code.co_argcount]
    only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    defaults: tuple[object, ...] = plain.__defaults__ or ()
    any_keyword = bool(code.co_flags & CO_VARKEYWORDS)
    return Member(
        full.rpartition(".")[2],
        "function",
        about(plain),
        python=f"{full}({_written(plain, code, places, only)}){_result(plain)}",
        places=places,
        least=max(0, len(places) - len(defaults)),
        most=None if code.co_flags & CO_VARARGS else len(places),
        keywords=None if any_keyword else (*places[code.co_posonlyargcount :], *only),
    )


def _written(plain: Any, code: CodeType, places: tuple[str, ...], only: tuple[str, ...]) -> str:
    """Return the parameters of a function as they are written, with types and defaults."""
    types: Mapping[str, object] = plain.__annotations__
    defaults = dict(zip(reversed(places), reversed(plain.__defaults__ or ()), strict=False))
    defaults |= plain.__kwdefaults__ or {}

    def one(name: str) -> str:
        kind = f": {types[name]}" if name in types else ""
        return name + kind + (f"{' = ' if kind else '='}{defaults[name]!r}" if name in defaults else "")

    rest = list(code.co_varnames[code.co_argcount + code.co_kwonlyargcount :])
    star = f"*{one(rest.pop(0))}" if code.co_flags & CO_VARARGS else "*" if only else ""
    keywords = f"**{one(rest[0])}" if code.co_flags & CO_VARKEYWORDS else ""
    parts = [*map(one, places), star, *map(one, only), keywords]
    return ", ".join(part for part in parts if part)


def _result(plain: Any) -> str:
    kind = plain.__annotations__.get("return")
    return f" -> {kind}" if kind is not None else ""


def about(documented: object) -> str:
    """Return the first sentence of a docstring as one line."""
    text = " ".join((getattr(documented, "__doc__", None) or "").partition("\n\n")[0].split())
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]
