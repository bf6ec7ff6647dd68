"""Checks programs before they run: what will fail when it is reached, and what is probably not meant."""

from __future__ import annotations

from sim.check.finding import Finding, Level
from sim.check.program import check

__all__ = ["Finding", "Level", "check"]
