"""RPC methods are listed beside the endpoints and can be tried there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

METHODS = """\
def add(args):
    return args['a'] + args['b']

def refuse(args):
    return {'error': 418, 'message': 'only <b>tea</b> here'}

RPC.addHandler('Sum', add)
RPC.addHandler('Coffee.Make', refuse)
RPC.addHandler('Any.*', lambda args: 'any')
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    screen = Screen(page).open(site)
    screen.run(METHODS)
    expect(screen.methods).to_have_count(3)
    return screen


def try_method(screen: Screen, name: str, params: str):
    """Call a method from its form and return where its result is shown."""
    screen.press(f"Try {name}")
    field = screen.page.get_by_label(f"Parameters of {name}, as JSON")
    expect(field).to_be_focused()
    field.fill(params)
    field.press("Enter")
    return screen.page.get_by_label(f"Result of {name}")


def test_the_firmwares_methods_are_listed_with_their_lines_and_calls(page: Page, screen: Screen):
    row = screen.methods.first
    for text in ("Sum", "init.py:1", "never"):
        expect(row).to_contain_text(text)
    row.get_by_role("button", name="init.py:1").click()
    expect(page.locator(".cm-activeLine").first).to_contain_text("def add(args):")


def test_the_built_in_methods_are_folded_away(page: Page, screen: Screen):
    built_in = page.get_by_role("table", name="Built-in RPC methods")
    expect(built_in).to_be_hidden()
    page.get_by_text("15 built in").click()
    expect(built_in.get_by_role("row", name="Sys.GetInfo")).to_contain_text("built in")
    expect(try_method(screen, "RPC.Ping", "")).to_contain_text("channel_info")


def test_a_method_is_called_over_http_and_its_result_shown(page: Page, screen: Screen):
    expect(try_method(screen, "Sum", '{"a": 2, "b": 40}')).to_have_text("42")
    cells = screen.methods.first.get_by_role("cell")
    expect(cells.nth(0)).to_have_text("1")
    expect(cells.nth(1)).to_have_text("0")
    expect(screen.messages.nth(-2)).to_contain_text("POST /rpc/Sum")
    expect(screen.console).to_contain_text('RPC Sum({"a": 2, "b": 40}) by http: 42')


def test_a_failure_is_shown_with_its_code_and_as_text(page: Page, screen: Screen):
    expect(try_method(screen, "Coffee.Make", "")).to_have_text("Failed with 418 only <b>tea</b> here")
    row = screen.methods.filter(has_text="init.py:4")
    expect(row.get_by_role("cell").nth(1)).to_have_text("418")
    expect(screen.console).to_contain_text("RPC Coffee.Make() by http: failed with 418: only <b>tea</b> here")
    assert page.locator("b", has_text="tea").count() == 0


def test_a_method_that_fails_is_told(page: Page, screen: Screen):
    expect(try_method(screen, "Sum", '{"a": 2}')).to_contain_text("Failed with 500")
    expect(screen.console).to_contain_text("KeyError: 'b'")


def test_a_pattern_is_called_by_a_name_that_fits_it(page: Page, screen: Screen):
    screen.press("Try Any.*")
    page.get_by_label("Name of the method").fill("Any.Thing")
    page.get_by_label("Parameters of Any.*").press("Enter")
    expect(page.get_by_label("Result of Any.*")).to_have_text("any")
    expect(screen.messages.nth(-2)).to_contain_text("POST /rpc/Any.Thing")


def test_a_call_over_a_websocket_counts_too(page: Page, screen: Screen):
    screen.connect("/rpc")
    expect(screen.socket_state).to_have_text("Connected")
    screen.say('{"id": 1, "src": "me", "method": "Sum", "params": {"a": 1, "b": 2}}')
    expect(screen.frames).to_contain_text('"result":3')
    expect(screen.methods.first.get_by_role("cell").nth(0)).to_have_text("1")
    expect(screen.console).to_contain_text("by ws: 3")


def test_there_are_no_methods_without_a_device(page: Page, screen: Screen):
    screen.press("Stop")
    methods = page.get_by_role("group", name="RPC methods")
    expect(methods.get_by_text("No device is running.")).to_be_visible()
