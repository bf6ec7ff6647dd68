"""Is the firmware's `OneWire` and `DallasTemperature`: a 1-Wire bus at a pin, and the thermometers on it."""

from __future__ import annotations

from sim.api.context import Context
from sim.api.onewire_bus import FAMILY, OneWireBus, Thermometer, crc8
from sim.api.peripheral import Peripheral, as_bytes, check_int
from sim.api.pin import check_pin

__all__ = ["DallasTemperature", "DallasThermometers", "OneWire", "Wire"]

DISCONNECTED_C = -127.0
DISCONNECTED_F = -196.6
DISCONNECTED_RAW = -7040
ROM_SIZE = 8


class OneWire(Peripheral):
    """1-Wire buses."""

    def create(self, pin: int) -> Wire:
        """Return the bus at a pin.

        Raises:
            ValueError: there is no such pin.
        """
        bus = self._hardware.onewire(check_pin("OneWire.create", pin))
        return self._called("create", Wire(self._context, bus), pin)


class Wire(Peripheral):
    """A 1-Wire bus as the firmware uses it."""

    def __init__(self, context: Context, bus: OneWireBus) -> None:
        super().__init__(context)
        self.bus = bus

    def _done(self, function: str, result: int | None, *arguments: object) -> int:
        self._called(function, result, *arguments, module="OneWire")
        return result or 0

    def close(self) -> None:
        """Give the bus back; nothing happens."""
        self._done("close", None)

    def reset(self) -> int:
        """Begin anew: 1 if any device is there, else 0."""
        return self._done("reset", int(self.bus.reset()))

    def select(self, rom: bytes) -> None:
        """Talk to the device with a ROM code of eight bytes."""
        self.bus.choose(as_bytes("OneWire.select", rom))
        self._done("select", None, rom)

    def skip(self) -> None:
        """Talk to all devices."""
        self.bus.choose(None)
        self._done("skip", None)

    def write(self, byte: int) -> None:
        """Write a byte."""
        check_int("OneWire.write", byte=byte)
        self.bus.write(byte)
        self._done("write", None, byte)

    def write_bytes(self, data: bytes, length: int) -> None:
        """Write the first `length` bytes."""
        content = as_bytes("OneWire.write_bytes", data)[: max(0, length)]
        for byte in content:
            self.bus.write(byte)
        self._done("write_bytes", None, content)

    def read(self) -> int:
        """Read a byte: 255 when nobody answers."""
        return self._done("read", self.bus.read())

    def read_bytes(self, buffer: bytearray, length: int) -> None:
        """Read bytes into a buffer."""
        count = min(len(buffer), max(0, length))
        buffer[:count] = bytes(self.bus.read() for _ in range(count))
        self._called("read_bytes", buffer[:count], length, module="OneWire")

    def target_search(self, family: int) -> None:
        """Let the next search begin with a family of devices, such as 0x28."""
        check_int("OneWire.target_search", family=family)
        self.bus.target(family)
        self._done("target_search", None, family)

    def reset_search(self) -> None:
        """Let the next search begin anew."""
        self.bus.target(0)
        self._done("reset_search", None)

    def search(self, rom: bytearray, mode: int = 0) -> int:
        """Write the ROM code of the next device into a buffer of eight bytes; 1, or 0 if there is no further one."""
        found = self.bus.search()
        if found is not None:
            self.bus.stand_in(bytes(rom), found)
            rom[:ROM_SIZE] = found
        return self._done("search", int(found is not None), found, mode)

    def crc8(self, data: bytes, length: int) -> int:
        """Return the checksum of the first `length` bytes."""
        return crc8(as_bytes("OneWire.crc8", data)[: max(0, length)])

    def delay(self, ms: int) -> None:
        """Let time pass for the device."""
        check_int("OneWire.delay", ms=ms)
        self._context.busy_until_us = self._context.now_us + max(0, ms) * 1000


class DallasTemperature:
    """Thermometers of the DS18B20 kind."""

    DEVICE_DISCONNECTED_C = DISCONNECTED_C
    DEVICE_DISCONNECTED_F = DISCONNECTED_F
    DEVICE_DISCONNECTED_RAW = DISCONNECTED_RAW

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(self, ow: Wire) -> DallasThermometers:
        """Return the thermometers on a bus.

        Raises:
            TypeError: the bus is not what `OneWire.create` returns.
        """
        if not isinstance(ow, Wire):
            raise TypeError(
                f"DallasTemperature.create: the bus must come from OneWire.create, got {type(ow).__name__}"
            )
        return DallasThermometers(self._context, ow.bus)


