"""Turns records of a trace into the formats that other tools open, and reads saved traces back."""

from sim.export.code import CodeError, to_code
from sim.export.har import to_har
from sim.export.jsonl import TraceError, from_jsonl, to_jsonl
from sim.export.openapi import to_openapi
from sim.export.pcapng import to_pcapng
from sim.export.report import to_report
from sim.export.selection import of_connections

__all__ = [
    "CodeError",
    "TraceError",
    "from_jsonl",
    "of_connections",
    "to_code",
    "to_har",
    "to_jsonl",
    "to_openapi",
    "to_pcapng",
    "to_report",
]
