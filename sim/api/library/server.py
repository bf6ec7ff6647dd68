"""Is the server's side of HTTP as the library has it: endpoints, the listener's own handler, and the glue between."""

from __future__ import annotations

from sim.api.connection import CLOSE, Connection
from sim.api.context import Context
from sim.api.endpoint import Endpoint, HttpListener
from sim.api.exchange import EV_REQUEST
from sim.api.library.connection import LibraryConnection
from sim.api.library.message import Part, PlacedMessage
from sim.api.library.multipart import EV_MULTIPART_REQUEST, PartReader
from sim.api.library.reading import LibraryHttp
from sim.api.library.websocket import LibraryWebSocket
from sim.api.recorder import Recorder, Tap
from sim.api.websocket import EV_WS_HANDSHAKE, EV_WS_HANDSHAKE_DONE
from sim.event import WsOpened
from sim.mhttp import Role, write_response
from sim.mhttp.files import serve_file
from sim.mhttp.message import text_of
from sim.mhttp.websocket import accept_key

__all__ = ["LibraryServer"]


class LibraryServer(LibraryHttp):
    """The HTTP layer of an accepted connection."""

    is_request = True

    def __init__(self, context: Context, listener: HttpListener) -> None:
        recorder = Recorder(context, "inbound")
        super().__init__(context, recorder, Tap(Role.RESPONSES, recorder))
        self._listener = listener
        self._known = listener.count  # the glue's list is the connection's own, from its beginning
        self._endpoint: Endpoint | None = None

    def closing(self, conn: Connection) -> None:
        super().closing(conn)
        if self._profile.endpoint_gets_close and self._endpoint is not None:
            self._tell_later(conn, CLOSE, None, self._endpoint)

    # As LibraryHttp

    def _began(self) -> None:
        self._endpoint = None

    def _deliver(self, conn: Connection, message: PlacedMessage) -> None:
        endpoint = self._route(conn, message)
        if endpoint is not None:
            self._tell(conn, EV_REQUEST, message, endpoint)
        elif conn.handler is not None:
            conn.tell(EV_REQUEST, message)
        else:
            context = self._context
            answer, is_last = serve_file(message.request_head, context.files, context.clock.now_us, context.profile)
            conn.send(answer)
            if is_last:
                conn.disconnect()

    def _begin_parts(self, conn: Connection, message: PlacedMessage, boundary: bytes) -> PartReader:
        endpoint = self._route(conn, message)

        def tell(ev: int, part: Part) -> None:
            if endpoint is None:
                conn.tell(ev, part)
            else:
                self._tell_later(conn, ev, part, endpoint)

        if endpoint is None:
            conn.tell(EV_MULTIPART_REQUEST, message)
        else:
            self._tell(conn, EV_MULTIPART_REQUEST, message, endpoint)
        return PartReader(boundary, tell)

    def _upgrade(self, conn: Connection, message: PlacedMessage) -> bool:
        key = message.head.find(message.memory, b"sec-websocket-key")
        if key is None:
            return False
        assert isinstance(conn, LibraryConnection)
        request, uri = message.copy(), text_of(message.request_head.target)
        message.take_out_head(conn.received)
        endpoint = self._listener.find(message.request_head.uri)
        number = 0 if endpoint is None else endpoint.number
        self._recorder.requested(conn, request, number)
        layer = conn.layer = LibraryWebSocket(self._context, conn, is_client=False)
        if endpoint is not None:
            self._hand_over(conn, endpoint)
        conn.tell(EV_WS_HANDSHAKE, message)
        if conn.is_closing:
            return True
        if not conn.out:
            conn.send(self._handshake(message, bytes(message.memory[slice(*key)])))
        self.sent(conn, bytes(conn.out))  # before the other layer sees it go out
        chosen = message.field(b"sec-websocket-protocol") if self._profile.ws_echoes_protocols else None
        self._context.trace.emit(
            WsOpened(conn.number, self._context.host.name, "inbound", uri, number, text_of(chosen or b""))
        )
        layer.begin(EV_WS_HANDSHAKE_DONE, message if self._profile.ws_done_has_data else None)
        return True

    # Inside

    def _route(self, conn: Connection, message: PlacedMessage) -> Endpoint | None:
        head = message.request_head
        endpoint = self._endpoint = self._listener.find(head.uri)
        self._recorder.requested(conn, message.copy(), endpoint.number if endpoint else 0)
        return endpoint

    def _tell(self, conn: Connection, ev: int, message: PlacedMessage, endpoint: Endpoint) -> None:
        """Call an endpoint, by way of the glue if that sits between."""
        if endpoint.is_own:
            self._context.call(endpoint.handler, conn, ev, message.copy(), endpoint.userdata)
            return
        chosen: Endpoint | None = endpoint
        if self._profile.endpoint_gets_requests_only:
            is_request = ev == EV_REQUEST
            chosen = self._listener.find_among_first(self._known, message.request_head.uri) if is_request else None
        if chosen is None:
            self._drop(conn, ev, message, None)
        else:
            self._context.call(chosen.handler, conn, ev, message, chosen.userdata)

    def _tell_later(self, conn: Connection, ev: int, ev_data: object, endpoint: Endpoint) -> None:
        """Call the endpoint that took the newest request."""
        if self._profile.endpoint_gets_requests_only and not endpoint.is_own:
            self._drop(conn, ev, ev_data, None)
            return
        keeps = self._profile.later_events_keep_userdata
        self._context.call(endpoint.handler, conn, ev, ev_data, endpoint.userdata if keeps else conn.userdata)

    def _hand_over(self, conn: LibraryConnection, endpoint: Endpoint) -> None:
        """Make an endpoint's handler that of the connection."""
        if self._profile.endpoint_gets_requests_only and not endpoint.is_own:
            conn.handler, conn.userdata = self._drop, None
        else:
            conn.handler, conn.userdata = endpoint.handler, endpoint.userdata
            conn.be_polled()

    def _drop(self, conn: Connection, ev: int, ev_data: object, userdata: object) -> None:
        """Do as the glue with an event that it does not pass on: nothing."""
        watcher = self._listener.dropped_handler
        if watcher is not None:
            self._context.call(watcher, conn, ev, ev_data, userdata)

    def _handshake(self, message: PlacedMessage, key: bytes) -> bytes:
        fields = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
        offered = message.field(b"sec-websocket-protocol")
        if self._profile.ws_echoes_protocols and offered is not None:
            fields.append(("Sec-WebSocket-Protocol", text_of(offered)))
        return write_response(101, [*fields, ("Sec-WebSocket-Accept", accept_key(key))])
