"""Saves the run of a bridge, and plays runs in it: loaded when somebody asks for that, see `sim.bridge.run`.

What is asked for is done a piece at a time: each function is a generator that yields None as long as there is more to
do, and then the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from sim.bridge.message import PAGE_TO_WORKER, BridgeError, Message
from sim.bridge.run import READING, Beginning, Owner, Runs
from sim.bridge.trial import boot_of, try_boot
from sim.engine import Engine
from sim.engine.permit import read_calls
from sim.engine.play import SteppingClock, play
from sim.network.network import Network
from sim.run.compare import Comparison, cut
from sim.run.file import Run, RunError, read_run, to_fragment, to_text
from sim.run.project import project_of
from sim.run.tally import Outcome, Tally
from sim.trace import Record

__all__ = ["read", "replay", "rewind", "save"]

SLICE: Final = 1_000
"""Callbacks that are run, or records that are compared, in one go: some hundredths of a second of work."""

Answer = dict[str, object]
Job = Generator[Answer | None, None, None]


class Done(NamedTuple):
    """What of a run was carried out."""

    calls: list[list[Any]]
    inputs: list[list[Any]]


Taken = tuple[Beginning, Run | None, list[list[object]]]


def save(owner: Owner, taken: Taken, name: str, made_by: str) -> Job:
    """Return the run of the network so far, with what came of it."""
    run = run_of(owner, taken, name, made_by)
    outcome = yield from tallied(owner.network.trace.select(), owner.base)
    run = run._replace(outcome=outcome)
    yield {"run": to_text(run), "fragment": to_fragment(run), "records": outcome.records}


def rewind(owner: Owner, runs: Runs, seq: int) -> Job:
    """Play the run of the network up to a record."""
    trace, base = owner.network.trace, owner.base
    if not base <= seq < trace.next_seq:
        raise BridgeError(f"there is no record {seq} in this run: it has those from {base} to {trace.next_seq - 1}")
    run = run_of(owner, runs.taken(), "", "")
    outcome = yield from tallied([record for record in trace if record.seq <= seq], base)
    yield from replay(owner, runs, run._replace(outcome=outcome), seq - base)


def read(text: str) -> Run:
    """Read a run that can be played here.

    Raises:
        RunError: it is none, or is damaged.
    """
    run = read_run(text)
    for number, (_, _, message) in enumerate(run.inputs):
        kind = message["type"]
        if kind not in PAGE_TO_WORKER or kind in READING:
            raise RunError(f"inputs[{number}] is of a type that no run has: {kind!r}")
        if tuple(run.inputs[number][:2]) > run.end:
            raise RunError(f"inputs[{number}] is later than the run's end")
    if not run.calls:
        if not (run.inputs and run.inputs[0][2]["type"] == "boot"):
            raise RunError("it does not begin with a boot")
        try_first(run.inputs[0][2])
    read_calls(run.calls)
    trial = Network()
    try:
        for form in run.rules:
            trial.rule(form)
    except ValueError as error:
        raise RunError(f"'rules' has one that cannot be: {error}") from None
    return run


def try_first(message: Message) -> None:
    """Boot what a run begins with apart from everything, so that one that cannot be ends nothing."""
    try:
        files, hosts, main, _, profile = boot_of(message)
        try_boot(files, hosts, main, profile)
    except (ValueError, BridgeError) as error:
        raise RunError(f"inputs[0], the boot it begins with, cannot be carried out: {error}") from None


def replay(owner: Owner, runs: Runs, run: Run, until: int | None) -> Job:
    """Play a run, as far as the record of this number in it, and say whether the records are those that it had."""
    owner.clear()
    runs.forget()
    done = Done([], [])
    with playing(owner, runs):
        yield from played(owner, runs, run, until, done)
    comparison = Comparison(run.outcome if until is None else cut(run.outcome, until), owner.base)
    for number, record in enumerate(owner.network.trace.select(), 1):
        if until is not None and record.seq - owner.base > until:
            break
        comparison.add(record)
        if number % SLICE == 0:
            yield None
    difference = comparison.difference()
    yield {
        "name": run.name,
        "records": comparison.count,
        "is_same": difference is None,
        "difference": None if difference is None else difference.to_json(),
        "sha256": comparison.sha256,
        "project": project_of(run._replace(calls=done.calls, inputs=done.inputs)),
    }


@contextmanager
def playing(owner: Owner, runs: Runs) -> Iterator[None]:
    """Let no other time pass while a run is played, and none behind it, unless it is given up."""
    runs.is_playing = True
    owner.pace.run(owner.pace.speed)
    try:
        yield
        owner.pace.pause()
        owner.report.show_anew()  # or the page learns of the time that stands with the next record alone
        runs.has_paused = True
    finally:
        runs.is_playing = False


def played(owner: Owner, runs: Runs, run: Run, until: int | None, done: Done) -> Iterator[None]:
    """Do what a run says, and note what of it was not refused."""

    def is_over() -> bool:
        return until is not None and owner.network.trace.next_seq - owner.base > until

    if run.calls:
        yield from ask(owner, runs, run, done, is_over)
        if is_over():
            return
    else:
        runs.next_beginning = Beginning(run.start_us, run.rules, run.sockets)
    for at_us, ran, message in run.inputs:
        if runs.next_beginning is None and not (yield from went(owner, (at_us, ran), is_over)):
            return
        if owner.perform(message):
            done.inputs.append([at_us, ran, message])
        if runs.next_beginning is not None:
            raise BridgeError("the run cannot begin: its device cannot be booted here")
        if is_over():
            return
        yield
    yield from went(owner, run.end, is_over)


def ask(owner: Owner, runs: Runs, run: Run, done: Done, is_over: Callable[[], bool]) -> Iterator[None]:
    """Make the calls of a test."""
    clock = SteppingClock(run.start_us)
    engine = Engine(run.seed, owner.begin(clock, run.seed))
    calls, stopped = 0, None
    for calls, stopped, has_ended in play(  # noqa: B007 - the last are wanted
        engine, clock, read_calls(run.calls), run.stopped, run.end[1], is_over
    ):
        if has_ended:
            done.calls.append(run.calls[calls - 1])
        owner.adopt(engine)
        yield
    prefix = run._replace(calls=run.calls[:calls], stopped=stopped, inputs=[])
    runs.begin(Beginning(run.start_us, [], 0), prefix)


def went(owner: Owner, moment: tuple[int, int], is_over: Callable[[], bool]) -> Generator[None, None, bool]:
    """Let time pass until a moment; False if that is not to be had, or it is over before."""
    at_us, ran = moment
    clock = owner.network.clock
    for number in range(1, ran - clock.ran + 1):
        deadline = clock.next_deadline()
        if deadline is None or deadline > at_us:
            return False
        clock.step()
        if is_over():
            return False
        if number % SLICE == 0:
            yield
    clock.now_us = max(clock.now_us, at_us)
    return True


def run_of(owner: Owner, taken: Taken, name: str, made_by: str) -> Run:
    """Return the run of the network so far, without its outcome."""
    beginning, prefix, inputs = taken
    network = owner.network
    end = (network.clock.now_us, network.clock.ran)
    calls, stopped = ([], None) if prefix is None else (prefix.calls, prefix.stopped)
    start_us, rules, sockets = beginning.start_us, beginning.rules, beginning.sockets
    none = Outcome(0, 0, "", "", None)
    inputs = list[list[Any]](inputs)
    return Run(name, made_by, network.seed, start_us, rules, sockets, calls, stopped, inputs, end, none)


def tallied(records: Iterable[Record], base: int) -> Generator[None, None, Outcome]:
    """Sum up records."""
    made = Tally(base)
    for number, record in enumerate(records, 1):
        made.add(record)
        if number % SLICE == 0:
            yield
    return made.outcome()
