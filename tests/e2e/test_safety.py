"""Whatever a device says is shown as text, never taken as markup."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.screen import Screen

MARKUP = "<img src=x onerror=document.title='broken'>"

HOSTILE = f"""\
MARKUP = {MARKUP!r}
print(MARKUP)

def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 ' + MARKUP + '\\r\\nX-Html: ' + MARKUP + '\\r\\n\\r\\n' + MARKUP)
        Net.disconnect(conn)

answer.__name__ = MARKUP
HTTP.add_endpoint(HTTP.get_system_server(), '/' + MARKUP, answer)
HTTP.add_endpoint(HTTP.get_system_server(), '/plain', answer)
"""


def test_markup_of_the_device_stays_text_everywhere(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(HOSTILE)
    expect(screen.console).to_contain_text(MARKUP)
    expect(screen.endpoints.first).to_contain_text("/" + MARKUP)
    screen.send("GET", "/plain")
    expect(screen.body()).to_have_text(MARKUP)
    expect(screen.answer).to_contain_text("200 " + MARKUP)
    expect(screen.messages.last).to_contain_text(MARKUP)
    row = screen.inspect("Headers").get_by_role("table", name="Headers").get_by_role("row", name="X-Html")
    expect(row).to_contain_text(MARKUP)
    expect(screen.inspect("Body").get_by_role("group", name="Body")).to_have_text(MARKUP)
    screen.run(f"raise ValueError({MARKUP!r})")
    expect(screen.console).to_contain_text(f"ValueError: {MARKUP}")
    assert page.locator("img").count() == 0
    expect(page).to_have_title("mos-sim")
    assert screen.problems == []


def test_the_browser_itself_refuses_to_take_text_as_markup(page: Page, site: str):
    Screen(page).open(site)
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<b>bold</b>'")
