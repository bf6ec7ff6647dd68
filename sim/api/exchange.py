"""Speaks HTTP on a connection: finds messages in what arrives, raises their events, and records both directions."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from sim.api.connection import CLOSE, Connection
from sim.api.context import Context
from sim.api.endpoint import Endpoint, HttpListener
from sim.api.recorder import Recorder, Tap
from sim.api.websocket import EV_WS_HANDSHAKE, EV_WS_HANDSHAKE_DONE, CheckedWebSocket
from sim.event import WsOpened
from sim.mhttp import (
    Chunk,
    Malformed,
    Message,
    MessageReader,
    RequestHead,
    ResponseHead,
    Role,
    write_error,
    write_request,
    write_response,
)
from sim.mhttp.files import serve_file
from sim.mhttp.message import Head, find_field, text_of
from sim.mhttp.websocket import accept_key, offered_protocols, wrong_handshake

__all__ = ["EV_CHUNK", "EV_REQUEST", "EV_RESPONSE", "HttpClient", "HttpServer"]

EV_REQUEST: Final = 100
EV_RESPONSE: Final = 101
EV_CHUNK: Final = 102


class HttpEnd:
    """What both ends have: a reader of what comes, until the connection is no more HTTP, and a tap on what is sent."""

    __slots__ = ("_reader", "_tap")

    _reader: MessageReader | None
    _tap: Tap

    def sent(self, conn: Connection, data: bytes) -> None:
        self._tap.sent(conn, data)

    def discard(self, conn: Connection, length: int) -> None:
        if self._reader is None:
            del conn.received[:length]
        else:
            self._reader.discard(conn.received, length)


class HttpServer(HttpEnd):
    """The HTTP layer of an accepted connection."""

    __slots__ = ("_context", "_continued", "_endpoint", "_listener", "_recorder")

    def __init__(self, context: Context, listener: HttpListener) -> None:
        self._context = context
        self._listener = listener
        self._reader = MessageReader(Role.REQUESTS, context.limits)
        self._recorder = Recorder(context, "inbound")
        self._tap = Tap(Role.RESPONSES, self._recorder)
        self._endpoint: Endpoint | None = None
        self._continued = False

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        buffer = conn.received
        while buffer and self._reader is not None and not conn.is_closing:
            item = self._reader.read(buffer)
            if item is None:
                self._continue(conn, self._reader.head)
                return
            if isinstance(item, Message):
                self._continued = False
                self._request(conn, item)
            elif isinstance(item, Chunk):
                self._chunk(conn, item)
            else:
                self._refuse(conn, item)

    def closing(self, conn: Connection) -> None:
        if self._reader is not None and not conn.is_closing:
            message = self._reader.read_eof(conn.received)
            if message is not None:
                self._request(conn, message)
        self._tap.end(conn)

    def closed(self, conn: Connection) -> None:
        endpoint = self._endpoint
        if endpoint is not None:
            self._context.call(endpoint.handler, conn, CLOSE, None, endpoint.userdata)

    # Inside

    def _request(self, conn: Connection, message: Message) -> None:
        head = message.head
        assert isinstance(head, RequestHead)
        if find_field(head.headers, b"sec-websocket-key") is not None:
            self._handshake(conn, message, head)
            return
        endpoint = self._endpoint = self._listener.find(head.uri)
        self._recorder.requested(conn, message, endpoint.number if endpoint else 0)
        if endpoint is not None:
            self._context.call(endpoint.handler, conn, EV_REQUEST, message, endpoint.userdata)
        elif conn.handler is not None:
            conn.tell(EV_REQUEST, message)
        else:
            context = self._context
            answer, is_last = serve_file(head, context.files, context.clock.now_us, context.profile)
            conn.send(answer)
            if is_last:
                conn.disconnect()

    def _continue(self, conn: Connection, head: Head | None) -> None:
        """Ask for the body of a request that waits to be asked (RFC 9110, 10.1.1)."""
        if head is None or self._continued:
            return
        self._continued = True
        if (find_field(head.headers, b"expect") or b"").lower() == b"100-continue" and head.protocol >= b"HTTP/1.1":
            conn.send(write_response(100))

    def _handshake(self, conn: Connection, message: Message, head: RequestHead) -> None:
        endpoint = self._endpoint = self._listener.find(head.uri)
        self._recorder.requested(conn, message, endpoint.number if endpoint else 0)
        server = self._context.profile.server
        fault = wrong_handshake(head.method, head.protocol, head.headers)
        if endpoint is None or fault is not None:
            conn.send(write_error(404, server) if endpoint is None else write_error(400, server, fault))
            conn.disconnect()
            return
        if find_field(head.headers, b"sec-websocket-version") != b"13":
            conn.send(write_response(426, [("Sec-WebSocket-Version", "13"), ("Content-Length", "0")]))
            conn.disconnect()
            return
        queued = len(conn.out)
        self._context.call(endpoint.handler, conn, EV_WS_HANDSHAKE, message, endpoint.userdata)
        if conn.is_closing or conn.is_closed:
            return
        # A browser that offers subprotocols fails unless one is chosen, and the API gives no way to choose
        chosen = text_of(next(iter(offered_protocols(head.headers)), b""))
        if len(conn.out) == queued:
            key = find_field(head.headers, b"sec-websocket-key") or b""
            fields = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept_key(key))]
            conn.send(write_response(101, [*fields, ("Sec-WebSocket-Protocol", chosen)] if chosen else fields))
        self._upgrade(conn, head, endpoint, chosen)

    def _upgrade(self, conn: Connection, head: RequestHead, endpoint: Endpoint, subprotocol: str) -> None:
        context = self._context
        self._reader = None
        conn.flush()  # so that this layer still sees the answer go out
        layer = conn.layer = CheckedWebSocket(context, endpoint.handler, endpoint.userdata, is_client=False)
        context.trace.emit(
            WsOpened(conn.number, context.host.name, "inbound", text_of(head.target), endpoint.number, subprotocol)
        )
        context.call(endpoint.handler, conn, EV_WS_HANDSHAKE_DONE, 101, endpoint.userdata)
        layer.received(conn)

    def _chunk(self, conn: Connection, chunk: Chunk) -> None:
        head = chunk.head
        assert isinstance(head, RequestHead)
        endpoint = self._listener.find(head.uri)
        if endpoint is not None:
            self._context.call(endpoint.handler, conn, EV_CHUNK, chunk.message, endpoint.userdata)

    def _refuse(self, conn: Connection, fault: Malformed) -> None:
        """Answer what is no acceptable request, and close: where the next one begins is anybody's guess."""
        self._recorder.rejected(conn, fault.status, fault.reason, bytes(conn.received))
        self._reader = None
        conn.received.clear()
        conn.send(write_error(fault.status, self._context.profile.server))
        conn.disconnect()


