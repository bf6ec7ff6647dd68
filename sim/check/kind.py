"""Tells the kind of value that an expression has, where the text of the program decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sim.check.fact import Facts, path_of
from sim.mjs import node

__all__ = ["Kinds"]

ANY: Final = "any"
"""Of a variable whose kind is just being found out: it has whatever kind its other values have."""

WORDS: Final = {"true": "boolean", "false": "boolean", "null": "null", "undefined": "undefined"}
COMPARISONS: Final = frozenset(["<", "<=", ">", ">=", "===", "!==", "==", "!="])
NUMERIC: Final = frozenset("*/%&|^") | {"<<", ">>", ">>>"}
RESULTS: Final = {"string": "string", "struct": "string", "int": "number", "double": "number", "bool": "boolean"}
FUNCTIONS: Final = {
    **dict.fromkeys([("JSON", "stringify"), ("mkstr",), ("fstr",)], "string"),
    ("isNaN",): "boolean",
}


class Kinds:
    """Kinds of the expressions of a device's scripts. A variable may be undefined besides its kind."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.known: dict[str, str | None] = {}
        self.open: set[str] = set()
        self.is_circular = False

    def of(self, part: node.Node) -> str | None:
        """Return `string`, `number`, `boolean`, `null`, `undefined`, `object`, `array`, `function`, or None."""
        found = self.find(part)
        return None if found == ANY else found

    def find(self, part: node.Node) -> str | None:
        rule = RULES.get(type(part))
        return rule(self, part) if rule else FIXED.get(type(part))

    def name(self, part: node.Name) -> str | None:
        name = part.name
        if name == "NaN" and not self.facts.is_own(name):
            return "number"
        if name in self.open:
            self.is_circular = True
            return ANY
        if name not in self.known:
            self.open.add(name)
            kind = self.variable(name)
            self.open.remove(name)
            # What was found out on the way holds only for this question, if it went in a circle
            if not self.open or not self.is_circular:
                self.known[name] = kind
            if not self.open:
                self.is_circular = False
            return kind
        return self.known[name]

    def variable(self, name: str) -> str | None:
        """Return the kind of all values that a variable of this name gets, in whatever scope."""
        facts = self.facts
        values = facts.values.get(name)
        if not values or facts.loads_unknown or facts.loads_into_object or facts.knows(name):
            return None
        kinds = set()
        for value in values:
            kinds.add(value if value is None or isinstance(value, str) else self.find(value))
        kinds.discard(ANY)
        return kinds.pop() if len(kinds) == 1 else None

    def constant(self, part: node.Constant) -> str | None:
        return WORDS.get(part.word)

    def group(self, part: node.Group) -> str | None:
        return self.find(part.inner)

    def unary(self, part: node.Unary) -> str | None:
        if part.operator == "+":
            return self.find(part.operand)
        return {"!": "boolean", "typeof": "string"}.get(part.operator, "number")

    def binary(self, part: node.Binary) -> str | None:
        if part.operator in COMPARISONS:
            return "boolean"
        if part.operator in NUMERIC:
            return "number"
        kinds = {self.find(part.left), self.find(part.right)}
        if part.operator == "+" and "string" in kinds:
            return "string"
        if ANY in kinds and kinds <= {"number", ANY}:
            return ANY  # what joins it without failing has its kind
        return "number" if kinds == {"number"} else None

    def either(self, left: node.Node, right: node.Node) -> str | None:
        kinds = {self.find(left), self.find(right)} - {ANY}
        return kinds.pop() if len(kinds) == 1 else None

    def logical(self, part: node.Logical) -> str | None:
        return self.either(part.left, part.right)

    def conditional(self, part: node.Conditional) -> str | None:
        return self.either(part.then, part.other)

    def assign(self, part: node.Assign) -> str | None:
        return self.find(part.target if part.operator else part.value)

    def call(self, part: node.Call) -> str | None:
        facts, callee = self.facts, part.callee
        if isinstance(callee, node.Member) and callee.name == "slice" and "slice" not in facts.keys:
            return "string"  # nothing else has it
        if isinstance(callee, node.Member) and callee.name == "indexOf" and "indexOf" not in facts.keys:
            return "number"
        member, signature = facts.member(callee), facts.signature(callee)
        if member is not None:
            return FUNCTIONS.get(path_of(callee) or ()) or RESULTS.get(member.result)
        return RESULTS.get(signature.result.kind) if signature else None

    def member(self, part: node.Member) -> str | None:
        entry = self.facts.member(part)
        if entry is not None and entry.kind == "constant" and entry.value is not None:
            return {bool: "boolean", str: "string"}.get(type(entry.value), "number")
        return "number" if part.name == "length" and self.find(part.object) in ("string", "array") else None


FIXED: Final[dict[type[node.Node], str]] = {
    node.Number: "number",
    node.String: "string",
    node.Object: "object",
    node.Array: "array",
    node.Function: "function",
    node.Postfix: "number",
    node.Prefix: "number",
}
RULES: Final[dict[type[node.Node], Callable[[Kinds, Any], str | None]]] = {
    node.Name: Kinds.name,
    node.Constant: Kinds.constant,
    node.Group: Kinds.group,
    node.Unary: Kinds.unary,
    node.Binary: Kinds.binary,
    node.Logical: Kinds.logical,
    node.Conditional: Kinds.conditional,
    node.Assign: Kinds.assign,
    node.Call: Kinds.call,
    node.Member: Kinds.member,
}
