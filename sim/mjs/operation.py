"""Writes operators inline: the fast way for small integers, a helper for everything else.

Integers below `EXACT` are exact doubles with room to grow. Only sums of two operands that are not small need a check
for that: with a small one it would take more steps than a run may have to get there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import IntFlag
from typing import Final, NamedTuple

from sim.mjs import pyast
from sim.mjs.pyast import arithmetic, call, compare, constant, either, load, named, test
from sim.mjs.value import EXACT
from sim.mjs.work import COPYING

__all__ = ["Code", "Operations", "Trait", "literal"]

SMALL: Final = 1 << 20
SHIFT_LIMIT: Final = 1 << 31


class Trait(IntFlag):
    """What is known of the value of an expression."""

    NONE = 0
    INTEGER = 1
    """A Python integer."""
    SMALL = 2
    """A number that, if it is a Python integer, is below 2**20."""
    STRING = 4
    TRUTH = 8
    """A Python bool that is still to be made a value."""


class Code(NamedTuple):
    """An expression in Python; a pure one has no effect, a simple one may also be evaluated twice."""

    py: ast.expr
    traits: Trait = Trait.NONE
    pure: bool = False
    simple: bool = False

    @property
    def value(self) -> int | float | None:
        """The number, if the expression is a literal."""
        found = self.py.value if isinstance(self.py, ast.Constant) else None
        return found if isinstance(found, int | float) else None


def literal(value: str | int | float, line: int) -> Code:
    """Return a constant."""
    traits = Trait.STRING if isinstance(value, str) else Trait.NONE
    if isinstance(value, int):
        traits = Trait.INTEGER | (Trait.SMALL if abs(value) < SMALL else Trait.NONE)
    return Code(constant(value, line), traits, pure=True, simple=True)


class Operations:
    """Writes the operators of one function; `temporary` gives it a new local name."""

    def __init__(self, temporary: Callable[[], str]) -> None:
        self.temporary = temporary

    def twice(self, code: Code, line: int) -> tuple[ast.expr, ast.expr]:
        """Return an expression for the first use of a value and one for the others."""
        if code.simple:
            return code.py, code.py
        name = self.temporary()
        return named(name, code.py, line), load(name, line)

    def operands(self, a: Code, b: Code, line: int) -> tuple[ast.expr, ast.expr, ast.expr, ast.expr]:
        """Return the first and the further uses of two operands."""
        if a.simple and not b.pure and not isinstance(a.py, ast.Constant):
            a = a._replace(simple=False)
        return (*self.twice(a, line), *self.twice(b, line))

    def binary(self, operator: str, a: Code, b: Code, line: int) -> Code:
        """Return the code of an operator."""
        py, traits = RULES[operator](self, operator, a, b, line)
        return Code(py, traits, a.pure and b.pure)

    def helper(self, operator: str, a: ast.expr, b: ast.expr, line: int) -> ast.expr:
        return call(f"@{operator}", [a, b], line)

    def both_integers(
        self, a: Code, b: Code, line: int, *more: Callable[[ast.expr, ast.expr], ast.expr]
    ) -> tuple[ast.expr | None, ast.expr, ast.expr]:
        """Return a test that two operands are Python integers, with further tests, and their further uses."""
        first_a, again_a, first_b, again_b = self.operands(a, b, line)
        integer = load("@int", line)
        tests: list[ast.expr] = []
        known_a = bool(a.traits & Trait.INTEGER) and first_a is again_a
        known_b = bool(b.traits & Trait.INTEGER) and first_b is again_b
        kinds = [self.type(first, line) for first, known in ((first_a, known_a), (first_b, known_b)) if not known]
        if kinds:
            # Both operands are evaluated before the first is looked at
            tests.append(compare(kinds[0], line, *[("is", kind) for kind in [*kinds[1:], integer]]))
        tests += [make(again_a, again_b) for make in more]
        return test(pyast.AND, tests, line) if tests else None, again_a, again_b

    def type(self, value: ast.expr, line: int) -> ast.expr:
        return call("@type", [value], line)

    def guarded(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write an operator that Python has for integers."""
        condition, left, right = self.both_integers(a, b, line)
        inline = arithmetic(operator, left, right, line)
        bounded = operator == "&" and any(code.value is not None and 0 <= code.value < SMALL for code in (a, b))
        traits = Trait.SMALL if bounded else Trait.NONE
        if condition is None:
            return inline, traits | Trait.INTEGER
        return either(condition, inline, self.helper(operator, left, right, line), line), traits

    def comparison(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write a comparison of numbers; anything else compares as false."""
        condition, left, right = self.both_integers(a, b, line)
        inline = compare(left, line, (operator, right))
        if condition is None:
            return inline, Trait.TRUTH
        return either(condition, inline, self.helper(operator, left, right, line), line), Trait.TRUTH

    def sum(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write an addition or subtraction: Python's own, whose result is checked unless an operand is small."""
        inline = arithmetic(operator, a.py, b.py, line)
        traits = a.traits | b.traits
        if operator == "+" and traits & Trait.STRING:
            return inline, Trait.STRING
        if traits & Trait.SMALL:
            return inline, a.traits & b.traits & Trait.INTEGER
        result = self.temporary()
        again = load(result, line)
        exact = compare(constant(-EXACT, line), line, ("<", again), ("<", constant(EXACT, line)))
        is_integer = compare(self.type(named(result, inline, line), line), line, ("is", load("@int", line)))
        is_float = compare(self.type(again, line), line, ("is", load("@float", line)))
        other = either(is_float, again, call("@check", [again], line), line)
        return either(test(pyast.AND, [is_integer, exact], line), again, other, line), Trait.NONE

    def bounded(self, code: Code, line: int) -> Code:
        """Return a code with a check for strings that get too long, where adding to a known string needed none."""
        if not code.traits & Trait.STRING or isinstance(code.py, ast.Constant):
            return code
        result = self.temporary()
        again = load(result, line)
        length = call("@len", [named(result, code.py, line)], line)
        is_long = compare(constant(COPYING, line), line, ("<", length))
        return Code(either(is_long, call("@check", [again], line), again, line), code.traits)

    def product(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write a multiplication; a zero may need a sign, and a result may be too large."""
        if any(isinstance(code.value, float) for code in (a, b)):
            return arithmetic(operator, a.py, b.py, line), Trait.NONE
        result = self.temporary()
        again = load(result, line)
        condition, left, right = self.both_integers(
            a,
            b,
            line,
            lambda left, right: named(result, arithmetic(operator, left, right, line), line),
            lambda left, right: compare(constant(-EXACT, line), line, ("<", again), ("<", constant(EXACT, line))),
        )
        assert condition
        return either(condition, again, self.helper(operator, left, right, line), line), Trait.NONE

    def quotient(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write a division."""
        if b.value:
            return arithmetic(operator, a.py, b.py, line), Trait.NONE
        return self.helper(operator, a.py, b.py, line), Trait.NONE

    def remainder(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write a remainder: Python has the same for positive numbers."""
        zero = constant(0, line)
        constant_divisor = isinstance(b.value, int) and b.value > 0
        more = [lambda left, right: compare(left, line, (">=", zero))]
        if not constant_divisor:
            more.append(lambda left, right: compare(right, line, (">", zero)))
        condition, left, right = self.both_integers(a, b, line, *more)
        assert condition
        inline = arithmetic(operator, left, right, line)
        traits = Trait.SMALL if constant_divisor and b.traits & Trait.SMALL else Trait.NONE
        return either(condition, inline, self.helper(operator, left, right, line), line), traits

    def shift(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write a shift: inline by a constant, if the result stays exact."""
        limit = SMALL.bit_length() if operator == "<<" else 64
        if not isinstance(b.value, int) or not 0 <= b.value < limit:
            return self.helper(operator, a.py, b.py, line), Trait.NONE

        def fits(left: ast.expr, right: ast.expr) -> ast.expr:
            bounds = ("<", left), ("<", constant(SHIFT_LIMIT, line))
            return compare(constant(-SHIFT_LIMIT, line), line, *bounds)

        condition, left, right = self.both_integers(a, b, line, *([fits] if operator == "<<" else []))
        inline = arithmetic(operator, left, right, line)
        if condition is None:
            return inline, Trait.INTEGER
        return either(condition, inline, self.helper(operator, left, right, line), line), Trait.NONE

    def by_helper(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write an operator that has no fast way."""
        return self.helper(operator, a.py, b.py, line), Trait.NONE

    def equality(self, operator: str, a: Code, b: Code, line: int) -> tuple[ast.expr, Trait]:
        """Write an identity: Python's equality, but for the sign of zero."""
        same = compare(a.py, line, ("==", b.py))
        if not any(decides_equality(code) for code in (a, b)):
            first_a, again_a, first_b, again_b = self.operands(a, b, line)
            zero = call("@same_zero", [again_a, again_b], line)
            same = compare(first_a, line, ("==", first_b))
            same = test(pyast.AND, [same, test(pyast.OR, [again_a, zero], line)], line)
        return ast.UnaryOp(pyast.NOT, same, **pyast.at(line)) if operator == "!==" else same, Trait.TRUTH


def decides_equality(code: Code) -> bool:
    """Return whether Python's equality with this value is the language's."""
    if isinstance(code.py, ast.Constant):
        return code.py.value != 0
    return bool(code.traits & Trait.STRING) or (isinstance(code.py, ast.Name) and code.py.id in CONSTANT_NAMES)


CONSTANT_NAMES: Final = frozenset(["@null", "@true", "@false"])

Rule = Callable[[Operations, str, Code, Code, int], tuple[ast.expr, Trait]]

RULES: Final[dict[str, Rule]] = {
    **dict.fromkeys("+-", Operations.sum),
    "*": Operations.product,
    "/": Operations.quotient,
    "%": Operations.remainder,
    **dict.fromkeys("&|^", Operations.guarded),
    **dict.fromkeys(["<<", ">>"], Operations.shift),
    **dict.fromkeys([">>>", "==", "!="], Operations.by_helper),
    **dict.fromkeys(["<", "<=", ">", ">="], Operations.comparison),
    **dict.fromkeys(["===", "!=="], Operations.equality),
}
