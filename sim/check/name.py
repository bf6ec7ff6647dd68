"""Follows the names of a script in the order of execution and finds those that will not be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from sim.check.fact import Facts, Script
from sim.check.finding import did_you_mean
from sim.check.javascript import WORDS
from sim.check.report import Report
from sim.mjs import node
from sim.mjs.lexer import NAME
from sim.mjs.scope import declared, loop_parts

__all__ = ["Names"]


@dataclass(slots=True)
class Scope:
    """A scope that is open."""

    owner: node.Node | None
    names: set[str]
    later: set[str] = field(default_factory=set)
    """Declared in it, but perhaps not yet."""
    is_loop: bool = False


def constants(script: Script) -> Iterator[str]:
    """Yield names that a script means to declare with words that declare nothing: the word is told, they are not."""
    tokens = script.parser.tokens
    for word, name in pairwise(tokens):
        if word.kind == NAME == name.kind and word.text in ("const", "class", "import"):
            yield name.text


class Names:
    """The scopes that are open while a script is walked through."""

    def __init__(self, facts: Facts, script: Script, report: Report) -> None:
        self.facts = facts
        self.script = script
        self.report = report
        self.functions: list[node.Function] = []
        self.scopes = [Scope(None, set(), declared(script.program.body))]
        self.outer: list[Scope] = []
        """Scopes around the function that is walked through: it does not see them."""
        self.told: set[str] = set(constants(script))
        """Names that were reported as unknown: once is enough."""

    @contextmanager
    def scope(self, owner: node.Node, parts: Iterable[node.Node | None], is_loop: bool = False) -> Iterator[None]:
        """Open the scope of a block or loop."""
        self.scopes.append(Scope(owner, set(), declared(parts), is_loop))
        yield
        self.scopes.pop()

    @contextmanager
    def function(self, part: node.Function) -> Iterator[None]:
        """Open the scope of a function, and close it; then declare its name."""
        scopes, outer = self.scopes, self.outer
        self.outer = outer + scopes
        self.scopes = [Scope(part, set(part.parameters), declared(part.body))]
        self.functions.append(part)
        yield
        self.functions.pop()
        self.scopes, self.outer = scopes, outer
        if part.name:
            self.declare(part.name)

    def loop(self, part: node.While | node.For | node.ForIn) -> Iterable[node.Node | None]:
        """Return the parts of a loop that share its scope."""
        return loop_parts(part)

    def declare(self, name: str) -> None:
        """Take note of a declaration."""
        self.scopes[-1].names.add(name)

    def refer(self, name: str, offset: int) -> None:
        """Look a name up and report it if it will not be found."""
        is_later = False
        for scope in reversed(self.scopes):
            if name in scope.names or (scope.is_loop and name in scope.later):
                return
            is_later |= name in scope.later
        facts = self.facts
        if facts.knows(name):
            return
        if self.functions:
            if name in facts.globals:
                return
            if is_later and name not in self.elsewhere(name):
                self.too_early(name, offset)
            elif name in facts.locals:
                self.local(name, offset)
            else:
                self.unknown(name, offset)
        elif is_later:
            self.too_early(name, offset)
        elif name in facts.globals:
            return  # of another file
        elif name in facts.locals and self.script.file in facts.nested:
            return
        else:
            self.unknown(name, offset)

    def elsewhere(self, name: str) -> set[str]:
        """Return the name if other functions than this declare it: they may be among the callers."""
        owners = self.facts.locals.get(name, set()) - {scope.owner for scope in self.scopes}
        return {name} if owners else set()

    def too_early(self, name: str, offset: int) -> None:
        if name in self.facts.globals and self.script.file in self.facts.loaded:
            return  # it may run more than once
        about = "; functions are not there before their line" if name in self.facts.functions else ""
        self.report.error("too-early", offset, f"`{name}` is used before it is declared{about}")

    def local(self, name: str, offset: int) -> None:
        """Report a variable of another function, which this one only sees while the other runs."""
        function = self.functions[-1]
        surrounds = any(name in scope.names or name in scope.later for scope in self.outer)
        if function in self.facts.callbacks:
            text = (
                f"`{name}` is not there when this function is called: it sees globals and its parameters only (there "
                "are no closures); pass the value as userdata"
            )
            if function in self.facts.at_once or self.is_called(function):
                self.report.warning("closure", offset, text)
            else:
                self.report.error("closure", offset, text)
        elif not surrounds:
            self.report.warning(
                "closure", offset, f"`{name}` is a variable of another function: found only while that runs"
            )
        elif not self.is_called(function):
            self.report.warning(
                "closure",
                offset,
                f"`{name}` is a variable of the code around this function: found only while that runs (no closures)",
            )

    def is_called(self, function: node.Function) -> bool:
        """Return whether a function is put into a variable by whose name something is called."""
        facts = self.facts
        return any(name in facts.called for name, found in facts.functions.items() if function in found)

    def unknown(self, name: str, offset: int) -> None:
        """Report a name that nobody declares."""
        facts = self.facts
        if self.report.is_dead or name in self.told or (facts.loads_into_object and name in facts.keys):
            return
        self.told.add(name)
        visible = {name for scope in self.scopes for name in scope.names} | facts.globals
        known = visible | {*facts.catalog.modules, *facts.catalog.functions}
        hint = WORDS.get(name, "")
        text = f"`{name}` is not defined" + (f": {hint}" if hint else did_you_mean(name, known))
        if facts.loads_unknown:
            self.report.warning("undefined", offset, text)
        else:
            self.report.error("undefined", offset, text)
