"""Says what crosses between the page and the bridge, and reads it: the closed list of types, and their fields.

The types are described in docs/design.md and checked against `web/protocol.js`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

__all__ = [
    "PAGE_TO_WORKER",
    "VERSION",
    "WORKER_TO_PAGE",
    "BridgeError",
    "Message",
    "field_of",
    "files_of",
    "headers_of",
    "parse",
    "port_of",
    "protocols_of",
    "text_of",
    "unpacked",
    "whole_of",
]

VERSION: Final = 1

PAGE_TO_WORKER: Final = (
    "start",
    "boot",
    "stop",
    "reboot",
    "http.fetch",
    "ws.open",
    "ws.send",
    "ws.close",
    "connection.close",
    "connection.reset",
    "pin.set",
    "sensor.set",
    "uart.send",
    "config.get",
    "config.set",
    "time.pause",
    "time.step",
    "time.speed",
    "device.add",
    "device.remove",
    "device.show",
    "lesson.read",
    "lesson.check",
    "rules.list",
    "rules.add",
    "rules.remove",
    "rules.enable",
    "run.save",
    "run.replay",
    "run.rewind",
    "code.write",
    "openapi.write",
    "trace.write",
    "requirements",
    "check",
    "tick",
)
"""`start` is answered by the worker itself, before there is any Python."""

WORKER_TO_PAGE: Final = ("status", "records", "hardware", "devices", "ws.event")

Message = Mapping[str, Any]


class BridgeError(Exception):
    """The page asked for something that cannot be done; the text says what."""


def parse(text: str) -> Message:
    """Return the object that a message is, an empty one if it is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def field_of(message: Message, name: str, default: object) -> object:
    if default is None and name not in message:
        raise BridgeError(f"the message lacks {name!r}")
    return message.get(name, default)


def text_of(message: Message, name: str, default: str | None = None) -> str:
    value = field_of(message, name, default)
    if not isinstance(value, str):
        raise BridgeError(f"{name!r} must be text, got {json.dumps(value)[:40]}")
    return value


def whole_of(message: Message, name: str, default: int | None = None) -> int:
    value = field_of(message, name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BridgeError(f"{name!r} must be a whole number, got {json.dumps(value)[:40]}")
    return value


def port_of(message: Message) -> int:
    port = whole_of(message, "port", 80)
    if not 0 < port < 65536:
        raise BridgeError(f"'port' must be between 1 and 65535, got {port}")
    return port


def files_of(message: Message) -> dict[str, str]:
    files = field_of(message, "files", None)
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BridgeError("'files' must be an object of texts")
    return files


def headers_of(message: Message) -> list[tuple[str, str]]:
    pairs = field_of(message, "headers", [])
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in pairs
    ):
        raise BridgeError("'headers' must be pairs of name and value, both texts")
    return [(unpacked(name), unpacked(value)) for name, value in pairs]


def protocols_of(message: Message) -> list[str]:
    names = field_of(message, "protocols", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BridgeError("'protocols' must be a list of texts")
    return names


def unpacked(text: str) -> str:
    """Return the text whose bytes, in UTF-8, the characters stand for."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
