"""Carries out the commands of the command line: boots firmware, shows its console, puts it on real ports."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.cli_run import Firmware, save_run
from sim.device import Device
from sim.event import DeviceFailed, DeviceLogged, DevicePrinted
from sim.mhttp import Limits
from sim.neighbours import make_neighbours, split_hosts
from sim.network.network import Network
from sim.project import MAX_BYTES, ProjectError, check_size, device_files, from_zip, is_ignored, is_zip
from sim.trace import Record, Subscription

if TYPE_CHECKING:
    from sim.gateway import Mapping

__all__ = ["UsageError", "api", "check", "limited_memory", "printable", "read_file", "read_project", "run", "serve"]

SLICE_US: Final = 1_000_000
"""Virtual time between two looks at the trace: long runs print as they go."""

SHOW_S: Final = 0.05
"""Real time between two looks at the trace while a device is served."""

HTTP_PORT: Final = 80
MAX_PORT: Final = 65535
MAX_SPEED: Final = 1e6
MAX_SECONDS: Final = 1e9

MEMORY_BYTES: Final = 4 << 30
"""Address space that firmware may take: what wants all of it shall not take the machine's."""

CONFIG_FILE: Final = "conf1.json"
"""Where a configuration given beside the firmware stands: above the defaults, below what the device saves."""

PROGRAMS: Final = (".js", ".py")

MAP: Final = re.compile(r"(?:(tcp|udp):)?([0-9]{1,5}):([0-9]{1,5})")
ALLOW: Final = re.compile(r"([^:]+):([0-9]{1,5})")


LOG_LETTERS: Final = "EWIDV"
"""The levels of the log, from ERROR to VERBOSE_DEBUG."""


class UsageError(Exception):
    """The user asked for something that cannot be; the text says what."""


def run(options: argparse.Namespace) -> int:
    """Boot firmware and run it for some virtual time; the exit code (docs/reference/cli.md)."""
    if options.seconds is not None and not 0 <= options.seconds <= MAX_SECONDS:
        raise UsageError(f"--for must be between 0 and {MAX_SECONDS:g} seconds, got {options.seconds:g}")
    network = Network(seed=options.seed)
    news = network.trace.subscribe()
    firmware = read_firmware(options)
    device = make_device(network, options, firmware)
    kept = keep_records(network, options)
    clock = network.clock
    limit_us = None if options.seconds is None else round(options.seconds * 1_000_000)
    try:
        with limited_memory():
            device.boot()
            show(news, options.json)
            while (due_us := clock.next_deadline()) is not None and (limit_us is None or due_us <= limit_us):
                clock.run_until(due_us if limit_us is None else min(due_us + SLICE_US, limit_us))
                show(news, options.json)
    finally:  # also after Ctrl-C, which is how a run without an end is ended
        if kept is not None:
            write_exports(kept(), options)
        if options.save_run is not None:
            try:
                save_run(options.save_run, network, options, firmware)
            except (OSError, ValueError) as error:
                raise UsageError(f"cannot write the run {options.save_run}: {error}") from error
    return 0 if device.started_well else 1


def keep_records(network: Network, options: argparse.Namespace) -> Callable[[], list[Record]] | None:
    """Keep all records of a run that is to be written out, also those that leave the trace; None if it is not."""
    if not any((options.pcap, options.har, options.trace, options.report)):
        return None
    kept: list[Record] = []
    reader = network.trace.subscribe(on_full=lambda: kept.extend(reader.take()))

    def all_records() -> list[Record]:
        kept.extend(reader.take())
        return kept

    return all_records


def export(options: argparse.Namespace) -> int:
    """Write a saved trace in other formats; the exit code (docs/reference/cli.md)."""
    from sim.export import TraceError, from_jsonl, of_connections

    try:
        records = from_jsonl(Path(options.saved).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TraceError) as error:
        raise UsageError(f"cannot read {options.saved}: {error}") from error
    if options.connections is not None:
        records = of_connections(records, options.connections)
    if not any((options.pcap, options.har, options.trace, options.report)):
        raise UsageError("nothing to write: give --pcap, --har, --trace or --report with a file")
    write_exports(records, options)
    return 0


def write_exports(records: list[Record], options: argparse.Namespace) -> None:
    """Write the files that the user asked for."""
    from sim.export.file import write_files

    try:
        write_files(records, pcap=options.pcap, har=options.har, trace=options.trace, report=options.report)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot write what was asked for: {error}") from error


