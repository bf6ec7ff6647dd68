"""Keeps what the two sides of an MQTT session still owe each other for QoS 1 and 2, over all its connections.

Both directions are here, for a client as for a server: the flows of MQTT 3.1.1, 4.3, are the same for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from sim.mqtt.packet import Packet, PubAck, PubComp, Publish, PubRec, PubRel
from sim.values import replace

__all__ = ["Delivery"]

IDS: Final = 65535


class Delivery:
    """Messages that were sent and not acknowledged, and identifiers of those that came and are not released.

    Args:
        most: how many sent messages may wait for their acknowledgment; a further one pushes the oldest out.
    """

    def __init__(self, most: int) -> None:
        self._most = min(most, IDS - 1)
        self._last_id = 0
        self._unacked: dict[int, Publish | PubRel] = {}
        """What is to be sent again on the next connection of the session, oldest first."""
        self._received: set[int] = set()
        """Identifiers of messages of QoS 2 that were handed on and not released."""

    @property
    def waiting(self) -> int:
        """How many messages wait for an acknowledgment."""
        return len(self._unacked)

    def next_id(self, taken: Collection[int] = ()) -> int:
        """Return a packet identifier that no packet under way has, nor any of `taken`; it is never 0 (2.3.1)."""
        while True:
            self._last_id = self._last_id % IDS + 1
            if self._last_id not in self._unacked and self._last_id not in taken:
                return self._last_id

    def send(self, message: Publish, taken: Collection[int] = (), *, is_held: bool = False) -> Publish:
        """Return the message with an identifier, if its QoS asks for one, and remember it until it is acknowledged.

        With `is_held` there is no connection: it is sent for the first time by `resume`.
        """
        if not message.qos:
            return message
        if len(self._unacked) >= self._most:
            del self._unacked[next(iter(self._unacked))]
        sent = replace(message, packet_id=self.next_id(taken))
        self._unacked[sent.packet_id] = replace(sent, dup=not is_held)
        return sent

    def resume(self) -> Iterator[Publish | PubRel]:
        """Give what is to be sent first on a new connection (4.4)."""
        for number, packet in list(self._unacked.items()):
            yield packet
            if isinstance(packet, Publish):
                self._unacked[number] = replace(packet, dup=True)

    def forget_received(self) -> None:
        """Take note that the other side has begun a new session."""
        self._received.clear()

    def is_repeated(self, message: Publish) -> bool:
        """Tell whether a message has been handed on already; ask before `answer`."""
        return message.qos == 2 and message.packet_id in self._received

    def answer(self, packet: Packet) -> Packet | None:
        """Take note of a packet that came; what is to be sent in answer, if anything."""
        match packet:
            case Publish(qos=1):
                return PubAck(packet.packet_id)
            case Publish(qos=2):
                self._received.add(packet.packet_id)
                return PubRec(packet.packet_id)
            case PubRel(number):
                self._received.discard(number)
                return PubComp(number)
            case PubRec(number):
                if number in self._unacked:
                    self._unacked[number] = PubRel(number)
                return PubRel(number)
            case PubAck(number) | PubComp(number):
                self._unacked.pop(number, None)
        return None
