"""Compiles statements, and functions as what holds them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from sim.mjs import node
from sim.mjs.effect import Effects
from sim.mjs.error import Kind
from sim.mjs.expression import Expressions, Unit
from sim.mjs.frame import Frame, Loop, Scope, python_name
from sim.mjs.line import LINE
from sim.mjs.pyast import at, call, constant, load, store
from sim.mjs.scope import declared, loop_parts, mentions, within

__all__ = ["Body"]

Statements = list[ast.stmt]

TYPE_PARAMETERS: Final[dict[str, Any]] = {"type_params": []}
"""A field of functions that Python 3.12 demands; before, it is one attribute more."""


class Body:
    """Writes the statements of one function."""

    def __init__(self, file: Unit, frame: Frame) -> None:
        self.file = file
        self.frame = frame
        self.expressions = Expressions(file, frame)
        self.effects = Effects(self.expressions)
        self.py = self.expressions.py

    # Functions

    def main(self, name: str, program: node.Program) -> ast.stmt:
        """Return the function of the top level; it returns the value of the last statement."""
        return self.definition(name, [], None, self.block(program.body, is_tail=True), 1)

    def function(self, name: str, part: node.Function) -> ast.stmt:
        """Return a function."""
        line = part.start
        scope, handle = self.scope([*part.body], part.parameters)
        self.frame.scopes.append(scope)
        binding: Statements = []
        parameters: list[str] = []
        for parameter in part.parameters:
            # Of two parameters with one name the last counts
            given = f"{parameter}@{len(parameters)}"
            if self.frame.exposed(parameter):
                binding += self.declare(parameter, load(given, line), line)
            elif parameter in part.parameters[len(parameters) + 1 :]:
                pass
            else:
                given = self.frame.declare(parameter)
            parameters.append(given)
        body = self.scoped(handle, binding + self.block(part.body), line)
        return self.definition(name, ["this", *parameters], "@rest", [*self.tick(line), *body], line)

    def definition(self, name: str, parameters: list[str], rest: str | None, body: Statements, line: int) -> ast.stmt:
        """Return the definition of a Python function, whose parameters are all optional but the first."""
        if self.frame.globals:
            body = [ast.Global(sorted(self.frame.globals), **at(line)), *body]
        arguments = ast.arguments(
            posonlyargs=[],
            args=[ast.arg(parameter, **at(line)) for parameter in parameters],
            vararg=ast.arg(rest, **at(line)) if rest else None,
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[constant(None, line) for _ in parameters[1:]],
        )
        return ast.FunctionDef(
            name=name,
            args=arguments,
            body=self.one_or_pass(body, line),
            decorator_list=[],
            **TYPE_PARAMETERS,
            **at(line),
        )

    def tick(self, line: int) -> Statements:
        """Return what takes one step from the budget: the iterator of steps is at its end when it is used up."""
        ticks = load("@ticks", line)
        stop: Statements = [ast.Break(**at(line))]
        return [ast.For(store("@", line), ticks, stop, self.expired(line), **at(line))]

    def expired(self, line: int) -> Statements:
        """Return what ends a run whose budget is used up."""
        line &= LINE  # the watchdog is none of the engine's errors: its line is the true one
        return [ast.Expr(call("@watchdog", [], line), **at(line))]

    # Scopes

    def scope(
        self, parts: list[node.Node | None], names: tuple[str, ...] = (), is_loop: bool = False
    ) -> tuple[Scope, str | None]:
        """Return a scope, and its handle if it has to exist at run time."""
        exposes = any(map(self.frame.exposed, names)) or any(map(self.frame.exposed, declared(parts)))
        if not exposes and not any(isinstance(part, node.Name) and part.name == "load" for part in within(parts)):
            return Scope(None, is_loop), None
        handle = self.frame.handle()
        return Scope(handle, is_loop), handle

    def scoped(self, handle: str | None, body: Statements, line: int) -> Statements:
        """Return statements within a scope that is entered and left at run time."""
        if handle is None:
            return body
        entering = ast.Assign([store(handle, line)], call("@enter", [], line), **at(line))
        leaving: Statements = [ast.Expr(call("@leave", [load(handle, line)], line), **at(line))]
        return [entering, ast.Try(self.one_or_pass(body, line), [], [], leaving, **at(line))]

    def declare(self, name: str, value: ast.expr | None, line: int) -> Statements:
        """Return the declaration of a name in the innermost scope, and its assignment."""
        declaring, target = self.expressions.declare(name, line)
        statements: Statements = [ast.Expr(one, **at(line)) for one in declaring]
        if value:
            statements.append(ast.Assign([store(target, line)], value, **at(line)))
        return statements

    # Statements

    def block(self, body: tuple[node.Statement, ...], is_tail: bool = False) -> Statements:
        """Return statements in turn; in a tail the last one gives the result."""
        statements: Statements = []
        for part in body[: len(body) - is_tail]:
            statements += self.statement(part)
        if is_tail and body:
            statements += self.tail(body[-1])
        return statements

    def statement(self, part: node.Statement) -> Statements:
        """Return the code of a statement."""
        self.frame.temporaries = 0
        self.file.enter(1)
        statements = RULES[type(part)](self, part, self.file.line(part))
        self.file.leave(1)
        return statements

    def one_or_pass(self, statements: Statements, line: int) -> Statements:
        return statements or [ast.Pass(**at(line))]

    def empty(self, part: node.Empty, line: int) -> Statements:
        return []

    def expressions_(self, part: node.Expressions, line: int) -> Statements:
        return [statement for item in part.items for statement in self.effects.of(item)]

    def let(self, part: node.Let, line: int) -> Statements:
        return [statement for name, value in part.names for statement in self.variable(name, value, line)]

    def variable(self, name: str, value: node.Expression | None, line: int) -> Statements:
        """Return the declaration of a variable: without a value it keeps the one that it has in its scope."""
        frame = self.frame
        scope = frame.scopes[-1]
        if not frame.is_local(name):
            first = self.declare(name, None, line)
            if frame.at_top and not self.file.is_nested and not (value and is_plain(value)):
                first = [ast.Expr(call("@let", [constant(python_name(name), line)], line), **at(line))]
            return first + (self.declare(name, self.py(value), line)[-1:] if value else [])
        is_new = name not in scope.locals and not scope.is_loop
        none = constant(None, line)
        first = []
        if is_new and (value is None or mentions(value, name)):
            first = self.declare(name, none, line)
        elif value is None or mentions(value, name):
            frame.declare(name)
        return first + (self.assigned(name, self.py(value), line) if value else [])

    def assigned(self, name: str, value: ast.expr, line: int) -> Statements:
        """Return the assignment to a fast local, which is declared by it."""
        return [ast.Assign([store(self.frame.declare(name), line)], value, **at(line))]

    def block_(self, part: node.Block, line: int, is_tail: bool = False) -> Statements:
        scope, handle = self.scope([*part.body])
        self.frame.scopes.append(scope)
        body = self.block(part.body, is_tail)
        self.frame.scopes.pop()
        return self.scoped(handle, body, line)

    def if_(self, part: node.If, line: int) -> Statements:
        condition = self.expressions.condition(part.test)
        then = self.branch(part.then, self.statement)
        other = self.branch(part.other, self.statement) if part.other else []
        return [ast.If(condition, self.one_or_pass(then, line), other, **at(line))]

    def branch(self, part: node.Statement, compiled: Callable[[node.Statement], Statements]) -> Statements:
        """Return a branch; what it declares in the scope around it is not sure to be declared later."""
        scope = self.frame.scopes[-1]
        before = dict(scope.locals)
        statements = compiled(part)
        scope.locals = before
        return statements

    def while_(self, part: node.While, line: int) -> Statements:
        return self.loop(part, [], part.test, None, part.body, line)

    def for_(self, part: node.For, line: int) -> Statements:
        return self.loop(part, [part.start], part.test, part.step, part.body, line)

    def loop(
        self,
        part: node.Statement,
        start: list[node.Statement],
        test: node.Expression,
        step: node.Expression | None,
        body: node.Statement,
        line: int,
    ) -> Statements:
        """Return a loop over the steps of the budget that ends when its condition is false."""
        handle = self.open_loop(part, step)
        first = self.kept(part, line)
        for one in start:
            first += self.statement(one)
        self.frame.temporaries = 0
        stop: Statements = [ast.Break(**at(line))]
        negated = ast.UnaryOp(ast.Not(), self.expressions.condition(test), **at(line))
        inside: Statements = [ast.If(negated, stop, [], **at(line)), *self.inside(body)]
        inside += self.effects.of(step) if step else []
        first.append(ast.For(store("@", line), load("@ticks", line), inside, self.expired(line), **at(line)))
        self.close_loop()
        return self.scoped(handle, first, line)

    def for_in(self, part: node.ForIn, line: int) -> Statements:
        handle = self.open_loop(part, None)
        first = self.kept(part, line)
        keys = call("@keys", [self.py(part.object)], line)
        key = "@key" + str(len(self.frame.loops))
        if part.declares:
            taking = self.declare(part.name, load(key, line), line)
        else:
            target, is_global = self.expressions.target(part.name)
            taking = [ast.Expr(load(target, line), **at(line))] if is_global else []
            taking.append(ast.Assign([store(target, line)], load(key, line), **at(line)))
        inside = [*self.tick(line), *taking, *self.inside(part.body)]
        first.append(ast.For(store(key, line), keys, inside, [], **at(line)))
        self.close_loop()
        return self.scoped(handle, first, line)

    def open_loop(self, part: node.Statement, step: node.Expression | None) -> str | None:
        """Open the scope that all rounds of a loop share."""
        names = (part.name,) if isinstance(part, node.ForIn) and part.declares else ()
        scope, handle = self.scope(loop_parts(part), names, is_loop=True)
        self.frame.scopes.append(scope)
        self.frame.loops.append(Loop(step, len(self.frame.scopes)))
        return handle

    def close_loop(self) -> None:
        self.frame.scopes.pop()
        self.frame.loops.pop()

    def kept(self, part: node.Statement, line: int) -> Statements:
        """Return the first values of variables that a loop keeps from round to round."""
        names = sorted(filter(self.frame.is_local, declared(loop_parts(part))))
        scope = self.frame.scopes[-1]
        statements = [statement for name in names for statement in self.declare(name, constant(None, line), line)]
        scope.locals = {}
        return statements

    def inside(self, body: node.Statement) -> Statements:
        """Return the body of a loop, which has no scope of its own."""
        return self.block(body.body) if isinstance(body, node.Block) else self.statement(body)

    def break_(self, part: node.Break, line: int) -> Statements:
        if self.frame.loops:
            return [ast.Break(**at(line))]
        return self.misplaced("misplaced 'break'", Kind.SYNTAX, line)

    def continue_(self, part: node.Continue, line: int) -> Statements:
        if not self.frame.loops:
            return self.misplaced("misplaced 'continue'", Kind.SYNTAX, line)
        loop = self.frame.loops[-1]
        step: Statements = []
        if loop.step:
            scopes, self.frame.scopes = self.frame.scopes, self.frame.scopes[: loop.depth]
            step = self.effects.of(loop.step)
            self.frame.scopes = scopes
        return [*step, ast.Continue(**at(line))]

    def return_(self, part: node.Return, line: int) -> Statements:
        value = self.py(part.value) if part.value else constant(None, line)
        if not self.frame.is_main:
            return [ast.Return(value, **at(line))]
        return [ast.Expr(value, **at(line)), *self.misplaced("cannot return", Kind.INTERNAL, line)]

    def misplaced(self, message: str, kind: Kind, line: int) -> Statements:
        """Return a statement that fails when it is reached."""
        arguments = [constant(message, line), constant(str(kind), line)]
        return [ast.Expr(call("@misplaced", arguments, line), **at(line))]

    # The last statement of a file

    def tail(self, part: node.Statement) -> Statements:
        """Return the last statement so that it returns its value."""
        self.frame.temporaries = 0
        self.file.enter(1)
        statements = self.returning(part, self.file.line(part))
        self.file.leave(1)
        return statements

    def returning(self, part: node.Statement, line: int) -> Statements:
        """Return a statement so that it returns its value."""
        match part:
            case node.Expressions(items=[*items, item]):
                first = [statement for one in items for statement in self.effects.of(one)]
                if isinstance(item, node.Assign):
                    value = self.expressions.assign(item, self.file.line(item), is_statement=True)
                    return [*first, ast.Return(value.py, **at(line))]
                return [*first, ast.Return(self.py(item), **at(line))]
            case node.Let(names=[*_, (name, value)]):
                first = self.let(part, line)
                read = self.py(node.Name(part.line, name)) if value else constant(None, line)
                return [*first, ast.Return(read, **at(line))]
            case node.If():
                condition = self.expressions.condition(part.test)
                then = self.branch(part.then, self.tail)
                other = self.branch(part.other, self.tail) if part.other else []
                return [ast.If(condition, self.one_or_pass(then, line), other, **at(line))]
            case node.Block():
                return self.block_(part, line, is_tail=True)
            case node.ForIn():
                return [*self.statement(part), ast.Return(constant(part.name, line), **at(line))]
            case _:
                return self.statement(part)


def is_plain(part: node.Expression) -> bool:
    """Return whether evaluating an expression cannot look at variables."""
    return isinstance(part, node.Number | node.String | node.Constant | node.Function)


RULES: Final[dict[type[node.Statement], Callable[[Body, Any, int], Statements]]] = {
    node.Empty: Body.empty,
    node.Expressions: Body.expressions_,
    node.Let: Body.let,
    node.Block: Body.block_,
    node.If: Body.if_,
    node.While: Body.while_,
    node.For: Body.for_,
    node.ForIn: Body.for_in,
    node.Break: Body.break_,
    node.Continue: Body.continue_,
    node.Return: Body.return_,
}
