"""Is the edge between the page's worker and the simulation: JSON text in, JSON text out, and the pace of time.

The types of messages are a closed list, described in docs/design.md and checked against `web/protocol.js`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sim.device import Device
from sim.mhttp.websocket import Frame
from sim.network.network import Network
from sim.pace import Pace
from sim.peer import FetchError, Peer, Response
from sim.peer_websocket import WebSocketClient
from sim.program import dependencies
from sim.trace import Subscription
from sim.view import View

__all__ = ["PAGE_TO_WORKER", "VERSION", "WORKER_TO_PAGE", "Bridge", "BridgeError"]

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
    "requirements",
    "tick",
)
"""`start` is answered by the worker itself, before there is any Python."""

WORKER_TO_PAGE: Final = ("status", "records", "ws.event")

AHEAD_US: Final = 50_000
"""How far virtual time may run ahead of the wall, see docs/design.md."""

BATCH: Final = 2_000
"""Records posted at once, at most: what the page can draw within a frame or two."""

Message = Mapping[str, Any]


class BridgeError(Exception):
    """The page asked for something that cannot be done; the text says what."""


class Bridge:
    """One simulation behind a worker: a network, a device, and the peer that speaks for the page."""

    def __init__(self, post: Callable[[str], object]) -> None:
        self._post = post
        self._network = Network()
        self._device: Device | None = None
        self._peer: Peer | None = None
        self._view = View()
        self._news: Subscription = self._network.trace.subscribe()
        self._replies: list[dict[str, object]] = []
        """Answers and events wait for the records of what they tell: so a page that has one knows the other."""
        self._sockets: dict[int, WebSocketClient] = {}
        self._socket_count = 0
        self._pace = Pace(self._network.clock, AHEAD_US)

    def handle(self, text: str, wall_ms: float) -> float:
        """Carry out one message and let time pass up to `wall_ms`.

        Args:
            text: a JSON object with `type` and, unless it is `tick`, `id`.
            wall_ms: any clock of the page that runs steadily, in milliseconds.

        Returns:
            Milliseconds until `tick` shall be sent, negative if nothing is due.
        """
        message: Message = json.loads(text)
        wall_us = int(wall_ms * 1000)
        self._pace.follow(wall_us)
        if message["type"] != "tick":
            self._answer(message)
            self._pace.follow(wall_us)
        self._report()
        for reply in self._replies:
            self._send(reply)
        self._replies.clear()
        delay_us = self._pace.delay_us(wall_us)
        return -1 if delay_us is None else delay_us / 1000

    # Commands

    def _answer(self, message: Message) -> None:
        kind, number = message["type"], message["id"]
        try:
            match kind:
                case "http.fetch":
                    self._fetch(message, number)
                    return
                case "ws.open":
                    self._open_socket(message, number)
                    return
                case "ws.send":
                    value = self._send_frame(message)
                case "ws.close":
                    value = self._close_socket(message)
                case "boot":
                    value = self._boot(message)
                case "reboot":
                    value = self._reboot()
                case "stop":
                    value = self._stop()
                case "requirements":
                    value = self._requirements(message)
                case _:
                    raise BridgeError(f"there is no message type {kind!r}")
        except (BridgeError, FetchError, ValueError, KeyError, TypeError) as error:
            self._reply_error(number, error)
        else:
            self._reply(number, value)

    def _boot(self, message: Message) -> dict[str, object]:
        files: dict[str, str] = message["files"]
        seed = int(message.get("seed", 0))
        profile = message.get("profile", "documented")
        device = self._device
        if device is None or seed != self._network.seed or profile != device.profile.name:
            network = Network(seed=seed, clock=self._network.clock)
            fresh = Device(network, files, main=message.get("main"), profile=profile)
            if device is not None:
                device.stop("replaced")
            self._network, self._device = network, fresh
            self._news, self._view, self._peer = network.trace.subscribe(), View(), Peer(network, "page")
        else:
            device.load(files, message.get("main"))
            device.stop("replaced")
        self._need_device().boot()
        return self._describe()

    def _reboot(self) -> dict[str, object]:
        self._need_device().reboot()
        return self._describe()

    def _stop(self) -> dict[str, object]:
        self._need_device().stop()
        return {}

    def _requirements(self, message: Message) -> dict[str, object]:
        files: dict[str, str] = message["files"]
        packages: dict[str, None] = {}
        for name, source in files.items():
            if name.endswith(".py"):
                packages.update(dict.fromkeys(dependencies(source)))
        return {"packages": list(packages)}

    def _fetch(self, message: Message, number: int) -> None:
        device = self._need_device()
        assert self._peer is not None

        def done(answer: Response | FetchError) -> None:
            if isinstance(answer, FetchError):
                self._reply_error(number, answer)
            else:
                self._reply(number, _response_json(answer))

        self._peer.fetch(
            message["method"],
            message["target"],
            [(name, value) for name, value in message.get("headers", [])],
            message.get("body", "").encode("latin-1"),
            to=device.name,
            port=int(message.get("port", 80)),
            on_done=done,
        )

    def _open_socket(self, message: Message, number: int) -> None:
        device = self._need_device()
        assert self._peer is not None
        self._socket_count += 1
        socket = self._socket_count

        def opened(problem: str | None) -> None:
            if problem is None:
                self._sockets[socket] = client
                self._reply(number, {"socket": socket, "subprotocol": client.subprotocol})
            else:
                self._reply_error(number, FetchError(problem))

        def framed(direction: str, frame: Frame) -> None:
            data = frame.payload.decode("latin-1")
            self._socket_event(socket, "frame", direction=direction, opcode=frame.opcode, data=data)

        def closed(code: int, reason: str) -> None:
            del self._sockets[socket]
            self._socket_event(socket, "closed", code=code, reason=reason)

        client = self._peer.websocket(
            device.name,
            message["target"],
            port=int(message.get("port", 80)),
            protocols=message.get("protocols", []),
            on_open=opened,
            on_frame=framed,
            on_closed=closed,
        )

    def _send_frame(self, message: Message) -> dict[str, object]:
        self._need_socket(message).send(message["data"].encode("latin-1"), int(message["opcode"]))
        return {}

    def _close_socket(self, message: Message) -> dict[str, object]:
        self._need_socket(message).close(message.get("code", 1000), message.get("reason", ""))
        return {}

    def _need_socket(self, message: Message) -> WebSocketClient:
        client = self._sockets.get(message["socket"])
        if client is None:
            raise BridgeError("the WebSocket is not open")
        return client

    def _need_device(self) -> Device:
        if self._device is None:
            raise BridgeError("no device has been booted yet")
        return self._device

    def _describe(self) -> dict[str, object]:
        device = self._need_device()
        return {"host": device.host.name, "name": device.name, "address": device.address}

    # Answers

    def _report(self) -> None:
        records = self._news.take()
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            self._view.take(batch)
            self._send(
                {
                    "type": "records",
                    "records": [record.to_json() for record in batch],
                    "snapshot": self._view.to_json(self._network.trace.first),
                }
            )

    def _reply(self, number: int, value: dict[str, object]) -> None:
        self._replies.append({"id": number, "ok": True, "value": value})

    def _reply_error(self, number: int, error: Exception) -> None:
        text = f"the message lacks {error}" if isinstance(error, KeyError) else str(error)
        self._replies.append({"id": number, "ok": False, "error": {"name": type(error).__name__, "message": text}})

    def _socket_event(self, socket: int, kind: str, **fields: object) -> None:
        at_us = self._network.clock.now_us
        self._replies.append({"type": "ws.event", "socket": socket, "kind": kind, "at_us": at_us, **fields})

    def _send(self, message: dict[str, object]) -> None:
        # ensure_ascii: text of the firmware may hold lone surrogates, which have no UTF-8
        self._post(json.dumps(message, separators=(",", ":")))


def _response_json(response: Response) -> dict[str, object]:
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": [list(pair) for pair in response.headers],
        "body": response.body.decode("latin-1"),
        "took_us": response.took_us,
    }
