"""Firmware is edited, run, stopped and restarted, and its failures are shown where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

SECOND = """\
print('hello from the second')

def second(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nsecond')
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/second', second)
"""

FAILING_HANDLER = """\
def broken(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        return no_such_name

HTTP.add_endpoint(HTTP.get_system_server(), '/broken', broken)
print('still here')
"""

ENDLESS = """\
print('before')
while True:
    pass
"""


def test_a_second_firmware_replaces_the_first(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(SECOND)
    expect(screen.endpoints).to_have_count(1)
    expect(screen.endpoints.first).to_contain_text("/second")
    expect(screen.endpoints.first).to_contain_text("never hit")
    screen.send("GET", "/second")
    expect(screen.body()).to_have_text("second")
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("404")


def test_ctrl_enter_in_the_editor_runs(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run("")
    screen.write(SECOND)
    expect(page.get_by_text("edited", exact=True)).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(screen.endpoints.first).to_contain_text("/second")
    expect(page.get_by_text("edited", exact=True)).to_be_hidden()


def test_what_the_firmware_prints_is_in_the_console(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run("print('one'); print('two', 3)\n")
    expect(screen.console).to_contain_text("one")
    expect(screen.console).to_contain_text("two 3")


def test_a_failing_handler_is_in_the_console_with_its_line_and_the_device_goes_on(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(FAILING_HANDLER)
    expect(screen.console).to_contain_text("still here")
    screen.send("GET", "/broken")
    expect(screen.console).to_contain_text("NameError: name 'no_such_name' is not defined")
    screen.console.get_by_role("button", name="init.py, line 3").click()
    expect(screen.source).to_be_focused()
    expect(page.locator(".cm-activeLine").first).to_contain_text("return no_such_name")
    screen.expect_state("running")


@pytest.mark.parametrize(
    ("source", "error", "line"),
    [("x = 1\nif x\n    pass\n", "SyntaxError", 2), ("\n\nraise ValueError('no good')\n", "ValueError", 3)],
)
def test_a_crash_names_its_line_and_keeps_the_source(page: Page, site: str, source: str, error: str, line: int):
    screen = Screen(page).open(site)
    screen.run(source)
    screen.expect_state("crashed")
    expect(screen.state).to_contain_text(f"Crashed at line {line}")
    expect(screen.console).to_contain_text(error)
    screen.expect_source(source)
    page.reload()
    screen.expect_state("crashed")
    screen.expect_source(source)
    page.get_by_label("Example", exact=True).select_option("hello")
    screen.press("Run")
    screen.expect_state("running")


def test_stop_switches_the_device_off_and_run_on_again(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.press("Stop")
    screen.expect_state("stopped")
    expect(screen.state).to_contain_text("Stopped")
    expect(page.get_by_text("The device is off.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    screen.press("Run")
    screen.expect_state("running")
    expect(screen.endpoints.first).to_contain_text("never hit")


def test_restart_boots_the_same_firmware_again(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.write("print('not run')\n")
    screen.press("Restart")
    expect(screen.console).to_contain_text("boot 2")
    expect(screen.endpoints.first).to_contain_text("never hit")
    expect(screen.console).not_to_contain_text("not run")


def test_stop_ends_a_firmware_in_an_endless_loop(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(ENDLESS)
    expect(screen.state).to_contain_text("starting the device")
    screen.press("Stop")
    screen.expect_state("stopped")
    expect(screen.console).to_contain_text("Python was started anew")
    screen.expect_source(ENDLESS)
    screen.run(SECOND)
    expect(screen.endpoints.first).to_contain_text("/second")


def test_a_local_file_is_opened_under_its_own_name(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run("print('lamp')\nno_such\n", "lamp.py")
    expect(page.get_by_role("textbox", name="lamp.py")).to_have_value("print('lamp')\nno_such\n")
    screen.expect_state("crashed")
    expect(screen.console.get_by_role("button", name="lamp.py, line 2")).to_be_visible()


def test_a_package_that_this_site_has_is_installed(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run('# /// script\n# dependencies = ["cbor2"]\n# ///\nimport cbor2\nprint(cbor2.dumps([1]).hex())\n')
    expect(screen.console).to_contain_text("8101")


def test_a_package_that_this_site_lacks_is_named(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run('# /// script\n# dependencies = ["no-such-thing"]\n# ///\nimport no_such_thing\n')
    expect(page.get_by_role("alert").filter(has_text="no-such-thing")).to_be_visible()
    expect(screen.console).to_contain_text("no-such-thing")
