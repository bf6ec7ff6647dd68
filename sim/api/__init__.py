"""Gives firmware its API: the modules `HTTP`, `Net`, `RPC`, `URL` and what stands behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.config import CONFIG_FILE, Config
from sim.api.context import Context
from sim.api.endpoint import Endpoint
from sim.api.gpio import Pins
from sim.api.http import HTTP
from sim.api.modules import Modules
from sim.api.net import Net
from sim.api.rpc import RPC, RpcServer
from sim.api.services import register
from sim.api.stack import Stack
from sim.api.url import URL
from sim.event import DevicePrinted

__all__ = ["API_FILES", "Modules", "make_modules", "make_print"]

API_FILES: Final = ("api_http.js", "api_net.js", "api_rpc.js")
"""What `load` accepts in Python: the files behind the globals that are always there."""


def make_modules(context: Context, reboot: Callable[[int], None]) -> Modules:
    """Return the API of one boot of a device; `reboot` restarts it after a delay in microseconds."""
    stack = Stack(context)
    config = Config(context.host.name, _mac(context.host.address), context.files.get(CONFIG_FILE, b""))
    http = HTTP(stack, str(config.get("http.listen_addr")) if config.get("http.enable") else "")
    server = RpcServer(context, lambda: config.device_id)
    pins = Pins(context.trace.emit, context.host.name)
    register(server, context, config, pins, reboot)
    system = http.get_system_server()
    if system is not None and config.get("rpc.enable"):
        system.add(Endpoint(0, b"/rpc", server.handle, None))  # by the same rules as the firmware's
    return Modules(context, config, pins, HTTP=http, Net=Net(stack), RPC=RPC(context, server), URL=URL())


def _mac(address: str) -> str:
    """Return a hardware address for a host: a locally administered one, with its IPv4 address in it."""
    return "0242" + "".join(f"{int(octet):02X}" for octet in address.split("."))


def make_print(context: Context) -> Callable[..., None]:
    """Return the `print` of firmware in Python: to the device's console, which is the trace."""

    def print(*values: object, sep: str | None = None, end: str | None = None, flush: bool = False) -> None:
        text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
        context.trace.emit(DevicePrinted(context.host.name, text))

    return print
