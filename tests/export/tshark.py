"""Asks tshark, Wireshark's reader, what it sees in a capture."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.program import found

__all__ = ["fields", "problems", "summary"]

FINDINGS = "_ws.malformed || _ws.expert.severity >= 0x600000"
"""Packets that are malformed, or with a warning or an error of any protocol."""


def run(capture: bytes, folder: Path, *arguments: str) -> str:
    """Return what tshark prints about a capture, with every checksum looked at."""
    file = folder / "run.pcapng"
    file.write_bytes(capture)
    checks = [part for name in ("ip", "tcp", "udp") for part in ("-o", f"{name}.check_checksum:TRUE")]
    command = [found("tshark"), "-r", str(file), *checks, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stderr
    return done.stdout


def fields(
    capture: bytes, folder: Path, display_filter: str, *names: str, options: tuple[str, ...] = ()
) -> list[list[str]]:
    """Return the values of fields, as text, of each packet that the filter lets through."""
    wanted = [part for name in names for part in ("-e", name)]
    printed = run(capture, folder, *options, "-Y", display_filter, "-T", "fields", "-E", "separator=\x1f", *wanted)
    return [line.split("\x1f") for line in printed.splitlines()]


def problems(capture: bytes, folder: Path) -> list[str]:
    """Return what tshark warns of."""
    printed = run(capture, folder, "-Y", FINDINGS, "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message")
    return printed.splitlines()


def summary(capture: bytes, folder: Path) -> list[str]:
    """Return the packets as tshark lists them."""
    return run(capture, folder).splitlines()
