"""Rules look into connections: at HTTP responses by what was asked, and at WebSocket frames."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.device import Device
from sim.event import HttpResponded, RuleApplied
from sim.mhttp.websocket import Opcode, write_frame
from sim.network.lab.messages import Conversation, Scanner
from sim.network.network import Network
from sim.peer import FetchError, Peer, Response, Session

Answer = Response | FetchError

FIRMWARE = """
let body = 'a'; for (let i = 0; i < 12; i++) { body = body + body; }
let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/short', function(c, ev, d) {
  Net.send(c, 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello');
}, null);
HTTP.add_endpoint(server, '/long', function(c, ev, d) {
  Net.send(c, 'HTTP/1.1 200 OK\\r\\nContent-Length: 4096\\r\\n\\r\\n' + body);
}, null);
HTTP.add_endpoint(server, '/close', function(c, ev, d) {
  Net.send(c, 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nuntil the end');
  Net.disconnect(c);
}, null);
HTTP.add_endpoint(server, '/slow', function(c, ev, d) {
  Net.send(c, 'HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n01234');
  Timer.set(1000, 0, function(c) { Net.send(c, '56789'); }, c);
}, null);
"""

ECHO = """
def on_frame(conn, ev, data):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, HTTP.ws_opcode(data), 'got ' + HTTP.param(data, HTTP.BODY))

