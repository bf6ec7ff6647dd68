"""Writes the HTTP exchanges of a trace as an archive that browsers and other tools open (HAR 1.2).

WebSocket messages stand in `_webSocketMessages`, as Chrome and Playwright write them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from typing import Final, TypeAlias

from sim.event import WsFramed
from sim.export.body import content_of, post_data_of
from sim.export.exchange import Exchange, gather
from sim.export.head import Fields, cookies_of, parse_head, query_of, set_cookies_of, url_of, value_of
from sim.export.moment import EPOCH_US
from sim.mhttp.websocket import Opcode
from sim.trace import Record

__all__ = ["to_har"]

Json: TypeAlias = dict[str, object]

NONE: Final = -1
"""What the format has for a phase that does not apply, and for a size that is not known."""

UNKNOWN_VERSION: Final = "HTTP/1.1"


def to_har(records: Iterable[Record], version: str = "") -> str:
    """Return the archive as JSON text: an entry for each exchange, in the order of their requests.

    Args:
        records: of a trace.
        version: that of mos-sim, for the archive's creator, where the package is not installed and cannot tell.

    A request without a whole response has the status 0 of such in browsers, and `_error` says what became of it.
    """
    # An entry on each line: readable enough, and ten times as fast as indented
    entries = ",\n".join(json.dumps(_entry(exchange)) for exchange in gather(records))
    creator = json.dumps({"name": "mos-sim", "version": version or _version()})
    return f'{{"log": {{"version": "1.2", "creator": {creator}, "pages": [], "entries": [\n{entries}\n]}}}}\n'


def _version() -> str:
    try:
        return metadata.version("mos-sim")
    except metadata.PackageNotFoundError:  # run from its source, or in the page
        return "0"


def _entry(exchange: Exchange) -> Json:
    request = exchange.request
    head = parse_head(request.data[: request.head_size], True)
    timings = _timings(exchange)
    waited = sum(number for name, number in timings.items() if number > 0 and name != "ssl")
    ends = exchange.ends
    begun_us = exchange.begun_us - (exchange.connect_us or 0)
    entry: Json = {
        "startedDateTime": _date(begun_us),
        "time": round(waited, 3),
        "request": _request(exchange, head),
        "response": _response(exchange),
        "cache": {},
        "timings": timings,
        "connection": str(request.connection),
        "_host": request.host,
        "_role": request.role,
    }
    if ends is not None:
        entry["serverIPAddress"] = ends[2]
    if exchange.by is not None:
        entry["comment"] = f"by {exchange.by[0]}:{exchange.by[1]}"
    if exchange.websocket is not None:
        entry["_resourceType"] = "websocket"
        entry["_webSocketMessages"] = _messages(exchange)
    return entry


def _date(at_us: int) -> str:
    date = datetime.fromtimestamp((at_us + EPOCH_US) // 1_000_000, UTC)
    return f"{date:%Y-%m-%dT%H:%M:%S}.{at_us % 1_000_000:06d}Z"


def _timings(exchange: Exchange) -> dict[str, float]:
    begun_us, sent_us, (first_us, last_us) = exchange.begun_us, exchange.sent_us, exchange.received_us
    connect_us = exchange.connect_us
    return {
        "blocked": NONE,
        "dns": NONE,
        "connect": NONE if connect_us is None else connect_us / 1000,
        "ssl": NONE,
        "send": (sent_us - begun_us) / 1000,
        "wait": (first_us - sent_us) / 1000,
        "receive": (last_us - first_us) / 1000,
    }


def _request(exchange: Exchange, fields: Fields) -> Json:
    request = exchange.request
    body = request.data[request.head_size :]
    ends = exchange.ends
    address = "" if ends is None else f"{ends[2]}:{ends[3]}".removesuffix(":80")
    url = url_of("http" if exchange.websocket is None else "ws", value_of(fields, "host") or address, request.target)
    out: Json = {
        "method": request.method,
        "url": url,
        "httpVersion": request.protocol or UNKNOWN_VERSION,
        "cookies": cookies_of(fields),
        "headers": _pairs(fields),
        "queryString": query_of(url),
        "headersSize": request.head_size,
        "bodySize": _body_size(fields, body),
    }
    if body:
        out["postData"] = post_data_of(fields, body)
    return out


def _response(exchange: Exchange) -> Json:
    response = exchange.response
    if response is None:
        error = exchange.ended or "the trace ends before the response"
        return _no_response(error)
    fields = parse_head(response.data[: response.head_size], False)
    body = response.data[response.head_size :]
    out: Json = {
        "status": response.status,
        "statusText": response.reason.encode("utf-8", "replace").decode(),
        "httpVersion": _version_of(response.data),
        "cookies": set_cookies_of(fields),
        "headers": _pairs(fields),
        "content": content_of(fields, body),
        "redirectURL": value_of(fields, "location"),
        "headersSize": response.head_size,
        "bodySize": _body_size(fields, body),
    }
    if not response.complete:
        out["_error"] = "the connection ended within the response"
    return out


def _no_response(error: str) -> Json:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": NONE,
        "bodySize": NONE,
        "_error": error,
    }


def _version_of(data: bytes) -> str:
    version = data.lstrip(b"\r\n ").split(b" ", 1)[0].decode("latin-1")
    return version if version.startswith("HTTP/") else UNKNOWN_VERSION


def _body_size(fields: Fields, body: bytes) -> int:
    # The trace has bodies without their chunks: how large those were is not known
    return NONE if value_of(fields, "transfer-encoding") else len(body)


def _pairs(fields: Fields) -> list[Json]:
    return [{"name": name, "value": value} for name, value in fields]


def _messages(exchange: Exchange) -> list[Json]:
    """Return the text and binary messages as the client saw them, fragments joined."""
    out: list[Json] = []
    begun: dict[str, list[WsFramed]] = {}
    for at_us, frame in exchange.messages:
        if frame.opcode >= Opcode.CLOSE:
            continue
        parts = begun.setdefault(frame.direction, [])
        parts.append(frame)
        if frame.final:
            del begun[frame.direction]
            data = b"".join(part.data for part in parts)
            is_text = parts[0].opcode == Opcode.TEXT
            sent = (frame.direction == "in") == exchange.is_inbound
            out.append(
                {
                    "type": "send" if sent else "receive",
                    "time": (at_us + EPOCH_US) / 1_000_000,
                    "opcode": parts[0].opcode,
                    "data": data.decode("utf-8", "replace") if is_text else b64encode(data).decode("ascii"),
                }
            )
    return out
