"""Turns the option objects of the later API, `Net.serve({...})` and `Net.connect({...})`, into handlers."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from sim.api.connection import ACCEPT, CLOSE, CONNECT, RECV, Connection
from sim.api.context import Context, Handler, fitted
from sim.mhttp.message import text_of

__all__ = ["Options", "address_of", "handler_of"]

Options: TypeAlias = dict[str, Any]

FIRST_OTHER_EVENT: Final = 6


def address_of(options: Options, caller: str) -> str:
    """Return the address of an option object.

    Raises:
        TypeError: it has none.
    """
    address = options.get("addr")
    if not isinstance(address, str):
        raise TypeError(f"{caller}: the options need 'addr', a str, got {type(address).__name__}")
    return address


def handler_of(context: Context, options: Options) -> Handler:
    """Return a handler that calls onconnect, ondata, onclose and onevent, whichever there are."""

    def call(name: str, *args: object) -> None:
        function = options.get(name)
        if callable(function):
            fitted(function, name, len(args))(*args)

    def handle(conn: Connection, ev: int, ev_data: object, userdata: object) -> None:
        if ev in (ACCEPT, CONNECT):
            call("onconnect", conn, ev_data, options)
        elif ev == RECV:
            call("ondata", conn, text_of(bytes(conn.received)), options)
        elif ev == CLOSE:
            call("onclose", conn, options)
        elif ev >= FIRST_OTHER_EVENT:
            call("onevent", conn, text_of(bytes(conn.received)), ev, ev_data, options)

    return handle
