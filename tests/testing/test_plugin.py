"""The plugin says what is wrong with a test, shows what happened before a failure, and writes it into files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim.export import from_jsonl
from sim.replay import replay
from sim.testing.plugin import folder_name
from tests.export import tshark

FIRMWARE = """
load('api_http.js');
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev, msg, ud) {
  if (ev !== HTTP.EV_REQUEST) return;
  Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nhello');
  Net.disconnect(conn);
}, null);
"""
FAILING = """
import pytest

pytestmark = pytest.mark.firmware("init.js")

def test_fails(device):
    for number in range(30):
        device.get(f"/?n={number}")
    assert device.get("/last").text == "goodbye"

def test_passes(device):
    assert device.get("/").text == "hello"
"""
PASSING = """
def test_it(device):
    assert device.get("/").text == "hello"
"""
MANY = """
@pytest.mark.parametrize("n", range(10))
def test_many(device, n):
    assert device.get("/").text == "hello"
"""
RULES = """
import pytest

pytestmark = pytest.mark.firmware("init.js")

def test_idle(device, network):
    network.rule("loss", percent=0, host="device")
    network.rule("latency", ms=1)
    network.preset("strict firewall", host="nobody")
    assert device.get("/").text == "hello"

def test_allowed(device, network):
    network.rule("loss", percent=0, optional=True)
    network.preset("strict firewall", host="nobody", optional=True)
    assert device.get("/").text == "hello"

def test_preset_of_which_one_rule_acts(device, network):
    network.preset("train through a tunnel")
    assert device.get("/").text == "hello"

def test_fails_for_another_reason(device, network):
    network.rule("loss", percent=0)
    assert device.get("/").text == "goodbye"
"""
FILES = ["replay-link.txt", "report.html", "run.har", "run.json", "run.pcapng", "trace.jsonl"]


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    (pytester.path / "init.js").write_text(FIRMWARE)
    return pytester.path


def written(folder: Path, name: str = "sim-results") -> dict[str, list[str]]:
    return {
        re.sub(r"-[0-9a-f]{8}$", "", one.name): sorted(file.name for file in one.iterdir())
        for one in sorted((folder / name).glob("*"))
    }


def test_a_failure_shows_the_last_messages_and_where_the_files_are(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(FAILING)
    result = pytester.runpytest_inprocess("--sim-seed=5")
    result.assert_outcomes(passed=1, failed=1)
    shown = result.stdout.str()
    assert "mos-sim: last messages (seed 5, native)" in shown
    assert "... and 42 before" in shown
    assert len(re.findall(r"^ +\d+\.\d{6} s  ", shown, re.MULTILINE)) == 20
    assert "device <- GET /last" in shown
    assert "device == 200 OK [5] hello  (init.js:5)" in shown
    assert list(written(folder).values()) == [FILES]
    [path] = re.findall(r"^(\S+run\.pcapng)$", shown, re.MULTILINE)
    assert Path(path).is_file()


def test_a_failure_leaves_a_run_that_gives_the_same_records_again(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(FAILING)
    shown = pytester.runpytest_inprocess("--sim-page=https://sim.example/page").stdout.str()
    [path] = re.findall(r"^python -m sim replay (\S+)$", shown, re.MULTILINE)
    made = replay(Path(path).read_text())
    assert made.is_same
    assert made.name.endswith("::test_fails")
    assert (
        "".join(f"{record.to_line()}\n" for record in made.records) == Path(path).with_name("trace.jsonl").read_text()
    )
    link = Path(path).with_name("replay-link.txt").read_text()
    assert link.startswith("https://sim.example/page#r=")
    assert "the link for the page is in" in shown


def test_a_short_run_has_its_link_in_the_report(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.firmware(source="print(1)")
        def test_short(device):
            assert device.console == "2"
        """
    )
    shown = pytester.runpytest_inprocess().stdout.str()
    assert re.search(r"^http://127\.0\.0\.1:8000/#r=[A-Za-z0-9_-]+$", shown, re.MULTILINE)


