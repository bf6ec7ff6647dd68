"""Holds the C functions behind `DHT`, `BME280`, `Adafruit_BME280`, `ESP32`, `ESP8266` and `Wifi`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

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
        "mgos_bme280_begin": on(ArduinoBme280, ArduinoBme280.begin, 0),
        "sim_arduino_bme280_i2c": modules.Adafruit_BME280.createI2C,
        "sim_arduino_bme280_spi": modules.Adafruit_BME280.createSPI,
        "sim_arduino_bme280_temperature": on(ArduinoBme280, ArduinoBme280.readTemperature, failed),
        "sim_arduino_bme280_pressure": on(ArduinoBme280, ArduinoBme280.readPressure, failed),
        "sim_arduino_bme280_humidity": on(ArduinoBme280, ArduinoBme280.readHumidity, failed),
        "sim_arduino_bme280_altitude": on(ArduinoBme280, ArduinoBme280.readAltitude, failed),
        "sim_arduino_bme280_sea_level": on(ArduinoBme280, ArduinoBme280.seaLevelForAltitude, failed),
        "temprature_sens_read": modules.ESP32.temp,
        "hall_sens_read": modules.ESP32.hall,
        "mgos_esp_deep_sleep_d": modules.ESP32.deepSleep,
        "mgos_system_deep_sleep_d": modules.ESP8266.deepSleep,
        "sim_wifi_scan": scan,
    }
