"""Is the firmware's `MQTT`: messages to and from a broker (docs/reference/mqtt.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.connection import Connection
from sim.api.context import Handler, as_handler, fitted
from sim.api.mqtt_client import Mqtt
from sim.api.net import as_bytes
from sim.mhttp.message import text_of
from sim.mqtt import Publish

__all__ = ["MQTT"]


class MQTT:
    """Messages to and from the broker of the configuration. Handlers may declare fewer parameters."""

    EV_CONNACK: Final = 202
    EV_PUBLISH: Final = 203
    EV_PUBACK: Final = 204
    EV_SUBACK: Final = 209
    EV_UNSUBACK: Final = 211
    EV_CLOSE: Final = 5

    def __init__(self, client: Mqtt) -> None:
        self._client = client

    def sub(self, topic: str, handler: Callable[..., object], userdata: object = None) -> None:
        """Call `handler(conn, topic, message, userdata)` with each message whose topic the filter `topic` takes.

        Both are text; bytes that are no UTF-8 become surrogates. The device subscribes at once if it is connected, and
        whenever it connects.

        Raises:
            TypeError: the topic is neither text nor bytes, or the handler does not fit.
        """
        function = fitted(handler, "MQTT.sub", 4)

        def told(conn: Connection, ev: int, packet: Publish, userdata: object) -> None:
            function(conn, text_of(packet.topic), text_of(packet.payload), userdata)

        self._client.subscribe(as_bytes(topic, "MQTT.sub"), told, userdata)

    def pub(self, topic: str, message: str | bytes, qos: int = 0, retain: bool = False) -> int:
        """Publish a message, UTF-8 if it is text.

        Returns:
            A packet identifier, from 1; 0 when the device is not connected: the message is lost then.

        Raises:
            TypeError: topic or message are neither text nor bytes.
            ValueError: the QoS is not 0, 1 or 2, or topic or message are too long for MQTT.
        """
        return self._client.publish(as_bytes(topic, "MQTT.pub"), as_bytes(message, "MQTT.pub"), qos, bool(retain))

    def isConnected(self) -> bool:
        """Tell whether the broker has accepted the device and the connection is still there."""
        return self._client.is_connected

    def setEventHandler(self, handler: Handler, userdata: object = None) -> None:
        """Add `handler(conn, ev, edata, userdata)` for the events of the connection; the newest is called first."""
        self._client.add_handler(as_handler(handler, "MQTT.setEventHandler"), userdata)
