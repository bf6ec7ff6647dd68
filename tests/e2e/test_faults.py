"""The network is broken by rules, which are set, watched and taken away in the tab Faults."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.network.lab.kinds import KINDS
from tests.e2e.screen import Screen

WATCHED = """
def event(ev, evdata, arg):
    print({Net.STATUS_DISCONNECTED: 'lost it', Net.STATUS_GOT_IP: 'has it'}.get(ev, 'on the way'))

Event.addGroupHandler(Net.EVENT_GRP, event, None)
NO_CONTENT = 'HTTP/1.1 204 No Content\\r\\n\\r\\n'
HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', lambda c, ev, d: Net.send(c, NO_CONTENT))
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    """The page with its tab Faults open."""
    screen = Screen(page).open(site)
    page.get_by_role("tab", name="Faults").click()
    expect(panel(screen).get_by_role("form", name="New rule")).to_be_visible()
    return screen


def panel(screen: Screen) -> Locator:
    return screen.page.get_by_role("tabpanel", name="Faults")


def rules(screen: Screen) -> Locator:
    return panel(screen).get_by_role("list", name="Rules in force").get_by_role("listitem")


def add(screen: Screen, kind: str, **fields: str) -> None:
    """Fill the form and press its button."""
    form = panel(screen).get_by_role("form", name="New rule")
    form.get_by_label("Fault", exact=True).select_option(kind)
    for label, value in fields.items():
        form.get_by_label(label.replace("_", " "), exact=True).fill(value)
    form.get_by_role("button", name="Add rule").click()


def test_a_rule_is_set_acts_is_switched_off_and_on_and_removed(screen: Screen):
    expect(panel(screen)).to_contain_text("None: nothing is lost")
    add(screen, "http-status", Status="404", Path="/my/*", Method="GET")
    rule = rules(screen)
    expect(rule).to_contain_text("All responses to GET /my/* are 404 instead.")
    expect(rule).to_contain_text("never fired")
    expect(screen.page.get_by_role("tab", name="Faults (1)")).to_be_visible()

    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("404")
    expect(rule).to_contain_text("1 hit")
    switch = rule.get_by_role("switch", name="All responses to GET /my/* are 404 instead.")
    switch.uncheck()
    expect(rule).to_contain_text("off")
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("200 OK")
    switch.check()
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("404")
    expect(rule).to_contain_text("2 hits")

    rule.get_by_role("button", name="Remove rule 1").click()
    expect(rules(screen)).to_have_count(0)
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("200 OK")


def test_a_condition_that_is_not_met_lets_the_message_pass_and_the_rule_is_marked(screen: Screen):
    add(screen, "http-status", Content="secret")
    expect(rules(screen)).to_contain_text("All responses to requests that hold “secret” are 503 instead.")
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("200 OK")
    expect(rules(screen)).to_contain_text("never fired")


def test_what_is_wrong_is_said_at_its_field_and_what_was_written_stays(screen: Screen):
    add(screen, "loss", Share="120")
    share = panel(screen).get_by_label("Share", exact=True)
    expect(share).to_be_focused()
    expect(share).to_have_attribute("aria-invalid", "true")
    expect(share).to_have_accessible_description("How many packets vanish. This must be from 0 to 100 %, got 120")
    expect(share).to_have_value("120")
    share.fill("abc")
    expect(share).to_have_attribute("aria-invalid", "false")
    panel(screen).get_by_role("button", name="Add rule").click()
    expect(share).to_have_accessible_description('How many packets vanish. This must be a number, got "abc"')
    expect(rules(screen)).to_have_count(0)


def test_a_mistake_behind_a_heading_opens_it(screen: Screen):
    form = panel(screen).get_by_role("form", name="New rule")
    form.get_by_text("When", exact=True).click()
    form.get_by_label("Repeats every", exact=True).fill("10")
    form.locator("summary", has_text="When").click()
    expect(form.get_by_label("Repeats every", exact=True)).to_be_hidden()
    form.get_by_role("button", name="Add rule").click()
    field = form.get_by_label("Repeats every", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "How long from one beginning to the next; 0: it begins once. "
        "This must be longer than 'lasts', and 'lasts' above 0"
    )


