"""The broker, as clients of Eclipse Paho and raw connections see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.broker import Broker, Message
from sim.event import ConnectionClosed, MqttRejected
from sim.mqtt import (
    ConnAck,
    Connect,
    Malformed,
    Packet,
    PacketReader,
    PingReq,
    PingResp,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    SubAck,
    Subscribe,
    write_packet,
)
from sim.network.network import Network
from sim.peer import Peer, Stream
from tests.paho_client import PahoClient


class Raw:
    """A connection to the broker that sends any bytes."""

    def __init__(self, network: Network) -> None:
        self.clock = network.clock
        self.stream: Stream = Peer(network).connect("broker", 1883)

    def say(self, *packets: Packet | bytes, us: int = 10_000) -> list[Packet | Malformed]:
        """Send packets, let some time pass; the packets that came."""
        for packet in packets:
            self.stream.send(packet if isinstance(packet, bytes) else write_packet(packet))
        self.clock.run_until(self.clock.now_us + us)
        reader, out = PacketReader(), []
        while (item := reader.read(self.stream.received)) is not None:
            out.append(item)
        return out

    @property
    def is_over(self) -> bool:
        return self.stream.got_eof or self.stream.lost is not None


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def broker(network: Network) -> Broker:
    return Broker(network)


def payloads(client: PahoClient) -> list[tuple[str, bytes, int, bool]]:
    return [(m.topic, bytes(m.payload), m.qos, bool(m.retain)) for m in client.messages]


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_message_goes_from_one_client_to_another(network: Network, broker: Broker, qos: int) -> None:
    sender, taker = PahoClient(network, "sender").join(), PahoClient(network, "taker").join()
    taker.subscribe("a/+", 2)
    taker.settle()
    sender.publish("a/b", b"hello", qos)
    sender.settle()
    taker.settle()
    sender.settle()
    assert payloads(taker) == [("a/b", b"hello", qos, False)]
    assert taker.events == [("connected", False, 0), ("subscribed", 2)]
    assert sender.events == [("connected", False, 0), ("published",)]
    assert broker.clients == ["sender", "taker"]


def test_qos_is_the_lower_one_of_message_and_subscription(network: Network, broker: Broker) -> None:
    taker = PahoClient(network, "taker").join()
    taker.subscribe([("low", 0), ("mid", 1), ("high", 2)])
    taker.settle()
    for topic in ("low", "mid", "high"):
        broker.publish(topic, topic, qos=2)
    broker.publish("high", "again", qos=1)
    taker.settle()
    assert sorted(payloads(taker)) == [
        ("high", b"again", 1, False),
        ("high", b"high", 2, False),
        ("low", b"low", 0, False),
        ("mid", b"mid", 1, False),
    ]


def test_overlapping_filters_bring_one_message_with_the_highest_qos(network: Network, broker: Broker) -> None:
    taker = PahoClient(network, "taker").join()
    taker.subscribe([("a/#", 0), ("a/b", 1), ("#", 0)])
    taker.settle()
    broker.publish("a/b", "x", qos=2)
    taker.settle()
    assert payloads(taker) == [("a/b", b"x", 1, False)]


def test_unsubscribed_filter_brings_nothing_more(network: Network, broker: Broker) -> None:
    taker = PahoClient(network, "taker").join()
    taker.subscribe([("a", 0), ("b", 0)])
    taker.unsubscribe("a")
    taker.settle()
    broker.publish("a", "1")
    broker.publish("b", "2")
    taker.settle()
    assert payloads(taker) == [("b", b"2", 0, False)]
    assert taker.events[1:] == [("subscribed", 0, 0), ("unsubscribed",)]


def test_filter_that_is_none_is_refused_and_the_others_count(network: Network, broker: Broker) -> None:
    taker = PahoClient(network, "taker").join()
    raw = Raw(network)
    assert raw.say(Connect(b"raw"), Subscribe(1, ((b"a/#/b", 0), (b"ok", 1)))) == [ConnAck(), SubAck(1, (0x80, 1))]
    taker.publish("ok", b"1")
    taker.settle()
    assert raw.say() == [Publish(b"ok", b"1")]


def test_retained_message_greets_new_subscribers_until_an_empty_one_clears_it(
    network: Network, broker: Broker
) -> None:
    sender = PahoClient(network, "sender").join()
    for topic, payload in (("s/1", b"old"), ("s/1", b"new"), ("s/2", b"x")):
        sender.publish(topic, payload, 1, retain=True)
    sender.settle()
    assert broker.retained == {"s/1": b"new", "s/2": b"x"}
    taker = PahoClient(network, "taker").join()
    taker.subscribe("s/+", 0)
    taker.settle()
    broker.publish("s/2", "live", retain=True)
    taker.settle()
    assert payloads(taker) == [("s/1", b"new", 0, True), ("s/2", b"x", 0, True), ("s/2", b"live", 0, False)]
    sender.publish("s/1", b"", retain=True)
    sender.settle()
    assert broker.retained == {"s/2": b"live"}


def test_will_is_published_when_a_client_is_lost_and_not_when_it_says_good_bye(
    network: Network, broker: Broker
) -> None:
    seen: list[Message] = []
    broker.subscribe("will/#", seen.append)
    for name in ("lost", "orderly"):
        client = PahoClient(network, name)
        client.will_set(f"will/{name}", name, 1, True)
        client.join()
        if name == "lost":
            assert client.wire.stream is not None
            client.wire.stream.reset()
        else:
            client.disconnect()
        client.settle()
    assert seen == [Message("will/lost", b"lost", 1)]
    assert broker.retained == {"will/lost": b"lost"}
    assert broker.clients == []


def test_client_that_is_silent_for_one_and_a_half_keep_alives_is_dropped(network: Network, broker: Broker) -> None:
    seen: list[str] = []
    broker.subscribe("#", lambda message: seen.append(message.topic))
    raw = Raw(network)
    raw.say(b"\x10\x15\x00\x04MQTT\x04\x06\x00\x0a\x00\x01a\x00\x04will\x00\x00")
    raw.say(us=9_000_000)
    assert raw.say(PingReq(), us=14_900_000) == [PingResp()]
    assert broker.clients == ["a"]
    raw.say(us=200_000)
    assert broker.clients == []
    assert seen == ["will"]
    assert raw.stream.lost == "reset"
    assert ConnectionClosed(2, "timed out") in network.trace.of(ConnectionClosed)


def test_client_without_keep_alive_may_be_silent_for_ever(network: Network, broker: Broker) -> None:
    raw = Raw(network)
    raw.say(Connect(b"a", keep_alive=0), us=10**12)
    assert raw.say(PingReq()) == [PingResp()]


def test_connection_that_never_says_connect_is_dropped(network: Network, broker: Broker) -> None:
    raw = Raw(network)
    raw.say(us=9_900_000)
    assert not raw.is_over
    raw.say(us=200_000)
    assert raw.is_over


def test_second_client_of_a_name_takes_its_place_and_the_will_of_the_first_is_published(
    network: Network, broker: Broker
) -> None:
    seen: list[str] = []
    broker.subscribe("will", lambda message: seen.append(message.text))
    first = PahoClient(network, "same")
    first.will_set("will", "first")
    first.join()
    second = PahoClient(network, "same").join()
    first.settle()
    assert first.events[1:] == [("disconnected",)]
    assert second.is_connected()
    assert broker.clients == ["same"]
    assert seen == ["first"]


def test_session_that_is_not_clean_outlives_its_connection(network: Network, broker: Broker) -> None:
    first = PahoClient(network, "keeps", clean=False).join()
    first.subscribe([("one", 1), ("zero", 0)])
    first.settle()
    first.disconnect()
    first.settle()
    for number in range(3):
        broker.publish("one", str(number), qos=1)
    broker.publish("zero", "lost", qos=0)
    second = PahoClient(network, "keeps", clean=False).join()
    second.settle()
    assert second.events == [("connected", True, 0)]
    assert [(bytes(m.payload), m.dup) for m in second.messages] == [(b"0", False), (b"1", False), (b"2", False)]
    third = PahoClient(network, "keeps", clean=True).join()
    broker.publish("one", "gone", qos=1)
    third.settle()
    assert third.events == [("connected", False, 0)]
    assert third.messages == []


def test_message_without_acknowledgment_comes_again_on_the_next_connection(network: Network, broker: Broker) -> None:
    raw = Raw(network)
    raw.say(Connect(b"r", clean_session=False), Subscribe(1, ((b"t", 2),)))
    broker.publish("t", "1", qos=1)
    broker.publish("t", "2", qos=2)
    one, two = raw.say()
    assert isinstance(one, Publish)
    assert isinstance(two, Publish)
    assert raw.say(PubRec(two.packet_id)) == [PubRel(two.packet_id)]
    again = Raw(network)
    assert again.say(Connect(b"r", clean_session=False)) == [
        ConnAck(0, True),
        Publish(b"t", b"1", 1, False, one.packet_id, True),
        PubRel(two.packet_id),
    ]
    again.say(PubAck(one.packet_id), PubComp(two.packet_id))
    assert Raw(network).say(Connect(b"r", clean_session=False)) == [ConnAck(0, True)]


def test_message_of_qos_2_that_comes_twice_is_handed_on_once(network: Network, broker: Broker) -> None:
    seen: list[bytes] = []
    broker.subscribe("#", lambda message: seen.append(message.payload))
    raw = Raw(network)
    message, again = (Publish(b"t", b"x", 2, False, 7, dup) for dup in (False, True))
    assert raw.say(Connect(b"r"), message, again) == [ConnAck(), PubRec(7), PubRec(7)]
    assert raw.say(PubRel(7), PubRel(7)) == [PubComp(7), PubComp(7)]
    raw.say(message)
    assert seen == [b"x", b"x"]


@pytest.mark.parametrize(("name", "password", "code"), [("u", "p", 0), ("u", "wrong", 4), ("v", "p", 4)])
def test_accounts_decide_who_is_let_in(network: Network, name: str, password: str, code: int) -> None:
    Broker(network, accounts={"u": "p"})
    raw = Raw(network)
    assert raw.say(Connect(b"c", user_name=name.encode(), password=password.encode())) == [ConnAck(code)]
    assert raw.is_over is (code != 0)


def test_client_without_a_name_is_given_one_if_its_session_is_clean(network: Network, broker: Broker) -> None:
    assert Raw(network).say(Connect(b"")) == [ConnAck()]
    assert broker.clients == ["auto-1"]
    refused = Raw(network)
    assert refused.say(Connect(b"", clean_session=False)) == [ConnAck(2)]
    assert refused.is_over


def test_other_protocol_level_is_answered_1(network: Network, broker: Broker) -> None:
    raw = Raw(network)
    assert raw.say(b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x01a") == [ConnAck(1)]
    assert raw.is_over


@pytest.mark.parametrize(
    ("packets", "reason"),
    [
        ([Publish(b"t")], "PUBLISH is out of place: the client broke the protocol"),
        ([Connect(b"c"), Connect(b"c")], "CONNECT is out of place: the client broke the protocol"),
        ([Connect(b"c"), PingResp()], "PINGRESP is out of place: the client broke the protocol"),
        ([Connect(b"c"), Publish(b"a/#")], "PUBLISH has a topic that is empty or has a wildcard in it"),
        ([b"GET / HTTP/1.1\r\n\r\n"], "PUBACK has the flags 7, expected 0"),
        ([Connect(b"c"), b"\x30\x80\x80\x80\x01"], "PUBLISH of 2097152 bytes, at most 1048576 are taken"),
    ],
)
def test_what_breaks_the_protocol_ends_the_connection_and_the_trace_says_why(
    network: Network, broker: Broker, packets: list[Packet | bytes], reason: str
) -> None:
    raw = Raw(network)
    raw.say(*packets)
    assert raw.is_over
    [fact] = network.trace.of(MqttRejected)
    assert (fact.host, fact.direction, fact.reason) == ("broker", "in", reason)
    assert broker.clients == []


def test_broker_that_is_off_refuses_and_keeps_retained_messages_and_sessions(network: Network, broker: Broker) -> None:
    seen: list[Message] = []
    broker.subscribe("will", seen.append)
    client = PahoClient(network, "c", clean=False)
    client.will_set("will", "x")
    client.join()
    client.subscribe("t", 1)
    client.publish("kept", b"1", retain=True)
    client.settle()
    broker.stop()
    client.settle()
    assert client.events[-1] == ("disconnected",)
    assert (broker.is_on, broker.clients, seen) == (False, [], [])
    assert Raw(network).say() == []
    broker.publish("t", "later", qos=1)
    broker.start()
    client.reconnect()
    client.settle()
    assert client.events[-1] == ("connected", True, 0)
    assert payloads(client) == [("t", b"later", 1, False)]
    assert broker.retained == {"kept": b"1"}


def test_broker_answers_to_mqtt_too_unless_another_host_does(network: Network, broker: Broker) -> None:
    assert {network.resolve(broker.host, name) for name in ("broker", "broker.local", "mqtt", "mqtt.local")} == {
        broker.host.address
    }
    other = Broker(network, "second", 1884)
    assert network.resolve(other.host, "mqtt") == broker.host.address


def test_own_subscription_gets_what_is_retained_and_ends(broker: Broker) -> None:
    seen: list[Message] = []
    broker.publish("a", "é", retain=True)
    end = broker.subscribe("+", seen.append)
    broker.publish("b", b"\xff", qos=1)
    end()
    end()
    broker.publish("c", "no more")
    assert seen == [Message("a", "é".encode(), 0, True), Message("b", b"\xff", 1)]
    assert [message.text for message in seen] == ["é", "\ufffd"]


def test_wrong_arguments_say_what_is_wrong(broker: Broker) -> None:
    with pytest.raises(ValueError, match=r"a topic is some text without the wildcards \+ and #, got 'a/\+'"):
        broker.publish("a/+", "x")
    with pytest.raises(ValueError, match="qos must be 0, 1 or 2, got 3"):
        broker.publish("a", "x", qos=3)
    with pytest.raises(ValueError, match="got 'a/#/b'"):
        broker.subscribe("a/#/b", print)


@given(st.lists(st.binary(max_size=60), max_size=5), st.booleans())
def test_any_bytes_leave_the_broker_running(pieces: list[bytes], is_connected: bool) -> None:
    network = Network()
    broker = Broker(network)
    raw = Raw(network)
    raw.say(*([Connect(b"fuzz", keep_alive=5)] if is_connected else []), *pieces, us=60_000_000)
    assert raw.is_over
    assert Raw(network).say(Connect(b"after"), PingReq()) == [ConnAck(), PingResp()]
    assert broker.clients == ["after"]
