"""Writes exchanges as code that makes them again: tests of several kinds, and commands (docs/reference/export.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from sim.export.code.act import CodeError, Story, story_of
from sim.export.code.curl import to_curl
from sim.export.code.hurl import to_hurl
from sim.export.code.javascript import to_javascript
from sim.export.code.python import to_playwright, to_pytest
from sim.export.code.scenario import to_scenario
from sim.trace import Record

__all__ = ["FORMS", "CodeError", "to_code"]

WRITERS: Final[dict[str, Callable[[Story], str]]] = {
    "pytest": to_pytest,
    "playwright-python": to_playwright,
    "playwright-js": to_javascript,
    "scenario": to_scenario,
    "curl": to_curl,
    "hurl": to_hurl,
}

FORMS: Final = tuple(WRITERS)
"""What code may be written as."""


def to_code(
    records: Iterable[Record], form: str, *, selected: Collection[int] | None = None, firmware: str = "init.js"
) -> str:
    """Return code that makes exchanges again, and expects the answers that were seen.

    Args:
        records: the trace.
        form: one of `FORMS`.
        selected: the numbers of records; each stands for its whole exchange, or its whole WebSocket. None: all.
        firmware: what the device runs, as a path from the test.

    Raises:
        CodeError: there is nothing among them that can be made again.
        ValueError: there is no such form.
    """
    if form not in WRITERS:
        raise ValueError(f"expected one of {', '.join(FORMS)}, got {form!r}")
    return WRITERS[form](story_of(list(records), selected, firmware))
