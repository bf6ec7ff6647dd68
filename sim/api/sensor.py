"""Is the firmware's `DHT`, `BME280`, `Adafruit_BME280`, `ESP32` and `ESP8266`; what they measure is set outside."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from sim.api.context import Context
from sim.api.outside import Bme280, Weather
from sim.api.peripheral import Peripheral, check_int
from sim.api.pin import check_pin

__all__ = [
    "BME280",
    "DHT",
    "ESP32",
    "ESP8266",
    "Adafruit_BME280",
    "ArduinoBme280",
    "BME280Data",
    "BoschBme280",
    "DhtSensor",
    "Measurement",
    "heat_index",
]

DEFAULT_ADDRESS: Final = 0x76
SPI_ADDRESS: Final = -1
"""Where the sensor on the SPI bus stands among those with an I2C address."""

SEA_LEVEL_HPA: Final = 1013.25

HEAT: Final = (
    (0, 0, -42.379), (1, 0, 2.04901523), (0, 1, 10.14333127), (1, 1, -0.22475541), (2, 0, -6.83783e-3),
    (0, 2, -5.481717e-2), (2, 1, 1.22874e-3), (1, 2, 8.5282e-4), (2, 2, -1.99e-6),
)  # fmt: skip
"""The regression of the heat index: powers of degrees Fahrenheit and of percent, and factors."""


class DHT(Peripheral):
    """DHT sensors of temperature and humidity, one at each pin."""

    DHT11 = 11
    DHT21 = 21
    AM2301 = 21
    DHT22 = 22
    AM2302 = 22

    def create(self, pin: int, type: int) -> DhtSensor:
        """Return the sensor at a pin.

        Raises:
            ValueError: there is no such pin.
        """
        check_int("DHT.create", type=type)
        weather = self._hardware.dht(check_pin("DHT.create", pin))
        return self._called("create", DhtSensor(self._context, weather, type), pin, type)


def heat_index(temperature: float, humidity: float, is_fahrenheit: bool) -> float:
    """Return how warm the air feels, in the unit of the temperature (National Weather Service, SR 90-23)."""
    t = temperature if is_fahrenheit else temperature * 1.8 + 32
    index = 0.5 * (t + 61 + (t - 68) * 1.2 + humidity * 0.094)
    if (index + t) / 2 >= 80:
        index = sum(factor * t**i * humidity**j for i, j, factor in HEAT)
        if humidity < 13 and 80 <= t <= 112:
            index -= (13 - humidity) / 4 * ((17 - abs(t - 95)) / 17) ** 0.5
        elif humidity > 85 and 80 <= t <= 87:
            index += (humidity - 85) / 10 * (87 - t) / 5
    return index if is_fahrenheit else (index - 32) / 1.8


class DhtSensor(Peripheral):
    """A DHT sensor."""

    def __init__(self, context: Context, weather: Weather, kind: int) -> None:
        super().__init__(context)
        self._weather = weather
        self._kind = kind

    def close(self) -> None:
        """Give the sensor back; nothing happens."""
        self._called("close", None, module="DHT")

    def getTemp(self) -> float:
        """Return degrees Celsius, NaN if there is no sensor."""
        return self._called("getTemp", self._measure(self._weather.temperature), module="DHT")

    def getHumidity(self) -> float:
        """Return percent, NaN if there is no sensor."""
        return self._called("getHumidity", self._measure(self._weather.humidity), module="DHT")

    def _measure(self, value: float) -> float:
        if not self._weather.is_present:
            return math.nan
        return float(round(value)) if self._kind == DHT.DHT11 else round(value, 1)  # as the sensors resolve


class Bme280Sensor(Peripheral):
    """A BME280 sensor, or none at its place."""

    def __init__(self, context: Context, address: int) -> None:
        super().__init__(context)
        self.address = address

    @property
    def air(self) -> Bme280 | None:
        """What it measures, None if it is not there."""
        found = self._hardware.find_bme280(self.address)
        return found if found is not None and found.is_present else None


class BME280(Peripheral):
    """BME280 sensors of temperature, pressure and humidity. One that is not there gives -128."""

    MGOS_BME280_ERROR = -128.0

    def createI2C(self, address: int) -> BoschBme280:
        """Return the sensor at an I2C address."""
        check_int("BME280.createI2C", address=address)
        return self._called("createI2C", BoschBme280(self._context, address), address)

    def createSPI(self) -> BoschBme280:
        """Return the sensor on the SPI bus."""
        return self._called("createSPI", BoschBme280(self._context, SPI_ADDRESS))


class BME280Data:
    """What `readAll` of a BME280 fills."""

    def create(self) -> Measurement:
        """Return an empty measurement."""
        return Measurement()


class Measurement:
    """One measurement of a BME280, all 0 before `readAll`."""

    def __init__(self) -> None:
        self._values = (0.0, 0.0, 0.0)

    def free(self) -> None:
        """Give the measurement back; nothing happens."""

    def take(self, air: Bme280) -> None:
        """Measure."""
        self._values = (air.temperature, air.pressure, air.humidity)

    def temp(self) -> float:
        """Return degrees Celsius."""
        return self._values[0]

    def press(self) -> float:
        """Return pascal."""
        return self._values[1]

    def humid(self) -> float:
        """Return percent of humidity."""
        return self._values[2]


class BoschBme280(Bme280Sensor):
    """A BME280 sensor as `BME280` gives it."""

    def _read(self, function: str, value: Callable[[Bme280], float]) -> float:
        air = self.air
        return self._called(function, BME280.MGOS_BME280_ERROR if air is None else value(air), module="BME280")

    def free(self) -> None:
        """Give the sensor back; nothing happens."""

    def readAll(self, data: Measurement) -> int:
        """Measure all into what `BME280Data.create` gives; 0, or -1 if there is no sensor."""
        air = self.air
        if air is not None:
            data.take(air)
        return self._called("readAll", -1 if air is None else 0, module="BME280")

    def readTemp(self) -> float:
        """Return degrees Celsius, -128 if there is no sensor."""
        return self._read("readTemp", lambda air: air.temperature)

    def readPress(self) -> float:
        """Return pascal, -128 if there is no sensor."""
        return self._read("readPress", lambda air: air.pressure)

    def readHumid(self) -> float:
        """Return percent, -128 if there is no sensor."""
        return self._read("readHumid", lambda air: air.humidity)


class Adafruit_BME280(Peripheral):
    """BME280 sensors by the Arduino library's interface. One that is not there cannot be created."""

    RES_FAIL = -100.0

    def createI2C(self, address: int) -> ArduinoBme280 | None:
        """Return the sensor at an I2C address, None if there is none."""
        check_int("Adafruit_BME280.createI2C", address=address)
        return self._create("createI2C", address)

    def create(self) -> ArduinoBme280:
        """Return a sensor as the first generation has it: `begin(address)` then says where it is."""
        return self._called("create", ArduinoBme280(self._context, DEFAULT_ADDRESS))

    def createSPI(self, select: int) -> ArduinoBme280 | None:
        """Return the sensor on the SPI bus, None if there is none."""
        check_int("Adafruit_BME280.createSPI", select=select)
        return self._create("createSPI", SPI_ADDRESS)

    def _create(self, function: str, address: int) -> ArduinoBme280 | None:
        sensor = ArduinoBme280(self._context, address)
        return self._called(function, sensor if sensor.air is not None else None, address)


