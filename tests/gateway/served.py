"""Runs `python -m sim serve` as its users do: as a program of its own, read line by line."""

from __future__ import annotations

import asyncio
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TypeVar

__all__ = ["ROOT", "Served", "in_loop"]

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60.0

Result = TypeVar("Result")


class Served:
    """A device on real ports. `stop` ends it as Ctrl-C does."""

    def __init__(self, firmware: Path, *options: str, port: int | None = 0) -> None:
        ports = [] if port is None else ["--port", str(port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim", "serve", str(firmware), *ports, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        """What it has printed up to now, as far as it was waited for."""
        self.errors: list[str] = []
        self._printed: queue.Queue[str | None] = queue.Queue()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._readers = [
            threading.Thread(target=self._read, args=[self.process.stdout, self._printed.put], daemon=True),
            threading.Thread(target=self._read, args=[self.process.stderr, self._complain], daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self.address = self.wait_for("serving ").removeprefix("serving ").strip()

    @staticmethod
    def _read(stream: IO[str], take: Callable[[str | None], object]) -> None:
        for line in stream:
            take(line.rstrip("\n"))
        take(None)

    def _complain(self, line: str | None) -> None:
        if line is not None:
            self.errors.append(line)

    def wait_for(self, start: str) -> str:
        """Return the next printed line that begins so."""
        while True:
            line = self._printed.get(timeout=TIMEOUT_S)
            assert line is not None, f"the program ended: {self.lines} {self.errors}"
            self.lines.append(line)
            if line.startswith(start):
                return line

    @property
    def port(self) -> int:
        """The real port of the device's port 80."""
        return int(self.address.rpartition(":")[2])

    def stop(self) -> int:
        """Interrupt it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(TIMEOUT_S)
        for reader in self._readers:
            reader.join(TIMEOUT_S)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        while not self._printed.empty():
            line = self._printed.get()
            if line is not None:
                self.lines.append(line)
        return code


def in_loop(work: Callable[[], Coroutine[object, object, Result]]) -> Result:
    """Run a coroutine in an event loop of its own, in a thread of its own: Playwright holds that of the main one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asyncio.wait_for(work(), TIMEOUT_S))).result()
