"""Writes exports into files, each in the format that its place in the call stands for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.export.har import to_har
from sim.export.jsonl import to_jsonl
from sim.export.pcapng import to_pcapng
from sim.export.report import to_report
from sim.trace import Record

__all__ = ["write_files"]


def write_files(
    records: Sequence[Record],
    *,
    pcap: str | Path | None = None,
    har: str | Path | None = None,
    trace: str | Path | None = None,
    report: str | Path | None = None,
) -> list[Path]:
    """Write the files that are named; their paths.

    Raises:
        OSError: a file cannot be written.
        ValueError: a record cannot be, see `to_pcapng`.
    """
    written = []
    for name, write in ((pcap, to_pcapng), (har, to_har), (trace, to_jsonl), (report, to_report)):
        if name is not None:
            made = write(records)
            path = Path(name)
            path.write_bytes(made if isinstance(made, bytes) else made.encode("utf-8"))
            written.append(path)
    return written
