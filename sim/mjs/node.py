"""Names the forms of the language as a syntax tree.

The `line` of a node is the one that the engine reports for its operation: the line of the token that follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

__all__ = [
    "Array", "Assign", "Binary", "Block", "Break", "Call", "Conditional", "Constant", "Continue", "Empty",
    "Expression", "Expressions", "For", "ForIn", "Function", "Group", "If", "Index", "Let", "Logical", "Member",
    "Name", "Node", "Number", "Object", "Pair", "Postfix", "Prefix", "Program", "Return", "Statement", "String",
    "Unary", "While",
]  # fmt: skip

Class = TypeVar("Class")

if TYPE_CHECKING:

    @dataclass_transform(frozen_default=True)
    def node(cls: type[Class]) -> type[Class]: ...

else:
    # Frozen for the type checker only, as the facts of the trace: see docs/design.md
    node = dataclass(slots=True, eq=False)


@node
class Node:
    """A part of a program."""

    line: int


class Expression(Node):
    """Something that has a value."""

    __slots__ = ()


class Statement(Node):
    """Something that is executed."""

    __slots__ = ()


@node
class Number(Expression):
    value: int | float


@node
class String(Expression):
    value: str


@node
class Constant(Expression):
    """One of the words true, false, null, undefined and this."""

    word: str


@node
class Name(Expression):
    name: str


@node
class Function(Expression):
    """A function, which begins in line `start`; when it has a name, evaluating it declares the name."""

    start: int
    name: str | None
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]


@node
class Object(Expression):
    items: tuple[tuple[str, Expression], ...]


@node
class Array(Expression):
    items: tuple[Expression, ...]


@node
class Group(Expression):
    """A variable, member or element in parentheses: its value, no longer something to assign to."""

    inner: Expression


@node
class Pair(Expression):
    """Two values where one is expected (`1.5.25`): the second counts, a list of values takes both."""

    first: Expression
    second: Expression


@node
class Member(Expression):
    object: Expression
    name: str


@node
class Index(Expression):
    object: Expression
    key: Expression


@node
class Call(Expression):
    callee: Expression
    arguments: tuple[Expression, ...]


@node
class Unary(Expression):
    operator: str
    operand: Expression


@node
class Prefix(Expression):
    operator: str
    target: Expression


@node
class Postfix(Expression):
    operator: str
    target: Expression


@node
class Binary(Expression):
    operator: str
    left: Expression
    right: Expression


@node
class Logical(Expression):
    operator: str
    left: Expression
    right: Expression


@node
class Conditional(Expression):
    test: Expression
    then: Expression
    other: Expression


@node
class Assign(Expression):
    """An assignment; `operator` is empty for the plain one."""

    operator: str
    target: Expression
    value: Expression


@node
class Empty(Statement):
    pass


@node
class Let(Statement):
    names: tuple[tuple[str, Expression | None], ...]


@node
class Expressions(Statement):
    """One expression, or several with commas between them."""

    items: tuple[Expression, ...]


@node
class Block(Statement):
    body: tuple[Statement, ...]


@node
class If(Statement):
    test: Expression
    then: Statement
    other: Statement | None


@node
class While(Statement):
    test: Expression
    body: Statement


@node
class For(Statement):
    start: Statement
    test: Expression
    step: Expression
    body: Statement


@node
class ForIn(Statement):
    """A loop over the keys of an object; `declares` its variable or assigns to one."""

    declares: bool
    name: str
    object: Expression
    body: Statement


@node
class Break(Statement):
    pass


@node
class Continue(Statement):
    pass


@node
class Return(Statement):
    value: Expression | None


@node
class Program(Node):
    """A whole file."""

    file: str
    body: tuple[Statement, ...]
