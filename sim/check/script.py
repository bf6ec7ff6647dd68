"""Walks through a script as it runs and reports what will fail or is probably not meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, Final

from sim.check.call import check_call
from sim.check.fact import Facts, Script, path_of
from sim.check.finding import did_you_mean
from sim.check.javascript import INSTEAD, METHODS
from sim.check.kind import Kinds
from sim.check.name import Names
from sim.check.report import Report
from sim.mjs import node
from sim.mjs.lexer import NAME, NUMBER, STRING, Token
from sim.mjs.scope import children

__all__ = ["check_script"]

ARITHMETIC: Final = frozenset("+-*/%&|^") | {"<<", ">>", ">>>"}
ORDER: Final = frozenset(["<", "<=", ">", ">="])
STRINGS: Final = ("length", "at", "charCodeAt", "slice", "indexOf")
ARRAYS: Final = ("length", "push", "splice")
FUNCTIONS: Final = ("apply",)
ENDS: Final = (node.Return, node.Break, node.Continue)


class Walker:
    """Has a method for each form of the language that can be wrong."""

    def __init__(self, facts: Facts, kinds: Kinds, script: Script) -> None:
        self.facts = facts
        self.kinds = kinds
        self.script = script
        self.place = script.parser
        self.report = Report(script.file, script.source)
        self.names = Names(facts, script, self.report)
        self.loops = 0

    def visit(self, part: node.Node) -> None:
        """Check a node and its parts."""
        rule = RULES.get(type(part))
        if rule:
            rule(self, part)
        else:
            self.visit_all(children(part))

    def visit_all(self, parts: Iterable[node.Node | None]) -> None:
        """Check nodes in turn."""
        for part in parts:
            if part:
                self.visit(part)

    # Statements

    def statements(self, body: Iterable[node.Statement]) -> None:
        """Check statements; what stands behind one that leaves them never runs."""
        before, ended = self.report.is_dead, False
        for statement in body:
            if ended and not self.report.is_dead and not isinstance(statement, node.Empty):
                self.report.warning("unreachable", self.place.start(statement), "this is never reached")
                self.report.is_dead = True
            self.visit(statement)
            ended |= isinstance(statement, ENDS)
        self.report.is_dead = before

    def expressions(self, part: node.Expressions) -> None:
        for item in part.items:
            self.plain(item)

    def plain(self, part: node.Node) -> None:
        """Check an expression whose value is not used."""
        if isinstance(part, node.Assign):
            self.assign(part, is_used=False)
        else:
            self.visit(part)

    def let(self, part: node.Let) -> None:
        for name, value in part.names:
            self.names.declare(name)
            if value:
                self.visit(value)

    def block(self, part: node.Block) -> None:
        with self.names.scope(part, part.body):
            self.statements(part.body)

    def if_(self, part: node.If) -> None:
        self.visit(part.test)
        self.repeated(part)
        truth = constant_truth(part.test)
        with self.report.dead(truth is False):
            self.visit(part.then)
        if part.other:
            if truth is True:
                self.report.warning("unreachable", self.place.start(part.other), "this else is never reached")
            with self.report.dead(truth is True):
                self.visit(part.other)

    def repeated(self, part: node.If) -> None:
        """Report a test of an if-else chain that an earlier one has answered."""
        other = part.other
        while isinstance(other, node.If):
            if is_pure(part.test) and same(part.test, other.test):
                text = "this is never reached: the same test stands before"
                self.report.warning("unreachable", self.place.start(other.test), text)
            other = other.other

    def body(self, part: node.Statement) -> None:
        """Check the body of a loop, which has the scope of the loop."""
        self.loops += 1
        if isinstance(part, node.Block):
            self.statements(part.body)
        else:
            self.visit(part)
        self.loops -= 1

    def while_(self, part: node.While) -> None:
        with self.names.scope(part, self.names.loop(part), is_loop=True):
            self.visit(part.test)
            with self.report.dead(constant_truth(part.test) is False):
                self.body(part.body)

    def for_(self, part: node.For) -> None:
        with self.names.scope(part, self.names.loop(part), is_loop=True):
            self.visit(part.start)
            self.visit(part.test)
            with self.report.dead(constant_truth(part.test) is False):
                self.body(part.body)
                self.plain(part.step)

    def for_in(self, part: node.ForIn) -> None:
        kind = self.kinds.of(part.object)
        if kind not in (None, "object", "array"):
            text = f"only objects and arrays have keys to go through, this is of type {kind}"
            self.report.error("type", self.place.start(part.object), text)
        with self.names.scope(part, self.names.loop(part), is_loop=True):
            self.visit(part.object)
            if part.declares:
                self.names.declare(part.name)
            else:
                self.names.refer(part.name, self.place.names[part][0])
            self.body(part.body)

    def leave_loop(self, part: node.Break | node.Continue) -> None:
        if not self.loops:
            word = "break" if isinstance(part, node.Break) else "continue"
            self.report.error("misplaced", self.place.start(part), f"`{word}` outside of a loop")

    def return_(self, part: node.Return) -> None:
        if not self.names.functions:
            self.report.error("misplaced", self.place.start(part), "`return` outside of a function")
        if part.value:
            self.visit(part.value)

    # Expressions

    def name(self, part: node.Name) -> None:
        self.names.refer(part.name, self.place.start(part))

    def function(self, part: node.Function) -> None:
        loops, self.loops = self.loops, 0
        before, self.report.is_dead = self.report.is_dead, self.report.is_dead
        with self.names.function(part):
            self.statements(part.body)
        self.loops, self.report.is_dead = loops, before

    def logical(self, part: node.Logical) -> None:
        self.visit(part.left)
        truth = constant_truth(part.left)
        with self.report.dead(truth is (part.operator == "||")):
            self.visit(part.right)

    def conditional(self, part: node.Conditional) -> None:
        self.visit(part.test)
        truth = constant_truth(part.test)
        with self.report.dead(truth is False):
            self.visit(part.then)
        with self.report.dead(truth is True):
            self.visit(part.other)

    def binary(self, part: node.Binary) -> None:
        self.visit_all((part.left, part.right))
        self.operation(part.operator, part.left, part.right)

    def operation(self, operator: str, left: node.Node, right: node.Node) -> None:
        """Check an operator and the kinds of its operands."""
        if operator in ("==", "!="):
            self.report.error("equality", self.place.before(right), f"write `{operator}=`: `{operator}` always fails")
            return
        kinds = self.kinds.of(left), self.kinds.of(right)
        if operator in ARITHMETIC and not fits(operator, *kinds):
            given = " and ".join(kind or "something" for kind in kinds)
            hint = "; write JSON.stringify(number)" if set(kinds) == {"string", "number"} and operator == "+" else ""
            text = f"`{operator}` does not take {given}: implicit type conversion is prohibited{hint}"
            self.report.error("conversion", self.place.before(right), text)
        elif operator in ORDER and any(kind not in (None, "number") for kind in kinds):
            self.report.warning(
                "order", self.place.before(right), f"`{operator}` compares numbers only: this is always false"
            )

    def assign(self, part: node.Assign, is_used: bool = True) -> None:
        target = part.target
        self.target(target)
        self.visit(part.value)
        if not part.operator:
            return
        offset = self.place.before(part.value)
        self.operation(part.operator, target, part.value)
        if is_used:
            text = f"the value of `{part.operator}=` is the one before the assignment: put it on a line of its own"
            self.report.warning("old-value", offset, text)
        self.element(target, f"{part.operator}=")

    def element(self, target: node.Node, operator: str) -> None:
        """Report an operator that changes an element of an array in place."""
        if isinstance(target, node.Index) and self.kinds.of(target.key) == "number":
            text = f"`{operator}` does not work on elements: write a[i] = a[i] {operator[0]} ..."
            self.report.error("element", self.place.start(target), text)

    def target(self, part: node.Node) -> None:
        """Check what is assigned to."""
        if isinstance(part, node.Member | node.Index):
            self.visit_all(children(part))
            kind = self.kinds.of(part.object)
            if kind in ("string", "number", "boolean", "null", "undefined", "function"):
                self.report.error("type", self.place.start(part), f"a value of type {kind} has no properties to set")
        elif isinstance(part, node.Name):
            self.names.refer(part.name, self.place.start(part))
        else:
            self.visit(part)

    def prefix(self, part: node.Prefix) -> None:
        self.visit(part.target)
        if not isinstance(part.target, node.Name):
            text = f"`{part.operator}` before it works on variables only: write it behind"
            self.report.error("element", self.place.start(part), text)

    def postfix(self, part: node.Postfix) -> None:
        self.visit(part.target)
        self.element(part.target, part.operator)
        if isinstance(part.target, node.Name) and self.kinds.of(part.target) not in (None, "number"):
            self.report.error("conversion", self.place.start(part), f"`{part.operator}` takes numbers only")

    def member(self, part: node.Member, is_called: bool = False) -> None:
        path = path_of(part)
        if path and self.api(part, path, is_called):
            return
        self.visit(part.object)
        kind, name = self.kinds.of(part.object), part.name
        own = {"string": STRINGS, "function": FUNCTIONS}.get(kind or "", ())
        offset = self.place.mark(part)
        if kind == "array":
            if is_called and name not in ARRAYS and name not in self.facts.keys:
                self.missing(offset, name, f"arrays have only {', '.join(ARRAYS)}")
        elif kind not in (None, "object"):
            if name not in own:
                has = f"only {', '.join(own)}" if own else "no properties"
                self.missing(offset, name, f"a value of type {kind} has {has}")
        elif is_called and name in METHODS and name not in self.facts.keys | self.facts.catalog.properties:
            self.missing(offset, name, "strings and arrays have no such method in mJS")

    def missing(self, offset: int, name: str, text: str) -> None:
        """Report a property that a value cannot have."""
        hint = f"; {INSTEAD[name]}" if name in INSTEAD else ""
        self.report.error("member", offset, f"there is no `.{name}`: {text}{hint}")

    def api(self, part: node.Member, path: tuple[str, ...], is_called: bool) -> bool:
        """Check a name of an API module; False if it is none."""
        facts = self.facts
        if facts.is_own(path[0]) or not facts.knows(path[0]) or path[0] not in facts.catalog.modules:
            return False
        module = facts.catalog.modules.get(".".join(path[:-1]))
        name = path[-1]
        if module is None or name in facts.keys or name.startswith("_"):
            return module is not None
        members = {each for each, entry in module.members.items() if entry.mjs is not None}
        if name in members:
            return True
        only_python = name in module.members
        why = " in scripts, only in Python" if only_python else ""
        text = f"{module.name} has no `{name}`{why}{did_you_mean(name, members)}"
        add = self.report.error if is_called else self.report.warning
        add("member", self.place.mark(part), text + ("" if is_called else " (it is undefined)"))
        return True

    def call(self, part: node.Call) -> None:
        if isinstance(part.callee, node.Member):
            self.member(part.callee, is_called=True)
        else:
            self.visit(part.callee)
            kind = self.kinds.of(part.callee)
            if kind not in (None, "function"):
                self.report.error("type", self.place.start(part), f"a value of type {kind} cannot be called")
        self.visit_all(part.arguments)
        check_call(self.facts, self.kinds, self.place, self.report, part)


RULES: Final[dict[type[node.Node], Callable[[Walker, Any], None]]] = {
    node.Expressions: Walker.expressions,
    node.Let: Walker.let,
    node.Block: Walker.block,
    node.If: Walker.if_,
    node.While: Walker.while_,
    node.For: Walker.for_,
    node.ForIn: Walker.for_in,
    node.Break: Walker.leave_loop,
    node.Continue: Walker.leave_loop,
    node.Return: Walker.return_,
    node.Name: Walker.name,
    node.Function: Walker.function,
    node.Logical: Walker.logical,
    node.Conditional: Walker.conditional,
    node.Binary: Walker.binary,
    node.Assign: Walker.assign,
    node.Prefix: Walker.prefix,
    node.Postfix: Walker.postfix,
    node.Member: Walker.member,
    node.Call: Walker.call,
}


def fits(operator: str, left: str | None, right: str | None) -> bool:
    """Return whether an operator may take values of these kinds; None is any."""
    known = {kind for kind in (left, right) if kind is not None}
    return known <= {"number"} or (operator == "+" and known == {"string"})


def constant_truth(part: node.Node) -> bool | None:
    """Return whether a test is always true or always false, None if that depends."""
    match part:
        case node.Constant(word="true") | node.Function() | node.Object() | node.Array():
            return True
        case node.Constant(word="false" | "null" | "undefined"):
            return False
        case node.Number(value=value) | node.String(value=value):
            return bool(value)
        case node.Unary(operator="!", operand=operand):
            truth = constant_truth(operand)
            return None if truth is None else not truth
    return None


def is_pure(part: node.Node) -> bool:
    """Return whether an expression gives the same when it is evaluated again at once."""
    pure = (
        node.Name | node.Member | node.Number | node.String | node.Constant | node.Binary | node.Logical | node.Group
    )
    return isinstance(part, pure) and all(is_pure(child) for child in children(part) if child)


def same(left: node.Node, right: node.Node) -> bool:
    """Return whether two pure expressions read the same."""
    if type(left) is not type(right):
        return False
    for name in ("operator", "name", "value", "word"):
        if getattr(left, name, None) != getattr(right, name, None):
            return False
    pairs = zip(children(left), children(right), strict=True)
    return all(a is not None and b is not None and same(a, b) for a, b in pairs)


def check_script(facts: Facts, kinds: Kinds, script: Script) -> Report:
    """Return the findings of a script."""
    walker = Walker(facts, kinds, script)
    check_tokens(walker.report, script.parser.tokens)
    walker.statements(script.program.body)
    return walker.report


def check_tokens(report: Report, tokens: list[Token]) -> None:
    """Report what the engine reads in another way than it looks."""
    for first, second in pairwise(tokens):
        end = first.start + len(first.text)
        if first.kind == NUMBER and second.kind == NAME and end == second.start:
            text = f"`{first.text}{second.text}` is read as the number {first.text} and the name {second.text}"
            report.warning("number", first.start, text)
        elif first.kind == STRING and end == len(report.source):
            report.warning("string", first.start - 1, "this string has no end: the rest of the file is in it")
