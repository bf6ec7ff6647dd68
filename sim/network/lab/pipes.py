"""Puts pipes between sockets and their owners, as soon as a rule wants to look at what they write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from sim.network.lab.messages import Conversation, Scanner
from sim.network.lab.past import said_on
from sim.network.lab.pipe import Pipe
from sim.network.lab.rule import Rule
from sim.network.lab.socket import RecoveringSocket

if TYPE_CHECKING:
    from sim.network.network import Network

__all__ = ["PIPED", "Pipes"]

PIPED: Final = ("connection", "http", "websocket")
"""Groups of rules that look at what is within a connection."""


class Pipes:
    """The pipes of a network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._rules: list[Rule] = []
        self._is_on = False

    def changed(self, rules: Iterable[Rule]) -> None:
        """Learn which rules there are now: what one has held back that acts no more goes on."""
        self._rules = [rule for rule in rules if rule.kind.group in PIPED]
        sockets = [socket for host in self._network.hosts for socket in host.sockets]
        if self._rules and not self._is_on:
            self._is_on = True
            for socket in sockets:
                assert isinstance(socket, RecoveringSocket)
                if socket.recovery.pipe is None:
                    self._put_on_both(socket)
        for socket in sockets:
            if socket.recovery.pipe is not None:
                socket.recovery.pipe.pump()

    def made(self, socket: RecoveringSocket) -> None:
        """Put a pipe on a new socket."""
        if self._is_on and not _is_loop(socket):
            other = self._other(socket)
            pipe = None if other is None else other.recovery.pipe
            conversation = Conversation() if pipe is None else pipe.conversation
            socket.recovery.pipe = Pipe(socket, conversation, Scanner(conversation), self._acting)

    # Inside

    def _acting(self) -> Iterable[Rule]:
        return self._rules

    def _other(self, socket: RecoveringSocket) -> RecoveringSocket | None:
        host = self._network.find_host(socket.remote)
        found = None if host is None else host.find_socket(socket.remote_port, socket.local, socket.local_port)
        return found if isinstance(found, RecoveringSocket) else None

    def _put_on_both(self, socket: RecoveringSocket) -> None:
        """Put pipes on the ends of a connection that is open; they learn what has been said on it."""
        if _is_loop(socket):
            return
        conversation = Conversation()
        scanners = {True: Scanner(conversation), False: Scanner(conversation)}
        said = said_on(self._network, socket)
        for is_ours, data in said or []:
            for piece in scanners[is_ours].feed(data):
                conversation.note(piece)
        for end, scanner in ((socket, scanners[True]), (self._other(socket), scanners[False])):
            if end is not None:
                waiting = end.take_queue()
                pipe = end.recovery.pipe = Pipe(end, conversation, None if said is None else scanner, self._acting)
                if any(waiting):
                    pipe.write(*waiting)


def _is_loop(socket: RecoveringSocket) -> bool:
    return socket.local == socket.remote or socket.remote.startswith("127.")
