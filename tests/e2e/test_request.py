"""The request line sends what is written and shows what comes back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

ECHO = """\
def echo(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 201 Made\\r\\nContent-Type: text/plain\\r\\n\\r\\n' + repr(ev_data))
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/echo', echo)
"""

SILENT = """\
def silent(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/silent', silent)
"""


def test_a_request_is_answered_with_status_and_body(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(ECHO)
    screen.send("PUT", "/echo?a=1")
    expect(screen.answer).to_contain_text("201 Made")
    expect(screen.messages.nth(-2)).to_contain_text("PUT /echo?a=1")


def test_a_path_without_endpoint_is_answered_404(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.send("GET", "/nowhere")
    expect(screen.answer).to_contain_text("404")
    expect(screen.endpoints.first.get_by_role("cell").nth(1)).to_have_text("1")


def test_a_handler_that_disconnects_without_a_word_is_told(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run(SILENT)
    screen.send("GET", "/silent")
    expect(screen.answer).to_contain_text("closed")
    expect(screen.endpoints.first.get_by_role("cell").nth(1)).to_have_text("1")


def test_headers_a_body_and_a_method_of_ones_own_are_sent(page: Page, site: str):
    screen = Screen(page).open(site)
    page.get_by_label("Method", exact=True).select_option("Other…")
    page.get_by_label("Other method").fill("BREW")
    page.get_by_text("Headers and body").click()
    page.get_by_label("Headers, one in a line").fill("X-One: 1\nX-Two: zwei")
    page.get_by_role("group").get_by_label("Body", exact=True).fill("grüße")
    page.get_by_label("Path", exact=True).fill("/my/api")
    page.get_by_role("button", name="Send").click()
    expect(screen.messages).to_have_count(4)
    request = screen.messages.nth(2)
    expect(request).to_contain_text("BREW /my/api")
    request.click()
    headers = screen.inspect("Headers").get_by_role("table", name="Headers")
    expect(headers.get_by_role("row", name="X-One")).to_contain_text("1")
    expect(headers.get_by_role("row", name="X-Two")).to_contain_text("zwei")
    expect(headers.get_by_role("row", name="Content-Length")).to_contain_text("7")
    expect(screen.inspect("Body").get_by_role("group", name="Body")).to_have_text("grüße")
    screen.inspector.get_by_role("button", name="Hex").click()
    expect(screen.inspector.get_by_role("group", name="Bytes")).to_contain_text("67 72 c3 bc c3 9f 65")


def test_an_endpoints_button_fills_the_request_line(page: Page, site: str):
    screen = Screen(page).open(site)
    page.get_by_label("Path", exact=True).fill("/something/else")
    page.get_by_role("button", name="Try /my/api").click()
    path = page.get_by_label("Path", exact=True)
    expect(path).to_have_value("/my/api")
    expect(path).to_be_focused()
    page.keyboard.press("Enter")
    expect(screen.messages).to_have_count(4)
    expect(screen.endpoints.first.get_by_role("cell").nth(1)).to_have_text("2")