def test_a_failure_whose_run_cannot_be_played_again_says_why(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.firmware("init.js")
        def test_served(device):
            assert device.serve() == ""
        """
    )
    shown = pytester.runpytest_inprocess().stdout.str()
    assert "this run cannot be saved: a port of its device was a real one" in shown
    [files] = written(folder).values()
    assert "run.json" not in files


def test_the_files_hold_the_run(pytester: pytest.Pytester, folder: Path, tmp_path: Path) -> None:
    pytester.makepyfile(FAILING)
    pytester.runpytest_inprocess()
    [made] = (folder / "sim-results").iterdir()
    records = from_jsonl((made / "trace.jsonl").read_text())
    requests = [record.event for record in records if record.event.type == "http.requested"]
    assert len(requests) == 31
    assert len(json.loads((made / "run.har").read_text())["log"]["entries"]) == 31
    assert tshark.problems((made / "run.pcapng").read_bytes(), tmp_path) == []
    assert "GET /last" in (made / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("mode", "tests"),
    [
        ("on", ["test-x-py-test-fails", "test-x-py-test-passes"]),
        ("off", []),
        ("retain-on-failure", ["test-x-py-test-fails"]),
    ],
)
def test_files_are_written_as_asked(pytester: pytest.Pytester, folder: Path, mode: str, tests: list[str]) -> None:
    pytester.makepyfile(test_x=FAILING)
    pytester.runpytest_inprocess(f"--sim-trace={mode}", "--sim-output=out")
    assert list(written(folder, "out")) == tests


def test_files_are_written_where_pytest_began(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(
        """
        import os, pytest

        @pytest.mark.firmware(source="print(1)")
        def test_elsewhere(device, tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            assert device.console == "2"
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(failed=1)
    assert len(written(folder)) == 1


def test_files_that_cannot_be_written_do_not_hide_the_failure(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(FAILING)
    (folder / "sim-results").write_text("in the way")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*goodbye*", "could not be written: *"])


def test_firmware_that_does_not_start_is_an_error_with_its_line(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.firmware(source="print('before'); let x = nothing;")
        def test_broken(device):
            pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*StartError: the firmware of 'device' failed to start*", "*device prints before*"])
    assert list(written(folder).values()) == [FILES]


@pytest.mark.parametrize(
    ("marker", "why"),
    [
        ("", 'asks for a device: say which with @pytest.mark.firmware("init.js")'),
        ("@pytest.mark.firmware('missing.js')", "cannot read *missing.js"),
        ("@pytest.mark.firmware()", "firmware is either a path, or source=, or files="),
        ("@pytest.mark.firmware('init.js', source='')", "firmware is either a path, or source=, or files="),
        ("@pytest.mark.firmware(files={'a.txt': ''})", "which file to boot*"),
        ("@pytest.mark.firmware('init.js', profile='none')", "there is no profile 'none'"),
    ],
)
def test_a_test_that_cannot_be_says_why(pytester: pytest.Pytester, folder: Path, marker: str, why: str) -> None:
    pytester.makepyfile(test_x=f"import pytest\n{marker}\ndef test_it(device):\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*test_x.py::test_it*{why}*"])


def test_a_path_is_beside_the_test_wherever_pytest_runs(pytester: pytest.Pytester) -> None:
    below = pytester.mkdir("deep")
    (below / "init.js").write_text(FIRMWARE)
    (below / "test_deep.py").write_text(
        FAILING.split("def test_fails")[0] + "\n\ndef test_it(device):\n    device.get('/')\n"
    )
    pytester.runpytest_inprocess("deep").assert_outcomes(passed=1)


def test_the_seed_is_that_of_the_marker_or_of_the_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.firmware(source="", seed=8)
        def test_marker(device, network):
            assert network.seed == 8

        @pytest.mark.firmware(source="")
        def test_option(device, network):
            assert network.seed == 6
        """
    )
    pytester.runpytest_inprocess("--sim-seed=6").assert_outcomes(passed=2)


def test_the_same_test_has_the_same_trace_and_another_seed_another(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(FAILING)
    texts = []
    for seed in ("1", "1", "2"):
        pytester.runpytest_inprocess(f"--sim-seed={seed}")
        [made] = (folder / "sim-results").iterdir()
        texts.append((made / "trace.jsonl").read_text())
    assert texts[0] == texts[1] != texts[2]


def test_tests_run_side_by_side(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(FAILING + MANY)
    result = pytester.runpytest_subprocess("-n", "2")
    result.assert_outcomes(passed=11, failed=1)
    result.stdout.fnmatch_lines(["*mos-sim: last messages*", "*device <- GET /last*"])
    assert len(written(folder)) == 1


def test_the_marker_is_known_to_strict_pytest(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(FAILING)
    pytester.runpytest_inprocess("--strict-markers", "-k", "passes").assert_outcomes(passed=1, deselected=1)
    result = pytester.runpytest_inprocess("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.firmware(path, *"])


def test_names_of_folders_are_possible_everywhere_and_differ() -> None:
    names = [folder_name(f"tests/test_x.py::test_y[{text}]") for text in ("a/b", "a:b", "\u00e9" * 300, "CON")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,110}", name) for name in names)


@pytest.mark.parametrize("name", ["sim", "sim.testing", "sim.cli", "sim.export"])
def test_only_the_plugin_itself_needs_pytest(name: str) -> None:
    program = f"import sys\nimport {name}\nassert not {{'pytest', '_pytest', 'httpx'}} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2]).returncode == 0


def test_test_fails_whose_rule_never_had_an_effect(folder: Path, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(RULES)
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    done.assert_outcomes(failed=2, passed=2)
    told = done.stdout.str()
    assert "the rule 'loss percent=0 host=device' never had an effect; no rule of the preset 'strict firewall'" in told
    assert "the test has not tested what it asked for (optional=True allows that)" in told
    assert "assert 'hello' == 'goodbye'" in told
    assert "the rule 'loss percent=0' never" not in told
