"""Speaks WebSocket as the library does: on the receive buffer, with few checks, and a ping when it is quiet."""

from __future__ import annotations

from typing import Final

from sim.api.connection import RECV, Connection
from sim.api.context import Context
from sim.api.library.connection import LibraryConnection
from sim.api.library.frame import BlindJoiner, FrontJoiner
from sim.api.websocket import ABNORMAL, EV_WS_CONTROL_FRAME, EV_WS_FRAME, WebSocket
from sim.event import WsClosed, WsFramed
from sim.mhttp.websocket import Fault, Frame, Opcode, parse_close, write_frame

__all__ = ["LibraryWebSocket"]

SECOND_US: Final = 1_000_000
MAX_HEAD: Final = 14
"""Bytes before the payload of a frame, at most."""


class LibraryWebSocket(WebSocket):
    """The layer of a connection after the handshake; all events go to the connection's handler."""

    def __init__(self, context: Context, conn: LibraryConnection, *, is_client: bool) -> None:
        self._context = context
        self._profile = context.profile
        self._conn = conn
        self._is_client = is_client
        self._joiner: BlindJoiner | FrontJoiner
        self._joiner = BlindJoiner() if self._profile.ws_damages_fragments else FrontJoiner(self._close)
        self._is_open = False
        self._outcome: tuple[int, str] = (ABNORMAL, "")
        self._last_us = context.clock.now_us
        self._wait_for_quiet()

    def begin(self, ev: int, ev_data: object) -> None:
        """Tell that the handshake is done, and read what came behind it."""
        conn = self._conn
        self._is_open = True
        conn.tell(ev, ev_data)
        conn.tell(RECV, conn.last_read)
        self.received(conn)

    def send(self, conn: Connection, opcode: int, payload: bytes) -> None:
        self.send_frame(conn, opcode, payload)

    def send_frame(self, conn: Connection, opcode: int, payload: bytes, *, is_final: bool = True) -> None:
        """Send one frame or fragment. A close frame is the last: the connection closes behind it."""
        mask = self._context.random.randbytes(4) if self._is_client else None
        conn.send(write_frame(opcode, payload, is_final=is_final, mask=mask, long_from=self._profile.ws_long_from))
        self._record(conn, "out", opcode, is_final, payload)
        if opcode == Opcode.CLOSE:
            conn.disconnect()

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        self._last_us = self._context.clock.now_us
        buffer = conn.received
        while (is_close := self._joiner.next(buffer, self._deliver)) is not None:
            if is_close:
                conn.disconnect()
        if len(buffer) > self._context.limits.frame + MAX_HEAD:
            conn.drop()

    def sent(self, conn: Connection, data: bytes) -> None:
        self._last_us = self._context.clock.now_us

    def discard(self, conn: Connection, length: int) -> None:
        del conn.received[:length]

    def closing(self, conn: Connection) -> None:
        if self._is_open:
            self._context.trace.emit(WsClosed(conn.number, self._context.host.name, *self._outcome))

    def closed(self, conn: Connection) -> None:
        """Nothing to do: the handler had its close event."""

    # Inside

    def _deliver(self, frame: Frame) -> None:
        conn = self._conn
        self._record(conn, "in", frame.opcode, frame.is_final, frame.payload)
        if frame.opcode == Opcode.CLOSE:
            outcome = parse_close(frame.payload)
            self._outcome = (outcome.code, outcome.reason) if isinstance(outcome, Fault) else outcome
        if self._profile.ws_answers_control_frames:
            if frame.opcode == Opcode.PING:
                self.send(conn, Opcode.PONG, frame.payload)
            elif frame.opcode == Opcode.CLOSE:
                self.send(conn, Opcode.CLOSE, frame.payload)
        conn.tell(EV_WS_CONTROL_FRAME if frame.is_control else EV_WS_FRAME, frame)

    def _close(self, reason: bytes) -> None:
        """Close for a fault of the peer; the frame has a reason but no code."""
        self._outcome = (ABNORMAL, reason.decode("ascii"))
        self.send(self._conn, Opcode.CLOSE, reason)

    def _record(self, conn: Connection, direction: str, opcode: int, is_final: bool, payload: bytes) -> None:
        self._context.trace.emit(WsFramed(conn.number, self._context.host.name, direction, opcode, is_final, payload))

    def _wait_for_quiet(self) -> None:
        """Wait until whole seconds, one more than the profile says, lie behind the newest traffic."""
        if self._profile.ws_ping_after_s:
            due_s = self._last_us // SECOND_US + self._profile.ws_ping_after_s + 1
            self._context.clock.call_at(due_s * SECOND_US, self._ping_if_quiet, due_s)

    def _ping_if_quiet(self, due_s: int) -> None:
        conn = self._conn
        if conn.is_closed or not self._context.is_alive:
            return
        if self._last_us // SECOND_US + self._profile.ws_ping_after_s < due_s and not conn.is_closing:
            self.send(conn, Opcode.PING, b"")
            self._last_us = self._context.clock.now_us
        self._wait_for_quiet()
