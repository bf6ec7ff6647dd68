"""Speaks MQTT 3.1.1 without I/O: bytes in, packets out, and back."""

from sim.mqtt.delivery import Delivery
from sim.mqtt.packet import (
    ConnAck,
    Connect,
    ConnectCode,
    Disconnect,
    Malformed,
    Packet,
    PacketType,
    PingReq,
    PingResp,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
    Will,
)
from sim.mqtt.reader import PacketReader
from sim.mqtt.topic import is_filter, is_topic, matches
from sim.mqtt.writer import write_packet

__all__ = [
    "ConnAck",
    "Connect",
    "ConnectCode",
    "Delivery",
    "Disconnect",
    "Malformed",
    "Packet",
    "PacketReader",
    "PacketType",
    "PingReq",
    "PingResp",
    "PubAck",
    "PubComp",
    "PubRec",
    "PubRel",
    "Publish",
    "SubAck",
    "Subscribe",
    "UnsubAck",
    "Unsubscribe",
    "Will",
    "is_filter",
    "is_topic",
    "matches",
    "write_packet",
]
