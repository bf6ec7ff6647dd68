"""Is the firmware's `Timer`: calls in so many milliseconds, once or again and again, and the time of day."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from sim.api.context import Context, fitted
from sim.clock import TimerHandle
from sim.program import EPOCH_S, format_time

__all__ = ["Timer"]

FIRST_ID: Final = 0x3FFB_0000
"""Numbers of timers are addresses of the device's memory, a record apart."""
RECORD_SIZE: Final = 24

MIN_PERIOD_US: Final = 1000
"""A repeating timer of 0 ms runs once in each turn of the loop; so it cannot stop time."""

MAX_TIME: Final = 2**31
MAX_MS: Final = 2**31 - 1


class Running:
    """One timer that is set."""

    __slots__ = ("due_us", "function", "handle", "period_us", "userdata")

    def __init__(self, due_us: int, period_us: int, function: Callable[..., object], userdata: object) -> None:
        self.due_us = due_us
        self.period_us = period_us
        self.function = function
        self.userdata = userdata
        self.handle: TimerHandle | None = None


class Timer:
    """Timers of the firmware, in virtual time."""

    REPEAT: Final = 1
    RUN_NOW: Final = 2

    def __init__(self, context: Context) -> None:
        self._context = context
        self._running: dict[int, Running] = {}
        self._next_id = FIRST_ID
        context.on_end.append(self._stop)

    def set(self, ms: int, flags: int, handler: Callable[..., object], userdata: object = None) -> int:
        """Call `handler(userdata)` in `ms` milliseconds.

        Args:
            ms: whole milliseconds; less than 0 counts as 0.
            flags: 0 or bits: REPEAT for again and again (also `True`), RUN_NOW for the first call at once, from the
                event loop.
            handler: may declare no parameter.
            userdata: handed to the handler.

        Returns:
            The timer's number, for `Timer.delete`.

        Raises:
            TypeError: `ms` or `flags` is no number, or the handler no function.
        """
        period_us = min(max(0, _whole(ms, "ms")), MAX_MS) * 1000
        bits = _whole(flags, "flags")
        function = fitted(handler, "Timer.set", 1)
        now_us = self._context.now_us
        timer = Running(
            now_us if bits & self.RUN_NOW else now_us + period_us,
            max(period_us, MIN_PERIOD_US) if bits & self.REPEAT else 0,
            function,
            userdata,
        )
        number = self._next_id
        self._next_id += RECORD_SIZE
        self._running[number] = timer
        timer.handle = self._context.clock.call_at(timer.due_us, self._fire, number)
        return number

    def delete(self, id: int) -> None:
        """Take a timer back; in mJS and as an attribute its name is `del`. 0 and unknown numbers change nothing.

        Raises:
            TypeError: the number is none.
        """
        timer = self._running.pop(_whole(id, "id"), None)
        if timer is not None and timer.handle is not None:
            timer.handle.cancel()

    def now(self) -> float:
        """Return the seconds since 1970: virtual time begins on 1 March 2017."""
        return EPOCH_S + self._context.now_us / 1_000_000

    def fmt(self, fmt: str, time: float | None = None) -> str:
        """Write a time in UTC, as `strftime` of C does.

        Args:
            fmt: text with conversions such as `%Y-%m-%d %H:%M:%S`, those of C99.
            time: seconds since 1970, rounded; None and 0 stand for now.

        Returns:
            The text; `invalid format` for an empty format, `invalid time` for what no 32-bit number holds.

        Raises:
            TypeError: the format is no text, or the time no number.
        """
        if not isinstance(fmt, str):
            raise TypeError(f"Timer.fmt: fmt must be a str, got {type(fmt).__name__}")
        if time is not None and not isinstance(time, int | float):
            raise TypeError(f"Timer.fmt: time must be a number, got {type(time).__name__}")
        if not fmt:
            return "invalid format"
        seconds = self.now() if not time or time != time else time
        if not -MAX_TIME <= seconds < MAX_TIME:
            return "invalid time"
        return format_time(fmt.partition("\0")[0], math.floor(seconds + 0.5))

    def _fire(self, number: int) -> None:
        timer, context = self._running.get(number), self._context
        if timer is None:
            return
        now_us = context.now_us
        if now_us > context.clock.now_us:  # asleep
            timer.handle = context.clock.call_at(now_us, self._fire, number)
            return
        if timer.period_us:
            timer.due_us += timer.period_us
            if timer.due_us <= now_us:  # late: begin the period anew
                timer.due_us = now_us + timer.period_us
            timer.handle = context.clock.call_at(timer.due_us, self._fire, number)
        else:
            del self._running[number]
        context.invoke(timer.function, timer.userdata)

    def _stop(self) -> None:
        for number in list(self._running):
            self.delete(number)


setattr(Timer, "del", Timer.delete)  # its name, which Python keeps for itself


def _whole(value: object, what: str) -> int:
    if not isinstance(value, int | float) or value != value or abs(value) == math.inf:
        raise TypeError(f"Timer: {what} must be a number, got {value!r}")
    return int(value)
