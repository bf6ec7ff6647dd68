"""Speaks WebSocket on a connection of a device: raises the events of frames, answers pings and closes (RFC 6455)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from sim.api.connection import CLOSE, Connection
from sim.api.context import Context, Handler
from sim.clock import TimerHandle
from sim.event import WsClosed, WsFramed
from sim.mhttp.websocket import (
    CloseCode,
    Fault,
    Frame,
    FrameReader,
    Opcode,
    close_payload,
    parse_close,
    write_frame,
)

__all__ = [
    "ABNORMAL",
    "EV_WS_CONTROL_FRAME",
    "EV_WS_FRAME",
    "EV_WS_HANDSHAKE",
    "EV_WS_HANDSHAKE_DONE",
    "CheckedWebSocket",
    "WebSocket",
]

EV_WS_HANDSHAKE: Final = 111
EV_WS_HANDSHAKE_DONE: Final = 112
EV_WS_FRAME: Final = 113
EV_WS_CONTROL_FRAME: Final = 114

CLOSE_TIMEOUT_US: Final = 2_000_000
"""How long the other side may take to answer our close frame before the connection is dropped."""

ABNORMAL: Final = 1006


class WebSocket(ABC):
    """The layer of a connection after the handshake, in whatever way it reads."""

    @abstractmethod
    def send(self, conn: Connection, opcode: int, payload: bytes) -> None:
        """Send one frame."""


class CheckedWebSocket(WebSocket):
    """The layer of a connection after the handshake, as RFC 6455 has it."""

    __slots__ = (
        "_close_sent",
        "_close_timer",
        "_context",
        "_handler",
        "_is_client",
        "_outcome",
        "_reader",
        "_userdata",
    )

    def __init__(self, context: Context, handler: Handler | None, userdata: object, *, is_client: bool) -> None:
        self._context = context
        self._handler = handler
        self._userdata = userdata
        self._is_client = is_client
        self._reader: FrameReader | None = FrameReader(masked=not is_client, limit=context.limits.frame)
        self._close_sent = False
        self._close_timer: TimerHandle | None = None
        self._outcome: tuple[int, str] = (ABNORMAL, "")

    def send(self, conn: Connection, opcode: int, payload: bytes) -> None:
        """Send one frame. After a close frame nothing more is sent, and the other side's close is waited for."""
        if self._close_sent or conn.is_closed:
            return
        mask = self._context.random.randbytes(4) if self._is_client else None
        conn.send(write_frame(opcode, payload, mask=mask))
        self._record(conn, "out", opcode, payload)
        if opcode == Opcode.CLOSE:
            self._close_sent = True
            self._close_timer = self._context.clock.call_later(CLOSE_TIMEOUT_US, conn.disconnect)

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        while (reader := self._reader) is not None and not conn.is_closing:
            item = reader.read(conn.received)
            if item is None:
                return
            if isinstance(item, Fault):
                self._fail(conn, item)
            elif item.opcode == Opcode.CLOSE:
                self._close(conn, item)
            elif item.is_control:
                self._record(conn, "in", item.opcode, item.payload)
                if item.opcode == Opcode.PING:
                    self.send(conn, Opcode.PONG, item.payload)
                self._tell(conn, EV_WS_CONTROL_FRAME, item)
            else:
                self._record(conn, "in", item.opcode, item.payload)
                self._tell(conn, EV_WS_FRAME, item)

    def sent(self, conn: Connection, data: bytes) -> None:
        """Nothing to do: frames are recorded where they are made."""

    def discard(self, conn: Connection, length: int) -> None:
        del conn.received[:length]
        if self._reader is not None:
            self._reader.forget()

    def closing(self, conn: Connection) -> None:
        if self._close_timer is not None:
            self._close_timer.cancel()
        self._reader = None
        self._context.trace.emit(WsClosed(conn.number, self._context.host.name, *self._outcome))

    def closed(self, conn: Connection) -> None:
        if not self._is_client:
            self._tell(conn, CLOSE, None)

    # Inside

    def _tell(self, conn: Connection, ev: int, ev_data: object) -> None:
        if self._handler is not None:
            self._context.call(self._handler, conn, ev, ev_data, self._userdata)

    def _record(self, conn: Connection, direction: str, opcode: int, payload: bytes) -> None:
        self._context.trace.emit(WsFramed(conn.number, self._context.host.name, direction, opcode, True, payload))

    def _close(self, conn: Connection, frame: Frame) -> None:
        parsed = parse_close(frame.payload)
        self._record(conn, "in", frame.opcode, frame.payload)
        if isinstance(parsed, Fault):
            self._fail(conn, parsed)
            return
        self._outcome = parsed
        self.send(conn, Opcode.CLOSE, frame.payload[:2])
        self._reader = None
        self._tell(conn, EV_WS_CONTROL_FRAME, frame)
        conn.disconnect()

    def _fail(self, conn: Connection, fault: Fault) -> None:
        """Fail the connection (RFC 6455, 7.1.7)."""
        self._outcome = (fault.code, fault.reason)
        self.send(conn, Opcode.CLOSE, close_payload(CloseCode(fault.code), fault.reason))
        self._reader = None
        conn.received.clear()
        conn.disconnect()
