"""Endpoints take the requests that they match, and their handlers write the whole answer."""

from __future__ import annotations

from ast import literal_eval

import pytest

from sim.device import Device
from sim.event import HttpRejected, HttpRequested, HttpResponded
from sim.network.network import Network
from sim.peer import Peer
from tests.world import World

NAMED = """
def named(name):
    def handler(conn, ev, ev_data):
        if ev == HTTP.EV_REQUEST:
            Net.send(conn, f'HTTP/1.1 200 OK\\r\\nContent-Length: {len(name)}\\r\\n\\r\\n{name}')
    return handler

server = HTTP.get_system_server()
"""

SHOW = """
def show(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        print([HTTP.param(ev_data, part) for part in range(6)])
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')
    elif ev == Net.EV_CLOSE:
        print('closed')

HTTP.add_endpoint(HTTP.get_system_server(), '/', show)
"""


def taken_by(patterns: list[str], target: str) -> str:
    calls = "".join(f"HTTP.add_endpoint(server, {pattern!r}, named({pattern!r}))\n" for pattern in patterns)
    response = World(NAMED + calls).peer.request("GET", target)
    return response.text if response.status == 200 else str(response.status)


@pytest.mark.parametrize(
    ("patterns", "target", "winner"),
    [
        (["/foo"], "/foo", "/foo"),
        (["/foo"], "/foobar/x?y", "/foo"),
        (["/foo"], "/FOO", "/foo"),
        (["/foo/"], "/foo", "404"),
        (["/foo", "/foo/b"], "/foo/bar", "/foo/b"),
        (["/foo/b", "/foo"], "/foo/bar", "/foo/b"),
        (["/f*", "/foo*"], "/foobar", "/foo*"),
        (["/foo*", "/f*"], "/foobar", "/f*"),
        (["/foo**", "/foo/b"], "/foo/bar", "/foo**"),
        (["/a$"], "/ab", "404"),
        (["/a|/b"], "/b", "/a|/b"),
        ([""], "/", "404"),
        (["/%66oo"], "/foo", "404"),
        (["/x?y"], "/x?y", "404"),
    ],
)
def test_longest_match_wins_and_of_equal_ones_the_latest(patterns: list[str], target: str, winner: str) -> None:
    assert taken_by(patterns, target) == winner


def test_same_uri_registered_again_takes_the_place_of_the_first() -> None:
    world = World(NAMED + "for name in ('one', 'two'): HTTP.add_endpoint(server, '/x', named(name))")
    assert world.peer.request("GET", "/x").text == "two"


def test_endpoint_that_is_added_later_serves_open_connections_too() -> None:
    world = World(
        NAMED
        + "def add(conn, ev, ev_data):\n"
        + "    if ev == HTTP.EV_REQUEST:\n"
        + "        HTTP.add_endpoint(server, '/new', named('new'))\n"
        + "        named('added')(conn, ev, ev_data)\n"
        + "HTTP.add_endpoint(server, '/add', add)\nHTTP.add_endpoint(server, '/', named('old'))\n"
    )
    session = world.peer.session("device")
    assert [session.request("GET", target).text for target in ("/new", "/add", "/new")] == ["old", "added", "new"]


def test_unmatched_request_is_answered_404_and_the_connection_closed() -> None:
    stream = World().talk([b"GET /nowhere HTTP/1.1\r\n\r\n"])
    assert bytes(stream.received) == (
        b"HTTP/1.1 404 Not Found\r\nServer: Mongoose/6.7\r\nContent-Type: text/plain\r\nConnection: close\r\n"
        b"Content-Length: 9\r\n\r\nNot Found"
    )
    assert stream.got_eof


def test_servers_have_endpoints_of_their_own() -> None:
    world = World(NAMED + "other = HTTP.bind('8080')\nHTTP.add_endpoint(other, '/', named('other'))")
    assert world.peer.request("GET", "/", port=8080).text == "other"
    assert world.peer.request("GET", "/").status == 404


def test_parts_of_a_request_are_as_they_were_sent() -> None:
    world = World(SHOW)
    wire = b"POST /a/%41?b=c?d#e HTTP/1.1\r\nContent-Length: 4\r\nX:  y \r\n\r\nb\xc3\xa9y"
    world.talk([wire])
    assert world.printed == [
        str(["POST", "/a/%41", "HTTP/1.1", "béy", wire.decode(), "b=c?d#e"]),
    ]


