"""Gives mJS programs the C functions of the firmware: Python functions by the names that `ffi` looks for.

They take and return what C does: texts as bytes, pointers as the simulator's own objects.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.natives.bus import bus_natives
from sim.natives.cloud import cloud_natives
from sim.natives.config import config_natives
from sim.natives.cron import cron_natives
from sim.natives.display import display_natives
from sim.natives.events import event_natives
from sim.natives.file import file_natives
from sim.natives.gpio import gpio_natives
from sim.natives.http import http_natives
from sim.natives.log import log_natives
from sim.natives.math import math_natives
from sim.natives.mqtt import mqtt_natives
from sim.natives.net import net_natives
from sim.natives.onewire import onewire_natives
from sim.natives.place import place_natives
from sim.natives.rpc import rpc_natives
from sim.natives.screen import screen_natives
from sim.natives.sensor import sensor_natives
from sim.natives.system import system_natives
from sim.natives.timer import timer_natives
from sim.natives.uart import uart_natives
from sim.natives.view import view_natives

__all__ = ["Native", "make_natives"]

Native = Callable[..., object]


def make_natives(modules: Modules) -> dict[str, Native]:
    """Return the C functions of one boot of a device."""
    return {
        **net_natives(modules),
        **http_natives(modules),
        **rpc_natives(modules),
        **timer_natives(modules),
        **cron_natives(modules),
        **system_natives(modules),
        **config_natives(modules),
        **event_natives(modules),
        **log_natives(modules),
        **file_natives(modules),
        **math_natives(modules),
        **mqtt_natives(modules),
        **gpio_natives(modules),
        **uart_natives(modules),
        **bus_natives(modules),
        **onewire_natives(modules),
        **sensor_natives(modules),
        **display_natives(modules),
        **screen_natives(modules),
        **view_natives(modules),
        **place_natives(modules),
        **cloud_natives(modules),
    }
