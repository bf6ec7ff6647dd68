"""Until the device is there, the page shows a recorded run of the example; the device takes its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.screen import Screen
from tests.loads import before_live

BOXES = """() => {
  const boxes = {};
  const parts = ["section", ".bar", ".lane-row", "tbody tr", "[role=log] .line", ".answer", ".answer > *", "#part"];
  for (const part of parts) {
    const shown = [...document.querySelectorAll(part)].filter((element) => element.checkVisibility());
    shown.forEach((element, i) => (boxes[`${part} ${i}`] = element.getBoundingClientRect().toJSON()));
  }
  return boxes;
}"""
PAUSE_WHEN_LIVE = """() => {
  const pause = [...document.querySelectorAll(".traffic button")].find(({ textContent }) => textContent === "Pause");
  new MutationObserver(() => "recorded" in document.body.dataset || pause.click()).observe(
    document.body, { attributeFilter: ["data-recorded"] });
}"""
LIVE = "performance.getEntriesByName('sim:live').length"


@pytest.fixture
def held(page: Page) -> Iterator[Callable[[], None]]:
    """Hold the worker's script back; gives what lets it go."""
    waiting: list[Route] = []
    page.route("**/worker.js", lambda route: waiting.append(route))

    def free() -> None:
        while waiting:
            waiting.pop().continue_()
        page.unroute("**/worker.js")

    yield free
    free()


@pytest.fixture
def screen(page: Page, site: str, held: Callable[[], None]) -> Screen:
    """The page whose worker is not there yet."""
    page.goto(site)
    return Screen(page, recorded=True)


def marks(page: Page) -> list[str]:
    """Return the words of the marks that are to be seen."""
    shown = page.locator(".recorded").filter(visible=True)
    return shown.all_inner_texts()


def test_all_columns_show_the_recorded_run_and_say_so_before_python_is_there(screen: Screen, page: Page):
    expect(screen.source).to_have_value(re.compile("add_endpoint"))
    expect(screen.console).to_contain_text("init.js started (boot 1)")
    expect(screen.endpoints).to_have_count(1)
    expect(screen.endpoints).to_contain_text(re.compile(r"/my/api[\s\S]*200"))
    expect(screen.connections).to_have_count(1)
    expect(screen.messages).to_have_count(2)
    expect(screen.messages.last).to_contain_text("200 OK")
    expect(screen.inspector).to_contain_text("200 OK")
    expect(screen.body()).to_have_text("  hello! ")
    for part in ("Traffic", "Console", "Endpoints"):
        expect(page.get_by_role("region", name=part).get_by_text("recorded", exact=True)).to_be_visible()
    expect(screen.answer.get_by_text("recorded", exact=True)).to_be_visible()
    expect(page.get_by_text("What this page shows is recorded")).to_have_count(1)
    assert page.locator("body").get_attribute("data-state") == "loading"


def test_what_is_recorded_can_be_looked_at_but_nothing_can_be_sent_or_run(screen: Screen, page: Page):
    screen.messages.first.click()
    expect(screen.inspect("Bytes")).to_contain_text("Value of Host")
    screen.press("Try /my/api")
    expect(page.get_by_label("Path", exact=True)).to_be_focused()
    for name in ("Send", "Run", "Stop", "Restart", "Type"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()


def test_no_program_and_no_trace_gets_what_is_recorded(screen: Screen, page: Page):
    expect(screen.messages).to_have_count(2)
    assert page.evaluate("[simdevice.records(), simdevice.state.device, traceOfTest]") == [[], None, []]


def test_the_device_takes_the_place_of_the_recorded_run_and_nothing_moves(screen: Screen, page: Page, held):
    expect(screen.inspector).to_contain_text("200 OK")
    before: dict[str, object] = page.evaluate(BOXES)
    held()
    screen.expect_live()
    screen.expect_state("running")
    expect(screen.messages).to_have_count(2)
    assert marks(page) == []
    assert page.evaluate("traceOfTest.filter(({ type }) => type.startsWith('http.')).length") == 2
    after = page.evaluate(BOXES)
    assert {name: (before.get(name), box) for name, box in after.items() if box != before.get(name)} == {}


def test_an_own_firmware_is_not_shown_with_the_traffic_of_the_example(page: Page, site: str, held):
    screen = Screen(page)
    held()
    screen.open(site)
    screen.run("print('mine')\n")
    expect(screen.console).to_contain_text("mine")
    page.route("**/worker.js", lambda route: None)
    page.reload()
    expect(page.get_by_text("The device is starting.")).to_be_visible()
    expect(screen.messages).to_have_count(0)
    assert marks(page) == []
    page.unroute("**/worker.js")


@pytest.mark.parametrize("options", ["?headless=1", "?embed=1", "?lesson=first-endpoint"])
def test_a_page_that_opens_with_something_else_shows_nothing_recorded(page: Page, site: str, options: str, held):
    page.goto(f"{site}{options}")
    expect(page.locator("sim-firmware textarea")).to_have_count(1)
    expect(page.locator("body[data-recorded]")).to_have_count(0)


def test_a_device_that_fails_is_shown_in_place_of_the_recorded_run(page: Page, site: str):
    page.route("**/worker.js", lambda route: route.fulfill(body="throw new Error('broken')"))
    page.goto(site)
    screen = Screen(page)
    screen.expect_state("failed")
    screen.expect_live()
    expect(screen.messages).to_have_count(0)
    page.unroute("**/worker.js")


@pytest.mark.first_visit
def test_nothing_is_loaded_before_the_device_lives_but_what_the_budget_counts(page: Page, site: str):
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(urlsplit(request.url).path.lstrip("/") or "index.html"))
    Screen(page).open(site)
    assert page.evaluate(LIVE) == 1
    assert set(loaded) - set(before_live()) == set()
    assert {"pyodide/image.bin", "main.js"} <= set(loaded)


def test_what_is_pressed_as_soon_as_the_device_is_there_holds(screen: Screen, page: Page, held: Callable[[], None]):
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})  # each part in a frame
    page.evaluate(PAUSE_WHEN_LIVE)
    held()
    screen.expect_live()
    pause = page.get_by_role("region", name="Traffic").get_by_role("button", name="Pause")
    expect(pause).to_have_attribute("aria-pressed", "true")
    screen.send("GET", "/other")
    expect(page.get_by_text(re.compile("paused, [1-9] new"))).to_be_visible()
