"""In Pyodide a device does the same as in CPython."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.vector_case import load_cases
from tests.vector_compare import LIBRARY_PROFILES, everything
from tests.vector_player import play

SCRIPT: Final = Path(__file__).with_name("pyodide_vectors.mjs")
ROOT: Final = SCRIPT.parents[1]
TIMEOUT_S: Final = 300


def test_server_cases_have_the_same_results_in_pyodide(request: pytest.FixtureRequest) -> None:
    folder: Path = request.config.getoption("vectors")
    command = ["node", str(SCRIPT), str(folder.resolve())]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    got = {(name, version): result for name, version, result in lines}
    wanted = {
        (case["id"], version): everything(play(case, profile))
        for _, case in load_cases(folder)
        if case["kind"].endswith("-server")
        for version, profile in LIBRARY_PROFILES.items()
        if version in case["observed"]
    }
    assert got == wanted
