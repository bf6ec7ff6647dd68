"""Holds the C functions behind `Net`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.connection import Connection
from sim.api.context import Handler
from sim.api.modules import Modules
from sim.natives.text import as_memory, as_text

__all__ = ["net_natives"]


def net_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Net`."""
    net = modules.Net

    def bind(address: bytes, handler: Handler, userdata: object) -> object:
        return net.bind(as_text(address), handler, userdata)

    def connect(address: bytes, handler: Handler, userdata: object) -> object:
        return net.connect(as_text(address), handler, userdata)

    def send(conn: object, data: object, length: int) -> int:
        if not isinstance(conn, Connection):
            return 0
        return net.send(conn, data if type(data) is bytes and len(data) == length else as_memory(data, length))

    return {
        "mgos_bind": bind,
        "mgos_connect": connect,
        "mgos_disconnect": net.disconnect,
        "mg_send": send,
    }
