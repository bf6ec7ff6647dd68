"""Checks the language against small models of it, with inputs that Hypothesis makes."""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sim.mjs import Engine, MjsError
from sim.mjs.lexer import KEYWORDS, byte_string, tokenize
from sim.mjs.parser import parse

WORDS = [*sorted(KEYWORDS), *"+-*/%=<>!&|^~?:;,.()[]{}'\"\\\n", "===", "!==", ">>>=", "++", "a", "b.c", "1", "0x1f"]
TEXTS = st.one_of(
    st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join), st.lists(st.sampled_from(WORDS)).map("".join)
)

SMALL = st.integers(-(2**40), 2**40)
NUMBERS = st.one_of(
    SMALL, st.integers(-(2**53), 2**53), st.floats(-1e18, 1e18).filter(lambda x: x == 0 or abs(x) > 1e-9)
)
BYTES = st.binary(max_size=12).map(lambda data: data.decode("latin-1"))
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)


def run(source: str) -> str:
    """Return what a program prints, or its error."""
    out: list[str] = []
    try:
        Engine(write=out.append).run(source.encode("latin-1"), "init.js")
    except MjsError as error:
        return error.message
    return "".join(out)


def literal(number: float) -> str:
    """Return a number as an expression."""
    return repr(number) if isinstance(number, int) else f"({number!r})"


def quoted(string: str) -> str:
    """Return a byte string as a literal."""
    return '"' + "".join(f"\\x{ord(c):02x}" for c in string) + '"'


def shown(value: float) -> str:
    """Return how the language prints a double."""
    if value != value:
        return "-nan"
    if math.isinf(value) or value == math.trunc(value):
        return str(int(value)) if -(2**63) <= value < 2**63 else str(-(2**63))
    return f"{value:.6f}"


def int64(value: float) -> int:
    return int(value) if -(2**63) <= value < 2**63 else -(2**63)


def wrapped(value: int) -> float:
    return float((value + 2**63) % 2**64 - 2**63)


def remainder(a: float, b: float) -> float:
    divisor = abs(int64(b))
    return math.copysign(abs(int64(a)) % divisor, a) if divisor else math.nan


MODEL: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.nan,
    "%": remainder,
    "&": lambda a, b: float(int64(a) & int64(b)),
    "|": lambda a, b: float(int64(a) | int64(b)),
    "^": lambda a, b: float(int64(a) ^ int64(b)),
    "<<": lambda a, b: wrapped(int64(a) << (int64(b) & 63)),
    ">>": lambda a, b: float(int64(a) >> (int64(b) & 63)),
    ">>>": lambda a, b: float((int64(a) & 0xFFFFFFFF) >> (int64(b) & 31)),
}


@given(TEXTS)
def test_any_text_is_a_program_or_an_error_of_the_language(text: str) -> None:
    source = byte_string(text)
    tokens = tokenize(source)
    assert tokens[-1].kind == "end"
    assert is_program_or_error(lambda: parse(source, "init.js"))


def is_program_or_error(act: Callable[[], object]) -> bool:
    """Return whether something ends well or with an error of the language that can be shown."""
    try:
        act()
    except MjsError as error:
        return bool(error.render()) and error.message != "internal error"
    return True


@given(TEXTS)
def test_any_text_runs_or_ends_with_an_error_of_the_language(text: str) -> None:
    assert is_program_or_error(lambda: Engine(budget=2000).run(text, "init.js"))


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(MODEL)))
def test_arithmetic_is_that_of_doubles(a: float, b: float, operator: str) -> None:
    wanted = shown(MODEL[operator](float(a), float(b)))
    source = f"let a = {literal(a)}, b = {literal(b)}; print(a {operator} b, {literal(a)} {operator} {literal(b)});"
    assert run(source) == f"{wanted} {wanted} \n"


