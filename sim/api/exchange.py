"""Speaks HTTP on a connection: finds messages in what arrives, raises their events, and records both directions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from sim.api.connection import CLOSE, Connection
from sim.api.context import Context
from sim.api.endpoint import Endpoint, HttpListener
from sim.api.websocket import EV_WS_HANDSHAKE, EV_WS_HANDSHAKE_DONE, WebSocket
from sim.event import HttpRejected, HttpRequested, HttpResponded, WsOpened
from sim.mhttp import (
    Chunk,
    Limits,
    Malformed,
    Message,
    MessageReader,
    RequestHead,
    ResponseHead,
    Role,
    write_error,
    write_response,
)
from sim.mhttp.files import serve_file
from sim.mhttp.message import Head, find_field, text_of
from sim.mhttp.websocket import accept_key, offered_protocols, wrong_handshake

__all__ = ["EV_CHUNK", "EV_REQUEST", "EV_RESPONSE", "HttpClient", "HttpServer"]

EV_REQUEST: Final = 100
EV_RESPONSE: Final = 101
EV_CHUNK: Final = 102

OWN_LIMITS: Final = Limits(head=64 * 1024, body=16 * 1024 * 1024)
"""How far the record of what the firmware itself sends is followed; more is still sent, but not recorded as HTTP."""

SHOWN: Final = 1024
"""Bytes of a refused message that its record keeps."""


class Recorder:
    """Writes the facts `http.requested` and `http.responded` of one connection, and joins the pairs."""

    __slots__ = ("_context", "_open", "_role")

    def __init__(self, context: Context, role: str) -> None:
        self._context = context
        self._role = role
        self._open: deque[int] = deque()

    def requested(self, conn: Connection, message: Message, endpoint: int = 0) -> None:
        """Record a request."""
        head = message.head
        assert isinstance(head, RequestHead)
        exchange = self._context.network.next_number("exchange")
        self._open.append(exchange)
        self._context.trace.emit(
            HttpRequested(
                exchange,
                conn.number,
                self._context.host.name,
                self._role,
                head.method.decode("latin-1"),
                text_of(head.target),
                head.protocol.decode("latin-1"),
                endpoint,
                message.head_size,
                message.data,
            )
        )

    def responded(self, conn: Connection, message: Message) -> None:
        """Record a response: to the oldest request without one. An interim one (RFC 9110, 15.2) leaves it open."""
        head = message.head
        assert isinstance(head, ResponseHead)
        is_final = head.status >= 200 or head.status == 101
        exchange = 0
        if self._open:
            exchange = self._open.popleft() if is_final else self._open[0]
        self._context.trace.emit(
            HttpResponded(
                exchange,
                conn.number,
                self._context.host.name,
                head.status,
                text_of(head.reason),
                message.is_complete,
                message.head_size,
                message.data,
            )
        )

    def rejected(self, conn: Connection, status: int, reason: str, data: bytes) -> None:
        """Record that something is no HTTP message."""
        self._context.trace.emit(HttpRejected(conn.number, self._context.host.name, status, reason, data[:SHOWN]))


class Tap:
    """Follows what the firmware sends itself, only to record it: the bytes go out whatever they are."""

    __slots__ = ("_buffer", "_reader")

    def __init__(self, role: Role) -> None:
        self._reader: MessageReader | None = MessageReader(role, OWN_LIMITS)
        self._buffer = bytearray()

    def sent(self, data: bytes, to_head: bool = False) -> Iterator[Message | Malformed]:
        """Yield the messages that end with these bytes, or why they are none; `to_head`: they answer HEAD."""
        reader = self._reader
        if reader is None:
            return
        self._buffer += data
        if to_head and reader.is_idle:
            reader.to_head = True
        while self._buffer and (item := reader.read(self._buffer)) is not None:
            if isinstance(item, Message):
                if isinstance(item.head, ResponseHead) and item.head.status == 101:
                    self._reader = None  # what follows is no HTTP
                    yield item
                    return
                yield item
            elif isinstance(item, Malformed):
                self._reader = None
                yield item
                return

    def end(self) -> Message | Malformed | None:
        """Return what runs until the close."""
        reader, self._reader = self._reader, None
        if reader is None:
            return None
        message = reader.read_eof(self._buffer)
        if message is None and self._buffer:
            return Malformed(0, "the connection ended within a head")
        return message


class HttpServer:
    """The HTTP layer of an accepted connection."""

    __slots__ = ("_context", "_continued", "_endpoint", "_last_method", "_listener", "_reader", "_recorder", "_tap")

    def __init__(self, context: Context, listener: HttpListener) -> None:
        self._context = context
        self._listener = listener
        self._reader: MessageReader | None = MessageReader(Role.REQUESTS, context.limits)
        self._recorder = Recorder(context, "inbound")
        self._tap = Tap(Role.RESPONSES)
        self._endpoint: Endpoint | None = None
        self._last_method = b""
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
                self._chunk(conn, item.message)
            else:
                self._refuse(conn, item)

    def sent(self, conn: Connection, data: bytes) -> None:
        for item in self._tap.sent(data, self._last_method == b"HEAD"):
            self._record(conn, item, data)

    def discarded(self) -> None:
        if self._reader is not None:
            self._reader.forget()

    def closing(self, conn: Connection) -> None:
        if self._reader is not None and not conn.is_closing:
            message = self._reader.read_eof(conn.received)
            if message is not None:
                self._request(conn, message)
        if (item := self._tap.end()) is not None:
            self._record(conn, item, b"")

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
        self._last_method = head.method
        self._recorder.requested(conn, message, endpoint.number if endpoint else 0)
        if endpoint is None:
            context = self._context
            answer, is_last = serve_file(head, context.files, context.clock.now_us, context.profile)
            conn.send(answer)
            if is_last:
                conn.disconnect()
        else:
            self._context.call(endpoint.handler, conn, EV_REQUEST, message, endpoint.userdata)

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
        layer = conn.layer = WebSocket(context, endpoint.handler, endpoint.userdata, is_client=False)
        context.trace.emit(
            WsOpened(conn.number, context.host.name, "inbound", text_of(head.target), endpoint.number, subprotocol)
        )
        context.call(endpoint.handler, conn, EV_WS_HANDSHAKE_DONE, 101, endpoint.userdata)
        layer.received(conn)

    def _chunk(self, conn: Connection, message: Message) -> None:
        head = message.head
        assert isinstance(head, RequestHead)
        endpoint = self._listener.find(head.uri)
        if endpoint is not None:
            self._context.call(endpoint.handler, conn, EV_CHUNK, message, endpoint.userdata)

    def _refuse(self, conn: Connection, fault: Malformed) -> None:
        """Answer what is no acceptable request, and close: where the next one begins is anybody's guess."""
        self._recorder.rejected(conn, fault.status, fault.reason, bytes(conn.received))
        self._reader = None
        conn.received.clear()
        conn.send(write_error(fault.status, self._context.profile.server))
        conn.disconnect()

    def _record(self, conn: Connection, item: Message | Malformed, data: bytes) -> None:
        if isinstance(item, Message):
            self._recorder.responded(conn, item)
        else:
            self._recorder.rejected(conn, 0, f"what the firmware sent is no HTTP response: {item.reason}", data)


