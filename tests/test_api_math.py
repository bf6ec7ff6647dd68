"""Says what the functions of `Math` give, in both languages (docs/reference/math.md)."""

from __future__ import annotations

import math

import pytest

from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])

NAMES = ("ceil", "floor", "round", "abs", "sqrt", "exp", "log", "sin", "cos", "max", "min", "pow", "random", "rand")

CASES = [  # call, result as the engine prints it
    ("ceil(1.2)", "2"), ("ceil(-1.2)", "-1"), ("floor(1.9)", "1"), ("floor(-1.1)", "-2"),
    ("round(0.5)", "1"), ("round(-0.5)", "-1"), ("round(2.5)", "3"), ("round(0.49999999999999994)", "0"),
    ("abs(-5)", "5"), ("sqrt(16)", "4"), ("exp(0)", "1"), ("log(1)", "0"), ("sin(0)", "0"), ("cos(0)", "1"),
    ("max(1, 2)", "2"), ("min(1, 2)", "1"), ("pow(2, 10)", "1024"), ("pow(2, 0.5)", "1.414214"), ("pow(0, 0)", "1"),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("call", "wanted"), CASES)
def test_a_function_gives_what_that_of_c_gives(call: str, wanted: str, main: str) -> None:
    world = World(f"print(Math.{call})" + ";" * (main == "init.js"), main)
    [printed] = world.printed
    assert float(printed) == pytest.approx(float(wanted), abs=1e-6)
    if main == "init.js":
        assert printed == wanted + " "


INF, NAN = math.inf, math.nan
EDGES = [  # function, arguments, result in C
    ("sqrt", (-1,), NAN), ("log", (0,), -INF), ("log", (-1,), NAN), ("exp", (1e9,), INF), ("exp", (-1e9,), 0),
    ("sin", (INF,), NAN), ("cos", (-INF,), NAN), ("floor", (INF,), INF), ("ceil", (NAN,), NAN),
    ("round", (-INF,), -INF),
    ("max", (NAN, 1), 1), ("max", (1, NAN), 1), ("min", (NAN, NAN), NAN), ("pow", (-8, 0.5), NAN),
    ("pow", (0, -1), INF),
    ("pow", (-0.0, -3), -INF), ("pow", (10, 999), INF), ("pow", (-10, 999), -INF), ("pow", (-10, 1000), INF),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "wanted"), EDGES)
def test_what_has_no_result_is_no_error(name: str, arguments: tuple[float, ...], wanted: float) -> None:
    world = World(f"from math import inf, nan\nprint(Math.{name}{arguments!r})")
    assert world.failures == []
    assert float(world.printed[0]) == pytest.approx(wanted, nan_ok=True)


def test_what_is_no_number_counts_as_not_a_number() -> None:
    assert World("print(isNaN(Math.floor('1')), Math.max(null, 3), isNaN(Math.sqrt(-1)));", "init.js").printed == [
        "true 3 true "
    ]


@BOTH
def test_chance_is_within_its_bounds_and_the_same_for_the_same_seed(main: str) -> None:
    program = {
        "init.js": "for (let i = 0; i < 50; i++) { print(Math.random(), Math.rand()); }",
        "init.py": "for i in range(50): print(Math.random(), Math.rand())",
    }[main]
    first = World(program, main, seed=1)
    numbers = [tuple(map(float, line.split())) for line in first.printed]
    assert all(0 <= random <= 1 and 0 <= rand <= 0x7FFFFFFF and rand == int(rand) for random, rand in numbers)
    assert len(set(numbers)) == 50
    assert World(program, main, seed=1).printed == first.printed
    assert World(program, main, seed=2).printed != first.printed


def test_both_languages_draw_the_same() -> None:
    assert World("print(Math.rand());", "init.js").printed[0].strip() == World("print(Math.rand())").printed[0]


def test_there_is_nothing_else() -> None:
    script = "let n = 0; for (let k in Math) { n++; print(k); }"
    assert sorted(line.strip() for line in World(script, "init.js").printed) == sorted(NAMES)
    assert sorted(World("print(*(n for n in dir(Math) if n[0] != '_'), sep='\\n')").printed) == sorted(NAMES)
