"""`python -m sim test` plays scenarios; its exit code says how it was, and build servers can read the outcome."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim.__main__ import main

FORM = "name: {}\nversion: 1\nfirmware: {{source: 'print(1);'}}\nsteps: {}\n"
GOOD = FORM.format("Time passes", "\n- advance: 2\n- wait-console: '1'")
WRONG = FORM.format('"It \\x07 <fails>"', "\n- wait-console: '2'\n- advance: 1")


@pytest.fixture
def good(tmp_path: Path) -> str:
    (tmp_path / "good.yaml").write_text(GOOD)
    return str(tmp_path / "good.yaml")


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    (tmp_path / "wrong.yaml").write_text(WRONG)
    return str(tmp_path / "wrong.yaml")


def test_a_line_is_printed_for_each_step(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", good]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{good}: Time passes",
        "  pass       0.000 s  boot firmware",
        "  pass       2.000 s  advance 2",
        "  pass       2.000 s  wait-console 1",
        "1 scenario passed: 3 steps in 2.000 s of virtual time",
    ]


def test_a_failure_is_told_and_the_others_are_played(
    good: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", wrong, good]) == 1
    out = capsys.readouterr().out
    assert f"    {wrong}:5: expected something on the console that matches 2\n" in out
    assert '    seen: printed since: "1"\n    last messages:\n' in out
    assert "0.000000 s  device prints 1" in out
    assert "  skip                advance 1\n" in out
    assert "wrong.yaml: It \\x07 <fails>\n" in out
    assert out.endswith("1 of 2 scenarios failed: 6 steps in 12.000 s of virtual time\n")


def test_states_are_coloured_on_a_terminal_only(
    good: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["test", good]) == 0
    assert "\x1b[32mpass\x1b[0m" in capsys.readouterr().out


def test_junit_has_a_suite_for_each_scenario_and_a_case_for_each_step(good: str, wrong: str, tmp_path: Path) -> None:
    assert main(["test", good, wrong, "--junit", str(tmp_path / "out.xml")]) == 1
    root = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert root.attrib == {"tests": "6", "failures": "1", "errors": "0", "skipped": "1", "time": "12.000000"}
    first, second = root
    assert [case.get("time") for case in first] == ["0.000000", "2.000000", "0.000000"]
    assert second.get("name") == "It \\x07 <fails>"
    [failure] = second.iter("failure")
    assert "expected something on the console" in (failure.get("message") or "")
    assert "device prints 1" in (failure.text or "")
    assert [case.get("line") for case in second] == ["3", "5", "6"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "this is no YAML"),
        ("name: x", ":1: scenario: 'version' is missing"),
        ("name: x\nversion: 1\nfirmware: no.js\nsteps: [advance: 1]", ":3: cannot read"),
        ("\udcff", "it is no text in UTF-8"),
    ],
)
def test_what_cannot_be_played_is_an_error(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["test", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_files_that_are_not_there_and_cannot_be_written_are_errors(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", str(tmp_path / "no.yaml")]) == 2
    assert main(["test", good, "--junit", str(tmp_path)]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_the_core_needs_nothing_of_it() -> None:
    code = "import sim, sim.bridge, sys; print([m for m in sys.modules if m.startswith(('sim.scenario', 'ruamel'))])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
