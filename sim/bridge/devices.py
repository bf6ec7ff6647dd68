"""Lets the page add devices to the network and take them away, and choose the one that it looks at."""

from __future__ import annotations

from typing import Protocol

from sim.bridge.message import BridgeError, Message, text_of
from sim.bridge.project import project_of
from sim.bridge.report import Report
from sim.device import Device
from sim.neighbours import Neighbour, make_neighbour, split_hosts
from sim.network.network import Network
from sim.view import View

__all__ = ["Devices"]


class Owner(Protocol):
    """What has the network and its devices."""

    @property
    def device(self) -> Device:
        """The device that the page boots; a `BridgeError` before there is one."""

    @property
    def others(self) -> dict[str, Device]:
        """All other devices, by name."""

    @property
    def network(self) -> Network:
        """The network."""

    @property
    def view(self) -> View:
        """What the records say."""

    def device_of(self, message: Message, field: str = "host") -> Device:
        """The device that a message names."""

    @property
    def report(self) -> Report:
        """What the page is told, and gets answered."""


class Devices:
    """The devices beside the one that the page boots: each is added, booted again and removed by itself."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._told: tuple[View, int, str] | None = None

    def add(self, message: Message) -> dict[str, object]:
        """Boot a device of a `name` from its files, which are named as in a project; one that is there boots anew.

        The others go on as they are.
        """
        owner, name = self._owner, text_of(message, "name")
        wanted = self._wanted(message, name)
        device = owner.others.get(name)
        if device is not None and wanted.address in (None, device.address):
            device.load(wanted.files, wanted.main)
            device.reboot()
        else:
            profile = owner.device.profile
            # Once apart from everything: what is wrong with it shall not cost the one that is there
            make_neighbour(Network(), wanted, profile)
            if device is not None:
                self._take_away(device)
            device = owner.others[name] = make_neighbour(owner.network, wanted, profile)
            device.boot()
        return {"host": device.host.name, "name": device.name, "address": device.address}

    def remove(self, message: Message) -> dict[str, object]:
        """Take a device away: its name and its address are nobody's any more."""
        device = self._owner.device_of(message)
        if device is self._owner.device:
            raise BridgeError(f"{device.name!r} is the device that the page boots: it stays")
        self._take_away(device)
        return {}

    def show(self, message: Message) -> dict[str, object]:
        """Have snapshots and `hardware` tell of another device."""
        self._owner.view.shown = self._owner.device_of(message).name
        self._owner.report.show_anew()
        return {}

    def news(self) -> dict[str, object] | None:
        """Return which devices there are, None if that is as it was the last time."""
        view = self._owner.view
        state = view, view.changes, view.shown
        if state == self._told:
            return None
        self._told = state
        return {"type": "devices", "shown": view.shown or view.main, "devices": view.devices()}

    def _wanted(self, message: Message, name: str) -> Neighbour:
        _, hosts = split_hosts(project_of(message))
        wanted = next((host for host in hosts if host.name == name), None)
        if wanted is None:
            raise BridgeError(f"the files hold no program of the device {name!r}, such as hosts/{name}.js")
        main, address = text_of(message, "main", ""), text_of(message, "address", "")
        return Neighbour(name, wanted.files, main or wanted.main, address or wanted.address)

    def _take_away(self, device: Device) -> None:
        owner = self._owner
        device.stop("removed")
        del owner.others[device.name]
        owner.network.remove_host(device.host)
        if owner.view.shown == device.name:
            owner.view.shown = ""
