"""h11 reads what device and peer write, writes what they read, and is of one mind with them about every message."""

from __future__ import annotations

from collections.abc import Iterable

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mhttp import Malformed, Message, RequestHead, ResponseHead, Role, write_request, write_response
from tests.mhttp.reading import cut, cuts, read_all
from tests.world import World

ECHO = """
def echo(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = HTTP.param(ev_data, HTTP.BODY).encode('utf-8', 'surrogateescape')
        method = HTTP.param(ev_data, HTTP.METHOD)
        Net.send(conn, f'HTTP/1.1 200 OK\\r\\nX-Method: {method}\\r\\n')
        if HTTP.param(ev_data, HTTP.URI) == '/length':
            Net.send(conn, f'Content-Length: {len(body)}\\r\\n\\r\\n')
            Net.send(conn, b'' if method == 'HEAD' else body)
        elif HTTP.param(ev_data, HTTP.URI) == '/chunked':
            Net.send(conn, 'Transfer-Encoding: chunked\\r\\n\\r\\n')
            for start in range(0, len(body), 7):
                piece = body[start:start + 7]
                Net.send(conn, f'{len(piece):x}\\r\\n')
                Net.send(conn, piece + b'\\r\\n')
            Net.send(conn, '0\\r\\n\\r\\n')
        else:
            Net.send(conn, b'Connection: close\\r\\n\\r\\n' + body)
            Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/length|/chunked|/close', echo)
"""


class Client:
    """h11 as the client of a device."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stream = world.peer.connect("device")
        self.h11 = h11.Connection(h11.CLIENT)
        self.seen = 0

    def ask(self, method: str, target: str, headers: list[tuple[str, str]], pieces: list[bytes]) -> list[h11.Event]:
        """Send a request; the events of its response."""
        request = h11.Request(method=method, target=target, headers=[("Host", "device"), *headers])
        self.stream.send(self.h11.send(request) or b"")
        for piece in pieces:
            self.stream.send(self.h11.send(h11.Data(data=piece)) or b"")
        self.stream.send(self.h11.send(h11.EndOfMessage()) or b"")
        self.world.settle()
        self.h11.receive_data(bytes(self.stream.received[self.seen :]))
        self.seen = len(self.stream.received)
        if self.stream.got_eof:
            self.h11.receive_data(b"")
        events = list[h11.Event]()
        while (event := self.h11.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            events.append(event)
            if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                break
        return events


def body_of(events: list[h11.Event]) -> bytes:
    return b"".join(bytes(event.data) for event in events if isinstance(event, h11.Data))


@given(st.binary(max_size=60), st.sampled_from(["length", "chunked"]), st.sampled_from(["/length", "/chunked"]), cuts)
def test_h11_gets_its_body_back_from_the_device(body: bytes, coding: str, target: str, places: list[int]) -> None:
    client = Client(World(ECHO))
    header = ("Content-Length", str(len(body))) if coding == "length" else ("Transfer-Encoding", "chunked")
    for _ in range(2):
        response, *rest = client.ask("POST", target, [header], cut(body, places))
        assert isinstance(response, h11.Response)
        assert response.status_code == 200
        assert body_of(rest) == body
        assert isinstance(rest[-1], h11.EndOfMessage)
        client.h11.start_next_cycle()


def test_h11_reads_an_answer_that_runs_until_the_close() -> None:
    response, *rest = Client(World(ECHO)).ask("POST", "/close", [("Content-Length", "3")], [b"all"])
    assert isinstance(response, h11.Response)
    assert body_of(rest) == b"all"


def test_h11_reads_an_answer_to_head() -> None:
    client = Client(World(ECHO))
    response, *rest = client.ask("HEAD", "/length", [], [])
    assert isinstance(response, h11.Response)
    assert [type(event) for event in rest] == [h11.EndOfMessage]


def test_h11_is_asked_for_the_body_that_it_holds_back() -> None:
    client = Client(World(ECHO))
    request = h11.Request(
        method="POST",
        target="/length",
        headers=[("Host", "x"), ("Expect", "100-continue"), ("Content-Length", "2")],
    )
    client.stream.send(client.h11.send(request) or b"")
    client.world.settle()
    client.h11.receive_data(bytes(client.stream.received))
    interim = client.h11.next_event()
    assert isinstance(interim, h11.InformationalResponse)
    assert interim.status_code == 100


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        (b"GET /nowhere HTTP/1.1\r\n\r\n", 404),
        (b"NONSENSE\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 9000, 431),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: br\r\n\r\n", 501),
    ],
)
def test_h11_reads_what_the_device_answers_by_itself(wire: bytes, status: int) -> None:
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    reader.send(h11.EndOfMessage())
    reader.receive_data(bytes(World().talk([wire]).received))
    reader.receive_data(b"")
    response, body, end = (reader.next_event() for _ in range(3))
    assert isinstance(response, h11.Response)
    assert isinstance(body, h11.Data)
    assert isinstance(end, h11.EndOfMessage)
    assert response.status_code == status
    assert bytes(body.data) == response.reason
    assert reader.next_event() == h11.ConnectionClosed()


# h11 as the server that a device asks

ASKING = """
def got(conn, ev, ev_data):
    if ev == Net.EV_CONNECT:
        Net.send(conn, 'POST /x?y HTTP/1.1\\r\\nHost: peer\\r\\nContent-Length: 5\\r\\n\\r\\nhello')
    elif ev == HTTP.EV_RESPONSE:
        print([HTTP.param(ev_data, HTTP.PROTOCOL), HTTP.param(ev_data, HTTP.BODY)])

