"""Is the world outside of a device's chip: what its pins are wired to, and what its buses and sensors answer.

It belongs to the device, not to one boot of it: what is set here stays over a reboot.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.api.framebuffer import Tft
from sim.api.onewire_bus import OneWireBus
from sim.api.outside import (
    Bme280,
    Bme680,
    I2cDevice,
    Network,
    Position,
    Screen,
    SerialLine,
    SpiDevice,
    Weather,
    check_number,
)
from sim.api.pin import Pin, check_pin
from sim.clock import Clock
from sim.event import TraceEvent

__all__ = ["ADC_RANGE", "FULL_SCALE_MV", "Analog", "Hardware"]

ADC_RANGE = 4095
"""The largest count of the converter: 12 bits, as that of an ESP32."""

FULL_SCALE_MV = 3300
"""The voltage that gives the largest count."""

BOSCH_ADDRESSES = (0x76, 0x77, -1)
"""Where sensors of that maker usually are; -1 is the SPI bus."""


class Analog:
    """The voltage at a pin, 0 until it is set."""

    def __init__(self, pin: int) -> None:
        self.pin = pin
        self._raw = 0

    @property
    def raw(self) -> int:
        """What the converter counts, 0 to 4095."""
        return self._raw

    @raw.setter
    def raw(self, counts: int) -> None:
        self._raw = min(ADC_RANGE, max(0, int(check_number("Analog.raw", counts))))

    @property
    def mv(self) -> int:
        """The voltage in mV, 0 to 3300."""
        return round(self._raw * FULL_SCALE_MV / ADC_RANGE)

    @mv.setter
    def mv(self, millivolts: float) -> None:
        self.raw = round(check_number("Analog.mv", millivolts) * ADC_RANGE / FULL_SCALE_MV)


class Hardware:
    """What a device is wired to. Everything is there from the start, at plausible values, and can be set at any time.

    Args:
        clock: the virtual time in which buttons are held and bytes travel.
        emit: takes the facts.
        host: the device's name.
    """

    def __init__(self, clock: Clock, emit: Callable[[TraceEvent], None], host: str) -> None:
        self.clock = clock
        self.emit = emit
        self.host = host
        self.pins: dict[int, Pin] = {}
        """The pins that anyone has used, by number."""
        self.networks: list[Network] = [Network("sim", "02:42:0a:00:00:01", 6, -50, 3)]
        """What `Wifi.scan` finds."""
        self.chip_temperature = 128
        """What `ESP32.temp` reads, in degrees Fahrenheit."""
        self.hall = 0
        """What `ESP32.hall` reads."""
        self.gps = Position()
        """Where `GPS.getLocation` finds the device."""
        self.tft = Tft()
        """What the display behind `ILI9341` shows."""
        self._analog: dict[int, Analog] = {}
        self._uarts: dict[int, SerialLine] = {}
        self._i2c: dict[tuple[int, int], I2cDevice] = {}
        self._spi: dict[tuple[int, int], SpiDevice] = {}
        self._onewire: dict[int, OneWireBus] = {}
        self._dht: dict[int, Weather] = {}
        self._bme280: dict[int, Bme280] = {}
        self._bme680: dict[int, Bme680] = {}
        self._screens: dict[int, Screen] = {}

    def pin(self, number: int) -> Pin:
        """Return a pin: set its level from outside, or see what the firmware drives.

        Raises:
            ValueError: there is no such pin.
        """
        number = check_pin("Hardware.pin", number)
        if number not in self.pins:
            self.pins[number] = Pin(number, self)
        return self.pins[number]

    def analog(self, pin: int) -> Analog:
        """Return the voltage at a pin, for `ADC.read`.

        Raises:
            ValueError: there is no such pin.
        """
        return self._analog.setdefault(check_pin("Hardware.analog", pin), Analog(pin))

    def uart(self, number: int) -> SerialLine:
        """Return the other end of a serial port."""
        if number not in self._uarts:
            self._uarts[number] = SerialLine(number)
        return self._uarts[number]

    def i2c(self, address: int, bus: int = 0) -> I2cDevice:
        """Return the device at an address (0 to 127) of an I2C bus; it is put there if there was none.

        Raises:
            ValueError: there is no such address.
        """
        if not isinstance(address, int) or not 0 <= address < 128:
            raise ValueError(f"Hardware.i2c: an address is a number from 0 to 127, got {address!r}")
        return self._i2c.setdefault((bus, address), I2cDevice())

    def remove_i2c(self, address: int, bus: int = 0) -> None:
        """Take a device off an I2C bus; nothing happens if there is none."""
        self._i2c.pop((bus, address), None)

    def find_i2c(self, address: int, bus: int = 0) -> I2cDevice | None:
        """Return the device at an address of an I2C bus, None if nobody answers there."""
        return self._i2c.get((bus, address))

    def spi(self, select: int = -1, bus: int = 0) -> SpiDevice:
        """Return the device behind a chip select line (-1: no line) of an SPI bus."""
        return self._spi.setdefault((bus, select), SpiDevice())

    def onewire(self, pin: int) -> OneWireBus:
        """Return the 1-Wire bus at a pin, empty until a device is put on it.

        Raises:
            ValueError: there is no such pin.
        """
        return self._onewire.setdefault(check_pin("Hardware.onewire", pin), OneWireBus())

    def dht(self, pin: int) -> Weather:
        """Return the DHT sensor at a pin: 21.5 degrees Celsius and 45 % until it is set.

        Raises:
            ValueError: there is no such pin.
        """
        return self._dht.setdefault(check_pin("Hardware.dht", pin), Weather())

    def bme280(self, address: int = 0x76) -> Bme280:
        """Return the BME280 sensor at an I2C address; it is put there if there was none. -1: on the SPI bus."""
        return self._bme280.setdefault(address, Bme280())

    def find_bme280(self, address: int) -> Bme280 | None:
        """Return the BME280 sensor at an I2C address, None if there is none; at the usual ones there always is."""
        return self.bme280(address) if address in BOSCH_ADDRESSES else self._bme280.get(address)

    def bme680(self, address: int = 0x77) -> Bme680:
        """Return the BME680 sensor at an I2C address; it is put there if there was none."""
        return self._bme680.setdefault(address, Bme680())

    def find_bme680(self, address: int) -> Bme680 | None:
        """Return the BME680 sensor at an I2C address, None if there is none; at the usual ones there always is."""
        return self.bme680(address) if address in BOSCH_ADDRESSES else self._bme680.get(address)

    def screen(self, address: int = 0x3C) -> Screen:
        """Return the SSD1306 display at an I2C address."""
        return self._screens.setdefault(address, Screen())

    def reset(self) -> None:
        """Forget what the chip did to its pins and lines: it restarts, or is off. The world stays as it is."""
        for number in sorted(self.pins):
            self.pins[number].reset()
        for line in self._uarts.values():
            line.receive = None
