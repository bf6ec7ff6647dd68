"""Boots a project once apart from everything: what is wrong with it shall not cost the device that runs."""

from __future__ import annotations

from collections.abc import Mapping

from sim.bridge.message import Message, text_of, whole_of
from sim.bridge.project import project_of
from sim.device import Device
from sim.neighbours import Neighbour, make_neighbours, split_hosts
from sim.network.network import Network

__all__ = ["Boot", "boot_of", "try_boot"]

Boot = tuple[dict[str, str | bytes], list[Neighbour], str | None, int, str]
"""The files of the device, the other hosts, what is to be booted, the seed, the profile."""


def boot_of(message: Message) -> Boot:
    """Return what a message wants to be booted; an error says what is wrong with it."""
    files, hosts = split_hosts(project_of(message))
    return files, hosts, message.get("main"), whole_of(message, "seed", 0), text_of(message, "profile", "documented")


def try_boot(files: Mapping[str, str | bytes], hosts: list[Neighbour], main: str | None, profile: str) -> None:
    """Make the devices of a project on a network of their own; an error says why that cannot be."""
    trial = Network()
    Device(trial, files, main=main, profile=profile)
    make_neighbours(trial, hosts, profile)
