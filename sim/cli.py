"""Carries out the commands of the command line: boots firmware, shows its console, puts it on real ports."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.device import Device
from sim.event import DeviceFailed, DevicePrinted
from sim.network.network import Network
from sim.trace import Subscription

if TYPE_CHECKING:
    from sim.gateway import Mapping

__all__ = ["UsageError", "run", "serve"]

SLICE_US: Final = 1_000_000
"""Virtual time between two looks at the trace: long runs print as they go."""

SHOW_S: Final = 0.05
"""Real time between two looks at the trace while a device is served."""

MAP: Final = re.compile(r"(?:(tcp|udp):)?([0-9]{1,5}):([0-9]{1,5})")
ALLOW: Final = re.compile(r"([^:]+):([0-9]{1,5})")


class UsageError(Exception):
    """The user asked for something that cannot be; the text says what."""


def run(options: argparse.Namespace) -> int:
    """Boot a firmware file and run it for some virtual time; the exit code (docs/reference/cli.md)."""
    if options.seconds is not None and options.seconds < 0:
        raise UsageError(f"--for must not be negative, got {options.seconds}")
    network = Network(seed=options.seed)
    news = network.trace.subscribe()
    device = make_device(network, options)
    device.boot()
    show(news, options.json)
    clock = network.clock
    limit_us = None if options.seconds is None else round(options.seconds * 1_000_000)
    while (due_us := clock.next_deadline()) is not None and (limit_us is None or due_us <= limit_us):
        clock.run_until(due_us if limit_us is None else min(due_us + SLICE_US, limit_us))
        show(news, options.json)
    return 0 if device.started_well else 1


def serve(options: argparse.Namespace) -> int:
    """Put a device on real ports until Ctrl-C; the exit code (docs/reference/cli.md)."""
    import asyncio  # here: only this command needs it, and it is slow to load

    mappings = [(options.port, 80, "tcp"), *map(parse_map, options.maps)]
    allowed = [parse_allow(text) for text in options.allow]
    if options.speed <= 0:
        raise UsageError(f"--speed must be positive, got {options.speed}")
    try:
        return asyncio.run(serve_forever(options, mappings, allowed))
    except KeyboardInterrupt:
        return 0


async def serve_forever(
    options: argparse.Namespace, ports: list[tuple[int, int, str]], allowed: list[tuple[str, int]]
) -> int:
    """Bind, say where, and show the console for as long as the loop runs."""
    import asyncio

    from sim.gateway import LATENCY_US, Gateway, Mapping

    network = Network(seed=options.seed, latency_us=LATENCY_US)
    news = network.trace.subscribe()
    device = make_device(network, options)
    gateway = Gateway(network, device, speed=options.speed)
    for host, port in allowed:
        gateway.allow(host, port)
    try:
        made = await gateway.open(options.host, [Mapping(*ports) for ports in ports])
    except OSError as error:
        raise UsageError(f"cannot bind {options.host}: {error}") from error
    announce(options.host, made)
    device.boot()
    gateway.run()
    try:
        while True:
            show(news, False)
            await asyncio.sleep(SHOW_S)
    finally:
        await gateway.close()
        show(news, False)


def announce(host: str, made: list[Mapping]) -> None:
    """Say where the device is; the first line is for programs."""
    for number, mapping in enumerate(made):
        scheme = "udp" if mapping.protocol == "udp" else "http"
        text = f"serving {scheme}://{host}:{mapping.real}"
        print(text if number == 0 else f"{text} (the device's port {mapping.device})", flush=True)
    if not host.startswith("127.") and host not in ("localhost", "::1"):
        print(f"mos-sim: {host} can be reached from other machines", file=sys.stderr, flush=True)


def parse_map(text: str) -> tuple[int, int, str]:
    """Read a `--map`: real port, port of the device, protocol."""
    match = MAP.fullmatch(text)
    if match is None or int(match[2]) > 65535 or not 0 < int(match[3]) < 65535:
        raise UsageError(f"--map wants REAL:DEVICE or udp:REAL:DEVICE with two ports, got {text!r}")
    return int(match[2]), int(match[3]), match[1] or "tcp"


def parse_allow(text: str) -> tuple[str, int]:
    """Read an `--allow`: host and port."""
    match = ALLOW.fullmatch(text)
    if match is None or not 0 < int(match[2]) < 65536:
        raise UsageError(f"--allow wants HOST:PORT, got {text!r}")
    return match[1], int(match[2])


def make_device(network: Network, options: argparse.Namespace) -> Device:
    """Return the device with the firmware that the user named."""
    path = Path(options.firmware)
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {options.firmware}: {error}") from error
    try:
        return Device(network, {path.name: source}, main=path.name, profile=options.profile)
    except ValueError as error:
        raise UsageError(str(error)) from error


def show(news: Subscription, as_json: bool) -> None:
    """Print what has come since the last time: all records, or the console."""
    for record in news.take():
        event = record.event
        if as_json:
            print(record.to_line())
        elif isinstance(event, DevicePrinted):
            # What the terminal has no sign for, or is no text at all, is shown as an escape
            encoding = sys.stdout.encoding or "utf-8"
            sys.stdout.write(event.text.encode(encoding, "backslashreplace").decode(encoding))
        elif isinstance(event, DeviceFailed):
            sys.stdout.flush()
            print(event.trace, end="", file=sys.stderr, flush=True)
    sys.stdout.flush()
