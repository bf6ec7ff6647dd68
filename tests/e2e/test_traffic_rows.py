"""The traffic shows every kind of row, lets them be picked, and holds ten thousand of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.all_kinds import FIRMWARE, boot_with_broker
from tests.e2e.screen import Screen

REQUESTS = 5_000
BURST = f"""\
count = [0]

def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')

def ask(conn, ev, ev_data):
    if ev == Net.EV_CONNECT or ev == HTTP.EV_RESPONSE:
        count[0] += 1
        if count[0] <= {REQUESTS}:
            Net.send(conn, 'GET /burst/%d HTTP/1.1\\r\\nHost: device\\r\\n\\r\\n' % count[0])
        else:
            print('burst is over')

HTTP.add_endpoint(HTTP.get_system_server(), '/burst', answer)
HTTP.connect('127.0.0.1:80', ask)
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


def way(row: Locator, text: str) -> Locator:
    return row.get_by_role("img", name=text, exact=True)


def test_ten_thousand_rows_are_reached_by_keyboard_with_few_in_the_document(page: Page, screen: Screen):
    screen.run(BURST)
    expect(screen.console).to_contain_text("burst is over", timeout=60_000)
    expect(screen.chosen).to_contain_text("200 OK")
    rows = int(screen.traffic.get_attribute("aria-rowcount") or "0")
    assert rows > 2 * REQUESTS
    assert screen.messages.count() < 60
    screen.traffic.focus()
    page.keyboard.press("Home")
    expect(screen.chosen).to_contain_text("GET /my/api")
    expect(screen.chosen).to_have_attribute("aria-rowindex", "2")
    expect(screen.chosen).to_be_in_viewport()
    page.keyboard.press("End")
    expect(screen.chosen).to_have_attribute("aria-rowindex", str(rows))
    expect(screen.chosen).to_be_in_viewport()
    page.keyboard.press("PageUp")
    expect(screen.chosen).to_have_attribute("aria-rowindex", str(rows - 10))
    assert screen.messages.count() < 60
    screen.filter("/burst/4321")  # the device asks itself, so each message is sent and received
    expect(screen.messages).to_have_count(2)
    expect(screen.messages.first).to_contain_text("GET /burst/4321")
    screen.filter("path:/burst/4321")
    expect(screen.messages).to_have_count(4)
    assert screen.problems == []


def test_the_columns_are_the_hosts_and_each_arrow_says_its_way(screen: Screen):
    boot_with_broker(screen)
    header = screen.traffic.get_by_role("columnheader")
    expect(header.nth(1)).to_contain_text("pagedevicebroker")
    expect(way(screen.messages.filter(has_text="SUBSCRIBE home/#"), "device to broker")).to_have_count(1)
    expect(way(screen.messages.filter(has_text="CONNACK"), "broker to device")).to_have_count(1)


def test_messages_are_shown_at_first_and_what_carries_them_on_demand(page: Page, screen: Screen):
    boot_with_broker(screen)
    page.get_by_role("region", name="Traffic").get_by_role("button", name="Clear").click()
    screen.send("GET", "/ask")
    expect(screen.messages.filter(has_text="PUBACK")).to_have_count(2)
    expect(screen.messages.filter(has_text="UDP a datagram")).to_contain_text("lost: port closed")
    expect(screen.messages.filter(has_text="TCP")).to_have_count(0)
    expect(screen.messages.filter(has_text="DNS")).to_have_count(0)
    for kind in ("HTTP", "MQTT", "UDP"):
        screen.show(kind)
    expect(page.get_by_text("is of these kinds")).to_be_visible()
    screen.show("DNS")
    expect(screen.messages.filter(has_text="nowhere.example is unknown")).to_have_count(1)
    screen.show("DNS")
    screen.show("TCP")
    expect(screen.messages.filter(has_text="TCP open")).not_to_have_count(0)
    expect(screen.messages.filter(has_text="TCP accept")).not_to_have_count(0)
    expect(screen.messages.filter(has_text="TCP refused")).to_have_count(1)
    expect(screen.messages.filter(has_text="TCP close")).not_to_have_count(0)
    bare = screen.messages.filter(has_text="TCP ACK")
    expect(bare).to_have_count(0)
    screen.show("Segments")
    expect(bare).not_to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Segments")).to_have_attribute("aria-pressed", "true")