class HttpClient(HttpEnd):
    """The HTTP layer of a connection that the firmware opened."""

    __slots__ = ("_context", "_key", "_recorder")

    def __init__(self, context: Context) -> None:
        self._context = context
        self._key = b""  # of the WebSocket handshake that this connection begins with, if it does
        self._reader = MessageReader(Role.RESPONSES, context.limits)
        self._recorder = Recorder(context, "outbound")
        self._tap = Tap(Role.REQUESTS, self._recorder)

    def shake_hands(self, conn: Connection, path: str, host: str) -> None:
        """Send the request that asks for a WebSocket (RFC 6455, 4.1)."""
        self._key = b64encode(self._context.random.randbytes(16))
        fields = [
            ("Host", host),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", self._key.decode("ascii")),
        ]
        conn.send(write_request("GET", path, fields))

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        buffer = conn.received
        while buffer and (reader := self._reader) is not None:
            if reader.head is None:
                reader.to_head = self._recorder.answers_head
            item = reader.read(buffer)
            if item is None:
                return
            if isinstance(item, Message):
                self._response(conn, item)
            elif isinstance(item, Chunk):
                conn.tell(EV_CHUNK, item.message)
            else:
                self._recorder.rejected(conn, 0, item.reason, bytes(buffer))
                self._reader = None
                buffer.clear()
                conn.disconnect()

    def closing(self, conn: Connection) -> None:
        if self._reader is not None:
            message = self._reader.read_eof(conn.received)
            if message is not None:
                self._response(conn, message)
        self._tap.end(conn)

    def closed(self, conn: Connection) -> None:
        """Nothing to do: the handler had its close event already."""

    # Inside

    def _response(self, conn: Connection, message: Message) -> None:
        head = message.head
        assert isinstance(head, ResponseHead)
        self._recorder.responded(conn, message)
        if head.status < 200 and head.status != 101:
            return
        if self._key:
            self._upgrade(conn, head)
        else:
            conn.tell(EV_RESPONSE, message)

    def _upgrade(self, conn: Connection, head: ResponseHead) -> None:
        """Take the answer to our handshake (RFC 6455, 4.1): the handler learns its status, 101 is success."""
        accepted = find_field(head.headers, b"sec-websocket-accept") == accept_key(self._key).encode("ascii")
        if head.status != 101 or not accepted:
            conn.tell(EV_WS_HANDSHAKE_DONE, head.status if head.status != 101 else 0)
            self._reader = None
            conn.disconnect()
            return
        self._reader = None
        context = self._context
        layer = conn.layer = CheckedWebSocket(context, conn.handler, conn.userdata, is_client=True)
        subprotocol = text_of(find_field(head.headers, b"sec-websocket-protocol") or b"")
        context.trace.emit(WsOpened(conn.number, context.host.name, "outbound", "", 0, subprotocol))
        conn.tell(EV_WS_HANDSHAKE_DONE, head.status)
        layer.received(conn)
