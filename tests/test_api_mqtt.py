"""Scripts publish and subscribe, over the broker that the simulation provides."""

from __future__ import annotations

import pytest

from sim.broker import Broker
from sim.event import HostAdded
from tests.world import World

ENABLE = "Cfg.set({mqtt: {enable: true, server: '%s'}}, false);\n"
TALK = """
MQTT.setEventHandler(function(conn, ev, edata, ud) { if (ev !== 0) print(ud, ev); }, 'event');
MQTT.sub('a/+', function(conn, topic, message, ud) { print(topic, message, message.length, ud.x); }, {x: 7});
Timer.set(3000, 0, function() { print(MQTT.pub('a/b', 'x\\xff\\x00y', 1) > 0, MQTT.isConnected()); }, null);
"""


def connected(script: str, server: str = "broker") -> World:
    world = World(ENABLE % server + script, "init.js")
    world.settle(5_000_000)
    assert world.failures == []
    return world


def test_a_script_gets_what_it_publishes() -> None:
    world = connected(TALK)
    assert r"a/b x\xff\x00y 4 7 " in world.printed
    assert "true true " in world.printed
    assert "event 202 " in world.printed
    assert "event 204 " in world.printed


def test_without_a_connection_nothing_is_published() -> None:
    assert World("print(MQTT.isConnected(), MQTT.pub('a', 'b', 0, false));", "init.js").printed == ["false 0 "]


def test_a_message_must_be_a_string() -> None:
    [failure] = World("MQTT.pub('a', 5);", "init.js").failures
    assert (failure.message, failure.line) == ("type error", 1)


@pytest.mark.parametrize("server", ["broker", "iot.example.org:1884", "10.0.0.9:1883"])
def test_the_broker_of_the_configuration_is_there(server: str) -> None:
    world = connected(TALK, server)
    assert world.device.broker is not None
    assert world.device.broker.clients == ["device"]
    name, _, port = server.partition(":")
    assert world.device.broker.port == int(port or 1883)
    assert name in (world.device.broker.host.name, world.device.broker.host.address)


def test_a_broker_that_is_there_is_used() -> None:
    world = World(ENABLE % "mine" + TALK, "init.js", boot=False)
    broker = Broker(world.network, "mine")
    world.device.boot()
    world.settle(5_000_000)
    assert broker.clients == ["device"]
    assert world.device.broker is None


def test_a_device_without_broker_finds_none() -> None:
    world = World(ENABLE % "broker" + TALK, "init.js", broker=False)
    world.settle(5_000_000)
    assert "false" not in world.printed
    assert [event.host for event in world.trace.of(HostAdded)] == ["device", "peer"]


def test_clouds_that_come_and_go_are_events() -> None:
    world = connected("""
Event.on(Event.CLOUD_CONNECTED, function(ev) { print('cloud', ev - Event.SYS); }, null);
Event.on(Event.CLOUD_DISCONNECTED, function(ev) { print('gone', ev - Event.SYS); }, null);
""")
    assert world.device.broker is not None
    world.device.broker.stop()
    world.settle(1_000_000)
    assert world.printed == ["cloud 4 ", "gone 5 "]


def test_rpc_is_called_over_mqtt() -> None:
    world = connected("RPC.addHandler('Sum', function(args) { return args.a + args.b; }, null);")
    broker = world.device.broker
    assert broker is not None
    got: list[bytes] = []
    broker.subscribe("me/rpc", lambda message: got.append(message.payload))
    broker.publish("device/rpc", '{"id": 1, "src": "me", "method": "Sum", "args": {"a": 2, "b": 3}}')
    world.settle()
    assert got == [b'{"id":1,"src":"device","dst":"me","result":5}']
