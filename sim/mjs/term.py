"""Reads expressions into a syntax tree, and notes the instructions that the engine emits for them.

Errors follow the engine, whose rules go on after some of them: an array or object literal that fails still steps over
a token, and parentheses replace what went wrong inside by a plain error, unless it was at the one that closes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final

from sim.mjs import node
from sim.mjs.cursor import Cursor
from sim.mjs.error import MjsError
from sim.mjs.lexer import NAME, NUMBER, STRING, number, unescape
from sim.mjs.line import LineTable, size_of, size_of_text

__all__ = ["DEPTH_LIMIT", "UNARY", "Terms"]

ASSIGNMENTS: Final = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", ">>>=", "&=", "^=", "|="])
UNARY: Final = frozenset(["!", "~", "-", "+", "++", "--", "typeof"])
STEPS: Final = frozenset(["++", "--"])
CHANGES: Final = ASSIGNMENTS | STEPS
CONSTANTS: Final = frozenset(["true", "false", "null", "undefined", "this"])

LEVELS: Final = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("===", "!==", "==", "!="), ("<", "<=", ">", ">="),
    ("<<", ">>", ">>>"), ("+", "-"), ("*", "/", "%"),
)  # fmt: skip
PRECEDENCE: Final = {sign: level for level, signs in enumerate(LEVELS) for sign in signs}
LOGICAL: Final = frozenset(["||", "&&"])

DEPTH_LIMIT: Final = 512
"""The engine counts one for each level of binary operators that is open, one for each operand before this one, and one
for each block so far."""


class Terms(Cursor):
    """A cursor with a method for each rule of expressions."""

    def __init__(self, source: str, file: str) -> None:
        super().__init__(source, file)
        self.depth = 0
        self.prefixed = 0
        """Index of the token behind the last operator before an operand."""
        self.table = LineTable()

    def emit(self, size: int = 1) -> int:
        """Take note of an instruction that the engine emits now, and return its number."""
        return self.table.emit(size, self.token.line)

    def operation(self) -> int:
        """Take note of an operator, an instruction of two bytes."""
        return self.table.emit(2, self.token.line, 1)

    def expression(self) -> node.Expression:
        """expression = conditional [ ASSIGNMENT expression ]"""
        self.enter()
        target = self.conditional()
        if self.kind not in ASSIGNMENTS:
            self.nesting -= 1
            return target
        operator = self.next().text[:-1]
        value = self.expression()
        self.nesting -= 1
        return node.Assign(self.operation(), operator, target, value)

    def conditional(self) -> node.Expression:
        """conditional = binary [ "?" conditional ":" conditional ]"""
        test = self.binary(0)
        if not self.accept("?"):
            return test
        self.enter()
        unless = self.emit(2)
        then = self.conditional()
        leave = self.emit(2)
        begin = self.table.position
        self.emit()
        self.expect(":")
        other = self.conditional()
        self.nesting -= 1
        self.table.fill(unless, begin + self.table.fill(leave))
        return node.Conditional(unless, test, then, other)

    def binary(self, level: int) -> node.Expression:
        """binary = unary { OPERATOR binary of the next level }, for operators of this level and above"""
        left = self.operand()
        opened: dict[int, int] = {}
        deeper = 0
        jumps: list[tuple[int, int]] = []
        while (found := PRECEDENCE.get(self.kind, -1)) >= level:
            self.close(jumps, found)
            jump = self.emit(3) if found < len(LOGICAL) else None
            operator = self.next().text
            # Chains of tighter operators are closed by this one
            opened = {key: count for key, count in opened.items() if key <= found}
            opened[found] = opened.get(found, 0) + 1
            self.depth += sum(opened.values()) - deeper
            deeper = sum(opened.values())
            right = self.binary(found + 1)
            if jump is None:
                left = node.Binary(self.operation(), operator, left, right)
            else:
                jumps.append((found, jump))
                left = node.Logical(jump, operator, left, right)
        self.depth -= deeper
        self.close(jumps, -1)
        return left

    def close(self, jumps: list[tuple[int, int]], level: int) -> None:
        """End the logical operators that are tighter than a level."""
        while jumps and jumps[-1][0] > level:
            self.table.fill(jumps.pop()[1])

    def operand(self) -> node.Expression:
        """operand = unary, within the depth that the engine allows"""
        if self.depth + len(LEVELS) > DEPTH_LIMIT:
            raise self.error("parser stack overflow")
        self.depth += len(LEVELS)
        found = self.unary()
        self.depth -= len(LEVELS)
        return found

    def unary(self) -> node.Expression:
        """unary = { UNARY } postfix"""
        if self.kind not in UNARY:
            return self.postfix()
        operator = self.next().text
        self.prefixed = self.position
        self.enter()
        operand = self.unary()
        self.nesting -= 1
        form = node.Prefix if operator in STEPS else node.Unary
        return form(self.operation(), operator, operand)

    def postfix(self) -> node.Expression:
        """postfix = primary { call | member | index } [ "++" | "--" ]"""
        found = self.primary()
        nesting = self.nesting
        while rule := self.SUFFIXES.get(self.kind):
            self.enter()
            found = rule(self, found)
        self.nesting = nesting
        if self.kind not in STEPS:
            return found
        return node.Postfix(self.operation(), self.next().text, found)

    def call(self, callee: node.Expression) -> node.Expression:
        """call = "(" { expression [ "," ] } ")" """
        self.next()
        self.emit()
        arguments = self.values(")")
        line = self.emit()
        self.expect(")")
        return node.Call(line, callee, arguments)

    def member(self, object_: node.Expression) -> node.Expression:
        """member = "." NAME; after a dot the engine takes any other primary as a value of its own"""
        self.next()
        if self.kind != NAME:
            second = self.primary()
            return node.Pair(self.emit(0), object_, second)
        name = self.token.text
        self.emit(size_of_text(name) + 1)
        line = self.emit(self.peek(1) not in CHANGES)
        self.next()
        return node.Member(line, object_, name)

    def index(self, object_: node.Expression) -> node.Expression:
        """index = "[" expression "]" """
        self.next()
        key = self.expression()
        self.emit()
        self.expect("]")
        return node.Index(self.emit(self.kind not in CHANGES), object_, key)

    def values(self, end: str, around: int = 0) -> tuple[node.Expression, ...]:
        """values = { expression [ "," ] }, with an instruction of so many bytes before and after each"""
        values: list[node.Expression] = []
        while self.kind != end:
            self.emit(around)
            value = self.expression()
            self.emit(around)
            values += (value.first, value.second) if isinstance(value, node.Pair) else (value,)
            self.accept(",")
        return tuple(values)

    # What stands for a value by itself

    def primary(self) -> node.Expression:
        """Read what the token at hand announces."""
        if rule := self.PRIMARIES.get(self.kind):
            return rule(self)
        return self.fail()

    def name(self) -> node.Expression:
        """Read a variable; right behind `++` or `--` of another one the engine takes the scope that has it."""
        name = self.token.text
        is_changed, is_stepped = self.peek(1) in CHANGES, self.peek(-1) in STEPS
        self.emit(size_of_text(name))
        line = self.emit(2 - (is_changed or is_stepped))
        found = node.Name(line, name)
        is_scope = is_stepped and not is_changed and self.prefixed != self.position
        self.next()
        return node.Pair(line, found, node.Name(line, "global")) if is_scope else found

    def number(self) -> node.Expression:
        """Read a number."""
        text = self.token.text
        value = number(text)
        whole = value == int(value)
        line = self.emit(1 + size_of(int(value) % (1 << 64)) if whole else size_of_text(text))
        self.next()
        return node.Number(line, value)

    def string(self) -> node.Expression:
        """Read a string."""
        value = unescape(self.token.text)
        line = self.emit(size_of_text(value))
        self.next()
        return node.String(line, value)

    def constant(self) -> node.Expression:
        """Read true, false, null, undefined or this."""
        return node.Constant(self.emit(), self.next().text)

    def group(self) -> node.Expression:
        """group = "(" expression ")" """
        self.next()
        try:
            inner = self.expression()
        except MjsError:
            self.expect(")")
            raise
        self.expect(")")
        variable = isinstance(inner, node.Name | node.Member | node.Index)
        return node.Group(inner.line, inner) if variable else inner

    @contextmanager
    def stepping(self) -> Iterator[None]:
        """Step over the token at which a literal fails."""
        try:
            yield
        except MjsError:
            self.next()
            raise

    def array(self) -> node.Expression:
        """array = "[" { expression [ "," ] } "]" """
        self.next()
        with self.stepping():
            line = self.emit()
            items = self.values("]", 1)
        self.expect("]")
        return node.Array(line, items)

    def object(self) -> node.Expression:
        """object = "{" [ item { "," item } [ "," ] ] "}", item = ( NAME | STRING ) ":" expression"""
        self.next()
        items: list[tuple[str, node.Expression]] = []
        with self.stepping():
            line = self.emit()
            while self.kind != "}":
                items.append(self.item())
                if not self.accept(",") and self.kind != "}":
                    self.fail()
        self.expect("}")
        return node.Object(line, tuple(items))

    def item(self) -> tuple[str, node.Expression]:
        """item = ( NAME | STRING ) ":" expression"""
        if self.kind not in (NAME, STRING):
            self.fail()
        self.emit(2 + size_of_text(self.token.text))
        key = self.next().text  # of a key the engine keeps the escapes as they are
        self.expect(":")
        value = self.expression()
        self.emit(3)
        return key, value

    SUFFIXES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {"(": call, ".": member, "[": index}
    PRIMARIES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {
        NAME: name,
        NUMBER: number,
        STRING: string,
        "(": group,
        "[": array,
        "{": object,
        **dict.fromkeys(CONSTANTS, constant),
    }
