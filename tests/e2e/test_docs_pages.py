"""The documentation in a browser: its devices run, its search finds, and nothing asks another origin."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.e2e.test_views import AXE
from tools.fences import find_fences
from tools.site import ROOT

expect.set_options(timeout=20_000)

# The rest of the frame around the text is the theme's affair
CONTRAST = """async () => {
  const { violations } = await axe.run(document, { iframes: false, runOnly: ["color-contrast"] });
  return violations.flatMap(({ nodes }) => nodes.map(({ target, any }) => `${target} ${any[0].message}`));
}"""


@pytest.fixture
def docs(site: str) -> str:
    """The address of the documentation."""
    return f"{site}docs/"


def device(page: Page, label: str) -> FrameLocator:
    """Return what is in the frame of a device."""
    return page.get_by_title(label).content_frame


def test_the_device_at_home_starts_when_it_is_wanted_and_answers(page: Page, docs: str):
    page.goto(docs)
    frame = device(page, "A device that says hello")
    frame.get_by_role("button", name="Start device").click()
    expect(frame.get_by_role("table", name="Endpoints")).to_contain_text("/my/api")
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("status", name="Answer")).to_contain_text("200 OK")


def test_a_lesson_begins_when_it_is_seen_and_is_checked(page: Page, docs: str):
    page.goto(docs)
    page.get_by_role("link", name="lessons").click()
    page.get_by_role("article").get_by_role("link", name="First endpoint").click()
    frame = device(page, "Lesson: First endpoint")
    frame.get_by_role("button", name="Solution").click()
    frame.get_by_role("button", name="Check").click()
    expect(frame.get_by_role("heading", name="First endpoint")).to_be_visible()
    expect(frame.get_by_role("status", name="Result")).to_have_text("All checks pass. Well done.")


def test_a_device_within_a_text_shows_what_it_prints(page: Page, docs: str):
    page.goto(f"{docs}howto/embed.html")
    frame = device(page, "A device that counts")
    frame.get_by_role("button", name="Start device").click()
    expect(frame.get_by_role("log", name="Console")).to_contain_text("up for")


def test_an_example_of_the_reference_runs_when_it_is_opened_and_loads_nothing_before(page: Page, docs: str):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{docs}reference/timer.html")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "embed.html" in url or "pyodide" in url] == []
    page.get_by_text("Run it here").first.click()
    expect(
        page.locator("details[open] sim-device iframe").content_frame.get_by_role("log", name="Console")
    ).to_contain_text("tick")


def test_a_device_that_waits_follows_the_colours_of_the_page(page: Page, docs: str):
    page.emulate_media(color_scheme="light")
    page.goto(docs)
    shown = page.locator("sim-device")
    expect(shown).to_have_attribute("theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(shown).to_have_attribute("theme", "dark")
    expect(device(page, "A device that says hello").locator("html")).to_have_css("color-scheme", "dark")


def test_the_search_finds_a_function_without_any_other_host(page: Page, docs: str):
    page.goto(docs)
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("combobox", name="Search").fill("endpoint")
    page.get_by_role("option").filter(has_text="endpoint.added").first.click()
    expect(page).to_have_url(re.compile("reference/trace.html"))


@pytest.mark.parametrize(
    "name", ["index.html", "howto/pytest.html", "reference/network.html", "reference/api/sim.html"]
)
def test_a_page_fits_on_a_phone_and_can_be_read_by_day_and_by_night(page: Page, docs: str, name: str):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{docs}{name}")
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("body")).to_have_attribute(
            "data-md-color-scheme", {"light": "default", "dark": "slate"}[scheme]
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(CONTRAST) == []


IN_PAGE = {
    path.relative_to(ROOT).as_posix(): fences
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if (fences := [fence for fence in find_fences(path.read_text("utf-8")) if "page" in fence.words])
}
RUN_JS = """async (source) => {
  console.assert = (holds, ...rest) => { if (!holds) throw new Error(`does not hold: ${rest}`); };
  const AsyncFunction = (async () => {}).constructor;
  await new AsyncFunction(source)();
}"""
RUN_PY = """async (source) => {
  await simdevice.ready;
  const { failure } = await simdevice.run({ "init.py": source });
  if (failure) throw new Error(failure.message);
}"""


@pytest.mark.parametrize("name", IN_PAGE)
def test_programs_for_the_page_run_in_it_one_after_the_other(page: Page, site: str, name: str):
    page.goto(f"{site}?headless=1")
    for fence in IN_PAGE[name]:
        page.evaluate({"js": RUN_JS, "py": RUN_PY}[fence.language], fence.source)
    assert page.evaluate("simdevice.state.state") == "running"
