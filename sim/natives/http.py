"""Holds the C functions behind `HTTP`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.context import Handler
from sim.api.endpoint import HttpListener
from sim.api.modules import Modules
from sim.api.part import message_part
from sim.mjs import MjsError
from sim.mjs.error import Kind
from sim.natives.text import as_text

__all__ = ["http_natives"]


def http_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `HTTP`."""
    http = modules.HTTP

    def bind(address: bytes) -> object:
        return http.bind(as_text(address))

    def add_endpoint(server: HttpListener | None, uri: bytes | None, handler: Handler, userdata: object) -> int:
        return 0 if uri is None else http.add_endpoint(server, as_text(uri), handler, userdata)

    def connect(address: bytes, handler: Handler, userdata: object) -> object:
        return http.connect(as_text(address), handler, userdata)

    def param(message: object, number: int) -> bytes:
        found = message_part(message, number)
        if found is None:
            raise MjsError(Kind.TYPE, "HTTP.param: the data of this event is no HTTP message")
        return found

    return {
        "mgos_get_sys_http_server": http.get_system_server,
        "mgos_bind_http": bind,
        "mgos_add_http_endpoint": add_endpoint,
        "mgos_connect_http": connect,
        "mgos_get_http_message_param": param,
    }
