"""Requests are found again, sent again and taken from curl; the console is searched, copied and typed into."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

ECHO = """\
def echo(conn, ev, message):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n' + HTTP.param(message, HTTP.MESSAGE))
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/echo', echo)
"""

TALKER = """\
Log.print(Log.WARN, 'a warning')
Log.print(Log.INFO, 'a note')
print('a print')
UART.setRxEnabled(0, 1)

def typed(uart):
    if UART.readAvail(uart):
        UART.write(uart, b'you said ' + UART.read(uart))

UART.setDispatcher(0, typed)

def fail():
    raise ValueError('a failure')

Timer.set(10, 0, fail)
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen = Screen(page).open(site)
    screen.run(ECHO)
    expect(screen.endpoints.first).to_contain_text("/echo")
    return screen


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.get_by_label("Path", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def test_earlier_requests_come_back_with_the_arrows_also_after_a_reload(page: Page, screen: Screen):
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("X-One: 1")
    page.get_by_label("Body", exact=True).last.fill("first")
    screen.send("POST", "/echo?1")
    expect(screen.body()).to_contain_text("POST /echo?1")
    page.get_by_label("Headers, one in a line").fill("")
    page.get_by_label("Body", exact=True).last.fill("")
    screen.send("GET", "/echo?2")
    expect(screen.body()).to_contain_text("GET /echo?2")
    page.reload()
    screen.expect_state("running")
    path = page.get_by_label("Path", exact=True)
    path.focus()
    page.keyboard.press("ArrowUp")
    expect(path).to_have_value("/echo?2")
    page.keyboard.press("ArrowUp")
    expect(path).to_have_value("/echo?1")
    expect(page.get_by_label("Method", exact=True)).to_have_value("POST")
    expect(page.get_by_label("Headers, one in a line")).to_have_value("X-One: 1")
    page.keyboard.press("ArrowDown")
    expect(path).to_have_value("/echo?2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(screen.body()).to_contain_text("X-One: 1")
    expect(screen.body()).to_contain_text("first")


def test_a_message_of_the_list_is_sent_again(page: Page, screen: Screen):
    screen.send("GET", "/echo?a=1")
    expect(screen.body()).to_contain_text("/echo?a=1")
    screen.send("GET", "/echo?b=2")
    expect(screen.body()).to_contain_text("/echo?b=2")
    screen.messages.filter(has_text="GET /echo?a=1").click()
    screen.press("Repeat selected")
    expect(screen.body()).to_contain_text("/echo?a=1")
    expect(screen.messages.filter(has_text="GET /echo?a=1")).to_have_count(2)
    expect(page.get_by_label("Path", exact=True)).to_have_value("/echo?a=1")


def test_a_curl_command_is_taken_apart(page: Page, screen: Screen):
    paste(page, """curl -sX PUT 'http://192.168.4.1/echo?x=1' \\\n  -H 'X-One: it'\\''s' -d '{"a": 1}' --compressed""")
    expect(page.get_by_label("Path", exact=True)).to_have_value("/echo?x=1")
    expect(page.get_by_label("Method", exact=True)).to_have_value("PUT")
    expect(page.get_by_role("status", name="About the request")).to_contain_text("Taken from a curl command")
    page.keyboard.press("Enter")
    for text in ("PUT /echo?x=1", "X-One: it's", "application/x-www-form-urlencoded", '{"a": 1}'):
        expect(screen.body()).to_contain_text(text)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("curl -d @data.json http://device/", "the data is in the file data.json, which cannot be read from here"),
        ("curl 'http://device/", "a quotation mark is not closed"),
        ("curl --fly http://device/", "curl's option --fly is not understood here"),
        ("curl -X", "curl's option -X lacks its value"),
        ("curl -s", "the curl command has no address"),
        ("curl http://device/ | jq .", "only one command can be taken, without |"),
        ("curl -H broken http://device/", 'the header "broken" has no colon'),
    ],
)
def test_a_curl_command_that_cannot_be_taken_says_why(page: Page, screen: Screen, command: str, problem: str):
    path = page.get_by_label("Path", exact=True)
    path.fill(command)
    path.press("Enter")
    expect(page.get_by_role("status", name="About the request")).to_contain_text(problem)


