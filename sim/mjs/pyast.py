"""Builds located nodes of Python's syntax.

A line is a mark here (sim/mjs/line.py): the true line, and the ones that the engine tells. The column tells what the
operation was (`Op`), so an exception that Python raises can be turned into the engine's error without any code around
the operation.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from enum import IntEnum
from typing import Final, TypedDict

from sim.mjs.line import LINE, further_lines

__all__ = ["Op", "at", "call", "compare", "constant", "either", "load", "named", "store", "subscript", "test"]


class Op(IntEnum):
    """What an operation was for the program, as the column of Python's code."""

    NONE = 0
    ARITHMETIC = 1
    GET = 2
    SET = 3
    CALL = 4


class Attributes(TypedDict):
    """The attributes that place a node."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


LOAD: Final = ast.Load()
STORE: Final = ast.Store()
SIGNS: Final[dict[str, ast.operator]] = {
    "+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div(), "%": ast.Mod(), "&": ast.BitAnd(),
    "|": ast.BitOr(), "^": ast.BitXor(), "<<": ast.LShift(), ">>": ast.RShift(),
}  # fmt: skip
COMPARISONS: Final[dict[str, ast.cmpop]] = {
    "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE(), "==": ast.Eq(), "is": ast.Is(),
    "is not": ast.IsNot(),
}  # fmt: skip
NOT: Final = ast.Not()
MINUS: Final = ast.USub()
INVERT: Final = ast.Invert()
AND: Final = ast.And()
OR: Final = ast.Or()


def at(line: int, op: Op = Op.NONE) -> Attributes:
    """Return the attributes that place a node."""
    first = line & LINE
    return {"lineno": first, "col_offset": op, "end_lineno": first + further_lines(line), "end_col_offset": op}


def load(name: str, line: int) -> ast.Name:
    return ast.Name(name, LOAD, **at(line))


def store(name: str, line: int) -> ast.Name:
    return ast.Name(name, STORE, **at(line))


def constant(value: str | int | float | None, line: int) -> ast.expr:
    """Return a constant; Python's constants have no sign."""
    if isinstance(value, int | float) and str(value).startswith("-"):
        return ast.UnaryOp(MINUS, ast.Constant(-value, **at(line)), **at(line))
    return ast.Constant(value, **at(line))


def named(name: str, value: ast.expr, line: int) -> ast.expr:
    """Return an assignment that has a value."""
    return ast.NamedExpr(store(name, line), value, **at(line))


def call(function: str, arguments: Sequence[ast.expr], line: int) -> ast.expr:
    """Return a call of a helper."""
    return ast.Call(load(function, line), list(arguments), [], **at(line))


def either(condition: ast.expr, then: ast.expr, other: ast.expr, line: int) -> ast.expr:
    return ast.IfExp(condition, then, other, **at(line))


def test(operator: ast.boolop, values: Sequence[ast.expr], line: int) -> ast.expr:
    """Return values joined by `and` or `or`."""
    return values[0] if len(values) == 1 else ast.BoolOp(operator, list(values), **at(line))


def compare(first: ast.expr, line: int, *rest: tuple[str, ast.expr]) -> ast.expr:
    """Return a chain of comparisons."""
    return ast.Compare(first, [COMPARISONS[sign] for sign, _ in rest], [value for _, value in rest], **at(line))


def arithmetic(operator: str, left: ast.expr, right: ast.expr, line: int) -> ast.expr:
    return ast.BinOp(left, SIGNS[operator], right, **at(line, Op.ARITHMETIC))


def subscript(object_: ast.expr, key: ast.expr, line: int, op: Op = Op.GET) -> ast.Subscript:
    return ast.Subscript(object_, key, STORE if op is Op.SET else LOAD, **at(line, op))


def last(values: Sequence[ast.expr], line: int, index: int = -1) -> ast.expr:
    """Return the evaluation of several values one of which counts."""
    return ast.Subscript(ast.Tuple(list(values), LOAD, **at(line)), constant(index, line), LOAD, **at(line))
