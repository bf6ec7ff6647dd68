"""Reads tokens into a syntax tree and rejects what the engine rejects.

Positions follow the engine, whose code generator works while it reads one token ahead: an operation gets the line of
the token at hand when the operation is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from sim.mjs import node
from sim.mjs.cursor import Cursor
from sim.mjs.error import MjsError
from sim.mjs.lexer import END, NAME, NUMBER, STRING, number, unescape

__all__ = ["parse"]

ASSIGNMENTS: Final = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", ">>>=", "&=", "^=", "|="])
UNARY: Final = frozenset(["!", "~", "-", "+", "++", "--", "typeof"])
STEPS: Final = frozenset(["++", "--"])
CONSTANTS: Final = frozenset(["true", "false", "null", "undefined", "this"])

LEVELS: Final = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("===", "!==", "==", "!="), ("<", "<=", ">", ">="),
    ("<<", ">>", ">>>"), ("+", "-"), ("*", "/", "%"),
)  # fmt: skip
PRECEDENCE: Final = {sign: level for level, signs in enumerate(LEVELS) for sign in signs}
LOGICAL: Final = frozenset(["||", "&&"])

DEPTH_LIMIT: Final = 512
"""The engine counts one for each level of binary operators that is open, and one for each operand before this one."""

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


class Parser(Cursor):
    """A cursor with a method for each rule of the grammar."""

    def __init__(self, source: str, file: str) -> None:
        super().__init__(source, file)
        self.depth = 0

    # Statements

    def program(self) -> node.Program:
        """program = statements END"""
        body = self.statements(END)
        if self.kind != END:
            self.fail()
        return node.Program(self.token.line, self.file, body)

    def statements(self, end: str) -> tuple[node.Statement, ...]:
        """statements = { statement { ";" } }"""
        body: list[node.Statement] = []
        while self.kind != end and self.kind != END:
            body.append(self.statement())
            while self.kind == ";":
                self.next()
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
        while self.accept(","):
            items.append(self.expression())
        return node.Expressions(self.token.line, tuple(items))

    def empty(self) -> node.Statement:
        """empty = ";" """
        return node.Empty(self.next().line)

    def block(self) -> node.Statement:
        """block = "{" statements "}" """
        self.expect("{")
        body = self.statements("}")
        self.expect("}")
        return node.Block(self.token.line, body)

    def let(self) -> node.Statement:
        """let = "let" { NAME [ "=" expression ] [ "," ] }, up to ";" or the end of the file"""
        self.next()
        names: list[tuple[str, node.Expression | None]] = []
        while True:
            name = self.expect(NAME).text
            names.append((name, self.expression() if self.accept("=") else None))
            self.accept(",")
            if self.kind in (";", END):
                return node.Let(self.token.line, tuple(names))

    def if_(self) -> node.Statement:
        """if = "if" "(" expression ")" statement [ "else" statement ]"""
        self.next()
        self.expect("(")
        test = self.expression()
        self.expect(")")
        then = self.statement()
        other = self.statement() if self.accept("else") else None
        return node.If(self.token.line, test, then, other)

    def while_(self) -> node.Statement:
        """while = "while" "(" expression ")" statement"""
        line = self.next().line
        self.expect("(")
        test = self.expression()
        self.expect(")")
        return node.While(line, test, self.statement())

    def for_(self) -> node.Statement:
        """for = "for" "(" ( let | expression ) ";" expression ";" expression ")" statement"""
        line = self.next().line
        self.expect("(")
        declares = self.kind == "let"
        if self.peek(declares) == NAME and self.peek(declares + 1) == "in":
            return self.for_in(declares)
        start = self.let() if declares else node.Expressions(line, (self.expression(),))
        self.expect(";")
        test = self.expression()
        self.expect(";")
        step = self.expression()
        self.expect(")")
        return node.For(line, start, test, step, self.statement())

    def for_in(self, declares: bool) -> node.Statement:
        """for_in = "for" "(" [ "let" ] NAME "in" expression ")" statement"""
        if declares:
            self.next()
        name = self.next().text
        self.next()
        object_ = self.expression()
        self.expect(")")
        line = self.token.line
        return node.ForIn(line, declares, name, object_, self.statement())

    def break_(self) -> node.Statement:
        """break = "break" """
        return node.Break(self.next().line)

    def continue_(self) -> node.Statement:
        """continue = "continue" """
        return node.Continue(self.next().line)

    def return_(self) -> node.Statement:
        """return = "return" [ expression ]"""
        self.next()
        value = None if self.kind in (";", "}") else self.expression()
        return node.Return(self.token.line, value)

    # Expressions

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
        return node.Assign(self.token.line, operator, target, value)

    def conditional(self) -> node.Expression:
        """conditional = binary [ "?" conditional ":" conditional ]"""
        test = self.binary(0)
        if not self.accept("?"):
            return test
        self.enter()
        then = self.conditional()
        self.expect(":")
        other = self.conditional()
        self.nesting -= 1
        return node.Conditional(self.token.line, test, then, other)

    def binary(self, level: int) -> node.Expression:
        """binary = unary { OPERATOR binary of the next level }, for operators of this level and above"""
        depth = self.depth
        left = self.operand()
        opened: dict[int, int] = {}
        while (found := PRECEDENCE.get(self.kind, -1)) >= level:
            operator = self.next().text
            # Chains of tighter operators are closed by this one
            opened = {key: count for key, count in opened.items() if key <= found}
            opened[found] = opened.get(found, 0) + 1
            self.depth = depth + sum(opened.values())
            right = self.binary(found + 1)
            form = node.Logical if operator in LOGICAL else node.Binary
            left = form(self.token.line, operator, left, right)
        self.depth = depth
        return left

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
        self.enter()
        operand = self.unary()
        self.nesting -= 1
        form = node.Prefix if operator in STEPS else node.Unary
        return form(self.token.line, operator, operand)

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
        line = self.token.line
        return node.Postfix(line, self.next().text, found)

    def call(self, callee: node.Expression) -> node.Expression:
        """call = "(" { expression [ "," ] } ")" """
        self.next()
        arguments = self.values(")")
        line = self.token.line
        self.expect(")")
        return node.Call(line, callee, arguments)

    def member(self, object_: node.Expression) -> node.Expression:
        """member = "." NAME; after a dot the engine takes any other primary as a value of its own"""
        self.next()
        if self.kind != NAME:
            second = self.primary()
            return node.Pair(self.token.line, object_, second)
        name = self.next().text
        return node.Member(self.token.line, object_, name)

    def index(self, object_: node.Expression) -> node.Expression:
        """index = "[" expression "]" """
        self.next()
        key = self.expression()
        self.expect("]")
        return node.Index(self.token.line, object_, key)

    def values(self, end: str) -> tuple[node.Expression, ...]:
        """values = { expression [ "," ] }"""
        values: list[node.Expression] = []
        while self.kind != end:
            value = self.expression()
            values += (value.first, value.second) if isinstance(value, node.Pair) else (value,)
            self.accept(",")
        return tuple(values)

    def primary(self) -> node.Expression:
        """Read what the token at hand announces."""
        if rule := self.PRIMARIES.get(self.kind):
            return rule(self)
        return self.fail()

    def name(self) -> node.Expression:
        """Read a variable."""
        name = self.next().text
        return node.Name(self.token.line, name)

    def number(self) -> node.Expression:
        """Read a number."""
        return node.Number(self.token.line, number(self.next().text))

    def string(self) -> node.Expression:
        """Read a string."""
        return node.String(self.token.line, unescape(self.next().text))

    def constant(self) -> node.Expression:
        """Read true, false, null, undefined or this."""
        return node.Constant(self.token.line, self.next().text)

    def group(self) -> node.Expression:
        """group = "(" expression ")"; whatever is wrong inside, the message is that of a plain parse error"""
        self.next()
        try:
            inner = self.expression()
        except MjsError:
            self.fail()
        self.expect(")")
        variable = isinstance(inner, node.Name | node.Member | node.Index)
        return node.Group(self.token.line, inner) if variable else inner

    def array(self) -> node.Expression:
        """array = "[" { expression [ "," ] } "]" """
        self.next()
        items = self.values("]")
        self.expect("]")
        return node.Array(self.token.line, items)

    def object(self) -> node.Expression:
        """object = "{" [ item { "," item } [ "," ] ] "}", item = ( NAME | STRING ) ":" expression"""
        self.next()
        items: list[tuple[str, node.Expression]] = []
        while self.kind != "}":
            if self.kind not in (NAME, STRING):
                self.fail()
            key = unescape(self.next().text)
            self.expect(":")
            items.append((key, self.expression()))
            if not self.accept(",") and self.kind != "}":
                self.fail()
        self.expect("}")
        return node.Object(self.token.line, tuple(items))

    def function(self) -> node.Expression:
        """function = "function" [ NAME ] "(" { NAME [ "," ] } ")" "{" statements "}" """
        start = self.next().line
        name = self.next().text if self.kind == NAME else None
        self.expect("(")
        parameters: list[str] = []
        while self.kind != ")":
            parameters.append(self.expect(NAME).text)
            self.accept(",")
        self.next()
        self.expect("{")
        body = self.statements("}")
        self.expect("}")
        return node.Function(self.token.line, start, name, tuple(parameters), body)

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
    SUFFIXES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {"(": call, ".": member, "[": index}
    PRIMARIES: ClassVar[Mapping[str, Callable[..., node.Expression]]] = {
        NAME: name,
        NUMBER: number,
        STRING: string,
        "(": group,
        "[": array,
        "{": object,
        "function": function,
        **dict.fromkeys(CONSTANTS, constant),
    }
