"""Carries out the later API's `HTTP.query`: one request, and one callback with its outcome."""

from __future__ import annotations

import json
from typing import Any

from sim.api.connection import CLOSE, CONNECT, Connection
from sim.api.context import Context, Handler, fitted
from sim.api.exchange import EV_RESPONSE
from sim.api.library.message import PlacedMessage
from sim.api.url import URL
from sim.mhttp import Message
from sim.mhttp.message import text_of

__all__ = ["query_address", "query_handler"]


def query_address(options: dict[str, Any]) -> tuple[str, bool]:
    """Return the address that a query goes to, and whether it wants TLS.

    Raises:
        TypeError: there is no URL.
    """
    url = options.get("url")
    if not isinstance(url, str):
        raise TypeError(f"HTTP.query: the options need 'url', a str, got {type(url).__name__}")
    parsed = URL().parse(url)
    return str(parsed["addr"]), bool(parsed["ssl"])


def query_handler(context: Context, options: dict[str, Any]) -> Handler:
    """Return the handler of a query's connection: sends the request, then calls `success` or `error`."""
    is_answered = False

    def call(name: str, *args: object) -> None:
        function = options.get(name)
        if function is not None:
            fitted(function, f"HTTP.query: {name}", 4)(*(*args, None, None)[:4])

    def handle(conn: Connection, ev: int, ev_data: object, userdata: object) -> None:
        nonlocal is_answered
        if ev == CONNECT:
            conn.send(query_request(options))  # also after a failure, where it does no harm
        elif ev == EV_RESPONSE and isinstance(ev_data, Message | PlacedMessage):
            is_answered = True
            call("success", *map(text_of, body_and_message(ev_data)))
        elif ev == CLOSE and not is_answered:
            call("error", "", "Request failed", options)

    return handle


def body_and_message(ev_data: Message | PlacedMessage) -> tuple[bytes, bytes]:
    """Return the parts of a response that `success` gets: the content, and all of it."""
    if isinstance(ev_data, Message):
        return ev_data.body, ev_data.data
    return ev_data.param(3), ev_data.param(4)  # as api_http.js: with HTTP.param, BODY first


def query_request(options: dict[str, Any]) -> bytes:
    """Return the request of a query: HTTP/1.0, POST if there is data, which is JSON unless it is text."""
    parsed = URL().parse(options["url"])
    data = options.get("data") or ""
    body = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    raw = body.encode("utf-8", "surrogateescape")
    headers = options.get("headers") or {}
    lines = [
        f"{'POST' if raw else 'GET'} {parsed['uri']} HTTP/1.0",
        f"Host: {parsed['addr']}",
        f"Content-Length: {len(raw)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + raw
