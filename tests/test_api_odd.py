"""Says that no argument, however odd, breaks the device: C would crash on many of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import World

MODULES = ("Timer", "Sys", "Cfg", "Event", "Log", "File", "Math")

VALUES = (
    "null", "undefined", "true", "false", "0", "-1", "1", "1.5", "1e300", "-1e300", "0/0", "2147483648", "''", "'a'",
    r"'\xff'", "'%Y'", "'wifi.sta'", "{}", "{wifi: 5}", "[]", "[1]", "function() {}", "print", "memory", "memory + 3",
    "memory + 99", "server", "file", "Timer", "ffi('double floor(double)')",
)  # fmt: skip

SETUP = "let memory = Sys.malloc(8), server = HTTP.get_system_server(), file = File.fopen('f', 'w+');\n"


def members(module: str) -> list[str]:
    """Return the functions that a script finds in a module."""
    script = f"let all = []; for (let k in {module}) {{ if (typeof {module}[k] !== 'number') {{ print(k); }} }}"
    return [line.strip() for line in World(script, "init.js").printed]


FUNCTIONS = [f"{module}.{name}" for module in MODULES for name in members(module)]

ARGUMENTS = st.lists(st.sampled_from(VALUES), max_size=5)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(FUNCTIONS), ARGUMENTS), min_size=5, max_size=12))
def test_no_argument_breaks_the_device(calls: list[tuple[str, list[str]]]) -> None:
    script = "".join(
        f"Timer.set(1, 0, function() {{ {name}({', '.join(arguments)}); }}, null);\n" for name, arguments in calls
    )
    world = World(SETUP + script + "Timer.set(2, 0, function() { print('there'); }, null);\n", "init.js")
    world.settle(5_000)
    assert world.device.is_on
    assert {failure.error for failure in world.failures} <= {"TYPE_ERROR"}
    assert world.printed != []


OBJECTS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=9)
    | st.dictionaries(st.sampled_from(["wifi", "sta", "x"]), st.integers()) | st.just(len)
)  # fmt: skip

PYTHON_FUNCTIONS = [name for name in FUNCTIONS if "._" not in name and name != "Sys.peek"]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(PYTHON_FUNCTIONS), st.lists(OBJECTS, max_size=4)), min_size=3))
def test_no_argument_breaks_the_python_api(calls: list[tuple[str, list[object]]]) -> None:
    program = "".join(
        f"Timer.set(1, 0, lambda: getattr({module}, {name!r})(*{literal(arguments)}))\n"
        for (module, name), arguments in ((function.split("."), arguments) for function, arguments in calls)
    )
    world = World(program + "Timer.set(2, 0, lambda: print('there'))")
    world.settle(5_000)
    assert {failure.error for failure in world.failures} <= {"TypeError", "ValueError"}
    assert world.printed != []


def literal(values: list[object]) -> str:
    """Return the values as source text."""
    return (
        repr(values).replace("<built-in function len>", "len").replace("nan", "float('nan')").replace("inf", "1e999")
    )