def serve(options: argparse.Namespace) -> int:
    """Put a device on real ports until Ctrl-C; the exit code (docs/reference/cli.md)."""
    import asyncio  # here: only this command needs it, and it is slow to load

    if not 0 <= options.port <= MAX_PORT:
        raise UsageError(f"--port must be between 0 and {MAX_PORT}, got {options.port}")
    mappings = [(options.port, HTTP_PORT, "tcp"), *map(parse_map, options.maps)]
    allowed = [parse_allow(text) for text in options.allow]
    if not 0 < options.speed <= MAX_SPEED:
        raise UsageError(f"--speed must be above 0 and at most {MAX_SPEED}, got {options.speed:g}")
    try:
        with limited_memory():
            return asyncio.run(serve_forever(options, mappings, allowed))
    except KeyboardInterrupt:
        return 0


@contextlib.contextmanager
def limited_memory() -> Iterator[None]:
    """Let firmware that wants ever more memory fail, instead of the machine, where the system can do that."""
    try:
        import resource
    except ImportError:  # there is none but on Unix
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft <= MEMORY_BYTES:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


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
    try:
        for host, port in allowed:
            gateway.allow(host, port)
        made = await gateway.open(options.host, [Mapping(*ports) for ports in ports])
    except (OSError, ValueError) as error:
        raise UsageError(error.strerror if isinstance(error, OSError) else str(error)) from error
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
    shown = f"[{host}]" if ":" in host else host
    for number, mapping in enumerate(made):
        scheme = "udp" if mapping.protocol == "udp" else "http" if mapping.device == HTTP_PORT else "tcp"
        text = f"serving {scheme}://{shown}:{mapping.real}"
        print(text if number == 0 else f"{text} (the device's port {mapping.device})", flush=True)
    if not host.startswith("127.") and host not in ("localhost", "::1"):
        print(f"mos-sim: {host} can be reached from other machines", file=sys.stderr, flush=True)


def parse_map(text: str) -> tuple[int, int, str]:
    """Read a `--map`: real port, port of the device, protocol."""
    match = MAP.fullmatch(text)
    if match is None or int(match[2]) > MAX_PORT or not 0 < int(match[3]) < MAX_PORT:
        raise UsageError(f"--map wants REAL:DEVICE or udp:REAL:DEVICE with two ports, got {text!r}")
    return int(match[2]), int(match[3]), match[1] or "tcp"


def parse_allow(text: str) -> tuple[str, int]:
    """Read an `--allow`: host and port."""
    match = ALLOW.fullmatch(text)
    if match is None or not 0 < int(match[2]) <= MAX_PORT:
        raise UsageError(f"--allow wants HOST:PORT, got {text!r}")
    return match[1], int(match[2])


def read_firmware(options: argparse.Namespace) -> Firmware:
    """Read the firmware that the user named."""
    project, main = read_project(options.firmware)
    try:
        files, hosts = split_hosts(project)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if options.config is not None:
        files[CONFIG_FILE] = read_config(options.config)
    if options.budget < 1:
        raise UsageError(f"--budget must be at least 1 step, got {options.budget}")
    return Firmware(files, hosts, main, parse_limits(options.limits))


def make_device(network: Network, options: argparse.Namespace, firmware: Firmware | None = None) -> Device:
    """Return the device with the firmware that the user named; its project's other hosts are there and on."""
    files, hosts, main, limits = firmware or read_firmware(options)
    try:
        device = Device(network, files, main=main, profile=options.profile, limits=limits, budget=options.budget)
        set_rules(network, options)
        for neighbour in make_neighbours(network, hosts, options.profile):
            neighbour.boot()
    except ValueError as error:
        raise UsageError(str(error)) from error
    return device


def set_rules(network: Network, options: argparse.Namespace) -> None:
    """Break the network as the user wants it."""
    if options.rules or options.presets:
        from sim.network.lab import read_text

        for text in options.rules:
            network.rule(read_text(text))
        for name in options.presets:
            network.preset(name)


def read_project(name: str) -> tuple[dict[str, bytes], str | None]:
    """Return the device's files for a folder, a zip archive or one file, and the file to boot if that was named."""
    path = Path(name)
    try:
        if path.is_dir():
            return device_files(read_folder(path)), None
        data = read_file(path)
        return (from_zip(data), None) if is_zip(path.name, data) else ({path.name: data}, path.name)
    except (OSError, ProjectError) as error:
        raise UsageError(f"cannot read {name}: {error}") from error


