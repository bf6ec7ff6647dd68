"""Makes the table of the firmware's API by looking at the API itself: its classes in Python and its files in mJS.

The checker, the editor's completion and the command `api` read this table and hold no list of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, MethodType
from typing import Any, Final

from sim.api import API_FILES as PYTHON_FILES
from sim.api import Modules
from sim.api.context import Context
from sim.catalog.entry import Catalog, Member, Module
from sim.catalog.python import about, python_function, python_members
from sim.device import Device
from sim.mjs.ffi import Binding
from sim.mjs.frame import mjs_name
from sim.mjs.signature import Signature, Type
from sim.mjs.value import FALSE, NULL, TRUE, Obj, Value
from sim.natives import make_natives
from sim.network.network import Network
from sim.script import API_FILES, API_NAMES, DeviceEngine, api_file

__all__ = ["Catalog", "Member", "Module", "make_catalog"]

BUILT_IN: Final[dict[str, tuple[str, str]]] = {
    "print": ("...values", "Print every value and a space after each, then end the line."),
    "load": ("file, object", "Run another file in this scope, once; with an object as its scope, always."),
    "ffi": ("signature", "Bind a C function by its signature, such as 'int abs(int)'."),
    "ffi_cb_free": ("function, userdata", "Forget a function that was given to a C function; 1 if it was known."),
    "mkstr": ("pointer, offset, length, copy", "Make a string from memory; also with pointer and length alone."),
    "fstr": ("pointer, offset, length, copy", "Do what mkstr does: its name before December 2017."),
    "s2o": ("ptr, descr", "Return undefined: nothing native has a description here."),
    "getMJS": ("", "Return the engine as a pointer for C functions."),
    "die": ("message", "End with an error of this text."),
    "gc": ("full", "Collect garbage; return the argument."),
    "chr": ("code", "Return the string of one byte, or null if the code is none."),
    "isNaN": ("value", "Return whether a value is the number that is none."),
    "JSON.parse": ("text", "Return the value that a JSON text stands for."),
    "JSON.stringify": ("value", "Return a value as JSON text, the newest property first."),
    "Object.create": ("prototype", "Return an object whose missing properties are read from another."),
}
"""Parameters and meaning of what the engine itself has: its functions tell neither."""

PROPERTY: Final = re.compile(r"(?:([A-Za-z_]\w*)\s*:|\.([A-Za-z_]\w*)\s*=[^=])")
"""A key of an object, or a member that is assigned to."""

ASKED: Final = re.compile(r"typeof\s+(\w+)|(\w+)\s*[!=]==\s*undefined|(\w+)\s*\|\|")
"""A variable that may be missing, or of another type."""


@cache
def make_catalog() -> Catalog:
    """Return the table; it is made once."""
    specimen = Specimen(Network(), {"init.py": ""})
    specimen.boot()
    natives = make_natives(specimen.modules)
    script = dict(_script_globals(natives))
    python = {name: value for name, value in specimen.names.items() if not name.startswith("__")}
    modules: dict[str, Module] = {}
    functions: dict[str, Member] = {}
    constants: dict[str, Member] = {}
    public = {*python, *BUILT_IN, *API_NAMES, "JSON", "Object", "NaN"}
    for name in sorted(public & {*script, *python}):
        file, value = script.get(name, (None, None))
        mine = python.get(name)
        if isinstance(value, Obj) or (mine is not None and not _is_function(mine)):
            modules.update(_modules(name, file, value, mine))
        elif _is_function(value) or mine is not None:
            functions[name] = _merge(name, _script_member(name, value), python_function(name, mine, 0))
        else:
            constants[name] = _merge(name, _script_member(name, value), None)
    return Catalog(
        modules,
        functions,
        constants,
        files=tuple(API_FILES),
        python_files=tuple(PYTHON_FILES),
        natives=frozenset(natives),
        globals=frozenset(script),
        properties=frozenset(_properties()),
    )


class Specimen(Device):
    """A device that is there to be looked at."""

    modules: Modules
    names: Mapping[str, object]

    def _python(self, context: Context, modules: Modules) -> Callable[[str], None]:
        run = super()._python(context, modules)
        self.modules = modules
        assert isinstance(run, MethodType)
        program: Any = run.__self__
        self.names = program.names
        return run


class _Natives(dict[str, Callable[..., object]]):
    """C functions, and one that does nothing for each that is not simulated."""

    def get(self, name: str, default: object = None) -> Any:
        return super().get(name) or (lambda *arguments: None)


def _properties() -> Iterator[str]:
    """Yield the keys and assigned members in the API's files."""
    for file in API_FILES:
        for key, member in PROPERTY.findall((api_file(file) or b"").decode("latin-1")):
            yield key or member


