"""Is the firmware's `HTTP`: servers with endpoints, and clients (docs/reference/http.md)."""

from __future__ import annotations

import re
from typing import Final

from sim.api.connection import Connection, TcpConnection
from sim.api.context import Handler, as_handler, where
from sim.api.endpoint import Endpoint, HttpListener
from sim.api.exchange import HttpClient, HttpServer
from sim.api.library.client import LibraryClient
from sim.api.library.server import LibraryServer
from sim.api.net import as_bytes, as_connection, as_text
from sim.api.part import message_part
from sim.api.query import query_address, query_handler
from sim.api.stack import Stack
from sim.api.tls import NoTls
from sim.api.websocket import WebSocket
from sim.event import EndpointAdded
from sim.mhttp.message import text_of
from sim.mhttp.websocket import Frame
from sim.network.tcp import TcpSocket

__all__ = ["HTTP"]


WS_URL: Final = re.compile(r"ws://([^/:?#\x00-\x20\x7f]+)(?::([0-9]{1,5}))?(/[^#\x00-\x20\x7f]*)?")
MAX_PORT: Final = 65535


class HTTP:
    """HTTP servers and clients. Handlers are `handler(conn, ev, ev_data, userdata)`, or declare fewer parameters."""

    EV_REQUEST: Final = 100
    EV_RESPONSE: Final = 101
    EV_CHUNK: Final = 102
    EV_WS_HANDSHAKE: Final = 111
    EV_WS_HANDSHAKE_DONE: Final = 112
    EV_WS_FRAME: Final = 113
    EV_WS_CONTROL_FRAME: Final = 114

    METHOD: Final = 0
    URI: Final = 1
    PROTOCOL: Final = 2
    BODY: Final = 3
    MESSAGE: Final = 4
    QUERY_STRING: Final = 5

    def __init__(self, stack: Stack, system_address: str) -> None:
        self._stack = stack
        self._tls = NoTls(stack)
        self._system = self.bind(system_address) if system_address else None

    def get_system_server(self) -> HttpListener | None:
        """Return the built-in server (port 80), or None if the device has none."""
        return self._system

    def bind(self, portStr: str) -> HttpListener | None:
        """Open another HTTP server on a port or address.

        Returns:
            The listener, or None if the address is invalid, not this device's, or taken. A request that no endpoint
            takes is answered 404.
        """
        if as_text(portStr, "portStr", "HTTP.bind").startswith("udp://"):
            return None
        stack, context = self._stack, self._stack.context
        listener = HttpListener(0, context.profile)

        def make(socket: TcpSocket) -> TcpConnection:
            layer = (LibraryServer if context.profile.reads_in_place else HttpServer)(context, listener)
            return stack.tcp_type(stack, listener.own_handler, None, layer, socket)

        listener.number = stack.bind(portStr, make, None, None)
        return listener if listener.number else None

    def add_endpoint(self, listener: HttpListener | None, uri: str, handler: Handler, userdata: object = None) -> int:
        """Let a handler take the requests whose URI begins with `uri`, a pattern.

        The longest match wins, of equal ones the latest. The handler gets EV_REQUEST for each request and writes the
        whole answer itself, with `Net.send`; then it closes with `Net.disconnect`, or keeps the connection.

        Returns:
            1, or 0 if the listener or the URI is None.
        """
        caller = "HTTP.add_endpoint"
        function = as_handler(handler, caller)
        if listener is None or uri is None:
            return 0
        if not isinstance(listener, HttpListener):
            raise TypeError(f"{caller}: listener must be one of HTTP's, got {type(listener).__name__}")
        pattern = as_bytes(as_text(uri, "uri", caller), caller)
        context = self._stack.context
        endpoint = Endpoint(context.network.next_number("endpoint"), pattern, function, userdata)
        listener.add(endpoint)
        name, file, line = where(handler)
        context.trace.emit(EndpointAdded(endpoint.number, context.host.name, listener.number, uri, name, file, line))
        return 1

    def connect(self, addr: str, handler: Handler, userdata: object = None) -> Connection | None:
        """Connect to an HTTP server; the handler gets the events of `Net` as well as EV_RESPONSE and EV_CHUNK.

        Returns:
            The connection, or None if the address is invalid.
        """
        function = as_handler(handler, "HTTP.connect")
        layer = self._client()
        return self._stack.connect(as_text(addr, "addr", "HTTP.connect"), function, userdata, layer)

    def connect_ssl(self, addr: str, handler: Handler, userdata: object = None, *files: str) -> Connection | None:
        """Connect to an HTTP server over TLS, which is not simulated: it fails as `Net.connect_ssl` does.

        Returns:
            The connection, or None if the address is invalid.
        """
        function = as_handler(handler, "HTTP.connect_ssl")
        return self._tls.connect(as_text(addr, "addr", "HTTP.connect_ssl"), function, userdata)

    def _client(self) -> HttpClient | LibraryClient:
        context = self._stack.context
        return (LibraryClient if context.profile.reads_in_place else HttpClient)(context)

    def ws_connect(self, url: str, handler: Handler, userdata: object = None) -> Connection | None:
        """Open a WebSocket to `ws://host[:port]/path`. An extension of this simulator.

        The handler gets EV_CONNECT, EV_WS_HANDSHAKE_DONE with the status of the answer (101: open), EV_WS_FRAME,
        EV_WS_CONTROL_FRAME and EV_CLOSE.

        Returns:
            The connection, or None if the URL is invalid.
        """
        function = as_handler(handler, "HTTP.ws_connect")
        match = WS_URL.fullmatch(as_text(url, "url", "HTTP.ws_connect"))
        if match is None or not 0 < int(match[2] or 80) <= MAX_PORT:
            return None
        host, port, path = match[1], match[2] or "80", match[3] or "/"
        layer = self._client()
        conn = self._stack.connect(f"{host}:{port}", function, userdata, layer)
        if conn is not None:
            layer.shake_hands(conn, path, host if port == "80" else f"{host}:{port}")
        return conn

    def ws_send(self, conn: Connection | None, opcode: int, data: bytes | str) -> int:
        """Send a WebSocket frame: opcode 1 text, 2 binary, 8 close, 9 ping, 10 pong. An extension of this simulator.

        Returns:
            1, or 0 if the connection is no open WebSocket.
        """
        caller = "HTTP.ws_send"
        target = as_connection(conn, caller)
        if not isinstance(opcode, int) or opcode not in (1, 2, 8, 9, 10):
            raise ValueError(f"{caller}: opcode must be 1, 2, 8, 9 or 10, got {opcode!r}")
        payload = as_bytes(data, caller)
        if opcode > 2 and len(payload) > 125:
            raise ValueError(f"{caller}: a control frame holds 125 bytes, got {len(payload)}")
        if target is None or target.is_closed or not isinstance(target.layer, WebSocket):
            return 0
        target.layer.send(target, opcode, payload)
        return 1

    def ws_opcode(self, event_data: object) -> int:
        """Return the opcode of the frame of an event, -1 if it is none. An extension of this simulator."""
        return event_data.opcode if isinstance(event_data, Frame) else -1

    def ws_fin(self, event_data: object) -> int:
        """Return 1 if the frame of an event is final, 0 if not, -1 if it is none. An extension of this simulator."""
        return int(event_data.is_final) if isinstance(event_data, Frame) else -1

    def query(self, options: dict[str, object]) -> Connection | None:
        """Send one request to `url`, with `data` (POST) or without (GET), and `headers`; the later API's client.

        `success(body, message)` is called with the answer, whatever its status; `error("", "Request failed", options)`
        when the connection ends without one.

        Returns:
            The connection, or None if the address is invalid.
        """
        handler = query_handler(self._stack.context, options)
        address, wants_tls = query_address(options)
        if wants_tls:
            return self._tls.connect(address, handler, None)
        return self._stack.connect(address, handler, None, self._client())

    def param(self, event_data: object, param: int) -> str:
        """Return a part of the message of an event as text, "" if it has no such part.

        Bytes that are no UTF-8 become surrogates, so `Net.send` gives them back unharmed. Of a WebSocket frame, BODY
        is the payload.
        """
        found = message_part(event_data, param)
        if found is None:
            raise TypeError(f"HTTP.param: event_data must be that of an HTTP event, got {type(event_data).__name__}")
        return text_of(found)
