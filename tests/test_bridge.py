"""The bridge answers each message of the page exactly once, tells it every record, and keeps pace with its clock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bridge import AHEAD_US, BATCH, PAGE_TO_WORKER, POSTED, POSTED_BYTES, Bridge
from sim.bridge.report import EAGER, RUSH_MS

HELLO = """
def hello(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\nX: y\\n\\n  hello! \\n')
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', hello)
"""


class Page:
    """What the worker posts to, with a clock."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.bridge = Bridge(lambda text: self.messages.append(json.loads(text)))
        self.wall_ms = 1000.0
        self.delay_ms = -1.0
        self.number = 0

    def ask(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Send a message and tick until its answer is there."""
        self.number += 1
        self.handle({"id": self.number, "type": kind, **fields})
        while self.delay_ms >= 0 and not self.answers(self.number):
            self.wait(self.delay_ms)
        [answer] = self.answers(self.number)
        return answer

    def boot(self, firmware: str = HELLO, **fields: Any) -> dict[str, Any]:
        return self.ask("boot", files={"init.py": firmware}, **fields)

    def wait(self, ms: float) -> None:
        self.wall_ms += ms
        self.handle({"type": "tick"})

    def handle(self, message: dict[str, Any]) -> None:
        self.delay_ms = self.bridge.handle(json.dumps(message), self.wall_ms)

    def answers(self, number: int | str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message.get("id") == number]

    @property
    def records(self) -> list[dict[str, Any]]:
        return [record for message in self.messages for record in message.get("records", [])]

    @property
    def snapshot(self) -> dict[str, Any]:
        return [message for message in self.messages if message.get("snapshot")][-1]["snapshot"]


@pytest.fixture
def page() -> Page:
    return Page()


# Messages


def test_boot_tells_where_the_device_is(page: Page) -> None:
    answer = page.boot()
    assert answer == {"id": 1, "ok": True, "value": {"host": "device", "name": "device", "address": "192.168.4.1"}}
    assert page.snapshot["device"]["state"] == "running"


def test_fetch_gives_the_whole_response(page: Page) -> None:
    page.boot()
    value = page.ask("http.fetch", method="GET", target="/my/api", headers=[["A", "b"]], body="")["value"]
    assert {key: value[key] for key in ("status", "reason", "headers", "body")} == {
        "status": 200,
        "reason": "OK",
        "headers": [["X", "y"]],
        "body": "  hello! \n",
    }
    assert value["took_us"] > 0


def test_bodies_are_bytes_in_both_directions(page: Page) -> None:
    page.boot(
        "def echo(conn, ev, data):\n    if ev == HTTP.EV_REQUEST:\n"
        "        Net.send(conn, 'HTTP/1.0 200 OK\\n\\n')\n        Net.send(conn, HTTP.param(data, HTTP.BODY))\n"
        "        Net.disconnect(conn)\nHTTP.add_endpoint(HTTP.get_system_server(), '/', echo)"
    )
    body = bytes(range(256)).decode("latin-1")
    assert page.ask("http.fetch", method="POST", target="/", headers=[], body=body)["value"]["body"] == body


def test_fetch_reaches_another_port(page: Page) -> None:
    page.boot("HTTP.bind('8080')")
    assert page.ask("http.fetch", method="GET", target="/", port=8080)["value"]["status"] == 404


def test_stop_drops_every_connection_and_fetch_then_says_so(page: Page) -> None:
    page.boot()
    assert page.ask("stop")["value"] == {}
    assert page.snapshot["device"]["state"] == "stopped"
    answer = page.ask("http.fetch", method="GET", target="/my/api")
    assert answer["error"] == {
        "name": "FetchError",
        "message": "connection refused: nothing listens on 192.168.4.1:80",
    }


def test_reboot_starts_the_firmware_afresh(page: Page) -> None:
    page.boot()
    assert page.ask("reboot")["value"]["host"] == "device"
    assert page.snapshot["device"]["boots"] == 2


def test_new_firmware_takes_the_place_of_the_old(page: Page) -> None:
    page.boot()
    page.boot("print('second')")
    assert [record["text"] for record in page.records if record["type"] == "device.printed"] == ["second\n"]
    assert page.snapshot["endpoints"] == []


def test_another_seed_begins_a_new_history_whose_records_are_numbered_on(page: Page) -> None:
    page.boot()
    page.boot(seed=5)
    assert page.snapshot["device"]["boots"] == 1
    assert [r["seed"] for r in page.records if r["type"] == "device.booted"] == [0, 5]
    assert [r["seq"] for r in page.records] == list(range(len(page.records)))


def test_device_that_another_seed_replaces_is_seen_to_stop(page: Page) -> None:
    page.boot()
    page.boot(seed=5)
    types = [record["type"] for record in page.records]
    assert types.index("device.stopped") < types.index("host.added", 2)
    assert [r["reason"] for r in page.records if r["type"] == "device.stopped"] == ["replaced"]


def test_firmware_that_fails_is_shown_as_crashed_and_boot_is_answered(page: Page) -> None:
    assert page.boot("\n\nboom()")["ok"]
    assert page.snapshot["device"]["failure"]["line"] == 3


def test_requirements_are_the_packages_that_the_firmware_names(page: Page) -> None:
    source = '# /// script\n# dependencies = ["cbor2", "x==1"]\n# ///\nimport cbor2_not_here, json\n'
    value = page.ask("requirements", files={"init.py": source, "data.txt": "import nothing"}, main="init.py")["value"]
    assert value["packages"] == ["cbor2", "x==1"]


# Errors


@pytest.mark.parametrize(
    ("message", "name", "text"),
    [
        ({"type": "reboot"}, "BridgeError", "no device has been booted yet"),
        ({"type": "stop"}, "BridgeError", "no device has been booted yet"),
        ({"type": "http.fetch", "method": "GET", "target": "/"}, "BridgeError", "no device has been booted yet"),
        ({"type": "nonsense"}, "BridgeError", "there is no message type 'nonsense'"),
        ({"type": "boot"}, "BridgeError", "the message lacks 'files'"),
        (
            {"type": "boot", "files": {}},
            "ValueError",
            "which file to boot? There is neither init.js nor init.py among: no files",
        ),
        ({"type": "boot", "files": {"a.py": ""}, "main": "b.py"}, "ValueError", "there is no file 'b.py'"),
        ({"type": "boot", "files": {"a.py": ""}, "seed": "x"}, "BridgeError", "'seed' must be a whole number"),
        (
            {"type": "boot", "files": {"a.py": ""}, "seed": float("inf")},
            "BridgeError",
            "'seed' must be a whole number",
        ),
        ({"type": "boot", "files": None}, "BridgeError", "'files' must be an object of texts"),
        ({"type": "boot", "files": {"a.py": 5}}, "BridgeError", "'files' must be an object of texts"),
        ({"type": "boot", "files": {"a.py": ""}, "main": ["x"]}, "TypeError", ""),
        ({"type": "ws.send", "socket": [], "opcode": 1, "data": ""}, "BridgeError", "'socket' must be"),
        ({"type": ["boot"]}, "BridgeError", "there is no message type ['boot']"),
        (
            {"type": "requirements", "files": {"a.py": f"# /// script\n# a = {'[' * 9999}\n# ///\n"}},
            "ValueError",
            "the inline script metadata behind line 1 is no TOML",
        ),
        ({"type": "boot", "files": {"a.py": ""}, "profile": "x"}, "ValueError", "there is no profile 'x'"),
        (
            {"type": "requirements", "files": {"a.py": "# /// script\n# dependencies = 5\n# ///\n"}},
            "ValueError",
            "inline script metadata",
        ),
    ],
)
def test_what_cannot_be_done_is_answered_with_the_reason(
    page: Page, message: dict[str, Any], name: str, text: str
) -> None:
    answer = page.ask(message.pop("type"), **message)
    assert not answer["ok"]
    assert answer["error"]["name"] == name
    assert answer["error"]["message"].startswith(text)


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "GET", "target": "/a b"},
        {"method": "G\nT", "target": "/"},
        {"method": "GET", "target": "/", "headers": [["A", "b\r\nC: d"]]},
        {"method": "GET", "target": "/", "headers": [["A"]]},
        {"method": "POST", "target": "/", "body": "\u20ac"},
        {"target": "/"},
        {"method": "GET", "target": "/", "port": "x"},
        {"method": "GET", "target": "/", "port": 70000},
        {"method": "GET", "target": "/", "headers": [[1, 2]]},
        {"method": "GET", "target": "/", "headers": None},
        {"method": "GET", "target": "/\u20ac"},
        {"method": "POST", "target": "/", "body": None},
    ],
)
def test_request_that_cannot_be_sent_is_an_error_and_opens_no_connection(page: Page, fields: dict[str, Any]) -> None:
    page.boot()
    assert not page.ask("http.fetch", **fields)["ok"]
    page.wait(100)
    assert page.snapshot["connections"] == []


def test_bad_boot_leaves_the_running_device_alone(page: Page) -> None:
    page.boot()
    assert not page.ask("boot", files={})["ok"]
    assert page.ask("http.fetch", method="GET", target="/my/api")["ok"]


def test_fetch_without_an_answer_is_answered_when_the_device_stops(page: Page) -> None:
    page.boot("HTTP.add_endpoint(HTTP.get_system_server(), '/', lambda: None)")
    page.handle({"id": 77, "type": "http.fetch", "method": "GET", "target": "/"})
    for _ in range(10):
        page.wait(100)
    assert page.answers(77) == []
    page.ask("stop")
    page.wait(100)
    assert [answer["error"]["message"] for answer in page.answers(77)] == ["the connection was reset"]


@pytest.mark.parametrize(
    "text", ["", "{", "5", "[]", "{}", '{"type":"stop"}', '{"id":null,"type":"stop"}', "[" * 99999]
)
def test_message_that_cannot_be_answered_does_nothing(page: Page, text: str) -> None:
    page.boot()
    page.messages.clear()
    page.bridge.handle(text, page.wall_ms)
    assert page.messages == []
    assert page.ask("http.fetch", method="GET", target="/my/api")["ok"]


def test_fetch_that_the_firmware_leaves_unanswered_is_answered_after_a_minute(page: Page) -> None:
    page.boot("HTTP.add_endpoint(HTTP.get_system_server(), '/', lambda: None)")
    answer = page.ask("http.fetch", method="GET", target="/")
    assert answer["error"] == {"name": "FetchError", "message": "no answer within 60 s"}
    page.wait(1000)
    assert {one["state"] for one in page.snapshot["connections"]} == {"CLOSED"}


def test_texts_of_a_request_reach_the_device_as_the_bytes_that_they_stand_for(page: Page) -> None:
    page.boot()
    octets = "\u00c3\u00bc"
    page.ask("http.fetch", method="GET", target=f"/{octets}", headers=[["A", octets]], body=octets)
    [request] = [record for record in page.records if record["type"] == "http.requested"]
    assert request["data"].startswith(f"GET /{octets} HTTP/1.1")
    assert f"\r\nA: {octets}\r\n" in request["data"]
    assert request["data"].endswith(f"\r\n\r\n{octets}")


# Records


def test_every_record_is_told_once_and_in_order(page: Page) -> None:
    page.boot()
    for _ in range(3):
        page.ask("http.fetch", method="GET", target="/my/api")
    page.wait(5_000)
    assert [record["seq"] for record in page.records] == list(range(len(page.records)))
    assert page.snapshot["seq"] == len(page.records) - 1


def test_many_records_come_in_batches_the_last_with_a_snapshot(page: Page) -> None:
    page.boot(f"for n in range({BATCH * 2 + 10}): print(n)")
    posts = [message for message in page.messages if message.get("type") == "records"]
    assert [len(post["records"]) for post in posts[:2]] == [BATCH, BATCH]
    assert [post["snapshot"] is None for post in posts] == [True, True, False]
    assert page.snapshot["seq"] == page.records[-1]["seq"]


def test_a_rush_of_requests_has_few_snapshots_and_one_at_its_end(page: Page) -> None:
    page.boot()
    before, began_ms = len(page.messages), page.wall_ms
    for _ in range(200):
        page.ask("http.fetch", method="GET", target="/my/api")
        page.wall_ms += 1
    posts = [message for message in page.messages[before:] if message.get("type") == "records"]
    shown = [post for post in posts if post["snapshot"]]
    assert len(shown) <= min(EAGER + 1 + (page.wall_ms - began_ms) / RUSH_MS, len(posts) / 2)
    page.wait(2 * RUSH_MS)
    assert page.snapshot["seq"] == page.records[-1]["seq"]
    assert page.snapshot["endpoints"][0]["hits"] == 200


def test_what_is_no_rush_is_shown_at_once(page: Page) -> None:
    page.boot()
    for _ in range(30):
        page.ask("reboot")
        assert page.snapshot["seq"] == page.records[-1]["seq"]


@pytest.mark.parametrize("firmware", ["for i in range(150000): print(i)", "for i in range(300): print('x' * 1000000)"])
def test_of_more_than_the_trace_holds_the_newest_is_posted_and_the_snapshot_is_right(
    page: Page, firmware: str
) -> None:
    page.boot(f"{firmware}\nHTTP.bind('8080')")
    records = page.records
    assert len(records) <= POSTED
    assert sum(len(record.get("text", "")) for record in records) <= POSTED_BYTES
    assert [record["seq"] for record in records] == list(range(records[0]["seq"], page.snapshot["seq"] + 1))
    assert page.snapshot["device"]["state"] == "running"
    assert [one["port"] for one in page.snapshot["listeners"]] == [80, 8080]


def test_text_of_the_firmware_crosses_whatever_it_holds(page: Page) -> None:
    page.boot("print('<img onerror=x> \\udcff \\x00 é')")
    printed = next(record for record in page.records if record["type"] == "device.printed")
    assert printed["text"] == "<img onerror=x> \udcff \x00 é\n"


def test_nothing_is_posted_when_nothing_happened(page: Page) -> None:
    page.boot()
    page.wait(10_000)
    page.messages.clear()
    page.wait(10_000)
    assert page.messages == []


# Time


def test_nothing_is_due_when_nothing_waits(page: Page) -> None:
    page.boot()
    page.wait(10_000)
    assert page.delay_ms == -1


def test_exchange_of_a_few_milliseconds_is_over_within_one_call(page: Page) -> None:
    page.boot()
    page.handle({"id": 77, "type": "http.fetch", "method": "GET", "target": "/my/api"})
    assert len(page.answers(77)) == 1


def test_virtual_time_runs_ahead_of_the_page_by_no_more_than_the_slack(page: Page) -> None:
    page.boot("def tick(): pass\nNet.bind('7', lambda conn, ev: Net.send(conn, 'x') if ev in (1, 4) else None)")
    began_us = page.snapshot["at_us"]
    for _ in range(5):
        page.wait(20)
        assert page.snapshot["at_us"] <= began_us + (page.wall_ms - 1000) * 1000 + AHEAD_US


@given(st.lists(st.tuples(st.sampled_from(PAGE_TO_WORKER), st.integers(0, 300)), max_size=12))
def test_each_message_is_answered_exactly_once_whatever_their_order(plan: list[tuple[str, int]]) -> None:
    page = Page()
    asked = []
    fields = {"files": {"init.py": HELLO}, "method": "GET", "target": "/my/api"}
    for number, (kind, ms) in enumerate(plan, 1):
        if kind == "tick":
            page.wait(ms)
            continue
        asked.append(number)
        page.wall_ms += ms
        page.handle({"id": number, "type": kind, **fields})
    page.handle({"id": 100, "type": "time.speed"})  # it may stand
    asked.append(100)
    page.wait(100_000)
    assert sorted(message["id"] for message in page.messages if "id" in message) == asked
