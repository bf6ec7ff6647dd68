"""Reads out of a trace what is to be made again: requests to devices, WebSockets, and what devices ask of others."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sim.event import (
    DeviceBooted,
    HostAdded,
    HttpRequested,
    HttpResponded,
    RpcCalled,
    RpcReplied,
    WsClosed,
    WsFramed,
    WsOpened,
)
from sim.export.exchange import Exchange, gather
from sim.mhttp.head import strict_request, strict_response
from sim.mhttp.message import Malformed
from sim.mhttp.websocket import Opcode
from sim.trace import Record

__all__ = ["Answer", "Asked", "CodeError", "Request", "Story", "Talk", "Turn", "story_of"]

DEVICE: Final = "device"

OWN: Final = frozenset(["host", "content-length", "connection", "transfer-encoding", "keep-alive"])
"""What a client writes anew, and what belongs to the connection."""

OF_HANDSHAKE: Final = OWN | {"upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"}

PROTOCOLS: Final = "sec-websocket-protocol"

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")

SWITCHING: Final = 101

Fields = list[tuple[str, str]]


class CodeError(ValueError):
    """Nothing of what was chosen can be made again; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What came back. Texts are UTF-8, with a surrogate for each byte that is none."""

    status: int
    fields: Fields
    body: bytes
    is_complete: bool

    @property
    def content_type(self) -> str:
        """Its media type as it was sent, empty if there was none."""
        return next((value for name, value in self.fields if name.lower() == "content-type"), "")

    @property
    def json(self) -> Any:
        """What the body means, None if it is no JSON or the answer does not say that it is."""
        return json_of(self.content_type, self.body)


@dataclass(frozen=True)
class Request:
    """A request to a device."""

    at_us: int
    to: str
    port: int
    method: str
    target: str
    fields: Fields
    body: bytes
    is_chunked: bool
    answer: Answer | None


@dataclass(frozen=True)
class Turn:
    """A message or control frame of a WebSocket; `is_sent` by the client."""

    is_sent: bool
    opcode: int
    data: bytes


@dataclass(frozen=True)
class Talk:
    """A WebSocket to a device, from its handshake on; the last of its turns may be a close frame."""

    at_us: int
    to: str
    port: int
    target: str
    fields: Fields
    protocols: list[str]
    subprotocol: str
    turns: list[Turn]


@dataclass(frozen=True)
class Asked:
    """A request of a device to another host: `host` is its name, empty if only its address is known."""

    at_us: int
    after_us: int
    by: str
    host: str
    port: int
    method: str
    target: str
    body: bytes
    answer: bytes
    """All of the answer, as it was sent."""
    is_websocket: bool

    @property
    def ends_by_closing(self) -> bool:
        """Whether only the end of the connection tells where the answer ends."""
        head = self.answer.partition(b"\r\n\r\n")[0].lower()
        return b"\r\ncontent-length:" not in head and b"\r\ntransfer-encoding:" not in head


@dataclass
class Story:
    """All that is to be made again, in its order."""

    firmware: str
    acts: list[Request | Talk | Asked] = field(default_factory=list)

    def __iter__(self) -> Iterator[Request | Talk | Asked]:
        return iter(self.acts)

    @property
    def name(self) -> str:
        """A few words about it, for the name of a test."""
        first = self.acts[0]
        verb = "ws" if isinstance(first, Talk) else first.method
        words = re.findall(r"[a-z0-9]+", f"{verb} {first.target.partition('?')[0]}".lower())
        asks = ["device", "asks"] if isinstance(first, Asked) else []
        return "_".join([*asks, *words][:8]) + ("_and_more" if len(self.acts) > 1 else "")

    @property
    def hosts(self) -> dict[tuple[str, int], list[Asked]]:
        """What other hosts are asked for, by their names and ports."""
        hosts: dict[tuple[str, int], list[Asked]] = {}
        for act in self:
            if isinstance(act, Asked) and act.host and act.answer:
                hosts.setdefault((act.host, act.port), []).append(act)
        return hosts


def story_of(records: Sequence[Record], selected: Collection[int] | None, firmware: str) -> Story:
    """Return what is to be made again of a trace.

    Raises:
        CodeError: there is nothing.
    """
    chosen = [record for record in records if selected is None or record.seq in selected]
    exchanges = gather(records)
    wanted = exchanges if selected is None else _wanted(exchanges, chosen, records)
    names = {record.event.address: record.event.host for record in records if isinstance(record.event, HostAdded)}
    booted = [record.at_us for record in records if isinstance(record.event, DeviceBooted)]
    story, last_us = Story(firmware), 0
    for one in wanted:
        # From the boot before it, unless something else happened since
        last_us = max([last_us, *(at_us for at_us in booted if at_us <= one.at_us)])
        story.acts.append(_act(one, names, one.at_us - last_us))
        last_us = one.at_us
    if not story.acts:
        raise CodeError(_why_not(chosen))
    return story


def _wanted(exchanges: list[Exchange], chosen: list[Record], records: Sequence[Record]) -> list[Exchange]:
    numbers: set[int] = set()
    connections: set[int] = set()
    for record in chosen:
        event = record.event
        if isinstance(event, HttpRequested | HttpResponded):
            numbers.add(event.exchange)
        elif isinstance(event, WsOpened | WsFramed | WsClosed):
            connections.add(event.connection)
    found = [
        one
        for one in exchanges
        if one.request.exchange in numbers or (one.websocket and one.request.connection in connections)
    ]
    if found or not (numbers or connections):
        return found
    # An exchange between two devices is given as its client saw it; chosen was what the server saw
    of_server = [record.event for record in records if isinstance(record.event, HttpRequested)]
    here = {one.connection for one in of_server if one.exchange in numbers} | connections
    ends = {one.ends for one in gather([record for record in records if _is_about(record, here)])}
    return [one for one in exchanges if one.ends in ends]


def _is_about(record: Record, connections: set[int]) -> bool:
    return getattr(record.event, "connection", None) in connections


def _why_not(chosen: list[Record]) -> str:
    if any(isinstance(record.event, RpcCalled | RpcReplied) for record in chosen):
        return "a call is written with the message that carried it: choose the HTTP or WebSocket message"
    if chosen:
        return "only HTTP and WebSocket messages can be made again"
    return "there is nothing to make again: what was chosen is no longer in the trace"


def _act(one: Exchange, names: dict[str, str], after_us: int) -> Request | Talk | Asked:
    request = one.request
    fields = _fields(request)
    data = request.data[request.head_size :]
    connection = one.connection
    if not one.is_inbound:
        host = value_of(fields, "host").rpartition(":")[0] or value_of(fields, "host")
        remote = "" if connection is None else names.get(connection.remote, "")
        name = remote or (host if NAME.fullmatch(host) else "")
        return Asked(
            at_us=one.at_us, after_us=after_us, by=request.host, host=name,
            port=80 if connection is None else connection.remote_port, method=request.method, target=request.target,
            body=data, answer=b"" if one.response is None else one.response.data,
            is_websocket=one.websocket is not None,
        )  # fmt: skip
    port = 80 if connection is None else connection.local_port
    if one.websocket is not None:
        kept = [pair for pair in fields if pair[0].lower() not in OF_HANDSHAKE | {PROTOCOLS}]
        protocols = [part.strip() for part in value_of(fields, PROTOCOLS).split(",") if part.strip()]
        turns = _turns([event for _, event in one.messages])
        return Talk(one.at_us, request.host, port, request.target, kept, protocols, one.websocket.subprotocol, turns)
    kept = [pair for pair in fields if pair[0].lower() not in OWN]
    is_chunked = "chunked" in value_of(fields, "transfer-encoding").lower()
    answer = None if one.response is None else _answer(one.response)
    return Request(one.at_us, request.host, port, request.method, request.target, kept, data, is_chunked, answer)


def _answer(response: HttpResponded) -> Answer:
    fields = [pair for pair in _fields(response) if pair[0].lower() not in OWN]
    return Answer(response.status, fields, response.data[response.head_size :], response.complete)


def _turns(frames: list[WsFramed]) -> list[Turn]:
    """Return messages in the place of their fragments, and what the end of the WebSocket was, once."""
    turns: list[Turn] = []
    parts: dict[str, tuple[int, bytes]] = {}
    for frame in frames:
        is_sent = frame.direction == "in"
        if frame.opcode >= Opcode.CLOSE:
            if frame.opcode == Opcode.CLOSE and any(turn.opcode == Opcode.CLOSE for turn in turns):
                continue  # the answer to it
            if is_sent or frame.opcode == Opcode.CLOSE:  # pings are answered by themselves
                turns.append(Turn(is_sent, frame.opcode, frame.data))
            continue
        opcode, before = parts.pop(frame.direction, (frame.opcode, b""))
        if frame.final:
            turns.append(Turn(is_sent, opcode, before + frame.data))
        else:
            parts[frame.direction] = opcode, before + frame.data
    return turns


def _fields(event: HttpRequested | HttpResponded) -> Fields:
    head = event.data[: event.head_size]
    parsed = strict_request(head) if isinstance(event, HttpRequested) else strict_response(head)
    if isinstance(parsed, Malformed):
        return []
    return [(_text(name), _text(value)) for name, value in parsed.headers]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def value_of(fields: Fields, name: str) -> str:
    """Return the value of the first field of that name, empty if there is none."""
    return next((value for key, value in fields if key.lower() == name), "")


def json_of(content_type: str, body: bytes) -> Any:
    """Return what a body means, None if it is no JSON or is not said to be."""
    if not re.search(r"[/+]json\b", content_type, re.IGNORECASE):
        return None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return None if _has_odd_numbers(value) else value


def _has_odd_numbers(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(map(_has_odd_numbers, value.values()))
    return isinstance(value, list) and any(map(_has_odd_numbers, value))


def end_of(turn: Turn) -> tuple[int, str]:
    """Return code and reason of a close frame; 1005 stands for none."""
    if len(turn.data) < 2:
        return 1005, ""
    return int.from_bytes(turn.data[:2], "big"), turn.data[2:].decode("utf-8", "replace")


def utf8(data: bytes) -> str | None:
    """Return bytes as text, None if they are none: no UTF-8, or with control characters."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]", text) else text


def is_odd(text: str) -> bool:
    """Tell whether a text stands for bytes that are no UTF-8."""
    return re.search("[\ud800-\udfff]", text) is not None


def seconds_of(asked: Asked) -> int:
    """Return how long to wait for a request of the device, with room to spare."""
    return math.ceil(asked.after_us / 1_000_000) + 1


def host_program(port: int, asked: list[Asked]) -> str:
    """Return firmware in Python for a host that answers as it did, each request after the other."""
    answers = "".join(f"    {one.answer!r},\n" for one in asked)
    ends = any(one.ends_by_closing for one in asked)
    server = "HTTP.get_system_server()" if port == 80 else f"HTTP.bind({str(port)!r})"
    close = "        Net.disconnect(conn)\n" if ends else ""
    return (
        f"answers = [\n{answers}]\n\n\ndef answer(conn, ev, msg):\n    if ev == HTTP.EV_REQUEST and answers:\n"
        f"        Net.send(conn, answers.pop(0))\n{close}\n\nHTTP.add_endpoint({server}, '/', answer)\n"
    )
