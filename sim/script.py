"""Runs firmware written in mJS: with the device's own files, the API's files and the C functions behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, Final

from sim.mjs import Engine, MjsError
from sim.mjs.value import Obj, Value

__all__ = ["API_FILES", "API_NAMES", "MjsProgram", "api_file"]

API_FILES: Final[dict[str, tuple[str, ...]]] = {
    "api_http.js": ("HTTP", "URL"),
    "api_mqtt.js": ("MQTT",),
    "api_net.js": ("Net",),
    "api_rpc.js": ("RPC",),
    "api_timer.js": ("Timer",),
    "api_sys.js": ("Sys",),
    "api_config.js": ("Cfg",),
    "api_events.js": ("Event",),
    "api_log.js": ("Log",),
    "api_file.js": ("File",),
    "api_math.js": ("Math",),
    "api_gpio.js": ("GPIO",),
    "api_uart.js": ("UART",),
    "api_adc.js": ("ADC",),
    "api_pwm.js": ("PWM",),
    "api_i2c.js": ("I2C",),
    "api_spi.js": ("SPI",),
    "api_onewire.js": (),
    "api_arduino_onewire.js": ("OneWire",),
    "api_arduino_dallas_temp.js": ("DallasTemperature",),
    "api_arduino_dht.js": (),
    "api_dht.js": ("DHT",),
    "api_bme280.js": ("BME280", "BME280Data"),
    "api_arduino_bme280.js": ("Adafruit_BME280",),
    "api_arduino_ssd1306.js": ("Adafruit_SSD1306",),
    "api_neopixel.js": ("NeoPixel",),
    "api_esp32.js": ("ESP32",),
    "api_esp8266.js": ("ESP8266",),
    "api_arduino_liquidcrystal_i2c.js": ("LiquidCrystalI2C",),
    "api_ili9341_spi.js": ("ILI9341",),
    "api_bme680.js": ("BME680", "BME680Data"),
    "api_gps.js": ("GPS",),
    "api_bitbang.js": ("BitBang",),
    "api_dataview.js": ("DataView",),
    "api_mq135.js": ("MQ",),
    "api_string.js": ("StringUtils",),
    "api_wifi.js": ("Wifi",),
    "api_grove.js": ("Grove",),
    "api_aws.js": ("AWS",),
    "api_shadow.js": ("Shadow", "Twin"),
    "api_azure.js": ("Azure",),
    "api_gcp.js": ("GCP",),
    "api_watson.js": ("Watson",),
    "api_dash.js": ("Dash",),
    "api_blynk.js": ("Blynk",),
    "polyfill.js": ("console", "require", "setTimeout", "setInterval", "clearTimeout", "clearInterval"),
}
"""The files that every device has for `load`, those of the folder `fs`, and the globals that each defines."""

API_NAMES: Final = {name: file for file, names in API_FILES.items() for name in names}
"""Globals of the API and the file that defines each. On the device a program loads the file; here it is also loaded
when a program uses the name without that, as the first documentation does."""

_sources: dict[str, bytes] = {}


def api_file(name: str) -> bytes | None:
    """Return one of the files that every device has for `load`, None if there is no such."""
    if name not in API_FILES:
        return None
    if name not in _sources:
        loader: Any = __spec__.loader  # for the package may be in an archive
        _sources[name] = loader.get_data(str(PurePath(__file__).parent / "fs" / name))
    return _sources[name]


class MjsProgram:
    """The scripts of a device while it is on: all share one set of globals.

    Args:
        files: the device's file system; its files come before the API's own of the same name.
        natives: C functions by name, for `ffi`.
        write: takes what `print` writes.
        failed: takes an error that ended a callback.
        missing: learns the name of a C function that a program wanted and nobody simulates.
        budget: loop and call steps that one run or callback may take before the watchdog bites.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        natives: Mapping[str, Callable[..., object]],
        *,
        write: Callable[[str], object],
        failed: Callable[[MjsError], object],
        missing: Callable[[str], object],
        budget: int,
    ) -> None:
        self._files = files
        self.engine = DeviceEngine(self._read, natives, write, failed, missing, budget)

    def run(self, file: str) -> None:
        """Execute a main file.

        Raises:
            MjsError: it ended with an error.
        """
        self.engine.run(self._files[file], file)

    def _read(self, file: str) -> bytes | None:
        found = self._files.get(file)
        return api_file(file) if found is None else found


class DeviceEngine(Engine):
    """An engine that is part of a device."""

    def __init__(
        self,
        read: Callable[[str], bytes | None],
        natives: Mapping[str, Callable[..., object]],
        write: Callable[[str], object],
        failed: Callable[[MjsError], object],
        missing: Callable[[str], object],
        budget: int,
    ) -> None:
        super().__init__(read=read, write=write, natives=natives, budget=budget)
        self._failed = failed
        self._missing = missing
        self._wanted: set[str] = set()
        self._provided: set[str] = set()
        """Files that were loaded, or are being loaded: they may use what they define."""

    def report(self, error: MjsError) -> None:
        """Hand an error that ended a callback to the device."""
        self._failed(error)

    def native(self, name: str) -> Callable[..., object] | None:
        """Return the Python function behind a C function."""
        found = super().native(name)
        if found is None and name not in self._wanted:
            self._wanted.add(name)
            self._missing(name)
        return found

    def load(self, file: str, target: Obj | None) -> Value:
        """Run another file, unless it ran before."""
        self._provided.add(file)
        return super().load(file, target)

    def provide(self, names: Iterable[str]) -> None:
        """Load the API's files whose globals a program uses, before it runs."""
        wanted = {API_NAMES[name] for name in names if name in API_NAMES and name not in self.globals}
        scopes, self.scopes.open = self.scopes.open, []  # they define globals, wherever they are wanted
        try:
            for file in sorted(wanted - self._provided):
                self.load(file, None)
        finally:
            self.scopes.open = scopes
