"""A WebSocket is opened from the bottom bar; its frames are in its log, in the traffic and in the inspector."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

MARKUP = "<img src=x onerror=document.title='broken'>"


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    """The page with the echo example running."""
    screen = Screen(page).open(site)
    screen.load("echo")
    screen.press("Run")
    expect(screen.endpoints).to_have_count(3)
    return screen


@pytest.fixture
def connected(screen: Screen) -> Screen:
    screen.connect("/ws")
    expect(screen.socket_state).to_have_text("Connected")
    return screen


def test_text_is_sent_with_enter_and_what_comes_back_is_in_the_log(page: Page, connected: Screen):
    expect(page.get_by_label("Message to send")).to_be_focused()
    page.keyboard.type("gr\u00fc\u00dfe " + MARKUP)
    page.keyboard.press("Enter")
    lines = connected.frames.get_by_role("paragraph")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("Open: /ws")
    expect(lines.nth(1).get_by_role("img", name="sent")).to_be_visible()
    expect(lines.nth(2).get_by_role("img", name="received")).to_be_visible()
    expect(lines.nth(2)).to_contain_text("gr\u00fc\u00dfe " + MARKUP)
    expect(page.get_by_label("Message to send")).to_have_value("")
    assert page.locator("img").count() == 0


def test_bytes_are_written_in_hex(page: Page, connected: Screen):
    page.get_by_label("Kind of message").select_option("binary")
    connected.say("00 fF 1a")
    expect(connected.frames.get_by_role("paragraph").last).to_contain_text("binary 3 B 00 ff 1a")
    connected.say("0")
    message = page.get_by_label("Message to send")
    assert message.evaluate("field => field.validationMessage").startswith("Bytes are written as pairs")
    connected.say("00")
    expect(connected.frames.get_by_role("paragraph")).to_have_count(5)


def test_a_ping_is_answered(page: Page, connected: Screen):
    page.get_by_role("tabpanel", name="WebSocket").get_by_role("button", name="Ping").click()
    expect(connected.frames).to_contain_text("pong")


def test_a_close_has_its_code_and_reason_on_both_sides(page: Page, connected: Screen):
    page.get_by_text("Subprotocol, close code and reason").click()
    page.get_by_label("Close code").fill("4001")
    page.get_by_label("Reason", exact=True).fill("enough")
    connected.press("Close")
    expect(connected.socket_state).to_have_text("Not connected")
    expect(connected.frames).to_contain_text("Closed: 4001")
    expect(connected.messages.last).to_contain_text("WebSocket closed 4001 enough")
    connected.messages.filter(has_text="close 4001 enough").click()
    row = connected.inspector.get_by_role("table", name="Frame").get_by_role("row", name="Reason")
    expect(row).to_contain_text("enough")


def test_a_code_that_may_not_be_sent_is_refused_in_a_sentence(page: Page, connected: Screen):
    page.get_by_text("Subprotocol, close code and reason").click()
    page.get_by_label("Close code").fill("1006")
    connected.press("Close")
    expect(connected.frames).to_contain_text("close code 1006 may not be sent")
    expect(connected.socket_state).to_have_text("Connected")


def test_a_subprotocol_is_offered_and_the_choice_shown(page: Page, screen: Screen):
    page.get_by_role("tab", name="WebSocket").click()
    page.get_by_text("Subprotocol, close code and reason").click()
    page.get_by_label("Subprotocol", exact=True).fill("chat.v2, chat.v1")
    screen.connect("/ws")
    expect(screen.frames).to_contain_text("subprotocol chat.v2")
    screen.messages.filter(has_text="WebSocket open").click()
    row = screen.inspector.get_by_role("row", name="Subprotocol")
    expect(row).to_contain_text("chat.v2")


def test_what_does_not_open_says_why(page: Page, screen: Screen):
    screen.connect("/none")
    expect(screen.frames).to_contain_text("the device answered 404 Not Found")
    expect(screen.socket_state).to_have_text("Not connected")


def test_frames_are_in_the_traffic_and_in_the_inspector(page: Page, connected: Screen):
    connected.say("hello")
    texts = ("GET /ws", "101", "WebSocket open /ws", "text hello", "text hello")
    expect(connected.messages).to_have_count(2 + len(texts))
    for place, text in enumerate(texts, 2):
        expect(connected.messages.nth(place)).to_contain_text(text)
    expect(connected.messages.nth(5).get_by_role("img", name="page to device")).to_be_visible()
    expect(connected.messages.nth(6).get_by_role("img", name="device to page")).to_be_visible()
    connected.messages.nth(5).click()
    expect(connected.inspector).to_contain_text("WebSocket frame: text")
    expect(connected.inspect("Body").get_by_role("group", name="Payload")).to_have_text("hello")
    fields = connected.inspect("Bytes").get_by_role("listbox", name="Fields")
    for name in ("FIN and opcode", "MASK and length", "Masking key", "Payload, masked"):
        expect(fields.get_by_role("option", name=name)).to_be_visible()


def test_a_device_that_stops_ends_the_websocket(page: Page, connected: Screen):
    connected.press("Stop")
    expect(connected.frames).to_contain_text("Closed: 1006 (no close frame) the connection was reset")
    expect(connected.socket_state).to_have_text("Not connected")
    expect(page.get_by_role("button", name="Connect")).to_be_disabled()


def test_the_tabs_are_moved_through_by_keyboard(page: Page, screen: Screen):
    page.get_by_role("tab", name="Request").focus()
    page.keyboard.press("ArrowRight")
    tab = page.get_by_role("tab", name="WebSocket")
    expect(tab).to_be_focused()
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="WebSocket")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Request")).to_be_hidden()
    screen.press("Try /hello")
    expect(page.get_by_label("Path", exact=True)).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Request")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (700, 520), (390, 844), (320, 568)])
def test_no_size_of_the_window_cuts_the_client_off(page: Page, connected: Screen, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_text("Subprotocol, close code and reason").click()
    connected.say("x" * 300)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for control in page.get_by_role("tabpanel", name="WebSocket").locator("button, input, select").all():
        box = control.bounding_box()
        assert box is not None, control
        assert box["x"] >= 0, control
        assert box["x"] + box["width"] <= width, control
