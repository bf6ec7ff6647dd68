"""Puts the device that somebody describes into a world, with its project's other hosts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sim.cli import read_project
from sim.neighbours import split_hosts
from sim.testing.device import Device
from sim.testing.world import World

__all__ = ["add_device", "gather"]


def add_device(
    world: World,
    folder: Path,
    path: str | None,
    *,
    source: str | None = None,
    files: Mapping[str, str | bytes] | None = None,
    main: str | None = None,
    name: str = "device",
    profile: str = "documented",
    config: Mapping[str, object] | str | None = None,
    limits: Mapping[str, int] | None = None,
    boot: bool = True,
) -> Device:
    """Add the device that a test describes, and the other hosts of its project.

    Raises:
        UsageError: its files cannot be read.
        ValueError: it is not clear what is meant.
    """
    own, main = gather(folder, path, source=source, files=files, main=main, config=config)
    own, hosts = split_hosts(own)
    for host in hosts:
        world.add_device(host.files, name=host.name, main=host.main, profile=profile, address=host.address)
    return world.add_device(own, main=main, name=name, profile=profile, limits=limits, boot=boot)


def gather(
    folder: Path,
    path: str | Path | None,
    *,
    source: str | None = None,
    files: Mapping[str, str | bytes] | None = None,
    main: str | None = None,
    config: Mapping[str, object] | str | None = None,
) -> tuple[dict[str, str | bytes], str | None]:
    """Return the files that a test describes, with those of further hosts, and which of them is to boot.

    Raises:
        UsageError: its files cannot be read.
        ValueError: it is not clear what is meant.
    """
    if (path is not None) + (source is not None) + (files is not None and path is None and source is None) != 1:
        raise ValueError("firmware is either a path, or source=, or files=; files= may also stand beside them")
    own: dict[str, str | bytes] = {}
    if path is not None:
        project, named = read_project(str(folder / path))
        own |= project
        main = main or named
    elif source is not None:
        main = main or "init.js"
        own[main] = source
    own |= files or {}
    if config is not None:
        own["conf1.json"] = config if isinstance(config, str) else json.dumps(config)
    return own, main
