"""A message is taken apart: in words, as header fields, as body, byte by byte, with its code and its times."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.all_kinds import FIRMWARE, boot_with_broker
from tests.e2e.screen import Screen

MARKUP = "<img src=x onerror=document.title='broken'>"

HOSTILE = f"""\
MARKUP = {MARKUP!r}

def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = '5\\r\\n<b>x<\\r\\n0\\r\\n\\r\\n'
        head = 'X-Html: ' + MARKUP + '\\r\\nContent-Type: ' + MARKUP + '\\r\\nTransfer-Encoding: chunked'
        Net.send(conn, 'HTTP/1.1 200 ' + MARKUP + '\\r\\n' + head + '\\r\\n\\r\\n' + body)

def json(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = '{{"' + MARKUP + '": "' + MARKUP + '"}}'
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\nContent-Type: application/json\\r\\n\\r\\n' + body)
        Net.disconnect(conn)

def svg(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        script = '<script>document.title="broken"</script>'
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\nContent-Type: image/svg+xml\\r\\n\\r\\n'
                 '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + script + '</svg>')
        Net.disconnect(conn)

server = HTTP.get_system_server()
HTTP.add_endpoint(server, '/markup', answer)
HTTP.add_endpoint(server, '/json', json)
HTTP.add_endpoint(server, '/svg', svg)
"""

PARTS = ("Summary", "Headers", "Body", "Bytes", "Code", "Timing")


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


def fields(screen: Screen) -> Locator:
    return screen.inspect("Bytes").get_by_role("listbox", name="Fields").get_by_role("option")


def marked(screen: Screen) -> str:
    """The bytes that are marked in the dump, in hex."""
    hexes = screen.inspector.get_by_role("group", name="Bytes").locator(".chosen").all_text_contents()
    return " ".join(hexes[: len(hexes) // 2] if len(hexes) == 2 else hexes[::2])


def test_the_summary_says_who_asked_whom_for_what_and_how_long_it_took(screen: Screen):
    screen.send("GET", "/nowhere")
    summary = screen.inspect("Summary")
    expect(summary).to_contain_text("device answered page: 404 Not Found. There is nothing at this path.")
    expect(summary).to_contain_text("as soon as the request was there")
    row = summary.get_by_role("table", name="Header fields explained").get_by_role("row", name="Content-Type")
    expect(row).to_contain_text("what the body is")
    screen.press("Show the request")
    expect(screen.chosen).to_contain_text("GET /nowhere")
    expect(summary).to_contain_text("page asked device: GET /nowhere. GET asks for something. There is no body.")
    screen.press("Show the response")
    expect(screen.chosen).to_contain_text("404")


def test_the_headers_are_copied(page: Page, screen: Screen):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.send("GET", "/nowhere")
    headers = screen.inspect("Headers")
    headers.get_by_role("button", name="Copy").click()
    expect(headers).to_contain_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Server: Mongoose/")


def test_a_body_is_shown_as_json_that_folds(screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/data")
    body = screen.inspect("Body")
    expect(body.get_by_role("button", name="JSON")).to_have_attribute("aria-pressed", "true")
    expect(body.get_by_text("level")).to_be_visible()
    body.get_by_text('"led":').click()
    expect(body.get_by_text("level")).to_be_hidden()
    body.get_by_role("button", name="Text").click()
    expect(body.get_by_role("group", name="Body")).to_have_text('{"led": {"on": true, "level": 7}}')


def test_an_image_is_shown_as_an_image(page: Page, screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/picture")
    image = screen.inspect("Body").get_by_role("img", name="Image of")
    expect(image).to_be_visible()
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1
    assert screen.problems == []


def test_a_chunked_body_is_put_together_and_its_chunks_are_marked(screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/chunked")
    expect(screen.chosen).to_contain_text("200 OK")
    expect(screen.inspect("Body").get_by_role("group", name="Body")).to_have_text("hello world")
    expect(fields(screen).filter(has_text="Chunk size")).to_have_count(3)
    screen.messages.filter(has_text="chunk 2").click()
    expect(screen.inspect("Body").get_by_role("group", name="Body")).to_have_text(" world", use_inner_text=False)
    screen.inspect("Summary").get_by_role("button", name="Show the whole message").click()
    expect(screen.chosen).to_contain_text("200 OK")


def test_fields_and_bytes_point_at_each_other(page: Page, screen: Screen):
    names = fields(screen)
    expect(names.first).to_contain_text("Version")
    screen.inspector.get_by_role("listbox", name="Fields").focus()
    page.keyboard.press("ArrowDown")
    assert marked(screen) == "48 54 54 50 2f 31 2e 30"
    page.keyboard.press("ArrowDown")
    assert marked(screen) == "32 30 30"
    expect(names.nth(1)).to_contain_text("The request has succeeded.")
    dump = screen.inspector.get_by_role("group", name="Bytes")
    dump.get_by_text("4f 4b").hover()
    expect(screen.inspector.get_by_role("option", selected=True)).to_contain_text("Reason")
    dump.focus()
    page.keyboard.press("End")
    expect(screen.inspector.get_by_role("option", selected=True)).to_contain_text("Body 10 B")


def test_the_fields_of_a_frame_are_those_on_the_wire(screen: Screen):
    screen.run(FIRMWARE)
    screen.connect("/echo")
    expect(screen.socket_state).to_have_text("Connected")
    for text in ("first", "second"):
        screen.say(text)
    sent = screen.messages.filter(has_text="text second")
    expect(sent).to_have_count(2)
    sent.first.click()
    names = fields(screen)
    expect(names).to_have_count(4)
    names.last.click()
    expect(names.last).to_contain_text("6 bytes: second")
    sent.last.click()
    expect(names).to_have_count(3)
    names.last.click()
    expect(names.last).to_contain_text("6 bytes: second")


def test_an_mqtt_packet_is_taken_apart(page: Page, screen: Screen):
    boot_with_broker(screen)
    screen.send("GET", "/ask")
    packet = screen.messages.filter(has_text="PUBLISH home/led on")
    expect(packet).to_have_count(2)
    packet.first.click()
    expect(screen.inspect("Summary")).to_contain_text("device sent broker PUBLISH.")
    names = fields(screen)
    for name in ("Type and flags", "Remaining length", "Topic 8 B", "Packet identifier", "Payload 2 B"):
        expect(names.filter(has_text=name).first).to_be_visible()
    names.first.click()
    assert marked(screen) == "32"
    expect(names.first).to_contain_text("QoS 1")
    screen.filter("subscribe home")
    expect(screen.messages).to_have_count(1)
    screen.messages.click()
    expect(names.filter(has_text="Topic filter 6 B")).to_have_count(1)


def test_a_segment_and_a_datagram_are_taken_apart(screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/ask")
    expect(screen.answer).to_contain_text("204")
    screen.filter("type:open")
    screen.messages.filter(has_text="TCP open").first.click()
    expect(screen.inspect("Summary")).to_contain_text("SYN opens the connection")
    bits = fields(screen).filter(has_text="Control bits")
    bits.click()
    expect(bits).to_contain_text("SYN opens the connection")
    assert marked(screen) == "02"
    screen.filter("type:udp")
    expect(screen.messages).to_have_count(1)
    screen.messages.click()
    expect(screen.inspect("Summary")).to_contain_text("It did not arrive: port closed.")
    expect(fields(screen)).to_have_count(5)
    expect(screen.inspect("Body").get_by_role("group", name="Payload")).to_have_text("a datagram")


def test_a_lookup_and_a_call_are_said_in_words(screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/ask")
    expect(screen.answer).to_contain_text("204")
    screen.filter("type:dns -host:page")
    screen.messages.filter(has_text="nowhere").click()
    expect(screen.inspector).to_contain_text("device asked for the address of nowhere.example. No host has this name.")
    screen.send("POST", "/rpc/Sys.GetInfo")
    screen.filter("type:rpc")
    expect(screen.messages).to_have_count(2)
    screen.messages.first.click()
    expect(screen.inspector).to_contain_text("page asked device to run Sys.GetInfo, by http.")
    screen.press("Show the reply")
    expect(screen.inspector).to_contain_text("device did what page asked for.")


def test_the_code_that_caused_a_message_is_shown_and_gone_to(page: Page, screen: Screen):
    screen.run(FIRMWARE)
    screen.send("GET", "/data")
    code = screen.inspect("Code")
    [line] = [number for number, text in enumerate(FIRMWARE.splitlines(), 1) if text.endswith("+ LEVEL)")]
    expect(code).to_contain_text("This line has caused it.")
    expect(code.locator("[aria-current=true]").first).to_contain_text(f"{line}          Net.send(conn")
    expect(code).to_contain_text("The handler data of /data took the request.")
    code.get_by_role("button", name=f"init.py:{line}").click()
    expect(page.get_by_role("region", name="Firmware").get_by_role("textbox").first).to_be_focused()


def test_the_times_are_virtual_and_the_segments_are_listed(screen: Screen):
    timing = screen.inspect("Timing")
    times = timing.get_by_role("table", name="Times")
    for name in ("Sent", "Arrived", "On its way", "Took, from the request"):
        expect(times.get_by_role("row", name=name)).to_be_visible()
    expect(timing).to_contain_text("virtual clock")
    segments = timing.get_by_role("table", name="TCP segments").locator("tbody").get_by_role("row")
    expect(segments).to_have_count(1)
    expect(segments).to_contain_text("FIN PSH ACK")
    segments.get_by_role("button").click()
    expect(screen.inspect("Summary")).to_contain_text("device sent page a segment of 27 bytes.")


def test_a_long_message_came_in_several_segments(screen: Screen):
    screen.run(
        "def answer(conn, ev, ev_data):\n    if ev == HTTP.EV_REQUEST:\n"
        "        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n' + 'x' * 20000)\n        Net.disconnect(conn)\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/long', answer)\n"
    )
    screen.send("GET", "/long")
    expect(screen.chosen).to_contain_text("200 OK")
    expect(screen.inspect("Timing").get_by_role("heading")).to_contain_text("14 TCP segments carried it")
    dump = screen.inspect("Bytes").get_by_role("group", name="Bytes")
    dump.get_by_role("button", name="Show more").click()
    expect(dump).to_contain_text("3ff0")


def test_the_tabs_are_moved_through_by_keyboard_and_stay_with_the_next_message(page: Page, screen: Screen):
    screen.inspector.get_by_role("tab", name="Summary").focus()
    for part in PARTS[1:]:
        page.keyboard.press("ArrowRight")
        expect(screen.inspector.get_by_role("tab", name=part)).to_be_focused()
        expect(screen.inspector.get_by_role("tab", name=part)).to_have_attribute("aria-selected", "true")
    screen.send("GET", "/other")
    expect(screen.chosen).to_contain_text("404")
    expect(screen.inspector.get_by_role("tab", name="Timing")).to_have_attribute("aria-selected", "true")


def test_markup_stays_text_in_every_part(page: Page, screen: Screen):
    screen.run(HOSTILE)
    screen.send("GET", "/markup")
    expect(screen.chosen).to_contain_text(MARKUP)
    for part in PARTS:
        expect(screen.inspect(part)).to_be_visible()
        assert screen.inspector.locator("img, b b").count() == 0
    expect(screen.inspect("Headers").get_by_role("table")).to_contain_text(f"X-Html{MARKUP}")
    field = fields(screen).filter(has_text="Value of X-Html")
    field.click()
    expect(field).to_contain_text(MARKUP)
    screen.send("GET", "/json")
    expect(screen.inspect("Body")).to_contain_text(f'"{MARKUP}": "{MARKUP}"')
    screen.send("GET", "/svg")
    expect(screen.inspect("Body").get_by_role("img", name="Image of")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    expect(page).to_have_title("mos-sim")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (700, 520), (390, 844), (320, 568)])
def test_no_part_is_cut_off_at_any_size(page: Page, screen: Screen, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    for part in PARTS:
        panel = screen.inspect(part)
        expect(panel).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        box = panel.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] > 90
