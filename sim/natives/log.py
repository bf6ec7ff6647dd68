"""Holds the C functions behind `Log`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules

__all__ = ["log_natives"]


def log_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Log`."""
    log = modules.Log

    def write(*arguments: object) -> None:
        """Write a line: level and text, or file, line, level and text; the place is found without these."""
        level, text = arguments[-2:]
        if isinstance(level, int):
            log.print(level, text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else "")

    return {"mgos_log": write}
