"""Lets the page set what the device is wired to, its pins, sensors and serial lines, and change its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from sim.api.config import CONFIG_FILE, Config
from sim.api.hardware import Hardware
from sim.api.uart import PORTS
from sim.bridge.message import BridgeError, Message, field_of, text_of, whole_of
from sim.device import Device
from sim.view import View

__all__ = ["Controls", "Owner"]

BOARD_PARTS: Final = {"led": "active_high", "btn": "pull_up"}
"""What the configuration says of a board's parts, besides their pins."""


class Owner(Protocol):
    """What has the device, and knows what is true of it."""

    @property
    def device(self) -> Device:
        """The device that the page boots; a `BridgeError` before there is one."""

    @property
    def others(self) -> Mapping[str, Device]:
        """All other devices, by name."""

    def device_of(self, message: Message, field: str = "host") -> Device:
        """The device that a message names."""

    @property
    def view(self) -> View:
        """What the records say."""


class Controls:
    """What a hand can do to the device: press, turn, warm up, type."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._told: dict[str, object] | None = None

    # Commands

    def set_pin(self, message: Message) -> dict[str, object]:
        """Drive a pin from outside to `level` 0 or 1; null lets go of it."""
        pin = _checked(self._owner.device_of(message).hardware.pin, whole_of(message, "pin"))
        level = field_of(message, "level", None) if message.get("level", 0) is not None else None
        if level is None:
            pin.release()
        elif level in (0, 1):
            pin.set(level)
        else:
            raise BridgeError(f"'level' must be 0, 1 or null, got {level!r}")
        return {"level": pin.level}

    def set_sensor(self, message: Message) -> dict[str, object]:
        """Set what a sensor of a `kind` `at` a pin or address measures, by the names of its `values`."""
        kind, at = text_of(message, "kind"), whole_of(message, "at")
        values = field_of(message, "values", None)
        if not isinstance(values, dict) or not values:
            raise BridgeError("'values' must be an object of numbers")
        sensor, names = _sensor(self._owner.device_of(message).hardware, kind, at)
        for name, value in values.items():
            if name not in names:
                raise BridgeError(f"a sensor of the kind {kind!r} has no {name!r}; it has {', '.join(names)}")
            if not isinstance(value, int | float) or value != value or abs(value) > 1e9:
                raise BridgeError(f"{name!r} must be a number, got {value!r}")
        for name, value in values.items():
            kind_of = type(getattr(sensor, names[name]))
            setattr(sensor, names[name], kind_of(value))
        return {name: getattr(sensor, attribute) for name, attribute in names.items()}

    def send_uart(self, message: Message) -> dict[str, object]:
        """Send `data` into a serial port of the device."""
        number = whole_of(message, "uart", 0)
        if not 0 <= number < PORTS:
            raise BridgeError(f"there is no serial port {number}: they are numbered from 0 to {PORTS - 1}")
        device = self._owner.device_of(message)
        if not device.is_on:
            raise BridgeError("the device is off")
        device.hardware.uart(number).send(text_of(message, "data").encode("latin-1"))
        return {}

    def get_config(self, message: Message) -> dict[str, object]:
        """Return the whole configuration, and what of it the device keeps in its file."""
        device = self._owner.device_of(message)
        config = _config(device)
        saved = device.files.get(CONFIG_FILE, b"")
        return {"values": config.values, "file": CONFIG_FILE, "is_saved": saved == config.to_file()}

    def set_config(self, message: Message) -> dict[str, object]:
        """Set the values of a part of the configuration, all or none; `save` also keeps them over a reboot."""
        device = self._owner.device_of(message)
        config, tree = _config(device), field_of(message, "values", None)
        if not isinstance(tree, dict):
            raise BridgeError("'values' must be an object")
        before = config.values
        complaints = config.apply(tree)
        if complaints:
            config.values = before
            raise BridgeError("; ".join(complaint.text for complaint in complaints))
        if message.get("save", True) is True:
            device.files[CONFIG_FILE] = config.to_file()
        return self.get_config(message)

    # What is there

    def news(self) -> dict[str, object] | None:
        """Return how the hardware is, None if it is as it was the last time."""
        state = self.state()
        if state == self._told:
            return None
        self._told = state
        return {"type": "hardware", **state}

    def state(self) -> dict[str, object]:
        """Return what is set from outside, and shown there, of all that the firmware has to do with."""
        view = self._owner.view
        device = self._owner.others.get(view.shown) or self._owner.device
        hardware = device.hardware
        config = device.config
        pins = [
            {"pin": pin.number, "outside": pin.outside, "pwm": pin.pwm, "pixels": pin.pixels[:]}
            for number, pin in sorted(hardware.pins.items())
        ]
        sensors = []
        for kind, at in view.hardware.sensors:
            sensor, names = _sensor(hardware, kind, at)
            sensors.append({"kind": kind, "at": at, "values": {n: getattr(sensor, a) for n, a in names.items()}})
        return {"pins": pins, "sensors": sensors, "board": _board(config) if config else []}


def _config(device: Device) -> Config:
    config = device.config
    if config is None:
        raise BridgeError("the device is off: its configuration is there while it runs")
    return config


def _sensor(hardware: Hardware, kind: str, at: int) -> tuple[object, dict[str, str]]:
    """Return a model, and the names of what can be set with its attributes."""
    air = {"temperature": "temperature", "humidity": "humidity"}
    match kind:
        case "adc":
            return _checked(hardware.analog, at), {"mv": "mv"}
        case "dht":
            return _checked(hardware.dht, at), {**air, "is_present": "is_present"}
        case "bme280":
            return hardware.bme280(at), {**air, "pressure": "pressure", "is_present": "is_present"}
        case "esp32":
            return hardware, {"temperature": "chip_temperature", "hall": "hall"}
        case _:
            raise BridgeError(f"there is no kind of sensor {kind!r}; there are adc, dht, bme280 and esp32")


def _checked(get: Any, number: int) -> Any:
    try:
        return get(number)
    except ValueError as error:
        raise BridgeError(str(error)) from None


def _board(config: Config) -> list[dict[str, object]]:
    """Return the lamps and buttons of the board as the configuration names them, those that have a pin."""
    parts = config.get("board")
    if not isinstance(parts, dict):
        return []
    out: list[dict[str, object]] = []
    for name, part in parts.items():
        flag = BOARD_PARTS.get(name.rstrip("0123456789"))
        pin = part.get("pin") if isinstance(part, dict) else None
        if flag is not None and isinstance(part, dict) and isinstance(pin, int) and pin >= 0:
            out.append({"name": name, "pin": pin, flag: bool(part.get(flag))})
    return out
