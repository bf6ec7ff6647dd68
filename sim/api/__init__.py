"""Gives firmware its globals: `HTTP`, `Net`, `load`, `print`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.context import Context
from sim.api.http import HTTP
from sim.api.net import Net
from sim.api.stack import Stack
from sim.event import DevicePrinted

__all__ = ["API_FILES", "make_globals"]

API_FILES: Final = ("api_http.js", "api_net.js")
"""What `load` accepts: the files behind the globals that are always there."""


def make_globals(context: Context, system_address: str) -> dict[str, object]:
    """Return the globals of one boot of a device."""
    stack = Stack(context)
    return {
        "HTTP": HTTP(stack, system_address),
        "Net": Net(stack),
        "load": load,
        "print": make_print(context),
    }


def load(file: str) -> None:
    """Accept the name of an API file; its globals are there already.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if file not in API_FILES:
        raise FileNotFoundError(f'load: failed to read file "{file}"; there are {", ".join(API_FILES)}')


def make_print(context: Context) -> Callable[..., None]:
    """Return the firmware's `print`: to the device's console, which is the trace."""

    def print(*values: object, sep: str = " ", end: str = "\n") -> None:
        context.trace.emit(DevicePrinted(context.host.name, sep.join(map(str, values)) + end))

    return print
