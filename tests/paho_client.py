"""Is a client of Eclipse Paho over the virtual network, so that somebody else judges our MQTT."""

from __future__ import annotations

from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from sim.mqtt import ConnAck, PacketReader, Publish, PubRec, PubRel, SubAck, write_packet
from sim.network.network import Network
from sim.peer import Peer, Stream

__all__ = ["PahoClient", "sent_by_paho"]


class Wire:
    """A socket, as far as Paho needs one: never blocks, and keeps what was sent."""

    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream
        self.incoming = bytearray() if stream is None else stream.received
        self.sent: list[bytes] = []

    def recv(self, size: int) -> bytes:
        if not self.incoming:
            if self.stream is not None and (self.stream.got_eof or self.stream.lost is not None):
                return b""
            raise BlockingIOError
        data = bytes(self.incoming[:size])
        del self.incoming[:size]
        return data

    def send(self, data: bytes | bytearray) -> int:
        self.sent.append(bytes(data))
        if self.stream is not None:
            self.stream.send(bytes(data))
        return len(data)

    def close(self) -> None:
        if self.stream is not None and self.stream.lost is None:
            self.stream.close()

    def fileno(self) -> int:
        return -1

    def setblocking(self, flag: bool) -> None:
        assert not flag


class PahoClient(Client):
    """A client on a machine of its own; `settle` lets virtual time pass and hands it what has arrived."""

    def __init__(self, network: Network | None, client_id: str, *, clean: bool = True) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id, clean, protocol=MQTTProtocolVersion.MQTTv311)
        self._network = network
        self._machine = None if network is None else Peer(network)
        self.wire = Wire(None)
        self.messages: list[MQTTMessage] = []
        self.events: list[tuple[Any, ...]] = []
        self.on_message = lambda client, userdata, message: self.messages.append(message)
        self.on_connect = lambda c, u, flags, code, p: self.events.append(
            ("connected", flags.session_present, code.value)
        )
        self.on_disconnect = lambda c, u, flags, code, p: self.events.append(("disconnected",))
        self.on_subscribe = lambda c, u, mid, codes, p: self.events.append(
            ("subscribed", *(code.value for code in codes))
        )
        self.on_unsubscribe = lambda c, u, mid, codes, p: self.events.append(("unsubscribed",))
        self.on_publish = lambda c, u, mid, code, p: self.events.append(("published",))

    def _create_socket(self) -> Any:
        stream = None if self._machine is None else self._machine.connect("broker", 1883)
        self.wire = Wire(stream)
        return self.wire

    def join(self, **options: Any) -> PahoClient:
        """Connect and wait for the answer."""
        self.connect("broker", **options)
        self.settle()
        return self

    def settle(self, us: int = 100_000) -> None:
        """Let time pass, with turns for Paho."""
        assert self._network is not None
        clock = self._network.clock
        for _ in range(10):
            clock.run_until(clock.now_us + us // 10)
            self.take()

    def take(self) -> None:
        """Let Paho read all that is there."""
        wire = self.wire
        while self.socket() is not None and (
            wire.incoming or (wire.stream is not None and (wire.stream.got_eof or wire.stream.lost is not None))
        ):
            self.loop_read()

    def hear(self, *packets: Any) -> None:
        """Hand Paho packets that we have written."""
        for packet in packets:
            self.wire.incoming += write_packet(packet)
        self.take()


def sent_by_paho() -> list[bytes]:
    """Return what Paho sends in an exchange that has each packet of a client in it, packet by packet."""
    client = PahoClient(None, "judge")
    client.username_pw_set("user", "pass")
    client.will_set("will/topic", b"gone", 1, True)
    client.connect("broker", keepalive=30)
    client.hear(ConnAck())
    client.subscribe([("a/+", 1), ("b/#", 2)])
    client.hear(SubAck(1, (1, 2)))
    for qos in (0, 1, 2):
        client.publish(f"topic/{qos}", b"payload" * 30, qos, retain=True)
    client.hear(PubRec(4))
    client.hear(Publish(b"a/x", b"1", 1, packet_id=9), Publish(b"b/y", b"2", 2, packet_id=10), PubRel(10))
    client.unsubscribe(["a/+", "b/#"])
    client._send_pingreq()
    client.disconnect()
    assert [bytes(m.payload) for m in client.messages] == [b"1", b"2"]
    return _packets(b"".join(client.wire.sent))


def _packets(data: bytes) -> list[bytes]:
    buffer, out = bytearray(data), []
    while buffer:
        before = bytes(buffer)
        assert PacketReader().read(buffer) is not None
        out.append(before[: len(before) - len(buffer)])
    return out
