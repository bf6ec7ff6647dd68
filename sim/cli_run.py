"""Writes what the command `run` did as a run, so that it can be played again on the command line and in the page."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from sim.mhttp import Limits
from sim.neighbours import Neighbour
from sim.network.network import Network

__all__ = ["Firmware", "save_run"]


class Firmware(NamedTuple):
    """What the user named: the files of the device, the other hosts of its project, what it boots, its limits."""

    files: dict[str, str | bytes]
    hosts: list[Neighbour]
    main: str | None
    limits: Limits


def save_run(file: str, network: Network, options: argparse.Namespace, firmware: Firmware) -> None:
    """Write the run so far as a test would have made it: its calls, and how long it went on.

    Raises:
        OSError: it cannot be written.
        ValueError: it is too long to be kept.
    """
    from sim.engine.calls import Calls  # here: the other commands have no use for these
    from sim.engine.core import ROOT
    from sim.engine.error import SimError
    from sim.run.file import Run, to_text
    from sim.version import version

    calls = Calls()
    for name, args in _calls(options, firmware):
        calls.note(ROOT, "call", name, args, {})
    try:
        given = calls.taken()
    except SimError as error:
        raise ValueError(str(error)) from None
    run = Run.of_calls(given, network, name=Path(options.firmware).name, made_by=f"mos-sim {version()}")
    Path(file).write_text(to_text(run), "utf-8")


def _calls(options: argparse.Namespace, firmware: Firmware) -> Iterator[tuple[str, list[Any]]]:
    """Give what `make_device` does, in its order, as calls of an engine."""
    own = {"main": firmware.main, "profile": options.profile, "budget": options.budget}
    yield "add_device", [firmware.files, own, asdict(firmware.limits)]
    if options.rules:
        from sim.network.lab import read_text

        for text in options.rules:
            yield "rule", [read_text(text), {}]
    for name in options.presets:
        yield "preset", [name, {}]
    for host in firmware.hosts:
        about = {"name": host.name, "main": host.main, "profile": options.profile, "address": host.address}
        yield "add_device", [host.files, about, None]
    for name in (*(host.name for host in firmware.hosts), "device"):
        yield "boot", [name]
