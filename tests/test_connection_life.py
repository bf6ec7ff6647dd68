"""Lives a connection to a device at random, and checks it against a model: each whole request, one answer."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sim import Device, Network, Peer
from sim.event import DeviceFailed
from sim.peer import Stream

FIRMWARE = """
def echo(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = HTTP.param(ev_data, HTTP.BODY).encode('utf-8', 'surrogateescape')
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body) + body)
HTTP.add_endpoint(HTTP.get_system_server(), '/', echo)
"""


def request(body: bytes, chunked: bool) -> bytes:
    """Return a request with a body."""
    if not chunked:
        return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i : i + 3]), body[i : i + 3]) for i in range(0, len(body), 3))
    return b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def answer(body: bytes) -> bytes:
    """Return what the firmware answers to a request with this body."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class ConnectionLife(RuleBasedStateMachine):
    """A peer that sends in pieces, closes, resets and comes back."""

    stream: Stream

    @initialize()
    def boot(self) -> None:
        self.network = Network()
        self.device = Device(self.network, {"init.py": FIRMWARE})
        assert self.device.boot()
        self.peer = Peer(self.network)
        self.other = Peer(self.network, "other")
        self.connect()

    def connect(self) -> None:
        self.stream = self.peer.connect("device")
        self.unsent = b""
        self.waiting: list[tuple[int, bytes]] = []  # where requests that are not wholly sent end, and their bodies
        self.wanted = b""
        self.is_open = True
        self.pass_time(10)

    @precondition(lambda self: self.is_open)
    @rule(body=st.binary(max_size=40), chunked=st.booleans())
    def queue_request(self, body: bytes, chunked: bool) -> None:
        self.unsent += request(body, chunked)
        self.waiting.append((len(self.unsent), body))

    @precondition(lambda self: self.is_open and self.unsent)
    @rule(size=st.integers(1, 120))
    def send_some(self, size: int) -> None:
        self.stream.send(self.unsent[:size])
        self.unsent = self.unsent[size:]
        self.waiting = [(end - size, body) for end, body in self.waiting]
        while self.waiting and self.waiting[0][0] <= 0:
            self.wanted += answer(self.waiting.pop(0)[1])

    @rule(ms=st.integers(1, 100))
    def pass_time(self, ms: int) -> None:
        self.network.clock.run_until(self.network.clock.now_us + ms * 1000)

    @precondition(lambda self: self.is_open)
    @rule(how=st.sampled_from(["close", "reset", "half_close"]))
    def end(self, how: str) -> None:
        self.pass_time(10)
        self.check()
        getattr(self.stream, how)()
        self.is_open = False

    @precondition(lambda self: not self.is_open)
    @rule()
    def come_back(self) -> None:
        self.connect()

    @rule()
    def reboot(self) -> None:
        self.device.reboot()
        self.pass_time(10)
        if self.is_open:
            assert self.stream.lost == "reset"
            self.is_open = False

    @invariant()
    def check(self) -> None:
        if self.is_open:
            assert self.wanted.startswith(bytes(self.stream.received))
        assert self.network.trace.of(DeviceFailed) == []

    def teardown(self) -> None:
        if not hasattr(self, "network"):
            return
        if self.is_open:
            self.pass_time(100)
            assert bytes(self.stream.received) == self.wanted
        assert self.other.request("POST", "/", [], b"still there").body == b"still there"


TestConnectionLife = ConnectionLife.TestCase
TestConnectionLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
