"""A library and an example are chosen; what the user wrote is not lost by it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.profile import PROFILES
from tests.e2e.screen import Screen
from tools.site import ROOT

EXAMPLES = {path.stem: path.read_text("utf-8") for path in (ROOT / "examples").glob("*.py")}
MINE = "print('this is mine')\n"


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


def editor(page: Page) -> Locator:
    """The editor, whatever file is in it."""
    return page.get_by_role("region", name="Firmware").get_by_role("textbox")


def back(page: Page) -> Locator:
    return page.get_by_role("button", name="Back to my firmware")


def test_every_profile_is_offered_with_a_line_about_it(page: Page, screen: Screen):
    library = page.get_by_label("Library")
    assert sorted(library.locator("option").all_text_contents()) == sorted(PROFILES)
    expect(library).to_have_accessible_description("As the API documentation promises.")


def test_run_boots_with_the_chosen_library_and_a_reload_keeps_it(page: Page, screen: Screen):
    expect(page.get_by_role("banner")).not_to_contain_text("as documented")
    page.get_by_label("Library").select_option("mongoose-6.7")
    expect(page.get_by_text("other library", exact=True)).to_be_visible()
    screen.press("Run")
    expect(page.get_by_role("banner")).to_contain_text("as mongoose-6.7")
    expect(page.get_by_text("other library", exact=True)).to_be_hidden()
    page.reload()
    expect(page.get_by_role("banner")).to_contain_text("as mongoose-6.7")
    expect(page.get_by_label("Library")).to_have_value("mongoose-6.7")
    page.get_by_label("Library").select_option("documented")
    screen.press("Run")
    expect(page.get_by_role("banner")).not_to_contain_text("as ")


def test_the_library_decides_how_the_device_answers(page: Page, screen: Screen):
    screen.send("GET", "/nowhere")
    expect(screen.inspect("Headers")).to_contain_text("Mongoose/6.7")
    page.get_by_label("Library").select_option("mongoose-6.18")
    screen.press("Run")
    expect(page.get_by_role("banner")).to_contain_text("as mongoose-6.18")
    expect(screen.messages).to_have_count(0)
    screen.send("GET", "/nowhere")
    expect(screen.inspector).to_contain_text("Mongoose/6.18")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_offered_and_runs(page: Page, screen: Screen, name: str):
    screen.load(name)
    expect(editor(page)).to_have_value(EXAMPLES[name])
    screen.press("Run")
    screen.expect_state("running")
    expect(page.get_by_text("edited", exact=True)).to_be_hidden()


def test_the_page_offers_no_more_than_the_examples(page: Page, screen: Screen):
    options = page.get_by_label("Example", exact=True).locator("option").all_text_contents()
    assert sorted(options) == sorted([*EXAMPLES, "Examples"])


def test_the_users_own_text_comes_back_after_an_example(page: Page, screen: Screen):
    expect(back(page)).to_be_hidden()
    screen.source.fill(MINE)
    screen.load("chat")
    expect(editor(page)).to_have_value(EXAMPLES["chat"])
    page.reload()
    expect(editor(page)).to_have_value(EXAMPLES["chat"])
    back(page).click()
    expect(screen.source).to_have_value(MINE)
    expect(back(page)).to_be_hidden()
    expect(page.get_by_label("Example", exact=True)).to_have_value("")


def test_an_edited_example_is_the_users_own_too(page: Page, screen: Screen):
    screen.source.fill(MINE)
    screen.load("echo")
    expect(editor(page)).to_have_value(EXAMPLES["echo"])
    editor(page).fill("# changed\n" + EXAMPLES["echo"])
    screen.load("chat")
    own = page.get_by_label("Example", exact=True).locator("optgroup option")
    expected = [
        f"echo.py, {EXAMPLES['echo'].count(chr(10)) + 2} lines: # changed",
        "init.py, 2 lines: print('this is mine')",
    ]
    expect(own).to_have_text(expected)
    screen.load("init.py, 2 lines: print('this is mine')")
    expect(screen.source).to_have_value(MINE)
    back(page).click()
    expect(editor(page)).to_have_value("# changed\n" + EXAMPLES["echo"])


def test_a_file_that_is_opened_puts_the_users_own_text_aside(page: Page, screen: Screen):
    screen.source.fill(MINE)
    page.get_by_label("Open a .py file").set_input_files(
        {"name": "lamp.py", "mimeType": "text/x-python", "buffer": b"print('lamp')\n"}
    )
    expect(editor(page)).to_have_value("print('lamp')\n")
    back(page).click()
    expect(screen.source).to_have_value(MINE)
