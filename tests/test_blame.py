"""Each record that the firmware caused names the line that did it, in either language."""

from __future__ import annotations

import pytest

from tests.world import World

PYTHON = """\
def handle(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        print("asked")
        Net.send(conn, b"HTTP/1.0 200 OK\\r\\n\\r\\n")
        Net.send(conn, b"hello")
        Net.disconnect(conn)

server = HTTP.get_system_server()
HTTP.add_endpoint(server, "/", handle)
Net.bind("udp://5000", lambda conn, ev: Net.send(conn, b"here") if ev == Net.EV_RECV else None)
Net.connect("nobody:1", lambda conn: None)
Net.connect("peer:99", lambda conn, ev: ev == Net.EV_CONNECT and Net.disconnect(conn))
"""
SCRIPT = """\
function handle(conn, ev, message) {
  if (ev === HTTP.EV_REQUEST) {
    print('asked');
    Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n');
    Net.send(conn, 'hello');
    Net.disconnect(conn); } }

let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/', handle, null);
Net.bind('udp://5000', function(conn, ev) { if (ev === Net.EV_RECV) Net.send(conn, 'here'); }, null);
Net.connect('nobody:1', function() {}, null);
Net.connect('peer:99', function(conn, ev) { if (ev === Net.EV_CONNECT) Net.disconnect(conn); }, null);
"""


def blamed(world: World, kind: str, **fields: object) -> set[str]:
    """Return the lines that caused the records of a type with these fields."""
    records = [record.to_json() for record in world.trace]
    return {
        str(record.get("by", ""))
        for record in records
        if record["type"] == kind and all(record[name] == value for name, value in fields.items())
    }


@pytest.fixture(params=["init.py", "init.js"])
def world(request: pytest.FixtureRequest) -> World:
    """A device that does the same in both languages, line by line, after a request and a datagram."""
    world = World(PYTHON if request.param == "init.py" else SCRIPT, request.param, boot=False)
    world.serve(99)
    world.device.boot()
    world.settle()
    assert world.get("/").body == b"hello"
    world.datagram(b"?", 5000)
    assert world.failures == []
    return world


def test_what_is_sent_names_the_line_that_sent_it(world: World) -> None:
    main = world.device.main
    device = world.device.address
    assert blamed(world, "http.responded") == {f"{main}:4"}
    assert blamed(world, "segment.sent", src=device, src_port=80, data="HTTP/1.0 200 OK\r\n\r\nhello") == {f"{main}:4"}
    assert blamed(world, "datagram.sent", src=device) == {f"{main}:10"}


def test_what_is_opened_names_the_line_that_opened_it(world: World) -> None:
    main = world.device.main
    assert blamed(world, "endpoint.added") == {f"{main}:9"}
    assert blamed(world, "listener.opened", port=5000) == {f"{main}:10"}
    assert blamed(world, "name.resolved", name="nobody") == {f"{main}:11"}
    assert blamed(world, "connection.opened", role="outbound", remote_port=99) == {f"{main}:12"}
    assert blamed(world, "device.printed") == {f"{main}:3"}


def test_what_others_do_and_the_device_by_itself_names_no_line(world: World) -> None:
    assert blamed(world, "http.requested") == {""}
    assert blamed(world, "segment.sent", src=world.peer.host.address) == {""}
    assert blamed(world, "connection.opened", role="inbound", local_port=80) == {""}
    assert blamed(world, "device.booted") == {""}
