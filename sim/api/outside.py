"""Models what a device's buses lead to, as simply as firmware can tell: registers, replies, and lines of text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from sim.values import frozen

__all__ = [
    "Bme280",
    "Bme680",
    "I2cDevice",
    "Network",
    "Position",
    "Screen",
    "SerialLine",
    "SpiDevice",
    "Weather",
    "check_number",
]

KEPT: Final = 1000
"""How many of the newest writes a device on a bus remembers."""

KEPT_BYTES: Final = 1 << 20
"""How much of what was sent a serial line remembers, in bytes."""


def check_number(caller: str, value: float) -> float:
    """Return a number.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
        raise TypeError(f"{caller} must be a number, got {value!r}")
    return value


@frozen
class Network:
    """A Wi-Fi network in reach: name, hardware address, channel, strength in dBm, kind of protection (0: open)."""

    ssid: str
    bssid: str
    channel: int
    rssi: int
    auth_mode: int


class I2cDevice:
    """A device with registers: the first byte of a write chooses one, the following are stored, a read goes on there.

    A register holds one byte or more; what is not set reads 0.
    """

    def __init__(self, registers: Mapping[int, bytes] | None = None) -> None:
        self.registers: dict[int, bytes] = dict(registers or {})
        """What the device answers, by number of the register."""
        self.written: deque[bytes] = deque(maxlen=KEPT)
        """What the firmware has written, the newest 1000 writes."""
        self._at = 0

    def set(self, register: int, value: bytes | int) -> None:
        """Set a register: to bytes, or to a number from 0 to 255."""
        self.registers[register] = bytes([value]) if isinstance(value, int) else bytes(value)

    def write(self, data: bytes) -> None:
        """Take a write of the firmware."""
        self.written.append(data)
        if not data:
            return
        self._at, rest = data[0], data[1:]
        at = self._at
        while rest:
            size = len(self.registers.get(at, b"")) or 1
            self.registers[at] = rest[:size] + self.registers.get(at, b"")[len(rest) :]
            at, rest = (at + 1) % 256, rest[size:]

    def read(self, count: int) -> bytes:
        """Answer a read of the firmware."""
        out, at = bytearray(), self._at
        while len(out) < count:
            out += self.registers.get(at, b"") or b"\0"
            at = (at + 1) % 256
        return bytes(out[:count])


class SpiDevice:
    """A device that answers with what was laid out for it, and with zeros when that is used up."""

    def __init__(self) -> None:
        self.replies: deque[bytes] = deque()
        """What it sends in the next transactions, one after the other."""
        self.written: deque[bytes] = deque(maxlen=KEPT)
        """What the firmware has written, the newest 1000 transactions."""

    def exchange(self, data: bytes, count: int) -> bytes:
        """Take what the firmware writes, and answer with `count` bytes."""
        self.written.append(data)
        reply = self.replies.popleft() if self.replies else b""
        return reply[:count].ljust(count, b"\0")


class SerialLine:
    """The other end of a serial port."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.sent = bytearray()
        """What the firmware has sent; of more than 1 MiB the newest."""
        self.receive: Callable[[bytes], None] | None = None
        """Takes bytes into the device, while it is on."""

    def send(self, data: bytes | str) -> None:
        """Send bytes to the device (a text as UTF-8); they are lost while it is off."""
        if self.receive is not None:
            self.receive(data.encode("utf-8") if isinstance(data, str) else bytes(data))

    def take(self, data: bytes) -> None:
        """Take what the firmware sends."""
        self.sent += data
        del self.sent[:-KEPT_BYTES]


class Weather:
    """The air at a DHT sensor: degrees Celsius and percent of humidity. An absent sensor gives NaN."""

    def __init__(self) -> None:
        self.temperature = 21.5
        self.humidity = 45.0
        self.is_present = True

    def set(self, temperature: float | None = None, humidity: float | None = None) -> None:
        """Change the temperature, the humidity, or both."""
        if temperature is not None:
            self.temperature = float(check_number("temperature", temperature))
        if humidity is not None:
            self.humidity = float(check_number("humidity", humidity))


class Bme280(Weather):
    """The air at a BME280 sensor: as at a DHT, and the pressure in pascal."""

    def __init__(self) -> None:
        super().__init__()
        self.pressure = 101_325.0


class Bme680(Bme280):
    """The air at a BME680 sensor: as at a BME280, and the resistance of the gas sensor in ohm."""

    def __init__(self) -> None:
        super().__init__()
        self.gas = 50_000.0


class Position:
    """Where a GPS receiver is, in degrees, and its speed in knots; without satellites it knows nothing."""

    def __init__(self) -> None:
        self.latitude = 53.349805
        self.longitude = -6.26031
        self.speed = 0.0
        self.is_present = True
        """Whether satellites are in sight."""

    def set(self, latitude: float | None = None, longitude: float | None = None, speed: float | None = None) -> None:
        """Change what is given."""
        if latitude is not None:
            self.latitude = float(check_number("latitude", latitude))
        if longitude is not None:
            self.longitude = float(check_number("longitude", longitude))
        if speed is not None:
            self.speed = float(check_number("speed", speed))


class Screen:
    """A display: what it shows, as lines of text and as pixels."""

    def __init__(self) -> None:
        self.text = ""
        """The texts that were drawn since the display was cleared, from top to bottom."""
        self.pixels: frozenset[tuple[int, int]] = frozenset()
        """The pixels (x, y) that are lit; those of letters are not modelled."""
