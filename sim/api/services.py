"""Holds the RPC methods that every device has: RPC.*, Sys.*, Config.*, GPIO.*, FS.* (docs/reference/rpc.md)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Final

from sim.api.config import CONFIG_FILE, Config
from sim.api.context import Context
from sim.api.gpio import Pins
from sim.api.rpc import Method, Outcome, RpcServer
from sim.rpc import Failure, parse_json, read_fields, text_value

__all__ = ["register"]

RAM_SIZE: Final = 246_784
FS_SIZE: Final = 233_681
VERSION: Final = "1.0"
NOTHING: Final = "null"

Fields = dict[str, str]


def register(server: RpcServer, context: Context, config: Config, pins: Pins, reboot: Callable[[int], None]) -> None:
    """Register the built-in methods of one boot of a device; `reboot` takes a delay in microseconds."""
    services = Services(server, context, config, pins, reboot)
    for name, args_format, run in services.methods():
        server.add(Method(name, args_format, _with_fields(run)))


def _with_fields(run: Callable[[Fields, str], Outcome]) -> Callable[[str, str], Outcome]:
    return lambda params, source: run(read_fields(params) or {}, source)


class Services:
    """What the built-in methods work on: one boot of a device."""

    def __init__(
        self, server: RpcServer, context: Context, config: Config, pins: Pins, reboot: Callable[[int], None]
    ) -> None:
        self._server = server
        self._context = context
        self._config = config
        self._pins = pins
        self._reboot = reboot

    def methods(self) -> Iterable[tuple[str, str, Callable[[Fields, str], Outcome]]]:
        """Return name, argument format and function of each method, in the order of their registration."""
        return (
            ("RPC.List", "", self.list_methods),
            ("RPC.Describe", "{name: %T}", self.describe),
            ("RPC.Ping", "", self.ping),
            ("Sys.GetInfo", "", self.get_info),
            ("Sys.Reboot", "{delay_ms: %d}", self.sys_reboot),
            ("Config.Get", "{key: %Q}", self.config_get),
            ("Config.Set", "{config: %M}", self.config_set),
            ("Config.Save", "{reboot: %B}", self.config_save),
            ("GPIO.Read", "{pin: %d}", self.gpio_read),
            ("GPIO.Write", "{pin: %d, value: %d}", self.gpio_write),
            ("GPIO.Toggle", "{pin: %d}", self.gpio_toggle),
            ("FS.List", "", self.fs_list),
            ("FS.Get", "{filename: %Q, offset: %ld, len: %ld}", self.fs_get),
            ("FS.Put", "{filename: %Q, data: %V, append: %B}", self.fs_put),
            ("FS.Remove", "{filename: %Q}", self.fs_remove),
        )

    # RPC

    def list_methods(self, fields: Fields, source: str) -> Outcome:
        """Name all methods, newest first."""
        return _json([method.name for method in self._server.methods])

    def describe(self, fields: Fields, source: str) -> Outcome:
        """Say what arguments a method takes."""
        name = text_value(fields.get("name", ""))
        if not name:
            return Failure(400, "name is required")
        method = next((m for m in self._server.methods if m.name == name), None)
        if method is None:
            return Failure(404, "name not found")
        return f'{{"name": {json.dumps(name)}, "args_fmt": {json.dumps(method.args_format)}}}'

    def ping(self, fields: Fields, source: str) -> Outcome:
        """Say by what channel the call came."""
        return f'{{"channel_info": {json.dumps(self._server.channel_info)}}}'

    # Sys

    def get_info(self, fields: Fields, source: str) -> Outcome:
        """Describe the device."""
        used = sum(map(len, self._context.files.values()))
        return _json(
            {
                "id": self._config.device_id,
                "app": "mos-sim",
                "fw_version": VERSION,
                "fw_id": "19700101-000000",
                "mg_version": self._context.profile.server.rpartition("/")[2],
                "mg_id": "19700101-000000",
                "mac": self._config.get("device.mac"),
                "arch": "sim",
                "uptime": (self._context.clock.now_us - self._context.booted_us) // 1_000_000,
                "public_key": "",
                "ram_size": RAM_SIZE,
                "ram_free": RAM_SIZE // 2,
                "ram_min_free": RAM_SIZE // 2,
                "fs_size": FS_SIZE,
                "fs_free": max(0, FS_SIZE - used),
                "wifi": {
                    "sta_ip": self._context.host.address,
                    "ap_ip": "",
                    "status": "got ip",
                    "ssid": self._config.get("wifi.sta.ssid"),
                },
            }
        )

    def sys_reboot(self, fields: Fields, source: str) -> Outcome:
        """Restart the device after a while, by default 100 ms."""
        delay_ms = _number(fields, "delay_ms", 100)
        if delay_ms is None or delay_ms < 0:
            return Failure(400, "invalid delay value")
        self._reboot(delay_ms * 1000)
        return NOTHING

    # Config

    def config_get(self, fields: Fields, source: str) -> Outcome:
        """Give the configuration, or what stands under one key of it."""
        value = self._config.get(text_value(fields.get("key", "")))
        return Failure(404, "invalid config key") if value is None else _json(value)

    def config_set(self, fields: Fields, source: str) -> Outcome:
        """Change a part of the configuration."""
        try:
            tree = parse_json(fields.get("config", ""))
        except ValueError:
            return Failure(400, "config is required")
        return NOTHING if self._config.merge(tree) else Failure(400, "invalid config")

    def config_save(self, fields: Fields, source: str) -> Outcome:
        """Write the configuration to its file, and restart if asked to."""
        self._context.files[CONFIG_FILE] = self._config.to_file()
        if fields.get("reboot") == "true":
            self._reboot(100_000)
        return NOTHING

    # GPIO

    def gpio_read(self, fields: Fields, source: str) -> Outcome:
        """Give the level of a pin."""
        pin = _number(fields, "pin")
        return Failure(400, "pin is required") if pin is None else _json({"value": self._pins.read(pin)})

    def gpio_write(self, fields: Fields, source: str) -> Outcome:
        """Set the level of a pin."""
        pin, value = _number(fields, "pin"), _number(fields, "value")
        if pin is None or value is None:
            return Failure(400, "pin and value are required")
        self._pins.write(pin, value, "rpc")
        return NOTHING

    def gpio_toggle(self, fields: Fields, source: str) -> Outcome:
        """Turn a pin to its other level."""
        pin = _number(fields, "pin")
        return Failure(400, "pin is required") if pin is None else _json({"value": self._pins.toggle(pin, "rpc")})

    # FS

    def fs_list(self, fields: Fields, source: str) -> Outcome:
        """Name all files."""
        return _json(sorted(self._context.files))

    def fs_get(self, fields: Fields, source: str) -> Outcome:
        """Give a part of a file, in base64, and how much is left."""
        name = text_value(fields.get("filename", ""))
        offset, length = _number(fields, "offset", 0), _number(fields, "len", -1)
        if not name:
            return Failure(400, "filename is required")
        if name not in self._context.files:
            return Failure(400, f"failed to open file '{name}'")
        if offset is None or offset < 0 or length is None:
            return Failure(400, "illegal offset")
        data = self._context.files[name]
        end = len(data) if length < 0 else min(len(data), offset + length)
        part = data[offset:end]
        return _json({"data": base64.b64encode(part).decode("ascii"), "left": max(0, len(data) - end)})

    def fs_put(self, fields: Fields, source: str) -> Outcome:
        """Write a file, or add to it; `data` is base64."""
        name = text_value(fields.get("filename", ""))
        if not name:
            return Failure(400, "filename is required")
        try:
            data = base64.b64decode(text_value(fields.get("data", "")), validate=True)
        except (binascii.Error, ValueError):
            return Failure(400, "data must be base64")
        files = self._context.files
        old = files.get(name, b"") if fields.get("append") == "true" else b""
        others = sum(len(content) for other, content in files.items() if other != name)
        if others + len(old) + len(data) > FS_SIZE:
            return Failure(500, "no space left")
        files[name] = old + data
        return NOTHING

    def fs_remove(self, fields: Fields, source: str) -> Outcome:
        """Remove a file."""
        name = text_value(fields.get("filename", ""))
        if not name:
            return Failure(400, "filename is required")
        if self._context.files.pop(name, None) is None:
            return Failure(500, f"failed to remove '{name}'")
        return NOTHING


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _number(fields: Fields, name: str, default: int | None = None) -> int | None:
    """Return a whole number among the parameters, the default if it is not there, None if it is none."""
    try:
        return int(fields[name]) if name in fields else default
    except ValueError:
        return None
