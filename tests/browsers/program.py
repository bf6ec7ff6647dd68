"""Runs the programs of a browser, in a folder that is dropped with them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeVar

from tests.browsers.driver import TIMEOUT_S, DriverError

__all__ = ["Programs"]

T = TypeVar("T")
LOOK_AGAIN_S = 0.05


class Programs:
    """Programs that are ended together; what they print is in one file."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        self.log = self.folder / "log"
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self, command: Sequence[str], environment: Mapping[str, str] | None = None, *, keep: int = 2) -> None:
        """Start a program; `keep` is a file that stays open in it."""
        with self.log.open("a") as log:
            child = subprocess.Popen(command, env=environment, pass_fds=[keep], stdout=log, stderr=log)
        self.children.append(child)
        self.stack.callback(child.wait)
        self.stack.callback(child.terminate)

    def wait_for(self, look: Callable[[], T | None]) -> T:
        """Wait until something is there that a program makes when it is ready.

        Raises:
            DriverError: it has ended, or takes too long.
        """
        child = self.children[-1]
        for _ in range(int(TIMEOUT_S / LOOK_AGAIN_S)):
            if (found := look()) is not None:
                return found
            with suppress(subprocess.TimeoutExpired):
                child.wait(LOOK_AGAIN_S)
                break
        raise DriverError(f"{child.args} is not ready: {self.log.read_text()}")

    def close(self) -> None:
        """End all of them, the last first."""
        self.stack.close()
