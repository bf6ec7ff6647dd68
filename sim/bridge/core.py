"""Keeps one simulation for the page: carries out what it asks, and keeps the pace of time."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.bridge.connections import Connections
from sim.bridge.devices import Devices
from sim.bridge.exports import Exports
from sim.bridge.fetch import fetch
from sim.bridge.hardware import Controls
from sim.bridge.lessons import Lessons
from sim.bridge.message import BridgeError, Message, parse, text_of
from sim.bridge.project import check, requirements
from sim.bridge.report import QUIET, RUSH_MS, Report
from sim.bridge.rules import Rules, forms_of
from sim.bridge.run import Beginning, Runs
from sim.bridge.sockets import Sockets
from sim.bridge.time import Time
from sim.bridge.trial import boot_of, try_boot
from sim.clock import Clock
from sim.device import Device
from sim.neighbours import make_neighbours
from sim.network.network import Network
from sim.pace import Pace
from sim.peer import Peer
from sim.trace import Trace
from sim.view import View

__all__ = ["AHEAD_US", "Bridge", "warm_up"]

DEVICE: Final = "device"
"""The name of the device that the page shows."""

PAGE: Final = "page"
PEERS: Final = (PAGE, "browser")
"""The hosts that the page has on the network."""

AHEAD_US: Final = 50_000
"""How far virtual time may run ahead of the wall, see docs/design.md."""

SETTLE_US: Final = 90_000_000
"""How long a network may go on behind its end to answer the page: longer than anything is waited for."""


if TYPE_CHECKING:
    from sim.engine import Engine

Command = Callable[[Message], dict[str, object]]


class Bridge:
    """One simulation behind a worker: a network, a device, and the peer that speaks for the page."""

    def __init__(self, post: Callable[[str], object]) -> None:
        self._network = Network()
        self._device: Device | None = None
        self._peers: dict[str, Peer] = {}
        self._others: dict[str, Device] = {}
        self._sockets = Sockets(self)
        self._pace = Pace(self._network.clock, AHEAD_US)
        self._controls, self._time, self._devices = Controls(self), Time(self), Devices(self)
        self._report = Report(post, self._time.state, self._news, self._network.trace, DEVICE)
        self._lessons = Lessons(self)
        self._runs = Runs(self)
        self._base = 0
        self._commands = self._make_commands()

    def handle(self, text: str, wall_ms: float) -> float:
        """Carry out one message and let time pass up to `wall_ms`.

        Args:
            text: a JSON object with `type` and, unless it is `tick`, `id`. What has no `id` cannot be answered and
                does nothing.
            wall_ms: any clock of the page that runs steadily, in milliseconds.

        Returns:
            Milliseconds until `tick` shall be sent, negative if nothing is due.
        """
        message = parse(text)
        wall_us = int(wall_ms * 1000)
        try:
            self._follow(wall_us)
            if message.get("type") != "tick" and isinstance(message.get("id"), int | str):
                self._answer(message, text)
                self._follow(wall_us)
        finally:
            self._report.post_all(wall_ms, message.get("type"))
        if self._runs.is_busy:
            return 0
        delay_us = self._pace.delay_us(wall_us)
        if self._report.is_stale:
            return RUSH_MS if delay_us is None else min(RUSH_MS, delay_us / 1000)
        return -1 if delay_us is None else delay_us / 1000

    def _follow(self, wall_us: int) -> None:
        """Let time pass; while a run is played, its own."""
        if self._runs.is_busy:
            self._runs.work()
        if not self._runs.is_playing:
            self._pace.follow(wall_us)

    # Commands

    def _answer(self, message: Message, text: str) -> bool:
        """Carry out a message and answer it, now or later; False if it was refused."""
        kind, number = message.get("type"), message["id"]
        try:
            self._runs.make_way(kind, number)
            self._runs.note(kind, text)
            match kind:
                case "http.fetch":
                    self._report.owed.add(number)
                    fetch(self, message, number)
                    return True
                case "ws.open":
                    self._report.owed.add(number)
                    self._sockets.open(message, number)
                    return True
                case "run.save" | "run.replay" | "run.rewind":
                    self._runs.carry_out(message, number)
                    return True
                case "lesson.check":
                    self._lessons.check(message, number)
                    return True
                case str() if (command := self._commands.get(kind)) is not None:
                    value = command(message)
                case _:
                    raise BridgeError(f"there is no message type {kind!r}")
        except Exception as error:  # whatever the page sent: it is told, and the simulation goes on
            self._report.reply_error(number, error)
            return False
        self._report.reply(number, value)
        return True

    def _make_commands(self) -> dict[str, Command]:
        """Return what is answered at once, by type."""
        controls, time, connections, rules = self._controls, self._time, Connections(self), Rules(self)
        exports = Exports(self)
        return {
            "boot": self._boot,
            "reboot": self._reboot,
            "stop": self._stop,
            "requirements": requirements,
            "check": check,
            "ws.send": self._sockets.send,
            "ws.close": self._sockets.close,
            "connection.close": connections.close,
            "connection.reset": connections.reset,
            "pin.set": controls.set_pin,
            "sensor.set": controls.set_sensor,
            "uart.send": controls.send_uart,
            "config.get": controls.get_config,
            "config.set": controls.set_config,
            "time.pause": time.pause,
            "time.step": time.step,
            "time.speed": time.speed,
            "device.add": self._devices.add,
            "device.remove": self._devices.remove,
            "device.show": self._devices.show,
            "lesson.read": self._lessons.read,
            "code.write": exports.code,
            "openapi.write": exports.openapi,
            "trace.write": exports.trace,
            "rules.list": rules.list,
            "rules.add": rules.add,
            "rules.remove": rules.remove,
            "rules.enable": rules.enable,
        }

    def _boot(self, message: Message) -> dict[str, object]:
        files, hosts, main, seed, profile = boot_of(message)
        device = self._device
        fits = device is not None and seed == self._network.seed and profile == device.profile.name
        if device is None or not fits or hosts or self._others:
            try_boot(files, hosts, main, profile)
            self.clear()
            rules = forms_of(self._network)
            beginning = self._runs.next_beginning
            if beginning is None:
                beginning = Beginning(self._network.clock.now_us, rules, self._sockets.count)
            network = self.begin(Clock(beginning.start_us), seed)
            self._runs.begin(beginning)
            self._sockets.count = beginning.sockets
            self._device = Device(network, files, name=DEVICE, main=main, profile=profile)
            self._peers = {PAGE: Peer(network, PAGE)}
            self._others = {one.name: one for one in make_neighbours(network, hosts, profile)}
            for form in beginning.rules:
                network.rule(form)
            for other in self._others.values():
                other.boot()
        else:
            device.load(files, main)
            device.stop("replaced")
        self.device.boot()
        return _describe(self.device)

    # What begins and ends a simulation, for a boot and for a run that is played

    def clear(self) -> None:
        """End the simulation that there is: what the page still waits for is answered."""
        for device in (*([self._device] if self._device else ()), *self._others.values()):
            device.stop("replaced")
        self._lessons.give_up()
        self._device, self._others = None, {}
        clock = self._network.clock
        clock.run_while(lambda: self._report.owed or self._sockets.is_any_open, clock.now_us + SETTLE_US)
        for number in tuple(self._report.owed):
            self._report.reply_error(number, BridgeError("another device was booted meanwhile"))
        self._report.post()

    def begin(self, clock: Clock, seed: int) -> Network:
        """Begin a new network, whose records are numbered on."""
        self._base = self._network.trace.next_seq
        trace = Trace(clock, first_seq=self._base)
        self._network = Network(seed=seed, clock=clock, trace=trace)
        self._report.begin(trace, DEVICE)
        self._peers = {}
        self._pace.take(clock)
        return self._network

    def adopt(self, engine: Engine) -> None:
        """Take over the devices of an engine, whose network was begun here."""
        devices = engine.devices
        self._device = next((one for one in devices if one.name == DEVICE), devices[0] if devices else None)
        if self._device is not None:
            self.view.main = self._device.name
        self._others = {one.name: one for one in devices if one is not self._device}

    def perform(self, message: Message) -> bool:
        """Carry out a message that nobody waits for; whether it was not refused at once."""
        return self._answer({**message, "id": QUIET}, json.dumps(message))

    def look(self) -> None:
        """Take in what the records say."""
        self._report.post(may_show=False)

    @property
    def base(self) -> int:
        """The number of the first record of the network."""
        return self._base

    def _reboot(self, message: Message) -> dict[str, object]:
        device = self.device_of(message)
        device.reboot()
        return _describe(device)

    def _stop(self, message: Message) -> dict[str, object]:
        self.device_of(message).stop()
        return {}

    @property
    def device(self) -> Device:
        """The device; a `BridgeError` before there is one."""
        if self._device is None:
            raise BridgeError("no device has been booted yet")
        return self._device

    @property
    def others(self) -> dict[str, Device]:
        """All devices but the one that the page boots, by name."""
        return self._others

    def device_of(self, message: Message, field: str = "host") -> Device:
        """The device that a field of a message names, by default the one that the page boots."""
        device = self.device
        name = text_of(message, field, device.name)
        found = device if name == device.name else self._others.get(name)
        if found is None:
            raise BridgeError(f"there is no device {name!r}")
        return found

    def peer_of(self, message: Message) -> Peer:
        """The host that a message is sent `from`: the page itself, or the browser in it."""
        name = text_of(message, "from", PAGE)
        if name not in PEERS:
            raise BridgeError(f"'from' must be one of {', '.join(PEERS)}, got {name!r}")
        return self._peer(name)

    @property
    def peer(self) -> Peer:
        """The host that speaks for the page."""
        return self._peer(PAGE)

    def _peer(self, name: str) -> Peer:
        if name not in self._peers:
            self._peers[name] = Peer(self._network, name)
        return self._peers[name]

    @property
    def neighbours(self) -> list[Device]:
        """The other hosts of the project."""
        return list(self._others.values())

    @property
    def network(self) -> Network:
        """The network."""
        return self._network

    @property
    def view(self) -> View:
        """What the records say."""
        return self._report.view

    @property
    def pace(self) -> Pace:
        """How virtual time follows the page's."""
        return self._pace

    @property
    def report(self) -> Report:
        """What the page is told, and gets answered."""
        return self._report

    def tell(self, message: dict[str, object]) -> None:
        """Say something unasked, unless it is of a run that is played."""
        if not self._runs.is_playing:
            self._report.tell(message)

    def _news(self) -> list[dict[str, object]]:
        """Return what has changed and is no record."""
        if self._device is None:
            return []
        return [news for news in (self._devices.news(), self._controls.news()) if news is not None]


def warm_up() -> None:
    """Run a device once and forget it, so that a snapshot of Python's memory holds what a first run has to prepare."""
    firmware = "HTTP.add_endpoint(HTTP.get_system_server(), '/', function(c, ev) { Net.disconnect(c); }, null);"
    bridge = Bridge(lambda text: None)
    messages: list[dict[str, object]] = [
        {"type": "boot", "files": {"init.js": firmware}, "main": "init.js"},
        {"type": "http.fetch", "method": "GET", "target": "/"},
        {"type": "stop"},
    ]
    for number, message in enumerate(messages):
        bridge.handle(json.dumps({"id": number} | message), number * 1000)
    gc.collect()


def _describe(device: Device) -> dict[str, object]:
    return {"host": device.host.name, "name": device.name, "address": device.address}
