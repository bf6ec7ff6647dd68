"""Gives firmware its API: the modules `HTTP`, `Net`, `Timer` and so on, and what stands behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

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
from sim.api.endpoint import Endpoint
from sim.api.events import Event
from sim.api.file import File
from sim.api.gpio import GPIO, Pins
from sim.api.gps import GPS
from sim.api.http import HTTP
from sim.api.lcd import LiquidCrystalI2C
from sim.api.log import Log
from sim.api.mathematics import Math
from sim.api.modules import Modules
from sim.api.mqtt import MQTT
from sim.api.mqtt_client import Mqtt
from sim.api.net import Net
from sim.api.onewire import DallasTemperature, OneWire
from sim.api.polyfill import make_polyfill
from sim.api.rpc import RPC, RpcServer
from sim.api.rpc_mqtt import RpcOverMqtt
from sim.api.sensor import BME280, DHT, ESP32, ESP8266, Adafruit_BME280, BME280Data
from sim.api.services import register
from sim.api.stack import Stack
from sim.api.system import Sys
from sim.api.tft import ILI9341
from sim.api.timer import Timer
from sim.api.uart import UART
from sim.api.url import URL
from sim.api.wifi import Wifi
from sim.event import DevicePrinted
from sim.script import API_FILES as SCRIPT_FILES

__all__ = ["API_FILES", "Modules", "make_modules", "make_polyfill", "make_print"]

API_FILES: Final = frozenset({*SCRIPT_FILES, "api_rpc.js"})
"""What `load` accepts in Python: the files behind the globals that are always there."""


RESTART_US: Final = 100_000
"""How long a restart takes at least: firmware that always restarts at once must not stop time."""


def make_modules(context: Context, reboot: Callable[[int], None]) -> Modules:
    """Return the API of one boot of a device; `reboot` restarts it after a delay in microseconds."""
    stack = Stack(context)
    config = Config(context.host.name, _mac(context.host.address), context.files)
    event = Event(context)
    log = Log(context, config, event)
    restart = _make_restart(context, event, reboot)
    http = HTTP(stack, str(config.get("http.listen_addr")) if config.get("http.enable") else "")
    server = RpcServer(context, lambda: config.device_id)
    pins = Pins(context)
    register(server, context, config, pins, restart)
    system = http.get_system_server()
    if system is not None and config.get("rpc.enable"):
        system.add(Endpoint(0, b"/rpc", server.handle, None))  # by the same rules as the firmware's
    mqtt = Mqtt(
        context, stack, config, lambda on: event.trigger(Event.CLOUD_CONNECTED if on else Event.CLOUD_DISCONNECTED)
    )
    if config.get("rpc.enable") and config.get("rpc.mqtt.enable"):
        RpcOverMqtt(server, mqtt, lambda: config.device_id)
    mqtt.start()
    return Modules(
        context,
        config,
        pins,
        mqtt,
        HTTP=http,
        Net=Net(stack, event),
        RPC=RPC(context, server),
        URL=URL(),
        Timer=Timer(context),
        Cron=Cron(context),
        Sys=Sys(context, restart),
        Cfg=Cfg(context, config, log),
        Event=event,
        Log=log,
        File=File(context),
        Math=Math(context),
        MQTT=MQTT(mqtt),
        GPIO=GPIO(pins),
        UART=UART(context),
        ADC=ADC(context),
        PWM=PWM(context),
        I2C=I2C(context),
        SPI=SPI(context),
        OneWire=OneWire(context),
        DallasTemperature=DallasTemperature(context),
        DHT=DHT(context),
        BME280=BME280(context),
        Adafruit_BME280=Adafruit_BME280(context),
        Adafruit_SSD1306=Adafruit_SSD1306(context),
        NeoPixel=NeoPixel(context),
        LiquidCrystalI2C=LiquidCrystalI2C(context),
        ILI9341=ILI9341(context),
        BME680=BME680(context),
        BME680Data=BME680Data(),
        GPS=GPS(context),
        BitBang=BitBang(context),
        ESP32=ESP32(context),
        ESP8266=ESP8266(context),
        Wifi=Wifi(context),
        AWS=AWS(context),
        Shadow=Shadow(context),
        Azure=Azure(context),
        GCP=GCP(context),
        Watson=Watson(context),
        Dash=Dash(context),
        Blynk=Blynk(context),
        BME280Data=BME280Data(),
    )


def _make_restart(context: Context, event: Event, reboot: Callable[[int], None]) -> Callable[[int], None]:
    """Return what restarts the device after a delay in microseconds, as the firmware itself does: it is told first."""

    def leave() -> None:
        if context.is_alive:
            event.trigger(Event.REBOOT)
            reboot(0)

    return lambda delay_us: context.clock.post_at(context.clock.now_us + max(delay_us, RESTART_US), leave)


def _mac(address: str) -> str:
    """Return a hardware address for a host: a locally administered one, with its IPv4 address in it."""
    return "0242" + "".join(f"{int(octet):02X}" for octet in address.split("."))


def make_print(context: Context) -> Callable[..., None]:
    """Return the `print` of firmware in Python: to the device's console, which is the trace."""

    def print(*values: object, sep: str | None = None, end: str | None = None, flush: bool = False) -> None:
        text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
        context.trace.emit(DevicePrinted(context.host.name, text))

    return print
