"""Says which keys a device's configuration has, of what kind, and what they are by default.

The keys are those of the firmware's own modules on an ESP32 board. A project adds its own in `conf0.json` or in the
list `config_schema` of its `mos.yml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

__all__ = ["DEFAULTS", "Tree", "Value", "schema_entries"]

Value: TypeAlias = "str | int | float | bool | dict[str, Value]"

Tree: TypeAlias = dict[str, Value]

DEFAULTS: Final[Tree] = {
    "device": {"id": "", "license": "", "mac": "", "public_key": ""},
    "debug": {
        "udp_log_addr": "",
        "udp_log_level": 3,
        "level": 2,
        "filter": "",
        "file_level": "",
        "stdout_uart": 0,
        "stderr_uart": 0,
        "factory_reset_gpio": -1,
        "stdout_topic": "",
        "stderr_topic": "",
    },
    "sys": {"mount": {"path": ""}, "pref_ota_lib": "", "tz_spec": "", "wdt_timeout": 30},
    "conf_acl": "*",
    "http": {
        "enable": True,
        "listen_addr": "80",
        "document_root": "/",
        "ssl_cert": "",
        "ssl_key": "",
        "ssl_ca_cert": "",
        "upload_acl": "*",
        "hidden_files": "",
        "auth_domain": "",
        "auth_file": "",
    },
    "rpc": {
        "enable": True,
        "max_frame_size": 4096,
        "max_queue_length": 25,
        "acl_file": "",
        "auth_domain": "",
        "auth_file": "",
        "http": {"enable": True},
        "ws": {"enable": True, "server_address": "", "reconnect_interval_min": 1, "reconnect_interval_max": 60},
        "mqtt": {"enable": True, "is_trusted": True},
        "uart": {"uart_no": -1, "baud_rate": 115200, "fc_type": 2},
    },
    "wifi": {
        "ap": {
            "enable": False,
            "ssid": "Mongoose_??????",
            "pass": "Mongoose",
            "hidden": False,
            "channel": 6,
            "max_connections": 10,
            "ip": "192.168.4.1",
            "netmask": "255.255.255.0",
            "gw": "192.168.4.1",
            "dhcp_start": "192.168.4.2",
            "dhcp_end": "192.168.4.100",
        },
        "sta": {
            "enable": True,
            "ssid": "sim",
            "pass": "",
            "user": "",
            "ip": "",
            "netmask": "",
            "gw": "",
            "nameserver": "",
            "dhcp_hostname": "",
        },
    },
    "mqtt": {
        "enable": False,
        "server": "",
        "client_id": "",
        "user": "",
        "pass": "",
        "reconnect_timeout_min": 2.0,
        "reconnect_timeout_max": 60.0,
        "ssl_cert": "",
        "ssl_key": "",
        "ssl_ca_cert": "",
        "clean_session": True,
        "keep_alive": 60,
        "will_topic": "",
        "will_message": "",
        "will_retain": False,
        "max_qos": 2,
        "recv_mbuf_limit": 3072,
    },
    "sntp": {"enable": True, "server": "time.google.com", "retry_min": 1, "retry_max": 30, "update_interval": 7200},
    "dns_sd": {"enable": False, "host_name": "mOS_??????", "txt": "", "ttl": 120},
    "update": {"timeout": 600, "commit_timeout": 0},
    "i2c": {"enable": False, "unit_no": 0, "freq": 100000, "debug": False, "sda_gpio": 32, "scl_gpio": 33},
    "spi": {
        "enable": False,
        "debug": False,
        "unit_no": 3,
        "miso_gpio": 19,
        "mosi_gpio": 23,
        "sclk_gpio": 18,
        "cs0_gpio": 5,
        "cs1_gpio": -1,
        "cs2_gpio": -1,
    },
    "board": {
        "led1": {"pin": 2, "active_high": True},
        "led2": {"pin": -1, "active_high": True},
        "led3": {"pin": -1, "active_high": True},
        "btn1": {"pin": 0, "pull_up": True},
        "btn2": {"pin": -1, "pull_up": False},
        "btn3": {"pin": -1, "pull_up": False},
    },
    "pins": {"led": 2, "button": 0},
}

KINDS: Final[dict[str, Value]] = {"o": {}, "b": False, "i": 0, "ui": 0, "d": 0.0, "f": 0.0, "s": ""}
"""What a key of each kind is without a default, by the letters that `mos.yml` has for kinds."""

SECTION: Final = re.compile(r"^config_schema:[ \t]*(?:#.*)?\n(?P<items>(?:[ \t]*(?:-.*|#.*)?\n|[ \t]+.*\n)*)", re.M)
SCALAR: Final = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,\]{}'\"\s]+"
ENTRY: Final = re.compile(
    rf"^\s*-\s*\[\s*(?P<key>{SCALAR})\s*,\s*(?P<kind>{SCALAR})\s*(?:,\s*(?P<default>{SCALAR})\s*)?(?:,\s*\{{.*)?[,\]]",
    re.M,
)


def schema_entries(text: str) -> Iterator[tuple[str, Value]]:
    """Yield the path and the default of each key that a `mos.yml` adds, in the usual form of one list to a line.

    `- ["my.key", "i", 5, {title: "..."}]` adds a key; `- ["wifi.ap.enable", false]`, without a kind, is the new
    default of one that is there. What has another form is left out.
    """
    section = SECTION.search(text if text.endswith("\n") else text + "\n")
    for entry in ENTRY.finditer(section["items"]) if section else ():
        key, kind, default = _scalar(entry["key"]), _scalar(entry["kind"]), entry["default"]
        if not isinstance(key, str):
            continue
        if isinstance(kind, str) and kind in KINDS:
            empty = KINDS[kind]
            given = empty if default is None or isinstance(empty, dict) else _scalar(default)
            yield key, float(given) if isinstance(empty, float) and isinstance(given, int) else given
        elif default is None:
            yield key, kind


def _scalar(text: str) -> Value:
    """Return the value of a scalar of YAML: quoted text, a number, true or false, or plain text."""
    if text[0] == "'":
        return text[1:-1]
    if re.fullmatch(r"0x[0-9A-Fa-f]+", text):
        return int(text, 16)
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str | int | float) else ""
