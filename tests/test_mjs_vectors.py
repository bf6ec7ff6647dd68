"""Compares programs with what the reference engine did (tests/vectors/mjs/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.mjs_player import play

VECTORS: Final = Path(__file__).parent / "vectors" / "mjs"
EXCEPTIONS: Final = Path(__file__).parent / "vectors" / "mjs_exceptions.json"
MIN_TRACES: Final = 0.95

Case = dict[str, Any]


def load_cases(folder: Path) -> list[Case]:
    """Return the cases of all files of a folder."""
    return [case for path in sorted(folder.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]


def chosen(config: pytest.Config) -> Path:
    """Return the folder that an option names, if it holds cases of this kind: a list of them in each file."""
    folder: Path | None = config.getoption("--mjs-vectors", default=None) or config.getoption(
        "--vectors", default=None
    )
    if folder and all(isinstance(json.loads(path.read_text("utf-8")), list) for path in folder.glob("*.json")):
        return folder
    return VECTORS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = chosen(metafunc.config)
    if "case" in metafunc.fixturenames:
        cases = load_cases(folder)
        metafunc.parametrize("case", cases, ids=[case["name"] for case in cases])
    if "cases" in metafunc.fixturenames:
        metafunc.parametrize("cases", [load_cases(folder)], ids=["all"])


def traces() -> dict[str, str]:
    """Return the cases whose trace differs, and why."""
    found: dict[str, str] = json.loads(EXCEPTIONS.read_text("utf-8"))
    return found


def same_trace(case: Case, seen: Case) -> bool:
    """Return whether the call levels are those of the reference engine."""
    return bool(case.get("trace") == seen.get("trace"))


def test_a_program_does_what_the_engine_does(case: Case) -> None:
    seen = play(case)
    fields = ["error_kind"] if case.get("host_dependent") else ["stdout", "error", "error_kind", "result", "log"]
    wanted = {name: case[name] for name in fields if name in case}
    assert {name: seen.get(name) for name in wanted} == wanted
    assert same_trace(case, seen) or case["name"] in traces()


def test_almost_all_traces_are_those_of_the_engine(cases: list[Case]) -> None:
    failing = [case for case in cases if case["error"] is not None]
    same = [case for case in failing if same_trace(case, play(case))]
    assert len(same) >= MIN_TRACES * len(failing)


def test_no_exception_is_stale() -> None:
    by_name = {case["name"]: case for case in load_cases(VECTORS)}
    for name in traces():
        assert not same_trace(by_name[name], play(by_name[name])), name
