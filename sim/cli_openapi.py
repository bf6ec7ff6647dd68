"""Carries out the command `openapi`: describes a device's HTTP from what it registers and what was seen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.cli import MAX_SECONDS, UsageError, limited_memory, make_device, printable
from sim.event import DeviceFailed
from sim.export import TraceError, from_jsonl, to_openapi
from sim.network.network import Network
from sim.trace import Record

__all__ = ["openapi"]


def openapi(options: argparse.Namespace) -> int:
    """Boot firmware, look at exchanges, and write the description; the exit code (docs/reference/cli.md)."""
    if not 0 <= options.seconds <= MAX_SECONDS:
        raise UsageError(f"--for must be between 0 and {MAX_SECONDS:g} seconds, got {options.seconds:g}")
    seen: list[Sequence[Record]] = [read_trace(name) for name in options.saved]
    with limited_memory():
        registered = boot(options)
        if registered is None:
            return 1
        for name in options.scenarios:
            records = records_of(name)
            if records is None:
                return 1
            seen.append(records)
    title = Path(options.firmware).resolve().name
    write(to_openapi(registered, *seen, title=title), options.output)
    return 0


def boot(options: argparse.Namespace) -> list[Record] | None:
    """Return what happens when the firmware boots; None, and why, if it fails to."""
    network = Network(seed=options.seed)
    device = make_device(network, options)
    device.boot()
    if not device.started_well:
        told = "".join(fact.trace for fact in network.trace.of(DeviceFailed) if fact.host == device.name)
        sys.stderr.write(printable(f"{told.rstrip()}\n", sys.stderr.encoding))
        return None
    network.clock.run_until(network.clock.now_us + round(options.seconds * 1_000_000))
    return list(network.trace)


def read_trace(name: str) -> list[Record]:
    """Return the records of a saved trace."""
    try:
        return from_jsonl(Path(name).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TraceError) as error:
        raise UsageError(f"cannot read {name}: {error}") from error


def records_of(name: str) -> tuple[Record, ...] | None:
    """Return what happens in a scenario; None, and why, if it fails."""
    from sim.cli_scenario import read_scenario
    from sim.scenario import ScenarioError, play

    try:
        outcome = play(read_scenario(name))
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    if outcome.failure is not None:
        sys.stderr.write(printable(f"{outcome.failure}\n", sys.stderr.encoding))
        return None
    return outcome.records


def write(text: str, output: str | None) -> None:
    """Write the description where the user wants it."""
    if output is None:
        sys.stdout.write(printable(text, sys.stdout.encoding))
        return
    try:
        Path(output).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error}") from error
