"""Collects what all scripts of a device say together: who declares which name, what is put into it, what is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sim.catalog import Catalog, Member
from sim.check.place import PlacedParser
from sim.mjs import node
from sim.mjs.error import MjsError
from sim.mjs.scope import children
from sim.mjs.signature import Signature, parse_signature

__all__ = ["Facts", "Script", "collect", "path_of"]

MAX_FUNCTIONS: Final = 1
"""A handler given by its name is known if no more functions than this have the name."""

SYNCHRONOUS: Final = frozenset(["JSON", "Object", "print", "load", "ffi", "ffi_cb_free", "die"])
"""Names of the engine that call no function, or at once."""

AT_ONCE: Final = "Event"
"""The module whose handlers may also be called by the program itself, while its functions run."""


@dataclass(frozen=True, slots=True)
class Script:
    """A file that parses."""

    file: str
    source: str
    parser: PlacedParser
    program: node.Program


@dataclass
class Facts:
    """What the scripts of a device say together. Names are looked up through callers, so all files count."""

    catalog: Catalog
    files: Mapping[str, bytes]
    globals: set[str] = field(default_factory=set)
    """Declared at the top level of some file."""
    locals: dict[str, set[node.Node | None]] = field(default_factory=dict)
    """Declared in functions, blocks and loops: in which."""
    values: dict[str, list[node.Expression | str | None]] = field(default_factory=dict)
    """What is put into a variable of each name: an expression, the name of a kind, or None for what is not known."""
    keys: set[str] = field(default_factory=set)
    """Names that properties may have: keys, assigned members, and all literal strings."""
    functions: dict[str, list[node.Function]] = field(default_factory=dict)
    """Functions by the variables that they are put into."""
    called: set[str] = field(default_factory=set)
    """Names that are called."""
    callbacks: set[node.Function] = field(default_factory=set)
    """Functions that the device calls later: they see globals, their parameters and nothing else."""
    at_once: set[node.Function] = field(default_factory=set)
    """Those of them that may also be called at once: they see the variables of their callers."""
    bound: dict[str, Signature | None] = field(default_factory=dict)
    """C functions by the variables that they are bound to; None if that is not one alone."""
    loads_unknown: bool = False
    loads_into_object: bool = False
    writes_files: bool = False
    loaded: set[str] = field(default_factory=set)
    nested: set[str] = field(default_factory=set)
    """Files that are loaded while a function runs, maybe: they see its variables."""

    def knows(self, name: str) -> bool:
        """Return whether the engine or the API defines a global."""
        return name in self.catalog.globals or name == "global"

    def is_own(self, name: str) -> bool:
        """Return whether the scripts themselves put something into a name."""
        return name in self.globals or name in self.locals or name in self.values

    def member(self, part: node.Node) -> Member | None:
        """Return the entry of the API that an expression names, None if there is none or the scripts changed it."""
        path = path_of(part)
        if not path or self.is_own(path[0]):
            return None
        if len(path) == 1:
            return self.catalog.functions.get(path[0])
        module = self.catalog.modules.get(".".join(path[:-1]))
        found = module.members.get(path[-1]) if module else None
        return found if found and found.mjs is not None else None

    def signature(self, part: node.Node) -> Signature | None:
        """Return the C function that an expression names."""
        return self.bound.get(part.name) if isinstance(part, node.Name) else None

    def handlers(self, call: node.Call) -> Mapping[int, int | None]:
        """Return the positions of handlers in a call, and how many arguments each gets, if that is known."""
        signature = self.signature(call.callee)
        if signature:
            kinds = enumerate(kind.signature for kind in signature.arguments)
            return {position: len(kind.arguments) for position, kind in kinds if kind is not None}
        path, member = path_of(call.callee), self.member(call.callee)
        if member is None or path is None or path[0] in SYNCHRONOUS:
            return {}
        return {position: member.handlers.get(position) for position in range(len(call.arguments))}

    def function(self, part: node.Node) -> node.Function | None:
        """Return the function that an expression is, or names."""
        if isinstance(part, node.Function):
            return part
        if isinstance(part, node.Name):
            found = self.functions.get(part.name, [])
            if len(found) == MAX_FUNCTIONS == len(self.values.get(part.name, [])):
                return found[0]
        return None


def path_of(part: node.Node) -> tuple[str, ...] | None:
    """Return the names of `a.b.c`, None for other expressions."""
    names: list[str] = []
    while isinstance(part, node.Member):
        names.append(part.name)
        part = part.object
    return (part.name, *reversed(names)) if isinstance(part, node.Name) else None


class Collector:
    """Walks through a script once and adds what it says to the facts."""

    def __init__(self, facts: Facts, file: str) -> None:
        self.facts = facts
        self.file = file
        self.scopes: list[node.Node | None] = [None]

    def visit(self, part: node.Node) -> None:
        """Take note of a node and its parts."""
        rule = RULES.get(type(part))
        if rule:
            rule(self, part)
        opens = isinstance(part, SCOPES)
        if opens:
            self.scopes.append(part)
        if isinstance(part, node.Function):
            for name in part.parameters:
                self.declare(name, None)
        elif isinstance(part, node.ForIn) and part.declares:
            self.declare(part.name, "string")
        for child in children(part):
            if child:
                self.visit(child)
        if opens:
            self.scopes.pop()

    def declare(self, name: str, value: node.Expression | str | None, has_value: bool = True) -> None:
        """Take note of a variable of the innermost scope."""
        if self.scopes[-1] is None:
            self.facts.globals.add(name)
        else:
            self.facts.locals.setdefault(name, set()).add(self.scopes[-1])
        if has_value:
            self.put(name, value)

    def put(self, name: str, value: node.Expression | str | None) -> None:
        """Take note of a value of a variable."""
        facts = self.facts
        facts.values.setdefault(name, []).append(value)
        if isinstance(value, node.Function):
            facts.functions.setdefault(name, []).append(value)

    def let(self, part: node.Let) -> None:
        for name, value in part.names:
            self.declare(name, value, value is not None)

    def function(self, part: node.Function) -> None:
        if part.name:
            self.declare(part.name, part)

    def for_in(self, part: node.ForIn) -> None:
        if not part.declares:
            self.put(part.name, "string")

    def assign(self, part: node.Assign) -> None:
        value: node.Expression = part.value
        if part.operator:
            value = node.Binary(part.line, part.operator, part.target, part.value)
        match part.target:
            case node.Name(name=name):
                self.put(name, value)
            case node.Member(object=node.Name(name="global"), name=name):
                self.facts.globals.add(name)
                self.put(name, value)
            case node.Member(name=name):
                self.facts.keys.add(name)

    def step(self, part: node.Prefix | node.Postfix) -> None:
        if isinstance(part.target, node.Name):
            self.put(part.target.name, "number")

    def object(self, part: node.Object) -> None:
        self.facts.keys.update(key for key, _ in part.items)

    def string(self, part: node.String) -> None:
        self.facts.keys.add(part.value)

    def call(self, part: node.Call) -> None:
        facts, callee = self.facts, part.callee
        if isinstance(callee, node.Name):
            facts.called.add(callee.name)
            if callee.name == "load":
                self.load(part)
        path = path_of(callee)
        facts.writes_files |= bool(path and path[0] == "File")

    def load(self, part: node.Call) -> None:
        facts = self.facts
        facts.loads_into_object |= len(part.arguments) > 1
        if part.arguments and isinstance(part.arguments[0], node.String):
            file = part.arguments[0].value
            facts.loaded.add(file)
            if self.scopes[-1] is not None or self.file in facts.nested:
                facts.nested.add(file)
            facts.loads_unknown |= file not in facts.files and file not in facts.catalog.files
        else:
            facts.loads_unknown = True


SCOPES: Final = (node.Function, node.Block, node.While, node.For, node.ForIn)
RULES: Final[dict[type[node.Node], Callable[[Collector, Any], None]]] = {
    node.Let: Collector.let,
    node.Function: Collector.function,
    node.ForIn: Collector.for_in,
    node.Assign: Collector.assign,
    node.Prefix: Collector.step,
    node.Postfix: Collector.step,
    node.Object: Collector.object,
    node.String: Collector.string,
    node.Call: Collector.call,
}


def collect(facts: Facts, scripts: list[Script]) -> None:
    """Add what scripts say to the facts."""
    for script in scripts:
        collector = Collector(facts, script.file)
        for statement in script.program.body:
            collector.visit(statement)
    for name, values in facts.values.items():
        if (signature := bound_signature(values)) is not None:
            facts.bound[name] = signature
    for script in scripts:
        for call in calls(script.program):
            found = set(handlers_of(facts, call))
            facts.callbacks |= found
            if (path_of(call.callee) or ("",))[0] == AT_ONCE:
                facts.at_once |= found


def bound_signature(values: list[node.Expression | str | None]) -> Signature | None:
    """Return the signature that a variable is bound to, if that is all that is ever put into it."""
    match values:
        case [node.Call(callee=node.Name(name="ffi"), arguments=[node.String(value=text)])]:
            try:
                return parse_signature(text)
            except MjsError:
                return None
    return None


def calls(part: node.Node) -> Iterator[node.Call]:
    """Yield all calls in a program."""
    waiting = [*part.body] if isinstance(part, node.Program) else [part]
    while waiting:
        one: Any = waiting.pop()
        if isinstance(one, node.Call):
            yield one
        waiting += [child for child in children(one) if child]


def handlers_of(facts: Facts, call: node.Call) -> Iterator[node.Function]:
    """Yield the functions that a call hands to the device: as arguments, or within an object among these."""
    for position in facts.handlers(call):
        if position >= len(call.arguments):
            continue
        argument = call.arguments[position]
        values = [value for _, value in argument.items] if isinstance(argument, node.Object) else [argument]
        for value in values:
            if found := facts.function(value):
                yield found
