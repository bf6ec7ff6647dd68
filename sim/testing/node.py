"""Runs the simulations of tests in Pyodide under Node, one process for all tests: the Python that browsers have."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from sim.testing.elsewhere import PACKAGE, Elsewhere
from sim.testing.outcome import SimError

__all__ = ["Node", "stop_node"]

PROGRAM: Final = Path(__file__).with_suffix(".mjs")


class Node(Elsewhere):
    """The simulation of one test, in the process that all tests share."""

    runtime = "node"

    def __init__(self, seed: int) -> None:
        super().__init__(_Process.running().exchange, seed)


class _Process:
    """Node with Pyodide; the calls go through its standard input and output."""

    one: _Process | None = None

    def __init__(self) -> None:
        node = shutil.which("node")
        if node is None:
            raise SimError("--sim-runtime=node needs Node 20 or later, and there is no program node")
        command = [node, str(PROGRAM), str(PACKAGE), str(Path.cwd())]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        if self._line() != "ready":
            self._failed()

    @classmethod
    def running(cls) -> _Process:
        """Return the process, started if there is none."""
        cls.one = cls.one or cls()
        return cls.one

    def exchange(self, line: str) -> str:
        """Send a call; its answer.

        Raises:
            SimError: Node has ended.
        """
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(f"{line}\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            self._failed()
        return self._line() or self._failed()

    def _line(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().rstrip("\n")

    def _failed(self) -> str:
        _Process.one = None
        _, told = self._child.communicate()
        hint = "; it needs the npm package pyodide in node_modules" if "MODULE_NOT_FOUND" in told else ""
        raise SimError(f"Node has ended{hint}\n{told[-2000:]}".rstrip())

    def stop(self) -> None:
        """End the process."""
        self._child.communicate()


def stop_node() -> None:
    """End the process, if there is one."""
    process, _Process.one = _Process.one, None
    if process is not None:
        process.stop()
