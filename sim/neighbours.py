"""Puts further devices on the network: a project's other programs, each of a host of its own.

The files `hosts/NAME.js` and `hosts/NAME.py` of a project, and the files in a folder `hosts/NAME`, are the firmware
of a host with that name: a cloud that the device asks, or another device that it talks to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from sim.device import Device
from sim.network.network import Network
from sim.profile import DOCUMENTED, Profile
from sim.project import HOSTS

__all__ = ["Neighbour", "make_neighbours", "split_hosts"]

PROGRAMS: Final = (".js", ".py")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A host beside the device: its name, its files, and the one that it boots (None: as devices choose)."""

    name: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    main: str | None = None


def split_hosts(files: Mapping[str, str | bytes]) -> tuple[dict[str, str | bytes], list[Neighbour]]:
    """Return the files of a project's device, and its other hosts in the order of their names.

    A program that stands in `hosts` itself keeps its full name, so that records name it as the project does.
    """
    own: dict[str, str | bytes] = {}
    found: dict[str, Neighbour] = {}
    for name, data in files.items():
        path = PurePosixPath(name)
        if not name.startswith(HOSTS):
            own[name] = data
        elif len(path.parts) > 2:
            host = found.setdefault(path.parts[1], Neighbour(path.parts[1]))
            host.files["/".join(path.parts[2:])] = data
        elif path.suffix in PROGRAMS:
            found[path.stem] = Neighbour(path.stem, {name: data}, name)
    return own, [found[name] for name in sorted(found)]


def make_neighbours(network: Network, hosts: list[Neighbour], profile: Profile | str = DOCUMENTED) -> list[Device]:
    """Add the hosts to the network; they still have to boot.

    Raises:
        ValueError: a name is taken, or it is not clear what one of them boots.
    """
    devices = []
    for host in hosts:
        try:
            devices.append(Device(network, host.files, name=host.name, main=host.main, profile=profile))
        except ValueError as error:
            raise ValueError(f"{HOSTS}{host.name}: {error}") from error
    return devices
