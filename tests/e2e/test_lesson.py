"""A lesson is read beside the editor, checked by what the device does, and left again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.lesson import parse
from tests.e2e.screen import Screen
from tools.site import ROOT

FIRST = parse((ROOT / "lessons" / "first-endpoint.md").read_text("utf-8"))
WRONG = FIRST.solution["init.js"].replace("200 OK", "500 Oh")


def checks(page: Page) -> Locator:
    return page.get_by_role("list", name="Checks").get_by_role("listitem")


def states(page: Page) -> list[str | None]:
    return [item.get_attribute("data-check") for item in checks(page).all()]


def result(page: Page) -> Locator:
    return page.get_by_role("status", name="Result")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Lesson").get_by_role("button", name=name, exact=True)


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    """The page in its first lesson."""
    screen = Screen(page)
    page.goto(f"{site}?lesson=first-endpoint")
    expect(page.get_by_role("heading", name="First endpoint")).to_be_visible()
    screen.expect_state("running")
    return screen


def test_the_first_lesson_is_done_with_the_keyboard_alone(page: Page, screen: Screen):
    expect(checks(page)).to_have_count(len(FIRST.checks))
    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    button(page, "Next").focus()
    for step in (2, 3, 4):
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"Step {step} of 4")).to_be_visible()
    button(page, "Check").focus()
    page.keyboard.press("Enter")
    expect(result(page)).to_have_text("1 of 4 checks pass.")
    assert states(page) == ["open", "fail", "fail", "pass"]
    expect(checks(page).nth(1)).to_contain_text("GET /hello was answered 404 Not Found, not 200 (record ")
    page.get_by_role("tab", name="init.js").focus()
    page.keyboard.press("Tab")
    screen.enter()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(FIRST.solution["init.js"])
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    button(page, "Check").focus()
    page.keyboard.press("Enter")
    expect(result(page)).to_have_text("All checks pass. Well done.")
    assert states(page) == ["pass"] * 4
    assert screen.problems == []


def test_the_request_line_holds_what_the_lesson_tries_first(page: Page, screen: Screen):
    expect(page.get_by_label("Path", exact=True)).to_have_value("/hello")


def test_a_failing_check_opens_the_message(page: Page, screen: Screen):
    screen.open_files({"init.js": WRONG})
    button(page, "Check").click()
    expect(checks(page).nth(1)).to_contain_text("GET /hello was answered 500 Oh, not 200")
    checks(page).nth(1).get_by_role("button", name="Show the message").click()
    expect(screen.inspector).to_contain_text("500")
    expect(screen.chosen).to_contain_text("500")


def test_hints_come_one_by_one_and_the_solution_is_put_into_the_editor(page: Page, screen: Screen):
    hints = page.get_by_role("list", name="Hints").get_by_role("listitem")
    for count in (1, 2, 3):
        button(page, "Hint").click()
        expect(hints).to_have_count(count)
    expect(button(page, "Hint")).to_be_disabled()
    button(page, "Solution").click()
    screen.expect_source(FIRST.solution["init.js"])
    button(page, "Check").click()
    expect(result(page)).to_have_text("All checks pass. Well done.")
    button(page, "Reset").click()
    screen.expect_source(FIRST.start["init.js"])
    expect(result(page)).to_have_text("")


def test_what_is_tried_can_be_sent(page: Page, screen: Screen):
    page.get_by_text("What Check tries").click()
    page.get_by_role("region", name="Lesson").get_by_role("button", name="Send").first.click()
    expect(screen.answer).to_contain_text("404 Not Found")


def test_a_lesson_is_chosen_from_the_menu_and_left_and_the_users_own_is_kept(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.run("print('mine');", "init.js")
    menu = page.get_by_label("Lessons")
    expect(menu.locator("option")).to_have_count(7)
    menu.select_option("client")
    expect(page.get_by_role("heading", name="Client and failure")).to_be_visible()
    expect(screen.files).to_have_text(["init.js", "hosts/cloud.js"])
    button(page, "Leave").click()
    expect(page.get_by_role("region", name="Lesson")).to_be_hidden()
    page.get_by_role("button", name="Back to my firmware").click()
    screen.expect_source("print('mine');")


def test_a_lesson_with_another_host_is_checked(page: Page, site: str):
    screen = Screen(page)
    page.goto(f"{site}?lesson=client")
    screen.expect_state("running")
    button(page, "Solution").click()
    button(page, "Check").click()
    expect(result(page)).to_have_text("All checks pass. Well done.")


OWN = """+++
title = "<b>Mine</b>"
start = ""
solution = "print('x');"
[[check]]
text = "<i>It</i> prints x"
kind = "console"
says = "x"
+++
<img src=x onerror="document.title='broken'"> and <script>document.title='broken'</script>

[a link](javascript:alert(1)) [another](https://example.org/) ![image](https://example.org/x.png)

## Step *two*
"""


def test_a_lesson_of_the_users_own_is_text_and_no_markup(page: Page, site: str):
    screen = Screen(page).open(site)
    screen.open_files({"mine.md": OWN})
    lesson = page.get_by_role("region", name="Lesson")
    expect(page.get_by_role("heading", name="<b>Mine</b>")).to_be_visible()
    expect(lesson).to_contain_text("<img src=x onerror=")
    expect(lesson).to_contain_text("<i>It</i> prints x")
    expect(lesson).to_contain_text("a link (javascript:alert(1))")
    assert lesson.locator("img, script, b, i").count() == 0
    assert [link.get_attribute("href") for link in lesson.get_by_role("link").all()] == ["https://example.org/"]
    assert page.title() == "mos-sim"
    button(page, "Solution").click()
    button(page, "Check").click()
    expect(result(page)).to_have_text("All checks pass. Well done.")
    assert screen.problems == []


def test_what_is_no_lesson_is_said(page: Page, site: str):
    screen = Screen(page)
    page.goto(f"{site}?lesson=nothing")
    expect(page.get_by_role("alert").filter(has_text="There is no lesson called nothing.")).to_be_visible()
    expect(screen.answer).to_contain_text("200 OK")
    screen.open_files({"bad.md": "+++\ntitle = 1\n+++\n"})
    expect(page.get_by_role("alert").filter(has_text="front matter: 'title' must be text")).to_be_visible()
