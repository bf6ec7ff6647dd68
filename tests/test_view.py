"""The snapshot is what the records say, however they are handed over."""

from __future__ import annotations

import pickle
from itertools import count, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.device import Device
from sim.event import ConnectionClosed, ConnectionOpened, EndpointAdded, HttpRequested, HttpResponded, TraceEvent
from sim.trace import Record
from sim.view import CLOSED_SHOWN, View
from tests.world import World

FIRMWARE = """
def web(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 201 Created\\r\\nContent-Length: 2\\r\\n\\r\\nok')

server = HTTP.get_system_server()
HTTP.add_endpoint(server, '/a', web)
HTTP.add_endpoint(HTTP.bind('8080'), '/b', web)
Net.bind('udp://9', web)
"""


def snapshot(world: World) -> dict[str, Any]:
    view = View()
    view.take(world.trace)
    return view.to_json(world.trace.first)


def test_empty_trace_shows_nothing() -> None:
    shown = View().to_json()
    assert shown["device"] is None
    assert shown["seq"] == -1
    assert all(shown[name] == [] for name in ("listeners", "endpoints", "connections"))


def test_device_is_shown_with_its_listeners_and_endpoints() -> None:
    world = World(FIRMWARE)
    shown = snapshot(world)
    assert shown["device"] == {
        "host": "device",
        "name": "device",
        "address": world.device.address,
        "state": "running",
        "main": "init.py",
        "boots": 1,
        "failure": None,
    }
    assert [(one["protocol"], one["address"], one["port"]) for one in shown["listeners"]] == [
        ("tcp", "0.0.0.0", 80),
        ("tcp", "0.0.0.0", 8080),
        ("udp", "0.0.0.0", 9),
    ]
    assert [(e["port"], e["uri"], e["handler"], e["file"], e["line"]) for e in shown["endpoints"]] == [
        (80, "/a", "web", "init.py", 2),
        (8080, "/b", "web", "init.py", 2),
    ]
    assert (shown["seq"], shown["at_us"]) == (world.trace.next_seq - 1, 0)


def test_requests_count_as_hits_and_leave_their_last_status() -> None:
    world = World(FIRMWARE)
    for target in ("/a", "/A?x", "/unknown"):
        world.peer.request("GET", target)
    hits = {e["uri"]: (e["hits"], e["last_status"]) for e in snapshot(world)["endpoints"]}
    assert hits == {"/a": (2, 201), "/b": (0, 0)}


def test_interim_response_does_not_take_the_place_of_the_final_one() -> None:
    world = World(FIRMWARE)
    world.talk([b"POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", b"x"])
    view = View()
    view.take(world.trace)
    assert [one["last_status"] for one in view.to_json()["endpoints"]] == [201, 0]
    statuses = (103, 200)
    view.take(
        Record(0, 0, event)
        for event in (
            HttpRequested(99, 1, "device", "inbound", "GET", "/a", "HTTP/1.1", 1, 0, b""),
            *(HttpResponded(99, 1, "device", status, "", True, 0, b"") for status in statuses),
        )
    )
    assert [one["last_status"] for one in view.to_json()["endpoints"]] == [200, 0]


def test_requests_without_a_response_do_not_pile_up() -> None:
    view, seq = View(), count()

    def take(*events: TraceEvent) -> None:
        view.take(Record(next(seq), 0, event) for event in events)

    take(EndpointAdded(1, "device", 1, "/", "f", "a.py", 1))
    sizes = []
    for connection in range(1, 200):
        take(ConnectionOpened(connection, "device", "tcp", "inbound", "a", 80, "b", connection, "ESTABLISHED"))
        for exchange in range(3000 if connection == 1 else 1):
            take(HttpRequested(connection * 9999 + exchange, connection, "d", "inbound", "GET", "/", "", 1, 0, b""))
        take(ConnectionClosed(connection, "fin"))
        sizes.append(len(pickle.dumps(view)))
    assert max(sizes[60:]) <= sizes[60] * 1.1
    assert sizes[0] < 20_000