HTTP.connect('peer:80', got)
"""


@pytest.mark.parametrize("coding", ["length", "chunked", "close"])
def test_device_reads_what_h11_answers_and_h11_what_the_device_asks(coding: str) -> None:
    world = World(ASKING, boot=False)
    streams = world.serve(80)
    world.device.boot()
    world.settle()
    [stream] = streams
    server = h11.Connection(h11.SERVER)
    server.receive_data(bytes(stream.received))
    request, data, end = (server.next_event() for _ in range(3))
    assert isinstance(request, h11.Request)
    assert (request.method, request.target) == (b"POST", b"/x?y")
    assert isinstance(data, h11.Data)
    assert bytes(data.data) == b"hello"
    assert isinstance(end, h11.EndOfMessage)
    headers = {
        "length": [("Content-Length", "6")],
        "chunked": [("Transfer-Encoding", "chunked")],
        "close": [("Connection", "close")],
    }[coding]
    answers = [
        h11.InformationalResponse(status_code=103, headers=[]),
        h11.Response(status_code=200, headers=headers),
        h11.Data(data=b"abc"),
        h11.Data(data=b"def"),
        h11.EndOfMessage(),
    ]
    if coding == "close":
        server = h11.Connection(h11.SERVER)
        server.receive_data(bytes(stream.received).replace(b"HTTP/1.1", b"HTTP/1.0"))
        server.next_event()
        answers.pop(0)
    for answer in answers:
        stream.send(server.send(answer) or b"")
        world.settle(10_000)
    if coding == "close":
        stream.close()
    world.settle()
    assert world.printed == ["['HTTP/1.1', 'abcdef']"]


# Of one mind

tokens = st.text("abcXYZ09-_!", min_size=1, max_size=8)
values = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12)
own = ("content-length", "transfer-encoding", "host", "connection", "expect", "upgrade")
fields = st.lists(st.tuples(tokens.filter(lambda name: name.lower() not in own), values), max_size=4)
targets = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)


@given(tokens, targets, fields, st.binary(max_size=40))
def test_h11_reads_requests_of_the_peer_as_they_were_meant(
    method: str, target: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    server = h11.Connection(h11.SERVER)
    server.receive_data(write_request(method, target, [("Host", "x"), *headers], body))
    request = server.next_event()
    assert isinstance(request, h11.Request)
    assert (request.method.decode(), request.target.decode()) == (method, target)
    length = [("Content-Length", str(len(body)))] if body else []
    assert list(request.headers) == [(n.lower().encode(), v.encode()) for n, v in [("Host", "x"), *headers, *length]]
    events = []
    while not isinstance(event := server.next_event(), h11.EndOfMessage):
        events.append(event)
    assert body_of(events) == body


@given(st.integers(200, 599).filter(lambda s: s not in (204, 304)), fields, st.binary(max_size=40))
def test_h11_reads_written_responses_as_they_were_meant(
    status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    client.receive_data(write_response(status, [*headers, ("Content-Length", str(len(body)))], body, "Why"))
    response = client.next_event()
    assert isinstance(response, h11.Response)
    assert (response.status_code, response.reason) == (status, b"Why")
    events = []
    while not isinstance(event := client.next_event(), h11.EndOfMessage):
        events.append(event)
    assert body_of(events) == body


@given(tokens, targets, fields, st.lists(st.binary(min_size=1, max_size=20), max_size=4), cuts)
def test_reader_reads_chunked_requests_of_h11_as_they_were_meant(
    method: str, target: str, headers: list[tuple[str, str]], pieces: list[bytes], places: list[int]
) -> None:
    client = h11.Connection(h11.CLIENT)
    request = h11.Request(
        method=method, target=target, headers=[("Host", "x"), *headers, ("Transfer-Encoding", "chunked")]
    )
    events = [request, *(h11.Data(data=piece) for piece in pieces), h11.EndOfMessage(headers=[("Trailer", "t")])]
    wire = b"".join(client.send(event) or b"" for event in events)
    [message] = read_all(cut(wire, places))
    assert isinstance(message, Message)
    assert isinstance(message.head, RequestHead)
    assert (message.head.method.decode(), message.head.target.decode()) == (method, target)
    assert message.body == b"".join(pieces)
    assert message.is_complete


LINES = [
    b"GET / HTTP/1.1",
    b"POST /a?b HTTP/1.1",
    b"GET / HTTP/1.0",
    b"GET  /  HTTP/1.1",
    b"GET / HTTP/1.1 ",
    b"GET /\xff HTTP/1.1",
    b"HTTP/1.1 200 OK",
    b"HTTP/1.0 404",
    b"HTTP/1.1 200 ",
    b"HTTP/2.0 200 OK",
    b"Host: x",
    b"Content-Length: 3",
    b"Content-Length: 3, 3",
    b"Content-Length: +3",
    b"content-length: 4",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding: chunked, identity",
    b"X: \x00",
    b"X: a\rb",
    b" folded",
    b"X:",
    b":x",
    b"X",
    b"",
    b"abc",
    b"3",
    b"0",
    b"3;x=y",
    b"+3",
    b"0x3",
]
wires = st.lists(
    st.tuples(st.sampled_from(LINES), st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])), max_size=10
).map(lambda lines: b"".join(line + end for line, end in lines))


def once(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return each field once: h11 drops a repeated Content-Length."""
    return list(dict.fromkeys((name, value) for name, value in headers))


