"""Is the firmware's `Cron`: calls at times of the day and days of the calendar, written as cron has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from sim.api.context import Context, fitted
from sim.api.timer import MAX_TIME
from sim.clock import TimerHandle
from sim.program import EPOCH_S, format_time
from sim.values import frozen, mutable

__all__ = ["Cron"]

MONTHS: Final = {"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"[3 * month : 3 * month + 3]: month + 1 for month in range(12)}
DAYS: Final = {"SUNMONTUEWEDTHUFRISAT"[3 * day : 3 * day + 3]: day for day in range(7)}

FIELDS: Final[tuple[tuple[int, int, dict[str, int]], ...]] = (
    (0, 59, {}), (0, 59, {}), (0, 23, {}), (1, 31, {}), (1, 12, MONTHS), (0, 7, DAYS),
)  # fmt: skip
"""Second, minute, hour, day of the month, month and day of the week: the least, the largest, and names."""

PART: Final = re.compile(r"(?:(?P<any>[*?])|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")

DAY_S: Final = 86_400
MOST_DAYS: Final = 8 * 366
"""How far the next time can lie ahead: that from one 29 February to another over a year without one."""


@frozen
class Schedule:
    """The seconds, minutes, hours, days, months and days of the week at which something is due."""

    fields: tuple[tuple[int, ...], ...]

    def after(self, seconds: int) -> int | None:
        """Return the next time after one, in seconds since 1970, None if there is none."""
        second_of, minute_of, hour_of, day_of, month_of, weekday_of = self.fields
        begin = seconds + 1
        for day in range(begin // DAY_S, begin // DAY_S + MOST_DAYS):
            month, of_month, weekday = map(int, format_time("%m %d %w", day * DAY_S).split())
            if month not in month_of or of_month not in day_of or weekday not in weekday_of:
                continue
            for hour in hour_of:
                for minute in minute_of:
                    first = day * DAY_S + hour * 3600 + minute * 60
                    if first + 59 >= begin:
                        for second in second_of:
                            if first + second >= begin:
                                return first + second
        return None


def parse(expr: str) -> Schedule | None:
    """Return what an expression of six fields says, None if it is none."""
    texts = expr.upper().split()
    if len(texts) != len(FIELDS):
        return None
    fields = [_field(text, *field) for text, field in zip(texts, FIELDS, strict=True)]
    if not all(fields):
        return None
    weekdays = sorted({day % 7 for day in fields[5]})  # 7 is Sunday, too
    return Schedule((*map(tuple, fields[:5]), tuple(weekdays)))


def _field(text: str, least: int, most: int, names: dict[str, int]) -> list[int]:
    """Return the numbers that a field lists, in order; none if it is wrong."""
    found: set[int] = set()
    for part in text.split(","):
        match = PART.fullmatch(part)
        numbers = _range(match, least, most, names) if match else None
        if not numbers:
            return []
        found.update(numbers)
    return sorted(found)


def _range(match: re.Match[str], least: int, most: int, names: dict[str, int]) -> range | None:
    """Return the numbers of one part of a field, None if it is wrong."""
    step = int(match["step"] or 1)
    if match["any"]:
        first, last = least, most
    else:
        given = [names.get(text, text) for text in (match["first"], match["last"]) if text is not None]
        if not all(str(number).isdecimal() for number in given):
            return None
        first, last = int(given[0]), int(given[-1])
        if match["step"] and match["last"] is None:
            last = most
    return range(first, last + 1, step) if step and least <= first <= last <= most else None


@mutable
class Job:
    """Something that is due again and again."""

    schedule: Schedule
    function: Callable[..., object]
    userdata: object
    handle: TimerHandle | None = None


class Cron:
    """Jobs at times in UTC. Scripts bind the functions of C."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs: dict[int, Job] = {}
        self._ids: Iterator[int] = iter(range(1, MAX_TIME))
        context.on_end.append(self._stop)

    def add(self, expr: str, handler: Callable[..., object], userdata: object = None) -> int:
        """Call `handler(userdata, id)` at the times of an expression.

        Args:
            expr: six fields: second, minute, hour, day of the month, month, day of the week (0 is Sunday); each `*`,
                or numbers and ranges with commas, with `/` and a step, months and days also as `JAN` and `MON`.
            handler: may declare no parameter.
            userdata: handed to the handler.

        Returns:
            The job's number, 0 if the expression is wrong.

        Raises:
            TypeError: the expression is no text, or the handler no function.
        """
        if not isinstance(expr, str):
            raise TypeError(f"Cron.add: expr must be a str, got {type(expr).__name__}")
        function = fitted(handler, "Cron.add", 2)
        schedule = parse(expr)
        if schedule is None:
            return 0
        number = next(self._ids)
        self._jobs[number] = Job(schedule, function, userdata)
        self._set(number, self._now)
        return number

    def remove(self, id: int) -> None:
        """Take a job back; a number that is none changes nothing."""
        job = self._jobs.pop(id, None)
        if job is not None and job.handle is not None:
            job.handle.cancel()

    def isValid(self, expr: str) -> bool:
        """Return whether an expression is one."""
        return isinstance(expr, str) and parse(expr) is not None

    def next(self, id: int, date: int) -> int:
        """Return the next time of a job after a time, both in seconds since 1970; 0 if there is none."""
        job = self._jobs.get(id)
        return (job.schedule.after(int(date)) or 0) if job is not None and 0 <= date < MAX_TIME else 0

    @property
    def _now(self) -> int:
        """The seconds since 1970 that are over."""
        return EPOCH_S + self._context.now_us // 1_000_000

    def _set(self, number: int, after: int) -> None:
        job = self._jobs[number]
        due = job.schedule.after(after)
        if due is not None:
            job.handle = self._context.clock.call_at((due - EPOCH_S) * 1_000_000, self._fire, number, due)

    def _fire(self, number: int, due: int) -> None:
        job = self._jobs.get(number)
        if job is not None:
            self._set(number, max(due, self._now))
            self._context.invoke(job.function, job.userdata, number)

    def _stop(self) -> None:
        for number in list(self._jobs):
            self.remove(number)