class HttpClient:
    """The HTTP layer of a connection that the firmware opened."""

    __slots__ = ("_context", "_key", "_methods", "_reader", "_recorder", "_tap")

    def __init__(self, context: Context, key: bytes = b"") -> None:
        self._context = context
        self._key = key  # of the WebSocket handshake that this connection begins with, if it does
        self._reader: MessageReader | None = MessageReader(Role.RESPONSES, context.limits)
        self._recorder = Recorder(context, "outbound")
        self._tap = Tap(Role.REQUESTS)
        self._methods: deque[bytes] = deque()

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        buffer = conn.received
        while buffer and (reader := self._reader) is not None:
            if reader.is_idle:
                reader.to_head = bool(self._methods) and self._methods[0] == b"HEAD"
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

    def sent(self, conn: Connection, data: bytes) -> None:
        for item in self._tap.sent(data):
            self._record(conn, item, data)

    def discarded(self) -> None:
        if self._reader is not None:
            self._reader.forget()

    def closing(self, conn: Connection) -> None:
        if self._reader is not None:
            message = self._reader.read_eof(conn.received)
            if message is not None:
                self._response(conn, message)
        if (item := self._tap.end()) is not None:
            self._record(conn, item, b"")

    def closed(self, conn: Connection) -> None:
        """Nothing to do: the handler had its close event already."""

    # Inside

    def _response(self, conn: Connection, message: Message) -> None:
        head = message.head
        assert isinstance(head, ResponseHead)
        self._recorder.responded(conn, message)
        if head.status < 200 and head.status != 101:
            return
        if self._methods:
            self._methods.popleft()
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
        layer = conn.layer = WebSocket(context, conn.handler, conn.userdata, is_client=True)
        subprotocol = text_of(find_field(head.headers, b"sec-websocket-protocol") or b"")
        context.trace.emit(WsOpened(conn.number, context.host.name, "outbound", "", 0, subprotocol))
        conn.tell(EV_WS_HANDSHAKE_DONE, head.status)
        layer.received(conn)

    def _record(self, conn: Connection, item: Message | Malformed, data: bytes) -> None:
        if isinstance(item, Message):
            assert isinstance(item.head, RequestHead)
            self._methods.append(item.head.method)
            self._recorder.requested(conn, item)
        else:
            self._recorder.rejected(conn, 0, f"what the firmware sent is no HTTP request: {item.reason}", data)
