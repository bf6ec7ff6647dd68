"""Is the client's side of HTTP as the library has it."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from sim.api.connection import Connection
from sim.api.context import Context
from sim.api.exchange import EV_RESPONSE
from sim.api.library.connection import LibraryConnection
from sim.api.library.message import Part, PlacedMessage
from sim.api.library.multipart import EV_MULTIPART_REQUEST, PartReader
from sim.api.library.reading import LibraryHttp
from sim.api.library.websocket import LibraryWebSocket
from sim.api.recorder import Recorder, Tap
from sim.api.websocket import EV_WS_HANDSHAKE_DONE
from sim.event import WsOpened
from sim.mhttp import Role, write_request
from sim.mhttp.message import text_of

__all__ = ["LibraryClient"]

SWITCHING: Final = 101


class LibraryClient(LibraryHttp):
    """The HTTP layer of a connection that the firmware opened."""

    is_request = False

    def __init__(self, context: Context) -> None:
        recorder = Recorder(context, "outbound")
        super().__init__(context, recorder, Tap(Role.REQUESTS, recorder))
        self._has_shaken_hands = False

    def shake_hands(self, conn: Connection, path: str, host: str = "") -> None:
        """Send the request that asks for a WebSocket."""
        self._has_shaken_hands = True
        key = b64encode(self._context.random.randbytes(16)).decode("ascii")
        fields = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key),
        ]
        conn.send(write_request("GET", path, [*fields, ("Host", host)] if host else fields))

    # As LibraryHttp

    def _deliver(self, conn: Connection, message: PlacedMessage) -> None:
        self._recorder.responded(conn, message.copy())
        conn.tell(EV_RESPONSE, message)

    def _begin_parts(self, conn: Connection, message: PlacedMessage, boundary: bytes) -> PartReader:
        def tell(ev: int, part: Part) -> None:
            conn.tell(ev, part)

        self._recorder.responded(conn, message.copy())
        conn.tell(EV_MULTIPART_REQUEST, message)
        return PartReader(boundary, tell)

    def _upgrade(self, conn: Connection, message: PlacedMessage) -> bool:
        is_accepted = message.field(b"sec-websocket-accept") is not None
        if self._profile.ws_accepts_any_response:
            if not is_accepted:
                return False
        elif not self._has_shaken_hands:
            return False
        assert isinstance(conn, LibraryConnection)
        response = message.copy()
        self._recorder.responded(conn, response)
        if self._profile.ws_accepts_any_response or (is_accepted and message.status == SWITCHING):
            message.take_out_head(conn.received)
            layer = conn.layer = LibraryWebSocket(self._context, conn, is_client=True)
            subprotocol = text_of(message.field(b"sec-websocket-protocol") or b"")
            self._context.trace.emit(WsOpened(conn.number, self._context.host.name, "outbound", "", 0, subprotocol))
            layer.begin(EV_WS_HANDSHAKE_DONE, message if self._profile.ws_done_has_data else None)
        else:
            conn.tell(EV_WS_HANDSHAKE_DONE, message)
            del conn.received[: message.head.size]
            conn.drop()
        return True
