"""Runs programs: files in one set of globals, and their functions when something happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, repeat
from types import FunctionType, MethodType
from typing import Final

from sim.mjs import work
from sim.mjs.builtin import make_builtins
from sim.mjs.error import Kind, MjsError, WatchdogError
from sim.mjs.fault import located, place_below, release
from sim.mjs.frame import python_name
from sim.mjs.lexer import byte_string
from sim.mjs.runtime import HELPERS
from sim.mjs.scope import Names
from sim.mjs.source import Source, prefix_of, read_source
from sim.mjs.value import Addresses, Obj, Pointer, Value
from sim.mjs.variable import Globals, Scopes
from sim.values import frozen

__all__ = ["BUDGET", "Engine"]

BUDGET: Final = 2_000_000
MAX_FEEDS: Final = 20
"""Budgets that a run may use up if it feeds the watchdog: a real device would go on for ever."""
RECURSION_LIMIT: Final = 10_000
"""Python frames that a program may take: emitted code calls itself without using the stack of C."""
MAX_NESTING: Final = 100
"""Calls from native code into the program within one another: these do use the stack of C."""


@frozen
class Unit:
    """A file that was compiled."""

    source: Source
    prefix: str
    names: Names
    is_nested: bool


class Engine:
    """An engine with its globals.

    Args:
        read: gives the text of a file for `load`, or None.
        write: takes what `print` writes.
        log: takes what the engine writes to the error console.
        natives: Python functions by the names of the C functions that they stand for.
        budget: steps that a run or a callback may take.
    """

    def __init__(
        self,
        *,
        read: Callable[[str], str | bytes | None] = lambda file: None,
        write: Callable[[str], object] = lambda text: None,
        log: Callable[[str], object] = lambda text: None,
        natives: Mapping[str, Callable[..., object]] | None = None,
        budget: int = BUDGET,
    ) -> None:
        self.read = read
        self.sink = write
        self.log = log
        self.natives = {} if natives is None else natives
        self.budget = budget
        self.helpers: dict[str, Value] = {
            **HELPERS,
            "@ticks": iter(()),
            "@watchdog": self.watchdog,
        }
        self.globals: dict[str, Value] = {"__builtins__": self.helpers, "global": None, **make_builtins(self)}
        self.globals["global"] = Globals(self.globals)
        self.scopes = Scopes(self.globals)
        self.helpers.update(
            {
                "@enter": self.scopes.enter,
                "@leave": self.scopes.leave,
                "@declare": self.scopes.declare,
                "@declare_here": self.scopes.declare_here,
                "@let": self.scopes.let,
            }
        )
        self.exposed: set[str] = set()
        self.units: list[Unit] = []
        self.loaded: set[str] = set()
        self.depth = 0
        self.is_fed = False
        self.pending: MjsError | None = None
        self.kept: list[tuple[Value, Value]] = []
        self.addresses = Addresses()

    # For the embedder

    def define(self, name: str, value: Value) -> None:
        """Give programs a global."""
        self.globals[python_name(name)] = value

    def function(self, function: Callable[..., Value]) -> MethodType:
        """Return a native function, called with the engine, `this` and the arguments, all as the program has them."""

        def called(engine: Engine, this: Value, *arguments: Value) -> Value:
            result = function(engine, this, *arguments)
            engine.raise_pending()
            return result

        return MethodType(called, self)

    def run(self, source: str | bytes, file: str) -> Value:
        """Run a file and return the value of its last statement.

        Raises:
            MjsError: the program ended with an error.
        """
        return self.execute(self.compile(byte_string(source), file))

    def call(self, function: Value, *arguments: Value) -> Value:
        """Call a function of the program.

        Raises:
            MjsError: it ended with an error.
        """
        return self.execute(function, None, *arguments)

    def call_back(self, function: Value, arguments: Iterable[Value]) -> Value:
        """Call a function on behalf of native code: an error goes to the log, and then to the script that waits."""
        try:
            return self.execute(function, None, *arguments)
        except WatchdogError:
            raise
        except MjsError as error:
            self.report(error)
            if self.depth:
                self.pending = error
            return None

    def report(self, error: MjsError) -> None:
        """Take an error that ended a callback."""
        self.log("".join(line + "\n" for line in error.render("MJS callback error")))

    def provide(self, names: Iterable[str]) -> None:
        """Learn which names a file finds outside of itself, before it runs: who has them may define them now."""

    def place(self) -> tuple[str, int] | None:
        """Return the file and line that is running, for what native code writes down."""
        return place_below(self.globals)

    # Running

    def execute(self, function: Callable[..., Value], *arguments: Value) -> Value:
        """Call emitted code and turn what it raises into the engine's errors."""
        scopes, limit = len(self.scopes.open), 0
        if not self.depth:
            limit = self.start()
        elif self.depth >= MAX_NESTING:
            raise MjsError(Kind.MEMORY, "out of memory")
        self.depth += 1
        try:
            return function(*arguments)
        except Exception as exception:
            error = located(exception, self.globals)
            self.scopes.leave_beyond(scopes)
            if error.kind is Kind.INTERNAL and error is not exception:
                raise error from exception
            release(exception)
            raise error from None
        finally:
            self.depth -= 1
            if limit:
                sys.setrecursionlimit(limit)

    def start(self) -> int:
        """Give a run its budget and room to recurse; return the limit to set again, which all of Python shares."""
        self.is_fed = False
        work.start(self.budget)
        self.helpers["@ticks"] = chain(repeat(None, self.budget), chain.from_iterable(self.further()))
        limit = sys.getrecursionlimit()
        if limit < RECURSION_LIMIT:
            sys.setrecursionlimit(RECURSION_LIMIT)
        return limit

    def further(self) -> Iterator[Iterable[None]]:
        """Yield further steps of a run: one more budget for each that was fed before it was used up."""
        for _ in range(1, MAX_FEEDS):
            if not self.is_fed:
                return
            self.is_fed = False
            yield repeat(None, self.budget)

    def feed(self) -> None:
        """Keep the watchdog from biting for the length of another budget."""
        self.is_fed = True
        work.start(self.budget)

    def watchdog(self) -> None:
        """Stop a run whose budget is used up."""
        raise WatchdogError(self.budget)

    def raise_pending(self) -> None:
        """Raise the error of a callback that ran within native code."""
        error, self.pending = self.pending, None
        if error:
            raise error.with_traceback(None)

    # Files

    def compile(self, source: str, file: str) -> FunctionType:
        """Return the top level of a file as a function."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
        try:
            read = read_source(source, file)
            names = read.names
            self.provide(names.free | names.outer)
            prefix = prefix_of(file)
            if any(unit.prefix == prefix for unit in self.units):
                prefix = f"{prefix}@{len(self.units)}"  # a file that is loaded again, into another scope
            unit = Unit(read, prefix, names, bool(self.scopes.open))
            self.expose(unit)
            code = read.code(prefix, self.exposed, unit.is_nested)
        except RecursionError:
            raise MjsError(Kind.SYNTAX, "parser stack overflow") from None
        finally:
            sys.setrecursionlimit(limit)
        self.units.append(unit)
        exec(code, self.globals, self.helpers)
        main = self.helpers[f"{prefix}.main"]
        assert isinstance(main, FunctionType)
        return main

    def expose(self, unit: Unit) -> None:
        """Take note of the names that a file and those that it loads look up through their callers."""
        found = set(unit.names.free)
        if unit.names.loads_unknown:
            found |= unit.names.local
        if unit.is_nested:
            found |= unit.names.outer
        for file, is_nested in unit.names.loads:
            found |= self.looked_up(file, is_nested or unit.is_nested, {file})
        new = found - self.exposed
        self.exposed |= new
        for other in self.units:
            if not new.isdisjoint(other.names.local):
                self.recompile(other)

    def looked_up(self, file: str, is_nested: bool, seen: set[str]) -> set[str]:
        """Return the names that a file which will be loaded looks up; one that cannot be read has none."""
        source = self.read(file)
        try:
            names = read_source(byte_string(source or ""), file).names
        except MjsError:
            return set()
        found = names.free | names.outer if is_nested else set(names.free)
        for inner, is_inner_nested in names.loads:
            if inner not in seen:
                seen.add(inner)
                found |= self.looked_up(inner, is_nested or is_inner_nested, seen)
        return found

    def recompile(self, unit: Unit) -> None:
        """Give the functions of a file new code, because more names have to be found by others."""
        made: dict[str, Value] = {}
        code = unit.source.code(unit.prefix, self.exposed, unit.is_nested)
        exec(code, self.globals, made)
        for name, function in made.items():
            self.helpers[name].__code__ = function.__code__

    def load(self, file: str, target: Obj | None) -> Value:
        """Run another file in the scope at hand, or with an object as its scope; only once in the former case."""
        if target is None and file in self.loaded:
            return None
        try:
            source = self.read(file)
            if source is None:
                raise MjsError(Kind.FILE, f'failed to read file "{file}"')
            with self.scopes.within(target):
                result = self.execute(self.compile(byte_string(source), file))
        except WatchdogError:
            raise
        except MjsError as error:
            error.message = f'failed to exec file "{file}": {error.message}'
            raise error.with_traceback(None) from None
        if target is None:
            self.loaded.add(file)
        return result

    # For bound functions

    def native(self, name: str) -> Callable[..., object] | None:
        """Return the Python function behind a C function."""
        return self.natives.get(name)

    def write(self, text: str) -> None:
        """Take what `print` writes."""
        self.sink(text)

    def keep(self, function: Value, userdata: Value) -> None:
        """Remember a function that native code may call."""
        self.kept.append((function, userdata))

    def release(self, function: Value, userdata: Value) -> bool:
        """Forget a function that native code may call."""
        for index, (kept, given) in enumerate(self.kept):
            if kept is function and given is userdata:
                del self.kept[index]
                return True
        return False

    def pointer(self, held: object) -> Pointer:
        """Return a native pointer to an object."""
        return Pointer(held, 0, self.addresses)
