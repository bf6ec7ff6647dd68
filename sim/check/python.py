"""Checks firmware in Python: its syntax, and its calls of the API."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Final

from sim.catalog import Catalog, Member
from sim.check.finding import Finding, Level, did_you_mean

__all__ = ["check_python"]

LINE_END: Final = re.compile("\r\n|\r|\n")
"""What ends a line for Python; `splitlines` knows more."""


def check_python(file: str, files: Mapping[str, bytes], catalog: Catalog) -> list[Finding]:
    """Return the findings of a Python file."""
    try:
        source = files[file].decode("utf-8")
    except UnicodeDecodeError as error:
        line = files[file].count(b"\n", 0, error.start) + 1
        return [
            Finding(file, line, 1, Level.ERROR, "parse", f"this is no UTF-8: byte 0x{error.object[error.start]:02x}")
        ]
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            tree = ast.parse(source, file)
    except SyntaxError as error:
        text = error.msg or "invalid syntax"
        return [Finding(file, error.lineno or 1, max(1, error.offset or 1), Level.ERROR, "parse", text)]
    except (ValueError, RecursionError, MemoryError) as error:
        return [Finding(file, 1, 1, Level.ERROR, "parse", str(error) or "this is nested too deep for Python")]
    told = [Finding(file, one.lineno, 1, Level.WARNING, "python", str(one.message)) for one in caught]
    try:
        return [*told, *Reader(file, source, tree, files, catalog).findings()]
    except RecursionError:
        return told


class Reader:
    """Reads one file; names that it defines itself are not the API's."""

    def __init__(self, file: str, source: str, tree: ast.Module, files: Mapping[str, bytes], catalog: Catalog) -> None:
        self.file = file
        self.tree = tree
        self.files = files
        self.catalog = catalog
        self.lines = LINE_END.split(source)
        self.own = set(defined(tree))
        self.times = imported(tree, None, "time")
        self.sleeps = imported(tree, "time", "sleep")

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong."""
        for part in ast.walk(self.tree):
            if isinstance(part, ast.Attribute):
                yield from self.attribute(part)
            elif isinstance(part, ast.Call):
                yield from self.call(part)

    def error(self, part: ast.expr, rule: str, text: str) -> Finding:
        return self.error_at(part.lineno, part.col_offset, rule, text)

    def error_at(self, line: int, offset: int, rule: str, text: str) -> Finding:
        """Return a finding at an offset in bytes, as Python's tree has it."""
        column = len(self.lines[line - 1].encode("utf-8")[:offset].decode("utf-8", "replace")) + 1
        return Finding(self.file, line, column, Level.ERROR, rule, text)

    def path(self, part: ast.expr) -> list[str]:
        """Return the names of `a.b.c`, if `a` is not the file's own."""
        names: list[str] = []
        while isinstance(part, ast.Attribute):
            names.insert(0, part.attr)
            part = part.value
        return [part.id, *names] if isinstance(part, ast.Name) and part.id not in self.own else []

    def attribute(self, part: ast.Attribute) -> Iterator[Finding]:
        path = self.path(part)
        module = self.catalog.modules.get(".".join(path[:-1])) if path else None
        if module is None or not isinstance(part.ctx, ast.Load) or part.attr.startswith("_"):
            return
        names = {name for name, member in module.members.items() if member.python is not None}
        if names and part.attr not in names:
            why = " in Python, only in scripts" if part.attr in module.members else ""
            text = f"{module.name} has no `{part.attr}`{why}{did_you_mean(part.attr, names)}"
            end = (part.end_lineno or part.lineno, part.end_col_offset or 0)
            yield self.error_at(end[0], end[1] - len(part.attr), "member", text)

    def call(self, part: ast.Call) -> Iterator[Finding]:
        path = self.path(part.func)
        if self.is_sleep(part.func):
            yield self.error(
                part.func, "sleep", "time.sleep stops the whole device: return, and go on in a later event"
            )
        elif path == ["load"]:
            yield from self.load(part)
        elif path and (member := self.member(path)) is not None and (text := wrong_count(part, member)):
            yield self.error(part, "arguments", text)

    def member(self, path: list[str]) -> Member | None:
        """Return the entry of a path, if Python has it."""
        if len(path) == 1:
            found = self.catalog.functions.get(path[0])
        else:
            module = self.catalog.modules.get(".".join(path[:-1]))
            found = module.members.get(path[-1]) if module else None
        return found if found and found.kind == "function" and found.python is not None else None

    def is_sleep(self, function: ast.expr) -> bool:
        """Return whether this is `time.sleep`, under whatever name it was imported."""
        match function:
            case ast.Attribute(value=ast.Name(id=name), attr="sleep"):
                return name in self.times
            case ast.Name(id=name):
                return name in self.sleeps
        return False

    def load(self, part: ast.Call) -> Iterator[Finding]:
        match part.args:
            case [ast.Constant(value=str() as file)]:
                if file not in self.files and file not in self.catalog.python_files:
                    hint = did_you_mean(file, {*self.files, *self.catalog.python_files})
                    yield self.error(part.args[0], "load", f'there is no file "{file}" to load{hint}')


def imported(tree: ast.Module, module: str | None, name: str) -> set[str]:
    """Return the names under which a file imports something, from a module or a module itself."""
    kinds = ast.Import if module is None else ast.ImportFrom
    return {
        alias.asname or alias.name
        for part in ast.walk(tree)
        if isinstance(part, kinds) and getattr(part, "module", None) == module
        for alias in part.names
        if alias.name == name
    }


def defined(tree: ast.Module) -> Iterator[str]:
    """Yield all names that a file puts something into, wherever."""
    for part in ast.walk(tree):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.ExceptHandler(name=str() as name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                yield name


def wrong_count(part: ast.Call, member: Member) -> str:
    """Return what is wrong with the arguments of a call, "" if nothing is or that cannot be told."""
    if any(isinstance(argument, ast.Starred) for argument in part.args):
        return ""
    if any(keyword.arg is None for keyword in part.keywords):
        return ""
    given = [keyword.arg or "" for keyword in part.keywords]
    if member.keywords is not None and (unknown := [name for name in given if name not in member.keywords]):
        return f"{member.python} has no parameter `{unknown[0]}`{did_you_mean(unknown[0], member.keywords)}"
    if member.most is not None and len(part.args) > member.most:
        plural = "" if member.most == 1 else "s"
        return f"{member.python} takes {member.most} argument{plural} at most, got {len(part.args)}"
    missing = [name for name in member.places[len(part.args) : member.least] if name not in given]
    return f"{member.python} lacks the argument `{missing[0]}`" if missing else ""
