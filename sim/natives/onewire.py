"""Holds the C functions behind `OneWire` and `DallasTemperature`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.api.onewire import DISCONNECTED_C, DISCONNECTED_F, DallasThermometers, Wire
from sim.api.pin import MAX_PIN
from sim.natives.hardware import Natives, content, fill, on

__all__ = ["onewire_natives"]


def onewire_natives(modules: Modules) -> Natives:
    """Return the C functions behind `OneWire` and `DallasTemperature`."""
    return {**_wire(modules), **_thermometers(modules)}


def _wire(modules: Modules) -> Natives:
    context = modules.context

    def create(pin: int) -> Wire | None:
        return modules.OneWire.create(pin) if 0 <= pin <= MAX_PIN else None

    def search(wire: Wire, target: object, mode: int) -> int:
        rom = content(target)
        found = wire.search(rom, mode)
        if found:
            fill(context, target, bytes(rom[:8]))
        return found

    def read_bytes(wire: Wire, target: object, length: int) -> None:
        buffer = content(target)
        wire.read_bytes(buffer, length)
        fill(context, target, bytes(buffer))

    functions: dict[str, Callable[..., object]] = {
        "close": on(Wire, Wire.close),
        "reset": on(Wire, Wire.reset, 0),
        "select": on(Wire, lambda wire, rom: wire.select(rom or b"")),
        "skip": on(Wire, Wire.skip),
        "write": on(Wire, Wire.write),
        "write_bytes": on(Wire, lambda wire, data, length: wire.write_bytes(data or b"", length)),
        "read": on(Wire, Wire.read, 255),
        "target_search": on(Wire, Wire.target_search),
        "reset_search": on(Wire, Wire.reset_search),
        "crc8": on(Wire, lambda wire, data, length: wire.crc8(data or b"", length), 0),
    }
    return {
        "mgos_arduino_onewire_create": create,
        **{f"mgos_arduino_onewire_{name}": function for name, function in functions.items()},
        "sim_onewire_search": on(Wire, search, 0),
        "sim_onewire_read_bytes": on(Wire, read_bytes),
        "sim_hex": lambda data: (data or b"").hex().encode("ascii"),
    }


def _thermometers(modules: Modules) -> Natives:
    kind = DallasThermometers

    def get_address(sensors: DallasThermometers, target: object, index: int) -> int:
        rom = content(target)
        found = sensors.getAddress(rom, index)
        if found:
            fill(modules.context, target, bytes(rom[:8]))
        return found

    def by_rom(method: Callable[..., object], failure: object = 0) -> Callable[..., object]:
        return on(kind, lambda sensors, rom, *rest: method(sensors, rom or b"", *rest), failure)

    def hundredths(method: Callable[..., float], failure: float) -> Callable[..., object]:
        return on(
            kind, lambda sensors, key: round(method(sensors, b"" if key is None else key) * 100), round(failure * 100)
        )

    functions: dict[str, Callable[..., object]] = {
        "create": on(Wire, modules.DallasTemperature.create),
        "close": on(kind, kind.close),
        "begin": on(kind, kind.begin),
        "get_device_count": on(kind, kind.getDeviceCount, 0),
        "valid_address": by_rom(kind.validAddress),
        "valid_family": by_rom(kind.validFamily),
        "is_connected": by_rom(kind.isConnected),
        "get_global_resolution": on(kind, kind.getGlobalResolution, 0),
        "set_global_resolution": on(kind, kind.setGlobalResolution),
        "get_resolution": by_rom(kind.getResolution),
        "set_resolution": by_rom(kind.setResolution),
        "set_wait_for_conversion": on(kind, kind.setWaitForConversion),
        "get_wait_for_conversion": on(kind, kind.getWaitForConversion, 0),
        "set_check_for_conversion": on(kind, kind.setCheckForConversion),
        "get_check_for_conversion": on(kind, kind.getCheckForConversion, 0),
        "request_temperatures": on(kind, kind.requestTemperatures),
        "request_temperatures_by_address": by_rom(kind.requestTemperaturesByAddress),
        "request_temperatures_by_index": on(kind, kind.requestTemperaturesByIndex, 0),
        "get_tempc": hundredths(kind.getTempC, DISCONNECTED_C),
        "get_tempf": hundredths(kind.getTempF, DISCONNECTED_F),
        "get_tempc_by_index": hundredths(kind.getTempCByIndex, DISCONNECTED_C),
        "get_tempf_by_index": hundredths(kind.getTempFByIndex, DISCONNECTED_F),
        "is_parasite_power_mode": on(kind, kind.isParasitePowerMode, 0),
        "is_conversion_complete": on(kind, kind.isConversionComplete, 0),
        "millis_to_wait_for_conversion": on(kind, kind.millisToWaitForConversion, 0),
    }
    return {
        **{f"mgos_arduino_dt_{name}": function for name, function in functions.items()},
        "sim_dt_get_address": on(kind, get_address, 0),
    }
