"""Binds C functions by their signatures: checks and converts arguments and results as the engine does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Final, Protocol

from sim.mjs.arithmetic import int64, is_number
from sim.mjs.error import Kind, MjsError
from sim.mjs.value import FALSE, NAN, NULL, TRUE, Pointer, Value, of_bool, of_float, type_name

__all__ = ["Binding", "Callback", "Host", "Signature", "Type", "bind", "parse_signature"]

SIGNATURE: Final = re.compile(r"\s*(?P<result>.*?)(?P<name>[A-Za-z_]\w*)\s*\((?P<arguments>.*)\)\s*", re.DOTALL)
CALLBACK: Final = re.compile(r"\s*(?P<result>[^(]*?)\s*\(\s*\*\s*\w*\s*\)\s*\((?P<arguments>.*)\)\s*", re.DOTALL)
TYPES: Final = {
    "void": "void", "int": "int", "bool": "bool", "double": "double", "float": "double", "char*": "string",
    "void*": "pointer", "structmg_str": "struct", "structmg_str*": "struct", "userdata": "userdata",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Type:
    """A type of C: its kind, and for a function pointer its signature."""

    kind: str
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """The types of a function."""

    name: str
    result: Type
    arguments: tuple[Type, ...]


class Host(Protocol):
    """What a binding needs of the engine."""

    def native(self, name: str) -> Callable[..., object] | None:
        """Return the Python function behind a C function."""

    def pointer(self, held: object) -> Pointer:
        """Return the native pointer to something of the embedder's."""

    def call_back(self, function: Value, arguments: list[Value]) -> tuple[bool, Value]:
        """Call a function of the program on behalf of native code; return whether it ended well, and its value."""

    def raise_pending(self) -> None:
        """Raise the error of a callback that ran within the native code, if there was one."""

    def keep(self, function: Value, userdata: Value) -> None:
        """Remember a function that native code may call."""


def fail(message: str) -> MjsError:
    return MjsError(Kind.TYPE, message)


def bind(host: Host, text: str) -> MethodType:
    """Return the native function of a signature.

    Raises:
        MjsError: the signature is none, or there is no such function.
    """
    try:
        signature = parse_signature(text)
        function = host.native(signature.name)
        if function is None:
            raise fail(f"dlsym('{signature.name}') failed")
    except MjsError as error:
        raise fail(f'bad ffi signature: "{text}": {error.message}') from None
    return MethodType(call, Binding(host, signature, function))


def parse_signature(text: str, pattern: re.Pattern[str] = SIGNATURE) -> Signature:
    """Return the types of a signature."""
    found = pattern.fullmatch(text)
    if not found:
        raise fail("invalid signature")
    result = parse_type(found["result"])
    arguments = tuple(parse_type(one) for one in split(found["arguments"]))
    if arguments == (Type("void"),):
        arguments = ()
    return Signature(found.groupdict().get("name") or "", result, arguments)


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
        return Type("function", parse_signature(text, CALLBACK))
    kind = TYPES.get("".join(text.split()))
    if kind is None:
        raise fail(f'failed to parse val type "{text.strip()}"')
    return Type(kind)


@dataclass(frozen=True, slots=True)
class Binding:
    """A C function bound for a program."""

    host: Host
    signature: Signature
    function: Callable[..., object]


def call(binding: Binding, this: Value, *given: Value) -> Value:
    """Call the function behind a binding."""
    expected = binding.signature.arguments
    try:
        if len(given) != len(expected):
            raise fail(f"got {len(given)} actuals, but function takes {len(expected)} args")
        userdata = next((value for kind, value in zip(expected, given, strict=True) if kind.kind == "userdata"), None)
        arguments = [
            ARGUMENTS[kind.kind](binding.host, kind, value, index, userdata)
            for index, (kind, value) in enumerate(zip(expected, given, strict=True))
        ]
    except MjsError as error:
        raise fail(f"failed to call FFIed function: {error.message}") from None
    result = binding.function(*arguments)
    binding.host.raise_pending()
    return to_program(binding.host, binding.signature.result, result)


# From the program to native code


