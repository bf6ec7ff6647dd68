"""Keeps the WebSockets that the page has open to the device."""

from __future__ import annotations

from typing import Protocol

from sim.bridge.message import BridgeError, Message, port_of, protocols_of, text_of, whole_of
from sim.bridge.report import Report
from sim.device import Device
from sim.mhttp.websocket import Frame
from sim.peer import FetchError, Peer
from sim.peer_websocket import WebSocketClient

__all__ = ["Page", "Sockets"]


class Page(Protocol):
    """What answers the page and speaks for it on the network."""

    def device_of(self, message: Message, field: str = "host") -> Device:
        """The device that a message names."""

    def peer_of(self, message: Message) -> Peer:
        """The host that a message is sent from."""

    @property
    def report(self) -> Report:
        """What the page is told, and gets answered."""

    def tell(self, message: dict[str, object]) -> None:
        """Say something unasked, behind the records of what it tells."""


class Sockets:
    """The page's WebSockets by their numbers, which count from 1."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._clients: dict[int, WebSocketClient] = {}
        self.count = 0
        """How many there were so far."""

    @property
    def is_any_open(self) -> bool:
        """Whether there is one whose end has not been told."""
        return bool(self._clients)

    def open(self, message: Message, number: int | str) -> None:
        """Begin the handshake; the answer comes when it is over."""
        page = self._page
        device = page.device_of(message, "to")
        self.count += 1
        socket = self.count

        def opened(problem: str | None) -> None:
            if problem is None:
                self._clients[socket] = client
                page.report.reply(number, {"socket": socket, "subprotocol": client.subprotocol})
            else:
                page.report.reply_error(number, FetchError(problem))

        def framed(direction: str, frame: Frame) -> None:
            data = frame.payload.decode("latin-1")
            self._tell(device, socket, "frame", direction=direction, opcode=frame.opcode, data=data)

        def closed(code: int, reason: str) -> None:
            del self._clients[socket]
            self._tell(device, socket, "closed", code=code, reason=reason)

        client = page.peer_of(message).websocket(
            device.name,
            text_of(message, "target"),
            port=port_of(message),
            protocols=protocols_of(message),
            on_open=opened,
            on_frame=framed,
            on_closed=closed,
        )

    def send(self, message: Message) -> dict[str, object]:
        """Send one frame."""
        self._of(message).send(text_of(message, "data").encode("latin-1"), whole_of(message, "opcode"))
        return {}

    def close(self, message: Message) -> dict[str, object]:
        """Begin the closing handshake."""
        code = None if message.get("code", 1000) is None else whole_of(message, "code", 1000)
        self._of(message).close(code, text_of(message, "reason", ""))
        return {}

    def _of(self, message: Message) -> WebSocketClient:
        client = self._clients.get(whole_of(message, "socket"))
        if client is None:
            raise BridgeError("the WebSocket is not open")
        return client

    def _tell(self, device: Device, socket: int, kind: str, **fields: object) -> None:
        at_us = device.network.clock.now_us
        self._page.tell({"type": "ws.event", "socket": socket, "kind": kind, "at_us": at_us, **fields})
