"""Writes what a failed test needs to be understood: its last messages, its trace in all formats, its run."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from sim.engine import SimError
from sim.export.file import write_files
from sim.export.text import line_of, messages_of
from sim.run.file import read_run, to_fragment
from sim.trace import Record

__all__ = ["Evidence", "folder_name", "last_messages", "told", "write", "write_run"]

LAST: Final = 20
"""How many messages are told of a test that failed."""

MOST_NAME: Final = 100

MOST_LINK: Final = 2_000
"""Characters of a link that is shown in a report."""


class Evidence(NamedTuple):
    """Where what happened in a test can be asked for; both functions raise a `SimError` when it is not to be had."""

    about: str
    """Where it happened."""
    records: Callable[[], list[Record]]
    saved_run: Callable[[str], str]
    """Returns the run, with the name that it is given."""


def last_messages(records: Iterable[Record]) -> str:
    """Return the newest messages as lines of text."""
    messages = messages_of(records)
    lines = [line_of(record) for record in messages[-LAST:]] or ["there was no message"]
    more = len(messages) - LAST
    return "\n".join([f"... and {more} before", *lines] if more > 0 else lines)


def told(evidence: Evidence) -> str:
    """Return the newest messages of a test, or why there are none to be had."""
    try:
        return last_messages(evidence.records())
    except SimError as error:
        return str(error)


def write(evidence: Evidence, folder: Path) -> str:
    """Write the trace and all exports of a test into a folder; what to tell of them."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = write_files(
            evidence.records(),
            trace=folder / "trace.jsonl",
            har=folder / "run.har",
            pcap=folder / "run.pcapng",
            report=folder / "report.html",
        )
        return "\n".join(map(str, written))
    except (OSError, ValueError, SimError) as error:
        return f"could not be written: {error}"


def write_run(evidence: Evidence, folder: Path, name: str, page: str) -> str:
    """Write the run of a test, and a link to it if that is short enough; what to tell of them."""
    try:
        text = evidence.saved_run(name)
        path = folder / "run.json"
        path.write_text(text, "utf-8")
        fragment = to_fragment(read_run(text))
        if fragment is None:
            return f"python -m sim replay {shlex.quote(str(path))}\n(too long for a link: the page opens the file)"
        link = folder / "replay-link.txt"
        link.write_text(f"{page}{fragment}\n", "utf-8")
        shown = f"{page}{fragment}" if len(fragment) <= MOST_LINK else f"(the link for the page is in {link})"
        return f"python -m sim replay {shlex.quote(str(path))}\n{shown}"
    except (OSError, SimError) as error:
        return str(error)


def folder_name(nodeid: str) -> str:
    """Return a name for the folder of a test: readable, of its own, and possible on every system."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", nodeid).strip("-")
    digest = hashlib.sha256(nodeid.encode()).hexdigest()[:8]
    return f"{plain[-MOST_NAME:]}-{digest}"
