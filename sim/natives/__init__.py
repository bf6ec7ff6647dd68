"""Gives mJS programs the C functions of the firmware: Python functions by the names that `ffi` looks for.

They take and return what C does: texts as bytes, pointers as the simulator's own objects.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.natives.http import http_natives
from sim.natives.net import net_natives

__all__ = ["Native", "make_natives"]

Native = Callable[..., object]


def make_natives(modules: Modules) -> dict[str, Native]:
    """Return the C functions of one boot of a device."""
    return {**net_natives(modules), **http_natives(modules)}