def test_bytes_that_are_no_text_come_back_unharmed() -> None:
    world = World(
        "def echo(conn, ev, ev_data):\n"
        "    if ev == HTTP.EV_REQUEST:\n"
        "        body = HTTP.param(ev_data, HTTP.BODY)\n"
        "        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n')\n"
        "        Net.send(conn, body)\n"
        "        Net.disconnect(conn)\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', echo)"
    )
    body = bytes(range(256)) + "é𝄞".encode()
    assert world.peer.request("POST", "/", body=body).body == body


def test_unknown_part_is_empty() -> None:
    world = World(SHOW.replace("range(6)", "(-1, 6, 99)"))
    world.talk([b"GET / HTTP/1.1\r\n\r\n"])
    assert world.printed == ["['', '', '']"]


def test_handler_hears_of_the_end_of_a_connection_whose_last_request_it_took() -> None:
    world = World(SHOW)
    world.talk([b"GET / HTTP/1.1\r\n\r\n"]).close()
    world.settle()
    assert world.printed[-1] == "closed"


def test_whatever_the_handler_sends_goes_out_verbatim() -> None:
    world = World(
        "def web(conn, ev):\n    if ev == HTTP.EV_REQUEST:\n        Net.send(conn, b'no \\x00 http')\n"
        "        Net.disconnect(conn)\nHTTP.add_endpoint(HTTP.get_system_server(), '/', web)"
    )
    assert world.talk([b"GET / HTTP/1.1\r\n\r\n"]).received == b"no \x00 http"
    assert world.failures == []
    [rejected] = world.trace.of(HttpRejected)
    assert rejected.status == 0
    assert "what the firmware sent is no HTTP response" in rejected.reason


# The trace


def test_exchange_joins_a_request_and_its_response() -> None:
    world = World(NAMED + "HTTP.add_endpoint(server, '/a', named('a'))\nHTTP.add_endpoint(server, '/b', named('b'))")
    world.talk([b"GET /a?x HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n"])
    requests, responses = world.trace.of(HttpRequested), world.trace.of(HttpResponded)
    assert [(r.exchange, r.role, r.method, r.target, r.endpoint) for r in requests] == [
        (1, "inbound", "GET", "/a?x", 1),
        (2, "inbound", "GET", "/b", 2),
        (3, "inbound", "GET", "/c", 0),
    ]
    assert [(r.exchange, r.status, r.complete, r.data[r.head_size :]) for r in responses] == [
        (1, 200, True, b"a"),
        (2, 200, True, b"b"),
        (3, 404, True, b"Not Found"),
    ]


def test_response_that_runs_until_the_close_is_recorded_at_the_close() -> None:
    world = World(
        "def web(conn, ev):\n    if ev == HTTP.EV_REQUEST:\n"
        "        Net.send(conn, 'HTTP/1.0 200 OK\\n\\n  hello! \\n')\n"
        "        Net.disconnect(conn)\nHTTP.add_endpoint(HTTP.get_system_server(), '/', web)"
    )
    world.peer.request("GET", "/")
    [response] = world.trace.of(HttpResponded)
    assert (response.data, response.complete, response.head_size) == (b"HTTP/1.0 200 OK\n\n  hello! \n", True, 17)


# The client


def asking(request: str, firmware: str = "") -> World:
    """A device that sends a request to the peer and prints the parts of the responses."""
    return World(
        firmware
        + f"def got(conn, ev, ev_data):\n    if ev == Net.EV_CONNECT: Net.send(conn, {request!r})\n"
        + "    elif ev in (HTTP.EV_RESPONSE, HTTP.EV_CHUNK):\n"
        + "        print([ev] + [HTTP.param(ev_data, part) for part in range(6)])\n"
        + "    elif ev: print(ev)\n"
        + "HTTP.connect('peer:80', got)\n",
        boot=False,
    )


def test_response_is_told_with_its_parts_and_the_receive_event_comes_first() -> None:
    world = asking("GET /x HTTP/1.1\r\n\r\n")
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    assert streams[0].received == b"GET /x HTTP/1.1\r\n\r\n"
    wire = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"
    streams[0].send(wire.encode())
    world.settle()
    assert world.printed == ["4", "3", str([101, "", "", "HTTP/1.1", "no", wire, ""])]
    [request], [response] = world.trace.of(HttpRequested), world.trace.of(HttpResponded)
    assert (request.role, request.target, request.exchange) == ("outbound", "/x", response.exchange)


def test_response_without_length_is_told_at_the_close() -> None:
    world = asking("GET / HTTP/1.0\r\n\r\n")
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    streams[0].send(b"HTTP/1.0 200 OK\n\nall")
    world.settle()
    assert world.printed == ["4", "3"]
    streams[0].close()
    world.settle()
    assert world.printed[2:] == [str([101, "", "", "HTTP/1.0", "all", "HTTP/1.0 200 OK\n\nall", ""]), "5"]


