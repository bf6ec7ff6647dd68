"""MQTT packets as bytes: every packet, every cut, every fault, judged by the client of Eclipse Paho."""

from __future__ import annotations

import itertools
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mqtt import (
    ConnAck,
    Connect,
    ConnectCode,
    Delivery,
    Disconnect,
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
    UnsubAck,
    Unsubscribe,
    Will,
    is_filter,
    is_topic,
    matches,
    write_packet,
)
from tests.paho_client import sent_by_paho

CASES: Final = [  # MQTT 3.1.1, chapter 3
    (b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a", Connect(b"a", True, 60)),
    (
        b"\x10\x1f\x00\x04MQTT\x04\xee\x00\x0a\x00\x01a\x00\x03w/t\x00\x03bye\x00\x01u\x00\x03p\x00\xff",
        Connect(b"a", True, 10, b"u", b"p\x00\xff", Will(b"w/t", b"bye", 1, True)),
    ),
    (b"\x20\x02\x01\x00", ConnAck(0, True)),
    (b"\x20\x02\x00\x05", ConnAck(ConnectCode.NOT_AUTHORIZED)),
    (b"\x30\x05\x00\x03a/b", Publish(b"a/b")),
    (b"\x3d\x09\x00\x03a/b\x00\x0ahi", Publish(b"a/b", b"hi", 2, True, 10, True)),
    (b"\x40\x02\x00\x01", PubAck(1)),
    (b"\x50\x02\x00\x01", PubRec(1)),
    (b"\x62\x02\x00\x01", PubRel(1)),
    (b"\x70\x02\xff\xff", PubComp(65535)),
    (b"\x82\x0e\x00\x0a\x00\x03a/b\x01\x00\x03c/d\x02", Subscribe(10, ((b"a/b", 1), (b"c/d", 2)))),
    (b"\x90\x05\x00\x0a\x00\x02\x80", SubAck(10, (0, 2, 0x80))),
    (b"\xa2\x0c\x00\x0a\x00\x03a/b\x00\x03c/d", Unsubscribe(10, (b"a/b", b"c/d"))),
    (b"\xb0\x02\x00\x0a", UnsubAck(10)),
    (b"\xc0\x00", PingReq()),
    (b"\xd0\x00", PingResp()),
    (b"\xe0\x00", Disconnect()),
]


def read_all(pieces: list[bytes], limit: int = 268_435_455) -> list[Packet | Malformed]:
    """Return what a reader makes of the pieces."""
    reader, buffer, out = PacketReader(limit), bytearray(), list[Packet | Malformed]()
    for piece in pieces:
        buffer += piece
        while (item := reader.read(buffer)) is not None:
            out.append(item)
            if isinstance(item, Malformed):
                return out
    return out


@pytest.mark.parametrize(("wire", "packet"), CASES)
def test_packet_and_its_bytes_are_the_same(wire: bytes, packet: Packet) -> None:
    assert write_packet(packet) == wire
    assert read_all([wire]) == [packet]


def test_one_byte_at_a_time_gives_the_same_packets() -> None:
    wire = b"".join(wire for wire, _ in CASES)
    assert read_all([wire[n : n + 1] for n in range(len(wire))]) == [packet for _, packet in CASES]


@pytest.mark.parametrize(
    ("size", "length"),  # table 2.4
    [
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (16383, b"\xff\x7f"),
        (16384, b"\x80\x80\x01"),
        (2097151, b"\xff\xff\x7f"),
        (2097152, b"\x80\x80\x80\x01"),
    ],
)
def test_length_takes_one_byte_for_seven_bits(size: int, length: bytes) -> None:
    packet = Publish(b"t", bytes(size - 3))
    wire = write_packet(packet)
    assert wire[1 : 1 + len(length)] == length
    assert read_all([wire]) == [packet]


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20).map(str.encode)
topics = texts.filter(is_topic)
filters = texts.filter(bool)
ids = st.integers(1, 65535)
qos = st.integers(0, 2)
wills = st.builds(Will, topics, st.binary(max_size=50), qos, st.booleans())
packets: st.SearchStrategy[Packet] = st.one_of(
    st.builds(Connect, texts, st.booleans(), st.integers(0, 65535), texts, st.none() | st.binary(max_size=9), wills),
    st.builds(ConnAck, st.integers(0, 255), st.booleans()),
    st.builds(Publish, topics, st.binary(max_size=300), st.just(0), st.booleans()),
    st.builds(Publish, topics, st.binary(max_size=300), st.integers(1, 2), st.booleans(), ids, st.booleans()),
    st.builds(Subscribe, ids, st.lists(st.tuples(filters, qos), min_size=1, max_size=4).map(tuple)),
    st.builds(SubAck, ids, st.lists(st.sampled_from([0, 1, 2, 0x80]), min_size=1, max_size=4).map(tuple)),
    st.builds(Unsubscribe, ids, st.lists(filters, min_size=1, max_size=4).map(tuple)),
    *(st.builds(kind, ids) for kind in (PubAck, PubRec, PubRel, PubComp, UnsubAck)),
    *(st.builds(kind) for kind in (PingReq, PingResp, Disconnect)),
)


