"""What was done in the page is saved as a run, played again elsewhere, and gone back in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sim.replay import replay
from sim.run.file import read_run
from sim.testing import NoAnswer, World
from sim.testing.backend import Native
from tests.e2e.screen import Screen

FIRMWARE = """
let count = 0;
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev, msg) {
  if (ev !== HTTP.EV_REQUEST) return;
  count++;
  Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\ncount ' + JSON.stringify(count) + ' ' + JSON.stringify(Math.random()));
  Net.disconnect(conn);
}, null);
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen = Screen(page).open(site)
    screen.run(FIRMWARE, "init.js")
    screen.expect_state("running")
    return screen


def counted(screen: Screen, *numbers: int) -> None:
    for number in numbers:
        screen.send("GET", "/")
        expect(screen.answer).to_contain_text(f"count {number} ")


def asked(screen: Screen):
    """The requests of the firmware here, not of the example with which the page began."""
    return screen.messages.filter(has_text="GET /", has_not_text="GET /my/api")


def outcome(page: Page):
    return page.get_by_role("status", name="Run", exact=True)


def saved(page: Page) -> str:
    with page.expect_download() as started:
        page.get_by_role("button", name="Save run").click()
    text = Path(started.value.path()).read_text("utf-8")
    assert started.value.suggested_filename == "run.json"
    expect(outcome(page)).to_contain_text("Saved as run.json")
    return text


def test_a_run_of_the_page_gives_the_same_records_in_cpython(page: Page, screen: Screen) -> None:
    counted(screen, 1, 2)
    made = replay(saved(page))
    assert made.difference is None
    assert [event.target for _, _, event, _ in made.records if event.type == "http.requested"][-2:] == ["/", "/"]


def test_a_saved_run_is_opened_by_somebody_else_and_gone_on_with(
    page: Page, screen: Screen, site: str, browser: Browser
) -> None:
    counted(screen, 1, 2)
    text = saved(page)
    count = read_run(text).outcome.records
    other = browser.new_context().new_page()
    there = Screen(other).open(site)
    there.open_files({"run.json": text})
    expect(outcome(other)).to_contain_text(f"all {count} records are the same as recorded. Time stands at its end.")
    expect(there.files).to_have_text(["init.js"])
    expect(asked(there)).to_have_count(2)
    other.get_by_role("button", name="Go on").click()
    counted(there, 3)
    assert there.problems == []
    other.context.close()


def test_a_link_to_a_run_plays_it(page: Page, screen: Screen, site: str, browser: Browser) -> None:
    counted(screen, 1)
    page.get_by_role("button", name="Copy run link").click()
    expect(outcome(page)).to_contain_text("Link to this run copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{site}#r=")
    other = browser.new_context().new_page()
    there = Screen(other)
    other.goto(link)
    expect(outcome(other)).to_contain_text("are the same as recorded")
    expect(asked(there)).to_have_count(1)
    assert "#" not in other.url
    other.evaluate("(hash) => { location.hash = hash; }", link[link.index("#") :])
    expect(other.get_by_role("log", name="Console").get_by_text("are the same as recorded")).to_have_count(2)
    other.context.close()


def test_a_damaged_link_is_told_and_the_page_begins_as_always(page: Page, site: str) -> None:
    screen = Screen(page)
    page.goto(f"{site}#r=damaged")
    screen.expect_state("running")
    expect(outcome(page)).to_contain_text("This link is damaged")


def test_a_run_that_goes_otherwise_shows_the_first_record_that_differs(page: Page, screen: Screen) -> None:
    counted(screen, 1)
    run = json.loads(saved(page))
    run["inputs"][-1][2]["target"] = "/another"
    screen.open_files({"run.json": json.dumps(dict(reversed(run.items())), indent=1)})
    expect(outcome(page)).to_contain_text("The run goes otherwise here, from record")
    outcome(page).get_by_text("as it was and as it is").click()
    expect(outcome(page).locator("dd").nth(0)).to_contain_text("GET / HTTP/1.1")
    expect(outcome(page).locator("dd").nth(1)).to_contain_text("GET /another HTTP/1.1")
    page.get_by_role("button", name="Dismiss").click()
    expect(outcome(page)).to_be_empty()


def test_a_file_that_is_a_damaged_run_is_refused_and_the_device_stays(page: Page, screen: Screen) -> None:
    counted(screen, 1)
    screen.open_files({"run.json": '{"mos-sim-run": 99}'})
    expect(outcome(page)).to_contain_text(
        "It was made by a later version of mos-sim: its format is 99, and 1 is known here."
    )
    counted(screen, 2)


def test_one_goes_back_to_a_message_and_on_from_there(page: Page, screen: Screen) -> None:
    counted(screen, 1, 2, 3)
    asked(screen).nth(0).click()
    page.get_by_role("button", name="Rewind to here").click()
    expect(outcome(page)).to_contain_text("Gone back to")
    expect(asked(screen)).to_have_count(1)
    page.get_by_role("button", name="Go on").click()
    counted(screen, 2)
    assert replay(saved(page)).is_same
    assert screen.problems == []


def test_the_run_of_a_failed_test_is_the_same_in_the_page_and_gone_back_in(page: Page, screen: Screen) -> None:
    world = World(Native(5), 5)
    device = world.add_device({"init.js": FIRMWARE}, name="device")
    for _ in range(3):
        assert device.get("/").ok
    world.network.rule("refuse", optional=True)
    with pytest.raises(NoAnswer):
        device.get("/")
    screen.open_files({"run.json": world.saved_run("test_it_answers")})
    expect(outcome(page)).to_contain_text(
        f"The run of test_it_answers has been played again: all {len(world.trace)} records are the same as recorded."
    )
    records = page.evaluate("() => simdevice.records({type: 'http.requested'}).slice(-3)")
    page.evaluate("(seq) => simdevice.rewind(seq).then(() => simdevice.clock.resume())", records[1]["seq"])
    counted(screen, 3)


def test_programs_save_replay_and_rewind(page: Page, screen: Screen) -> None:
    counted(screen, 1, 2)
    told = page.evaluate(
        """async () => {
          const { run, link, records } = await simdevice.saveRun({name: "mine"});
          const again = await simdevice.replay(run);
          const [, second] = simdevice.records({type: "http.requested"}).slice(-2);
          const back = await simdevice.rewind(second.seq);
          return {link, records, again, back, paused: simdevice.clock.isPaused};
        }"""
    )
    assert told["again"] | {"sha256": ""} == {
        "name": "mine", "records": told["records"], "isSame": True, "difference": None, "sha256": ""
    }  # fmt: skip
    assert "#r=" in told["link"]
    assert told["back"]["isSame"]
    assert told["back"]["records"] < told["records"]
    assert told["paused"]
