"""The page gets over firmware that loops, fails or is refused, and over a Python that is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

HANDLERS = """\
def hello(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nhello')
        Net.disconnect(conn)

def loop(conn, ev, ev_data):
    while ev == HTTP.EV_REQUEST:
        pass

def broken(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        return 1 // 0

def silent(conn, ev, ev_data):
    pass

for handler in hello, loop, broken, silent:
    HTTP.add_endpoint(HTTP.get_system_server(), '/' + handler.__name__, handler)
"""

LOOP = "while True:\n    pass\n"
PRESS = """(names) => {
  const buttons = [...document.querySelectorAll("button")];
  for (const name of names) buttons.find(({ textContent }) => textContent === name).click();
}"""
NO_ANSWER = "The firmware does not respond. Press Stop."
# What a busy computer does to the worker: each message of a type takes so long, in milliseconds
SLOW = """([type, ms]) => {
  const plain = JSON.stringify;
  JSON.stringify = (value, ...options) => {
    if (value?.type === type) for (const until = performance.now() + ms; performance.now() < until; );
    return plain(value, ...options);
  };
}"""
WATCH = """() => {
  const silent = document.querySelector(".silent");
  globalThis.told = [];
  const look = () => silent.textContent.trim() && told.push(silent.textContent);
  new MutationObserver(look).observe(silent, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    """The page, with a firmware that has a handler for every trouble."""
    screen = Screen(page).open(site)
    screen.run(HANDLERS)
    expect(screen.endpoints).to_have_count(4)
    return screen


def kill(page: Page) -> None:
    """Let the worker fail, and Python with it."""
    page.workers[0].evaluate("void setTimeout(() => { throw new Error('out of luck'); })")
    expect(page.locator("body")).to_have_attribute("data-state", "failed")


def fail_once(page: Page, error: str) -> None:
    """Let the next request fail in the worker as if Python had thrown."""
    page.workers[0].evaluate(f"""() => {{
        const plain = JSON.stringify;
        JSON.stringify = (value, ...options) => {{
          if (value?.type !== "http.fetch") return plain(value, ...options);
          JSON.stringify = plain;
          throw {error};
        }};
    }}""")


def expect_answer(screen: Screen) -> None:
    screen.expect_state("running")
    screen.send("GET", "/hello")
    expect(screen.body()).to_have_text("hello")


@pytest.mark.first_visit
def test_a_page_that_runs_is_not_ended_by_the_patience_of_its_start(page: Page, site: str):
    page.clock.install()
    screen = Screen(page).open(site)
    screen.run(HANDLERS)
    expect(screen.endpoints).to_have_count(4)
    page.clock.run_for(60_000)
    expect_answer(screen)


@pytest.mark.parametrize("button", ["Run", "Restart"])
def test_a_python_that_has_ended_is_started_anew(page: Page, screen: Screen, button: str):
    kill(page)
    screen.press(button)
    expect_answer(screen)
    expect(page.get_by_role("alert").filter(has_text="Python has ended")).to_be_hidden()


def test_stop_while_python_starts_anew_is_no_failure(page: Page, screen: Screen):
    kill(page)
    page.evaluate(
        "async () => { simdevice.restart().catch(() => {});"
        " await new Promise((resolve) => setTimeout(resolve)); await simdevice.stop(); }"
    )
    screen.expect_state("stopped")
    expect(page.get_by_role("alert").filter(has_text="Python cannot start")).to_be_hidden()
    screen.press("Run")
    expect_answer(screen)


def test_a_python_that_breaks_down_is_told_and_started_anew(page: Page, screen: Screen):
    fail_once(page, "Object.assign(new Error('memory is gone'), { pyodide_fatal_error: true })")
    screen.send("GET", "/hello")
    screen.expect_state("failed")
    expect(page.get_by_role("alert")).to_contain_text("Python broke down: memory is gone")
    screen.press("Retry")
    expect_answer(screen)


def test_the_time_goes_on_after_python_has_raised(page: Page, screen: Screen):
    fail_once(page, "new Error('just once')")
    screen.send("GET", "/hello")
    expect(screen.answer).to_contain_text("just once")
    expect_answer(screen)


def test_restart_brings_a_firmware_back_whose_handler_loops(page: Page, screen: Screen):
    screen.send("GET", "/loop")
    screen.press("Restart")
    expect(screen.state).to_contain_text("Stopping")
    expect_answer(screen)


def test_an_endless_loop_is_told_and_stop_is_seen_at_once(page: Page, screen: Screen):
    notice = page.get_by_role("status").filter(has_text=NO_ANSWER)
    screen.send("GET", "/loop")
    expect(notice).to_be_visible()
    screen.press("Stop")
    screen.expect_state("stopped")
    expect(notice).to_be_hidden()


def test_a_loop_at_the_start_is_told_too(page: Page, screen: Screen):
    screen.run(LOOP)
    expect(page.get_by_role("status").filter(has_text=NO_ANSWER)).to_be_visible()
    screen.press("Stop")
    screen.expect_state("stopped")


def test_restart_boots_again_what_was_stopped_in_a_loop(page: Page, screen: Screen):
    screen.send("GET", "/loop")
    screen.press("Stop")
    screen.expect_state("stopped")
    expect(screen.console).to_contain_text("Python was started anew")
    screen.press("Restart")
    expect_answer(screen)


def test_stop_wins_over_the_run_before_it(page: Page, screen: Screen):
    screen.open_files({"init.py": "print('never')"})
    screen.expect_source("print('never')")
    page.evaluate(PRESS, ["Run", "Stop"])
    screen.expect_state("stopped")
    screen.run(HANDLERS)
    expect_answer(screen)
    expect(screen.console).not_to_contain_text("never")


def test_the_last_of_the_buttons_wins_however_fast_they_are_pressed(page: Page, screen: Screen):
    page.evaluate(PRESS, ["Run", "Stop", "Restart", "Stop", "Run"])
    expect_answer(screen)


@pytest.mark.parametrize("button", ["Stop", "Run"])
def test_a_button_over_a_loop_says_that_it_stops_the_firmware(page: Page, screen: Screen, button: str):
    screen.send("GET", "/loop")
    screen.press(button)
    expect(screen.state).to_contain_text("Stopping ...")
    screen.expect_state("stopped" if button == "Stop" else "running")


def test_an_answer_that_comes_late_is_no_silence(page: Page, screen: Screen):
    screen.send("GET", "/silent")
    expect(screen.answer).to_contain_text("for 3 seconds")
    expect(page.get_by_text(NO_ANSWER)).to_be_hidden()


def test_a_check_that_takes_long_is_no_silence(page: Page, screen: Screen):
    page.evaluate(WATCH)
    page.workers[0].evaluate(SLOW, ["check", 3_000])
    screen.write("let a = (;")
    expect(page.locator(".cm-lintRange, .cm-lintPoint").first).to_be_visible()
    assert page.evaluate("told") == []


def test_a_worker_that_answers_is_not_silent_however_much_it_is_asked(page: Page, screen: Screen):
    page.evaluate(WATCH)
    page.workers[0].evaluate(SLOW, ["http.fetch", 100])
    answers = page.evaluate("() => Promise.all(Array.from({ length: 30 }, () => simdevice.request('GET', '/hello')))")
    assert [answer["status"] for answer in answers] == [200] * 30
    assert page.evaluate("told") == []


def test_the_notice_goes_when_the_firmware_lets_go(page: Page, screen: Screen):
    notice = page.get_by_role("status").filter(has_text=NO_ANSWER)
    page.workers[0].evaluate(SLOW, ["http.fetch", 6_500])
    screen.send("GET", "/hello")
    expect(notice).to_be_visible()
    expect(screen.body()).to_have_text("hello")
    expect(notice).to_be_hidden()
    screen.expect_state("running")


def test_a_handler_that_fails_is_named_beside_the_answer_that_does_not_come(page: Page, screen: Screen):
    screen.send("GET", "/broken")
    expect(screen.answer).to_contain_text("The handler failed at init.py:12: ZeroDivisionError")


def test_waiting_is_counted_and_may_be_given_up(page: Page, screen: Screen):
    screen.send("GET", "/silent")
    expect(screen.answer).to_contain_text("Waiting for the answer to GET /silent")
    expect(screen.answer).to_contain_text("for 2 seconds")
    screen.press("Cancel")
    expect(screen.answer).not_to_contain_text("Waiting")
    expect(page.get_by_label("Path", exact=True)).to_be_focused()
    expect_answer(screen)


def test_after_a_refused_run_the_page_says_that_the_previous_firmware_runs(page: Page, screen: Screen):
    screen.run('# /// script\n# dependencies = ["no-such-thing"]\n# ///\n')
    expect(screen.state).to_contain_text("Running: the previous firmware")
    expect(page.get_by_text("edited", exact=True)).to_be_visible()
    expect_answer(screen)
    screen.run(HANDLERS)
    expect(screen.state).to_have_text("Running")
