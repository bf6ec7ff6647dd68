"""Archives satisfy a validator, and say of each exchange what the trace says."""

from __future__ import annotations

import gzip
import json
import subprocess
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sim.event import HttpRequested, HttpResponded
from sim.export import to_har
from sim.export.body import MOST_UNPACKED, content_of, post_data_of
from sim.export.head import parse_head, set_cookies_of, url_of
from sim.trace import Trace
from tests.export.runs import RUNS, asking, chunked, hostile, keep_alive, reset, settle, websocket, world

CHECK = Path(__file__).with_name("har_check.mjs")


def objections(har: str) -> list[str]:
    done = subprocess.run(["node", CHECK], input=har, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stderr}\n(the validator is one of the Node tools that build.py installs)"
    found: list[str] = json.loads(done.stdout)
    return found


def entries_of(trace: Trace) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(to_har(trace))["log"]["entries"]
    return entries


@pytest.mark.parametrize("run", [keep_alive, chunked, websocket, asking, hostile], ids=lambda run: run.__name__)
def test_the_validator_has_no_objection(run: Callable[[], Trace]) -> None:
    assert objections(to_har(run())) == []


def test_the_validator_does_object_to_what_is_no_archive() -> None:
    har = json.loads(to_har(keep_alive()))
    del har["log"]["entries"][0]["request"]["url"]
    assert objections(json.dumps(har)) != []


@pytest.mark.parametrize("run", [keep_alive, chunked, websocket], ids=lambda run: run.__name__)
def test_requests_and_responses_are_those_of_the_trace(run: Callable[[], Trace]) -> None:
    trace = run()
    told = [
        (
            entry["request"]["method"],
            entry["request"]["url"].split("://device")[1],
            entry["response"]["status"],
            entry["response"]["statusText"],
            entry["response"]["content"]["size"],
        )
        for entry in entries_of(trace)
    ]
    answers = {event.exchange: event for event in trace.of(HttpResponded)}
    assert told == [
        (e.method, e.target, answer.status, answer.reason, len(answer.data) - answer.head_size)
        for e in trace.of(HttpRequested)
        for answer in [answers[e.exchange]]
    ]
    assert told


def test_bodies_are_text_or_base64() -> None:
    get, post, put, _ = entries_of(keep_alive())
    assert get["response"]["content"]["text"] == "hello"
    assert post["request"]["postData"] == {"mimeType": "application/json", "text": '{"on":true}'}
    assert b64decode(put["request"]["postData"]["text"]) == bytes(range(256))
    assert put["request"]["postData"]["_encoding"] == "base64"