def test_the_chunks_of_a_body_have_rows(screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/chunked")
    chunks = screen.messages.filter(has_text="of 2")
    expect(chunks).to_have_count(2)
    expect(chunks.first).to_contain_text("chunk 1 of 2 5 B")
    expect(screen.chosen).to_contain_text("200 OK")
    screen.filter("-type:chunk")
    expect(chunks).to_have_count(0)


def test_a_websocket_has_its_handshake_its_frames_and_its_close(screen: Screen):
    screen.run(FIRMWARE)
    screen.connect("/echo")
    expect(screen.socket_state).to_have_text("Connected")
    screen.say("hello")
    expect(screen.frames).to_contain_text("hello")
    screen.filter("type:ws")
    for text in ("WebSocket open /echo", "text hello"):
        expect(screen.messages.filter(has_text=text)).not_to_have_count(0)
    screen.press("Close")
    expect(screen.messages.filter(has_text="close 1000")).to_have_count(2)
    expect(screen.messages.last).to_contain_text("WebSocket closed 1000")
    screen.filter("status:101")
    expect(screen.messages).to_have_count(1)


def test_rpc_calls_are_shown_on_demand(screen: Screen):
    screen.send("POST", "/rpc/Sys.GetInfo")
    expect(screen.answer).to_contain_text("200 OK")
    screen.filter("type:rpc")
    expect(screen.messages).to_have_count(2)
    expect(screen.messages.first).to_contain_text("RPC Sys.GetInfo")
    expect(way(screen.messages.first, "page to device")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 6),
        ("status:404", 1),
        ("status:4xx", 1),
        ("status:>=200", 3),
        ("-status:404", 5),
        ("method:POST", 2),
        ("path:/other type:request", 1),
        ("type:response -status:200-299", 1),
        ("host:nobody", 0),
        ("host:PAGE", 6),
        ('"not found"', 1),
        ("device get", 2),
        ("-get -post -type:response", 0),
    ],
)
def test_the_filter_takes_words_and_properties(screen: Screen, text: str, count: int):
    screen.send("POST", "/other")
    expect(screen.answer).to_contain_text("404")
    screen.send("GET", "/my/api?again")
    expect(screen.messages).to_have_count(6)
    screen.filter(text)
    expect(screen.messages).to_have_count(count)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("colour:red", 'There is no "colour:". There are status: method: host: path: type:'),
        ("status:abc", '"status:" takes a number as in 404, 4xx, >=400 or 200-299, not "abc".'),
        ("status:", 'Something must follow "status:".'),
        ("type:letter", 'There is no type "letter". There are http,'),
        ('say "this', "A quote is not closed."),
        ("constructor:x", 'There is no "constructor:".'),
        ("http:x", 'There is no "http:".'),
        ("-", 'Something must follow "-".'),
    ],
)
def test_a_filter_that_cannot_be_read_says_why_and_hides_nothing(page: Page, screen: Screen, text: str, problem: str):
    screen.filter(text)
    expect(page.get_by_role("region", name="Traffic").locator("output")).to_contain_text(problem)
    expect(page.get_by_label("Filter", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(screen.messages).to_have_count(2)


def test_a_pause_keeps_the_list_until_it_ends(page: Page, screen: Screen):
    pause = page.get_by_role("region", name="Traffic").get_by_role("button", name="Pause")
    pause.click()
    screen.send("GET", "/other")
    expect(page.get_by_text("paused, 2 new")).to_be_visible()
    expect(screen.messages).to_have_count(2)
    pause.click()
    expect(screen.messages).to_have_count(4)


def test_newest_is_gone_to_without_following(page: Page, screen: Screen):
    screen.send("GET", "/other?one")
    expect(screen.messages).to_have_count(4)
    screen.messages.first.click()
    page.get_by_role("button", name="Newest").click()
    expect(screen.chosen).to_contain_text("404")
    expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")


def test_a_filter_that_fits_nothing_offers_to_show_all(page: Page, screen: Screen):
    screen.filter("no such thing")
    page.get_by_role("button", name="Show all").click()
    expect(screen.messages.filter(has_text="TCP open")).to_have_count(1)
    expect(page.get_by_label("Filter", exact=True)).to_have_value("")
    expect(page.get_by_label("Filter", exact=True)).to_be_focused()


def test_what_was_chosen_survives_new_messages_and_filters(screen: Screen):
    screen.messages.first.click()
    screen.press("Restart")
    expect(screen.console).to_contain_text("boot 2")
    screen.press("Try /my/api")
    expect(screen.chosen).to_contain_text("GET /my/api")
    screen.send("GET", "/other")
    expect(screen.chosen).to_contain_text("404")
    screen.messages.first.click()
    screen.filter("status:404")
    expect(screen.messages).to_have_count(1)
    expect(screen.inspector).to_contain_text("GET /my/api HTTP/1.1")
    screen.filter("")
    expect(screen.chosen).to_contain_text("GET /my/api")


def test_the_height_of_the_message_is_set_by_keyboard_and_pointer_and_kept(page: Page, screen: Screen):
    divider = page.get_by_role("separator", name="Height of the message")
    before = screen.inspector.bounding_box()
    assert before is not None
    divider.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(divider).to_have_attribute("aria-valuenow", "62")
    after = screen.inspector.bounding_box()
    assert after is not None
    assert after["height"] > before["height"] + 20
    page.keyboard.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "15")
    box = divider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] - 200)
    page.mouse.up()
    share = divider.get_attribute("aria-valuenow")
    assert share is not None
    assert 30 < int(share) < 70
    page.reload()
    expect(divider).to_have_attribute("aria-valuenow", share)
