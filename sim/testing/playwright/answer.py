"""Lets the device answer what a page under test asks for: its requests, and its WebSockets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute

from sim.testing.outcome import NoAnswer
from sim.testing.playwright.script import ask, unpacked

if TYPE_CHECKING:
    from sim.testing.playwright.page import SimPage

__all__ = ["Answerer"]

DROPPED: Final = ("content-length", "connection", "host")
"""What the simulated connection has of its own."""

names: Final[Iterator[int]] = itertools.count()

PUMP: Final = """simdevice.ws(given[0], { protocols: given[1], port: given[2] }).then((socket) => {
  const name = given[3];
  window[`${name}Socket`] = socket;
  (async () => {
    try {
      for (;;) await window[name]("message", pack(await socket.next()));
    } catch {
      await window[name]("closed", await socket.closed);
    }
  })();
})"""


class Answerer:
    """Routes what a page asks for at an address to the device.

    Args:
        sim: the page with the device.
        page: the page that asks, or its context.
        url: the beginning of the addresses, without a slash at its end.
        port: of the device.
    """

    def __init__(self, sim: SimPage, page: Page | BrowserContext, url: str, port: int) -> None:
        self._sim = sim
        self._port = port
        sockets = url.replace("http", "ws", 1)
        page.route(lambda asked: f"{asked}/".startswith(f"{url}/"), self._answer)
        page.route_web_socket(lambda asked: f"{asked}/".startswith(f"{sockets}/"), self._connect)

    def _answer(self, route: Route) -> None:
        request = route.request
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in DROPPED]
        place = urlsplit(request.url)
        headers.append(("Host", place.netloc))
        try:
            answer = self._sim.request(
                request.method, target_of(request.url), headers=headers, body=request.post_data_buffer or b"",
                port=self._port,
            )  # fmt: skip
        except NoAnswer as error:
            route.abort("connectionrefused" if error.kind == "connect" else "connectionreset")
            return
        fields: dict[str, str] = {}
        for name, value in answer.headers.pairs:
            if name.lower() not in ("content-length", "transfer-encoding"):
                fields[name] = f"{fields[name]}\n{value}" if name in fields else value
        route.fulfill(status=answer.status, headers=fields, body=answer.body)

    def _connect(self, socket: WebSocketRoute) -> None:
        name = f"simAnswer{next(names)}"
        page = self._sim.page

        def told(kind: str, given: object) -> None:
            if kind == "message":
                socket.send(unpacked(given))
            elif isinstance(given, dict):
                code = given["code"]
                socket.close(code=code if code == 1000 or 3000 <= code < 5000 else None, reason=given["reason"])

        def send(data: str | bytes) -> None:
            ask(page, f"window.{name}Socket.send(given[0])", data)

        def close(code: int | None, reason: str | None) -> None:
            ask(page, f"window.{name}Socket.close(given[0], given[1])", code, reason or "")

        page.expose_function(name, told)
        socket.on_message(send)
        socket.on_close(close)
        try:
            ask(page, PUMP, target_of(socket.url), [], self._port, name)
        except NoAnswer:
            socket.close(code=3000, reason="the device has not taken the WebSocket")


def target_of(url: str) -> str:
    """Return what a request to an address names: its path and query."""
    place = urlsplit(url)
    return (place.path or "/") + (f"?{place.query}" if place.query else "")
