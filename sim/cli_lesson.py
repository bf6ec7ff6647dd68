"""Carries out the command `lesson`: plays lessons, and says of each check how it stands."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sim.cli import UsageError, limited_memory, printable, read_file, read_project
from sim.lesson import Lesson, LessonError, State, Verdict, parse, play
from sim.project import ProjectError

__all__ = ["lesson"]


def lesson(options: argparse.Namespace) -> int:
    """Play lessons and print what became of their checks; the exit code (docs/reference/cli.md)."""
    own = None if options.firmware is None else read_project(options.firmware)
    results: list[dict[str, object]] = []
    holds = True
    with limited_memory():
        for name in options.lessons:
            read = read_lesson(name)
            try:
                runs = play_own(read, *own) if own is not None else play_both(read)
            except LessonError as error:
                raise UsageError(f"{name}: {error}") from error
            problem = wrong_with(runs)
            holds = holds and problem is None
            results.append(
                {"file": name, "title": read.title, "problem": problem}
                | {run: [verdict.to_json() for verdict in verdicts] for run, verdicts in runs.items()}
            )
            if not options.json:
                sys.stdout.write(printable(told(name, read, runs, problem), sys.stdout.encoding))
    if options.json:
        print(json.dumps(results))
    return 0 if holds else 1


def read_lesson(name: str) -> Lesson:
    """Return the lesson that stands in a file."""
    try:
        return parse(read_file(Path(name)).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {name}: it is no text in UTF-8") from error
    except (OSError, ProjectError) as error:
        raise UsageError(f"cannot read {name}: {error}") from error
    except LessonError as error:
        raise UsageError(f"{name}: {error}") from error


def play_both(read: Lesson) -> dict[str, list[Verdict]]:
    """Play what the lesson begins and ends with."""
    return {"start": play(read, read.start), "solution": play(read, read.solution)}


def play_own(read: Lesson, files: dict[str, bytes], main: str | None) -> dict[str, list[Verdict]]:
    """Play somebody's firmware; what it does not have, such as other hosts, is as at the start."""
    hosts = {name: text for name, text in read.start.items() if name.startswith("hosts/")}
    return {"firmware": play(read, {**hosts, **files}, main=main)}


def wrong_with(runs: dict[str, list[Verdict]]) -> str | None:
    """Say what is wrong with a lesson, or with the firmware for it; None if all is as it should be."""
    for run in ("solution", "firmware"):
        failed = [verdict for verdict in runs.get(run, []) if verdict.state is not State.PASS]
        if failed:
            return f"the {run} does not pass: {failed[0].text}: {failed[0].detail}"
    if "start" in runs and all(verdict.state is State.PASS for verdict in runs["start"]):
        return "there is nothing to do: the start passes all checks"
    return None


def told(name: str, read: Lesson, runs: dict[str, list[Verdict]], problem: str | None) -> str:
    """Return what is printed of a lesson: each check of the newest run, with what was seen where it does not hold."""
    lines = [f"{name}: {read.title}"]
    for run, verdicts in runs.items():
        passed = sum(verdict.state is State.PASS for verdict in verdicts)
        lines.append(f"  {run}: {passed} of {len(verdicts)} checks pass")
        if run != "start":
            for verdict in verdicts:
                why = "" if verdict.state is State.PASS else f" - {verdict.detail}"
                lines.append(f"    {verdict.state:4}  {verdict.text}{why}")
    if problem is not None:
        lines.append(f"  {problem}")
    return "\n".join([*lines, ""])