def test_a_request_is_copied_as_curl_and_as_code(page: Page, screen: Screen, tmp_path: Path):
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("X-One: it's")
    page.get_by_label("Body", exact=True).last.fill('{"a": "ü"}')
    screen.send("POST", "/echo")
    expect(screen.body()).to_contain_text("X-One: it's")
    screen.press("curl")
    expect(page.get_by_role("status", name="About the request")).to_have_text("Copied as curl.")
    command = clipboard(page)
    assert command == """curl -H 'X-One: it'\\''s' --data-raw '{"a": "ü"}' http://192.168.4.1/echo"""
    screen.press("fetch")
    expect(page.get_by_role("status", name="About the request")).to_have_text("Copied as fetch.")
    assert '"X-One","it\'s"' in clipboard(page)
    screen.press("pytest")
    expect(page.get_by_role("status", name="About the request")).to_have_text("Copied as pytest.")
    (tmp_path / "init.py").write_text(ECHO)
    test = clipboard(page).replace("FIRMWARE", "init.py")
    (tmp_path / "test_it.py").write_text(test)
    command_line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command_line, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    paste(page, command)
    expect(page.get_by_label("Body", exact=True).last).to_have_value('{"a": "ü"}')


def test_what_is_wrong_with_headers_and_body_is_said(page: Page, screen: Screen):
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("no colon")
    screen.send("GET", "/echo")
    about = page.get_by_role("status", name="About the request")
    expect(about).to_contain_text('A header is written as "Name: value"')
    page.get_by_label("Headers, one in a line").fill("")
    page.get_by_label("Body", exact=True).last.fill('{"a": }')
    screen.press("Check JSON")
    expect(about).to_contain_text("The body is no JSON")
    page.get_by_label("Body", exact=True).last.fill('{"a": 1}')
    screen.press("Check JSON")
    expect(about).to_contain_text("The body is JSON.")


def test_a_file_is_sent_as_the_body(page: Page, screen: Screen):
    page.get_by_text("Headers and body").click()
    file = {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": b"from a file"}
    page.get_by_label("Body from a file").set_input_files(file)
    expect(page.get_by_text("a.bin, 11 B")).to_be_visible()
    screen.send("POST", "/echo")
    expect(screen.body()).to_contain_text("from a file")


def test_the_console_is_narrowed_searched_and_copied(page: Page, screen: Screen):
    screen.run(TALKER)
    expect(screen.console).to_contain_text("a failure")
    level = page.get_by_label("Lines shown")
    level.select_option("Log")
    expect(screen.console).to_contain_text("WARN a warning")
    expect(screen.console).not_to_contain_text("a print")
    level.select_option("Errors")
    expect(screen.console).not_to_contain_text("a warning")
    expect(screen.console).to_contain_text("a failure")
    level.select_option("All")
    page.get_by_label("Find in the console").fill("PRINT")
    expect(screen.console.locator(".line")).to_have_count(1)
    page.get_by_role("region", name="Console").get_by_role("button", name="Copy lines").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert clipboard(page).endswith(" a print\n")
    page.get_by_label("Find in the console").fill("no such")
    expect(page.get_by_text("No such line.")).to_be_visible()


def test_what_is_typed_reaches_the_firmware(page: Page, screen: Screen):
    screen.run(TALKER)
    expect(screen.console).to_contain_text("a print")
    field = page.get_by_label("Send a line to UART 0")
    field.fill("grüße")
    field.press("Enter")
    expect(screen.console).to_contain_text("UART0 you said grüße")
    expect(field).to_have_value("")
