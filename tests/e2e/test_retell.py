"""Messages are written as tests and commands, of one exchange or several, and the device as an OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.export.code import FORMS
from tests.e2e.screen import Screen

FIRMWARE = """
server = HTTP.get_system_server()

def led(conn, ev, msg):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: 2\\r\\n\\r\\nhi')

HTTP.add_endpoint(server, '/led', led)
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    """A page whose device has answered two requests."""
    screen = Screen(page).open(site)
    screen.run(FIRMWARE, "led.py")
    for path in ("/led?n=1", "/led?n=2"):
        screen.send("GET", path)
        expect(screen.messages.filter(has_text=path)).to_have_count(1)
        expect(screen.answer).to_contain_text("200 OK")
    return screen


def write_as(screen: Screen, title: str) -> None:
    screen.page.get_by_label("Write as", exact=True).select_option(title)


TITLES = ["pytest", "Playwright, Python", "Playwright, JavaScript", "Scenario, YAML", "curl", "Hurl"]


def test_an_exchange_is_written_in_every_form(screen: Screen) -> None:
    screen.messages.filter(has_text="/led?n=1").click()
    part = screen.inspect("Test")
    text = part.get_by_role("group", name="Text of the test")
    for title, form in zip(TITLES, FORMS, strict=True):
        write_as(screen, title)
        expect(text).to_contain_text("curl 'http://127.0.0.1:8080/led?n=1'" if form == "curl" else "/led?n=1")
        expect(text).not_to_contain_text("n=2")
        expect(part.get_by_text("python -m sim serve")).to_be_visible(visible=form in ("curl", "hurl"))
    write_as(screen, "pytest")
    expect(text).to_contain_text('@pytest.mark.firmware("led.py")')


def test_what_is_written_runs_as_it_was_copied(
    screen: Screen, context: BrowserContext, pytester: pytest.Pytester
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.messages.filter(has_text="/led?n=2").click()
    part = screen.inspect("Test")
    write_as(screen, "pytest")
    expect(part).to_contain_text('answer.text == "hi"')
    screen.press("Copy")
    expect(part.get_by_role("status", name="Test")).to_have_text("Copied.")
    text = screen.page.evaluate("navigator.clipboard.readText()")
    (pytester.path / "led.py").write_text(FIRMWARE)
    pytester.makepyfile(text)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_range_of_messages_is_selected_by_mouse_and_by_keys(screen: Screen) -> None:
    screen.filter("/led")
    first, second = (screen.messages.filter(has_text=f"/led?n={n}") for n in (1, 2))
    first.click()
    second.click(modifiers=["Shift"])
    expect(screen.chosen.filter(has_text="/led")).to_have_count(2)
    text = screen.inspect("Test").get_by_role("group", name="Text of the test")
    write_as(screen, "curl")
    expect(text).to_have_text("curl 'http://127.0.0.1:8080/led?n=1'\ncurl 'http://127.0.0.1:8080/led?n=2'\n")
    first.click()
    expect(screen.chosen).to_have_count(1)
    screen.traffic.press("Shift+ArrowDown")
    expect(screen.chosen).to_have_count(2)
    expect(screen.page.get_by_label("Write of")).to_have_value("range")
    screen.traffic.press("ArrowUp")
    expect(screen.chosen).to_have_count(1)
    expect(text).not_to_contain_text("n=2")


def test_all_that_is_shown_is_written_and_saved(screen: Screen) -> None:
    screen.filter("led?n")
    screen.messages.first.click()
    screen.inspect("Test")
    write_as(screen, "Scenario, YAML")
    screen.page.get_by_label("Write of").select_option("all that is shown")
    part = screen.inspect("Test")
    expect(part).to_contain_text("/led?n=2")
    with screen.page.expect_download() as download:
        part.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "device.yaml"
    saved = Path(download.value.path()).read_text("utf-8")
    assert saved.count("- request:") == 2
    assert 'firmware: "led.py"' in saved


def test_what_cannot_be_written_is_told(screen: Screen) -> None:
    screen.show("TCP")
    screen.messages.filter(has_text="TCP open").first.click()
    part = screen.inspect("Test")
    expect(part.get_by_role("alert")).to_have_text("Only HTTP and WebSocket messages can be made again.")
    expect(part.get_by_role("button", name="Copy")).to_be_disabled()


def test_the_device_is_described_as_openapi(screen: Screen) -> None:
    screen.press("OpenAPI")
    dialog = screen.page.get_by_role("dialog", name="OpenAPI")
    expect(dialog.get_by_role("group", name="Text")).to_contain_text('"/led"')
    with screen.page.expect_download() as download:
        dialog.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "openapi.json"
    document = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert document["paths"]["/led"]["get"]["responses"]["200"]["description"] == "OK"
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
