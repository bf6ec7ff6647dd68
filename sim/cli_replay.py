"""Carries out the command `replay`: plays a run again, and says whether it gives the same records."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from sim.cli import UsageError, limited_memory, printable, write_exports
from sim.replay import Replayed, RunError, TooLong
from sim.replay import replay as play

__all__ = ["replay"]

MOST_BYTES: Final = 512 * 1024 * 1024
"""A larger file is no run: its trace and its inputs have limits of their own."""

SHOWN: Final = 2_000
"""Characters of a record that are shown."""


def replay(options: argparse.Namespace) -> int:
    """Play a run; the exit code (docs/reference/cli.md)."""
    text = read_text(options.run)
    try:
        with limited_memory():
            made = play(text, most_events=options.most_events)
    except TooLong as error:
        raise UsageError(f"cannot replay {options.run}: {error}; --most-events N lets it have more") from error
    except RunError as error:
        raise UsageError(f"cannot replay {options.run}: {error}") from error
    write_exports(made.records, options)
    told = json.dumps(made.to_json()) if options.json else said(made)
    sys.stdout.write(printable(f"{told}\n", sys.stdout.encoding))
    return 0 if made.is_same else 1


def read_text(name: str) -> str:
    """Return the content of a file, but not of one that is too large to be a run."""
    try:
        with Path(name).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise UsageError(f"cannot replay {name}: it has more than {MOST_BYTES >> 20} MiB")
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error}") from error
    except UnicodeDecodeError:
        raise UsageError(f"cannot replay {name}: it is no text in UTF-8") from None


def said(made: Replayed) -> str:
    """Say in words what came of it."""
    difference = made.difference
    if difference is None:
        return f"the same {len(made.records)} records as recorded, sha256 {made.sha256}"
    expected, got = (excerpt(line) for line in (difference.expected, difference.got))
    was = "nothing" if difference.is_beyond else expected or "not kept in this run"
    return f"record {difference.record} differs\n  recorded: {was}\n  now:      {got or 'nothing'}"


def excerpt(line: str | None) -> str:
    """Return a record as far as it can be looked at."""
    return "" if line is None else line if len(line) <= SHOWN else f"{line[:SHOWN]}..."
