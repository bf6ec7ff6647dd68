"""Holds the C functions behind `Net`.

What is no connection has nothing to read and takes nothing, where the device would read wrong memory.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.api.connection import Connection
from sim.api.context import Handler
from sim.api.modules import Modules
from sim.api.net import is_inbound
from sim.natives.text import as_data, as_memory, as_text

__all__ = ["net_natives"]


def net_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Net`."""
    net = modules.Net

    def bind(address: bytes | None, handler: Handler, userdata: object) -> object:
        return net.bind(as_text(address), handler, userdata)

    def connect(address: bytes | None, handler: Handler, userdata: object) -> object:
        return net.connect(as_text(address), handler, userdata)

    def connect_ssl(address: bytes | None, handler: Handler, userdata: object, *files: bytes | None) -> object:
        return net.connect_ssl(as_text(address), handler, userdata, *map(as_text, files))

    def send(conn: object, data: object, length: int) -> int:
        if not isinstance(conn, Connection):
            return 0
        return net.send(conn, data if type(data) is bytes and len(data) == length else as_memory(data, length))

    def disconnect(conn: object) -> None:
        if isinstance(conn, Connection):
            net.disconnect(conn)

    def discard(conn: object, length: int) -> None:
        if isinstance(conn, Connection):
            net.discard(conn, length)

    def address(conn: object, local: bool, ip: bool, port: bool) -> bytes:
        return as_data(net.ctos(conn, local, ip, port)) if isinstance(conn, Connection) else b""

    return {
        "mgos_bind": bind,
        "mgos_connect": connect,
        "mgos_connect_ssl": connect_ssl,
        "mgos_disconnect": disconnect,
        "mg_send": send,
        "mgos_net_add_event_handler_js": net.setStatusEventHandler,
        "mgos_get_recv_mbuf": lambda conn: conn if isinstance(conn, Connection) else None,
        "mgos_get_mbuf_ptr": received,
        "mgos_get_mbuf_len": lambda buffer: len(received(buffer)),
        "mbuf_remove": discard,
        "mgos_is_inbound": lambda conn: isinstance(conn, Connection) and is_inbound(net, conn),
        "mg_conn_addr_to_str": lambda conn, buffer, size, flags: 0,  # it cannot write into a string of the program
        "sim_net_received": received,
        "sim_net_discard": discard,
        "sim_net_address": address,
    }


def received(conn: object) -> bytes:
    """Return what a connection has received and nobody has discarded."""
    return bytes(conn.received) if isinstance(conn, Connection) else b""
