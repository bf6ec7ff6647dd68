"""Reads tokens into a syntax tree and rejects what the engine rejects.

As in the engine, a block steps over whatever stands where its brace should be; after `if (x)` it is taken for one when
the token behind the one at hand is a brace. So `if (x) return {a: 1};` is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from sim.mjs import node
from sim.mjs.error import MjsError
from sim.mjs.lexer import END, NAME
from sim.mjs.line import size_of, size_of_text
from sim.mjs.term import DEPTH_LIMIT, UNARY, Terms

__all__ = ["UNARY", "Parser", "parse"]

REJECTED: Final = frozenset(
    ["case", "catch", "delete", "do", "instanceof", "new", "switch", "throw", "try", "var", "void", "with"]
)


def parse(source: str, file: str) -> node.Program:
    """Return the syntax tree of a byte string.

    Raises:
        MjsError: the text is not a program.
    """
    parser = Parser(source, file)
    try:
        return parser.program()
    except RecursionError:
        raise parser.error("parser stack overflow") from None


class Parser(Terms):
    """A cursor with a method for each rule of the grammar."""

    def program(self) -> node.Program:
        """program = statements END"""
        body = self.statements(END)
        line = self.emit()
        return node.Program(line, self.file, body, self.table.lines())

    def statements(self, end: str) -> tuple[node.Statement, ...]:
        """statements = { statement { ";" } }"""
        body: list[node.Statement] = []
        while self.kind != end and self.kind != END:
            if body:
                self.emit()
            body.append(self.statement())
            while self.kind == ";":
                self.next()
        if not body:
            self.emit()
        return tuple(body)

    def statement(self) -> node.Statement:
        """Read what the first token announces, else expressions."""
        if rule := self.STATEMENTS.get(self.kind):
            self.enter()
            found = rule(self)
            self.nesting -= 1
            return found
        if self.kind in REJECTED:
            raise self.error(f"[{self.token.text}] is not implemented")
        items = [self.expression()]
        while self.kind == ",":
            self.emit()
            self.next()
            items.append(self.expression())
        return node.Expressions(items[0].line, tuple(items))

    def empty(self) -> node.Statement:
        """empty = ";" """
        line = self.emit()
        self.next()
        return node.Empty(line)

    def body(self) -> tuple[node.Statement, ...]:
        """body = "{" statements "}"; what went wrong inside is told as an error at the token at hand"""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise self.error("parser stack overflow")
        self.next()
        try:
            body = self.statements("}")
        except MjsError:
            self.expect("}")
            raise
        self.expect("}")
        return body

    def block(self) -> node.Statement:
        """block = body, in a scope of its own"""
        line = self.emit()
        body = self.body()
        self.emit()
        return node.Block(line, body)

    def let(self) -> node.Statement:
        """let = "let" { NAME [ "=" expression ] [ "," ] }, up to ";" or the end of the file"""
        self.next()
        line = self.emit(0)
        names: list[tuple[str, node.Expression | None]] = []
        while True:
            name = self.expect(NAME).text
            self.emit(size_of_text(name) + 2)
            value = None
            if self.accept("="):
                self.emit(size_of_text(name) + 1)
                value = self.expression()
            self.emit(1 + (value is not None))
            names.append((name, value))
            if self.kind == ",":
                self.emit()
                self.next()
            if self.kind in (";", END):
                return node.Let(line, tuple(names))

    def if_(self) -> node.Statement:
        """if = "if" "(" expression ")" branch [ "else" branch ]"""
        self.next()
        self.expect("(")
        test = self.expression()
        unless = self.emit(2)
        self.expect(")")
        then, other, end = self.branch(), None, None
        if self.accept("else"):
            leave = self.emit(2)
            begin = self.table.position
            self.emit()
            other = self.branch()
            end = begin + self.table.fill(leave)
        self.table.fill(unless, end)
        return node.If(unless, test, then, other)

    def branch(self) -> node.Statement:
        """branch = block | statement"""
        return self.block() if self.peek(1) == "{" else self.statement()

    def while_(self) -> node.Statement:
        """while = "while" "(" expression ")" loop"""
        self.next()
        self.expect("(")
        self.emit()
        line = self.emit(3)
        test = self.expression()
        self.expect(")")
        done = self.emit(2)
        body = self.loop()
        self.end_loop(line, done)
        return node.While(line, test, body)

    def loop(self) -> node.Statement:
        """loop = "{" statements "}" | statement; at the end of the file the brace may be missing"""
        if self.kind != "{":
            return self.statement()
        line = self.emit(0)
        self.next()
        body = self.statements("}")
        self.next()
        return node.Block(line, body)

    def end_loop(self, loop: int, done: int) -> None:
        """Take note of the instructions behind the body of a loop."""
        self.emit(2)
        self.table.fill(done)
        self.emit()
        self.table.fill(loop)
        self.emit()

    def for_(self) -> node.Statement:
        """for = "for" "(" ( let | expression ) ";" expression ";" expression ")" loop"""
        self.next()
        self.expect("(")
        declares = self.kind == "let"
        if self.peek(declares) == NAME and self.peek(declares + 1) == "in":
            return self.for_in(declares)
        self.emit()
        line = self.emit(3)
        start = self.let() if declares else node.Expressions(line, (self.expression(),))
        self.expect(";")
        self.emit()
        enter = self.emit(2)
        begin = self.table.position
        test, step, behind = self.head()
        done = self.emit(2)
        body = self.loop()
        self.emit(2)
        self.table.fill(done)
        begin += self.table.fill(enter, behind)
        self.table.fill(line, begin, 2)
        self.emit()
        self.table.fill(line)
        self.emit()
        return node.For(line, start, test, step, body)

    def head(self) -> tuple[node.Expression, node.Expression, int]:
        """head = expression ";" expression ")"; return also where the first begins: behind the second"""
        table = self.table
        begin, first = table.position, len(table.places)
        test = self.expression()
        self.expect(";")
        end, second = table.position, len(table.places)
        table.position = begin
        step = self.expression()
        self.expect(")")
        self.emit()
        behind = table.position
        table.move(first, second, behind - begin)
        table.position = end + behind - begin
        return test, step, behind

    def for_in(self, declares: bool) -> node.Statement:
        """for_in = "for" "(" [ "let" ] NAME "in" [ expression ] ")" loop"""
        self.emit()
        if declares:
            self.next()
            self.emit(size_of_text(self.token.text) + 2)
        name = self.token.text
        line = self.emit(size_of_text(name))
        self.next()
        self.next()
        object_ = self.iterated(line)
        self.expect(")")
        self.emit()
        loop = self.emit(3)
        line = self.emit(2)
        done = self.emit(2)
        body = self.loop()
        self.end_loop(loop, done)
        self.emit(3)
        return node.ForIn(line, declares, name, object_, body)

    def iterated(self, line: int) -> node.Expression:
        """Read what a loop goes through; that there is nothing shows only when it runs."""
        nesting = self.nesting
        try:
            return self.expression()
        except MjsError:
            self.nesting = nesting
            return node.Constant(line, "undefined")

    def break_(self) -> node.Statement:
        """break = "break" """
        self.emit()
        line = self.emit()
        self.next()
        return node.Break(line)

    def continue_(self) -> node.Statement:
        """continue = "continue" """
        line = self.emit()
        self.next()
        return node.Continue(line)

    def return_(self) -> node.Statement:
        """return = "return" [ expression ]"""
        self.next()
        value = None if self.kind in (";", "}") else self.returned()
        if value is None:
            self.emit()
        line = self.emit()
        self.emit()
        return node.Return(line, value)

    def returned(self) -> node.Expression | None:
        """Read a value, or nothing where none begins: what stands there is the next statement then."""
        kind, position, depth, nesting = self.kind, self.position, self.depth, self.nesting
        state = self.table.state()
        try:
            return self.expression()
        except MjsError:
            if kind not in self.STATEMENTS and kind not in REJECTED and kind != END:
                raise  # it would fail there again
            self.back(position)
            self.depth, self.nesting = depth, nesting
            self.table.restore(state)
            return None

    def function(self) -> node.Expression:
        """function = "function" [ NAME ] "(" { NAME [ "," ] } ")" body"""
        start = self.next().line
        name = None
        if self.kind == NAME:
            name = self.token.text
            self.emit(2 * size_of_text(name) + 3)
            self.next()
        enter = self.emit(2)
        begin = self.table.position
        self.expect("(")
        self.emit()
        parameters: list[str] = []
        while self.kind != ")":
            if self.kind == NAME:
                self.emit(size_of(len(parameters)) + size_of_text(self.token.text))
            parameters.append(self.expect(NAME).text)
            self.accept(",")
        self.next()
        body = self.body()
        self.emit()
        begin += self.table.fill(enter)
        line = self.emit(1 + size_of(self.table.position - begin))
        if name:
            self.emit(2)
        return node.Function(line, start, name, tuple(parameters), body)

    # What begins with which token

    STATEMENTS: ClassVar[Mapping[str, Callable[..., node.Statement]]] = {
        ";": empty,
        "{": block,
        "let": let,
        "if": if_,
        "while": while_,
        "for": for_,
        "break": break_,
        "continue": continue_,
        "return": return_,
    }
    PRIMARIES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {**Terms.PRIMARIES, "function": function}
