"""What the trace holds is saved from the page, as files that other tools open."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.export import from_jsonl, to_har, to_pcapng
from tests.e2e.screen import Screen


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    screen = Screen(page).open(site)
    screen.send("GET", "/second")
    expect(screen.answer).to_contain_text("404")
    return screen


def dialog_of(screen: Screen) -> Locator:
    screen.press("Export")
    return screen.page.get_by_role("dialog", name="Export")


def save(dialog: Locator, form: str, name: str) -> bytes:
    dialog.get_by_role("group", name="As").get_by_role("radio", name=re.compile(f"^{form} ")).check()
    with dialog.page.expect_download() as download:
        dialog.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == name
    expect(dialog.get_by_role("status", name="Export")).to_contain_text(f"Saved as {name}, ")
    return Path(download.value.path()).read_bytes()


def test_the_whole_trace_is_saved_in_each_form_as_python_writes_it(screen: Screen) -> None:
    dialog = dialog_of(screen)
    lines = save(dialog, "Trace", "run.jsonl").decode()
    records = from_jsonl(lines)
    assert [json.loads(line) for line in lines.splitlines()] == screen.page.evaluate("simdevice.records()")
    assert save(dialog, "Capture", "run.pcapng") == to_pcapng(records)
    assert save(dialog, "HAR", "run.har").decode() == to_har(records, screen.page.evaluate("simdevice.version"))
    assert b"/second" in save(dialog, "Report", "run.html")
    assert bytes(screen.page.evaluate("simdevice.export('pcapng').then((bytes) => [...bytes])")) == to_pcapng(records)


def test_a_part_is_the_connection_of_what_is_selected(screen: Screen) -> None:
    screen.messages.filter(has_text="GET /my/api").click()
    dialog = dialog_of(screen)
    dialog.get_by_role("radio", name="the connection of what is selected").check()
    entries = json.loads(save(dialog, "HAR", "run.har"))["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == ["http://device/my/api"]
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_form_that_is_none_is_refused(screen: Screen) -> None:
    said = screen.page.evaluate("simdevice.export('gif').catch((error) => error.message)")
    assert said == "'form' must be one of pcapng, har, jsonl, html, got 'gif'"
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("200 OK")