def test_where_and_when_stand_in_the_sentence(screen: Screen):
    form = panel(screen).get_by_role("form", name="New rule")
    form.locator("summary", has_text="Where").click()
    form.locator("summary", has_text="When").click()
    form.get_by_label("Host", exact=True).fill("device")
    form.get_by_label("Direction", exact=True).select_option("out of the host")
    form.get_by_label("Port", exact=True).fill("80")
    form.get_by_label("Protocol", exact=True).select_option("tcp")
    form.get_by_label("Begins after", exact=True).fill("5")
    form.get_by_label("Lasts", exact=True).fill("2")
    form.get_by_label("Repeats every", exact=True).fill("60")
    says = "longer, out of device, port 80, TCP only, for 2 s of every 60 s, beginning after 5 s."
    expect(form).to_contain_text(says)
    form.get_by_role("button", name="Add rule").click()
    expect(rules(screen)).to_contain_text(says)


def test_every_kind_can_be_set_and_says_in_a_sentence_what_it_does(screen: Screen):
    for count, kind in enumerate(KINDS, 1):
        add(screen, kind)
        expect(rules(screen)).to_have_count(count)
    for sentence in rules(screen).get_by_role("switch").all():
        name = sentence.locator("xpath=..").inner_text()
        assert "undefined" not in name
        assert name.endswith(".")


def test_a_preset_says_what_a_real_device_does_and_sets_all_its_rules(screen: Screen):
    network = panel(screen).get_by_role("form", name="Presets")
    network.get_by_label("Network", exact=True).select_option("train through a tunnel")
    expect(network).to_contain_text("the device keeps its connections, sends again with ever longer pauses")
    expect(network).to_contain_text(
        "Nothing arrives, and nobody is told, for 20 s of every 60 s, beginning after 10 s."
    )
    network.get_by_label("For", exact=True).select_option("device")
    network.get_by_role("button", name="Set these rules").click()
    expect(rules(screen)).to_have_count(3)
    expect(rules(screen).last).to_contain_text("at device")
    panel(screen).get_by_role("button", name="Remove all").click()
    expect(rules(screen)).to_have_count(0)


def test_wifi_drops_and_returns_and_the_firmware_hears_of_it(screen: Screen):
    screen.run(WATCHED)
    screen.expect_state("running")
    wifi = panel(screen)
    wifi.get_by_role("button", name="Drop the WiFi").click()
    expect(wifi).to_contain_text("WiFi of device is off.")
    expect(screen.console).to_contain_text("lost it")
    wifi.get_by_role("button", name="Bring the WiFi back").click()
    expect(wifi).to_contain_text("WiFi of device is on.")
    expect(screen.console).to_contain_text("has it")
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("204")


def test_a_message_that_a_rule_has_touched_leads_to_the_rule(screen: Screen):
    add(screen, "latency", Time="1")
    add(screen, "http-status")
    screen.page.get_by_role("tab", name="Hardware").click()
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("503")
    expect(screen.chosen).to_contain_text("rule 2: status 503")
    screen.inspector.get_by_role("button", name="Show rule 2").click()
    expect(rules(screen).nth(1)).to_be_focused()
    expect(rules(screen).nth(1)).to_have_attribute("aria-current", "true")


def test_lost_packets_lead_to_the_rule_too(screen: Screen):
    add(screen, "partition")
    screen.show("TCP")
    screen.send("GET", "/my/api")
    row = screen.messages.filter(has_text="lost: partition (rule 1)").first
    row.click()
    screen.inspector.get_by_role("button", name="Show rule 1").click()
    expect(rules(screen)).to_be_focused()


def test_rules_stay_when_the_firmware_is_run_again(screen: Screen):
    add(screen, "http-status")
    screen.press("Run")
    screen.expect_state("running")
    expect(rules(screen)).to_have_count(1)
    screen.send("GET", "/my/api")
    expect(screen.answer).to_contain_text("503")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "a" * 300])
def test_what_is_written_is_shown_as_text(screen: Screen, name: str):
    add(screen, "http-status", Path=name)
    expect(rules(screen)).to_contain_text(name)
    assert panel(screen).evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
