"""Compiles expressions to Python's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from sim.mjs import node, pyast
from sim.mjs.frame import Frame, python_name
from sim.mjs.operation import Code, Operations, Trait, literal
from sim.mjs.pyast import Op, at, call, constant, either, last, load, named, subscript, test
from sim.mjs.value import string_index

__all__ = ["SPECIAL", "Expressions", "Unit"]

SPECIAL: Final = frozenset(["length", "at", "charCodeAt", "slice", "indexOf", "push", "splice", "apply"])
"""Properties that are not found in an object but belong to its type."""

CONSTANTS: Final = {"true": "@true", "false": "@false", "null": "@null"}
CHUNK: Final = 24
"""So many operators of a chain become one Python expression: its compiler cannot take deep ones."""

UNKNOWN: Final = Trait.NONE


LEVELS: Final = 2
LEVELS_OF_OPERATOR: Final = 5
"""Levels of Python syntax that an expression takes, and an operator of a chain."""


class Unit(Protocol):
    """The file that is compiled."""

    is_nested: bool

    def enter(self, levels: int) -> None: ...

    def leave(self, levels: int) -> None: ...

    def line(self, part: node.Node) -> int: ...

    def function(self, part: node.Function) -> str: ...


class Expressions:
    """Writes the expressions of one function."""

    def __init__(self, unit: Unit, frame: Frame) -> None:
        self.unit = unit
        self.frame = frame
        self.operations = Operations(frame.temporary)
        self.temporary = frame.temporary

    def code(self, part: node.Expression) -> Code:
        """Return the code of an expression; its result may be a Python truth."""
        self.unit.enter(LEVELS)
        code = RULES[type(part)](self, part, self.unit.line(part))
        self.unit.leave(LEVELS)
        return code

    def value(self, part: node.Expression) -> Code:
        """Return the code of an expression as a value of the program."""
        return self.settled(self.code(part), self.unit.line(part))

    def py(self, part: node.Expression) -> ast.expr:
        """Return the value of an expression."""
        return self.value(part).py

    def condition(self, part: node.Expression) -> ast.expr:
        """Return an expression that Python finds true when the language does."""
        line = self.unit.line(part)
        match part:
            case node.Logical():
                return test(BOOLEAN[part.operator], [self.condition(one) for one in flat(part)], line)
            case node.Group(inner=inner):
                return self.condition(inner)
            case _:
                return self.code(part).py

    # Values

    def number(self, part: node.Number, line: int) -> Code:
        return literal(part.value, line)

    def string(self, part: node.String, line: int) -> Code:
        return literal(part.value, line)

    def constant(self, part: node.Constant, line: int) -> Code:
        if part.word in CONSTANTS:
            return Code(load(CONSTANTS[part.word], line), pure=True, simple=True)
        if part.word == "this" and not self.frame.is_main:
            return Code(load("this", line), pure=True, simple=True)
        return Code(constant(None, line), pure=True, simple=True)

    def name(self, part: node.Name, line: int) -> Code:
        local = self.frame.resolve(part.name)
        return Code(load(local or python_name(part.name), line), pure=True, simple=True)

    def function(self, part: node.Function, line: int) -> Code:
        function = load(self.unit.function(part), line)
        if part.name is None:
            return Code(function, pure=True, simple=True)
        declaring, target = self.declare(part.name, line)
        assigning = named(target, function, line)
        return Code(last([*declaring, assigning], line) if declaring else assigning)

    def object(self, part: node.Object, line: int) -> Code:
        keys: list[ast.expr | None] = [constant(key, line) for key, _ in part.items]
        values = [self.py(value) for _, value in part.items]
        return Code(call("@object", [ast.Dict(keys, values, **at(line))] if keys else [], line))

    def array(self, part: node.Array, line: int) -> Code:
        values = [self.py(value) for value in part.items]
        return Code(call("@array", [ast.List(values, pyast.LOAD, **at(line))] if values else [], line))

    def group(self, part: node.Group, line: int) -> Code:
        return self.code(part.inner)

    def pair(self, part: node.Pair, line: int) -> Code:
        return Code(last([self.py(part.first), self.py(part.second)], line))

    # Operators

    def unary(self, part: node.Unary, line: int) -> Code:
        operand = self.value(part.operand) if part.operator != "!" else None
        if operand is None:
            return Code(ast.UnaryOp(pyast.NOT, self.condition(part.operand), **at(line)), Trait.TRUTH)
        match part.operator, operand.value:
            case "+", _:
                return operand
            case "-", None:
                return Code(call("@negate", [operand.py], line), pure=operand.pure)
            case "-", number if number is not None:
                negative = literal(-number or -0.0, line)
                return negative._replace(traits=negative.traits if number else UNKNOWN)
            case "~", _:
                return self.inverted(operand, line)
            case _:
                return Code(call("@typeof", [operand.py], line), Trait.STRING, pure=operand.pure)

    def inverted(self, operand: Code, line: int) -> Code:
        """Return the code of `~`."""
        first, again = self.operations.twice(operand, line)
        is_integer = pyast.compare(call("@type", [first], line), line, ("is", load("@int", line)))
        inline = ast.UnaryOp(pyast.INVERT, again, **at(line))
        return Code(either(is_integer, inline, call("@~", [again], line), line), pure=operand.pure)

    def binary(self, part: node.Binary, line: int) -> Code:
        """Fold a chain of operators from the left, cut into expressions that are not too deep."""
        links: list[node.Binary] = []
        left: node.Expression = part
        while isinstance(left, node.Binary):
            links.append(left)
            left = left.left
        levels = LEVELS_OF_OPERATOR * min(len(links), CHUNK)
        self.unit.enter(levels)
        result = self.value(left)
        done: list[ast.expr] = []
        for count, link in enumerate(reversed(links), 1):
            right, at_line = self.value(link.right), self.unit.line(link)
            result = self.operations.binary(link.operator, self.settled(result, at_line), right, at_line)
            if count % CHUNK == 0 and count < len(links):
                first, again = self.operations.twice(self.settled(result, at_line), at_line)
                done.append(first)
                result = Code(again, result.traits & ~Trait.TRUTH, simple=True)
        self.unit.leave(levels)
        if part.operator == "+":
            result = self.operations.bounded(result, self.unit.line(part))
        return result._replace(py=last([*done, result.py], line), pure=False, simple=False) if done else result

    def settled(self, code: Code, line: int) -> Code:
        """Return a code that is a value of the program."""
        if not code.traits & Trait.TRUTH:
            return code
        return Code(either(code.py, load("@true", line), load("@false", line), line), pure=code.pure)

    def logical(self, part: node.Logical, line: int) -> Code:
        values = [self.py(one) for one in flat(part)]
        return Code(test(BOOLEAN[part.operator], values, line))

    def conditional(self, part: node.Conditional, line: int) -> Code:
        condition, then, other = self.condition(part.test), self.value(part.then), self.value(part.other)
        return Code(either(condition, then.py, other.py, line), then.traits & other.traits)

    # Properties

    def member(self, part: node.Member, line: int) -> Code:
        object_ = self.value(part.object)
        if part.name == "length":
            return Code(self.length(object_, line), pure=object_.pure)
        if part.name in SPECIAL:
            return Code(call("@get", [object_.py, constant(part.name, line)], line), pure=object_.pure)
        return Code(subscript(object_.py, constant(part.name, line), line), pure=object_.pure)

    def length(self, object_: Code, line: int) -> ast.expr:
        """Return the length of a string or array, or a property of that name."""
        first, again = self.operations.twice(object_, line)
        is_string = pyast.compare(call("@type", [first], line), line, ("is", load("@str", line)))
        is_array = pyast.compare(call("@type", [again], line), line, ("is", load("@array", line)))
        of_array = ast.Attribute(again, "length", pyast.LOAD, **at(line))
        other = either(is_array, of_array, call("@get", [again, constant("length", line)], line), line)
        return either(is_string, call("@len", [again], line), other, line)

    def index(self, part: node.Index, line: int) -> Code:
        object_, key = self.value(part.object), self.value(part.key)
        if isinstance(part.key, node.String) and string_index(part.key.value) is None:
            return self.member(node.Member(part.line, part.object, part.key.value), line)
        if not key.pure:
            object_ = object_._replace(simple=False)
        # Both are evaluated in the test, which only asks whether the object is a string
        first, again = self.operations.twice(object_, line)
        kind = call("@type", [first], line)
        if not key.simple:
            first_key, again_key = self.operations.twice(key, line)
            kind = last([kind, first_key], line, 0)
        else:
            again_key = key.py
        is_string = pyast.compare(kind, line, ("is", load("@str", line)))
        py = either(is_string, call("@item", [again, again_key], line), subscript(again, again_key, line), line)
        return Code(py, pure=object_.pure and key.pure)

    # Calls

    def call(self, part: node.Call, line: int) -> Code:
        callee = part.callee.inner if isinstance(part.callee, node.Group) else part.callee
        match callee:
            case node.Member(name=name) if name in SPECIAL:
                return self.special_call(callee.object, name, part.arguments, line)
            case node.Index(key=node.String(value=name)) if name in SPECIAL:
                return self.special_call(callee.object, name, part.arguments, line)
            case node.Member(object=object_):
                first, again = self.operations.twice(self.value(object_), line)
                function: ast.expr = subscript(first, constant(callee.name, line), self.unit.line(callee))
                return self.called(function, again, part.arguments, line)
            case node.Index(object=object_):
                first, again = self.operations.twice(self.value(object_)._replace(simple=False), line)
                function = call("@get", [first, self.py(callee.key)], self.unit.line(callee))
                return self.called(function, again, part.arguments, line)
            case _:
                return self.called(self.py(callee), constant(None, line), part.arguments, line)

    def called(self, function: ast.expr, this: ast.expr, arguments: Sequence[node.Expression], line: int) -> Code:
        """Return a call; every function takes `this` first."""
        return Code(ast.Call(function, [this, *map(self.py, arguments)], [], **at(line, Op.CALL)))

    def special_call(
        self, object_: node.Expression, name: str, arguments: Sequence[node.Expression], line: int
    ) -> Code:
        """Return a call of a method that may be that of a type."""
        return Code(call(f"@call.{name}", [self.py(object_), *map(self.py, arguments)], line))

    # Assignments

    def declare(self, name: str, line: int) -> tuple[list[ast.expr], str]:
        """Declare a name in the innermost scope; return what to evaluate for that, and the name to assign to."""
        frame = self.frame
        if frame.is_local(name):
            return [], frame.declare(name)
        target = frame.assign_global(name)
        if not frame.at_top:
            handle = frame.scopes[-1].handle
            assert handle
            return [call("@declare", [load(handle, line), constant(target, line)], line)], target
        if self.unit.is_nested:
            return [call("@declare_here", [constant(target, line)], line)], target
        return [], target

    def target(self, name: str) -> tuple[str, bool]:
        """Return the Python name of a variable to assign to, and whether it may be undeclared."""
        local = self.frame.resolve(name)
        return (local, False) if local else (self.frame.assign_global(name), True)

    def assign(self, part: node.Assign, line: int, is_statement: bool = False) -> Code:
        """Return an assignment, a statement by itself or part of one."""
        match part.target:
            case node.Name(name=name) if part.operator:
                return self.compound(name, part, line)
            case node.Name(name=name):
                target, is_global = self.target(name)
                assigning = named(target, self.py(part.value), line)
                return Code(
                    last([load(target, self.unit.line(part.target)), assigning], line) if is_global else assigning
                )
            case node.Member() | node.Index():
                helper, extra = ("@update", [constant(part.operator, line)]) if part.operator else ("@put", [])
                return Code(call(helper, [*self.place(part.target), self.py(part.value), *extra], line))
            case _ if is_statement and self.frame.is_main and not part.operator and isinstance(part.target, VALUES):
                return Code(call("@misassigned", [self.py(part.target), self.py(part.value)], line))
            case _:
                message = "invalid operand" if part.operator else "unsupported object type"
                return self.invalid(message, [part.target, part.value], line)

    def compound(self, name: str, part: node.Assign, line: int) -> Code:
        """Return `x += v`, whose value is the old one."""
        target, is_global = self.target(name)
        checking = [load(target, line)] if is_global else []
        right = self.value(part.value)
        first, again = self.operations.twice(right, line)
        old = self.temporary()
        keeping = named(old, load(target, line), line)
        operands = Code(load(old, line), simple=True, pure=True), right._replace(py=again, simple=True, pure=True)
        result = self.operations.bounded(self.operations.binary(part.operator, *operands, line), line)
        steps = [*checking, first, keeping, named(target, result.py, line)]
        return Code(last(steps, line, len(steps) - 2))

    def place(self, part: node.Member | node.Index) -> list[ast.expr]:
        """Return the object and the key of something to assign to."""
        if isinstance(part, node.Member):
            return [self.py(part.object), constant(part.name, self.unit.line(part))]
        return [self.py(part.object), self.py(part.key)]

    def invalid(self, message: str, parts: Sequence[node.Expression], line: int) -> Code:
        """Return the evaluation of operands and then an error."""
        return Code(call("@fail", [constant(message, line), *map(self.py, parts)], line))

    def prefix(self, part: node.Prefix, line: int) -> Code:
        match part.target:
            case node.Name(name=name):
                target, _ = self.target(name)
                one = literal(1, line)
                current = Code(load(target, line), pure=True, simple=True)
                stepped = self.operations.binary(part.operator[0], current, one, line)
                return Code(named(target, stepped.py, line))
            case node.Member(object=object_) | node.Index(object=object_):
                return self.invalid(f"invalid operand for {part.operator}", [object_], line)
            case _:
                return self.invalid(f"invalid operand for {part.operator}", [part.target], line)

    def postfix(self, part: node.Postfix, line: int) -> Code:
        match part.target:
            case node.Name(name=name):
                target, _ = self.target(name)
                old = self.temporary()
                current = Code(named(old, load(target, line), line))
                stepped = self.operations.binary(
                    part.operator[0], Code(load(old, line), simple=True), literal(1, line), line
                )
                return Code(last([current.py, named(target, stepped.py, line)], line, 0))
            case node.Member() | node.Index():
                return Code(call("@step", [*self.place(part.target), constant(part.operator, line)], line))
            case _:
                return self.invalid(f"invalid operand for {part.operator}", [part.target], line)


def flat(part: node.Expression) -> list[node.Expression]:
    """Return the operands of a chain of one logical operator."""
    operands: list[node.Expression] = []
    assert isinstance(part, node.Logical)
    left: node.Expression = part
    while isinstance(left, node.Logical) and left.operator == part.operator:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


VALUES: Final = (
    node.Number, node.String, node.Constant, node.Object, node.Array, node.Function, node.Call, node.Group
)  # fmt: skip
"""What leaves one value to the engine where it looks for a place to assign to."""
BOOLEAN: Final[dict[str, ast.boolop]] = {"&&": pyast.AND, "||": pyast.OR}

RULES: Final[dict[type[node.Expression], Callable[[Expressions, Any, int], Code]]] = {
    node.Number: Expressions.number,
    node.String: Expressions.string,
    node.Constant: Expressions.constant,
    node.Name: Expressions.name,
    node.Function: Expressions.function,
    node.Object: Expressions.object,
    node.Array: Expressions.array,
    node.Group: Expressions.group,
    node.Pair: Expressions.pair,
    node.Unary: Expressions.unary,
    node.Binary: Expressions.binary,
    node.Logical: Expressions.logical,
    node.Conditional: Expressions.conditional,
    node.Member: Expressions.member,
    node.Index: Expressions.index,
    node.Call: Expressions.call,
    node.Assign: Expressions.assign,
    node.Prefix: Expressions.prefix,
    node.Postfix: Expressions.postfix,
}
