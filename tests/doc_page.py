"""Plays the blocks of code of a page of the documentation one after the other, in one folder, as a reader would.

What a block is, its language says; `name=` behind it is the file that it is saved as. A block that nobody knows how to
play is a mistake of the page.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

import build
from sim.check import Level, check
from sim.lesson import parse
from tests.world import World
from tools.fences import Fence, find_fences
from tools.site import ROOT

__all__ = ["NOT_RUN", "DocPage"]

MAINS: Final = {"js": "init.js", "javascript": "init.js", "py": "init.py"}

NOT_RUN: Final = {
    "pip install": "tests install nothing; tests/test_packages.py installs the packages into empty environments",
    "npm install": "tests install nothing; tests/test_packages.py installs the packages into empty environments",
    "apt-get install": "tests install nothing",
    "python -m playwright install": "tests install nothing; tools/browser.py finds or installs a Chromium",
    "python3 build.py": "it would run these tests within themselves; its arguments are read by its parser",
}
"""Commands that are not carried out, by how they begin, and why."""

TIMEOUT_S: Final = 60


class DocPage:
    """A page with the folder in which its blocks are played."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.text = path.read_text("utf-8")
        self.tests: list[str] = []
        self.served: list[subprocess.Popen[str]] = []
        for name in ("examples", "scenarios", "lessons", "docs"):
            (folder / name).symlink_to(ROOT / name)
        if "127.0.0.1:8080" in self.text:
            self.text = self.text.replace("8080", str(free_port()))
        tools = Path(sys.executable).parent
        self.environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "no_proxy": "127.0.0.1"}
        self.environment |= {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

    def play(self) -> None:
        """Play all blocks.

        Raises:
            AssertionError: one of them does not do what the page says; the text begins with its place.
        """
        try:
            for fence in find_fences(self.text):
                try:
                    self.play_block(fence)
                except Exception as error:
                    raise AssertionError(f"{self.path.relative_to(ROOT)}:{fence.line}: {error}") from error
            self.run_tests()
        finally:
            for process in self.served:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=TIMEOUT_S)

    def play_block(self, fence: Fence) -> None:
        if name := fence.options.get("name"):
            (self.folder / name).write_text(fence.source, "utf-8")
        if "page" in fence.words:
            return  # tests/e2e/test_docs_pages.py runs them in a browser
        if fence.language not in KINDS:
            raise AssertionError(f"a block of code of the kind '{fence.language}': one of {', '.join(KINDS)}")
        KINDS[fence.language](self, fence)

    def firmware(self, fence: Fence) -> None:
        boot_well(fence.source, MAINS[fence.language])

    def program(self, fence: Fence) -> None:
        """Run a program in Python; one with tests waits until all of the page are there."""
        if re.search(r"^def test_", fence.source, re.MULTILINE):
            self.tests.append(fence.source)
            return
        code = compile("\n" * fence.line + fence.source, str(self.path), "exec")
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(io.StringIO()):
            exec(code, {"__name__": "__main__"})

    def run_tests(self) -> None:
        """Run the tests of the page with pytest, in its folder."""
        if not self.tests:
            return
        for number, source in enumerate(self.tests):
            (self.folder / f"test_{number}.py").write_text(source, "utf-8")
        count = sum(len(re.findall(r"^def test_", source, re.MULTILINE)) for source in self.tests)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", "-c", os.devnull]
        done = self.run([*command, *(f"test_{number}.py" for number in range(len(self.tests)))])
        assert re.search(rf"^{count} passed", done.stdout, re.MULTILINE), f"{self.path}:\n{done.stdout}{done.stderr}"

    def commands(self, fence: Fence) -> None:
        """Run the commands behind `$`, and compare what they print with the lines that follow."""
        parts = re.split(r"^\$ ", fence.source, flags=re.MULTILINE)
        assert fence.source.startswith("$ "), "a console begins with '$ ' and a command"
        for part in parts[1:]:
            line, _, shown = part.partition("\n")
            self.command(line, shown)

    def shell(self, fence: Fence) -> None:
        for line in fence.source.splitlines():
            self.command(line, "")

    def command(self, line: str, shown: str) -> None:
        words = shlex.split(line, comments=True)
        begin = next((begin for begin in NOT_RUN if words[: len(begin.split())] == begin.split()), None)
        if begin == "python3 build.py":
            build.make_parser().parse_known_args(words[2:])
        if begin or not words:
            return
        if words[1:4] == ["-m", "sim", "serve"] or words[1:4] == ["-m", "sim", "web"]:
            printed = self.serve(words)
        else:
            done = self.run(["bash", "-c", line])
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
            printed = done.stdout + done.stderr
        for expected in shown.splitlines():
            assert plain(expected) in plain(printed), f"{line}: no line {expected!r} in\n{printed}"

    def serve(self, words: list[str]) -> str:
        """Start something that is served until the end of the page; what it prints first, a line for each port."""
        free = [re.sub(r"^(udp:)?\d+:", r"\g<1>0:", word) for word in words[1:]]  # others may run these tests at once
        own = [] if "--port" in words else ["--port", "0"]
        process = subprocess.Popen(
            [sys.executable, *free, *own], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        self.served.append(process)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(1 + words.count("--map"))]
        assert all(lines), f"{' '.join(words)}: it printed only {lines}"
        return "".join(lines)

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=TIMEOUT_S
        )

    def markup(self, fence: Fence) -> None:
        """Boot the programs that stand in HTML."""
        for main, source in Programs(fence.source).found:
            boot_well(source, main)

    def yaml(self, fence: Fence) -> None:
        YAML(typ="safe").load(fence.source)

    def markdown(self, fence: Fence) -> None:
        """Read a lesson."""
        parse(fence.source)


class Programs(HTMLParser):
    """Gathers the firmware in HTML, with the names of its files."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.main: str | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        is_firmware = tag == "script" and named.get("type") in ("text/mjs", "text/python")
        self.main = named.get("name", "init.js") if is_firmware else None

    def handle_data(self, data: str) -> None:
        if self.main is not None:
            self.found.append((self.main, data))
        self.main = None


KINDS: Final[dict[str, Callable[[DocPage, Fence], object]]] = {
    **dict.fromkeys(MAINS, DocPage.firmware),
    "python": DocPage.program,
    "console": DocPage.commands,
    "sh": DocPage.shell,
    "html": DocPage.markup,
    "json": lambda page, fence: json.loads(fence.source),
    "toml": lambda page, fence: tomllib.loads(fence.source),
    "yaml": DocPage.yaml,
    "markdown": DocPage.markdown,
    "text": lambda page, fence: None,  # a drawing, or what some program prints
}


def boot_well(source: str, main: str) -> None:
    """Boot a program after looking for mistakes in it; neither may find any."""
    assert [str(finding) for finding in check({main: source.encode()}) if finding.level is Level.ERROR] == []
    assert World(source, main).failures == []


def plain(text: str) -> str:
    """Return a text as it is compared: which port is free is not foreseen."""
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        assert isinstance(port, int)
        return port