@given(NUMBERS, NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==="]))
def test_comparison_is_that_of_doubles(a: float, b: float, operator: str) -> None:
    x, y = float(a), float(b)
    same = x == y and math.copysign(1, x) == math.copysign(1, y)
    wanted = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "===": same}[operator]
    assert run(f"let a = {literal(x)}, b = {literal(y)}; print(a {operator} b);") == f"{str(wanted).lower()} \n"


@given(BYTES, st.integers(-15, 15), st.integers(-15, 15))
def test_slices_are_those_of_bytes(string: str, begin: int, end: int) -> None:
    length = len(string)
    first = max(0, length + begin) if begin < 0 else min(begin, length)
    last = max(0, length + end) if end < 0 else min(end, length)
    wanted = string[first:last]
    assert run(f"print({quoted(string)}.slice({begin}, {end}) === {quoted(wanted)});") == "true \n"


@given(BYTES, st.integers(-15, 15))
def test_bytes_are_found_at_their_index(string: str, index: int) -> None:
    inside = 0 <= index < len(string)
    wanted = str(ord(string[index])) if inside else "undefined"
    source = f"let s = {quoted(string)}, c = s[{index}]; print(c === undefined ? c : c.at(0), s.length);"
    assert run(source) == f"{wanted} {len(string)} \n"


@given(BYTES, BYTES)
def test_strings_join_and_compare_by_content(a: str, b: str) -> None:
    source = f"let a = {quoted(a)}, b = {quoted(b)}; print(a + b === {quoted(a + b)}, a === b, (a + b).indexOf(b));"
    assert run(source) == f"true {str(a == b).lower()} {(a + b).find(b)} \n"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**50), 2**50), PLAIN),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.from_regex("[a-z]{1,4}", fullmatch=True), inner)
    ),
    max_leaves=12,
)


def as_json(value: object) -> str:
    """Return the JSON of a value, without white space."""
    match value:
        case dict():
            return "{" + ",".join(f'"{key}":{as_json(item)}' for key, item in value.items()) + "}"
        case list():
            return "[" + ",".join(map(as_json, value)) + "]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case _:
            return str(value)


def reverse(value: object) -> object:
    """Return a value whose objects have the opposite order."""
    match value:
        case dict():
            return {key: reverse(value[key]) for key in reversed(value)}
        case list():
            return [reverse(item) for item in value]
        case _:
            return value


@given(JSON)
def test_json_round_trips_but_for_the_order_of_objects(value: object) -> None:
    source = f"print(JSON.stringify(JSON.parse({quoted(as_json(value))})) === {quoted(as_json(reverse(value)))});"
    assert run(source) == "true \n"


@given(st.lists(SMALL, max_size=6), st.integers(-8, 8), st.integers(-2, 8), st.lists(SMALL, max_size=3))
def test_splice_does_to_an_array_what_it_does_to_a_list(
    a: list[int], start: int, count: int, items: list[int]
) -> None:
    first = max(0, len(a) + start) if start < 0 else min(start, len(a))
    last = min(len(a), first + max(0, count))
    arguments = ", ".join(map(str, [start, count, *items]))
    source = f"let a = {a}; let r = a.splice({arguments}); print(JSON.stringify(r), JSON.stringify(a), a.length);"
    after = [*a[:first], *items, *a[last:]]
    assert run(source) == f"{as_json(a[first:last])} {as_json(after)} {len(after)} \n"


ESCAPES = {**{chr(code): f"\\u{code:04x}" for code in range(32)}, '"': '\\"', "\\": "\\\\"}
ESCAPES |= {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r"}


@given(BYTES | st.text("\v\\u0b", max_size=12))
def test_a_string_within_json_is_escaped_byte_by_byte(string: str) -> None:
    written = "".join(ESCAPES.get(char, char) for char in string)
    engine = Engine()
    made = engine.run(f"JSON.stringify({{a: [{quoted(string)}]}});".encode("latin-1"), "init.js")
    assert made == f'{{"a":["{written}"]}}'