def _script_globals(natives: Mapping[str, Callable[..., object]]) -> Iterator[tuple[str, tuple[str | None, Value]]]:
    """Yield the globals of scripts with their files and values."""
    nothing: Callable[..., object] = lambda *arguments: None  # noqa: E731
    engine = DeviceEngine(api_file, _Natives(natives), nothing, nothing, nothing, 1_000_000)
    built_in = set(engine.globals)
    for name in built_in - {"__builtins__", "global"}:
        yield mjs_name(name), (None, engine.globals[name])
    files = {name: file for file, names in API_FILES.items() for name in names}
    for file in API_FILES:
        engine.load(file, None)
    for name, value in engine.globals.items():
        if name not in built_in:
            yield mjs_name(name), (files.get(mjs_name(name)), value)


def _modules(name: str, file: str | None, value: Value, mine: object) -> dict[str, Module]:
    """Return a module with those that are its members."""
    members: dict[str, Member] = {}
    found = {name: Module(name, about(type(mine)) if mine is not None else "", file, members)}
    script = {key: value.own(key) for key in reversed(value.names())} if isinstance(value, Obj) else {}
    python = python_members(mine) if mine is not None else {}
    for key in [*script, *(key for key in python if key not in script)]:
        if key.startswith("_"):
            continue
        full = f"{name}.{key}"
        if isinstance(script.get(key), Obj):
            inner = getattr(mine, key, None)
            found.update(_modules(full, file, script[key], inner))
            members[key] = Member(key, "module", mjs=full, python=full if inner is not None else None)
        else:
            members[key] = _merge(key, _script_member(full, script[key]) if key in script else None, python.get(key))
    return found


def _merge(name: str, script: Member | None, python: Member | None) -> Member:
    """Return one entry for a name that may be there in both languages, with the better names of parameters."""
    if script is None or python is None:
        found = script or python
        assert found
        return found
    parameters = script.parameters
    if script.arguments is not None and len(python.places) >= script.arguments:
        parameters = python.places[: script.arguments]
    shown = f"{script.mjs.partition('(')[0]}({', '.join(parameters)})" if script.mjs and parameters else script.mjs
    return Member(
        name,
        script.kind,
        about=python.about or script.about,
        python=python.python,
        mjs=shown,
        value=script.value if script.kind == "constant" else None,
        arguments=script.arguments,
        parameters=parameters,
        needed=script.needed,
        types=script.types,
        handlers=script.handlers,
        result=script.result,
        places=python.places,
        least=python.least,
        most=python.most,
        keywords=python.keywords,
    )


# Scripts


def _is_function(value: object) -> bool:
    return isinstance(value, FunctionType | MethodType)


def _script_member(full: str, value: Value) -> Member:
    """Return the entry of a value that a script finds."""
    name = full.rpartition(".")[2]
    if isinstance(value, MethodType) and isinstance(value.__self__, Binding):
        return _bound(full, value.__self__.signature)
    if full in BUILT_IN and isinstance(value, MethodType):
        parameters, about = BUILT_IN[full]
        names = tuple(parameters.split(", ")) if parameters else ()
        return Member(name, "function", about, mjs=f"{full}({parameters})", parameters=names)
    if isinstance(value, FunctionType):
        code = value.__code__
        names = tuple(map(mjs_name, code.co_varnames[1 : code.co_argcount]))
        shown = f"{full}({', '.join(names)})"
        return Member(name, "function", mjs=shown, parameters=names, needed=_needed(code, names))
    if isinstance(value, MethodType):
        return Member(name, "function", mjs=f"{full}(...)", parameters=("...",))
    return Member(name, "constant", mjs=full, value=_constant(value))


def _needed(code: CodeType, names: tuple[str, ...]) -> int:
    """Return how many parameters come before the first one that a function of an API's file asks about itself."""
    lines = (api_file(code.co_filename) or b"").decode("latin-1").split("\n")
    last = max(line or 0 for _, _, line in code.co_lines())
    asked = {name for found in ASKED.findall("\n".join(lines[code.co_firstlineno - 1 : last])) for name in found}
    return next((index for index, name in enumerate(names) if name in asked), len(names))


def _bound(full: str, signature: Signature) -> Member:
    """Return the entry of a C function."""
    handlers = {
        position: len(kind.signature.arguments)
        for position, kind in enumerate(signature.arguments)
        if kind.signature is not None
    }
    names = tuple(map(_type_name, signature.arguments))
    return Member(
        full.rpartition(".")[2],
        "function",
        mjs=f"{full}({', '.join(names)})",
        arguments=len(names),
        parameters=names,
        types=tuple(kind.kind for kind in signature.arguments),
        handlers=handlers,
        result=signature.result.kind,
    )


def _type_name(kind: Type) -> str:
    return {"function": "handler", "struct": "string"}.get(kind.kind, kind.kind)


def _constant(value: Value) -> str | int | float | bool | None:
    if value is TRUE or value is FALSE:
        return value is TRUE
    return value if isinstance(value, str | int | float) and value is not NULL else None
