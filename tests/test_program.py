"""Firmware in Python runs with the device's names, and its needs are read from its text."""

from __future__ import annotations

import pytest

from sim.program import dependencies, run_python


def test_firmware_runs_as_the_main_program_with_the_names_it_is_given() -> None:
    seen: list[object] = []
    run_python("note(__name__, __file__, answer)", "init.py", {"note": lambda *args: seen.append(args), "answer": 42})
    assert seen == [("__main__", "init.py", 42)]


def test_firmware_does_not_inherit_the_features_of_the_simulator() -> None:
    seen: list[object] = []
    run_python("def f(x: int): pass\nnote(f.__annotations__)", "init.py", {"note": seen.append})
    assert seen == [{"x": int}]


HEADER = "# /// script\n{}# ///\n"


@pytest.mark.parametrize(
    ("source", "packages"),
    [
        ("import x\n", []),
        (HEADER.format("# dependencies = ['cbor2']\n"), ["cbor2"]),
        (
            "#!/usr/bin/env python\n" + HEADER.format("# dependencies = [\n#   'a>=1',\n#\n#   'b',\n# ]\n"),
            ["a>=1", "b"],
        ),
        (HEADER.format("# requires-python = '>=3.11'\n"), []),
        (HEADER.format("# dependencies = []\n"), []),
        ("# /// other\n# dependencies = ['a']\n# ///\n", []),
        ("# /// script\n# dependencies = ['a']\n", []),
        ("# /// script\n\n# dependencies = ['a']\n# ///\n", []),
        ("x = 1\n" + HEADER.format("# dependencies = ['late']\n"), ["late"]),
    ],
)
def test_packages_are_those_of_the_inline_script_metadata(source: str, packages: list[str]) -> None:
    assert dependencies(source) == packages


@pytest.mark.parametrize(
    "line", ["# dependencies = 'a'\n", "# dependencies = [1]\n", "# dependencies = [\n", "# = 5\n"]
)
def test_metadata_that_makes_no_sense_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dependencies(HEADER.format(line))
