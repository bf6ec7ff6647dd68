"""Is the edge between the page's worker and the simulation: JSON text in, JSON text out, and the pace of time.

The types of messages are a closed list, described in docs/design.md and checked against `web/protocol.js`.
"""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from sim.device import Device
from sim.mhttp.websocket import Frame
from sim.network.network import Network
from sim.pace import Pace
from sim.peer import FetchError, Peer, Response
from sim.peer_websocket import WebSocketClient
from sim.program import dependencies
from sim.trace import Record, Trace
from sim.view import View

__all__ = ["PAGE_TO_WORKER", "VERSION", "WORKER_TO_PAGE", "Bridge", "BridgeError", "warm_up"]

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

POSTED: Final = 20_000
"""Records posted in one call, at most: of more the page gets the newest, and a snapshot that knows them all."""

POSTED_BYTES: Final = 16 * 1024 * 1024
"""What these records may weigh together, as the trace weighs them."""

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
        self._news = self._network.trace.subscribe(on_full=self._collect)
        self._waiting: deque[Record] = deque()
        """Records that were taken out of the trace, and are neither posted nor in the view yet."""
        self._weight = 0
        self._replies: list[dict[str, object]] = []
        """Answers and events wait for the records of what they tell: so a page that has one knows the other."""
        self._sockets: dict[int, WebSocketClient] = {}
        self._socket_count = 0
        self._pace = Pace(self._network.clock, AHEAD_US)

    def handle(self, text: str, wall_ms: float) -> float:
        """Carry out one message and let time pass up to `wall_ms`.

        Args:
            text: a JSON object with `type` and, unless it is `tick`, `id`. What has no `id` cannot be answered and
                does nothing.
            wall_ms: any clock of the page that runs steadily, in milliseconds.

        Returns:
            Milliseconds until `tick` shall be sent, negative if nothing is due.
        """
        message = _parse(text)
        wall_us = int(wall_ms * 1000)
        try:
            self._pace.follow(wall_us)
            if message.get("type") != "tick" and isinstance(message.get("id"), int | str):
                self._answer(message)
                self._pace.follow(wall_us)
        finally:
            self._report()
            replies, self._replies = self._replies, []
            for reply in replies:
                self._send(reply)
        delay_us = self._pace.delay_us(wall_us)
        return -1 if delay_us is None else delay_us / 1000

    # Commands

    def _answer(self, message: Message) -> None:
        kind, number = message.get("type"), message["id"]
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
        except Exception as error:  # whatever the page sent: it is told, and the simulation goes on
            self._reply_error(number, error)
        else:
            self._reply(number, value)

    def _boot(self, message: Message) -> dict[str, object]:
        files, main = _files(message), message.get("main")
        seed = _whole(message, "seed", 0)
        profile = _text(message, "profile", "documented")
        device = self._device
        if device is None or seed != self._network.seed or profile != device.profile.name:
            # Once apart from everything: what is wrong with these shall not cost the device that runs
            Device(Network(), files, main=main, profile=profile)
            if device is not None:
                device.stop("replaced")
                self._report()
            clock, seq = self._network.clock, self._network.trace.next_seq
            network = self._network = Network(seed=seed, clock=clock, trace=Trace(clock, first_seq=seq))
            self._news, self._view = network.trace.subscribe(on_full=self._collect), View()
            self._device = Device(network, files, main=main, profile=profile)
            self._peer = Peer(network, "page")
        else:
            device.load(files, main)
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
        files = _files(message)
        packages: dict[str, None] = {}
        for name, source in files.items():
            if name.endswith(".py"):
                packages.update(dict.fromkeys(dependencies(source)))
        return {"packages": list(packages)}

    def _fetch(self, message: Message, number: int | str) -> None:
        device = self._need_device()
        assert self._peer is not None

        def done(answer: Response | FetchError) -> None:
            if isinstance(answer, FetchError):
                self._reply_error(number, answer)
            else:
                self._reply(number, _response_json(answer))

        self._peer.fetch(
            _unpacked(_text(message, "method")),
            _unpacked(_text(message, "target")),
            _headers(message),
            _text(message, "body", "").encode("latin-1"),
            to=device.name,
            port=_port(message),
            on_done=done,
        )

    def _open_socket(self, message: Message, number: int | str) -> None:
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
            _text(message, "target"),
            port=_port(message),
            protocols=_protocols(message),
            on_open=opened,
            on_frame=framed,
            on_closed=closed,
        )

    def _send_frame(self, message: Message) -> dict[str, object]:
        self._need_socket(message).send(_text(message, "data").encode("latin-1"), _whole(message, "opcode"))
        return {}

    def _close_socket(self, message: Message) -> dict[str, object]:
        code = None if message.get("code", 1000) is None else _whole(message, "code", 1000)
        self._need_socket(message).close(code, _text(message, "reason", ""))
        return {}

    def _need_socket(self, message: Message) -> WebSocketClient:
        client = self._sockets.get(_whole(message, "socket"))
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

    def _collect(self) -> None:
        """Take what is new out of the trace; of more than is posted at once the oldest only goes into the view."""
        waiting = self._waiting
        for record in self._news.take():
            waiting.append(record)
            self._weight += record.event.weight
        passed: list[Record] = []
        while len(waiting) > POSTED or (self._weight > POSTED_BYTES and len(waiting) > 1):
            passed.append(waiting.popleft())
            self._weight -= passed[-1].event.weight
        self._view.take(passed)

    def _report(self) -> None:
        self._collect()
        records = list(self._waiting)
        self._waiting.clear()
        self._weight = 0
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

    def _reply(self, number: int | str, value: dict[str, object]) -> None:
        self._replies.append({"id": number, "ok": True, "value": value})

    def _reply_error(self, number: int | str, error: Exception) -> None:
        text = str(error) or type(error).__name__
        self._replies.append({"id": number, "ok": False, "error": {"name": type(error).__name__, "message": text}})

    def _socket_event(self, socket: int, kind: str, **fields: object) -> None:
        at_us = self._network.clock.now_us
        self._replies.append({"type": "ws.event", "socket": socket, "kind": kind, "at_us": at_us, **fields})

    def _send(self, message: dict[str, object]) -> None:
        # ensure_ascii: text of the firmware may hold lone surrogates, which have no UTF-8
        self._post(json.dumps(message, separators=(",", ":")))


