"""Plays a case of tests/vectors on a simulated device and gives what happened in the form of the observations.

Device and peers meet on the network alone: the case's program runs as firmware (vector_firmware.py), its peers' steps
are bytes on connections, and the events are read from the trace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from sim.device import Device
from sim.event import DeviceFailed, DevicePrinted, HttpRejected, HttpRequested
from sim.mhttp.websocket import accept_key
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.network.udp import UdpSocket
from sim.peer import FetchError, Peer, Stream
from sim.profile import Profile
from tests.vector_case import Case

__all__ = ["KINDS", "Observation", "play"]

KINDS: Final = (
    "http-server",
    "http-client",
    "net-server",
    "net-client",
    "udp-server",
    "udp-client",
    "net-bind",
    "http-bind",
    "net-connect",
)
"""Kinds of cases that take a device."""

FIRMWARE: Final = (Path(__file__).parent / "vector_firmware.py").read_text("utf-8")

PORT: Final = 8000
BUSY_PORT: Final = 8001
CLOSED_PORT: Final = 8002
HEALTH_PORT: Final = 8003

MS: Final = 1000
KEY: Final = re.compile(rb"Sec-WebSocket-Key: ([^\r\n]*)")
SETTLE_US: Final = 50 * MS
AFTER_SEND_US: Final = 50 * MS
AFTER_ACCEPT_US: Final = 80 * MS
AFTER_SCRIPT_US: Final = 500 * MS

Observation = dict[str, Any]
Steps = list[dict[str, Any]]


def play(case: Case, profile: Profile | str) -> Observation:
    """Play a case on a device of a profile.

    Besides what observations hold there are `failures` (errors of the firmware), `rejected` (the status of each
    refused message) and `still_answers` (whether the device then answers somebody else).
    """
    network = Network()
    peer = Peer(network, "peer")
    files = {name: text.encode("latin-1") for name, text in case.get("setup", {}).get("files", {}).items()}
    firmware = f"CASE = {_localized(case, peer)!r}\n{FIRMWARE}"
    device = Device(network, {"init.py": firmware, **files}, profile=profile, main="init.py")
    match case["kind"]:
        case "http-server" | "net-server":
            script: Script = ServerScript(network, peer, device, case)
        case "http-client" | "net-client":
            script = ClientScript(network, peer, device, case)
        case "udp-server":
            script = UdpServerScript(network, peer, device, case)
        case "udp-client":
            script = UdpClientScript(network, peer, device, case)
        case _:
            script = Script(network, peer, device, case)
    script.run()
    seen = {**script.seen(), **_read_trace(network, device.profile, script.marks)}
    return {**seen, "still_answers": _still_answers(network)}


def _localized(case: Case, peer: Peer) -> Case:
    """Return a case's program with the addresses and ports of this network in it."""
    target = case.get("setup", {}).get("target", "")
    text = json.dumps({"kind": case["kind"], "setup": case.get("setup", {}), "input": case.get("input", "")})
    if target:
        text = text.replace("127.0.0.1", peer.host.address).replace("localhost", peer.host.name)
    for name, port in (
        ("port", PORT),
        ("free-port", PORT),
        ("busy-tcp-port", BUSY_PORT),
        ("busy-udp-port", BUSY_PORT),
        ("closed-port", CLOSED_PORT),
    ):
        text = text.replace(f"<{name}>", str(port))
    return json.loads(text)


# The scripts of the peers


class Script:
    """Boots the device and lets time pass: all that a case without a peer needs."""

    def __init__(self, network: Network, peer: Peer, device: Device, case: Case) -> None:
        self.network = network
        self.peer = peer
        self.device = device
        self.nothing_listens = bool(case.get("setup", {}).get("nothing_listens"))
        self.has_many = "peers" in case
        self.scripts: list[Steps] = case["peers"] if self.has_many else [case.get("peer", [])]
        self.marks: list[tuple[int, int | str]] = []
        """From which record of the trace on which step counts as begun."""

    def run(self) -> None:
        self.device.boot()
        self.pass_time(AFTER_SCRIPT_US)

    def seen(self) -> Observation:
        return {}

    def mark(self, step: int | str) -> None:
        self.marks.append((self.network.trace.next_seq, step))

    def pass_time(self, us: int) -> None:
        self.network.clock.run_until(self.network.clock.now_us + us)


