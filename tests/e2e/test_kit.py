"""The kit for Playwright Test runs as installed: by its package's name, with the browser that a variable names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sim.export import to_code
from sim.testing.browser import chromium_path
from tests.export.told import FIRMWARE as FIRMWARE_TOLD
from tests.export.told import PAGE_CASES as TOLD
from tests.export.told import played
from tools.site import ROOT

FIRMWARE = ROOT / "tests" / "testing" / "firmware"
HOWTO = (ROOT / "docs" / "howto" / "playwright.md").read_text("utf-8")
CLI = ROOT / "node_modules" / "@playwright" / "test" / "cli.js"


def blocks(text: str, language: str) -> list[str]:
    """Return the examples of a language on a page."""
    return re.findall(rf"^```{language}\b[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


EXAMPLE, CONFIG = blocks(HOWTO, "javascript")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in which the package is installed, with the configuration of the documentation."""
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / "mos-sim").symlink_to(ROOT, target_is_directory=True)
    (modules / "@playwright").symlink_to(ROOT / "node_modules" / "@playwright", target_is_directory=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "playwright.config.js").write_text(CONFIG)
    return tmp_path


def play(folder: Path, browser: Browser) -> tuple[int, dict[str, int], str]:
    """Run the tests in a folder: the exit code, how many had which outcome, and what was printed."""
    path = chromium_path(browser.browser_type.executable_path)
    assert path
    environment = {**os.environ, "CHROMIUM": path, "CI": "1"}
    report = folder / "report.json"
    environment["PLAYWRIGHT_JSON_OUTPUT_NAME"] = str(report)
    command = ["node", str(CLI), "test", "--reporter=json,line", "--workers=1", "--timeout=120000"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert report.exists(), done.stdout + done.stderr
    told = json.loads(report.read_text())
    suites = json.dumps(told["suites"])
    told_in = re.findall(r'"(?:title|message|name)": ("(?:[^"\\]|\\.)*")', suites)
    return done.returncode, told["stats"], "\n".join(json.loads(text) for text in told_in)


def test_the_kit_does_what_the_reference_says_and_exchanges_written_as_tests_pass(
    project: Path, browser: Browser
) -> None:
    for name in ("init.js", "chat.py"):
        shutil.copyfile(FIRMWARE / name, project / name)
    shutil.copytree(FIRMWARE / "station", project / "station")
    shutil.copyfile(ROOT / "tests" / "testing" / "kit.spec.mjs", project / "kit.spec.mjs")
    (project / "told.py").write_text(FIRMWARE_TOLD)
    for case in TOLD:
        (project / f"{case}.spec.mjs").write_text(to_code(played(case), "playwright-js", firmware="told.py"), "utf-8")
    code, stats, told = play(project, browser)
    assert code == 0, told[-6000:]
    assert stats["expected"] == 8 + len(TOLD)


def test_the_example_of_the_documentation_runs_and_a_failure_has_the_trace(project: Path, browser: Browser) -> None:
    [firmware] = blocks((ROOT / "docs/howto/pytest.md").read_text("utf-8"), "js")
    (project / "init.js").write_text(firmware)
    (project / "lamp.spec.js").write_text(EXAMPLE.replace("toHavePin(2, 1)", "toHavePin(2, 0, { timeout: 1 })"))
    (project / "right.spec.js").write_text(EXAMPLE)
    code, stats, told = play(project, browser)
    assert (code, stats["expected"], stats["unexpected"]) == (1, 3, 1), told[-6000:]
    assert "waited 1 ms for level 0 at pin 2; it is 1" in told
    assert "\ntrace.jsonl" in told
