"""Puts devices on real ports: one echo device for all tests, and devices with firmware of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.served import ROOT, Served

Serve = Callable[..., Served]


def stop_cleanly(served: Served) -> None:
    code = served.stop()
    assert served.errors == [], "something was said on standard error"
    assert code == 0


@pytest.fixture(scope="session")
def echo() -> Iterator[Served]:
    """The device of examples/echo.py; nothing that tests do to it may make it complain."""
    served = Served(ROOT / "examples" / "echo.py")
    yield served
    stop_cleanly(served)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve firmware given as text, with options; each device must end well and without a complaint."""
    started: list[Served] = []

    def start(firmware: str, *options: str, port: int | None = 0) -> Served:
        path = tmp_path / f"init{len(started)}.py"
        path.write_text(firmware, encoding="utf-8")
        started.append(Served(path, *options, port=port))
        return started[-1]

    yield start
    for served in started:
        stop_cleanly(served)
