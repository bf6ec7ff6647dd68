"""Holds owners of sockets that write down what they are told."""

from __future__ import annotations

from sim.network.host import Host
from sim.network.network import Network
from sim.network.tcp import TcpSocket

__all__ = ["Box", "End", "accept", "connected", "settle"]

SETTLE_US = 5_000_000


class End:
    """One end of a connection; `told` holds `made`, `eof`, `writable` and the reason of the end, in their order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.received = bytearray()
        self.chunks: list[int] = []
        self.socket: TcpSocket

    def connection_made(self, socket: TcpSocket) -> None:
        self.socket = socket
        self.told.append("made")

    def data_received(self, data: bytes) -> None:
        self.received += data
        self.chunks.append(len(data))

    def eof_received(self) -> None:
        self.told.append("eof")

    def connection_lost(self, reason: str) -> None:
        self.told.append(reason)

    def resume_writing(self) -> None:
        self.told.append("writable")


class Box:
    """Keeps the datagrams that arrive."""

    def __init__(self) -> None:
        self.datagrams: list[tuple[bytes, str, int]] = []

    def datagram_received(self, data: bytes, address: str, port: int) -> None:
        self.datagrams.append((data, address, port))


def settle(network: Network) -> None:
    """Let everything happen that is under way."""
    assert network.clock.run_until_idle(network.clock.now_us + SETTLE_US)


def accept(host: Host, port: int = 80, address: str = "0.0.0.0") -> list[End]:
    """Listen; the list grows by an end for each connection."""
    ends: list[End] = []

    def make(socket: TcpSocket) -> End:
        end = End()
        end.socket = socket
        ends.append(end)
        return end

    host.listen(port, make, address)
    return ends


def connected(network: Network) -> tuple[End, End]:
    """Return the two ends of a new connection between two new hosts: who connected, who accepted."""
    one, two = network.add_host("one"), network.add_host("two")
    accepted = accept(two)
    end = End()
    end.socket = one.connect(two.address, 80, end)
    settle(network)
    return end, accepted[0]