def warm_up() -> None:
    """Run a device once and forget it, so that a snapshot of Python's memory holds what a first run has to prepare."""
    firmware = "HTTP.add_endpoint(HTTP.get_system_server(), '/', function(c, ev) { Net.disconnect(c); }, null);"
    bridge = Bridge(lambda text: None)
    for number, message in enumerate(
        [
            {"type": "boot", "files": {"init.js": firmware}, "main": "init.js"},
            {"type": "http.fetch", "method": "GET", "target": "/"},
            {"type": "stop"},
        ]
    ):
        bridge.handle(json.dumps({"id": number, **message}), number * 1000)
    gc.collect()


def _response_json(response: Response) -> dict[str, object]:
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": [list(pair) for pair in response.headers],
        "body": response.body.decode("latin-1"),
        "took_us": response.took_us,
    }


def _parse(text: str) -> Message:
    """Return the object that a message is, an empty one if it is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _field(message: Message, name: str, default: object) -> object:
    if default is None and name not in message:
        raise BridgeError(f"the message lacks {name!r}")
    return message.get(name, default)


def _text(message: Message, name: str, default: str | None = None) -> str:
    value = _field(message, name, default)
    if not isinstance(value, str):
        raise BridgeError(f"{name!r} must be text, got {json.dumps(value)[:40]}")
    return value


def _whole(message: Message, name: str, default: int | None = None) -> int:
    value = _field(message, name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BridgeError(f"{name!r} must be a whole number, got {json.dumps(value)[:40]}")
    return value


def _port(message: Message) -> int:
    port = _whole(message, "port", 80)
    if not 0 < port < 65536:
        raise BridgeError(f"'port' must be between 1 and 65535, got {port}")
    return port


def _files(message: Message) -> dict[str, str]:
    files = _field(message, "files", None)
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BridgeError("'files' must be an object of texts")
    return files


def _headers(message: Message) -> list[tuple[str, str]]:
    pairs = _field(message, "headers", [])
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in pairs
    ):
        raise BridgeError("'headers' must be pairs of name and value, both texts")
    return [(_unpacked(name), _unpacked(value)) for name, value in pairs]


def _protocols(message: Message) -> list[str]:
    names = _field(message, "protocols", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BridgeError("'protocols' must be a list of texts")
    return names


def _unpacked(text: str) -> str:
    """Return the text whose bytes, in UTF-8, the characters stand for."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
