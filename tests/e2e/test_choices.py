"""A library and an example are chosen; what the user wrote is not lost by it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.profile import PROFILES
from tests.e2e.screen import Screen
from tools.examples import read_examples
from tools.site import ROOT

EXAMPLES = read_examples(ROOT / "examples")
TITLES = [example.title for example in EXAMPLES]
MINE = "print('this is mine');\n"


def text_of(title: str) -> str:
    """Return the main file of an example."""
    files = next(example.files for example in EXAMPLES if example.title == title)
    return next(files[name] for name in ("init.js", "init.py") if name in files).decode()


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


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


@pytest.mark.parametrize("title", TITLES)
def test_every_example_is_offered_and_runs(page: Page, screen: Screen, title: str):
    screen.load(title)
    screen.expect_source(text_of(title))
    screen.press("Run")
    screen.expect_state("running")
    expect(page.get_by_text("edited", exact=True)).to_be_hidden()


def test_the_page_offers_the_examples_by_language_and_no_more(page: Page, screen: Screen):
    menu = page.get_by_label("Example", exact=True)
    assert menu.locator("option").all_text_contents() == ["Examples", *TITLES]
    groups = [group.get_attribute("label") for group in menu.locator("optgroup").all()]
    assert groups == list(dict.fromkeys(example.language for example in EXAMPLES))


def test_an_example_says_what_it_is_about_and_what_to_try(page: Page, screen: Screen):
    example = next(example for example in EXAMPLES if example.about and example.tip)
    screen.load(example.title)
    firmware = page.get_by_role("region", name="Firmware")
    expect(firmware).to_contain_text(example.about)
    expect(firmware).to_contain_text(f"Try: {example.tip}")


def test_examples_that_cannot_be_loaded_are_told(page: Page, screen: Screen):
    page.context.route("**/examples.json", lambda route: route.abort())
    screen.load("chat")
    expect(page.get_by_role("alert").filter(has_text="The examples could not be loaded")).to_be_visible()
    page.context.unroute("**/examples.json")
    screen.load("chat")
    screen.expect_source(text_of("chat"))


def test_run_waits_for_an_example_that_is_on_its_way(page: Page, screen: Screen):
    held: list = []
    page.context.route("**/examples.json", lambda route: held.append(route))
    screen.load("echo")
    screen.press("Run")
    expect(screen.files).to_have_text(["init.js"])
    held[0].continue_()
    expect(screen.endpoints).to_have_count(3)


def test_the_users_own_text_comes_back_after_an_example(page: Page, screen: Screen):
    expect(back(page)).to_be_hidden()
    screen.write(MINE)
    screen.load("chat")
    screen.expect_source(text_of("chat"))
    page.reload()
    screen.expect_source(text_of("chat"))
    back(page).click()
    screen.expect_source(MINE)
    expect(back(page)).to_be_hidden()
    expect(page.get_by_label("Example", exact=True)).to_have_value("")


def test_an_edited_example_is_the_users_own_too(page: Page, screen: Screen):
    screen.write(MINE)
    screen.load("echo")
    screen.expect_source(text_of("echo"))
    screen.write("# changed\n" + text_of("echo"))
    screen.load("chat")
    screen.expect_source(text_of("chat"))
    own = page.get_by_label("Example", exact=True).locator("optgroup[label='My firmware'] option")
    expected = [
        f"init.py, {text_of('echo').count(chr(10)) + 2} lines: # changed",
        "init.js, 2 lines: print('this is mine');",
    ]
    expect(own).to_have_text(expected)
    back(page).click()
    screen.expect_source("# changed\n" + text_of("echo"))
    screen.load("init.js, 2 lines: print('this is mine');")
    screen.expect_source(MINE)


def test_an_edited_example_is_reset_and_what_was_written_is_kept_aside(page: Page, screen: Screen):
    screen.load("echo")
    screen.expect_source(text_of("echo"))
    screen.write("# changed\n")
    page.get_by_role("button", name="File menu").click()
    page.get_by_role("button", name="Reset to the example echo").click()
    screen.expect_source(text_of("echo"))
    back(page).click()
    screen.expect_source("# changed\n")


def test_a_file_that_is_opened_puts_the_users_own_text_aside(page: Page, screen: Screen):
    screen.write(MINE)
    screen.open_files({"lamp.py": "print('lamp')\n"})
    screen.expect_source("print('lamp')\n")
    back(page).click()
    screen.expect_source(MINE)
