"""Does for the emitted code what Python's operators do not: properties, loops over keys, methods of types."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Final, NoReturn

from sim.mjs.arithmetic import OPERATIONS, check, invert, negate, operate, same_zero
from sim.mjs.error import Kind, MjsError
from sim.mjs.method import APPLY, ARRAY, STRING, array_push, call_value, code_at, string_get
from sim.mjs.value import FALSE, NULL, TRUE, Arr, Obj, Pointer, Value, key_text, member_key, type_name

__all__ = ["HELPERS", "get", "put"]


def type_error() -> MjsError:
    return MjsError(Kind.TYPE, "type error")


def get(object_: Value, key: Value) -> Value:
    """Return a property of any value."""
    if key == "apply" and type(key) is str and type(object_) is not str:
        return APPLY
    if isinstance(object_, Obj):
        if type(object_) is Arr:
            name = member_key(key)
            return object_.length if name == "length" else ARRAY.get(str(name)) or object_[name]
        return object_[key_text(key)]
    if type(object_) is str:
        return string_get(object_, key)
    if isinstance(object_, MethodType):
        raise MjsError(Kind.TYPE, "index must be a number")
    if isinstance(object_, Pointer):
        return object_[key]
    raise type_error()


def put(object_: Value, key: Value, value: Value) -> Value:
    """Set a property and return the value."""
    if isinstance(object_, Obj):
        object_.put(key if type(object_) is Arr else key_text(key), value)
    elif isinstance(object_, Pointer):
        object_[key] = value
    else:
        is_native = isinstance(object_, MethodType)
        raise MjsError(Kind.TYPE, "index must be a number" if is_native else "unsupported object type")
    return value


def update(object_: Value, key: Value, value: Value, operator: str) -> Value:
    """Do a compound assignment to a property and return the old value; the key has to be a string."""
    if not isinstance(object_, Obj) or type(key) is not str:
        raise MjsError(Kind.TYPE, "invalid operand")
    old = object_.own(key)
    object_.put(key, operate(operator, old, value))
    return old


def step(object_: Value, key: Value, operator: str) -> Value:
    """Do `++` or `--` on a property and return the old value; the key has to be a string."""
    if not isinstance(object_, Obj) or type(key) is not str:
        raise MjsError(Kind.TYPE, f"invalid operand for {operator}")
    return update(object_, key, 1, operator[0])


def keys(object_: Value) -> list[str]:
    """Return what a for-in goes through."""
    if not isinstance(object_, Obj):
        raise MjsError(Kind.TYPE, "can't iterate over non-object value")
    return object_.names()


def fail(message: str, *operands: Value) -> NoReturn:
    """Fail after the operands have been evaluated."""
    raise MjsError(Kind.TYPE, message)


def misassigned(target: Value, value: Value) -> NoReturn:
    """Fail where something is assigned to a value and nothing else is left that the engine could take for a place."""
    message = "stack underflow" if isinstance(target, Obj) else "unsupported object type: stack underflow"
    raise MjsError(Kind.INTERNAL, message)


def misplaced(message: str, kind: str) -> NoReturn:
    """Fail where a statement does not belong."""
    raise MjsError(Kind(kind), message)


def call_special(name: str) -> Callable[..., Value]:
    """Return what calls the method of this name, which a type may have."""
    of_string = STRING.get(name)

    def call(object_: Value, *arguments: Value) -> Value:
        if type(object_) is str and of_string:
            return of_string(object_, *arguments)
        return call_value(get(object_, name), object_, arguments)

    return call


def call_at(object_: Value, *arguments: Value) -> Value:
    """Call the method `at`, most often of a string."""
    if type(object_) is str and len(arguments) == 1 and type(arguments[0]) is int:
        return code_at(object_, arguments[0])
    return call_value(get(object_, "at"), object_, arguments)


def call_push(object_: Value, *arguments: Value) -> Value:
    """Call the method `push`, most often of an array."""
    if type(object_) is Arr:
        return array_push(object_, *arguments)
    return call_value(get(object_, "push"), object_, arguments)


HELPERS: Final[dict[str, Value]] = {
    **{f"@{operator}": function for operator, function in OPERATIONS.items()},
    **{f"@call.{name}": call_special(name) for name in [*STRING, *ARRAY, "length", "apply"]},
    "@call.at": call_at,
    "@call.push": call_push,
    "@type": type, "@int": int, "@float": float, "@str": str, "@len": len,
    "@true": TRUE, "@false": FALSE, "@null": NULL, "@object": Obj, "@array": Arr,
    "@get": get, "@item": string_get, "@put": put, "@update": update, "@step": step, "@keys": keys,
    "@check": check, "@same_zero": same_zero, "@negate": negate, "@~": invert, "@typeof": type_name,
    "@fail": fail, "@misassigned": misassigned, "@misplaced": misplaced,
}  # fmt: skip
"""What emitted code finds by name. No program can use such names."""
