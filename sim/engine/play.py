"""Makes the calls of a run again, and stops in the middle of one where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sim.clock import Clock
from sim.engine.core import ROOT, Engine
from sim.engine.permit import Call, check_thing
from sim.engine.plain import Handle
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
    engine: Engine,
    clock: SteppingClock,
    calls: list[Call],
    stopped: Moment | None,
    most: int,
    is_over: Callable[[], bool],
) -> Iterator[tuple[int, Moment | None, bool]]:
    """Make calls, one at each step: how many have been made, where the last one was stopped, if it was, and whether it
    came to its end.

    Args:
        engine: which nothing was asked yet; its network has the clock.
        calls: see `sim.engine.permit`.
        stopped: where the last one of them is stopped.
        most: how many callbacks have run at the end of the run: what goes on behind that is another run already.
        is_over: whether it is enough; looked at behind each callback, and each call.

    Raises:
        RunError: a call is about what it must not be about.
    """
    for number, call in enumerate(calls, 1):
        ends_at = most + 1 if stopped is None or number < len(calls) else min(most + 1, stopped[1])
        clock.is_over = partial(_is_enough, clock, ends_at, is_over)
        was_stopped: Moment | None = None
        has_ended = False
        try:
            _make(engine, number - 1, call)
            has_ended = True
        except Stopped:
            was_stopped = (clock.now_us, clock.ran)
        except RunError:
            raise
        except Exception:  # the test has seen it: what it did then are the calls that follow
            pass
        finally:
            clock.is_over = never
        yield number, was_stopped, has_ended
        if is_over() or was_stopped is not None:
            return


def _is_enough(clock: SteppingClock, ends_at: int, is_over: Callable[[], bool]) -> bool:
    return is_over() or clock.ran >= ends_at


def _make(engine: Engine, number: int, call: Call) -> None:
    place = f"calls[{number}]"
    for handle in (call.target, *(value.number for value in call.args if isinstance(value, Handle))):
        if engine.thing(handle) is None:
            raise RunError(f"{place} is about handle {handle}, which no call before it has given")
    if call.target != ROOT:
        check_thing(place, call, engine.thing(call.target))
    engine.ask(call.target, call.action, call.name, call.args, call.named)
