"""Every example runs and does what its first line says to try."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.check import check
from sim.cli import read_project
from sim.mhttp.websocket import Frame
from sim.neighbours import make_neighbours, split_hosts
from sim.peer_websocket import WebSocketClient
from tests.world import World

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix == ".js" or path.is_dir())


def example(name: str) -> World:
    """Boot an example with the hosts that it brings."""
    project, main = read_project(str(EXAMPLES / name))
    files, hosts = split_hosts(project)
    main = main or "init.js"
    firmware = files.pop(main)
    assert isinstance(firmware, bytes)
    world = World(firmware.decode(), main, files=files, boot=False)
    for neighbour in make_neighbours(world.network, hosts):
        assert neighbour.boot()
    assert world.device.boot()
    return world


def test_there_are_eight_scripts_at_least() -> None:
    assert len(SCRIPTS) >= 8


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_example_says_what_to_try_and_has_no_findings(name: str) -> None:
    project, _ = read_project(str(EXAMPLES / name))
    [main] = [file for file in project if file in ("init.js", name)]
    assert project[main].startswith(b"// ") or name == "hello.js"
    assert check(project) == []


def test_hello() -> None:
    assert example("hello.js").get("/my/api").body == b"  hello! \n"


def test_led() -> None:
    world = example("led.js")
    pin = world.device.hardware.pin(2)
    assert world.get("/led/on").body == b'{"on":true}'
    assert pin.level == 1
    assert world.get("/led/off").status == 200
    assert pin.level == 0
    assert world.get("/led", "POST", b'{"on": true}').status == 200
    assert pin.level == 1
    assert world.get("/led").status == 405
    assert world.get("/led", "POST", b"on").status == 400


def test_dashboard() -> None:
    world = example("dashboard")
    assert b"<h1>Sensor</h1>" in world.get("/").body
    world.device.hardware.analog(34).raw = 1234
    texts: list[dict[str, int]] = []

    def framed(direction: str, frame: Frame) -> None:
        if direction == "received" and frame.opcode == 1:
            texts.append(json.loads(frame.payload))

    client: WebSocketClient = world.peer.websocket("device", "/live", on_frame=framed)
    world.settle(2_500_000)
    assert [text["sensor"] for text in texts] == [1234] * 3
    client.send(b"toggle")
    world.settle(100_000)
    assert texts[-1]["led"] == 1
    client.close()
    world.settle(3_000_000)
    assert world.failures == []


def test_rpc() -> None:
    world = example("rpc.js")
    world.settle()
    assert world.printed == ["20 + 22 = 42 "]
    assert json.loads(world.get("/rpc/Sum", "POST", b'{"a": 2, "b": 3}').body) == {"sum": 5}
    assert world.get("/rpc/Sum", "POST", b'{"a": "2"}').status == 500
    assert [json.loads(world.get("/rpc/Counter.Add", "POST", body).body) for body in (b"", b'{"by": 4}')] == [1, 5]


def test_heartbeat() -> None:
    world = example("heartbeat.js")
    world.settle(11_000_000)
    broker = world.device.broker
    assert broker is not None
    assert world.printed[0] == "connected to the broker "
    beats: list[dict[str, int]] = []
    broker.subscribe("device/heartbeat", lambda message: beats.append(json.loads(message.payload)))
    world.settle(10_000_000)
    assert [beat["uptime"] for beat in beats] == [15, 20]
    broker.publish("device/led", "on")
    world.settle()
    assert world.device.hardware.pin(2).level == 1


def test_button() -> None:
    world = example("button.js")
    button = world.device.hardware.pin(0)
    for _ in range(2):
        button.press()
        world.settle(1_000_000)
    assert json.loads(world.get("/presses").body) == {"presses": 2}
    assert world.printed[0].startswith("press 1 of pin 0 at 00:00:0")


def test_poll() -> None:
    world = example("poll")
    world.settle(21_000_000)
    own = [line for line in world.printed if "order" in line]
    assert own == [
        "order 1 is work ",
        "order 2 is rest ",
        "no orders this time, failure 1 ",
        "order 4 is rest ",
    ]


def test_discovery() -> None:
    world = example("discovery")
    world.settle(3_000_000)
    assert world.printed == ["asked who is there? by 192.168.4.3:49152 ", "found device which is a lamp "]
