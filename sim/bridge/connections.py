"""Lets the page end a connection of the device from outside, as the machine at its other end does."""

from __future__ import annotations

from typing import Protocol

from sim.bridge.message import BridgeError, Message, whole_of
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.view import View

__all__ = ["Connections"]


class Owner(Protocol):
    """What has the network."""

    @property
    def network(self) -> Network:
        """The network."""

    @property
    def view(self) -> View:
        """What the records say."""

    def look(self) -> None:
        """Take in what the records say."""


class Connections:
    """The connections of the network by the numbers that the records give them.

    What ends one is always done at the other end from the one that is named, by whoever is there: the page names the
    device's end, and its firmware sees a FIN or a reset arrive, as when the peer has gone.
    """

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def close(self, message: Message) -> dict[str, object]:
        """Have the other end close: it sends a FIN when all its data is sent."""
        self._other_end(message).close()
        return {}

    def reset(self, message: Message) -> dict[str, object]:
        """Have the other end drop the connection with a reset."""
        self._other_end(message).abort()
        return {}

    def _other_end(self, message: Message) -> TcpSocket:
        number = whole_of(message, "connection")
        self._owner.look()  # what has just closed is closed, here as in a run that is played
        conn = self._owner.view.connections.get(number)
        if conn is None or conn.state == "CLOSED":
            raise BridgeError(f"connection {number} is not open")
        if conn.protocol != "tcp":
            raise BridgeError(f"connection {number} is {conn.protocol.upper()}: there is nothing to be closed")
        # To itself a machine speaks over loopback
        host = self._owner.network.find_host(conn.host if conn.remote.startswith("127.") else conn.remote)
        socket = host.find_socket(conn.remote_port, conn.local, conn.local_port) if host is not None else None
        if socket is None:
            raise BridgeError(f"nobody is at the other end of connection {number}, {conn.remote}:{conn.remote_port}")
        return socket
