"""Is the kit for tests that need a device: fixtures for pytest, and what they give (docs/reference/testing.md)."""

from typing import TYPE_CHECKING

from sim.testing.device import Device, Pin
from sim.testing.outcome import Headers, NoAnswer, Response, RpcError, SimError, StartError
from sim.testing.peer import Connection, Peer, WebSocket
from sim.testing.world import Clock, Network, Rule, Trace, World

if TYPE_CHECKING:
    from sim.testing.transport import Transport

__all__ = [
    "Clock",
    "Connection",
    "Device",
    "Headers",
    "Network",
    "NoAnswer",
    "Peer",
    "Pin",
    "Response",
    "RpcError",
    "Rule",
    "SimError",
    "StartError",
    "Trace",
    "Transport",
    "WebSocket",
    "World",
]


def __getattr__(name: str) -> object:
    if name == "Transport":  # needs httpx, which not everybody has
        from sim.testing.transport import Transport

        return Transport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
