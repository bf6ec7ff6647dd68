"""Is the box: a host on the network that boots firmware, and reboots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.api import API_FILES, make_globals
from sim.api.context import Context
from sim.event import DeviceBooted, DeviceStopped
from sim.mhttp import Limits
from sim.network.network import Network
from sim.profile import DOCUMENTED, PROFILES, Profile
from sim.program import PythonProgram

__all__ = ["MAIN_FILES", "Device"]

MAIN_FILES: Final = ("init.py",)
"""What a device boots if it is not told: the first of these that is there."""


class Device:
    """A device with its firmware. Nothing runs before `boot`.

    Args:
        network: the network that it joins.
        files: the firmware and all other files of the device, name to text or bytes; what no endpoint takes is
            served from them.
        name: its name on the network.
        main: the file to boot; by default `init.py`, or the only Python file there is.
        profile: which generation of the library it imitates (a `Profile` or its name).
        limits: how much a peer may send.
        address: its IPv4 address; by default the next free one.
    """

    def __init__(
        self,
        network: Network,
        files: Mapping[str, str | bytes],
        *,
        name: str = "device",
        main: str | None = None,
        profile: Profile | str = DOCUMENTED,
        limits: Limits | None = None,
        address: str | None = None,
    ) -> None:
        self.profile = _profile(profile)
        self.files = _as_bytes(files)
        """The device's file system: it outlives reboots."""
        self.main = main or _main_file(self.files)
        if self.main not in self.files:
            raise ValueError(f"there is no file {self.main!r} among the firmware's files: {', '.join(self.files)}")
        self.limits = limits or Limits()
        self.network = network
        self.host = network.add_host(name, address)
        self.host.max_connections = self.limits.connections
        self.boots = 0
        self.started_well = False
        """Whether the main file of this boot ran to its end."""
        self._context: Context | None = None

    def __repr__(self) -> str:
        return f"<Device {self.host.name} {self.host.address} {'on' if self.is_on else 'off'}>"

    @property
    def is_on(self) -> bool:
        """Whether the device has power."""
        return self._context is not None

    @property
    def name(self) -> str:
        """The device's name on the network."""
        return self.host.name

    @property
    def address(self) -> str:
        """The device's IPv4 address."""
        return self.host.address

    def boot(self) -> bool:
        """Run the firmware's main file; True if it ran to its end. A failure is in the trace; the device goes on."""
        if self.is_on:
            self.stop("reboot")
        self.boots += 1
        network = self.network
        context = self._context = Context(self.host, self.profile, self.limits, self.files)
        network.trace.emit(
            DeviceBooted(
                self.host.name, self.name, self.address, self.main, self.profile.name, network.seed, self.boots
            )
        )
        try:
            program = PythonProgram(
                self.files,
                make_globals(context, self._reboot_later),
                api_files=API_FILES,
                now_us=lambda: network.clock.now_us,
                seed=f"{network.seed} {self.name} random",
            )
            program.run(self.main)
        except KeyboardInterrupt:
            raise  # of the user, who wants to stop us
        except BaseException as error:
            context.failed("start", error)
            self.started_well = False
        else:
            self.started_well = True
        return self.started_well

    def reboot(self) -> bool:
        """Drop every connection and start the firmware afresh; True if its main file ran to its end."""
        self.stop("reboot")
        return self.boot()

    def _reboot_later(self, delay_us: int) -> None:
        context = self._context
        self.network.clock.call_later(delay_us, lambda: self.reboot() if context is self._context else None)

    def load(self, files: Mapping[str, str | bytes], main: str | None = None) -> None:
        """Replace all files; it takes effect at the next boot."""
        new_main = main or _main_file(files)
        if new_main not in files:
            raise ValueError(f"there is no file {new_main!r} among the firmware's files: {', '.join(files)}")
        self.files, self.main = _as_bytes(files), new_main

    def stop(self, reason: str = "stopped") -> None:
        """Switch the device off: its connections are reset, its ports are closed, no handler runs any more."""
        if self._context is None:
            return
        self._context.is_alive = False
        self._context = None
        self.host.shut_down()
        self.network.trace.emit(DeviceStopped(self.host.name, reason))


def _profile(profile: Profile | str) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"there is no profile {profile!r}; there are {', '.join(PROFILES)}")
    return PROFILES[profile]


def _as_bytes(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {n: data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data for n, data in files.items()}


def _main_file(files: Mapping[str, object]) -> str:
    for name in MAIN_FILES:
        if name in files:
            return name
    programs = [name for name in files if name.endswith(".py")]
    if len(programs) != 1:
        raise ValueError(f"which file to boot? There is no init.py among: {', '.join(files) or 'no files'}")
    return programs[0]