class DallasThermometers(Peripheral):
    """The thermometers on a bus, by ROM code or by their order."""

    def __init__(self, context: Context, bus: OneWireBus) -> None:
        super().__init__(context)
        self.bus = bus
        self._waits = 1
        self._checks = 1

    def _done(self, function: str, result: float, *arguments: object) -> float:
        return self._called(function, result, *arguments, module="DallasTemperature")

    def _at(self, index: int) -> Thermometer | None:
        return self.bus.devices[index] if 0 <= index < len(self.bus.devices) else None

    def close(self) -> None:
        """Give the bus back; nothing happens."""

    def begin(self) -> None:
        """Look for thermometers."""
        self._done("begin", len(self.bus.devices))

    def getDeviceCount(self) -> int:
        """Return how many thermometers there are."""
        return int(self._done("getDeviceCount", len(self.bus.devices)))

    def validAddress(self, rom: bytes) -> int:
        """Return 1 if the checksum of a ROM code is right, else 0."""
        return int(len(rom) >= ROM_SIZE and crc8(rom[:7]) == rom[7])

    def validFamily(self, rom: bytes) -> int:
        """Return 1 if a ROM code is that of a thermometer, else 0."""
        return int(rom[:1] == bytes([FAMILY]))

    def getAddress(self, rom: bytearray, index: int) -> int:
        """Write the ROM code of a thermometer into a buffer of eight bytes; 1, or 0 if there is none."""
        found = self._at(index)
        if found is not None:
            self.bus.stand_in(bytes(rom), found.rom)
            rom[:ROM_SIZE] = found.rom
        return int(self._done("getAddress", int(found is not None), found and found.rom, index))

    def isConnected(self, rom: bytes) -> int:
        """Return 1 if there is a thermometer with a ROM code, else 0."""
        return int(self._done("isConnected", int(self.bus.find(rom) is not None), rom))

    def getResolution(self, rom: bytes) -> int:
        """Return how many bits a thermometer measures, 9 to 12; 0 if there is none."""
        found = self.bus.find(rom)
        return found.resolution if found else 0

    def setResolution(self, rom: bytes, bits: int, skip: int = 0) -> int:
        """Set how many bits a thermometer measures, 9 to 12; 1, or 0 if there is none."""
        found = self.bus.find(rom)
        if found is not None:
            found.memory[4] = (min(12, max(9, bits)) - 9) << 5 | 31
        return int(self._done("setResolution", int(found is not None), rom, bits, skip))

    def getGlobalResolution(self) -> int:
        """Return how many bits the best of the thermometers measures; 0 if there is none."""
        return max((device.resolution for device in self.bus.devices), default=0)

    def setGlobalResolution(self, bits: int) -> None:
        """Set how many bits all thermometers measure."""
        for device in self.bus.devices:
            self.setResolution(device.rom, bits)

    def setWaitForConversion(self, flag: int) -> None:
        """Say whether a request waits until the measurement is done; here it is done at once."""
        self._waits = int(bool(flag))

    def getWaitForConversion(self) -> int:
        """Return whether a request waits, 1 or 0."""
        return self._waits

    def setCheckForConversion(self, flag: int) -> None:
        """Say whether a request asks the devices when they are done."""
        self._checks = int(bool(flag))

    def getCheckForConversion(self) -> int:
        """Return whether a request asks the devices, 1 or 0."""
        return self._checks

    def requestTemperatures(self) -> None:
        """Let all thermometers measure."""
        for device in self.bus.devices:
            device.convert()
        self._done("requestTemperatures", len(self.bus.devices))

    def requestTemperaturesByAddress(self, rom: bytes) -> int:
        """Let one thermometer measure; 1, or 0 if there is none."""
        return self._request("requestTemperaturesByAddress", self.bus.find(rom), rom)

    def requestTemperaturesByIndex(self, index: int) -> int:
        """Let one thermometer measure; 1, or 0 if there is none."""
        return self._request("requestTemperaturesByIndex", self._at(index), index)

    def _request(self, function: str, device: Thermometer | None, argument: object) -> int:
        if device is not None:
            device.convert()
        return int(self._done(function, int(device is not None), argument))

    def getTempC(self, rom: bytes) -> float:
        """Return what a thermometer has measured in degrees Celsius; -127 if there is none."""
        return self._done("getTempC", _celsius(self.bus.find(rom)), rom)

    def getTempF(self, rom: bytes) -> float:
        """Return what a thermometer has measured in degrees Fahrenheit; -196.6 if there is none."""
        return self._done("getTempF", _fahrenheit(self.bus.find(rom)), rom)

    def getTempCByIndex(self, index: int) -> float:
        """Return what a thermometer has measured in degrees Celsius; -127 if there is none."""
        return self._done("getTempCByIndex", _celsius(self._at(index)), index)

    def getTempFByIndex(self, index: int) -> float:
        """Return what a thermometer has measured in degrees Fahrenheit; -196.6 if there is none."""
        return self._done("getTempFByIndex", _fahrenheit(self._at(index)), index)

    def isParasitePowerMode(self) -> int:
        """Return 1 if a device takes its power from the bus: never here."""
        return 0

    def isConversionComplete(self) -> int:
        """Return 1 if the measurement is done: always here."""
        return 1

    def millisToWaitForConversion(self, bits: int) -> int:
        """Return how long a measurement takes in ms: 94, 188, 375 or 750."""
        return {9: 94, 10: 188, 11: 375}.get(bits, 750)

    def toHexStr(self, rom: bytes) -> str:
        """Return a ROM code in hexadecimal."""
        return bytes(rom).hex()


def _celsius(device: Thermometer | None) -> float:
    return DISCONNECTED_C if device is None else device.celsius()


def _fahrenheit(device: Thermometer | None) -> float:
    return DISCONNECTED_F if device is None else round(device.celsius() * 1.8 + 32, 4)
