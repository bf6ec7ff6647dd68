"""Time is held, gone through by single events, slowed down and sped up; the page says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

TICKS = "Timer.set(1000, Timer.REPEAT, lambda: print('tick', Sys.uptime()))\n"


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


def test_a_request_waits_while_time_stands_and_is_answered_step_by_step(page: Page, screen: Screen):
    screen.press("Pause time")
    clock = page.get_by_role("timer", name="Device time")
    expect(clock).to_have_text(re.compile(r"^\d+\.\d{6} s$"))
    stood = clock.inner_text()
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("Time is paused")
    screen.press("Step")
    expect(clock).not_to_have_text(stood)
    expect(screen.answer).to_contain_text("Time is paused")
    for _ in range(12):
        screen.press("Step")
    expect(screen.answer).to_contain_text("200 OK")
    screen.press("Go on")
    expect(clock).to_have_text(re.compile(r"^\d+\.\d s$"))
    screen.send("GET", "/nowhere")
    expect(screen.answer).to_contain_text("404")


def test_time_that_goes_on_lets_the_answer_come(page: Page, screen: Screen):
    screen.press("Pause time")
    screen.send("GET", "/nowhere")
    expect(screen.answer).to_contain_text("Time is paused")
    screen.press("Go on")
    expect(screen.answer).to_contain_text("404")


def test_time_runs_a_hundred_times_as_fast(page: Page, screen: Screen):
    page.get_by_label("Speed of time").select_option("100")
    screen.run(TICKS)
    expect(screen.console).to_contain_text("tick 100")


def test_the_time_stands_beside_each_line_of_the_console(page: Page, screen: Screen):
    screen.run("Timer.set(1500, 0, lambda: print('late'))\n")
    expect(screen.console).to_contain_text("late")
    line = screen.console.locator(".line", has_text="late")
    expect(line).to_have_text(re.compile(r"^\d+\.\d{3}\s*late$"))
