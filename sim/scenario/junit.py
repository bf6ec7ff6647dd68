"""Writes outcomes of scenarios as JUnit XML, which build servers read: a suite for each, a case for each step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sim.scenario.play import Outcome, StepOutcome

__all__ = ["to_junit"]

NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot have."""


def to_junit(outcomes: Sequence[Outcome]) -> bytes:
    """Return outcomes as JUnit XML; times are virtual seconds."""
    root = Element("testsuites", _counts([step for outcome in outcomes for step in outcome.steps]))
    for outcome in outcomes:
        suite = SubElement(
            root,
            "testsuite",
            {"name": _text(outcome.scenario.name), "file": _text(outcome.scenario.file), **_counts(outcome.steps)},
        )
        for number, step in enumerate(outcome.steps):
            _case(suite, outcome, number, step)
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _case(suite: Element, outcome: Outcome, number: int, step: StepOutcome) -> None:
    about = {
        "name": _text(f"{number}. {step.step}"),
        "classname": _text(outcome.scenario.file),
        "file": _text(outcome.scenario.file),
        "line": str(step.step.line()),
        "time": _seconds(step.took_us),
    }
    case = SubElement(suite, "testcase", about)
    if step.failure is not None:
        message = f"expected {step.failure.wanted}, seen: {step.failure.seen}"
        SubElement(case, "failure", {"message": _text(message)}).text = _text(str(step.failure))
    elif step.state == "skip":
        SubElement(case, "skipped", {"message": "an earlier step failed"})


def _counts(steps: Sequence[StepOutcome]) -> dict[str, str]:
    states = [step.state for step in steps]
    return {
        "tests": str(len(states)),
        "failures": str(states.count("fail")),
        "errors": "0",
        "skipped": str(states.count("skip")),
        "time": _seconds(sum(step.took_us for step in steps)),
    }


def _seconds(us: int) -> str:
    return f"{us // 1_000_000}.{us % 1_000_000:06d}"


def _text(text: str) -> str:
    return NO_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
