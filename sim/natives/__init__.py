"""Gives mJS programs the C functions of the firmware: Python functions by the names that `ffi` looks for.

They take and return what C does: texts as bytes, pointers as the simulator's own objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

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


Make = Callable[[Modules], dict[str, Native]]

MAKERS: Final[tuple[Make, ...]] = (
    net_natives,
    http_natives,
    rpc_natives,
    timer_natives,
    cron_natives,
    system_natives,
    config_natives,
    event_natives,
    log_natives,
    file_natives,
    math_natives,
    mqtt_natives,
    gpio_natives,
    uart_natives,
    bus_natives,
    onewire_natives,
    sensor_natives,
    display_natives,
    screen_natives,
    view_natives,
    place_natives,
    cloud_natives,
)

_maker_of: dict[str, Make] = {}
"""Who makes each function: that is the same for all devices, and filled in when the first of them boots."""


def make_natives(modules: Modules) -> Mapping[str, Native]:
    """Return the C functions of one boot of a device."""
    if not _maker_of:
        _maker_of.update({name: make for make in MAKERS for name in make(modules)})
    return _Natives(modules)


class _Natives(Mapping[str, Native]):
    """The functions by their names. They are made when one of their kind is wanted: most programs bind few."""

    __slots__ = ("_made", "_modules")

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._made: dict[str, Native] = {}

    def __getitem__(self, name: str) -> Native:
        if name not in self._made:
            self._made.update(_maker_of[name](self._modules))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_maker_of)

    def __len__(self) -> int:
        return len(_maker_of)