def test_queries_are_taken_apart() -> None:
    [get, *_] = entries_of(keep_alive())
    assert get["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "\u00e9"}]


def test_times_are_the_client_s() -> None:
    first, second, *_ = entries_of(keep_alive())
    assert first["timings"] == {"blocked": -1, "dns": -1, "connect": 2, "ssl": -1, "send": 0, "wait": 2, "receive": 0}
    assert second["timings"] | {"connect": -1} == second["timings"]
    begun = [datetime.fromisoformat(entry["startedDateTime"]) for entry in (first, second)]
    assert (begun[1] - begun[0]).total_seconds() * 1000 == first["time"] == 4
    assert str(begun[0]) == "2017-03-01 00:00:00+00:00"


def test_a_long_response_takes_its_time_to_be_received() -> None:
    _, long = entries_of(chunked())
    assert long["timings"]["receive"] > long["timings"]["wait"] > 0
    assert long["time"] == sum(number for number in long["timings"].values() if number > 0)


def test_a_connection_that_stood_open_is_no_part_of_the_request() -> None:
    network, peer = world("")
    session = peer.session("device")
    network.clock.run_until(5_000_000)
    session.request("GET", "/init.py")
    [entry] = entries_of(network.trace)
    assert entry["timings"]["connect"] == -1
    assert entry["startedDateTime"] == "2017-03-01T00:00:05.000000Z"


def test_an_entry_names_the_line_of_firmware() -> None:
    assert [entry.get("comment") for entry in entries_of(keep_alive())][::3] == ["by init.py:4", None]


def test_websocket_messages_stand_with_their_handshake() -> None:
    [entry] = entries_of(websocket())
    assert entry["request"]["url"] == "ws://device/ws"
    assert entry["_resourceType"] == "websocket"
    assert [(m["type"], m["opcode"], m["data"]) for m in entry["_webSocketMessages"]] == [
        (kind, opcode, data)
        for opcode, data in ((1, "hello"), (2, "AP8="), (1, "\u00e9"))
        for kind in ("send", "receive")
    ]
    times = [message["time"] for message in entry["_webSocketMessages"]]
    assert times == sorted(times)
    assert times[0] > datetime.fromisoformat(entry["startedDateTime"]).timestamp()


def test_an_exchange_between_two_devices_is_told_once_by_its_client() -> None:
    trace = asking()
    assert len(trace.of(HttpRequested)) == 2
    [entry] = entries_of(trace)
    assert (entry["_host"], entry["_role"]) == ("device", "outbound")
    assert entry["timings"]["connect"] == 2


def test_a_request_without_a_response_says_so() -> None:
    network, peer = world("HTTP.add_endpoint(HTTP.get_system_server(), '/never', lambda conn, ev, data: None)")
    stream = peer.connect("device")
    stream.send(b"GET /never HTTP/1.1\r\nHost: device\r\n\r\n")
    network.clock.run_until(1_000_000)
    [entry] = entries_of(network.trace)
    assert (entry["response"]["status"], entry["response"]["_error"]) == (0, "the trace ends before the response")
    stream.reset()
    [entry] = entries_of(settle(network))
    assert entry["response"]["_error"] == "reset"
    assert objections(to_har(network.trace)) == []


def test_what_is_no_whole_request_is_no_entry() -> None:
    assert entries_of(reset()) == []


@pytest.mark.parametrize(
    ("host", "target", "url"),
    [
        ("device", "/a b\x7f", "http://device/a%20b%7F"),
        ("device:8080", "/?q=%20%zz", "http://device:8080/?q=%20%25zz"),
        ("<script>", "/", "http://invalid/"),
        ("device", "*", "http://device/*"),
        ("device", "http://other/x", "http://other/x"),
        ("[::1]:80", "/\udcff", "http://[::1]:80/%FF"),
    ],
)
def test_addresses_are_always_addresses(host: str, target: str, url: str) -> None:
    assert url_of("http", host, target) == url


def test_a_compressed_body_is_unpacked_unless_it_is_too_long() -> None:
    fields = [("Content-Encoding", "gzip"), ("Content-Type", "text/plain")]
    packed = gzip.compress(b"hello" * 100)
    told = content_of(fields, packed)
    assert (told["text"], told["size"], told["compression"]) == ("hello" * 100, 500, 500 - len(packed))
    bomb = gzip.compress(bytes(MOST_UNPACKED + 1))
    assert content_of(fields, bomb)["size"] == len(bomb)
    assert content_of(fields, packed[:-9])["encoding"] == "base64"
    assert content_of(fields, b"no gzip")["text"] == "no gzip"


def test_a_form_is_taken_apart() -> None:
    told = post_data_of([("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")], b"a=1+2&b=%3C")
    assert told["params"] == [{"name": "a", "value": "1 2"}, {"name": "b", "value": "<"}]


def test_cookies_are_taken_apart() -> None:
    fields = parse_head(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b=c; Path=/x; HttpOnly\r\n\r\n", False)
    assert set_cookies_of(fields) == [{"name": "a", "value": "b=c", "path": "/x", "httpOnly": True, "secure": False}]


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_same_run_gives_the_same_text(run: Callable[[], Trace]) -> None:
    assert to_har(run()) == to_har(run())
