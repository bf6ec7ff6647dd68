"""Is a socket, as far as `http.client` needs one, over the virtual network: reading lets virtual time pass."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from sim.peer import Stream
from tests.world import World

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["VirtualSocket"]

TIMEOUT_US = 60_000_000


class VirtualSocket:
    """A connection of the peer to the device."""

    def __init__(self, world: World, port: int = 80) -> None:
        self.world = world
        self.stream = world.peer.connect("device", port)

    def sendall(self, data: bytes) -> None:
        self.stream.send(bytes(data))

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"
        return io.BufferedReader(Reader(self.world, self.stream))

    def close(self) -> None:
        """Leave the connection open: responses may still be read from their file."""


class Reader(io.RawIOBase):
    """What comes on a stream, waited for in virtual time."""

    def __init__(self, world: World, stream: Stream) -> None:
        self.world = world
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        stream, clock = self.stream, self.world.clock
        is_over = lambda: stream.got_eof or stream.lost is not None  # noqa: E731
        clock.run_while(lambda: not stream.received and not is_over(), clock.now_us + TIMEOUT_US)
        if not stream.received and not is_over():
            raise TimeoutError
        if not stream.received and stream.lost == "reset":
            raise ConnectionResetError
        memory = memoryview(buffer)
        size = min(len(memory), len(stream.received))
        memory[:size] = stream.received[:size]
        del stream.received[:size]
        return size
