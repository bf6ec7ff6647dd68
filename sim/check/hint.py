"""Says what was probably meant where a script does not parse, and how the language writes it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from sim.check.place import PlacedParser
from sim.mjs.lexer import BAD, END, NAME, NUMBER, STRING, Token

__all__ = ["explain"]

WORDS: Final = {
    "new": "there is no `new`: call a function that returns an object",
    "try": "errors cannot be caught: check before, as with `if (x !== undefined)`",
    "catch": "errors cannot be caught",
    "throw": "nothing can be thrown: end with die('text')",
    "var": "write `let`",
    "switch": "write if (x === 1) { ... } else if (x === 2) { ... }",
    "case": "write if (x === 1) { ... } else if (x === 2) { ... }",
    "do": "write while (true) { ...; if (done) break; }",
    "delete": "properties cannot be removed: set them to undefined",
    "void": "there is no `void`",
    "with": "there is no `with`",
    "instanceof": "there is no `instanceof`: compare typeof x",
    "in": "there is no `in` but in for (let key in object): compare object[key] with undefined",
    "debugger": "there is no `debugger`",
    "default": "write if (x === 1) { ... } else { ... }",
    "finally": "errors cannot be caught",
}
"""Reserved words that begin nothing."""

CLASS_WORDS: Final = {
    "class": "there are no classes: write a function that returns an object",
    "async": "there are no async functions: handlers are called later by themselves",
    "await": "nothing can wait: pass a function that is called later",
    "import": "write load('file.js');",
    "export": "there are no modules: files that are loaded share their globals",
}
"""Ordinary names that begin something in JavaScript."""

ARROW: Final = "arrow functions are not part of mJS: write function(x) { ... }"


def explain(parser: PlacedParser, message: str) -> str:
    """Return a message for people where a parser has stopped with the engine's message."""
    token = parser.token
    if message.startswith("parser stack overflow"):
        return "this is nested too deep for the engine: parser stack overflow"
    where = "parse error at the end of the file" if token.kind == END else f"parse error at {shown(parser, token)}"
    said = message if message.endswith("is not implemented") else where
    found = next((hint for rule in RULES if (hint := rule(parser, token))), "")
    return f"{said}: {found}" if found else said


def shown(parser: PlacedParser, token: Token) -> str:
    """Return the text of a token between signs that it does not contain."""
    if token.kind == BAD:  # one byte, perhaps of several that are one character
        text = parser.source[token.start : token.start + 4].encode("latin-1").decode("utf-8", "replace")[:1]
    else:
        quotes = token.kind == STRING
        text = parser.source[token.start - quotes : token.start + len(token.text) + quotes]
        text = text.encode("latin-1").decode("utf-8", "replace").partition("\n")[0]
    return f'"{text}"' if "`" in text else f"`{text}`"


def at(parser: PlacedParser, distance: int) -> Token:
    """Return a token near the one at hand."""
    return parser.tokens[max(0, min(parser.position + distance, len(parser.tokens) - 1))]


def touches(left: Token, right: Token) -> bool:
    """Return whether nothing stands between two tokens."""
    return left.start + len(left.text) == right.start


def arrow(parser: PlacedParser, token: Token) -> str:
    for index in range(parser.position - 1, parser.position + 4):
        pair = parser.tokens[max(0, index) : index + 2]
        if [one.kind for one in pair] == ["=", ">"] and touches(*pair):
            return ARROW
    return ""


def arrow_with_list(parser: PlacedParser, token: Token) -> str:
    """Find an arrow behind the parentheses in which reading stopped: `(a, b) => ...`, `() => ...`."""
    if token.kind not in (",", ")"):
        return ""
    rest = iter(parser.tokens[parser.position : parser.position + 40])
    for one in rest:
        if one.kind == ")":
            following = [next(rest, token).kind, next(rest, token).kind]
            return ARROW if following == ["=", ">"] else ""
        if one.kind not in (NAME, ",", "="):
            return ""
    return ""


def rejected(parser: PlacedParser, token: Token) -> str:
    return WORDS.get(token.kind, "")


def class_word(parser: PlacedParser, token: Token) -> str:
    for distance in (0, -1, -2):
        one = at(parser, distance)
        if one.kind == NAME and one.text in CLASS_WORDS:
            return CLASS_WORDS[one.text]
    return ""


def declaration(parser: PlacedParser, token: Token) -> str:
    """Find what `let` begins in JavaScript and not here."""
    if at(parser, -1).kind == "let" and token.kind in ("{", "["):
        return "values cannot be taken apart: write let a = x.a, b = x.b;"
    return ""


def else_(parser: PlacedParser, token: Token) -> str:
    if token.kind != "else":
        return ""
    if at(parser, -1).kind == ";":
        return "no `;` before else: write if (x) f() else g(); or use braces"
    return "this else belongs to no if"


def object_after_if(parser: PlacedParser, token: Token) -> str:
    """Find an object of which the engine takes the brace for a block: `if (x) return {a: 1};`."""
    for distance in range(-1, -parser.position if token.kind == END else -4, -1):
        one, before = at(parser, distance), at(parser, distance - 2)
        if one.kind == "{" and at(parser, distance - 1).kind == "return" and before.kind in (")", "else"):
            return "after if (x), the engine takes `return {` for a block: write if (x) { return {...}; }"
    return ""


def function_parts(parser: PlacedParser, token: Token) -> str:
    previous = at(parser, -1)
    if token.kind == "=" and previous.kind == NAME and in_parameters(parser):
        return "parameters have no default values: set them in the body, if (x === undefined) x = 1;"
    if token.kind == "." and at(parser, 1).kind == "." and at(parser, 2).kind == ".":
        return "there is no `...`: name each argument and element"
    if token.kind == "*" and previous.kind in ("function", "*"):
        return "there is no `**`: multiply" if previous.kind == "*" else "there are no generators"
    return ""