def h11_messages(wire: bytes, role: Role) -> tuple[list[tuple[object, ...]], bool]:
    """Return what h11 takes the bytes for, and whether it found a fault."""
    found = list[tuple[object, ...]]()
    conn = h11.Connection(h11.SERVER if role is Role.REQUESTS else h11.CLIENT)
    if role is Role.RESPONSES:
        conn.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
        conn.send(h11.EndOfMessage())
    conn.receive_data(wire)
    conn.receive_data(b"")
    start, body = None, b""
    try:
        while True:
            event = conn.next_event()
            match event:
                case h11.Request():
                    start = (event.method, event.target, once(event.headers))
                case h11.Response():
                    start = (event.status_code, event.reason, once(event.headers))
                case h11.Data():
                    body += bytes(event.data)
                case h11.EndOfMessage():
                    found.append((*(start or ()), body))
                    return found, False
                case _:
                    return found, False
    except h11.RemoteProtocolError:
        return found, True


@given(wires, st.sampled_from(Role))
def test_reader_and_h11_never_see_two_different_first_messages(wire: bytes, role: Role) -> None:
    ours = read_all([wire], role)
    theirs, _ = h11_messages(wire, role)
    if not ours or not theirs or isinstance(ours[0], Malformed) or not ours[0].is_complete:
        return
    head = ours[0].head
    headers = once((name.lower(), value) for name, value in head.headers)
    if isinstance(head, ResponseHead):
        assert theirs[0] == (head.status, head.reason, headers, ours[0].body)
    else:
        assert theirs[0] == (head.method, head.target, headers, ours[0].body)
