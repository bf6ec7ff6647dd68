"""Firmware in Python runs with the device's names, and its needs are read from its text."""

from __future__ import annotations

import pytest

from sim.program import PythonProgram, dependencies


def play(files: dict[str, str], at_us: int = 0, seed: str = "0") -> list[object]:
    """Run the file init.py of some; what it notes."""
    notes: list[object] = []
    program = PythonProgram(
        {name: text.encode("utf-8") for name, text in files.items()},
        {"note": lambda *args: notes.append(args[0] if len(args) == 1 else args), "answer": 42},
        api_files=("api_net.js",),
        now_us=lambda: at_us,
        seed=seed,
    )
    program.run("init.py")
    return notes


def test_firmware_runs_as_the_main_program_with_the_names_it_is_given() -> None:
    assert play({"init.py": "note(__name__, __file__, answer)"}) == [("__main__", "init.py", 42)]


def test_firmware_does_not_inherit_the_features_of_the_simulator() -> None:
    assert play({"init.py": "def f(x: int): pass\nnote(f.__annotations__)"}) == [{"x": int}]


def test_the_same_seed_gives_firmware_the_same_chance() -> None:
    source = {"init.py": "import random\nnote(random.random())\nfrom random import choice\nnote(choice(range(1000)))"}
    assert play(source, seed="1") == play(source, seed="1") != play(source, seed="2")


def test_firmware_sees_the_time_of_the_device() -> None:
    source = (
        "import time\nnote(time.time())\nnote(time.monotonic())\nnote(time.strftime('%Y-%m-%d', time.localtime()))"
    )
    assert play({"init.py": source}, at_us=1_500_000) == [1488326401.5, 1.5, "2017-03-01"]


def test_firmware_that_would_sleep_is_told_what_to_do_instead() -> None:
    with pytest.raises(RuntimeError, match="go on in a later event"):
        play({"init.py": "import time\ntime.sleep(1)"})


def test_firmware_imports_the_other_files_of_the_device_once() -> None:
    files = {"init.py": "import lib, lib as again\nnote(lib.x, lib is again)", "lib.py": "note('lib'); x = answer"}
    assert play(files) == ["lib", (42, True)]


def test_a_file_that_fails_can_be_imported_again() -> None:
    files = {
        "init.py": "for _ in range(2):\n try: import lib\n except ValueError: note('failed')",
        "lib.py": "int('x')",
    }
    assert play(files) == ["failed", "failed"]


def test_load_runs_another_file_in_the_same_globals() -> None:
    assert play({"init.py": "load('api_net.js'); load('lib.py'); note(x)", "lib.py": "x = 5"}) == [5]


def test_load_names_a_file_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError, match=r'failed to read file "no\.py"'):
        play({"init.py": "load('no.py')"})


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
