"""Frames of Mongoose OS RPC: reads requests as leniently as the device does, writes answers in its form.

Parameters and results stay JSON text: a device hands them on as they came. See docs/reference/rpc.md and
tests/vectors/mongoose/rpc.json.
"""

from __future__ import annotations

import json
import re
from typing import Final

from sim.values import frozen

__all__ = [
    "Failure",
    "RpcFrame",
    "parse_frame",
    "parse_json",
    "query_params",
    "read_fields",
    "scan_value",
    "text_value",
    "write_reply",
]

SPACE: Final = re.compile(r"[ \t\r\n]*")
KEY: Final = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)"|([A-Za-z_][A-Za-z0-9_]*)')
SCALAR: Final = re.compile(
    r'"(?:[^"\\\x00-\x1f]|\\.)*"|-?(?:0x[0-9A-Fa-f]+|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)|true|false|null',
    re.DOTALL,
)
BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[][{}]', re.DOTALL)
"""A bracket, or a text in which brackets do not count."""
MAX_DEPTH: Final = 100
ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,17}")


@frozen
class RpcFrame:
    """A frame; absent parts are empty. `params` and `result` are JSON text."""

    id: str
    src: str = ""
    dst: str = ""
    tag: str = ""
    method: str = ""
    params: str = ""
    result: str = ""
    error: str = ""


@frozen
class Failure:
    """What a method answers when it fails; without a message there is only the code."""

    code: int
    message: str = ""


def scan_value(text: str, at: int = 0) -> int:
    """Return where the JSON value that begins at `at` ends, -1 if there is none or it is cut off.

    As in the device's parser, keys need no quotes and numbers may be hexadecimal.
    """
    closers: list[str] = []
    wants_value = True
    while True:
        at = _skip(text, at)
        char = text[at : at + 1]
        if wants_value and char in ("{", "["):
            closers.append("}" if char == "{" else "]")
            at = _skip(text, at + 1)
            if text[at : at + 1] == closers[-1]:
                wants_value = False
                continue
            if char == "{" and (at := _skip_key(text, at)) < 0:
                return -1
            continue
        if wants_value:
            match = SCALAR.match(text, at)
            if match is None:
                return -1
            at, wants_value = match.end(), False
        elif char == closers[-1]:
            closers.pop()
            at += 1
        elif char == ",":
            at = _skip(text, at + 1)
            if closers[-1] == "}" and (at := _skip_key(text, at)) < 0:
                return -1
            wants_value = True
        else:
            return -1
        if not closers:
            return at


def _skip(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def _skip_key(text: str, at: int) -> int:
    match = KEY.match(text, at)
    if match is None:
        return -1
    at = _skip(text, match.end())
    return at + 1 if text[at : at + 1] == ":" else -1


def read_fields(text: str) -> dict[str, str] | None:
    """Return the fields of an object as JSON text; None if the text is no object.

    What comes behind the first fault is ignored, so a cut-off object gives its whole fields.
    """
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        return None
    fields: dict[str, str] = {}
    at += 1
    while (match := KEY.match(text, at := _skip(text, at))) is not None:
        start = _skip_key(text, at)
        if start < 0:
            break
        start = _skip(text, start)
        end = scan_value(text, start)
        if end < 0:
            break
        fields[match[1] if match[1] is not None else match[2]] = text[start:end]
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            break
        at += 1
    return fields


def parse_json(text: str) -> object:
    """Return what a JSON text means.

    Raises:
        ValueError: it is none, or nested deeper than a device takes: Python would overflow its stack.
    """
    depth = deepest = 0
    for char in BRACKET.findall(text) if text.count("[") + text.count("{") > MAX_DEPTH else ():
        depth += 1 if char in "[{" else -1 if char in "]}" else 0
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise ValueError(f"JSON nested deeper than {MAX_DEPTH}")
    return json.loads(text)


def text_value(raw: str) -> str:
    """Return a JSON string's text; any other value as it stands."""
    if not raw.startswith('"'):
        return raw
    try:
        value = json.loads(raw, strict=False)
    except ValueError:
        return raw[1:-1]
    return value if isinstance(value, str) else raw


def parse_frame(text: str) -> RpcFrame | None:
    """Take a frame apart; None if it is no valid one."""
    fields = read_fields(text)
    if not fields:
        return None
    if fields.get("id", "")[:1] in ("{", "[") and "id" in fields:
        return None
    params = ""
    for name, raw in fields.items():  # of `args` and `params` the later counts
        if name in ("args", "params"):
            params = raw
    names = ("id", "src", "dst", "tag", "method")
    texts = {name: text_value(fields[name]) for name in names if name in fields}
    frame = RpcFrame(
        texts.get("id", ""),
        texts.get("src", ""),
        texts.get("dst", ""),
        texts.get("tag", ""),
        texts.get("method", ""),
        params,
        fields.get("result", ""),
        fields.get("error", ""),
    )
    return frame if frame.method or frame.id else None


def write_reply(frame: RpcFrame, device_id: str, outcome: str | Failure) -> str:
    """Return the frame that answers a request: with a result (JSON text, empty for none) or a failure."""
    number = frame.id if DIGITS.fullmatch(frame.id) else json.dumps(frame.id)
    parts = [f'"id":{number}', f'"src":{json.dumps(device_id)}']
    if frame.src:
        parts.append(f'"dst":{json.dumps(frame.src)}')
    if frame.tag:
        parts.append(f'"tag":{json.dumps(frame.tag)}')
    if isinstance(outcome, Failure):
        parts.append(f'"error":{write_failure(outcome)}')
    else:
        parts.append(f'"result":{outcome or "null"}')
    return "{" + ",".join(parts) + "}"


def write_failure(failure: Failure) -> str:
    """Return a failure as a JSON object."""
    message = f',"message":{json.dumps(failure.message)}' if failure.message else ""
    return f'{{"code":{failure.code}{message}}}'


def query_params(query: str) -> str:
    """Return a query string as an object whose values are pasted as they are, once decoded."""
    pairs = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name:
            pairs.append(f'"{_decode(name)}":{_decode(value)}')
    return "{" + ",".join(pairs) + "}"


def _decode(text: str) -> str:
    data = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text.replace("+", " "))
    try:
        return data.encode("latin-1").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return data
