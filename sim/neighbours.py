"""Puts further devices on the network: a project's other programs, each of a host of its own.

The files `hosts/NAME.js` and `hosts/NAME.py` of a project, and the files in a folder `hosts/NAME`, are the firmware
of a host with that name: a cloud that the device asks, or another device that it talks to. `hosts/addresses.json` may
give some of them addresses: `{"NAME": "192.168.4.99"}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from sim.device import Device
from sim.network.network import Network
from sim.profile import DOCUMENTED, Profile
from sim.project import HOSTS

__all__ = ["ADDRESSES", "Neighbour", "make_neighbour", "make_neighbours", "split_hosts"]

PROGRAMS: Final = (".js", ".py")

ADDRESSES: Final = f"{HOSTS}addresses.json"
"""The file that gives hosts addresses."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A host beside the device: its name, its files, the one that it boots (None: as devices choose), its address."""

    name: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    main: str | None = None
    address: str | None = None
    """None: the next free one."""


def split_hosts(files: Mapping[str, str | bytes]) -> tuple[dict[str, str | bytes], list[Neighbour]]:
    """Return the files of a project's device, and its other hosts in the order of their names.

    A program that stands in `hosts` itself keeps its full name, so that records name it as the project does.

    Raises:
        ValueError: what gives them addresses cannot be read.
    """
    addresses = _addresses(files)
    own: dict[str, str | bytes] = {}
    found: dict[str, Neighbour] = {}
    for name, data in files.items():
        path = PurePosixPath(name)
        if not name.startswith(HOSTS):
            own[name] = data
        elif len(path.parts) > 2:
            host = found.setdefault(path.parts[1], Neighbour(path.parts[1], address=addresses.get(path.parts[1])))
            host.files["/".join(path.parts[2:])] = data
        elif path.suffix in PROGRAMS:
            found[path.stem] = Neighbour(path.stem, {name: data}, name, addresses.get(path.stem))
    return own, [found[name] for name in sorted(found)]


def make_neighbour(network: Network, host: Neighbour, profile: Profile | str = DOCUMENTED) -> Device:
    """Add one host to the network; it still has to boot.

    Raises:
        ValueError: its name or address is taken, or it is not clear what it boots.
    """
    return Device(network, host.files, name=host.name, main=host.main, profile=profile, address=host.address)


def make_neighbours(network: Network, hosts: list[Neighbour], profile: Profile | str = DOCUMENTED) -> list[Device]:
    """Add the hosts to the network; they still have to boot.

    Raises:
        ValueError: a name is taken, or it is not clear what one of them boots.
    """
    devices = []
    for host in hosts:
        try:
            devices.append(make_neighbour(network, host, profile))
        except ValueError as error:
            raise ValueError(f"{HOSTS}{host.name}: {error}") from error
    return devices


def _addresses(files: Mapping[str, str | bytes]) -> dict[str, str]:
    if ADDRESSES not in files:
        return {}
    try:
        table = json.loads(files[ADDRESSES])
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{ADDRESSES} is no JSON: {error}") from None
    if not isinstance(table, dict) or not all(isinstance(address, str) for address in table.values()):
        raise ValueError(f'{ADDRESSES} must be an object of addresses by name, such as {{"cloud": "192.168.4.99"}}')
    return table
