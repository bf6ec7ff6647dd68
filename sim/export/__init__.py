"""Turns records of a trace into the formats that other tools open, and reads saved traces back."""

from sim.export.pcapng import to_pcapng

__all__ = ["to_pcapng"]
