"""Carries out the command `test`: plays scenarios, and says of each step how it went."""

from __future__ import annotations

import argparse
import sys
from itertools import count
from pathlib import Path
from typing import Final, TextIO

from sim.cli import UsageError, limited_memory, printable, read_file
from sim.project import ProjectError
from sim.scenario import MissingLibrary, Outcome, Scenario, ScenarioError, StepOutcome, play, read
from sim.scenario.junit import to_junit

__all__ = ["test"]

COLOURS: Final = {"pass": 32, "fail": 31, "skip": 33}
"""Of the states of steps, on a terminal (ECMA-48, 8.3.117)."""


def test(options: argparse.Namespace) -> int:
    """Play scenarios and print how their steps went; the exit code (docs/reference/cli.md)."""
    # All are read before the first is played: a mistake in the last one is told at once
    scenarios = [read_scenario(name) for name in options.scenarios]
    outcomes = []
    with limited_memory():
        for scenario in scenarios:
            write(f"{scenario.file}: {plain(scenario.name)}\n")
            try:
                outcomes.append(play(scenario, show, keep_run=options.runs is not None))
            except ScenarioError as error:
                raise UsageError(str(error)) from error
    write(summary(outcomes))
    if options.junit is not None:
        try:
            Path(options.junit).write_bytes(to_junit(outcomes))
        except OSError as error:
            raise UsageError(f"cannot write {options.junit}: {error}") from error
    if options.runs is not None:
        write_runs([outcome for outcome in outcomes if not outcome.passed], Path(options.runs))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def write_runs(failed: list[Outcome], folder: Path) -> None:
    """Write the runs of what failed, each under the name of its scenario's file."""
    names: set[str] = set()
    try:
        for outcome in failed:
            stem = Path(outcome.scenario.file).stem
            name = next(one for n in count(1) if (one := stem if n == 1 else f"{stem}-{n}") not in names)
            names.add(name)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}.run.json"
            path.write_text(outcome.run, "utf-8")
            write(f"run of {outcome.scenario.file}: {path}\n")
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error}") from error


def read_scenario(name: str) -> Scenario:
    """Return the scenario that stands in a file."""
    try:
        return read(read_file(Path(name)).decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {name}: it is no text in UTF-8") from error
    except (OSError, ProjectError) as error:
        raise UsageError(f"cannot read {name}: {error}") from error
    except (ScenarioError, MissingLibrary) as error:
        raise UsageError(str(error)) from error


def show(one: StepOutcome) -> None:
    """Print a line for a step, and more if it failed."""
    at = "" if one.state == "skip" else f"{one.ended_us / 1_000_000:.3f} s"
    write(f"  {coloured(one.state, sys.stdout)}  {at:>12}  {plain(str(one.step))}\n")
    if one.failure is not None:
        write("".join(f"    {plain(line)}\n" for line in str(one.failure).split("\n")))


def summary(outcomes: list[Outcome]) -> str:
    """Return the last line."""
    failed = sum(not outcome.passed for outcome in outcomes)
    steps = sum(len(outcome.steps) for outcome in outcomes)
    seconds = sum(outcome.took_us for outcome in outcomes) / 1_000_000
    noun = "scenario" if len(outcomes) == 1 else "scenarios"
    told = f"{failed} of {len(outcomes)} {noun} failed" if failed else f"{len(outcomes)} {noun} passed"
    return f"{told}: {steps} steps in {seconds:.3f} s of virtual time\n"


def coloured(state: str, out: TextIO) -> str:
    """Return a state, in colour where somebody looks at it."""
    return f"\x1b[{COLOURS[state]}m{state}\x1b[0m" if out.isatty() else state


def plain(text: str) -> str:
    """Return a line with escapes for what would move the cursor or change colours: devices say what they like."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def write(text: str) -> None:
    """Print at once."""
    sys.stdout.write(printable(text, sys.stdout.encoding))
    sys.stdout.flush()
