"""Plays a scenario in a world of its own, and says of each step how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from sim.cli import UsageError
from sim.scenario.document import Scenario, Step
from sim.scenario.match import Mismatch, capture, filled_in, match
from sim.scenario.steps import DEEDS, Seen, Stage
from sim.scenario.tree import ScenarioError
from sim.testing import NoAnswer, SimError, StartError, World
from sim.testing.backend import Native
from sim.testing.evidence import last_messages
from sim.testing.project import add_device
from sim.trace import Record

__all__ = ["Failure", "Outcome", "StepOutcome", "play"]

JSON: Final = "json"

TOLD: Final = ("status", "closed", "code", "reason", "message", "body", "text", "result")
"""What of an answer is told where something is missing in it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: the line that wants something, what that is, what was seen instead, and the last messages."""

    file: str
    line: int
    wanted: str
    seen: str
    messages: str

    def __str__(self) -> str:
        messages = "".join(f"\n  {line}" for line in self.messages.split("\n"))
        return f"{self.file}:{self.line}: expected {self.wanted}\nseen: {self.seen}\nlast messages:{messages}"


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How a step went: the state is `pass`, `fail` or `skip`; times are virtual, in microseconds."""

    step: Step
    state: str
    ended_us: int = 0
    took_us: int = 0
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went: its steps, the boot of the device first, and the records of all that happened."""

    scenario: Scenario
    steps: tuple[StepOutcome, ...]
    records: tuple[Record, ...]
    run: str = ""
    """The run as the text of its file (docs/reference/run.md), if it was asked for."""

    @property
    def passed(self) -> bool:
        """Whether every step did."""
        return all(one.state == "pass" for one in self.steps)

    @property
    def failure(self) -> Failure | None:
        """Why it failed."""
        return next((one.failure for one in self.steps if one.failure is not None), None)

    @property
    def took_us(self) -> int:
        """The virtual time of all steps, in microseconds."""
        return sum(one.took_us for one in self.steps)


def play(
    scenario: Scenario, on_step: Callable[[StepOutcome], None] = lambda one: None, *, keep_run: bool = False
) -> Outcome:
    """Boot the firmware and take the steps, until one fails; the rest is skipped.

    Args:
        scenario: what `read` gave; its firmware is looked for beside its file.
        on_step: is told of each step as it ends.
        keep_run: whether the outcome shall have the run.

    Raises:
        ScenarioError: the firmware cannot be read, or is no device's.
    """
    backend = Native(scenario.seed)
    try:
        world = World(backend, scenario.seed)
        player = _Player(scenario, world)
        steps = []
        for one in player.play():
            on_step(one)
            steps.append(one)
        run = world.saved_run(scenario.name) if keep_run else ""
        return Outcome(scenario, tuple(steps), tuple(backend.records()), run)
    finally:
        backend.close()


class _Player:
    """Takes the steps of one scenario."""

    def __init__(self, scenario: Scenario, world: World) -> None:
        self._scenario = scenario
        self._world = world
        self._captured: dict[str, Any] = {}
        self._set: list[tuple[Step, list[Any]]] = []
        """The rules that have to have an effect."""

    def play(self) -> Iterator[StepOutcome]:
        tree, steps = self._scenario.tree, self._scenario.steps
        boot = Step("boot", {"path": self._scenario.firmware.get("path", "firmware")}, tree, ("firmware",))
        outcome = self._timed(boot, self._boot)
        yield outcome
        for number, step in enumerate(steps):
            if outcome.state == "pass":
                outcome = self._timed(step, partial(self._take, step))
                if outcome.state == "pass" and number == len(steps) - 1:
                    outcome = self._judge_rules(outcome)
                yield outcome
            else:
                yield StepOutcome(step, "skip")

    def _boot(self) -> None:
        scenario = self._scenario
        folder, firmware = Path(scenario.file).parent, scenario.firmware
        with self._told(("firmware",)):
            options = {name: firmware[name] for name in ("source", "main", "profile", "config") if name in firmware}
            device = add_device(
                self._world, folder, firmware.get("path"), boot=False, name=firmware.get("name", "device"), **options
            )
        for name, path in scenario.hosts.items():
            with self._told(("hosts", name)):
                add_device(self._world, folder, path, name=name)
        device.boot()
        self._stage = Stage(self._world, device)

    @contextmanager
    def _told(self, path: tuple[str, ...]) -> Iterator[None]:
        """Name the line of what cannot be read."""
        try:
            yield
        except (UsageError, ValueError) as error:
            raise self._scenario.tree.error(path, str(error)) from error

    def _timed(self, step: Step, take: Callable[[], None]) -> StepOutcome:
        """Return how a step went."""
        begun_us = self._world.clock.now_us
        failure = None
        try:
            take()
        except Mismatch as wrong:
            failure = self._failure(step, wrong)
        except StartError as error:
            failure = self._failure(step, Mismatch((), "the firmware to start", str(error)))
        except ScenarioError:
            raise
        except (SimError, ValueError) as error:
            # A `ValueError` says what of the step cannot be done at all: a pin that is not there, say
            failure = self._failure(step, Mismatch((), f"that {step} can be done", str(error)))
        now_us = self._world.clock.now_us
        return StepOutcome(step, "fail" if failure else "pass", now_us, now_us - begun_us, failure)

    def _failure(self, step: Step, wrong: Mismatch) -> Failure:
        line = step.line(wrong.path)
        return Failure(self._scenario.file, line, wrong.wanted, wrong.seen, last_messages(self._world.trace))

    def _take(self, step: Step) -> None:
        values: Mapping[str, Any] = filled_in(step.values, self._captured)
        expect = values.get("expect", {})
        try:
            seen = DEEDS[step.kind](self._stage, values)
        except NoAnswer as error:
            if "error" not in expect:
                raise Mismatch((), "an answer", str(error).partition("\n")[0]) from error
            seen = {"error": error.kind}
        if step.kind == "rule" and "rules" in seen and not values.get("optional", False):
            self._set.append((step, seen["rules"]))
        self._captured |= {name: text for name, text in seen.get("groups", {}).items() if text is not None}
        self._compare(expect, seen)
        for name, place in values.get("capture", {}).items():
            self._captured[name] = capture(place, seen, ("capture", name))

    def _compare(self, expect: Mapping[str, Any], seen: Seen) -> None:
        for name, wanted in expect.items():
            path = ("expect", name)
            if name == "within":  # the step itself has looked at it
                continue
            if name == "error" and name not in seen:
                raise Mismatch(path, f"no answer ({wanted})", _answer(seen))
            if name not in seen:
                what = JSON.upper() if name == JSON else name
                raise Mismatch(path, what, _answer(seen))
            match(wanted, seen[name], path, self._captured)

    def _judge_rules(self, last: StepOutcome) -> StepOutcome:
        """Let the last step fail if a rule never had an effect."""
        for step, rules in self._set:
            if not any(rule.hits for rule in rules):
                wrong = Mismatch((), f"{step} to have an effect", "it had none (optional: true allows that)")
                return replace(last, state="fail", failure=self._failure(step, wrong))
        return last


def _answer(seen: Seen) -> str:
    """Return in a line what came instead of what was wanted."""
    if "error" in seen:
        return f"no answer ({seen['error']})"
    parts = [str(seen[name]) for name in TOLD if name in seen]
    return " ".join(part for part in parts if part)[:300] or "nothing"
