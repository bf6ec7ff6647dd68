"""Is the simulation of a test in another Python, which gets calls as lines of text, and the package to run there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sim.export.jsonl import from_jsonl
from sim.testing.outcome import SimError
from sim.testing.wire import read_answer, write_call
from sim.trace import Record

__all__ = ["PACKAGE", "Elsewhere", "zipped_package"]

PACKAGE: Final = Path(__file__).resolve().parents[1]

WANTED: Final = (".py", ".js")

SITE: Final = PACKAGE / "site"
"""What the package carries of the page runs there no more than here."""


class Elsewhere:
    """The simulation of one test, in the Python that all tests share.

    Args:
        exchange: sends a line and returns the one that answers it.
        seed: of everything random.
    """

    runtime = "elsewhere"

    def __init__(self, exchange: Callable[[str], str], seed: int) -> None:
        self._exchange = exchange
        self._call("begin", seed)

    def ask(self, target: int, action: str, name: str, *args: Any, **named: Any) -> Any:
        """Do as `Engine.ask`."""
        return self._call("ask", target, action, name, list(args), named)

    def records(self, since: int = 0) -> list[Record]:
        """Return the records of the trace from a number on."""
        return from_jsonl(self._call("records", since))

    def serve(self, device: str, port: int) -> int:
        """Refuse: there are no sockets.

        Raises:
            SimError: always.
        """
        raise SimError("device.serve() needs --sim-runtime=native: Pyodide has no sockets")

    def close(self) -> None:
        """Leave that Python to the next test."""

    def _call(self, *call: Any) -> Any:
        return read_answer(self._exchange(write_call(*call)))


def zipped_package() -> bytes:
    """Return the package `sim` as it is here, but for the site, as an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(PACKAGE.rglob("*")):
            if path.suffix in WANTED and not path.is_relative_to(SITE):
                archive.write(path, path.relative_to(PACKAGE.parent).as_posix())
    return made.getvalue()
