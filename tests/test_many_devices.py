"""Many devices in one process share what never changes, and nothing else."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import Any

import pytest

from sim import natives
from sim.api.config import DEFAULTS
from sim.device import Device
from sim.event import DeviceFailed, NativeMissing
from sim.export import to_jsonl
from sim.mjs import Engine, MjsError, signature
from sim.network.network import Network
from sim.peer import Peer
from tests.world import World

HELLO = """
load('api_http.js');
HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello');
}, null);
"""

IDLE_BYTES = 100_000
"""What an idle device may take: 500 of them shall fit into a tab."""


def made(count: int, firmware: str = HELLO) -> tuple[Network, list[Device]]:
    network = Network()
    devices = [Device(network, {"init.js": firmware}, name=f"d{number}") for number in range(count)]
    assert all(device.boot() for device in devices)
    return network, devices


def test_an_idle_device_takes_little_memory() -> None:
    network, devices = made(2)  # what all share is there now
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(20):
            devices.append(Device(network, {"init.js": HELLO}, name=f"further{number}"))
            devices[-1].boot()
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size / 20 < IDLE_BYTES


def test_a_request_takes_the_same_steps_among_many_devices_as_among_two() -> None:
    costs = []
    for count in (2, 60):
        network, devices = made(count)
        peer = Peer(network)
        network.clock.run_until(1_000_000)
        before, ran = network.trace.next_seq, network.clock.ran
        assert peer.request("GET", "/my/api", to=devices[1].name).body == b"hello"
        costs.append((network.trace.next_seq - before, network.clock.ran - ran))
    assert costs[0] == costs[1]


def test_configuration_that_one_device_changes_is_its_own() -> None:
    defaults = json.dumps(DEFAULTS)
    network = Network()
    program = "load('api_config.js'); Cfg.set({wifi: {sta: {ssid: 'mine'}}, debug: {level: 4}});"
    changed = Device(network, {"init.js": program, "conf0.json": '{"wifi": {"own": 1}, "my": {"key": 2}}'}, name="one")
    other = Device(network, {"init.js": "1;"}, name="two")
    assert changed.boot()
    assert other.boot()
    assert changed.config is not None
    assert other.config is not None
    assert changed.config.get("wifi.sta.ssid") == "mine"
    assert changed.config.get("my.key") == 2
    assert json.loads(changed.files["conf9.json"]) == {"wifi": {"sta": {"ssid": "mine"}}, "debug": {"level": 4}}
    assert other.config.get("device.id") == "two"
    assert other.config.get("wifi") == DEFAULTS["wifi"]
    assert other.config.get("my") is None
    assert json.dumps(DEFAULTS) == defaults


def test_c_functions_of_a_device_work_on_it_alone() -> None:
    program = "ffi('bool mgos_gpio_setup_output(int, bool)')(4, false);"
    _, (first, second) = made(2, program)
    first.load({"init.js": program + "ffi('void mgos_gpio_write(int, bool)')(4, true);"})
    assert first.reboot()
    assert (first.hardware.pin(4).level, second.hardware.pin(4).level) == (1, 0)


def test_a_signature_that_one_engine_knows_is_of_no_use_to_one_without_the_function() -> None:
    text = "int only_here(int)"
    with_it = Engine(natives={"only_here": lambda value: value + 1})
    with_it.run(f"let result = ffi('{text}')(41);", "a.js")
    assert with_it.globals["result"] == 42
    with pytest.raises(MjsError, match="dlsym\\('only_here'\\) failed"):
        Engine(natives={}).run(f"ffi('{text}');", "b.js")


def test_signatures_that_are_kept_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature, "_signatures", {})
    monkeypatch.setattr(signature, "MOST_KEPT", 3)
    for number in range(10):
        assert signature.parse_signature(f"int f{number}(int)").name == f"f{number}"
    signature.parse_signature("int" + " " * signature.LONGEST_KEPT + "g(int)")
    assert list(signature._signatures) == [f"int f{number}(int)" for number in range(3)]


def test_the_trace_is_the_same_whatever_booted_before() -> None:
    def run() -> str:
        world = World(HELLO + "ffi('int nobody_has(int)');", "init.js")
        world.peer.request("GET", "/my/api")
        assert len(world.trace.of(NativeMissing)) == len(world.trace.of(DeviceFailed)) == 1
        return "".join(to_jsonl(world.trace))

    natives._maker_of.clear()
    signature._signatures.clear()
    first = run()
    World("load('api_gpio.js'); load('api_config.js'); Cfg.set({debug: {level: 4}}); print(1);", "init.js")
    assert run() == first


def test_only_c_functions_of_a_wanted_kind_are_made() -> None:
    made(1, "1;")
    made_for: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> object:
            made_for.append(name)
            raise LookupError(name)

    device: Any = Watched()
    functions = natives.make_natives(device)
    assert "mgos_ili9341_print" in list(functions)
    assert functions.get("no such function") is None
    assert made_for == []
    with pytest.raises(LookupError):
        functions["mgos_ili9341_print"]
    assert made_for == ["LiquidCrystalI2C"]  # what the functions of screens ask for first
