"""Computes what the inline code leaves over: operands that are not small integers, and errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MethodType
from typing import Final

from sim.mjs import work
from sim.mjs.error import Kind, MjsError
from sim.mjs.value import EXACT, INT64, NAN, NotANumber, Pointer, Value, of_float

__all__ = ["OPERATIONS", "add", "equal", "fail_equality", "int32", "int64", "operate"]

MAX_STRING: Final = 4 << 20
"""Longest string in bytes: more than any of the devices has as memory."""

NUMBERS: Final = frozenset([int, float, NotANumber])
NATIVE: Final = frozenset([Pointer, MethodType])


def prohibited() -> MjsError:
    return MjsError(Kind.TYPE, "implicit type conversion is prohibited")


def norm(number: int | float) -> Value:
    """Return a result as the double that it is."""
    if type(number) is int:
        if -EXACT < number < EXACT:
            return number
        try:
            return float(number)
        except OverflowError:
            return float("inf") if number > 0 else float("-inf")
    return of_float(number)


def check(result: Value) -> Value:
    """Return the result of an addition or subtraction that Python has done."""
    if type(result) is str:
        if len(result) > work.COPYING:
            if len(result) > MAX_STRING:
                raise MjsError(Kind.MEMORY, "out of memory")
            work.charge(work.BYTE * len(result))
        return result
    return norm(result) if type(result) in (int, float) else result


def numeric(operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    """Return an operation on two numbers; with NaN it gives NaN, with anything else it fails."""

    def checked(a: Value, b: Value) -> Value:
        kinds = type(a), type(b)
        if NUMBERS.issuperset(kinds):
            return NAN if NotANumber in kinds else operation(a, b)
        if not NATIVE.isdisjoint(kinds) and (NUMBERS | NATIVE).issuperset(kinds):
            raise MjsError(Kind.TYPE, "invalid operands")
        raise prohibited()

    return checked


def add(a: Value, b: Value) -> Value:
    """Add two numbers, join two strings or move a pointer."""
    try:
        return check(a + b)
    except TypeError:
        raise prohibited() from None


def subtract(a: Value, b: Value) -> Value:
    """Subtract two numbers or move a pointer."""
    try:
        return check(a - b)
    except TypeError:
        raise prohibited() from None


@numeric
def multiply(a: Value, b: Value) -> Value:
    if product := a * b:
        return norm(product)
    zero = float(a) * float(b)
    return 0 if math.copysign(1.0, zero) > 0 else zero


@numeric
def divide(a: Value, b: Value) -> Value:
    return of_float(a / b) if b else NAN


def int64(number: Value) -> int:
    """Return what a double becomes as a 64-bit integer."""
    if type(number) is int:
        return number
    if number != number or not -INT64 <= number < INT64:
        return -INT64
    return int(number)


def int32(number: Value) -> int:
    """Return what a double becomes as an `int` of C: the low bits of the longer integer."""
    return (int64(number) + 0x80000000) % 0x100000000 - 0x80000000


def wrap(number: int) -> int:
    """Return the low 64 bits as a signed integer."""
    return (number + INT64) % (2 * INT64) - INT64


@numeric
def remainder(a: Value, b: Value) -> Value:
    divisor = abs(int64(b))
    if not divisor:
        return NAN
    left = abs(int64(a)) % divisor
    return norm(-left or -0.0) if a < 0 else norm(left)


@numeric
def bit_and(a: Value, b: Value) -> Value:
    return norm(int64(a) & int64(b))


@numeric
def bit_or(a: Value, b: Value) -> Value:
    return norm(int64(a) | int64(b))


@numeric
def bit_xor(a: Value, b: Value) -> Value:
    return norm(int64(a) ^ int64(b))


@numeric
def shift_left(a: Value, b: Value) -> Value:
    return norm(wrap(int64(a) << (int64(b) & 63)))


@numeric
def shift_right(a: Value, b: Value) -> Value:
    return norm(int64(a) >> (int64(b) & 63))


@numeric
def shift_right_unsigned(a: Value, b: Value) -> Value:
    return (int64(a) & 0xFFFFFFFF) >> (int64(b) & 31)


def is_number(value: Value) -> bool:
    return type(value) is int or type(value) is float


def less(a: Value, b: Value) -> bool:
    return bool(is_number(a) and is_number(b) and a < b)


def less_or_equal(a: Value, b: Value) -> bool:
    return bool(is_number(a) and is_number(b) and a <= b)


def greater(a: Value, b: Value) -> bool:
    return bool(is_number(a) and is_number(b) and a > b)


def greater_or_equal(a: Value, b: Value) -> bool:
    return bool(is_number(a) and is_number(b) and a >= b)


def same_zero(a: Value, b: Value) -> bool:
    """Return whether two equal, false values have the same sign, if they are numbers."""
    return not is_number(a) or math.copysign(1.0, a) == math.copysign(1.0, b)


def equal(a: Value, b: Value) -> bool:
    """Return what `===` gives: numbers by bit pattern, strings by content, others by identity."""
    return bool(a == b) and (bool(a) or same_zero(a, b))


def negate(a: Value) -> Value:
    """Return what unary minus gives; what is no number becomes NaN."""
    if not is_number(a):
        return NAN
    if a:
        return -a
    return 0 if math.copysign(1.0, a) < 0 else -0.0


def invert(a: Value) -> Value:
    """Return what `~` gives."""
    return norm(~int64(a) if is_number(a) else INT64 - 1)


def fail_equality(sign: str) -> Callable[[Value, Value], Value]:
    """Return the operation of `==` or `!=`, which the language has in order to refuse it."""

    def fail(a: Value, b: Value) -> Value:
        raise MjsError(Kind.NOT_IMPLEMENTED, f"Use {sign}=, not {sign}")

    return fail


OPERATIONS: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "%": remainder,
    "&": bit_and, "|": bit_or, "^": bit_xor,
    "<<": shift_left, ">>": shift_right, ">>>": shift_right_unsigned,
    "<": less, "<=": less_or_equal, ">": greater, ">=": greater_or_equal,
    "===": equal, "==": fail_equality("=="), "!=": fail_equality("!="),
}  # fmt: skip


def operate(operator: str, a: Value, b: Value) -> Value:
    """Return what an arithmetic operator gives."""
    return OPERATIONS[operator](a, b)
