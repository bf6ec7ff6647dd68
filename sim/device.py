"""Is the box: a host on the network that boots firmware, and reboots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sim.api import API_FILES, Modules, make_modules, make_polyfill, make_print
from sim.api.config import Config
from sim.api.context import Context
from sim.api.hardware import Hardware
from sim.broker import Broker
from sim.event import DeviceBooted, DevicePrinted, DeviceStopped, NativeMissing
from sim.mhttp import Limits
from sim.mjs import BUDGET
from sim.mjs.overwrite import overwrite
from sim.natives import make_natives
from sim.network.address import is_ip
from sim.network.network import Network
from sim.profile import DOCUMENTED, PROFILES, Profile
from sim.program import PythonProgram
from sim.script import MjsProgram

__all__ = ["MAIN_FILES", "Device"]

MAIN_FILES: Final = ("init.js", "app.js", "init.py")
"""What a device boots if it is not told: the first of these that is there."""

SCRIPTS: Final = ("init.js", "app.js")
"""Both are run, one after the other, when the main file is one of them."""

LISTED: Final = 20
"""How many files an error names at most."""

SUFFIXES: Final = (".js", ".py")

BOOT_US: Final = 500_000
"""How long a device takes to come back at least when the watchdog has bitten, or from deep sleep."""

MAX_BITES: Final = 3
"""Boots in a row that the watchdog may end before the device stays off: a real one would go on for ever."""


class Device:
    """A device with its firmware. Nothing runs before `boot`.

    Args:
        network: the network that it joins.
        files: the firmware and all other files of the device, name to text or bytes; what no endpoint takes is
            served from them.
        name: its name on the network.
        main: the file to boot; by default `init.js` and then `app.js`, or `init.py`, or the only program there is.
        profile: which generation of the library it imitates (a `Profile` or its name).
        limits: how much a peer may send.
        address: its IPv4 address; by default the next free one.
        broker: whether the simulation provides the MQTT broker of `mqtt.server` when no host has that name.
        budget: loop and call steps that a script may take in one callback before the watchdog restarts the device.
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
        broker: bool = True,
        budget: int = BUDGET,
    ) -> None:
        self.profile = _profile(profile)
        self.files = _as_bytes(files)
        """The device's file system: it outlives reboots."""
        self.main = main or _main_file(self.files)
        if self.main not in self.files:
            raise ValueError(f"there is no file {self.main!r} among the firmware's files: {_listed(self.files)}")
        self.limits = limits or Limits()
        self.budget = budget
        self.broker: Broker | None = None
        """The MQTT broker that was made for this device."""
        self._wants_broker = broker
        self.network = network
        self.host = network.add_host(name, address)
        self.host.max_connections = self.limits.connections
        self.hardware = Hardware(network.clock, network.trace.emit, name)
        """What the device is wired to: buttons, sensors, buses. It outlives reboots."""
        self.boots = 0
        self._bites = 0
        self.started_well = False
        """Whether the main file of this boot ran to its end."""
        self.config: Config | None = None
        """The configuration of this boot, None while the device is off."""
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
        context = self._context = Context(self.host, self.profile, self.limits, self.files, self.hardware)
        network.trace.emit(
            DeviceBooted(
                self.host.name, self.name, self.address, self.main, self.profile.name, network.seed, self.boots
            )
        )
        context.on_watchdog = self._bitten
        context.sleep = self._sleep
        context.on_end.append(self.hardware.reset)
        if self._wants_broker:
            context.before_mqtt = self._provide_broker
        modules = make_modules(context, self._reboot_later)
        self.config = modules.config
        run = self._script(context, modules) if self.main.endswith(".js") else self._python(context, modules)
        self.started_well = True
        for file in self._main_files():
            try:
                with context.in_firmware():
                    run(file)
            except KeyboardInterrupt:
                raise  # of the user, who wants to stop us
            except BaseException as error:
                context.failed("start", error)
                self.started_well = False
            if not context.is_alive:
                break
        if self.started_well:
            self._bites = 0
        return self.started_well

    def _main_files(self) -> list[str]:
        return [file for file in SCRIPTS if file in self.files] if self.main in SCRIPTS else [self.main]

    def _python(self, context: Context, modules: Modules) -> Callable[[str], None]:
        network, print_ = self.network, make_print(context)
        return PythonProgram(
            self.files,
            {**modules.names(), **make_polyfill(modules.Timer, print_), "print": print_},
            api_files=API_FILES,
            now_us=lambda: context.now_us,
            seed=f"{network.seed} {self.name} random",
        ).run

    def _script(self, context: Context, modules: Modules) -> Callable[[str], None]:
        emit = self.network.trace.emit
        program = MjsProgram(
            self.files,
            make_natives(modules),
            write=lambda text: emit(DevicePrinted(self.name, text)),
            failed=lambda error: context.failed("handler", error),
            missing=lambda name: emit(NativeMissing(self.name, name)),
            budget=self.budget,
        )
        context.feed_watchdog = program.engine.feed
        context.overwrite = lambda old, new: overwrite(program.engine.globals, old, new)
        return program.run

    def _provide_broker(self, name: str, port: int) -> None:
        if not self.network.knows(name):
            address = name if is_ip(name) else None
            self.broker = Broker(self.network, "broker" if address else name, port, address=address)

    def _bitten(self) -> None:
        """Restart after the watchdog, unless it bites at every start."""
        self._bites += 1
        context, clock = self._context, self.network.clock
        if self._bites < MAX_BITES:
            clock.call_later(BOOT_US, lambda: self._restart("watchdog") if context is self._context else None)
        else:
            clock.call_later(0, lambda: self.stop("watchdog") if context is self._context else None)

    def _sleep(self, duration_us: int) -> None:
        """Switch off once what runs has ended, and on again later; 0: not by itself."""
        context, clock = self._context, self.network.clock

        def fall_asleep() -> None:
            if context is self._context:
                self.stop("deep sleep")
                boots = self.boots
                if duration_us:
                    wait_us = max(duration_us, BOOT_US)
                    clock.call_later(wait_us, lambda: None if self.is_on or self.boots != boots else self.boot())

        clock.call_later(0, fall_asleep)

    def _restart(self, reason: str) -> bool:
        self.stop(reason)
        return self.boot()

    def reboot(self) -> bool:
        """Drop every connection and start the firmware afresh; True if its main file ran to its end."""
        self._bites = 0
        return self._restart("reboot")

    def _reboot_later(self, delay_us: int) -> None:
        context = self._context
        self.network.clock.call_later(delay_us, lambda: self.reboot() if context is self._context else None)

    def load(self, files: Mapping[str, str | bytes], main: str | None = None) -> None:
        """Replace all files; it takes effect at the next boot."""
        new_main = main or _main_file(files)
        if new_main not in files:
            raise ValueError(f"there is no file {new_main!r} among the firmware's files: {_listed(files)}")
        self.files, self.main = _as_bytes(files), new_main

    def stop(self, reason: str = "stopped") -> None:
        """Switch the device off: its connections are reset, its ports are closed, no handler runs any more."""
        if self._context is None:
            return
        self._context.end()
        self._context = self.config = None
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
    programs = [name for name in files if name.endswith(SUFFIXES)]
    if len(programs) != 1:
        raise ValueError(f"which file to boot? There is neither init.js nor init.py among: {_listed(files)}")
    return programs[0]


def _listed(files: Mapping[str, object]) -> str:
    """Name the files in an error, and of many only the first."""
    rest = f" and {len(files) - LISTED} more" if len(files) > LISTED else ""
    return f"{', '.join(list(files)[:LISTED]) or 'no files'}{rest}"
