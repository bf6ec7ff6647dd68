"""Runs programs in mJS, the restricted JavaScript of the firmware, as Python code."""

from sim.mjs.engine import BUDGET, Engine
from sim.mjs.error import Kind, MjsError, Span, WatchdogError

__all__ = ["BUDGET", "Engine", "Kind", "MjsError", "Span", "WatchdogError"]