HTTP.add_endpoint(HTTP.get_system_server(), '/ws', on_frame)
"""


class World:
    def __init__(self, firmware: str = FIRMWARE, main: str = "init.js") -> None:
        self.network = Network(seed=1)
        self.device = Device(self.network, {main: firmware})
        assert self.device.boot()
        self.peer = Peer(self.network)

    def run(self, us: int = 10_000_000) -> None:
        self.network.clock.run_until(self.network.clock.now_us + us)

    def fetch(self, target: str, method: str = "GET", body: bytes = b"", session: Session | None = None) -> Answer:
        answers: list[Answer] = []
        (session or self.peer.session("device")).fetch(method, target, (), body, on_done=answers.append)
        self.run(70_000_000)
        return answers[0]

    @property
    def effects(self) -> list[str]:
        return [fact.effect for fact in self.network.trace.of(RuleApplied)]


@pytest.fixture
def world() -> World:
    return World()


def test_another_status_takes_the_place_of_the_real_one_and_the_connection_goes_on(world: World) -> None:
    rule = world.network.rule("http-status", status=503, body="busy")
    session = world.peer.session("device")
    for target in ("/short", "/long"):
        answer = world.fetch(target, session=session)
        assert isinstance(answer, Response)
        assert (answer.status, answer.reason, answer.body) == (503, "Service Unavailable", b"busy")
    assert rule.hits == 2
    rule.remove()
    answer = world.fetch("/short", session=session)
    assert isinstance(answer, Response)
    assert answer.body == b"hello"
    assert [fact.status for fact in world.network.trace.of(HttpResponded)] == [200, 200, 200]  # what the firmware said


def test_response_that_ends_with_the_connection_is_replaced_whole(world: World) -> None:
    world.network.rule("http-status", status=302, location="http://portal/")
    answer = world.fetch("/close")
    assert isinstance(answer, Response)
    assert dict(answer.headers)["Location"] == "http://portal/"
    assert (answer.status, answer.body) == (302, b"")


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [
        ({"path": "/short"}, [503, 200, 503]),
        ({"path": "/l*"}, [200, 503, 200]),
        ({"method": "post"}, [200, 200, 503]),
        ({"content": "secret"}, [200, 200, 503]),
        ({"content": "?a=1"}, [200, 503, 200]),
        ({"path": "/"}, [200, 200, 200]),
        ({"percent": 0}, [200, 200, 200]),
        ({"host": "device", "direction": "out"}, [503, 503, 503]),
        ({"host": "device", "direction": "in"}, [200, 200, 200]),
    ],
)
def test_rule_hits_the_requests_that_it_is_about(
    world: World, condition: dict[str, object], statuses: list[int]
) -> None:
    rule = world.network.rule("http-status", **condition)
    session = world.peer.session("device")
    answers = [
        world.fetch(target, method, body, session)
        for target, method, body in (
            ("/short", "GET", b""),
            ("/long?a=1", "GET", b""),
            ("/short", "POST", b"a secret"),
        )
    ]
    assert [answer.status for answer in answers if isinstance(answer, Response)] == statuses
    assert rule.hits == statuses.count(503)


def test_response_is_delayed(world: World) -> None:
    world.network.rule("http-delay", ms=1500)
    answer = world.fetch("/close")
    assert isinstance(answer, Response)
    assert answer.body == b"until the end"
    assert 1_500_000 < answer.took_us < 1_600_000


def test_body_is_truncated_and_the_connection_closed(world: World) -> None:
    stream = world.peer.connect("device")
    world.network.rule("http-truncate", bytes=1000)
    world.run()
    stream.send(b"GET /long HTTP/1.1\r\nHost: device\r\n\r\n")
    world.run()
    assert bytes(stream.received).endswith(b"\r\n\r\n" + b"a" * 1000)
    assert stream.got_eof
    assert world.effects == ["truncated"]


def test_short_body_is_not_truncated(world: World) -> None:
    rule = world.network.rule("http-truncate", bytes=5)
    answer = world.fetch("/short")
    assert isinstance(answer, Response)
    assert answer.body == b"hello"
    assert rule.hits == 0


def test_body_stalls_until_the_rule_is_removed(world: World) -> None:
    stream = world.peer.connect("device")
    rule = world.network.rule("http-stall", bytes=10)
    world.run()
    stream.send(b"GET /long HTTP/1.1\r\nHost: device\r\n\r\n")
    world.run()
    assert bytes(stream.received).endswith(b"\r\n\r\n" + b"a" * 10)
    assert stream.is_open
    rule.remove()
    world.run()
    assert bytes(stream.received).endswith(b"\r\n\r\n" + b"a" * 4096)


def test_body_stalls_for_a_time(world: World) -> None:
    world.network.rule("http-stall", bytes=0, ms=2000)
    answer = world.fetch("/short")
    assert isinstance(answer, Response)
    assert answer.body == b"hello"
    assert 2_000_000 < answer.took_us < 2_100_000


def test_stall_ends_with_its_rule(world: World) -> None:
    world.network.rule("http-stall", bytes=0, lasts=3)
    answer = world.fetch("/short")
    assert isinstance(answer, Response)
    assert 2_900_000 < answer.took_us <= 3_100_000


@pytest.mark.parametrize("kind", ["http-truncate", "http-stall"])
def test_rule_that_is_set_within_a_body_hits_the_rest_of_it(world: World, kind: str) -> None:
    stream = world.peer.connect("device")
    world.run()
    stream.send(b"GET /slow HTTP/1.1\r\nHost: device\r\n\r\n")
    world.run(500_000)
    world.network.rule(kind, bytes=7, path="/slow")
    world.run()
    assert bytes(stream.received).endswith(b"\r\n\r\n0123456")


def test_response_to_a_request_from_before_the_rule_is_hit(world: World) -> None:
    stream = world.peer.connect("device")
    world.run()
    stream.send(b"POST /short HTTP/1.1\r\nHost: device\r\nContent-Length: 6\r\n\r\nsec")
    world.run()
    world.network.rule("http-status", content="secret")
    stream.send(b"ret")
    world.run()
    assert bytes(stream.received).startswith(b"HTTP/1.1 503 ")


def test_frames_are_left_out_by_what_they_hold() -> None:
    world = World(ECHO, "init.py")
    socket = world.peer.websocket("device", "/ws")
    world.run()
    rule = world.network.rule("ws-drop", content="b", host="device", direction="in")
    for text in ("a", "b", "c"):
        socket.send(text)
    world.run()
    assert [frame.payload for frame in socket.frames] == [b"got a", b"got c"]
    assert rule.hits == 1
    rule.remove()
    world.network.rule("ws-drop", content="got d", host="device", direction="out")
    for text in ("d", "e"):
        socket.send(text)
    world.run()
    assert [frame.payload for frame in socket.frames] == [b"got a", b"got c", b"got e"]


def test_frames_come_late_and_stay_in_order() -> None:
    world = World(ECHO, "init.py")
    world.network.rule("ws-delay", ms=800, content="slow", direction="out", host="device")
    socket = world.peer.websocket("device", "/ws")
    world.run()
    for text in ("slow", "quick"):
        socket.send(text)
    world.run(500_000)
    assert socket.frames == []
    world.run()
    assert [frame.payload for frame in socket.frames] == [b"got slow", b"got quick"]


REQUEST = b"POST /x?y HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n\r\nabc"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na;x=y\r\n0123456789\r\n0\r\nA: b\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
FRAMES = b"".join(
    write_frame(opcode, bytes(size)) for opcode, size in ((Opcode.TEXT, 3), (Opcode.BINARY, 300), (Opcode.PING, 0))
)


@given(
    st.sampled_from(
        [REQUEST * 2, CHUNKED * 2, SWITCH + FRAMES, b"\x10\x0cMQTT", b"HTTP/1.1 200 OK\r\n\r\nand more", b"GET"]
    ),
    st.lists(st.integers(0, 500)),
    st.binary(max_size=5),
)
def test_scanner_gives_back_every_byte_however_they_come(data: bytes, cuts: list[int], more: bytes) -> None:
    data += more
    scanner, out = Scanner(Conversation()), bytearray()
    for start, end in pairwise([0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]):
        for piece in scanner.feed(data[start:end]):
            out += piece.data
    assert bytes(out) + scanner.rest() == data


def test_connection_that_speaks_neither_passes_as_it_is(world: World) -> None:
    world.network.rule("http-status")
    world.network.rule("ws-drop")
    got = []
    world.peer.host.listen(7, lambda socket: Echo(got))
    made = []
    other = world.network.add_host("other")
    other.connect(world.peer.host.address, 7, Sender(made))
    world.run()
    assert b"".join(got) == b"\x16\x03\x01 no HTTP"


class Echo:
    def __init__(self, got: list[bytes]) -> None:
        self.got = got

    def connection_made(self, socket: object) -> None: ...
    def data_received(self, data: bytes) -> None:
        self.got.append(data)

    def eof_received(self) -> None: ...
    def connection_lost(self, reason: str) -> None: ...
    def resume_writing(self) -> None: ...


class Sender(Echo):
    def connection_made(self, socket) -> None:
        socket.write(b"\x16\x03\x01 no HTTP", last=True)
