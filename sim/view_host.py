"""Holds what is true of one host of the network: its device, listeners, endpoints, methods, connections, hardware."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from sim.values import mutable
from sim.view_hardware import HardwareView

__all__ = ["ConnectionView", "DeviceView", "EndpointView", "HostView", "ListenerView", "MethodView", "plain"]

NAMES: Final[dict[type, tuple[str, ...]]] = {}
"""The fields of each part, in their order."""


@mutable
class DeviceView:
    host: str
    name: str
    address: str
    state: str
    main: str
    boots: int
    failure: dict[str, object] | None = None


@mutable
class ListenerView:
    listener: int
    host: str
    protocol: str
    address: str
    port: int


@mutable
class EndpointView:
    endpoint: int
    host: str
    listener: int
    port: int
    uri: str
    handler: str
    file: str
    line: int
    hits: int = 0
    last_status: int = 0


@mutable
class MethodView:
    method: str
    host: str
    file: str
    line: int
    calls: int = 0
    last_code: int = 0


@mutable
class ConnectionView:
    connection: int
    host: str
    protocol: str
    role: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    state: str
    opened_us: int
    closed_us: int | None = None
    reason: str = ""
    bytes_in: int = 0
    bytes_out: int = 0


Part = DeviceView | ListenerView | EndpointView | MethodView | ConnectionView


def plain(part: Part) -> dict[str, object]:
    """Return the fields of a part; at a tenth of what `dataclasses.asdict` costs, which copies each value."""
    kind = type(part)
    names = NAMES.get(kind) or NAMES.setdefault(kind, tuple(one.name for one in fields(part)))
    return {name: getattr(part, name) for name in names}


class HostView:
    """What is true of one host. Most hosts have little of all that can be."""

    __slots__ = ("connections", "device", "endpoints", "hardware", "listeners", "methods", "missing")

    def __init__(self) -> None:
        self.device: DeviceView | None = None
        self.listeners: dict[int, ListenerView] = {}
        self.endpoints: dict[int, EndpointView] = {}
        self.methods: dict[str, MethodView] = {}
        self.connections: dict[int, ConnectionView] = {}
        self.hardware: HardwareView | None = None
        self.missing: list[str] = []
        """C functions that the firmware wanted and that are not simulated."""
