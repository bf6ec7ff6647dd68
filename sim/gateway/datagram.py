"""Joins the sources of datagrams on a real UDP port to virtual sockets: one for each source."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from sim.network.udp import UdpSocket

if TYPE_CHECKING:
    from sim.gateway.core import Gateway

__all__ = ["RealDatagrams"]

MAX_SOURCES: Final = 1024
"""Real sources of datagrams that are told apart at a time; the oldest is forgotten."""


class RealDatagrams(asyncio.DatagramProtocol):
    """One real UDP port: each real source gets a virtual socket of its own."""

    def __init__(self, gateway: Gateway, device_port: int) -> None:
        self._gateway = gateway
        self._device_port = device_port
        self._transport: asyncio.DatagramTransport | None = None
        self._sockets: dict[tuple[str, int], UdpSocket] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # which its class does not say

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        gateway = self._gateway
        socket = self._sockets.get(address)
        if socket is None:
            if len(self._sockets) >= MAX_SOURCES:
                self._sockets.pop(next(iter(self._sockets))).close()
            answers = DatagramAnswers(self, address)
            socket = gateway.outside.connect_udp(gateway.device.address, self._device_port, answers)
            self._sockets[address] = socket
        socket.send_to(data, gateway.device.address, self._device_port)
        gateway.run()

    def send(self, data: bytes, address: tuple[str, int]) -> None:
        """Send what the device answered to the real source."""
        if self._transport is not None:
            self._transport.sendto(data, address)


class DatagramAnswers:
    """Takes what the device sends to one real source."""

    def __init__(self, real: RealDatagrams, address: tuple[str, int]) -> None:
        self._real = real
        self._address = address

    def datagram_received(self, data: bytes, address: str, port: int) -> None:
        """Hand a datagram of the device to the real source."""
        self._real.send(data, self._address)
