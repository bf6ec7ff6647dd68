"""Tells which messages a rule is about, and writes the response that it puts in the place of another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sim.mhttp import REASONS
from sim.mhttp.websocket import Opcode
from sim.network.lab.messages import Frame, Response, value_of
from sim.network.lab.rule import Rule

__all__ = ["instead_of", "is_meant", "is_meant_frame"]

BODILESS: Final = (204, 304)

FRAMES: Final[dict[str, tuple[int, ...]]] = {
    "data": (Opcode.TEXT, Opcode.BINARY),
    "text": (Opcode.TEXT,),
    "binary": (Opcode.BINARY,),
    "control": (Opcode.CLOSE, Opcode.PING, Opcode.PONG),
    "any": tuple(Opcode),
}


def is_meant(rule: Rule, response: Response) -> bool:
    """Tell whether a rule is about a response; asked again, it says the same."""
    if rule not in response.decided:
        response.decided[rule] = _is_about(rule, response) and rule.draws()
    return response.decided[rule]


def is_meant_frame(rule: Rule, frame: Frame) -> bool:
    """Tell whether a rule is about a frame."""
    if frame.opcode not in FRAMES[rule.text_of("frames")]:
        return False
    return rule.text_of("content").encode() in frame.payload and rule.draws()


def instead_of(response: Response, rule: Rule) -> bytes:
    """Return the response that a rule has in the place of another."""
    status, body = int(rule.number_of("status")), rule.text_of("body").encode("utf-8", "replace")
    lines = [f"HTTP/1.1 {status} {_reason(status)}"]
    if status not in BODILESS:
        lines += ["Content-Type: text/plain", f"Content-Length: {len(body)}"]
    location = rule.text_of("location")
    if location:
        lines.append(f"Location: {location}")
    wishes = value_of(response.head.headers, b"connection").lower()
    if wishes == b"close" or response.head.protocol < b"HTTP/1.1" or response.is_upgrade:
        lines.append("Connection: close")
    head = "".join(f"{line}\r\n" for line in [*lines, ""]).encode("utf-8", "replace")
    has_body = status not in BODILESS and not (response.asked is not None and response.asked.method == "HEAD")
    return head + (body if has_body else b"")


def _is_about(rule: Rule, response: Response) -> bool:
    method, path, content = (rule.text_of(name) for name in ("method", "path", "content"))
    if not (method or path or content):
        return True
    asked = response.asked
    if asked is None or (method and asked.method != method.upper()):
        return False
    if path and not _pattern(path).fullmatch(asked.target.partition("?")[0]):
        return False
    return not content or content in asked.target or content.encode() in asked.body


def _reason(status: int) -> str:
    reason = REASONS.get(status, b"")
    return reason.decode() if isinstance(reason, bytes) else str(reason)


@lru_cache(maxsize=256)
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, path.split("*"))), re.DOTALL)
