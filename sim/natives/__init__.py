"""Gives mJS programs the C functions of the firmware: Python functions by the names that `ffi` looks for.

They take and return what C does: texts as bytes, pointers as the simulator's own objects.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.natives.config import config_natives
from sim.natives.events import event_natives
from sim.natives.file import file_natives
from sim.natives.http import http_natives
from sim.natives.log import log_natives
from sim.natives.math import math_natives
from sim.natives.net import net_natives
from sim.natives.system import system_natives
from sim.natives.timer import timer_natives

__all__ = ["Native", "make_natives"]

Native = Callable[..., object]


def make_natives(modules: Modules) -> dict[str, Native]:
    """Return the C functions of one boot of a device."""
    return {
        **net_natives(modules),
        **http_natives(modules),
        **timer_natives(modules),
        **system_natives(modules),
        **config_natives(modules),
        **event_natives(modules),
        **log_natives(modules),
        **file_natives(modules),
        **math_natives(modules),
    }
