"""Makes the calls of a run again, and stops in the middle of one where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sim.clock import Clock
from sim.engine.core import Engine
from sim.engine.plain import unpack
from sim.run.read import RunError

__all__ = ["SteppingClock", "play"]

Moment = tuple[int, int]


class Stopped(BaseException):
    """Ends a call that waits for something; it is no error, so nobody takes it for one."""


def never() -> bool:
    """Say that it goes on."""
    return False


class SteppingClock(Clock):
    """A clock that asks behind each callback whether it is enough, and stops there."""

    __slots__ = ("is_over",)

    def __init__(self, now_us: int = 0) -> None:
        super().__init__(now_us)
        self.is_over: Callable[[], bool] = never

    def step(self) -> bool:
        """Do as a clock does."""
        has_run = super().step()
        if has_run and self.is_over():
            raise Stopped
        return has_run

    def run_until(self, at_us: int) -> None:
        """Do as a clock does."""
        while (deadline := self.next_deadline()) is not None and deadline <= at_us:
            self.step()
        self.now_us = max(self.now_us, at_us)

    def run_while(self, waits: Callable[[], object], limit_us: int) -> bool:
        """Do as a clock does."""
        while waits():
            deadline = self.next_deadline()
            if deadline is None or deadline > limit_us:
                return False
            self.step()
        return True


def play(
    engine: Engine, clock: SteppingClock, calls: list[list[Any]], stopped: Moment | None, is_over: Callable[[], bool]
) -> Iterator[tuple[int, Moment | None]]:
    """Make calls, one at each step: how many have been made, and where the last one was stopped, if it was.

    Args:
        engine: which nothing was asked yet; its network has the clock.
        calls: as `sim.run.file.Run` has them.
        stopped: where the last one of them is stopped.
        is_over: whether it is enough; looked at behind each callback, and each call.

    Raises:
        RunError: the arguments of a call cannot be read.
    """
    given = [_arguments(number, call) for number, call in enumerate(calls)]
    for number, ((target, action, name, _, _), (args, named)) in enumerate(zip(calls, given, strict=True), 1):
        ends_at = stopped[1] if stopped is not None and number == len(calls) else None
        clock.is_over = is_over if ends_at is None else _or_once(is_over, clock, ends_at)
        was_stopped: Moment | None = None
        try:
            engine.ask(target, action, name, args, named)
        except Stopped:
            was_stopped = (clock.now_us, clock.ran)
        except Exception:  # the test has seen it: what it did then are the calls that follow
            pass
        finally:
            clock.is_over = never
        yield number, was_stopped
        if is_over():
            return


def _or_once(is_over: Callable[[], bool], clock: SteppingClock, ran: int) -> Callable[[], bool]:
    """Return whether that is so, or the clock has run that many callbacks."""
    return lambda: is_over() or clock.ran >= ran


def _arguments(number: int, call: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    try:
        args, named = unpack(call[3]), unpack(call[4])
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise RunError(f"calls[{number}] has arguments that cannot be read: {error}") from None
    if not isinstance(args, list) or not isinstance(named, dict):
        raise RunError(f"calls[{number}] has arguments that are no list, or no names with values")
    return args, named
