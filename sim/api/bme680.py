"""Is the firmware's `BME680` and `BME680Data`: sensors of temperature, pressure, humidity and gas."""

from __future__ import annotations

from sim.api.context import Context
from sim.api.outside import Bme680
from sim.api.peripheral import Peripheral, check_int

__all__ = ["BME680", "BME680Data", "Bme680Sensor", "GasMeasurement"]


class BME680(Peripheral):
    """BME680 sensors. What they measure is whole numbers of small units, as the chip's driver counts."""

    MGOS_BME280_ERROR = -128.0

    def createI2C(self, address: int) -> Bme680Sensor:
        """Return the sensor at an I2C address."""
        check_int("BME680.createI2C", address=address)
        return self._called("createI2C", Bme680Sensor(self._context, address), address)


class Bme680Sensor(Peripheral):
    """A BME680 sensor, or none at its place."""

    def __init__(self, context: Context, address: int) -> None:
        super().__init__(context)
        self._address = address

    def free(self) -> None:
        """Give the sensor back; nothing happens."""

    def readAll(self, data: GasMeasurement) -> int:
        """Measure all into what `BME680Data.create` gives; 0, or -1 if there is no sensor."""
        air = self._hardware.find_bme680(self._address)
        is_there = air is not None and air.is_present
        if air is not None and is_there:
            data.take(air)
        return self._called("readAll", 0 if is_there else -1, module="BME680")


class BME680Data:
    """What `readAll` of a BME680 fills."""

    def create(self) -> GasMeasurement:
        """Return an empty measurement."""
        return GasMeasurement()


class GasMeasurement:
    """One measurement of a BME680, all 0 before `readAll`."""

    def __init__(self) -> None:
        self._values = (0, 0, 0, 0)

    def free(self) -> None:
        """Give the measurement back; nothing happens."""

    def take(self, air: Bme680) -> None:
        """Measure."""
        self._values = (
            round(air.temperature * 100),
            round(air.pressure),
            round(air.humidity * 1000),
            round(air.gas),
        )

    def temp(self) -> int:
        """Return hundredths of a degree Celsius."""
        return self._values[0]

    def press(self) -> int:
        """Return pascal."""
        return self._values[1]

    def humid(self) -> int:
        """Return thousandths of a percent of humidity."""
        return self._values[2]

    def gas(self) -> int:
        """Return the resistance of the gas sensor in ohm."""
        return self._values[3]
