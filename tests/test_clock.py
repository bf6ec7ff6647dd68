"""The clock runs what is due, in order, and moves no further than it is told."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sim.clock import Clock, TimerHandle

delays = st.integers(0, 20)


def test_time_begins_at_zero_or_where_it_is_told_to() -> None:
    assert Clock().now_us == 0
    assert Clock(7).now_us == 7


def test_callback_runs_at_its_deadline_with_its_arguments() -> None:
    clock, ran = Clock(), []
    clock.call_at(30, lambda *args: ran.append((clock.now_us, *args)), "at", 1)
    clock.call_later(20, lambda *args: ran.append((clock.now_us, *args)), "later")
    clock.post_at(10, lambda *args: ran.append((clock.now_us, *args)), "post")
    assert clock.run_until_idle()
    assert ran == [(10, "post"), (20, "later"), (30, "at", 1)]


def test_two_of_the_same_deadline_run_in_the_order_in_which_they_were_set() -> None:
    clock, ran = Clock(), list[str]()
    for name in "abc":
        clock.call_at(5, ran.append, name)
        clock.post_at(5, ran.append, name.upper())
    clock.run_until_idle()
    assert ran == list("aAbBcC")


def test_deadline_in_the_past_is_now() -> None:
    clock, ran = Clock(100), list[int]()
    handle = clock.call_at(7, lambda: ran.append(clock.now_us))
    assert handle.deadline_us == 100
    clock.step()
    assert ran == [100]


def test_callback_set_for_now_runs_after_those_that_are_due_already() -> None:
    clock, ran = Clock(), list[str]()

    def first() -> None:
        ran.append("first")
        clock.call_later(0, ran.append, "set by first")

    clock.call_at(5, first)
    clock.call_at(5, ran.append, "second")
    clock.run_until(5)
    assert ran == ["first", "second", "set by first"]


def test_step_runs_one_callback() -> None:
    clock, ran = Clock(), list[str]()
    clock.call_at(5, ran.append, "a")
    clock.call_at(5, ran.append, "b")
    assert clock.step()
    assert ran == ["a"]
    assert clock.step()
    assert not clock.step()
    assert clock.now_us == 5


def test_run_until_includes_its_end_and_stands_there() -> None:
    clock, ran = Clock(), list[str]()
    clock.call_at(10, ran.append, "in")
    clock.call_at(11, ran.append, "out")
    clock.run_until(10)
    assert (ran, clock.now_us) == (["in"], 10)
    clock.run_until(5)
    assert clock.now_us == 10


def test_run_until_idle_stops_before_what_is_too_late() -> None:
    clock, ran = Clock(), list[str]()
    clock.call_at(10, ran.append, "in")
    clock.call_at(11, ran.append, "out")
    assert not clock.run_until_idle(10)
    assert (ran, clock.now_us) == (["in"], 10)
    assert clock.run_until_idle(11)


def test_run_while_stops_as_soon_as_nobody_waits() -> None:
    clock, ran = Clock(), list[int]()
    for at in (1, 2, 3):
        clock.call_at(at, ran.append, at)
    assert clock.run_while(lambda: len(ran) < 2, 100)
    assert (ran, clock.now_us) == ([1, 2], 2)


def test_run_while_gives_up_at_its_limit_and_when_nothing_is_left() -> None:
    clock, ran = Clock(), list[int]()
    clock.call_at(10, ran.append, 10)
    clock.post_at(11, ran.append, 11)
    assert not clock.run_while(lambda: True, 9)
    assert (ran, clock.next_deadline()) == ([], 10)
    assert not clock.run_while(lambda: True, 100)
    assert ran == [10, 11]


def test_cancelled_callback_does_not_run() -> None:
    clock, ran = Clock(), list[str]()
    handle = clock.call_at(5, ran.append, "no")
    clock.call_at(6, ran.append, "yes")
    handle.cancel()
    handle.cancel()
    assert handle.cancelled
    assert clock.next_deadline() == 6
    clock.run_until_idle()
    assert ran == ["yes"]


def test_callback_may_cancel_one_that_is_due_at_the_same_time() -> None:
    clock, ran = Clock(), list[str]()
    handles: list[TimerHandle] = []
    clock.call_at(5, lambda: handles[0].cancel())
    handles.append(clock.call_at(5, ran.append, "no"))
    clock.run_until(10)
    assert ran == []


def test_cancelling_after_the_run_changes_nothing() -> None:
    clock, ran = Clock(), list[str]()
    handle = clock.call_at(5, ran.append, "once")
    clock.run_until_idle()
    handle.cancel()
    clock.call_at(6, ran.append, "twice")
    clock.run_until_idle()
    assert ran == ["once", "twice"]


def test_next_deadline_is_none_when_nothing_waits() -> None:
    clock = Clock()
    assert clock.next_deadline() is None
    clock.call_at(5, print).cancel()
    assert clock.next_deadline() is None
    assert not clock.step()


def test_error_of_a_callback_comes_out_and_the_clock_goes_on() -> None:
    clock, ran = Clock(), list[str]()
    clock.call_at(5, lambda: [][0])
    clock.call_at(5, ran.append, "next")
    try:
        clock.run_until(10)
    except IndexError:
        clock.run_until(10)
    assert ran == ["next"]
    assert clock.now_us == 10


RUNS: list[Callable[[Clock], object]] = [
    lambda clock: clock.run_until_idle(),
    lambda clock: clock.run_until(1_000),
    lambda clock: clock.run_while(lambda: True, 1_000),
    lambda clock: [None for _ in iter(clock.step, False)],
]


@given(st.lists(st.tuples(delays, st.booleans(), st.lists(delays, max_size=3))), st.sampled_from(RUNS))
def test_callbacks_run_in_order_of_deadline_then_of_setting_whatever_is_cancelled(
    plan: list[tuple[int, bool, list[int]]], run: Callable[[Clock], object]
) -> None:
    clock, ran, wanted = Clock(), list[tuple[int, int]](), list[tuple[int, int]]()
    numbers = iter(range(1_000_000))

    def note(number: int, children: list[int]) -> None:
        ran.append((clock.now_us, number))
        for delay in children:
            add(delay, [])

    def add(delay: int, children: list[int]) -> TimerHandle:
        number = next(numbers)
        wanted.append((clock.now_us + delay, number))
        return clock.call_later(delay, note, number, children)

    for delay, is_cancelled, children in plan:
        handle = add(delay, children)
        if is_cancelled:
            handle.cancel()
            wanted.pop()
    run(clock)
    assert ran == sorted(wanted)


@given(st.lists(st.integers(0, 300), min_size=100, max_size=300), st.integers(1, 4))
def test_many_cancelled_callbacks_do_not_get_in_the_way(deadlines: list[int], every: int) -> None:
    clock, ran = Clock(), list[int]()
    handles = [clock.call_at(at, ran.append, at) for at in deadlines]
    for number, handle in enumerate(handles):
        if number % every:
            handle.cancel()
    clock.run_until_idle()
    assert ran == sorted(deadlines[::every])
