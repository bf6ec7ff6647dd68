"""Compiles expressions whose value nobody asks for: assignments are simpler then."""

from __future__ import annotations

import ast

from sim.mjs import node
from sim.mjs.expression import Expressions
from sim.mjs.pyast import Op, at, call, constant, load, store, subscript

__all__ = ["Effects"]

Statements = list[ast.stmt]


class Effects:
    """Writes expressions of one function as statements."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.unit = expressions.unit
        self.frame = expressions.frame
        self.py = expressions.py

    def of(self, part: node.Expression) -> Statements:
        """Return an expression as a statement: some are simpler when nobody asks for the value."""
        line = self.unit.line(part)
        match part:
            case node.Assign(target=node.Name(name=name)):
                return self.assign_name(name, part, line)
            case node.Assign(operator="", target=node.Member() as target):
                return self.assign_member(target, part.value, line)
            case node.Assign():
                return [ast.Expr(self.expressions.assign(part, line, is_statement=True).py, **at(line))]
            case node.Prefix(target=node.Name() as target) | node.Postfix(target=node.Name() as target):
                step = node.Assign(part.line, part.operator[0], target, node.Number(part.line, 1))
                return self.assign_name(target.name, step, line)
            case _:
                return [ast.Expr(self.py(part), **at(line))]

    def assign_name(self, name: str, part: node.Assign, line: int) -> Statements:
        """Return an assignment to a variable, which must exist before the value is computed."""
        target, is_global = self.expressions.target(name)
        value = self.expressions.value(part.value)
        first: Statements = []
        if is_global and not (part.operator and value.pure):
            first.append(ast.Expr(load(target, line), **at(line)))
        if part.operator:
            if not value.pure:
                temporary = self.frame.temporary()
                first.append(ast.Assign([store(temporary, line)], value.py, **at(line)))
                value = value._replace(py=load(temporary, line), pure=True, simple=True)
            current = self.expressions.name(node.Name(part.line, name), line)
            operations = self.expressions.operations
            value = operations.bounded(operations.binary(part.operator, current, value, line), line)
        return [*first, ast.Assign([store(target, line)], value.py, **at(line))]

    def assign_member(self, target: node.Member, part: node.Expression, line: int) -> Statements:
        """Return an assignment to a property; the object is evaluated before the value."""
        object_, value = self.expressions.value(target.object), self.expressions.value(part)
        if target.name.isdecimal():
            return [ast.Expr(call("@put", [object_.py, constant(target.name, line), value.py], line), **at(line))]
        first: Statements = []
        if not (value.simple and value.pure and isinstance(value.py, ast.Constant)):
            temporary = self.frame.temporary()
            first.append(ast.Assign([store(temporary, line)], object_.py, **at(line)))
            object_ = object_._replace(py=load(temporary, line))
        place = subscript(object_.py, constant(target.name, line), line, Op.SET)
        return [*first, ast.Assign([place], value.py, **at(line))]
