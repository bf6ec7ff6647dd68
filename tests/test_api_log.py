"""Says which lines of the log are kept, and with which place (docs/reference/log.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.__main__ import main as command
from sim.event import DeviceLogged
from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])


def logged(program: str, main: str, **options: object) -> list[tuple[int, str, int, str]]:
    world = World(program + "\n", main, **options)
    assert world.failures == []
    return [(event.level, event.file, event.line, event.text) for event in world.trace.of(DeviceLogged)]


@BOTH
def test_each_level_has_its_function_and_higher_ones_are_dropped(main: str) -> None:
    program = "\n".join(f"Log.{name}('{name}');" for name in ("error", "warn", "info", "debug", "verboseDebug"))
    wanted = [(0, main, 1, "error"), (1, main, 2, "warn"), (2, main, 3, "info")]
    assert logged(program, main) == wanted
    everything = {"conf1.json": '{"debug": {"level": 4}}'}
    wanted += [(3, main, 4, "debug"), (4, main, 5, "verboseDebug")]
    assert logged(program, main, files=everything) == wanted
    nothing = {"conf1.json": '{"debug": {"level": -1}}'}
    assert logged(program, main, files=nothing) == []


@BOTH
def test_the_level_may_be_given_and_changes_with_the_configuration(main: str) -> None:
    program = "Log.print(Log.DEBUG, 'a');\nCfg.set({'debug': {'level': Log.DEBUG}});\nLog.print(Log.DEBUG, 'b');"
    assert logged(program, main) == [(3, main, 3, "b")]


def test_the_place_is_the_innermost_of_the_programs_own() -> None:
    files = {"my.js": "let say = function(text) {\n  Log.info(text);\n};"}
    assert logged("load('my.js');\nsay('x');", "init.js", files=files) == [(2, "my.js", 2, "x")]
    files = {"my.py": "def say(text):\n    Log.info(text)\n"}
    assert logged("import my\nmy.say('x')", "init.py", files=files) == [(2, "my.py", 2, "x")]


def test_bytes_that_are_no_text_are_shown_by_their_codes() -> None:
    assert logged(r"Log.info('é\xff');", "init.js") == [(2, "init.js", 1, "é\\xff")]


def test_c_logs_with_or_without_a_place() -> None:
    program = (
        "ffi('void mgos_log(int, char *)')(1, 'a'); ffi('void mgos_log(char *, int, int, char *)')('f.c', 9, 0, 'b');"
    )
    assert logged(program, "init.js") == [(1, "init.js", 1, "a"), (0, "init.js", 1, "b")]


@pytest.mark.parametrize(
    ("main", "call", "message"),
    [
        ("init.py", "Log.print('1', 'x')", "Log.print: level must be an int, got str"),
        ("init.py", "Log.info(5)", "Log.print: msg must be a str, got int"),
        (
            "init.js",
            "Log.info(5);",
            "failed to call FFIed function: actual arg #1 is not a string (the type idx is: number)",
        ),
    ],
)
def test_wrong_use_is_an_error_at_its_line(main: str, call: str, message: str) -> None:
    [failure] = World(f"\n{call}\n", main).failures
    assert (failure.message, failure.line) == (message, 2)


@BOTH
def test_the_terminal_shows_lines_of_the_log(main: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / main).write_text("\nLog.warn('low');\nprint('out');\n")
    (tmp_path / "conf1.json").write_text("{")
    assert command(["run", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == "out"
    first, second = said.err.splitlines()
    assert first.startswith("[E conf1.json] this is no JSON")
    assert second == f"[W {main}:2] low"
