"""The device's MQTT client, over the virtual network."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.api.connection import Connection
from sim.api.mqtt import MQTT
from sim.broker import Broker, Message
from sim.event import ConnectionOpened, MqttPacket, MqttRejected
from sim.mhttp import Limits
from sim.mqtt import (
    ConnAck,
    Connect,
    Packet,
    PacketReader,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    SubAck,
    Subscribe,
    Will,
    write_packet,
)
from sim.network.rule import Deliver, Drop, Pass, Verdict
from tests.mqtt_world import MqttWorld

PROFILES = ["documented", "mongoose-6.7", "mongoose-6.18"]


@pytest.mark.parametrize("profile", PROFILES)
def test_device_connects_at_boot_and_messages_go_both_ways(profile: str) -> None:
    world = MqttWorld(profile=profile)
    seen: list[Message] = []
    world.broker.subscribe("up/#", seen.append)
    mqtt = world.boot()
    got: list[tuple[str, str, object]] = []
    mqtt.sub("down/+", lambda conn, topic, message, ud: got.append((topic, message, ud)), "ud")
    assert not mqtt.isConnected()
    assert mqtt.pub("up/1", "lost") == 0
    world.settle()
    assert mqtt.isConnected()
    assert world.broker.clients == ["device"]
    assert mqtt.pub("up/1", "one") > 0
    assert mqtt.pub(b"up/2", b"\xff\x00", 1, True) > 0
    assert mqtt.pub("up/3", "three", qos=2) > 0
    world.broker.publish("down/x", "é", qos=1)
    world.broker.publish("down/y", b"\xff")
    world.broker.publish("other", "not for us")
    world.settle()
    assert seen == [Message("up/1", b"one"), Message("up/2", b"\xff\x00", 1), Message("up/3", b"three", 2)]
    assert world.broker.retained == {"up/2": b"\xff\x00"}
    assert got == [("down/x", "é", "ud"), ("down/y", "\udcff", "ud")]
    assert world.changes == [(0, True)]
    assert world.failures == []


@pytest.mark.parametrize("config", [{"enable": False}, {"server": ""}])
def test_device_without_a_broker_in_its_configuration_connects_to_none(config: dict[str, Any]) -> None:
    world = MqttWorld(**config)
    world.boot()
    world.settle(10**9)
    assert world.trace.of(ConnectionOpened) == []


def test_configuration_that_the_main_file_sets_counts() -> None:
    world = MqttWorld(enable=False)
    mqtt = world.boot()
    world.settings.merge({"mqtt": {"enable": True, "client_id": "renamed"}})
    world.settle()
    assert mqtt.isConnected()
    assert world.broker.clients == ["renamed"]


@pytest.mark.parametrize("server", ["broker", "mqtt.local", "broker:1883", "tcp://broker", "192.168.4.2"])
def test_server_is_a_name_or_address_with_or_without_a_port(server: str) -> None:
    world = MqttWorld(server=server)
    mqtt = world.boot()
    world.settle()
    assert mqtt.isConnected()


def packets_of(stream: Any) -> list[Any]:
    reader, out = PacketReader(), []
    while (item := reader.read(stream.received)) is not None:
        out.append(item)
    return out


def test_configuration_makes_the_connect_packet() -> None:
    world = MqttWorld(
        broker=False,
        server="raw:99",
        client_id="me",
        user="u",
        password="p",
        keep_alive=7,
        clean_session=False,
        will_topic="w",
        will_message="bye",
        will_retain=True,
    )
    streams = world.serve(99)
    world.boot()
    world.settle()
    assert packets_of(streams[0]) == [Connect(b"me", False, 7, b"u", b"p", Will(b"w", b"bye", 0, True))]


def test_will_is_published_when_the_device_loses_power() -> None:
    world = MqttWorld(will_topic="state", will_message="offline")
    seen: list[str] = []
    world.broker.subscribe("state", lambda message: seen.append(message.text))
    world.boot()
    world.settle()
    world.power_off()
    world.settle()
    assert seen == ["offline"]
    assert world.broker.clients == []


def test_after_power_off_no_handler_is_called_and_a_new_boot_begins_afresh() -> None:
    world = MqttWorld()
    events: list[int] = []
    mqtt = world.boot()
    mqtt.setEventHandler(lambda conn, ev: events.append(ev))
    world.settle()
    world.power_off()
    events.clear()
    world.settle(600_000_000)
    assert events == []
    assert world.broker.clients == []
    assert world.boot().isConnected() is False
    world.settle()
    assert world.broker.clients == ["device"]
    assert len([1 for direction, kind in world.packets if kind == "CONNECT"]) == 2


def test_events_have_the_numbers_of_the_library() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    events: list[tuple[int, object]] = []
    mqtt.setEventHandler(lambda conn, ev, data, ud: events.append((ev, data)) if ev else None)
    mqtt.sub("a", lambda: None)
    world.settle()
    assert [ev for ev, _ in events] == [MQTT.EV_CONNACK, MQTT.EV_SUBACK]
    assert events[0][1] == ConnAck()
    assert isinstance(events[1][1], SubAck)
    number = mqtt.pub("a", "x", 1)
    world.settle()
    assert events[2:] == [(MQTT.EV_PUBACK, PubAck(number))]
    world.broker.stop()
    world.settle()
    assert events[3:] == [(MQTT.EV_CLOSE, None)]
    assert world.changes == [(0, True), (2, False)]


def test_event_handlers_are_added_and_the_newest_is_called_first() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    calls: list[str] = []
    for name in ("first", "second"):
        mqtt.setEventHandler(lambda conn, ev, data, ud: calls.append(ud) if ev == MQTT.EV_CONNACK else None, name)
    world.settle()
    assert calls == ["second", "first"]


def test_polls_reach_event_handlers_as_number_0() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    polls: list[int] = []
    mqtt.setEventHandler(lambda conn, ev, data: polls.append(data) if ev == 0 else None)
    world.settle()
    assert polls
    assert all(isinstance(ms, int) for ms in polls)


def test_message_that_no_filter_takes_is_an_event() -> None:
    world = MqttWorld(clean_session=False)
    mqtt = world.boot()
    mqtt.sub("a", lambda: None)
    world.settle()
    world.power_off()
    world.broker.publish("a", "kept", qos=1)
    events: list[tuple[int, object]] = []
    world.boot().setEventHandler(lambda conn, ev, data: events.append((ev, data)) if ev else None)
    world.settle()
    assert [ev for ev, _ in events] == [MQTT.EV_CONNACK, MQTT.EV_PUBLISH]
    assert isinstance(events[1][1], Publish)
    assert events[1][1].payload == b"kept"


def test_error_in_a_handler_is_a_record_and_the_others_are_called() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    got: list[str] = []
    mqtt.sub("a", lambda conn, topic, message: got.append(message))
    mqtt.sub("+", lambda conn, topic, message: 1 / 0)
    world.settle()
    world.broker.publish("a", "x")
    world.settle()
    assert got == ["x"]
    assert [failure.error for failure in world.failures] == ["ZeroDivisionError"]
    assert mqtt.isConnected()


def test_device_subscribes_again_after_a_reconnect() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    got: list[str] = []
    mqtt.sub("a", lambda conn, topic, message: got.append(message))
    world.settle()
    world.broker.stop()
    world.settle()
    assert not mqtt.isConnected()
    assert mqtt.pub("a", "lost") == 0
    world.broker.start()
    world.settle(5_000_000)
    assert mqtt.isConnected()
    world.broker.publish("a", "back")
    world.settle()
    assert got == ["back"]
    assert [on for _, on in world.changes] == [True, False, True]


def test_delays_double_up_to_the_largest_and_begin_anew_after_a_success() -> None:
    world = MqttWorld(reconnect_timeout_min=1.0, reconnect_timeout_max=20.0)
    world.broker.stop()
    world.boot()
    world.settle(100_000_000)
    opened = [r.at_us / 1e6 for r in world.trace if isinstance(r.event, ConnectionOpened)]
    delays = [b - a for a, b in itertools.pairwise(opened)]
    for delay, wanted in zip(delays, (2, 4, 8, 16, 20, 20), strict=False):
        assert wanted * 0.9 <= delay <= wanted * 1.1 + 0.01
    assert len(delays) >= 6
    assert len(set(delays)) == len(delays)
    world.broker.start()
    world.settle(30_000_000)
    assert world.mqtt.isConnected()
    world.broker.stop()
    before = world.clock.now_us
    world.broker.start()
    world.settle(4_000_000)
    assert world.mqtt.isConnected()
    [again] = [r.at_us for r in world.trace if isinstance(r.event, ConnectionOpened) and r.event.host == "device"][-1:]
    assert 1_800_000 <= again - before <= 2_210_000


@pytest.mark.parametrize("server", ["nowhere", "udp://broker:1883", ":::", "192.168.4.99"])
def test_server_that_is_not_there_does_not_stop_the_device(server: str) -> None:
    world = MqttWorld(server=server, reconnect_timeout_min=0.0, reconnect_timeout_max=0.0)
    world.boot()
    world.settle(10_000_000)
    assert not world.mqtt.isConnected()
    assert world.failures == []
    assert len(world.trace) < 5_000


def test_broker_that_never_answers_is_given_up_after_half_a_minute() -> None:
    world = MqttWorld(broker=False, server="raw")
    streams = world.serve()
    world.boot()
    world.settle(29_000_000)
    assert streams[0].lost is None
    world.settle(2_000_000)
    assert streams[0].lost == "reset"
    world.settle(3_000_000)
    assert len(streams) == 2
    assert world.changes == []


def test_refused_device_tries_again_and_tells_no_event() -> None:
    world = MqttWorld(broker=False)
    Broker(world.network, accounts={"u": "p"})
    mqtt = world.boot()
    events: list[int] = []
    mqtt.setEventHandler(lambda conn, ev: events.append(ev) if ev else None)
    world.settle(7_000_000)
    assert [f.code for f in world.trace.of(MqttPacket) if f.kind == "CONNACK"] == [4, 4, 4]
    assert events == []
    world.settings.merge({"mqtt": {"user": "u", "pass": "p"}})
    world.settle(60_000_000)
    assert mqtt.isConnected()


def test_device_pings_when_it_has_nothing_to_say_and_stays_connected() -> None:
    world = MqttWorld(keep_alive=10)
    world.boot()
    world.settle(100_000_000)
    assert world.packets.count(("out", "PINGREQ")) in (9, 10)
    assert world.packets.count(("out", "PINGREQ")) == world.packets.count(("in", "PINGRESP"))
    assert world.changes == [(0, True)]


def test_device_with_keep_alive_0_never_pings() -> None:
    world = MqttWorld(keep_alive=0)
    world.boot()
    world.settle(10_000_000_000)
    assert ("out", "PINGREQ") not in world.packets
    assert world.changes == [(0, True)]


class Outage:
    """Drops all packets while it lasts."""

    is_on = False

    def judge(self, packet: object) -> Verdict:
        return Drop("outage") if self.is_on else Pass()


def test_outage_of_the_network_is_noticed_by_both_sides_and_the_device_comes_back() -> None:
    world = MqttWorld(keep_alive=10)
    outage = Outage()
    world.network.rule(outage)
    world.boot()
    world.settle()
    outage.is_on = True
    world.settle(60_000_000)
    assert not world.mqtt.isConnected()
    assert world.broker.clients == []
    outage.is_on = False
    world.settle(120_000_000)
    assert [on for _, on in world.changes] == [True, False, True]
    assert world.broker.clients == ["device"]


def test_device_that_only_talks_notices_an_outage_too() -> None:
    world = MqttWorld(keep_alive=10)
    outage = Outage()
    world.network.rule(outage)
    world.boot()
    world.settle()
    outage.is_on = True
    for _ in range(25):
        world.mqtt.pub("t", "x")
        world.settle()
    assert world.changes[1:] == [(20, False)]


def test_device_that_talks_and_is_answered_need_not_ping() -> None:
    world = MqttWorld(keep_alive=10)
    world.boot()
    for _ in range(100):
        world.settle()
        world.mqtt.pub("t", "x", 1)
    assert ("out", "PINGREQ") not in world.packets


def test_device_without_power_does_not_try_to_connect() -> None:
    world = MqttWorld()
    world.broker.stop()
    world.boot()
    world.settle()
    world.power_off()
    world.broker.start()
    before = len(world.trace)
    world.settle(100_000_000)
    assert len(world.trace) == before


def converse(world: MqttWorld, *packets: Packet | bytes, us: int = 100_000) -> list[Any]:
    """Send from a raw broker to the device; what it has sent since."""
    for packet in packets:
        world.streams[-1].send(packet if isinstance(packet, bytes) else write_packet(packet))
    world.settle(us)
    return packets_of(world.streams[-1])


def raw_world(**options: Any) -> MqttWorld:
    world = MqttWorld(broker=False, server="raw", **options)
    world.streams = world.serve()
    world.boot()
    world.settle(100_000)
    return world


def test_unacknowledged_messages_are_sent_again_on_the_next_connection() -> None:
    world = raw_world()
    assert converse(world, ConnAck()) == [Connect(b"device", True, 60)]
    first, second = world.mqtt.pub("t", "1", 1), world.mqtt.pub("t", "2", 2)
    assert converse(world) == [Publish(b"t", b"1", 1, packet_id=first), Publish(b"t", b"2", 2, packet_id=second)]
    assert converse(world, PubRec(second)) == [PubRel(second)]
    world.streams[-1].reset()
    world.settle(3_000_000)
    assert len(world.streams) == 2
    assert converse(world, ConnAck())[1:] == [Publish(b"t", b"1", 1, False, first, True), PubRel(second)]
    assert converse(world, PubAck(first), PubComp(second)) == []


def test_message_of_qos_2_reaches_the_handler_once() -> None:
    world = raw_world()
    got: list[str] = []
    world.mqtt.sub("t", lambda conn, topic, message: got.append(message))
    message = Publish(b"t", b"x", 2, packet_id=3)
    assert converse(world, ConnAck(), message, message, PubRel(3))[2:] == [PubRec(3), PubRec(3), PubComp(3)]
    assert got == ["x"]


def test_identifiers_of_a_session_that_is_gone_are_new_again() -> None:
    world = raw_world()
    got: list[str] = []
    world.mqtt.sub("t", lambda conn, topic, message: got.append(message))
    converse(world, ConnAck(), Publish(b"t", b"1", 2, packet_id=3))
    for is_present, payload in ((True, b"repeated"), (False, b"2")):
        world.streams[-1].reset()
        world.settle(3_000_000)
        converse(world, ConnAck(0, is_present), Publish(b"t", payload, 2, packet_id=3))
    assert got == ["1", "2"]


def test_handler_that_disconnects_gets_nothing_more() -> None:
    world = raw_world()
    got: list[str] = []

    def take(conn: Connection, topic: str, message: str) -> None:
        got.append(message)
        conn.disconnect()

    world.mqtt.sub("t", take)
    both = write_packet(Publish(b"t", b"1")) + write_packet(Publish(b"t", b"2"))
    converse(world, ConnAck(), both)
    assert got == ["1"]
    assert world.streams[-1].got_eof


def test_subscriptions_ask_for_qos_1_the_newest_first() -> None:
    world = raw_world()
    world.mqtt.sub("a", print)
    world.mqtt.sub("b/#", print)
    assert converse(world, ConnAck())[1:] == [Subscribe(1, ((b"b/#", 1),)), Subscribe(2, ((b"a", 1),))]
    world.mqtt.sub("c", print)
    assert converse(world) == [Subscribe(3, ((b"c", 1),))]


@pytest.mark.parametrize(
    ("packets", "reason"),
    [
        ([Publish(b"t")], "PUBLISH is out of place: the broker broke the protocol"),
        ([ConnAck(), ConnAck()], "CONNACK is out of place: the broker broke the protocol"),
        ([ConnAck(), Connect(b"x")], "CONNECT is out of place: the broker broke the protocol"),
        ([ConnAck(), b"\x36\x00"], "PUBLISH has the flags 6, which MQTT does not allow"),
        ([ConnAck(), b"\x30\x90\x4e"], "PUBLISH of 10000 bytes, at most 5000 are taken"),
    ],
)
def test_broker_that_breaks_the_protocol_is_left_and_the_trace_says_why(
    packets: list[Packet | bytes], reason: str
) -> None:
    world = raw_world(limits=Limits(frame=5000))
    converse(world, *packets)
    [fact] = world.trace.of(MqttRejected)
    assert (fact.host, fact.direction, fact.reason) == ("device", "in", reason)
    assert world.streams[-1].got_eof
    world.settle(5_000_000)
    assert len(world.streams) == 2


def test_topic_that_mqtt_forbids_costs_the_connection_and_the_trace_says_so_on_both_sides() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    world.settle()
    assert mqtt.pub("a/#", "x") > 0
    world.settle()
    assert not mqtt.isConnected()
    reason = "PUBLISH has a topic that is empty or has a wildcard in it"
    assert [(f.host, f.direction, f.reason) for f in world.trace.of(MqttRejected)] == [
        ("device", "out", reason),
        ("broker", "in", reason),
    ]


def test_trace_has_each_packet_of_the_device_with_what_it_says() -> None:
    world = MqttWorld()
    mqtt = world.boot()
    mqtt.sub("a/+", lambda: None)
    world.settle()
    mqtt.pub("a/b", "hi", 1, True)
    world.settle()
    facts = [
        (f.direction, f.kind, f.packet_id, f.topic, f.qos, f.retain, f.code, f.data)
        for f in world.trace.of(MqttPacket)
    ]
    assert facts == [
        ("out", "CONNECT", 0, "", 0, False, 0, b"device"),
        ("in", "CONNACK", 0, "", 0, False, 0, b""),
        ("out", "SUBSCRIBE", 1, "a/+", 1, False, 0, b""),
        ("in", "SUBACK", 1, "", 0, False, 1, b""),
        ("out", "PUBLISH", 2, "a/b", 1, True, 0, b"hi"),
        ("in", "PUBLISH", 1, "a/b", 1, False, 0, b"hi"),
        ("out", "PUBACK", 1, "", 0, False, 0, b""),
        ("in", "PUBACK", 2, "", 0, False, 0, b""),
    ]
    assert {(f.host, f.connection) for f in world.trace.of(MqttPacket)} == {("device", 1)}


def test_wrong_arguments_say_what_is_wrong() -> None:
    mqtt: Any = MqttWorld().boot()  # firmware has no types
    with pytest.raises(TypeError, match=r"MQTT\.pub: data must be bytes or str, got int"):
        mqtt.pub("t", 5)
    with pytest.raises(TypeError, match=r"MQTT\.sub: the handler must be a function, got str"):
        mqtt.sub("t", "x")
    with pytest.raises(TypeError, match=r"MQTT\.setEventHandler: the handler takes 5 arguments"):
        mqtt.setEventHandler(lambda a, b, c, d, e: None)
    with pytest.raises(ValueError, match="QoS must be 0, 1 or 2, got 3"):
        mqtt.pub("t", "x", 3)
    with pytest.raises(ValueError, match="the topic has 65536 bytes"):
        mqtt.pub("t" * 65536, "x")


def test_configuration_too_long_for_mqtt_is_a_failure_that_names_it() -> None:
    world = MqttWorld(client_id="x" * 65536)
    world.boot()
    world.settle(40_000_000)
    assert "the client identifier has 65536 bytes" in world.failures[0].message


class Slow:
    """Delays every packet by so much that a whole exchange takes seconds."""

    def judge(self, packet: object) -> Verdict:
        return Deliver(3_000_000)


def test_slow_network_is_not_an_outage() -> None:
    world = MqttWorld(keep_alive=20)
    world.network.rule(Slow())
    world.boot()
    world.settle(200_000_000)
    assert [on for _, on in world.changes] == [True]
    assert world.broker.clients == ["device"]


@pytest.mark.parametrize("profile", PROFILES)
def test_large_message_arrives_whole(profile: str) -> None:
    world = MqttWorld(profile=profile)
    mqtt = world.boot()
    got: list[str] = []
    mqtt.sub("big", lambda conn, topic, message: got.append(message))
    world.settle()
    text = "".join(chr(97 + n % 26) for n in range(200_000))
    mqtt.pub("big", text, 1)
    world.settle(10_000_000)
    assert got == [text]


@given(st.lists(st.binary(max_size=60), max_size=5), st.booleans(), st.sampled_from(PROFILES))
def test_any_bytes_from_a_broker_leave_the_device_running(
    pieces: list[bytes], is_accepted: bool, profile: str
) -> None:
    world = raw_world(profile=profile)
    world.mqtt.sub("#", lambda conn, topic, message: None)
    converse(world, *([ConnAck()] if is_accepted else []), *pieces)
    world.settle(1_000_000)
    assert world.failures == []
    stream = world.streams[-1]
    if stream.lost is None and not stream.got_eof:
        stream.reset()
    world.settle(40_000_000)
    assert len(world.streams) >= 2
    assert packets_of(world.streams[-1])[:1] == [Connect(b"device", True, 60)]
