"""The same tests pass in every runtime, with the same traces."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from sim.engine import Handle
from sim.replay import replay
from sim.testing import SimError
from sim.testing.wire import Server, read_answer, write_call

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = ("test_device.py", "test_connection.py", "test_world.py", "test_transport.py", "test_rules.py")
"""What uses the fixtures as anybody would: neither real ports nor objects of the test's own."""


def traces(runtime: str, folder: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(str(HERE / name) for name in FILES)]
    options = [f"--sim-runtime={runtime}", "--sim-trace=on", f"--sim-output={folder}"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    return {path.parent.name: path.read_bytes() for path in folder.rglob("trace.jsonl")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the tests in this Python are, once they have run."""
    return tmp_path_factory.mktemp("native")


@pytest.fixture(scope="module")
def native(folder: Path) -> dict[str, bytes]:
    """The traces of the tests in this Python."""
    return traces("native", folder)


@pytest.mark.parametrize("runtime", ["node", "chromium"])
def test_the_same_tests_have_the_same_traces_everywhere(
    runtime: str, native: dict[str, bytes], tmp_path: Path
) -> None:
    assert len(native) > 50
    got = traces(runtime, tmp_path)
    assert {name: digest(trace) for name, trace in got.items()} == {
        name: digest(trace) for name, trace in native.items()
    }


def test_the_run_that_each_of_them_leaves_gives_its_trace_again(native: dict[str, bytes], folder: Path) -> None:
    runs = {path.parent.name: path.read_text("utf-8") for path in folder.rglob("run.json")}
    assert len(runs) > 50
    assert {name: replay(text).sha256 for name, text in runs.items()} == {name: digest(native[name]) for name in runs}


def digest(trace: bytes) -> str:
    return hashlib.sha256(trace).hexdigest()


NO_BROWSER = (
    "os.environ.pop('CHROMIUM', None); os.environ.update(PLAYWRIGHT_BROWSERS_PATH='/nowhere', PATH='/nowhere')"
)

FAULTS = {  # what is wrong, and what the tests then say
    "playwright": ("import sys; sys.modules['playwright.async_api'] = None", "pip install playwright"),
    "variable": (
        "import os; os.environ['CHROMIUM'] = '/no/program'",
        "CHROMIUM names /no/program, which is no program",
    ),
    "chromium": (f"import os; {NO_BROWSER}", "there is no Chromium: install one with `python -m playwright install"),
    "site": ("import sim.website; sim.website.HERE = sim.website.Path('/nowhere/sim')", "came without it"),
}


@pytest.mark.parametrize(("fault", "said"), FAULTS.values(), ids=FAULTS)
def test_what_chromium_lacks_is_told(fault: str, said: str, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(fault)
    pytester.makepyfile("def test_time(clock):\n    clock.advance(1)\n")
    done = pytester.runpytest_subprocess("--sim-runtime=chromium", "-p", "no:cacheprovider")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([f"*{said.replace('[', '[[]')}*"])


@pytest.mark.parametrize(
    "value", [None, True, 5, 0.5, "\u00e9\udcff", b"\x00\xff", [1, [2]], (1, ()), {"a": {1: b""}}, Handle(7)]
)
def test_plain_values_are_carried_as_they_are(value: object) -> None:
    server = Server()
    server.handle(write_call("begin", 3))
    assert read_answer(server.handle(write_call("ask", 0, "set", "kept", [value], {}))) is None
    line = server.handle(write_call("ask", 0, "get", "kept", [], {}))
    got = read_answer(line)
    assert type(got) is type(value) or isinstance(value, Handle)
    assert got == value or isinstance(value, Handle)


def test_what_is_raised_there_is_raised_here() -> None:
    server = Server()
    with pytest.raises(AttributeError, match="nothing"):
        read_answer(server.handle(write_call("ask", 0, "get", "nothing", [], {})))
    with pytest.raises(SimError, match="ZeroDivisionError"):
        read_answer('["error", "ZeroDivisionError", ["l", ["ZeroDivisionError: x"]]]')


def test_an_object_of_the_test_is_refused_with_a_reason() -> None:
    with pytest.raises(SimError, match="in this runtime only plain values reach the device"):
        write_call("ask", 0, "call", "rule", [object()], {})
