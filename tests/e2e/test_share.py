"""A project is put into a link, and what a link holds is opened without loss of what is there."""

from __future__ import annotations

import base64
import json
import random
import zlib

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

MINE = "print('this is mine');\n"


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return Screen(page).open(site)


def said(page: Page):
    return page.get_by_role("status", name="Sharing")


def link_of(site: str, value: object) -> str:
    """A link made apart from the page: the format is a promise."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(value if isinstance(value, bytes) else json.dumps(value).encode()) + packer.flush()
    return f"{site}#p={base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def copied(page: Page) -> str:
    page.get_by_role("button", name="Copy link").click()
    expect(said(page)).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert isinstance(link, str)
    return link


def test_a_link_brings_the_whole_project_to_somebody_else(page: Page, screen: Screen, site: str, browser):
    files = {"init.js": "print('shared', 'ünï');", "hosts/cloud.js": "print('cloud');", "logo.png": b"\x89PNG\0\xff"}
    screen.open_files(files)
    page.get_by_label("Library").select_option("mongoose-6.7")
    link = copied(page)
    assert link.startswith(f"{site}#p=")
    assert len(link) < 400
    other = browser.new_context().new_page()
    there = Screen(other)
    other.goto(link)
    there.expect_state("running")
    expect(there.console).to_contain_text("shared")
    expect(there.files).to_have_text(list(files))
    expect(other.get_by_role("banner")).to_contain_text("as mongoose-6.7")
    expect(other.get_by_role("button", name="Back to my firmware")).to_be_hidden()
    assert "#" not in other.url
    other.context.close()


def test_the_users_own_project_is_kept_aside(page: Page, screen: Screen, site: str):
    screen.run(MINE, "init.js")
    page.goto("about:blank")
    page.goto(link_of(site, {"mos": 1, "files": {"init.js": "print('theirs');"}}))
    expect(screen.console).to_contain_text("theirs")
    # A reload keeps what was opened, with changes
    page.reload()
    expect(screen.console).to_contain_text("theirs")
    page.get_by_role("button", name="Back to my firmware").click()
    screen.expect_source(MINE)


def test_a_link_that_is_opened_in_the_running_page_runs_too(page: Page, screen: Screen, site: str):
    page.evaluate("(hash) => { location.hash = hash; }", link_of("", {"files": {"init.js": "print('here');"}})[1:])
    expect(screen.console).to_contain_text("here")


def test_seed_and_main_file_are_those_of_the_link(page: Page, site: str):
    project = {"mos": 1, "files": {"a.js": "print('a');", "b.js": "print('b');"}, "main": "b.js", "seed": 99}
    page.goto(link_of(site, project))
    page.evaluate("simdevice.ready")
    booted = page.evaluate("simdevice.records({type: 'device.booted'}).at(-1)")
    assert (booted["main"], booted["seed"]) == ("b.js", 99)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("about:blank")
    page.goto(link_of(site, project))
    page.evaluate("simdevice.ready")
    again = copied(page)
    page.goto("about:blank")
    page.goto(again)
    page.evaluate("simdevice.ready")
    booted = page.evaluate("simdevice.records({type: 'device.booted'}).at(-1)")
    assert (booted["main"], booted["seed"]) == ("b.js", 99)


def test_what_is_too_large_for_a_link_is_saved_as_a_file(page: Page, screen: Screen):
    noise = random.Random(1).randbytes(40_000)
    screen.open_files({"init.js": "print('large');", "noise.bin": noise})
    expect(screen.files).to_have_text(["init.js", "noise.bin"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Copy link").click()
    expect(said(page)).to_contain_text("too large for a link, so it was saved as project.mos.zip")
    assert download.value.suggested_filename == "project.mos.zip"
    page.get_by_label("Open files").set_input_files(download.value.path())
    expect(screen.files).to_have_text(["init.js", "noise.bin"])


def test_where_nothing_can_be_copied_the_link_is_shown(page: Page, site: str):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined});")
    Screen(page).open(site)
    page.get_by_role("button", name="Copy link").click()
    field = page.get_by_label("Link to the project")
    expect(field).to_be_focused()
    assert "#p=" in field.input_value()


BOMB = zlib.compress(b"\0" * 50_000_000, 9)[2:-4]

HOSTILE = {
    "no base64": ("!!!", "This link is damaged"),
    "nothing": ("", "This link is damaged"),
    "cut off": (link_of("", {"files": {"init.js": "x" * 100}})[3:-8], "This link is damaged"),
    "no JSON": (link_of("", b"hello")[3:], "This link holds no project."),
    "null": (link_of("", None)[3:], "This link holds no project."),
    "a list": (link_of("", [1])[3:], "This link holds no project."),
    "no texts": (link_of("", {"files": {"a.js": 1}})[3:], "This link holds no project."),
    "no files": (link_of("", {"files": {}})[3:], "This link holds no files."),
    "later version": (link_of("", {"mos": 99, "files": {"a.js": ""}})[3:], "made by a later version"),
    "path": (link_of("", {"files": {"../../a.js": ""}})[3:], "This link cannot be opened."),
    "prototype": (link_of("", b'{"files":{"__proto__":"a"}}')[3:], "This link cannot be opened."),
    "no bytes": (link_of("", {"files": {}, "binary": {"a": "\u1234"}})[3:], "whose bytes are none"),
    "no main": (
        link_of("", {"files": {"a.js": ""}, "main": "b.js"})[3:],
        "names a program to boot that it does not hold",
    ),
    "profile": (link_of("", {"files": {"a.js": ""}, "profile": "<b>"})[3:], "wants a library that is not known here"),
    "seed": (link_of("", {"files": {"a.js": ""}, "seed": "1"})[3:], "a seed that is no whole number"),
    "bomb": (base64.urlsafe_b64encode(BOMB).decode().rstrip("="), "holds more than 4 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_link_that_holds_no_project_gets_a_sentence_and_changes_nothing(page: Page, site: str, name: str):
    fragment, sentence = HOSTILE[name]
    screen = Screen(page)
    page.goto(f"{site}#p={fragment}")
    expect(said(page)).to_contain_text(sentence)
    expect(screen.answer).to_contain_text("200 OK")
    expect(screen.files).to_have_text(["init.js"])
    assert screen.problems == []


def test_what_a_link_holds_is_text_and_no_markup(page: Page, site: str):
    name = '<img src=x onerror="alert(1)">.js'
    screen = Screen(page)
    page.goto(link_of(site, {"files": {name: "print('<b>bold</b>');"}}))
    expect(screen.files).to_have_text([name])
    expect(screen.console).to_contain_text("<b>bold</b>")
    assert screen.problems == []
