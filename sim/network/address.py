"""Reads the address strings of the Net API, such as `80`, `:80`, `tcp://host:80` and `udp://1.2.3.4:53`.

The rules are those of the C library, odd ones included (tests/vectors/mongoose/unit-address.json): numbers are read as
its `scanf` reads them, octets are not checked, and what follows the address up to a comma or a blank is ignored.
"""

from __future__ import annotations

import re
from typing import Final

from sim.values import frozen

__all__ = ["ANY", "LOOPBACK", "ParsedAddress", "is_ip", "parse_address"]

ANY: Final = "0.0.0.0"
LOOPBACK: Final = "127.0.0.1"
MAX_HOST_TEXT: Final = 200
PORT_LIMIT: Final = 65535

NUMBER: Final = re.compile(r"[ \t\n\v\f\r]*([+-]?)0*([0-9]*)(?<=[0-9])")
HOST: Final = re.compile(r"([^ :]+):")
IP: Final = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.|$)){4}(?<!\.)")


@frozen
class ParsedAddress:
    """An address string taken apart: either `ip` is known, or `host` is a name to resolve (`ip` is empty)."""

    protocol: str
    ip: str
    host: str
    port: int
    consumed: int


def is_ip(text: str) -> bool:
    """Tell whether `text` is an IPv4 address in dotted form."""
    return IP.fullmatch(text) is not None


def parse_address(text: str) -> ParsedAddress | None:
    """Take an address string apart, or return None if it is invalid.

    `consumed` counts the characters behind the scheme that belong to the address, 0 when a name has to be resolved.
    """
    protocol = "udp" if text.startswith("udp://") else "tcp"
    if text.startswith(("udp://", "tcp://")):
        text = text[6:]
    found = _scan_ip(text) or _scan_host(text) or _scan_port(text)
    if found is None:
        return None
    ip, host, port, end = found
    if host:
        return ParsedAddress(protocol, "", host, port % 65536, 0)
    ends_well = end == len(text) or text[end] in ", \t\n\v\f\r"
    return ParsedAddress(protocol, ip, host, port, end) if port < PORT_LIMIT and ends_well else None


_Found = tuple[str, str, int, int]  # ip, host, port, end


def _scan_number(text: str, at: int) -> tuple[int, int] | None:
    match = NUMBER.match(text, at)
    if match is None:
        return None
    value = int(f"{match[1]}0{match[2][:21]}")  # 21 digits are over all limits, and int() refuses thousands
    wide = value % 2**64 if abs(value) < 2**64 else 2**64 - 1
    return wide % 2**32, match.end()


def _scan_ip(text: str) -> _Found | None:
    address = at = 0
    for separator in "...:":
        number = _scan_number(text, at)
        if number is None or text[number[1] : number[1] + 1] != separator:
            return None
        address = address << 8 | number[0]  # a number over 255 spills into the one before it
        at = number[1] + 1
    port = _scan_number(text, at)
    ip = ".".join(str(octet) for octet in (address % 2**32).to_bytes(4))
    return None if port is None else (ip, "", port[0], port[1])


def _scan_port(text: str) -> _Found | None:
    number = _scan_number(text, 1 if text.startswith(":") else 0)
    return None if number is None else (ANY, "", number[0], number[1])


def _scan_host(text: str) -> _Found | None:
    match = HOST.match(text) if len(text) < MAX_HOST_TEXT else None
    number = match and _scan_number(text, match.end())
    if match is None or number is None:
        return None
    if match[1] == "localhost":
        return LOOPBACK, "", number[0], number[1]
    return "", match[1], number[0], number[1]
