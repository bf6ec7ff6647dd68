"""The bridge opens WebSockets for the page and tells what happens on them."""

from __future__ import annotations

import pytest

from tests.test_bridge import Page

ECHO = """
def ws(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, HTTP.ws_opcode(ev_data), HTTP.param(ev_data, HTTP.BODY))

HTTP.add_endpoint(HTTP.get_system_server(), '/ws', ws)
"""


@pytest.fixture
def page():
    page = Page()
    page.boot(ECHO)
    return page


def events(page):
    """Let time pass and return what was told of the WebSockets."""
    for _ in range(100):
        page.wait(30)
    return [message for message in page.messages if message.get("type") == "ws.event"]


def test_a_websocket_is_opened_used_and_closed(page):
    value = page.ask("ws.open", target="/ws", protocols=["chat"])["value"]
    assert value == {"socket": 1, "subprotocol": "chat"}
    assert page.ask("ws.send", socket=1, opcode=1, data="gr\u00c3\u00bc\u00c3\u009fe")["value"] == {}
    assert page.ask("ws.close", socket=1, code=1000, reason="done")["ok"]
    told = events(page)
    assert {event["socket"] for event in told} == {1}
    assert [event["kind"] for event in told] == ["frame"] * 4 + ["closed"]
    assert [(event["direction"], event["opcode"], event["data"]) for event in told[:2]] == [
        ("sent", 1, "gr\u00c3\u00bc\u00c3\u009fe"),
        ("received", 1, "gr\u00c3\u00bc\u00c3\u009fe"),
    ]
    assert (told[-1]["code"], told[-1]["reason"]) == (1000, "")
    assert told[-1]["at_us"] > told[0]["at_us"]


def test_events_come_after_the_records_of_what_they_tell(page):
    page.ask("ws.open", target="/ws", protocols=[])
    page.ask("ws.send", socket=1, opcode=1, data="x")
    events(page)
    at = next(n for n, message in enumerate(page.messages) if message.get("direction") == "received")
    told = [record["type"] for message in page.messages[:at] for record in message.get("records", [])]
    assert told.count("ws.framed") == 2


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"type": "ws.open", "target": "/none", "protocols": []}, "the device answered 404 Not Found"),
        ({"type": "ws.open", "target": "no path", "protocols": []}, "the target 'no path' holds a blank: write %20"),
        ({"type": "ws.send", "socket": 7, "opcode": 1, "data": ""}, "the WebSocket is not open"),
        ({"type": "ws.send", "socket": 1, "opcode": 3, "data": ""}, "opcode 3 is none of"),
        ({"type": "ws.send", "socket": 1, "opcode": 9, "data": "x" * 126}, "at most 125 bytes"),
        ({"type": "ws.close", "socket": 1, "code": 1006, "reason": ""}, "close code 1006 may not be sent"),
        ({"type": "ws.close", "code": 1000}, "lacks 'socket'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(page, message, problem):
    page.ask("ws.open", target="/ws", protocols=[])
    assert problem in page.ask(message.pop("type"), **message)["error"]["message"]


def test_a_device_that_goes_closes_the_websockets(page):
    page.ask("ws.open", target="/ws", protocols=[])
    page.ask("boot", files={"init.py": ECHO}, main="init.py", profile="mongoose-6.18")
    assert [(event["code"], event["reason"]) for event in events(page)] == [(1006, "the connection was reset")]
    assert page.ask("ws.open", target="/ws", protocols=[])["value"]["socket"] == 2
