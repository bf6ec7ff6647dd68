"""Jobs run at the times that their expressions say, in virtual time (docs/reference/timer.md)."""

from __future__ import annotations

import calendar
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.api.cron import parse
from sim.program import EPOCH_S
from tests.world import World

LANGUAGES = pytest.mark.parametrize("main", ["init.js", "init.py"])

START = (2017, 3, 1, 0, 0, 0)
"""A Wednesday."""


def after(expr: str, *date: int) -> tuple[int, ...] | None:
    schedule = parse(expr)
    assert schedule is not None
    found = schedule.after(calendar.timegm((*date, 0, 0, 0)))
    if found is None:
        return None
    return tuple(time.gmtime(found)[:6])


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        ("* * * * * *", (2017, 3, 1, 0, 0, 1)),
        ("*/15 * 1-4 * * *", (2017, 3, 1, 1, 0, 0)),
        ("0 0 7 * * MON-FRI", (2017, 3, 1, 7, 0, 0)),
        ("0 0 7 * * SAT,SUN", (2017, 3, 4, 7, 0, 0)),
        ("0 30 23 30 * *", (2017, 3, 30, 23, 30, 0)),
        ("0 0 0 1 jan *", (2018, 1, 1, 0, 0, 0)),
        ("0 0 0 29 2 *", (2020, 2, 29, 0, 0, 0)),
        ("5/20 0 0 * * *", (2017, 3, 1, 0, 0, 5)),
        ("0 0 0 * * 7", (2017, 3, 5, 0, 0, 0)),
        ("0 0 0 ? * 0", (2017, 3, 5, 0, 0, 0)),
        ("0 0 0 1 * *", (2017, 4, 1, 0, 0, 0)),
    ],
)
def test_an_expression_says_when_something_is_due(expr: str, wanted: tuple[int, ...]) -> None:
    assert after(expr, *START) == wanted


def test_a_day_that_never_comes_is_never_due() -> None:
    assert after("0 0 0 31 2 *", *START) is None


@pytest.mark.parametrize(
    "expr",
    ["", "* * * * *", "* * * * * * *", "60 * * * * *", "* * * 0 * *", "5-2 * * * * *", "*/0 * * * * *", "a * * * * *",
     "1, * * * * *", "* * * * JAN-FOO *", "@sunrise", "² * * * * *", "-1 * * * * *"],
)  # fmt: skip
def test_what_is_no_expression_is_refused(expr: str) -> None:
    assert parse(expr) is None


NUMBERS = st.lists(st.integers(0, 23), min_size=1, max_size=4)


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 2**31))
def test_the_next_time_is_the_first_that_fits(s: list[int], m: list[int], h: list[int], begin: int) -> None:
    schedule = parse(" ".join(",".join(map(str, field)) for field in (s, m, h)) + " * * *")
    assert schedule is not None
    found = schedule.after(begin)
    times = sorted(hh * 3600 + mm * 60 + ss for hh in h for mm in m for ss in s)
    later = [begin // 86_400 * 86_400 + day * 86_400 + at for day in (0, 1) for at in times]
    assert found == min(at for at in later if at > begin)


JOBS = {
    "init.js": "let add = ffi('int mgos_cron_add(char *, void (*)(userdata, int), userdata)');"
    "let remove = ffi('void mgos_cron_remove(int)');"
    "let a = add('*/10 * * * * *', function(ud, id) { print(ud, id === a, Timer.now() - %d); }, 'a');"
    "let b = add('*/3 * * * * *', function(ud, id) { print(ud); remove(id); }, 'b');"
    "print(add('x', function() {}, null));",
    "init.py": "def tell(ud, id): print(ud, str(id == a).lower(), int(Timer.now() - %d))\n"
    "a = Cron.add('*/10 * * * * *', tell, 'a')\n"
    "b = Cron.add('*/3 * * * * *', lambda ud, id: (print(ud), Cron.remove(id)), 'b'); print(Cron.add('x', print))",
}


@LANGUAGES
def test_a_job_runs_again_and_again_until_it_is_removed(main: str) -> None:
    world = World(JOBS[main] % EPOCH_S, main)
    world.settle(20_500_000)
    assert world.failures == []
    assert [line.rstrip() for line in world.printed] == ["0", "b", "a true 10", "a true 20"]
    world.device.stop()
    world.settle(20_000_000)
    assert len(world.printed) == 4


def test_a_job_that_was_slept_over_runs_once() -> None:
    world = World("n = []\nCron.add('* * * * * *', lambda: n.append(1) or (len(n) == 1 and Sys.usleep(5_200_000)))\n"
                  "Timer.set(7000, 0, lambda: print(len(n)))")  # fmt: skip
    world.settle(8_000_000)
    assert world.failures == []
    assert int(world.printed[0]) <= 4


def test_the_next_time_and_what_is_valid_can_be_asked() -> None:
    source = (
        "let add = ffi('int mgos_cron_add(char *, void (*)(userdata, int), userdata)');"
        "let next = ffi('int mgos_cron_get_next_invocation(int, int)');"
        "let valid = ffi('bool mgos_cron_is_expr_valid(char *, void *)');"
        "let id = add('0 0 7 * * *', function() {}, null);"
        f"print(next(id, {EPOCH_S}) - {EPOCH_S}, next(99, 5), valid('* * * * * *', null), valid('*', null));"
    )
    world = World(source, "init.js")
    assert world.failures == []
    assert world.printed == ["25200 0 true false "]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("Cron.add(5, print)", "Cron.add: expr must be a str, got int"),
        ("Cron.add('* * * * * *', 5)", "Cron.add: the handler must be a function, got int"),
    ],
)
def test_wrong_use_in_python_names_the_function(call: str, message: str) -> None:
    [failure] = World(call).failures
    assert (failure.error, failure.message) == ("TypeError", message)
