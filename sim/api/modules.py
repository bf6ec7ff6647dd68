"""Holds the modules of the API of one boot of a device, for firmware in whatever language."""

from __future__ import annotations

from sim.api.analog import ADC, PWM
from sim.api.bitbang import BitBang
from sim.api.bme680 import BME680, BME680Data
from sim.api.bus import I2C, SPI
from sim.api.cfg import Cfg
from sim.api.cloud import AWS, GCP, Azure, Blynk, Dash, Shadow, Watson
from sim.api.config import Config
from sim.api.context import Context
from sim.api.cron import Cron
from sim.api.display import Adafruit_SSD1306, NeoPixel
from sim.api.events import Event
from sim.api.file import File
from sim.api.gpio import GPIO, Pins
from sim.api.gps import GPS
from sim.api.http import HTTP
from sim.api.lcd import LiquidCrystalI2C
from sim.api.log import Log
from sim.api.mathematics import Math
from sim.api.mqtt import MQTT
from sim.api.mqtt_client import Mqtt
from sim.api.net import Net
from sim.api.onewire import DallasTemperature, OneWire
from sim.api.rpc import RPC
from sim.api.sensor import BME280, DHT, ESP32, ESP8266, Adafruit_BME280, BME280Data
from sim.api.system import Sys
from sim.api.tft import ILI9341
from sim.api.timer import Timer
from sim.api.uart import UART
from sim.api.url import URL
from sim.api.wifi import Wifi
from sim.values import field_names, frozen

__all__ = ["Modules"]


@frozen
class Modules:
    """The modules by their names in firmware, and what stands behind them."""

    context: Context
    config: Config
    pins: Pins
    mqtt: Mqtt
    HTTP: HTTP
    Net: Net
    RPC: RPC
    URL: URL
    Timer: Timer
    Cron: Cron
    Sys: Sys
    Cfg: Cfg
    Event: Event
    Log: Log
    File: File
    Math: Math
    MQTT: MQTT
    GPIO: GPIO
    UART: UART
    ADC: ADC
    PWM: PWM
    I2C: I2C
    SPI: SPI
    OneWire: OneWire
    DallasTemperature: DallasTemperature
    DHT: DHT
    BME280: BME280
    BME280Data: BME280Data
    Adafruit_BME280: Adafruit_BME280
    Adafruit_SSD1306: Adafruit_SSD1306
    NeoPixel: NeoPixel
    LiquidCrystalI2C: LiquidCrystalI2C
    ILI9341: ILI9341
    BME680: BME680
    BME680Data: BME680Data
    GPS: GPS
    BitBang: BitBang
    ESP32: ESP32
    ESP8266: ESP8266
    Wifi: Wifi
    AWS: AWS
    Shadow: Shadow
    Azure: Azure
    GCP: GCP
    Watson: Watson
    Dash: Dash
    Blynk: Blynk

    def names(self) -> dict[str, object]:
        """Return what firmware written in Python has as globals."""
        return {name: getattr(self, name) for name in field_names(self) if name[0].isupper()}
