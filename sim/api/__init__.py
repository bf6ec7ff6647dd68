"""Gives firmware its globals: `HTTP`, `Net`, `RPC`, `URL`, `print`; `load` comes with the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.config import CONFIG_FILE, Config
from sim.api.context import Context
from sim.api.endpoint import Endpoint
from sim.api.gpio import Pins
from sim.api.http import HTTP
from sim.api.net import Net
from sim.api.rpc import RPC, RpcServer
from sim.api.services import register
from sim.api.stack import Stack
from sim.api.url import URL
from sim.event import DevicePrinted

__all__ = ["API_FILES", "make_globals"]

API_FILES: Final = ("api_http.js", "api_net.js", "api_rpc.js")
"""What `load` accepts: the files behind the globals that are always there."""


def make_globals(context: Context, reboot: Callable[[int], None]) -> dict[str, object]:
    """Return the globals of one boot of a device; `reboot` restarts it after a delay in microseconds."""
    stack = Stack(context)
    config = Config(context.host.name, _mac(context.host.address), context.files.get(CONFIG_FILE, b""))
    http = HTTP(stack, str(config.get("http.listen_addr")) if config.get("http.enable") else "")
    server = RpcServer(context, lambda: config.device_id)
    register(server, context, config, Pins(context.trace.emit, context.host.name), reboot)
    system = http.get_system_server()
    if system is not None and config.get("rpc.enable"):
        system.add(Endpoint(0, b"/rpc", server.handle, None))  # by the same rules as the firmware's
    return {
        "HTTP": http,
        "Net": Net(stack),
        "RPC": RPC(context, server),
        "URL": URL(),
        "print": make_print(context),
    }


def _mac(address: str) -> str:
    """Return a hardware address for a host: a locally administered one, with its IPv4 address in it."""
    return "0242" + "".join(f"{int(octet):02X}" for octet in address.split("."))


def make_print(context: Context) -> Callable[..., None]:
    """Return the firmware's `print`: to the device's console, which is the trace."""

    def print(*values: object, sep: str | None = None, end: str | None = None, flush: bool = False) -> None:
        text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
        context.trace.emit(DevicePrinted(context.host.name, text))

    return print
