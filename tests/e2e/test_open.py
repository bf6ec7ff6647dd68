"""The page opens, becomes live by itself, and says so when it cannot."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.screen import Screen

pytestmark = pytest.mark.first_visit


def test_the_example_answers_without_anything_being_done(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.expect_state("running")
    expect(screen.state).to_contain_text("Running")
    expect(screen.body()).to_have_text("  hello! \n", use_inner_text=False)
    marks = page.evaluate("performance.getEntriesByType('mark').map((mark) => mark.name)")
    assert marks == ["sim:python", "sim:live"]
    assert screen.problems == []


def test_the_endpoint_is_listed_with_its_handler_its_hits_and_its_last_status(page: Page, site: str):
    screen = Screen(page).open(site)
    expect(screen.endpoints).to_have_count(1)
    for text in ("/my/api", "function", "init.js:2"):
        expect(screen.endpoints.first).to_contain_text(text)
    cells = screen.endpoints.first.get_by_role("cell")
    expect(cells.nth(1)).to_have_text("1")
    expect(cells.nth(2)).to_have_text("200")


def test_the_connection_is_listed_with_its_addresses_state_and_bytes(page: Page, site: str):
    screen = Screen(page).open(site)
    expect(screen.connections).to_have_count(1)
    for text in (":80", "TCP inbound", "CLOSED", "27 B"):
        expect(screen.connections.first).to_contain_text(text)


def test_both_messages_are_in_the_traffic(page: Page, site: str):
    screen = Screen(page).open(site)
    expect(screen.messages).to_have_count(2)
    expect(screen.messages.first).to_contain_text("GET /my/api")
    expect(screen.messages.last).to_contain_text("200 OK")


def test_the_page_works_below_any_path(page: Page, serve):
    screen = Screen(page).open(serve(prefix="/some/where/"))
    screen.expect_state("running")
    assert screen.problems == []


def test_the_package_as_micropip_installs_it_works_too(page: Page, site: str):
    screen = Screen(page).open(f"{site}?install=micropip")
    expect(screen.body()).to_have_text("  hello! \n", use_inner_text=False)
    assert screen.problems == []


def test_the_stages_of_the_start_are_named(page: Page, site: str):
    held: list[Route] = []
    page.context.route("**/pyodide/image.bin?*", lambda route: held.append(route))
    # As the page's own script sees it, so that no later stage is missed
    page.add_init_script("""
        globalThis.stages = [];
        new MutationObserver(() => {
          const state = document.querySelector("output.state")?.textContent.replace(/\\s+/g, " ").trim();
          if (state && state !== globalThis.stages.at(-1)) globalThis.stages.push(state);
        }).observe(document, { childList: true, subtree: true, characterData: true });
    """)
    screen = Screen(page)
    page.goto(site)
    expect(screen.state).to_contain_text("loading Python")
    [route] = held
    route.continue_()
    expect(screen.answer).to_contain_text("200 OK")
    stages = page.evaluate("globalThis.stages")
    assert stages[0].startswith("Starting")
    assert any("starting Python" in stage for stage in stages)
    assert stages[-1] == "Running"


@pytest.mark.parametrize("file", ["pyodide/pyodide.asm.wasm", "pyodide/image.bin", "worker.js"])
def test_a_missing_file_is_told_in_a_sentence_and_retry_starts_again(page: Page, site: str, file: str):
    page.context.route(f"**/{file}*", lambda route: route.abort())
    screen = Screen(page)
    page.goto(site)
    screen.expect_state("failed")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Python cannot start here: ")
    expect(alert).to_contain_text("could not be loaded")
    if file != "worker.js":
        expect(alert).to_contain_text(file)
    page.context.unroute(f"**/{file}*")
    screen.press("Retry")
    expect(screen.answer).to_contain_text("200 OK")
    expect(alert).to_be_hidden()


def test_a_policy_that_rules_webassembly_out_is_named(page: Page, serve):
    screen = Screen(page)
    page.goto(serve(headers={"Content-Security-Policy": "script-src 'self'"}))
    screen.expect_state("failed")
    expect(page.get_by_role("alert")).to_contain_text("content security policy")


def test_a_browser_without_webassembly_is_told_so(page: Page, site: str):
    def without(route):
        response = route.fetch()
        route.fulfill(response=response, body="delete globalThis.WebAssembly;" + response.text())

    page.context.route("**/worker.js", without)
    screen = Screen(page)
    page.goto(site)
    screen.expect_state("failed")
    expect(page.get_by_role("alert")).to_contain_text("no WebAssembly")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("delete globalThis.Worker;", "Worker is not defined"),
        ("globalThis.Worker = class { constructor() { throw new Error('workers are off'); } };", "workers are off"),
    ],
)
def test_a_browser_without_workers_is_told_so(page: Page, site: str, script: str, said: str):
    page.add_init_script(script)
    screen = Screen(page)
    page.goto(site)
    screen.expect_state("failed")
    expect(page.get_by_role("alert")).to_contain_text(f"Python cannot start here: {said}.")


def test_a_page_whose_first_script_is_missing_says_so(page: Page, site: str):
    page.context.route("**/first.js", lambda route: route.abort())
    page.goto(site)
    expect(page.get_by_role("alert")).to_contain_text("Python cannot start here: first.js could not be loaded.")


def test_a_start_that_gets_nowhere_is_given_up_after_20_seconds(page: Page, site: str):
    page.clock.install()
    page.context.route("**/worker.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    screen = Screen(page)
    page.goto(site)
    screen.expect_state("loading")
    page.clock.run_for(20_000)
    screen.expect_state("failed")
    expect(page.get_by_role("alert")).to_contain_text("nothing has happened for 20 seconds")


def test_nothing_leaves_the_origin_and_no_policy_is_broken_in_a_whole_session(page: Page, site: str):
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    screen = Screen(page)
    page.add_init_script("""
        globalThis.violations = [];
        document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
    """)
    screen.open(site)
    screen.send("POST", "/other")
    expect(screen.answer).to_contain_text("404")
    screen.run("print('second')\n")
    expect(screen.console).to_contain_text("second")
    screen.press("Restart")
    screen.press("Stop")
    screen.expect_state("stopped")
    assert all(url.startswith(site) for url in asked), json.dumps(asked)
    assert page.evaluate("globalThis.violations") == []
    assert screen.problems == []


def test_a_worker_that_dies_is_told_and_replaced(page: Page, site: str):
    screen = Screen(page).open(site)
    page.workers[0].evaluate("void setTimeout(() => { throw new Error('out of luck'); })")
    screen.expect_state("failed")
    expect(page.get_by_role("alert")).to_contain_text("out of luck")
    screen.press("Retry")
    screen.expect_state("running")
    expect(screen.answer).to_contain_text("200 OK")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (700, 520), (390, 844), (320, 568)])
def test_no_size_of_the_window_cuts_anything_off_at_the_side(page: Page, site: str, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    screen = Screen(page).open(site)
    expect(screen.messages.last).to_contain_text("200 OK")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None, button
        assert box["x"] >= 0, button
        assert box["x"] + box["width"] <= width, button