def read_file(path: Path) -> bytes:
    """Return the content of a file, but not of one that is larger than a project may be."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    check_size(1, len(data))
    return data


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder and those below it by their names there, but for what is ignored."""
    files: dict[str, bytes] = {}
    size, waiting = 0, [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if is_ignored(path.name):
                continue
            if path.is_file():
                files[path.relative_to(folder).as_posix()] = data = read_file(path)
                size += len(data)
                check_size(len(files), size)
            elif path.is_dir() and not path.is_symlink():
                waiting.append(path)
    return dict(sorted(files.items()))


def read_config(name: str) -> bytes:
    """Return a file with a configuration: a JSON object."""
    try:
        data = read_file(Path(name))
        tree = json.loads(data)
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read {name}: {error}") from error
    if not isinstance(tree, dict):
        raise UsageError(f'cannot read {name}: a configuration is a JSON object, such as {{"mqtt": {{...}}}}')
    return data


def parse_limits(texts: Iterable[str]) -> Limits:
    """Read the `--limit`s: a name and a number each."""
    limits = Limits()
    names = [field.name for field in fields(limits)]
    for text in texts:
        name, _, number = text.partition("=")
        if name not in names or not number.isdecimal():
            raise UsageError(f"--limit wants NAME=NUMBER with one of {', '.join(names)}, got {text!r}")
        limits = replace(limits, **{name: int(number)})
    return limits


def check(options: argparse.Namespace) -> int:
    """Check programs without running them and print the findings; the exit code (docs/reference/check.md)."""
    from sim.check import Level
    from sim.check import check as findings_of

    found = [
        replace(finding, file=shown.get(finding.file, finding.file))
        for files, shown in projects(options.firmware)
        for finding in findings_of(files)
    ]
    if options.json:
        print(json.dumps([finding.to_json() for finding in found]))
    else:
        sys.stdout.write(printable("".join(f"{finding}\n" for finding in found), sys.stdout.encoding))
    return int(any(options.strict or finding.level is Level.ERROR for finding in found))


def projects(names: Iterable[str]) -> Iterator[tuple[dict[str, bytes], dict[str, str]]]:
    """Yield the files of each project, and how the user calls them; files of one folder are a project together."""
    together: dict[Path, list[str]] = {}
    for name in names:
        path = Path(name)
        files, main = read_project(name)
        if not any(file.endswith(PROGRAMS) for file in files):
            raise UsageError(f"there is no program in {name}: its name must end in {' or '.join(PROGRAMS)}")
        if main is not None:
            together.setdefault(path.parent, []).append(name)
        else:
            below = path / "fs" if (path / "fs").is_dir() else path
            yield files, {file: str((below if (below / file).exists() else path) / file) for file in files}
    for paths in together.values():
        named = {Path(name).name: name for name in paths}
        yield {file: read_project(name)[0][file] for file, name in named.items()}, named


def api(options: argparse.Namespace) -> int:
    """Print the table of the firmware's API; the exit code (docs/reference/cli.md)."""
    from sim.catalog import make_catalog

    catalog = make_catalog()
    if options.json:
        print(json.dumps(catalog.to_json()))
        return 0
    for module in catalog.modules.values():
        print(f"{module.name}  {module.about}".rstrip())
        for member in module.members.values():
            value = "" if member.value is None else f" = {member.value!r}"
            print(f"  {member.mjs or member.python}{value}  {member.about}".rstrip())
    for function in catalog.functions.values():
        print(f"{function.mjs or function.python}  {function.about}".rstrip())
    return 0


def show(news: Subscription, as_json: bool) -> None:
    """Print what has come since the last time: all records, or the console."""
    for record in news.take():
        event = record.event
        if as_json:
            print(record.to_line())
        elif isinstance(event, DevicePrinted):
            sys.stdout.write(printable(event.text, sys.stdout.encoding))
        elif isinstance(event, DeviceLogged):
            sys.stdout.flush()
            sys.stderr.write(printable(logged(event), sys.stderr.encoding))
            sys.stderr.flush()
        elif isinstance(event, DeviceFailed):
            sys.stdout.flush()
            sys.stderr.write(printable(event.trace, sys.stderr.encoding))
            sys.stderr.flush()
    sys.stdout.flush()


def logged(event: DeviceLogged) -> str:
    """Return a line of the log as the terminal shows it: `[W init.js:12] text`."""
    letter = LOG_LETTERS[min(max(event.level, 0), len(LOG_LETTERS) - 1)]
    place = f" {event.file}:{event.line}" if event.line else f" {event.file}" if event.file else ""
    return f"[{letter}{place}] {event.text}\n"


def printable(text: str, encoding: str | None) -> str:
    """Return text with escapes for what the terminal has no sign for, or is no text at all."""
    encoding = encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
