"""A device loses its WiFi and finds it again: its firmware is told, and its connections live on."""

from __future__ import annotations

import pytest

from sim.device import Device
from sim.event import ConnectionClosed, DevicePrinted, RuleApplied
from sim.network.network import Network
from sim.peer import Peer

MJS = """
Event.addGroupHandler(Net.EVENT_GRP, function(ev, d, u) { print(ev - Net.EVENT_GRP, Sys.uptime()); }, null);
"""

NAMES = """
Net.setStatusEventHandler(function(ev, u) {
  if (ev === Net.STATUS_DISCONNECTED) print('disconnected');
  if (ev === Net.STATUS_CONNECTING) print('connecting');
  if (ev === Net.STATUS_CONNECTED) print('connected');
  if (ev === Net.STATUS_GOT_IP) print('got ip');
}, null);
"""

ECHO = "Net.serve({addr: 'tcp://7', ondata: function(c, d) { Net.send(c, d); Net.discard(c, d.length); }});"

CLIENT = """
Timer.set(5000, 0, function() {
  let on = {addr: 'tcp://%s:7'};
  on.onconnect = function(c) { print('tried'); };
  on.onclose = function(c) { print('closed'); };
  Net.connect(on);
}, null);
"""


class World:
    def __init__(self, firmware: str) -> None:
        self.network = Network(seed=1)
        self.peer = Peer(self.network)
        self.device = Device(self.network, {"init.js": firmware})

    def boot(self) -> World:
        assert self.device.boot()
        self.run(1)
        return self

    def run(self, seconds: float) -> None:
        self.network.clock.run_until(self.network.clock.now_us + round(seconds * 1e6))

    @property
    def lines(self) -> list[str]:
        text = "".join(fact.text for fact in self.network.trace.of(DevicePrinted))
        return [line.strip() for line in text.splitlines()]


def test_firmware_hears_of_every_state() -> None:
    world = World(NAMES).boot()
    rule = world.network.rule("wifi-off")
    world.run(1)
    assert world.lines == ["connecting", "connected", "got ip", "disconnected", "connecting"]
    rule.remove()
    world.run(1)
    assert world.lines[5:] == ["connected", "got ip"]
    assert [fact.effect for fact in world.network.trace.of(RuleApplied)] == ["WiFi off", "WiFi on"]
    assert rule.hits == 2


def test_wifi_goes_and_comes_when_the_rule_says() -> None:
    world = World(MJS).boot()
    world.network.rule("wifi-off", start=2, lasts=3, every=10)
    world.run(14)
    # The rule was set after a second
    assert [line.split()[0] for line in world.lines] == ["1", "2", "3", "0", "1", "2", "3", "0", "1"]
    assert [round(float(line.split()[1])) for line in world.lines] == [0, 0, 0, 3, 3, 6, 6, 13, 13]


def test_device_that_boots_without_wifi_is_told_when_it_comes() -> None:
    world = World(NAMES)
    rule = world.network.rule("wifi-off")
    world.boot()
    assert world.lines == ["connecting"]
    rule.disable()
    world.run(1)
    assert world.lines == ["connecting", "connected", "got ip"]


def test_wifi_is_gone_until_the_last_rule_that_takes_it_ends() -> None:
    world = World(NAMES).boot()
    first, second = world.network.rule("wifi-off"), world.network.rule("wifi-off")
    first.remove()
    world.run(1)
    assert not world.device.host.has_wifi
    second.remove()
    assert world.device.host.has_wifi


def test_connection_lives_on_when_wifi_returns_in_time() -> None:
    world = World(ECHO).boot()
    stream = world.peer.connect("device", 7)
    world.run(1)
    rule = world.network.rule("wifi-off", lasts=5)
    stream.send(b"hello")
    world.run(4)
    assert bytes(stream.received) == b""
    world.run(10)
    assert bytes(stream.received) == b"hello"
    assert world.network.trace.of(ConnectionClosed) == []
    assert rule.hits > 2


@pytest.mark.parametrize("host", ["peer", "192.168.4.1"])
@pytest.mark.parametrize(("is_off", "lines"), [(True, ["tried", "closed"]), (False, ["tried"])])
def test_connecting_without_wifi_fails_at_once(is_off: bool, lines: list[str], host: str) -> None:
    world = World(CLIENT % host)
    world.peer.host.listen(7, lambda socket: Nobody())
    world.boot()
    if is_off:
        world.network.rule("wifi-off")
    world.run(4.5)
    assert world.lines == lines


class Nobody:
    def connection_made(self, socket: object) -> None: ...
    def data_received(self, data: bytes) -> None: ...
    def eof_received(self) -> None: ...
    def connection_lost(self, reason: str) -> None: ...
    def resume_writing(self) -> None: ...