@given(st.lists(packets, max_size=5), st.lists(st.integers(0, 2000), max_size=10))
def test_any_segmentation_gives_the_packets_that_were_written(sent: list[Packet], cuts: list[int]) -> None:
    wire = b"".join(map(write_packet, sent))
    places = sorted({0, len(wire), *(cut % (len(wire) + 1) for cut in cuts)})
    assert read_all([wire[a:b] for a, b in itertools.pairwise(places)]) == sent


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_any_bytes_give_packets_or_a_fault_and_the_cut_does_not_matter(wire: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(wire), *(min(cut, len(wire)) for cut in cuts)})
    whole = read_all([wire])
    assert read_all([wire[a:b] for a, b in itertools.pairwise(places)]) == whole
    assert all(read_all([write_packet(item)]) == [item] for item in whole if not isinstance(item, Malformed))


@given(packets, st.integers(0, 400), st.integers(0, 255))
def test_damaged_packet_never_raises(packet: Packet, place: int, byte: int) -> None:
    wire = bytearray(write_packet(packet))
    wire[place % len(wire)] = byte
    read_all([bytes(wire)])


MALFORMED: Final = [
    (b"\x00\x00", "packet type 0 does not exist"),
    (b"\xf0\x00", "packet type 15 does not exist"),
    (b"\xc1\x00", "PINGREQ has the flags 1, expected 0"),
    (b"\x80\x00", "SUBSCRIBE has the flags 0, expected 2"),
    (b"\x30\xff\xff\xff\xff", "the length of a packet has more than four bytes"),
    (b"\x10\x00", "CONNECT ends within its protocol name"),
    (b"\x10\x0b\x00\x04HTTP\x04\x02\x00\x00\x00", "CONNECT does not name the protocol MQTT"),
    (b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x01a", "CONNECT asks for protocol level 5, expected 4 (MQTT 3.1.1)"),
    (b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01a", "CONNECT asks for protocol level 3"),
    (b"\x10\x0d\x00\x04MQTT\x04\x03\x00\x3c\x00\x01a", "CONNECT has the flags 0x03"),
    (b"\x10\x0d\x00\x04MQTT\x04\x40\x00\x3c\x00\x01a", "CONNECT has the flags 0x40"),
    (b"\x10\x0d\x00\x04MQTT\x04\x20\x00\x3c\x00\x01a", "CONNECT has the flags 0x20"),
    (b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x01aX", "CONNECT has 1 bytes too many"),
    (b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01\xff", "CONNECT has a client identifier that is not UTF-8"),
    (b"\x20\x02\x02\x00", "CONNACK has the flags 0x02"),
    (b"\x36\x05\x00\x01a\x00\x01", "PUBLISH has the flags 6"),
    (b"\x38\x03\x00\x01a", "PUBLISH has the flags 8"),
    (b"\x30\x02\x00\x00", "PUBLISH has a topic that is empty"),
    (b"\x30\x05\x00\x03a/+", "PUBLISH has a topic that is empty or has a wildcard in it"),
    (b"\x30\x03\x00\x01\x00", "PUBLISH has a topic that is not UTF-8 or has U+0000 in it"),
    (b"\x32\x05\x00\x01a\x00\x00", "PUBLISH has the packet identifier 0"),
    (b"\x30\x03\x00\x02a", "PUBLISH ends within its topic"),
    (b"\x82\x02\x00\x01", "SUBSCRIBE has no topic filter"),
    (b"\x82\x06\x00\x01\x00\x01a\x03", "SUBSCRIBE asks for QoS 3"),
    (b"\x82\x05\x00\x01\x00\x00\x00", "SUBSCRIBE has an empty topic filter"),
    (b"\x90\x03\x00\x01\x03", "SUBACK has no return code, or one that MQTT does not know"),
    (b"\xa2\x02\x00\x01", "UNSUBSCRIBE has no topic filter"),
    (b"\x40\x03\x00\x01\x00", "PUBACK has 1 bytes too many"),
]


@pytest.mark.parametrize(("wire", "reason"), MALFORMED)
def test_fault_says_what_is_wrong(wire: bytes, reason: str) -> None:
    [fault] = read_all([wire])
    assert isinstance(fault, Malformed)
    assert fault.reason.startswith(reason)


def test_wrong_protocol_level_is_answered_by_a_connack_of_its_own() -> None:
    [fault] = read_all([b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x01a"])
    assert isinstance(fault, Malformed)
    assert fault.code == ConnectCode.UNACCEPTABLE_PROTOCOL_VERSION


def test_packet_over_the_limit_is_refused_before_it_has_arrived() -> None:
    assert read_all([b"\x30\x65"], limit=100) == [Malformed("PUBLISH of 101 bytes, at most 100 are taken")]
    assert read_all([write_packet(Publish(b"t", bytes(97)))], limit=100) == [Publish(b"t", bytes(97))]


@pytest.mark.parametrize(
    ("packet", "problem"),
    [
        (Publish(b"t" * 65536), "the topic has 65536 bytes, at most 65535"),
        (Publish(b"t", qos=3, packet_id=1), "QoS must be 0, 1 or 2, got 3"),
        (Publish(b"t", qos=1), "PUBLISH needs a packet identifier other than 0"),
        (PubAck(65536), "the packet identifier must be from 0 to 65535"),
        (Connect(b"", keep_alive=-1), "the keep alive must be from 0 to 65535, got -1"),
        (Connect(b"", password=b"x"), "CONNECT has a password, but no user name"),
        (Connect(b"", will=Will(b"t", bytes(65536))), "the will message has 65536 bytes"),
    ],
)
def test_packet_that_cannot_be_written_says_which_part_is_wrong(packet: Packet, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        write_packet(packet)


@pytest.mark.parametrize(
    ("pattern", "topic", "is_match"),  # 4.7
    [
        ("sport/tennis/player1/#", "sport/tennis/player1", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
        ("sport/tennis/player1/#", "sport/tennis/player12", False),
        ("sport/#", "sport", True),
        ("#", "a/b/c", True),
        ("sport/tennis/+", "sport/tennis/player1", True),
        ("sport/tennis/+", "sport/tennis/player1/ranking", False),
        ("sport/+", "sport", False),
        ("sport/+", "sport/", True),
        ("+/+", "/finance", True),
        ("/+", "/finance", True),
        ("+", "/finance", False),
        ("+/tennis/#", "sport/tennis", True),
        ("#", "$SYS/uptime", False),
        ("+/uptime", "$SYS/uptime", False),
        ("$SYS/#", "$SYS/uptime", True),
        ("$SYS/+", "$SYS/uptime", True),
        ("ACCOUNTS", "Accounts", False),
        ("a/b", "a/b/", False),
    ],
)
def test_filter_takes_topics_as_the_standard_says(pattern: str, topic: str, is_match: bool) -> None:
    assert matches(pattern.encode(), topic.encode()) is is_match


@pytest.mark.parametrize("pattern", ["a", "#", "+", "a/#", "+/b/+", "/", "a//b", "$SYS/#", "é/+"])
def test_filter_is_one(pattern: str) -> None:
    assert is_filter(pattern.encode())


@pytest.mark.parametrize("pattern", [b"", b"a#", b"#/a", b"a+", b"a/+b/c", b"a/b#", b"\xff", b"\0", b"a" * 65536])
def test_filter_is_none(pattern: bytes) -> None:
    assert not is_filter(pattern)


@given(topics)
def test_topic_matches_itself_and_what_begins_like_it(topic: bytes) -> None:
    assert matches(topic, topic)
    assert matches(topic + b"/#", topic)
    assert matches(b"#", topic) is not topic.startswith(b"$")


def test_paho_writes_each_packet_of_a_client_as_we_do() -> None:
    wires = sent_by_paho()
    found = [item for wire in wires for item in read_all([wire])]
    assert [type(item) for item in found] == [
        *(Connect, Subscribe, Publish, Publish, Publish, PubRel, PubAck, PubRec, PubComp, Unsubscribe, PingReq),
        Disconnect,
    ]
    assert [write_packet(item) for item in found if not isinstance(item, Malformed)] == wires


def test_delivery_gives_identifiers_that_are_not_in_use_and_never_0() -> None:
    delivery = Delivery(10)
    held = delivery.send(Publish(b"t", qos=1)).packet_id
    numbers = [delivery.next_id([7]) for _ in range(70_000)]
    assert not {0, held, 7} & set(numbers)
    assert max(numbers) == 65535


def test_delivery_sends_again_what_was_not_acknowledged() -> None:
    delivery = Delivery(10)
    first, second = (delivery.send(Publish(b"t", bytes([n]), qos=n)) for n in (1, 2))
    third = delivery.send(Publish(b"t", b"held", qos=1), is_held=True)
    assert delivery.answer(PubRec(second.packet_id)) == PubRel(second.packet_id)
    assert list(delivery.resume()) == [
        Publish(b"t", b"\x01", 1, False, first.packet_id, True),
        PubRel(second.packet_id),
        third,
    ]
    for done in (PubAck(first.packet_id), PubComp(second.packet_id), PubAck(third.packet_id)):
        assert delivery.answer(done) is None
    assert list(delivery.resume()) == []


def test_delivery_forgets_the_oldest_when_there_is_no_room() -> None:
    delivery = Delivery(2)
    for payload in (b"1", b"2", b"3"):
        delivery.send(Publish(b"t", payload, qos=1))
    assert [packet.payload for packet in delivery.resume() if isinstance(packet, Publish)] == [b"2", b"3"]


def test_delivery_knows_a_message_of_qos_2_until_it_is_released() -> None:
    delivery = Delivery(2)
    message = Publish(b"t", qos=2, packet_id=5)
    assert not delivery.is_repeated(message)
    assert delivery.answer(message) == PubRec(5)
    assert delivery.is_repeated(message)
    assert delivery.answer(PubRel(5)) == PubComp(5)
    assert not delivery.is_repeated(message)
