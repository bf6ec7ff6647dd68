"""Runs firmware for the command line: in virtual time, its console on the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from sim.device import Device
from sim.event import DeviceFailed, DevicePrinted
from sim.network.network import Network
from sim.trace import Subscription

__all__ = ["run"]

SLICE_US: Final = 1_000_000
"""Virtual time between two looks at the trace: long runs print as they go."""


def run(firmware: str, seconds: float | None, as_json: bool, seed: int) -> int:
    """Boot a firmware file and run it for some virtual time; the exit code (docs/reference/cli.md)."""
    path = Path(firmware)
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"mos-sim: cannot read {firmware}: {error}", file=sys.stderr)
        return 2
    if seconds is not None and seconds < 0:
        print(f"mos-sim: --for must not be negative, got {seconds}", file=sys.stderr)
        return 2
    network = Network(seed=seed)
    news = network.trace.subscribe()
    device = Device(network, {path.name: source}, main=path.name)
    device.boot()
    show(news, as_json)
    clock = network.clock
    limit_us = None if seconds is None else round(seconds * 1_000_000)
    while (due_us := clock.next_deadline()) is not None and (limit_us is None or due_us <= limit_us):
        clock.run_until(due_us if limit_us is None else min(due_us + SLICE_US, limit_us))
        show(news, as_json)
    return 0 if device.started_well else 1


def show(news: Subscription, as_json: bool) -> None:
    """Print what has come since the last time: all records, or the console."""
    for record in news.take():
        event = record.event
        if as_json:
            print(record.to_line())
        elif isinstance(event, DevicePrinted):
            sys.stdout.write(event.text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        elif isinstance(event, DeviceFailed):
            sys.stdout.flush()
            print(event.trace, end="", file=sys.stderr, flush=True)
    sys.stdout.flush()