def to_int(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> int:
    if value is TRUE or value is FALSE:
        return int(value is TRUE)
    if type(value) is int and -0x80000000 <= value <= 0x7FFFFFFF:
        return value
    if not is_number(value) and value is not NAN:
        raise fail(f"actual arg #{index} is not an int (the type idx is: {type_name(value)})")
    return (int64(0 if value is NAN else value) + 0x80000000) % 0x100000000 - 0x80000000


def to_bool(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> bool:
    return bool(to_int(host, kind, value, index, userdata))


def to_double(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> float:
    return float(value) if is_number(value) else float("nan")


def to_string(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> bytes | None:
    if type(value) is str:
        return value.encode("latin-1")
    if value is NULL:
        return None
    raise fail(f"actual arg #{index} is not a string (the type idx is: {type_name(value)})")


def to_pointer(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> object:
    if isinstance(value, Pointer):
        return value.held if value.offset == 0 else value
    if type(value) is str:
        return value.encode("latin-1")
    if value is NULL:
        return None
    raise fail(f"actual arg #{index} is not a ptr")


def to_userdata(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> Value:
    return value


def to_function(host: Host, kind: Type, value: Value, index: int, userdata: Value) -> Callback:
    if not isinstance(value, FunctionType):
        # The engine takes this word from an unrelated place in its memory
        raise fail(f"actual arg #{index} is not a function, but {'???' if type(value) is str else 'undefined'}")
    assert kind.signature
    host.keep(value, userdata)
    return Callback(host, kind.signature, value)


ARGUMENTS: Final[dict[str, Callable[[Host, Type, Value, int, Value], object]]] = {
    "int": to_int, "bool": to_bool, "double": to_double, "string": to_string, "struct": to_string,
    "pointer": to_pointer, "userdata": to_userdata, "function": to_function, "void": to_userdata,
}  # fmt: skip


# From native code to the program


def to_program(host: Host, kind: Type, value: object) -> Value:
    """Return the value of the program for a result or an argument of native code."""
    match kind.kind, value:
        case "void", _:
            return None
        case "userdata", _:
            return value
        case "pointer", Pointer():
            return value
        case "pointer", _:
            return host.pointer(value)
        case (("string" | "struct"), bytes() | bytearray() | memoryview()):
            return bytes(value).decode("latin-1")
        case (("string" | "struct"), str()):
            return value
        case (("string" | "struct"), _):
            return NULL
        case "bool", _:
            return of_bool(value)
        case "double", int() | float():
            return of_float(float(value))
        case "int", int() | float():
            return int(value)
    raise TypeError(f"native code gave {value!r} for {kind.kind}")


@dataclass(frozen=True, slots=True)
class Callback:
    """A function of the program as native code calls it. When it fails, the result is 0, None or False."""

    host: Host
    signature: Signature
    function: FunctionType

    def __call__(self, *given: object) -> object:
        kinds = self.signature.arguments
        arguments = [to_program(self.host, kind, value) for kind, value in zip(kinds, given, strict=True)]
        ended_well, value = self.host.call_back(self.function, arguments)
        return RESULTS[self.signature.result.kind](value if ended_well else None)

    @property
    def place(self) -> tuple[str, int]:
        """The file and line at which the function begins."""
        code = self.function.__code__
        return code.co_filename, code.co_firstlineno


def nothing(value: Value) -> None:
    return None


def as_int(value: Value) -> int:
    return int64(value) if is_number(value) else int(value is TRUE)


def as_double(value: Value) -> float:
    return float(value) if is_number(value) else 0.0


def as_bytes(value: Value) -> bytes | None:
    return value.encode("latin-1") if type(value) is str else None


def as_pointer(value: Value) -> object:
    return value.held if isinstance(value, Pointer) else as_bytes(value)


def as_it_is(value: Value) -> Value:
    return value


RESULTS: Final[dict[str, Callable[[Value], object]]] = {
    "void": nothing, "int": as_int, "bool": lambda value: bool(as_int(value)), "double": as_double,
    "string": as_bytes, "struct": as_bytes, "pointer": as_pointer, "userdata": as_it_is,
}  # fmt: skip
