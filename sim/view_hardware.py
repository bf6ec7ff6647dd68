"""Folds what the records say of a device's hardware: which pins the firmware has set up, and which sensors it asks."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Final

from sim.event import GpioChanged, GpioConfigured, PeripheralCalled
from sim.values import mutable

__all__ = ["HardwareView"]

MOST: Final = 64
"""Sensors that are shown: firmware may ask for any number of them."""

ONLY: Final = 0
"""Where a sensor is of which there is one."""

SPI: Final = -1

PLACES: Final[dict[tuple[str, str], tuple[str, int | None]]] = {
    ("ADC", "enable"): ("adc", None),
    ("ADC", "read"): ("adc", None),
    ("ADC", "read_voltage"): ("adc", None),
    ("DHT", "create"): ("dht", None),
    ("BME280", "createI2C"): ("bme280", None),
    ("BME280", "createSPI"): ("bme280", SPI),
    ("Adafruit_BME280", "createI2C"): ("bme280", None),
    ("Adafruit_BME280", "createSPI"): ("bme280", SPI),
    ("ESP32", "temp"): ("esp32", ONLY),
    ("ESP32", "hall"): ("esp32", ONLY),
}
"""Which calls tell of a sensor: its kind, and where it is unless that is the first argument."""


@mutable
class _Pin:
    pin: int
    level: int = 0
    source: str = ""
    mode: str = ""
    pull: str = "none"
    interrupt: str = "none"


@dataclass(slots=True)
class HardwareView:
    """What is true of the hardware after the records taken so far."""

    pins: dict[int, _Pin] = field(default_factory=dict)
    sensors: dict[tuple[str, int], None] = field(default_factory=dict)
    """The sensors that the firmware has asked, by kind and place, in the order in which it first did."""
    _seen: set[tuple[str, str, str]] = field(default_factory=set)

    def take(self, event: GpioChanged | GpioConfigured | PeripheralCalled) -> None:
        """Fold one record in."""
        if isinstance(event, PeripheralCalled):
            self._called(event)
            return
        pin = self.pins.setdefault(event.pin, _Pin(event.pin))
        if isinstance(event, GpioChanged):
            pin.level, pin.source = event.level, event.source
        else:
            pin.mode, pin.pull, pin.interrupt = event.mode, event.pull, event.interrupt

    def restart(self) -> None:
        """Forget what the firmware did. The levels stay: what is set from outside outlives a reboot."""
        self.sensors.clear()
        self._seen.clear()
        for pin in self.pins.values():
            pin.mode, pin.pull, pin.interrupt = "", "none", "none"

    def to_json(self) -> dict[str, object]:
        """Return the part of the snapshot: the pins that the firmware has set up, and the sensors."""
        return {
            "pins": [asdict(pin) for _, pin in sorted(self.pins.items()) if pin.mode],
            "sensors": [{"kind": kind, "at": at} for kind, at in self.sensors],
        }

    def _called(self, event: PeripheralCalled) -> None:
        place = PLACES.get((event.module, event.function))
        if place is None or len(self.sensors) >= MOST:
            return
        key = (event.module, event.function, event.arguments)
        if key in self._seen:
            return
        kind, at = place
        if at is None:
            at = _first(event.arguments)
        if at is not None and len(self._seen) < MOST * len(PLACES):
            self._seen.add(key)
            self.sensors[kind, at] = None


def _first(arguments: str) -> int | None:
    """Return the first of the arguments, which stand in JSON, if it is the number of a place."""
    try:
        values = json.loads(arguments)
    except ValueError:
        return None
    first = values[0] if isinstance(values, list) and values else None
    return first if isinstance(first, int) and not isinstance(first, bool) and 0 <= first < 256 else None
