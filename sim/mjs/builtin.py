"""Holds the functions that every program has without loading anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Final, NoReturn, Protocol

from sim.mjs import ffi, json, work
from sim.mjs.arithmetic import int32, int64, is_number
from sim.mjs.error import Kind, MjsError
from sim.mjs.method import argument
from sim.mjs.value import NAN, NULL, Obj, Pointer, Value, of_bool, text, type_name

__all__ = ["Host", "make_builtins", "printed"]

UNPRINTABLE: Final = re.compile(r"[^ -~]")
MKSTR: Final = "mkstr takes 2, 3 or 4 arguments: (ptr, len), (ptr, offset, len) or (ptr, offset, len, copy)"


class Host(ffi.Host, Protocol):
    """What the functions need of the engine."""

    def write(self, text: str) -> None:
        """Take what `print` writes."""

    def load(self, file: str, target: Obj | None) -> Value:
        """Run another file."""

    def release(self, function: Value, userdata: Value) -> bool:
        """Forget a function that native code may call."""


def print_(host: Host, this: Value, *values: Value) -> None:
    host.write("".join(printed(value) + " " for value in values) + "\n")


def printed(value: Value) -> str:
    """Return how a value is printed."""
    return UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text(value))


def load(host: Host, this: Value, *values: Value) -> Value:
    file = values[0] if values else None
    if type(file) is not str:
        return None
    target = values[1] if len(values) > 1 else None
    return host.load(file, target if isinstance(target, Obj) else None)


def die(host: Host, this: Value, *values: Value) -> NoReturn:
    raise MjsError(Kind.TYPE, argument(values, 0, "msg", "string") or str(Kind.TYPE))


def is_nan(host: Host, this: Value, *values: Value) -> Value:
    return of_bool(values and (values[0] is NAN or (type(values[0]) is float and values[0] != values[0])))


def chr_(host: Host, this: Value, *values: Value) -> Value:
    given = values[0] if values else None
    code = 0 if given is NAN else int32(given) if is_number(given) else -1
    return chr(code) if 0 <= code <= 255 else NULL


def gc(host: Host, this: Value, *values: Value) -> Value:
    return values[0] if values else None


def mkstr(host: Host, this: Value, *values: Value) -> Value:
    if not 2 <= len(values) <= 4:
        raise MjsError(Kind.TYPE, MKSTR)
    pointer, *numbers = values[:3]
    if type_name(pointer) != "foreign_ptr":
        raise MjsError(Kind.TYPE, "ptr should be a foreign pointer")
    for value, name in zip(numbers, ["offset", "len"][-len(numbers) :], strict=True):
        if not is_number(value):
            raise MjsError(Kind.TYPE, f"{name} should be a number")
    offset, length = [0, *numbers][-2:]
    if not isinstance(pointer, Pointer):
        raise MjsError(Kind.TYPE, "type error")
    begin = pointer.offset + int64(offset)
    return bytes(pointer.memory()[begin : begin + int64(length)]).decode("latin-1")


def ffi_(host: Host, this: Value, *values: Value) -> Value:
    return ffi.bind(host, argument(values, 0, "signature", "string"))


def ffi_cb_free(host: Host, this: Value, *values: Value) -> Value:
    function, userdata = (*values, None, None)[:2]
    if not isinstance(function, FunctionType):
        raise MjsError(Kind.TYPE, "missing argument 'func'")
    return int(host.release(function, userdata))


def get_mjs(host: Host, this: Value, *values: Value) -> Value:
    return Pointer(host, 0, host.addresses)


def s2o(host: Host, this: Value, *values: Value) -> None:
    """Return undefined: no native structure here has a description."""


def json_parse(host: Host, this: Value, *values: Value) -> Value:
    if not values or type(values[0]) is not str:
        raise MjsError(Kind.TYPE, "string argument required")
    work.charge(work.JSON * len(values[0]))
    return json.parse(values[0])


def json_stringify(host: Host, this: Value, *values: Value) -> Value:
    if not values:
        raise MjsError(Kind.TYPE, "missing a value to stringify")
    done = json.stringify(values[0])
    work.charge(work.JSON * len(done))
    return done


def object_create(host: Host, this: Value, *values: Value) -> Value:
    return Obj({"__p": argument(values, 0, "proto", "object")})


FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "load": load, "print": print_, "ffi": ffi_, "ffi_cb_free": ffi_cb_free, "mkstr": mkstr, "fstr": mkstr,
    "getMJS": get_mjs, "die": die, "gc": gc, "chr": chr_, "s2o": s2o, "isNaN": is_nan,
}  # fmt: skip
LIBRARIES: Final[dict[str, dict[str, Callable[..., Value]]]] = {
    "JSON": {"parse": json_parse, "stringify": json_stringify},
    "Object": {"create": object_create},
}


def make_builtins(host: Host) -> dict[str, Value]:
    """Return the names that a program finds, bound to an engine."""

    def bound(functions: dict[str, Callable[..., Value]]) -> dict[str, Value]:
        return {name: MethodType(function, host) for name, function in functions.items()}

    libraries = {name: Obj(bound(functions)) for name, functions in LIBRARIES.items()}
    functions = bound(FUNCTIONS)
    is_nan = functions.pop("isNaN")
    return {**functions, **libraries, "NaN": NAN, "isNaN": is_nan}