def test_response_to_head_and_interim_responses_are_understood() -> None:
    world = asking("HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    streams[0].send(b"HTTP/1.1 100 Continue\r\n\r\n" + head + head + b"ok")
    world.settle()
    assert [line for line in world.printed if line.startswith("[101")] == [
        str([101, "", "", "HTTP/1.1", "", head.decode(), ""]),
        str([101, "", "", "HTTP/1.1", "ok", head.decode() + "ok", ""]),
    ]


FILES = {"init.py": "", "a.txt": "content"}


@pytest.mark.parametrize("profile", ["documented", "mongoose-6.18"])
@pytest.mark.parametrize("methods", [("HEAD", "GET", "GET"), ("GET", "HEAD", "GET"), ("HEAD", "HEAD", "GET")])
def test_pipelined_requests_for_a_file_leave_three_right_records(profile: str, methods: tuple[str, ...]) -> None:
    network = Network()
    Device(network, FILES, main="init.py", profile=profile).boot()
    session = Peer(network).session("device")
    answers: list[object] = []
    wire = [f"{method} /a.txt HTTP/1.1\r\nHost: d\r\nConnection: keep-alive\r\n\r\n".encode() for method in methods]
    session.ask(methods[0], b"".join(wire), answers.append)
    network.clock.run_until(1_000_000)
    responses = network.trace.of(HttpResponded)
    bodies = [response.data[response.head_size :] for response in responses]
    assert bodies == [b"" if method == "HEAD" else b"content" for method in methods]
    assert [response.exchange for response in responses] == [1, 2, 3]
    assert network.trace.of(HttpRejected) == []


@pytest.mark.parametrize(
    "sends",
    [
        ["Content-Length: 2\r\n\r\nok"],
        ["Content-Length: 2\r\n\r\n", "ok"],
        ["Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
        ["\r\n", "all of ", "it"],
    ],
)
def test_body_in_answer_to_head_is_no_part_of_the_record_and_no_fault(sends: list[str]) -> None:
    pieces = [("HTTP/1.1 200 OK\r\n" if number == 0 else "") + piece for number, piece in enumerate(sends)]
    world = World(
        f"def web(conn, ev):\n    if ev == HTTP.EV_REQUEST:\n        for piece in {pieces!r}: Net.send(conn, piece)\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', web)"
    )
    request = b" / HTTP/1.1\r\n\r\n"
    world.talk([b"HEAD" + request + b"HEAD" + request, b"HEAD" + request])
    responses = world.trace.of(HttpResponded)
    assert [(one.exchange, one.status, len(one.data) - one.head_size) for one in responses] == [
        (1, 200, 0),
        (2, 200, 0),
        (3, 200, 0),
    ]
    assert world.trace.of(HttpRejected) == []


@pytest.mark.parametrize("length", [1, 50, 10_000])
def test_rest_of_a_body_does_not_become_a_request_when_a_handler_discards(length: int) -> None:
    world = World(
        "def web(conn, ev, data):\n"
        f"    if ev == HTTP.EV_CHUNK: Net.discard(conn, {length})\n"
        "    if ev == HTTP.EV_REQUEST:\n"
        "        print(HTTP.param(data, HTTP.URI))\n"
        "        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', web)"
    )
    hidden = b"GET /hidden HTTP/1.1\r\n\r\n"
    world.talk(
        [
            b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n5",
            b"\r\ncdefg\r\n%x\r\n" % len(hidden) + hidden[:5],
            hidden[5:] + b"\r\n0\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
        ]
    )
    assert world.printed == ["/a", "/b"]
    assert world.trace.of(HttpRejected) == []


def test_chunks_of_a_response_are_told_as_they_come() -> None:
    world = asking("GET / HTTP/1.1\r\n\r\n")
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    for piece in (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", b"1\r\nb\r\n", b"0\r\n\r\n"):
        streams[0].send(piece)
        world.settle()
    events = [literal_eval(line) for line in world.printed if line.startswith("[")]
    assert [(ev, body) for ev, _, _, _, body, _, _ in events] == [(102, "a"), (102, "ab"), (102, "ab"), (101, "ab")]


def test_answer_that_is_no_http_closes_the_connection() -> None:
    world = asking("GET / HTTP/1.1\r\n\r\n")
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    streams[0].send(b"SSH-2.0-OpenSSH\r\n\r\n")
    world.settle()
    assert world.printed == ["4", "3", "5"]
    assert streams[0].got_eof
    assert len(world.trace.of(HttpRejected)) == 1