def in_parameters(parser: PlacedParser) -> bool:
    """Return whether the token at hand stands between the parentheses of a function's head."""
    index = parser.position - 1
    while index >= 0 and parser.tokens[index].kind in (NAME, ","):
        index -= 1
    before = [one.kind for one in parser.tokens[max(0, index - 2) : index + 1]]
    return before[-1:] == ["("] and "function" in before


def operators(parser: PlacedParser, token: Token) -> str:
    previous = at(parser, -1)
    if token.kind == "." and previous.kind == "?":
        return "there is no `?.`: check with if (x !== undefined) first"
    if token.kind == "?" and previous.kind == "?":
        return "there is no `??`: write x === undefined ? a : x"
    if token.kind == "." and at(parser, 1).kind == NUMBER:
        return "a number does not begin with a point: write 0.5"
    return ""


def literals(parser: PlacedParser, token: Token) -> str:
    if token.kind == BAD and token.text == "`":
        return "there are no template strings: join with +"
    if token.kind == BAD:
        return "this character is only allowed in strings and comments"
    if token.kind in ("/", "/=") and at(parser, -1).kind in ("(", ",", "=", ":", "return", "[", "&&", "||", "!"):
        return "there are no regular expressions"
    return ""


def objects(parser: PlacedParser, token: Token) -> str:
    previous = at(parser, -1)
    if token.kind == NUMBER and previous.kind in ("{", ","):
        return "a key must be a name or a string: write {'1': x}"
    if token.kind == "[" and previous.kind in ("{", ","):
        return "a key cannot be computed: write object[key] = value; behind it"
    if token.kind in (",", "}") and previous.kind == NAME and at(parser, -2).kind in ("{", ","):
        return "a key needs its value: write {a: a}"
    if token.kind == "(" and previous.kind == NAME and at(parser, -2).kind in ("{", ","):
        return "a method is written {name: function() { ... }}"
    if token.kind == ":" and previous.kind in (NAME, STRING):
        return "a statement cannot begin with an object, and there are no labels: put the object into a variable"
    return ""


def opened(parser: PlacedParser, begin: int = 0) -> list[int]:
    """Return the brackets that are open before the token at hand, outermost first; look from an index on."""
    found: list[int] = []
    for index in range(begin, parser.position):
        kind = parser.tokens[index].kind
        if kind in ("(", "[", "{"):
            found.append(index)
        elif kind in (")", "]", "}") and found:
            found.pop()
    return found


def missing_comma(parser: PlacedParser, token: Token) -> str:
    """Find an entry of an object that no comma separates from the one before."""
    inside = opened(parser)
    if token.kind not in (NAME, STRING) or at(parser, 1).kind != ":" or not inside:
        return ""
    brace = inside[-1]
    is_object = parser.tokens[brace].kind == "{" and parser.tokens[brace - 1].kind in (
        "=",
        "(",
        ",",
        ":",
        "[",
        "return",
    )
    return "there is no `,` before this entry of the object" if is_object else ""


def for_parts(parser: PlacedParser, token: Token) -> str:
    """Find a loop whose head lacks a part, or has too much in one."""
    inside = opened(parser)
    if not inside or not inside[-1] or parser.tokens[inside[-1] - 1].kind != "for":
        return ""
    head = parser.tokens[inside[-1] : parser.position + 4]
    if any(one.text == "of" and one.kind == NAME for one in head):
        return "there is no for..of: write for (let i = 0; i < list.length; i++) { ... }"
    if token.kind in (";", ")"):
        return "all three parts of for (start; test; step) are needed: for (let i = 0; true; i++)"
    if token.kind == ",":
        return "each part of for (start; test; step) is one expression: no `,`"
    return ""


def comma(parser: PlacedParser, token: Token) -> str:
    if token.kind == "," and at(parser, -1).kind not in (",", "("):
        return "a `,` does not join expressions inside of parentheses or in return"
    return ""


def unfinished_let(parser: PlacedParser, token: Token) -> str:
    """Find a `let` without its `;`: it goes on over the line's end, or up to a brace."""
    start = parser.open_let
    if start is None or opened(parser, bisect_left(parser.tokens, start, key=lambda one: one.start)):
        return ""
    line = parser.source.count("\n", 0, start) + 1
    goes_on = parser.source.count("\n", 0, token.start) + 1 > line
    return f"the `let` of line {line} must end with `;`" if goes_on or token.kind == "}" else ""


def unclosed(parser: PlacedParser, token: Token) -> str:
    """Find the innermost bracket that is open at the end of the file."""
    if token.kind != END:
        return ""
    inside = opened(parser)
    last = at(parser, -1)
    if last.kind == STRING and last.start + len(last.text) == len(parser.source):
        return f"the string of line {parser.source.count(chr(10), 0, last.start) + 1} has no end"
    if not inside:
        return ""
    bracket = parser.tokens[inside[-1]]
    return f"the `{bracket.kind}` of line {parser.source.count(chr(10), 0, bracket.start) + 1} is not closed"


RULES: Final[tuple[Callable[[PlacedParser, Token], str], ...]] = (
    arrow, arrow_with_list, object_after_if, literals, rejected, class_word, declaration, else_, function_parts,
    operators, for_parts, unclosed, unfinished_let, missing_comma, objects, comma,
)  # fmt: skip
"""In this order: the first that finds something counts."""
