"""Holds the methods that strings, arrays and functions have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType, MethodType
from typing import Final

from sim.mjs import work
from sim.mjs.arithmetic import int32
from sim.mjs.error import Kind, MjsError, WatchdogError
from sim.mjs.fault import located, release
from sim.mjs.value import (
    ARRAY_METHODS,
    NAN,
    Arr,
    Native,
    Obj,
    Value,
    key_text,
    string_index,
    type_name,
)  # fmt: skip

__all__ = ["APPLY", "ARRAY", "STRING", "argument", "array_push", "call_value", "code_at", "string_get"]


def argument(arguments: tuple[Value, ...], index: int, name: str, kind: str) -> Value:
    """Return an argument that has to be there and of this type."""
    if index >= len(arguments):
        raise MjsError(Kind.TYPE, f"missing argument {name}")
    return typed(arguments[index], name, kind)


def typed(value: Value, name: str, kind: str) -> Value:
    """Return a value that has to be of this type."""
    if type_name(value) != kind:
        raise MjsError(Kind.TYPE, f"{name} should be a {kind}, {type_name(value)} given")
    return value


def integer(arguments: tuple[Value, ...], index: int, name: str) -> int:
    """Return a numeric argument as an integer."""
    value = argument(arguments, index, name, "number")
    return 0 if value is NAN else int32(value)


def clipped(index: int, length: int) -> int:
    """Return an index that counts from the end when negative, within the bounds."""
    return max(0, length + index) if index < 0 else min(index, length)


# Strings


MOST: Final = (1 << 31) - 1


def code_at(string: str, index: int) -> Value:
    """Return the byte at an index or undefined."""
    at = clipped(int32(index), len(string))
    return ord(string[at]) if at < len(string) else None


def string_at(native: object, this: Value, *arguments: Value) -> Value:
    string = typed(this, "this", "string")
    return code_at(string, integer(arguments, 0, "index"))


def string_slice(native: object, this: Value, *arguments: Value) -> Value:
    if type(this) is str and len(this) > work.COPYING:
        work.charge(work.BYTE * len(this))
    if type(this) is str and len(arguments) == 1 and type(begin := arguments[0]) is int and 0 <= begin <= MOST:
        return this[begin:]
    string = typed(this, "this", "string")
    begin = clipped(integer(arguments, 0, "beginSlice"), len(string))
    end = clipped(integer(arguments, 1, "endSlice"), len(string)) if len(arguments) > 1 else len(string)
    return string[begin:end]


def string_index_of(native: object, this: Value, *arguments: Value) -> Value:
    string = typed(this, "this", "string")
    wanted = argument(arguments, 0, "searchValue", "string")
    start = integer(arguments, 1, "fromIndex") if len(arguments) > 1 else 0
    if len(string) > work.COPYING:
        work.charge(work.BYTE * len(string))
    return string.find(wanted, max(0, min(start, len(string))))


def string_get(string: str, key: Value) -> Value:
    """Return a property of a string: its length, a method or one byte."""
    if type(key) is not int:
        if isinstance(key, Obj):
            raise MjsError(Kind.TYPE, "type error: conversion from object to string is not supported")
        name = key_text(key)
        if name == "length":
            return len(string)
        if name in STRING:
            return STRING[name]
        index = string_index(name)
        if index is None:
            raise MjsError(Kind.TYPE, "type error")
        key = index
    return string[key] if 0 <= key < len(string) else None


# Arrays


def array_push(array: Arr, *values: Value) -> int:
    """Append values and return the new length."""
    length = array.length
    for value in values:
        array[length] = value
        length += 1
    array.length = length
    return length


def push(native: object, this: Value, *arguments: Value) -> Value:
    return array_push(typed(this, "this", "array"), *arguments)


def splice(native: object, this: Value, *arguments: Value) -> Value:
    array = typed(this, "this", "array")
    length = array.length
    start = clipped(integer(arguments, 0, "start"), length)
    count = integer(arguments, 1, "deleteCount") if len(arguments) > 1 else length
    count = max(0, min(count, length - start))
    new = arguments[2:]
    work.charge(work.MOVING * (length - start))
    removed = [array.get(index) for index in range(start, start + count)]
    move(array, start, length, len(new) - count)
    for index, value in enumerate(new, start):
        array[index] = value
    array.length = length + len(new) - count
    return Arr(removed)


def move(array: Arr, start: int, end: int, distance: int) -> None:
    """Move elements one by one: those that get a new place become the newest properties."""
    indices = range(start, end) if distance < 0 else range(end - 1, start - 1, -1) if distance else ()
    for index in indices:
        value = dict.pop(array, index, None)
        if index + distance >= start:
            array[index + distance] = value


# Functions


MAX_NESTING: Final = 100
"""Calls by way of a helper within one another: these use the stack of C, which is short in a browser."""


class Nested:
    """Keeps count of such calls."""

    __slots__ = ()
    count = 0

    def __enter__(self) -> None:
        if Nested.count >= MAX_NESTING:
            raise MjsError(Kind.MEMORY, "out of memory")
        Nested.count += 1

    def __exit__(self, *_: object) -> None:
        Nested.count -= 1


def call_value(function: Value, this: Value, arguments: Iterable[Value]) -> Value:
    """Call any value."""
    if isinstance(function, FunctionType | MethodType):
        with Nested():
            return function(this, *arguments)
    if type(function) is str:
        raise MjsError(Kind.TYPE, "failed to call FFIed function: non-ffi-callable value")
    raise MjsError(Kind.TYPE, "calling non-callable")


def apply(native: object, this: Value, *arguments: Value) -> Value:
    """Call `this` with a `this` of its own and the elements of an array."""
    given = arguments[1] if len(arguments) > 1 else None
    values = given.values_in_order() if isinstance(given, Arr) else []
    try:
        return call_value(this, arguments[0] if arguments else None, values)
    except Exception as exception:
        # The engine runs the function by itself, and tells the levels that wait for it twice
        if not isinstance(this, FunctionType) or isinstance(exception, RecursionError | WatchdogError):
            raise
        error = located(exception, this.__globals__)
        release(exception)
        raise error.with_traceback(None) from None


def native(function: Callable[..., Value]) -> Native:
    """Return a native function: its type tells it from those of programs."""
    return MethodType(function, Obj)


APPLY: Final = native(apply)
STRING: Final = {
    "at": native(string_at),
    "charCodeAt": native(string_at),
    "slice": native(string_slice),
    "indexOf": native(string_index_of),
}
ARRAY: Final = {"push": native(push), "splice": native(splice)}
ARRAY_METHODS.update(ARRAY)
