"""Speaks MQTT on a connection of a device: finds packets in what arrives, and records both directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.connection import Connection
from sim.api.context import Context
from sim.event import MqttPacket, MqttRejected
from sim.mhttp.message import text_of
from sim.mqtt import ConnAck, Connect, Malformed, Packet, PacketReader, Publish, SubAck, Subscribe, Unsubscribe

__all__ = ["MqttLayer"]

SHOWN: Final = 1024
"""Bytes of what is refused that its record keeps."""


class MqttLayer:
    """The MQTT layer of a connection that the device opened.

    Args:
        taken: called with each packet that arrives.
        wrote: called when bytes have left.
    """

    __slots__ = ("_context", "_reader", "_sent", "_taken", "_tap", "_wrote")

    def __init__(
        self, context: Context, taken: Callable[[Connection, Packet], None], wrote: Callable[[], None]
    ) -> None:
        self._context = context
        self._taken = taken
        self._wrote = wrote
        self._reader: PacketReader | None = PacketReader(context.limits.frame)
        self._tap: PacketReader | None = PacketReader()
        self._sent = bytearray()

    # As sim.api.connection.Layer

    def received(self, conn: Connection) -> None:
        buffer = conn.received
        while buffer and self._reader is not None and not conn.is_closing and not conn.is_closed:
            item = self._reader.read(buffer)
            if item is None:
                return
            if isinstance(item, Malformed):
                self.refuse(conn, item.reason)
            else:
                self._record(conn, "in", item)
                self._taken(conn, item)

    def sent(self, conn: Connection, data: bytes) -> None:
        """Record what was written: the bytes themselves tell, as firmware may send on this connection, too."""
        self._sent += data
        while self._tap is not None and (item := self._tap.read(self._sent)) is not None:
            if isinstance(item, Malformed):
                self._reject(conn, "out", item.reason, bytes(self._sent))
                self._tap = None
            else:
                self._record(conn, "out", item)
        if self._tap is None:
            self._sent.clear()
        self._wrote()

    def discard(self, conn: Connection, length: int) -> None:
        """Change nothing: what has arrived belongs to the protocol, which takes whole packets only."""

    def closing(self, conn: Connection) -> None:
        """Nothing to do: a packet that is not complete is lost."""

    def closed(self, conn: Connection) -> None:
        """Nothing to do: the handler had its close event already."""

    # What the client calls

    def refuse(self, conn: Connection, reason: str) -> None:
        """Record that the broker broke the protocol, and close (MQTT 3.1.1, 4.8)."""
        self._reject(conn, "in", reason, bytes(conn.received))
        self._reader = None
        conn.received.clear()
        conn.drop()

    # Inside

    def _reject(self, conn: Connection, direction: str, reason: str, data: bytes) -> None:
        context = self._context
        context.trace.emit(MqttRejected(conn.number, context.host.name, direction, reason, data[:SHOWN]))

    def _record(self, conn: Connection, direction: str, packet: Packet) -> None:
        topic, qos, retain, code, data = b"", 0, False, 0, b""
        match packet:
            case Publish():
                topic, qos, retain, data = packet.topic, packet.qos, packet.retain, packet.payload
            case Subscribe(_, filters):
                topic, qos = b",".join(pattern for pattern, _ in filters), max(wanted for _, wanted in filters)
            case Unsubscribe(_, patterns):
                topic = b",".join(patterns)
            case Connect():
                data = packet.client_id
            case ConnAck():
                code = packet.code
            case SubAck(_, codes):
                code = max(codes)
        self._context.trace.emit(
            MqttPacket(
                conn.number,
                self._context.host.name,
                direction,
                packet.kind.name,
                getattr(packet, "packet_id", 0),
                text_of(topic),
                qos,
                retain,
                code,
                data,
            )
        )
