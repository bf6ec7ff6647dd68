"""Says in a line of text what a record is about, for reports and for people who read a failure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sim.event import (
    FIELDS,
    DatagramSent,
    DeviceFailed,
    DeviceLogged,
    DevicePrinted,
    HttpRejected,
    HttpRequested,
    HttpResponded,
    MqttPacket,
    MqttRejected,
    PacketDropped,
    RpcCalled,
    RpcReplied,
    SegmentSent,
    TraceEvent,
    WsClosed,
    WsFramed,
    WsOpened,
)
from sim.trace import Record

__all__ = ["MESSAGES", "line_of", "messages_of", "shown", "shown_bytes", "time_of"]

MESSAGES: Final = (
    DatagramSent,
    HttpRequested,
    HttpResponded,
    HttpRejected,
    WsOpened,
    WsFramed,
    WsClosed,
    MqttPacket,
    MqttRejected,
    RpcCalled,
    RpcReplied,
    DevicePrinted,
    DeviceFailed,
    PacketDropped,
)
"""The facts that people call messages, and what the firmware said in between."""

SHOWN: Final = 160
"""Characters of a body or text that a line shows."""

FLAGS: Final = ((0x02, "SYN"), (0x01, "FIN"), (0x04, "RST"), (0x08, "PSH"), (0x10, "ACK"))
KINDS: Final = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
LEVELS: Final = ("ERROR", "WARN", "INFO", "DEBUG", "VERBOSE")


def messages_of(records: Iterable[Record]) -> list[Record]:
    """Return the records that are messages."""
    return [record for record in records if isinstance(record.event, MESSAGES)]


def time_of(at_us: int) -> str:
    """Return a virtual time in seconds: `1.000250 s`."""
    return f"{at_us // 1_000_000}.{at_us % 1_000_000:06d} s"


def line_of(record: Record) -> str:
    """Return a record as one line: time, what happened, and the line of firmware that caused it."""
    by = "" if record.by is None else f"  ({record.by[0]}:{record.by[1]})"
    return f"{time_of(record.at_us):>14}  {about(record.event)}{shown(by)}"


def about(event: TraceEvent) -> str:
    """Return in some words what happened."""
    match event:
        case HttpRequested():
            arrow = "<-" if event.role == "inbound" else "->"
            return f"{shown(event.host)} {arrow} {shown(event.method)} {shown(event.target)}{_body(event)}"
        case HttpResponded():
            cut = "" if event.complete else " (cut off)"
            return f"{shown(event.host)} == {event.status} {shown(event.reason)}{cut}{_body(event)}"
        case HttpRejected() | MqttRejected():
            return f"{shown(event.host)} {_arrow(event.direction)} refused: {shown(event.reason)}{_data(event.data)}"
        case WsOpened():
            return f"{shown(event.host)} WebSocket {shown(event.target)} is open"
        case WsFramed():
            kind = KINDS.get(event.opcode, str(event.opcode))
            return f"{shown(event.host)} {_arrow(event.direction)} WebSocket {kind}{_data(event.data)}"
        case WsClosed():
            return f"{shown(event.host)} WebSocket closed: {event.code} {shown(event.reason)}".rstrip()
        case MqttPacket():
            topic = f" {shown(event.topic)}" if event.topic else ""
            return f"{shown(event.host)} {_arrow(event.direction)} MQTT {event.kind}{topic}{_data(event.data)}"
        case RpcCalled():
            return f"{shown(event.host)} <- RPC {shown(event.method)} {shown(event.params)}".rstrip()
        case RpcReplied():
            said = shown(event.result) if event.code == 0 else f"error {event.code} {shown(event.message)}"
            return f"{shown(event.host)} == RPC {said}".rstrip()
        case DevicePrinted():
            return f"{shown(event.host)} prints {shown(event.text.rstrip())}"
        case DeviceLogged():
            return f"{shown(event.host)} logs {LEVELS[max(0, min(event.level, 4))]} {shown(event.text)}"
        case DeviceFailed():
            return f"{shown(event.host)} FAILED at {shown(event.file)}:{event.line}: {shown(event.message)}"
        case SegmentSent():
            flags = " ".join(name for bit, name in FLAGS if event.flags & bit)
            return f"{_ends(event)} TCP {flags}{_data(event.data)}"
        case DatagramSent():
            return f"{_ends(event)} UDP{_data(event.data)}"
        case PacketDropped():
            return f"packet {event.packet} did not arrive: {shown(event.reason)}"
        case _:
            return f"{event.type} " + " ".join(_field(event, name) for name in FIELDS[type(event)])


def shown(text: str) -> str:
    """Return text as one short line: what cannot be printed is escaped."""
    cut = text if len(text) <= SHOWN else text[:SHOWN]
    safe = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
    return safe if cut is text else f"{safe}... ({len(text)} characters)"


def shown_bytes(data: bytes) -> str:
    """Return bytes as one short line: UTF-8 if they are that, else with escapes."""
    return shown(data[: SHOWN + 4].decode("utf-8", "backslashreplace"))


def _body(event: HttpRequested | HttpResponded) -> str:
    return _data(event.data[event.head_size :])


def _data(data: bytes) -> str:
    return f" [{len(data)}] {shown_bytes(data)}" if data else ""


def _arrow(direction: str) -> str:
    return "<-" if direction == "in" else "->"


def _ends(packet: SegmentSent | DatagramSent) -> str:
    return f"{shown(packet.src)}:{packet.src_port} -> {shown(packet.dst)}:{packet.dst_port}"


def _field(event: TraceEvent, name: str) -> str:
    value = getattr(event, name)
    text = shown_bytes(value) if isinstance(value, bytes) else shown(str(value))
    return f"{name}={text}"
