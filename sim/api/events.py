"""Is the firmware's `Event`: handlers of numbered events that the device, the firmware or its modules trigger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from sim.api.context import Context, fitted

__all__ = ["Event", "LogLine"]

GROUP: Final = 0xFF
"""Events of one group differ in these bits only."""

NETWORK: Final = 1313166336
"""The group of the network's states, `Net.EVENT_GRP`."""
NETWORK_COMES_UP: Final = (NETWORK + 1, NETWORK + 2, NETWORK + 3)
"""What a device goes through after boot: connecting, connected, got an address."""
NETWORK_IS_LOST: Final = (NETWORK, NETWORK + 1)
"""What it goes through when its WiFi is gone: disconnected, and connecting from then on."""

BASE_LETTERS: Final = 3


class LogLine:
    """What `Event.LOG` carries: a line of the log. It is opaque to firmware."""

    __slots__ = ("level", "text")

    def __init__(self, level: int, text: str) -> None:
        self.level = level
        self.text = text


class Registered(NamedTuple):
    """A handler, and the events it is for: `first` to `last`."""

    first: int
    last: int
    function: Callable[..., object]
    userdata: object


class Event:
    """Handlers are `handler(ev, evdata, userdata)` and may declare fewer parameters."""

    SYS: Final = 1297044224
    LOG: Final = 1297044225
    REBOOT: Final = 1297044226
    OTA_TIME_CHANGED: Final = 1297044227
    CLOUD_CONNECTED: Final = 1297044228
    CLOUD_DISCONNECTED: Final = 1297044229

    def __init__(self, context: Context) -> None:
        self._context = context
        self._handlers: list[Registered] = []
        """The newest first."""
        self._bases: dict[int, str] = {self.SYS: "mos", NETWORK: "net"}
        self._network_was_told = False
        context.host.wifi_changed = self._wifi_changed

    def addHandler(self, ev: int, handler: Callable[..., object], userdata: object = None) -> bool:
        """Call the handler for one event. True.

        Raises:
            TypeError: the event is no `int`, or the handler no function.
        """
        return self._add(_event(ev), ev, fitted(handler, "Event.addHandler", 3), userdata)

    def addGroupHandler(self, evgrp: int, handler: Callable[..., object], userdata: object = None) -> bool:
        """Call the handler for all events from `evgrp` on that have the same upper 24 bits. True.

        Raises:
            TypeError: the group is no `int`, or the handler no function.
        """
        return self._add(_event(evgrp), evgrp | GROUP, fitted(handler, "Event.addGroupHandler", 3), userdata)

    def on(self, ev: int, handler: Callable[..., object], userdata: object = None) -> Event:
        """Do as `addHandler`, but return `Event`, for the next call."""
        self.addHandler(ev, handler, userdata)
        return self

    def trigger(self, ev: int, evdata: object = None) -> int:
        """Call the handlers of an event at once, the newest first. Returns how many there are.

        Raises:
            TypeError: the event is no `int`.
        """
        number = _event(ev)
        found = [handler for handler in self._handlers if handler.first <= number <= handler.last]
        for handler in found:
            self._context.invoke(handler.function, number, evdata, handler.userdata)
        return len(found)

    def baseNumber(self, id: str) -> int:
        """Return the first number of the group that three characters name: they are its upper 24 bits.

        Raises:
            ValueError: these are not three characters of one byte each.
        """
        if not isinstance(id, str) or len(id) != BASE_LETTERS or any(ord(letter) > 0xFF for letter in id):
            raise ValueError(f"Event.baseNumber: Base event id should have exactly 3 chars, got {id!r}")
        return int.from_bytes(id.encode("latin-1"), "big") << 8

    def regBase(self, base: int, name: str) -> bool:
        """Reserve a group of events. False if it is taken, as those of the system and of the network are.

        Raises:
            TypeError: the number is no `int`.
        """
        if _event(base) in self._bases:
            return False
        self._bases[base] = name
        return True

    def evdataLogStr(self, evdata: object) -> str:
        """Return the text that a handler of `Event.LOG` got, "" for other event data."""
        return evdata.text if isinstance(evdata, LogLine) else ""

    def _add(self, first: int, last: int, function: Callable[..., object], userdata: object) -> bool:
        self._handlers.insert(0, Registered(first, last, function, userdata))
        if not self._network_was_told and first <= NETWORK_COMES_UP[-1] and last >= NETWORK_COMES_UP[0]:
            # The network is up from the first instant on; so its coming up is told as soon as anybody listens
            self._network_was_told = True
            self._tell_network(NETWORK_COMES_UP if self._context.host.has_wifi else NETWORK_COMES_UP[:1])
        return True

    def _wifi_changed(self, has_wifi: bool) -> None:
        """Tell firmware that listens; who listens later is told how it is then."""
        if self._network_was_told and self._context.is_alive:
            self._tell_network(NETWORK_COMES_UP[1:] if has_wifi else NETWORK_IS_LOST)

    def _tell_network(self, events: tuple[int, ...]) -> None:
        for ev in events:
            self._context.clock.call_later(0, self.trigger, ev)


def _event(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"Event: the event must be an int, got {type(number).__name__}")
    return number
