"""Says what a device did last, for who got no answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sim.export.text import line_of
from sim.trace import Trace

__all__ = ["last_deeds"]

LAST: Final = 6
"""Records of a device that the error of a request without an answer shows."""

QUIET: Final = ("connection.", "segment.", "endpoint.", "rpc.added", "host.", "listener.", "packet.")
"""Beginnings of the types of records that do not say what a device did."""


def last_deeds(trace: Trace, host: str, names: Collection[str]) -> str:
    """Return lines about what a host did last; its records name it by one of these names."""
    did = [
        record
        for record in trace
        if getattr(record.event, "host", None) in names and not record.event.type.startswith(QUIET)
    ]
    lines = "".join(f"\n  {line_of(record).strip()}" for record in did[-LAST:])
    return f"\n{host} did last:{lines}" if lines else f"\n{host} has done nothing"
