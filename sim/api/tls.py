"""Stands where TLS would be: a connection that wants it fails, and the trace says why."""

from __future__ import annotations

from typing import Final

from sim.api.connection import Connection, TcpConnection
from sim.api.context import Handler
from sim.api.stack import Stack
from sim.event import DeviceNoted
from sim.network.address import parse_address

__all__ = ["NoTls"]

TLS_STATUS: Final = -3
"""The library's number for a failure of TLS."""


class NoTls:
    """What opens connections over TLS for one module of the API: none succeeds."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._told: set[tuple[str, int]] = set()

    def connect(self, address: str, handler: Handler, userdata: object) -> Connection | None:
        """Begin a connection that fails: EV_CONNECT with an error, then EV_CLOSE. None if the address is invalid."""
        if parse_address(address) is None:
            return None
        context = self._stack.context
        place = context.caller()
        if place not in self._told:
            self._told.add(place)
            context.trace.emit(DeviceNoted(context.host.name, *place, "TLS is not simulated"))
        conn: TcpConnection = self._stack.tcp_type(self._stack, handler, userdata)
        context.clock.call_later(2 * context.network.latency_us, conn.fail_to_connect, TLS_STATUS)
        return conn