class ArduinoBme280(Bme280Sensor):
    """A BME280 sensor as `Adafruit_BME280` gives it."""

    def _read(self, function: str, value: Callable[[Bme280], float]) -> float:
        air = self.air
        result = Adafruit_BME280.RES_FAIL if air is None else round(value(air), 2)
        return self._called(function, result, module="Adafruit_BME280")

    def close(self) -> None:
        """Give the sensor back; nothing happens."""

    def begin(self, address: int | None = None) -> int:
        """Look for the sensor at an I2C address; 1, or 0 if there is none."""
        if address is not None:
            check_int("Adafruit_BME280.begin", address=address)
            self.address = address
        return self._called("begin", int(self.air is not None), address, module="Adafruit_BME280")

    def takeForcedMeasurement(self) -> None:
        """Measure now; what is read is always new here."""

    def readTemperature(self) -> float:
        """Return degrees Celsius."""
        return self._read("readTemperature", lambda air: air.temperature)

    def readPressure(self) -> float:
        """Return hectopascal."""
        return self._read("readPressure", lambda air: air.pressure / 100)

    def readHumidity(self) -> float:
        """Return percent."""
        return self._read("readHumidity", lambda air: air.humidity)

    def readAltitude(self, sea_level: float) -> float:
        """Return metres above the sea, given the pressure at its level in hectopascal (barometric formula)."""
        level = sea_level if sea_level > 0 else SEA_LEVEL_HPA
        return self._read("readAltitude", lambda air: 44_330 * (1 - (air.pressure / 100 / level) ** 0.1903))

    def seaLevelForAltitude(self, altitude: float, pressure: float) -> float:
        """Return the pressure at sea level, given that at an altitude in metres (barometric formula)."""
        base = 1 - altitude / 44_330
        return round(pressure / base**5.255, 2) if base > 0 else Adafruit_BME280.RES_FAIL


class ESP32(Peripheral):
    """What an ESP32 measures itself, and its sleep."""

    def temp(self) -> int:
        """Return the temperature of the chip, in degrees Fahrenheit."""
        return self._called("temp", self._hardware.chip_temperature)

    def hall(self) -> int:
        """Return what the Hall sensor measures."""
        return self._called("hall", self._hardware.hall)

    def deepSleep(self, us: float) -> None:
        """Switch off when what runs has ended, and boot again after that many microseconds; 0: not by itself."""
        self._called("deepSleep", None, us)
        self._context.sleep(_duration("ESP32.deepSleep", us))


class ESP8266(Peripheral):
    """The sleep of an ESP8266."""

    def deepSleep(self, us: float) -> bool:
        """Switch off when what runs has ended, and boot again after that many microseconds; 0: not by itself. True."""
        self._called("deepSleep", True, us)
        self._context.sleep(_duration("ESP8266.deepSleep", us))
        return True


def _duration(caller: str, us: float) -> int:
    if not isinstance(us, int | float):
        raise TypeError(f"{caller}: the time must be a number, got {type(us).__name__}")
    return int(us) if 0 < us < 2**62 else 0
