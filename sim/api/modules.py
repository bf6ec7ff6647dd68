"""Holds the modules of the API of one boot of a device, for firmware in whatever language."""

from __future__ import annotations

from dataclasses import dataclass

from sim.api.cfg import Cfg
from sim.api.config import Config
from sim.api.context import Context
from sim.api.events import Event
from sim.api.file import File
from sim.api.gpio import Pins
from sim.api.http import HTTP
from sim.api.log import Log
from sim.api.mathematics import Math
from sim.api.net import Net
from sim.api.rpc import RPC
from sim.api.system import Sys
from sim.api.timer import Timer
from sim.api.url import URL

__all__ = ["Modules"]


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules by their names in firmware, and what stands behind them."""

    context: Context
    config: Config
    pins: Pins
    HTTP: HTTP
    Net: Net
    RPC: RPC
    URL: URL
    Timer: Timer
    Sys: Sys
    Cfg: Cfg
    Event: Event
    Log: Log
    File: File
    Math: Math

    def names(self) -> dict[str, object]:
        """Return what firmware written in Python has as globals."""
        return {name: getattr(self, name) for name in self.__slots__ if name[0].isupper()}
