"""Is the world outside of the device as a test uses it: requests and connections. Times are virtual seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sim.engine import ROOT, Handle
from sim.mhttp.websocket import Opcode
from sim.testing.backend import Backend
from sim.testing.outcome import Headers, Response
from sim.testing.verbs import Fields, Verbs, parts_of

__all__ = ["TIMEOUT", "Connection", "Peer", "Requests", "WebSocket", "microseconds"]

TIMEOUT: Final = 10.0
"""How long a test waits for an answer if it does not say, in seconds of virtual time."""


class Requests(Verbs):
    """Sends HTTP requests from a peer to a host."""

    def __init__(self, backend: Backend, peer: str, to: str) -> None:
        self._backend = backend
        self._peer = peer
        self._to = to

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Fields = (),
        body: bytes | str = b"",
        json: Any = None,
        to: str | None = None,
        port: int = 80,
        timeout: float = TIMEOUT,
        keep_alive: bool = False,
    ) -> Response:
        """Send a request and let time pass until it is answered.

        Args:
            headers: header fields; `Host` is added.
            body: text goes out as UTF-8.
            json: a value to send as JSON instead of a body.
            to: the host, by name or address.
            timeout: seconds of virtual time.
            keep_alive: use one connection for all such requests.

        Raises:
            NoAnswer: there is none; it says what the device did last.
            ValueError: the parts make no request.
        """
        fields, data = parts_of(headers, body, json)
        place = (self._peer, to or self._to, port, microseconds(timeout), keep_alive)
        answer = self._backend.ask(ROOT, "call", "request", method, target, fields, data, *place)
        status, reason, pairs, content, took_us = answer
        return Response(status, reason, Headers([(k, v) for k, v in pairs]), content, took_us / 1_000_000)

    def ws(
        self,
        target: str,
        *,
        protocols: Sequence[str] = (),
        headers: Fields = (),
        to: str | None = None,
        port: int = 80,
        timeout: float = TIMEOUT,
    ) -> WebSocket:
        """Open a WebSocket, offering subprotocols.

        Raises:
            NoAnswer: it could not be opened.
        """
        fields = list(headers.items() if isinstance(headers, Mapping) else headers)
        place = (self._peer, to or self._to, port, microseconds(timeout))
        made = self._backend.ask(ROOT, "call", "websocket", target, list(protocols), fields, *place)
        return WebSocket(self._backend, made, to or self._to)

    def connect(self, port: int = 80, *, to: str | None = None, timeout: float = TIMEOUT) -> Connection:
        """Open a TCP connection.

        Raises:
            NoAnswer: it could not be opened.
        """
        made = self._backend.ask(ROOT, "call", "connect", self._peer, to or self._to, port, microseconds(timeout))
        return Connection(self._backend, made, to or self._to)


class Peer(Requests):
    """A machine on the network that is no device: it asks the device, unless `to` says another host."""

    @property
    def name(self) -> str:
        """Its name on the network."""
        return self._peer

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        peer = self._backend.ask(ROOT, "call", "peer", self._peer)
        host = self._backend.ask(peer.number, "get", "host")
        return str(self._backend.ask(host.number, "get", "address"))


class WebSocket:
    """A WebSocket that a test has opened. Pings are answered by themselves."""

    def __init__(self, backend: Backend, handle: Handle, to: str) -> None:
        self._backend = backend
        self._handle = handle
        self._to = to
        self._taken = 0

    @property
    def subprotocol(self) -> str:
        """What the device chose of the subprotocols."""
        return str(self._backend.ask(self._handle.number, "get", "subprotocol"))

    @property
    def is_open(self) -> bool:
        """Whether messages may still be sent."""
        return bool(self._backend.ask(self._handle.number, "get", "is_open"))

    def send(self, data: str | bytes) -> None:
        """Send a message: text, or binary if it is bytes.

        Raises:
            ValueError: the WebSocket is not open.
        """
        self._backend.ask(self._handle.number, "call", "send", data)

    def ping(self, data: bytes = b"") -> None:
        """Send a ping."""
        self._backend.ask(self._handle.number, "call", "send", data, int(Opcode.PING))

    def receive(self, timeout: float = TIMEOUT) -> str | bytes:
        """Wait for the next message: text or bytes, as it came.

        Raises:
            NoAnswer: none came in time (`kind` is "timeout"), or the WebSocket is closed ("closed").
        """
        given = self._backend.ask(
            ROOT, "call", "websocket_receive", self._handle, self._taken, self._to, microseconds(timeout)
        )
        self._taken, opcode, payload = given
        assert isinstance(payload, bytes)
        return payload.decode("utf-8", "replace") if opcode == Opcode.TEXT else payload

    def json(self, timeout: float = TIMEOUT) -> Any:
        """Wait for the next message, and return what it means as JSON."""
        return json.loads(self.receive(timeout))

    def close(self, code: int = 1000, reason: str = "", timeout: float = TIMEOUT) -> tuple[int, str]:
        """Close it and wait for the end: its code and reason."""
        self._backend.ask(self._handle.number, "call", "close", code, reason)
        return self.closed(timeout)

    def closed(self, timeout: float = TIMEOUT) -> tuple[int, str]:
        """Wait for the end: its code and reason; 1006 stands for an end without a close frame.

        Raises:
            NoAnswer: it is still open.
        """
        code, reason = self._backend.ask(
            ROOT, "call", "websocket_closed", self._handle, self._to, microseconds(timeout)
        )
        return code, reason


class Connection:
    """A TCP connection that a test has opened."""

    def __init__(self, backend: Backend, handle: Handle, to: str) -> None:
        self._backend = backend
        self._handle = handle
        self._to = to

    @property
    def is_open(self) -> bool:
        """Whether the connection is there."""
        return bool(self._backend.ask(self._handle.number, "get", "is_open"))

    @property
    def lost(self) -> str | None:
        """Why the connection is over (`closed`, `reset`, ...), None while it is not."""
        lost: str | None = self._backend.ask(self._handle.number, "get", "lost")
        return lost

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._backend.ask(self._handle.number, "call", "send", data)

    def receive(self, count: int = 0, timeout: float = TIMEOUT) -> bytes:
        """Wait for so many bytes, or for any if no count is given; fewer, or none, when the other side has ended.

        Raises:
            NoAnswer: they did not come in time.
        """
        data = self._backend.ask(ROOT, "call", "receive", self._handle, count, self._to, microseconds(timeout))
        assert isinstance(data, bytes)
        return data

    def half_close(self) -> None:
        """Send no more; go on receiving."""
        self._backend.ask(self._handle.number, "call", "half_close")

    def close(self) -> None:
        """Close both directions."""
        self._backend.ask(self._handle.number, "call", "close")

    def reset(self) -> None:
        """Drop the connection with a reset."""
        self._backend.ask(self._handle.number, "call", "reset")


def microseconds(seconds: float) -> int:
    """Return a time in seconds as the simulation has it."""
    if not 0 <= seconds < 1e9:
        raise ValueError(f"a time in seconds must be 0 or more, got {seconds!r}")
    return round(seconds * 1_000_000)
