"""Reads the signatures of C functions, as the engine does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sim.mjs.error import Kind, MjsError
from sim.values import frozen

__all__ = ["Signature", "Type", "bad_signature", "fail", "parse_signature"]

SIGNATURE: Final = re.compile(r"\s*(?P<result>.*?)(?P<name>[A-Za-z_]\w*)\s*\((?P<arguments>.*)\)\s*", re.DOTALL)
CALLBACK: Final = re.compile(r"\s*(?P<result>[^(]*?)\s*\(\s*\*\s*\w*\s*\)\s*\((?P<arguments>.*)\)\s*", re.DOTALL)
MOST_ARGUMENTS: Final = 6
TYPES: Final = {
    "void": "void", "int": "int", "bool": "bool", "double": "double", "float": "double", "char*": "string",
    "void*": "pointer", "structmg_str": "struct", "structmg_str*": "struct", "userdata": "userdata",
}  # fmt: skip


@frozen
class Type:
    """A type of C: its kind, and for a function pointer its signature."""

    kind: str
    signature: Signature | None = None


@frozen
class Signature:
    """The types of a function."""

    name: str
    result: Type
    arguments: tuple[Type, ...]


MOST_KEPT: Final = 1_000
LONGEST_KEPT: Final = 200

_signatures: dict[str, Signature] = {}
"""Signatures by their texts: those of the library are the same for all engines, which share them."""


def fail(message: str) -> MjsError:
    """Return the error of a signature, or of a value that does not fit one."""
    return MjsError(Kind.TYPE, message)


def bad_signature(text: str, error: MjsError) -> MjsError:
    """Return an error that names the signature as a whole."""
    return fail(f'bad ffi signature: "{text}": {error.message}')


def parse_signature(text: str, is_known: Callable[[str], bool] = bool) -> Signature:
    """Return the types of a function.

    Args:
        text: the signature.
        is_known: whether there is a function of a name.

    Raises:
        MjsError: the text is no signature, or there is no such function.
    """
    if (seen := _signatures.get(text)) is not None and is_known(seen.name):
        return seen
    found = SIGNATURE.fullmatch(text)
    if not found:
        raise fail("2" if "(" in text else "1")  # that is all the engine says
    name = found["name"]
    result = parse_type(found["result"] or name[0])
    if not is_known(name):
        raise fail(f"dlsym('{name}') failed")
    arguments = parse_arguments(found["arguments"])
    kinds = [kind.kind for kind in arguments]
    # The library's own functions take any value as userdata, where C would have nothing for it
    if ("function" in kinds) != ("userdata" in kinds) and not name.startswith("sim_"):
        raise fail("callback and userdata should be either both present or both absent")
    signature = Signature(name, result, arguments)
    if len(_signatures) < MOST_KEPT and len(text) <= LONGEST_KEPT:
        _signatures[text] = signature
    return signature


def parse_callback(text: str) -> Signature:
    """Return the types of a function that native code calls."""
    found = CALLBACK.fullmatch(text)
    if not found:
        raise fail("2")
    arguments = parse_arguments(found["arguments"])
    userdata = [index for index, kind in enumerate(arguments, 1) if kind.kind == "userdata"]
    if len(userdata) > 1:
        raise fail(f"more than one userdata arg: #{userdata[0] - 1} and #{userdata[1] - 1}")
    if not userdata:
        raise fail("no userdata arg")
    return Signature("", parse_type(found["result"]), arguments)


def parse_arguments(text: str) -> tuple[Type, ...]:
    """Return the types of arguments."""
    arguments = tuple(parse_type(one) for one in split(text))
    if len(arguments) > MOST_ARGUMENTS:
        raise fail("too many callback args")
    return () if arguments == (Type("void"),) else arguments


def split(text: str) -> list[str]:
    """Return the parts of a list that are separated by commas outside of parentheses."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts if text.strip() else []


def parse_type(text: str) -> Type:
    """Return the type that a part of a signature names."""
    if "(" in text:
        try:
            return Type("function", parse_callback(text))
        except MjsError as error:
            raise bad_signature(text, error) from None
    kind = TYPES.get("".join(text.split()))
    if kind is None:
        raise fail(f'failed to parse val type "{text.strip()}"')
    return Type(kind)
