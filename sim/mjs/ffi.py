"""Binds C functions by their signatures: checks and converts arguments and results as the engine does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from types import FunctionType, MethodType
from typing import Final, Protocol

from sim.mjs.arithmetic import int32, int64, is_number
from sim.mjs.error import MjsError
from sim.mjs.signature import Signature, bad_signature, fail, parse_signature
from sim.mjs.value import FALSE, NAN, NULL, TRUE, Addresses, Obj, Pointer, Value, of_bool, of_float, type_name

__all__ = ["Binding", "Callback", "Host", "bind"]


class Host(Protocol):
    """What a binding needs of the engine."""

    def native(self, name: str) -> Callable[..., object] | None:
        """Return the Python function behind a C function."""

    addresses: Addresses

    def call_back(self, function: Value, arguments: Iterable[Value]) -> Value:
        """Call a function of the program on behalf of native code; undefined when it fails."""

    @property
    def pending(self) -> MjsError | None:
        """The error of a callback that ran within native code."""

    def raise_pending(self) -> None:
        """Raise that error."""

    def keep(self, function: Value, userdata: Value) -> None:
        """Remember a function that native code may call."""


def bind(host: Host, text: str) -> MethodType:
    """Return the native function of a signature.

    Raises:
        MjsError: the signature is none, or there is no such function.
    """
    try:
        signature = parse_signature(text, lambda name: host.native(name) is not None)
    except MjsError as error:
        raise bad_signature(text, error) from None
    function = host.native(signature.name)
    assert function
    return MethodType(call, Binding(host, signature, function))


class Binding:
    """A C function bound for a program."""

    __slots__ = ("count", "function", "host", "result", "signature", "take", "userdata")

    def __init__(self, host: Host, signature: Signature, function: Callable[..., object]) -> None:
        self.host = host
        self.signature = signature
        self.function = function
        self.result = RESULTS_TO_PROGRAM[signature.result.kind]
        kinds = [kind.kind for kind in signature.arguments]
        self.count = len(kinds)
        self.userdata = kinds.index("userdata") if "userdata" in kinds else None
        """Where the value stands that goes with a function."""
        self.take: Callable[..., Iterable[object]] | None = None
        """Returns the arguments as native code takes them; made at the first call."""

    def prepare(self) -> Callable[..., Iterable[object]]:
        """Make what takes the arguments."""
        kinds = tuple(kind.kind for kind in self.signature.arguments)
        self.take = self.take_each if "function" in kinds else taker(kinds)
        return self.take

    def take_each(self, *given: Value) -> list[object]:
        """Return arguments of which some are functions."""
        converters = [ARGUMENTS[kind.kind] for kind in self.signature.arguments]
        return [
            convert(value, index) if convert else self.take_function(index, value, given)
            for index, (convert, value) in enumerate(zip(converters, given, strict=True))
        ]

    def take_function(self, index: int, value: Value, given: tuple[Value, ...]) -> Callback:
        """Return a function of the program for native code."""
        if not isinstance(value, FunctionType | MethodType):
            # The engine takes this word from an unrelated place in its memory
            raise fail(f"actual arg #{index} is not a function, but {'???' if type(value) is str else 'undefined'}")
        signature = self.signature.arguments[index].signature
        assert signature
        self.host.keep(value, None if self.userdata is None else given[self.userdata])
        return Callback(self.host, signature, value)


def call(binding: Binding, this: Value, *given: Value) -> Value:
    """Call the function behind a binding."""
    try:
        if len(given) != binding.count:
            raise fail(f"got {len(given)} actuals, but function takes {binding.count} args")
        arguments = (binding.take or binding.prepare())(*given)
    except MjsError as error:
        raise fail(f"failed to call FFIed function: {error.message}") from None
    result = binding.function(*arguments)
    host = binding.host
    if host.pending:
        host.raise_pending()
    return binding.result(host, result)


# From the program to native code


def to_int(value: Value, index: int) -> int:
    if type(value) is int and -0x80000000 <= value <= 0x7FFFFFFF:
        return value
    if value is TRUE or value is FALSE:
        return int(value is TRUE)
    if not is_number(value) and value is not NAN:
        raise fail(f"actual arg #{index} is not an int (the type idx is: {type_name(value)})")
    return int32(0 if value is NAN else value)


def to_bool(value: Value, index: int) -> bool:
    if type(value) is str or value is None or value is NULL or isinstance(value, Obj | FunctionType | MethodType):
        raise fail(f"actual arg #{index} is not a bool (the type idx is: {type_name(value)})")
    return bool(to_int(value, index))


def to_double(value: Value, index: int) -> float:
    return float(value) if is_number(value) else float("nan")


def to_string(value: Value, index: int) -> bytes | None:
    if type(value) is str:
        return value.encode("latin-1")
    if value is NULL:
        return None
    raise fail(f"actual arg #{index} is not a string (the type idx is: {type_name(value)})")


def to_pointer(value: Value, index: int) -> object:
    if type(value) is Pointer:
        return value.held if value.offset == 0 else value
    if type(value) is str:
        return value.encode("latin-1")
    if value is NULL:
        return None
    raise fail(f"actual arg #{index} is not a ptr")


def to_userdata(value: Value, index: int) -> Value:
    return value


ARGUMENTS: Final[dict[str, Callable[[Value, int], object] | None]] = {
    "int": to_int, "bool": to_bool, "double": to_double, "string": to_string, "struct": to_string,
    "pointer": to_pointer, "userdata": to_userdata, "function": None, "void": to_userdata,
}  # fmt: skip


# Programs call the same few functions for every request: for each row of kinds there is one function of Python that
# converts all arguments, and calls the functions above only for values that are not as expected

AS_EXPECTED: Final = {
    "int": "{0} if type({0}) is int and -0x80000000 <= {0} <= 0x7FFFFFFF else to_int({0}, {1})",
    "string": "{0}.encode('latin-1') if type({0}) is str else to_string({0}, {1})",
    "pointer": "{0}.held if type({0}) is Pointer and not {0}.offset else to_pointer({0}, {1})",
    "userdata": "{0}",
}


@cache
def taker(kinds: tuple[str, ...]) -> Callable[..., Iterable[object]]:
    """Return the function that converts arguments of these kinds."""
    names = [f"v{index}" for index in range(len(kinds))]
    parts = [
        AS_EXPECTED.get(kind, f"ARGUMENTS[{kind!r}]({{0}}, {{1}})").format(name, index)
        for index, (kind, name) in enumerate(zip(kinds, names, strict=True))
    ]
    made: Callable[..., Iterable[object]] = eval(f"lambda {','.join(names)}: [{','.join(parts)}]", globals())
    return made


# From native code to the program


def nothing_back(host: Host, value: Value) -> Value:
    return None


def same_back(host: Host, value: Value) -> Value:
    return value


def int_back(host: Host, value: Value) -> Value:
    return int(value)


def bool_back(host: Host, value: Value) -> Value:
    return of_bool(value)


def double_back(host: Host, value: Value) -> Value:
    return of_float(float(value))


def string_back(host: Host, value: Value) -> Value:
    if type(value) is bytes:
        return value.decode("latin-1")
    if isinstance(value, bytearray | memoryview):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else NULL


def pointer_back(host: Host, value: Value) -> Value:
    return value if type(value) is Pointer else Pointer(value, 0, host.addresses)


RESULTS_TO_PROGRAM: Final[dict[str, Callable[[Host, Value], Value]]] = {
    "void": nothing_back, "userdata": same_back, "int": int_back, "bool": bool_back, "double": double_back,
    "string": string_back, "struct": string_back, "pointer": pointer_back, "function": same_back,
}  # fmt: skip


GIVEN: Final = {
    "int": "{0} if type({0}) is int else int({0})",
    "pointer": "{0} if type({0}) is Pointer else Pointer({0}, 0, host.addresses)",
    "userdata": "{0}",
}


@cache
def giver(kinds: tuple[str, ...]) -> Callable[..., list[Value]]:
    """Return the function that converts values of these kinds for the program."""
    names = [f"v{index}" for index in range(len(kinds))]
    parts = [
        GIVEN.get(kind, f"RESULTS_TO_PROGRAM[{kind!r}](host, {{0}})").format(name)
        for kind, name in zip(kinds, names, strict=True)
    ]
    made: Callable[..., list[Value]] = eval(f"lambda {','.join(['host', *names])}: [{','.join(parts)}]", globals())
    return made


class Callback:
    """A function of the program as native code calls it. When it fails, the result is 0, None or False."""

    __slots__ = ("function", "give", "host", "result", "signature")

    def __init__(self, host: Host, signature: Signature, function: FunctionType | MethodType) -> None:
        self.host = host
        self.function = function
        self.signature = signature
        self.give: Callable[..., list[Value]] | None = None
        """Returns the arguments as the program has them; made at the first call."""
        self.result = RESULTS[signature.result.kind]

    def __call__(self, *given: object) -> object:
        if self.give is None:
            self.give = giver(tuple(kind.kind for kind in self.signature.arguments))
        host = self.host
        return self.result(host.call_back(self.function, self.give(host, *given)))

    @property
    def __wrapped__(self) -> FunctionType | MethodType:
        """The function of the program, for who wants to know its name and place."""
        return self.function


def nothing(value: Value) -> None:
    return None


def as_int(value: Value) -> int:
    return int64(value) if is_number(value) else int(value is TRUE)


def as_double(value: Value) -> float:
    return float(value) if is_number(value) else 0.0


def as_bytes(value: Value) -> bytes | None:
    return value.encode("latin-1") if type(value) is str else None


def as_pointer(value: Value) -> object:
    return value.held if isinstance(value, Pointer) else as_bytes(value)


def as_it_is(value: Value) -> Value:
    return value


RESULTS: Final[dict[str, Callable[[Value], object]]] = {
    "void": nothing, "int": as_int, "bool": lambda value: bool(as_int(value)), "double": as_double,
    "string": as_bytes, "struct": as_bytes, "pointer": as_pointer, "userdata": as_it_is,
}  # fmt: skip
