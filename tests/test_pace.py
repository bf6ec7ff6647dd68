"""Virtual time follows a clock of the world, a little ahead at most."""

from __future__ import annotations

import pytest

from sim.clock import Clock
from sim.pace import Pace


def test_time_stands_where_the_world_is_when_nothing_is_due() -> None:
    clock = Clock(500)
    pace = Pace(clock, 50)
    pace.follow(10_000)
    assert clock.now_us == 500
    pace.follow(10_300)
    assert clock.now_us == 800
    assert pace.delay_us(10_300) is None


def test_what_is_due_within_the_slack_is_done_now() -> None:
    clock, ran = Clock(), list[int]()
    for at in (40, 50, 51):
        clock.call_at(at, ran.append, at)
    pace = Pace(clock, 50)
    pace.follow(1_000)
    assert ran == [40, 50]
    assert pace.delay_us(1_000) == 1
    pace.follow(1_001)
    assert ran == [40, 50, 51]


def test_time_never_goes_back() -> None:
    clock = Clock()
    clock.call_at(50, lambda: None)
    pace = Pace(clock, 50)
    pace.follow(0)
    pace.follow(10)
    assert clock.now_us == 50
    pace.follow(5)
    assert clock.now_us == 50


def test_speed_is_virtual_time_per_time_of_the_world() -> None:
    clock, ran = Clock(), list[int]()
    clock.call_at(1_000, ran.append, 1)
    pace = Pace(clock, 0, speed=10.0)
    pace.follow(0)
    assert pace.delay_us(0) == 100
    pace.follow(99)
    assert ran == []
    pace.follow(100)
    assert ran == [1]


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_speed_is_positive(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be positive"):
        Pace(Clock(), 0, speed)
