"""Says which moment of the calendar a virtual time is: the one that firmware is told by `Timer.now`."""

from __future__ import annotations

from typing import Final

from sim.mhttp.files import EPOCH_S

__all__ = ["EPOCH_US"]

EPOCH_US: Final = EPOCH_S * 1_000_000
"""Virtual time 0, in microseconds since 1970: 1 March 2017."""
