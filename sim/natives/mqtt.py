"""Holds the C functions behind `MQTT`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.connection import Connection
from sim.api.modules import Modules
from sim.mqtt import Publish

__all__ = ["mqtt_natives"]


def mqtt_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `MQTT`."""
    client = modules.mqtt

    def sub(topic: bytes | None, handler: Callable[..., object], userdata: object) -> None:
        def told(conn: Connection, ev: int, packet: Publish, userdata: object) -> None:
            handler(conn, packet.topic, len(packet.topic), packet.payload, len(packet.payload), userdata)

        client.subscribe(topic or b"", told, userdata)

    def pub(topic: bytes | None, message: object, length: int, qos: int, retain: bool) -> int:
        data = bytes(message)[: max(0, length)] if isinstance(message, bytes | bytearray) else b""
        try:
            return client.publish(topic or b"", data, qos, retain)
        except ValueError:
            return 0  # what MQTT cannot carry is not sent

    return {
        "mgos_mqtt_sub": sub,
        "mgos_mqtt_pub": pub,
        "mgos_mqtt_global_is_connected": lambda: client.is_connected,
        "mgos_mqtt_add_global_handler": client.add_handler,
    }
