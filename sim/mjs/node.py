"""Names the forms of the language as a syntax tree.

The `line` of a node is the number of its operation in the `lines` of its program, which are marks (sim/mjs/line.py).
"""

from __future__ import annotations

from sim.values import entity

__all__ = [
    "Array", "Assign", "Binary", "Block", "Break", "Call", "Conditional", "Constant", "Continue", "Empty",
    "Expression", "Expressions", "For", "ForIn", "Function", "Group", "If", "Index", "Let", "Logical", "Member",
    "Name", "Node", "Number", "Object", "Pair", "Postfix", "Prefix", "Program", "Return", "Statement", "String",
    "Unary", "While",
]  # fmt: skip


@entity
class Node:
    """A part of a program."""

    line: int


class Expression(Node):
    """Something that has a value."""

    __slots__ = ()


class Statement(Node):
    """Something that is executed."""

    __slots__ = ()


@entity
class Number(Expression):
    value: int | float


@entity
class String(Expression):
    value: str


@entity
class Constant(Expression):
    """One of the words true, false, null, undefined and this."""

    word: str


@entity
class Name(Expression):
    name: str


@entity
class Function(Expression):
    """A function, which begins in line `start`; when it has a name, evaluating it declares the name."""

    start: int
    name: str | None
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]


@entity
class Object(Expression):
    items: tuple[tuple[str, Expression], ...]


@entity
class Array(Expression):
    items: tuple[Expression, ...]


@entity
class Group(Expression):
    """A variable, member or element in parentheses: its value, no longer something to assign to."""

    inner: Expression


@entity
class Pair(Expression):
    """Two values where one is expected (`1.5.25`): the second counts, a list of values takes both."""

    first: Expression
    second: Expression


@entity
class Member(Expression):
    object: Expression
    name: str


@entity
class Index(Expression):
    object: Expression
    key: Expression


@entity
class Call(Expression):
    callee: Expression
    arguments: tuple[Expression, ...]


@entity
class Unary(Expression):
    operator: str
    operand: Expression


@entity
class Prefix(Expression):
    operator: str
    target: Expression


@entity
class Postfix(Expression):
    operator: str
    target: Expression


@entity
class Binary(Expression):
    operator: str
    left: Expression
    right: Expression


@entity
class Logical(Expression):
    operator: str
    left: Expression
    right: Expression


@entity
class Conditional(Expression):
    test: Expression
    then: Expression
    other: Expression


@entity
class Assign(Expression):
    """An assignment; `operator` is empty for the plain one."""

    operator: str
    target: Expression
    value: Expression


@entity
class Empty(Statement):
    pass


@entity
class Let(Statement):
    names: tuple[tuple[str, Expression | None], ...]


@entity
class Expressions(Statement):
    """One expression, or several with commas between them."""

    items: tuple[Expression, ...]


@entity
class Block(Statement):
    body: tuple[Statement, ...]


@entity
class If(Statement):
    test: Expression
    then: Statement
    other: Statement | None


@entity
class While(Statement):
    test: Expression
    body: Statement


@entity
class For(Statement):
    start: Statement
    test: Expression
    step: Expression
    body: Statement


@entity
class ForIn(Statement):
    """A loop over the keys of an object; `declares` its variable or assigns to one."""

    declares: bool
    name: str
    object: Expression
    body: Statement


@entity
class Break(Statement):
    pass


@entity
class Continue(Statement):
    pass


@entity
class Return(Statement):
    value: Expression | None


@entity
class Program(Node):
    """A whole file."""

    file: str
    body: tuple[Statement, ...]
    lines: list[int]
