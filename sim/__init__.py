"""Simulates a networked device whose firmware is written against the Mongoose OS HTTP and Net API."""

from sim.clock import Clock
from sim.device import Device
from sim.mhttp import Limits
from sim.network.network import Network
from sim.peer import FetchError, Peer, Response
from sim.profile import PROFILES, Profile
from sim.trace import Record, Trace

__all__ = [
    "PROFILES",
    "Clock",
    "Device",
    "FetchError",
    "Limits",
    "Network",
    "Peer",
    "Profile",
    "Record",
    "Response",
    "Trace",
]
