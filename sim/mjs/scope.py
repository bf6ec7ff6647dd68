"""Finds out which names of a program other code may look up while it runs.

Scoping is dynamic: a function sees the variables of whoever called it. A variable can be a fast local of a Python
function all the same, unless some reference anywhere might reach it by looking through the callers. Such references
are the free names: those that are not declared, for certain and before, in a scope of the function they stand in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sim.mjs import node

__all__ = ["Names", "analyse", "children", "declared", "mentions"]

Node = node.Node


@dataclass
class Names:
    """The names of a file, by what they mean for other code."""

    free: set[str] = field(default_factory=set)
    """Looked up through the callers by some function, or not surely declared where they are used."""
    outer: set[str] = field(default_factory=set)
    """Used by the file's top level: looked up in the caller's scopes when a function loads the file."""
    local: set[str] = field(default_factory=set)
    """Declared in a function, block or loop."""
    loads: set[tuple[str, bool]] = field(default_factory=set)
    """Files that are loaded by a literal name, and whether that is inside of a function, block or loop."""
    loads_unknown: bool = False
    """Whether it may load files by names that are not literal."""


CHILDREN: Final[dict[type[Node], Callable[[Any], Iterable[Node | None]]]] = {
    node.Function: lambda n: n.body,
    node.Object: lambda n: [value for _, value in n.items],
    node.Array: lambda n: n.items,
    node.Group: lambda n: (n.inner,),
    node.Pair: lambda n: (n.first, n.second),
    node.Member: lambda n: (n.object,),
    node.Index: lambda n: (n.object, n.key),
    node.Call: lambda n: (n.callee, *n.arguments),
    node.Unary: lambda n: (n.operand,),
    node.Prefix: lambda n: (n.target,),
    node.Postfix: lambda n: (n.target,),
    node.Binary: lambda n: (n.left, n.right),
    node.Logical: lambda n: (n.left, n.right),
    node.Conditional: lambda n: (n.test, n.then, n.other),
    node.Assign: lambda n: (n.target, n.value),
    node.Let: lambda n: [value for _, value in n.names],
    node.Expressions: lambda n: n.items,
    node.Block: lambda n: n.body,
    node.If: lambda n: (n.test, n.then, n.other),
    node.While: lambda n: (n.test, n.body),
    node.For: lambda n: (n.start, n.test, n.step, n.body),
    node.ForIn: lambda n: (n.object, n.body),
    node.Return: lambda n: (n.value,),
}
OWN_SCOPE: Final = (node.Function, node.Block, node.While, node.For, node.ForIn)


def children(parent: Node) -> Iterable[Node | None]:
    """Return the parts of a node, in the order in which they are evaluated."""
    rule = CHILDREN.get(type(parent))
    return rule(parent) if rule else ()


def within(parts: Iterable[Node | None]) -> Iterator[Node]:
    """Yield nodes and all their parts, but not what is inside of further scopes."""
    waiting = [part for part in parts if part]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, OWN_SCOPE):
            waiting += [child for child in children(part) if child]


def declared(parts: Iterable[Node | None]) -> set[str]:
    """Return the names that are declared in the scope in which these nodes stand."""
    names: set[str] = set()
    for part in within(parts):
        if isinstance(part, node.Let):
            names.update(name for name, _ in part.names)
        elif isinstance(part, node.Function) and part.name:
            names.add(part.name)
    return names


def mentions(part: Node, name: str) -> bool:
    """Return whether an expression uses a name in the scope in which it stands."""
    return any(isinstance(found, node.Name) and found.name == name for found in within([part]))


def loop_parts(loop: Node) -> list[Node | None]:
    """Return the parts of a loop that share its scope: all but the object of a for-in."""
    parts = [part for part in children(loop) if not isinstance(loop, node.ForIn) or part is not loop.object]
    return [*parts[:-1], *children(parts[-1])] if isinstance(parts[-1], node.Block) else parts


def analyse(program: node.Program) -> Names:
    """Return the names of a file."""
    reader = Reader()
    for statement in program.body:
        reader.visit(statement)
    return reader.names


@dataclass(slots=True)
class Scope:
    """What is declared so far in a scope: for certain, and perhaps."""

    sure: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)


class Reader:
    """Walks through a file in the order of execution and keeps the scopes that are open."""

    def __init__(self) -> None:
        self.names = Names()
        self.scopes = [Scope()]
        self.in_function = False

    def visit(self, part: Node) -> None:
        """Take note of a node and its parts."""
        rule = RULES.get(type(part))
        if rule:
            rule(self, part)
        else:
            self.visit_all(children(part))

    def visit_all(self, parts: Iterable[Node | None]) -> None:
        """Take note of nodes in turn."""
        for part in parts:
            if part:
                self.visit(part)

    @contextmanager
    def scope(self, scope: Scope) -> Iterator[None]:
        """Open a scope and close it."""
        self.scopes.append(scope)
        yield
        self.scopes.pop()

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Count what is declared meanwhile as perhaps declared."""
        scope = self.scopes[-1]
        before = set(scope.sure)
        yield
        scope.perhaps |= scope.sure - before
        scope.sure = before

    def refer(self, name: str) -> None:
        """Take note of a reference."""
        for scope in reversed(self.scopes):
            if name in scope.sure:
                if scope is self.scopes[0] and not self.in_function:
                    self.names.outer.add(name)
                return
            if name in scope.perhaps and (scope is not self.scopes[0] or self.in_function):
                self.names.free.add(name)
                return
        (self.names.free if self.in_function else self.names.outer).add(name)

    def declare(self, name: str) -> None:
        """Take note of a declaration in the innermost scope."""
        self.scopes[-1].sure.add(name)
        is_local = self.in_function or len(self.scopes) > 1
        (self.names.local if is_local else self.names.outer).add(name)

    def name(self, part: node.Name) -> None:
        self.refer(part.name)
        self.names.loads_unknown |= part.name == "load"

    def function(self, part: node.Function) -> None:
        outside, self.scopes, was_in_function = self.scopes, [Scope(set(part.parameters))], self.in_function
        self.in_function = True
        self.names.local.update(part.parameters)
        self.visit_all(part.body)
        self.scopes, self.in_function = outside, was_in_function
        if part.name:
            self.declare(part.name)

    def call(self, part: node.Call) -> None:
        match part:
            case node.Call(callee=node.Name(name="load"), arguments=[node.String(value=file), *_]):
                self.names.loads.add((file, self.in_function or len(self.scopes) > 1))
                self.visit_all(part.arguments)
            case _:
                self.visit_all(children(part))

    def logical(self, part: node.Logical) -> None:
        self.visit(part.left)
        with self.perhaps():
            self.visit(part.right)

    def conditional(self, part: node.Conditional | node.If) -> None:
        self.visit(part.test)
        for branch in (part.then, part.other):
            if branch:
                with self.perhaps():
                    self.visit(branch)

    def let(self, part: node.Let) -> None:
        for name, value in part.names:
            self.declare(name)
            if value:
                self.visit(value)

    def block(self, part: node.Block) -> None:
        with self.scope(Scope()):
            self.visit_all(part.body)

    def body(self, part: node.Statement) -> None:
        """Visit the body of a loop, which has the scope of the loop."""
        self.visit_all(part.body if isinstance(part, node.Block) else (part,))

    def while_(self, part: node.While) -> None:
        with self.scope(Scope(perhaps=declared(loop_parts(part)))):
            self.visit(part.test)
            self.body(part.body)

    def for_(self, part: node.For) -> None:
        with self.scope(Scope()) as _:
            self.visit(part.start)
            self.scopes[-1].perhaps = declared(loop_parts(part))
            self.visit(part.test)
            with self.perhaps():
                self.body(part.body)
            self.visit(part.step)

    def for_in(self, part: node.ForIn) -> None:
        with self.scope(Scope(perhaps=declared(loop_parts(part)))):
            self.visit(part.object)
            if part.declares:
                self.declare(part.name)
            else:
                self.refer(part.name)
            self.body(part.body)


RULES: Final[dict[type[Node], Callable[[Reader, Any], None]]] = {
    node.Name: Reader.name,
    node.Function: Reader.function,
    node.Call: Reader.call,
    node.Logical: Reader.logical,
    node.Conditional: Reader.conditional,
    node.If: Reader.conditional,
    node.Let: Reader.let,
    node.Block: Reader.block,
    node.While: Reader.while_,
    node.For: Reader.for_,
    node.ForIn: Reader.for_in,
}
