"""Represents the values of a program by Python objects.

| mJS | Python |
| --- | --- |
| string | `str`; each character stands for one byte |
| number | `int` below `EXACT`, else `float`; a zero that is negative is a `float`; not a number is `NAN` |
| undefined | `None` |
| null, true, false | `NULL`, `TRUE`, `FALSE` |
| object, array | `Obj`, `Arr` |
| function | a Python function, whose first argument is `this` |
| native function | a bound method: its `self` is the engine or the binding |
| native pointer | `Pointer` |

What the emitted code does without looking at types must fail in Python where it fails in the language. So null and
booleans are views of the values of a dict: these have truth, as fast as Python has it, and identity, but neither
arithmetic nor elements. For the same reason NaN is an object of its own, which is false and equal to nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from types import FunctionType, MethodType
from typing import Any, ClassVar, Final
from weakref import WeakKeyDictionary
from zlib import crc32

from sim.mjs.error import Kind, MjsError

__all__ = [
    "EXACT", "FALSE", "NAN", "NULL", "TRUE", "Addresses", "Arr", "Native", "Obj", "Pointer", "Value",
    "key_text", "member_key", "number_text", "of_bool", "of_float", "string_index", "text", "type_name",
]  # fmt: skip

Value = Any
"""Any value of a program: a union would have to be narrowed in every line."""

Native = Callable[..., Value]

NULL: Final[Value] = {}.values()
FALSE: Final[Value] = {}.values()
TRUE: Final[Value] = {0: 0}.values()

FOREIGN_KEY: Final = "TODO_foreign"
"""The key that the engine makes of any pointer or native function: its own word, which programs can see."""

EXACT: Final = 1 << 52
"""Integers below this are Python integers: doubles are exact up to twice as many, which leaves room for small sums."""

PROTOTYPE: Final = "__p"
INT64: Final = 1 << 63


class NotANumber:
    """The number that is none. Arithmetic with numbers gives it again; comparison and truth are false."""

    __slots__ = ()

    def arithmetic(self, other: object) -> NotANumber:
        if type(other) in (int, float, NotANumber, Pointer):
            return self
        raise MjsError(Kind.TYPE, "implicit type conversion is prohibited")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = arithmetic

    def never(self, other: object) -> bool:
        return False

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = never
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return False


NAN: Final = NotANumber()


def take_apart(dying: Obj) -> None:
    """Free what an object holds in turn: freed within one another, the parts of a long list exhaust the stack of C."""
    if Obj.dying is not None:
        Obj.dying.append(list(dying.values()))
        dying.clear()
        return
    Obj.dying = [list(dying.values())]
    dying.clear()
    while Obj.dying:
        Obj.dying.pop()
    Obj.dying = None


class Obj(dict[Any, Value]):
    """An object: its properties by name, oldest first. Always true, equal to itself only."""

    __slots__ = ()
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    dying: ClassVar[list[list[Value]] | None] = None
    if sys.platform == "emscripten":
        # CPython does this by itself, but takes the stack of the browser for longer than it is
        __del__ = take_apart

    def __bool__(self) -> bool:
        return True

    def __missing__(self, key: object) -> Value:
        """Look a property up that is not there by this key: under its name, then in the prototypes."""
        name = key if type(key) is str else key_text(key)
        found: Value = self
        for _ in range(PROTOTYPE_LIMIT):
            if name in found:
                return dict.__getitem__(found, name)
            found = dict.get(found, PROTOTYPE)
            if not isinstance(found, Obj):
                return None
            if type(found) is Arr:
                return found.own(name)
        return None

    def own(self, name: str) -> Value:
        """Return an own property or undefined."""
        return dict.get(self, name)

    def put(self, name: str, value: Value) -> None:
        """Set a property."""
        self[name] = value

    def names(self) -> list[str]:
        """Return the names of the properties, newest first."""
        return [str(key) for key in reversed(self)]


PROTOTYPE_LIMIT: Final = 10_000


INDEX: Final = re.compile(r"[ \t-\r]*\+?[0-9]{1,9}")
"""A name that counts for the length of an array, even where it names none of its elements."""


class Arr(Obj):
    """An array: elements by integers, other properties by name. Keep `length` one above the highest index."""

    __slots__ = ("length",)

    def __init__(self, values: Iterable[Value] = ()) -> None:
        super().__init__(enumerate(values))
        self.length = len(self)

    def __missing__(self, key: object) -> Value:
        key = member_key(key)
        if key == "length":
            return self.length
        return dict.get(self, key, ARRAY_METHODS.get(key)) if type(key) is str else dict.get(self, key)

    def own(self, name: str) -> Value:
        return dict.get(self, member_key(name))

    def put(self, name: object, value: Value) -> None:
        key = member_key(name)
        index = key if type(key) is int else int(key) if INDEX.fullmatch(str(key)) else -1
        if index >= self.length:
            self.length = index + 1
        self[key] = value

    def values_in_order(self) -> list[Value]:
        """Return the elements by index; holes are undefined."""
        return list(map(self.get, range(self.length)))


ARRAY_METHODS: Final[dict[str, Value]] = {}
"""The native methods that every array has; the module of their code fills it."""


KEPT: Final = 1000
"""Objects that are remembered for their addresses although nothing tells when they are gone."""


class Addresses:
    """Gives each object of the embedder's an address when one is asked for, in the order of asking."""

    def __init__(self) -> None:
        self.given: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self.kept: dict[int, tuple[object, int]] = {}
        """Objects that no weak reference can be made to, the newest, so that their identity stays theirs."""
        self.count = 0

    def of(self, held: object) -> int:
        """Return the address of an object; that of a number is the number."""
        if held is None:
            return 0
        if isinstance(held, int):
            return held
        try:
            found = self.given.get(held)
        except TypeError:
            return self.of_kept(held)
        if found is None:
            found = self.given[held] = self.next()
        return found

    def of_kept(self, held: object) -> int:
        """Return the address of an object that no weak reference can be made to."""
        if id(held) not in self.kept:
            self.kept[id(held)] = held, self.next()
            if len(self.kept) > KEPT:
                del self.kept[next(iter(self.kept))]
        return self.kept[id(held)][1]

    def next(self) -> int:
        """Return an address that no object has."""
        self.count += 1
        return 0x10000 + 16 * self.count


