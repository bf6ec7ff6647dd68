"""The same run gives the same trace in every Python; tests/browsers has the browsers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from sim.export.jsonl import from_jsonl
from sim.replay import replay
from sim.run.compare import unpacked
from sim.run.file import Run, read_run
from tests.runs.make import FOLDER, RUNS

ROOT: Final = Path(__file__).parents[2]
TIMEOUT_S: Final = 300

FILES: Final = sorted(FOLDER.glob("*.json"))

WANTED: Final = {  # what the run of a page has to be about
    *("http.requested", "http.responded", "ws.framed", "datagram.sent", "mqtt.packet", "rpc.called", "rpc.replied"),
    *("rule.applied", "packet.dropped", "gpio.changed", "device.printed", "device.failed", "device.stopped"),
}


def test_there_is_a_file_for_every_run() -> None:
    assert [path.stem for path in FILES] == sorted(RUNS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_run_gives_the_trace_that_it_gave_when_it_was_recorded(path: Path) -> None:
    made = replay(path.read_text("utf-8"))
    assert made.difference is None


@pytest.mark.parametrize("name", RUNS)
def test_what_was_recorded_is_recorded_again(name: str) -> None:
    """Else somebody has changed a trace: `python -m tests.runs.make` makes the files anew."""

    def essence(run: Run) -> Run:
        return run._replace(made_by="", outcome=run.outcome._replace(trace=None))

    kept = read_run((FOLDER / f"{name}.json").read_text("utf-8"))
    assert essence(read_run(RUNS[name]())) == essence(kept)


def test_the_run_of_a_page_is_about_everything() -> None:
    trace = unpacked(read_run((FOLDER / "page.json").read_text("utf-8")).outcome.trace)
    records = from_jsonl(trace)
    assert WANTED - {record.event.type for record in records} == set()
    boots = [record.event for record in records if record.event.type == "device.booted"]
    assert len(boots) >= 4


def test_the_run_of_a_watchdog_has_one() -> None:
    trace = unpacked(read_run((FOLDER / "watchdog.json").read_text("utf-8")).outcome.trace)
    assert [record.event.reason for record in from_jsonl(trace) if record.event.type == "device.stopped"] == [
        "watchdog"
    ]


def test_a_trace_does_not_depend_on_how_python_hashes() -> None:
    program = "import sys; from sim.replay import replay; print(replay(sys.stdin.read()).sha256)"
    text = (FOLDER / "page.json").read_text("utf-8")
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert made == {read_run(text).outcome.sha256}


def test_a_run_gives_the_same_trace_in_pyodide_under_node() -> None:
    command = ["node", "tests/pyodide_runs.mjs", *map(str, FILES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["difference"] for one in told] == [None] * len(FILES)
    assert [one["sha256"] for one in told] == [read_run(path.read_text("utf-8")).outcome.sha256 for path in FILES]
