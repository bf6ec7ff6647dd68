"""Holds the C functions behind `HTTP`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.connection import Connection, TcpConnection
from sim.api.context import Handler
from sim.api.endpoint import HttpListener
from sim.api.exchange import HttpClient
from sim.api.library.client import LibraryClient
from sim.api.modules import Modules
from sim.api.part import BODY, MESSAGE, message_part
from sim.mjs import MjsError
from sim.mjs.error import Kind
from sim.natives.text import as_text

__all__ = ["http_natives"]


def http_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `HTTP`."""
    http = modules.HTTP

    def bind(address: bytes | None) -> object:
        return http.bind(as_text(address))

    def add_endpoint(server: object, uri: bytes | None, handler: Handler, userdata: object) -> int:
        if uri is None or not isinstance(server, HttpListener):
            return 0
        return http.add_endpoint(server, as_text(uri), handler, userdata)

    def connect(address: bytes | None, handler: Handler, userdata: object) -> object:
        return http.connect(as_text(address), handler, userdata)

    def connect_ssl(address: bytes | None, handler: Handler, userdata: object, *files: bytes | None) -> object:
        return http.connect_ssl(as_text(address), handler, userdata, *map(as_text, files))

    def ws_connect(url: bytes | None, handler: Handler, userdata: object) -> object:
        return http.ws_connect(as_text(url), handler, userdata)

    def ws_send(conn: object, opcode: int, data: bytes | None) -> int:
        if not isinstance(conn, Connection):
            return 0
        try:
            return http.ws_send(conn, opcode, data or b"")
        except ValueError as error:
            raise MjsError(Kind.TYPE, str(error)) from None

    def speak_http(conn: object) -> None:
        if isinstance(conn, TcpConnection) and conn.layer is None:
            context = modules.context
            conn.layer = (LibraryClient if context.profile.reads_in_place else HttpClient)(context)

    return {
        "mgos_get_sys_http_server": http.get_system_server,
        "mgos_bind_http": bind,
        "mgos_add_http_endpoint": add_endpoint,
        "mg_register_http_endpoint": add_endpoint,
        "mgos_connect_http": connect,
        "mgos_connect_http_ssl": connect_ssl,
        "mgos_get_http_message_param": param,
        "mgos_get_body_ptr": lambda message: param(message, BODY),
        "mgos_get_msg_ptr": lambda message: param(message, MESSAGE),
        "mgos_get_mgstr_ptr": lambda text: text if isinstance(text, bytes) else None,
        "mgos_get_mgstr_len": lambda text: len(text) if isinstance(text, bytes) else 0,
        "mg_set_protocol_http_websocket": speak_http,
        "sim_http_ws_connect": ws_connect,
        "sim_http_ws_send": ws_send,
        "sim_http_ws_opcode": http.ws_opcode,
        "sim_http_ws_fin": http.ws_fin,
    }


def param(message: object, number: int) -> bytes:
    """Return a part of the message of an event."""
    found = message_part(message, number)
    if found is None:
        raise MjsError(Kind.TYPE, "HTTP.param: the data of this event is no HTTP message")
    return found
