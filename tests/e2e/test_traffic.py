"""Messages are listed as they come, chosen by mouse or keyboard, and shown down to the byte."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

TALKATIVE = """\
def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        print('x' * 20)
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\nX-Colour: blue\\r\\n\\r\\n\\x00\\xff binary')
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/t', answer)
"""


def test_the_keyboard_moves_through_the_messages(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.send("GET", "/my/api?second")
    expect(screen.messages).to_have_count(4)
    expect(screen.chosen).to_contain_text("200 OK")
    screen.traffic.focus()
    page.keyboard.press("ArrowUp")
    expect(screen.chosen).to_contain_text("GET /my/api?second")
    expect(screen.inspector).to_contain_text("GET /my/api?second HTTP/1.")
    page.keyboard.press("Home")
    expect(screen.inspector).to_contain_text("GET /my/api HTTP/1.")
    page.keyboard.press("ArrowUp")
    expect(screen.chosen).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(screen.inspector).to_contain_text("HTTP/1.0 200 OK")
    page.keyboard.press("End")
    expect(screen.messages.last).to_have_attribute("aria-selected", "true")


def test_a_message_is_shown_as_headers_body_and_bytes(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(TALKATIVE)
    screen.send("GET", "/t")
    expect(screen.inspector).to_contain_text("HTTP/1.0 200 OK")
    row = screen.inspect("Headers").get_by_role("table", name="Headers").get_by_role("row", name="X-Colour")
    expect(row).to_contain_text("blue")
    expect(screen.inspect("Body").get_by_role("group", name="Bytes")).to_contain_text("00 c3 bf 20")
    dump = screen.inspect("Bytes").get_by_role("group", name="Bytes")
    expect(dump).to_contain_text("48 54 54 50 2f 31 2e 30")
    expect(dump).to_contain_text("HTTP/1.0")


def test_a_message_that_was_chosen_stays_until_following_is_wanted(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.messages.first.click()
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "false")
    screen.press("Restart")
    expect(screen.chosen).to_contain_text("GET /my/api")
    follow.click()
    expect(screen.chosen).to_contain_text("200 OK")


def test_traffic_and_console_are_cleared_on_request(page: Page, site: str):
    screen = Screen(page).open(site)
    for region in ("Traffic", "Console"):
        page.get_by_role("region", name=region).get_by_role("button", name="Clear").click()
    expect(screen.messages).to_have_count(0)
    expect(page.get_by_text("Nothing printed yet.")).to_be_visible()
    screen.send("GET", "/my/api")
    expect(screen.messages).to_have_count(2)


def test_many_lines_are_drawn_in_part_and_more_on_request(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run("for i in range(2000):\n    print('line', i)\n")
    lines = screen.console.get_by_text("line ")
    expect(screen.console).to_contain_text("line 1999")
    assert lines.count() <= 500
    expect(screen.console).not_to_contain_text("line 1000")
    for _ in range(3):
        page.get_by_role("region", name="Console").get_by_role("button", name="older").click()
    expect(screen.console).to_contain_text("line 1000")


def test_a_request_that_the_device_rejects_is_shown_with_the_reason_and_its_bytes(page: Page, site: str):
    screen = Screen(page).open(site)
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("Transfer-Encoding: rot13")
    screen.send("POST", "/my/api")
    expect(screen.answer).to_contain_text("501")
    screen.messages.filter(has_text="rejected").click()
    expect(screen.inspector).to_contain_text("unknown transfer coding")
    expect(screen.inspect("Bytes").get_by_role("group", name="Bytes")).to_contain_text("50 4f 53 54 20 2f 6d 79")
