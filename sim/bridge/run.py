"""Keeps what the page does to the simulation, so that its run can be saved, played again and gone back in."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TYPE_CHECKING, Final, Protocol

from sim.bridge.message import PAGE_TO_WORKER, BridgeError, Message, text_of, whole_of
from sim.bridge.report import QUIET, Report
from sim.clock import Clock
from sim.network.network import Network
from sim.pace import Pace
from sim.run.limit import MOST_INPUTS, MOST_SIZE, TOO_LONG

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.run.file import Run

__all__ = ["Beginning", "Runs"]

READING: Final = (
    *("start", "requirements", "check", "tick", "config.get", "device.show", "lesson.read", "rules.list"),
    *("code.write", "openapi.write", "time.pause", "time.step", "time.speed", "run.save", "run.replay", "run.rewind"),
)
"""What changes nothing of a run: when things happen in it is kept with what does."""

DOING: Final = frozenset(PAGE_TO_WORKER) - frozenset(READING)

JOBS: Final = ("run.save", "run.replay", "run.rewind")

ENDING: Final = ("boot", "reboot", "stop")
"""What may be done while a run is played, and ends that."""


class Owner(Protocol):
    """What has the simulation, and carries out the page's messages."""

    @property
    def network(self) -> Network:
        """The network."""

    @property
    def pace(self) -> Pace:
        """How virtual time follows the page's."""

    @property
    def base(self) -> int:
        """The number of the first record of the network."""

    def perform(self, message: Message) -> bool:
        """Carry out a message that nobody waits for; whether it was not refused at once."""

    def clear(self) -> None:
        """End the simulation that there is; the next boot begins another one."""

    def adopt(self, engine: Engine) -> None:
        """Take over the simulation of an engine, as it is."""

    def begin(self, clock: Clock, seed: int) -> Network:
        """Begin a new network."""

    @property
    def report(self) -> Report:
        """What the page is told, and gets answered."""


class Beginning:
    """How a network begins: the part of a run that stands before what was done.

    Args:
        start_us: what time it is.
        rules: the JSON forms of the rules that are set at once.
        sockets: how many WebSockets the page has opened before.
    """

    def __init__(self, start_us: int, rules: list[dict[str, object]], sockets: int) -> None:
        self.start_us = start_us
        self.rules = rules
        self.sockets = sockets


class Runs:
    """The run of the network that there is, and what is done with it, a piece at a time."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._beginning = Beginning(0, [], 0)
        self._inputs: list[tuple[int, int, str]] = []
        self._size = 0
        self._fault = ""
        self._has_begun = False
        self._last = ""
        """The message that was kept last."""
        self.next_beginning: Beginning | None = None
        """How the next network shall begin, where that is not as the last one ended."""
        self.prefix: Run | None = None
        """The run of a test with which this one begins."""
        self.is_playing = False
        self.has_paused = False
        """Whether time stands because a run was played."""
        self._job: Generator[dict[str, object] | None] | None = None
        self._number: int | str = QUIET

    # What is done

    def note(self, kind: object, text: str) -> None:
        """Keep a message that is about to be carried out, if it does something."""
        if not isinstance(kind, str) or kind not in DOING:
            return
        if kind == "lesson.check" and self._owner.pace.is_paused:  # it will refuse to
            return
        self._last = text
        if self._fault or not self._has_begun:
            return
        clock = self._owner.network.clock
        self._inputs.append((clock.now_us, clock.ran, text))
        self._size += len(text)
        if len(self._inputs) > MOST_INPUTS or self._size > MOST_SIZE:
            self._fault = TOO_LONG
            self._inputs.clear()

    def begin(self, beginning: Beginning, prefix: Run | None = None) -> None:
        """Keep a new run; the message that was kept last is what it begins with, unless a test's calls do."""
        self._beginning, self.prefix, self._fault, self.next_beginning = beginning, prefix, "", None
        self._inputs = [] if prefix else [(beginning.start_us, 0, self._last)]
        self._size = len(self._last)
        self._has_begun = True

    def forget(self) -> None:
        """Keep nothing, as the network has been ended, until another run begins."""
        self._inputs, self.prefix, self._fault, self._has_begun = [], None, "", False

    # What is done with it

    def carry_out(self, message: Message, number: int | str) -> None:
        """Begin to save the run, to play another one, or to go back in it; it is answered when that is done.

        `run.save` gives the text of the run's file, and the fragment of a link to it if it is short enough.
        `run.replay` plays a run, or its beginning, as fast as possible, stands there, and tells whether the records
        are the same. `run.rewind` goes back to just behind a record, by playing the run from its beginning.
        """
        from sim.bridge import replay  # here: a start has no use for it

        owner = self._owner
        if message["type"] == "run.save":
            names = text_of(message, "name", ""), text_of(message, "made_by", "mos-sim")
            job = replay.save(owner, self.taken(), *names)
        elif message["type"] == "run.rewind":
            job = replay.rewind(owner, self, whole_of(message, "seq"))
        else:
            until = whole_of(message, "until_seq") if "until_seq" in message else None
            job = replay.replay(owner, self, replay.read(text_of(message, "run")), until)
        self._job, self._number = job, number
        self.work()

    def taken(self) -> tuple[Beginning, Run | None, list[list[object]]]:
        """Return what is kept: how it began, what a test did first, and the messages.

        Raises:
            BridgeError: it is not all there.
        """
        if self._fault:
            raise BridgeError(f"this run cannot be saved: {self._fault}")
        if not self._has_begun:
            raise BridgeError("nothing has been booted yet")
        inputs: list[list[object]] = []
        for at_us, ran, text in self._inputs:
            message = json.loads(text)
            message.pop("id", None)
            inputs.append([at_us, ran, message])
        return self._beginning, self.prefix, inputs

    # Jobs

    @property
    def is_busy(self) -> bool:
        """Whether there is more to do at once."""
        return self._job is not None

    def work(self) -> None:
        """Do a piece of what has been begun."""
        job = self._job
        if job is None:
            return
        try:
            value = next(job)
        except Exception as error:
            self._end_job()
            self._owner.report.reply_error(self._number, error)
            return
        if value is not None:
            self._end_job()
            self._owner.report.reply(self._number, value)

    def make_way(self, kind: object, number: int | str) -> None:
        """Let go of what has been begun, if something else is wanted in its place.

        Raises:
            BridgeError: what is wanted cannot be while a run is played.
        """
        if self.has_paused and number is not QUIET and kind in ("boot", "time.pause", "time.step", "time.speed"):
            self.has_paused = False
            if kind == "boot":  # who runs a firmware has done with the run that stands
                self._owner.pace.run(self._owner.pace.speed)
        if self._job is None or number is QUIET or not isinstance(kind, str) or kind not in DOING.union(JOBS):
            return
        if kind in JOBS or (self.is_playing and kind not in ENDING):
            raise BridgeError("a run is being played, or saved: it is not over yet")
        if self.is_playing:
            self._job.close()
            self._end_job()
            self._owner.report.reply_error(self._number, BridgeError("something else was done meanwhile"))

    def _end_job(self) -> None:
        self._job, self.is_playing, self.next_beginning = None, False, None
