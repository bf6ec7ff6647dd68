"""Takes RPC calls over MQTT: frames at `<device id>/rpc`, and below it with the method in the topic.

What is taken, and that the answer goes to `<src>/rpc` with QoS 1, is as in Mongoose OS (docs/reference/mqtt.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.connection import Connection
from sim.api.mqtt_client import Mqtt
from sim.api.rpc import RpcServer
from sim.mhttp.message import text_of
from sim.mqtt import Publish
from sim.rpc import RpcFrame, parse_frame, read_fields, text_value, write_reply
from sim.values import replace

__all__ = ["RpcOverMqtt"]

QOS: Final = 1


class RpcOverMqtt:
    """The channel from the broker to the methods of one boot of a device; making it subscribes."""

    def __init__(self, server: RpcServer, client: Mqtt, device_id: Callable[[], str]) -> None:
        self._server = server
        self._client = client
        self._device_id = device_id
        self._topic = _bytes(f"{device_id()}/rpc")
        client.subscribe(self._topic, self._told)
        client.subscribe(self._topic + b"/#", self._told_below)

    def _told(self, conn: Connection, ev: int, packet: Publish, userdata: object) -> None:
        self._take(packet, "")

    def _told_below(self, conn: Connection, ev: int, packet: Publish, userdata: object) -> None:
        if packet.topic != self._topic:  # which this filter takes as well, but is the other one's
            self._take(packet, text_of(packet.topic[len(self._topic) + 1 :]))

    def _take(self, packet: Publish, method: str) -> None:
        frame = read_request(text_of(packet.payload), method)
        device_id = self._device_id()
        if frame is None or (frame.dst and frame.dst != device_id):
            return
        self._server.channel_info = ""
        outcome = self._server.call(frame.method, frame.params, frame.src, "mqtt")
        if frame.id and outcome is not None:
            reply = write_reply(frame, device_id, outcome)
            self._client.publish(_bytes(f"{frame.src}/rpc"), _bytes(reply), QOS)


def read_request(text: str, method: str) -> RpcFrame | None:
    """Return the call in a message; None if it is none, or wants an answer and does not say who from.

    A `method` of the topic counts, whatever the frame says.
    """
    fields = read_fields(text) or {}
    if not fields.keys() & {"id", "src", "method"}:
        return None
    params = fields.get("params", fields.get("args", ""))
    frame = parse_frame(text) or RpcFrame("", text_value(fields.get("src", "")), params=params)
    if method:
        frame = replace(frame, method=method)
    is_answerable = bool(frame.src) or not frame.id
    return frame if frame.method and is_answerable else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
