"""Compiles a syntax tree to a Python module: a function for each of the program's, and one for the top level."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from types import CodeType
from typing import Final

from sim.mjs import node
from sim.mjs.error import Kind, MjsError
from sim.mjs.frame import Frame
from sim.mjs.statement import Body

__all__ = ["compile_program"]

Statements = list[ast.stmt]

DEPTH_LIMIT: Final = 400
"""Levels of Python syntax that its compiler surely takes, also where the stack of C is short."""


def compile_program(program: node.Program, prefix: str, exposed: Callable[[str], bool], is_nested: bool) -> CodeType:
    """Return a module that defines the functions of a file; the top level is the one named PREFIX.main.

    Args:
        exposed: whether other code may look a name up while its scope is open.
        is_nested: whether the file runs in a scope that is not the global one.

    Raises:
        MjsError: Python's compiler cannot take a program this deep.
    """
    file = File(program, prefix, exposed, is_nested)
    module = ast.Module(file.module(), [])
    try:
        with warnings.catch_warnings():
            # Python warns of operations that are sure to fail
            warnings.simplefilter("ignore")
            return compile(module, program.file, "exec", dont_inherit=True, optimize=0)
    except (RecursionError, SyntaxError, MemoryError):
        raise too_deep() from None


def too_deep() -> MjsError:
    return MjsError(Kind.SYNTAX, "parser stack overflow")


class File:
    """A file while it is compiled; it hands out the names of its functions."""

    def __init__(self, program: node.Program, prefix: str, exposed: Callable[[str], bool], is_nested: bool) -> None:
        self.program = program
        self.lines = program.lines
        self.prefix = prefix
        self.exposed = exposed
        self.is_nested = is_nested
        self.functions: Statements = []
        self.count = 0
        self.depth = 0

    def enter(self, levels: int) -> None:
        """Take note of levels of Python syntax that are open now."""
        self.depth += levels
        if self.depth > DEPTH_LIMIT:
            raise too_deep()

    def leave(self, levels: int) -> None:
        """Take note of levels that are closed."""
        self.depth -= levels

    def line(self, part: node.Node) -> int:
        """Return the line that the engine reports."""
        return self.lines[part.line]

    def function(self, part: node.Function) -> str:
        """Compile a function and return the name of its one value."""
        self.count += 1
        name = f"{self.prefix}.{self.count}" + (f".{part.name}" if part.name else "")
        depth, self.depth = self.depth, 0
        self.functions.append(Body(self, Frame(False, self.exposed)).function(name, part))
        self.depth = depth
        return name

    def module(self) -> Statements:
        """Return the definitions of all functions."""
        main = Body(self, Frame(True, self.exposed)).main(f"{self.prefix}.main", self.program)
        return [*self.functions, main]