class Conversation:
    """One TCP connection of a peer and the steps on it."""

    def __init__(self, script: Script, stream: Stream, steps: Steps) -> None:
        self.script = script
        self.stream = stream
        self.steps = steps
        self.lengths: list[tuple[int, int]] = []  # (step, bytes received before it began)
        self.closed_by = ""
        self.eof_step: int | None = None
        self.has_half_closed = False

    def play(self) -> None:
        for number, step in enumerate(self.steps):
            self.script.mark(number)
            self._begin(number)
            self._do(step)
        self.script.pass_time(AFTER_SCRIPT_US)
        self._note_end(len(self.steps) - 1)

    def _begin(self, number: int) -> None:
        self._note_end(number - 1)
        self.lengths.append((number, len(self.stream.received)))

    def _note_end(self, step: int) -> None:
        is_over = self.stream.got_eof or self.stream.lost is not None
        if is_over and not self.closed_by:
            self.closed_by, self.eof_step = "library", step

    def _do(self, step: dict[str, Any]) -> None:
        stream = self.stream
        match step["op"]:
            case "send":
                data = step["data"]
                if step.get("substitute_accept"):
                    data = data.replace("@ACCEPT@", self._accept())
                stream.send(data.encode("latin-1"))
                self.script.pass_time(AFTER_SEND_US)
            case "wait":
                self.script.pass_time(step["ms"] * MS)
            case "half_close":
                self.has_half_closed = True
                stream.half_close()
                self.script.pass_time(AFTER_SEND_US)
            case "close":
                self.closed_by = self.closed_by or "peer-close"
                stream.close()
                self.script.pass_time(AFTER_SEND_US)
            case "reset":
                self.closed_by = self.closed_by or "peer-rst"
                stream.reset()
                self.script.pass_time(AFTER_SEND_US)
            case other:
                raise ValueError(f"unknown step {other!r}")

    def _accept(self) -> str:
        key = KEY.search(self.stream.received)
        return "" if key is None else accept_key(key[1])

    def seen(self) -> Observation:
        received = bytes(self.stream.received).decode("latin-1")
        bounds = [(-1, 0), *self.lengths, (-1, len(received))]
        by_step = [[step, received[start:end]] for (step, start), (_, end) in pairwise(bounds) if end > start]
        seen: Observation = {"received": received, "closed_by": self.closed_by or "nobody"}
        if len(by_step) > 1:
            seen["received_by_step"] = by_step
        if self.closed_by == "library":
            seen["close_kind"] = "fin" if self.stream.got_eof else "rst"
            seen["eof_after_step"] = self.eof_step
        if self.has_half_closed:
            seen["peer_half_closed"] = True
        return seen


class TcpScript(Script):
    """What the scripts of TCP peers share: conversations one after the other, all kept open to the end."""

    def __init__(self, network: Network, peer: Peer, device: Device, case: Case) -> None:
        super().__init__(network, peer, device, case)
        self.conversations: list[Conversation] = []

    def converse(self, stream: Stream, steps: Steps) -> None:
        conversation = Conversation(self, stream, steps)
        self.conversations.append(conversation)
        conversation.play()

    def end(self) -> None:
        self.mark("end")
        for conversation in self.conversations:
            if conversation.stream.lost is None:
                conversation.stream.close()
        self.pass_time(AFTER_SCRIPT_US)

    def seen(self) -> Observation:
        seen = [conversation.seen() for conversation in self.conversations]
        return {"peer": seen if self.has_many else seen[0]} if seen else {}


class ServerScript(TcpScript):
    """Peers that connect to the device."""

    def run(self) -> None:
        self.device.boot()
        for steps in self.scripts:
            self.mark(-1)
            stream = self.peer.connect(self.device.name, PORT)
            self.pass_time(SETTLE_US)
            self.converse(stream, steps)
        self.end()


class ClientScript(TcpScript):
    """Peers that the device connects to."""

    def run(self) -> None:
        streams: list[Stream] = []

        def accept(socket: TcpSocket) -> Stream:
            stream = Stream(self.network)
            stream.begin(socket)
            streams.append(stream)
            return stream

        if not self.nothing_listens:
            self.peer.host.listen(PORT, accept)
        self.device.boot()
        self.pass_time(AFTER_ACCEPT_US)
        for stream, steps in zip(streams, self.scripts, strict=False):
            self.mark(-1)
            self.converse(stream, steps)
        self.end()


class Datagrams:
    """A UDP socket of a peer: keeps what arrives, and who sent it."""

    def __init__(self) -> None:
        self.socket: UdpSocket | None = None
        self.received: list[str] = []
        self.source: tuple[str, int] | None = None

    def datagram_received(self, data: bytes, address: str, port: int) -> None:
        self.received.append(data.decode("latin-1"))
        self.source = (address, port)

    def send(self, data: str, to: tuple[str, int]) -> None:
        assert self.socket is not None
        self.socket.send_to(data.encode("latin-1"), *to)


