"""Checks that fast locals cannot be told from names that are looked up through the callers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.mjs import Engine, MjsError
from sim.mjs.engine import Unit

NAMES = st.sampled_from("abc")
FUNCTIONS = st.sampled_from("fg")


class Everything(set[str]):
    """A set that has every name."""

    def __contains__(self, name: object) -> bool:
        return True


class Exposing(Engine):
    """An engine that exposes every name from the beginning."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.exposed = Everything()

    def expose(self, unit: Unit) -> None:
        """Learn nothing, as all is exposed."""


def behaviour(source: str, expose_all: bool = False) -> tuple[str, str, list[tuple[str, int]]]:
    """Return what a program prints, its error and the call levels of that."""
    out: list[str] = []
    engine = (Exposing if expose_all else Engine)(write=out.append, budget=300)
    try:
        engine.run(source, "init.js")
    except MjsError as error:
        return "".join(out), error.message, error.frames[:20]
    return "".join(out), "", []


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return statements that hold others."""
    body = st.lists(inner, max_size=4).map("\n".join)
    return st.one_of(
        st.builds("{{ {} }}".format, body),
        st.builds("if (n < 40) {{ {} }}".format, body),
        st.builds("if ({} === 1) let {} = 7;".format, NAMES, NAMES),
        st.builds("for (let {0} = 0; {0} < 2; {0}++) {{ n++; {1} }}".format, NAMES, body),
        st.builds("for (let i = 0; i < 3; i++) {{ n++; if (i === 1) continue; {} }}".format, body),
        st.builds("for (let {} in {{x: 1, y: 2}}) {{ {} }}".format, NAMES, body),
        st.builds(
            "function {}({}) {{ n++; if (n > 30) return 0; {} return {}; }}".format, FUNCTIONS, NAMES, body, NAMES
        ),
    )


SIMPLE = st.one_of(
    st.builds("let {} = {};".format, NAMES, st.integers(0, 9)),
    st.builds("let {} = {};".format, NAMES, NAMES),
    st.builds("let {};".format, NAMES),
    st.builds("{} = {};".format, NAMES, NAMES),
    st.builds("{} = n;".format, NAMES),
    st.builds("{}++;".format, NAMES),
    st.builds("print('{0}', {0});".format, NAMES),
    st.builds("{} = {}({});".format, NAMES, FUNCTIONS, st.integers(0, 9)),
    st.builds("{}({});".format, FUNCTIONS, NAMES),
)
PROGRAMS = st.lists(st.recursive(SIMPLE, blocks, max_leaves=12), min_size=3, max_size=10).map("\n".join)


@given(PROGRAMS)
@settings(max_examples=100)
def test_a_program_behaves_as_if_every_name_was_looked_up(program: str) -> None:
    source = f"let n = 0, a = 1, b = 2;\nfunction f(c) {{ return c; }}\nfunction g(x) {{ return a; }}\n{program}\n"
    assert behaviour(source) == behaviour(source, expose_all=True)


CASES = [  # (main file, other files, printed)
    ("function h(cb) { let s = 4; return cb(); } load(n); print(run());", "4 "),
    ("function h(cb) { let s = 4; return cb(); } load('m.js'); print(run());", "4 "),
    ("function h(cb) { let s = 4; load(n); return run2(); } print(h());", "4 "),
    ("function h(cb) { let s = 4; { load(n); let y = 1; } return s; } print(h());", "4 "),
]


@pytest.mark.parametrize(("source", "printed"), CASES)
def test_a_file_that_is_loaded_later_sees_the_variables_of_its_callers(source: str, printed: str) -> None:
    out: list[str] = []
    module = "function run() { return h(function() { return s; }); }\nfunction run2() { return s; }\n"
    engine = Engine(read={"m.js": module}.get, write=out.append)
    engine.run("let n = 'm.js';", "first.js")
    engine.run(source, "init.js")
    assert out == [printed + "\n"]
