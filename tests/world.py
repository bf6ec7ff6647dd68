"""Makes small worlds for tests: a network, a device with some firmware, and a peer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sim.device import Device
from sim.event import DeviceFailed, DevicePrinted
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.peer import FetchError, Peer, Response, Stream
from tests.network.end import Box

__all__ = ["World"]


class World:
    """A device that runs the firmware, and a peer."""

    def __init__(
        self,
        firmware: str = "",
        main: str = "init.py",
        *,
        files: Mapping[str, str | bytes] | None = None,
        seed: int = 0,
        boot: bool = True,
        **options: Any,
    ) -> None:
        self.network = Network(seed=seed)
        self.clock = self.network.clock
        self.trace = self.network.trace
        self.device = Device(self.network, {main: firmware, **(files or {})}, **options)
        self.peer = Peer(self.network)
        if boot:
            self.device.boot()

    @property
    def printed(self) -> list[str]:
        """What the firmware has printed, line by line."""
        return "".join(event.text for event in self.trace.of(DevicePrinted)).splitlines()

    def get(self, target: str, method: str = "GET", body: bytes = b"") -> Response:
        """Ask the device for something and let everything happen."""
        answers: list[Response | FetchError] = []
        self.peer.fetch(method, target, (), body, to=self.device.name, on_done=answers.append)
        self.settle()
        [answer] = answers
        assert isinstance(answer, Response), answer
        return answer

    @property
    def notes(self) -> list[Any]:
        """The lines that the firmware has printed, which must be JSON."""
        return [json.loads(line) for line in self.printed]

    @property
    def failures(self) -> list[DeviceFailed]:
        """Errors of the firmware."""
        return self.trace.of(DeviceFailed)

    def settle(self, us: int = 1_000_000) -> None:
        """Let time pass."""
        self.clock.run_until(self.clock.now_us + us)

    def talk(self, pieces: Iterable[bytes], port: int = 80) -> Stream:
        """Connect, send the pieces one after the other, and let everything happen."""
        stream = self.peer.connect(self.device.name, port)
        self.settle(10_000)
        for piece in pieces:
            stream.send(piece)
            self.settle(5_000)
        self.settle()
        return stream

    def serve(self, port: int) -> list[Stream]:
        """Let the peer listen; the list grows by a stream for each connection."""
        streams: list[Stream] = []

        def accept(socket: TcpSocket) -> Stream:
            stream = Stream(self.network)
            stream.begin(socket)
            streams.append(stream)
            return stream

        self.peer.host.listen(port, accept)
        return streams

    def datagram(self, data: bytes, port: int) -> Box:
        """Send a datagram to the device and let everything happen; the box holds what came back."""
        box = Box()
        socket = self.peer.host.connect_udp(self.device.address, port, box)
        socket.send_to(data, self.device.address, port)
        self.settle(100_000)
        return box