class UdpServerScript(Script):
    """Peers that send datagrams to the device."""

    def run(self) -> None:
        self.sockets: dict[int, Datagrams] = {}
        self.device.boot()
        for number, step in enumerate(self.scripts[0]):
            self.mark(number)
            if step["op"] == "send_datagram":
                self._socket(step["from_peer_socket"]).send(step["data"], (self.device.address, PORT))
                self.pass_time(AFTER_SEND_US)
            else:
                self.pass_time(step["ms"] * MS)
        self.pass_time(AFTER_SCRIPT_US)
        self.mark("end")

    def _socket(self, number: int) -> Datagrams:
        if number not in self.sockets:
            datagrams = self.sockets[number] = Datagrams()
            datagrams.socket = self.peer.host.connect_udp(self.device.address, PORT, datagrams)
        return self.sockets[number]

    def seen(self) -> Observation:
        each = sorted(self.sockets.items())
        return {"received_datagrams": [{"from_peer_socket": n, "datagrams": d.received} for n, d in each]}


class UdpClientScript(Script):
    """A peer that the device sends datagrams to; it answers to where they came from."""

    def run(self) -> None:
        self.datagrams = Datagrams()
        if not self.nothing_listens:
            self.datagrams.socket = self.peer.host.listen_udp(PORT, self.datagrams)
        self.device.boot()
        self.pass_time(AFTER_ACCEPT_US)
        for number, step in enumerate(self.scripts[0]):
            self.mark(number)
            if step["op"] == "send":
                assert self.datagrams.source is not None, "the device has sent nothing: whom to answer?"
                self.datagrams.send(step["data"], self.datagrams.source)
                self.pass_time(AFTER_SEND_US)
            else:
                self.pass_time(step["ms"] * MS)
        self.pass_time(AFTER_SCRIPT_US)
        self.mark("end")

    def seen(self) -> Observation:
        return {} if self.nothing_listens else {"received_datagrams": self.datagrams.received}


def _still_answers(network: Network) -> bool:
    try:
        return Peer(network, "another").request("GET", "/", port=HEALTH_PORT).status == 404
    except FetchError:
        return False


# From the trace to the events of an observation


def _read_trace(network: Network, profile: Profile, marks: list[tuple[int, int | str]]) -> Observation:
    seen: Observation = {"events": [], "param_calls": [], "rejected": [], "failures": []}
    numbers: dict[int, int] = {}
    for seq, event in _facts(network, profile):
        step = next((step for first, step in reversed(marks) if first <= seq), -1)
        match event:
            case {"ev": _, "connection": number}:
                conn = numbers.setdefault(number, len(numbers))
                rest = {key: value for key, value in event.items() if key != "connection"}
                seen["events"].append({"step": step, "conn": conn, **rest})
            case {"param_call": call}:
                seen["param_calls"].append(call)
                seen["events"][-1].setdefault("param_calls", []).append(call)
            case HttpRejected():
                seen["rejected"].append(event.status)
            case DeviceFailed():
                seen["failures"].append(event.trace)
            case _:
                seen |= event
    return seen


def _facts(network: Network, profile: Profile) -> Iterator[tuple[int, Any]]:
    for record in network.trace:
        match record.event:
            case DevicePrinted(_, text):
                yield record.seq, _as_bytes(json.loads(text))
            case HttpRequested(role="inbound", endpoint=0) as request if not profile.reads_in_place:
                yield record.seq, _default_request(request)
            case HttpRejected() | DeviceFailed() as event:
                yield record.seq, event


def _default_request(request: HttpRequested) -> dict[str, Any]:
    """Return a request that no endpoint took as the event of the listener's own handler, which firmware has not."""
    uri, _, query = request.target.partition("?")
    http = {
        "method": request.method,
        "uri": _latin(uri),
        "protocol": request.protocol,
        "body": request.data[request.head_size :].decode("latin-1"),
        "message": request.data.decode("latin-1"),
        "query_string": _latin(query),
    }
    return {"to": "default", "handler": "(default)", "connection": request.connection, "ev": 100, "http": http}


def _as_bytes(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the firmware printed with the values of HTTP.param as strings of bytes."""
    if "http" in facts and "headers" not in facts["http"]:
        facts["http"] = {name: _latin(value) for name, value in facts["http"].items()}
    if "param_call" in facts:
        facts["param_call"][1] = _latin(facts["param_call"][1])
    return facts


def _latin(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