class Pointer:
    """A native pointer: something of the embedder's, and an offset into it. Null when it holds None."""

    __slots__ = ("addresses", "held", "offset")

    def __init__(self, held: object, offset: int, addresses: Addresses) -> None:
        self.held = held
        self.offset = offset
        self.addresses = addresses

    @property
    def address(self) -> int:
        """What the pointer prints as."""
        return self.addresses.of(self.held) + self.offset

    def moved(self, distance: Value) -> Pointer:
        """Return a pointer that many bytes further on."""
        if type(distance) not in (int, float):
            raise MjsError(Kind.TYPE, "implicit type conversion is prohibited")
        return Pointer(self.held, self.offset + int(distance), self.addresses)

    __add__ = __radd__ = moved

    def __sub__(self, other: Value) -> Value:
        if isinstance(other, Pointer):
            return self.address - other.address
        return self.moved(-other if type(other) in (int, float) else other)

    def __eq__(self, other: object) -> bool:
        if other is NULL:
            return self.held is None and self.offset == 0
        return isinstance(other, Pointer) and self.held is other.held and self.offset == other.offset

    def __hash__(self) -> int:
        return hash((id(self.held), self.offset))

    def never(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = never

    def memory(self) -> bytearray | bytes:
        """Return the bytes that the pointer points into."""
        if not isinstance(self.held, bytes | bytearray):
            raise MjsError(Kind.TYPE, "type error")
        return self.held

    def __getitem__(self, index: Value) -> int:
        memory, at = self.memory_at(index)
        return memory[at]

    def __setitem__(self, index: Value, value: Value) -> None:
        memory, at = self.memory_at(index)
        if type(value) not in (int, float):
            raise MjsError(Kind.TYPE, "only number can be written to a foreign pointer")
        if isinstance(memory, bytearray):
            memory[at] = int(value) & 255

    def memory_at(self, index: Value) -> tuple[bytearray | bytes, int]:
        """Return the bytes and the place of an index."""
        if type(index) not in (int, float):
            raise MjsError(Kind.TYPE, "index must be a number")
        memory, at = self.memory(), self.offset + int(index)
        if not 0 <= at < len(memory):
            raise MjsError(Kind.TYPE, "type error")
        return memory, at


def of_bool(truth: object) -> Value:
    """Return the boolean of a Python truth."""
    return TRUE if truth else FALSE


def of_float(number: float) -> Value:
    """Return the number of a Python float."""
    return NAN if number != number else number


def number_text(number: Value) -> str:
    """Return how a number prints: integral without point, others with six decimals."""
    if type(number) is int:
        return str(number) if -INT64 <= number < INT64 else str(-INT64)
    if number is NAN or number != number:
        return "-nan"
    if number in (float("inf"), float("-inf")) or number == int(number):
        return str(int(number)) if -INT64 <= number < INT64 else str(-INT64)
    return f"{number:.6f}"


TYPE_NAMES: Final[dict[type, str]] = {
    int: "number", float: "number", NotANumber: "number", str: "string", type(None): "undefined", Obj: "object",
    Arr: "array", FunctionType: "function", MethodType: "foreign_ptr", Pointer: "foreign_ptr",
}  # fmt: skip


def type_name(value: Value) -> str:
    """Return what `typeof` gives."""
    if value is NULL:
        return "null"
    if value is TRUE or value is FALSE:
        return "boolean"
    return TYPE_NAMES.get(type(value)) or ("object" if isinstance(value, Obj) else "foreign_ptr")


WORDS: Final[tuple[tuple[Value, str], ...]] = ((NULL, "null"), (TRUE, "true"), (FALSE, "false"), (None, "undefined"))


def word(value: Value) -> str | None:
    """Return the name of a value that has one."""
    return next((name for constant, name in WORDS if value is constant), None)


def key_text(value: Value) -> str:
    """Return the property name that a value stands for.

    Raises:
        MjsError: it stands for none.
    """
    if type(value) is str:
        return value
    if type(value) in (int, float) or value is NAN:
        return number_text(value)
    if named := word(value):
        return named
    if isinstance(value, Obj):
        raise MjsError(Kind.TYPE, "conversion from object to string is not supported")
    if isinstance(value, Pointer | MethodType):
        return FOREIGN_KEY
    raise MjsError(Kind.TYPE, "unknown type to convert to string")


def member_key(value: Value) -> int | str:
    """Return the key under which an array keeps a property: an integer for the elements."""
    if type(value) is int and value >= 0:
        return value
    name = key_text(value)
    return int(name) if name.isdecimal() and (name == "0" or name[0] != "0") and len(name) < 16 else name


STRING_INDEX: Final = re.compile(r"[ \t-\r]*[+-]?[0-9]{1,15}")


def string_index(name: str) -> int | None:
    """Return the index into a string that a property name stands for."""
    return int(name) if STRING_INDEX.fullmatch(name) else None


def text(value: Value) -> str:
    """Return how a value prints."""
    if type(value) is str:
        return value
    kind = type_name(value)
    if kind == "number":
        return number_text(value)
    if kind == "function":
        return f"<function@{value.__code__.co_firstlineno}>"
    if kind == "foreign_ptr":
        return f"<foreign_ptr@{value.address if isinstance(value, Pointer) else code_address(value):x}>"
    return word(value) or f"<{kind}>"


def code_address(native: MethodType) -> int:
    """Return where a native function might be: the same in every run."""
    return crc32(native.__func__.__qualname__.encode())
