"""Holds the C functions behind `DHT`, `BME280`, `Adafruit_BME280`, `BME680`, `GPS`, `ESP32`, `ESP8266` and `Wifi`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

from sim.api.bme680 import Bme680Sensor, GasMeasurement
from sim.api.modules import Modules
from sim.api.pin import MAX_PIN
from sim.api.sensor import BME280, Adafruit_BME280, ArduinoBme280, BoschBme280, DhtSensor, Measurement, heat_index
from sim.natives.hardware import Natives, on

__all__ = ["sensor_natives"]


def sensor_natives(modules: Modules) -> Natives:
    """Return the C functions behind the sensors and the chip."""
    dht = modules.DHT

    def create(pin: int, kind: int) -> DhtSensor | None:
        return dht.create(pin, kind) if 0 <= pin <= MAX_PIN else None

    def read_all(sensor: BoschBme280, data: object) -> int:
        return sensor.readAll(data) if isinstance(data, Measurement) else -1

    def scan(found: Callable[..., object], handler: object) -> None:
        modules.Wifi.scan(lambda networks: found(json.dumps(networks, ensure_ascii=False).encode("utf-8"), handler))

    def read_gas(sensor: Bme680Sensor, data: object) -> int:
        return sensor.readAll(data) if isinstance(data, GasMeasurement) else -1

    def locate() -> bytes:
        found = modules.GPS.getLocation()
        return json.dumps(found if isinstance(found, dict) else dict.fromkeys(("lat", "lon", "sp"), "nan")).encode()

    gas_error = modules.BME680.MGOS_BME280_ERROR
    error, failed = BME280.MGOS_BME280_ERROR, Adafruit_BME280.RES_FAIL
    return {
        "mgos_dht_create": create,
        "mgos_dht_close": on(DhtSensor, DhtSensor.close),
        "mgos_dht_get_temp": on(DhtSensor, DhtSensor.getTemp, math.nan),
        "mgos_dht_get_humidity": on(DhtSensor, DhtSensor.getHumidity, math.nan),
        "sim_dht_heat_index": heat_index,
        "mgos_bme280_data_create": modules.BME280Data.create,
        "mgos_bme280_data_delete": on(Measurement, Measurement.free),
        "mgos_bme280_data_get_temp": on(Measurement, Measurement.temp, 0.0),
        "mgos_bme280_data_get_press": on(Measurement, Measurement.press, 0.0),
        "mgos_bme280_data_get_humid": on(Measurement, Measurement.humid, 0.0),
        "mgos_bme280_i2c_create": modules.BME280.createI2C,
        "mgos_bme280_spi_create": modules.BME280.createSPI,
        "mgos_bme280_delete": on(BoschBme280, BoschBme280.free),
        "mgos_bme280_read": on(BoschBme280, read_all, -1),
        "mgos_bme280_read_temperature": on(BoschBme280, BoschBme280.readTemp, error),
        "mgos_bme280_read_pressure": on(BoschBme280, BoschBme280.readPress, error),
        "mgos_bme280_read_humidity": on(BoschBme280, BoschBme280.readHumid, error),
        "mgos_bme280_create_i2c": modules.Adafruit_BME280.create,
        "mgos_bme280_init": modules.Adafruit_BME280.create,
        "mgos_bme280_begin": on(ArduinoBme280, ArduinoBme280.begin, 0),
        "sim_arduino_bme280_i2c": modules.Adafruit_BME280.createI2C,
        "sim_arduino_bme280_spi": modules.Adafruit_BME280.createSPI,
        "sim_arduino_bme280_temperature": on(ArduinoBme280, ArduinoBme280.readTemperature, failed),
        "sim_arduino_bme280_pressure": on(ArduinoBme280, ArduinoBme280.readPressure, failed),
        "sim_arduino_bme280_humidity": on(ArduinoBme280, ArduinoBme280.readHumidity, failed),
        "sim_arduino_bme280_altitude": on(ArduinoBme280, ArduinoBme280.readAltitude, failed),
        "sim_arduino_bme280_sea_level": on(ArduinoBme280, ArduinoBme280.seaLevelForAltitude, failed),
        "mgos_bme680_data_create": modules.BME680Data.create,
        "mgos_bme680_data_delete": on(GasMeasurement, GasMeasurement.free),
        "mgos_bme680_data_get_temp": on(GasMeasurement, GasMeasurement.temp, gas_error),
        "mgos_bme680_data_get_press": on(GasMeasurement, GasMeasurement.press, gas_error),
        "mgos_bme680_data_get_humid": on(GasMeasurement, GasMeasurement.humid, gas_error),
        "mgos_bme680_data_get_gas": on(GasMeasurement, GasMeasurement.gas, gas_error),
        "mgos_bme680_i2c_create": modules.BME680.createI2C,
        "mgos_bme680_delete": on(Bme680Sensor, Bme680Sensor.free),
        "mgos_bme680_read": on(Bme680Sensor, read_gas, -1),
        "mgos_get_location": locate,
        "temprature_sens_read": modules.ESP32.temp,
        "hall_sens_read": modules.ESP32.hall,
        "mgos_esp_deep_sleep_d": modules.ESP32.deepSleep,
        "mgos_system_deep_sleep_d": modules.ESP8266.deepSleep,
        "sim_wifi_scan": scan,
        "mgos_wifi_get_status_str": lambda: b"got ip",  # the network is up before the firmware starts
    }
