"""What is small and is seen: words, bytes, focus, and the edges of the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.screen import Screen
from tools.site import DIST

ODD = """\
def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\nX-One: 1\\r\\n\\r\\n\\x00\\x01\\x02')
        Net.disconnect(conn)

def wrong(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'no such protocol\\r\\n\\r\\n')
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/binary', answer)
HTTP.add_endpoint(HTTP.get_system_server(), '/wrong', wrong)
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


def test_what_the_firmware_sent_and_is_no_http_is_from_the_device_with_its_bytes(screen: Screen):
    screen.run(ODD)
    screen.send("GET", "/wrong")
    message = screen.messages.filter(has_text="no HTTP")
    message.click()
    expect(message.get_by_role("img", name="device to page")).to_be_visible()
    expect(screen.inspector).to_contain_text("device to page")
    expect(screen.inspect("Bytes").get_by_role("group", name="Bytes")).to_contain_text("6e 6f 20 73 75 63 68")
    expect(screen.inspect("Body").get_by_role("group", name="Data")).to_contain_text("no such protocol")


def test_what_a_peer_sent_and_is_rejected_is_to_the_device(page: Page, screen: Screen):
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("Transfer-Encoding: rot13")
    screen.send("POST", "/my/api")
    message = screen.messages.filter(has_text="rejected")
    message.click()
    expect(message.get_by_role("img", name="page to device")).to_be_visible()
    expect(screen.inspector).to_contain_text("page to device")


def test_a_path_and_a_header_beyond_ascii_read_the_same_everywhere(page: Page, screen: Screen):
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("X-Size: fünf €")
    screen.send("GET", "/my/api?y=ü€")
    request = screen.messages.filter(has_text="GET /my/api?y=ü€")
    request.click()
    expect(screen.inspector).to_contain_text("GET /my/api?y=ü€ HTTP/1.1")
    headers = screen.inspect("Headers").get_by_role("table", name="Headers")
    expect(headers.get_by_role("row", name="X-Size")).to_contain_text("fünf €")
    expect(screen.inspect("Bytes").get_by_role("group", name="Bytes")).to_contain_text("c3 bc")


def test_a_socket_path_beyond_ascii_reads_the_same_in_the_traffic(screen: Screen):
    screen.connect("/my/api?y=ü€")
    expect(screen.messages.filter(has_text="/my/api?y=ü€")).not_to_have_count(0)


@pytest.mark.parametrize("pasted", ["http://192.168.4.1/my/api?a=1", "HTTPS://other:8080/my/api?a=1", "my/api?a=1"])
def test_a_pasted_address_becomes_a_path(page: Page, screen: Screen, pasted: str):
    screen.send("GET", pasted)
    expect(screen.messages.filter(has_text="GET /my/api?a=1")).to_have_count(1)
    expect(page.get_by_label("Path", exact=True)).to_have_value("/my/api?a=1")


def test_a_binary_body_is_shown_in_hex_and_head_and_body_are_told_apart(screen: Screen):
    screen.run(ODD)
    screen.send("GET", "/binary")
    expect(screen.chosen).to_contain_text("200 OK")
    expect(screen.inspect("Body").get_by_role("button", name="Hex")).to_have_attribute("aria-pressed", "true")
    fields = screen.inspect("Bytes").get_by_role("listbox", name="Fields").get_by_role("option")
    expect(fields.filter(has_text="Empty line")).to_have_count(1)
    expect(fields.last).to_contain_text("Body 3 B")


def test_the_place_of_a_syntax_error_is_said_once(page: Page, screen: Screen):
    screen.run("x = 1\nif x\n    pass\n")
    screen.expect_state("crashed")
    expect(screen.console.get_by_text("SyntaxError: expected ':'", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Firmware").get_by_text("line 2")).to_have_count(1)


def test_a_firmware_that_was_replaced_is_called_so(screen: Screen):
    screen.run(ODD)
    expect(screen.console).to_contain_text("the firmware was replaced")


@pytest.mark.parametrize("button", ["Stop", "Run", "Restart"])
def test_a_button_pressed_by_keyboard_leaves_the_focus_at_the_switches(page: Page, screen: Screen, button: str):
    pressed = page.get_by_role("button", name=button, exact=True)
    pressed.press("Enter")
    screen.expect_state("stopped" if button == "Stop" else "running")
    expect(page.get_by_role("button", name="Run" if button == "Stop" else button, exact=True)).to_be_focused()


def test_stop_over_a_loop_gives_the_focus_to_run(page: Page, screen: Screen):
    screen.run("while True:\n    pass\n")
    page.get_by_role("button", name="Stop", exact=True).press("Enter")
    screen.expect_state("stopped")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()


def test_the_field_for_a_file_stays_unseen_when_it_has_the_focus(page: Page, screen: Screen):
    field = page.get_by_label("Open files")
    page.get_by_label("Example", exact=True).focus()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    box = field.bounding_box()
    assert box is not None
    assert box["width"] <= 1
    outline = "(field) => getComputedStyle(field.closest('label')).outlineStyle"
    assert field.evaluate(outline) == "solid"


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (700, 520), (390, 844), (320, 480)])
def test_the_bar_is_at_the_lower_edge_and_hides_no_focus(page: Page, site: str, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    Screen(page).open(site)
    below = "innerHeight - document.querySelector('.request').getBoundingClientRect().bottom"
    for end in (0, 100_000):
        page.evaluate(f"scrollTo(0, {end})")
        assert abs(page.evaluate(below)) < 1
    page.evaluate("scrollTo(0, 0)")
    hidden = """() => {
      const field = document.activeElement, bar = document.querySelector(".request");
      if (field === document.body || bar.contains(field)) return "";
      const { top, height } = field.getBoundingClientRect();
      const seen = Math.min(height, 40); // the rest of the editor may be further down
      return top + seen > bar.getBoundingClientRect().top + 1 ? field.outerHTML.slice(0, 200) : "";
    }"""
    for key in ["Tab"] * 30 + ["Shift+Tab"] * 30:
        page.keyboard.press(key)
        assert page.evaluate(hidden) == ""


def test_a_page_opened_as_a_file_says_that_it_must_be_served(browser: Browser):
    page = browser.new_page()
    page.goto((DIST / "index.html").as_uri())
    expect(page.get_by_text("This page must be served over http.")).to_be_visible()
    page.close()