def test_connection_is_shown_from_both_ends_with_its_bytes() -> None:
    world = World(FIRMWARE)
    wire = b"GET /a HTTP/1.1\r\n\r\n"
    stream = world.talk([wire])
    answer = len(stream.received)
    shown = {one["host"]: one for one in snapshot(world)["connections"]}
    assert (shown["peer"]["role"], shown["device"]["role"]) == ("outbound", "inbound")
    assert (shown["peer"]["bytes_out"], shown["peer"]["bytes_in"]) == (len(wire), answer)
    assert (shown["device"]["bytes_out"], shown["device"]["bytes_in"]) == (answer, len(wire))
    assert {one["state"] for one in shown.values()} == {"ESTABLISHED"}
    stream.close()
    world.settle()
    for one in snapshot(world)["connections"]:
        assert (one["state"], one["reason"]) == ("CLOSED", "closed")
        assert one["closed_us"] > one["opened_us"]


def test_closed_connections_stay_until_there_are_too_many() -> None:
    world = World(FIRMWARE)
    for _ in range(CLOSED_SHOWN + 5):
        world.talk([]).close()
        world.settle()
    open_one = world.talk([])
    shown = [one for one in snapshot(world)["connections"] if one["host"] == "device"]
    assert len(shown) == CLOSED_SHOWN + 1
    assert shown[-1]["state"] == "ESTABLISHED"
    assert open_one.is_open


def test_firmware_that_failed_at_its_start_shows_where() -> None:
    shown = snapshot(World("x = 1\nboom()\n"))["device"]
    assert shown["state"] == "crashed"
    assert shown["failure"] == {
        "error": "NameError",
        "message": "name 'boom' is not defined",
        "file": "init.py",
        "line": 2,
    }


def test_error_in_a_handler_is_no_crash() -> None:
    world = World("HTTP.add_endpoint(HTTP.get_system_server(), '/', lambda conn, ev: boom())")
    world.talk([b"GET / HTTP/1.1\r\n\r\n"])
    assert world.failures
    assert snapshot(world)["device"]["state"] == "running"


def test_device_that_was_stopped_has_no_listeners_and_no_endpoints() -> None:
    world = World(FIRMWARE)
    world.device.stop()
    shown = snapshot(world)
    assert shown["device"]["state"] == "stopped"
    assert shown["listeners"] == shown["endpoints"] == []


def test_reboot_begins_a_new_list_of_endpoints() -> None:
    world = World(FIRMWARE)
    world.peer.request("GET", "/a")
    world.device.reboot()
    shown = snapshot(world)
    assert (shown["device"]["boots"], shown["device"]["state"]) == (2, "running")
    assert [(e["uri"], e["hits"]) for e in shown["endpoints"]] == [("/a", 0), ("/b", 0)]
    assert len({one["listener"] for one in shown["listeners"]}) == 3


def test_device_that_booted_last_is_the_one_that_is_shown() -> None:
    world = World(FIRMWARE)
    Device(world.network, {"a.py": ""}, name="other").boot()
    assert snapshot(world)["device"]["name"] == "other"
    world.device.stop()
    assert snapshot(world)["device"]["state"] == "running"


def test_number_of_dropped_records_is_shown() -> None:
    assert View().to_json(17)["dropped"] == 17


def busy_records() -> list[Record]:
    world = World(FIRMWARE)
    world.talk([b"GET /a HTTP/1.1\r\n\r\n", b"GET /b"]).reset()
    world.datagram(b"x", 9)
    world.device.reboot()
    world.peer.request("GET", "/a")
    return list(world.trace)


@given(st.lists(st.integers(0, 200), max_size=6))
def test_snapshot_is_the_same_however_the_records_are_handed_over(places: list[int]) -> None:
    records = busy_records()
    whole, parts = View(), View()
    whole.take(records)
    at = sorted({0, len(records), *(place % len(records) for place in places)})
    for start, end in pairwise(at):
        parts.take(records[start:end])
    assert parts.to_json() == whole.to_json()
