"""Puts a simulated device on real ports: each real connection becomes a virtual one, byte for byte, and back.

This is the only part that knows sockets. The device reaches real addresses only where it was allowed to.
"""

from sim.gateway.core import LATENCY_US, Gateway, Mapping

__all__ = ["LATENCY_US", "Gateway", "Mapping"]
