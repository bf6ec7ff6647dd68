"""Writes exchanges as a file for Hurl, for a device that `python -m sim serve` has put on a port."""

from __future__ import annotations

import base64
import re
from typing import Final

from sim.export.code.act import Answer, CodeError, Request, Story, Talk, is_odd, utf8

__all__ = ["to_hurl"]

KEY: Final = re.compile(r"[A-Za-z0-9_.-]+")

PLAIN: Final = re.compile(r"[^`\\#{}\x00-\x1f\x7f]+")
"""A text that may stand between backticks as it is."""

IN_ADDRESS: Final = re.compile(r"[A-Za-z0-9\-._~:/?@!$&'()*+,;=%\[\]]")


def to_hurl(story: Story) -> str:
    """Return an entry for each request; what Hurl cannot send is told in comments."""
    blocks = []
    for act in story:
        if isinstance(act, Request):
            blocks.append(_entry(act))
        elif isinstance(act, Talk):
            blocks.append(f"# the WebSocket {_shown(act.target)}: Hurl has none\n")
        else:
            where = act.host or "another host"
            blocks.append(
                f"# {act.by} asked {where} for {act.method} {_shown(act.target)}: Hurl asks only the device\n"
            )
    if not any(block[0] != "#" or "\nHTTP " in block for block in blocks):
        raise CodeError("\n".join(block.removeprefix("# ").strip() for block in blocks))
    return "\n".join(blocks)


def _entry(act: Request) -> str:
    if act.answer is None:
        return f"# {act.method} {_shown(act.target)} got no answer: Hurl expects one\n"
    if not re.fullmatch(r"[A-Z]+", act.method):
        return f"# the method {_shown(act.method)} is none for Hurl\n"
    if is_odd(act.target + "".join(map("".join, act.fields))):
        return f"# {act.method} {_shown(act.target)} has header fields that are no UTF-8\n"
    port = 8080 if act.port == 80 else act.port
    address = "".join(one if IN_ADDRESS.fullmatch(one) else _percent(one) for one in act.target)
    lines = [f"{act.method} http://127.0.0.1:{port}{address}", *_fields(act.fields)]
    if act.is_chunked:
        lines.insert(0, "# it was sent in chunks; here it goes out in one piece")
    if act.body:
        lines.append(body_of(act.body))
    return "\n".join([*lines, *_response(act.answer)]) + "\n"


def _response(answer: Answer) -> list[str]:
    told = [pair for pair in answer.fields if pair[0].lower() in ("content-type", "set-cookie")]
    lines = [f"HTTP {answer.status}", *_fields([pair for pair in told if not is_odd(pair[1])])]
    if not answer.is_complete:
        return [*lines, "# the connection ended before the whole answer was there"]
    return [*lines, body_of(answer.body)] if answer.body else lines


def _fields(fields: list[tuple[str, str]]) -> list[str]:
    return [f"{key_of(name)}: {value_of(value)}".rstrip() for name, value in fields]


def key_of(name: str) -> str:
    """Return the name of a field."""
    return "".join(one if KEY.fullmatch(one) else f"\\u{{{ord(one):x}}}" for one in name)


def value_of(value: str) -> str:
    """Return the value of a field, in which nothing is a comment or a variable."""
    safe = re.sub(r"[#\\\x00-\x1f\x7f]", lambda match: f"\\u{{{ord(match[0]):x}}}", value)
    return safe.replace("{{", "\\u{7b}\\u{7b}")


def body_of(body: bytes) -> str:
    """Return a body: between backticks if it is a plain line of text, else as base64."""
    text = utf8(body)
    if text is not None and PLAIN.fullmatch(text):
        return f"`{text}`"
    return f"base64,{base64.b64encode(body).decode()};"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _shown(target: str) -> str:
    return target.encode("unicode_escape", "backslashreplace").decode("ascii")
