"""`run` boots a firmware file in virtual time and prints its console or its records; its exit code says how it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.__main__ import main

ROOT = Path(__file__).parents[1]

PINGS_ITSELF = """
print('booted')

def raw(conn, ev, ev_data):
    if ev == Net.EV_RECV:
        print('got', ev_data)
        Net.disconnect(conn)

def ask(conn, ev):
    if ev == Net.EV_CONNECT:
        Net.send(conn, 'ping')

Net.bind('7', raw)
Net.connect('7', ask)
"""


@pytest.fixture
def firmware(tmp_path: Path) -> Path:
    return tmp_path / "init.py"


def test_console_is_printed(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    assert main(["run", str(firmware)]) == 0
    assert capsys.readouterr().out == "booted\ngot 4\n"


def test_time_stops_where_it_is_told_to(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    assert main(["run", str(firmware), "--for", "0"]) == 0
    assert capsys.readouterr().out == "booted\n"
    assert main(["run", str(firmware), "--for", "3.5"]) == 0
    assert capsys.readouterr().out == "booted\ngot 4\n"


def test_records_are_printed_as_lines_of_json(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    assert main(["run", str(firmware), "--json", "--seed", "9"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["seq"] for record in records] == list(range(len(records)))
    [booted] = [record for record in records if record["type"] == "device.booted"]
    assert (booted["seed"], booted["main"], booted["profile"]) == (9, "init.py", "documented")


def test_same_seed_prints_the_same_records(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    outputs = []
    for seed in ("5", "5", "6"):
        main(["run", str(firmware), "--json", "--seed", seed])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] != outputs[2]


def test_firmware_that_fails_to_start_is_exit_code_1(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text("print('before')\nboom()\n")
    assert main(["run", str(firmware)]) == 1
    printed = capsys.readouterr()
    assert printed.out == "before\n"
    assert "init.py:2" in printed.err
    assert "name 'boom' is not defined" in printed.err


def test_handler_that_fails_is_told_and_no_failure_to_start(
    firmware: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firmware.write_text("Net.connect('7', lambda conn, ev: boom())\n")
    assert main(["run", str(firmware)]) == 0
    assert "init.py:1" in capsys.readouterr().err


def test_console_shows_whatever_the_firmware_prints(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text("print('é \\udcff \\ud800')\n", encoding="utf-8")
    assert main(["run", str(firmware)]) == 0
    assert capsys.readouterr().out == "é \\udcff \\ud800\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["run", "nothing/init.py"], "cannot read nothing/init.py"),
        (["run", "{firmware}", "--for", "-1"], "--for must be between 0 and 1e+09 seconds, got -1"),
        (["run", "{firmware}", "--for", "nan"], "--for must be between 0 and 1e+09 seconds, got nan"),
        (["run", "{firmware}", "--for", "inf"], "--for must be between 0 and 1e+09 seconds, got inf"),
        (["run", "{firmware}", "--profile", "x"], "there is no profile 'x'"),
    ],
)
def test_what_cannot_be_done_is_exit_code_2_and_a_sentence(
    firmware: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    firmware.write_text("")
    assert main([argument.format(firmware=firmware) for argument in arguments]) == 2
    assert capsys.readouterr().err.startswith(f"mos-sim: {text}")


@pytest.mark.parametrize("arguments", [[], ["run"], ["fly"], ["run", "init.py", "--fly"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: mos-sim" in capsys.readouterr().err


def test_package_is_a_program() -> None:
    command = [sys.executable, "-m", "sim", "run", "examples/hello.py", "--for", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_reader_that_has_enough_ends_the_run_quietly(firmware: Path) -> None:
    firmware.write_text("for number in range(50_000): print(number)\n")
    command = [sys.executable, "-m", "sim", "run", str(firmware), "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 0)


@pytest.mark.parametrize("name", ["init.py", "none.py"])
def test_terminal_without_a_sign_for_a_text_gets_escapes(firmware: Path, name: str) -> None:
    firmware.write_text("print('\u20ac')\nraise ValueError('\u20ac')\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "sim",
        "run",
        str(firmware.with_name(f"\u20ac{name}" if name == "none.py" else name)),
    ]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert "Traceback" not in done.stderr
    assert "\\u20ac" in done.stderr
    assert done.returncode == (1 if name == "init.py" else 2)
