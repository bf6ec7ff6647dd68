"""Holds the configuration of a device: a tree of values with the usual defaults, changed and saved by the firmware."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import Final, TypeAlias

from sim.rpc import parse_json

__all__ = ["CONFIG_FILE", "DEFAULTS", "Config", "Value"]

Value: TypeAlias = "str | int | float | bool | dict[str, Value]"

CONFIG_FILE: Final = "conf9.json"
"""Where saved values stand in the device's file system, as on the real one."""

LARGEST: Final = 2**63
"""Numbers of the configuration are smaller: what is not, infinity and NaN among it, does not fit."""

DEFAULTS: Final[dict[str, Value]] = {
    "device": {"id": "", "license": "", "mac": "", "public_key": ""},
    "debug": {"udp_log_addr": "", "level": 2, "filter": "", "stdout_uart": 0, "stderr_uart": 0},
    "sys": {"mount": {"path": ""}, "pref_ota_lib": "", "tz_spec": "", "wdt_timeout": 30},
    "conf_acl": "*",
    "http": {"enable": True, "listen_addr": "80", "document_root": "/"},
    "rpc": {
        "enable": True,
        "http": {"enable": True},
        "ws": {"enable": True, "server_address": ""},
        "mqtt": {"enable": True},
    },
    "wifi": {
        "ap": {"enable": False, "ssid": "Mongoose_??????", "pass": "Mongoose", "ip": "192.168.4.1"},
        "sta": {"enable": True, "ssid": "sim", "pass": ""},
    },
    "mqtt": {
        "enable": False,
        "server": "",
        "client_id": "",
        "user": "",
        "pass": "",
        "keep_alive": 60,
        "reconnect_timeout_min": 2.0,
        "reconnect_timeout_max": 60.0,
        "clean_session": True,
        "will_topic": "",
        "will_message": "",
        "will_retain": False,
    },
    "board": {
        "led1": {"pin": 2, "active_high": True},
        "btn1": {"pin": 0, "pull_up": True},
    },
}


class Config:
    """One device's configuration. Only keys of the schema can be set, and they keep their kind."""

    def __init__(self, device_id: str, mac: str, saved: bytes = b"") -> None:
        self.values: dict[str, Value] = copy.deepcopy(DEFAULTS)
        self.merge({"device": {"id": device_id, "mac": mac}})
        with contextlib.suppress(ValueError):  # a damaged file counts as none, as on the device
            self.merge(parse_json(saved.decode("utf-8") or "{}"))

    @property
    def device_id(self) -> str:
        """What the device calls itself in RPC."""
        return str(self.get("device.id"))

    def get(self, path: str = "") -> Value | None:
        """Return the value at a path such as `wifi.sta.ssid`, a tree, or None; "" is everything."""
        node: Value = self.values
        for step in path.split(".") if path else ():
            if not isinstance(node, dict) or step not in node:
                return None
            node = node[step]
        return node

    def merge(self, tree: object) -> bool:
        """Set the values of a subset tree; False, and nothing set of it, if it does not fit the schema."""
        if not _fits(tree, self.values):
            return False
        _merge(tree, self.values)
        return True

    def to_file(self) -> bytes:
        """Return what differs from the defaults, as the file that keeps it over a reboot."""
        return json.dumps(_difference(self.values, DEFAULTS)).encode("utf-8")


def _fits(tree: object, schema: Value) -> bool:
    if isinstance(schema, dict):
        return isinstance(tree, dict) and all(key in schema and _fits(tree[key], schema[key]) for key in tree)
    if isinstance(schema, bool) or isinstance(tree, bool):
        return isinstance(schema, bool) and isinstance(tree, bool)
    if isinstance(schema, str):
        return isinstance(tree, str)
    return isinstance(tree, int | float) and abs(tree) < LARGEST


def _merge(tree: object, into: dict[str, Value]) -> None:
    assert isinstance(tree, dict)
    for key, value in tree.items():
        node = into[key]
        if isinstance(node, dict):
            _merge(value, node)
        else:
            into[key] = type(node)(value)


def _difference(values: dict[str, Value], defaults: dict[str, Value]) -> dict[str, Value]:
    out: dict[str, Value] = {}
    for key, value in values.items():
        default = defaults[key]
        if isinstance(value, dict) and isinstance(default, dict):
            if inner := _difference(value, default):
                out[key] = inner
        elif value != default:
            out[key] = value
    return out
