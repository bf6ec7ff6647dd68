"""Is where the simulation of a test or of a scenario runs, behind calls with plain values in and out."""

from sim.engine.core import ROOT, Engine
from sim.engine.error import NoAnswer, SimError, StartError
from sim.engine.plain import Handle, pack, unpack

__all__ = ["ROOT", "Engine", "Handle", "NoAnswer", "SimError", "StartError", "pack", "unpack"]
